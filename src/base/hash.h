/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, for tables of short keys; `before`: HASH_START, or what the octets before gave. Whoever
 * chooses the keys can make them meet: tables are bounded by other means. */
#define HASH_START 2166136261u

static inline uint32_t hash_octets(uint32_t before, const void *data, size_t size)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < size; i++)
		before = (before ^ p[i]) * 16777619u;
	return before;
}
