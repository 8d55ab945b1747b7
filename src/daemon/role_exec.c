/* SPDX-License-Identifier: GPL-2.0-or-later */

/* From a fork of the parent to a role: everything that needs root before exec.
 *
 * A role starts with the descriptors of daemon/role_fds.h and no others, as a user who owns
 * nothing (where the parent may change users), with the few variables that a sanitizer's build
 * reads. The executable is opened before the privilege is given up: a checkout may lie in a
 * directory that the role's user cannot enter.
 *
 * Not here: which user and which capabilities (privilege.c); what a role then forbids itself
 * (sandbox.c). */
#include "daemon/role_exec.h"

#include "base/text.h"
#include "daemon/role_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROLE_EXIT_EXEC 127
#define ROLE_FD_FIRST ROLE_FD_CHANNEL
#define ROLE_FD_COUNT 3
/* Where descriptors wait for their place. */
#define ROLE_FD_ASIDE 16

__attribute__((noreturn)) static void give_up(const struct supervisor *s, enum role_kind kind,
					      const char *what)
{
	char line[256];
	struct text t;

	text_init(&t, line, sizeof(line));
	text_add(&t, "vipd: cannot start %s: %s: %s\n", supervise_name(kind), what,
		 strerror(errno));
	/* Standard error is /dev/null where nobody looks at it. */
	(void)!write(STDERR_FILENO, line, t.length);
	_exit(ROLE_EXIT_EXEC);
}

/* 3, 4 and 5 as role_fds.h says; all roles have the same order. */
static bool place_descriptors(const struct supervisor *s, enum role_kind kind, int channel)
{
	int fds[ROLE_FD_COUNT] = { channel, s->roles[kind].listen_fd, s->wake_fd };

	for (int i = 0; i < ROLE_FD_COUNT; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, ROLE_FD_ASIDE);
		if (fds[i] < 0)
			return false;
	}
	for (int i = 0; i < ROLE_FD_COUNT; i++)
		if (dup2(fds[i], ROLE_FD_FIRST + i) < 0)
			return false;
	return true;
}

/* What reaches everybody in a terminal or a service is the parent's to act on: it tells the roles
 * in its own order. An ignored signal stays ignored over exec. */
static void ignore_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE,
				       SIGUSR1, SIGUSR2, SIGTSTP };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	setpgid(0, 0);
}

static void add_variable(const char *name, char *space, size_t size, char **environment,
			 unsigned *count)
{
	const char *value = getenv(name);
	struct text t;

	if (!value)
		return;
	text_init(&t, space, size);
	text_add(&t, "%s=%s", name, value);
	if (!t.cut)
		environment[(*count)++] = space;
}

__attribute__((noreturn)) void role_exec(const struct supervisor *s, enum role_kind kind,
					 int channel)
{
	static const char *const passed[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
					      "TZ" };
	char space[sizeof(passed) / sizeof(passed[0])][512], path[PATH_MAX];
	char *environment[sizeof(passed) / sizeof(passed[0]) + 1] = { NULL };
	char *arguments[] = { (char *)(uintptr_t)supervise_name(kind),
			      (char *)(uintptr_t)s->run_dir, NULL };
	unsigned count = 0;
	struct text t;
	int executable;

	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		add_variable(passed[i], space[i], sizeof(space[i]), environment, &count);
	text_init(&t, path, sizeof(path));
	text_add(&t, "%s/%s", s->directory, supervise_name(kind));
	child_null_stdio(s->keep_stderr);
	ignore_signals();
	if (!place_descriptors(s, kind, channel))
		give_up(s, kind, "descriptors");
	child_close_from(ROLE_FD_FIRST + ROLE_FD_COUNT);
	executable = open(path, O_RDONLY | O_CLOEXEC);
	if (chdir("/") != 0)
		give_up(s, kind, "/");
	if (privilege_drop(&s->roles[kind].privilege) < 0)
		give_up(s, kind, "giving up privilege");
	execve(path, arguments, environment);
	if (errno == EACCES && executable >= 0)
		fexecve(executable, arguments, environment);
	give_up(s, kind, path);
}
