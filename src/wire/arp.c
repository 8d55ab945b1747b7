/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one ARP frame that we send: "this address is here", to everyone (RFC 5227 3). Target
 * hardware address all ones, as keepalived and FRR have it; hosts do not look at it in a request.
 * Padded here, because a packet socket passes a frame on as it is. */
#include "wire/arp.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

void arp_gratuitous_put(const struct addr *vip, const uint8_t mac[MAC_SIZE],
			uint8_t frame[ARP_FRAME_SIZE])
{
	/* EtherType ARP; hardware Ethernet, protocol IPv4, sizes 6 and 4, operation request. */
	static const uint8_t middle[] = { 0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1 };

	check(vip->family == ADDR_IPV4);
	memset(frame, 0, ARP_FRAME_SIZE);
	memset(frame, 0xff, MAC_SIZE);
	memcpy(frame + 6, mac, MAC_SIZE);
	memcpy(frame + 12, middle, sizeof(middle));
	memcpy(frame + 22, mac, MAC_SIZE);
	memcpy(frame + 28, vip->bytes, 4);
	memset(frame + 32, 0xff, MAC_SIZE);
	memcpy(frame + 38, vip->bytes, 4);
}

const char *mac_print(const uint8_t mac[MAC_SIZE], char *buffer)
{
	snprintf(buffer, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return buffer;
}
