/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keepalived's auth_hmac: the octets on the wire, what is refused and why, replays, clocks that are
 * apart or step, and keys that change under traffic. */
#include "sample.h"

#include "wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define TODAY (INT64_C(1700000000) * SECOND)

enum { VRRP = IP4_HEADER_SIZE, MESSAGE_SIZE = 12 };

static struct image_key keys[3]; /* 1: 00 01 .. 1f; 2: all 0x22; 1 again: another one */
static struct addr vips[2];

static struct vrrp_config signed_config(enum addr_family family)
{
	for (uint8_t k = 0; k < 32; k++) {
		keys[0].octets[k] = k;
		keys[1].octets[k] = 0x22;
		keys[2].octets[k] = 0x33;
	}
	for (int k = 0; k < 3; k++)
		keys[k].size = 32;
	keys[0].id = keys[2].id = 1;
	keys[1].id = 2;
	vips[0] = sample_address(family == ADDR_IPV4 ? "192.0.2.100" : "fe80::100");
	return (struct vrrp_config){
		.version = 3,
		.family = (uint8_t)family,
		.vrid = 51,
		.priority = 200,
		.preempt = true,
		.hmac = IMAGE_HMAC_ENFORCE,
		.hmac_key = 1,
		.hmac_window_us = 5 * SECOND,
		.checksum = ADVERT_CHECKSUM_MESSAGE,
		.group = advert_group(family),
		.down_adverts = 3,
		.advert_interval_us = SECOND,
		.addresses = vips,
		.address_count = 1,
		.keys = keys,
		.key_count = 2,
	};
}

struct packet {
	uint8_t data[LIMIT_ADVERT_PACKET];
	size_t size;
};

static struct packet send_to(struct vrrp_router *r, const char *to, int64_t now_us,
			     int64_t offset_us)
{
	struct vrrp_clock clock = { { now_us }, offset_us };
	struct addr destination = to ? sample_address(to) : r->config.group;
	struct packet p;

	vrrp_advert_begin(r, r->config.priority, &clock);
	p.size = vrrp_advert_put(r, r->config.priority, &destination, 1, p.data);
	return p;
}

/* `now_us` of the monotonic clock, the wall clock `offset_us` before it. */
static enum vrrp_drop take(struct vrrp_router *r, const struct packet *p, int64_t now_us,
			   int64_t offset_us)
{
	struct vrrp_clock clock = { { now_us }, offset_us };
	struct ip ip;

	assert_true(ip_parse(p->data, p->size, &ip));
	return sample_hear(r, &ip, &clock);
}

static struct vrrp_router router_at(const struct vrrp_config *config, const char *source)
{
	struct addr address = sample_address(source);
	struct vrrp_router r;

	vrrp_router_init(&r, config, (struct mono){ 0 });
	vrrp_router_set_source(&r, &address);
	sample_step(&r, VRRP_EVENT_STARTUP, 0);
	return r;
}

static struct vrrp_router sender(const struct vrrp_config *config)
{
	return router_at(config, "198.51.100.10");
}

static struct vrrp_router listener(const struct vrrp_config *config)
{
	struct vrrp_config lower = *config;

	lower.priority = 100;
	return router_at(&lower, "198.51.100.20");
}

static void assert_octets(const uint8_t *data, size_t size, const char *wanted)
{
	char text[2 * LIMIT_ADVERT_PACKET + 1];

	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", data[i]);
	assert_string_equal(text, wanted);
}

/* -- the wire -- */

static void wire_image_ipv4(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r = router_at(&config, "198.51.100.10");
	struct packet p = send_to(&r, NULL, INT64_C(0x68000000) * SECOND + SECOND / 2, 0);

	assert_octets(p.data + VRRP, p.size - VRRP,
		      "3133c80100644402c0000264"
		      "010100006800000080000000"
		      "1b84bc4e8e43892dc6d98448f8ee2265");
}

/* Behind the octets for a password, which are zero. Computed by Python's hmac from the draft's
 * text, as it does the one above. */
