/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The obligations of RFC 9568 5 and 7 about what is on the wire, by the ids of
 * docs/rfc-coverage.md, over IPv4 and IPv6: what we send, against frames computed by another
 * program; what we take, and what we refuse, each with the packet next to it that differs in just
 * that. */
#include "tester.h"

#include "wire/nd.h"

#define FAMILIES 2

static const char *const peers[FAMILIES] = { "192.168.100.2", "fe80::5054:ff:fe00:2" };

static struct vrrp_config config_of(int family)
{
	return family == 0 ? tester_config3() : tester_config6();
}

static struct frame good(int family)
{
	struct vrrp_config config = config_of(family);

	return tester_peer(&config, peers[family], 200);
}

static enum vrrp_drop judge(int family, const struct frame *f)
{
	struct vrrp_config config = config_of(family);

	return tester_judge(&config, f);
}

/* A good advert with one octet changed, and sealed again. */
static struct frame changed(int family, size_t at, uint8_t value)
{
	struct frame f = good(family);

	f.data[tester_vrrp_at(&f) + at] = value;
	tester_seal(&f);
	return f;
}

static void sends_255_to_protocol_112(void **state)
{
	struct frame f = good(0), f6 = good(1);

	assert_int_equal(f.data[8], 255);
	assert_int_equal(f.data[9], 112);
	assert_int_equal(f6.data[7], 255);
	assert_int_equal(f6.data[6], 112);
}

static void takes_only_255(void **state)
{
	struct frame f = tester_vector("v3-ip4-ttl254"), f6 = tester_vector("v3-ip6-hl254");

	assert_int_equal(judge(0, &f), VRRP_DROP_TTL);
	assert_int_equal(judge(1, &f6), VRRP_DROP_TTL);
	for (unsigned ttl = 0; ttl < 256; ttl++) {
		f.data[8] = f6.data[7] = (uint8_t)ttl;
		assert_int_equal(judge(0, &f), ttl == 255 ? VRRP_DROP_NONE : VRRP_DROP_TTL);
		assert_int_equal(judge(1, &f6), ttl == 255 ? VRRP_DROP_NONE : VRRP_DROP_TTL);
	}
}

static void takes_only_version_3(void **state)
{
	struct frame f = tester_vector("v3-ip4-ver4");

	assert_int_equal(judge(0, &f), VRRP_DROP_VERSION);
	f = tester_vector("v2-none");
	assert_int_equal(judge(0, &f), VRRP_DROP_VERSION);
	for (int family = 0; family < FAMILIES; family++) {
		f = good(family);
		assert_int_equal(f.data[tester_vrrp_at(&f)], 0x31);
		for (uint8_t version = 0; version < 16; version++) {
			f = changed(family, 0, (uint8_t)(version << 4 | 1));
			assert_int_equal(judge(family, &f),
					 version == 3 ? VRRP_DROP_NONE : VRRP_DROP_VERSION);
		}
	}
}

static void takes_only_type_1(void **state)
{
	struct frame f = tester_vector("v3-ip4-type2");

	assert_int_equal(judge(0, &f), VRRP_DROP_TYPE);
	for (int family = 0; family < FAMILIES; family++)
		for (uint8_t type = 0; type < 16; type++) {
			f = changed(family, 0, (uint8_t)(0x30 | type));
			assert_int_equal(judge(family, &f),
					 type == 1 ? VRRP_DROP_NONE : VRRP_DROP_TYPE);
		}
}

/* A count of none; but where we have none either (`no_virtual_ipaddress`), it is what all say. */
static void takes_no_advert_without_addresses(void **state)
{
	struct frame f = tester_vector("v3-ip4-count0");

	assert_int_equal(judge(0, &f), VRRP_DROP_ADDRESS_COUNT);
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);

		config.address_count = 0;
		f = tester_peer(&config, peers[family], 200);
		assert_int_equal(judge(family, &f), VRRP_DROP_ADDRESS_COUNT);
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	}
}

