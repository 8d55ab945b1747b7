/* SPDX-License-Identifier: GPL-2.0-or-later */

/* `net_namespace`: the whole of vipd works in it. The parent enters it before it starts the first
 * role, which have no right to; scripts run there, too, as keepalived's do. Files and sockets of
 * the file system are where they always are. */

#include "daemon/parent.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where ip-netns(8) keeps them. */
#define NAMESPACES "/run/netns/"

static int enter(const char *name)
{
	char path[sizeof(NAMESPACES) + LIMIT_NETWORK_NAME];
	int fd, r;

	snprintf(path, sizeof(path), NAMESPACES "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int network_join(struct parent *p, const struct image *image)
{
	const char *name = image_text(image, image->net_namespace);
	int r;

	if (p->has_network)
		return strcmp(name, p->network) == 0 ? 0 : -EXDEV;
	r = *name ? enter(name) : 0;
	if (r < 0)
		return r;
	p->has_network = true;
	text_copy(p->network, sizeof(p->network), name);
	if (*name)
		log_printf(&p->log, LOG_LEVEL_INFO, "Working in network namespace %s", name);
	return 0;
}
