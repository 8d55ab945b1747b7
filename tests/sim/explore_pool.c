/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See explore_pool.h. The whole block is compared each time: a part that should never change would
 * be noticed. */
#include "explore_pool.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 64
#define TABLE_FIRST 4096

void *explore_grow(void *items, size_t size, size_t count, size_t *room)
{
	if (count < *room)
		return items;
	*room = *room ? 2 * *room : 1024;
	items = realloc(items, *room * size);
	check(items);
	return items;
}

static void table_make(struct pool *p, uint32_t size)
{
	free(p->table);
	p->table_size = size;
	p->table = malloc(size * sizeof(*p->table));
	check(p->table);
	memset(p->table, 0xff, size * sizeof(*p->table));
}

void pool_init(struct pool *p, size_t size)
{
	memset(p, 0, sizeof(*p));
	p->size = (size + ALIGN - 1) / ALIGN * ALIGN;
	p->memory = aligned_alloc(ALIGN, p->size);
	p->blank = aligned_alloc(ALIGN, p->size);
	p->changed = malloc(p->size / sizeof(uint64_t) * sizeof(*p->changed));
	check(p->memory && p->blank && p->changed);
	memset(p->memory, 0, p->size);
	memset(p->blank, 0, p->size);
	table_make(p, TABLE_FIRST);
}

void pool_fini(struct pool *p)
{
	free(p->memory);
	free(p->blank);
	free(p->changed);
	free(p->words);
	free(p->entries);
	free(p->table);
}

void pool_blank(struct pool *p)
{
	check(p->entry_count == 0);
	memcpy(p->blank, p->memory, p->size);
}

void pool_load(struct pool *p, uint32_t number)
{
	const struct pool_entry *e = &p->entries[number];
	const uint64_t *blank = p->blank;
	uint64_t *memory = p->memory;

	for (uint32_t i = 0; i < p->changed_count; i++)
		memory[p->changed[i].at] = blank[p->changed[i].at];
	p->changed_count = e->count;
	memcpy(p->changed, p->words + e->first, e->count * sizeof(*p->words));
	for (uint32_t i = 0; i < e->count; i++)
		memory[p->changed[i].at] = (uint64_t)p->changed[i].high << 32 | p->changed[i].low;
}

void pool_compare(struct pool *p)
{
	const uint64_t *memory = p->memory, *blank = p->blank;

	p->changed_count = 0;
	for (uint32_t i = 0; i < p->size / sizeof(uint64_t); i++)
		if (memory[i] != blank[i])
			p->changed[p->changed_count++] = (struct pool_word){
				i, (uint32_t)memory[i], (uint32_t)(memory[i] >> 32)
			};
}

static uint32_t slot_of(const struct pool *p, const struct pool_word *words, uint32_t count)
{
	uint64_t x = count;

	for (uint32_t i = 0; i < count; i++) {
		x = explore_mix(x ^ words[i].at);
		x = explore_mix(x ^ ((uint64_t)words[i].high << 32 | words[i].low));
	}
	return (uint32_t)(x >> 32) & (p->table_size - 1);
}

static void table_grow(struct pool *p)
{
	table_make(p, 2 * p->table_size);
	for (uint32_t n = 0; n < p->entry_count; n++) {
		const struct pool_entry *e = &p->entries[n];
		uint32_t at = slot_of(p, p->words + e->first, e->count);

		while (p->table[at] != UINT32_MAX)
			at = (at + 1) & (p->table_size - 1);
		p->table[at] = n;
	}
}

static bool is_entry(const struct pool *p, uint32_t number)
{
	const struct pool_entry *e = &p->entries[number];

	return e->count == p->changed_count &&
	       memcmp(p->words + e->first, p->changed, e->count * sizeof(*p->words)) == 0;
}

uint32_t pool_number(struct pool *p, bool *ret_is_new)
{
	uint32_t at = slot_of(p, p->changed, p->changed_count);

	*ret_is_new = false;
	for (; p->table[at] != UINT32_MAX; at = (at + 1) & (p->table_size - 1))
		if (is_entry(p, p->table[at]))
			return p->table[at];
	*ret_is_new = true;
	p->table[at] = (uint32_t)p->entry_count;
	p->entries = explore_grow(p->entries, sizeof(*p->entries), p->entry_count, &p->entry_room);
	p->entries[p->entry_count++] = (struct pool_entry){ p->word_count, p->changed_count };
	for (uint32_t i = 0; i < p->changed_count; i++) {
		p->words = explore_grow(p->words, sizeof(*p->words), p->word_count, &p->word_room);
		p->words[p->word_count++] = p->changed[i];
	}
	at = (uint32_t)p->entry_count - 1;
	if (2 * p->entry_count > p->table_size)
		table_grow(p);
	return at;
}
