/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a packet is an advert that this router takes: RFC 3768 7.1, with the authentication of
 * RFC 2338 5.3.6. Each packet has exactly one cause of refusal, the first in this order: form
 * (length, TTL, version, type, checksum), then whom it is for, then whether it agrees with us, at
 * last whether we listen at all. So a malformed packet is counted by what is wrong with it in every
 * state. Nothing here changes the router: a refused packet cannot touch a timer.
 * Not judged: the address list (7.1 leaves it optional; a difference is reported), and who may
 * talk to an owner (see below). */
#include "vrrp/core.h"

#include <string.h>

/* In constant time over all eight octets: how much of a password was right must not be measurable
 * (R2338-sec). */
static bool auth_equal(const uint8_t *a, const uint8_t *b)
{
	uint8_t difference = 0;

	for (int i = 0; i < ADVERT_AUTH_SIZE; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

/* RFC 3768 7.1, the checks that need only the packet. */
static enum vrrp_drop judge_form(const struct ip4 *ip, enum advert_result parsed,
				 const struct advert *advert)
{
	if (parsed == ADVERT_SHORT || parsed == ADVERT_LONG)
		return VRRP_DROP_LENGTH;
	if (ip->ttl != IP4_TTL_VRRP)
		return VRRP_DROP_TTL; /* 5.2.3 */
	if (parsed == ADVERT_VERSION)
		return VRRP_DROP_VERSION;
	if (parsed == ADVERT_TYPE_UNKNOWN)
		return VRRP_DROP_TYPE; /* 5.3.2 */
	if (!advert->checksum_good)
		return VRRP_DROP_CHECKSUM;
	return VRRP_DROP_NONE;
}

/* RFC 3768 7.1, the checks against our configuration. The RFC also discards every advert where
 * this router is the owner; we take it: two owners of one address are a mistake that must end with
 * one holder (tie-break by address), as RFC 9568's erratum 8298 has it. */
static enum vrrp_drop judge_agreement(const struct vrrp_router *r, const struct ip4 *ip,
				      const struct advert *advert)
{
	if (advert->vrid != r->config.vrid)
		return VRRP_DROP_VRID;
	if (advert->auth_type != r->config.auth_type)
		return VRRP_DROP_AUTH_TYPE; /* 5.3.6 */
	if (r->config.auth_type == ADVERT_AUTH_PASS &&
	    !auth_equal(advert->auth_data, r->config.auth_data))
		return VRRP_DROP_AUTH_FAILED; /* RFC 2338 5.3.6.2 */
	if (advert->interval_s * INT64_C(1000000) != r->config.advert_interval_us)
		return VRRP_DROP_INTERVAL;
	if (addr_equal(&ip->source, &r->source))
		return VRRP_DROP_OWN_ADDRESS;
	return VRRP_DROP_NONE;
}

static bool list_differs(const struct vrrp_router *r, const struct advert *advert)
{
	if (advert->address_count != r->config.address_count)
		return true;
	for (size_t i = 0; i < advert->address_count; i++)
		if (memcmp(advert->addresses + 4 * i, r->config.addresses[i].bytes, 4) != 0)
			return true;
	return false;
}

static bool listens(const struct vrrp_router *r)
{
	switch (r->state) {
	case VRRP_STATE_BACKUP:
	case VRRP_STATE_MASTER:
		return true;
	case VRRP_STATE_INIT:
	case VRRP_STATE_FAULT:
	case VRRP_STATE_N_:
		return false;
	}
	return false;
}

enum vrrp_drop vrrp_accept(const struct vrrp_router *r, const struct ip4 *ip,
			   struct advert *ret_advert, bool *ret_list_differs)
{
	struct advert advert;
	enum advert_result parsed = advert_parse(ip->payload, ip->payload_size, &advert);
	enum vrrp_drop drop = judge_form(ip, parsed, &advert);

	if (drop == VRRP_DROP_NONE)
		drop = judge_agreement(r, ip, &advert);
	if (drop == VRRP_DROP_NONE && !listens(r))
		drop = VRRP_DROP_NOT_RUNNING;
	if (drop != VRRP_DROP_NONE)
		return drop;
	*ret_list_differs = list_differs(r, &advert);
	*ret_advert = advert;
	return VRRP_DROP_NONE;
}
