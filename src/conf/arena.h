/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <setjmp.h>
#include <stddef.h>

/* All memory of one configuration. Nothing is freed alone; arena_fini() frees everything. */
struct arena {
	struct arena_block *last;
	size_t size, limit; /* octets taken from malloc, and how many may be */
	jmp_buf *escape; /* where a failed allocation goes; NULL: nothing may be allocated */
	void (*large)(void *memory, size_t size); /* told of each large block; or NULL */
};

void arena_init(struct arena *a, size_t limit, jmp_buf *escape);
void arena_fini(struct arena *a);

/* Zeroed memory, never NULL: without memory it jumps to `escape`. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy with a NUL behind it. */
char *arena_copy(struct arena *a, const char *data, size_t length);

char *arena_format(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Room for one more item behind `count`: returns `items`, or where they have moved to. */
void *arena_grow(struct arena *a, void *items, size_t item_size, size_t count, size_t *room);
