/* SPDX-License-Identifier: GPL-2.0-or-later */

/* An instance without an interface: it is up while some interface has its source, and the one of
 * its address is up, eth0. With `vrf` its link has a name: that has to be there. */
#include "node/node.h"

#include "base/check.h"
#include "wire/advert.h"
#include "wire/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define ETH0 2
#define LOOPBACK 1
#define RED 7
#define PEER "198.51.100.2"

static const struct prefix source = { { ADDR_IPV4, { 198, 51, 100, 1 } }, 32 };
static const struct prefix vip = { { ADDR_IPV4, { 192, 0, 2, 80 } }, 24 };
static struct mono now;
static struct image *image;
static struct node *node;
static int opened, closed, watched, adverts, missing, announced;
static uint32_t opened_with;
static struct addr sent_to;
static uint8_t address_flags;

static void image_make(const char *vrf)
{
	struct image header = { .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT, .instance_count = 1,
				.link_count = 2, .address_count = 1, .peer_count = 2,
				.string_size = 4 };
	const char *reason;

	header.size = (uint32_t)image_size(&header);
	image = calloc(1, header.size);
	assert_non_null(image);
	*image = header;
	strcpy(image_links_mutable(image)[0].name, vrf);
	image_links_mutable(image)[0].family = ADDR_IPV4;
	image_links_mutable(image)[0].source = source.addr;
	strcpy(image_links_mutable(image)[1].name, "eth0");
	image_links_mutable(image)[1].family = ADDR_IPV4;
	*image_instances_mutable(image) = (struct image_instance){
		.name = 1, .family = ADDR_IPV4, .version = 3, .vrid = 51, .priority = 200,
		.flags = IMAGE_PREEMPT | IMAGE_UNICAST | IMAGE_TRACK_SOURCE | IMAGE_CHECK_SOURCE,
		.source = source.addr, .group = advert_group(ADDR_IPV4), .ttl = 255,
		.peer_count = 2, .down_adverts = 3, .garp_repeat = 5, .garp_repeat_later = 5,
		.advert_interval_us = SECOND, .address_count = 1,
	};
	/* One file for both: it is in the list itself. */
	image_peers_mutable(image)[0] = (struct image_peer){ source.addr, 0, 255 };
	image_peers_mutable(image)[1].max_ttl = 255;
	check(addr_parse(PEER, &image_peers_mutable(image)[1].addr));
	image_addresses_mutable(image)[0] = (struct image_address){
		.prefix = vip, .link = 1, .flags = address_flags
	};
	strcpy(image_strings_mutable(image) + 1, "r");
	assert_true(image_check(image, image->size, &reason));
}

static void start(const char *vrf)
{
	size_t size;

	image_make(vrf);
	size = (node_size(image) + 63) & ~(size_t)63;
	now.us = 1000 * SECOND;
	opened = closed = watched = adverts = missing = announced = 0;
	node = node_init(aligned_alloc(64, size), image, 1, now);
}

static int teardown(void **state)
{
	free(node);
	free(image);
	address_flags = 0;
	return 0;
}

static void apply(const struct node_action *a)
{
	switch (a->kind) {
	case NODE_ACTION_OPEN:
		assert_int_equal(a->link, 0);
		opened++;
		opened_with = a->ifindex;
		node_opened(node, a->link, 0, now);
		break;
	case NODE_ACTION_CLOSE:
		closed++;
		break;
	case NODE_ACTION_WATCH:
		watched++;
		break;
	case NODE_ACTION_ADVERT:
		adverts++;
		sent_to = a->destination;
		node_sent(node, a->instance, 0, now);
		break;
	case NODE_ACTION_ADDRESSES:
		for (int k = 0; k < a->count; k++) {
			assert_int_equal(a->changes[k].ifindex, ETH0);
			node_address_done(node, a->changes[k].address, a->changes[k].add, 0, now);
		}
		break;
	case NODE_ACTION_ANNOUNCE:
		announced += a->count;
		break;
	case NODE_ACTION_NOTE:
		missing += a->message.note == ROLE_NOTE_LINK_MISSING;
		break;
	case NODE_ACTION_FILTER:
	case NODE_ACTION_IDENTIFY:
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_CHANGED:
	case NODE_ACTION_DUMP:
	case NODE_ACTION_STOPPED:
		break;
	}
}

