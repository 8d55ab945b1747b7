/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Processes of a daemon that is to end without a farewell. A signal that it can handle makes it
 * give its addresses away; so does the end of its parent, for a child of keepalived. And a parent
 * that sees a child end starts another one. So all of them are stopped first, the parent before the
 * children, and only then killed, the children before the parent: not one of them runs in between.
 *
 * A process is held by a pidfd, so that a number that was given to another one meanwhile is never
 * hit. */
#include "cli/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

/* keepalived has at most four processes, vipd three. */
#define CHILDREN_MAX 32
/* A stopped process is so at once, unless it is in the kernel. */
#define STOP_MS 500
#define END_MS 2000
#define PAUSE_US 200

int64_t migrate_clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void migrate_process_program(pid_t pid, char *buffer, size_t size)
{
	static const char deleted[] = " (deleted)";
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	length = readlink(link, buffer, size - 1);
	buffer[length > 0 ? length : 0] = '\0';
	/* Its package was upgraded since. */
	if (length > (ssize_t)strlen(deleted) &&
	    strcmp(buffer + length - strlen(deleted), deleted) == 0)
		buffer[(size_t)length - strlen(deleted)] = '\0';
}

bool migrate_process_is(pid_t pid, const char *name)
{
	char program[PATH_MAX];
	const char *base;

	migrate_process_program(pid, program, sizeof(program));
	base = strrchr(program, '/');
	return base && strncmp(base + 1, name, strlen(name)) == 0;
}

void migrate_process_words(pid_t pid, char *buffer, size_t size, size_t *ret_size)
{
	char path[64];
	size_t length = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file = fopen(path, "re");
	if (file) {
		length = fread(buffer, 1, size, file);
		fclose(file);
	}
	/* A line that does not fit would be another one. */
	*ret_size = length < size ? length : 0;
}

/* State and parent, from /proc/PID/stat; the name in it may hold anything but ends at the last
 * parenthesis. */
static bool read_stat(pid_t pid, char *ret_state, pid_t *ret_parent)
{
	char path[64], line[512], *end = NULL;
	int parent;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fgets(line, sizeof(line), file))
		end = strrchr(line, ')');
	fclose(file);
	if (!end || sscanf(end + 1, " %c %d", ret_state, &parent) != 2)
		return false;
	*ret_parent = parent;
	return true;
}

static int stop_process(int fd, pid_t pid)
{
	int64_t end_us = migrate_clock_us() + STOP_MS * 1000;
	char state;
	pid_t parent;

	if (pidfd_send_signal(fd, SIGSTOP, NULL, 0) != 0)
		return errno == ESRCH ? 0 : -errno;
	while (read_stat(pid, &state, &parent) && state != 'T' && state != 'Z') {
		if (migrate_clock_us() > end_us)
			return -ETIMEDOUT;
		usleep(PAUSE_US);
	}
	return 0;
}

struct children {
	int fds[CHILDREN_MAX];
	pid_t pids[CHILDREN_MAX];
	int count;
};

/* Of its own program only: what a notify script does is not ours to end. */
static int find_children(pid_t main, const char *name, struct children *c)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		return -errno;
	while ((entry = readdir(proc)) && c->count < CHILDREN_MAX) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10), parent;
		char state;

		if (pid <= 0 || !read_stat(pid, &state, &parent) || parent != main ||
		    !migrate_process_is(pid, name))
			continue;
		c->pids[c->count] = pid;
		c->fds[c->count] = pidfd_open(pid, 0);
		c->count += c->fds[c->count] >= 0;
	}
	closedir(proc);
	return c->count == CHILDREN_MAX ? -E2BIG : 0;
}

/* It is gone for good when its end can be read, even if nobody has. */
static int kill_process(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (pidfd_send_signal(fd, SIGKILL, NULL, 0) != 0 && errno != ESRCH)
		return -errno;
	return poll(&p, 1, END_MS) == 1 ? 0 : -ETIMEDOUT;
}

static int end_all(int main_fd, const struct children *c, int64_t *ret_alive_us)
{
	int error = 0;

	*ret_alive_us = migrate_clock_us();
	for (int i = 0; i < c->count && error == 0; i++)
		error = stop_process(c->fds[i], c->pids[i]);
	if (error == 0) {
		for (int i = 0; i < c->count && error == 0; i++)
			error = kill_process(c->fds[i]);
		return error == 0 ? kill_process(main_fd) : error;
	}
	for (int i = 0; i < c->count; i++)
		(void)pidfd_send_signal(c->fds[i], SIGCONT, NULL, 0);
	return error;
}

int migrate_process_end(pid_t main, const char *name, int64_t *ret_alive_us)
{
	struct children c = { .count = 0 };
	int fd = pidfd_open(main, 0), error;

	if (fd < 0)
		return -errno;
	error = migrate_process_is(main, name) ? stop_process(fd, main) : -ESRCH;
	if (error == 0)
		error = find_children(main, name, &c);
	if (error == 0)
		error = end_all(fd, &c, ret_alive_us);
	if (error)
		(void)pidfd_send_signal(fd, SIGCONT, NULL, 0);
	for (int i = 0; i < c.count; i++)
		close(c.fds[i]);
	close(fd);
	return error;
}
