/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The obligations of RFC 9568 6 about states and timers, by the ids of docs/rfc-coverage.md, where
 * version 3 is not what version 2 was: the interval is learned from whom is waited for. With
 * adverts of both families that go the whole way through parsing and judging, and each obligation
 * with its counterpart. (Every cell of the state machine is in tests/scenario.) */
#include "tester.h"

#define FAMILIES 2
#define CENTISECOND_US INT64_C(10000)

/* Less and greater than ours. */
static const char *const lesser[FAMILIES] = { "192.168.100.2", "fe80::5054:ff:fe00:2" };
static const char *const greater[FAMILIES] = { "192.168.100.4", "fe80::5054:ff:fe00:4" };

static struct vrrp_config config_of(int family)
{
	return family == 0 ? tester_config3() : tester_config6();
}

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

/* What a peer with another interval sends. */
static struct frame advert_every(int family, int interval_cs, const char *source, uint8_t priority)
{
	struct vrrp_config config = config_of(family);

	config.advert_interval_us = interval_cs * CENTISECOND_US;
	return tester_peer(&config, source, priority);
}

/* Active_Down_Interval in microseconds of each priority, at learned intervals of 1, 10, 100 and
 * 4095 centiseconds: computed apart. */
static const struct {
	uint8_t priority;
	int64_t down_us[4];
} downs[] = {
	{ 1, { 39960, 399609, 3996093, 163640039 } },
	{ 50, { 38046, 380468, 3804687, 155801953 } },
	{ 99, { 36132, 361328, 3613281, 147963867 } },
	{ 100, { 36093, 360937, 3609375, 147803906 } },
	{ 101, { 36054, 360546, 3605468, 147643945 } },
	{ 150, { 34140, 341406, 3414062, 139805859 } },
	{ 200, { 32187, 321875, 3218750, 131807812 } },
	{ 254, { 30078, 300781, 3007812, 123169921 } },
	{ 255, { 30039, 300390, 3003906, 123009960 } },
};
static const int learned_cs[4] = { 1, 10, 100, 4095 };

static void down_interval_is_of_the_learned(void **state)
{
	for (size_t i = 0; i < sizeof(downs) / sizeof(downs[0]); i++)
		for (int k = 0; k < 4 * FAMILIES; k++) {
			int family = k % FAMILIES, cs = learned_cs[k / FAMILIES];
			struct vrrp_config config = config_of(family);
			struct frame f = advert_every(family, cs, greater[family], 255);
			struct vrrp_router r;

			config.priority = downs[i].priority;
			r = tester_router(&config);
			/* The owner serves at once, and yields to another one. */
			tester_step(&r, VRRP_EVENT_STARTUP, 0);
			tester_take(&r, &f, SECOND_US);
			assert_int_equal(r.state, VRRP_STATE_BACKUP);
			assert_int_equal(fires_at(&r, SECOND_US +
							      downs[i].down_us[k / FAMILIES])
						 .to,
					 VRRP_STATE_MASTER);
			/* From now on it is our own interval again. */
			assert_int_equal(deadline(&r),
					 2 * SECOND_US + downs[i].down_us[k / FAMILIES]);
		}
}

/* Also with the shortest interval: else the election has no order. */
static void every_priority_has_its_own_skew(void **state)
{
	struct vrrp_config config = tester_config3();
	int64_t last_us = INT64_MAX;

	config.advert_interval_us = CENTISECOND_US;
	for (unsigned priority = 1; priority < 256; priority++) {
		struct vrrp_router r;

		config.priority = (uint8_t)priority;
		r = tester_router(&config);
		assert_true(vrrp_skew_us(&r) < last_us);
		last_us = vrrp_skew_us(&r);
	}
	assert_true(last_us > 0);
}

static void startup(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r;
		struct vrrp_actions a;

		config.advert_interval_us = 20 * CENTISECOND_US;
		r = tester_router(&config);
		a = tester_step(&r, VRRP_EVENT_STARTUP, 0);
		assert_int_equal(a.flags, VRRP_ACTION_TRANSITION);
		assert_int_equal(deadline(&r), 721875); /* (3 + 156/256) of 200 ms */
		config.priority = 255;
		config.preempt = false;
		r = tester_router(&config);
		a = tester_step(&r, VRRP_EVENT_STARTUP, 0);
		assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_ADD |
						  VRRP_ACTION_TRANSITION);
		assert_int_equal(a.advert_priority, 255);
		assert_int_equal(deadline(&r), 20 * CENTISECOND_US);
	}
}

