/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Starting the roles and starting them again.
 *
 * A role dies alone: its process group, its ignored signals and its descriptors keep what a
 * terminal or a service manager sends to everybody from ending it before the parent has said what
 * is to be done. It is told what to do only by messages, so a new one is the old one's equal as
 * soon as `started` has sent it the tables. One that keeps dying is started at most once a second.
 *
 * Not here: what is said to a role (reload.c, parent.c), how a new process becomes one
 * (role_exec.c). */
#include "daemon/supervise.h"

#include "base/text.h"
#include "daemon/channel.h"
#include "daemon/role_exec.h"

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The package makes this user; from a checkout it is `nobody`. */
#define SUPERVISE_USER "vipd"
/* Messages of one role handled in one turn. */
#define SUPERVISE_MESSAGES_TURN 64
/* What a dead role may have left in its queue; the kernel's bound is some hundreds. */
#define SUPERVISE_MESSAGES_LEFT 4096

static void on_channel(struct loop_source *source, uint32_t events, struct mono now);
static void on_end(struct child *child, int status, struct mono now);

const char *supervise_name(enum role_kind kind)
{
	switch (kind) {
	case ROLE_KIND_VRRP:
		return "vipd-vrrp";
	case ROLE_KIND_CTL:
		return "vipd-ctl";
	case ROLE_KIND_N_:
		break;
	}
	return "?";
}

void supervise_init(struct supervisor *s, struct loop *loop, struct log *log)
{
	*s = (struct supervisor){ .loop = loop, .log = log, .wake_fd = -1 };
	for (int k = 0; k < ROLE_KIND_N_; k++) {
		struct role *role = &s->roles[k];

		role->supervisor = s;
		role->kind = (enum role_kind)k;
		role->child = CHILD_NONE;
		role->child.loop = loop;
		role->child.ended = on_end;
		role->channel = (struct loop_source){ .fd = -1, .handle = on_channel };
		role->restart_at = MONO_NEVER;
		privilege_user(SUPERVISE_USER, &role->privilege);
		role->privilege.is_network = role->privilege.is_locked = k == ROLE_KIND_VRRP;
		role->delay_us = SUPERVISE_DELAY_US;
		role->listen_fd = -1;
	}
}

static bool has_all(const char *directory)
{
	char path[PATH_MAX];
	struct text t;

	for (int k = 0; k < ROLE_KIND_N_; k++) {
		text_init(&t, path, sizeof(path));
		text_add(&t, "%s/%s", directory, supervise_name((enum role_kind)k));
		if (t.cut || access(path, X_OK) != 0)
			return false;
	}
	return true;
}

int supervise_find(struct supervisor *s)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n > 0) {
		path[n] = '\0';
		text_copy(s->directory, sizeof(s->directory), dirname(path));
		if (has_all(s->directory))
			return 0;
	}
	text_copy(s->directory, sizeof(s->directory), VIPD_LIBEXEC_DIR);
	return has_all(s->directory) ? 0 : -ENOENT;
}

static void close_channel(struct role *role)
{
	if (role->channel.fd < 0)
		return;
	if (role->channel.is_added)
		loop_remove(role->supervisor->loop, &role->channel);
	close(role->channel.fd);
	role->channel.fd = -1;
}

/* Handles what is there, up to `max` messages. */
static void take_messages(struct role *role, int max, struct mono now)
{
	struct supervisor *s = role->supervisor;
	struct role_message m;
	int count;

	while (max-- > 0 && role->channel.fd >= 0) {
		int n = channel_receive(role->channel.fd, &m, NULL, 0, &count);

		if (n == 1) {
			s->message(s->context, role->kind, &m, now);
			continue;
		}
		if (n == -EBADMSG) {
			log_printf(s->log, LOG_LEVEL_ERROR, "%s speaks another language: ended",
				   supervise_name(role->kind));
			child_signal(&role->child, SIGKILL);
		}
		return;
	}
}

static void on_channel(struct loop_source *source, uint32_t events, struct mono now)
{
	struct role *role =
		(struct role *)(void *)((char *)source - offsetof(struct role, channel));

	take_messages(role, SUPERVISE_MESSAGES_TURN, now);
	if (!(events & (EPOLLHUP | EPOLLERR)) || role->channel.fd < 0)
		return;
	/* It closed its end, so it has ended or is about to. What it left is read then. */
	loop_remove(role->supervisor->loop, &role->channel);
	child_signal(&role->child, SIGKILL);
}

