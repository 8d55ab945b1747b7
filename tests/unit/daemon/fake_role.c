/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Stands in for vipd-vrrp and vipd-ctl where the parent is tested: does what the first instance of
 * the configuration is called, or what its argument says when that is no path. */

#include "daemon/channel.h"
#include "daemon/role_fds.h"
#include "wire/image.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(enum role_message_type type, uint64_t generation)
{
	struct role_message m = role_message(type);

	m.generation = generation;
	strcpy(m.text, "no");
	if (channel_send(ROLE_FD_CHANNEL, &m, NULL, 0) < 0)
		_exit(90);
}

static const char *first_name(int fd)
{
	const struct image *image;
	struct stat st;

	if (fstat(fd, &st) != 0)
		_exit(91);
	image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		_exit(92);
	return image->instance_count ? image_text(image, image_instances(image)[0].name) : "";
}

static void apply(const struct role_message *m, int *fds, int count)
{
	const char *name;

	if (count != 3)
		_exit(93);
	name = first_name(fds[0]);
	if (strcmp(name, "dies") == 0)
		_exit(3);
	if (strcmp(name, "refuses") == 0) {
		say(ROLE_REJECTED, m->generation);
		return;
	}
	say(ROLE_COMMITTED, m->generation);
	if (strcmp(name, "lives-shortly") == 0) {
		usleep(20000);
		_exit(4);
	}
}

/* 0 to 5 are open and nothing else, signals for everybody are ignored, and it is not root. */
static bool is_as_promised(void)
{
	struct sigaction action;

	for (int fd = 0; fd < 64; fd++)
		if ((fcntl(fd, F_GETFD) >= 0) != (fd <= ROLE_FD_CTL_WAKE))
			return false;
	sigaction(SIGTERM, NULL, &action);
	return action.sa_handler == SIG_IGN && getuid() != 0 && getgid() != 0 &&
	       getpgrp() == getpid();
}

/* Serves until it is told to stop or is left alone. */
__attribute__((noreturn)) static void serve(void)
{
	struct pollfd p = { .fd = ROLE_FD_CHANNEL, .events = POLLIN };
	struct role_message m;
	int fds[8], count, e;

	for (;;) {
		poll(&p, 1, -1);
		e = channel_receive(ROLE_FD_CHANNEL, &m, fds, 8, &count);
		if (e < 0)
			_exit(0);
		if (e == 0)
			continue;
		if (m.type == ROLE_APPLY)
			apply(&m, fds, count);
		for (int i = 0; i < count; i++)
			close(fds[i]);
		if (m.type == ROLE_STOP) {
			say(ROLE_STOPPED, 0);
			_exit(0);
		}
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "ends-at-once") == 0)
		return 5;
	if (strcmp(what, "ends-after-120-ms") == 0) {
		usleep(120000);
		return 6;
	}
	if (strcmp(what, "talks-and-ends") == 0) {
		for (uint64_t i = 1; i <= 100; i++)
			say(ROLE_COMMITTED, i);
		return 0;
	}
	if (strcmp(what, "talks-rubbish") == 0) {
		(void)!write(ROLE_FD_CHANNEL, "rubbish", 7);
		pause();
	}
	if (strcmp(what, "hangs-up") == 0) {
		close(ROLE_FD_CHANNEL);
		pause();
	}
	if (strcmp(what, "looks") == 0)
		return is_as_promised() ? 7 : 8;
	serve();
}