static void turn(void)
{
	struct node_action action;

	node_turn(node, now);
	node_timers(node, now);
	while (node_next(node, now, LIMIT_ADDRESS_BATCH, &action))
		apply(&action);
}

static void run(int64_t us)
{
	struct mono end = mono_add(now, us);

	for (turn(); node_deadline(node).us <= end.us; turn())
		now = node_deadline(node);
	now = end;
	turn();
}

static void link_is(uint32_t ifindex, const char *name, bool is_up)
{
	node_link(node, &(struct node_link_news){ .ifindex = ifindex, .name = name,
						  .is_up = is_up, .has_mac = true }, now);
	turn();
}

static void source_is(uint32_t ifindex, bool is_there)
{
	struct node_address_news news = { .ifindex = ifindex, .prefix = source };

	if (is_there)
		node_address(node, &news, now);
	else
		node_address_gone(node, &news, now);
	turn();
}

static void dump_begin(void)
{
	node_dump_begin(node);
	node_link(node, &(struct node_link_news){ .ifindex = LOOPBACK, .name = "lo" }, now);
	node_link(node, &(struct node_link_news){ .ifindex = ETH0, .name = "eth0",
						  .is_up = true }, now);
}

static void dump_end(void)
{
	node_dump_end(node, now);
	turn();
}

static enum vrrp_state state_now(void)
{
	struct status_row row;

	node_row(node, 0, 0, &row);
	return (enum vrrp_state)row.state;
}

static bool has_condition(enum condition c)
{
	struct status_row row;

	node_row(node, 0, 0, &row);
	return row.conditions & 1u << c;
}

static void start_with_source(void)
{
	start("");
	dump_begin();
	source_is(LOOPBACK, true);
	dump_end();
}

