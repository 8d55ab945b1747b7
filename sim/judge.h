/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"
#include "wire/names.h"

#include <stddef.h>

/* What a packet is to a router by RFC 3768 7.1, read from its octets a second time. */
struct sim_verdict {
	enum vrrp_drop drop; /* NONE: it is taken */
	uint8_t priority; /* NONE: of the sender */
	struct addr source;
	bool list_differs;
	bool is_foreign; /* nothing of its list is ours */
};

/* `packet` is an IPv4 packet with a header of 20 octets at least; `own`: the router's address. What
 * a router remembers is not looked at. */
struct sim_verdict sim_judge(const struct image *image, const struct image_instance *i,
			     const struct addr *own, const uint8_t *packet, size_t size);
