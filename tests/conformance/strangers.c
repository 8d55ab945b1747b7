/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may talk to a router, where the RFCs leave it open: other groups of servers with our virtual
 * router id (RFC 9568 7.1 makes the check of the list optional), CARP, which shares the protocol
 * number, unicast (no RFC has it), and owners. Each refusal beside the advert that is taken and
 * differs in just that. */
#include "tester.h"

#define FAMILIES 2

static const char *const peers[FAMILIES] = { "192.168.100.2", "fe80::5054:ff:fe00:2" };
static const char *const others[FAMILIES] = { "192.168.100.7", "fe80::7" };

static struct addr foreign_list[FAMILIES][2];

static struct vrrp_config config_of(int family)
{
	return family == 0 ? tester_config3() : tester_config6();
}

/* Of a group that has nothing of ours. */
static struct vrrp_config foreign_config(int family)
{
	struct vrrp_config config = config_of(family);

	foreign_list[0][0] = tester_address("192.168.100.20");
	foreign_list[0][1] = tester_address("192.168.100.21");
	foreign_list[1][0] = tester_address("fe80::99");
	foreign_list[1][1] = tester_address("2001:db8::99");
	config.addresses = foreign_list[family];
	return config;
}

static struct frame foreign(int family)
{
	struct vrrp_config config = foreign_config(family);

	return tester_peer(&config, others[family], 200);
}

static enum vrrp_drop receive(struct vrrp_router *r, const struct frame *f)
{
	struct vrrp_actions actions;

	return tester_receive(r, f, SECOND_US, &actions);
}

static void strangers_are_refused(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct frame f = foreign(family);

		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_STRANGER);
		config.yields_to_strangers = true; /* what the RFC leaves open, the other way */
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	}
}

/* In version 2, too, and a leaving one is no less a stranger. */
static void strangers_of_version_2_are_refused(void **state)
{
	struct vrrp_config config = tester_config(), other = config;
	struct frame f;

	foreign_config(0);
	other.addresses = foreign_list[0];
	f = tester_peer(&other, others[0], 200);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_STRANGER);
	f = tester_peer(&other, others[0], 0);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_STRANGER);
	other.addresses = config.addresses;
	f = tester_peer(&other, others[0], 200);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
}

/* One address in common, or no list at all, is a mistake of a configuration and no other group. */
static void overlapping_and_empty_lists_are_taken(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family), other = foreign_config(family);
		struct vrrp_router r = tester_backup(&config);
		struct frame f;

		foreign_list[family][1] = config.addresses[0]; /* in another place of the list */
		f = tester_peer(&other, others[family], 200);
		assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_LIST_DIFFERS);
		config.address_count = 0;
		r = tester_backup(&config);
		f = foreign(family);
		assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_LIST_DIFFERS);
	}
}

/* Who had our list before is being configured anew, and is still one of us. */
static void known_senders_are_taken(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_router r = tester_backup(&config);
		struct frame same = tester_peer(&config, others[family], 200), f = foreign(family);

		assert_int_equal(receive(&r, &f), VRRP_DROP_STRANGER);
		assert_int_equal(receive(&r, &same), VRRP_DROP_NONE);
		assert_int_equal(receive(&r, &f), VRRP_DROP_NONE);
		assert_int_equal(receive(&r, &f), VRRP_DROP_NONE);
		assert_int_equal(r.master_priority, 200);
	}
}

/* A list that differs makes nobody known; and of those who are the oldest is forgotten. */
static void few_senders_are_remembered(void **state)
{
	struct vrrp_config config = tester_config3(), other = foreign_config(0);
	struct vrrp_router r = tester_backup(&config);
	struct frame f;

	other.addresses = config.addresses;
	other.address_count = 1;
	f = tester_peer(&other, others[0], 200);
	assert_int_equal(receive(&r, &f), VRRP_DROP_NONE);
	f = foreign(0);
	assert_int_equal(receive(&r, &f), VRRP_DROP_STRANGER);
	f = tester_peer(&config, others[0], 200);
	receive(&r, &f);
	for (int k = 0; k < VRRP_KNOWN; k++) {
		char text[] = "192.168.100.30";

		f = foreign(0);
		assert_int_equal(receive(&r, &f), VRRP_DROP_NONE);
		text[13] = (char)('0' + k);
		f = tester_peer(&config, text, 200);
		assert_int_equal(receive(&r, &f), VRRP_DROP_NONE);
	}
	f = foreign(0);
	assert_int_equal(receive(&r, &f), VRRP_DROP_STRANGER);
}

