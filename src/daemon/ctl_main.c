/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipd-ctl: answers at the control socket from shared memory.
 *
 *   vipd-ctl RUN_DIR      descriptors: daemon/role_fds.h
 *
 * Started by the parent, which bound the socket; runs without any privilege, opens nothing by name
 * after its start and changes nothing. What it knows are two blocks of memory that the parent sends
 * (ROLE_TABLES, again after every reload) and an eventfd that says "look again". It ends when the
 * parent's end of the channel is gone. Signals that a terminal or a service manager gives to the
 * whole group are left to the parent, so that status is there until the end. Everything that goes
 * wrong beyond one client ends the process: the parent starts another, and nothing moves. */
#include "daemon/channel.h"
#include "daemon/ctl_server.h"
#include "daemon/ctl_tables.h"
#include "daemon/role_fds.h"
#include "daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/utsname.h>
#include <unistd.h>

struct ctl_role {
	struct loop loop;
	struct loop_source channel, wake;
	struct ctl_tables tables;
	struct ctl_view view;
	struct utsname host;
	bool is_ended; /* the parent is gone */
	struct ctl_server server;
};

/* Static: the places for clients are large, and cost nothing until somebody sits in them. */
static struct ctl_role role;

static void complain(const char *what, int error)
{
	char line[128];
	int n = snprintf(line, sizeof(line), "vipd-ctl: %s: %s\n", what, strerrordesc_np(-error));

	/* Nothing can be done if that fails too. */
	(void)!write(STDERR_FILENO, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

__attribute__((noreturn)) static void die(const char *what, int error)
{
	complain(what, error);
	_exit(EXIT_FAILURE);
}

/* For JSON: a document with members missing would be a lie, so without memory there is none. */
static void *allocate(size_t size)
{
	void *block = malloc(size);

	if (!block && size)
		die("memory", -ENOMEM);
	return block;
}

static void take_tables(struct ctl_role *r, const struct role_message *m, const int *fds,
			int fd_count, struct mono now)
{
	struct ctl_tables tables;
	int error = -EBADMSG;

	if (m->type == ROLE_TABLES && fd_count == 2)
		error = ctl_tables_map(fds[0], fds[1], m->generation, &tables);
	for (int i = 0; i < fd_count; i++)
		close(fds[i]);
	if (error)
		die("tables from the parent", error);
	ctl_tables_unmap(&r->tables);
	r->tables = tables;
	r->view.image = tables.image;
	r->view.table = tables.table;
	ctl_server_changed(&r->server, now);
}

static void handle_channel(struct loop_source *source, uint32_t events, struct mono now)
{
	struct role_message m;
	int fds[2], fd_count, n;

	while ((n = channel_receive(source->fd, &m, fds, 2, &fd_count)) == 1)
		take_tables(&role, &m, fds, fd_count, now);
	if (n == -EPIPE)
		role.is_ended = true;
	else if (n < 0)
		die("channel", n);
}

static void handle_wake(struct loop_source *source, uint32_t events, struct mono now)
{
	uint64_t count;
	ssize_t n = read(source->fd, &count, sizeof(count));

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		die("wake-up", -errno);
	ctl_server_changed(&role.server, now);
}

static void check_descriptors(void)
{
	static const int inherited[] = { ROLE_FD_CHANNEL, ROLE_FD_CTL_LISTEN, ROLE_FD_CTL_WAKE };

	for (size_t i = 0; i < sizeof(inherited) / sizeof(inherited[0]); i++) {
		int flags = fcntl(inherited[i], F_GETFL);

		/* None of them may ever make us sleep. */
		if (flags < 0 || fcntl(inherited[i], F_SETFL, flags | O_NONBLOCK))
			die("started by hand? The parent gives descriptors 3 to 5", -errno);
	}
}

static void ignore_signals(void)
{
	static const int ignored[] = { SIGHUP,	SIGINT,	 SIGQUIT, SIGTERM,
				       SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	/* The parent may have blocked some for its own reading. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void open_all(struct ctl_role *r, const char *run_dir)
{
	int error;

	json_set_alloc_funcs(allocate, free);
	/* Reads the random device, which the sandbox will not allow. */
	json_object_seed(0);
	uname(&r->host);
	r->view = (struct ctl_view){ .host = r->host.nodename, .run_dir = run_dir };
	error = loop_open(&r->loop);
	if (error)
		die("event loop", error);
	error = ctl_server_open(&r->server, &r->loop, ROLE_FD_CTL_LISTEN, &r->view);
	if (error)
		die("control socket", error);
	r->channel = (struct loop_source){ .fd = ROLE_FD_CHANNEL, .handle = handle_channel };
	r->wake = (struct loop_source){ .fd = ROLE_FD_CTL_WAKE, .handle = handle_wake };
	error = loop_add(&r->loop, &r->channel, EPOLLIN);
	if (!error)
		error = loop_add(&r->loop, &r->wake, EPOLLIN);
	if (error)
		die("descriptors", error);
}

int main(int argc, char **argv)
{
	int error;

	if (argc != 2) {
		complain("vipd starts this program; vipctl asks it", -EINVAL);
		return 2;
	}
	check_descriptors();
	ignore_signals();
	open_all(&role, argv[1]);
	error = sandbox_enter_ctl();
	if (error)
		die("sandbox", error < 0 ? error : -EPERM);
	while (!role.is_ended) {
		error = loop_turn(&role.loop, ctl_server_deadline(&role.server));
		if (error)
			die("event loop", error);
		ctl_server_tick(&role.server, role.loop.now);
	}
	ctl_server_close(&role.server);
	ctl_tables_unmap(&role.tables);
	loop_close(&role.loop);
	return 0;
}
