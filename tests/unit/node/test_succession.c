/* SPDX-License-Identifier: GPL-2.0-or-later */

/* In place of another daemon of this host, which ended and left its addresses: who finds all of its
 * own goes on as MASTER, everybody else begins as if nothing had been said. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct world_setting two_addresses = {
	.name = "vrrp_1", .link = "eth0", .vrid = 1, .priority = 200,
	.addresses = { VIP, "192.0.2.2/24" },
};
static const struct world_setting no_address = {
	.name = "vrrp_1", .link = "eth0", .vrid = 1, .priority = 200,
};
static const struct world_setting owner = {
	.name = "vrrp_1", .link = "eth0", .vrid = 1, .priority = 255,
	.addresses = { VIP },
};
static const struct world_setting delayed = {
	.name = "vrrp_1", .link = "eth0", .vrid = 1, .priority = 200,
	.addresses = { VIP }, .startup_delay_us = 30 * SECOND,
};

/* Its node is new; `addresses` are what the other daemon left, `age_us` ago. */
static struct mono succeed(struct world *w, const struct world_setting *setting,
			   const char *const *addresses, int64_t age_us)
{
	world_start(w, 0, setting, 1);
	for (; *addresses; addresses++)
		world_address_add(w, 0, "eth0", *addresses, false);
	node_succeed(w->hosts[0].node, mono_add(w->now, -age_us));
	world_run(w, 0);
	return w->now;
}

#define LEFT(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define LEFT_NOTHING ((const char *const[]){ NULL })

static void untouched(struct world *w)
{
	struct mono first = { 0 };

	assert_int_equal(world_count(w, 0, WORLD_REMOVE, first), 0);
	assert_int_equal(world_count(w, 0, WORLD_ADD, first), 0);
	assert_int_equal(world_count(w, 0, WORLD_ARP, first), 0);
}

static void begins_anew(struct world *w)
{
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, (struct mono){ 0 }), 0);
}

static void test_master(void **state)
{
	struct world *w = *state;

	succeed(w, &two_addresses, LEFT(VIP, "192.0.2.2/24"), 20000);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_count(w, 0, WORLD_ADVERT, (struct mono){ 0 }), 1);
	untouched(w);
	/* Each is given our mark, once. */
	assert_int_equal(world_count(w, 0, WORLD_MARK, (struct mono){ 0 }), 2);
	world_run(w, 3 * SECOND);
	untouched(w);
	assert_int_equal(world_count(w, 0, WORLD_MARK, (struct mono){ 0 }), 2);
	/* From now on it is like any other: it is put back, and goes with the end. */
	world_address_remove(w, 0, "eth0", VIP);
	world_run(w, 0);
	assert_true(world_has(w, 0, "eth0", VIP));
	node_stop(w->hosts[0].node, w->now);
	world_run(w, SECOND);
	assert_false(world_has(w, 0, "eth0", VIP));
	assert_false(world_has(w, 0, "eth0", "192.0.2.2/24"));
}

/* The peer hears no gap that is long enough. */
static void test_peer_stays(void **state)
{
	struct world *w = *state;

	world_start(w, 0, &server1, 1);
	world_start(w, 1, &server2, 1);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	world_restart(w, 0, false);
	node_succeed(w->hosts[0].node, w->now);
	world_run(w, 8 * SECOND);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_equal(world_row(w, 1, 0).counters[COUNTER_BECAME_MASTER], 0);
}

static void test_backup(void **state)
{
	struct world *w = *state;

	succeed(w, &two_addresses, LEFT_NOTHING, 20000);
	begins_anew(w);
	untouched(w);
}

static void test_only_some(void **state)
{
	struct world *w = *state;

	succeed(w, &two_addresses, LEFT("192.0.2.2/24"), 20000);
	begins_anew(w);
	assert_false(world_has(w, 0, "eth0", "192.0.2.2/24"));
}

static void test_other_length(void **state)
{
	struct world *w = *state;

	succeed(w, &server1, LEFT("192.0.2.1/32"), 20000);
	begins_anew(w);
	assert_true(world_has(w, 0, "eth0", "192.0.2.1/32"));
}

static void test_other_link(void **state)
{
	static const struct world_setting other = {
		.name = "vrrp_1", .link = "eth1", .vrid = 1, .priority = 200,
		.addresses = { VIP },
	};
	struct world *w = *state;

	succeed(w, &other, LEFT(VIP), 20000);
	begins_anew(w);
	assert_true(world_has(w, 0, "eth0", VIP));
}

static void test_too_long_ago(void **state)
{
	struct world *w = *state;

	world_run(w, 10 * SECOND);
	succeed(w, &server1, LEFT(VIP), 2 * SECOND);
	begins_anew(w);
	assert_false(world_has(w, 0, "eth0", VIP));
}

static void test_no_address(void **state)
{
	struct world *w = *state;

	succeed(w, &no_address, LEFT_NOTHING, 20000);
	begins_anew(w);
}

/* It serves at once in any case; what is there may be the host's own. */
static void test_owner(void **state)
{
	struct world *w = *state;

	succeed(w, &owner, LEFT(VIP), 20000);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	assert_int_not_equal(world_first(w, 0, WORLD_TRANSITION, (struct mono){ 0 })->reason,
			     VRRP_REASON_ADOPTED);
	node_stop(w->hosts[0].node, w->now);
	world_run(w, SECOND);
	assert_true(world_has(w, 0, "eth0", VIP));
}

static void test_startup_delay(void **state)
{
	struct world *w = *state;

	succeed(w, &delayed, LEFT(VIP), 20000);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
}

/* Who begins anew takes part at once, too: the host did. */
static void test_startup_delay_of_a_backup(void **state)
{
	struct world *w = *state;

	succeed(w, &delayed, LEFT_NOTHING, 20000);
	begins_anew(w);
}

/* Who is started without being told finds leftovers, as ever. */
static void test_only_once(void **state)
{
	struct world *w = *state;

	succeed(w, &server1, LEFT(VIP), 20000);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
	world_restart(w, 0, false);
	world_run(w, 0);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
	assert_false(world_has(w, 0, "eth0", VIP));
}

/* A vipd-vrrp that dies before it has looked leaves no MASTER to go on from. */
static void test_presumed_is_not_kept(void **state)
{
	struct world *w = *state;
	struct keep_row row;

	world_start(w, 0, &server1, 1);
	node_succeed(w->hosts[0].node, w->now);
	node_keep(w->hosts[0].node, 0, 0, &row);
	assert_int_equal(row.state, VRRP_STATE_INIT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_master), TEST(test_peer_stays), TEST(test_backup),
		TEST(test_only_some), TEST(test_other_length), TEST(test_other_link),
		TEST(test_too_long_ago), TEST(test_no_address), TEST(test_owner),
		TEST(test_startup_delay), TEST(test_startup_delay_of_a_backup),
		TEST(test_only_once), TEST(test_presumed_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
