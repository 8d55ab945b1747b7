/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A binary min-heap of pointers to nodes that live inside the caller's items. Each node knows its
 * place, so that moving or removing one costs a walk along one path and no search: timers are set
 * far more often than they fire. The array is the caller's and never grows; a heap is made as
 * large as the number of its items, so that a full one is our own mistake. */
#include "base/heap.h"

#include "base/check.h"

void heap_init(struct heap *h, struct heap_node **nodes, uint32_t capacity)
{
	*h = (struct heap){ .nodes = nodes, .capacity = capacity };
}

void heap_node_init(struct heap_node *n)
{
	*n = (struct heap_node){ .deadline = MONO_NEVER };
}

static void place(struct heap *h, struct heap_node *n, uint32_t index)
{
	h->nodes[index] = n;
	n->position = index + 1;
}

/* Each of the two carries `n` from the hole at `index` to where it belongs. */

static void move_up(struct heap *h, struct heap_node *n, uint32_t index)
{
	while (index > 0) {
		uint32_t parent = (index - 1) / 2;

		if (h->nodes[parent]->deadline.us <= n->deadline.us)
			break;
		place(h, h->nodes[parent], index);
		index = parent;
	}
	place(h, n, index);
}

static void move_down(struct heap *h, struct heap_node *n, uint32_t index)
{
	for (;;) {
		uint32_t child = 2 * index + 1;

		if (child >= h->count)
			break;
		if (child + 1 < h->count &&
		    h->nodes[child + 1]->deadline.us < h->nodes[child]->deadline.us)
			child++;
		if (n->deadline.us <= h->nodes[child]->deadline.us)
			break;
		place(h, h->nodes[child], index);
		index = child;
	}
	place(h, n, index);
}

static void settle(struct heap *h, struct heap_node *n, uint32_t index)
{
	if (index > 0 && n->deadline.us < h->nodes[(index - 1) / 2]->deadline.us)
		move_up(h, n, index);
	else
		move_down(h, n, index);
}

static void take_out(struct heap *h, struct heap_node *n)
{
	uint32_t index = n->position - 1;
	struct heap_node *last = h->nodes[h->count - 1];

	h->count--;
	n->position = 0;
	if (last != n)
		settle(h, last, index);
}

void heap_set(struct heap *h, struct heap_node *n, struct mono deadline)
{
	bool is_in = n->position != 0;

	if (is_in)
		check(n->position <= h->count && h->nodes[n->position - 1] == n);
	n->deadline = deadline;
	if (mono_is_never(deadline)) {
		if (is_in)
			take_out(h, n);
		return;
	}
	if (is_in) {
		settle(h, n, n->position - 1);
		return;
	}
	check(h->count < h->capacity);
	h->count++;
	move_up(h, n, h->count - 1);
}

struct heap_node *heap_first(const struct heap *h)
{
	return h->count ? h->nodes[0] : NULL;
}

struct mono heap_deadline(const struct heap *h)
{
	return h->count ? h->nodes[0]->deadline : MONO_NEVER;
}
