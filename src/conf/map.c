/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table in an arena: names of instances, interfaces, keywords, strings of the image. It is
 * what keeps loading linear in the size of the file. It only grows; buckets are doubled when there
 * are as many entries. No defence against chosen collisions: whoever writes the configuration may
 * do worse than slow it down. */
#include "conf/map.h"

#include "conf/arena.h"

#include <stdint.h>
#include <string.h>

struct map_entry {
	struct map_entry *next;
	void *value;
	uint64_t hash;
	size_t size;
	char key[];
};

/* FNV-1a. */
static uint64_t hash_of(const void *key, size_t size)
{
	const unsigned char *octets = key;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octets[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void map_init(struct map *m, struct arena *arena)
{
	*m = (struct map){ .arena = arena };
}

static struct map_entry *entry_find(const struct map *m, uint64_t hash, const void *key,
				    size_t size)
{
	struct map_entry *e = m->bucket_count ? m->buckets[hash & (m->bucket_count - 1)] : NULL;

	while (e && (e->hash != hash || e->size != size || memcmp(e->key, key, size) != 0))
		e = e->next;
	return e;
}

static void grow(struct map *m)
{
	/* Each instance has one for its addresses, often a single one. */
	size_t count = m->bucket_count ? m->bucket_count * 2 : 4;
	struct map_entry **buckets = arena_alloc(m->arena, count * sizeof(struct map_entry *));

	for (size_t i = 0; i < m->bucket_count; i++) {
		struct map_entry *e = m->buckets[i];

		while (e) {
			struct map_entry *next = e->next;

			e->next = buckets[e->hash & (count - 1)];
			buckets[e->hash & (count - 1)] = e;
			e = next;
		}
	}
	m->buckets = buckets;
	m->bucket_count = count;
}

void **map_slot(struct map *m, const void *key, size_t size)
{
	uint64_t hash = hash_of(key, size);
	struct map_entry *e = entry_find(m, hash, key, size);

	if (e)
		return &e->value;
	if (m->count >= m->bucket_count)
		grow(m);
	e = arena_alloc(m->arena, sizeof(*e) + size);
	e->hash = hash;
	e->size = size;
	memcpy(e->key, key, size);
	e->next = m->buckets[hash & (m->bucket_count - 1)];
	m->buckets[hash & (m->bucket_count - 1)] = e;
	m->count++;
	return &e->value;
}

void *map_find(const struct map *m, const void *key, size_t size)
{
	const struct map_entry *e = entry_find(m, hash_of(key, size), key, size);

	return e ? e->value : NULL;
}
