/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The advert in both versions and families: both directions, every length a packet can be cut to,
 * each result of parsing, and what the checksum covers. */
#include "wire/advert.h"

#include "wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t list4[] = { 192, 168, 100, 10, 192, 168, 100, 11 };
static const uint8_t list6[] = { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x51,
				 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10 };
static const uint8_t password[ADVERT_AUTH_SIZE] = "SECUREUN";
static const uint8_t trailer[ADVERT_TRAILER_SIZE] = { ADVERT_TRAILER_TYPE, 1, 0, 0, 0x65, 0x53 };

/* The kinds of advert that there are. */
struct kind {
	uint8_t version;
	enum addr_family family;
	enum advert_checksum checksum;
	bool has_trailer;
	size_t size;
};

static const struct kind kinds[] = {
	{ 2, ADDR_IPV4, ADVERT_CHECKSUM_MESSAGE, false, 24 },
	{ 3, ADDR_IPV4, ADVERT_CHECKSUM_MESSAGE, false, 16 },
	{ 3, ADDR_IPV4, ADVERT_CHECKSUM_PSEUDO, false, 16 },
	{ 3, ADDR_IPV4, ADVERT_CHECKSUM_MESSAGE, true, 44 },
	{ 3, ADDR_IPV4, ADVERT_CHECKSUM_PSEUDO, true, 44 },
	{ 3, ADDR_IPV6, ADVERT_CHECKSUM_PSEUDO, false, 40 },
	{ 3, ADDR_IPV6, ADVERT_CHECKSUM_PSEUDO, true, 68 },
	{ 2, ADDR_IPV4, ADVERT_CHECKSUM_MESSAGE, true, 52 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct ip ends(enum addr_family family)
{
	struct ip ip = { .destination = advert_group(family), .ttl = 255, .protocol = 112 };

	addr_parse(family == ADDR_IPV4 ? "192.168.100.2" : "fe80::5054:ff:fe00:2", &ip.source);
	return ip;
}

static size_t sample(const struct kind *k, uint8_t *data)
{
	struct ip ip = ends(k->family);
	struct advert advert = { .version = k->version, .type = ADVERT_TYPE, .vrid = 51,
		.priority = 100, .checksum = (uint8_t)k->checksum, .interval_us = 1000000,
		.address_count = 2, .addresses = k->family == ADDR_IPV4 ? list4 : list6,
		.trailer = k->has_trailer ? trailer : NULL };

	if (k->version == 2) {
		advert.auth_type = ADVERT_AUTH_PASS;
		advert.auth_data = password;
	}
	advert_put(&advert, &ip, data);
	return advert_size(k->version, k->family, 2) + (k->has_trailer ? ADVERT_TRAILER_SIZE : 0);
}

static enum advert_result parse(const struct kind *k, const uint8_t *data, size_t size,
				struct advert *ret_advert)
{
	struct ip ip = ends(k->family);

	ip.payload = data;
	ip.payload_size = size;
	return advert_parse(&ip, k->version, ret_advert);
}

static void there_and_back(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		uint8_t data[128];
		struct advert a;

		assert_int_equal(sample(k, data), k->size);
		assert_int_equal(parse(k, data, k->size, &a), ADVERT_OK);
		assert_int_equal(a.version, k->version);
		assert_int_equal(a.type, ADVERT_TYPE);
		assert_int_equal(a.vrid, 51);
		assert_int_equal(a.priority, 100);
		assert_int_equal(a.interval_us, 1000000);
		assert_int_equal(a.address_count, 2);
		assert_int_equal(a.checksum, k->checksum);
		if (k->family == ADDR_IPV4)
			assert_memory_equal(a.addresses, list4, sizeof(list4));
		else
			assert_memory_equal(a.addresses, list6, sizeof(list6));
		if (k->version == 2)
			assert_memory_equal(a.auth_data, password, sizeof(password));
		else
			assert_null(a.auth_data);
		assert_int_equal(a.auth_type, k->version == 2 ? ADVERT_AUTH_PASS : 0);
		if (k->has_trailer)
			assert_memory_equal(a.trailer, trailer, sizeof(trailer));
		else
			assert_null(a.trailer);
	}
}

/* R9568-7.1-03, R3768-7.1-02. Each cut into a block of exactly that size, so that a read too far is
 * seen. Cut at the trailer's beginning it is whole, but for its checksum over IPv6. */
static void cut_anywhere_is_short(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		size_t whole = advert_size(k->version, k->family, 2);
		uint8_t data[128];
		struct advert a;

		(void)sample(k, data);
		for (size_t cut = 0; cut < whole; cut++) {
			uint8_t *part = malloc(cut ? cut : 1);

			memcpy(part, data, cut);
			assert_int_equal(parse(k, part, cut, &a), ADVERT_SHORT);
			assert_int_equal(a.vrid, cut > 1 ? 51 : 0);
			assert_int_equal(a.priority, cut > 2 ? 100 : 0);
			assert_int_equal(a.checksum, ADVERT_CHECKSUM_BAD);
			free(part);
		}
		for (size_t cut = whole + 1; cut < k->size; cut++)
			assert_int_equal(parse(k, data, cut, &a), ADVERT_LONG);
		assert_int_equal(parse(k, data, k->size + 1, &a), ADVERT_LONG);
	}
}