static void plan_restart(struct role *role, struct mono now)
{
	if (mono_since(role->started_at, now) >= SUPERVISE_LIVED_US) {
		role->delay_us = SUPERVISE_DELAY_US;
		role->restart_at = now;
		return;
	}
	role->restart_at = mono_add(now, role->delay_us);
	role->delay_us *= 2;
	if (role->delay_us > SUPERVISE_DELAY_MAX_US)
		role->delay_us = SUPERVISE_DELAY_MAX_US;
}

static void on_end(struct child *child, int status, struct mono now)
{
	struct role *role = (struct role *)(void *)((char *)child - offsetof(struct role, child));
	struct supervisor *s = role->supervisor;
	char end[80];

	take_messages(role, SUPERVISE_MESSAGES_LEFT, now);
	close_channel(role);
	s->ended(s->context, role->kind, status, now);
	if (!role->is_wanted)
		return;
	plan_restart(role, now);
	child_end_text(status, end, sizeof(end));
	if (mono_reached(role->restart_at, now))
		log_printf(s->log, LOG_LEVEL_WARNING, "%s (%d) %s, started again",
			   supervise_name(role->kind), (int)role->pid, end);
	else
		log_printf(s->log, LOG_LEVEL_WARNING, "%s (%d) %s, started again in %lld ms",
			   supervise_name(role->kind), (int)role->pid, end,
			   (long long)(mono_since(now, role->restart_at) / 1000));
	supervise_expire(s, now);
}

static int start_process(struct role *role)
{
	struct supervisor *s = role->supervisor;
	int pair[2], e;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
		return -errno;
	e = child_fork(&role->child);
	if (e == 0)
		role_exec(s, role->kind, pair[1]);
	close(pair[1]);
	if (e < 0) {
		close(pair[0]);
		return e;
	}
	role->pid = role->child.pid;
	role->channel.fd = pair[0];
	e = loop_add(s->loop, &role->channel, EPOLLIN);
	if (e < 0) {
		child_abandon(&role->child);
		close_channel(role);
	}
	return e;
}

void supervise_start(struct supervisor *s, enum role_kind kind, struct mono now)
{
	struct role *role = &s->roles[kind];
	int e = start_process(role);

	role->is_wanted = true;
	role->restart_at = MONO_NEVER;
	if (e < 0) {
		log_printf(s->log, LOG_LEVEL_ERROR, "cannot start %s: %s", supervise_name(kind),
			   strerror(-e));
		role->restart_at = mono_add(now, SUPERVISE_DELAY_MAX_US);
		return;
	}
	role->started_at = now;
	role->start_count++;
	s->started(s->context, kind, now);
}

int supervise_send(struct supervisor *s, enum role_kind kind, const struct role_message *m,
		   const int *fds, int fd_count)
{
	const struct role *role = &s->roles[kind];

	return role->channel.fd < 0 ? -EPIPE : channel_send(role->channel.fd, m, fds, fd_count);
}

int supervise_send_patiently(struct supervisor *s, enum role_kind kind,
			     const struct role_message *m, const int *fds, int fd_count,
			     int timeout_ms)
{
	int e;

	while ((e = supervise_send(s, kind, m, fds, fd_count)) == -EAGAIN) {
		struct pollfd p = { .fd = s->roles[kind].channel.fd, .events = POLLOUT };

		if (poll(&p, 1, timeout_ms) <= 0)
			return -EAGAIN;
	}
	return e;
}

void supervise_release(struct supervisor *s, enum role_kind kind)
{
	s->roles[kind].is_wanted = false;
	s->roles[kind].restart_at = MONO_NEVER;
	close_channel(&s->roles[kind]);
}

void supervise_kill(struct supervisor *s, enum role_kind kind)
{
	child_signal(&s->roles[kind].child, SIGKILL);
}

struct mono supervise_deadline(const struct supervisor *s)
{
	struct mono first = MONO_NEVER;

	for (int k = 0; k < ROLE_KIND_N_; k++)
		first = mono_earlier(first, s->roles[k].restart_at);
	return first;
}

void supervise_expire(struct supervisor *s, struct mono now)
{
	for (int k = 0; k < ROLE_KIND_N_; k++) {
		struct role *role = &s->roles[k];

		if (!mono_reached(role->restart_at, now))
			continue;
		role->restart_at = MONO_NEVER;
		supervise_start(s, role->kind, now);
	}
}
