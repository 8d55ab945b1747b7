/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* Asks the kernel for large pages there (MADV_HUGEPAGE), where it has some. A wish: nothing depends
 * on it. */
void host_memory_large(void *memory, size_t size);
