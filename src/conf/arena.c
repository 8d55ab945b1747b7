/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arena of one configuration. A parser makes many small things that all live equally long, so
 * they share blocks and go together. A failed allocation leaves the loader by longjmp: it can
 * happen in a hundred places, there is one thing to do about it, and everything that would have to
 * be unwound lies in the arena itself. Growing an array leaves its old place unused; doubling
 * bounds that waste by the size of the array. */
#include "conf/arena.h"

#include "base/check.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first block suits a usual file. Later ones grow with what is there already: large blocks come
 * from the kernel zeroed, where small ones are cleared once more. */
#define BLOCK_SIZE ((size_t)64 * 1024)
#define BLOCK_SIZE_MOST ((size_t)32 * 1024 * 1024)
/* What a large page fits into. */
#define BLOCK_SIZE_LARGE ((size_t)4 * 1024 * 1024)
#define ROOM_SMALL 32

struct arena_block {
	struct arena_block *previous;
	size_t used, size;
	alignas(max_align_t) char data[];
};

void arena_init(struct arena *a, size_t limit, jmp_buf *escape)
{
	*a = (struct arena){ .limit = limit, .escape = escape };
}

void arena_fini(struct arena *a)
{
	while (a->last) {
		struct arena_block *previous = a->last->previous;

		free(a->last);
		a->last = previous;
	}
	a->size = 0;
}

static void block_add(struct arena *a, size_t size)
{
	struct arena_block *block = NULL;
	size_t whole, usual = a->size < BLOCK_SIZE_MOST ? a->size : BLOCK_SIZE_MOST;

	if (usual < BLOCK_SIZE)
		usual = BLOCK_SIZE;
	/* Near the limit a block that just fits is better than none. */
	if (usual > a->limit - a->size)
		usual = BLOCK_SIZE;
	if (size < usual)
		size = usual;
	whole = sizeof(*block) + size;
	if (whole > size && whole <= a->limit - a->size)
		block = calloc(1, whole);
	if (!block)
		longjmp(*a->escape, 1);
	if (a->large && whole >= BLOCK_SIZE_LARGE)
		a->large(block, whole);
	a->size += whole;
	block->size = size;
	block->previous = a->last;
	a->last = block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	void *p;

	check(a->escape);
	if (size > a->limit)
		longjmp(*a->escape, 1);
	size = (size + align - 1) / align * align;
	if (!a->last || a->last->size - a->last->used < size)
		block_add(a, size);
	p = a->last->data + a->last->used;
	a->last->used += size;
	return p;
}

char *arena_copy(struct arena *a, const char *data, size_t length)
{
	char *copy = arena_alloc(a, length + 1);

	memcpy(copy, data, length);
	return copy;
}

char *arena_format(struct arena *a, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	check(length >= 0);
	text = arena_alloc(a, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void *arena_grow(struct arena *a, void *items, size_t item_size, size_t count, size_t *room)
{
	void *larger;

	if (count < *room)
		return items;
	/* Most lists of large things hold one, and ten thousand instances each have some. */
	*room = *room ? *room * 2 : item_size < ROOM_SMALL ? 8 : 1;
	larger = arena_alloc(a, *room * item_size);
	if (count)
		memcpy(larger, items, count * item_size);
	return larger;
}
