/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets of VRRP version 2 and of ARP as a foreign router writes and reads them. Each offset is
 * the RFC's, written out once more (octets.h has why). */
#include "sim/peer_wire.h"

#include <string.h>

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

bool peer_advert_read(const uint8_t *packet, size_t size, struct peer_advert *ret_advert)
{
	size_t head = size ? (size_t)(packet[0] & 15) * 4 : 0, length;
	const uint8_t *v = packet + head;
	struct peer_advert a;

	if (head < IP_HEADER || size < head + VRRP_HEADER || packet[9] != 112)
		return false;
	length = ((size_t)packet[2] << 8 | packet[3]) - head;
	a = (struct peer_advert){ .vrid = v[1], .priority = v[2], .ttl = packet[8],
				  .source = addr_from_bytes(ADDR_IPV4, packet + 12),
				  .auth_type = v[4], .interval_s = v[5], .address_count = v[3],
				  .addresses = v + VRRP_HEADER };
	a.auth = a.addresses + (size_t)a.address_count * 4;
	a.is_whole = v[0] == 0x21 && length <= size - head &&
		     length == VRRP_HEADER + (size_t)a.address_count * 4 + VRRP_AUTH_DATA &&
		     octets_sum(v, length) == OCTETS_SUM_GOOD;
	*ret_advert = a;
	return true;
}

static void ip_write(uint8_t *ip, size_t payload, uint16_t id, const struct addr *source)
{
	static const uint8_t group[] = { 224, 0, 0, 18 };

	memset(ip, 0, IP_HEADER);
	ip[0] = 0x45;
	ip[1] = 0xc0;
	put16(ip + 2, IP_HEADER + payload);
	put16(ip + 4, id);
	ip[8] = 255;
	ip[9] = 112;
	memcpy(ip + 12, source->bytes, 4);
	memcpy(ip + 16, group, 4);
	put16(ip + 10, OCTETS_SUM_GOOD - octets_sum(ip, IP_HEADER));
}

size_t peer_advert_write(const struct image_instance *instance,
			 const struct image_address *addresses, uint8_t priority, uint16_t id,
			 const struct addr *source, const uint8_t mac[MAC_SIZE],
			 uint8_t frame[PEER_FRAME])
{
	static const uint8_t group_mac[] = { 0x01, 0x00, 0x5e, 0, 0, 18 };
	uint8_t *v = frame + ETHERNET_HEADER + IP_HEADER, *end = v + VRRP_HEADER;

	memcpy(frame, group_mac, MAC_SIZE);
	memcpy(frame + MAC_SIZE, mac, MAC_SIZE);
	put16(frame + 12, 0x0800);
	memset(v, 0, VRRP_HEADER);
	v[0] = 0x21;
	v[1] = instance->vrid;
	v[2] = priority;
	v[4] = instance->auth_type;
	v[5] = (uint8_t)(instance->advert_interval_us / 1000000);
	for (uint32_t i = 0; i < instance->address_count; i++) {
		if (addresses[i].excluded)
			continue;
		memcpy(end, addresses[i].prefix.addr.bytes, 4);
		end += 4;
		v[3]++;
	}
	memcpy(end, instance->auth_data, VRRP_AUTH_DATA);
	end += VRRP_AUTH_DATA;
	put16(v + 6, OCTETS_SUM_GOOD - octets_sum(v, (size_t)(end - v)));
	ip_write(frame + ETHERNET_HEADER, (size_t)(end - v), id, source);
	return (size_t)(end - frame);
}

size_t peer_arp_write(const struct addr *address, const uint8_t mac[MAC_SIZE],
		      uint8_t frame[PEER_FRAME])
{
	static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1 };
	uint8_t *arp = frame + ETHERNET_HEADER;

	memset(frame, 0xff, MAC_SIZE);
	memcpy(frame + MAC_SIZE, mac, MAC_SIZE);
	memcpy(frame + 2 * MAC_SIZE, head, sizeof(head));
	memcpy(arp + 8, mac, MAC_SIZE);
	memcpy(arp + 14, address->bytes, 4);
	memset(arp + 18, 0xff, MAC_SIZE);
	memcpy(arp + 24, address->bytes, 4);
	return ETHERNET_HEADER + 28;
}
