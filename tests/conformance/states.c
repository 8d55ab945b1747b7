/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The obligations of RFC 3768 6 about states and timers, by the ids of docs/conformance.md, with
 * adverts that go the whole way through parsing and judging. Each obligation with its counterpart:
 * what must happen, and beside it what must not. (Every cell of the state machine, with our
 * additions, is in tests/scenario.) */
#include "tester.h"

#define PEER "192.168.100.2" /* less than ours */
#define HIGHER "192.168.100.4"

static int64_t deadline(const struct vrrp_router *r)
{
	return vrrp_router_deadline(r).us;
}

/* The timer fires at exactly this instant, not a microsecond earlier. */
static struct vrrp_actions fires_at(struct vrrp_router *r, int64_t at_us)
{
	assert_int_equal(tester_step(r, VRRP_EVENT_TIMER, at_us - 1).flags, 0);
	return tester_step(r, VRRP_EVENT_TIMER, at_us);
}

static void skew_does_not_depend_on_the_interval(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_backup(&config);

	assert_int_equal(fires_at(&r, 3609375).to, VRRP_STATE_MASTER);
	config.advert_interval_us = 5 * SECOND_US;
	r = tester_backup(&config);
	assert_int_equal(fires_at(&r, 15609375).to, VRRP_STATE_MASTER);
}

static void startup(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_router(&config);
	struct vrrp_actions a = tester_step(&r, VRRP_EVENT_STARTUP, 0);

	assert_int_equal(a.flags, VRRP_ACTION_TRANSITION);
	assert_int_equal(a.to, VRRP_STATE_BACKUP);
	assert_int_equal(deadline(&r), DOWN_US);
	config.priority = 255;
	r = tester_router(&config);
	a = tester_step(&r, VRRP_EVENT_STARTUP, 0);
	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_ADD |
					  VRRP_ACTION_TRANSITION);
	assert_int_equal(a.advert_priority, 255);
	assert_int_equal(deadline(&r), SECOND_US);
}

static void backup_shuts_down_silently(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_backup(&config);
	struct vrrp_actions a = tester_step(&r, VRRP_EVENT_SHUTDOWN, SECOND_US);

	assert_int_equal(a.flags, VRRP_ACTION_TRANSITION | VRRP_ACTION_STOPPED);
	assert_int_equal(a.to, VRRP_STATE_INIT);
	assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, DOWN_US).flags, 0);
}

static void master_down_timer_promotes(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_backup(&config);
	struct vrrp_actions a = fires_at(&r, DOWN_US);

	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_ADD |
					  VRRP_ACTION_TRANSITION);
	assert_int_equal(a.advert_priority, 100);
	/* Flags are carried out from the lowest on: the advert goes first. */
	assert_true(VRRP_ACTION_ADVERT < VRRP_ACTION_ADDRESSES_ADD);
	assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
}

static void priority_zero_arms_the_skew(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_vector("v2-pass-prio0");

	assert_int_equal(tester_take(&r, &f, SECOND_US).flags, 0);
	assert_int_equal(fires_at(&r, SECOND_US + SKEW_US).to, VRRP_STATE_MASTER);
	/* an equal advert instead arms the whole interval */
	r = tester_backup(&config);
	f = tester_peer(&config, PEER, 100);
	tester_take(&r, &f, SECOND_US);
	assert_int_equal(deadline(&r), SECOND_US + DOWN_US);
}

static void stays_backup_while_it_hears(struct vrrp_config *config, const char *source,
					uint8_t priority)
{
	struct vrrp_router r = tester_backup(config);
	struct frame f = tester_peer(config, source, priority);
	int64_t now_us = 0;

	for (int i = 1; i <= 20; i++) {
		now_us = i * SECOND_US;
		assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, now_us).flags, 0);
		tester_take(&r, &f, now_us);
	}
	assert_int_equal(fires_at(&r, now_us + DOWN_US).to, VRRP_STATE_MASTER);
}

static void adverts_arm_the_timer(void **state)
{
	struct vrrp_config config = tester_config();

	stays_backup_while_it_hears(&config, PEER, 200);
	stays_backup_while_it_hears(&config, PEER, 100); /* equal, from a lower address */
	config.preempt = false;
	stays_backup_while_it_hears(&config, PEER, 50);
}

static void lower_adverts_do_not(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_peer(&config, HIGHER, 50);

	for (int i = 1; i <= 3; i++)
		tester_take(&r, &f, i * SECOND_US);
	assert_int_equal(fires_at(&r, DOWN_US).to, VRRP_STATE_MASTER);
}