/* 255 is the owner's, whatever trackers find; nobody else gets there. */
static void priority_255_is_the_owners(void **state)
{
	struct vrrp_event lowered = { .kind = VRRP_EVENT_PRIORITY, .priority = 50 };
	struct vrrp_config config = tester_config6();
	struct vrrp_actions actions;
	struct vrrp_router r;

	config.priority = 255;
	r = tester_router(&config);
	vrrp_router_step(&r, &lowered, (struct mono){ 0 }, &actions);
	assert_int_equal(tester_step(&r, VRRP_EVENT_STARTUP, 0).advert_priority, 255);
	config.priority = 254;
	r = tester_backup(&config);
	vrrp_router_step(&r, &lowered, (struct mono){ 0 }, &actions);
	assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, 4 * SECOND_US).advert_priority, 50);
}

static void backup_shuts_down_silently(void **state)
{
	struct vrrp_config config = tester_config6();
	struct vrrp_router r = tester_backup(&config);
	struct vrrp_actions a = tester_step(&r, VRRP_EVENT_SHUTDOWN, SECOND_US);

	assert_int_equal(a.flags, VRRP_ACTION_TRANSITION | VRRP_ACTION_STOPPED);
	assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, DOWN_US).flags, 0);
}

static void active_down_timer_promotes(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r = tester_backup(&config);
		struct vrrp_actions a = fires_at(&r, DOWN_US);

		assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_ADD |
						  VRRP_ACTION_TRANSITION);
		assert_int_equal(a.advert_priority, 100);
		assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
	}
}

/* B3: the skew of what was learned; the interval of the last word is not. */
static void priority_zero_arms_the_skew(void **state)
{
	static const char *const names[FAMILIES] = { "v3-ip4-prio0", "v3-ip6-prio0" };

	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct frame f = advert_every(family, 100, lesser[family], 200);
		struct frame zero = tester_vector(names[family]);
		struct vrrp_router r = tester_backup(&config);

		tester_take(&r, &f, SECOND_US);
		assert_int_equal(tester_take(&r, &zero, 2 * SECOND_US).flags, 0);
		assert_int_equal(fires_at(&r, 2 * SECOND_US + SKEW_US).to, VRRP_STATE_MASTER);
		r = tester_backup(&config);
		f = advert_every(family, 50, lesser[family], 200);
		tester_take(&r, &f, SECOND_US);
		tester_take(&r, &zero, 2 * SECOND_US);
		assert_int_equal(fires_at(&r, 2 * SECOND_US + 304687).to, VRRP_STATE_MASTER);
	}
}

/* B4, B5: once is enough; what counts then is the sender's interval. */
static void adverts_arm_with_their_interval(void **state)
{
	for (int k = 0; k < 3 * FAMILIES; k++) {
		static const uint8_t priorities[3] = { 200, 100, 50 };
		int family = k % FAMILIES;
		struct vrrp_config config = config_of(family);
		struct frame f = advert_every(family, 200, lesser[family],
					      priorities[k / FAMILIES]);
		struct vrrp_router r;

		config.preempt = priorities[k / FAMILIES] >= 100;
		r = tester_backup(&config);
		assert_int_equal(tester_take(&r, &f, SECOND_US).flags, 0);
		assert_int_equal(r.master_interval_us, 2 * SECOND_US);
		assert_int_equal(fires_at(&r, SECOND_US + 7218750).to, VRRP_STATE_MASTER);
	}
}

/* B6 */
static void lower_adverts_teach_nothing(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r = tester_backup(&config);
		struct frame f = advert_every(family, 10, greater[family], 50);

		for (int i = 1; i <= 3; i++)
			tester_take(&r, &f, i * SECOND_US);
		assert_int_equal(r.master_interval_us, SECOND_US);
		assert_int_equal(fires_at(&r, DOWN_US).to, VRRP_STATE_MASTER);
	}
}

static void active_says_farewell(void **state)
{
	struct vrrp_config config = tester_config6();
	struct vrrp_router r = tester_master(&config);
	struct vrrp_actions a = tester_step(&r, VRRP_EVENT_SHUTDOWN, 4 * SECOND_US);

	for (int sent = 1; sent <= VRRP_FAREWELLS; sent++) {
		assert_true(a.flags & VRRP_ACTION_ADVERT);
		assert_int_equal(a.advert_priority, 0);
		assert_int_equal(!!(a.flags & VRRP_ACTION_ADDRESSES_REMOVE),
				 sent == VRRP_FAREWELLS);
		a = tester_step(&r, VRRP_EVENT_TIMER,
				4 * SECOND_US + sent * VRRP_FAREWELL_GAP_US);
	}
	assert_int_equal(r.state, VRRP_STATE_INIT);
	assert_int_equal(a.flags, 0);
}

