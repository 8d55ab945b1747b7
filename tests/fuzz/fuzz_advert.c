/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any octets as a packet. The first octet chooses the receiver, the rest is what came from the
 * wire: an advert nearly always (mutate.c), with and without a trailer. The decision must be the
 * one of rfc3768.c, and where that parts from the letter of the RFC, one of its rows says so. The
 * advert that was taken must write itself back octet for octet, and move the router as the table
 * of RFC 3768 6.4 has it. */
#include "base/check.h"
#include "fuzz_files.h"
#include "mutate.h"
#include "rfc3768.h"
#include "vrrp/vrrp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECOND_US INT64_C(1000000)
#define NOW_US (10 * SECOND_US)

/* Of the first octet. */
enum {
	CHOICE_PASS = 1,
	CHOICE_RUNNING = 2,
	CHOICE_OWNER = 4,
	CHOICE_MASTER = 8,
	CHOICE_VARIANT = 0x30,
	CHOICE_NOPREEMPT = 0x40,
};

static const struct variant {
	uint8_t vrid, priority, interval_s;
	char auth_data[9];
} variants[] = {
	{ 51, 100, 1, "s3cret" },
	{ 1, 1, 3, "" },
	{ 255, 254, 255, "12345678" },
	{ 51, 150, 1, "\xff\0\x80 x" },
};

static const struct variant *variant_of(uint8_t choice)
{
	return &variants[(choice & CHOICE_VARIANT) >> 4];
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	const struct variant *v;
	struct mutate_receiver r;
	uint32_t random = seed;

	size = LLVMFuzzerMutate(data, size, max_size);
	if (size == 0 || mutate_once_in(&random, 16))
		return size;
	if (!mutate_once_in(&random, 8))
		data[0] |= CHOICE_RUNNING;
	v = variant_of(data[0]);
	r = (struct mutate_receiver){ v->vrid, data[0] & CHOICE_PASS, v->interval_s,
				      (const uint8_t *)v->auth_data };
	return 1 + mutate_packet(data + 1, size - 1, max_size - 1, &r, &random);
}

static void step(struct vrrp_router *r, enum vrrp_event_kind kind, int64_t now_us)
{
	struct vrrp_event event = { .kind = kind };
	struct vrrp_actions actions;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
}

static void set_up(struct vrrp_router *r, uint8_t choice, const struct addr *vip)
{
	const struct variant *v = variant_of(choice);
	struct vrrp_config config = { .version = 2, .family = ADDR_IPV4, .vrid = v->vrid,
		.priority = choice & CHOICE_OWNER ? 255 : v->priority,
		.preempt = !(choice & CHOICE_NOPREEMPT),
		.auth_type = choice & CHOICE_PASS ? ADVERT_AUTH_PASS : ADVERT_AUTH_NONE,
		.group = advert_group(ADDR_IPV4),
		.down_adverts = 3, .advert_interval_us = v->interval_s * SECOND_US,
		.addresses = vip, .address_count = 1 };
	struct addr source;

	memcpy(config.auth_data, v->auth_data, sizeof(config.auth_data));
	addr_parse("192.168.100.3", &source);
	vrrp_router_init(r, &config, (struct mono){ 0 });
	vrrp_router_set_source(r, &source);
	if (!(choice & CHOICE_RUNNING))
		return;
	step(r, VRRP_EVENT_STARTUP, NOW_US);
	if (r->state == VRRP_STATE_BACKUP && (choice & CHOICE_MASTER))
		step(r, VRRP_EVENT_TIMER, NOW_US + vrrp_master_down_us(r));
}

static struct rfc3768_router as_the_rfc_has_it(const struct vrrp_router *r)
{
	struct rfc3768_router model = { .vrid = r->config.vrid, .priority = r->config.priority,
		.auth_type = r->config.auth_type,
		.interval_s = (uint8_t)(r->config.advert_interval_us / SECOND_US),
		.auth_data = r->config.auth_data, .addresses = r->config.addresses,
		.address_count = r->config.address_count,
		.is_running = r->state == VRRP_STATE_BACKUP || r->state == VRRP_STATE_MASTER };

	memcpy(model.source, r->source.bytes, 4);
	return model;
}

