/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Messages of the parent. It is trusted, but not to be of the same build: what does not fit is
 * refused by name. A parent that talks nonsense is as good as none. */

#include "daemon/vrrp_role.h"

#include "base/text.h"
#include "daemon/channel.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define FDS_MAX 4

static void reject(struct vrrp_role *role, uint64_t generation, const char *reason)
{
	struct role_message m = role_message(ROLE_REJECTED);

	m.generation = generation;
	m.realtime_us = loop_realtime_us();
	(void)text_copy(m.text, sizeof(m.text), reason);
	(void)channel_send(role->channel.fd, &m, NULL, 0);
}

static void close_all(const int *fds, int count)
{
	for (int k = 0; k < count; k++)
		close(fds[k]);
}

static void apply(struct vrrp_role *role, const struct role_message *m, const int *fds, int count,
		  struct mono now)
{
	const char *reason = "";

	if (count != 3 || m->generation == 0 || role->change != VRRP_CHANGE_NONE ||
	    role->is_stopping) {
		close_all(fds, count);
		reject(role, m->generation, "another change is under way");
		return;
	}
	if (!vrrp_generation_open(&role->next, m->generation, fds, &reason, now)) {
		reject(role, m->generation, reason);
		return;
	}
	node_set_neighbour(role->next.node, m->has_neighbour);
	if (role->current.node)
		role->change = VRRP_CHANGE_COMPARING;
	else
		vrrp_generation_first(role, m, now);
}

static void stop(struct vrrp_role *role, struct mono now)
{
	role->is_stopping = true;
	vrrp_generation_abandon(role, now);
	if (role->current.node)
		node_stop(role->current.node, now);
	else
		role->exit_now = true;
}

static void handle(struct vrrp_role *role, const struct role_message *m, const int *fds, int count,
		   struct mono now)
{
	if (m->type == ROLE_APPLY) {
		apply(role, m, fds, count, now);
	} else if (m->type == ROLE_INHERIT && count == 1) {
		vrrp_sockets_inherit(role, m->text, fds[0]);
	} else {
		close_all(fds, count);
		if (m->type == ROLE_STOP)
			stop(role, now);
	}
}

void vrrp_channel_handle(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_role *role = LIST_ITEM(source, struct vrrp_role, channel);

	if (events & EPOLLOUT)
		vrrp_tell_again(role);
	for (;;) {
		struct role_message m;
		int fds[FDS_MAX], count = 0;
		int r = channel_receive(source->fd, &m, fds, FDS_MAX, &count);

		if (r == 0)
			return;
		if (r < 0) {
			vrrp_orphan_begin(role, now);
			return;
		}
		handle(role, &m, fds, count, now);
	}
}
