/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/handover.h"
#include "daemon/load.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/ready.h"
#include "daemon/rundir.h"
#include "daemon/supervise.h"
#include "daemon/tables.h"
#include "loop/loop.h"

/* The parent as a whole.
 *
 * main.c        command line, -t, background, the loop
 * init.c        process 1 of a container, when vipd is that
 * parent.c      start, what the roles say, signals
 * place.c       which of several daemons: the run directory
 * neighbour.c   another one beside this
 * network.c     the network namespace
 * succession.c  in place of another daemon
 * reload.c      configurations: read, judged, given to vipd-vrrp, in force
 * stop.c        the orderly end */

enum parent_stop {
	PARENT_RUNS,
	PARENT_STOPS_VRRP, /* vipd-vrrp says farewell */
	PARENT_STOPS_SCRIPTS, /* notify_stop scripts run */
	PARENT_STOPPED,
};

struct succession {
	struct loop_source source; /* to vipctl, which ends the other daemon; fd -1: nobody does */
	bool is_asked;
	int64_t alive_us; /* the last that is known of it; 0: there was none */
};

struct parent {
	const struct options *options;
	struct log log;
	struct loop loop;
	struct loop_source signals;
	struct rundir rundir;
	struct supervisor supervisor;
	struct notify notify;
	struct load load;
	struct ready ready;
	struct handover handover;
	struct succession succession;
	struct tables current; /* in force */
	struct tables next; /* given to vipd-vrrp, not yet in force */
	pid_t former_role; /* vipd-vrrp of the vipd before this one; 0: not known */
	pid_t neighbour; /* vipd-vrrp of another one that works beside this; 0: there is none */
	uint64_t generation; /* the last number given */
	bool has_network; /* of the first configuration; it is left by a restart only */
	char network[LIMIT_NETWORK_NAME]; /* its name; empty: where vipd was started */
	bool has_place; /* the same for what the run directory is called after */
	char place[RUN_DIR_SUFFIX_SIZE]; /* run_dir_suffix() */
	bool is_ready; /* told */
	bool reload_wanted; /* asked for while another one was under way */
	bool skip_same; /* the configuration being read is only applied when it differs */
	bool vrrp_stopped; /* it said its farewell is over */
	enum parent_stop stop;
	struct mono stop_at; /* the end of patience in this stage */
	int exit_code;
};

/* keepalived's (KEEPALIVED_EXIT_…). */
#define PARENT_EXIT_FATAL 1
#define PARENT_EXIT_CONFIG 2
#define PARENT_EXIT_PERMISSION 4
#define PARENT_EXIT_CANNOT_RUN 4 /* of -t */
#define PARENT_EXIT_NO_FILE 6

/* parent.c: everything up to the first configuration under way. 0, or the exit code. */
int parent_start(struct parent *p);
void parent_close(struct parent *p);
struct mono parent_deadline(const struct parent *p);
void parent_expire(struct parent *p, struct mono now);
/* Ends before it ever served. */
void parent_fail(struct parent *p, int exit_code);

/* place.c: the run directory of this daemon; where none was given the configuration is read for it,
 * which takes as long as that. 0, or -errno. */
int place_find(struct parent *p, char ret_run_dir[PATH_MAX]);
/* With each configuration. -EXDEV: it names another daemon, which takes a restart. */
int place_keep(struct parent *p, const struct image *image);
/* The next configuration says it. */
void place_forget(struct parent *p);

/* neighbour.c: looks for one, in the network namespace that we work in. */
void neighbour_find(struct parent *p);

/* network.c: with the first configuration, before the first role. -EXDEV: another namespace than
 * the one that it works in, which takes a restart; other -errno: it cannot be entered. */
int network_join(struct parent *p, const struct image *image);

/* succession.c */
void succession_open(struct parent *p);
/* Nothing is put in force before the other daemon has ended. */
bool succession_is_pending(const struct parent *p);
/* vipd-vrrp runs: the other one may end. */
void succession_ask(struct parent *p);
void succession_close(struct parent *p);

/* reload.c */
void reload_init(struct parent *p);
void reload_begin(struct parent *p, struct mono now);
void reload_committed(struct parent *p, uint64_t generation, struct mono now);
void reload_rejected(struct parent *p, const struct role_message *m, struct mono now);
/* vipd-vrrp was started (again): it gets what is to be put in force, else what is. */
void reload_give(struct parent *p);
/* vipd-ctl gets what is in force, if anything is and if it runs. */
void reload_give_ctl(struct parent *p);
/* It ended while it had another configuration to put in force. */
void reload_lost(struct parent *p, struct mono now);

/* stop.c */
void stop_begin(struct parent *p, struct mono now);
void stop_vrrp_ended(struct parent *p, struct mono now);
void stop_advance(struct parent *p, struct mono now);
