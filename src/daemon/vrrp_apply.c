/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Node → outside: pulls one action after the other and does it, for at most one slice; then the
 * next turn sends what is due and goes on. Outcomes go back into the node at once (the kernel
 * executes netlink commands while they are sent). Nothing here decides, waits or allocates. */

#include "daemon/vrrp_role.h"

#include "base/check.h"
#include "base/text.h"
#include "daemon/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

void vrrp_tell(struct vrrp_role *role, struct role_message *message)
{
	message->generation = role->current.number;
	message->realtime_us = loop_realtime_us();
	if (role->is_orphan || role->untold_count > 0 ||
	    channel_send(role->channel.fd, message, NULL, 0) < 0)
		role->messages_lost++;
}

static void hold_messages(struct vrrp_role *role)
{
	bool hold = role->untold_count > 0;

	if (role->current.node)
		node_hold_messages(role->current.node, hold);
	if (!role->is_orphan)
		(void)loop_modify(&role->loop, &role->channel, hold ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void vrrp_tell_surely(struct vrrp_role *role, struct role_message *message)
{
	message->generation = role->current.number;
	message->realtime_us = loop_realtime_us();
	if (role->is_orphan) {
		role->messages_lost++;
		return;
	}
	if (role->untold_count == 0 &&
	    channel_send(role->channel.fd, message, NULL, 0) != -EAGAIN)
		return;
	check(role->untold_count < VRRP_UNTOLD_MAX);
	role->untold[role->untold_count++] = *message;
	hold_messages(role);
}

/* The parent reads again, or is gone: what waited goes, in order. */
void vrrp_tell_again(struct vrrp_role *role)
{
	uint32_t told = 0;

	while (told < role->untold_count &&
	       (role->is_orphan ||
		channel_send(role->channel.fd, &role->untold[told], NULL, 0) != -EAGAIN))
		told++;
	role->untold_count -= told;
	memmove(role->untold, role->untold + told,
		role->untold_count * sizeof(role->untold[0]));
	hold_messages(role);
}

void vrrp_wake(struct vrrp_role *role)
{
	uint64_t one = 1;
	ssize_t written;

	role->wake_wanted = false;
	if (role->current.status)
		__atomic_fetch_add(&role->current.status->changes, 1, __ATOMIC_RELEASE);
	/* A full counter means that a wake-up is pending already. */
	written = write(role->wake_fd, &one, sizeof(one));
	(void)written;
}

int64_t vrrp_realtime_offset_us(void)
{
	return loop_realtime_us() - loop_clock().us;
}

void vrrp_apply_row(struct vrrp_role *role, struct vrrp_generation *g, uint32_t instance)
{
	int64_t offset_us = vrrp_realtime_offset_us();
	struct status_row row;
	struct keep_row keep;

	node_row(g->node, instance, offset_us, &row);
	node_keep(g->node, instance, offset_us, &keep);
	status_write_row(g->status, instance, &row);
	keep_write(g->keep, instance, &keep);
}

void vrrp_apply_general(struct vrrp_role *role)
{
	struct status_general general = {
		.pid = (uint32_t)getpid(),
		.starts = role->starts,
		.started_realtime_us = role->started_realtime_us,
		.strangers_unread = role->strangers_unread,
		.messages_lost = role->messages_lost,
	};

	node_general(role->current.node, &general);
	status_write_general(role->current.status, &general);
}

static void apply_advert(struct vrrp_role *role, const struct node_action *a, struct mono now)
{
	int fd = role->current.links[a->link].main.fd;
	int r = kern_advert_send(fd, &a->destination, a->packet, a->packet_size);

	node_sent(role->current.node, a->instance, r < 0 ? -r : 0, now);
}

/* Half a slice for each batch, whatever the kernel's price for one address is by now: it grows
 * with the number of addresses on the link. */
static void adapt_batch(struct vrrp_role *role, int count, int64_t took_us)
{
	int64_t fits = took_us <= 0 ? LIMIT_ADDRESS_BATCH : LIMIT_SLICE_US / 2 * count / took_us;

	if (fits < 1)
		fits = 1;
	if (fits > LIMIT_ADDRESS_BATCH)
		fits = LIMIT_ADDRESS_BATCH;
	role->address_batch = (int)fits;
}

static void apply_addresses(struct vrrp_role *role, const struct node_action *a, struct mono now)
{
	struct kern_address addresses[LIMIT_ADDRESS_BATCH];
	struct mono begin = loop_clock();
	int r;

	for (int k = 0; k < a->count; k++) {
		const struct node_address_change *c = &a->changes[k];

		addresses[k] = (struct kern_address){
			.ifindex = c->ifindex,
			.prefix = c->prefix,
			.peer = c->peer,
			.broadcast = c->broadcast,
			.scope = c->scope,
			.flags = c->flags,
			.preferred_lifetime_s = c->preferred_lifetime_s,
			.add = c->add,
			.replaces = c->replaces,
		};
		(void)text_copy(addresses[k].label, sizeof(addresses[k].label), c->label);
	}
	r = kern_address_change(role->netlink, addresses, a->count);
	adapt_batch(role, a->count, mono_since(begin, loop_clock()));
	for (int k = 0; k < a->count; k++)
		node_address_done(role->current.node, a->changes[k].address, a->changes[k].add,
				  r < 0 ? -r : addresses[k].error, now);
}

static void apply_frames(struct vrrp_role *role, const struct node_action *a)
{
	int done = 0;

	for (int k = 0; k < a->count; k++) {
		role->frames[k].ifindex = a->frames[k].ifindex;
		role->frames[k].size = a->frames[k].size;
		memcpy(role->frames[k].data, a->frames[k].data, a->frames[k].size);
	}
	while (done < a->count) {
		int r = kern_frames_send(role->packet_fd, role->frames + done, a->count - done);

		/* One that cannot be sent is passed over: there are more copies of it. */
		done += r > 0 ? r : 1;
	}
}

static void apply_open(struct vrrp_role *role, const struct node_action *a, struct mono now)
{
	int r = vrrp_sockets_open(role, a->link, a->ifindex);

	node_opened(role->current.node, a->link, r < 0 ? -r : 0, now);
}

static void apply_message(struct vrrp_role *role, struct node_action *a)
{
	if (a->kind != NODE_ACTION_TRANSITION) {
		vrrp_tell(role, &a->message);
		return;
	}
	vrrp_tell_surely(role, &a->message);
	role->wake_wanted = true;
}

static void apply_stopped(struct vrrp_role *role)
{
	struct role_message m = role_message(ROLE_STOPPED);

	vrrp_tell_surely(role, &m);
	role->exit_now = true;
}

/* True: this took long enough to look at the clock. */
static bool apply_one(struct vrrp_role *role, struct node_action *a, struct mono now)
{
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		apply_advert(role, a, now);
		return false;
	case NODE_ACTION_OPEN:
		apply_open(role, a, now);
		return true;
	case NODE_ACTION_CLOSE:
		vrrp_sockets_close(role, &role->current.links[a->link]);
		return false;
	case NODE_ACTION_IDENTIFY:
		vrrp_sockets_identify(role, a->link, a->ifindex, &a->destination);
		return true;
	case NODE_ACTION_WATCH:
		vrrp_sockets_watch(role, a->link, a->ifindex);
		return true;
	case NODE_ACTION_FILTER:
		vrrp_sockets_filter(role, a->link, a->ifindex, a->rejoin);
		return false;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_NOTE:
		apply_message(role, a);
		return false;
	case NODE_ACTION_CHANGED:
		vrrp_apply_row(role, &role->current, a->instance);
		return false;
	case NODE_ACTION_ADDRESSES:
		apply_addresses(role, a, now);
		return true;
	case NODE_ACTION_ANNOUNCE:
		apply_frames(role, a);
		return true;
	case NODE_ACTION_DUMP:
		/* Blind is worse than dead: the next vipd-vrrp goes on from our state. */
		if (kern_netlink_dump(role->netlink) < 0) {
			role->exit_now = true;
			role->exit_code = 1;
		}
		return false;
	case NODE_ACTION_STOPPED:
		apply_stopped(role);
		return true;
	}
	return false;
}

void vrrp_apply(struct vrrp_role *role, struct mono now)
{
	struct mono begin = loop_clock();

	while (!role->exit_now &&
	       node_next(role->current.node, now, role->address_batch, &role->action))
		if (apply_one(role, &role->action, now) &&
		    mono_since(begin, loop_clock()) >= LIMIT_SLICE_US)
			break;
	if (role->wake_wanted)
		vrrp_wake(role);
}