/* Octets behind an advert are a trailer or one too many. */
static void only_trailers_may_follow(void **state)
{
	uint8_t data[128];
	struct advert a;

	(void)sample(&kinds[3], data);
	data[16] = ADVERT_TRAILER_TYPE + 1;
	assert_int_equal(parse(&kinds[3], data, 44, &a), ADVERT_LONG);
	(void)sample(&kinds[7], data);
	data[24] = ADVERT_TRAILER_TYPE + 1;
	assert_int_equal(parse(&kinds[7], data, 52, &a), ADVERT_LONG);
}

static void other_kinds(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		uint8_t data[128];
		struct advert a;

		(void)sample(k, data);
		for (uint8_t type = 0; type < 16; type++) {
			data[0] = (uint8_t)(k->version << 4 | type);
			assert_int_equal(parse(k, data, k->size, &a),
					 type == 1 ? ADVERT_OK : ADVERT_TYPE_UNKNOWN);
			assert_int_equal(a.type, type);
			assert_int_equal(a.vrid, 51);
		}
		for (uint8_t version = 0; version < 16; version++) {
			data[0] = (uint8_t)(version << 4 | ADVERT_TYPE);
			assert_int_equal(parse(k, data, k->size, &a),
					 version == k->version ? ADVERT_OK : ADVERT_VERSION);
			assert_int_equal(a.version, version);
		}
		/* Another version's packet is not measured with ours. */
		data[0] = 0x41;
		assert_int_equal(parse(k, data, 12, &a), ADVERT_VERSION);
	}
}

/* Over IPv4 the trailer has its own protection. Where two checksums are possible a bit can make one
 * out of the other only by changing the sum by the pseudo-header's, which no single bit does. */
