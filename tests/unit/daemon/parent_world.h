/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whole vipds as processes of a test. Each function asserts that it works, and waits no longer than
 * it must. */

#define INSTANCE(name, vrid) \
	"vrrp_instance " name " {\n    interface v0\n    virtual_router_id " #vrid "\n" \
	"    virtual_ipaddress {\n        192.0.2." #vrid "/24\n    }\n}\n"

/* Where vipd and its roles are, and the run directory of all that follows. */
void world_begin(const char *vipd);

/* Starts it with these options beside --run-dir, its output in the file "out". Returns its pid. */
pid_t world_start(const char *options);
/* The exit code of a child, or minus the signal. */
int world_end(pid_t pid);
/* Both. */
int world_run(const char *options);

/* "out" as it is now, and until it contains this `count` times. */
const char *world_output(void);
void world_wait(const char *text, int count);

/* The daemon in the run directory, from its pid file; 0: none. */
pid_t world_daemon(void);
/* Ends when the process, which need not be a child, is gone. */
void world_wait_gone(pid_t pid);
/* The pid of the youngest child of `parent` with this name, 0: none. */
pid_t world_child(pid_t parent, const char *name);
/* … as soon as there is one: a role has its name only from its exec on. */
pid_t world_wait_child(pid_t parent, const char *name);
/* Zombies among the children of `parent`. */
int world_zombies(pid_t parent);

/* Teardown: after a test that failed nothing runs any more. */
int world_clear(void **state);

/* True when only the lock is in the run directory. */
bool world_is_tidy(void);
