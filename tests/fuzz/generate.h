/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A configuration out of any octets: each of them decides something. The text is terminated and
 * the caller's to free. */
char *generate_conf(const uint8_t *data, size_t size, size_t *ret_length);