static void wire_image_version2(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r, s;
	struct packet p;

	config.version = 2;
	r = sender(&config);
	s = listener(&config);
	p = send_to(&r, NULL, INT64_C(0x68000000) * SECOND + SECOND / 2, 0);
	assert_octets(p.data + VRRP, p.size - VRRP,
		      "2133c80100015465c00002640000000000000000"
		      "010100006800000080000000"
		      "d0b9391b8d008f779ef2e8cf66238947");
	assert_int_equal(take(&s, &p, INT64_C(0x68000001) * SECOND, 0), VRRP_DROP_NONE);
	assert_int_equal(take(&s, &p, INT64_C(0x68000001) * SECOND, 0), VRRP_DROP_AUTH_REPLAY);
	p = send_to(&r, NULL, INT64_C(0x68000001) * SECOND, 0);
	p.data[VRRP + 13] ^= 1; /* in those octets; with a right checksum */
	p.data[VRRP + 7] ^= 1;
	assert_int_equal(take(&s, &p, INT64_C(0x68000001) * SECOND, 0), VRRP_DROP_AUTH_HMAC);
	p = send_to(&r, NULL, INT64_C(0x68000002) * SECOND, 0);
	p.size -= ADVERT_TRAILER_SIZE;
	p.data[3] = (uint8_t)p.size;
	assert_int_equal(take(&s, &p, INT64_C(0x68000002) * SECOND, 0), VRRP_DROP_AUTH_MISSING);
}

static void wire_image_ipv6(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV6);
	struct vrrp_router r = router_at(&config, "fe80::10");
	struct packet p = send_to(&r, "fe80::20", 5 * SECOND,
				  INT64_C(0x68000000) * SECOND + SECOND / 2 - 5 * SECOND);

	assert_octets(p.data + 40, p.size - 40,
		      "3133c8010064a2e9fe800000000000000000000000000100"
		      "010100006800000080000000"
		      "c8c56146ebfd66ee10ec4d8186461b78");
}

/* Another program's packet: v3-ip4-kahmac of the reference, from its IP header on. */
static const uint8_t foreign[] = {
	0x45, 0xc0, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0xff, 0x70, 0xb5, 0xd0,
	0xc0, 0xa8, 0x64, 0x02, 0xe0, 0x00, 0x00, 0x12, 0x31, 0x33, 0x64, 0x02,
	0x00, 0x64, 0x1b, 0xc1, 0xc0, 0xa8, 0x64, 0x0a, 0xc0, 0xa8, 0x64, 0x0b,
	0x01, 0x01, 0x00, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x80, 0x00, 0x00, 0x00,
	0xe1, 0xb1, 0x35, 0xf1, 0x0d, 0xe2, 0x1d, 0xb2, 0x35, 0x94, 0x1d, 0xd6,
	0x91, 0x85, 0x93, 0x2e,
};

static void takes_another_programs(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r;
	struct packet p = { .size = sizeof(foreign) };

	memcpy(p.data, foreign, sizeof(foreign));
	vips[0] = sample_address("192.168.100.10");
	vips[1] = sample_address("192.168.100.11");
	config.address_count = 2;
	r = listener(&config);
	p.data[p.size - 1] ^= 1;
	assert_int_equal(take(&r, &p, SECOND / 2, TODAY), VRRP_DROP_AUTH_HMAC);
	p.data[p.size - 1] ^= 1;
	assert_int_equal(take(&r, &p, SECOND / 2, TODAY), VRRP_DROP_NONE);
}

/* The destination is not signed: all peers get the same trailer, and over IPv6 a checksum of
 * their own. */
static void one_signature_for_all_peers(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV6);
	struct vrrp_router r = router_at(&config, "fe80::10"), other;
	struct vrrp_clock clock = { { SECOND }, TODAY };
	struct addr to[2] = { sample_address("fe80::20"), sample_address("fe80::21") };
	struct packet p[2];

	vrrp_advert_begin(&r, 200, &clock);
	for (int k = 0; k < 2; k++)
		p[k].size = vrrp_advert_put(&r, 200, &to[k], 1, p[k].data);
	assert_memory_equal(p[0].data + p[0].size - ADVERT_TRAILER_SIZE,
			    p[1].data + p[1].size - ADVERT_TRAILER_SIZE, ADVERT_TRAILER_SIZE);
	assert_memory_not_equal(p[0].data + 46, p[1].data + 46, 2);
	config.is_unicast = true;
	for (int k = 0; k < 2; k++) {
		other = router_at(&config, "fe80::30");
		assert_int_equal(take(&other, &p[k], SECOND, TODAY), VRRP_DROP_NONE);
	}
}

