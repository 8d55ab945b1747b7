/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Of the entry `netlink` and its mutator: what the sockets are told to be. */
#define NEWS_PORT 1000
#define COMMAND_PORT 1001

/* A message of this type, which no reader knows, ends a datagram; its flags say what comes next. */
#define MARK_TYPE 4
enum mark {
	MARK_NEXT, /* the next datagram */
	MARK_OVERRUN, /* ENOBUFS */
	MARK_CUT, /* the next one did not fit the buffer */
	MARK_FOREIGN, /* the next one comes from a process */
	MARK_PAUSE, /* nothing for a while */
	MARK_N_,
};
