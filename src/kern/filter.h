/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <linux/filter.h>

/* The classic BPF programs of the advert sockets, pure. */

/* Instructions of the program for any set of VRIDs. */
#define KERN_FILTER_SIZE 47

enum kern_filter_kind {
	KERN_FILTER_ADVERTS, /* accepts what is for us */
	KERN_FILTER_STRANGERS, /* accepts exactly the rest */
};

void kern_filter_build(enum kern_filter_kind kind, const struct kern_vrids *vrids, uint8_t version,
		       struct sock_filter program[KERN_FILTER_SIZE]);