/* What was known survives a vipd-vrrp. */
static void known_senders_are_kept(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r = tester_backup(&config), next = tester_router(&config);
	struct frame same = tester_peer(&config, others[0], 200), f = foreign(0);
	struct vrrp_event event = { .kind = VRRP_EVENT_ADOPT };
	struct vrrp_actions actions;
	struct vrrp_kept kept;

	assert_int_equal(receive(&r, &same), VRRP_DROP_NONE);
	vrrp_router_keep(&r, &kept);
	event.kept = &kept;
	vrrp_router_step(&next, &event, (struct mono){ 2 * SECOND_US }, &actions);
	assert_int_equal(actions.reason, VRRP_REASON_ADOPTED);
	assert_int_equal(receive(&next, &f), VRRP_DROP_NONE);
}

/* CARP's layout: version 2 and type 1, its advskew where the priority is, seven words of four
 * octets; then a counter and a digest. */
static struct frame carp(void)
{
	struct vrrp_config config = tester_config();
	struct frame f;

	config.address_count = 2;
	f = tester_peer(&config, peers[0], 100);
	f.size = IP4_HEADER_SIZE + 36;
	f.data[3] = (uint8_t)f.size;
	for (size_t at = VRRP_AT; at < f.size; at++)
		f.data[at] = (uint8_t)at;
	f.data[VRRP_AT] = 0x21;
	f.data[VRRP_AT + 1] = 51;
	f.data[VRRP_AT + 3] = 7;
	tester_seal(&f);
	return f;
}

static void carp_is_named(void **state)
{
	struct vrrp_config config = tester_config(), config3 = tester_config3();
	struct frame f = carp();

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_CARP);
	assert_int_equal(tester_judge(&config3, &f), VRRP_DROP_CARP);
	f.data[VRRP_AT + 9] ^= 1; /* a checksum that is not CARP's */
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_LENGTH);
}

/* An advert of VRRP that is as long as CARP's, with five addresses. */
static void vrrp_of_that_length_is_not_carp(void **state)
{
	struct vrrp_config config = tester_config();
	struct addr list[5];
	struct frame f;

	for (int k = 0; k < 5; k++)
		list[k] = config.addresses[k % 2];
	config.addresses = list;
	config.address_count = 5;
	f = tester_peer(&config, peers[0], 200);
	assert_int_equal(f.size, IP4_HEADER_SIZE + 36);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
}

/* Of another instance on the link: the socket is in the groups of all. */
static void other_groups_are_not_ours(void **state)
{
	static const char *const groups[FAMILIES] = { "224.0.0.66", "ff02::66" };

	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct addr group = tester_address(groups[family]);
		struct frame f = tester_peer_to(&config, peers[family], &group, 200);

		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_DESTINATION);
		config.group = group;
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	}
}

static struct image_peer unicast_peer;

/* Ours with one unicast peer. */
static struct vrrp_config unicast_config(int family)
{
	struct vrrp_config config = config_of(family);

	unicast_peer = (struct image_peer){ .addr = tester_address(peers[family]),
					    .max_ttl = 255 };
	config.is_unicast = true;
	config.ttl = 64;
	config.peers = &unicast_peer;
	config.peer_count = 1;
	return config;
}

static struct frame unicast_from(int family, const char *source)
{
	struct vrrp_config config = unicast_config(family);
	struct addr us = tester_router(&config).source;

	return tester_peer_to(&config, source, &us, 200);
}

static void unicast_and_multicast_do_not_mix(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config multicast = config_of(family);
		struct vrrp_config unicast = unicast_config(family);
		struct frame to_group = tester_peer(&multicast, peers[family], 200);
		struct frame to_us = unicast_from(family, peers[family]);

		to_us.data[family ? 7 : 8] = 255;
		assert_int_equal(tester_judge(&multicast, &to_us), VRRP_DROP_DESTINATION);
		assert_int_equal(tester_judge(&unicast, &to_us), VRRP_DROP_NONE);
		assert_int_equal(tester_judge(&unicast, &to_group), VRRP_DROP_DESTINATION);
		assert_int_equal(tester_judge(&multicast, &to_group), VRRP_DROP_NONE);
	}
}

