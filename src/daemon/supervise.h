/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/child.h"
#include "daemon/log.h"
#include "daemon/privilege.h"
#include "wire/role.h"

#include <limits.h>
#include <stdbool.h>

/* The roles as processes: started with what they need and nothing else, watched, started again. */

enum role_kind {
	ROLE_KIND_VRRP,
	ROLE_KIND_CTL,
	ROLE_KIND_N_,
};

/* A role that lived this long is started again at once, else after a delay that doubles. */
#define SUPERVISE_LIVED_US 100000
#define SUPERVISE_DELAY_US 10000
#define SUPERVISE_DELAY_MAX_US 1000000

struct supervisor;

struct role {
	struct supervisor *supervisor;
	enum role_kind kind;
	struct child child;
	pid_t pid; /* the last one started, also when it has ended */
	struct loop_source channel;
	bool is_wanted; /* started again when it ends */
	struct mono started_at, restart_at;
	int64_t delay_us;
	unsigned start_count;
	struct privilege privilege;
	int listen_fd; /* what it is given as descriptor 4; the owner's */
};

struct supervisor {
	struct loop *loop;
	struct log *log;
	void *context;
	/* It runs and waits for messages. */
	void (*started)(void *context, enum role_kind kind, struct mono now);
	void (*message)(void *context, enum role_kind kind, const struct role_message *m,
			struct mono now);
	/* It ended; whether it is started again stands in is_wanted when this returns. */
	void (*ended)(void *context, enum role_kind kind, int status, struct mono now);

	const char *run_dir;
	bool keep_stderr;
	int wake_fd;
	char directory[PATH_MAX]; /* where the executables are */
	struct role roles[ROLE_KIND_N_];
};

const char *supervise_name(enum role_kind kind);

/* The owner then fills in the callbacks, run_dir, wake_fd and the roles' listen_fd. */
void supervise_init(struct supervisor *s, struct loop *loop, struct log *log);

/* Finds the executables: beside our own, else in the package's directory. 0 or -ENOENT. */
int supervise_find(struct supervisor *s);

void supervise_start(struct supervisor *s, enum role_kind kind, struct mono now);

static inline bool supervise_is_running(const struct supervisor *s, enum role_kind kind)
{
	return child_is_running(&s->roles[kind].child);
}

/* As channel_send(); -EPIPE when it does not run. */
int supervise_send(struct supervisor *s, enum role_kind kind, const struct role_message *m,
		   const int *fds, int fd_count);

/* Waits up to `timeout_ms` for room in the queue. Only for a role that was just started and has
 * nothing to do but read. */
int supervise_send_patiently(struct supervisor *s, enum role_kind kind,
			     const struct role_message *m, const int *fds, int fd_count,
			     int timeout_ms);

/* Closes its channel and does not start it again: vipd-ctl then ends. */
void supervise_release(struct supervisor *s, enum role_kind kind);
void supervise_kill(struct supervisor *s, enum role_kind kind);

struct mono supervise_deadline(const struct supervisor *s);
void supervise_expire(struct supervisor *s, struct mono now);
