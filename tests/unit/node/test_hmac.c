/* SPDX-License-Identifier: GPL-2.0-or-later */

/* auth_hmac between whole nodes: an election with signatures, keys that change without anybody
 * noticing, clocks that step, and what a new vipd-vrrp knows of the sequence numbers before it. */

#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above. */
#include <cmocka.h>
#include <string.h>

#define HOUR (3600 * SECOND)
#define TODAY (INT64_C(1700000000) * SECOND)

static struct world_setting signed_server(uint8_t priority, bool is_monotonic)
{
	struct world_setting s = server1;

	s.priority = priority;
	s.hmac = IMAGE_HMAC_ENFORCE;
	s.is_monotonic = is_monotonic;
	s.keys[0] = 1;
	return s;
}

static struct world_setting servers[2];

/* The clocks of one or the other so far from the right time. */
static struct world *begin_two(bool is_monotonic, int64_t first_us, int64_t second_us)
{
	struct world *w = world_new();

	for (int k = 0; k < 2; k++) {
		servers[k] = signed_server(k == 0 ? 200 : 100, is_monotonic);
		w->hosts[k].realtime_us = TODAY + (k == 0 ? first_us : second_us);
		world_start(w, k, &servers[k], 1);
	}
	world_run(w, 10 * SECOND);
	return w;
}

static void assert_states(const struct world *w, enum vrrp_state first, enum vrrp_state second)
{
	assert_int_equal(world_state(w, 0, 0), first);
	assert_int_equal(world_state(w, 1, 0), second);
}

static struct world *start_two(bool is_monotonic)
{
	struct world *w = begin_two(is_monotonic, 0, 0);

	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
	return w;
}

static uint64_t dropped(const struct world *w, int host, enum vrrp_drop drop)
{
	return world_row(w, host, 0).counters[COUNTER_DROP + drop];
}

static void nothing_happened(const struct world *w, struct mono since)
{
	assert_int_equal(world_count(w, -1, WORLD_TRANSITION, since), 0);
	assert_int_equal(world_count(w, -1, WORLD_DROP, since), 0);
}

/* The first is cut off, and comes back; nobody refuses anything. */
static void take_over_and_return(struct world *w)
{
	struct mono then = w->now;

	w->hosts[0].is_cut = true;
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	w->hosts[0].is_cut = false;
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_count(w, -1, WORLD_DROP, then), 0);
}

static void test_takeover_and_return(void **state)
{
	struct world *w = start_two(false);

	take_over_and_return(w);
	world_free(w);
}

/* Whether adverts of this mode (enum image_hmac, NONE: without a block) are taken by that one. */
static bool is_heard(int sender, int receiver)
{
	bool is_signed = sender == IMAGE_HMAC_ENFORCE || sender == IMAGE_HMAC_PERMISSIVE;

	return is_signed || receiver != IMAGE_HMAC_ENFORCE;
}

/* Each mode beside each, the other way round as well, with wall clocks that agree, or are an hour
 * apart where only the numbers count: where each hears the other there is one holder, a takeover
 * and a return, and no other transition. */
static void test_each_pair_of_modes(void **state)
{
	for (int c = 0; c < IMAGE_HMAC_N_ * IMAGE_HMAC_N_ * 3; c++) {
		int mode[2] = { c % IMAGE_HMAC_N_, c / IMAGE_HMAC_N_ % IMAGE_HMAC_N_ };
		int clocks = c / (IMAGE_HMAC_N_ * IMAGE_HMAC_N_); /* time, monotonic, apart */
		bool hear = is_heard(mode[0], mode[1]) && is_heard(mode[1], mode[0]);
		struct world *w = world_new();
		struct mono then;

		for (int k = 0; k < 2; k++) {
			servers[k] = signed_server(k == 0 ? 200 : 100, clocks > 0);
			servers[k].is_version_3 = true;
			servers[k].hmac = (uint8_t)mode[k];
			w->hosts[k].realtime_us = TODAY + (clocks == 2 && k == 1 ? HOUR : 0);
			world_start(w, k, &servers[k], 1);
		}
		world_run(w, 10 * SECOND);
		then = w->now;
		world_run(w, 60 * SECOND);
		assert_int_equal(world_count(w, -1, WORLD_TRANSITION, then), 0);
		assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
		assert_int_equal(world_state(w, 1, 0), is_heard(mode[0], mode[1]) ?
								VRRP_STATE_BACKUP :
								VRRP_STATE_MASTER);
		if (hear) {
			take_over_and_return(w);
			assert_int_equal(world_count(w, -1, WORLD_TRANSITION, then), 2);
			assert_int_equal(world_count(w, -1, WORLD_DROP, then), 0);
		}
		world_free(w);
	}
}

