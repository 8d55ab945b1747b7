/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small parts of the room: numbers, suggestions, the map, the arena. */
#include "world.h"

#include "conf/arena.h"
#include "conf/map.h"
#include "conf/number.h"
#include "conf/suggest.h"

static void test_integers(void **state)
{
	int64_t v = 77;

	assert_int_equal(number_integer("0", &v), NUMBER_OK);
	assert_int_equal(v, 0);
	assert_int_equal(number_integer("010", &v), NUMBER_OK);
	assert_int_equal(v, 10);
	assert_int_equal(number_integer("-5", &v), NUMBER_OK);
	assert_int_equal(v, -5);
	assert_int_equal(number_integer("+7", &v), NUMBER_OK);
	assert_int_equal(v, 7);
	assert_int_equal(number_integer("99999999999999999999999999", &v), NUMBER_OK);
	assert_true(v >= INT64_C(1000000000000));
	v = 77;
	assert_int_equal(number_integer("10s", &v), NUMBER_JUNK);
	assert_int_equal(number_integer("0x10", &v), NUMBER_JUNK);
	assert_int_equal(number_integer("1.0", &v), NUMBER_JUNK);
	assert_int_equal(number_integer("", &v), NUMBER_NONE);
	assert_int_equal(number_integer("-", &v), NUMBER_NONE);
	assert_int_equal(number_integer("x", &v), NUMBER_NONE);
	assert_int_equal(v, 77); /* untouched on failure */
}

static void test_seconds(void **state)
{
	int64_t v = 77;

	assert_int_equal(number_seconds("1", &v), NUMBER_OK);
	assert_int_equal(v, 1000000);
	assert_int_equal(number_seconds("0.1", &v), NUMBER_OK);
	assert_int_equal(v, 100000);
	assert_int_equal(number_seconds(".5", &v), NUMBER_OK);
	assert_int_equal(v, 500000);
	assert_int_equal(number_seconds("2.", &v), NUMBER_OK);
	assert_int_equal(v, 2000000);
	assert_int_equal(number_seconds("1.234567", &v), NUMBER_OK);
	assert_int_equal(v, 1234567);
	assert_int_equal(number_seconds("1.2345670", &v), NUMBER_OK);
	assert_int_equal(number_seconds("1.2345671", &v), NUMBER_ROUNDED);
	assert_int_equal(v, 1234567);
	assert_int_equal(number_seconds("-1.5", &v), NUMBER_OK);
	assert_int_equal(v, -1500000);
	assert_int_equal(number_seconds("1,5", &v), NUMBER_JUNK);
	assert_int_equal(number_seconds("5s", &v), NUMBER_JUNK);
	assert_int_equal(number_seconds(".", &v), NUMBER_NONE);
	assert_int_equal(v, -1500000);
}

static void test_seconds_printed(void **state)
{
	char text[32];

	assert_string_equal(number_seconds_print(0, text), "0");
	assert_string_equal(number_seconds_print(1000000, text), "1");
	assert_string_equal(number_seconds_print(10000, text), "0.01");
	assert_string_equal(number_seconds_print(1500000, text), "1.5");
	assert_string_equal(number_seconds_print(100000000, text), "100");
}

static void test_suggestions(void **state)
{
	static const char long_word[] = "a-word-that-is-much-too-long-to-be-a-keyword-of-any-kind";

	assert_int_equal(suggest_distance("priority", "priority"), 0);
	assert_int_equal(suggest_distance("Priority", "priority"), 0);
	assert_int_equal(suggest_distance("router-id", "router_id"), 0);
	assert_int_equal(suggest_distance("prioritty", "priority"), 1);
	assert_int_equal(suggest_distance("priorty", "priority"), 1);
	assert_int_equal(suggest_distance("proirity", "priority"), 1); /* swapped neighbours */
	assert_int_equal(suggest_distance("interfaec", "interface"), 1);
	assert_int_equal(suggest_distance("virtual_router", "virtual_router_id"), 2);
	assert_int_equal(suggest_distance("advert_interval", "advert_int"), 2);
	assert_int_equal(suggest_distance("virtual_route", "virtual_routes"), 1);
	assert_int_equal(suggest_distance("virtual_routr_i", "virtual_router_id"), 2);
	assert_int_equal(suggest_distance("state", "priority"), SUGGEST_NONE);
	assert_int_equal(suggest_distance("ab", "cd"), SUGGEST_NONE);
	assert_int_equal(suggest_distance("", "state"), SUGGEST_NONE);
	assert_int_equal(suggest_distance(long_word, long_word), SUGGEST_NONE);
}

static void test_map(void **state)
{
	struct arena arena;
	jmp_buf escape;
	struct map map;
	char key[16];

	assert_int_equal(setjmp(escape), 0);
	arena_init(&arena, 16 * 1024 * 1024, &escape);
	map_init(&map, &arena);
	assert_null(map_find(&map, "a", 1));
	for (uintptr_t i = 1; i <= 5000; i++) {
		snprintf(key, sizeof(key), "k%zu", (size_t)i);
		*map_slot(&map, key, strlen(key)) = (void *)i;
	}
	for (uintptr_t i = 1; i <= 5000; i++) {
		snprintf(key, sizeof(key), "k%zu", (size_t)i);
		assert_int_equal((uintptr_t)map_find(&map, key, strlen(key)), i);
	}
	assert_null(map_find(&map, "k50001", 6));
	assert_null(map_find(&map, "k5", 1));
	arena_fini(&arena);
}

/* Without memory an allocation does not return: it jumps, and what there was can be freed. */
static void test_arena_without_memory(void **state)
{
	static struct arena arena;
	static volatile unsigned allocations;
	jmp_buf escape;

	arena_init(&arena, 300000, &escape);
	if (setjmp(escape) == 0) {
		for (;;) {
			memset(arena_alloc(&arena, 1000), 1, 1000);
			allocations++;
		}
	}
	assert_in_range(allocations, 200, 300);
	if (setjmp(escape) == 0) {
		arena_alloc(&arena, SIZE_MAX - 5);
		fail();
	}
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_seconds_printed),
		cmocka_unit_test(test_suggestions),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_arena_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
