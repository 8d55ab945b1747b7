/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version 2 advertisement (RFC 3768 5.1), octets to struct and back:
 *
 *   version<<4|type  vrid  priority  count | auth type  interval (s)  checksum | addresses | auth
 *
 * The eight octets of authentication data are always there and belong to the checksum. Form only:
 * what an advert says, and from whom it may be taken, is judged by vrrp. Nothing here reads an
 * octet before its presence is known; the struct points into the packet and copies nothing. */
#include "wire/advert.h"

#include "base/check.h"
#include "wire/checksum.h"

#include <string.h>

struct addr advert_group(enum addr_family family)
{
	static const uint8_t ipv4[] = { 224, 0, 0, 18 };
	static const uint8_t ipv6[] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12 };

	return addr_from_bytes(family, family == ADDR_IPV4 ? ipv4 : ipv6);
}

size_t advert_size(uint8_t address_count)
{
	return ADVERT_HEADER_SIZE + (size_t)address_count * 4 + ADVERT_AUTH_SIZE;
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
	if (size > 4)
		a.auth_type = data[4];
	if (size > 5)
		a.interval_s = data[5];
	return a;
}

enum advert_result advert_parse(const uint8_t *data, size_t size, struct advert *ret_advert)
{
	struct advert a = parse_header(data, size);
	struct advert head = { .version = a.version, .type = a.type, .vrid = a.vrid };
	size_t wanted = advert_size(a.address_count);

	if (size < ADVERT_HEADER_SIZE) {
		*ret_advert = a;
		return ADVERT_SHORT;
	}
	/* Only the first four octets mean the same in every version: do not measure a packet of
	 * another one, or of an unknown type, with version 2's ruler. */
	if (a.version != 2) {
		*ret_advert = head;
		return ADVERT_VERSION;
	}
	if (a.type != ADVERT_TYPE) {
		*ret_advert = head;
		return ADVERT_TYPE_UNKNOWN;
	}
	if (size != wanted) {
		*ret_advert = a;
		return size < wanted ? ADVERT_SHORT : ADVERT_LONG;
	}
	/* RFC 3768 5.3.8: over the whole message, no pseudo-header. */
	a.checksum_good = checksum(data, size) == 0;
	a.addresses = data + ADVERT_HEADER_SIZE;
	a.auth_data = a.addresses + (size_t)a.address_count * 4;
	*ret_advert = a;
	return ADVERT_OK;
}

void advert_put(const struct advert *advert, uint8_t *data)
{
	size_t addresses = (size_t)advert->address_count * 4;
	uint8_t *auth = data + ADVERT_HEADER_SIZE + addresses;
	uint16_t sum;

	check(advert->version == 2);
	data[0] = (uint8_t)(advert->version << 4 | (advert->type & 0x0f));
	data[1] = advert->vrid;
	data[2] = advert->priority;
	data[3] = advert->address_count;
	data[4] = advert->auth_type;
	data[5] = advert->interval_s;
	data[6] = data[7] = 0;
	if (addresses)
		memcpy(data + ADVERT_HEADER_SIZE, advert->addresses, addresses);
	/* RFC 3768 5.3.10: zero on transmission when there is no authentication. */
	if (advert->auth_data)
		memcpy(auth, advert->auth_data, ADVERT_AUTH_SIZE);
	else
		memset(auth, 0, ADVERT_AUTH_SIZE);
	sum = checksum(data, advert_size(advert->address_count));
	data[6] = (uint8_t)(sum >> 8);
	data[7] = (uint8_t)sum;
}
