/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Children of the parent: roles, the configuration child, notify scripts.
 *
 * Each has a pidfd in the loop, which becomes readable when the process ends; only then is it
 * waited for, so nothing here ever waits (but for child_abandon(), after SIGKILL). The parent
 * blocks its signals to read them as a descriptor; a child must not inherit that, nor an ignored
 * SIGPIPE. */
#include "daemon/child.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void forget(struct child *child)
{
	loop_remove(child->loop, &child->source);
	close(child->source.fd);
	child->source.fd = -1;
	child->pid = 0;
}

static void on_pidfd(struct loop_source *source, uint32_t events, struct mono now)
{
	struct child *child =
		(struct child *)(void *)((char *)source - offsetof(struct child, source));
	int status;
	pid_t pid = waitpid(child->pid, &status, WNOHANG);

	if (pid == 0)
		return;
	/* Somebody else took its status. That it ended is true all the same. */
	if (pid < 0)
		status = W_EXITCODE(255, 0);
	forget(child);
	child->ended(child, status, now);
}

static void reset_signals(void)
{
	struct sigaction action;
	sigset_t none;

	/* Ours, and what whoever started us ignored (nohup, a shell's background): it would go on
	 * through exec. */
	for (int s = 1; s < NSIG; s++)
		if (sigaction(s, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int child_fork(struct child *child)
{
	pid_t pid = fork();
	int e;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		reset_signals();
		return 0;
	}
	child->pid = pid;
	child->source = (struct loop_source){ .fd = pidfd_open(pid, 0), .handle = on_pidfd };
	e = child->source.fd < 0 ? -errno : 0;
	if (e == 0) {
		e = loop_add(child->loop, &child->source, EPOLLIN);
		if (e == 0)
			return 1;
		close(child->source.fd);
		child->source.fd = -1;
	}
	/* A child that cannot be watched is none. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	child->pid = 0;
	return e;
}

void child_signal(const struct child *child, int signal)
{
	if (child_is_running(child))
		pidfd_send_signal(child->source.fd, signal, NULL, 0);
}

void child_abandon(struct child *child)
{
	if (!child_is_running(child))
		return;
	child_signal(child, SIGKILL);
	waitpid(child->pid, NULL, 0);
	forget(child);
}

void child_close_from(unsigned first)
{
	close_range(first, ~0u, 0);
}

void child_null_stdio(bool keep_stderr)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		return;
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	if (!keep_stderr)
		dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

const char *child_end_text(int status, char *buffer, size_t size)
{
	struct text t;

	text_init(&t, buffer, size);
	if (WIFSIGNALED(status))
		text_add(&t, "ended by signal %d (%s)", WTERMSIG(status),
			 sigdescr_np(WTERMSIG(status)) ? sigdescr_np(WTERMSIG(status)) : "?");
	else
		text_add(&t, "exited with status %d", WEXITSTATUS(status));
	return buffer;
}
