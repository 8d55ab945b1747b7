/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `auth_type AH` (RFC 2338 5.3.6.3), as keepalived 2.2.7 has it over multicast: HMAC-MD5-96 with
 * the eight octets of the password over the whole packet, without what routers change on the way
 * (type of service, checksum, and with unicast the TTL), and without the ICV itself. RFC 4302
 * 3.3.3.1.1.1 leaves the TTL out always; keepalived, which sends 255 to a group, does not.
 *
 * The sequence numbers of all servers of a virtual router are one row: whoever sends goes on from
 * the last number that it heard, and takes nothing that is not beyond that; but an equal one if it
 * was its own that it sent last, once. (keepalived does not: equals that take over at one moment
 * count in step from there on, and none of them ever hears another.) So a MASTER that was replaced
 * can be heard again only after it has heard the one that replaced it, and a server that has just
 * started by those only that have not counted further. keepalived begins with 1; we begin with the
 * seconds of the wall clock, as long as nobody was heard: a row grows by one a second, so that is
 * beyond what anybody has heard, and a lone server that was restarted is not taken for a replay by
 * one whose last number was greater. */
#include "vrrp/core.h"

#include "base/check.h"

#include <nettle/hmac.h>
#include <string.h>

#define CHECKSUM_OFFSET 10 /* RFC 791 3.1 */
#define SECOND_US 1000000

/* `ip`: of the packet, which has `ah` and then a message of `size` octets behind its header. */
static void compute(const struct vrrp_config *c, const struct ip *ip, const uint8_t *ah,
		    const uint8_t *message, size_t size, uint8_t ret_icv[AH_ICV_SIZE])
{
	static const uint8_t zeros[AH_ICV_SIZE] = { 0 };
	struct ip immutable = *ip;
	uint8_t header[IP4_HEADER_SIZE];
	struct hmac_md5_ctx hmac;

	immutable.protocol = IP_PROTOCOL_AH;
	immutable.tos = 0;
	if (c->is_unicast)
		immutable.ttl = 0;
	ip_put(&immutable, AH_SIZE + size, header);
	memset(header + CHECKSUM_OFFSET, 0, 2);
	hmac_md5_set_key(&hmac, sizeof(c->auth_data), c->auth_data);
	hmac_md5_update(&hmac, sizeof(header), header);
	hmac_md5_update(&hmac, AH_SIGNED_SIZE, ah);
	hmac_md5_update(&hmac, sizeof(zeros), zeros);
	hmac_md5_update(&hmac, size, message);
	hmac_md5_digest(&hmac, AH_ICV_SIZE, ret_icv);
}

void vrrp_ah_begin(struct vrrp_router *r, const struct vrrp_clock *clock)
{
	int64_t realtime_us = clock->now.us + clock->realtime_offset_us;

	if (r->ah_sequence == 0)
		r->ah_sequence = (uint32_t)(realtime_us / SECOND_US);
	/* RFC 4302 3.3.2: it never begins anew. */
	if (r->ah_sequence < UINT32_MAX)
		r->ah_sequence++;
	r->is_ah_own = true;
}

void vrrp_ah_put(const struct vrrp_router *r, const struct ip *ip, size_t size, uint8_t *ah)
{
	ah_put(IP_PROTOCOL_VRRP, ip->source.bytes, r->ah_sequence, ah);
	compute(&r->config, ip, ah, ah + AH_SIZE, size, ah + AH_SIGNED_SIZE);
}

static bool is_new(const struct vrrp_router *r, uint32_t sequence)
{
	return sequence > r->ah_sequence || (sequence == r->ah_sequence && r->is_ah_own);
}

enum vrrp_drop vrrp_judge_ah(const struct vrrp_router *r, const struct ip *ip)
{
	uint8_t icv[AH_ICV_SIZE];
	struct ah ah;

	if ((ip->ah != NULL) != (r->config.auth_type == ADVERT_AUTH_AH))
		return VRRP_DROP_AUTH_TYPE;
	if (!ip->ah)
		return VRRP_DROP_NONE;
	ah = ah_parse(ip->ah);
	compute(&r->config, ip, ip->ah, ip->payload, ip->payload_size, icv);
	if (!vrrp_octets_equal(icv, ah.icv, AH_ICV_SIZE) ||
	    memcmp(ah.spi, ip->source.bytes, AH_SPI_SIZE) != 0)
		return VRRP_DROP_AUTH_FAILED;
	return is_new(r, ah.sequence) ? VRRP_DROP_NONE : VRRP_DROP_AUTH_REPLAY;
}

void vrrp_remember_ah(struct vrrp_router *r, const struct advert *advert)
{
	if (!advert->ah)
		return;
	r->ah_sequence = ah_parse(advert->ah).sequence;
	r->is_ah_own = false;
}
