/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded text, the list, and the end of a process whose check failed. */
#include "base/check.h"
#include "base/list.h"
#include "base/mono.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void adds_until_it_is_full(void **state)
{
	char data[9] = "xxxxxxxx";
	struct text t;

	text_init(&t, data, 8);
	assert_string_equal(data, "");
	text_add(&t, "%s-%d", "ab", 12);
	assert_string_equal(data, "ab-12");
	assert_int_equal(t.length, 5);
	assert_false(t.cut);
	text_add(&t, "34");
	assert_string_equal(data, "ab-1234"); /* exactly full */
	assert_false(t.cut);
	text_add(&t, "5");
	assert_true(t.cut);
	assert_string_equal(data, "ab-1234");
	text_add(&t, "%s", "");
	assert_int_equal(t.length, 7);
	assert_int_equal(data[8], '\0');
}

static void cuts_what_is_too_long(void **state)
{
	char data[4];
	struct text t;

	text_init(&t, data, sizeof(data));
	text_add(&t, "%s", "abcdef");
	assert_string_equal(data, "abc");
	assert_true(t.cut);
	assert_int_equal(t.length, 3);
}

static void copies_with_an_end(void **state)
{
	char target[4];

	assert_true(text_copy(target, sizeof(target), "abc"));
	assert_string_equal(target, "abc");
	assert_false(text_copy(target, sizeof(target), "abcd"));
	assert_string_equal(target, "abc");
	assert_true(text_copy(target, 1, ""));
	assert_string_equal(target, "");
}

static void list_keeps_order(void **state)
{
	struct item {
		int number;
		struct list node;
	} items[3];
	struct list head;

	list_init(&head);
	assert_true(list_is_empty(&head));
	assert_null(list_first(&head));
	for (int i = 0; i < 3; i++) {
		items[i].number = i;
		list_init(&items[i].node);
		list_append(&head, &items[i].node);
	}
	list_append(&head, &items[0].node); /* in it already: keeps its place */
	list_remove(&items[1].node);
	assert_int_equal(LIST_ITEM(list_first(&head), struct item, node)->number, 0);
	list_remove(&items[0].node);
	assert_int_equal(LIST_ITEM(list_first(&head), struct item, node)->number, 2);
	list_remove(&items[2].node);
	assert_true(list_is_empty(&head));
}

static void never_is_never_reached(void **state)
{
	struct mono t = { 100 };

	assert_true(mono_is_never(mono_add(MONO_NEVER, 5)));
	assert_false(mono_reached(MONO_NEVER, MONO_NEVER));
	assert_true(mono_reached(t, t));
	assert_false(mono_reached(mono_add(t, 1), t));
	assert_int_equal(mono_since(t, mono_add(t, -7)), -7);
	assert_int_equal(mono_earlier(t, MONO_NEVER).us, 100);
}

static jmp_buf after_report;
static const char *reported;

static void report(const char *expr, const char *file, int line)
{
	reported = expr;
	longjmp(after_report, 1); /* the one way round abort() */
}

static void failed_check_is_reported(void **state)
{
	volatile int one = 1;

	check_reporter = report;
	if (setjmp(after_report) == 0) {
		check(one == 1);
		check(one == 2);
		fail();
	}
	assert_string_equal(reported, "one == 2");
	check_reporter = NULL;
}

static void control_characters_have_a_size(void **state)
{
	assert_int_equal(text_control_size("\033["), 1);
	assert_int_equal(text_control_size("\177"), 1);
	assert_int_equal(text_control_size("\302\200"), 2);
	assert_int_equal(text_control_size("\302\237"), 2);
	assert_int_equal(text_control_size("\302\240"), 0);
	assert_int_equal(text_control_size("\302"), 0);
	assert_int_equal(text_control_size(" "), 0);
	assert_int_equal(text_control_size(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_until_it_is_full),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(copies_with_an_end),
		cmocka_unit_test(control_characters_have_a_size),
		cmocka_unit_test(list_keeps_order),
		cmocka_unit_test(never_is_never_reached),
		cmocka_unit_test(failed_check_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
