/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/memory.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void host_memory_large(void *memory, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t begin = ((uintptr_t)memory + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)memory + size) / page * page;

	if (begin < end)
		madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}
