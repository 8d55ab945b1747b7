/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node_private.h"

/* A node and the least that a daemon does for it, for the entries whose inputs end in one. What the
 * node wants to be done is looked at, and done with success. */

struct drive {
	const struct image *image;
	struct node *node;
	size_t size; /* of the node's memory */
	struct mono now;
	bool is_stopped;
	uint32_t dumps; /* asked for */
};

#define DRIVE_INSTANCES 5
#define DRIVE_LINKS 2
#define DRIVE_INDEX(link) (10 + (link)) /* of the interface */

/* eth0: vrrp_1 (51, PASS), vrrp_2 (1, nopreempt); eth1: owner (51), broken, vrrp_5 (255, every 3 s,
 * preempt_delay, PASS, no address). The caller's to free. */
struct image *drive_image(void);

void drive_init(struct drive *d, const struct image *image, uint64_t generation, struct mono now);
void drive_fini(struct drive *d);

/* The first dump: all links are there and up, each with an address of its own, 192.168.100.3. */
void drive_tell_host(struct drive *d);
void drive_tell_link(struct drive *d, uint32_t link, bool is_up);

/* Carries out everything that the node wants now, and until it wants nothing. */
void drive_rest(struct drive *d);
/* Time goes on, in turns as a daemon has them, the last one at its end. */
void drive_run(struct drive *d, int64_t us);

/* What must hold at rest. */
void drive_check(const struct drive *d);
