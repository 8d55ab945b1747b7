/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

/* Gratuitous ARP (RFC 5227 3, RFC 3768 6.4.2) in keepalived's form: broadcast request, sender and
 * target address the VIP, target hardware address ff:ff:ff:ff:ff:ff. */

#define ARP_FRAME_SIZE 60 /* 42 octets, padded to Ethernet's least length */
#define MAC_SIZE 6
/* Room for a printed one with its NUL. */
#define MAC_TEXT_SIZE 18
/* The longest announcement: a neighbour advertisement with its option. */
#define FRAME_SIZE_MAX 86

/* Prints into `buffer` (MAC_TEXT_SIZE octets) as ip(8) does, and returns it. */
const char *mac_print(const uint8_t mac[MAC_SIZE], char *buffer);

/* Writes the Ethernet frame that announces the IPv4 address `vip` at `mac`. */
void arp_gratuitous_put(const struct addr *vip, const uint8_t mac[MAC_SIZE],
			uint8_t frame[ARP_FRAME_SIZE]);
