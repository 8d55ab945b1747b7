/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The socket filters, run by the kernel itself: datagrams on a local socket pair stand for IP
 * packets, so no privilege is needed and any octets can be tried. Every packet must go to exactly
 * one of the two kinds of socket, and to the one that a plain comparison says. (IPv6, where the hop
 * limit lies in front of what a socket is given, is in sockets6.c.) */

#include "kern/filter.h"
#include "packets.h"
#include "wire/ah.h"
#include "wire/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct sieve {
	int in, out;
};

static struct sieve sieves[3]; /* by enum kern_filter_kind */

static void sieves_set(const struct kern_port *port)
{
	struct sock_filter program[KERN_FILTER_SIZE];
	struct sock_fprog f = { .filter = program };

	for (int kind = 0; kind < 3; kind++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
		sieves[kind] = (struct sieve){ pair[0], pair[1] };
		f.len = (unsigned short)kern_filter_build((enum kern_filter_kind)kind, port,
							  program);
		assert_int_equal(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof f),
				 0);
	}
}

static void sieves_open(const struct kern_vrids *vrids, uint8_t version)
{
	sieves_set(&(struct kern_port){ .family = ADDR_IPV4,
					.versions = (uint8_t)(1 << version),
					.vrids = *vrids });
}

static void sieves_close(void)
{
	for (int kind = 0; kind < 3; kind++) {
		close(sieves[kind].in);
		close(sieves[kind].out);
	}
}

static bool passes(int kind, const uint8_t *packet, size_t size)
{
	uint8_t back[PACKET_MAX];
	ssize_t got;

	assert_int_equal(send(sieves[kind].in, packet, size, 0), size);
	got = recv(sieves[kind].out, back, sizeof back, 0);
	if (got >= 0) {
		assert_int_equal(got, size);
		assert_memory_equal(back, packet, size);
	}
	return got >= 0;
}

static void try_octets(const uint8_t *packet, size_t size, bool is_ours)
{
	assert_int_equal(passes(KERN_FILTER_ADVERTS, packet, size), is_ours);
	assert_int_equal(passes(KERN_FILTER_STRANGERS, packet, size), !is_ours);
}

static void try_packet(struct packet_recipe r, bool is_ours)
{
	uint8_t packet[PACKET_MAX];

	try_octets(packet, packet_make(&r, packet), is_ours);
}

static bool has(const struct kern_vrids *v, int vrid)
{
	return v->bits[vrid / 8] >> (vrid % 8) & 1;
}

static void try_all_vrids(const struct kern_vrids *v)
{
	sieves_open(v, 2);
	for (int vrid = 0; vrid < 256; vrid++) {
		struct packet_recipe r = {
			.ttl = 255, .version = 2, .vrid = (uint8_t)vrid, .payload_size = 20
		};

		try_packet(r, has(v, vrid));
		r.options_size = 4; /* a header of 24 octets */
		try_packet(r, has(v, vrid));
		r.options_size = 40;
		try_packet(r, has(v, vrid));
		r.ttl = 254;
		try_packet(r, false);
	}
	sieves_close();
}

static void no_vrid(void **state)
{
	try_all_vrids(&(struct kern_vrids){ 0 });
}

static void each_single_vrid(void **state)
{
	for (int vrid = 0; vrid < 256; vrid++) {
		struct kern_vrids v = { 0 };
		struct packet_recipe r = { .ttl = 255, .version = 2, .payload_size = 8 };

		v.bits[vrid / 8] = (uint8_t)(1 << vrid % 8);
		sieves_open(&v, 2);
		for (int other = 0; other < 256; other++) {
			r.vrid = (uint8_t)other;
			try_packet(r, other == vrid);
		}
		sieves_close();
	}
}

static void all_vrids(void **state)
{
	struct kern_vrids v;

	memset(&v, 0xff, sizeof v);
	v.bits[0] = 0xfe; /* 1..255 (RFC 3768 5.3.3) */
	try_all_vrids(&v);
}

static void mixed_vrids(void **state)
{
	struct kern_vrids v;

	for (int i = 0; i < 32; i++)
		v.bits[i] = (uint8_t)(i * 73 + 41);
	try_all_vrids(&v);
}

static const struct kern_vrids only_51 = { .bits[51 / 8] = 1 << 51 % 8 };

static void other_ttl_or_version(void **state)
{
	struct packet_recipe r = { .ttl = 255, .version = 2, .vrid = 51, .payload_size = 20 };

	sieves_open(&only_51, 2);
	try_packet(r, true);
	for (int ttl = 0; ttl < 256; ttl++) {
		r.ttl = (uint8_t)ttl;
		try_packet(r, ttl == 255);
	}
	r.ttl = 255;
	for (int version = 0; version < 16; version++) {
		r.version = (uint8_t)version;
		try_packet(r, version == 2);
	}
	sieves_close();
	sieves_open(&only_51, 3);
	r.version = 3;
	try_packet(r, true);
	r.version = 2;
	try_packet(r, false);
	sieves_close();
}

