/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/limits.h"
#include "vectors.h"
#include "vrrp/vrrp.h"
#include "wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The router that the vectors were made for, and the one that plays its peer. A test stands in its
 * file's table under the ids of docs/conformance.md that it shows. */

#define ROW(ids, function) { ids, function, NULL, NULL, NULL }

#define SECOND_US INT64_C(1000000)
#define SKEW_US INT64_C(609375) /* priority 100 */
#define DOWN_US (3 * SECOND_US + SKEW_US)
#define VRRP_AT IP4_HEADER_SIZE /* where the advert begins in a packet */

static struct addr tester_vips[2], tester_vips6[2];

struct frame {
	uint8_t data[LIMIT_ADVERT_PACKET];
	size_t size;
};

static inline struct addr tester_address(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static inline struct vrrp_config tester_config(void)
{
	tester_vips[0] = tester_address("192.168.100.10");
	tester_vips[1] = tester_address("192.168.100.11");
	return (struct vrrp_config){ .version = 2, .family = ADDR_IPV4, .vrid = 51,
		.priority = 100, .preempt = true, .group = advert_group(ADDR_IPV4),
		.down_adverts = 3, .advert_interval_us = SECOND_US, .addresses = tester_vips,
		.address_count = 2 };
}

static inline struct vrrp_config tester_config_pass(void)
{
	struct vrrp_config config = tester_config();

	config.auth_type = ADVERT_AUTH_PASS;
	memcpy(config.auth_data, "s3cret", 6);
	return config;
}

/* Version 3: IPv4 with the checksum of most others, and IPv6. */
static inline struct vrrp_config tester_config3(void)
{
	struct vrrp_config config = tester_config();

	config.version = 3;
	config.checksum = ADVERT_CHECKSUM_PSEUDO;
	return config;
}

static inline struct vrrp_config tester_config6(void)
{
	struct vrrp_config config = tester_config3();

	tester_vips6[0] = tester_address("fe80::51");
	tester_vips6[1] = tester_address("2001:db8::10");
	config.family = ADDR_IPV6;
	config.group = advert_group(ADDR_IPV6);
	config.addresses = tester_vips6;
	return config;
}

/* Ours: greater than the vectors' 192.168.100.2 and fe80::5054:ff:fe00:2. */
static inline struct vrrp_router tester_router(const struct vrrp_config *config)
{
	struct addr source = tester_address(config->family == ADDR_IPV6 ? "fe80::5054:ff:fe00:3" :
									  "192.168.100.3");
	struct vrrp_router r;

	vrrp_router_init(&r, config, (struct mono){ 0 });
	vrrp_router_set_source(&r, &source);
	return r;
}

static inline struct vrrp_actions tester_step(struct vrrp_router *r, enum vrrp_event_kind kind,
					      int64_t now_us)
{
	struct vrrp_event event = { .kind = kind };
	struct vrrp_actions actions;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
	return actions;
}

static inline struct vrrp_router tester_backup(const struct vrrp_config *config)
{
	struct vrrp_router r = tester_router(config);

	assert_int_equal(tester_step(&r, VRRP_EVENT_STARTUP, 0).to, VRRP_STATE_BACKUP);
	return r;
}

/* MASTER since DOWN_US. */
static inline struct vrrp_router tester_master(const struct vrrp_config *config)
{
	struct vrrp_router r = tester_backup(config);

	assert_int_equal(tester_step(&r, VRRP_EVENT_TIMER, DOWN_US).to, VRRP_STATE_MASTER);
	return r;
}

/* The IP packet of a vector. */
static inline struct frame tester_vector(const char *name)
{
	struct frame f = { .size = 0 };

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (strcmp(vectors[i].name, name) == 0) {
			f.size = vectors[i].size - VECTOR_IP;
			memcpy(f.data, vectors[i].frame + VECTOR_IP, f.size);
		}
	}
	assert_true(f.size > 0);
	return f;
}

/* What the peer sends, who is configured as `config`. */
static inline struct frame tester_peer_to(const struct vrrp_config *config, const char *source,
					  const struct addr *destination, uint8_t priority)
{
	struct vrrp_router peer = tester_router(config);
	struct frame f;

	peer.source = tester_address(source);
	vrrp_advert_begin(&peer, priority, &(struct vrrp_clock){ { 0 }, 0 });
	f.size = vrrp_advert_put(&peer, priority, destination, 0, f.data);
	return f;
}

static inline struct frame tester_peer(const struct vrrp_config *config, const char *source,
				       uint8_t priority)
{
	struct addr group = advert_group((enum addr_family)config->family);

	return tester_peer_to(config, source, &group, priority);
}

/* Where the advert begins in a packet of either family. */
static inline size_t tester_vrrp_at(const struct frame *f)
{
	return f->data[0] >> 4 == 6 ? IP6_HEADER_SIZE : IP4_HEADER_SIZE;
}

/* The checksum made right again after a change: over IPv4 the message's, which every version
 * takes. */
static inline void tester_seal(struct frame *f)
{
	size_t at = tester_vrrp_at(f);
	uint8_t *vrrp = f->data + at;
	uint16_t sum;
	struct ip ip;

	vrrp[6] = vrrp[7] = 0;
	sum = checksum(vrrp, f->size - at);
	if (at == IP6_HEADER_SIZE) {
		assert_true(ip_parse(f->data, f->size, &ip));
		sum = checksum_pseudo(&ip.source, &ip.destination, IP_PROTOCOL_VRRP, vrrp,
				      f->size - at);
	}
	vrrp[6] = (uint8_t)(sum >> 8);
	vrrp[7] = (uint8_t)sum;
}

/* What is remarked of a packet that is taken. */
static inline uint32_t tester_remarks(const struct vrrp_router *r, const struct frame *f)
{
	struct advert advert;
	uint32_t remarks;
	struct ip ip;

	assert_true(ip_parse(f->data, f->size, &ip));
	assert_int_equal(vrrp_accept(r, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks),
			 VRRP_DROP_NONE);
	return remarks;
}

/* Receives as the daemon does. A refused packet leaves the router as it was, to the last octet. */
static inline enum vrrp_drop tester_receive(struct vrrp_router *r, const struct frame *f,
					    int64_t now_us, struct vrrp_actions *ret_actions)
{
	struct vrrp_router before = *r;
	struct advert advert;
	enum vrrp_drop drop;
	uint32_t remarks;
	struct ip ip;

	*ret_actions = (struct vrrp_actions){ 0 };
	if (!ip_parse(f->data, f->size, &ip))
		return VRRP_DROP_LENGTH;
	drop = vrrp_accept(r, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks);
	if (drop == VRRP_DROP_NONE) {
		struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT, .advert = &advert,
			.source = ip.source, .remarks = remarks };

		vrrp_router_step(r, &event, (struct mono){ now_us }, ret_actions);
	} else {
		assert_memory_equal(&before, r, sizeof(before));
	}
	return drop;
}

/* The same, with a packet that must be taken. */
static inline struct vrrp_actions tester_take(struct vrrp_router *r, const struct frame *f,
					      int64_t now_us)
{
	struct vrrp_actions actions;

	assert_int_equal(tester_receive(r, f, now_us, &actions), VRRP_DROP_NONE);
	return actions;
}

/* Does a BACKUP with this configuration take it? */
static inline enum vrrp_drop tester_judge(const struct vrrp_config *config, const struct frame *f)
{
	struct vrrp_router r = tester_backup(config);
	struct vrrp_actions actions;

	return tester_receive(&r, f, SECOND_US, &actions);
}
