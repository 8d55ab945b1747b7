/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Matching the pattern of an `include` for the configuration child, which may look at no directory.
 * There are no braces in it (the child takes them apart). The answer goes through a memory file,
 * because a list of paths is longer than a packet.
 *
 * Not here: matching itself, and its bounds (host). */
#include "daemon/load_glob.h"

#include "host/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static char letter_of(enum conf_file_kind kind)
{
	switch (kind) {
	case CONF_FILE_REGULAR:
		return LOAD_GLOB_REGULAR;
	case CONF_FILE_EXECUTABLE:
		return LOAD_GLOB_EXECUTABLE;
	case CONF_FILE_DIRECTORY:
		return LOAD_GLOB_DIRECTORY;
	case CONF_FILE_OTHER:
		break;
	}
	return LOAD_GLOB_OTHER;
}

static int answer(const glob_t *found)
{
	int fd = memfd_create("vipd-glob", MFD_CLOEXEC), own = fd < 0 ? -1 : dup(fd);
	FILE *out = own < 0 ? NULL : fdopen(own, "w");
	int e = out ? 0 : -errno;

	for (size_t i = 0; out && i < found->gl_pathc; i++)
		fprintf(out, "%c%s%c", letter_of(host_file_kind(found->gl_pathv[i])),
			found->gl_pathv[i], '\0');
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
	glob_t found;
	int result = host_file_match(pattern, &found);

	if (result == 0)
		result = answer(&found);
	globfree(&found);
	return result;
}
