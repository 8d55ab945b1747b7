/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others send, in the little world of the node's tests: refused packets change nothing, and
 * are counted; and who uses our VRID for something else is named. */
#include "world.h"

#include "wire/advert.h"
#include "wire/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above. */
#include <cmocka.h>
#include <errno.h>
#include <string.h>

/* Two that have settled: server 1 is MASTER. */
static int setup(void **state)
{
	struct world *w = world_new();

	world_start(w, 0, &server1, 1);
	world_start(w, 1, &server2, 1);
	world_run(w, 10 * SECOND);
	*state = w;
	return world_state(w, 0, 0) != VRRP_STATE_MASTER;
}

/* A forged advert of 192.0.2.66 for 192.0.2.`vip`: a real one with its time to live or one octet
 * changed. */
static void forge_for(struct world *w, int host, uint8_t ttl, uint8_t spoil, uint8_t vip)
{
	uint8_t packet[64] = { 0x45, 0xc0, 0,  40, 0,	0,   0,	  0,   ttl,  112, 0, 0,
			       192,  0,	   2,  66, 224, 0,   0,	  18,  0x21, 1,	  250, 1,
			       0,    1,	   0,  0,  192, 0,   2,	  vip };
	uint32_t sum = 0;

	for (int k = 20; k < 40; k += 2)
		sum += (uint32_t)packet[k] << 8 | packet[k + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	packet[26] = (uint8_t)(~sum >> 8);
	packet[27] = (uint8_t)(~sum ^ spoil);
	node_packet(w->hosts[host].node, 0, packet, 40, false, w->now);
}

static void forge(struct world *w, int host, uint8_t ttl, uint8_t spoil)
{
	forge_for(w, host, ttl, spoil, 1);
}

static void test_forged_adverts_change_nothing(void **state)
{
	struct world *w = *state;
	struct status_row before, after;
	struct mono begin;

	begin = w->now;
	before = world_row(w, 0, 0);
	for (int k = 0; k < 100; k++) {
		forge(w, 0, 1, 0);
		forge(w, 0, 255, 1);
		forge(w, 1, 1, 0);
		world_run(w, 400000);
	}
	after = world_row(w, 0, 0);
	assert_int_equal(after.state, VRRP_STATE_MASTER);
	assert_int_equal(after.counters[COUNTER_DROP + VRRP_DROP_TTL], 100);
	assert_int_equal(after.counters[COUNTER_DROP + VRRP_DROP_CHECKSUM], 100);
	assert_int_equal(after.counters[COUNTER_ADVERTS_SENT] -
				 before.counters[COUNTER_ADVERTS_SENT], 40);
	assert_int_equal(world_count(w, -1, WORLD_TRANSITION, begin), 0);
	/* R3768-7.1-06, R9568-7.1-09: once for each cause and minute, although 40 s went by. */
	assert_int_equal(world_count(w, 0, WORLD_DROP, begin), 2);
	/* The same packet, unspoilt, is believed: the test can fail. */
	forge(w, 0, 255, 0);
	world_run(w, 0);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_BACKUP);
}

static void test_stranger_is_counted(void **state)
{
	struct world *w = *state;
	uint8_t packet[40] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 255, 112, 0, 0, 192, 0, 2, 66,
			       224, 0, 0, 18, 0x21, 9 };
	struct status_general general = { 0 };

	node_packet(w->hosts[0].node, 0, packet, sizeof(packet), false, w->now);
	node_packet(w->hosts[0].node, 0, packet, 3, false, w->now);
	node_general(w->hosts[0].node, &general);
	assert_int_equal(general.strangers, 2);
	assert_int_equal(general.strangers_by_cause[VRRP_DROP_VRID], 1);
	assert_int_equal(general.strangers_by_cause[VRRP_DROP_LENGTH], 1);
}

