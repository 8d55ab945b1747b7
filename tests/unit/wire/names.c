/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every number has a word of its own, and a number that is none has an answer, too. */
#include "wire/names.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *state_at(int i)
{
	return vrrp_state_name((enum vrrp_state)i);
}

static const char *reason_at(int i)
{
	return vrrp_reason_name((enum vrrp_reason)i);
}

static const char *drop_at(int i)
{
	return vrrp_drop_name((enum vrrp_drop)i);
}

static const char *condition_at(int i)
{
	return condition_name((enum condition)i);
}

static const char *counter_at(int i)
{
	return counter_name((enum counter)i);
}

static void check_table(const char *(*name_at)(int), int count)
{
	for (int i = 0; i < count; i++) {
		assert_string_not_equal(name_at(i), "unknown");
		assert_true(strlen(name_at(i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name_at(i), name_at(j));
	}
	assert_string_equal(name_at(count), "unknown");
	assert_string_equal(name_at(-1), "unknown");
}

static void every_number_has_a_word(void **state)
{
	check_table(state_at, VRRP_STATE_N_);
	check_table(reason_at, VRRP_REASON_N_);
	check_table(drop_at, VRRP_DROP_N_);
	check_table(condition_at, CONDITION_N_);
	check_table(counter_at, COUNTER_N_);
}

/* People's scripts know these. */
static void words_that_others_read(void **state)
{
	assert_string_equal(vrrp_state_name(VRRP_STATE_INIT), "INIT");
	assert_string_equal(vrrp_state_name(VRRP_STATE_BACKUP), "BACKUP");
	assert_string_equal(vrrp_state_name(VRRP_STATE_MASTER), "MASTER");
	assert_string_equal(vrrp_state_name(VRRP_STATE_FAULT), "FAULT");
	assert_string_equal(vrrp_reason_name(VRRP_REASON_MASTER_SILENT), "master-silent");
	assert_string_equal(condition_name(CONDITION_NO_SOURCE), "no-source-address");
}

static void drop_counters_follow_the_drops(void **state)
{
	char text[64];

	for (int i = 0; i < VRRP_DROP_N_; i++) {
		strcpy(text, "drop_");
		strcat(text, drop_at(i));
		for (char *c = text; *c; c++)
			if (*c == '-')
				*c = '_';
		assert_string_equal(counter_at(COUNTER_DROP + i), text);
	}
}

/* Each cause has its own place to look at. */
static void why_nothing_leaves(void **state)
{
	static const struct {
		int error;
		const char *word;
	} rows[] = {
		{ EPERM, "output filter" },   { EACCES, "prohibits" },
		{ EMSGSIZE, "MTU" },	      { EINVAL, "blackhole route" },
		{ ENETDOWN, "and up?" },      { EADDRNOTAVAIL, "address that adverts come from" },
		{ ENODEV, "interface there" }, { ENXIO, "interface there" },
		{ -1, "interface" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_non_null(strstr(send_error_hint(rows[i].error), rows[i].word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_a_word),
		cmocka_unit_test(words_that_others_read),
		cmocka_unit_test(drop_counters_follow_the_drops),
		cmocka_unit_test(why_nothing_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
