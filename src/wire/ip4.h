/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The IPv4 header around an advert (RFC 791), as a raw socket gives and takes it. */

#define IP4_HEADER_SIZE 20
#define IP4_PROTOCOL_VRRP 112 /* RFC 3768 5.2.4 */
#define IP4_TTL_VRRP 255 /* RFC 3768 5.2.3 */
#define IP4_TOS_VRRP 0xc0 /* keepalived, FRR, holo: internetwork control */

struct ip4 {
	struct addr source, destination;
	uint8_t ttl, tos, protocol;
	uint16_t id;
	const uint8_t *payload; /* points into the packet */
	size_t payload_size; /* by the header's total length: link padding is not counted */
};

/* False: not a whole IPv4 packet (version, header length, total length beyond `size`). */
bool ip4_parse(const void *packet, size_t size, struct ip4 *ret_ip);

/* Writes the 20-octet header for `payload_size` octets behind it, with its checksum.
 * `payload` of `ip` is not looked at. */
void ip4_put(const struct ip4 *ip, size_t payload_size, uint8_t header[IP4_HEADER_SIZE]);
