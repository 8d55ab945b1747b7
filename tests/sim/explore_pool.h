/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Contents of one block of memory, each kept once and known by a number: as the words in which it
 * differs from a blank one. Putting one back leaves every pointer into the block right. */

struct pool_word {
	uint32_t at, low, high;
};

struct pool_entry {
	size_t first;
	uint32_t count;
};

struct pool {
	size_t size; /* of the block, a multiple of 8 */
	void *memory, *blank;
	struct pool_word *changed; /* of what was put back, or compared, last */
	uint32_t changed_count;
	struct pool_word *words;
	size_t word_count, word_room;
	struct pool_entry *entries;
	size_t entry_count, entry_room;
	uint32_t *table;
	uint32_t table_size;
};

void pool_init(struct pool *p, size_t size);
void pool_fini(struct pool *p);
/* What is in memory now is the blank one from now on; before anything else. */
void pool_blank(struct pool *p);
void pool_load(struct pool *p, uint32_t number);
/* Finds what was changed; to be called before the next of the other functions. */
void pool_compare(struct pool *p);
/* The number of what was compared last. */
uint32_t pool_number(struct pool *p, bool *ret_is_new);

void *explore_grow(void *items, size_t size, size_t count, size_t *room);

static inline uint64_t explore_mix(uint64_t x)
{
	x = (x ^ (x >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
	return x ^ (x >> 29);
}
