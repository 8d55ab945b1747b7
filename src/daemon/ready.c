/* SPDX-License-Identifier: GPL-2.0-or-later */

/* `vipd && vipctl status` must work, and a unit that says "started" must mean it: so the process in
 * the foreground ends only when the daemon behind it serves a configuration, or with the code
 * that the daemon failed with. One octet over a pipe carries it; a daemon that dies before closes
 * the pipe without a word, which is failure, too.
 *
 * Signs of life (WATCHDOG=1) are given by the event loop between its turns and by nothing else: a
 * parent that waits for something, or runs in a circle, gives none and is replaced, while vipd-vrrp
 * serves on. */

#include "daemon/ready.h"

#include "loop/loop.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

__attribute__((noreturn)) static void wait_for_daemon(int fd)
{
	uint8_t code = EXIT_FAILURE;
	ssize_t n;

	do {
		n = read(fd, &code, 1);
	} while (n < 0 && errno == EINTR);
	_exit(n == 1 ? code : EXIT_FAILURE);
}

int ready_background(struct ready *ready)
{
	int pair[2];
	pid_t pid;

	if (pipe(pair) != 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0) {
		close(pair[1]);
		wait_for_daemon(pair[0]);
	}
	close(pair[0]);
	setsid();
	ready->pipe_fd = pair[1];
	return 0;
}

static void tell_foreground(struct ready *ready, int exit_code)
{
	uint8_t code = (uint8_t)exit_code;

	if (ready->pipe_fd < 0)
		return;
	/* Nobody there any more: then nobody waits. */
	(void)!write(ready->pipe_fd, &code, 1);
	close(ready->pipe_fd);
	ready->pipe_fd = -1;
}

void ready_init(struct ready *ready)
{
	*ready = (struct ready){ .pipe_fd = -1, .ping_at = MONO_NEVER };
}

void ready_tell(struct ready *ready, struct mono now)
{
	uint64_t us = 0;

	tell_foreground(ready, EXIT_SUCCESS);
	sd_notifyf(0, "READY=1\nSTATUS=Serving\nMAINPID=%d", (int)getpid());
	if (sd_watchdog_enabled(0, &us) <= 0 || us > INT64_MAX)
		return;
	ready->watchdog_us = (int64_t)us;
	ready->ping_at = now;
}

struct mono ready_deadline(const struct ready *ready)
{
	return ready->ping_at;
}

void ready_expire(struct ready *ready, struct mono now)
{
	if (!mono_reached(ready->ping_at, now))
		return;
	sd_notify(0, "WATCHDOG=1");
	/* Thrice as often as asked for: one that comes late is no reason to end us. */
	ready->ping_at = mono_add(now, ready->watchdog_us / 3);
}

void ready_fail(struct ready *ready, int exit_code)
{
	tell_foreground(ready, exit_code);
}

void ready_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=Reading the configuration",
		   (long long)loop_clock().us);
}

void ready_reloaded(void)
{
	sd_notify(0, "READY=1\nSTATUS=Serving");
}

void ready_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=Handing over");
}
