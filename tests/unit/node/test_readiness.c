/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Before the first claim: a frame seen on the link, and the listening (LIMIT_PROOF_US), in a world
 * in which nobody sends anything but routers. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int setup(void **state)
{
	struct world *w = world_new();

	w->is_quiet = true;
	*state = w;
	return 0;
}

static bool is_noted(const struct world *w, int host, enum role_note note)
{
	for (int k = 0; k < w->log_count; k++)
		if (w->log[k].host == host && w->log[k].kind == WORLD_NOTE &&
		    w->log[k].note == note)
			return true;
	return false;
}

/* Two on a segment where nobody else speaks: the better one waits its time out, serves unverified,
 * and the other hears it. What it hears later verifies it. */
static void test_cold_boot_on_a_silent_segment(void **state)
{
	struct world *w = *state;

	world_start(w, 0, &server1, 1);
	world_start(w, 1, &server2, 1);
	world_run(w, 6 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_true(world_row(w, 0, 0).is_unproven);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_row(w, 0, 0).is_unverified);
	assert_true(is_noted(w, 0, ROLE_NOTE_UNVERIFIED));
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_false(world_row(w, 1, 0).is_unproven);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_true(world_row(w, 0, 0).is_unverified);
	world_frame(w, 0, "eth0");
	world_run(w, SECOND);
	assert_true(world_row(w, 0, 0).is_unverified);
	world_run(w, 4 * SECOND);
	assert_false(world_row(w, 0, 0).is_unverified);
}

/* Its port opens after two seconds: from then on it listens for a whole interval, and hears the
 * master. */
static void test_port_that_opens_in_time(void **state)
{
	struct world *w = *state;

	world_start(w, 0, &server2, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	w->hosts[1].is_cut = true;
	world_start(w, 1, &server1, 1);
	world_run(w, 2 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	w->hosts[1].is_cut = false;
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_false(world_row(w, 1, 0).is_unproven);
	world_run(w, 2 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	world_run(w, 2 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_row(w, 1, 0).reason, VRRP_REASON_PREEMPTED);
	assert_false(is_noted(w, 1, ROLE_NOTE_UNVERIFIED));
}

/* Once ready it waits for nothing again, but for a link that comes up again. */
static void test_link_that_comes_back(void **state)
{
	struct world *w = *state;
	struct mono begin;

	world_start(w, 0, &server1, 1);
	world_frame(w, 0, "eth0");
	world_run(w, 4 * SECOND);
	world_frame(w, 0, "eth0");
	world_run(w, 4 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_false(world_row(w, 0, 0).is_unverified);
	world_restart(w, 0, true);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	/* Both within a turn: the farewell of before goes out behind it, and proves nothing. */
	world_link_set(w, 0, "eth0", false);
	world_link_set(w, 0, "eth0", true);
	begin = w->now;
	world_run(w, 6 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_true(world_row(w, 0, 0).is_unproven);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_first(w, 0, WORLD_TRANSITION, mono_add(begin, SECOND))->at.us,
			 begin.us + 6 * SECOND + 218750);
}

/* All that is waited for has one end: what a late source was waited for counts. */
static void test_late_source(void **state)
{
	struct world *w = *state;
	struct mono begin;

	world_start(w, 0, &server1, 1);
	world_address_remove(w, 0, "eth0", "192.0.2.11/24");
	world_run(w, 2 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	world_address_add(w, 0, "eth0", "192.0.2.11/24", false);
	begin = w->now;
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_first(w, 0, WORLD_TRANSITION, mono_add(begin, SECOND))->at.us,
			 begin.us + 4 * SECOND + 218750);
}

/* Another vipd-vrrp goes on with what was known, and what was not. */
static void test_adopted(void **state)
{
	struct world *w = *state;
	struct mono begin = w->now;

	world_start(w, 0, &server1, 1);
	world_run(w, 2 * SECOND);
	world_restart(w, 0, true);
	world_run(w, 2 * SECOND);
	assert_true(world_row(w, 0, 0).is_unproven);
	world_restart(w, 0, true);
	world_run(w, 3 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_first(w, 0, WORLD_TRANSITION, mono_add(begin, 5 * SECOND))->at.us,
			 begin.us + 6 * SECOND + 218750);
	assert_true(world_row(w, 0, 0).is_unverified);
	world_restart(w, 0, true);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_row(w, 0, 0).is_unverified);
}

/* One of ours that leaves proves the link for the others on it, and verifies nobody. */
static void test_own_adverts_prove_the_link(void **state)
{
	struct world *w = *state;
	struct world_setting both[] = { server1, server2 };

	both[1].name = "vrrp_2";
	both[1].vrid = 102;
	both[1].priority = 200;
	both[1].addresses[0] = "192.0.2.2/24";
	both[0].priority = 255;
	world_start(w, 0, both, 2);
	world_run(w, 4 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 0, 1), VRRP_STATE_MASTER);
	assert_false(world_row(w, 0, 1).is_unverified);
}

/* A reload begins nothing anew: what was seen is known, and what is waited for is waited for. */
static void test_reload(void **state)
{
	struct world *w = *state;
	struct world_setting both[] = { server1, server2 };
	struct mono begin;

	both[1].name = "vrrp_2";
	both[1].vrid = 102;
	both[1].priority = 200;
	both[1].addresses[0] = "192.0.2.2/24";
	world_start(w, 0, both, 1);
	world_run(w, SECOND);
	world_reload(w, 0, both, 2);
	world_run(w, SECOND);
	assert_true(world_row(w, 0, 0).is_unproven);
	assert_true(world_row(w, 0, 1).is_unproven);
	begin = w->now;
	world_frame(w, 0, "eth0");
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_first(w, 0, WORLD_TRANSITION, begin)->at.us,
			 begin.us + 3 * SECOND + 218750);
	world_reload(w, 0, both, 1);
	world_run(w, SECOND);
	world_reload(w, 0, both, 2);
	world_run(w, 4 * SECOND);
	assert_int_equal(world_state(w, 0, 1), VRRP_STATE_MASTER);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_cold_boot_on_a_silent_segment), TEST(test_port_that_opens_in_time),
		TEST(test_link_that_comes_back),	  TEST(test_own_adverts_prove_the_link),
		TEST(test_reload), TEST(test_late_source), TEST(test_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
