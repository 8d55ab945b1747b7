/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"

/* Octets that decide something; where they end, every decision is 0. */
struct decisions {
	const uint8_t *data;
	size_t size, at;
};

uint8_t decide(struct decisions *d);
/* 0 .. n - 1 */
uint32_t decide_below(struct decisions *d, uint32_t n);
/* An odd number of 64 bits: 0, the ends of the range, near them, or the octets. */
int64_t decide_odd(struct decisions *d);
/* Overwrites some octets of a block. */
void decide_patches(struct decisions *d, void *block, size_t size);

/* A configuration image of a writer who knows what may be in one, and now and then puts in
 * something else; then `ret_is_sound` is false. The block has exactly `ret_size` octets and is the
 * caller's to free. */
struct image *generate_image(struct decisions *d, size_t *ret_size, bool *ret_is_sound);