static void master_says_farewell(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_master(&config);
	struct vrrp_actions a = tester_step(&r, VRRP_EVENT_SHUTDOWN, 4 * SECOND_US);
	int sent = 0;

	for (int64_t now_us = 4 * SECOND_US; now_us < 5 * SECOND_US; now_us += 1000) {
		if (a.flags & VRRP_ACTION_ADVERT) {
			assert_int_equal(a.advert_priority, 0);
			sent++;
		}
		assert_int_equal(!!(a.flags & VRRP_ACTION_ADDRESSES_REMOVE), sent == 3 && a.flags);
		a = tester_step(&r, VRRP_EVENT_TIMER, now_us);
	}
	assert_int_equal(sent, VRRP_FAREWELLS);
	assert_int_equal(r.state, VRRP_STATE_INIT);
}

static void adverts_keep_their_cadence(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_master(&config);
	int64_t now_us = DOWN_US;
	int sent = 0;

	/* Woken each millisecond, always a bit late: 60 adverts in 60 s all the same. */
	for (int i = 0; i <= 60000; i++, now_us += 1000)
		if (tester_step(&r, VRRP_EVENT_TIMER, now_us + 700).flags & VRRP_ACTION_ADVERT)
			sent++;
	assert_int_equal(sent, 60);
	assert_int_equal(deadline(&r), DOWN_US + 61 * SECOND_US);
}

static void master_answers_priority_zero(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct vrrp_router r = tester_master(&config);
	struct frame f = tester_vector("v2-pass-prio0");
	struct vrrp_actions a = tester_take(&r, &f, DOWN_US + 400000);

	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ANNOUNCE);
	assert_int_equal(a.advert_priority, 100);
	assert_int_equal(deadline(&r), DOWN_US + 400000 + SECOND_US);
}

static void yields_to(const char *own, const char *source, uint8_t priority, bool yields)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_master(&config);
	struct frame f = tester_peer(&config, source, priority);
	int64_t now_us = DOWN_US + 400000;
	struct vrrp_actions a;

	r.source = tester_address(own);
	a = tester_take(&r, &f, now_us);
	if (!yields) {
		assert_int_equal(r.state, VRRP_STATE_MASTER);
		assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
		return;
	}
	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_REMOVE |
					  VRRP_ACTION_TRANSITION);
	assert_int_equal(a.advert_priority, 100);
	assert_int_equal(r.state, VRRP_STATE_BACKUP);
	assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, now_us + SECOND_US).flags, 0);
	assert_int_equal(fires_at(&r, now_us + DOWN_US).to, VRRP_STATE_MASTER);
}

static void master_yields_to_the_greater(void **state)
{
	yields_to("192.168.100.3", PEER, 101, true);
	yields_to("192.168.100.3", HIGHER, 99, false);
	yields_to("192.168.100.3", HIGHER, 100, true);
	yields_to("192.168.100.3", PEER, 100, false);
	/* network order, unsigned */
	yields_to("10.0.0.2", "10.0.1.1", 100, true);
	yields_to("10.0.1.1", "10.0.0.2", 100, false);
	yields_to("10.0.0.1", "200.0.0.1", 100, true);
	yields_to("200.0.0.1", "10.0.0.1", 100, false);
}

/* The RFC discards; as keepalived does, we also answer at once. */
static void master_discards_the_lesser(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_router r = tester_master(&config);
	struct frame f = tester_peer(&config, HIGHER, 50);
	struct vrrp_actions a = tester_take(&r, &f, DOWN_US + 400000);

	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ANNOUNCE);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("R3768-6.1-01", skew_does_not_depend_on_the_interval),
		ROW("R3768-6.4.1-01", startup),
		ROW("R3768-6.4.2-04", backup_shuts_down_silently),
		ROW("R3768-6.4.2-05", master_down_timer_promotes),
		ROW("R3768-6.4.2-06", priority_zero_arms_the_skew),
		ROW("R3768-6.4.2-07", adverts_arm_the_timer),
		ROW("R3768-6.4.2-08", lower_adverts_do_not),
		ROW("R3768-6.4.3-05", master_says_farewell),
		ROW("R3768-6.4.3-06", adverts_keep_their_cadence),
		ROW("R3768-6.4.3-07", master_answers_priority_zero),
		ROW("R3768-6.4.3-08", master_yields_to_the_greater),
		ROW("R3768-6.4.3-09", master_discards_the_lesser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
