/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stdint.h>

/* The IP Authentication Header (RFC 4302) as VRRP version 2 has it (RFC 2338 5.3.6.3): with
 * HMAC-MD5-96 (RFC 2403), between the IPv4 header and the advert. What it covers, and with which
 * key, is in vrrp/ah.c. */

#define IP_PROTOCOL_AH 51 /* RFC 4302 2 */
#define AH_SIZE 24
#define AH_SPI_SIZE 4 /* keepalived: the source address */
#define AH_ICV_SIZE 12 /* RFC 2403 2: the first 96 bits */
#define AH_SIGNED_SIZE (AH_SIZE - AH_ICV_SIZE) /* what stands before the ICV */
/* RFC 4302 2.2: its length in words of four octets, without two of them. */
#define AH_LENGTH (AH_SIZE / 4 - 2)
#define AH_LENGTH_OFFSET 1

struct ah {
	const uint8_t *spi; /* AH_SPI_SIZE octets: the Security Parameters Index */
	uint32_t sequence;
	const uint8_t *icv; /* AH_ICV_SIZE octets: the Integrity Check Value */
};

/* `octets`: AH_SIZE of them, of which ip_parse() has looked at the next header and the length. */
struct ah ah_parse(const uint8_t *octets);

/* Writes AH_SIZE octets, the ICV as zeros: it is computed so. */
void ah_put(uint8_t next_header, const uint8_t *spi, uint32_t sequence, uint8_t *octets);
