/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* vipd is process 1. It stays that and is nobody else; this returns in the process that is to be
 * the parent, again whenever one was killed. Then `buffer` says how the one before ended, else it
 * is empty. */
void init_stay(char *buffer, size_t size);
