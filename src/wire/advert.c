/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The advertisement, octets to struct and back. Version 2 (RFC 3768 5.1), IPv4 only:
 *
 *   version<<4|type  vrid  priority  count | auth type  interval (s)  checksum | addresses | auth
 *
 * The eight octets of authentication data are always there and belong to the checksum. Version 3
 * (RFC 9568 5.2), both families:
 *
 *   version<<4|type  vrid  priority  count | 0:4 interval:12 (cs)  checksum | addresses | trailer
 *
 * The four reserved bits are not read (5.2.6). The trailer (auth_hmac) is there or not, behind
 * version 2 as well; over IPv4 the checksum ends before it, over IPv6 it covers the whole payload,
 * as the kernel of its makers computes it.
 * Form only: what an advert says, and from whom it may be taken, is judged by vrrp. Nothing here
 * reads an octet before its presence is known; the struct points into the packet and copies
 * nothing. */
#include "wire/advert.h"

#include "base/check.h"
#include "wire/checksum.h"

#include <string.h>

#define SECOND_US INT64_C(1000000)
#define CENTISECOND_US INT64_C(10000)
#define CARP_SIZE 36
#define CARP_WORDS 7

struct addr advert_group(enum addr_family family)
{
	static const uint8_t ipv4[] = { 224, 0, 0, 18 };
	static const uint8_t ipv6[] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12 };

	return addr_from_bytes(family, family == ADDR_IPV4 ? ipv4 : ipv6);
}

size_t advert_size(uint8_t version, enum addr_family family, uint8_t address_count)
{
	return ADVERT_HEADER_SIZE + address_count * addr_family_size(family) +
	       (version == 2 ? ADVERT_AUTH_SIZE : 0);
}

bool advert_can_carry(uint8_t version, int64_t interval_us)
{
	int64_t unit_us = version == 2 ? SECOND_US : CENTISECOND_US;
	int64_t most = version == 2 ? 255 : 4095;

	return interval_us >= unit_us && interval_us <= most * unit_us &&
	       interval_us % unit_us == 0;
}

/* The octets that the packet reached; the rest stays zero. */
static struct advert parse_header(const uint8_t *data, size_t size)
{
	struct advert a = { 0 };

	if (size > 0) {
		a.version = data[0] >> 4;
		a.type = data[0] & 0x0f;
	}
	if (size > 1)
		a.vrid = data[1];
	if (size > 2)
		a.priority = data[2];
	if (size > 3)
		a.address_count = data[3];
	if (a.version == 2 && size > 4)
		a.auth_type = data[4];
	if (a.version == 2 && size > 5)
		a.interval_us = data[5] * SECOND_US;
	if (a.version == 3 && size > 5)
		a.interval_us = ((data[4] & 0x0f) << 8 | data[5]) * CENTISECOND_US;
	return a;
}

/* `size`: without a trailer. Over IPv4 both forms of version 3 are in use. */
static enum advert_checksum find_checksum(const struct ip *ip, uint8_t version, size_t size)
{
	bool is_6 = ip->source.family == ADDR_IPV6, fits_pseudo, fits_message;

	if (version == 3 && is_6)
		size = ip->payload_size;
	fits_pseudo = version == 3 && checksum_pseudo(&ip->source, &ip->destination,
						      IP_PROTOCOL_VRRP, ip->payload, size) == 0;
	fits_message = !is_6 && checksum(ip->payload, size) == 0;
	if (fits_pseudo && fits_message)
		return ADVERT_CHECKSUM_EITHER;
	if (fits_pseudo)
		return ADVERT_CHECKSUM_PSEUDO;
	return fits_message ? ADVERT_CHECKSUM_MESSAGE : ADVERT_CHECKSUM_BAD;
}

static bool has_trailer(const struct ip *ip, size_t size)
{
	return ip->payload_size == size + ADVERT_TRAILER_SIZE &&
	       ip->payload[size] == ADVERT_TRAILER_TYPE;
}

