/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion on `auth_type AH`, written from RFC 2338 5.3.6.3, RFC 4302 and what keepalived
 * sends (docs/decisions/0008-signatures.md); of ours it has nothing but MD5. */
#include "sim/seal.h"

#include "sim/octets.h"

#include <nettle/hmac.h>
#include <string.h>

/* From the begin of the header. */
#define AH_NEXT 0
#define AH_LENGTH 1
#define AH_SPI 4
#define AH_NUMBER 8
#define AH_ICV 12
#define ICV_SIZE 12

static void sign(const struct image_instance *i, const uint8_t *packet, size_t size,
		 uint8_t ret_icv[ICV_SIZE])
{
	uint8_t copy[IP_HEADER + IP_AH];
	struct hmac_md5_ctx hmac;

	memcpy(copy, packet, sizeof(copy));
	copy[IP_TOS] = copy[IP_FLAGS] = copy[IP_FLAGS + 1] = 0;
	copy[IP_CHECKSUM] = copy[IP_CHECKSUM + 1] = 0;
	if (i->flags & IMAGE_UNICAST)
		copy[IP_TTL] = 0;
	memset(copy + IP_HEADER + AH_ICV, 0, ICV_SIZE);
	hmac_md5_set_key(&hmac, sizeof(i->auth_data), i->auth_data);
	hmac_md5_update(&hmac, sizeof(copy), copy);
	hmac_md5_update(&hmac, size - sizeof(copy), packet + sizeof(copy));
	hmac_md5_digest(&hmac, ICV_SIZE, ret_icv);
}

uint32_t seal_ah_number(const uint8_t *packet)
{
	uint32_t number = 0;

	for (int k = 0; k < 4; k++)
		number = number << 8 | packet[IP_HEADER + AH_NUMBER + k];
	return number;
}

enum vrrp_drop seal_ah_judge(const struct image_instance *i, const uint8_t *packet, size_t size,
			     const struct seal *memory)
{
	const uint8_t *ah = packet + IP_HEADER;
	uint8_t icv[ICV_SIZE];

	if (octets_has_ah(packet) != (i->auth_type == AUTH_TYPE_AH))
		return VRRP_DROP_AUTH_TYPE;
	if (!octets_has_ah(packet))
		return VRRP_DROP_NONE;
	sign(i, packet, size, icv);
	if (memcmp(icv, ah + AH_ICV, ICV_SIZE) != 0 ||
	    memcmp(ah + AH_SPI, packet + IP_SOURCE, 4) != 0)
		return VRRP_DROP_AUTH_FAILED;
	if (!memory || seal_ah_number(packet) > memory->ah)
		return VRRP_DROP_NONE;
	/* Two that count in step hear each other all the same. */
	return memory->is_ah_own && seal_ah_number(packet) == memory->ah ? VRRP_DROP_NONE :
									   VRRP_DROP_AUTH_REPLAY;
}

void seal_ah_remember(struct seal *memory, uint32_t number)
{
	memory->ah = number;
	memory->is_ah_own = false;
}

uint32_t seal_ah_next(struct seal *memory, const struct seal_clock *clock)
{
	if (!memory->ah)
		memory->ah = (uint32_t)((clock->now_us + clock->realtime_us) / 1000000);
	memory->is_ah_own = true;
	return ++memory->ah;
}

void seal_ah_put(const struct image_instance *i, uint32_t number, uint8_t *packet, size_t size)
{
	uint8_t *ah = packet + IP_HEADER;

	memset(ah, 0, IP_AH);
	ah[AH_NEXT] = VRRP_PROTOCOL;
	ah[AH_LENGTH] = IP_AH / 4 - 2;
	memcpy(ah + AH_SPI, packet + IP_SOURCE, 4);
	for (int k = 0; k < 4; k++)
		ah[AH_NUMBER + k] = (uint8_t)(number >> (24 - 8 * k));
	sign(i, packet, size, ah + AH_ICV);
}
