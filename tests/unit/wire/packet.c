/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksum, IPv4 header, advert and ARP frame: both directions, every length a packet can be cut
 * to, and each result of parsing. */
#include "wire/advert.h"
#include "wire/arp.h"
#include "wire/checksum.h"
#include "wire/ip4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The example of RFC 1071 3: the sum is ddf2. */
static void checksum_of_the_rfc(void **state)
{
	static const uint8_t data[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	uint8_t with[10];
	uint16_t sum = checksum(data, sizeof(data));

	assert_int_equal(sum, (uint16_t)~0xddf2);
	memcpy(with, data, 8);
	with[8] = (uint8_t)(sum >> 8);
	with[9] = (uint8_t)sum;
	assert_int_equal(checksum(with, 10), 0);
}

static void checksum_of_odd_and_large_data(void **state)
{
	static const uint8_t odd[] = { 0x12, 0x34, 0x56 };
	uint8_t *ones = malloc(65535);

	assert_int_equal(checksum(odd, 3), (uint16_t)~(0x1234 + 0x5600));
	assert_int_equal(checksum(NULL, 0), 0xffff);
	memset(ones, 0xff, 65535);
	/* 32767 times ffff is ffff; plus ff00, folded, is ff00. */
	assert_int_equal(checksum(ones, 65535), 0x00ff);
	free(ones);
}

static struct ip4 sample_ip(void)
{
	struct ip4 ip = { .ttl = 255, .tos = 0xc0, .protocol = 112, .id = 0x1234 };

	addr_parse("192.0.2.251", &ip.source);
	addr_parse("224.0.0.18", &ip.destination);
	return ip;
}

static void ip_header_there_and_back(void **state)
{
	struct ip4 ip = sample_ip(), got;
	uint8_t packet[64] = { 0 };

	ip4_put(&ip, 24, packet);
	assert_int_equal(checksum(packet, IP4_HEADER_SIZE), 0);
	assert_true(ip4_parse(packet, 64, &got)); /* 20 octets of padding */
	assert_true(addr_equal(&got.source, &ip.source));
	assert_true(addr_equal(&got.destination, &ip.destination));
	assert_int_equal(got.ttl, 255);
	assert_int_equal(got.tos, 0xc0);
	assert_int_equal(got.protocol, 112);
	assert_int_equal(got.id, 0x1234);
	assert_ptr_equal(got.payload, packet + 20);
	assert_int_equal(got.payload_size, 24);
}

static void ip_options_are_skipped(void **state)
{
	struct ip4 ip = sample_ip(), got;
	uint8_t packet[64] = { 0 };

	ip4_put(&ip, 40, packet);
	packet[0] = 0x4f;
	assert_true(ip4_parse(packet, 60, &got));
	assert_ptr_equal(got.payload, packet + 60);
	assert_int_equal(got.payload_size, 0);
	packet[6] = 0x40; /* Don't Fragment is no fragment */
	assert_true(ip4_parse(packet, 60, &got));
}

static void not_a_whole_ip_packet(void **state)
{
	struct ip4 ip = sample_ip(), got;
	uint8_t packet[64] = { 0 }, bad[64];

#define REFUSES(at, value)                            \
	do {                                          \
		memcpy(bad, packet, sizeof(bad));     \
		bad[at] = (value);                    \
		assert_false(ip4_parse(bad, 44, &got)); \
	} while (0)

	ip4_put(&ip, 24, packet);
	assert_true(ip4_parse(packet, 44, &got));
	for (size_t size = 0; size < 44; size++)
		assert_false(ip4_parse(packet, size, &got));
	REFUSES(0, 0x65); /* version 6 */
	REFUSES(0, 0x44); /* header of 16 octets */
	REFUSES(3, 19); /* total shorter than the header */
	REFUSES(3, 45); /* longer than what came */
	REFUSES(6, 0x20); /* More Fragments */
	REFUSES(7, 1); /* a later fragment */
}

static const uint8_t list[] = { 192, 0, 2, 1, 192, 0, 2, 2 };
static const uint8_t password[ADVERT_AUTH_SIZE] = "SECUREUN";

static size_t sample_advert(uint8_t *data)
{
	struct advert advert = { .version = 2, .type = ADVERT_TYPE, .vrid = 101, .priority = 200,
		.auth_type = ADVERT_AUTH_PASS, .interval_s = 1, .address_count = 2,
		.addresses = list, .auth_data = password };

	advert_put(&advert, data);
	return advert_size(2);
}

static void advert_there_and_back(void **state)
{
	uint8_t data[64];
	size_t size = sample_advert(data);
	struct advert a;

	assert_int_equal(size, 24);
	assert_int_equal(advert_parse(data, size, &a), ADVERT_OK);
	assert_int_equal(a.version, 2);
	assert_int_equal(a.type, ADVERT_TYPE);
	assert_int_equal(a.vrid, 101);
	assert_int_equal(a.priority, 200);
	assert_int_equal(a.auth_type, ADVERT_AUTH_PASS);
	assert_int_equal(a.interval_s, 1);
	assert_int_equal(a.address_count, 2);
	assert_true(a.checksum_good);
	assert_memory_equal(a.addresses, list, sizeof(list));
	assert_memory_equal(a.auth_data, password, sizeof(password));
}

/* Each cut into a block of exactly that size, so that a read too far is seen. */
static void advert_cut_anywhere_is_short(void **state)
{
	uint8_t data[64];
	size_t size = sample_advert(data);
	struct advert a;

	for (size_t cut = 0; cut < size; cut++) {
		uint8_t *part = malloc(cut ? cut : 1);

		memcpy(part, data, cut);
		assert_int_equal(advert_parse(part, cut, &a), ADVERT_SHORT);
		assert_int_equal(a.vrid, cut > 1 ? 101 : 0);
		assert_int_equal(a.priority, cut > 2 ? 200 : 0);
		assert_false(a.checksum_good);
		free(part);
	}
	assert_int_equal(advert_parse(data, size + 1, &a), ADVERT_LONG);
}

static void advert_of_other_kinds(void **state)
{
	uint8_t data[64];
	size_t size = sample_advert(data);
	struct advert a;

	for (uint8_t type = 0; type < 16; type++) {
		data[0] = (uint8_t)(0x20 | type);
		assert_int_equal(advert_parse(data, size, &a),
				 type == 1 ? ADVERT_OK : ADVERT_TYPE_UNKNOWN);
		assert_int_equal(a.type, type);
		assert_int_equal(a.vrid, 101);
	}
	for (uint8_t version = 0; version < 16; version++) {
		data[0] = (uint8_t)(version << 4 | ADVERT_TYPE);
		assert_int_equal(advert_parse(data, size, &a),
				 version == 2 ? ADVERT_OK : ADVERT_VERSION);
		assert_int_equal(a.version, version);
	}
	/* Another version's packet is not measured with ours. */
	data[0] = 0x31;
	assert_int_equal(advert_parse(data, 12, &a), ADVERT_VERSION);
}

static void every_bit_belongs_to_the_checksum(void **state)
{
	uint8_t data[64];
	size_t size = sample_advert(data);
	struct advert a;

	for (size_t bit = 0; bit < size * 8; bit++) {
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (advert_parse(data, size, &a) == ADVERT_OK)
			assert_false(a.checksum_good);
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void longest_and_emptiest_advert(void **state)
{
	static uint8_t addresses[255 * 4];
	uint8_t *data = malloc(advert_size(255));
	struct advert advert = { .version = 2, .type = ADVERT_TYPE, .vrid = 1, .priority = 1,
		.interval_s = 255, .address_count = 255, .addresses = addresses }, a;

	memset(addresses, 0xff, sizeof(addresses));
	advert_put(&advert, data);
	assert_int_equal(advert_parse(data, advert_size(255), &a), ADVERT_OK);
	assert_true(a.checksum_good);
	advert.address_count = 0;
	advert.addresses = NULL;
	advert_put(&advert, data);
	assert_int_equal(advert_parse(data, 16, &a), ADVERT_OK);
	assert_true(a.checksum_good);
	free(data);
}

static void arp_announces(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 0x52, 0x54, 0, 0, 0, 2 };
	static const uint8_t wanted[ARP_FRAME_SIZE] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0, 0, 0, 2, 0x08, 0x06,
		0, 1, 0x08, 0, 6, 4, 0, 1,
		0x52, 0x54, 0, 0, 0, 2, 192, 0, 2, 1,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 192, 0, 2, 1 };
	uint8_t frame[ARP_FRAME_SIZE];
	struct addr vip;

	addr_parse("192.0.2.1", &vip);
	memset(frame, 0x55, sizeof(frame));
	arp_gratuitous_put(&vip, mac, frame);
	assert_memory_equal(frame, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum_of_the_rfc),
		cmocka_unit_test(checksum_of_odd_and_large_data),
		cmocka_unit_test(ip_header_there_and_back),
		cmocka_unit_test(ip_options_are_skipped),
		cmocka_unit_test(not_a_whole_ip_packet),
		cmocka_unit_test(advert_there_and_back),
		cmocka_unit_test(advert_cut_anywhere_is_short),
		cmocka_unit_test(advert_of_other_kinds),
		cmocka_unit_test(every_bit_belongs_to_the_checksum),
		cmocka_unit_test(longest_and_emptiest_advert),
		cmocka_unit_test(arp_announces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