/* A2: with our own interval, whatever was learned before. */
static void adverts_keep_their_cadence(void **state)
{
	struct vrrp_config config = tester_config3();
	struct frame f = advert_every(0, 4095, greater[0], 200);
	struct vrrp_router r;
	int64_t begun_us;
	int sent = 0;

	config.advert_interval_us = 5 * CENTISECOND_US;
	r = tester_backup(&config);
	tester_take(&r, &f, 1000);
	begun_us = deadline(&r);
	tester_step(&r, VRRP_EVENT_TIMER, begun_us);
	/* Woken each millisecond, always a bit late: no drift. */
	for (int i = 0; i <= 3000; i++)
		if (tester_step(&r, VRRP_EVENT_TIMER, begun_us + i * 1000 + 700).flags)
			sent++;
	assert_int_equal(sent, 60);
	assert_int_equal(deadline(&r), begun_us + 61 * 5 * CENTISECOND_US);
}

/* A3 */
static void active_answers_priority_zero(void **state)
{
	static const char *const names[FAMILIES] = { "v3-ip4-prio0", "v3-ip6-prio0" };

	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r = tester_master(&config);
		struct frame f = tester_vector(names[family]);
		struct vrrp_actions a = tester_take(&r, &f, DOWN_US + 400000);

		assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ANNOUNCE);
		assert_int_equal(a.advert_priority, 100);
		assert_int_equal(deadline(&r), DOWN_US + 400000 + SECOND_US);
	}
}

/* A4..A6, A8: `source` against `own`; with an interval of 200 ms, which who yields learns. */
static void yields_to(const char *own, const char *source, uint8_t priority, bool yields)
{
	int family = strchr(own, ':') ? 1 : 0;
	struct vrrp_config config = config_of(family);
	struct vrrp_router r = tester_master(&config);
	struct frame f = advert_every(family, 20, source, priority);
	int64_t now_us = DOWN_US + 400000;
	struct vrrp_actions a;

	r.source = tester_address(own);
	a = tester_take(&r, &f, now_us);
	assert_true(a.flags & VRRP_ACTION_ADVERT);
	assert_int_equal(a.advert_priority, 100);
	if (!yields) {
		assert_int_equal(r.state, VRRP_STATE_MASTER);
		assert_int_equal(r.master_interval_us, SECOND_US);
		assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
		return;
	}
	assert_int_equal(a.flags, VRRP_ACTION_ADVERT | VRRP_ACTION_ADDRESSES_REMOVE |
					  VRRP_ACTION_TRANSITION);
	assert_int_equal(r.state, VRRP_STATE_BACKUP);
	assert_int_equal(fires_at(&r, now_us + 721875).to, VRRP_STATE_MASTER);
}

static void active_yields_to_the_greater(void **state)
{
	yields_to("192.168.100.3", "192.168.100.2", 101, true);
	yields_to("192.168.100.3", "192.168.100.4", 99, false);
	yields_to("192.168.100.3", "192.168.100.4", 100, true);
	yields_to("192.168.100.3", "192.168.100.2", 100, false);
	/* network order, unsigned, all sixteen octets */
	yields_to("10.0.0.2", "10.0.1.1", 100, true);
	yields_to("10.0.1.1", "10.0.0.2", 100, false);
	yields_to("fe80::3", "fe80::2", 101, true);
	yields_to("fe80::3", "fe80::4", 99, false);
	yields_to("fe80::3", "fe80::4", 100, true);
	yields_to("fe80::3", "fe80::2", 100, false);
	yields_to("fe80::2", "fe80::1:1", 100, true);
	yields_to("fe80::1:1", "fe80::2", 100, false);
	yields_to("fe80::1", "fe80::8000:0:0:0", 100, true);
	yields_to("fe80::8000:0:0:0", "fe80::1", 100, false);
}

/* 6.4.3 "MUST send immediately": not twice in 20 ms. `lower_prio_no_advert` keeps silent. */
static void active_answers_the_lesser(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r = tester_master(&config);
		struct frame f = advert_every(family, 20, greater[family], 50);
		int64_t now_us = DOWN_US + 400000;

		assert_int_equal(tester_take(&r, &f, now_us).flags,
				 VRRP_ACTION_ADVERT | VRRP_ACTION_ANNOUNCE);
		assert_int_equal(tester_take(&r, &f, now_us + 19999).flags, VRRP_ACTION_ANNOUNCE);
		assert_int_equal(tester_take(&r, &f, now_us + 20000).flags,
				 VRRP_ACTION_ADVERT | VRRP_ACTION_ANNOUNCE);
		assert_int_equal(deadline(&r), DOWN_US + SECOND_US);
		assert_int_equal(r.master_interval_us, SECOND_US);
		config.lower_no_advert = true;
		r = tester_master(&config);
		assert_int_equal(tester_take(&r, &f, now_us).flags, VRRP_ACTION_ANNOUNCE);
		assert_int_equal(r.state, VRRP_STATE_MASTER);
	}
}

