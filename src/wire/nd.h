/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/arp.h"

#include <stddef.h>
#include <stdint.h>

/* Unsolicited neighbour advertisements (RFC 4861 4.4, 7.2.6): what gratuitous ARP is to IPv4. To
 * all nodes (ff02::1), from the address that is announced, with the flags R and O and the target's
 * link-layer address. R is set as RFC 9568 6.4.2 has it: hosts that have us as a router would
 * take us from their list without it. */

#define ND_FRAME_SIZE 86

/* Writes the Ethernet frame that announces the IPv6 address `vip` at `mac`. */
void nd_unsolicited_put(const struct addr *vip, const uint8_t mac[MAC_SIZE],
			uint8_t frame[ND_FRAME_SIZE]);
