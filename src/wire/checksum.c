/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit
 * numbers in network order, an odd last octet filled up with zero. Octet by octet, because the
 * data may lie anywhere; adverts are short. */
#include "wire/checksum.h"

static uint64_t add(uint64_t sum, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)octets[i] << 8 | octets[i + 1];
	if (size & 1)
		sum += (uint32_t)octets[size - 1] << 8;
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t checksum(const void *data, size_t size)
{
	return fold(add(0, data, size));
}

uint16_t checksum_pseudo(const struct addr *source, const struct addr *destination,
			 uint8_t protocol, const void *data, size_t size)
{
	uint64_t sum = add(0, source->bytes, addr_size(source));

	sum = add(sum, destination->bytes, addr_size(destination));
	/* The length has 16 bits in one family and 32 in the other: the sum is the same. */
	sum += protocol + size;
	return fold(add(sum, data, size));
}
