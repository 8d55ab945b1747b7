/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <linux/filter.h>

/* The classic BPF programs of the advert sockets, pure. */

/* Instructions of the longest program. */
#define KERN_FILTER_SIZE 56

enum kern_filter_kind {
	KERN_FILTER_ADVERTS, /* accepts what is for us */
	KERN_FILTER_STRANGERS, /* accepts exactly the rest */
	KERN_FILTER_AH, /* accepts what is for us behind an Authentication Header; IPv4 */
};

/* Returns the number of instructions, which depends on the family and the kind alone. */
int kern_filter_build(enum kern_filter_kind kind, const struct kern_port *port,
		      struct sock_filter program[KERN_FILTER_SIZE]);
