/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Repairs of IPv4 packets with an advert in them. Each field that a reader compares is made right
 * most of the time: so behind every comparison there is something to be found, and each of them
 * fails alone often enough. */
#include "mutate.h"

#include "wire/checksum.h"

#include <string.h>

#define IP 20
#define ADVERT 8
#define AUTH 8
/* keepalived's authentication code behind an advert. */
#define TRAILER 28
#define AH 24

uint32_t mutate_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

bool mutate_once_in(uint32_t *seed, uint32_t n)
{
	return mutate_random(seed) % n == 0;
}

static size_t grow(uint8_t *data, size_t size, size_t wanted, size_t max_size)
{
	wanted = wanted < max_size ? wanted : max_size;
	if (wanted > size)
		memset(data + size, 0, wanted - size);
	return wanted > size ? wanted : size;
}

static void put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void repair_ip(uint8_t *p, size_t total, uint32_t *seed)
{
	if (!mutate_once_in(seed, 64))
		p[0] = (uint8_t)(0x40 | (p[0] & 15));
	if (!mutate_once_in(seed, 16))
		p[0] = (uint8_t)((p[0] & 0xf0) | IP / 4);
	if (!mutate_once_in(seed, 64))
		put16(p + 2, total);
	if (!mutate_once_in(seed, 32))
		p[6] &= 0xc0, p[7] = 0;
	if (!mutate_once_in(seed, 32))
		p[8] = 255;
	if (mutate_once_in(seed, 2))
		memcpy(p + 12, "\xc0\xa8\x64", 3); /* 192.168.100: before, behind, or ours */
}

/* `length`: of the advert with its authentication data, or 0 where it does not fit. */
static void repair_advert(uint8_t *v, size_t length, const struct mutate_receiver *r,
			  uint32_t *seed)
{
	if (!mutate_once_in(seed, 32))
		v[0] = 0x21;
	if (!mutate_once_in(seed, 32))
		v[1] = r->vrid;
	if (!mutate_once_in(seed, 32))
		v[4] = r->auth_type;
	if (!mutate_once_in(seed, 32))
		v[5] = r->interval_s;
	if (length && !mutate_once_in(seed, 8))
		memcpy(v + length - AUTH, r->auth_data, AUTH);
}

static void seal(uint8_t *v, size_t length)
{
	v[6] = v[7] = 0;
	put16(v + 6, checksum(v, length));
}

/* RFC 4302, in front of all that is behind a plain IPv4 header. */
static size_t put_ah(uint8_t *p, size_t size, size_t max_size)
{
	if (size < IP || size + AH > max_size)
		return size;
	memmove(p + IP + AH, p + IP, size - IP);
	memset(p + IP, 0, AH);
	memcpy(p + IP, "\x70\x04", 2);
	p[9] = 51;
	put16(p + 2, (size_t)p[2] * 256 + p[3] + AH);
	return size + AH;
}

size_t mutate_packet(uint8_t *packet, size_t size, size_t max_size,
		     const struct mutate_receiver *receiver, uint32_t *seed)
{
	size_t ip, length, total;
	uint8_t *v;

	if (max_size < IP + ADVERT + AUTH)
		return size;
	size = grow(packet, size, IP + ADVERT + AUTH, max_size);
	ip = mutate_once_in(seed, 2) ? IP : (packet[0] & 15u) * 4u;
	ip = ip < IP || ip + ADVERT + AUTH > size ? IP : ip;
	v = packet + ip;
	if (mutate_once_in(seed, 2))
		v[3] %= 4;
	length = ADVERT + 4u * v[3] + AUTH;
	size = grow(packet, size, ip + length, max_size);
	if (ip + length > size)
		length = 0;
	total = length && !mutate_once_in(seed, 32) ? ip + length : size;
	if (length && mutate_once_in(seed, 8)) {
		size = grow(packet, size, ip + length + TRAILER, max_size);
		total = mutate_once_in(seed, 2) ? total : size;
	} else if (mutate_once_in(seed, 2)) {
		size = total;
	}
	repair_ip(packet, total, seed);
	repair_advert(v, length, receiver, seed);
	if (!mutate_once_in(seed, 16))
		seal(v, length ? length : total - ip);
	return mutate_once_in(seed, 16) ? put_ah(packet, size, max_size) : size;
}
