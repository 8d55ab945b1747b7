/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/list.h"
#include "kern/kern.h"
#include "loop/loop.h"
#include "node/node.h"

/* The inside of vipd-vrrp, shared by its files. One struct vrrp_role is the whole program.
 *
 * vrrp_main.c       the loop: the order of a turn
 * vrrp_feed.c       outside → node: netlink news, packets
 * vrrp_apply.c      node → outside: adverts, addresses, announcements, messages, tables
 * vrrp_sockets.c    the sockets of the links
 * vrrp_channel.c    messages of the parent: a new configuration, the end
 * vrrp_generation.c one configuration with its tables and node; how the next takes over
 * vrrp_orphan.c     without a parent: ten seconds, and the hand-over to the next one */

struct vrrp_role;

/* That a link may have: three for adverts, and two that look for frames now and then. */
#define SOCKETS_LINK 5

/* What belongs to one link of the current configuration. */
struct vrrp_link {
	struct vrrp_role *role;
	uint32_t link; /* index in the image */
	struct loop_source main, ah, stranger, watch, identify; /* fd -1: not open */
	struct addr identified; /* whose Ethernet address is looked for */
	bool is_paused; /* strangers: not read before role->strangers_at */
	uint32_t drops_seen; /* of the strangers' socket */
	struct node_port port; /* as the sockets were set */
};

/* One configuration: the three blocks that the parent gave, and the node that runs it. */
struct vrrp_generation {
	uint64_t number; /* 0: none */
	int image_fd, status_fd, keep_fd;
	const struct image *image;
	struct status_table *status;
	struct keep_table *keep;
	size_t image_size, status_size, keep_size;
	struct node *node;
	struct vrrp_link *links;
};

/* A transition, a commit and the end can be waiting; the node holds what else there is. */
#define VRRP_UNTOLD_MAX 8

enum vrrp_change {
	VRRP_CHANGE_NONE,
	VRRP_CHANGE_COMPARING,
	VRRP_CHANGE_SHEDDING,
};

struct vrrp_inherited {
	char name[LIMIT_LINK_NAME];
	int fd;
};

struct vrrp_role {
	struct loop loop;
	struct loop_source channel, netlink_source, handover, taker;
	struct kern_netlink *netlink;
	struct kern_receiver *receiver;
	int packet_fd;
	int wake_fd;
	struct vrrp_generation current, next;
	enum vrrp_change change;
	bool wake_wanted; /* someone may wait for what changed */
	bool netlink_more; /* news were left for the next turn */
	bool is_stopping, is_orphan, exit_now;
	int exit_code;
	struct mono orphan_until;
	struct mono strangers_at; /* paused strangers' sockets are read again; or never */
	uint64_t strangers_unread;
	uint64_t messages_lost;
	uint32_t starts;
	int64_t started_realtime_us;
	int address_batch; /* as many as take about half a slice */
	struct mono inherited_until; /* what nobody took by then is closed; or never */
	uint32_t inherited_count;
	struct vrrp_inherited inherited[LIMIT_LINKS];
	uint32_t untold_count; /* messages that must not be lost, waiting for room */
	struct role_message untold[VRRP_UNTOLD_MAX];
	uint32_t give_next; /* to a taker: the next link whose socket it gets */
	struct node_action action;
	struct kern_frame frames[LIMIT_FRAME_BATCH];
};

/* vrrp_feed.c */
void vrrp_feed_netlink(struct loop_source *source, uint32_t events, struct mono now);
void vrrp_feed_main(struct loop_source *source, uint32_t events, struct mono now);
void vrrp_feed_ah(struct loop_source *source, uint32_t events, struct mono now);
void vrrp_feed_stranger(struct loop_source *source, uint32_t events, struct mono now);
/* The first frame on a link: it is told, and the socket closed. */
void vrrp_feed_watch(struct loop_source *source, uint32_t events, struct mono now);
/* A packet of whom is looked for: who it is, is told, and the socket closed. */
void vrrp_feed_identify(struct loop_source *source, uint32_t events, struct mono now);
void vrrp_feed_resume_strangers(struct vrrp_role *role, struct mono now);

/* vrrp_apply.c: pulls and does until nothing is left or the slice is used up. */
void vrrp_apply(struct vrrp_role *role, struct mono now);
void vrrp_apply_row(struct vrrp_role *role, struct vrrp_generation *g, uint32_t instance);
void vrrp_apply_general(struct vrrp_role *role);
int64_t vrrp_realtime_offset_us(void);
/* For the log: lost and counted when the parent does not read. */
void vrrp_tell(struct vrrp_role *role, struct role_message *message);
/* For those that the parent must hear: they wait, in order, and hold the node's messages. */
void vrrp_tell_surely(struct vrrp_role *role, struct role_message *message);
void vrrp_tell_again(struct vrrp_role *role);
void vrrp_wake(struct vrrp_role *role);

/* vrrp_sockets.c */
/* The two for adverts, in place of those before; what looks for frames goes on. */
int vrrp_sockets_open(struct vrrp_role *role, uint32_t link, uint32_t ifindex);
/* All of the link; or one of them. */
void vrrp_sockets_close(struct vrrp_role *role, struct vrrp_link *l);
void vrrp_sockets_close_one(struct vrrp_role *role, struct loop_source *source);
void vrrp_sockets_filter(struct vrrp_role *role, uint32_t link, uint32_t ifindex, bool rejoin);
/* Looks for the first frame on the link, anew. */
void vrrp_sockets_watch(struct vrrp_role *role, uint32_t link, uint32_t ifindex);
/* Looks for the Ethernet address of a sender, in place of the one before. */
void vrrp_sockets_identify(struct vrrp_role *role, uint32_t link, uint32_t ifindex,
			   const struct addr *source);
void vrrp_sockets_move(struct vrrp_role *role);
void vrrp_sockets_inherit(struct vrrp_role *role, const char *name, int fd);
void vrrp_sockets_expire(struct vrrp_role *role, struct mono now);

/* vrrp_channel.c */
void vrrp_channel_handle(struct loop_source *source, uint32_t events, struct mono now);

/* vrrp_generation.c: `ret_reason` (static text) says why a generation is refused. */
bool vrrp_generation_open(struct vrrp_generation *g, uint64_t number, const int fds[3],
			  const char **ret_reason, struct mono now);
void vrrp_generation_close(struct vrrp_generation *g);
void vrrp_generation_first(struct vrrp_role *role, const struct role_message *m, struct mono now);
/* Goes on with a change that is under way, for at most one slice. */
void vrrp_generation_advance(struct vrrp_role *role, struct mono now);
void vrrp_generation_abandon(struct vrrp_role *role, struct mono now);

/* vrrp_orphan.c */
void vrrp_orphan_begin(struct vrrp_role *role, struct mono now);
void vrrp_orphan_accept(struct loop_source *source, uint32_t events, struct mono now);
