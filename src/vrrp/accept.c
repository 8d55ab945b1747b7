/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a packet is an advert that this router takes: 7.1 of RFC 3768 and RFC 9568, with the
 * authentication of RFC 2338 5.3.6. Each packet has exactly one cause of refusal, the first in this
 * order: form (length, TTL, version, type, checksum), then whom it is for, then whether it agrees
 * with us, at last whether we listen at all. So a malformed packet is counted by what is wrong with
 * it in every state. Nothing here changes the router: a refused packet cannot touch a timer.
 * The list of addresses decides nothing between servers that know each other (7.1 leaves the check
 * optional; a difference is reported). But who never had our list, and has nothing of it, is
 * another group of servers that happens to use our virtual router id: an election between strangers
 * would leave the addresses of the loser dark. */
#include "vrrp/core.h"

#include "base/hash.h"

#include <string.h>

/* Twice as many as an advert can name. */
#define INDEX_SLOTS 512
#define INDEX_FREE UINT16_MAX

static const struct image_peer *find_peer(const struct vrrp_router *r, const struct addr *source)
{
	for (uint32_t k = 0; k < r->config.peer_count; k++)
		if (addr_equal(&r->config.peers[k].addr, source))
			return &r->config.peers[k];
	return NULL;
}

/* 5.1.1.3, 5.1.2.3: 255. Unicast may come through routers: what its peer's line says. */
static bool is_ttl_good(const struct vrrp_router *r, const struct ip *ip)
{
	const struct image_peer *peer;

	if (!r->config.is_unicast)
		return ip->ttl == IP_TTL_VRRP;
	peer = find_peer(r, &ip->source);
	return !peer || (ip->ttl >= peer->min_ttl && ip->ttl <= peer->max_ttl);
}

/* 7.1, the checks that need little but the packet. */
static enum vrrp_drop judge_form(const struct vrrp_router *r, const struct ip *ip,
				 enum advert_result parsed, const struct advert *advert)
{
	if (parsed == ADVERT_SHORT || parsed == ADVERT_LONG)
		return VRRP_DROP_LENGTH;
	if (!is_ttl_good(r, ip))
		return VRRP_DROP_TTL;
	if (parsed == ADVERT_VERSION)
		return VRRP_DROP_VERSION;
	if (parsed == ADVERT_TYPE_UNKNOWN)
		return VRRP_DROP_TYPE; /* 5.2.2 */
	if (advert->checksum == ADVERT_CHECKSUM_BAD)
		return VRRP_DROP_CHECKSUM;
	return VRRP_DROP_NONE;
}

/* The socket of a link is a member of the groups of all its instances. */
static bool is_to_us(const struct vrrp_router *r, const struct ip *ip)
{
	if (r->config.is_unicast)
		return !addr_is_multicast(&ip->destination);
	return addr_equal(&ip->destination, &r->config.group);
}

enum vrrp_fit vrrp_router_fits(const struct vrrp_router *r, const struct ip *ip)
{
	if (!is_to_us(r, ip))
		return VRRP_FIT_NEITHER;
	return r->config.is_unicast && !find_peer(r, &ip->source) ? VRRP_FIT_DESTINATION :
								    VRRP_FIT_BOTH;
}

/* Where it went, and from whom it came. Whoever has no address yet cannot tell itself from
 * others. */
static enum vrrp_drop judge_ends(const struct vrrp_router *r, const struct ip *ip)
{
	if (!is_to_us(r, ip))
		return VRRP_DROP_DESTINATION;
	if (addr_equal(&ip->source, &r->source))
		return VRRP_DROP_OWN_ADDRESS;
	if (r->config.is_unicast && r->config.checks_source && !find_peer(r, &ip->source))
		return VRRP_DROP_SOURCE;
	return VRRP_DROP_NONE;
}

