/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any octets as a packet for a router of version 3, over either family. The first octet chooses the
 * receiver, the rest is what came from the wire; a mutator makes it an advert nearly always. The
 * decision must be the one of rfc9568.c. What was taken must write itself back octet for octet, and
 * move the router as RFC 9568 6.4 has it, with the interval that is learned. */
#include "base/check.h"
#include "fuzz_files.h"
#include "mutate.h"
#include "rfc9568.h"
#include "vrrp/vrrp.h"
#include "wire/ah.h"
#include "wire/checksum.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECOND_US INT64_C(1000000)
#define CENTISECOND_US INT64_C(10000)
#define NOW_US (10 * SECOND_US)
#define TRAILER 28

/* Of the first octet. */
enum {
	CHOICE_IPV6 = 1,
	CHOICE_RUNNING = 2,
	CHOICE_OWNER = 4,
	CHOICE_MASTER = 8,
	CHOICE_NOPREEMPT = 16,
	CHOICE_FAST = 32, /* 10 ms, else 1 s */
	CHOICE_EMPTY = 64, /* no_virtual_ipaddress */
	CHOICE_MESSAGE = 128, /* v3_checksum_as_v2 */
};

#define VRID 51

static struct addr address(bool is_ipv6, uint8_t last)
{
	struct addr a;

	addr_parse(is_ipv6 ? "fe80::" : "192.168.100.0", &a);
	a.bytes[is_ipv6 ? 15 : 3] = last;
	return a;
}

/* -- what is likely to be taken -- */

static size_t grow(uint8_t *p, size_t size, size_t wanted, size_t max_size)
{
	if (wanted <= size || wanted > max_size)
		return size;
	memset(p + size, 0, wanted - size);
	return wanted;
}

static void put_ends(uint8_t *p, bool is_ipv6, uint32_t *seed)
{
	struct addr group = advert_group(is_ipv6 ? ADDR_IPV6 : ADDR_IPV4);
	struct addr source = address(is_ipv6, (uint8_t)(2 + mutate_random(seed) % 3));
	size_t size = is_ipv6 ? 16 : 4, at = is_ipv6 ? 8 : 12;

	if (!mutate_once_in(seed, 16))
		memcpy(p + at, source.bytes, size);
	if (!mutate_once_in(seed, 32))
		memcpy(p + at + size, group.bytes, size);
}

static size_t put_ip(uint8_t *p, size_t size, bool is_ipv6, uint32_t *seed)
{
	size_t head = is_ipv6 ? 40 : 20, payload = size - head;

	if (!mutate_once_in(seed, 32))
		p[0] = is_ipv6 ? 0x6c : 0x45;
	if (is_ipv6) {
		p[4] = (uint8_t)(payload >> 8);
		p[5] = (uint8_t)payload;
	} else {
		p[2] = (uint8_t)(size >> 8);
		p[3] = (uint8_t)size;
		if (!mutate_once_in(seed, 32))
			p[6] = p[7] = 0;
	}
	if (!mutate_once_in(seed, 32))
		p[is_ipv6 ? 7 : 8] = 255;
	put_ends(p, is_ipv6, seed);
	return head;
}

static void put_message(uint8_t *v, bool is_ipv6, uint32_t *seed)
{
	struct addr ours = address(is_ipv6, 10);
	size_t size = is_ipv6 ? 16 : 4;

	if (!mutate_once_in(seed, 32))
		v[0] = 0x31;
	if (!mutate_once_in(seed, 32))
		v[1] = VRID;
	if (mutate_once_in(seed, 8))
		v[4] = v[5] = 0;
	for (size_t k = 0; k < v[3]; k++)
		if (mutate_once_in(seed, 2))
			memcpy(v + 8 + k * size, ours.bytes, size);
}

static void seal(const uint8_t *p, uint8_t *v, size_t size, bool is_ipv6, uint32_t *seed)
{
	struct addr source = addr_from_bytes(is_ipv6 ? ADDR_IPV6 : ADDR_IPV4,
					     p + (is_ipv6 ? 8 : 12));
	struct addr destination = addr_from_bytes(is_ipv6 ? ADDR_IPV6 : ADDR_IPV4,
						  p + (is_ipv6 ? 24 : 16));
	uint16_t sum;

	v[6] = v[7] = 0;
	if (is_ipv6 || mutate_once_in(seed, 2))
		sum = checksum_pseudo(&source, &destination, 112, v, size);
	else
		sum = checksum(v, size);
	v[6] = (uint8_t)(sum >> 8);
	v[7] = (uint8_t)sum;
}

