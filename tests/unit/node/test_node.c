/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The node in its little world: start, election, faults, leftovers, repairs, adoption, the order
 * of a turn, changes of the configuration. Times are exact, because they are virtual. */

#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define SKEW_100 609375 /* (256 - 100) / 256 s */

static void start_two(struct world *w)
{
	world_start(w, 0, &server1, 1);
	world_start(w, 1, &server2, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
}

static void test_start(void **state)
{
	struct world *w = *state;
	struct mono begin = w->now;
	const struct world_entry *advert, *added, *arp;

	world_start(w, 0, &server1, 1);
	world_run(w, 10 * SECOND);
	advert = world_first(w, 0, WORLD_ADVERT, begin);
	added = world_first(w, 0, WORLD_ADD, begin);
	arp = world_first(w, 0, WORLD_ARP, begin);
	/* 3 s + 56/256 s after the start: advert, then address, then announcement. */
	assert_int_equal(mono_since(begin, advert->at), 3 * SECOND + 56 * SECOND / 256);
	assert_true(advert < added && added < arp);
	/* Five at once, five more after five seconds. */
	assert_int_equal(world_count(w, 0, WORLD_ARP, begin), 10);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 7);
	assert_true(world_has(w, 0, "eth0", VIP));
}

static void test_election_and_power_cut(void **state)
{
	struct world *w = *state;
	struct mono cut;
	const struct world_entry *last = NULL, *advert;

	start_two(w);
	assert_false(world_has(w, 1, "eth0", VIP));
	w->hosts[0].is_cut = true;
	cut = w->now;
	for (int k = 0; k < w->log_count; k++)
		if (w->log[k].kind == WORLD_ADVERT && w->log[k].host == 0)
			last = &w->log[k];
	world_run(w, 5 * SECOND);
	advert = world_first(w, 1, WORLD_ADVERT, cut);
	assert_non_null(advert);
	assert_int_equal(mono_since(last->at, advert->at), 3 * SECOND + SKEW_100);
	assert_int_equal(world_row(w, 1, 0).reason, VRRP_REASON_MASTER_SILENT);
	assert_int_equal(world_row(w, 1, 0).previous, VRRP_STATE_BACKUP);
	/* It returns: the higher priority answers the first lower advert it hears. */
	w->hosts[0].is_cut = false;
	world_run(w, 2 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_false(world_has(w, 1, "eth0", VIP));
}

static void test_stop(void **state)
{
	struct world *w = *state;
	struct mono begin;
	const struct world_entry *removed, *advert;

	start_two(w);
	begin = w->now;
	node_stop(w->hosts[0].node, w->now);
	world_run(w, 100000);
	assert_true(w->hosts[0].is_stopped);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 3);
	removed = world_first(w, 0, WORLD_REMOVE, begin);
	assert_int_equal(mono_since(begin, removed->at), 40000);
	w->hosts[0].is_running = false;
	world_run(w, 2 * SECOND);
	advert = world_first(w, 1, WORLD_ADVERT, begin);
	assert_int_equal(mono_since(begin, advert->at), 40000 + SKEW_100);
	assert_int_equal(world_row(w, 1, 0).reason, VRRP_REASON_MASTER_LEFT);
}

/* What stands still in the middle of its farewell ends it when it wakes, however late that is: an
 * address that stayed behind would be on two hosts, and nobody there would take it away. */
static void test_stop_of_one_that_slept(void **state)
{
	struct world *w = *state;

	start_two(w);
	w->hosts[1].is_cut = true; /* an heir that it hears would end it at once */
	node_stop(w->hosts[0].node, w->now);
	world_run(w, 10000);
	w->hosts[0].is_frozen = true;
	world_run(w, 2 * SECOND);
	w->hosts[0].is_frozen = false;
	world_run(w, 10000);
	assert_true(world_has(w, 0, "eth0", VIP));
	assert_false(w->hosts[0].is_stopped);
	world_run(w, 100000);
	assert_true(w->hosts[0].is_stopped);
	assert_false(world_has(w, 0, "eth0", VIP));
}

static void test_shedding_of_one_that_slept(void **state)
{
	struct world *w = *state;
	struct world_setting other = server1;

	start_two(w);
	other.name = "other";
	other.vrid = 102;
	other.addresses[0] = "192.0.2.77/24";
	world_reload(w, 0, &other, 1);
	world_run(w, 10000);
	w->hosts[0].is_frozen = true;
	world_run(w, 2 * SECOND);
	w->hosts[0].is_frozen = false;
	world_run(w, 200000);
	assert_null(w->hosts[0].next);
	assert_false(world_has(w, 0, "eth0", VIP));
}

