/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two shared tables: layout, and what a reader sees of a writer that is alive, and of one that
 * died in the middle of a row. */
#include "wire/keep.h"
#include "wire/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS 3

static void status_is_checked(void **state)
{
	size_t size = status_size(ROWS);
	struct status_table *table = calloc(1, size);

	assert_false(status_check(table, size)); /* zeroed only */
	status_init(table, ROWS, 7);
	assert_int_equal(table->generation, 7);
	assert_true(status_check(table, size));
	assert_true(status_check(table, size + 4000)); /* a mapping is whole pages */
	assert_false(status_check(table, size - 1));
	assert_false(status_check(table, sizeof(*table) - 1));
	table->instance_count++;
	assert_false(status_check(table, size + 4000));
	table->instance_count--;
	table->layout++;
	assert_false(status_check(table, size));
	table->layout--;
	table->magic++;
	assert_false(status_check(table, size));
	free(table);
}

static void status_rows_are_apart(void **state)
{
	struct status_table *table = calloc(1, status_size(ROWS));
	struct status_row row = { .state = VRRP_STATE_MASTER, .down_at_us = 1 }, got;
	struct status_general general = { .pid = 42 }, got_general;

	status_init(table, ROWS, 1);
	assert_true(status_read_row(table, 2, &got)); /* never written: all zero, INIT */
	assert_int_equal(got.state, VRRP_STATE_INIT);
	row.counters[COUNTER_N_ - 1] = 9;
	status_write_row(table, 2, &row);
	assert_true(status_read_row(table, 2, &got));
	assert_memory_equal(&got, &row, sizeof(row));
	assert_true(status_read_row(table, 1, &got));
	assert_int_equal(got.state, VRRP_STATE_INIT);
	status_write_general(table, &general);
	assert_true(status_read_general(table, &got_general));
	assert_int_equal(got_general.pid, 42);
	free(table);
}

static void half_written_rows_are_not_read(void **state)
{
	struct status_table *table = calloc(1, status_size(ROWS));
	struct status_row row = { .state = VRRP_STATE_MASTER }, got = { .state = 77 };

	status_init(table, ROWS, 1);
	seqlock_write_begin(&table->slots[0].lock);
	assert_false(status_read_row(table, 0, &got));
	assert_int_equal(got.state, 77); /* untouched */
	/* The next writer heals it. */
	status_write_row(table, 0, &row);
	assert_true(status_read_row(table, 0, &got));
	assert_int_equal(got.state, VRRP_STATE_MASTER);
	free(table);
}

static void keep_is_checked(void **state)
{
	size_t size = keep_size(ROWS);
	struct keep_table *table = calloc(1, size);

	assert_false(keep_check(table, size));
	keep_init(table, ROWS, 7);
	assert_true(keep_check(table, size));
	assert_false(keep_check(table, size - 1));
	table->instance_count = 1000000;
	assert_false(keep_check(table, size));
	table->instance_count = ROWS;
	table->layout++;
	assert_false(keep_check(table, size));
	free(table);
}

static void keep_tells_never_written_from_written(void **state)
{
	struct keep_table *table = calloc(1, keep_size(ROWS));
	struct keep_row row = { .state = VRRP_STATE_BACKUP, .last_advert_us = 5 }, got;

	keep_init(table, ROWS, 1);
	assert_false(keep_read(table, 0, &got));
	keep_write(table, 0, &row);
	assert_true(keep_read(table, 0, &got));
	assert_memory_equal(&got, &row, sizeof(row));
	assert_false(keep_read(table, 1, &got));
	seqlock_write_begin(&table->slots[0].lock); /* died here */
	assert_false(keep_read(table, 0, &got));
	keep_write(table, 0, &row);
	assert_true(keep_read(table, 0, &got));
	row.master.family = 5;
	keep_write(table, 0, &row);
	assert_false(keep_read(table, 0, &got));
	row.master.family = ADDR_NONE;
	row.hmac.senders[KEEP_SENDERS - 1].source.family = 5;
	keep_write(table, 0, &row);
	assert_false(keep_read(table, 0, &got));
	row.hmac.senders[KEEP_SENDERS - 1].source.family = ADDR_NONE;
	row.state = VRRP_STATE_N_;
	keep_write(table, 0, &row);
	assert_false(keep_read(table, 0, &got));
	free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_checked),
		cmocka_unit_test(status_rows_are_apart),
		cmocka_unit_test(half_written_rows_are_not_read),
		cmocka_unit_test(keep_is_checked),
		cmocka_unit_test(keep_tells_never_written_from_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