static size_t mutate_advert(uint8_t *p, size_t size, size_t max_size, bool is_ipv6, uint32_t *seed)
{
	size_t head = is_ipv6 ? 40 : 20, length, covered;
	uint8_t *v = p + head;

	if (max_size < head + 8 + 4 * 16 + TRAILER)
		return size;
	size = grow(p, size, head + 8, max_size);
	v[3] = (uint8_t)(v[3] % (mutate_once_in(seed, 8) ? 5 : 3));
	length = covered = 8 + v[3] * (is_ipv6 ? 16u : 4u);
	size = grow(p, size, head + length, max_size);
	if (mutate_once_in(seed, 4)) {
		size = grow(p, size, head + length + TRAILER, max_size);
		v[length] = 1;
		length += TRAILER;
		covered = is_ipv6 ? length : covered;
	}
	if (!mutate_once_in(seed, 16))
		size = head + length;
	(void)put_ip(p, size, is_ipv6, seed);
	put_message(v, is_ipv6, seed);
	if (!mutate_once_in(seed, 16))
		seal(p, v, covered, is_ipv6, seed);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	uint32_t random = seed;

	size = LLVMFuzzerMutate(data, size, max_size);
	if (size == 0 || mutate_once_in(&random, 16))
		return size;
	if (!mutate_once_in(&random, 8))
		data[0] |= CHOICE_RUNNING;
	return 1 + mutate_advert(data + 1, size - 1, max_size - 1, data[0] & CHOICE_IPV6, &random);
}

/* -- the receiver -- */

static void step(struct vrrp_router *r, enum vrrp_event_kind kind, int64_t now_us)
{
	struct vrrp_event event = { .kind = kind };
	struct vrrp_actions actions;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
}

static void set_up(struct vrrp_router *r, uint8_t choice, const struct addr *vip)
{
	bool is_ipv6 = choice & CHOICE_IPV6;
	enum addr_family family = is_ipv6 ? ADDR_IPV6 : ADDR_IPV4;
	struct vrrp_config config = { .version = 3, .family = (uint8_t)family, .vrid = VRID,
		.priority = choice & CHOICE_OWNER ? 255 : 100,
		.preempt = !(choice & CHOICE_NOPREEMPT), .group = advert_group(family),
		.checksum = choice & CHOICE_MESSAGE ? ADVERT_CHECKSUM_MESSAGE :
						      ADVERT_CHECKSUM_PSEUDO,
		.down_adverts = 3,
		.advert_interval_us = choice & CHOICE_FAST ? CENTISECOND_US : SECOND_US,
		.addresses = vip, .address_count = choice & CHOICE_EMPTY ? 0 : 1 };
	struct addr source = address(is_ipv6, 3);

	vrrp_router_init(r, &config, (struct mono){ 0 });
	vrrp_router_set_source(r, &source);
	if (!(choice & CHOICE_RUNNING))
		return;
	step(r, VRRP_EVENT_STARTUP, NOW_US);
	if (r->state == VRRP_STATE_BACKUP && (choice & CHOICE_MASTER))
		step(r, VRRP_EVENT_TIMER, NOW_US + vrrp_master_down_us(r));
}

/* -- what must come of it -- */

static void write_back(const struct ip *ip, const struct advert *advert)
{
	uint8_t *copy = malloc(ip->payload_size + 1);
	uint16_t sum_is, sum_was;

	advert_put(advert, ip, copy);
	/* The reserved bits are lost, and the checksum with them; it has two forms of zero. */
	check(memcmp(copy, ip->payload, 4) == 0 && copy[4] == (ip->payload[4] & 0x0f) &&
	      copy[5] == ip->payload[5]);
	check(memcmp(copy + 8, ip->payload + 8, ip->payload_size - 8) == 0);
	sum_is = (uint16_t)(copy[6] << 8 | copy[7]);
	sum_was = (uint16_t)(ip->payload[6] << 8 | ip->payload[7]);
	if (!(ip->payload[4] & 0xf0))
		check((sum_is ^ sum_was) == 0 || (uint16_t)(sum_is ^ sum_was) == 0xffff);
	free(copy);
}

