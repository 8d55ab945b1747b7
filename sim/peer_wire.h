/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "sim/octets.h"
#include "wire/arp.h"
#include "wire/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The octets of a foreign router (RFC 3768 5.1, 7.2, 7.3; RFC 2338 5.3.6.2), written and read
 * without src/wire. */

#define PEER_FRAME (ETHERNET_HEADER + IP_HEADER + VRRP_HEADER + 4 * 255 + VRRP_AUTH_DATA)

/* What the packet says that has to be judged. */
struct peer_advert {
	uint8_t vrid, priority, ttl;
	struct addr source;
	bool is_whole; /* version 2, type 1, as long as it says, and its checksum is right */
	uint8_t auth_type, interval_s, address_count;
	const uint8_t *addresses, *auth;
};

/* False: no packet of VRRP, or one so short that nobody knows for which router it is. */
bool peer_advert_read(const uint8_t *packet, size_t size, struct peer_advert *ret_advert);

/* Both write a whole Ethernet frame and return its size. `addresses` are the instance's. */
size_t peer_advert_write(const struct image_instance *instance,
			 const struct image_address *addresses, uint8_t priority, uint16_t id,
			 const struct addr *source, const uint8_t mac[MAC_SIZE],
			 uint8_t frame[PEER_FRAME]);
size_t peer_arp_write(const struct addr *address, const uint8_t mac[MAC_SIZE],
		      uint8_t frame[PEER_FRAME]);