/* The source is signed: another one makes another signature necessary. */
static void new_source_new_signature(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r = sender(&config);
	struct addr source = sample_address("198.51.100.11");

	(void)send_to(&r, NULL, SECOND, TODAY);
	assert_true(vrrp_advert_is_begun(&r));
	vrrp_router_set_source(&r, &source);
	assert_false(vrrp_advert_is_begun(&r));
}

/* -- what is refused -- */

enum defect { GOOD, MISSING, UNKNOWN_KEY, WRONG_KEY, STALE, DEFECTS };

static struct packet make_defect(const struct vrrp_config *config, enum defect defect)
{
	struct vrrp_config other = *config;
	struct vrrp_router r;

	other.hmac = defect == MISSING ? IMAGE_HMAC_NONE : IMAGE_HMAC_ENFORCE;
	if (defect == UNKNOWN_KEY)
		other.hmac_key = 2;
	if (defect == WRONG_KEY)
		other.keys = &keys[2];
	if (defect == WRONG_KEY)
		other.key_count = 1;
	r = sender(&other);
	return send_to(&r, NULL, SECOND, TODAY - (defect == STALE ? 6 * SECOND : 0));
}

static void each_mode_and_defect(void **state)
{
	static const enum vrrp_drop wanted[DEFECTS] = {
		[GOOD] = VRRP_DROP_NONE,
		[MISSING] = VRRP_DROP_AUTH_MISSING,
		[UNKNOWN_KEY] = VRRP_DROP_AUTH_UNKNOWN_KEY,
		[WRONG_KEY] = VRRP_DROP_AUTH_HMAC,
		[STALE] = VRRP_DROP_AUTH_STALE,
	};

	for (int mode = IMAGE_HMAC_ENFORCE; mode < IMAGE_HMAC_N_; mode++)
		for (enum defect defect = 0; defect < DEFECTS; defect++) {
			struct vrrp_config config = signed_config(ADDR_IPV4);
			struct packet p = make_defect(&config, defect);
			bool may_miss = mode != IMAGE_HMAC_ENFORCE;
			struct vrrp_router r;

			config.hmac = (uint8_t)mode;
			config.key_count = 1;
			r = listener(&config);
			assert_int_equal(take(&r, &p, SECOND, TODAY),
					 defect == MISSING && may_miss ? VRRP_DROP_NONE :
									 wanted[defect]);
		}
}

static void receive_only_does_not_sign(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r;

	config.hmac = IMAGE_HMAC_RECEIVE_ONLY;
	r = sender(&config);
	assert_int_equal(send_to(&r, NULL, SECOND, TODAY).size, VRRP + MESSAGE_SIZE);
	config.hmac = IMAGE_HMAC_PERMISSIVE;
	r = sender(&config);
	assert_int_equal(send_to(&r, NULL, SECOND, TODAY).size,
			 VRRP + MESSAGE_SIZE + ADVERT_TRAILER_SIZE);
}

/* Who has no auth_hmac looks at no trailer. */
static void others_do_not_mind(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct packet p = make_defect(&config, STALE);
	struct vrrp_router r;

	config.hmac = IMAGE_HMAC_NONE;
	r = listener(&config);
	assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
	assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
}

/* Every bit of what is signed, with the checksum made right again. */
static void tampering_is_found(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct packet good = make_defect(&config, GOOD), p;
	int by_signature = 0;

	for (size_t at = 12; at < good.size; at++)
		for (int bit = 0; bit < 8; bit++) {
			struct vrrp_router r = listener(&config);
			uint16_t sum;
			enum vrrp_drop drop;

			p = good;
			p.data[at] ^= (uint8_t)(1 << bit);
			if (at >= 16 && at < VRRP)
				continue; /* the destination */
			if (at >= VRRP + 6 && at < VRRP + 8)
				continue;
			p.data[VRRP + 6] = p.data[VRRP + 7] = 0;
			sum = checksum(p.data + VRRP, MESSAGE_SIZE);
			p.data[VRRP + 6] = (uint8_t)(sum >> 8);
			p.data[VRRP + 7] = (uint8_t)sum;
			drop = take(&r, &p, SECOND, TODAY);
			assert_int_not_equal(drop, VRRP_DROP_NONE);
			by_signature += drop == VRRP_DROP_AUTH_HMAC;
		}
	/* All but version, type, vrid, count, the trailer's type and its key's number. */
	assert_in_range(by_signature, 8 * (4 + 12 - 2 - 3 + 28 - 2), 8 * (4 + 12 - 2 + 28));
}

