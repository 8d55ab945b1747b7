/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <stddef.h>
#include <stdint.h>

/* Requests to rtnetlink. Pure over the buffer. */

/* Room for any one request: headers 24, local, peer, broadcast 8 each, label 20, protocol 8. */
#define RTNL_REQUEST_SIZE 128

/* Asks for a dump of `type` (RTM_GETLINK, RTM_GETADDR: IPv4). Returns the octets written. */
size_t rtnl_build_dump(uint8_t buffer[RTNL_REQUEST_SIZE], uint16_t type, uint32_t sequence);

/* Adds or removes `address`, with an acknowledgement. Returns the octets written. The address is
 * IPv4 with a length up to 32, its label is terminated. */
size_t rtnl_build_address(uint8_t buffer[RTNL_REQUEST_SIZE], const struct kern_address *address,
			  uint32_t sequence);
