/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "loop/loop.h"

#include <sys/types.h>

/* A process that the parent started, watched through a pidfd: no wait() that could take another's
 * status, no signal sent to a number that has become somebody else's. */
struct child {
	struct loop *loop;
	struct loop_source source; /* the pidfd; fd -1: no process */
	pid_t pid;
	/* It ended; `status` as from waitpid(). The child is already forgotten: it may be started
	 * again in here. */
	void (*ended)(struct child *child, int status, struct mono now);
};

#define CHILD_NONE ((struct child){ .source = { .fd = -1 } })

/* fork() with the pidfd watched in the parent. 0 in the new process, which has default signals and
 * nothing blocked; 1 in the parent; -errno when there is none. The fields `loop` and `ended` are
 * the caller's to set before. */
int child_fork(struct child *child);

static inline bool child_is_running(const struct child *child)
{
	return child->source.fd >= 0;
}

/* Sends a signal, if the process is still there. */
void child_signal(const struct child *child, int signal);

/* Kills it, waits for its end and forgets it; `ended` is not called. */
void child_abandon(struct child *child);

/* For the new process: closes every descriptor from `first` on. */
void child_close_from(unsigned first);

/* For the new process: 0 and 1 are /dev/null, and 2 unless `keep_stderr`. */
void child_null_stdio(bool keep_stderr);

/* "exited with status 3", "ended by signal 9 (Killed)". Returns `buffer`. */
const char *child_end_text(int status, char *buffer, size_t size);
