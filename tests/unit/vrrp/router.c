/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door of the room: the packet it writes, what is kept and gone on with, deadlines; and a
 * random walk over all events that holds what must always be so. States × events are in
 * tests/scenario. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void writes_a_whole_packet(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_router(&config);
	uint8_t packet[LIMIT_ADVERT_PACKET];
	struct advert advert;
	size_t size;
	struct ip ip;

	r.config.address_count = 2;
	size = sample_packet(&r, 42, packet);
	assert_int_equal(size, 20 + 8 + 8 + 8);
	assert_true(ip_parse(packet, size, &ip));
	assert_true(addr_equal(&ip.source, &r.source));
	assert_int_equal(ip.ttl, 255);
	assert_int_equal(ip.protocol, 112);
	assert_int_equal(ip.tos, 0xc0);
	assert_int_equal(ip.id, 7);
	assert_int_equal(advert_parse(&ip, 2, &advert), ADVERT_OK);
	assert_int_equal(advert.checksum, ADVERT_CHECKSUM_MESSAGE);
	assert_int_equal(advert.priority, 42);
	assert_int_equal(advert.interval_us, 1000000);
	assert_memory_equal(advert.addresses, "\300\0\2\1\300\0\2\11", 8);
	assert_memory_equal(advert.auth_data, "SECUREUN", 8);
}

static void writes_zeros_without_authentication(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r;
	uint8_t packet[LIMIT_ADVERT_PACKET];
	size_t size;

	config.auth_type = ADVERT_AUTH_NONE; /* the data is left in the configuration */
	r = sample_router(&config);
	size = sample_packet(&r, 100, packet);
	assert_memory_equal(packet + size - 8, "\0\0\0\0\0\0\0\0", 8);
}

static void keeps_a_master(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config), fresh = sample_router(&config);
	struct vrrp_kept kept;

	sample_step(&r, VRRP_EVENT_TIMER, 4000000);
	sample_step(&r, VRRP_EVENT_TIMER, 5000000);
	vrrp_router_keep(&r, &kept);
	assert_int_equal(kept.state, VRRP_STATE_MASTER);
	assert_int_equal(kept.last_advert.us, 5000000);
	assert_int_equal(kept.since.us, 4000000);
	/* Half of 3609375. */
	assert_true(vrrp_kept_usable(&fresh, &kept, (struct mono){ 5000000 + 1804686 }));
	assert_false(vrrp_kept_usable(&fresh, &kept, (struct mono){ 5000000 + 1804687 }));
	assert_false(vrrp_kept_usable(&fresh, &kept, (struct mono){ 4999999 }));
	kept.last_advert.us = INT64_MIN;
	assert_false(vrrp_kept_usable(&fresh, &kept, (struct mono){ 5000000 }));
}

/* Nobody was there before now. */
static void keeps_no_future(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_router(&config);
	struct vrrp_kept kept = { .state = VRRP_STATE_MASTER, .last_advert = { 4000000 },
				  .since = { INT64_MAX - 1 } };
	struct vrrp_event adopt = { .kind = VRRP_EVENT_ADOPT, .kept = &kept };
	struct vrrp_actions actions;

	vrrp_router_step(&r, &adopt, (struct mono){ 5000000 }, &actions);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	assert_int_equal(r.since.us, 5000000);
	kept.since.us = INT64_MIN;
	r = sample_router(&config);
	vrrp_router_step(&r, &adopt, (struct mono){ 5000000 }, &actions);
	assert_int_equal(r.since.us, 5000000);
}

static void keeps_no_farewell(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config), fresh = sample_router(&config);
	struct vrrp_kept kept;

	vrrp_router_keep(&fresh, &kept);
	assert_false(vrrp_kept_usable(&fresh, &kept, (struct mono){ 0 }));
	sample_step(&r, VRRP_EVENT_TIMER, 4000000);
	sample_step(&r, VRRP_EVENT_SHUTDOWN, 4500000);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	vrrp_router_keep(&r, &kept);
	assert_false(vrrp_kept_usable(&fresh, &kept, (struct mono){ 4500001 }));
}

