/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The VRRP advertisement: version 2 (RFC 3768 5.1; authentication RFC 2338 5.3.6) over IPv4, and
 * version 3 (RFC 9568 5.2) over both families. */

#define ADVERT_TYPE 1 /* RFC 9568 5.2.2: the only one */
#define ADVERT_HEADER_SIZE 8
#define ADVERT_AUTH_SIZE 8 /* always there in version 2, zero for type 0 */
#define ADVERT_PRIORITY_LEAVING 0 /* RFC 9568 5.2.4 */
#define ADVERT_PRIORITY_LOWEST 1
#define ADVERT_PRIORITY_OWNER 255
/* Behind an advert: keepalived's auth_hmac. */
#define ADVERT_TRAILER_SIZE 28
#define ADVERT_TRAILER_TYPE 1

enum advert_auth {
	ADVERT_AUTH_NONE = 0, /* RFC 3768 5.3.6 */
	ADVERT_AUTH_PASS = 1, /* RFC 2338 5.3.6.2 */
	ADVERT_AUTH_AH = 2, /* RFC 2338 5.3.6.3 */
};

/* What the checksum was found to cover, or is to cover. */
enum advert_checksum {
	ADVERT_CHECKSUM_BAD,
	/* The message alone: version 2 (RFC 3768 5.3.8), version 3 over IPv4 (RFC 9568 5.2.8). */
	ADVERT_CHECKSUM_MESSAGE,
	/* With the pseudo-header: version 3 over IPv6, and over IPv4 as RFC 5798 is read by
	 * keepalived and most others. */
	ADVERT_CHECKSUM_PSEUDO,
	/* Found only: the pseudo-header of these two ends adds up to nothing, and both fit. */
	ADVERT_CHECKSUM_EITHER,
};

struct advert {
	uint8_t version, type, vrid, priority;
	uint8_t auth_type; /* version 2: enum advert_auth, or any foreign number */
	uint8_t address_count;
	uint8_t checksum; /* enum advert_checksum */
	/* Version 2: whole seconds to 255 s (RFC 3768 5.3.7). Version 3: centiseconds to 40.95 s
	 * (RFC 9568 5.2.7). 0 is possible. */
	int64_t interval_us;
	const uint8_t *addresses; /* address_count times 4 or 16 octets, in the packet */
	const uint8_t *auth_data; /* version 2: ADVERT_AUTH_SIZE octets, in the packet */
	const uint8_t *trailer; /* ADVERT_TRAILER_SIZE octets in the packet, or NULL */
	const uint8_t *ah; /* as in struct ip; for advert_put() it is nothing */
};

enum advert_result {
	ADVERT_OK = 0,
	ADVERT_SHORT, /* less than the fixed header, or than count and auth data need */
	ADVERT_LONG, /* octets behind the last one that belongs to it */
	ADVERT_VERSION, /* not the one that was asked for; version, type and vrid are set */
	ADVERT_TYPE_UNKNOWN, /* version, type and vrid are set */
};

/* Where multicast adverts of a family go: 224.0.0.18 (RFC 3768 5.2.2), ff02::12 (RFC 9568
 * 5.1.2.2). */
struct addr advert_group(enum addr_family family);

/* Is this an interval of adverts of `version`: one octet of whole seconds (RFC 3768 5.3.7), twelve
 * bits of centiseconds (RFC 9568 5.2.7), and not 0? */
bool advert_can_carry(uint8_t version, int64_t interval_us);

/* Takes apart the payload of a packet as an advert of `version` (2, 3). Never reads beyond it.
 * Judges form only (length, version, type); whether it is acceptable is vrrp_accept(). With
 * ADVERT_SHORT the fields that the octets did not reach are zero. */
enum advert_result advert_parse(const struct ip *ip, uint8_t version, struct advert *ret_advert);

/* Is the payload one of CARP (OpenBSD, pfSense, OPNsense)? It has VRRP's protocol number and the
 * first octet of version 2. */
bool advert_is_carp(const struct ip *ip);

/* Octets that advert_put() writes for `address_count` addresses, without a trailer. */
size_t advert_size(uint8_t version, enum addr_family family, uint8_t address_count);

/* Writes the payload of a packet with the addresses of `ip`; `data` has advert_size() octets, and
 * ADVERT_TRAILER_SIZE more with a trailer. `checksum` says what it covers. `addresses`, `auth_data`
 * and `trailer` are read as in parsing; auth_data NULL writes zeros. */
void advert_put(const struct advert *advert, const struct ip *ip, uint8_t *data);
