/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipd as process 1, which is what a container starts.
 *
 * The kernel gives process 1 three duties that the parent should not have: to wait for every orphan
 * (what a notify script leaves behind), to handle each signal that is to have an effect, and to
 * live, because everything in the container ends with it. So process 1 does that and nothing else,
 * and the parent is its child. A parent that is killed is replaced, as a service manager does:
 * vipd-vrrp serves meanwhile, and the next parent takes over from it. One that ends by itself
 * knows why, and its exit code becomes that of the container.
 *
 * It writes nothing, because what it would wait for then would hold up all three. */

#include "daemon/init.h"

#include "daemon/child.h"
#include "loop/loop.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between two starts, so that a parent that falls at once does not take the processor. An orphan
 * waits ten times as long (LIMIT_ORPHAN_US). */
#define INIT_AGAIN_US 1000000

/* All that are heard. They stay blocked in the parent, which reads them as a descriptor: what comes
 * before it does is not lost. */
static sigset_t signals_block(void)
{
	static const int heard[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		sigaddset(&set, heard[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return set;
}

/* Everybody who ended. True: the parent is among them. */
static bool reap(pid_t parent, int *ret_status)
{
	bool has_ended = false;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != parent)
			continue;
		*ret_status = status;
		has_ended = true;
	}
	return has_ended;
}

/* Until the parent's end; returns its status. */
static int watch(pid_t parent, const sigset_t *signals)
{
	int status = 0;

	for (;;) {
		int signal = sigwaitinfo(signals, NULL);

		if (signal == SIGCHLD && reap(parent, &status))
			return status;
		if (signal > 0 && signal != SIGCHLD)
			kill(parent, signal);
	}
}

static void pause_since(struct mono begun)
{
	int64_t lived_us = mono_since(begun, loop_clock());

	if (lived_us < INIT_AGAIN_US)
		usleep((useconds_t)(INIT_AGAIN_US - lived_us));
}

void init_stay(char *buffer, size_t size)
{
	sigset_t signals = signals_block();

	*buffer = '\0';
	for (;;) {
		struct mono begun = loop_clock();
		pid_t parent = fork();
		int status;

		if (parent == 0)
			return;
		if (parent > 0) {
			status = watch(parent, &signals);
			if (WIFEXITED(status))
				_exit(WEXITSTATUS(status));
			child_end_text(status, buffer, size);
		} else if (!*buffer) {
			/* Nobody serves yet; later it is tried again. */
			_exit(EXIT_FAILURE);
		}
		pause_since(begun);
	}
}
