/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

/* The Internet checksum (RFC 1071) over `size` octets, as the number to put in network order.
 * Over data that contains its own right checksum the result is 0. */
uint16_t checksum(const void *data, size_t size);

/* The same with the pseudo-header before it: IPv6 (RFC 8200 8.1), IPv4 (RFC 793 3.1). Both
 * addresses are of one family. */
uint16_t checksum_pseudo(const struct addr *source, const struct addr *destination,
			 uint8_t protocol, const void *data, size_t size);
