/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Is there another vipd in this network namespace? Its addresses carry the same mark as ours, and
 * only it knows which they are. The processes are looked at, not run directories: whoever sends
 * adverts here is one, wherever its directory lies, with a parent or without.
 *
 * With a thousand processes it takes some ten milliseconds. So it is done with each configuration
 * before that is given, while what served before still serves. A vipd-vrrp that is started again
 * must not wait for it, and need not: what had been left was taken away by the one before. */

#include "daemon/parent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_vrrp(const char *pid)
{
	char path[sizeof("/proc/") + NAME_MAX + sizeof("/comm")], name[32] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, name, sizeof(name) - 1);
	close(fd);
	return n > 0 && strcmp(name, "vipd-vrrp\n") == 0;
}

/* One that ended meanwhile is nowhere. One that we may not ask could be here. */
static bool is_here(const char *pid, const struct stat *here)
{
	char path[sizeof("/proc/") + NAME_MAX + sizeof("/ns/net")];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	if (stat(path, &st) != 0)
		return errno == EACCES || errno == EPERM;
	return st.st_dev == here->st_dev && st.st_ino == here->st_ino;
}

static pid_t find(const struct parent *p)
{
	pid_t own = p->supervisor.roles[ROLE_KIND_VRRP].child.pid, pid, found = 0;
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	struct stat here;

	if (processes && stat("/proc/self/ns/net", &here) == 0)
		while (found == 0 && (entry = readdir(processes))) {
			pid = (pid_t)strtol(entry->d_name, NULL, 10);
			if (pid > 0 && pid != own && pid != p->former_role &&
			    is_vrrp(entry->d_name) && is_here(entry->d_name, &here))
				found = pid;
		}
	if (processes)
		closedir(processes);
	return found;
}

void neighbour_find(struct parent *p)
{
	pid_t pid = find(p);

	if (pid && pid != p->neighbour)
		log_printf(&p->log, LOG_LEVEL_INFO,
			   "Another vipd works beside this one (vipd-vrrp with pid %ld): addresses "
			   "with vipd's mark that are not of this configuration are let alone",
			   (long)pid);
	p->neighbour = pid;
}