/* Clocks that are an hour apart (in the mode that compares them: that agree at first) and step
 * again and again, of MASTER and BACKUP: nothing happens. */
static void test_clocks_apart_and_stepping(void **state)
{
	static const int64_t steps[] = { HOUR, -HOUR, -HOUR, 2 * HOUR, SECOND, -24 * HOUR };

	for (int is_monotonic = 0; is_monotonic < 2; is_monotonic++) {
		struct world *w = begin_two(is_monotonic, 0, is_monotonic ? -HOUR : 0);
		struct mono then = w->now;

		assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
		for (size_t k = 0; k < 2 * sizeof(steps) / sizeof(steps[0]); k++) {
			w->hosts[k % 2].realtime_us += steps[k / 2];
			world_run(w, 30 * SECOND);
			nothing_happened(w, then);
		}
		world_free(w);
	}
}

static void test_who_does_not_sign_is_nobody(void **state)
{
	struct world *w = start_two(false);
	struct world_setting forger = signed_server(255, false);
	struct mono then = w->now;

	forger.hmac = IMAGE_HMAC_RECEIVE_ONLY;
	w->hosts[2].realtime_us = TODAY;
	world_start(w, 2, &forger, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(dropped(w, 0, VRRP_DROP_AUTH_MISSING) >= 10);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, then), 0);
	assert_int_equal(world_count(w, 1, WORLD_TRANSITION, then), 0);
	world_free(w);
}

/* One server after the other, each step with adverts in between. */
static void test_keys_change(void **state)
{
	static const uint8_t steps[][2] = { { 1, 2 }, { 2, 1 }, { 2, 0 } };
	struct world *w = start_two(false);
	struct mono then = w->now;

	for (size_t step = 0; step < 3; step++)
		for (int host = 0; host < 2; host++) {
			memcpy(servers[host].keys, steps[step], 2);
			world_reload(w, host, &servers[host], 1);
			world_run(w, 5 * SECOND);
			nothing_happened(w, then);
		}
	/* A step that leaves the other one behind is seen. */
	servers[0].keys[0] = 3;
	world_reload(w, 0, &servers[0], 1);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	assert_true(dropped(w, 1, VRRP_DROP_AUTH_UNKNOWN_KEY) >= 3);
	world_free(w);
}

/* Of the MASTER or of the BACKUP, forward or back, and right again. */
static void test_clock_steps(void **state)
{
	for (int c = 0; c < 8; c++) {
		bool is_monotonic = c & 1;
		int host = c >> 1 & 1;
		int64_t step_us = c & 4 ? HOUR : -HOUR;
		struct world *w = start_two(is_monotonic);
		struct mono then = w->now;

		w->hosts[host].realtime_us += step_us;
		world_run(w, 60 * SECOND);
		nothing_happened(w, then);
		w->hosts[host].realtime_us -= step_us;
		world_run(w, 60 * SECOND);
		nothing_happened(w, then);
		world_free(w);
	}
}

/* Two, because one's clock is wrong from its start. It is set right, and there is one within an
 * interval. */
static void test_clock_is_set_right(void **state)
{
	for (int c = 0; c < 4; c++) {
		int host = c & 1;
		int64_t wrong_us = c & 2 ? HOUR : -HOUR;
		struct world *w = begin_two(false, host == 0 ? wrong_us : 0,
					    host == 1 ? wrong_us : 0);
		struct mono then;

		assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_MASTER);
		w->hosts[host].realtime_us -= wrong_us;
		world_run(w, 2 * SECOND);
		assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
		then = w->now;
		world_run(w, 60 * SECOND);
		nothing_happened(w, then);
		world_free(w);
	}
}

/* Both clocks are set right in small steps: the distance that is remembered goes along. */
static void test_clocks_step_together(void **state)
{
	struct world *w = start_two(false);
	struct mono then = w->now;

	for (int k = 0; k < 3; k++) {
		w->hosts[0].realtime_us += 4 * SECOND;
		world_run(w, 2 * SECOND);
		w->hosts[1].realtime_us += 4 * SECOND;
		world_run(w, 2 * SECOND);
	}
	w->hosts[1].realtime_us -= HOUR;
	world_run(w, 60 * SECOND);
	nothing_happened(w, then);
	world_free(w);
}

