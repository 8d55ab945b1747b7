/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Changes of inputs that keep what would stop any reader at once: lengths and checksums. An entry
 * with a LLVMFuzzerCustomMutator() is changed by it under libFuzzer and in the build alike. */

/* Of an entry, if it is slow: how many changes of each file the build runs. */
__attribute__((weak)) extern const int fuzz_rounds;

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Any change of some octets; libFuzzer's, or fuzz_main_mutate.c's. Returns the new size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

uint32_t mutate_random(uint32_t *seed);
/* True once in `n` times. */
bool mutate_once_in(uint32_t *seed, uint32_t n);

/* Who is to take an advert. */
struct mutate_receiver {
	uint8_t vrid, auth_type, interval_s;
	const uint8_t *auth_data; /* eight octets */
};

/* Makes any octets a whole IPv4 packet with an advert for this receiver, but for what is left wrong
 * by chance; nearly always with a right checksum. Perhaps with a trailer: octets behind the advert
 * inside the packet, as an authentication code would be (it counts in no checksum), or behind the
 * packet, as Ethernet fills up. Returns the size. */
size_t mutate_packet(uint8_t *packet, size_t size, size_t max_size,
		     const struct mutate_receiver *receiver, uint32_t *seed);