/* Of others with our VRID, who have nothing of ours: asked once in a while who they are. */
static void test_stranger_is_identified(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 2, 0, 0, 0, 0, 0x66 };
	struct world *w = *state;
	const struct addr source = { ADDR_IPV4, { 192, 0, 2, 66 } };
	struct addr other = source;
	struct status_row row;
	struct mono begin;

	begin = w->now;
	for (int k = 0; k < 10; k++) {
		forge_for(w, 0, 255, 0, 200);
		world_run(w, SECOND);
	}
	assert_int_equal(world_row(w, 0, 0).counters[COUNTER_DROP + VRRP_DROP_STRANGER], 10);
	assert_int_equal(world_count(w, 0, WORLD_IDENTIFY, begin), 1);
	assert_true(addr_equal(&world_first(w, 0, WORLD_IDENTIFY, begin)->prefix.addr, &source));
	row = world_row(w, 0, 0);
	assert_true(addr_equal(&row.stranger, &source) && !row.has_stranger_mac);
	other.bytes[3] = 67;
	node_identified(w->hosts[0].node, 0, &other, mac, w->now);
	assert_false(world_row(w, 0, 0).has_stranger_mac);
	node_identified(w->hosts[0].node, 0, &source, mac, w->now);
	row = world_row(w, 0, 0);
	assert_true(row.has_stranger_mac);
	assert_memory_equal(row.stranger_mac, mac, MAC_SIZE);
	world_run(w, 60 * SECOND);
	forge_for(w, 0, 255, 0, 200);
	world_run(w, SECOND);
	assert_int_equal(world_count(w, 0, WORLD_IDENTIFY, begin), 2);
	assert_int_equal(world_state(w, 0, 0), VRRP_STATE_MASTER);
}

/* Version 3, of 192.0.2.`last`. */
static void hear(struct world *w, uint8_t last, uint8_t priority, enum advert_checksum form)
{
	const uint8_t vip[4] = { 192, 0, 2, 1 };
	struct ip ip = { .source = { ADDR_IPV4, { 192, 0, 2, last } },
			 .destination = advert_group(ADDR_IPV4), .ttl = 255, .protocol = 112 };
	struct advert a = { .version = 3, .type = ADVERT_TYPE, .vrid = 1, .priority = priority,
			    .checksum = (uint8_t)form, .interval_us = SECOND, .address_count = 1,
			    .addresses = vip };
	uint8_t packet[IP4_HEADER_SIZE + 12];

	ip_put(&ip, 12, packet);
	advert_put(&a, &ip, packet + IP4_HEADER_SIZE);
	node_packet(w->hosts[2].node, 0, packet, sizeof(packet), false, w->now);
	world_run(w, 0);
}