static void reserved_bits_are_zero_and_ignored(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_vector("v3-ip4-rsv");

	assert_int_equal(f.data[VRRP_AT + 4] >> 4, 15);
	assert_int_equal(tester_remarks(&r, &f), 0); /* the interval is ours */
	tester_take(&r, &f, SECOND_US);
	assert_int_equal(vrrp_router_deadline(&r).us, SECOND_US + DOWN_US);
	config.advert_interval_us = 4095 * 10000;
	f = tester_peer(&config, peers[0], 200);
	assert_int_equal(f.data[VRRP_AT + 4], 0x0f);
	assert_int_equal(f.data[VRRP_AT + 5], 0xff);
}

static void interval_is_in_centiseconds(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);

		for (int cs = 1; cs <= 4095; cs++) {
			struct vrrp_router r;
			struct frame f;
			size_t at;

			config.advert_interval_us = cs * 10000;
			f = tester_peer(&config, peers[family], 200);
			at = tester_vrrp_at(&f) + 4;
			assert_int_equal(f.data[at] << 8 | f.data[at + 1], cs);
			r = tester_backup(&config);
			assert_int_equal(tester_remarks(&r, &f), 0);
		}
	}
}

static void takes_any_interval_but_none(void **state)
{
	struct frame f = tester_vector("v3-ip4-adv0"), f6 = changed(1, 5, 0);

	assert_int_equal(judge(0, &f), VRRP_DROP_INTERVAL);
	assert_int_equal(judge(1, &f6), VRRP_DROP_INTERVAL);
	f6 = changed(1, 5, 1);
	assert_int_equal(judge(1, &f6), VRRP_DROP_NONE);
}

static void other_intervals_are_taken_and_told(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_vector("v3-ip4-adv4095");

	assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_INTERVAL);
	tester_take(&r, &f, SECOND_US);
	assert_int_equal(r.master_interval_us, 40950000);
	f = tester_vector("v3-ip4-pseudo");
	assert_int_equal(tester_remarks(&r, &f), 0);
}

/* 5.2.8 has the message alone; RFC 5798 was read with the pseudo-header. Both are taken, and the
 * one that we do not send is told. */
static void both_checksums_are_taken_over_ipv4(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r = tester_backup(&config);
	struct frame pseudo = tester_vector("v3-ip4-pseudo");
	struct frame message = tester_vector("v3-ip4-msgonly"), f;

	assert_int_equal(tester_remarks(&r, &pseudo), 0);
	assert_int_equal(tester_remarks(&r, &message), VRRP_REMARK_CHECKSUM);
	f = tester_peer(&config, peers[0], 100);
	assert_memory_equal(f.data, pseudo.data, pseudo.size);
	config.checksum = ADVERT_CHECKSUM_MESSAGE;
	r = tester_backup(&config);
	assert_int_equal(tester_remarks(&r, &message), 0);
	assert_int_equal(tester_remarks(&r, &pseudo), VRRP_REMARK_CHECKSUM);
	f = tester_peer(&config, peers[0], 100);
	assert_memory_equal(f.data, message.data, message.size);
}

/* Where both forms are the same octets nobody sends the other one. */
static void a_checksum_of_both_forms_is_ours(void **state)
{
	struct vrrp_config config = tester_config3();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_peer(&config, "2.0.29.109", 100);

	for (int form = ADVERT_CHECKSUM_MESSAGE; form <= ADVERT_CHECKSUM_PSEUDO; form++) {
		r.config.checksum = (uint8_t)form;
		assert_int_equal(tester_remarks(&r, &f), 0);
	}
}

/* The source that is summed up is the one on the wire, also after it has changed. */
static void checksum_has_the_source_of_the_packet(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct frame f = tester_peer(&config, family ? "fe80::9" : "192.168.100.9", 200);

		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
		f.data[family ? 23 : 15] ^= 1;
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_CHECKSUM);
	}
}

