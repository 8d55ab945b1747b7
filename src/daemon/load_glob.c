/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Matching the pattern of an `include` for the configuration child, which may look at no directory.
 *
 * The pattern may come from a child that was taken over, and the parent has more to do: so there
 * are no braces here (the child takes them apart), and the directory entries that are looked at are
 * bounded. The answer goes through a memory file, because a list of paths is longer than a packet.
 *
 * Not here: which matches are read, and what is said of the others (conf). */
#include "daemon/load_glob.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned entries_left; /* glob() hands nothing of ours to its functions */

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

static char kind_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return LOAD_GLOB_OTHER;
	if (S_ISDIR(st.st_mode))
		return LOAD_GLOB_DIRECTORY;
	if (!S_ISREG(st.st_mode))
		return LOAD_GLOB_OTHER;
	return st.st_mode & 0111 ? LOAD_GLOB_EXECUTABLE : LOAD_GLOB_REGULAR;
}

static int answer(const glob_t *found)
{
	int fd = memfd_create("vipd-glob", MFD_CLOEXEC), own = fd < 0 ? -1 : dup(fd);
	FILE *out = own < 0 ? NULL : fdopen(own, "w");
	int e = out ? 0 : -errno;

	for (size_t i = 0; out && i < found->gl_pathc; i++)
		fprintf(out, "%c%s%c", kind_of(found->gl_pathv[i]), found->gl_pathv[i], '\0');
	if (out && fclose(out) != 0)
		e = -errno;
	else if (!out && own >= 0)
		close(own);
	if (e == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return e ? e : -EIO;
}

int load_glob(const char *pattern)
{
	glob_t found = {
		.gl_opendir = open_directory,
		.gl_readdir = read_directory,
		.gl_closedir = close_directory,
		.gl_lstat = lstat,
		.gl_stat = stat,
	};
	int r, result;

	entries_left = LIMIT_CONF_GLOB_ENTRIES;
	r = glob(pattern, GLOB_ALTDIRFUNC, NULL, &found);
	if (entries_left == 0)
		result = -E2BIG;
	else if (r == 0 || r == GLOB_NOMATCH)
		result = answer(&found);
	else
		result = r == GLOB_NOSPACE ? -ENOMEM : -EIO;
	globfree(&found);
	return result;
}
