/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

struct arena;
struct map_entry;

/* Octets → pointer, in an arena. Keys are copied. */
struct map {
	struct arena *arena;
	struct map_entry **buckets;
	size_t bucket_count, count;
};

void map_init(struct map *m, struct arena *arena);

/* The value's place; made with a NULL in it when the key is new. Good until the next call. */
void **map_slot(struct map *m, const void *key, size_t size);

/* The value, or NULL. */
void *map_find(const struct map *m, const void *key, size_t size);
