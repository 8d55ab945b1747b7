/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <stddef.h>
#include <stdint.h>

/* Requests to rtnetlink. Pure over the buffer. */

/* Room for any one request: headers 24; with IPv4 local, peer and broadcast 8 each, label 20; with
 * IPv6 local and peer 20 each, lifetimes 20; flags and protocol 8 each. */
#define RTNL_REQUEST_SIZE 128

/* Asks for a dump of `type` (RTM_GETLINK, RTM_GETADDR: of every family). Returns the octets
 * written. */
size_t rtnl_build_dump(uint8_t buffer[RTNL_REQUEST_SIZE], uint16_t type, uint32_t sequence);

/* Adds or removes `address`, with an acknowledgement. Returns the octets written. Its
 * addresses are of one family with a length that this has, its label is terminated. */
size_t rtnl_build_address(uint8_t buffer[RTNL_REQUEST_SIZE], const struct kern_address *address,
			  uint32_t sequence);
