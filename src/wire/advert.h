/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The VRRP advertisement, version 2 (RFC 3768 5.1; authentication RFC 2338 5.3.6). Version 3 has
 * the same first four octets; its rest joins here with the issue that brings it. */

#define ADVERT_TYPE 1 /* RFC 3768 5.3.2: the only one */
#define ADVERT_HEADER_SIZE 8
#define ADVERT_AUTH_SIZE 8 /* always there in version 2, zero for type 0 */
#define ADVERT_PRIORITY_LEAVING 0 /* RFC 3768 5.3.4 */
#define ADVERT_PRIORITY_OWNER 255

enum advert_auth {
	ADVERT_AUTH_NONE = 0, /* RFC 3768 5.3.6 */
	ADVERT_AUTH_PASS = 1, /* RFC 2338 5.3.6.2 */
	ADVERT_AUTH_AH = 2, /* RFC 2338 5.3.6.3 */
};

/* Where multicast adverts of a family go: 224.0.0.18 (RFC 3768 5.2.2), ff02::12 (RFC 9568
 * 5.1.2.2). */
struct addr advert_group(enum addr_family family);

struct advert {
	uint8_t version, type, vrid, priority;
	uint8_t auth_type; /* enum advert_auth, or any foreign number */
	uint8_t interval_s; /* version 2: seconds (RFC 3768 5.3.7) */
	uint8_t address_count;
	bool checksum_good;
	const uint8_t *addresses; /* address_count times 4 octets, in the packet */
	const uint8_t *auth_data; /* ADVERT_AUTH_SIZE octets, in the packet */
};

enum advert_result {
	ADVERT_OK = 0,
	ADVERT_SHORT, /* less than the fixed header, or than count and auth data need */
	ADVERT_LONG, /* octets behind the last one that belongs to it */
	ADVERT_VERSION, /* not version 2; version, type and vrid are set */
	ADVERT_TYPE_UNKNOWN, /* version, type and vrid are set */
};

/* Takes apart the VRRP part of a packet. Never reads beyond `size`. Judges form only (length,
 * version, type); whether it is acceptable is vrrp_accept(). With ADVERT_SHORT the fields that
 * the octets did not reach are zero. */
enum advert_result advert_parse(const uint8_t *data, size_t size, struct advert *ret_advert);

/* Octets that advert_put() writes for `address_count` IPv4 addresses. */
size_t advert_size(uint8_t address_count);

/* Writes a version 2 advert with its checksum; `data` has advert_size() octets. `addresses` and
 * `auth_data` are read as in parsing; auth_data NULL writes zeros. */
void advert_put(const struct advert *advert, uint8_t *data);
