/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"
#include "kern/rtnl_build.h"
#include "kern/rtnl_parse.h"

/* Commands remembered until their news come back. Between two readings of the news lie a few
 * batches at most; what is forgotten is taken for somebody else's change, which heals itself. */
#define COMMANDS 4096

struct command {
	uint32_t sequence;
	uint32_t ifindex;
	struct prefix prefix;
	bool add;
};

/* What IPv6 addresses are expected to be told of, by the hash of link and address. */
#define ECHOES 4096

struct echo {
	uint32_t ifindex; /* 0: a free place */
	struct prefix prefix;
	uint32_t adds, removals; /* done by us and not yet told */
	bool is_there; /* the last of them was an add */
};

enum dump_phase {
	DUMP_IDLE,
	DUMP_LINKS,
	DUMP_ADDRESSES,
};

/* The kernel puts at most 32 KiB of a dump into one datagram; a link with many virtual functions
 * alone can need more than a page. */
#define NEWS_BUFFER_SIZE 65536

struct kern_netlink {
	int news_fd, command_fd;
	uint32_t news_port, command_port;
	uint32_t sequence; /* of the last request, on either socket */
	uint32_t malformed_count;
	int failure; /* -errno to be returned by the next read */

	enum dump_phase phase;
	uint32_t dump_sequence;
	uint32_t dump_tries; /* since the last consistent one */
	bool is_interrupted; /* the kernel's lists changed under this dump */
	bool is_again; /* asked for once more while running */
	bool is_begun; /* DUMP_BEGIN was not yet said */

	struct rtnl_cursor cursor; /* into `buffer`: what was received and not yet read */
	_Alignas(8) uint8_t buffer[NEWS_BUFFER_SIZE];
	_Alignas(8) uint8_t requests[LIMIT_ADDRESS_BATCH * RTNL_REQUEST_SIZE];
	struct command commands[COMMANDS]; /* by sequence */
	struct echo echoes[ECHOES];
};

/* address.c: is this the echo of what we did to an IPv6 address? It is expected once. */
bool echo_take(struct kern_netlink *n, const struct kern_news *news);