static void test_leftovers_first(void **state)
{
	struct world *w = *state;
	struct mono begin = w->now;

	world_start(w, 0, &server1, 1);
	world_address_add(w, 0, "eth0", VIP, false); /* keepalived's, say */
	world_address_add(w, 0, "eth0", "198.51.100.7/32", true); /* marked, of another time */
	world_address_add(w, 0, "eth0", "198.51.100.8/32", false); /* the host's own */
	world_run(w, SECOND);
	assert_false(world_has(w, 0, "eth0", VIP));
	assert_false(world_has(w, 0, "eth0", "198.51.100.7/32"));
	assert_true(world_has(w, 0, "eth0", "198.51.100.8/32"));
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	world_run(w, 4 * SECOND);
	assert_true(world_first(w, 0, WORLD_REMOVE, begin)->at.us <
		    world_first(w, 0, WORLD_ADVERT, begin)->at.us);
	assert_true(world_has(w, 0, "eth0", VIP));
}

/* Everybody else listens for seconds anyway; the owner would speak at once. */
static void test_owner_waits_for_leftovers(void **state)
{
	struct world *w = *state;
	struct world_setting owner = server1;
	int last_removal = -1;

	owner.priority = 255;
	world_start(w, 0, &owner, 1);
	for (int k = 0; k < 50; k++) {
		char prefix[32];

		snprintf(prefix, sizeof(prefix), "198.51.100.%d/32", k);
		world_address_add(w, 0, "eth0", prefix, true);
	}
	world_run(w, SECOND / 2);
	for (int k = 0; k < w->log_count; k++)
		if (w->log[k].kind == WORLD_REMOVE)
			last_removal = k;
	assert_int_equal(world_count(w, 0, WORLD_REMOVE, (struct mono){ 0 }), 50);
	assert_true(world_first(w, 0, WORLD_ADVERT, (struct mono){ 0 }) > &w->log[last_removal]);
}

static void test_owner_keeps_native_address(void **state)
{
	struct world *w = *state;
	struct world_setting owner = server1;

	owner.priority = 255;
	world_start(w, 0, &owner, 1);
	world_address_add(w, 0, "eth0", VIP, false);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_count(w, 0, WORLD_ADD, (struct mono){ 0 }), 0);
	assert_true(world_count(w, 0, WORLD_ARP, (struct mono){ 0 }) >= 5);
	node_stop(w->hosts[0].node, w->now);
	world_run(w, SECOND);
	assert_true(w->hosts[0].is_stopped);
	assert_true(world_has(w, 0, "eth0", VIP));
}

static void test_repair(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	world_run(w, 4 * SECOND);
	begin = w->now;
	world_address_remove(w, 0, "eth0", VIP);
	world_run(w, 1000);
	assert_true(world_has(w, 0, "eth0", VIP));
	assert_int_equal(world_count(w, 0, WORLD_ARP, begin), 5);
	assert_int_equal(world_row(w, 0, 0).counters[COUNTER_ADDRESS_REPAIRS], 1);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 0);
	/* Someone who keeps taking it away does not make us spin. */
	for (int k = 0; k < 100; k++) {
		world_address_remove(w, 0, "eth0", VIP);
		world_run(w, 10000);
	}
	assert_in_range(world_count(w, 0, WORLD_ADD, begin), 8, 13);
}

static void test_link_down_and_source_lost(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	begin = w->now;
	world_link_set(w, 0, "eth0", false);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_LINK_DOWN);
	assert_false(world_has(w, 0, "eth0", VIP));
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 0);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	world_link_set(w, 0, "eth0", true);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	begin = w->now;
	world_address_remove(w, 0, "eth0", "192.0.2.11/24");
	world_run(w, SECOND);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_NO_SOURCE);
	/* The link can still carry a farewell, so the other one need not wait three adverts. */
	assert_int_equal(world_first(w, 0, WORLD_ADVERT, begin)->priority, 0);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	world_address_add(w, 0, "eth0", "192.0.2.21/24", false);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_row(w, 0, 0).source.bytes[3], 21);
	assert_int_equal(world_count(w, 0, WORLD_REJOIN, begin), 1);
}

