/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The Internet checksum (RFC 1071) over `size` octets, as the number to put in network order.
 * Over data that contains its own right checksum the result is 0. */
uint16_t checksum(const void *data, size_t size);