static void checksum_of_ipv6_has_the_pseudo_header(void **state)
{
	struct frame f = tester_vector("v3-ip6-badsum");

	assert_int_equal(judge(1, &f), VRRP_DROP_CHECKSUM);
	f = tester_vector("v3-ip6");
	assert_int_equal(judge(1, &f), VRRP_DROP_NONE);
	f.data[1] ^= 0x10; /* the traffic class has no part in it */
	assert_int_equal(judge(1, &f), VRRP_DROP_NONE);
	f.data[39] ^= 1; /* the destination has */
	assert_int_equal(judge(1, &f), VRRP_DROP_CHECKSUM);
	f = tester_vector("v3-ip6");
	f.data[46] = f.data[47] = 0; /* that of the message alone is none here */
	uint16_t sum = checksum(f.data + IP6_HEADER_SIZE, f.size - IP6_HEADER_SIZE);
	f.data[46] = (uint8_t)(sum >> 8);
	f.data[47] = (uint8_t)sum;
	assert_int_equal(judge(1, &f), VRRP_DROP_CHECKSUM);
}

static void every_octet_counts(void **state)
{
	struct frame f = tester_vector("v3-ip4-badsum");

	assert_int_equal(judge(0, &f), VRRP_DROP_CHECKSUM);
	for (int family = 0; family < FAMILIES; family++) {
		f = good(family);
		for (size_t at = tester_vrrp_at(&f); at < f.size; at++) {
			f.data[at] ^= 0x80;
			assert_int_not_equal(judge(family, &f), VRRP_DROP_NONE);
			f.data[at] ^= 0x80;
		}
		assert_int_equal(judge(family, &f), VRRP_DROP_NONE);
	}
}

/* The octets did not arrive, or the header does not promise them. */
static void every_octet_must_be_there(void **state)
{
	struct frame f = tester_vector("v3-ip4-short");

	assert_int_equal(judge(0, &f), VRRP_DROP_LENGTH);
	for (int family = 0; family < FAMILIES; family++) {
		struct frame whole = good(family);
		size_t at = tester_vrrp_at(&whole);

		for (size_t cut = 1; cut < whole.size; cut++) {
			f = whole;
			f.size -= cut;
			assert_int_equal(judge(family, &f), VRRP_DROP_LENGTH);
			if (f.size < at)
				continue;
			if (family == 0)
				f.data[3] = (uint8_t)f.size;
			else
				f.data[5] = (uint8_t)(f.size - at);
			assert_int_equal(judge(family, &f), VRRP_DROP_LENGTH);
		}
	}
}

static void only_a_trailer_may_follow(void **state)
{
	struct frame f = tester_vector("v3-ip4-kahmac");

	assert_int_equal(judge(0, &f), VRRP_DROP_NONE);
	f.data[f.size - 28] = 2; /* of another type */
	assert_int_equal(judge(0, &f), VRRP_DROP_LENGTH);
	f = tester_vector("v3-ip4-pseudo");
	f.size += 10; /* Ethernet fills it up */
	assert_int_equal(judge(0, &f), VRRP_DROP_NONE);
	f.data[3]++;
	assert_int_equal(judge(0, &f), VRRP_DROP_LENGTH);
	f = tester_vector("v3-ip6");
	f.size += 10;
	assert_int_equal(judge(1, &f), VRRP_DROP_NONE);
	f.data[5]++;
	assert_int_equal(judge(1, &f), VRRP_DROP_LENGTH);
}

static void takes_only_our_vrid(void **state)
{
	struct frame f = tester_vector("v3-ip4-vrid52");

	assert_int_equal(judge(0, &f), VRRP_DROP_VRID);
	for (int family = 0; family < FAMILIES; family++)
		for (unsigned vrid = 0; vrid < 256; vrid++) {
			f = changed(family, 1, (uint8_t)vrid);
			assert_int_equal(judge(family, &f),
					 vrid == 51 ? VRRP_DROP_NONE : VRRP_DROP_VRID);
		}
}