static void test_link_deleted_and_made_anew(void **state)
{
	struct world *w = *state;

	start_two(w);
	world_link_delete(w, 0, "eth0");
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_LINK_MISSING);
	assert_false(w->hosts[0].links[0].is_open);
	w->hosts[0].links[0].exists = true;
	world_link_set(w, 0, "eth0", true);
	world_address_add(w, 0, "eth0", "192.0.2.11/24", false);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", VIP));
}

static void test_socket_fails_then_opens(void **state)
{
	struct world *w = *state;

	w->hosts[0].links[0].cannot_open = true;
	world_start(w, 0, &server1, 1);
	world_run(w, SECOND / 2);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_SOCKET);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	w->hosts[0].links[0].cannot_open = false;
	world_run(w, 6 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
}

static void test_adoption(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	for (int k = 0; k < 20; k++) {
		world_run(w, 137000);
		begin = w->now;
		world_restart(w, 0, true);
		world_run(w, 0);
		assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
		/* At once an advert; no address is touched; nobody else moves. */
		assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 1);
		assert_int_equal(world_count(w, 0, WORLD_REMOVE, begin), 0);
		assert_int_equal(world_count(w, 0, WORLD_ADD, begin), 0);
	}
	world_run(w, 5 * SECOND);
	assert_int_equal(world_row(w, 1, 0).counters[COUNTER_BECAME_MASTER], 0);
	/* Counters go on. */
	assert_true(world_row(w, 0, 0).counters[COUNTER_ADVERTS_SENT] > 20);
}

static void test_no_adoption_when_too_old(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	w->hosts[0].is_running = false;
	world_run(w, 2 * SECOND);
	begin = w->now;
	world_restart(w, 0, true);
	world_run(w, 0);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_false(world_has(w, 0, "eth0", VIP));
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, begin), 0);
}

static void test_backup_adopted_keeps_its_timer(void **state)
{
	struct world *w = *state;
	struct mono cut;

	start_two(w);
	w->hosts[0].is_cut = true;
	cut = w->now;
	world_run(w, SECOND);
	world_restart(w, 1, true);
	world_run(w, 5 * SECOND);
	assert_true(mono_since(cut, world_first(w, 1, WORLD_ADVERT, cut)->at) <=
		    3 * SECOND + SKEW_100);
}

static void test_frozen_master_listens_first(void **state)
{
	struct world *w = *state;
	struct mono thaw;

	start_two(w);
	w->hosts[0].is_frozen = true;
	world_run(w, 6 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	assert_true(w->hosts[0].queue_count > 0);
	w->hosts[0].is_frozen = false;
	thaw = w->now;
	world_run(w, 1000);
	/* It heard the other one and, being the better, told it so. */
	assert_int_equal(w->hosts[0].queue_count, 0);
	assert_int_equal(world_row(w, 0, 0).counters[COUNTER_ADVERTS_RECEIVED] > 0, 1);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_BACKUP);
	assert_true(world_count(w, 0, WORLD_ARP, thaw) >= 5);
}

static void test_frozen_nopreempt_master_yields(void **state)
{
	struct world *w = *state;
	struct world_setting s1 = server1;
	struct mono thaw;

	s1.nopreempt = true;
	world_start(w, 0, &s1, 1);
	world_run(w, 5 * SECOND);
	world_start(w, 1, &server2, 1);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	w->hosts[0].is_frozen = true;
	world_run(w, 6 * SECOND);
	w->hosts[0].is_frozen = false;
	thaw = w->now;
	world_run(w, 1000);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, thaw), 0);
	assert_int_equal(world_row(w, 0, 0).reason, VRRP_REASON_OVERSLEPT);
}

static void test_busy_socket_delays_takeover_two_turns(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	w->hosts[0].is_cut = true;
	w->hosts[1].links[0].is_full = true;
	begin = w->now;
	world_run(w, 5 * SECOND);
	/* A flood cannot stop the clock for ever. */
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	assert_true(mono_since(begin, world_first(w, 1, WORLD_ADVERT, begin)->at) <=
		    3 * SECOND + SKEW_100 + 1000);
}

static void test_overrun_is_healed_by_a_dump(void **state)
{
	struct world *w = *state;
	struct world_host *h;

	start_two(w);
	h = &w->hosts[0];
	/* The news of it were lost. */
	h->addresses[0] = h->addresses[--h->address_count];
	h->address_count = 0;
	node_overrun(h->node);
	world_run(w, 0);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_NO_SOURCE);
}