/* -- replays and clocks -- */

static void replays_are_refused(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router s = sender(&config), r = listener(&config);
	struct packet first = send_to(&s, NULL, SECOND, TODAY);
	struct packet second = send_to(&s, NULL, SECOND, TODAY); /* only the counter grew */

	assert_int_equal(take(&r, &first, SECOND, TODAY), VRRP_DROP_NONE);
	assert_int_equal(take(&r, &first, SECOND, TODAY), VRRP_DROP_AUTH_REPLAY);
	assert_int_equal(take(&r, &second, SECOND, TODAY), VRRP_DROP_NONE);
	assert_int_equal(take(&r, &first, SECOND, TODAY), VRRP_DROP_AUTH_REPLAY);
	/* From another one, the same number is news. */
	s = router_at(&config, "198.51.100.11");
	first = send_to(&s, NULL, SECOND, TODAY);
	assert_int_equal(take(&r, &first, SECOND, TODAY), VRRP_DROP_NONE);
}

/* Eight are remembered; the one that was not heard for longest makes room. */
static void eight_senders_are_remembered(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r = listener(&config);
	struct packet p[KEEP_SENDERS + 1];
	char source[20];

	for (int k = 0; k <= KEEP_SENDERS; k++) {
		struct vrrp_router s;

		snprintf(source, sizeof(source), "198.51.100.%d", 100 + k);
		s = router_at(&config, source);
		p[k] = send_to(&s, NULL, SECOND, TODAY);
		assert_int_equal(take(&r, &p[k], SECOND, TODAY), VRRP_DROP_NONE);
	}
	for (int k = 1; k <= KEEP_SENDERS; k++)
		assert_int_equal(take(&r, &p[k], SECOND, TODAY), VRRP_DROP_AUTH_REPLAY);
	assert_int_equal(take(&r, &p[0], SECOND, TODAY), VRRP_DROP_NONE);
	assert_int_equal(take(&r, &p[1], SECOND, TODAY), VRRP_DROP_NONE);
}

static void clocks_an_hour_apart(void **state)
{
	for (int monotonic = 0; monotonic <= 1; monotonic++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct vrrp_config config = signed_config(ADDR_IPV4);
			struct vrrp_router s, r;
			struct packet p;

			config.hmac_monotonic = monotonic;
			s = sender(&config);
			r = listener(&config);
			for (int64_t t = SECOND; t < 10 * SECOND; t += SECOND) {
				p = send_to(&s, NULL, t, TODAY + sign * HOUR);
				assert_int_equal(take(&r, &p, t, TODAY),
						 monotonic ? VRRP_DROP_NONE :
							     VRRP_DROP_AUTH_STALE);
			}
			if (monotonic)
				assert_int_equal(take(&r, &p, 10 * SECOND, TODAY),
						 VRRP_DROP_AUTH_REPLAY);
		}
}

static void window_has_two_sides(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);

	for (int64_t apart_us = -6 * SECOND; apart_us <= 6 * SECOND; apart_us += SECOND / 2) {
		struct vrrp_router s = sender(&config), r = listener(&config);
		struct packet p = send_to(&s, NULL, SECOND, TODAY + apart_us);
		bool inside = apart_us >= -5 * SECOND && apart_us <= 5 * SECOND;

		assert_int_equal(take(&r, &p, SECOND, TODAY),
				 inside ? VRRP_DROP_NONE : VRRP_DROP_AUTH_STALE);
	}
}

/* Our own clock steps: who was good before and goes on at the pace of the monotonic clock stays
 * so, and another one with the same time is good, too; but not what is late by that measure. */