/* Version 2 (RFC 3768 7.1): authentication, and the interval is ours. */
static enum vrrp_drop judge_version2(const struct vrrp_router *r, const struct advert *advert)
{
	if (advert->auth_type != r->config.auth_type)
		return VRRP_DROP_AUTH_TYPE; /* 5.3.6 */
	if (r->config.auth_type == ADVERT_AUTH_PASS &&
	    !vrrp_octets_equal(advert->auth_data, r->config.auth_data, ADVERT_AUTH_SIZE))
		return VRRP_DROP_AUTH_FAILED; /* RFC 2338 5.3.6.2 */
	if (advert->interval_us != r->config.advert_interval_us)
		return VRRP_DROP_INTERVAL;
	return VRRP_DROP_NONE;
}

/* Version 3 (RFC 9568 7.1): any interval but none. keepalived's `no_virtual_ipaddress` makes
 * adverts without addresses, on all its servers. */
static enum vrrp_drop judge_version3(const struct vrrp_router *r, const struct advert *advert)
{
	if (advert->interval_us == 0)
		return VRRP_DROP_INTERVAL;
	if (advert->address_count == 0 && r->config.address_count > 0)
		return VRRP_DROP_ADDRESS_COUNT; /* 5.2.5 */
	return VRRP_DROP_NONE;
}

static const uint8_t *listed(const struct vrrp_router *r, const struct advert *advert, size_t k)
{
	return advert->addresses + k * addr_family_size(r->config.family);
}

static bool list_differs(const struct vrrp_router *r, const struct advert *advert)
{
	if (advert->address_count != r->config.address_count)
		return true;
	for (size_t i = 0; i < advert->address_count; i++) {
		const struct addr *a = &r->config.addresses[i];

		if (memcmp(listed(r, advert, i), a->bytes, addr_size(a)) != 0)
			return true;
	}
	return false;
}

/* A list of addresses in a row, to be asked many times: two lists of 255 would else be 65025
 * compares for a packet that anybody can send. */
struct address_index {
	const uint8_t *first;
	size_t stride, size; /* from one to the next; octets of one */
	uint16_t slots[INDEX_SLOTS]; /* position, or INDEX_FREE */
};

static size_t index_slot(const struct address_index *x, const uint8_t *octets)
{
	return hash_octets(HASH_START, octets, x->size) % INDEX_SLOTS;
}

static bool index_has(const struct address_index *x, const uint8_t *octets)
{
	for (size_t s = index_slot(x, octets); x->slots[s] != INDEX_FREE; s = (s + 1) % INDEX_SLOTS)
		if (memcmp(x->first + x->slots[s] * x->stride, octets, x->size) == 0)
			return true;
	return false;
}

static void index_make(struct address_index *x, size_t count)
{
	memset(x->slots, 0xff, sizeof(x->slots));
	for (uint16_t k = 0; k < count; k++) {
		size_t s = index_slot(x, x->first + k * x->stride);

		while (x->slots[s] != INDEX_FREE)
			s = (s + 1) % INDEX_SLOTS;
		x->slots[s] = k;
	}
}

/* Not one of its addresses is ours. */
static bool list_is_foreign(const struct vrrp_router *r, const struct advert *advert)
{
	struct address_index ours;

	if (r->config.address_count == 0 || advert->address_count == 0)
		return false;
	ours.first = r->config.addresses[0].bytes;
	ours.stride = sizeof(r->config.addresses[0]);
	ours.size = addr_size(&r->config.addresses[0]);
	index_make(&ours, r->config.address_count);
	for (size_t k = 0; k < advert->address_count; k++)
		if (index_has(&ours, listed(r, advert, k)))
			return false;
	return true;
}

void vrrp_list_dark(const struct vrrp_router *r, const struct advert *advert, uint8_t ret_bits[32])
{
	struct address_index theirs = { .first = advert->addresses };

	memset(ret_bits, 0, 32);
	if (r->config.address_count == 0)
		return;
	theirs.stride = theirs.size = addr_size(&r->config.addresses[0]);
	index_make(&theirs, advert->address_count);
	for (size_t i = 0; i < r->config.address_count; i++)
		if (!index_has(&theirs, r->config.addresses[i].bytes))
			ret_bits[i / 8] |= (uint8_t)(1u << i % 8);
}