static bool model_list_differs(const struct ip *ip)
{
	return ip->payload[3] != 1 || memcmp(ip->payload + 8, "\xc0\xa8\x64\x0a", 4) != 0;
}

static void write_back(const struct ip *ip, const struct advert *advert)
{
	uint8_t copy[ADVERT_HEADER_SIZE + 255 * 4 + ADVERT_AUTH_SIZE + ADVERT_TRAILER_SIZE];

	check(advert_size(2, ADDR_IPV4, advert->address_count) +
		      (advert->trailer ? ADVERT_TRAILER_SIZE : 0) == ip->payload_size);
	advert_put(advert, ip, copy);
	/* The checksum has two forms of zero; all other octets are the same. */
	check(memcmp(copy, ip->payload, 6) == 0);
	check(memcmp(copy + 8, ip->payload + 8, ip->payload_size - 8) == 0);
}

/* 6.4.2. */
static void model_backup(const struct vrrp_router *before, const struct vrrp_router *after,
			 uint8_t priority, int64_t now_us)
{
	int64_t skew_us = (256 - before->priority) * SECOND_US / 256;
	int64_t down_us = 3 * before->config.advert_interval_us + skew_us;

	check(after->state == VRRP_STATE_BACKUP);
	if (priority == 0)
		check(after->down_at.us == now_us + skew_us);
	else if (!before->config.preempt || priority >= before->priority)
		check(after->down_at.us == now_us + down_us);
	else
		check(after->down_at.us == before->down_at.us);
}

/* 6.4.3, with the answer of RFC 9568 to a lower one (docs/conformance.md). */
static void model_master(const struct vrrp_router *before, const struct vrrp_router *after,
			 const struct vrrp_actions *actions, const uint8_t *source,
			 uint8_t priority)
{
	bool is_beaten = priority > before->priority ||
			 (priority == before->priority &&
			  memcmp(source, before->source.bytes, 4) > 0);

	if (priority && is_beaten) {
		check(after->state == VRRP_STATE_BACKUP);
		check(actions->flags & VRRP_ACTION_ADDRESSES_REMOVE);
		return;
	}
	check(after->state == VRRP_STATE_MASTER);
	check(actions->flags & VRRP_ACTION_ADVERT);
	check(!(actions->flags & (VRRP_ACTION_ADDRESSES_REMOVE | VRRP_ACTION_TRANSITION)));
}

static void take(struct vrrp_router *r, const struct ip *ip, const struct advert *advert,
		 uint32_t remarks)
{
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT, .advert = advert,
				    .source = ip->source, .remarks = remarks };
	struct vrrp_router before = *r;
	struct vrrp_actions actions;
	int64_t now_us = r->since.us + SECOND_US / 2;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
	check(!mono_is_never(vrrp_router_deadline(r)));
	if (before.state == VRRP_STATE_BACKUP)
		model_backup(&before, r, advert->priority, now_us);
	else
		model_master(&before, r, &actions, ip->source.bytes, advert->priority);
}

const char *fuzz_untried(void)
{
	return rfc3768_untried();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rfc3768_router model;
	struct vrrp_router r, before;
	struct advert advert;
	enum vrrp_drop drop;
	struct addr vip;
	uint32_t remarks;
	struct ip ip;

	if (size == 0)
		return 0;
	addr_parse("192.168.100.10", &vip);
	set_up(&r, data[0], &vip);
	data++, size--;
	if (!ip_parse(data, size, &ip)) {
		check(!rfc3768_is_whole(data, size));
		return 0;
	}
	if (ip.source.family != ADDR_IPV4)
		return 0;
	check(rfc3768_is_whole(data, size));
	before = r;
	model = as_the_rfc_has_it(&r);
	drop = vrrp_accept(&r, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks);
	check(drop == rfc3768_judge(&model, data));
	check((drop == VRRP_DROP_NONE) == rfc3768_takes(&model, data) ||
	      rfc3768_deviation(&model, data));
	check(memcmp(&before, &r, sizeof(r)) == 0);
	if (drop != VRRP_DROP_NONE)
		return 0;
	check(remarks == (model_list_differs(&ip) ? VRRP_REMARK_LIST_DIFFERS : 0u));
	write_back(&ip, &advert);
	take(&r, &ip, &advert, remarks);
	return 0;
}
