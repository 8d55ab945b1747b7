/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz entry over files, without a fuzzer: each file as it is, cut at some places, and with
 * some octets changed, always the same ones. So the corpus, and every finding of the fuzzer that
 * was put into it, is tested with each build. */
#include "fuzz_files.h"

#include <stdlib.h>
#include <string.h>

#define CHANGES 200

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void run_with_changes(const uint8_t *data, size_t size, unsigned number)
{
	static const uint8_t odd[] = { '{', '}', '"', '\'', '\\', '\n',
				       '#', '!', 0,   0xff, ' ',  '$' };
	uint32_t random = 0x9e3779b9;
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(1);
	fuzz_run(data, size);
	for (int i = 0; i < CHANGES && size; i++) {
		memcpy(copy, data, size);
		for (int n = 0; n < 3; n++)
			copy[next_random(&random) % size] = odd[next_random(&random) % sizeof(odd)];
		fuzz_run(copy, size);
		fuzz_run(data, next_random(&random) % size);
	}
	free(copy);
}

int main(int argc, char **argv)
{
	return fuzz_files(argv + 1, run_with_changes);
}
