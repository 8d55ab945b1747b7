/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/limits.h"
#include "base/mono.h"
#include "wire/arp.h"
#include "wire/image.h"
#include "wire/keep.h"
#include "wire/names.h"
#include "wire/role.h"
#include "wire/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The composition of the cores, pure: every instance of one configuration, its links and its
 * addresses, and the order of things. The daemon and the simulator are its only two feeds.
 *
 * What happens comes in through the functions of the first part; what is to be done is pulled with
 * node_next(), one bounded action at a time and the urgent ones first, so that long work (ten
 * thousand addresses) comes in slices between which adverts stay on time. The outcome of an action
 * comes back through a function, it is never assumed.
 *
 * One turn of a feed (design: "the order of a turn"):
 *     node_turn(now)                    adverts that are due, before anything is read
 *     node_packet(), node_link() …      what happened; node_link_busy() for a socket not seen empty
 *     node_timers(now)                  what may only happen after listening
 *     node_next() until it says no, or until the slice is used up; then the next turn
 *     sleep until node_deadline()
 *
 * Memory is the caller's: node_size() octets for one configuration, given back when the next one
 * took over. The image must stay mapped as long. */

#define NODE_NONE UINT32_MAX

struct node;

size_t node_size(const struct image *image);
struct node *node_init(void *memory, const struct image *image, uint64_t generation,
		       struct mono now);

/* -- what a former vipd-vrrp left behind; before the first node_dump_end() -- */

/* Row `instance` of the state memory. Unusable rows are passed over. */
void node_adopt(struct node *n, uint32_t instance, const struct keep_row *row);

/* Instead: another daemon of this host ended at `ended_at` without taking its addresses away. An
 * instance that finds all of its own goes on as MASTER; of the others they are leftovers. An owner
 * cannot tell them from the host's own, and starts as always. */
void node_succeed(struct node *n, struct mono ended_at);

/* Another vipd works in this network namespace: what has our mark and stands in no configuration of
 * ours may be its own, on a link that both share, and is let alone. */
void node_set_neighbour(struct node *n, bool has_neighbour);

/* -- what happens -- */

/* CLOCK_REALTIME minus CLOCK_MONOTONIC, before each turn: for signed adverts only. */
void node_set_realtime(struct node *n, int64_t offset_us);
void node_turn(struct node *n, struct mono now);
void node_timers(struct node *n, struct mono now);

struct node_link_news {
	uint32_t ifindex;
	const char *name;
	bool is_up; /* may carry traffic: IFF_UP and IFF_RUNNING */
	bool is_disabled; /* switched off: not even IFF_UP */
	bool has_mac;
	uint8_t mac[MAC_SIZE];
};
void node_link(struct node *n, const struct node_link_news *news, struct mono now);
void node_link_gone(struct node *n, uint32_t ifindex, struct mono now);

struct node_address_news {
	uint32_t ifindex;
	struct prefix prefix;
	bool is_secondary; /* IFA_F_SECONDARY */
	bool is_tentative; /* IPv6: not to be used yet, or never (IFA_F_TENTATIVE) */
	bool is_marked; /* IFA_PROTO says that vipd put it there */
	bool is_vrrp; /* … or that keepalived did */
	bool is_own; /* the echo of an operation whose outcome was told already */
};
void node_address(struct node *n, const struct node_address_news *news, struct mono now);
void node_address_gone(struct node *n, const struct node_address_news *news, struct mono now);

/* Between these two the news are everything that there is. Nothing is decided before the first
 * end. */
void node_dump_begin(struct node *n);
void node_dump_end(struct node *n, struct mono now);
/* News were lost: a dump will be asked for. */
void node_overrun(struct node *n);

/* A packet from the socket of `link` (index into the image's links); `is_cut`: longer than the
 * buffer. From the strangers' socket, too: what is acceptable is decided in one place. */
void node_packet(struct node *n, uint32_t link, const void *packet, size_t size, bool is_cut,
		 struct mono now);
/* After NODE_ACTION_WATCH: a frame of somebody else came in on `link`. */
void node_frame(struct node *n, uint32_t link, struct mono now);
/* After NODE_ACTION_IDENTIFY: the Ethernet address of who sends from `source` on `link`. */
void node_identified(struct node *n, uint32_t link, const struct addr *source,
		     const uint8_t mac[MAC_SIZE], struct mono now);
/* This turn did not read the link's socket empty. Two turns may go by so, then timers run. */
void node_link_busy(struct node *n, uint32_t link);

/* Outcomes of NODE_ACTION_OPEN, ADVERT (of each packet), ADDRESSES. `error`: errno, 0: done. */
void node_opened(struct node *n, uint32_t link, int error, struct mono now);
void node_sent(struct node *n, uint32_t instance, int error, struct mono now);
void node_address_done(struct node *n, uint32_t address, bool add, int error, struct mono now);

/* Farewell of all instances, removal of all addresses; then NODE_ACTION_STOPPED comes. */
void node_stop(struct node *n, struct mono now);

/* -- what is to be done -- */