static void own_clock_steps(void **state)
{
	for (int monotonic = 0; monotonic <= 1; monotonic++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct vrrp_config config = signed_config(ADDR_IPV4);
			int64_t stepped = TODAY + sign * HOUR;
			struct vrrp_router s, r, other;
			struct packet p, late;

			config.hmac_monotonic = monotonic;
			s = sender(&config);
			r = listener(&config);
			p = send_to(&s, NULL, SECOND, TODAY);
			assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
			for (int64_t t = 2 * SECOND; t < 7200 * SECOND; t += SECOND) {
				p = send_to(&s, NULL, t, TODAY);
				assert_int_equal(take(&r, &p, t, stepped), VRRP_DROP_NONE);
			}
			late = send_to(&s, NULL, 7200 * SECOND, TODAY);
			assert_int_equal(take(&r, &late, 7206 * SECOND, stepped),
					 monotonic ? VRRP_DROP_NONE : VRRP_DROP_AUTH_STALE);
			other = router_at(&config, "198.51.100.11");
			p = send_to(&other, NULL, 7206 * SECOND, TODAY);
			assert_int_equal(take(&r, &p, 7206 * SECOND, stepped), VRRP_DROP_NONE);
		}
}

/* Delays do not add up: the distance is that of the last advert that was good by the wall clock. */
static void delays_do_not_creep(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router s = sender(&config), r = listener(&config);
	struct packet p = send_to(&s, NULL, SECOND, TODAY);
	int64_t late_us = 0;

	assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
	for (int64_t t = 2 * SECOND; t < 100 * SECOND; t += SECOND, late_us += SECOND / 2) {
		p = send_to(&s, NULL, t, TODAY);
		assert_int_equal(take(&r, &p, t + late_us, TODAY + HOUR),
				 late_us <= 5 * SECOND ? VRRP_DROP_NONE : VRRP_DROP_AUTH_STALE);
	}
}

static void assert_believed(struct vrrp_router *s, int64_t s_offset_us, struct vrrp_router *r,
			    int64_t r_offset_us, int64_t now_us)
{
	struct packet p = send_to(s, NULL, now_us, s_offset_us);

	assert_int_equal(take(r, &p, now_us, r_offset_us), VRRP_DROP_NONE);
}

/* The sender's clock goes back, or ahead, for hours, and is right again: neighbours notice nothing.
 * By numbers alone it does not matter. */
static void senders_clock_steps_and_back(void **state)
{
	for (int monotonic = 0; monotonic <= 1; monotonic++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct vrrp_config config = signed_config(ADDR_IPV4);
			int64_t t = 5 * HOUR, stepped = TODAY + sign * 2 * HOUR;
			struct vrrp_router s, r;

			config.hmac_monotonic = monotonic;
			s = sender(&config);
			r = listener(&config);
			assert_believed(&s, TODAY, &r, TODAY, t);
			for (t += SECOND; t < 8 * HOUR; t += SECOND)
				assert_believed(&s, stepped, &r, TODAY, t);
			for (; t < 9 * HOUR; t += SECOND)
				assert_believed(&s, TODAY, &r, TODAY, t);
		}
}

/* A day ahead, or behind, from its start on, and then set right: who refused it serves by then, and
 * that it is believed shows which time is right. */
static void clock_wrong_from_the_start(void **state)
{
	for (int sign = -1; sign <= 1; sign += 2) {
		struct vrrp_config config = signed_config(ADDR_IPV4);
		struct vrrp_router s = sender(&config), r = listener(&config);
		struct packet p = send_to(&s, NULL, SECOND, TODAY + sign * 24 * HOUR);

		assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_AUTH_STALE);
		p = send_to(&r, NULL, 5 * SECOND, TODAY);
		assert_int_equal(take(&s, &p, 5 * SECOND, TODAY + sign * 24 * HOUR),
				 VRRP_DROP_AUTH_STALE);
		p = send_to(&s, NULL, 6 * SECOND, TODAY);
		assert_int_equal(take(&r, &p, 6 * SECOND, TODAY), VRRP_DROP_AUTH_STALE);
		assert_believed(&r, TODAY, &s, TODAY, 7 * SECOND);
		for (int64_t t = 8 * SECOND; t < 20 * SECOND; t += SECOND)
			assert_believed(&s, TODAY, &r, TODAY, t);
	}
}