static void several_versions_and_any_ttl(void **state)
{
	struct packet_recipe r = { .vrid = 51, .payload_size = 20 };
	struct kern_port port = { .family = ADDR_IPV4, .vrids = only_51 };

	for (int versions = 0; versions < 256; versions++) {
		port.versions = (uint8_t)versions;
		port.any_ttl = versions & 16;
		sieves_set(&port);
		for (int version = 0; version < 16; version++) {
			r.version = (uint8_t)version;
			r.ttl = 255;
			r.options_size = (uint8_t)(4 * (version % 3));
			try_packet(r, versions >> version & 1);
			r.ttl = (uint8_t)(version * 16);
			try_packet(r, port.any_ttl && versions >> version & 1);
		}
		sieves_close();
	}
}

static void the_rest_does_not_matter(void **state)
{
	struct packet_recipe r = { .ttl = 255, .version = 2, .vrid = 51, .payload_size = 20 };
	uint8_t packet[PACKET_MAX];
	size_t size = packet_make(&r, packet);

	sieves_open(&only_51, 2);
	/* Type, priority, count, checksum: the core's business. */
	packet[20] = 0x2f;
	memset(packet + 22, 0xff, 18);
	try_octets(packet, size, true);
	sieves_close();
}

static void too_short(void **state)
{
	uint8_t packet[PACKET_MAX];

	sieves_open(&only_51, 2);
	for (uint8_t options_size = 0; options_size <= 40; options_size += 4) {
		struct packet_recipe r = { .ttl = 255,
					   .version = 2,
					   .vrid = 51,
					   .options_size = options_size,
					   .payload_size = 8 };
		size_t whole = packet_make(&r, packet);

		for (size_t size = 1; size <= whole; size++)
			try_octets(packet, size, size >= 20u + options_size + 2);
	}
	sieves_close();
}

/* Whatever the octets are, one of the two takes them, never both. */
static void arbitrary_octets(void **state)
{
	uint32_t seed = 1;
	uint8_t packet[64];

	sieves_open(&only_51, 2);
	for (int round = 0; round < 20000; round++) {
		size_t size;

		for (size_t i = 0; i < sizeof packet; i++) {
			seed = seed * 1664525 + 1013904223;
			packet[i] = (uint8_t)(seed >> 24);
		}
		size = 1 + packet[63] % 63;
		if (round & 1)
			packet[8] = 255;
		if (round & 2)
			packet[0] = 0x45;
		if (round & 4)
			packet[20] = 0x21;
		assert_int_not_equal(passes(KERN_FILTER_ADVERTS, packet, size),
				     passes(KERN_FILTER_STRANGERS, packet, size));
	}
	sieves_close();
}

/* The packet with an Authentication Header put in front of VRRP. */
static size_t behind_ah(const struct packet_recipe *r, uint8_t *packet)
{
	size_t size = packet_make(r, packet), header = (size_t)(packet[0] & 15) * 4;

	memmove(packet + header + AH_SIZE, packet + header, size - header);
	ah_put(IP_PROTOCOL_VRRP, packet + 12, 1, packet + header);
	packet[9] = IP_PROTOCOL_AH;
	return size + AH_SIZE;
}

static void try_ah(struct packet_recipe r, bool is_ours)
{
	uint8_t packet[PACKET_MAX + AH_SIZE];
	size_t size = behind_ah(&r, packet);

	assert_int_equal(passes(KERN_FILTER_AH, packet, size), is_ours);
}

/* The same question as to the main socket's, and whether VRRP is behind it, and where. */
static void authentication_header(void **state)
{
	struct packet_recipe r = { .ttl = 255, .version = 2, .vrid = 51, .payload_size = 20 };
	uint8_t packet[PACKET_MAX + AH_SIZE];
	size_t size;

	sieves_open(&only_51, 2);
	try_ah(r, true);
	r.options_size = 40;
	try_ah(r, true);
	r.vrid = 52;
	try_ah(r, false);
	r.vrid = 51;
	r.version = 3;
	try_ah(r, false);
	r.version = 2;
	r.ttl = 254;
	try_ah(r, false);
	r.ttl = 255;
	r.options_size = 0;
	size = behind_ah(&r, packet);
	packet[IP4_HEADER_SIZE] = 6; /* TCP is behind it */
	assert_false(passes(KERN_FILTER_AH, packet, size));
	packet[IP4_HEADER_SIZE] = IP_PROTOCOL_VRRP;
	packet[IP4_HEADER_SIZE + AH_LENGTH_OFFSET] = AH_LENGTH + 1;
	assert_false(passes(KERN_FILTER_AH, packet, size));
	packet[IP4_HEADER_SIZE + AH_LENGTH_OFFSET] = AH_LENGTH;
	assert_true(passes(KERN_FILTER_AH, packet, IP4_HEADER_SIZE + AH_SIZE + 2));
	assert_false(passes(KERN_FILTER_AH, packet, IP4_HEADER_SIZE + AH_SIZE + 1));
	sieves_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_vrid),
		cmocka_unit_test(each_single_vrid),
		cmocka_unit_test(all_vrids),
		cmocka_unit_test(mixed_vrids),
		cmocka_unit_test(other_ttl_or_version),
		cmocka_unit_test(several_versions_and_any_ttl),
		cmocka_unit_test(the_rest_does_not_matter),
		cmocka_unit_test(too_short),
		cmocka_unit_test(authentication_header),
		cmocka_unit_test(arbitrary_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