enum node_action_kind {
	/* Send `packet` to `destination` on `link`; outcome: node_sent(). One for each peer. */
	NODE_ACTION_ADVERT,
	NODE_ACTION_OPEN, /* open the sockets of `link`; outcome: node_opened() */
	NODE_ACTION_CLOSE, /* close them: the interface is gone */
	NODE_ACTION_FILTER, /* what they are to take changed; with `rejoin` also as below */
	/* Look for the first frame that comes in on `link` (`ifindex`), once: node_frame(). What
	 * was looked for before is forgotten. CLOSE ends it. */
	NODE_ACTION_WATCH,
	/* Look for the Ethernet address of who sends adverts from `destination` on `link`
	 * (`ifindex`), once, in place of what was asked before: node_identified(). */
	NODE_ACTION_IDENTIFY,
	NODE_ACTION_TRANSITION, /* tell: `message` */
	NODE_ACTION_DROP, /* tell: `message` */
	NODE_ACTION_NOTE, /* tell: `message` */
	NODE_ACTION_CHANGED, /* write the rows of `instance`: node_row(), node_keep() */
	NODE_ACTION_ADDRESSES, /* `changes`; outcome of each: node_address_done() */
	NODE_ACTION_ANNOUNCE, /* send `frames` */
	NODE_ACTION_DUMP, /* ask the kernel for everything that there is */
	NODE_ACTION_STOPPED, /* after node_stop(): nothing is left to do */
};

struct node_address_change {
	uint32_t address; /* for node_address_done() */
	uint32_t ifindex;
	bool add; /* else remove */
	bool replaces; /* add: in the place of another's, which is no EEXIST */
	struct prefix prefix;
	struct prefix peer; /* ADDR_NONE: none */
	struct addr broadcast; /* ADDR_NONE: none */
	uint8_t scope;
	uint8_t flags; /* enum image_address_flag */
	uint32_t preferred_lifetime_s; /* IPv6; UINT32_MAX: forever */
	const char *label;
};

/* An Ethernet frame: ARP, or a neighbour advertisement. */
struct node_frame {
	uint32_t ifindex;
	uint8_t size;
	uint8_t data[FRAME_SIZE_MAX];
};

struct node_action {
	enum node_action_kind kind;
	uint32_t instance, link;
	uint32_t ifindex;
	bool rejoin; /* FILTER: the interface may have forgotten the groups */
	/* ADVERT */
	struct addr destination;
	size_t packet_size;
	uint8_t packet[LIMIT_ADVERT_PACKET];
	/* TRANSITION, DROP, NOTE: without wall-clock time */
	struct role_message message;
	/* ADDRESSES, ANNOUNCE */
	int count;
	struct node_address_change changes[LIMIT_ADDRESS_BATCH];
	struct node_frame frames[LIMIT_FRAME_BATCH];
};

/* The most urgent thing to do, or false. `address_max`: addresses in one batch (1 ..
 * LIMIT_ADDRESS_BATCH), for callers that measure how long a batch takes. */
bool node_next(struct node *n, struct mono now, int address_max, struct node_action *ret_action);

/* Nobody can be told now: transitions, drops and notes stay here until this is taken back. Of more
 * than a few transitions of one instance the first ones and the last stay. */
void node_hold_messages(struct node *n, bool hold);

/* When to run the next turn if nothing happens before. */
struct mono node_deadline(const struct node *n);

/* What the sockets of a link are to take; everything else is a stranger's. */
struct node_port {
	uint8_t vrids[32]; /* a bitmap of virtual router ids */
	uint8_t versions; /* bit = 1 << version */
	bool any_ttl; /* there is unicast, which may come through routers */
	bool has_ah; /* version 2: adverts may come behind an Authentication Header */
	int group_count;
	struct addr groups[LIMIT_GROUPS]; /* to be a member of */
};
void node_link_port(const struct node *n, uint32_t link, struct node_port *ret_port);

/* The rows of the shared tables. `realtime_offset_us`: CLOCK_REALTIME minus CLOCK_MONOTONIC. */
void node_row(const struct node *n, uint32_t instance, int64_t realtime_offset_us,
	      struct status_row *ret_row);
void node_keep(const struct node *n, uint32_t instance, int64_t realtime_offset_us,
	       struct keep_row *ret_row);
/* Fills in what the node counts for the process: strangers, overruns, lateness. */
void node_general(const struct node *n, struct status_general *general);

/* -- change of the configuration: `next` was made by node_init() of the new image -- */

/* 1. Compares in slices: up to `budget` instances or addresses. True when done.
 * Until 2. the old node can go on as if nothing had been. */
bool node_change_compare(struct node *next, struct node *old, uint32_t budget);
/* 2. The old node says farewell for what is gone and drops those addresses. */
void node_change_shed(struct node *old, struct mono now);
/* True when nothing of it is left, and nothing of its notes (the feed goes on with the old node
 * meanwhile). */
bool node_change_is_shed(struct node *old, struct mono now);
/* 3. The new node goes on where the old one is. The old one is dead afterwards. */
void node_change_commit(struct node *next, struct node *old, struct mono now);
/* Instead of 3: the old node goes on whole, what was shed begins anew. */
void node_change_abandon(struct node *old, struct mono now);
/* Where the sockets of the new node's link are: a link of the old node, or NODE_NONE. */
uint32_t node_change_old_link(const struct node *next, uint32_t link);
