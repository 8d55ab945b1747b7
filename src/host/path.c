/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What lies under a path: the one question about programs that a configuration has to its host.
 * Whether others could change a program is judged by conf; here is only what lstat(2) says. */
#include "host/path.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

int host_path_look(const char *path, struct conf_path *ret_path)
{
	struct stat st;
	ssize_t length = 0;

	if (lstat(path, &st) != 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		length = readlink(path, ret_path->link, sizeof(ret_path->link) - 1);
	if (length < 0)
		return -errno;
	ret_path->link[length] = '\0';
	ret_path->mode = st.st_mode;
	ret_path->owner = st.st_uid;
	ret_path->group = st.st_gid;
	return 0;
}