/* All were wrong alike, and are set right one after the other; then one comes that knows only the
 * right time. */
static void all_clocks_are_set_right(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router s = sender(&config), r = listener(&config), other;
	struct packet p;
	int64_t t = SECOND, wrong = TODAY + HOUR;

	for (; t < 10 * SECOND; t += SECOND)
		assert_believed(&s, wrong, &r, wrong, t);
	for (; t < 20 * SECOND; t += SECOND)
		assert_believed(&s, wrong, &r, TODAY, t);
	for (; t < 30 * SECOND; t += SECOND)
		assert_believed(&s, TODAY, &r, TODAY, t);
	other = router_at(&config, "198.51.100.9");
	p = send_to(&s, NULL, t, TODAY);
	assert_int_equal(take(&other, &p, t, TODAY), VRRP_DROP_AUTH_STALE);
	assert_believed(&other, TODAY, &s, TODAY, t + SECOND);
	p = send_to(&s, NULL, t + 2 * SECOND, TODAY);
	assert_int_equal(take(&other, &p, t + 2 * SECOND, TODAY), VRRP_DROP_NONE);
	assert_int_equal(take(&r, &p, t + 2 * SECOND, TODAY), VRRP_DROP_NONE);
}

/* A day behind from its start, and set right: what was of that day is not of now. */
static void replays_of_a_wrong_day(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router r = router_at(&config, "198.51.100.10"), s = listener(&config);
	struct packet old = send_to(&s, NULL, 3 * SECOND, TODAY - 24 * HOUR);

	(void)send_to(&r, NULL, SECOND, TODAY - 24 * HOUR);
	assert_int_equal(take(&r, &old, 3 * SECOND, TODAY), VRRP_DROP_AUTH_STALE);
}

/* A little more than the window ahead, which the neighbour is, too: its numbers go on, because that
 * one has not forgotten them. */
static void set_right_by_little(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router s = sender(&config), r = listener(&config);
	int64_t t = SECOND;

	for (; t < 10 * SECOND; t += SECOND / 5)
		assert_believed(&s, TODAY + 11 * SECOND / 2, &r, TODAY + SECOND, t);
	assert_believed(&r, TODAY + SECOND, &s, TODAY, t);
	for (; t < 30 * SECOND; t += SECOND / 5)
		assert_believed(&s, TODAY, &r, TODAY + SECOND, t);
}

/* Octets that mean nothing yet. */
static void reserved_octets(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4);
	struct vrrp_router s = sender(&config), r = listener(&config);
	struct packet p = send_to(&s, NULL, SECOND, TODAY);

	for (int k = 2; k < 4; k++) {
		p.data[VRRP + MESSAGE_SIZE + k] = 1;
		assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_AUTH_HMAC);
		p.data[VRRP + MESSAGE_SIZE + k] = 0;
	}
	assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
}

/* Another list from who has our key is a mistake of ours, not another cluster. */
static void signature_makes_known(void **state)
{
	static struct addr others[1];
	struct vrrp_config config = signed_config(ADDR_IPV4), other = config;
	struct vrrp_router s, r;
	struct packet p;

	others[0] = sample_address("192.0.2.200");
	other.addresses = others;
	for (int mode = 0; mode <= 1; mode++) {
		config.hmac = mode ? IMAGE_HMAC_PERMISSIVE : IMAGE_HMAC_ENFORCE;
		s = sender(&other);
		r = listener(&config);
		p = send_to(&s, NULL, SECOND, TODAY);
		assert_int_equal(take(&r, &p, SECOND, TODAY), VRRP_DROP_NONE);
	}
	other.hmac = IMAGE_HMAC_NONE;
	s = router_at(&other, "198.51.100.11");
	p = send_to(&s, NULL, 2 * SECOND, TODAY);
	assert_int_equal(take(&r, &p, 2 * SECOND, TODAY), VRRP_DROP_STRANGER);
}

/* A sender that was heard with a clock far ahead and was started anew with the right one: by its
 * number it must not be believed, by the time of day it may. */
