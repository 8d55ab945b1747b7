/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Who waits for the start: the service manager (Type=notify), and the process in the foreground
 * that `vipd` was started as when it goes to the background. */

struct ready {
	int pipe_fd; /* to the process in the foreground; -1: none */
};

/* Goes to the background. In the daemon: returns, ready->pipe_fd is open. In the process that was
 * started: waits for ready_tell() or ready_fail() and ends with what they say. -errno: no fork. */
int ready_background(struct ready *ready);

/* The first configuration is in force. */
void ready_tell(struct ready *ready);

/* It will not be: the process in the foreground ends with this code. The files in the run directory
 * are gone by then, and its lock is free. */
void ready_fail(struct ready *ready, int exit_code);

/* To the service manager only. */
void ready_reloading(void);
void ready_reloaded(void);
void ready_stopping(void);
