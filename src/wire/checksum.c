/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit
 * numbers in network order, an odd last octet filled up with zero. Octet by octet, because the
 * data may lie anywhere; adverts are short. */
#include "wire/checksum.h"

uint16_t checksum(const void *data, size_t size)
{
	const uint8_t *octets = data;
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)octets[i] << 8 | octets[i + 1];
	if (size & 1)
		sum += (uint32_t)octets[size - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