static const struct world_setting many[] = {
	{ .name = "a", .link = "eth0", .vrid = 1, .priority = 200,
	  .addresses = { "192.0.2.1/24", "192.0.2.2/24" } },
	{ .name = "b", .link = "eth0", .vrid = 2, .priority = 200,
	  .addresses = { "192.0.2.3/24" } },
	{ .name = "c", .link = "eth1", .vrid = 1, .priority = 200,
	  .addresses = { "192.0.2.4/24" } },
};

static void test_reload_of_the_same(void **state)
{
	struct world *w = *state;
	struct mono begin;

	world_start(w, 0, many, 3);
	world_run(w, 10 * SECOND);
	begin = w->now;
	world_reload(w, 0, many, 3);
	world_run(w, 3 * SECOND);
	assert_null(w->hosts[0].next);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 0);
	assert_int_equal(world_count(w, 0, WORLD_ADD, begin), 0);
	assert_int_equal(world_count(w, 0, WORLD_REMOVE, begin), 0);
	assert_int_equal(world_count(w, 0, WORLD_ARP, begin), 0);
	assert_in_range(world_count(w, 0, WORLD_ADVERT, begin), 9, 12);
}

static void test_reload_adds_and_removes(void **state)
{
	struct world *w = *state;
	struct mono begin;
	/* a: one address goes, one comes, another name; b goes; c stays; d comes */
	static const struct world_setting next[] = {
		{ .name = "c", .link = "eth1", .vrid = 1, .priority = 200,
		  .addresses = { "192.0.2.4/24" } },
		{ .name = "a2", .link = "eth0", .vrid = 1, .priority = 150,
		  .addresses = { "192.0.2.2/24", "192.0.2.5/24" } },
		{ .name = "d", .link = "eth0", .vrid = 9, .priority = 254,
		  .addresses = { "192.0.2.6/24" } },
	};

	world_start(w, 0, many, 3);
	world_run(w, 12 * SECOND);
	begin = w->now;
	world_reload(w, 0, next, 3);
	world_run(w, 100000);
	assert_null(w->hosts[0].next);
	assert_false(world_has(w, 0, "eth0", "192.0.2.1/24"));
	assert_false(world_has(w, 0, "eth0", "192.0.2.3/24"));
	assert_true(world_has(w, 0, "eth0", "192.0.2.2/24"));
	assert_true(world_has(w, 0, "eth0", "192.0.2.5/24"));
	assert_true(world_has(w, 0, "eth1", "192.0.2.4/24"));
	/* Only the new address is announced; b said farewell; the two others did not move. */
	assert_int_equal(world_count(w, 0, WORLD_ARP, begin), 5);
	assert_int_equal(world_count(w, 0, WORLD_REMOVE, begin), 2);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 0, 1), VRRP_STATE_MASTER);
	assert_int_equal(world_row(w, 0, 1).effective_priority, 150);
	assert_int_equal(world_state(w, 0, 2), VRRP_STATE_BACKUP);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 2), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", "192.0.2.6/24"));
}

static void test_reload_moves_an_address(void **state)
{
	struct world *w = *state;
	struct world_setting next[3];
	struct mono begin;

	world_start(w, 0, many, 3);
	world_run(w, 12 * SECOND);
	begin = w->now;
	memcpy(next, many, sizeof(next));
	next[0].addresses[1] = NULL;
	next[1].addresses[1] = "192.0.2.2/24";
	world_reload(w, 0, next, 3);
	world_run(w, SECOND);
	/* Both are MASTER: nobody saw it go. */
	assert_true(world_has(w, 0, "eth0", "192.0.2.2/24"));
	assert_int_equal(world_count(w, 0, WORLD_REMOVE, begin), 0);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 0);
}

static void test_reload_while_backup(void **state)
{
	struct world *w = *state;
	struct world_setting s2 = server2;
	struct mono begin;

	start_two(w);
	s2.addresses[1] = "192.0.2.9/24";
	begin = w->now;
	for (int k = 0; k < 20; k++) {
		world_reload(w, 1, &s2, 1);
		world_run(w, 300000);
	}
	assert_int_equal(world_count(w, -1, WORLD_TRANSITION, begin), 0);
	assert_false(world_has(w, 1, "eth0", "192.0.2.9/24"));
	assert_true(world_row(w, 1, 0).counters[COUNTER_ADDRESS_LIST_ERRORS] > 0);
}

