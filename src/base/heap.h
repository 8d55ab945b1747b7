/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An intrusive min-heap of deadlines. The owner of the items embeds a heap_node in each and
 * gives the array of pointers; nothing is allocated here. O(log n) to set, O(1) to look. */
struct heap_node {
	struct mono deadline; /* MONO_NEVER while not in a heap */
	uint32_t position; /* index + 1 in heap.nodes; 0: not in a heap */
};

struct heap {
	struct heap_node **nodes;
	uint32_t count, capacity;
};

void heap_init(struct heap *h, struct heap_node **nodes, uint32_t capacity);
void heap_node_init(struct heap_node *n);

/* Puts `n` into the heap, moves it, or with MONO_NEVER takes it out. */
void heap_set(struct heap *h, struct heap_node *n, struct mono deadline);

/* The item with the least deadline, or NULL. */
struct heap_node *heap_first(const struct heap *h);

/* The least deadline, or MONO_NEVER. */
struct mono heap_deadline(const struct heap *h);