/* Version 2 and type 1, a length of seven words of four octets where VRRP has its count, and a
 * checksum over its 36 octets. Seven addresses of VRRP would need 44. */
bool advert_is_carp(const struct ip *ip)
{
	return ip->payload_size == CARP_SIZE && ip->payload[0] == (2 << 4 | ADVERT_TYPE) &&
	       ip->payload[3] == CARP_WORDS && checksum(ip->payload, CARP_SIZE) == 0;
}

enum advert_result advert_parse(const struct ip *ip, uint8_t version, struct advert *ret_advert)
{
	struct advert a = parse_header(ip->payload, ip->payload_size);
	struct advert head = { .version = a.version, .type = a.type, .vrid = a.vrid };
	size_t wanted = advert_size(version, ip->source.family, a.address_count);

	if (ip->payload_size < ADVERT_HEADER_SIZE) {
		*ret_advert = a;
		return ADVERT_SHORT;
	}
	/* Only the first four octets mean the same in every version: do not measure a packet of
	 * another one, or of an unknown type, with this version's ruler. */
	if (a.version != version) {
		*ret_advert = head;
		return ADVERT_VERSION;
	}
	if (a.type != ADVERT_TYPE) {
		*ret_advert = head;
		return ADVERT_TYPE_UNKNOWN;
	}
	if (ip->payload_size != wanted && !has_trailer(ip, wanted)) {
		*ret_advert = a;
		return ip->payload_size < wanted ? ADVERT_SHORT : ADVERT_LONG;
	}
	a.checksum = (uint8_t)find_checksum(ip, version, wanted);
	a.addresses = ip->payload + ADVERT_HEADER_SIZE;
	if (version == 2)
		a.auth_data = ip->payload + wanted - ADVERT_AUTH_SIZE;
	if (ip->payload_size > wanted)
		a.trailer = ip->payload + wanted;
	a.ah = ip->ah;
	*ret_advert = a;
	return ADVERT_OK;
}

static void put_header(const struct advert *advert, uint8_t *data)
{
	data[0] = (uint8_t)(advert->version << 4 | (advert->type & 0x0f));
	data[1] = advert->vrid;
	data[2] = advert->priority;
	data[3] = advert->address_count;
	if (advert->version == 2) {
		data[4] = advert->auth_type;
		data[5] = (uint8_t)(advert->interval_us / SECOND_US);
	} else {
		int64_t interval_cs = advert->interval_us / CENTISECOND_US;

		data[4] = (uint8_t)(interval_cs >> 8 & 0x0f);
		data[5] = (uint8_t)interval_cs;
	}
	data[6] = data[7] = 0;
}

void advert_put(const struct advert *advert, const struct ip *ip, uint8_t *data)
{
	size_t size = advert_size(advert->version, ip->source.family, advert->address_count);
	size_t addresses = advert->address_count * addr_size(&ip->source);
	uint8_t *behind = data + ADVERT_HEADER_SIZE + addresses;
	uint16_t sum;

	check(advert->version == 2 || advert->version == 3);
	put_header(advert, data);
	if (addresses)
		memcpy(data + ADVERT_HEADER_SIZE, advert->addresses, addresses);
	/* RFC 3768 5.3.10: zero on transmission when there is no authentication. */
	if (advert->version == 2 && advert->auth_data)
		memcpy(behind, advert->auth_data, ADVERT_AUTH_SIZE);
	else if (advert->version == 2)
		memset(behind, 0, ADVERT_AUTH_SIZE);
	if (advert->trailer)
		memcpy(data + size, advert->trailer, ADVERT_TRAILER_SIZE);
	if (advert->trailer && ip->source.family == ADDR_IPV6)
		size += ADVERT_TRAILER_SIZE;
	if (advert->checksum == ADVERT_CHECKSUM_PSEUDO)
		sum = checksum_pseudo(&ip->source, &ip->destination, IP_PROTOCOL_VRRP, data, size);
	else
		sum = checksum(data, size);
	data[6] = (uint8_t)(sum >> 8);
	data[7] = (uint8_t)sum;
}