static void test_stop_before_the_dump_takes_leftovers_along(void **state)
{
	struct world *w = *state;

	world_start(w, 0, &server1, 1);
	world_address_add(w, 0, "eth0", VIP, true);
	w->hosts[0].dump_held = true;
	node_stop(w->hosts[0].node, w->now);
	world_run(w, 10000);
	assert_false(w->hosts[0].is_stopped);
	world_dump(w, 0);
	world_run(w, 10000);
	assert_true(w->hosts[0].is_stopped);
	assert_false(world_has(w, 0, "eth0", VIP));
}

static void test_more_leftovers_than_can_be_remembered(void **state)
{
	struct world *w = *state;
	struct world_host *h = &w->hosts[0];

	world_start(w, 0, &server1, 1);
	for (int k = 0; k < 400; k++) {
		char prefix[32];

		snprintf(prefix, sizeof(prefix), "198.51.%d.%d/32", 100 + k / 250, k % 250);
		world_address_add(w, 0, "eth0", prefix, true);
	}
	world_run(w, SECOND);
	assert_int_equal(h->address_count, 1);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
}

/* What another vipd may have put there stays; what is configured here is ours to clear. */
static void test_neighbour_keeps_its_addresses(void **state)
{
	struct world *w = *state;

	world_start(w, 0, &server1, 1);
	node_set_neighbour(w->hosts[0].node, true);
	world_address_add(w, 0, "eth0", VIP, true);
	world_address_add(w, 0, "eth0", "192.0.2.99/24", true);
	world_run(w, 100000);
	assert_false(world_has(w, 0, "eth0", VIP));
	assert_true(world_has(w, 0, "eth0", "192.0.2.99/24"));
	world_run(w, 12 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", "192.0.2.99/24"));
}

static void test_renamed_interface_keeps_nothing(void **state)
{
	struct world *w = *state;
	struct mono begin;

	start_two(w);
	begin = w->now;
	strcpy(w->hosts[0].links[0].name, "lan0");
	world_link_set(w, 0, "lan0", true);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_FAULT);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_LINK_MISSING);
	assert_false(world_has(w, 0, "lan0", VIP));
	assert_int_equal(world_first(w, 0, WORLD_ADVERT, begin)->priority, 0);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	strcpy(w->hosts[0].links[0].name, "eth0");
	world_link_set(w, 0, "eth0", true);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", VIP));
}

/* The other name is one of the configuration, too; there and back before anything is asked. */
static void test_interface_takes_another_ones_name(void **state)
{
	struct world *w = *state;
	struct world_setting both[] = { server1, server1 };

	both[1].link = "eth1";
	world_start(w, 0, both, 2);
	world_run(w, 5 * SECOND);
	world_link_delete(w, 0, "eth1");
	strcpy(w->hosts[0].links[1].name, "gone");
	w->hosts[0].dump_held = true;
	strcpy(w->hosts[0].links[0].name, "eth1");
	world_link_set(w, 0, "eth1", true);
	strcpy(w->hosts[0].links[0].name, "eth0");
	world_link_set(w, 0, "eth0", true);
	world_dump(w, 0);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_row(w, 0, 1).conditions, 1u << CONDITION_LINK_MISSING);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", VIP));
	world_link_delete(w, 0, "eth0");
	world_run(w, SECOND);
	assert_int_equal(world_row(w, 0, 0).conditions, 1u << CONDITION_LINK_MISSING);
	assert_int_equal(world_row(w, 0, 1).conditions, 1u << CONDITION_LINK_MISSING);
}

static void test_reload_of_an_owner(void **state)
{
	struct world *w = *state;
	struct world_setting owner = { .name = "o", .link = "eth0", .vrid = 1, .priority = 255,
				       .addresses = { "192.0.2.11/24" } };
	struct mono begin;

	world_start(w, 0, &owner, 1);
	world_run(w, SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	begin = w->now;
	world_reload(w, 0, &owner, 1);
	world_run(w, SECOND);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 0);
	assert_true(world_has(w, 0, "eth0", "192.0.2.11/24"));
}

/* A configuration without one of the owner's own addresses, and then one that has it again: it is
 * the host's all the time. */
