/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any octets as a packet. The first octet chooses one of eight receivers, the rest is what came
 * from the wire. Besides not falling over, the verdict must be the one of a second, tiny reading of
 * RFC 3768 7.1 that shares nothing with ours but the names of the causes, and the advert that was
 * taken must write itself back octet for octet. For libFuzzer; in the build it runs over its corpus
 * and what fuzz_main_packet.c makes of it. */
#include "base/check.h"
#include "vrrp/vrrp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The sum of RFC 1071 as a plain remainder: all 16-bit numbers together are 0 modulo 65535, and
 * not all of them are zero. */
static bool model_sum_is_good(const uint8_t *p, size_t size)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? p[i] : p[i] * UINT64_C(256);
	return sum != 0 && sum % 65535 == 0;
}

static enum vrrp_drop model(const struct vrrp_router *r, const uint8_t *packet, size_t size)
{
	size_t head = (packet[0] & 15u) * 4u, total = packet[2] * 256u + packet[3];
	const uint8_t *v = packet + head;
	size_t length = total - head;
	bool ours;

	(void)size; /* the caller knows that the packet is whole */
	if (length < 8)
		return VRRP_DROP_LENGTH;
	ours = v[0] == 0x21;
	if (ours && length != 16u + 4u * v[3])
		return VRRP_DROP_LENGTH;
	if (packet[8] != 255)
		return VRRP_DROP_TTL;
	if (v[0] / 16 != 2)
		return VRRP_DROP_VERSION;
	if (!ours)
		return VRRP_DROP_TYPE;
	if (!model_sum_is_good(v, length))
		return VRRP_DROP_CHECKSUM;
	if (v[1] != r->config.vrid)
		return VRRP_DROP_VRID;
	if (v[4] != r->config.auth_type)
		return VRRP_DROP_AUTH_TYPE;
	if (v[4] && memcmp(v + length - 8, r->config.auth_data, 8) != 0)
		return VRRP_DROP_AUTH_FAILED;
	if (v[5] != r->config.advert_interval_us / 1000000)
		return VRRP_DROP_INTERVAL;
	if (memcmp(packet + 12, r->source.bytes, 4) == 0)
		return VRRP_DROP_OWN_ADDRESS;
	return mono_is_never(vrrp_router_deadline(r)) ? VRRP_DROP_NOT_RUNNING : VRRP_DROP_NONE;
}

static bool model_is_whole(const uint8_t *p, size_t size)
{
	size_t head, total;

	if (size < 20)
		return false;
	head = (p[0] & 15u) * 4u;
	total = p[2] * 256u + p[3];
	return p[0] / 16 == 4 && head >= 20 && total >= head && total <= size &&
	       (p[6] & 0x3f) == 0 && p[7] == 0;
}

static void set_up(struct vrrp_router *r, uint8_t choice, const struct addr *vip)
{
	struct vrrp_event startup = { .kind = VRRP_EVENT_STARTUP };
	struct vrrp_config config = { .version = 2, .family = ADDR_IPV4, .vrid = 51,
		.priority = choice & 4 ? 255 : 100, .preempt = true,
		.auth_type = choice & 1 ? ADVERT_AUTH_PASS : ADVERT_AUTH_NONE, .down_adverts = 3,
		.auth_data = "s3cret", .advert_interval_us = 1000000, .addresses = vip,
		.address_count = 1 };
	struct vrrp_actions actions;
	struct addr source;

	addr_parse("192.168.100.3", &source);
	vrrp_router_init(r, &config, (struct mono){ 0 });
	vrrp_router_set_source(r, &source);
	if (choice & 2)
		vrrp_router_step(r, &startup, (struct mono){ 0 }, &actions);
}

static void write_back(const struct ip4 *ip, const struct advert *advert)
{
	uint8_t copy[ADVERT_HEADER_SIZE + 255 * 4 + ADVERT_AUTH_SIZE];

	check(advert_size(advert->address_count) == ip->payload_size);
	advert_put(advert, copy);
	/* The checksum has two forms of zero; all other octets are the same. */
	check(memcmp(copy, ip->payload, 6) == 0);
	check(memcmp(copy + 8, ip->payload + 8, ip->payload_size - 8) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT };
	struct vrrp_actions actions;
	struct vrrp_router r, before;
	struct advert advert;
	enum vrrp_drop drop;
	struct addr vip;
	bool differs;
	struct ip4 ip;

	if (size == 0)
		return 0;
	addr_parse("192.168.100.10", &vip);
	set_up(&r, data[0], &vip);
	data++, size--;
	if (!ip4_parse(data, size, &ip)) {
		check(!model_is_whole(data, size));
		return 0;
	}
	check(model_is_whole(data, size));
	before = r;
	drop = vrrp_accept(&r, &ip, &advert, &differs);
	check(drop == model(&r, data, size));
	check(memcmp(&before, &r, sizeof(r)) == 0);
	if (drop != VRRP_DROP_NONE)
		return 0;
	write_back(&ip, &advert);
	event.advert = &advert;
	event.source = ip.source;
	vrrp_router_step(&r, &event, (struct mono){ 500000 }, &actions);
	check(!mono_is_never(vrrp_router_deadline(&r)));
	return 0;
}
