/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <limits.h>

#define SUGGEST_NONE UINT_MAX

/* How far `candidate` is from what was written, or SUGGEST_NONE when nobody would mistake one for
 * the other. 0: the same but for upper and lower case and `-` for `_`. */
unsigned suggest_distance(const char *written, const char *candidate);