static void test_reload_finds_an_own_address(void **state)
{
	struct world *w = *state;
	struct world_setting owner = server1, fewer = server1;

	owner.priority = fewer.priority = 255;
	owner.addresses[1] = "198.51.100.9/24";
	world_start(w, 0, &owner, 1);
	world_address_add(w, 0, "eth0", VIP, false);
	world_address_add(w, 0, "eth0", "198.51.100.9/24", false);
	world_run(w, SECOND);
	world_reload(w, 0, &fewer, 1);
	world_run(w, SECOND);
	assert_true(world_has(w, 0, "eth0", "198.51.100.9/24"));
	world_reload(w, 0, &owner, 1);
	world_run(w, SECOND);
	node_stop(w->hosts[0].node, w->now);
	world_run(w, SECOND);
	assert_true(w->hosts[0].is_stopped);
	assert_true(world_has(w, 0, "eth0", VIP));
	assert_true(world_has(w, 0, "eth0", "198.51.100.9/24"));
}

static void test_reload_ends_ownership(void **state)
{
	struct world *w = *state;
	struct world_setting s1 = server1;

	s1.priority = 255;
	world_start(w, 0, &s1, 1);
	world_address_add(w, 0, "eth0", VIP, false);
	world_run(w, SECOND);
	world_start(w, 1, &server1, 1);
	world_run(w, SECOND);
	s1.priority = 50;
	world_reload(w, 0, &s1, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_false(world_has(w, 0, "eth0", VIP));
}

static void test_abandoned_change(void **state)
{
	struct world *w = *state;
	struct world_host *h = &w->hosts[0];

	world_start(w, 0, many, 3);
	world_run(w, 12 * SECOND);
	/* b goes, a loses an address; in the middle of it the change is given up. */
	struct world_setting next = many[0];

	next.addresses[1] = NULL;
	world_reload(w, 0, &next, 1);
	while (!h->change_shed)
		world_run(w, 0);
	world_run(w, 1000);
	assert_false(world_has(w, 0, "eth0", "192.0.2.2/24"));
	node_change_abandon(h->node, w->now);
	free(h->next);
	free(h->next_image);
	h->next = NULL;
	h->next_image = NULL;
	world_run(w, 5 * SECOND);
	for (uint32_t k = 0; k < 3; k++)
		assert_int_equal(world_state(w, 0, k), VRRP_STATE_MASTER);
	assert_true(world_has(w, 0, "eth0", "192.0.2.2/24"));
	assert_true(world_has(w, 0, "eth0", "192.0.2.3/24"));
	assert_true(mono_since(w->now, node_deadline(h->node)) > 0);
}

static void test_held_messages_wait(void **state)
{
	struct world *w = *state;
	struct mono begin = w->now;

	world_start(w, 0, &server1, 1);
	node_hold_messages(w->hosts[0].node, true);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 0);
	node_hold_messages(w->hosts[0].node, false);
	world_run(w, 0);
	assert_int_equal(world_count(w, 0, WORLD_TRANSITION, begin), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_start),
		TEST(test_election_and_power_cut),
		TEST(test_stop),
		TEST(test_stop_of_one_that_slept),
		TEST(test_shedding_of_one_that_slept),
		TEST(test_leftovers_first),
		TEST(test_owner_waits_for_leftovers),
		TEST(test_owner_keeps_native_address),
		TEST(test_repair),
		TEST(test_link_down_and_source_lost),
		TEST(test_link_deleted_and_made_anew),
		TEST(test_socket_fails_then_opens),
		TEST(test_adoption),
		TEST(test_no_adoption_when_too_old),
		TEST(test_backup_adopted_keeps_its_timer),
		TEST(test_frozen_master_listens_first),
		TEST(test_frozen_nopreempt_master_yields),
		TEST(test_busy_socket_delays_takeover_two_turns),
		TEST(test_overrun_is_healed_by_a_dump),
		TEST(test_reload_of_the_same),
		TEST(test_reload_adds_and_removes),
		TEST(test_reload_moves_an_address),
		TEST(test_reload_while_backup),
		TEST(test_stop_before_the_dump_takes_leftovers_along),
		TEST(test_more_leftovers_than_can_be_remembered),
		TEST(test_neighbour_keeps_its_addresses),
		TEST(test_renamed_interface_keeps_nothing),
		TEST(test_interface_takes_another_ones_name),
		TEST(test_reload_of_an_owner),
		TEST(test_reload_finds_an_own_address),
		TEST(test_reload_ends_ownership),
		TEST(test_abandoned_change),
		TEST(test_held_messages_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
