/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Files of a configuration. A path or a pattern may come from a process that was taken over, and
 * whoever answers has more to do: only regular files are opened, nothing is waited for, and the
 * octets and directory entries that are looked at are bounded.
 *
 * Not here: which matches are read, and what is said of the others (conf). */
#include "host/file.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM_FIRST 65536

static unsigned entries_left; /* glob() hands nothing of ours to its functions */

int host_file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), e = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0)
		e = -errno;
	else if (S_ISDIR(st.st_mode))
		e = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		e = -EINVAL;
	if (e == 0)
		return fd;
	close(fd);
	return e;
}

int host_file_read(int fd, char **data, size_t *ret_size)
{
	size_t room = ROOM_FIRST, size = 0;
	ssize_t n;

	free(*data);
	*data = malloc(room);
	while (*data) {
		n = read(fd, *data + size, room - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0) {
			*ret_size = size;
			return 0;
		}
		size += (size_t)n;
		if (size > LIMIT_CONF_FILE_SIZE)
			return -EFBIG;
		if (size == room) {
			char *more = realloc(*data, room * 2);

			if (!more)
				break;
			*data = more;
			room *= 2;
		}
	}
	return -ENOMEM;
}

enum conf_file_kind host_file_kind(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return CONF_FILE_OTHER;
	if (S_ISDIR(st.st_mode))
		return CONF_FILE_DIRECTORY;
	if (!S_ISREG(st.st_mode))
		return CONF_FILE_OTHER;
	return st.st_mode & 0111 ? CONF_FILE_EXECUTABLE : CONF_FILE_REGULAR;
}

static void *open_directory(const char *path)
{
	return opendir(path);
}

static struct dirent *read_directory(void *directory)
{
	if (entries_left == 0)
		return NULL;
	entries_left--;
	return readdir(directory);
}

static void close_directory(void *directory)
{
	closedir(directory);
}

int host_file_match(const char *pattern, glob_t *ret_found)
{
	int result;

	*ret_found = (glob_t){
		.gl_opendir = open_directory,
		.gl_readdir = read_directory,
		.gl_closedir = close_directory,
		.gl_lstat = lstat,
		.gl_stat = stat,
	};
	entries_left = LIMIT_CONF_GLOB_ENTRIES;
	result = glob(pattern, GLOB_ALTDIRFUNC, NULL, ret_found);
	if (entries_left == 0)
		return -E2BIG;
	if (result == 0 || result == GLOB_NOMATCH)
		return 0;
	return result == GLOB_NOSPACE ? -ENOMEM : -EIO;
}