/* What is of the other family is not ours, whatever its octets are. */
static void addresses_are_of_the_packets_family(void **state)
{
	struct frame f = tester_vector("v3-ip6"), f4 = tester_vector("v3-ip4-pseudo");

	assert_int_equal(judge(0, &f), VRRP_DROP_VERSION);
	assert_int_equal(judge(1, &f4), VRRP_DROP_VERSION);
	assert_int_equal(f.size, IP6_HEADER_SIZE + 8 + 2 * 16);
	assert_int_equal(f4.size, IP4_HEADER_SIZE + 8 + 2 * 4);
}

static void everything_is_told_at_once(void **state)
{
	struct vrrp_config config = tester_config3(), other = config;
	struct vrrp_router r = tester_backup(&config);
	struct frame f;

	other.address_count = 1;
	other.advert_interval_us = 2 * SECOND_US;
	other.checksum = ADVERT_CHECKSUM_MESSAGE;
	f = tester_peer(&other, peers[0], 200);
	assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_LIST_DIFFERS | VRRP_REMARK_INTERVAL |
							 VRRP_REMARK_CHECKSUM);
}

/* A deviation, as keepalived has it: another order is taken and told; in strict mode refused. */
static void link_local_comes_first(void **state)
{
	static const uint8_t link_local[16] = { 0xfe, 0x80, [15] = 0x51 };
	struct vrrp_config config = tester_config6();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_vector("v3-ip6-noll");

	assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_LIST_DIFFERS);
	config.checks_list = true;
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_ADDRESS_LIST);
	f = tester_peer(&config, peers[1], 100);
	assert_memory_equal(f.data + IP6_HEADER_SIZE + 8, link_local, 16);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
}

static void other_lists_are_taken_and_told(void **state)
{
	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family), other = config;
		struct vrrp_router r = tester_backup(&config);
		struct frame same = good(family), f;

		other.address_count = 1;
		f = tester_peer(&other, peers[family], 200);
		assert_int_equal(tester_remarks(&r, &same), 0);
		assert_int_equal(tester_remarks(&r, &f), VRRP_REMARK_LIST_DIFFERS);
		config.checks_list = true; /* strict mode */
		assert_int_equal(tester_judge(&config, &same), VRRP_DROP_NONE);
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_ADDRESS_LIST);
	}
}

/* Octet for octet from the IP header on: fields, list in the order of the configuration, checksum,
 * our address on the link as the source, protocol and group. */
static void sends_what_another_program_computed(void **state)
{
	static const char *const names[FAMILIES][2] = { { "v3-ip4-pseudo", "v3-ip4-prio0" },
							{ "v3-ip6", "v3-ip6-prio0" } };

	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);

		for (int k = 0; k < 2; k++) {
			struct frame wanted = tester_vector(names[family][k]);
			struct frame f = tester_peer(&config, peers[family], k ? 0 : 100);

			assert_int_equal(f.size, wanted.size);
			assert_memory_equal(f.data, wanted.data, f.size);
		}
	}
}

static void announces_with_the_router_flag(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 0, 0, 0x5e, 0, 2, 51 };
	struct addr vip = tester_address("2001:db8::10");
	struct frame wanted = tester_vector("una-rfc9568"), other;
	static const uint8_t ethernet[VECTOR_IP] = { 0x33, 0x33, 0, 0, 0, 1, 0, 0, 0x5e, 0, 2, 51,
						     0x86, 0xdd };
	uint8_t frame[ND_FRAME_SIZE];

	nd_unsolicited_put(&vip, mac, frame);
	assert_int_equal(wanted.size, ND_FRAME_SIZE - VECTOR_IP);
	assert_memory_equal(frame, ethernet, VECTOR_IP);
	assert_memory_equal(frame + VECTOR_IP, wanted.data, wanted.size);
	other = tester_vector("una-keepalived-nofwd"); /* without the flag R */
	assert_int_equal(wanted.data[44], 0xa0);
	assert_int_equal(other.data[44], 0x20);
}

