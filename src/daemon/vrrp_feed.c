/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Outside → node. Each handler takes a bounded piece; what is left makes the descriptor ready
 * again in the next turn, after the adverts that are due. */

#include "daemon/vrrp_role.h"

#include "base/check.h"

#include <string.h>
#include <sys/epoll.h>

#define NEWS_BATCH 128
#define NEWS_BATCHES_TURN 8
/* Strangers' packets are only counted: a few at a time, then a rest. A flood of them costs one
 * wake-up in this time. */
#define STRANGERS_TURN 16
#define STRANGERS_REST_US 100000

static void feed_address(struct node *node, const struct kern_news *news, struct mono now)
{
	struct node_address_news a = {
		.ifindex = news->ifindex,
		.prefix = news->prefix,
		.is_secondary = news->is_secondary,
		.is_tentative = news->is_tentative,
		.is_marked = news->protocol == ADDRESS_MARK_VIPD,
		.is_vrrp = news->protocol == ADDRESS_MARK_VIPD ||
			   news->protocol == ADDRESS_MARK_KEEPALIVED,
		.is_own = news->is_own,
	};

	if (news->kind == KERN_NEWS_ADDRESS)
		node_address(node, &a, now);
	else
		node_address_gone(node, &a, now);
}

static void feed_news(struct vrrp_role *role, const struct kern_news *news, struct mono now)
{
	struct node *node = role->current.node;
	struct role_message m = role_message(ROLE_NOTE);

	switch (news->kind) {
	case KERN_NEWS_LINK: {
		struct node_link_news l = { .ifindex = news->ifindex,
					    .name = news->name,
					    .is_up = news->is_up,
					    .is_disabled = news->is_disabled,
					    .has_mac = news->has_mac };

		memcpy(l.mac, news->mac, MAC_SIZE);
		node_link(node, &l, now);
		break;
	}
	case KERN_NEWS_LINK_GONE:
		node_link_gone(node, news->ifindex, now);
		break;
	case KERN_NEWS_ADDRESS:
	case KERN_NEWS_ADDRESS_GONE:
		feed_address(node, news, now);
		break;
	case KERN_NEWS_DUMP_BEGIN:
		node_dump_begin(node);
		break;
	case KERN_NEWS_DUMP_END:
		node_dump_end(node, now);
		break;
	case KERN_NEWS_OVERRUN:
		m.note = ROLE_NOTE_OVERRUN;
		m.instance = NODE_NONE;
		vrrp_tell(role, &m);
		node_overrun(node);
		break;
	}
}

void vrrp_feed_netlink(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_role *role = LIST_ITEM(source, struct vrrp_role, netlink_source);
	struct kern_news news[NEWS_BATCH];
	int count = 1;

	/* Until it says that there is nothing: some may lie in its buffer, where epoll does not see
	 * them. */
	for (int batch = 0; batch < NEWS_BATCHES_TURN && count > 0; batch++) {
		count = kern_netlink_read(role->netlink, news, NEWS_BATCH);
		/* News before the first configuration are read away: the first dump brings
		 * everything. */
		for (int k = 0; k < count && role->current.node; k++)
			feed_news(role, &news[k], now);
	}
	/* Blind is worse than dead: the next vipd-vrrp goes on from our state. */
	if (count < 0) {
		role->exit_now = true;
		role->exit_code = 1;
	}
	role->netlink_more = count > 0;
}

static int feed_packets(struct vrrp_link *l, int fd, int max, struct mono now)
{
	const struct kern_packet *packets;
	int count = kern_receive(l->role->receiver, fd, max, &packets);

	for (int k = 0; k < count; k++)
		node_packet(l->role->current.node, l->link, packets[k].data, packets[k].size,
			    packets[k].is_cut, now);
	return count;
}

static void feed_adverts(struct vrrp_link *l, int fd, struct mono now)
{
	if (feed_packets(l, fd, LIMIT_PACKETS_TURN, now) == LIMIT_PACKETS_TURN)
		node_link_busy(l->role->current.node, l->link);
}

void vrrp_feed_main(struct loop_source *source, uint32_t events, struct mono now)
{
	feed_adverts(LIST_ITEM(source, struct vrrp_link, main), source->fd, now);
}

void vrrp_feed_ah(struct loop_source *source, uint32_t events, struct mono now)
{
	feed_adverts(LIST_ITEM(source, struct vrrp_link, ah), source->fd, now);
}

void vrrp_feed_stranger(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_link *l = LIST_ITEM(source, struct vrrp_link, stranger);
	uint32_t drops;

	(void)feed_packets(l, source->fd, STRANGERS_TURN, now);
	drops = kern_socket_drops(source->fd);
	l->role->strangers_unread += drops - l->drops_seen;
	l->drops_seen = drops;
	/* EPOLLONESHOT: not ready again before it is resumed. */
	l->is_paused = true;
	if (mono_is_never(l->role->strangers_at))
		l->role->strangers_at = mono_add(now, STRANGERS_REST_US);
}

void vrrp_feed_watch(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_link *l = LIST_ITEM(source, struct vrrp_link, watch);

	/* An error, too, is the end of it: the interface went down, or away. */
	if (events & EPOLLIN && !(events & EPOLLERR))
		node_frame(l->role->current.node, l->link, now);
	vrrp_sockets_close_one(l->role, source);
}

void vrrp_feed_identify(struct loop_source *source, uint32_t events, struct mono now)
{
	struct vrrp_link *l = LIST_ITEM(source, struct vrrp_link, identify);
	uint8_t mac[MAC_SIZE];

	if (kern_sender_read(source->fd, mac))
		node_identified(l->role->current.node, l->link, &l->identified, mac, now);
	vrrp_sockets_close_one(l->role, source);
}

void vrrp_feed_resume_strangers(struct vrrp_role *role, struct mono now)
{
	struct vrrp_generation *g = &role->current;

	role->strangers_at = MONO_NEVER;
	for (uint32_t k = 0; g->node && k < g->image->link_count; k++) {
		struct vrrp_link *l = &g->links[k];

		if (!l->is_paused)
			continue;
		l->is_paused = false;
		(void)loop_modify(&role->loop, &l->stranger, EPOLLIN | EPOLLONESHOT);
	}
}
