/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The two sockets of each link that has instances (an interface in both families is two links): the
 * main one with its strict filter, and the strangers' one for what the filter refuses; a third one
 * where adverts come behind an Authentication Header; and until a first frame came the one that
 * waits for it. Those for adverts follow the link through changes of the configuration, and the
 * main one from a vipd-vrrp that hands over, so that a group that is still wanted is never left: a
 * switch that snoops would forget the port. */

#include "daemon/vrrp_role.h"

#include "base/check.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the sockets of a link are to take now; it is remembered with the link. */
static struct kern_port link_port(const struct vrrp_generation *g, struct vrrp_link *l,
				  uint32_t ifindex)
{
	const struct image_link *config = &image_links(g->image)[l->link];
	struct kern_port port = { .ifindex = ifindex,
				  .link = config->name,
				  .source = image_link_is_routed(config) ? &config->source : NULL,
				  .family = config->family };

	node_link_port(g->node, l->link, &l->port);
	port.versions = l->port.versions;
	port.any_ttl = l->port.any_ttl;
	memcpy(port.vrids.bits, l->port.vrids, sizeof(port.vrids.bits));
	port.groups = l->port.groups;
	port.group_count = l->port.group_count;
	return port;
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

/* Without these the protocol is whole. */
static void add_if_open(struct vrrp_role *role, struct loop_source *source, int fd,
			uint32_t events)
{
	if (fd >= 0)
		(void)add_source(role, source, fd, events);
}

void vrrp_sockets_close_one(struct vrrp_role *role, struct loop_source *source)
{
	if (source->fd < 0)
		return;
	loop_remove(&role->loop, source);
	close(source->fd);
	source->fd = -1;
}

/* An inherited socket of this port, if it is still bound to the interface that has the
 * name. */
static int take_inherited(struct vrrp_role *role, const struct kern_port *port)
{
	for (uint32_t k = 0; k < role->inherited_count; k++) {
		struct vrrp_inherited *h = &role->inherited[k];
		int bound = 0;
		socklen_t size = sizeof(bound);
		int fd = h->fd;

		if (strcmp(h->name, port->link) != 0 || !kern_socket_fits(fd, port))
			continue;
		*h = role->inherited[--role->inherited_count];
		if (getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &bound, &size) == 0 &&
		    (uint32_t)bound == port->ifindex)
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

/* An inherited socket is a member of the groups of the same configuration. */
static int open_main(struct vrrp_role *role, const struct kern_port *port)
{
	int fd = take_inherited(role, port);
	int r;

	if (fd < 0)
		return kern_advert_open(port);
	r = kern_advert_filter(fd, port, NULL, 0);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static void close_adverts(struct vrrp_role *role, struct vrrp_link *l)
{
	vrrp_sockets_close_one(role, &l->main);
	vrrp_sockets_close_one(role, &l->ah);
	vrrp_sockets_close_one(role, &l->stranger);
	l->is_paused = false;
}

/* Nothing where there is nothing to hear. */
static int set_ah(struct vrrp_role *role, struct vrrp_link *l, const struct kern_port *port)
{
	int fd;

	if (!l->port.has_ah) {
		vrrp_sockets_close_one(role, &l->ah);
		return 0;
	}
	if (l->ah.fd >= 0)
		return kern_ah_filter(l->ah.fd, port);
	fd = kern_ah_open(port);
	return fd < 0 ? fd : add_source(role, &l->ah, fd, EPOLLIN);
}

int vrrp_sockets_open(struct vrrp_role *role, uint32_t link, uint32_t ifindex)
{
	struct vrrp_link *l = &role->current.links[link];
	struct kern_port port = link_port(&role->current, l, ifindex);
	int fd = open_main(role, &port);
	int r;

	close_adverts(role, l);
	if (fd < 0)
		return fd;
	r = add_source(role, &l->main, fd, EPOLLIN);
	if (r == 0)
		r = set_ah(role, l, &port);
	if (r < 0) {
		close_adverts(role, l);
		return r;
	}
	/* Where it cannot be opened only counting suffers. */
	add_if_open(role, &l->stranger, kern_stranger_open(&port), EPOLLIN | EPOLLONESHOT);
	l->drops_seen = 0;
	return 0;
}

void vrrp_sockets_close(struct vrrp_role *role, struct vrrp_link *l)
{
	close_adverts(role, l);
	vrrp_sockets_close_one(role, &l->watch);
	vrrp_sockets_close_one(role, &l->identify);
}

/* Where it cannot be opened no frame is seen, and instances wait for the end of their time. */
void vrrp_sockets_watch(struct vrrp_role *role, uint32_t link, uint32_t ifindex)
{
	struct vrrp_link *l = &role->current.links[link];

	vrrp_sockets_close_one(role, &l->watch);
	add_if_open(role, &l->watch, kern_watch_open(ifindex), EPOLLIN);
}

void vrrp_sockets_identify(struct vrrp_role *role, uint32_t link, uint32_t ifindex,
			   const struct addr *source)
{
	struct vrrp_link *l = &role->current.links[link];

	vrrp_sockets_close_one(role, &l->identify);
	l->identified = *source;
	add_if_open(role, &l->identify, kern_sender_open(ifindex, source), EPOLLIN);
}

/* Deaf is worse than dead: the next vipd-vrrp goes on from our state. */
static void go_deaf(struct vrrp_role *role)
{
	role->exit_now = true;
	role->exit_code = 1;
}

void vrrp_sockets_filter(struct vrrp_role *role, uint32_t link, uint32_t ifindex, bool rejoin)
{
	struct vrrp_link *l = &role->current.links[link];
	struct node_port former = l->port;
	struct kern_port port = link_port(&role->current, l, ifindex);
	int r = 0;

	if (l->main.fd >= 0)
		r = kern_advert_filter(l->main.fd, &port, former.groups, former.group_count);
	if (r == 0 && rejoin && l->main.fd >= 0)
		r = kern_advert_rejoin(l->main.fd, &port);
	if (r == 0 && l->main.fd >= 0)
		r = set_ah(role, l, &port);
	/* Of an interface that went meanwhile we hear soon. */
	if (r < 0 && r != -ENODEV)
		go_deaf(role);
	if (l->stranger.fd >= 0)
		(void)kern_stranger_filter(l->stranger.fd, &port);
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
	if (add_source(role, to, fd, events) < 0)
		go_deaf(role);
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
		move_source(role, &from->links[old].ah, &to->links[k].ah, EPOLLIN);
		move_source(role, &from->links[old].stranger, &to->links[k].stranger,
			    EPOLLIN | EPOLLONESHOT);
		to->links[k].drops_seen = from->links[old].drops_seen;
		to->links[k].port = from->links[old].port;
	}
	/* Where a frame is still looked for the node asks anew. */
	for (uint32_t k = 0; k < from->image->link_count; k++)
		vrrp_sockets_close(role, &from->links[k]);
}
