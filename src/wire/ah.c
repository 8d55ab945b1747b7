/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ah.h"

#include <string.h>

#define SPI_OFFSET 4
#define SEQUENCE_OFFSET 8

struct ah ah_parse(const uint8_t *octets)
{
	const uint8_t *p = octets + SEQUENCE_OFFSET;

	return (struct ah){
		.spi = octets + SPI_OFFSET,
		.sequence = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			    (uint32_t)p[2] << 8 | p[3],
		.icv = octets + AH_SIGNED_SIZE,
	};
}

void ah_put(uint8_t next_header, const uint8_t *spi, uint32_t sequence, uint8_t *octets)
{
	memset(octets, 0, AH_SIZE);
	octets[0] = next_header;
	octets[AH_LENGTH_OFFSET] = AH_LENGTH;
	memcpy(octets + SPI_OFFSET, spi, AH_SPI_SIZE);
	for (int i = 0; i < 4; i++)
		octets[SEQUENCE_OFFSET + i] = (uint8_t)(sequence >> (24 - 8 * i));
}
