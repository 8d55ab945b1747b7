/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `auth_type AH`: the octets that keepalived 2.2.7 sends, what is refused and why, and the row of
 * numbers that all servers share. */
#include "sample.h"

#include "wire/ah.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)
#define TODAY (INT64_C(1700000000) * SECOND)

enum { SIZE = 64, AT_ID = 4, AT_TTL = 8, AT_AH = 20, AT_SEQUENCE = 28, AT_VRRP = 44 };

/* Captured from keepalived: VRID 51, priority 200, password SECUREUN; its numbers 1 and 2. */
static const uint8_t captured[2][SIZE] = {
	{ 0x45, 0xc0, 0x00, 0x40, 0x00, 0x01, 0x00, 0x00, 0xff, 0x33, 0x17, 0xbc, 0xc0,
	  0x00, 0x02, 0xfb, 0xe0, 0x00, 0x00, 0x12, 0x70, 0x04, 0x00, 0x00, 0xc0, 0x00,
	  0x02, 0xfb, 0x00, 0x00, 0x00, 0x01, 0x16, 0x73, 0xf5, 0x7c, 0x9e, 0x0f, 0x3b,
	  0x45, 0xb5, 0x73, 0x75, 0xca, 0x21, 0x33, 0xc8, 0x01, 0x02, 0x01, 0x52, 0xc8,
	  0xc0, 0x00, 0x02, 0x01 },
	{ 0x45, 0xc0, 0x00, 0x40, 0x00, 0x02, 0x00, 0x00, 0xff, 0x33, 0x17, 0xbb, 0xc0,
	  0x00, 0x02, 0xfb, 0xe0, 0x00, 0x00, 0x12, 0x70, 0x04, 0x00, 0x00, 0xc0, 0x00,
	  0x02, 0xfb, 0x00, 0x00, 0x00, 0x02, 0x44, 0x40, 0x54, 0x85, 0x4b, 0x21, 0x40,
	  0xa7, 0x76, 0x4b, 0x45, 0x9a, 0x21, 0x33, 0xc8, 0x01, 0x02, 0x01, 0x52, 0xc8,
	  0xc0, 0x00, 0x02, 0x01 },
};

static struct addr vips[1];

static struct vrrp_config ah_config(void)
{
	struct vrrp_config config = sample_config();

	vips[0] = sample_address("192.0.2.1");
	config.vrid = 51;
	config.priority = 200;
	config.auth_type = ADVERT_AUTH_AH;
	config.addresses = vips;
	return config;
}

/* Another server, listening. */
static struct vrrp_router listener(const struct vrrp_config *config)
{
	struct addr source = sample_address("192.0.2.252");
	struct vrrp_router r = sample_backup(config);

	vrrp_router_set_source(&r, &source);
	return r;
}

static enum vrrp_drop hear(struct vrrp_router *r, const uint8_t *packet, size_t size)
{
	struct vrrp_clock clock = { { SECOND }, TODAY };
	struct ip ip;

	return ip_parse(packet, size, &ip) ? sample_hear(r, &ip, &clock) : VRRP_DROP_LENGTH;
}

static size_t send_by(struct vrrp_router *r, int64_t realtime_us, const char *to, uint16_t id,
		      uint8_t *packet)
{
	struct addr destination = sample_address(to);

	vrrp_advert_begin(r, 200, &(struct vrrp_clock){ { 0 }, realtime_us });
	return vrrp_advert_put(r, 200, &destination, id, packet);
}

static void test_as_keepalived_sends(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = sample_router(&config);
	uint8_t packet[LIMIT_ADVERT_PACKET];

	for (uint16_t k = 0; k < 2; k++) {
		assert_int_equal(send_by(&r, 0, "224.0.0.18", k + 1, packet), SIZE);
		assert_memory_equal(packet, captured[k], SIZE);
	}
}

static void test_as_keepalived_is_heard(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = listener(&config);

	config.priority = 100;
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_NONE);
	assert_int_equal(r.master_priority, 200);
	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_NONE);
	assert_int_equal(r.ah_sequence, 2);
}

/* What was heard before, or is of before that, counts for nothing and changes nothing. */
static void test_replay(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = listener(&config), before;

	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_NONE);
	before = r;
	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_AUTH_REPLAY);
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_AUTH_REPLAY);
	assert_memory_equal(&r, &before, sizeof(r));
}

/* Each bit counts, but for those that routers change on the way. */
static void test_each_bit(void **state)
{
	struct vrrp_config config = ah_config();

	for (size_t bit = 0; bit < SIZE * 8; bit++) {
		struct vrrp_router r = listener(&config);
		uint8_t packet[SIZE];
		bool is_mutable = bit / 8 == 1 || bit / 8 == 10 || bit / 8 == 11;
		/* RFC 791: reserved, and "don't fragment" */
		bool is_flag = bit / 8 == 6 && bit % 8 >= 6;

		memcpy(packet, captured[0], SIZE);
		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(hear(&r, packet, SIZE) == VRRP_DROP_NONE, is_mutable || is_flag);
	}
}

