/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "own_netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void ip(const char *format, ...)
{
	char command[512] = "ip ";
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command + 3, sizeof command - 3, format, arguments);
	va_end(arguments);
	if (system(command) != 0)
		fail(command);
}

int ip_shows(const char *command, const char *word)
{
	char line[512], whole[600];
	int found = 0;
	FILE *f;

	snprintf(whole, sizeof whole, "ip %s", command);
	f = popen(whole, "r");
	if (!f)
		fail(whole);
	while (fgets(line, sizeof line, f))
		found |= strstr(line, word) != NULL;
	pclose(f);
	return found;
}

static void set(const char *format, const char *link, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, format, link);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail(path);
	close(fd);
}

/* Tests send themselves packets of other hosts. */
static void reverse_path_accept(const char *link)
{
	set("/proc/sys/net/ipv4/conf/%s/rp_filter", link, "0");
}

void detect_duplicates_at_once(const char *link)
{
	set("/proc/sys/net/ipv6/conf/%s/router_solicitation_delay", link, "0");
	set("/proc/sys/net/ipv6/neigh/%s/retrans_time_ms", link, "50");
}

void own_netns_enter(void)
{
	if (unshare(CLONE_NEWNET) < 0) {
		printf("skipped: no network namespace for us: %s\n", strerror(errno));
		exit(77);
	}
	ip("link set lo up");
	ip("link add v0 type veth peer name v1");
	/* Link-local addresses would come when they like, in the midst of a test. */
	ip("link set v0 addrgenmode none");
	ip("link set v1 addrgenmode none");
	ip("addr add 192.0.2.10/24 dev v0");
	reverse_path_accept("all");
	reverse_path_accept("v0");
	reverse_path_accept("v1");
	ip("link set v0 up");
	ip("link set v1 up");
}
