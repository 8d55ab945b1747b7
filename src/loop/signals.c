/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Signals arrive as readable data on a descriptor like everything else, so that no code of ours
 * runs inside a signal handler and no system call of ours is interrupted by one. Children are
 * watched by the parent through pidfds, not here. */

#include "loop/loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int loop_signals_open(const int *signals)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (; *signals; signals++) {
		if (sigaddset(&set, *signals) < 0)
			return -errno;
	}
	/* Blocked first: a signal in between waits for the descriptor instead of killing us. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int loop_signals_read(int fd, uint32_t *ret_pid)
{
	struct signalfd_siginfo info;
	ssize_t size;

	do {
		size = read(fd, &info, sizeof info);
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (size != (ssize_t)sizeof info)
		return -EIO;
	if (ret_pid)
		*ret_pid = info.ssi_pid;
	return (int)info.ssi_signo;
}
