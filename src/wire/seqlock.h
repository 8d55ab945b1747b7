/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A sequence lock for one writer and many readers in shared memory. Odd: being written. The writer
 * never waits; a reader tries again. A writer that died in the middle leaves it odd, which readers
 * see as "unknown". */
struct seqlock {
	uint32_t sequence;
};

static inline void seqlock_write_begin(struct seqlock *lock)
{
	uint32_t s = __atomic_load_n(&lock->sequence, __ATOMIC_RELAXED);

	__atomic_store_n(&lock->sequence, s | 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void seqlock_write_end(struct seqlock *lock)
{
	uint32_t s = __atomic_load_n(&lock->sequence, __ATOMIC_RELAXED);

	__atomic_store_n(&lock->sequence, (s | 1) + 1, __ATOMIC_RELEASE);
}

/* Copies `size` octets that the lock guards. False: no whole copy in a bounded number of tries
 * (the writer died in the middle, or is very busy). */
static inline bool seqlock_read(const struct seqlock *lock, void *target, const void *source,
				uint32_t size)
{
	for (int try = 0; try < 1000; try++) {
		uint32_t before = __atomic_load_n(&lock->sequence, __ATOMIC_ACQUIRE);

		if (before & 1)
			continue;
		memcpy(target, source, size);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&lock->sequence, __ATOMIC_RELAXED) == before)
			return true;
	}
	return false;
}