/* Whose list lacks some of ours: how many of them, the log says. */
static void test_list_is_told(void **state)
{
	static const struct world_setting more = {
		.name = "more", .link = "eth0", .vrid = 1, .priority = 100, .is_version_3 = true,
		.addresses = { VIP, "192.0.2.2/24", "192.0.2.3/24" },
	};
	struct world *w = *state;
	struct mono begin;

	w->hosts[0].is_running = w->hosts[1].is_running = false;
	world_start(w, 2, &more, 1);
	world_run(w, SECOND);
	begin = w->now;
	hear(w, 66, 200, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(world_count(w, 2, WORLD_NOTE, begin), 1);
	assert_int_equal(world_first(w, 2, WORLD_NOTE, begin)->note, ROLE_NOTE_ADDRESS_LIST);
	assert_int_equal(world_first(w, 2, WORLD_NOTE, begin)->count, 2);
}

/* Who is taken for deaf, by the last octets of the addresses, the last one heard first. */
static void assert_deaf(struct world *w, uint8_t first, uint8_t second)
{
	struct status_row row = world_row(w, 2, 0);

	assert_int_equal(row.deaf[0].source.bytes[3], first);
	assert_int_equal(row.deaf[1].source.bytes[3], second);
}

/* Who cannot send for a reason of its own host yields to a lower one that it hears. That a peer
 * cannot be reached, or a queue is full, is no such reason: another may be reached. */
static void test_mute(void **state)
{
	static const struct {
		int error;
		bool is_mute;
	} rows[] = {
		{ EPERM, true },	 { EACCES, true },	  { ENETDOWN, true },
		{ ENODEV, true },	 { ENXIO, true },	  { EMSGSIZE, true },
		{ EINVAL, true },	 { EADDRNOTAVAIL, true },
		{ EHOSTUNREACH, false }, { ENETUNREACH, false }, { ECONNREFUSED, false },
		{ ENOBUFS, false },	 { EAGAIN, false },
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		struct world *w = world_new();
		struct mono then;

		world_start(w, 0, &server1, 1);
		world_start(w, 1, &server2, 1);
		world_run(w, 10 * SECOND);
		w->hosts[0].send_error = rows[k].error;
		then = w->now;
		world_run(w, 10 * SECOND);
		assert_int_equal(world_state(w, 1, 0), VRRP_STATE_MASTER);
		assert_int_equal(world_state(w, 0, 0),
				 rows[k].is_mute ? VRRP_STATE_BACKUP : VRRP_STATE_MASTER);
		assert_int_equal(world_row(w, 0, 0).is_mute, rows[k].is_mute);
		assert_int_equal(world_count(w, 0, WORLD_TRANSITION, then), rows[k].is_mute);
		assert_true(world_row(w, 0, 0).counters[COUNTER_SEND_ERRORS] >= 3);
		w->hosts[0].send_error = 0;
		world_run(w, 10 * SECOND);
		assert_int_equal(world_state(w, 0, 0) == VRRP_STATE_MASTER, !rows[k].is_mute);
		assert_int_equal(world_state(w, 1, 0) == VRRP_STATE_MASTER, rows[k].is_mute);
		world_free(w);
	}
}

/* One file may list all servers. Who is alone in it speaks to nobody: that is no peer, too. */
static void test_no_peer_but_itself(void **state)
{
	static const uint32_t no_peer = 1u << CONDITION_NO_PEER;
	struct world_setting s = server1;
	struct world *w = *state;

	w->hosts[0].is_running = w->hosts[1].is_running = false;
	s.wants_peers = true;
	s.peers[0] = "192.0.2.13"; /* the host's own */
	world_start(w, 2, &s, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, no_peer);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_FAULT);
	s.peers[1] = "192.0.2.11";
	world_reload(w, 2, &s, 1);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, 0);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_MASTER);
	s.peers[1] = NULL;
	world_reload(w, 2, &s, 1);
	world_run(w, SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, no_peer);
	/* With another source the one that it had may be anybody's. */
	world_address_remove(w, 2, "eth0", "192.0.2.13/24");
	world_run(w, SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, 1u << CONDITION_NO_SOURCE);
	world_address_add(w, 2, "eth0", "192.0.2.22/24", false);
	world_run(w, 10 * SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, 0);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_MASTER);
	/* Who does not ask for it serves all the same. */
	s.wants_peers = false;
	s.peers[0] = "192.0.2.22";
	world_reload(w, 2, &s, 1);
	world_run(w, SECOND);
	assert_int_equal(world_row(w, 2, 0).conditions, 0);
}

static uint8_t rival_of(struct world *w)
{
	struct status_row row = world_row(w, 2, 0);

	return row.rival.source.family == ADDR_NONE ? 0 : row.rival.source.bytes[3];
}

