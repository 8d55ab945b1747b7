/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Without a parent. A parent that was killed, or is being replaced by a newer one, must not cost a
 * packet: vipd-vrrp serves on and waits in the run directory for the next parent, to which it gives
 * its tables and its sockets; then it ends without a word, and its successor goes on. Nobody may
 * serve for ever without supervision: after ten seconds it says farewell and ends. */

#include "daemon/vrrp_role.h"

#include "base/text.h"
#include "daemon/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void vrrp_orphan_begin(struct vrrp_role *role, struct mono now)
{
	loop_remove(&role->loop, &role->channel);
	close(role->channel.fd);
	role->channel.fd = -1;
	role->is_orphan = true;
	vrrp_tell_again(role);
	vrrp_generation_abandon(role, now);
	if (!role->current.node) {
		role->exit_now = true;
		return;
	}
	if (role->is_stopping)
		return;
	role->orphan_until = mono_add(now, LIMIT_ORPHAN_US);
	if (loop_add(&role->loop, &role->handover, EPOLLIN) < 0)
		role->orphan_until = now;
}

static void lose_taker(struct vrrp_role *role)
{
	loop_remove(&role->loop, &role->taker);
	close(role->taker.fd);
	role->taker.fd = -1;
}

/* A queue holds fewer messages than there may be links: it goes on when there is room again.
 * 0, or -errno; -EAGAIN: not done. */
static int give_sockets(struct vrrp_role *role)
{
	const struct vrrp_generation *g = &role->current;
	struct role_message m = role_message(ROLE_GIVE_SOCKETS);
	int r = 0;

	for (; r == 0 && role->give_next < g->image->link_count; role->give_next += r == 0) {
		const struct vrrp_link *l = &g->links[role->give_next];

		if (l->main.fd < 0)
			continue;
		m.count = 1;
		(void)text_copy(m.text, sizeof(m.text), image_links(g->image)[l->link].name);
		r = channel_send(role->taker.fd, &m, &l->main.fd, 1);
	}
	m = role_message(ROLE_GIVE_SOCKETS);
	return r < 0 ? r : channel_send(role->taker.fd, &m, NULL, 0);
}

static bool give_more(struct vrrp_role *role)
{
	int r = give_sockets(role);

	(void)loop_modify(&role->loop, &role->taker, r == -EAGAIN ? EPOLLIN | EPOLLOUT : EPOLLIN);
	return r == 0 || r == -EAGAIN;
}

static bool give(struct vrrp_role *role)
{
	const struct vrrp_generation *g = &role->current;
	struct role_message m = role_message(ROLE_GIVE);
	int fds[3] = { g->image_fd, g->status_fd, g->keep_fd };

	m.generation = g->number;
	role->give_next = 0;
	return channel_send(role->taker.fd, &m, fds, 3) == 0 && give_more(role);
}

static void handle_taker(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_role *role = LIST_ITEM(source, struct vrrp_role, taker);
	struct role_message m;
	int count = 0;
	int r;

	if ((events & EPOLLOUT) && !give_more(role)) {
		lose_taker(role);
		return;
	}
	r = channel_receive(source->fd, &m, NULL, 0, &count);
	if (r == 0)
		return;
	if (r == 1 && m.type == ROLE_LEAVE) {
		role->exit_now = true;
		return;
	}
	if (r < 0 || m.type != ROLE_TAKE || !give(role))
		lose_taker(role);
}

void vrrp_orphan_accept(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_role *role = LIST_ITEM(source, struct vrrp_role, handover);
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	/* One at a time; the socket's mode lets only root in. */
	if (role->taker.fd >= 0) {
		close(fd);
		return;
	}
	role->taker = (struct loop_source){ .fd = fd, .handle = handle_taker };
	if (loop_add(&role->loop, &role->taker, EPOLLIN) < 0) {
		close(fd);
		role->taker.fd = -1;
	}
}