static void own_adverts_are_no_news(void **state)
{
	static const char *const own[FAMILIES] = { "192.168.100.3", "fe80::5054:ff:fe00:3" };

	for (int family = 0; family < FAMILIES; family++) {
		struct vrrp_config config = config_of(family);
		struct frame f = tester_peer(&config, own[family], 100);

		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_OWN_ADDRESS);
	}
}

static void refused_packets_touch_nothing(void **state)
{
	static const char *const bad[] = { "v3-ip4-adv0", "v3-ip4-count0", "v3-ip4-short",
		"v3-ip4-type2", "v3-ip4-ver4", "v3-ip4-ttl254", "v3-ip4-badsum", "v3-ip4-vrid52",
		"v3-ip4-unicast", "v3-ip6", "v2-none" };
	struct vrrp_config config = tester_config3();
	struct vrrp_router backup = tester_backup(&config), master = tester_master(&config);
	struct frame f = tester_vector("v3-ip4-adv4095");
	int64_t down_us = SECOND_US + 147803906; /* learned */
	struct vrrp_actions actions;

	tester_take(&backup, &f, SECOND_US);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = tester_vector(bad[i]);
		assert_int_not_equal(tester_receive(&backup, &f, 2 * SECOND_US, &actions),
				     VRRP_DROP_NONE);
		assert_int_equal(actions.flags, 0);
		assert_int_not_equal(tester_receive(&master, &f, DOWN_US + 1, &actions),
				     VRRP_DROP_NONE);
		assert_int_equal(actions.flags, 0);
	}
	assert_int_equal(backup.master_interval_us, 40950000);
	assert_int_equal(vrrp_router_deadline(&backup).us, down_us);
	assert_int_equal(vrrp_router_deadline(&master).us, DOWN_US + SECOND_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("R9568-5.1.1.3-01 R9568-5.1.2.3-01 R9568-5.1.1.4-01",
		    sends_255_to_protocol_112),
		ROW("R9568-5.1.1.3-02 R9568-5.1.2.3-02 R9568-7.1-07", takes_only_255),
		ROW("R9568-5.2.1-01 R9568-7.1-01", takes_only_version_3),
		ROW("R9568-5.2.2-01 R9568-7.1-02", takes_only_type_1),
		ROW("R9568-5.2.5-01", takes_no_advert_without_addresses),
		ROW("R9568-5.2.6-01", reserved_bits_are_zero_and_ignored),
		ROW("R9568-5.2.7-01", interval_is_in_centiseconds),
		ROW("R9568-7.1-06", takes_any_interval_but_none),
		ROW("R9568-7.1-11", other_intervals_are_taken_and_told),
		ROW("R9568-5.2.8-01 R9568-5.2.8-03", both_checksums_are_taken_over_ipv4),
		ROW("R9568-5.2.8-01", a_checksum_of_both_forms_is_ours),
		ROW("R9568-7.2-02 R9568-7.2-04 source", checksum_has_the_source_of_the_packet),
		ROW("R9568-5.2.8-02", checksum_of_ipv6_has_the_pseudo_header),
		ROW("R9568-7.1-04", every_octet_counts),
		ROW("R9568-7.1-03", every_octet_must_be_there),
		ROW("R9568-7.1-03 trailer", only_a_trailer_may_follow),
		ROW("R9568-7.1-05", takes_only_our_vrid),
		ROW("R9568-5.2.9-02", addresses_are_of_the_packets_family),
		ROW("R9568-5.2.9-01", link_local_comes_first),
		ROW("R9568-7.1-12", other_lists_are_taken_and_told),
		ROW("R9568-7.1-11 R9568-7.1-12", everything_is_told_at_once),
		ROW("R9568-7.2-01 R9568-7.2-02 R9568-7.2-04 R9568-7.2-05 R9568-5.2.9-03",
		    sends_what_another_program_computed),
		ROW("R9568-6.4.2-07 announcement", announces_with_the_router_flag),
		ROW("R9568-7.1-08 own address", own_adverts_are_no_news),
		ROW("R9568-7.1-08", refused_packets_touch_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
