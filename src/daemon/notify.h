/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/limits.h"
#include "base/list.h"
#include "daemon/child.h"
#include "daemon/log.h"
#include "daemon/script.h"
#include "wire/image.h"

/* Notify scripts: in the order of states, one at a time for each instance
 * (docs/decisions/0004-notify-scripts.md). */

/* A script that still runs when its instance is elsewhere gets this long, then SIGTERM, and SIGKILL
 * after the second time. One that nobody waits for may run as long as it likes. */
#define NOTIFY_PATIENCE_US (10 * 1000000)
#define NOTIFY_KILL_US (1 * 1000000)

struct notify;

/* What runs: the scripts of one state of one instance, one after the other. */
struct notify_job {
	struct notify *notify;
	struct child child;
	struct script scripts[2]; /* notify_<state>, then notify */
	unsigned next; /* index of the next one to start; 2: none */
	bool is_taken, has_row;
	uint32_t row;
	char instance[LIMIT_NAME];
	struct mono kill_at; /* somebody waits for its end: when to push, or never */
	bool was_asked; /* SIGTERM was sent */
};

/* One for each instance of the configuration in force. */
struct notify_row {
	struct list queued; /* in notify.queue: something to run, and nothing running */
	struct notify_job *job; /* running, or NULL */
	bool has_state, has_lower; /* waiting */
	uint8_t state; /* enum image_notify */
	uint8_t priority;
};

struct notify {
	struct loop *loop;
	struct log *log;
	const struct image *image; /* in force; NULL: none yet */
	struct notify_row *rows;
	uint32_t row_count;
	struct list queue;
	unsigned running_count;
	struct notify_job jobs[LIMIT_SCRIPTS];
};

void notify_init(struct notify *n, struct loop *loop, struct log *log);

/* Frees what it has; running scripts go on by themselves. */
void notify_fini(struct notify *n);

/* Another configuration is in force. What waits for an instance goes over to the one of the same
 * name; scripts for deleted instances are started. The old image must still be there; the new one
 * stays the caller's. 0, or -ENOMEM: then nothing changed. */
int notify_configure(struct notify *n, const struct image *image, struct mono now);

/* `state` is NOTIFY_MASTER, _BACKUP, _FAULT or _STOP. */
void notify_state(struct notify *n, uint32_t instance, enum image_notify state, uint8_t priority,
		  struct mono now);

/* An advert of lower priority was heard as MASTER: notify_master_rx_lower_pri. */
void notify_lower_heard(struct notify *n, uint32_t instance, struct mono now);

/* The daemon ends: STOP for every instance. Then notify_is_idle() says when all are done, and
 * notify_hurry() starts what still waits beside what still runs. Returns how many it could not. */
void notify_stop(struct notify *n, struct mono now);
bool notify_is_idle(const struct notify *n);
unsigned notify_hurry(struct notify *n, struct mono now);

struct mono notify_deadline(const struct notify *n);
void notify_expire(struct notify *n, struct mono now);
