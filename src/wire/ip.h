/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The IP header around an advert: version 4 (RFC 791) as a raw socket gives and takes it, version 6
 * (RFC 8200) as it takes it; what the kernel keeps back of it on reception is put in front again by
 * whoever reads. */

#define IP4_HEADER_SIZE 20
#define IP6_HEADER_SIZE 40
#define IP_HEADER_SIZE_MAX IP6_HEADER_SIZE
#define IP_PROTOCOL_VRRP 112 /* RFC 9568 5.1.1.4, 5.1.2.4 */
#define IP_TTL_VRRP 255 /* RFC 9568 5.1.1.3, 5.1.2.3: the hop limit, too */
#define IP_TOS_VRRP 0xc0 /* keepalived, FRR, holo: internetwork control; the traffic class, too */

struct ip {
	struct addr source, destination; /* of one family, which is the packet's */
	uint8_t ttl; /* hop limit in IPv6 */
	uint8_t tos; /* traffic class in IPv6 */
	uint8_t protocol; /* next header in IPv6; a packet with extension headers is none of ours */
	uint16_t id; /* IPv4 only */
	/* IPv4: AH_SIZE octets of an Authentication Header in front of the payload, or NULL.
	 * `protocol` is of what is behind it. */
	const uint8_t *ah;
	const uint8_t *payload; /* points into the packet */
	size_t payload_size; /* by the header's length: link padding is not counted */
};

/* False: not a whole IP packet (version, header length, length beyond `size`), or one with an
 * Authentication Header of another form than ours (wire/ah.h). */
bool ip_parse(const void *packet, size_t size, struct ip *ret_ip);

/* 20, 40. */
size_t ip_header_size(enum addr_family family);

/* Writes the header for `payload_size` octets behind it, of IPv4 with its checksum.
 * `header` has ip_header_size() octets; `payload` and `ah` of `ip` are not
 * looked at. */
void ip_put(const struct ip *ip, size_t payload_size, uint8_t *header);
