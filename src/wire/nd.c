/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unsolicited neighbour advertisement as one Ethernet frame: written whole, because a VIP that
 * was added without duplicate address detection is not announced by the kernel. */
#include "wire/nd.h"

#include "wire/checksum.h"
#include "wire/ip.h"

#include <string.h>

#define ETHERNET_SIZE 14
#define ICMP6_PROTOCOL 58
#define ICMP6_NEIGHBOUR_ADVERT 136
#define ICMP6_SIZE 32 /* with the option */
#define FLAG_ROUTER 0x80
#define FLAG_OVERRIDE 0x20
#define OPTION_TARGET_LINK_LAYER 2

static const uint8_t all_nodes_mac[MAC_SIZE] = { 0x33, 0x33, 0, 0, 0, 1 }; /* RFC 2464 7 */
static const uint8_t all_nodes[16] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };

void nd_unsolicited_put(const struct addr *vip, const uint8_t mac[MAC_SIZE],
			uint8_t frame[ND_FRAME_SIZE])
{
	struct ip ip = {
		.source = *vip,
		.destination = addr_from_bytes(ADDR_IPV6, all_nodes),
		.ttl = 255, /* RFC 4861 7.1.2 */
		.protocol = ICMP6_PROTOCOL,
	};
	uint8_t *icmp = frame + ETHERNET_SIZE + IP6_HEADER_SIZE;
	uint16_t sum;

	memset(frame, 0, ND_FRAME_SIZE);
	memcpy(frame, all_nodes_mac, MAC_SIZE);
	memcpy(frame + MAC_SIZE, mac, MAC_SIZE);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	ip_put(&ip, ICMP6_SIZE, frame + ETHERNET_SIZE);
	icmp[0] = ICMP6_NEIGHBOUR_ADVERT;
	icmp[4] = FLAG_ROUTER | FLAG_OVERRIDE;
	memcpy(icmp + 8, vip->bytes, 16);
	icmp[24] = OPTION_TARGET_LINK_LAYER;
	icmp[25] = 1; /* in units of eight octets */
	memcpy(icmp + 26, mac, MAC_SIZE);
	sum = checksum_pseudo(&ip.source, &ip.destination, ICMP6_PROTOCOL, icmp, ICMP6_SIZE);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
}
