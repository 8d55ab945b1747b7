/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IP header around an advert. Read from a raw socket, which hands over header and payload,
 * perhaps with link padding behind (a short advert is padded to Ethernet's least length): the
 * header's length says where the packet ends. The checksum of an IPv4 header is not verified
 * here, because the kernel has done it before it delivers, and a packet from a test or a capture
 * has no say about it. A fragment is not a whole packet. */
#include "wire/ip.h"

#include "wire/ah.h"
#include "wire/checksum.h"

#include <string.h>

/* RFC 4302: it tells what comes behind it, and how long it is. */
static bool take_ah(struct ip *ip)
{
	if (ip->protocol != IP_PROTOCOL_AH)
		return true;
	if (ip->payload_size < AH_SIZE || ip->payload[AH_LENGTH_OFFSET] != AH_LENGTH)
		return false;
	ip->protocol = ip->payload[0];
	ip->ah = ip->payload;
	ip->payload += AH_SIZE;
	ip->payload_size -= AH_SIZE;
	return ip->protocol == IP_PROTOCOL_VRRP;
}

static bool ip4_parse(const uint8_t *p, size_t size, struct ip *ret_ip)
{
	size_t header, total;

	if (size < IP4_HEADER_SIZE)
		return false;
	header = (size_t)(p[0] & 0x0f) * 4;
	total = (size_t)p[2] << 8 | p[3];
	if (header < IP4_HEADER_SIZE || total < header || total > size)
		return false;
	/* More Fragments, or an offset. */
	if ((p[6] & 0x3f) || p[7])
		return false;
	*ret_ip = (struct ip){
		.source = addr_from_bytes(ADDR_IPV4, p + 12),
		.destination = addr_from_bytes(ADDR_IPV4, p + 16),
		.ttl = p[8],
		.tos = p[1],
		.protocol = p[9],
		.id = (uint16_t)(p[4] << 8 | p[5]),
		.payload = p + header,
		.payload_size = total - header,
	};
	return take_ah(ret_ip);
}

static bool ip6_parse(const uint8_t *p, size_t size, struct ip *ret_ip)
{
	size_t payload;

	if (size < IP6_HEADER_SIZE)
		return false;
	payload = (size_t)p[4] << 8 | p[5];
	if (payload > size - IP6_HEADER_SIZE)
		return false;
	*ret_ip = (struct ip){
		.source = addr_from_bytes(ADDR_IPV6, p + 8),
		.destination = addr_from_bytes(ADDR_IPV6, p + 24),
		.ttl = p[7],
		.tos = (uint8_t)(p[0] << 4 | p[1] >> 4),
		.protocol = p[6],
		.payload = p + IP6_HEADER_SIZE,
		.payload_size = payload,
	};
	return true;
}

bool ip_parse(const void *packet, size_t size, struct ip *ret_ip)
{
	const uint8_t *p = packet;

	if (size == 0)
		return false;
	switch (p[0] >> 4) {
	case 4:
		return ip4_parse(p, size, ret_ip);
	case 6:
		return ip6_parse(p, size, ret_ip);
	default:
		return false;
	}
}

size_t ip_header_size(enum addr_family family)
{
	return family == ADDR_IPV6 ? IP6_HEADER_SIZE : IP4_HEADER_SIZE;
}

static void ip4_put(const struct ip *ip, size_t payload_size, uint8_t *header)
{
	size_t total = IP4_HEADER_SIZE + payload_size;
	uint16_t sum;

	memset(header, 0, IP4_HEADER_SIZE);
	header[0] = 0x45;
	header[1] = ip->tos;
	header[2] = (uint8_t)(total >> 8);
	header[3] = (uint8_t)total;
	header[4] = (uint8_t)(ip->id >> 8);
	header[5] = (uint8_t)ip->id;
	header[8] = ip->ttl;
	header[9] = ip->protocol;
	memcpy(header + 12, ip->source.bytes, 4);
	memcpy(header + 16, ip->destination.bytes, 4);
	sum = checksum(header, IP4_HEADER_SIZE);
	header[10] = (uint8_t)(sum >> 8);
	header[11] = (uint8_t)sum;
}

static void ip6_put(const struct ip *ip, size_t payload_size, uint8_t *header)
{
	memset(header, 0, IP6_HEADER_SIZE);
	header[0] = (uint8_t)(0x60 | ip->tos >> 4);
	header[1] = (uint8_t)(ip->tos << 4);
	header[4] = (uint8_t)(payload_size >> 8);
	header[5] = (uint8_t)payload_size;
	header[6] = ip->protocol;
	header[7] = ip->ttl;
	memcpy(header + 8, ip->source.bytes, 16);
	memcpy(header + 24, ip->destination.bytes, 16);
}

void ip_put(const struct ip *ip, size_t payload_size, uint8_t *header)
{
	if (ip->source.family == ADDR_IPV6)
		ip6_put(ip, payload_size, header);
	else
		ip4_put(ip, payload_size, header);
}