/* A peer by configuration, one that has our key, or one that had our list before: then it is a
 * mistake of ours, not another group of servers. `advert` was good by its signature, if it has one
 * and we look at them. */
static bool is_known(const struct vrrp_router *r, const struct advert *advert,
		     const struct addr *source)
{
	if (r->config.is_unicast && find_peer(r, source))
		return true;
	if (r->config.hmac != IMAGE_HMAC_NONE && advert->trailer)
		return true;
	for (int k = 0; k < VRRP_KNOWN; k++)
		if (addr_equal(&r->known[k], source))
			return true;
	return false;
}

static enum vrrp_drop judge_list(const struct vrrp_router *r, const struct ip *ip,
				 const struct advert *advert)
{
	if (r->config.checks_list)
		return VRRP_DROP_ADDRESS_LIST;
	if (!r->config.yields_to_strangers && !is_known(r, advert, &ip->source) &&
	    list_is_foreign(r, advert))
		return VRRP_DROP_STRANGER;
	return VRRP_DROP_NONE;
}

/* The checks against our configuration, but for the list. keepalived's auth_hmac comes first:
 * nothing is said of what an advert holds that nobody signed. RFC 3768 also discards every advert
 * where this router is the owner; we take it: two owners of one address are a mistake that must end
 * with one holder (tie-break by address), as RFC 9568's erratum 8298 has it. */
static enum vrrp_drop judge_agreement(const struct vrrp_router *r, const struct ip *ip,
				      const struct advert *advert, const struct vrrp_clock *clock)
{
	enum vrrp_drop drop;

	if (advert->vrid != r->config.vrid)
		return VRRP_DROP_VRID;
	drop = vrrp_judge_ah(r, ip);
	if (drop == VRRP_DROP_NONE)
		drop = vrrp_judge_trailer(r, ip, advert, clock);
	if (drop == VRRP_DROP_NONE)
		drop = r->config.version == 2 ? judge_version2(r, advert) :
						judge_version3(r, advert);
	if (drop == VRRP_DROP_NONE)
		drop = judge_ends(r, ip);
	if (drop == VRRP_DROP_NONE && r->config.owner_ignores && vrrp_router_is_owner(r))
		drop = VRRP_DROP_OWNER;
	return drop;
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

static uint32_t remarks_of(const struct vrrp_router *r, const struct advert *advert)
{
	uint32_t remarks = 0;

	if (list_differs(r, advert))
		remarks |= VRRP_REMARK_LIST_DIFFERS;
	if (advert->interval_us != r->config.advert_interval_us)
		remarks |= VRRP_REMARK_INTERVAL;
	if (advert->checksum != vrrp_checksum_form(r) &&
	    advert->checksum != ADVERT_CHECKSUM_EITHER)
		remarks |= VRRP_REMARK_CHECKSUM;
	return remarks;
}

enum vrrp_drop vrrp_accept(const struct vrrp_router *r, const struct ip *ip,
			   const struct vrrp_clock *clock, struct advert *ret_advert,
			   uint32_t *ret_remarks)
{
	struct advert advert;
	enum advert_result parsed;
	enum vrrp_drop drop;
	uint32_t remarks;

	if (ip->source.family != r->config.family)
		return VRRP_DROP_VERSION;
	if (advert_is_carp(ip))
		return VRRP_DROP_CARP;
	parsed = advert_parse(ip, r->config.version, &advert);
	drop = judge_form(r, ip, parsed, &advert);
	if (drop == VRRP_DROP_NONE)
		drop = judge_agreement(r, ip, &advert, clock);
	if (drop != VRRP_DROP_NONE)
		return drop;
	remarks = remarks_of(r, &advert);
	if (remarks & VRRP_REMARK_LIST_DIFFERS)
		drop = judge_list(r, ip, &advert);
	if (drop == VRRP_DROP_NONE && !listens(r))
		drop = VRRP_DROP_NOT_RUNNING;
	if (drop != VRRP_DROP_NONE)
		return drop;
	*ret_remarks = remarks;
	*ret_advert = advert;
	return VRRP_DROP_NONE;
}