static void every_bit_belongs_to_the_checksum(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		size_t covered = k->family == ADDR_IPV4 ? advert_size(k->version, k->family, 2) :
							  k->size;
		uint8_t data[128];
		struct advert a;

		(void)sample(k, data);
		for (size_t bit = 0; bit < k->size * 8; bit++) {
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (parse(k, data, k->size, &a) == ADVERT_OK)
				assert_int_equal(a.checksum, bit / 8 < covered ?
								     ADVERT_CHECKSUM_BAD :
								     k->checksum);
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

/* The vectors v3-ip4-pseudo, v3-ip4-msgonly and v3-ip6 of another program, from the VRRP header
 * on; and the checksum that keepalived's issue 1490 shows. */
static void bytes_of_others(void **state)
{
	uint8_t data[128];
	struct addr vips[3];
	uint8_t list[12];
	struct ip ip = ends(ADDR_IPV4);
	struct advert a = { .version = 3, .type = ADVERT_TYPE, .vrid = 2, .priority = 150,
		.checksum = ADVERT_CHECKSUM_PSEUDO, .interval_us = 1000000, .address_count = 3,
		.addresses = list };

	(void)sample(&kinds[2], data);
	assert_memory_equal(data, "\x31\x33\x64\x02\x00\x64\x1b\xc1\xc0\xa8\x64\x0a", 12);
	(void)sample(&kinds[1], data);
	assert_memory_equal(data, "\x31\x33\x64\x02\x00\x64\x20\xff\xc0\xa8\x64\x0a", 12);
	(void)sample(&kinds[5], data);
	assert_memory_equal(data, "\x31\x33\x64\x02\x00\x64\xf0\x46\xfe\x80", 10);
	addr_parse("185.203.112.1", &vips[0]);
	addr_parse("10.0.0.1", &vips[1]);
	addr_parse("10.0.8.1", &vips[2]);
	for (size_t k = 0; k < 3; k++)
		memcpy(list + 4 * k, vips[k].bytes, 4);
	addr_parse("10.0.0.3", &ip.source);
	advert_put(&a, &ip, data);
	assert_memory_equal(data + 6, "\x08\x2d", 2);
	addr_parse("185.203.112.1", &ip.source);
	advert_put(&a, &ip, data);
	assert_memory_equal(data + 6, "\xe8\x62", 2);
}

/* 0x0200 + 0x1d6d + 0xe000 + 0x0012 + 0x0070 + 0x0010 is 0xffff: with the pseudo-header or without,
 * it is the same sum, and nobody can tell which one was meant. */
static void a_pseudo_header_that_adds_nothing(void **state)
{
	struct ip ip = ends(ADDR_IPV4);
	struct advert a = { .version = 3, .type = ADVERT_TYPE, .vrid = 51, .priority = 100,
		.checksum = ADVERT_CHECKSUM_MESSAGE, .interval_us = 1000000,
		.address_count = 2, .addresses = list4 };
	uint8_t data[16], other[16];

	addr_parse("2.0.29.109", &ip.source);
	advert_put(&a, &ip, data);
	a.checksum = ADVERT_CHECKSUM_PSEUDO;
	advert_put(&a, &ip, other);
	assert_memory_equal(data, other, sizeof(data));
	ip.payload = data;
	ip.payload_size = sizeof(data);
	assert_int_equal(advert_parse(&ip, 3, &a), ADVERT_OK);
	assert_int_equal(a.checksum, ADVERT_CHECKSUM_EITHER);
}

/* R9568-5.2.6-01, R9568-5.2.7-01. */
static void reserved_bits_are_not_read_and_twelve_are(void **state)
{
	struct ip ip = ends(ADDR_IPV4);
	struct advert a = { .version = 3, .type = ADVERT_TYPE, .vrid = 51, .priority = 100,
		.checksum = ADVERT_CHECKSUM_MESSAGE, .interval_us = 40950000,
		.address_count = 2, .addresses = list4 };
	uint8_t data[128];
	uint16_t sum;

	advert_put(&a, &ip, data);
	assert_memory_equal(data + 4, "\x0f\xff", 2);
	assert_int_equal(parse(&kinds[1], data, 16, &a), ADVERT_OK);
	assert_int_equal(a.interval_us, 40950000);
	(void)sample(&kinds[1], data);
	data[4] |= 0xf0;
	data[6] = data[7] = 0;
	sum = checksum(data, 16);
	data[6] = (uint8_t)(sum >> 8);
	data[7] = (uint8_t)sum;
	assert_int_equal(parse(&kinds[1], data, 16, &a), ADVERT_OK);
	assert_int_equal(a.checksum, ADVERT_CHECKSUM_MESSAGE);
	assert_int_equal(a.interval_us, 1000000);
}

static void longest_and_emptiest(void **state)
{
	static uint8_t addresses[255 * 16];

	memset(addresses, 0xff, sizeof(addresses));
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		size_t most = advert_size(k->version, k->family, 255);
		size_t least = advert_size(k->version, k->family, 0);
		uint8_t *data = malloc(most);
		struct ip ip = ends(k->family);
		struct advert advert = { .version = k->version, .type = ADVERT_TYPE, .vrid = 1,
			.priority = 1, .checksum = (uint8_t)k->checksum, .interval_us = 10000000,
			.address_count = 255, .addresses = addresses }, a;

		advert_put(&advert, &ip, data);
		assert_int_equal(parse(k, data, most, &a), ADVERT_OK);
		assert_int_equal(a.checksum, k->checksum);
		advert.address_count = 0;
		advert.addresses = NULL;
		advert_put(&advert, &ip, data);
		assert_int_equal(parse(k, data, least, &a), ADVERT_OK);
		assert_int_equal(a.checksum, k->checksum);
		free(data);
	}
}

/* OpenBSD's carp_header: advskew, authlen 7, demote, advbase, checksum, counter, digest. */
static void carp_is_known_by_its_form(void **state)
{
	uint8_t data[44] = { 0x21, 51, 0, 7, 0, 1 };
	struct ip ip = ends(ADDR_IPV4);
	uint16_t sum;

	memset(data + 8, 0x5a, 28);
	sum = checksum(data, 36);
	data[6] = (uint8_t)(sum >> 8);
	data[7] = (uint8_t)sum;
	ip.payload = data;
	ip.payload_size = 36;
	assert_true(advert_is_carp(&ip));
	ip.payload_size = 44; /* seven addresses of VRRP */
	assert_false(advert_is_carp(&ip));
	ip.payload_size = 36;
	data[35] ^= 1;
	assert_false(advert_is_carp(&ip));
	data[35] ^= 1;
	data[3] = 6;
	assert_false(advert_is_carp(&ip));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(cut_anywhere_is_short),
		cmocka_unit_test(only_trailers_may_follow),
		cmocka_unit_test(other_kinds),
		cmocka_unit_test(every_bit_belongs_to_the_checksum),
		cmocka_unit_test(bytes_of_others),
		cmocka_unit_test(a_pseudo_header_that_adds_nothing),
		cmocka_unit_test(reserved_bits_are_not_read_and_twelve_are),
		cmocka_unit_test(longest_and_emptiest),
		cmocka_unit_test(carp_is_known_by_its_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
