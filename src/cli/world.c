/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The host that a configuration sees when vipctl reads it: real files, read with the caller's own
 * rights, under the conditions that the daemon's parent has for them (only regular files, nothing
 * is waited for, bounded sizes), so that both say the same of a file.
 *
 * Interfaces are not asked for unless --here says so: a file is mostly looked at on another machine
 * than the one that it is for, and an interface that is missing here means nothing there. */
#include "cli/cli.h"

#include "base/limits.h"
#include "conf/conf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct reader {
	char *data; /* the last file read */
	glob_t found; /* the last pattern's */
	struct conf_match *matches;
};

static unsigned entries_left; /* glob() hands nothing of ours to its functions */

static int open_file(const char *path)
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

/* Everything up to the end, one octet more than allowed at most. */
static int read_all(int fd, char *data, size_t room, size_t *ret_size)
{
	size_t size = 0;

	while (size < room) {
		ssize_t n = read(fd, data + size, room - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return size > LIMIT_CONF_FILE_SIZE ? -EFBIG : 0;
}

static int read_file(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct reader *r = context;
	int fd = open_file(path), e;

	if (fd < 0)
		return fd;
	/* Pages that no file fills cost nothing. */
	if (!r->data)
		r->data = malloc(LIMIT_CONF_FILE_SIZE + 1u);
	e = r->data ? read_all(fd, r->data, LIMIT_CONF_FILE_SIZE + 1u, ret_size) : -ENOMEM;
	close(fd);
	*ret_data = r->data;
	return e;
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

static enum conf_file_kind kind_of(const char *path)
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

static void forget_matches(struct reader *r)
{
	globfree(&r->found);
	r->found = (glob_t){
		.gl_opendir = open_directory,
		.gl_readdir = read_directory,
		.gl_closedir = close_directory,
		.gl_lstat = lstat,
		.gl_stat = stat,
	};
	free(r->matches);
	r->matches = NULL;
}

static int find_files(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	struct reader *r = context;
	int result;

	forget_matches(r);
	entries_left = LIMIT_CONF_GLOB_ENTRIES;
	result = glob(pattern, GLOB_ALTDIRFUNC, NULL, &r->found);
	if (entries_left == 0)
		return -E2BIG;
	if (result != 0 && result != GLOB_NOMATCH)
		return result == GLOB_NOSPACE ? -ENOMEM : -EIO;
	r->matches = calloc(r->found.gl_pathc + 1, sizeof(*r->matches));
	if (!r->matches)
		return -ENOMEM;
	for (size_t i = 0; i < r->found.gl_pathc; i++)
		r->matches[i] = (struct conf_match){ r->found.gl_pathv[i],
						     kind_of(r->found.gl_pathv[i]) };
	*ret_matches = r->matches;
	*ret_count = r->found.gl_pathc;
	return 0;
}

static const char *environment(void *context, const char *name)
{
	return getenv(name);
}

static bool link_exists(void *context, const char *name)
{
	return if_nametoindex(name) != 0;
}

struct conf *cli_conf_load(const char *path, const struct cli_request *request)
{
	struct reader reader = { .data = NULL };
	char host[256] = "";
	struct timespec now;
	struct conf_world world = {
		.context = &reader,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.link_exists = request->options & CLI_OPTION_HERE ? link_exists : NULL,
		.host_name = host,
		.config_id = request->config_id,
		.lint = true,
		.for_keepalived = request->options & CLI_OPTION_FOR,
		.checks_includes = request->options & CLI_OPTION_ALL_CONFIG,
	};
	struct conf *conf;

	gethostname(host, sizeof(host) - 1);
	clock_gettime(CLOCK_REALTIME, &now);
	world.now_realtime_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	world.random_seed = (uint64_t)world.now_realtime_us;
	conf = conf_load(path, &world);
	forget_matches(&reader);
	free(reader.data);
	if (!conf)
		fprintf(stderr, "vipctl: %s: no memory\n", path);
	return conf;
}
