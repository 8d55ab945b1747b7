/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A second, independent reading of what a router takes: from the text of the RFCs and from
 * docs/conformance.md, sharing nothing with ours but the names of the causes. */

struct rfc3768_router {
	uint8_t vrid, priority, auth_type, interval_s;
	const uint8_t *auth_data; /* eight octets */
	uint8_t source[4];
	const struct addr *addresses; /* of the router's list; NULL: not known here */
	size_t address_count;
	bool is_running; /* BACKUP or MASTER */
};

/* Are these octets a whole IPv4 packet (RFC 791), with an Authentication Header for VRRP or none?
 * Nothing below may be asked about others. */
bool rfc3768_is_whole(const uint8_t *packet, size_t size);

/* Where VRRP begins in it, and how long it is. */
const uint8_t *rfc3768_message(const uint8_t *packet, size_t *ret_size);

/* Why it is not taken: the first row of the table that refuses it. */
enum vrrp_drop rfc3768_judge(const struct rfc3768_router *r, const uint8_t *packet);

/* Would the letter of the RFC take it? */
bool rfc3768_takes(const struct rfc3768_router *r, const uint8_t *packet);

/* The row on which our decision and the RFC's part: its text, or NULL where they agree. */
const char *rfc3768_deviation(const struct rfc3768_router *r, const uint8_t *packet);

/* Every row decided something since the start, and something was taken; else the name of the first
 * row that did not. */
const char *rfc3768_untried(void);
