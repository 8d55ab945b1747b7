/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/limits.h"
#include "daemon/log.h"
#include "daemon/rundir.h"
#include "daemon/tables.h"

/* Taking over from a vipd-vrrp whose parent is gone. At start only, before there are roles: it may
 * wait, for a bounded time. */

struct handover_socket {
	char link[LIMIT_LINK_NAME];
	int fd;
};

struct handover {
	int fd; /* to the orphan; -1: there is none */
	struct tables tables;
	uint32_t socket_count;
	struct handover_socket *sockets; /* LIMIT_LINKS, allocated */
};

/* Asks an orphan for what it has. 1: all of it is here, and the orphan waits for
 * handover_release(). 0: there is none, or none any more (one of another layout is waited for until
 * it has handed its addresses over; one that does not answer is ended). */
int handover_take(struct rundir *rundir, struct log *log, struct handover *ret_handover);

/* The orphan ends now, touching nothing. */
void handover_release(struct handover *handover);

/* Closes sockets and connection; the tables were moved away before. */
void handover_close(struct handover *handover);
