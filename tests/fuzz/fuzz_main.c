/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz entry over files, without a fuzzer: each file as it is, cut at some places, and with
 * some octets changed, always the same ones. So the corpus, and every finding of the fuzzer that
 * was put into it, is tested with each build. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MAX_READ (1u << 20)
#define CHANGES 200

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A block of exactly this size, so that a sanitizer sees the octet behind it. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(1);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_changed(const uint8_t *data, size_t size)
{
	static const uint8_t odd[] = { '{', '}', '"', '\'', '\\', '\n',
				       '#', '!', 0,   0xff, ' ',  '$' };
	uint32_t random = 0x9e3779b9;
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(1);
	for (int i = 0; i < CHANGES && size; i++) {
		memcpy(copy, data, size);
		for (int n = 0; n < 3; n++)
			copy[next_random(&random) % size] = odd[next_random(&random) % sizeof(odd)];
		run(copy, size);
		run(data, next_random(&random) % size);
	}
	free(copy);
}

int main(int argc, char **argv)
{
	static uint8_t data[SIZE_MAX_READ];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		size_t size;

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, sizeof(data), f);
		fclose(f);
		run(data, size);
		run_changed(data, size);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