static void test_causes(void **state)
{
	struct vrrp_config config = ah_config(), other = config;
	struct vrrp_router r;
	uint8_t packet[LIMIT_ADVERT_PACKET];

	memcpy(other.auth_data, "secureun", ADVERT_AUTH_SIZE);
	r = listener(&other);
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_AUTH_FAILED);
	other.auth_type = ADVERT_AUTH_PASS;
	r = listener(&other);
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_AUTH_TYPE);
	other.auth_type = ADVERT_AUTH_NONE;
	r = listener(&other);
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_AUTH_TYPE);
	r = listener(&config);
	memcpy(packet, captured[0], SIZE);
	packet[AT_VRRP + 4] = ADVERT_AUTH_NONE; /* inside it says that there is none */
	packet[AT_VRRP + 6] = 0x54;
	assert_int_equal(hear(&r, packet, SIZE), VRRP_DROP_AUTH_FAILED);
	memcpy(packet, captured[0], SIZE);
	packet[AT_AH + 1] = 5; /* words */
	assert_int_equal(hear(&r, packet, SIZE), VRRP_DROP_LENGTH);
	for (size_t cut = AT_AH; cut < SIZE; cut++) {
		memcpy(packet, captured[0], SIZE);
		packet[3] = (uint8_t)cut;
		assert_int_equal(hear(&r, packet, cut), VRRP_DROP_LENGTH);
	}
}

/* Without it, although all the rest is right. */
static void test_missing(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = listener(&config);
	uint8_t packet[SIZE - AH_SIZE];

	memcpy(packet, captured[0], IP4_HEADER_SIZE);
	packet[3] = sizeof(packet);
	packet[9] = IP_PROTOCOL_VRRP;
	memcpy(packet + IP4_HEADER_SIZE, captured[0] + AT_VRRP, SIZE - AT_VRRP);
	assert_int_equal(hear(&r, packet, sizeof(packet)), VRRP_DROP_AUTH_TYPE);
}

static uint32_t number_of(const uint8_t *packet)
{
	return (uint32_t)packet[AT_SEQUENCE] << 24 | (uint32_t)packet[AT_SEQUENCE + 1] << 16 |
	       (uint32_t)packet[AT_SEQUENCE + 2] << 8 | packet[AT_SEQUENCE + 3];
}

static void test_one_row_of_numbers(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = listener(&config);
	uint8_t packet[LIMIT_ADVERT_PACKET];

	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_NONE);
	send_by(&r, TODAY, "224.0.0.18", 1, packet);
	assert_int_equal(number_of(packet), 3);
	r = listener(&config); /* heard nobody */
	send_by(&r, TODAY, "224.0.0.18", 1, packet);
	assert_int_equal(number_of(packet), TODAY / SECOND + 1);
	send_by(&r, 0, "224.0.0.18", 2, packet);
	assert_int_equal(number_of(packet), TODAY / SECOND + 2);
	r.ah_sequence = UINT32_MAX;
	send_by(&r, TODAY, "224.0.0.18", 3, packet);
	assert_int_equal(number_of(packet), UINT32_MAX);
}

/* Two that count in step hear each other: the number that was one's own is taken once. */
static void test_in_step(void **state)
{
	struct vrrp_config config = ah_config();
	struct vrrp_router r = listener(&config);
	uint8_t packet[LIMIT_ADVERT_PACKET];

	r.ah_sequence = 1;
	send_by(&r, TODAY, "224.0.0.18", 1, packet);
	assert_int_equal(hear(&r, captured[0], SIZE), VRRP_DROP_AUTH_REPLAY);
	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_NONE);
	assert_int_equal(hear(&r, captured[1], SIZE), VRRP_DROP_AUTH_REPLAY);
	send_by(&r, TODAY, "224.0.0.18", 2, packet);
	assert_int_equal(number_of(packet), 3);
}

/* One number for an advert, to whomever it goes; and routers may count down its TTL. */
static void test_unicast(void **state)
{
	static const struct image_peer peers[] = {
		{ { ADDR_IPV4, { 192, 0, 2, 251 } }, 0, 255 },
		{ { ADDR_IPV4, { 192, 0, 2, 252 } }, 0, 255 },
	};
	struct vrrp_config config = ah_config();
	struct addr second = sample_address("192.0.2.253");
	struct vrrp_router from, to;
	uint8_t packet[LIMIT_ADVERT_PACKET];
	uint32_t number;

	config.is_unicast = true;
	config.ttl = 255;
	config.peers = peers;
	config.peer_count = 2;
	from = sample_router(&config);
	to = listener(&config);
	send_by(&from, TODAY, "192.0.2.252", 1, packet);
	number = number_of(packet);
	packet[AT_TTL] = 60;
	assert_int_equal(hear(&to, packet, SIZE), VRRP_DROP_NONE);
	assert_true(vrrp_advert_is_begun(&from));
	vrrp_advert_put(&from, 200, &second, 2, packet);
	assert_int_equal(number_of(packet), number);
	vrrp_router_set_source(&from, &second);
	assert_false(vrrp_advert_is_begun(&from));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_keepalived_sends),
		cmocka_unit_test(test_as_keepalived_is_heard),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_each_bit),
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_one_row_of_numbers),
		cmocka_unit_test(test_in_step),
		cmocka_unit_test(test_unicast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
