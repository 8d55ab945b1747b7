/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The agreement with the vipd that starts (base/succession.h), from the side of vipctl. */
#include "cli/migrate.h"

#include "base/succession.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool fail(const struct migrate_succession *s)
{
	fprintf(stderr, "vipctl: %s: %s\n", s->path, strerror(errno));
	return false;
}

bool migrate_succession_open(struct migrate_succession *s, const char *run_dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int n, bound;

	*s = (struct migrate_succession){ .listen_fd = -1, .fd = -1 };
	n = snprintf(s->path, sizeof(s->path), "%s/" SUCCESSION_SOCKET, run_dir);
	if (n < 0 || (size_t)n >= sizeof(s->path)) {
		errno = ENAMETOOLONG;
		return fail(s);
	}
	if (mkdir(run_dir, 0755) != 0 && errno != EEXIST)
		return fail(s);
	strcpy(address.sun_path, s->path);
	s->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (s->listen_fd < 0)
		return fail(s);
	/* What a vipctl left that was killed. */
	unlink(s->path);
	mask = umask(0177);
	bound = bind(s->listen_fd, (const struct sockaddr *)&address, sizeof(address));
	umask(mask);
	return bound == 0 && listen(s->listen_fd, 1) == 0 ? true : fail(s);
}

/* True: `fd` has something; false: the starter has ended, or the time is over. */
static bool wait_for(int fd, int starter_fd, int64_t end_us)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
				{ .fd = starter_fd, .events = POLLIN } };
	int64_t left_us = end_us - migrate_clock_us();

	return left_us > 0 && poll(fds, 2, (int)(left_us / 1000) + 1) > 0 && fds[0].revents;
}

bool migrate_succession_wait(struct migrate_succession *s, pid_t starter, int timeout_ms)
{
	int64_t end_us = migrate_clock_us() + (int64_t)timeout_ms * 1000;
	int starter_fd = pidfd_open(starter, 0);
	uint32_t word = 0;

	if (starter_fd < 0)
		return false;
	if (wait_for(s->listen_fd, starter_fd, end_us))
		s->fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (s->fd >= 0 && wait_for(s->fd, starter_fd, end_us) &&
	    recv(s->fd, &word, sizeof(word), 0) != sizeof(word))
		word = 0;
	close(starter_fd);
	return word == SUCCESSION_READY;
}

bool migrate_succession_tell(struct migrate_succession *s, int64_t alive_us)
{
	const struct succession_ended ended = { .alive_us = alive_us };

	return send(s->fd, &ended, sizeof(ended), MSG_NOSIGNAL) == sizeof(ended);
}

void migrate_succession_close(struct migrate_succession *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->listen_fd >= 0) {
		close(s->listen_fd);
		unlink(s->path);
	}
	s->fd = s->listen_fd = -1;
}
