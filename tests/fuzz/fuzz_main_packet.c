/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz entry for packets over its corpus without libFuzzer: every file given, and from each
 * a few thousand packets that differ in some octets, from a fixed seed, so that two runs are the
 * same. Where an advert is changed, its checksum is made right again half of the time: behind a
 * wrong one nothing else would ever be reached. */
#include "wire/checksum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_SIZE 2048
#define ROUNDS 5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* In a block of exactly its size, so that a sanitizer sees the first octet read too far. */
static void run(const uint8_t *input, size_t size)
{
	uint8_t *block = malloc(size ? size : 1);

	if (!block)
		exit(2);
	memcpy(block, input, size);
	LLVMFuzzerTestOneInput(block, size);
	free(block);
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

static void run_variants(const uint8_t *input, size_t size, uint32_t seed)
{
	uint8_t variant[INPUT_SIZE];

	for (int round = 0; round < ROUNDS; round++) {
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
		run(variant, length);
	}
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		uint8_t input[INPUT_SIZE];
		FILE *file = fopen(argv[i], "rb");
		size_t size;

		if (!file) {
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
			return 2;
		}
		size = fread(input, 1, sizeof(input), file);
		fclose(file);
		run(input, size);
		if (size)
			run_variants(input, size, (uint32_t)i);
	}
	printf("%d files\n", argc - 1);
	return argc < 2;
}