/* A timer that a priority 0 shortened, or one that was armed at the start and never by an advert,
 * fires at the same instant in the next process. */
static void keeps_a_running_timer(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct advert leaving = { .priority = 0 };
	struct vrrp_event advert = { .kind = VRRP_EVENT_ADVERT, .advert = &leaving };
	struct vrrp_actions actions;
	struct vrrp_kept kept;

	advert.source = sample_address("192.0.2.250");
	for (int i = 0; i < 2; i++) {
		struct vrrp_router next = sample_router(&config);
		struct vrrp_event adopt = { .kind = VRRP_EVENT_ADOPT, .kept = &kept };

		vrrp_router_keep(&r, &kept);
		vrrp_router_step(&next, &adopt, (struct mono){ 2000000 }, &actions);
		assert_int_equal(next.state, VRRP_STATE_BACKUP);
		assert_int_equal(next.down_at.us, r.down_at.us);
		vrrp_router_step(&r, &advert, (struct mono){ 1900000 }, &actions);
	}
	assert_int_equal(r.down_at.us, 1900000 + 609375);
}

static void source_is_told_while_master(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct addr other = sample_address("192.0.2.7");

	vrrp_router_set_source(&r, &other);
	assert_int_equal(r.master.family, ADDR_NONE);
	sample_step(&r, VRRP_EVENT_TIMER, 4000000);
	assert_true(addr_equal(&r.master, &other));
	other = sample_address("192.0.2.8");
	vrrp_router_set_source(&r, &other);
	assert_true(addr_equal(&r.master, &other));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void holds_always(const struct vrrp_router *r, const struct vrrp_actions *a, bool *holding)
{
	bool entered = a->flags & VRRP_ACTION_TRANSITION;

	assert_true(r->state < VRRP_STATE_N_);
	assert_int_equal(!mono_is_never(r->advert_at), r->state == VRRP_STATE_MASTER);
	assert_int_equal(!mono_is_never(r->down_at), r->state == VRRP_STATE_BACKUP);
	if (entered)
		assert_true(a->from != a->to && a->to == r->state);
	/* The addresses are ours exactly in MASTER: each addition has its removal. */
	assert_int_equal(!!(a->flags & VRRP_ACTION_ADDRESSES_ADD),
			 entered && a->to == VRRP_STATE_MASTER);
	assert_int_equal(!!(a->flags & VRRP_ACTION_ADDRESSES_REMOVE),
			 entered && a->from == VRRP_STATE_MASTER);
	if (a->flags & VRRP_ACTION_ADDRESSES_ADD)
		*holding = true;
	if (a->flags & VRRP_ACTION_ADDRESSES_REMOVE)
		*holding = false;
	assert_int_equal(*holding, r->state == VRRP_STATE_MASTER);
	if (a->flags & VRRP_ACTION_ADVERT && a->advert_priority == 0)
		assert_true(r->leaving || entered);
	if (a->flags & VRRP_ACTION_STOPPED)
		assert_int_equal(r->state, VRRP_STATE_INIT);
}

static struct vrrp_event any_event(uint32_t *random, struct advert *advert, struct vrrp_kept *kept,
				   int64_t now_us)
{
	static const char *const senders[] = { "192.0.2.1", "192.0.2.250", "192.0.2.252" };
	struct vrrp_event event = { .kind = (enum vrrp_event_kind)(next_random(random) % 8) };

	/* Mostly adverts and timers, as in life. */
	if (next_random(random) % 3)
		event.kind = next_random(random) % 2 ? VRRP_EVENT_ADVERT : VRRP_EVENT_TIMER;
	*advert = (struct advert){ .priority = (uint8_t)(next_random(random) % 4 * 50) };
	*kept = (struct vrrp_kept){ .state = (uint8_t)(next_random(random) % 4),
		.last_advert = { now_us - next_random(random) % 5000000 } };
	event.advert = advert;
	event.source = sample_address(senders[next_random(random) % 3]);
	event.priority = (uint8_t)(1 + next_random(random) % 254);
	event.kept = kept;
	return event;
}

static void random_walk(void **state)
{
	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct vrrp_config config = sample_config();
		uint32_t random = seed;
		int64_t now_us = 10000000;
		bool holding = false;
		struct vrrp_router r;

		config.priority = seed % 5 ? 100 : 255;
		config.preempt = seed % 2;
		config.preempt_delay_us = seed % 3 ? 0 : 2000000;
		r = sample_router(&config);
		for (int step = 0; step < 2000; step++) {
			struct vrrp_actions actions;
			struct advert advert;
			struct vrrp_kept kept;
			struct vrrp_event event = any_event(&random, &advert, &kept, now_us);

			vrrp_router_step(&r, &event, (struct mono){ now_us }, &actions);
			holds_always(&r, &actions, &holding);
			now_us += next_random(&random) % 400000;
		}
	}
}