/* The pseudo-header has the real destination. */
static void unicast_is_summed_with_its_destination(void **state)
{
	struct vrrp_config config = unicast_config(0);
	struct addr us = tester_address("192.168.100.3");
	struct frame wanted = tester_vector("v3-ip4-unicast"), f;

	assert_int_equal(tester_judge(&config, &wanted), VRRP_DROP_NONE);
	config.ttl = 255;
	f = tester_peer_to(&config, peers[0], &us, 100);
	assert_int_equal(f.size, wanted.size);
	assert_memory_equal(f.data, wanted.data, f.size);
}

static void unicast_from_others(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = unicast_config(family);
		struct frame f = unicast_from(family, others[family]);
		struct frame good = unicast_from(family, peers[family]);

		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
		config.checks_source = true;
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_SOURCE);
		assert_int_equal(tester_judge(&config, &good), VRRP_DROP_NONE);
	}
}

static void unicast_has_the_hops_of_its_peer(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = unicast_config(family);
		struct frame f = unicast_from(family, peers[family]);
		size_t at = family ? 7 : 8;

		assert_int_equal(f.data[at], 64); /* as configured */
		unicast_peer.min_ttl = 60;
		unicast_peer.max_ttl = 64;
		for (unsigned ttl = 0; ttl < 256; ttl++) {
			f.data[at] = (uint8_t)ttl;
			assert_int_equal(tester_judge(&config, &f),
					 ttl >= 60 && ttl <= 64 ? VRRP_DROP_NONE :
								  VRRP_DROP_TTL);
		}
	}
}

/* A peer by configuration is no stranger, whatever its list; another one is. */
static void unicast_peers_are_no_strangers(void **state)
{
	struct vrrp_config config = unicast_config(0), other;
	struct addr us = tester_router(&config).source;
	struct frame f;

	other = foreign_config(0);
	f = tester_peer_to(&other, peers[0], &us, 200);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	f = tester_peer_to(&other, others[0], &us, 200);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_STRANGER);
}

/* Erratum 8298: an owner that hears an advert does not discard it; `owner_ignore_adverts` does. */
static void owners_hear_each_other(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct vrrp_actions actions;
		struct vrrp_router r;
		struct frame lower, higher;

		config.priority = 255;
		lower = tester_peer(&config, peers[family], 255);
		higher = tester_peer(&config, others[family], 255);
		if (family == 1)
			higher = tester_peer(&config, "fe80::ffff:ffff:ffff:ffff", 255);
		r = tester_router(&config);
		tester_step(&r, VRRP_EVENT_STARTUP, 0);
		tester_take(&r, &lower, 1000);
		assert_int_equal(r.state, VRRP_STATE_MASTER);
		config.owner_ignores = true;
		r.config.owner_ignores = true;
		assert_int_equal(tester_receive(&r, &higher, 1500, &actions), VRRP_DROP_OWNER);
		r.config.owner_ignores = false;
		actions = tester_take(&r, &higher, 2000);
		assert_int_equal(r.state, VRRP_STATE_BACKUP);
		assert_int_equal(actions.reason, VRRP_REASON_HIGHER_ADDRESS);
		config.priority = 254; /* it says nothing to who is not the owner */
		assert_int_equal(tester_judge(&config, &lower), VRRP_DROP_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("R9568-7.1-12 strangers", strangers_are_refused),
		ROW("R3768-7.1-07 strangers", strangers_of_version_2_are_refused),
		ROW("R9568-7.1-12 overlap", overlapping_and_empty_lists_are_taken),
		ROW("R9568-7.1-12 known", known_senders_are_taken),
		ROW("R9568-7.1-12 few known", few_senders_are_remembered),
		ROW("R9568-7.1-12 known and kept", known_senders_are_kept),
		ROW("R9568-7.1-01 CARP", carp_is_named),
		ROW("R3768-7.1-02 not CARP", vrrp_of_that_length_is_not_carp),
		ROW("R9568-7.2-05 group", other_groups_are_not_ours),
		ROW("R9568-7.2-05 unicast", unicast_and_multicast_do_not_mix),
		ROW("R9568-5.2.8-03 unicast", unicast_is_summed_with_its_destination),
		ROW("R9568-7.1-08 unicast source", unicast_from_others),
		ROW("R9568-7.1-07 unicast", unicast_has_the_hops_of_its_peer),
		ROW("R9568-7.1-12 unicast", unicast_peers_are_no_strangers),
		ROW("R9568-7.1-10 R9568-8.3.2-01", owners_hear_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