/* Two whose clocks were both wrong, each in its way, and are right: neither knows what the other's
 * time is, and the wall clocks are what they agree on. */
static void test_both_were_wrong(void **state)
{
	struct world *w = begin_two(false, 30 * SECOND, -20 * SECOND);
	struct mono then;

	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_MASTER);
	w->hosts[0].realtime_us = w->hosts[1].realtime_us = TODAY;
	world_run(w, 3 * SECOND);
	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
	then = w->now;
	world_run(w, 60 * SECOND);
	nothing_happened(w, then);
	world_free(w);
}

/* The other one does not sign, and begins anew when both are right: that it serves beside us shows
 * that our time is not its. */
static void test_beside_one_that_does_not_sign(void **state)
{
	struct world *w = world_new();

	for (int k = 0; k < 2; k++) {
		servers[k] = signed_server(k == 0 ? 200 : 100, false);
		servers[k].hmac = k == 0 ? IMAGE_HMAC_PERMISSIVE : IMAGE_HMAC_RECEIVE_ONLY;
		w->hosts[k].realtime_us = TODAY - 6 * SECOND;
		world_start(w, k, &servers[k], 1);
	}
	world_run(w, 10 * SECOND);
	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
	w->hosts[0].realtime_us = w->hosts[1].realtime_us = TODAY;
	world_run(w, 10 * SECOND);
	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
	world_restart(w, 1, false);
	world_run(w, 8 * SECOND);
	assert_states(w, VRRP_STATE_MASTER, VRRP_STATE_BACKUP);
	world_free(w);
}

/* A vipd-vrrp that goes on where another ended, with a wall clock that went back meanwhile: its
 * own numbers grow on, and what it heard is not taken again. */
static void test_restart(void **state)
{
	for (int host = 0; host < 2; host++) {
		struct world *w = start_two(host == 1);
		struct mono then = w->now;

		w->hosts[host].realtime_us -= HOUR;
		world_restart(w, host, true);
		world_run(w, 60 * SECOND);
		assert_int_equal(world_count(w, -1, WORLD_DROP, then), 0);
		assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
		assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
		world_free(w);
	}
}

static void packet_of(struct world *w, int host, struct node_action *ret_action)
{
	w->hosts[host].is_frozen = true;
	for (int k = 0; k < 20; k++) {
		node_turn(w->hosts[host].node, w->now);
		while (node_next(w->hosts[host].node, w->now, 4, ret_action))
			if (ret_action->kind == NODE_ACTION_ADVERT)
				return;
		w->now = mono_add(w->now, SECOND / 10);
	}
	fail();
}

/* The same packet again, before and after a restart of its receiver; `is_adopting`: that knows the
 * state memory. However old the rest of it is: the numbers count. */
static void test_replay_after_restart(void **state)
{
	static struct node_action advert;

	for (int is_adopting = 0; is_adopting < 2; is_adopting++) {
		struct world *w = start_two(true);

		packet_of(w, 0, &advert);
		node_packet(w->hosts[1].node, 0, advert.packet, advert.packet_size, false, w->now);
		assert_int_equal(dropped(w, 1, VRRP_DROP_AUTH_REPLAY), 0);
		world_run(w, 0);
		node_packet(w->hosts[1].node, 0, advert.packet, advert.packet_size, false, w->now);
		assert_int_equal(dropped(w, 1, VRRP_DROP_AUTH_REPLAY), 1);
		world_run(w, 0);
		w->hosts[1].is_running = false;
		world_run(w, 60 * SECOND);
		world_restart(w, 1, is_adopting);
		world_run(w, SECOND);
		node_packet(w->hosts[1].node, 0, advert.packet, advert.packet_size, false, w->now);
		assert_int_equal(dropped(w, 1, VRRP_DROP_AUTH_REPLAY), is_adopting ? 2 : 0);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takeover_and_return),
		cmocka_unit_test(test_each_pair_of_modes),
		cmocka_unit_test(test_clocks_apart_and_stepping),
		cmocka_unit_test(test_who_does_not_sign_is_nobody),
		cmocka_unit_test(test_keys_change),
		cmocka_unit_test(test_clock_steps),
		cmocka_unit_test(test_clock_is_set_right),
		cmocka_unit_test(test_both_were_wrong),
		cmocka_unit_test(test_beside_one_that_does_not_sign),
		cmocka_unit_test(test_clocks_step_together),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_replay_after_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
