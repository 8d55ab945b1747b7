/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz entry for packets over its corpus without libFuzzer: every file given, and from each
 * a few thousand packets that differ in some octets, from a fixed seed, so that two runs are the
 * same. Where an advert is changed, its checksum is made right again half of the time: behind a
 * wrong one nothing else would ever be reached. */
#include "fuzz_files.h"
#include "wire/checksum.h"

#include <string.h>

#define INPUT_SIZE 2048
#define ROUNDS 5000

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* The selecting octet, an IPv4 header of 20 octets, the advert. */
static void seal(uint8_t *input, size_t size)
{
	uint8_t *advert = input + 21;
	uint16_t sum;

	if (size < 21 + 8)
		return;
	advert[6] = advert[7] = 0;
	sum = checksum(advert, size - 21);
	advert[6] = (uint8_t)(sum >> 8);
	advert[7] = (uint8_t)sum;
}

static void run_with_variants(const uint8_t *input, size_t size, unsigned number)
{
	uint8_t variant[INPUT_SIZE];
	uint32_t seed = number;

	size = size < INPUT_SIZE ? size : INPUT_SIZE;
	fuzz_run(input, size);
	for (int round = 0; round < ROUNDS && size; round++) {
		size_t length = size;

		memcpy(variant, input, size);
		for (uint32_t changes = next_random(&seed) % 4; changes; changes--)
			variant[next_random(&seed) % size] = (uint8_t)next_random(&seed);
		if (next_random(&seed) % 4 == 0)
			length = next_random(&seed) % (size + 1);
		if (length > 4 && next_random(&seed) % 2) {
			variant[3] = (uint8_t)((length - 1) >> 8);
			variant[4] = (uint8_t)(length - 1);
		}
		if (next_random(&seed) % 2)
			seal(variant, length);
		fuzz_run(variant, length);
	}
}

int main(int argc, char **argv)
{
	return fuzz_files(argv + 1, run_with_variants);
}