static void hears(struct vrrp_router *r, uint8_t priority, int64_t now_us)
{
	struct advert advert = { .version = 2, .priority = priority,
				 .interval_us = r->config.advert_interval_us };
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT, .advert = &advert,
				    .source = sample_address("192.0.2.250") };
	struct vrrp_actions actions;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
}

/* Nothing leaves since 4.6 s. A router of priority 50 is answered until a master-down interval is
 * over, because it may be a newcomer that heard nobody yet; then it is yielded to. */
static void a_mute_master_yields_to_anybody(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);

	sample_step(&r, VRRP_EVENT_TIMER, 3609375);
	vrrp_router_sent(&r, true, (struct mono){ 3609375 });
	vrrp_router_sent(&r, false, (struct mono){ 4609375 });
	assert_false(vrrp_router_is_mute(&r, (struct mono){ 3609375 + 3609374 }));
	hears(&r, 50, 3609375 + 3609374);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	assert_true(vrrp_router_is_mute(&r, (struct mono){ 3609375 + 3609375 }));
	hears(&r, 0, 3609375 + 3609375); /* who leaves serves nobody */
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	hears(&r, 50, 3609375 + 3609375);
	assert_int_equal(r.state, VRRP_STATE_BACKUP);
	assert_int_equal(r.reason, VRRP_REASON_MUTE);
	/* It would not be heard either if it took back. */
	for (int64_t us = 8000000; us < 20000000; us += 1000000) {
		hears(&r, 50, us);
		sample_step(&r, VRRP_EVENT_TIMER, us);
		assert_int_equal(r.state, VRRP_STATE_BACKUP);
	}
	/* Nobody else serves any more; and this time it is heard. */
	sample_step(&r, VRRP_EVENT_TIMER, 23000000);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	vrrp_router_sent(&r, true, (struct mono){ 23000000 });
	hears(&r, 50, 24000000);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	assert_false(r.was_mute);
}

/* A single error is none, and one advert that leaves ends it. */
static void who_is_heard_now_and_then_is_not_mute(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);

	sample_step(&r, VRRP_EVENT_TIMER, 3609375);
	for (int64_t us = 3609375; us < 60000000; us += 1000000) {
		vrrp_router_sent(&r, us / 1000000 % 3 == 0, (struct mono){ us });
		hears(&r, 50, us + 500000);
		assert_int_equal(r.state, VRRP_STATE_MASTER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_whole_packet),
		cmocka_unit_test(writes_zeros_without_authentication),
		cmocka_unit_test(keeps_a_master),
		cmocka_unit_test(keeps_no_farewell),
		cmocka_unit_test(keeps_no_future),
		cmocka_unit_test(keeps_a_running_timer),
		cmocka_unit_test(source_is_told_while_master),
		cmocka_unit_test(a_mute_master_yields_to_anybody),
		cmocka_unit_test(who_is_heard_now_and_then_is_not_mute),
		cmocka_unit_test(random_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
