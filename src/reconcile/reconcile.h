/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

/* Desired against actual state of one kernel object (an address), pure. Desired state is data;
 * differences become operations; the outcome of an operation comes back, it is never assumed;
 * what somebody else changes is repaired and counted. */

enum reconcile_operation {
	RECONCILE_NOTHING,
	RECONCILE_ADD,
	RECONCILE_REMOVE,
};

struct reconcile {
	bool wanted; /* we serve: it has to be there */
	bool present; /* the kernel has it, as far as we know */
	bool native; /* there by the host's own configuration: never touched (address owner) */
	bool busy; /* an operation was given out, its outcome is awaited */
	bool seen; /* reported since reconcile_resync_begin() */
	bool adopted; /* there, but as another's: to be added once more, in its place */
	bool contradicted; /* busy: the last news say the opposite of what is being done */
	enum reconcile_operation doing; /* busy: this */
	uint8_t failures; /* in a row; stretches the next try */
	int error; /* errno of the last failure, 0: none */
	uint32_t repairs; /* times it was put back after somebody took it away */
	struct mono retry_at; /* no operation before this */
	struct mono repaired_at; /* for the distance between repairs */
};

/* After a failed operation: 10 ms, doubling up to 1 s. Between repairs of what someone keeps
 * taking away: 100 ms (the first is at once). */
#define RECONCILE_RETRY_US 10000
#define RECONCILE_RETRY_MAX_US 1000000
#define RECONCILE_REPAIR_GAP_US 100000

void reconcile_init(struct reconcile *r);

/* We want it there, or not. */
void reconcile_want(struct reconcile *r, bool wanted);

/* It is to be on another interface now: what failed on the one before is no reason to wait. */
void reconcile_renewed(struct reconcile *r);

/* It was another daemon's, and is ours from now on: while it is wanted it is to be added in the
 * place of what is there, which gives it our mark. */
void reconcile_adopt(struct reconcile *r);

/* There is nothing to do about it. */
bool reconcile_is_settled(const struct reconcile *r);

/* What to do at `now`, given out at most once until reconcile_done(). */
enum reconcile_operation reconcile_next(struct reconcile *r, struct mono now);

/* The outcome: errno of the kernel, 0: done. EEXIST on adding and EADDRNOTAVAIL, ENODEV on
 * removing are done, too: the world is as we want it. Returns true when it came into service. */
bool reconcile_done(struct reconcile *r, enum reconcile_operation operation, int error,
		    struct mono now);

/* The kernel's news: it is there, or gone, by somebody else's doing. Returns true when this calls
 * for a repair (it is wanted and was there until now). */
bool reconcile_news(struct reconcile *r, bool present, struct mono now);

/* A full dump begins; what it does not mention by reconcile_resync_end() is gone (returns true
 * when that calls for a repair). */
void reconcile_resync_begin(struct reconcile *r);
bool reconcile_resync_end(struct reconcile *r, struct mono now);
