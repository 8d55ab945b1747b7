/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The new parent's side of the hand-over (the orphan's is vrrp_orphan.c). The orphan gives its
 * three tables and its advert sockets and goes on serving; only when the new vipd-vrrp is there and
 * ready to read is it told to leave, so that the gap is the time of one message. What cannot be
 * taken over is waited for: an orphan of another layout says farewell by itself within ten seconds,
 * and two masters on one host would be worse than the election that follows. */

#include "daemon/handover.h"

#include "base/text.h"
#include "daemon/channel.h"
#include "loop/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* One answer of an orphan; it serves up to a few thousand packets in between. */
#define ANSWER_MS 2000
/* Longer than an orphan serves (LIMIT_ORPHAN_US) with its farewell. */
#define PATIENCE_US (LIMIT_ORPHAN_US + 3 * 1000000)
#define ASK_AGAIN_US 20000

/* 1, 0: nothing in time, or -errno. */
static int receive(int fd, struct role_message *m, int *fds, int max, int *ret_count)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (poll(&p, 1, ANSWER_MS) <= 0)
		return 0;
	return channel_receive(fd, m, fds, max, ret_count);
}

static void close_all(const int *fds, int count)
{
	for (int k = 0; k < count; k++)
		close(fds[k]);
}

/* 1, 0: it does not answer, -errno: not to be taken. */
static int take_tables(struct handover *h, const char **ret_why)
{
	struct role_message m = role_message(ROLE_TAKE);
	int fds[3], count = 0;
	int r = channel_send(h->fd, &m, NULL, 0);

	*ret_why = "it does not speak our language";
	if (r < 0)
		return r;
	r = receive(h->fd, &m, fds, 3, &count);
	if (r <= 0)
		return r;
	if (m.type != ROLE_GIVE || count != 3 || m.generation == 0) {
		close_all(fds, count);
		return -EBADMSG;
	}
	r = tables_take(fds[0], fds[1], fds[2], m.generation, &h->tables, ret_why);
	return r < 0 ? r : 1;
}

static int take_sockets(struct handover *h)
{
	for (;;) {
		struct role_message m;
		int fd, count = 0;
		int r = receive(h->fd, &m, &fd, 1, &count);

		if (r <= 0)
			return r == 0 ? -ETIMEDOUT : r;
		if (m.type == ROLE_GIVE_SOCKETS && m.count == 0 && count == 0)
			return 1;
		if (m.type != ROLE_GIVE_SOCKETS || count != 1 || h->socket_count == LIMIT_LINKS) {
			close_all(&fd, count);
			return -EBADMSG;
		}
		(void)text_copy(h->sockets[h->socket_count].link, LIMIT_LINK_NAME, m.text);
		h->sockets[h->socket_count++].fd = fd;
	}
}

/* The number in the lock file may be somebody else's by now: only a process of that name is
 * ended. */
static void end_stuck(struct rundir *rundir, struct log *log)
{
	pid_t pid = rundir_noted_role(rundir);
	char path[64], name[32] = "";
	FILE *f;

	if (pid <= 0)
		return;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(name, sizeof(name), f) && strcmp(name, "vipd-vrrp\n") == 0) {
		log_printf(log, LOG_LEVEL_WARNING,
			   "vipd-vrrp (%d) of an earlier vipd does not answer: ended", (int)pid);
		kill(pid, SIGKILL);
	}
	fclose(f);
}

static void wait_until_gone(struct rundir *rundir)
{
	int64_t end_us = loop_clock().us + PATIENCE_US;
	int fd;

	while (loop_clock().us < end_us && (fd = rundir_connect(rundir, RUNDIR_HANDOVER)) >= 0) {
		close(fd);
		usleep(ASK_AGAIN_US);
	}
}

static void more_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

int handover_take(struct rundir *rundir, struct log *log, struct handover *ret_handover)
{
	const char *why = "it did not give its sockets";
	struct handover h = { .tables = TABLES_NONE };
	int r;

	ret_handover->fd = -1;
	h.fd = rundir_connect(rundir, RUNDIR_HANDOVER);
	if (h.fd < 0)
		return 0;
	more_files();
	h.sockets = calloc(LIMIT_LINKS, sizeof(*h.sockets));
	r = h.sockets ? take_tables(&h, &why) : -ENOMEM;
	if (r == 1) {
		why = "it did not give its sockets";
		r = take_sockets(&h);
	}
	if (r == 1) {
		*ret_handover = h;
		return 1;
	}
	if (r == 0)
		end_stuck(rundir, log);
	else
		log_printf(log, LOG_LEVEL_WARNING,
			   "vipd-vrrp of an earlier vipd cannot be taken over (%s): waiting until "
			   "it has handed its addresses over", why);
	tables_close(&h.tables);
	handover_close(&h);
	wait_until_gone(rundir);
	return 0;
}

void handover_release(struct handover *h)
{
	struct role_message m = role_message(ROLE_LEAVE);

	(void)channel_send(h->fd, &m, NULL, 0);
}

void handover_close(struct handover *h)
{
	for (uint32_t k = 0; k < h->socket_count; k++)
		close(h->sockets[k].fd);
	free(h->sockets);
	if (h->fd >= 0)
		close(h->fd);
	*h = (struct handover){ .fd = -1 };
}
