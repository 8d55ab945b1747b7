/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "fixture.h"

#include <sys/types.h>

/* A hand-made parent of one vipd-ctl: the descriptors, the tables, the wake-up. No root needed. */
struct parent {
	char dir[64], socket_path[160];
	int channel_fd, listen_fd, wake_fd;
	pid_t pid; /* of vipd-ctl; 0: none */
	struct status_table *shared; /* what vipd-ctl sees */
	size_t shared_size;
	struct fixture fixture; /* what it is made from */
};

/* The directory and the bound socket; then the process. */
void parent_open(struct parent *p);
void parent_start(struct parent *p, const char *vipd_ctl);
/* Ends what is left; fails the test when the process does not end with 0. */
void parent_close(struct parent *p);

/* Sends the tables of this generation, committed, all instances INIT. */
void parent_tables(struct parent *p, uint64_t generation);
/* The same, with another generation in the message. */
void parent_tables_as(struct parent *p, uint64_t generation, uint64_t said);
/* What vipd-vrrp does on a transition. */
void parent_state(struct parent *p, uint32_t instance, enum vrrp_state state);

/* The exit code of the process, or -1 when it does not end within `timeout_ms`. */
int parent_exit_code(pid_t pid, int timeout_ms);

/* Runs a program; its output of both kinds is in `output`. The exit code. */
pid_t run_start(char *const *arguments, int *ret_output_fd);
int run(char *const *arguments, char *output, size_t size);
