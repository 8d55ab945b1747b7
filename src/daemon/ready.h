/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

/* Who waits for the start: the service manager (Type=notify), and the process in the foreground
 * that `vipd` was started as when it goes to the background. */

struct ready {
	int pipe_fd; /* to the process in the foreground; -1: none */
	int64_t watchdog_us; /* the service manager wants to hear of us that often; 0: never */
	struct mono ping_at;
};

void ready_init(struct ready *ready);

/* Goes to the background. In the daemon: returns, ready->pipe_fd is open. In the process that was
 * started: waits for ready_tell() or ready_fail() and ends with what they say. -errno: no fork. */
int ready_background(struct ready *ready);

/* The first configuration is in force. From now on there are signs of life. */
void ready_tell(struct ready *ready, struct mono now);

/* The next sign of life is due. */
struct mono ready_deadline(const struct ready *ready);
void ready_expire(struct ready *ready, struct mono now);

/* It will not be: the process in the foreground ends with this code. The files in the run directory
 * are gone by then, and its lock is free. */
void ready_fail(struct ready *ready, int exit_code);

/* To the service manager only. */
void ready_reloading(void);
void ready_reloaded(void);
void ready_stopping(void);
