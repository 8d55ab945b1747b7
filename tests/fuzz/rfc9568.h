/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A second, independent reading of what a router of version 3 takes: from the text of RFC 9568 and
 * from docs/conformance.md, sharing nothing with ours but the names of the causes. */

struct rfc9568_router {
	bool is_ipv6;
	uint8_t vrid;
	const uint8_t *source; /* 4 or 16 octets */
	const uint8_t *addresses; /* address_count times as many */
	size_t address_count;
	bool is_running; /* BACKUP or MASTER */
};

/* Are these octets a whole packet of the router's family? Nothing below may be asked about
 * others. */
bool rfc9568_is_whole(const struct rfc9568_router *r, const uint8_t *packet, size_t size);

/* Why it is not taken: the first row of the table that refuses it. */
enum vrrp_drop rfc9568_judge(const struct rfc9568_router *r, const uint8_t *packet);

/* The VRRP message, and its size by the IP header. */
const uint8_t *rfc9568_message(const struct rfc9568_router *r, const uint8_t *packet,
			       size_t *ret_size);

/* Every row decided something since the start, and something was taken; else the name of the first
 * row that did not. */
const char *rfc9568_untried(void);