/* An owner that comes back does not wait for the one who serves, whatever `nopreempt` says. */
static void owner_preempts(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r;
	struct frame f = advert_every(0, 100, greater[0], 255);

	config.priority = 255;
	config.preempt = false;
	r = tester_router(&config);
	tester_step(&r, VRRP_EVENT_STARTUP, 0);
	tester_take(&r, &f, SECOND_US);
	assert_int_equal(r.state, VRRP_STATE_BACKUP);
	f = advert_every(0, 100, greater[0], 254);
	tester_take(&r, &f, 2 * SECOND_US);
	assert_int_equal(fires_at(&r, SECOND_US + 3003906).to, VRRP_STATE_MASTER);
	config.priority = 200; /* who is not the owner waits on */
	r = tester_backup(&config);
	f = advert_every(0, 100, greater[0], 150);
	tester_take(&r, &f, 2 * SECOND_US);
	assert_int_equal(deadline(&r), 2 * SECOND_US + 3218750);
}

static struct vrrp_router adopted(const struct vrrp_config *config, const struct vrrp_kept *kept,
				  int64_t now_us)
{
	struct vrrp_event event = { .kind = VRRP_EVENT_ADOPT, .kept = kept };
	struct vrrp_router r = tester_router(config);
	struct vrrp_actions actions;

	vrrp_router_step(&r, &event, (struct mono){ now_us }, &actions);
	assert_int_equal(actions.reason, VRRP_REASON_ADOPTED);
	return r;
}

/* A vipd-vrrp that goes on waits as the one before it did: for a slow master longer than its own
 * interval would have it, for a fast one shorter. */
static void learned_interval_is_kept(void **state)
{
	for (int i = 0; i < 2; i++) {
		int cs = i ? 1000 : 20;
		struct vrrp_config config = tester_config3();
		struct frame f = advert_every(0, cs, greater[0], 200);
		struct vrrp_router r = tester_backup(&config);
		struct vrrp_kept kept;
		int64_t at_us;

		tester_take(&r, &f, SECOND_US);
		at_us = deadline(&r);
		vrrp_router_keep(&r, &kept);
		r = adopted(&config, &kept, SECOND_US + 5 * cs * CENTISECOND_US / 2);
		assert_int_equal(deadline(&r), at_us);
		assert_int_equal(r.master_interval_us, cs * CENTISECOND_US);
		assert_int_equal(fires_at(&r, at_us).to, VRRP_STATE_MASTER);
	}
}

/* A new interval of our own is no news of the master that is waited for. */
static void learned_interval_outlives_a_reload(void **state)
{
	struct vrrp_config config = tester_config3();
	struct frame f = advert_every(0, 20, greater[0], 200);
	struct vrrp_router r = tester_backup(&config);
	struct frame zero = advert_every(0, 20, greater[0], 0);
	struct vrrp_actions actions;

	tester_take(&r, &f, SECOND_US);
	config.advert_interval_us = 5 * SECOND_US;
	vrrp_router_reconfigure(&r, &config, (struct mono){ SECOND_US }, &actions);
	assert_int_equal(actions.flags, 0);
	assert_int_equal(deadline(&r), SECOND_US + 721875);
	tester_take(&r, &zero, SECOND_US + 100000);
	assert_int_equal(fires_at(&r, SECOND_US + 100000 + 121875).to, VRRP_STATE_MASTER);
	assert_int_equal(deadline(&r), SECOND_US + 221875 + 5 * SECOND_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("R9568-6.1-03", down_interval_is_of_the_learned),
		ROW("R9568-6.1-03 skew", every_priority_has_its_own_skew),
		ROW("R9568-6.1-04", owner_preempts),
		ROW("R9568-6.4.1-01 R9568-6.4.1-02 R9568-6.1-04", startup),
		ROW("R9568-5.2.4-01 R9568-5.2.4-02", priority_255_is_the_owners),
		ROW("R9568-6.4.2-06", backup_shuts_down_silently),
		ROW("R9568-6.4.2-07", active_down_timer_promotes),
		ROW("R9568-6.4.2-08", priority_zero_arms_the_skew),
		ROW("R9568-6.4.2-09", adverts_arm_with_their_interval),
		ROW("R9568-6.4.2-09 adopted", learned_interval_is_kept),
		ROW("R9568-6.4.2-09 reload", learned_interval_outlives_a_reload),
		ROW("R9568-6.4.2-10", lower_adverts_teach_nothing),
		ROW("R9568-6.4.3-08 R9568-5.2.4-03", active_says_farewell),
		ROW("R9568-6.4.3-09", adverts_keep_their_cadence),
		ROW("R9568-6.4.3-10", active_answers_priority_zero),
		ROW("R9568-6.4.3-11", active_yields_to_the_greater),
		ROW("R9568-6.4.3-12", active_answers_the_lesser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
