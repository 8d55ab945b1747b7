/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets on the explorer's wire: the octets that the production code wrote, read by the production
 * code of the others; and forged ones, each an advert of the most dangerous priorities (255, and 0
 * that calls for an heir) with one thing wrong that RFC 3768 7.1 or RFC 2338 5.3.6.2 names. */
#include "explore_host.h"
#include "base/check.h"
#include "wire/checksum.h"

#include <string.h>

#define IP_ID 4
#define IP_CHECKSUM 10
#define VRRP_VERSION IP4_HEADER_SIZE
#define VRRP_AUTH_TYPE (IP4_HEADER_SIZE + 4)
#define VRRP_CHECKSUM (IP4_HEADER_SIZE + 6)

static struct packet learned[HOSTS_MAX][2];

void packet_learn(uint32_t host, bool is_farewell, const uint8_t *data, size_t size)
{
	struct packet *p = &learned[host][is_farewell];
	uint8_t other[PACKET_MAX];

	check(size <= sizeof(other));
	memcpy(other, data, size);
	if (p->size == 0) {
		memcpy(p->data, data, size);
		p->size = size;
	}
	memcpy(other + IP_ID, p->data + IP_ID, 2);
	memcpy(other + IP_CHECKSUM, p->data + IP_CHECKSUM, 2);
	check(size == p->size && memcmp(other, p->data, size) == 0);
}

const struct packet *packet_of(uint32_t frame)
{
	const struct packet *p = &learned[frame_sender(frame)][frame_is_farewell(frame)];

	check(p->size > 0);
	return p;
}

static struct packet packet_write(const struct vrrp_router *r, uint8_t priority)
{
	const struct addr group = { ADDR_IPV4, { 224, 0, 0, 18 } };
	struct packet p = { .size = 0 };
	uint8_t data[LIMIT_ADVERT_PACKET];

	p.size = vrrp_advert_put(r, priority, &group, 1, data);
	check(p.size <= sizeof(p.data));
	memcpy(p.data, data, p.size);
	return p;
}

static struct packet ttl_wrong(const struct packet *good)
{
	struct packet p = *good;
	struct ip ip;

	check(ip_parse(good->data, good->size, &ip));
	ip.ttl = 254;
	ip_put(&ip, ip.payload_size, p.data);
	return p;
}

/* With the checksum right for what it says now. */
static struct packet octet_wrong(const struct packet *good, size_t at, uint8_t bits)
{
	struct packet p = *good;
	uint16_t sum;

	p.data[at] ^= bits;
	p.data[VRRP_CHECKSUM] = p.data[VRRP_CHECKSUM + 1] = 0;
	sum = checksum(p.data + IP4_HEADER_SIZE, p.size - IP4_HEADER_SIZE);
	p.data[VRRP_CHECKSUM] = (uint8_t)(sum >> 8);
	p.data[VRRP_CHECKSUM + 1] = (uint8_t)sum;
	return p;
}

static size_t forge(const struct vrrp_router *r, const struct addr *own, uint8_t priority,
		    struct packet *packets)
{
	struct vrrp_router wrong = *r;
	struct packet good = packet_write(r, priority);
	size_t count = 0;

	packets[count++] = ttl_wrong(&good);
	packets[count++] = octet_wrong(&good, VRRP_VERSION, 0x10); /* version 3 */
	packets[count++] = octet_wrong(&good, VRRP_VERSION, 0x02); /* type 3 */
	packets[count] = good;
	packets[count++].data[VRRP_CHECKSUM + 1] ^= 1;
	packets[count] = good;
	packets[count++].size--;
	packets[count] = good;
	packets[count++].is_cut = true;
	wrong.config.vrid++;
	packets[count++] = packet_write(&wrong, priority);
	packets[count++] = octet_wrong(&good, VRRP_AUTH_TYPE, ADVERT_AUTH_PASS ^ ADVERT_AUTH_NONE);
	wrong = *r;
	wrong.config.auth_data[ADVERT_AUTH_SIZE - 1] ^= 1;
	packets[count++] = packet_write(&wrong, priority);
	wrong = *r;
	wrong.config.advert_interval_us *= 2;
	packets[count++] = packet_write(&wrong, priority);
	wrong = *r;
	wrong.source = *own;
	packets[count++] = packet_write(&wrong, priority);
	return count;
}

size_t packets_forge(const struct vrrp_router *other, const struct vrrp_router *own,
		     struct packet *ret_packets)
{
	size_t count = forge(other, &own->source, 255, ret_packets);

	count += forge(other, &own->source, ADVERT_PRIORITY_LEAVING, ret_packets + count);
	ret_packets[count++] = packet_write(other, 255);
	ret_packets[count++] = packet_write(other, ADVERT_PRIORITY_LEAVING);
	check(count <= FORGED_MAX);
	return count;
}
