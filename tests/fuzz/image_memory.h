/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"

/* A configuration image in a memory, as the child that reads the configuration hands it on, or not
 * sealed. The descriptor is the caller's. */
int image_memory(const struct image *image, size_t size, bool is_sealed);