static void hear_on(uint32_t link, uint8_t priority)
{
	uint8_t packet[IP4_HEADER_SIZE + 12] = { 0x45, 0xc0, 0, sizeof(packet), 0, 1, 0, 0, 255,
						 IP_PROTOCOL_VRRP, 0, 0, 198, 51, 100, 2,
						 198, 51, 100, 1, 0x31, 51, priority, 1, 0, 100,
						 0, 0, 192, 0, 2, 80 };
	uint32_t sum = 0;

	/* RFC 9568's form: over the message alone. */
	for (size_t k = IP4_HEADER_SIZE; k < sizeof(packet); k += 2)
		sum += (uint32_t)packet[k] << 8 | packet[k + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	packet[IP4_HEADER_SIZE + 6] = (uint8_t)(sum >> 8);
	packet[IP4_HEADER_SIZE + 7] = (uint8_t)sum;
	node_packet(node, link, packet, sizeof(packet), false, now);
	turn();
}

static void test_serves_without_an_interface(void **state)
{
	struct addr peer;

	start_with_source();
	assert_int_equal(opened, 1);
	assert_int_equal(opened_with, 0);
	assert_int_equal(watched, 0); /* there is nothing to look at for a frame */
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
	/* Nobody was heard: the Master_Down_Interval, and what unproven links wait beyond. */
	run(4 * SECOND);
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
	run(4 * SECOND);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	assert_true(addr_parse(PEER, &peer) && addr_equal(&sent_to, &peer));
	assert_true(adverts > 0);
}

static void test_an_advert_proves_it(void **state)
{
	start_with_source();
	run(SECOND);
	hear_on(0, 100);
	hear_on(0, 0);
	run(2 * SECOND);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
}

static void test_its_address_needs_a_link(void **state)
{
	struct status_row row;

	start_with_source();
	run(8 * SECOND);
	link_is(LOOPBACK, "lo", true);
	link_is(LOOPBACK, "lo", false);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	link_is(ETH0, "eth0", false);
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	assert_true(has_condition(CONDITION_LINK_DOWN));
	node_row(node, 0, 0, &row);
	assert_int_equal(row.bad_link, 1);
	link_is(ETH0, "eth0", true);
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
	node_row(node, 0, 0, &row);
	assert_int_equal(row.bad_link, 0);
	node_link_gone(node, ETH0, now);
	turn();
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	assert_true(has_condition(CONDITION_LINK_MISSING));
	assert_int_equal(missing, 1);
}

static void test_links_go_and_nothing_happens(void **state)
{
	address_flags = IMAGE_ADDRESS_NO_TRACK;
	start_with_source();
	run(8 * SECOND);
	link_is(ETH0, "eth0", false);
	link_is(LOOPBACK, "lo", false);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	/* Clients there may have asked another one. */
	announced = 0;
	link_is(ETH0, "eth0", true);
	assert_int_equal(announced, 5);
	node_link_gone(node, ETH0, now);
	turn();
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	assert_int_equal(closed, 0);
}

static void test_source_goes_and_comes_elsewhere(void **state)
{
	start_with_source();
	run(8 * SECOND);
	/* In two places: one may go. */
	source_is(ETH0, true);
	source_is(LOOPBACK, false);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	source_is(ETH0, false);
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	assert_true(has_condition(CONDITION_NO_SOURCE));
	source_is(9, true); /* an interface that no configuration names */
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
	run(4 * SECOND);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	assert_int_equal(opened, 1);
}

static void test_no_source_at_the_start(void **state)
{
	start("");
	dump_begin();
	dump_end();
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	assert_true(has_condition(CONDITION_NO_SOURCE));
	assert_int_equal(missing, 0);
	/* What a later dump does not mention is gone. */
	source_is(LOOPBACK, true);
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
	dump_begin();
	dump_end();
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
}

static void test_vrf(void **state)
{
	start("red");
	dump_begin();
	source_is(LOOPBACK, true);
	dump_end();
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	assert_true(has_condition(CONDITION_LINK_MISSING));
	assert_int_equal(missing, 1);
	assert_int_equal(opened, 0);
	link_is(RED, "red", true);
	assert_int_equal(opened, 1);
	assert_int_equal(opened_with, RED);
	run(8 * SECOND);
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	link_is(RED, "red", false);
	assert_int_equal(state_now(), VRRP_STATE_FAULT);
	node_link_gone(node, RED, now);
	turn();
	assert_int_equal(closed, 1);
	/* The interfaces that were in it did not go with it. */
	link_is(RED + 1, "red", true);
	assert_int_equal(state_now(), VRRP_STATE_BACKUP);
}

/* What comes in on eth0 for the source comes to the socket of that link, too. */
static void test_comes_twice(void **state)
{
	struct status_general general = { 0 };
	struct status_row row;

	start_with_source();
	hear_on(1, 100);
	node_general(node, &general);
	assert_int_equal(general.strangers, 0);
	node_row(node, 0, 0, &row);
	assert_int_equal(row.counters[COUNTER_ADVERTS_RECEIVED], 0);
	hear_on(0, 100);
	node_row(node, 0, 0, &row);
	assert_int_equal(row.counters[COUNTER_ADVERTS_RECEIVED], 1);
	/* From nobody in the list. */
	image_peers_mutable(image)[1].addr.bytes[3] = 9;
	hear_on(1, 100);
	node_general(node, &general);
	assert_int_equal(general.strangers, 1);
}

/* The next configuration has the same link: its socket stays. */
static void test_change(void **state)
{
	struct node *old;
	struct image *old_image;
	size_t size;

	start_with_source();
	run(8 * SECOND);
	old = node;
	old_image = image;
	image_make("");
	image_instances_mutable(image)->priority = 150;
	size = (node_size(image) + 63) & ~(size_t)63;
	node = node_init(aligned_alloc(64, size), image, 2, now);
	while (!node_change_compare(node, old, 10))
		;
	assert_int_equal(node_change_old_link(node, 0), 0);
	node_change_shed(old, now);
	assert_true(node_change_is_shed(old, now));
	node_change_commit(node, old, now);
	turn();
	assert_int_equal(state_now(), VRRP_STATE_MASTER);
	assert_int_equal(opened, 1);
	assert_int_equal(closed, 0);
	free(old);
	free(old_image);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_serves_without_an_interface),
		TEST(test_an_advert_proves_it),
		TEST(test_its_address_needs_a_link),
		TEST(test_links_go_and_nothing_happens),
		TEST(test_source_goes_and_comes_elsewhere),
		TEST(test_no_source_at_the_start),
		TEST(test_vrf),
		TEST(test_comes_twice),
		TEST(test_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
