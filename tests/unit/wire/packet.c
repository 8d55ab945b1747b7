/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksum, IP headers and the frames that announce: both directions, every length a packet can be
 * cut to, and each result of parsing. */
#include "wire/arp.h"
#include "wire/checksum.h"
#include "wire/ip.h"
#include "wire/nd.h"

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

static struct ip sample_ip(void)
{
	struct ip ip = { .ttl = 255, .tos = 0xc0, .protocol = 112, .id = 0x1234 };

	addr_parse("192.0.2.251", &ip.source);
	addr_parse("224.0.0.18", &ip.destination);
	return ip;
}

static void ip_header_there_and_back(void **state)
{
	struct ip ip = sample_ip(), got;
	uint8_t packet[64] = { 0 };

	ip_put(&ip, 24, packet);
	assert_int_equal(checksum(packet, IP4_HEADER_SIZE), 0);
	assert_true(ip_parse(packet, 64, &got)); /* 20 octets of padding */
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
	struct ip ip = sample_ip(), got;
	uint8_t packet[64] = { 0 };

	ip_put(&ip, 40, packet);
	packet[0] = 0x4f;
	assert_true(ip_parse(packet, 60, &got));
	assert_ptr_equal(got.payload, packet + 60);
	assert_int_equal(got.payload_size, 0);
	packet[6] = 0x40; /* Don't Fragment is no fragment */
	assert_true(ip_parse(packet, 60, &got));
}

static void not_a_whole_ip_packet(void **state)
{
	struct ip ip = sample_ip(), got;
	uint8_t packet[64] = { 0 }, bad[64];

#define REFUSES(at, value)                            \
	do {                                          \
		memcpy(bad, packet, sizeof(bad));     \
		bad[at] = (value);                    \
		assert_false(ip_parse(bad, 44, &got)); \
	} while (0)

	ip_put(&ip, 24, packet);
	assert_true(ip_parse(packet, 44, &got));
	for (size_t size = 0; size < 44; size++)
		assert_false(ip_parse(packet, size, &got));
	REFUSES(0, 0x55); /* version 5 */
	REFUSES(0, 0x65); /* version 6, and longer than what came */
	REFUSES(0, 0x44); /* header of 16 octets */
	REFUSES(3, 19); /* total shorter than the header */
	REFUSES(3, 45); /* longer than what came */
	REFUSES(6, 0x20); /* More Fragments */
	REFUSES(7, 1); /* a later fragment */
}

static void ip6_header_there_and_back(void **state)
{
	struct ip ip = { .ttl = 255, .tos = 0xc0, .protocol = 112 }, got;
	uint8_t packet[100] = { 0 };

	addr_parse("fe80::2", &ip.source);
	addr_parse("ff02::12", &ip.destination);
	ip_put(&ip, 24, packet);
	assert_memory_equal(packet, "\x6c\0\0\0\0\x18\x70\xff\xfe\x80", 10);
	assert_true(ip_parse(packet, sizeof(packet), &got)); /* padding behind */
	assert_true(addr_equal(&got.source, &ip.source));
	assert_true(addr_equal(&got.destination, &ip.destination));
	assert_int_equal(got.ttl, 255);
	assert_int_equal(got.tos, 0xc0);
	assert_int_equal(got.protocol, 112);
	assert_ptr_equal(got.payload, packet + 40);
	assert_int_equal(got.payload_size, 24);
	for (size_t size = 0; size < 64; size++)
		assert_false(ip_parse(packet, size, &got));
	assert_true(ip_parse(packet, 64, &got));
	packet[0] = 0x7c;
	assert_false(ip_parse(packet, 64, &got));
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

/* R9568-6.4.2-07: the vector una-rfc9568 of another program. */
static void neighbour_advert_announces(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 0, 0, 0x5e, 0, 2, 0x33 };
	static const uint8_t wanted[ND_FRAME_SIZE] = {
		0x33, 0x33, 0, 0, 0, 1, 0, 0, 0x5e, 0, 2, 0x33, 0x86, 0xdd,
		0x60, 0, 0, 0, 0, 0x20, 0x3a, 0xff,
		0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
		0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x88, 0, 0x1a, 0xda, 0xa0, 0, 0, 0,
		0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
		2, 1, 0, 0, 0x5e, 0, 2, 0x33 };
	uint8_t frame[ND_FRAME_SIZE];
	struct addr vip;

	addr_parse("2001:db8::10", &vip);
	memset(frame, 0x55, sizeof(frame));
	nd_unsolicited_put(&vip, mac, frame);
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
		cmocka_unit_test(ip6_header_there_and_back),
		cmocka_unit_test(arp_announces),
		cmocka_unit_test(neighbour_advert_announces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