/* Who loses against a MASTER and goes on does not hear it. */
static void test_rival(void **state)
{
	static const struct world_setting version3 = {
		.name = "three", .link = "eth0", .vrid = 1, .priority = 100, .is_version_3 = true,
		.addresses = { VIP },
	};
	struct world *w = *state;
	struct mono first;

	w->hosts[0].is_running = w->hosts[1].is_running = false;
	world_start(w, 2, &version3, 1);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_MASTER);
	hear(w, 66, 50, ADVERT_CHECKSUM_PSEUDO);
	first = w->now;
	world_run(w, SECOND / 2 - 1);
	hear(w, 66, 50, ADVERT_CHECKSUM_PSEUDO); /* sent before it heard the answer */
	assert_int_equal(rival_of(w), 0);
	world_run(w, 1);
	hear(w, 66, 49, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(rival_of(w), 66);
	assert_int_equal(world_row(w, 2, 0).rival.priority, 49);
	assert_int_equal(world_row(w, 2, 0).rival.until_us, first.us + 9 * SECOND / 2);
	hear(w, 67, 0, ADVERT_CHECKSUM_PSEUDO); /* another one leaves */
	assert_int_equal(rival_of(w), 66);
	hear(w, 66, 0, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(rival_of(w), 0);
	/* After a pause it is heard for the first time again. */
	hear(w, 66, 50, ADVERT_CHECKSUM_PSEUDO);
	world_run(w, 5 * SECOND);
	hear(w, 66, 50, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(rival_of(w), 0);
	world_run(w, SECOND);
	hear(w, 66, 50, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(rival_of(w), 66);
	hear(w, 68, 200, ADVERT_CHECKSUM_PSEUDO);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_BACKUP);
	assert_int_equal(rival_of(w), 0);
}

/* Each sender has a form of its own, which is remembered until it is heard with another one. */
static void test_form_of_checksum_is_latched_per_sender(void **state)
{
	static const struct world_setting version3 = {
		.name = "three", .link = "eth0", .vrid = 1, .priority = 100, .is_version_3 = true,
		.addresses = { VIP },
	};
	struct world *w = *state;

	world_start(w, 2, &version3, 1);
	world_run(w, SECOND);
	hear(w, 66, 200, ADVERT_CHECKSUM_MESSAGE);
	hear(w, 67, 200, ADVERT_CHECKSUM_PSEUDO);
	assert_deaf(w, 66, 0);
	assert_int_equal(world_row(w, 2, 0).deaf[0].until_us, w->now.us + 4 * SECOND);
	hear(w, 67, 200, ADVERT_CHECKSUM_MESSAGE);
	assert_deaf(w, 67, 66);
	hear(w, 66, 200, ADVERT_CHECKSUM_MESSAGE);
	assert_deaf(w, 66, 67);
	assert_int_equal(world_row(w, 2, 0).counters[COUNTER_CHECKSUM_OTHER], 3);
	hear(w, 67, 200, ADVERT_CHECKSUM_PSEUDO);
	assert_deaf(w, 66, 0);
	/* Whoever leaves starts again as somebody else's configuration has it. */
	hear(w, 66, 0, ADVERT_CHECKSUM_MESSAGE);
	assert_deaf(w, 0, 0);
	for (uint8_t k = 0; k < STATUS_DEAF + 2; k++)
		hear(w, 70 + k, 200, ADVERT_CHECKSUM_MESSAGE);
	assert_deaf(w, 70 + STATUS_DEAF + 1, 70 + STATUS_DEAF);
	world_reload(w, 2, &version3, 1);
	world_run(w, 0);
	assert_deaf(w, 0, 0);
}

/* One number twice on a link, in two groups: each has its own master, and a change of the
 * configuration goes on with each, by its name. */
static void test_one_number_in_two_groups(void **state)
{
	struct world_setting settings[] = {
		{ .name = "a", .link = "eth0", .vrid = 7, .priority = 200, .group = 19,
		  .addresses = { "192.0.2.7/24" } },
		{ .name = "b", .link = "eth0", .vrid = 7, .priority = 100, .group = 20,
		  .addresses = { "192.0.2.8/24" } },
	};
	struct world_setting other[] = { settings[0], settings[1] };
	struct world_setting swapped[] = { settings[1], settings[0] };
	struct world *w = *state;
	struct mono begin;

	other[0].priority = 100;
	other[1].priority = 200;
	world_start(w, 2, settings, 2);
	world_start(w, 3, other, 2);
	world_run(w, 10 * SECOND);
	for (int host = 2; host < 4; host++) {
		assert_int_equal(world_state(w, host, 0),
				 host == 2 ? VRRP_STATE_MASTER : VRRP_STATE_BACKUP);
		assert_int_equal(world_state(w, host, 1),
				 host == 2 ? VRRP_STATE_BACKUP : VRRP_STATE_MASTER);
		for (uint32_t k = 0; k < 2; k++)
			assert_int_equal(world_row(w, host, k).counters[COUNTER_DROP +
						       VRRP_DROP_DESTINATION], 0);
	}
	begin = w->now;
	world_reload(w, 2, swapped, 2);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_state(w, 2, 1), VRRP_STATE_MASTER);
	assert_int_equal(world_count(w, -1, WORLD_TRANSITION, begin), 0);
	/* The one that is left is another one by its name. */
	world_reload(w, 3, &other[0], 1);
	world_run(w, 5 * SECOND);
	assert_int_equal(world_state(w, 3, 0), VRRP_STATE_BACKUP);
	assert_int_equal(world_state(w, 2, 0), VRRP_STATE_MASTER);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_forged_adverts_change_nothing),
		TEST(test_stranger_is_counted),
		TEST(test_stranger_is_identified),
		TEST(test_list_is_told),
		TEST(test_form_of_checksum_is_latched_per_sender),
		TEST(test_rival),
		TEST(test_no_peer_but_itself),
		cmocka_unit_test(test_mute),
		TEST(test_one_number_in_two_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
