/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of RFC 3768 7.1 and RFC 2338 5.3.6, over bare octets. Nothing of src/wire or src/vrrp
 * is used here: what is wrong there must not be wrong here, too. */
#include "sim/judge.h"

#include "sim/octets.h"

#include <string.h>

#define VERSION_2_TYPE_1 0x21
#define SECOND_US 1000000
#define CARP_SIZE 36
#define CARP_WORDS 7

/* OpenBSD's protocol of the same number: version 2, type 1, and seven words of authentication where
 * VRRP counts its addresses. An advert of seven addresses that lost eight zeros looks like it. */
static bool is_carp(const uint8_t *vrrp, size_t size)
{
	return size == CARP_SIZE && vrrp[VRRP_VERSION_TYPE] == VERSION_2_TYPE_1 &&
	       vrrp[VRRP_COUNT] == CARP_WORDS && octets_sum(vrrp, size) == OCTETS_SUM_GOOD;
}

static enum vrrp_drop form(const uint8_t *vrrp, size_t size, uint8_t ttl)
{
	bool is_version_2 = size >= VRRP_HEADER && vrrp[VRRP_VERSION_TYPE] >> 4 == 2;
	bool is_ours = is_version_2 && vrrp[VRRP_VERSION_TYPE] == VERSION_2_TYPE_1;

	if (is_carp(vrrp, size))
		return VRRP_DROP_CARP;
	if (size < VRRP_HEADER ||
	    (is_ours && size != VRRP_HEADER + 4u * vrrp[VRRP_COUNT] + VRRP_AUTH_DATA))
		return VRRP_DROP_LENGTH;
	if (ttl != 255)
		return VRRP_DROP_TTL;
	if (!is_version_2)
		return VRRP_DROP_VERSION;
	if (!is_ours)
		return VRRP_DROP_TYPE;
	return octets_sum(vrrp, size) == OCTETS_SUM_GOOD ? VRRP_DROP_NONE : VRRP_DROP_CHECKSUM;
}

static enum vrrp_drop agreement(const struct image_instance *i, const struct addr *own,
				const uint8_t *packet, const uint8_t *vrrp, size_t size)
{
	bool has_password = i->auth_type == 1;

	if (vrrp[VRRP_AUTH_TYPE] != i->auth_type)
		return VRRP_DROP_AUTH_TYPE;
	if (has_password && memcmp(vrrp + size - VRRP_AUTH_DATA, i->auth_data, VRRP_AUTH_DATA) != 0)
		return VRRP_DROP_AUTH_FAILED;
	if (vrrp[VRRP_INTERVAL] != i->advert_interval_us / SECOND_US)
		return VRRP_DROP_INTERVAL;
	return memcmp(packet + IP_SOURCE, own->bytes, 4) == 0 ? VRRP_DROP_OWN_ADDRESS :
								VRRP_DROP_NONE;
}

static bool list_differs(const struct image *image, const struct image_instance *i,
			 const uint8_t *vrrp)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	uint32_t count = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		if (a[k].excluded || a[k].prefix.addr.family != ADDR_IPV4)
			continue;
		if (count == vrrp[VRRP_COUNT] ||
		    memcmp(vrrp + VRRP_HEADER + 4 * count, a[k].prefix.addr.bytes, 4) != 0)
			return true;
		count++;
	}
	return count != vrrp[VRRP_COUNT];
}

static bool lists(const uint8_t *vrrp, const struct addr *addr)
{
	for (uint32_t k = 0; k < vrrp[VRRP_COUNT]; k++)
		if (memcmp(vrrp + VRRP_HEADER + 4 * k, addr->bytes, 4) == 0)
			return true;
	return false;
}

static bool list_is_foreign(const struct image *image, const struct image_instance *i,
			    const uint8_t *vrrp)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	uint32_t count = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		if (a[k].excluded || a[k].prefix.addr.family != ADDR_IPV4)
			continue;
		if (lists(vrrp, &a[k].prefix.addr))
			return false;
		count++;
	}
	return count && vrrp[VRRP_COUNT];
}

struct sim_verdict sim_judge(const struct image *image, const struct image_instance *i,
			     const struct addr *own, const uint8_t *packet, size_t size)
{
	size_t header = 4u * (packet[0] & 0xf);
	const uint8_t *vrrp = packet + header;
	struct sim_verdict v = { .drop = form(vrrp, size - header, packet[IP_TTL]) };

	if (v.drop == VRRP_DROP_NONE)
		v.drop = agreement(i, own, packet, vrrp, size - header);
	if (v.drop != VRRP_DROP_NONE)
		return v;
	v.priority = vrrp[VRRP_PRIORITY];
	v.source = addr_from_bytes(ADDR_IPV4, packet + IP_SOURCE);
	v.list_differs = list_differs(image, i, vrrp);
	v.is_foreign = list_is_foreign(image, i, vrrp);
	return v;
}
