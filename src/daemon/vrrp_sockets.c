/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The two sockets of each link that has instances: the main one with its strict filter, and the
 * strangers' one for what the filter refuses. They follow the link through changes of the
 * configuration, and from a vipd-vrrp that hands over, so that the group membership is never left:
 * a switch that snoops would forget the port. */

#include "daemon/vrrp_role.h"

#include "base/check.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct kern_vrids link_vrids(const struct node *node, uint32_t link)
{
	struct kern_vrids vrids;
	struct node_port port;

	node_link_port(node, link, &port);
	memcpy(vrids.bits, port.vrids, sizeof(vrids.bits));
	return vrids;
}

static int add_source(struct vrrp_role *role, struct loop_source *source, int fd, uint32_t events)
{
	int r;

	source->fd = fd;
	r = loop_add(&role->loop, source, events);
	if (r < 0) {
		close(fd);
		source->fd = -1;
	}
	return r;
}

static void close_source(struct vrrp_role *role, struct loop_source *source)
{
	if (source->fd < 0)
		return;
	loop_remove(&role->loop, source);
	close(source->fd);
	source->fd = -1;
}

/* An inherited socket of this link, if it is still bound to the interface that has the name. */
static int take_inherited(struct vrrp_role *role, const char *name, uint32_t ifindex)
{
	for (uint32_t k = 0; k < role->inherited_count; k++) {
		struct vrrp_inherited *h = &role->inherited[k];
		int bound = 0;
		socklen_t size = sizeof(bound);
		int fd = h->fd;

		if (strcmp(h->name, name) != 0)
			continue;
		*h = role->inherited[--role->inherited_count];
		if (getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &bound, &size) == 0 &&
		    (uint32_t)bound == ifindex)
			return fd;
		close(fd);
		return -ENODEV;
	}
	return -ENOENT;
}

void vrrp_sockets_inherit(struct vrrp_role *role, const char *name, int fd)
{
	struct vrrp_inherited *h;

	if (role->inherited_count == LIMIT_LINKS) {
		close(fd);
		return;
	}
	h = &role->inherited[role->inherited_count++];
	(void)text_copy(h->name, sizeof(h->name), name);
	h->fd = fd;
}

/* Those of links that nobody opened: each is a group membership, and a queue that fills. */
void vrrp_sockets_expire(struct vrrp_role *role, struct mono now)
{
	if (!mono_reached(role->inherited_until, now))
		return;
	role->inherited_until = MONO_NEVER;
	while (role->inherited_count > 0)
		close(role->inherited[--role->inherited_count].fd);
}

int vrrp_sockets_open(struct vrrp_role *role, uint32_t link, uint32_t ifindex)
{
	struct vrrp_generation *g = &role->current;
	struct vrrp_link *l = &g->links[link];
	const char *name = image_links(g->image)[link].name;
	struct kern_vrids vrids = link_vrids(g->node, link);
	uint8_t version = 2;
	int fd = take_inherited(role, name, ifindex);
	int r;

	vrrp_sockets_close(role, l);
	if (fd < 0)
		fd = kern_advert_open(ifindex, name, &vrids, version);
	else
		(void)kern_advert_filter(fd, &vrids, version);
	if (fd < 0)
		return fd;
	r = add_source(role, &l->main, fd, EPOLLIN);
	if (r < 0)
		return r;
	/* Without the strangers' socket the protocol is whole; only counting suffers. */
	fd = kern_stranger_open(ifindex, name, &vrids, version);
	if (fd >= 0)
		(void)add_source(role, &l->stranger, fd, EPOLLIN | EPOLLONESHOT);
	l->drops_seen = 0;
	l->is_paused = false;
	return 0;
}

void vrrp_sockets_close(struct vrrp_role *role, struct vrrp_link *l)
{
	close_source(role, &l->main);
	close_source(role, &l->stranger);
	l->is_paused = false;
}

void vrrp_sockets_filter(struct vrrp_role *role, uint32_t link)
{
	struct vrrp_generation *g = &role->current;
	struct vrrp_link *l = &g->links[link];
	struct kern_vrids vrids = link_vrids(g->node, link);
	uint8_t version = 2;

	if (l->main.fd >= 0)
		(void)kern_advert_filter(l->main.fd, &vrids, version);
	if (l->stranger.fd >= 0)
		(void)kern_stranger_filter(l->stranger.fd, &vrids, version);
}

/* A source lies in the array of its generation: it is taken out of the loop at the old place and
 * put in at the new one. The descriptor stays open. */
static void move_source(struct vrrp_role *role, struct loop_source *from, struct loop_source *to,
			uint32_t events)
{
	int fd = from->fd;

	if (fd < 0)
		return;
	loop_remove(&role->loop, from);
	from->fd = -1;
	/* Deaf is worse than dead: the next vipd-vrrp goes on from our state. */
	if (add_source(role, to, fd, events) < 0) {
		role->exit_now = true;
		role->exit_code = 1;
	}
}

/* From the current generation's links to the next one's; what is left over is closed. */
void vrrp_sockets_move(struct vrrp_role *role)
{
	struct vrrp_generation *from = &role->current, *to = &role->next;

	for (uint32_t k = 0; k < to->image->link_count; k++) {
		uint32_t old = node_change_old_link(to->node, k);

		if (old == NODE_NONE)
			continue;
		move_source(role, &from->links[old].main, &to->links[k].main, EPOLLIN);
		move_source(role, &from->links[old].stranger, &to->links[k].stranger,
			    EPOLLIN | EPOLLONESHOT);
		to->links[k].drops_seen = from->links[old].drops_seen;
	}
	for (uint32_t k = 0; k < from->image->link_count; k++)
		vrrp_sockets_close(role, &from->links[k]);
}
