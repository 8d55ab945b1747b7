/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new parent's ear for the orphan of an old one (handover.c). It takes all or nothing, in bounded
 * time: either the tables of one generation and sockets with names of links, or not a descriptor.
 * The orphan has said everything before it is asked. */
#include "fuzz_role.h"

#include "base/check.h"
#include "daemon/handover.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES_MOST 12

static int orphan_fd;

/* -- the run directory -- */

int rundir_connect(struct rundir *rundir, const char *name)
{
	int fd = orphan_fd;

	orphan_fd = -1;
	return fd;
}

pid_t rundir_noted_role(const struct rundir *rundir)
{
	return 0;
}

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return __real_poll(fds, count, 0);
}

/* -- the orphan -- */

static void give(struct decisions *d, int fd)
{
	struct role_message m = role_message(ROLE_GIVE);
	struct tables tables = TABLES_NONE;
	const char *why;
	int fds[3];

	m.generation = decide_below(d, 8);
	if (tables_make(role_image(d), 5, &tables, &why) != 0)
		return;
	memcpy(fds, (int[3]){ tables.image_fd, tables.status_fd, tables.keep_fd }, sizeof(fds));
	if (decide_below(d, 8) == 1)
		fds[decide_below(d, 3)] = fds[decide_below(d, 3)];
	role_send(fd, &m, sizeof(m), fds, decide_below(d, 8) == 1 ? (int)decide_below(d, 4) : 3);
	tables_close(&tables);
}

static void give_more(struct decisions *d, int fd)
{
	const int fds[2] = { fd, fd };
	enum role_message_type type = decide_below(d, 4) ? ROLE_GIVE_SOCKETS : ROLE_GIVE;
	struct role_message m;

	role_message_make(d, type, &m);
	m.count = (uint32_t)decide_below(d, 8) > 0;
	role_send(fd, &m, sizeof(m), fds, decide_below(d, 8) == 1 ? 2 : m.count ? 1 : 0);
}

void role_to_heir(struct decisions *d)
{
	struct log log = { .console_fd = -1, .syslog_fd = -1,
			   .options = { .syslog_path = "/nowhere" } };
	struct rundir rundir = { 0 };
	struct handover h = { 0 };
	int pair[2], r;

	role_pair(pair);
	if (decide_below(d, 8))
		give(d, pair[1]);
	for (int k = 0; k < MESSAGES_MOST && d->at < d->size; k++)
		give_more(d, pair[1]);
	orphan_fd = pair[0];
	r = handover_take(&rundir, &log, &h);
	check(r == 0 || r == 1);
	check((r == 1) == (h.fd >= 0));
	if (r == 1) {
		check(h.tables.image && h.tables.generation);
		check(h.tables.status->instance_count == h.tables.image->instance_count);
		for (uint32_t k = 0; k < h.socket_count; k++)
			check(h.sockets[k].fd >= 0 &&
			      memchr(h.sockets[k].link, '\0', LIMIT_LINK_NAME) != NULL);
		tables_close(&h.tables);
		handover_release(&h);
		handover_close(&h);
	}
	close(pair[1]);
}
