/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz entry that has a mutator of its own without libFuzzer: every file given as it is, and
 * a few thousand changes of it, from a fixed seed, so that two runs are the same. Each change is
 * made from the file itself or from the change before. */
#include "fuzz_files.h"
#include "mutate.h"

#include <string.h>

#define INPUT_SIZE 4096
#define ROUNDS 2000

static uint32_t seed;

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	if (size == 0 && max_size > 0)
		data[size++] = 0;
	for (uint32_t changes = mutate_random(&seed) % 4; size && changes; changes--)
		data[mutate_random(&seed) % size] = (uint8_t)mutate_random(&seed);
	if (mutate_once_in(&seed, 8))
		size = mutate_random(&seed) % (size + 1);
	for (; size < max_size && mutate_once_in(&seed, 8); size++)
		data[size] = (uint8_t)mutate_random(&seed);
	return size;
}

static void run_with_changes(const uint8_t *input, size_t size, unsigned number)
{
	static uint8_t changed[INPUT_SIZE];
	int rounds = &fuzz_rounds ? fuzz_rounds : ROUNDS;
	size_t length = 0;

	seed = number;
	size = size < INPUT_SIZE ? size : INPUT_SIZE;
	fuzz_run(input, size);
	for (int round = 0; round < rounds; round++) {
		if (round % 4 == 0) {
			memcpy(changed, input, size);
			length = size;
		}
		length = LLVMFuzzerCustomMutator(changed, length, INPUT_SIZE, mutate_random(&seed));
		fuzz_run(changed, length);
	}
}

int main(int argc, char **argv)
{
	return fuzz_files(argv + 1, run_with_changes);
}
