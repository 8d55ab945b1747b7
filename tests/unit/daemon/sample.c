/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

#include "conf/conf.h"
#include "wire/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/vipd-test-XXXXXX";
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static void remove_directory(void)
{
	if (getpid() == owner)
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *sample_directory(void)
{
	if (owner == 0) {
		assert_non_null(mkdtemp(directory));
		assert_int_equal(chmod(directory, 0755), 0);
		owner = getpid();
		atexit(remove_directory);
	}
	return directory;
}

const char *sample_path(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned turn;
	char *path = paths[turn++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", sample_directory(), name);
	return path;
}

void sample_write(const char *name, const char *text, unsigned mode)
{
	const char *path = sample_path(name);
	char aside[PATH_MAX + 8];
	size_t size = strlen(text);
	int fd;

	/* Whoever reads it meanwhile sees the old one or the new one. */
	snprintf(aside, sizeof(aside), "%s.new", path);
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	assert_int_equal(rename(aside, path), 0);
}

const char *sample_read(const char *name)
{
	static char text[1 << 20];
	int fd = open(sample_path(name), O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	return text;
}

void sample_copy(const char *from, const char *name)
{
	char command[3 * PATH_MAX];

	snprintf(command, sizeof(command), "cp '%s' '%s'", from, sample_path(name));
	assert_int_equal(system(command), 0);
}

static int read_text(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	*ret_data = context;
	*ret_size = strlen(context);
	return 0;
}

int sample_image(const char *text)
{
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = read_text,
		.host_name = "host",
		.now_realtime_us = 1,
	};
	struct conf *conf = conf_load("/sample.conf", &world);
	int fd = memfd_create("sample", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t size;
	void *map;

	assert_non_null(conf);
	size = conf_image_size(conf);
	assert_true(fd >= 0 && size > 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(map != MAP_FAILED);
	conf_image_write(conf, map);
	munmap(map, size);
	conf_free(conf);
	assert_int_equal(fcntl(fd, F_ADD_SEALS,
			       F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL), 0);
	return fd;
}

int sample_fd_count(int pid)
{
	char path[64];
	DIR *fds;
	int count = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	assert_non_null(fds);
	while (readdir(fds))
		count++;
	closedir(fds);
	return count;
}

bool sample_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

int sample_log_listen(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), room = 1 << 20;

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", sample_path("log"));
	unlink(address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

void sample_log_open(struct log *log)
{
	static char path[PATH_MAX];
	struct log_options options = { .detail = true, .syslog_path = path };

	snprintf(path, sizeof(path), "%s", sample_path("log"));
	log_open(log, &options);
}

const char *sample_log_text(int fd)
{
	static char text[1 << 18];
	size_t length = 0;
	char line[2048];
	ssize_t n;

	while ((n = recv(fd, line, sizeof(line) - 1, MSG_DONTWAIT)) > 0) {
		const char *from;

		line[n] = '\0';
		from = strstr(line, "]: ");
		assert_non_null(from);
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s\n", from + 3);
		assert_true(length < sizeof(text));
	}
	text[length] = '\0';
	return text;
}
