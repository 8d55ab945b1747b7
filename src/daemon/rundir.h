/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* The run directory: the lock that makes this vipd the only one there, its sockets, its pid file.
 * Functions return 0 or -errno; why[] then says in words what did not work. */

#define RUNDIR_LOCK "lock"
#define RUNDIR_CONTROL "control.sock"
#define RUNDIR_HANDOVER "handover.sock"
#define RUNDIR_PID "vipd.pid"

/* A group of this name may use the control socket. */
#define RUNDIR_CONTROL_GROUP "vipd"

struct rundir {
	char path[PATH_MAX];
	char pid_path[PATH_MAX];
	int lock_fd; /* each -1 while not there */
	int control_fd; /* listening, SOCK_STREAM */
	int handover_fd; /* listening, SOCK_SEQPACKET */
	bool has_pid_file;
	char why[PATH_MAX + 256];
};

/* Makes the directory if it must, takes the lock. -EBUSY: another vipd has it (why[] names it).
 * `pid_path` NULL: RUNDIR_PID in the directory. */
int rundir_open(struct rundir *r, const char *path, const char *pid_path);

/* Binds both sockets, in place of what an ended vipd left. 1: the control socket is not for its
 * group (why[]). */
int rundir_listen(struct rundir *r);

/* Connects to the socket `name` of packets in it: a descriptor, or -ENOENT, -ECONNREFUSED: nobody
 * there. */
int rundir_connect(struct rundir *r, const char *name);

int rundir_pid_write(struct rundir *r);

/* Remembers the pid of vipd-vrrp beside ours in the lock file, for a vipd that finds it stuck. */
void rundir_note_role(struct rundir *r, pid_t role);
/* What the last vipd remembered, or 0. To be asked before rundir_note_role(). */
pid_t rundir_noted_role(const struct rundir *r);

/* Removes sockets and pid file, gives the lock back. */
void rundir_close(struct rundir *r);