static void mark_of_days_to_come(void **state)
{
	for (int monotonic = 0; monotonic <= 1; monotonic++) {
		struct vrrp_config config = signed_config(ADDR_IPV4);
		struct vrrp_router s, r;
		struct packet ahead, right;

		config.hmac_monotonic = monotonic;
		s = sender(&config);
		r = listener(&config);
		ahead = send_to(&s, NULL, SECOND, TODAY + HOUR);
		assert_int_equal(take(&r, &ahead, SECOND, TODAY + HOUR), VRRP_DROP_NONE);
		s = sender(&config);
		right = send_to(&s, NULL, 2 * SECOND, TODAY);
		assert_int_equal(take(&r, &right, 2 * SECOND, TODAY),
				 monotonic ? VRRP_DROP_AUTH_REPLAY : VRRP_DROP_NONE);
		if (monotonic)
			continue;
		assert_int_equal(take(&r, &right, 2 * SECOND, TODAY), VRRP_DROP_AUTH_REPLAY);
		assert_int_equal(take(&r, &ahead, 2 * SECOND, TODAY), VRRP_DROP_AUTH_STALE);
	}
}

/* -- keys -- */

static void configure(struct vrrp_router *r, const struct vrrp_config *config, int64_t now_us)
{
	struct vrrp_actions actions;

	vrrp_router_reconfigure(r, config, (struct mono){ now_us }, &actions);
}

/* Both get the new key, then sign with it one after the other, then the old one goes. */
static void keys_change_under_traffic(void **state)
{
	struct vrrp_config config = signed_config(ADDR_IPV4), lower;
	struct vrrp_router s, r;
	struct packet old;
	int64_t t = 0;

	config.key_count = 1;
	s = sender(&config);
	r = listener(&config);
	for (int step = 0; step < 6; step++) {
		if (step == 1 || step == 2)
			config.key_count = 2;
		if (step == 3)
			config.hmac_key = 2;
		if (step == 5) {
			config.keys = &keys[1];
			config.key_count = 1;
		}
		lower = config;
		lower.priority = 100;
		/* The listener first, in step 3 the sender alone. */
		if (step > 0 && step != 3)
			configure(&r, &lower, t);
		if (step > 1)
			configure(&s, &config, t);
		for (int k = 0; k < 3; k++) {
			struct packet p;

			t += SECOND;
			p = send_to(&s, NULL, t, TODAY);
			assert_int_equal(p.data[VRRP + MESSAGE_SIZE + 1], step < 3 ? 1 : 2);
			assert_int_equal(take(&r, &p, t, TODAY), VRRP_DROP_NONE);
		}
	}
	/* The old key counts no more. */
	config = signed_config(ADDR_IPV4);
	s = sender(&config);
	old = send_to(&s, NULL, t + SECOND, TODAY);
	assert_int_equal(take(&r, &old, t + SECOND, TODAY), VRRP_DROP_AUTH_UNKNOWN_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_image_ipv4),
		cmocka_unit_test(wire_image_version2),
		cmocka_unit_test(wire_image_ipv6),
		cmocka_unit_test(takes_another_programs),
		cmocka_unit_test(one_signature_for_all_peers),
		cmocka_unit_test(new_source_new_signature),
		cmocka_unit_test(each_mode_and_defect),
		cmocka_unit_test(receive_only_does_not_sign),
		cmocka_unit_test(others_do_not_mind),
		cmocka_unit_test(tampering_is_found),
		cmocka_unit_test(replays_are_refused),
		cmocka_unit_test(eight_senders_are_remembered),
		cmocka_unit_test(clocks_an_hour_apart),
		cmocka_unit_test(window_has_two_sides),
		cmocka_unit_test(own_clock_steps),
		cmocka_unit_test(delays_do_not_creep),
		cmocka_unit_test(senders_clock_steps_and_back),
		cmocka_unit_test(clock_wrong_from_the_start),
		cmocka_unit_test(all_clocks_are_set_right),
		cmocka_unit_test(replays_of_a_wrong_day),
		cmocka_unit_test(set_right_by_little),
		cmocka_unit_test(reserved_octets),
		cmocka_unit_test(signature_makes_known),
		cmocka_unit_test(mark_of_days_to_come),
		cmocka_unit_test(keys_change_under_traffic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
