/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* IPv4 packets with something like an advert in them, written out here, independent of src/wire. */
struct packet_recipe {
	uint8_t ttl, version, vrid;
	uint8_t options_size; /* of the IP header, a multiple of 4 */
	uint8_t payload_size; /* behind the IP header; 8 is the least whole advert */
	uint32_t source, destination; /* host order; 0: 192.0.2.99, 224.0.0.18 */
};

#define PACKET_MAX 512

static inline void packet_checksum(uint8_t *header, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	header[10] = (uint8_t)(~sum >> 8);
	header[11] = (uint8_t)~sum;
}

static inline void packet_address(uint8_t *at, uint32_t address)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(address >> (24 - 8 * i));
}

static inline size_t packet_make(const struct packet_recipe *r, uint8_t packet[PACKET_MAX])
{
	size_t header = 20u + r->options_size, size = header + r->payload_size;

	for (size_t i = 0; i < PACKET_MAX; i++)
		packet[i] = i < 20 || i >= header ? 0 : 1; /* options: no operation */
	packet[0] = (uint8_t)(0x40 | header / 4);
	packet[2] = (uint8_t)(size >> 8);
	packet[3] = (uint8_t)size;
	packet[8] = r->ttl;
	packet[9] = 112;
	packet_address(packet + 12, r->source ? r->source : 0xc0000263);
	packet_address(packet + 16, r->destination ? r->destination : 0xe0000012);
	packet_checksum(packet, header);
	if (r->payload_size > 0)
		packet[header] = (uint8_t)(r->version << 4 | 1);
	if (r->payload_size > 1)
		packet[header + 1] = r->vrid;
	return size;
}
