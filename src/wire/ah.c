/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ah.h"

#include <string.h>

#define SPI_OFFSET 4
#define SEQUENCE_OFFSET 8

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void word_put(uint32_t value, uint8_t *p)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

struct ah ah_parse(const uint8_t *octets)
{
	return (struct ah){
		.spi = word(octets + SPI_OFFSET),
		.sequence = word(octets + SEQUENCE_OFFSET),
		.icv = octets + AH_SIGNED_SIZE,
	};
}

void ah_put(uint8_t next_header, uint32_t spi, uint32_t sequence, uint8_t *octets)
{
	memset(octets, 0, AH_SIZE);
	octets[0] = next_header;
	octets[AH_LENGTH_OFFSET] = AH_LENGTH;
	word_put(spi, octets + SPI_OFFSET);
	word_put(sequence, octets + SEQUENCE_OFFSET);
}