/* 6.4.2 with 6.1: the skew is a part of the interval that was heard. */
static void model_backup(const struct vrrp_router *before, const struct vrrp_router *after,
			 uint8_t priority, int64_t interval_us, int64_t now_us)
{
	int64_t old_skew_us = (256 - before->priority) * before->master_interval_us / 256;
	int64_t down_us = 3 * interval_us + (256 - before->priority) * interval_us / 256;

	check(after->state == VRRP_STATE_BACKUP);
	if (priority == 0) {
		check(after->down_at.us == now_us + old_skew_us);
		check(after->master_interval_us == before->master_interval_us);
	} else if (priority >= before->priority ||
		   (!before->config.preempt && before->priority != 255)) {
		check(after->down_at.us == now_us + down_us);
		check(after->master_interval_us == interval_us);
	} else {
		check(after->down_at.us == before->down_at.us);
		check(after->master_interval_us == before->master_interval_us);
	}
}

static void model_master(const struct vrrp_router *before, const struct vrrp_router *after,
			 const struct vrrp_event *event, int64_t now_us)
{
	uint8_t priority = event->advert->priority;
	int64_t interval_us = event->advert->interval_us;
	size_t size = addr_size(&event->source);
	bool is_beaten = priority > before->priority ||
			 (priority == before->priority &&
			  memcmp(event->source.bytes, before->source.bytes, size) > 0);

	if (!priority || !is_beaten) {
		check(after->state == VRRP_STATE_MASTER);
		return;
	}
	check(after->state == VRRP_STATE_BACKUP && after->master_interval_us == interval_us);
	check(after->down_at.us == now_us + 3 * interval_us +
					   (256 - before->priority) * interval_us / 256);
}

static void take(struct vrrp_router *r, const struct vrrp_event *event)
{
	struct vrrp_router before = *r;
	struct vrrp_actions actions;
	int64_t now_us = r->since.us + SECOND_US / 200;

	vrrp_router_step(r, event, (struct mono){ now_us }, &actions);
	check(!mono_is_never(vrrp_router_deadline(r)));
	if (before.state == VRRP_STATE_BACKUP)
		model_backup(&before, r, event->advert->priority, event->advert->interval_us,
			     now_us);
	else
		model_master(&before, r, event, now_us);
}

const char *fuzz_untried(void)
{
	return rfc9568_untried();
}

static void judge(struct vrrp_router *r, const struct rfc9568_router *model, const uint8_t *data,
		  size_t size)
{
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT };
	struct vrrp_router before = *r;
	struct advert advert;
	enum vrrp_drop drop;
	struct ip ip;

	check(ip_parse(data, size, &ip));
	drop = vrrp_accept(r, &ip, &(struct vrrp_clock){ 0 }, &advert, &event.remarks);
	check(drop == rfc9568_judge(model, data));
	check(memcmp(&before, r, sizeof(before)) == 0);
	if (drop != VRRP_DROP_NONE)
		return;
	check(!(event.remarks & VRRP_REMARK_INTERVAL) ==
	      (advert.interval_us == r->config.advert_interval_us));
	event.advert = &advert;
	event.source = ip.source;
	write_back(&ip, &advert);
	take(r, &event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rfc9568_router model;
	struct vrrp_router r;
	struct addr vip;
	struct ip ip;

	if (size == 0)
		return 0;
	vip = address(data[0] & CHOICE_IPV6, 10);
	set_up(&r, data[0], &vip);
	model = (struct rfc9568_router){ .is_ipv6 = data[0] & CHOICE_IPV6, .vrid = VRID,
		.source = r.source.bytes, .addresses = vip.bytes,
		.address_count = r.config.address_count,
		.is_running = r.state == VRRP_STATE_BACKUP || r.state == VRRP_STATE_MASTER };
	data++, size--;
	/* An Authentication Header belongs to version 2: fuzz_advert.c. */
	if (!model.is_ipv6 && size > 9 && data[9] == IP_PROTOCOL_AH)
		return 0;
	if (rfc9568_is_whole(&model, data, size))
		judge(&r, &model, data, size);
	else
		check(!ip_parse(data, size, &ip) || ip.source.family != r.config.family);
	return 0;
}
