/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heap against the simplest thing that does the same: a walk over all items. */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ITEMS 64

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static int64_t least(const struct heap_node *items)
{
	int64_t least_us = INT64_MAX;

	for (int i = 0; i < ITEMS; i++)
		if (items[i].deadline.us < least_us)
			least_us = items[i].deadline.us;
	return least_us;
}

static void is_ordered_after_any_change(void **state)
{
	struct heap_node *nodes[ITEMS], items[ITEMS];
	struct heap h;
	uint32_t seed = 1;

	heap_init(&h, nodes, ITEMS);
	for (int i = 0; i < ITEMS; i++)
		heap_node_init(&items[i]);
	for (int step = 0; step < 20000; step++) {
		struct heap_node *n = &items[next_random(&seed) % ITEMS];
		bool out = next_random(&seed) % 3 == 0;
		struct mono t = { (int64_t)(next_random(&seed) % 1000) };

		heap_set(&h, n, out ? MONO_NEVER : t);
		assert_int_equal(heap_deadline(&h).us, least(items));
		for (uint32_t i = 0; i < h.count; i++)
			assert_int_equal(h.nodes[i]->position, i + 1);
	}
}

static void gives_items_in_order(void **state)
{
	struct heap_node *nodes[ITEMS], items[ITEMS], *first;
	struct heap h;
	int64_t last_us = -1;
	int taken = 0;

	heap_init(&h, nodes, ITEMS);
	for (int i = 0; i < ITEMS; i++) {
		heap_node_init(&items[i]);
		heap_set(&h, &items[i], (struct mono){ (i * 37) % ITEMS });
	}
	for (; (first = heap_first(&h)); taken++) {
		assert_true(first->deadline.us > last_us);
		last_us = first->deadline.us;
		heap_set(&h, first, MONO_NEVER);
	}
	assert_int_equal(taken, ITEMS);
}

static void empty_has_no_deadline(void **state)
{
	struct heap_node *nodes[1], item;
	struct heap h;

	heap_init(&h, nodes, 1);
	heap_node_init(&item);
	assert_null(heap_first(&h));
	assert_true(mono_is_never(heap_deadline(&h)));
	heap_set(&h, &item, MONO_NEVER); /* is not there: stays so */
	assert_int_equal(h.count, 0);
	heap_set(&h, &item, (struct mono){ 5 });
	heap_set(&h, &item, (struct mono){ 7 });
	assert_int_equal(h.count, 1);
	assert_int_equal(heap_deadline(&h).us, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_ordered_after_any_change),
		cmocka_unit_test(gives_items_in_order),
		cmocka_unit_test(empty_has_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
