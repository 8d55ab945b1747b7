/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv4 header around an advert. Read from a raw socket, which hands over header and payload,
 * perhaps with link padding behind (a short advert is padded to Ethernet's least length): the
 * header's total length says where the packet ends. The header's own checksum is not verified
 * here, because the kernel has done it before it delivers, and a packet from a test or a capture
 * has no say about it. A fragment is not a whole packet. */
#include "wire/ip4.h"

#include "wire/checksum.h"

#include <string.h>

bool ip4_parse(const void *packet, size_t size, struct ip4 *ret_ip)
{
	const uint8_t *p = packet;
	size_t header, total;

	if (size < IP4_HEADER_SIZE || p[0] >> 4 != 4)
		return false;
	header = (size_t)(p[0] & 0x0f) * 4;
	total = (size_t)p[2] << 8 | p[3];
	if (header < IP4_HEADER_SIZE || total < header || total > size)
		return false;
	/* More Fragments, or an offset. */
	if ((p[6] & 0x3f) || p[7])
		return false;
	*ret_ip = (struct ip4){
		.source = addr_from_bytes(ADDR_IPV4, p + 12),
		.destination = addr_from_bytes(ADDR_IPV4, p + 16),
		.ttl = p[8],
		.tos = p[1],
		.protocol = p[9],
		.id = (uint16_t)(p[4] << 8 | p[5]),
		.payload = p + header,
		.payload_size = total - header,
	};
	return true;
}

void ip4_put(const struct ip4 *ip, size_t payload_size, uint8_t header[IP4_HEADER_SIZE])
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
