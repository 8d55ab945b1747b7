/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What will happen, by time; of one time in the order in which it was put in. That order is a part
 * of what a seed means, so it does not depend on how the heap moves things. */

enum sim_event_kind {
	SIM_EVENT_FRAME, /* arrives at a port */
	SIM_EVENT_FAULT, /* index into the faults */
	SIM_EVENT_START, /* a role or a daemon is started */
	SIM_EVENT_SETTLE, /* an address of IPv6 is nobody else's; index: of the link */
	SIM_EVENT_DOUBT, /* a client may give up its neighbour entry; index: of the VIP */
	SIM_EVENT_PORT, /* a slow port opens; index: of the host's link */
	SIM_EVENT_CHATTER, /* a client broadcasts something; index: of the host's link */
	SIM_EVENT_AGED, /* a switch may forget where a MAC was */
};

struct sim_event {
	int64_t at_us; /* of the world's time */
	uint64_t sequence;
	enum sim_event_kind kind;
	uint32_t lan, port; /* FRAME */
	uint32_t host; /* START, SETTLE, PORT, CHATTER */
	/* FAULT, SETTLE, DOUBT, PORT, CHATTER; START: the life of the host that it belongs to */
	uint32_t index;
	size_t size;
	uint8_t data[]; /* FRAME */
};

struct sim_queue {
	struct sim_event **heap;
	size_t count, room;
	uint64_t sequence;
};

/* Puts in a copy; `data` may be NULL. */
void sim_queue_add(struct sim_queue *q, const struct sim_event *event, const void *data,
		   size_t size);
/* INT64_MAX: nothing is in it. */
int64_t sim_queue_time(const struct sim_queue *q);
/* The first one, the caller's to free(). */
struct sim_event *sim_queue_take(struct sim_queue *q);
void sim_queue_fini(struct sim_queue *q);
