/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"
#include "wire/names.h"

#include <stddef.h>

/* What a packet is to a router by 7.1 of RFC 3768 (version 2) and RFC 9568 (version 3), read from
 * its octets a second time. */
struct sim_verdict {
	enum vrrp_drop drop; /* NONE: it is taken */
	uint8_t priority; /* NONE: of the sender */
	struct addr source;
	int64_t interval_us;
	bool list_differs;
	bool is_foreign; /* nothing of its list is ours */
	bool interval_differs;
	bool has_other_checksum; /* good, but not of the form that we send */
};

/* Who sent it. */
struct addr sim_judge_source(const uint8_t *packet);

/* The unicast peer of this address, or NULL. */
const struct image_peer *sim_judge_peer(const struct image *image, const struct image_instance *i,
					const struct addr *addr);

/* `packet` has a whole header of the instance's family; `own`: the router's address. What a router
 * remembers is not looked at. */
struct sim_verdict sim_judge(const struct image *image, const struct image_instance *i,
			     const struct addr *own, const uint8_t *packet, size_t size);
