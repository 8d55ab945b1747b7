/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where things stand in frames, and their checksum, for all of the simulator. Written from the RFCs
 * and not taken from src/wire: a slip there would otherwise be made by both sides and never be
 * seen. */

/* From the begin of the frame: Ethernet, and ARP in it (RFC 826). */
#define ETHERNET_SENDER 6
#define ETHERNET_HEADER 14
#define ARP_SENDER_MAC 22
#define ARP_SENDER_IP 28
#define ARP_TARGET_MAC 32
#define ARP_TARGET_IP 38
#define ARP_SIZE 42

/* From the begin of the packet (RFC 791); a header without options. */
#define IP_TOS 1
#define IP_FLAGS 6
#define IP_TTL 8
#define IP_PROTOCOL 9
#define IP_CHECKSUM 10
#define IP_SOURCE 12
#define IP_DESTINATION 16
#define IP_HEADER 20
/* Behind it, or not: an authentication header (RFC 4302) with an ICV of 96 bits. */
#define IP_AH 24
#define AH_PROTOCOL 51

/* … and of IPv6 (RFC 8200). */
#define IP6_NEXT 6
#define IP6_HOP_LIMIT 7
#define IP6_SOURCE 8
#define IP6_DESTINATION 24
#define IP6_HEADER 40

/* From the begin of the frame: a neighbour advertisement with the link-layer address of its target
 * (RFC 4861 4.4, 4.6.1). */
#define ND_MESSAGE (ETHERNET_HEADER + IP6_HEADER)
#define ND_TARGET (ND_MESSAGE + 8)
#define ND_OPTION (ND_MESSAGE + 24)
#define ND_MAC (ND_OPTION + 2)
#define ND_SIZE (ND_MESSAGE + 32)
#define ND_PROTOCOL 58
#define ND_ADVERTISEMENT 136

/* From the begin of the advert (RFC 3768 5.1). */
#define VRRP_VERSION_TYPE 0
#define VRRP_VRID 1
#define VRRP_PRIORITY 2
#define VRRP_COUNT 3
#define VRRP_AUTH_TYPE 4
#define VRRP_INTERVAL 5
#define VRRP_CHECKSUM 6
#define VRRP_HEADER 8
#define VRRP_AUTH_DATA 8 /* octets, the last ones */
/* RFC 9568 5.2: an interval of 12 bits, in centiseconds, is where version 2 has its authentication
 * type and seconds; no octets behind the addresses. */
#define VRRP_3_INTERVAL 4

/* RFC 2338 5.3.6 */
#define AUTH_TYPE_PASS 1
#define AUTH_TYPE_AH 2

#define VRRP_PROTOCOL 112

/* carp(4) of OpenBSD, whose number it is, too: the octets, and its length in words, where VRRP has
 * its count. */
#define CARP_SIZE 36
#define CARP_WORDS 7

/* 5.3.4: the priority of who owns the addresses. */
#define VRRP_OWNER 255
#define VRRP_LOWEST 1

/* RFC 1071: the sum of all words, with the carries added in. Of what has its checksum in it: all
 * ones. */
static inline uint16_t octets_sum(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;

	for (size_t k = 0; k < size; k++)
		sum += k % 2 ? data[k] : (uint32_t)data[k] << 8;
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}
#define OCTETS_SUM_GOOD 0xffff

static inline bool octets_is_6(const uint8_t *packet)
{
	return packet[0] >> 4 == 6;
}

static inline bool octets_has_ah(const uint8_t *packet)
{
	return !octets_is_6(packet) && packet[IP_PROTOCOL] == AH_PROTOCOL;
}

static inline struct addr octets_source(const uint8_t *packet)
{
	return octets_is_6(packet) ? addr_from_bytes(ADDR_IPV6, packet + IP6_SOURCE) :
				     addr_from_bytes(ADDR_IPV4, packet + IP_SOURCE);
}

static inline struct addr octets_destination(const uint8_t *packet)
{
	return octets_is_6(packet) ? addr_from_bytes(ADDR_IPV6, packet + IP6_DESTINATION) :
				     addr_from_bytes(ADDR_IPV4, packet + IP_DESTINATION);
}

/* What stands before the advert. */
static inline size_t octets_header(const uint8_t *packet)
{
	if (octets_is_6(packet))
		return IP6_HEADER;
	return 4u * (packet[0] & 0xf) + (octets_has_ah(packet) ? IP_AH : 0);
}

/* RFC 9568 5.2.8, as RFC 5798 5.2.8 had it for IPv4, too; RFC 8200 8.1: the message, and before it
 * both addresses, the protocol's number and the size. `packet`: with its header. */
static inline uint16_t octets_sum_pseudo(const uint8_t *packet, uint8_t protocol,
					 const uint8_t *data, size_t size)
{
	uint32_t sum = octets_is_6(packet) ? octets_sum(packet + IP6_SOURCE, 32) :
					     octets_sum(packet + IP_SOURCE, 8);

	sum += protocol + (uint32_t)size;
	sum += octets_sum(data, size);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}
