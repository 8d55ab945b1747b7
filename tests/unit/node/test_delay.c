/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vrrp_startup_delay in the little world of the node's tests. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Nobody takes part before; then it begins with listening. A reload does not begin it anew, and who
 * goes on where another vipd-vrrp ended does not wait. */
static void test_startup_delay(void **state)
{
	struct world *w = *state;
	struct world_setting late = server1;
	struct mono begin = w->now;
	struct status_row row;

	late.startup_delay_us = 20 * SECOND;
	world_start(w, 0, &late, 1);
	world_run(w, 10 * SECOND);
	node_row(w->hosts[0].node, 0, 0, &row);
	assert_int_equal(row.state, VRRP_STATE_INIT);
	assert_int_equal(row.conditions, 1u << CONDITION_STARTUP_DELAY);
	world_reload(w, 0, &late, 1);
	world_run(w, 9 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_INIT);
	world_run(w, 3 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 0);
	world_run(w, 3 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	world_restart(w, 0, true);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	world_restart(w, 0, false);
	world_run(w, 19 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_INIT);
}

/* A fault that ends during the delay is no way around it. */
static void test_fault_during_the_delay(void **state)
{
	struct world *w = *state;
	struct world_setting late = server1;

	late.startup_delay_us = 20 * SECOND;
	world_start(w, 0, &late, 1);
	world_run(w, 5 * SECOND);
	world_link_set(w, 0, "eth0", false);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	world_link_set(w, 0, "eth0", true);
	world_run(w, 12 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	world_run(w, 6 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_startup_delay),
		TEST(test_fault_during_the_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
