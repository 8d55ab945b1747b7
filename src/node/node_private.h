/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "announce/announce.h"
#include "base/heap.h"
#include "base/list.h"
#include "node/node.h"
#include "reconcile/reconcile.h"
#include "vrrp/vrrp.h"

/* The inside of the node, shared by the files of this room only. */

/* Transitions of one instance that were not pulled yet. More in one turn: the middle goes. */
#define TRANSITIONS_MAX 4
/* Notes that were not pulled yet; more are counted as lost (notes are for the log only). */
#define NOTES_MAX 256
/* Marked addresses without an owner that are remembered; when these are gone, the next dump
 * brings more. */
#define LEFTOVERS_MAX 256
/* After a farewell the removal of addresses may take so long, then the end comes anyway. */
#define STOP_US 1000000
/* A socket that could not be opened is tried again after this. */
#define SOCKET_RETRY_US 1000000

/* The first conditions are faults, the last ones only hold a start back. */
#define CONDITIONS_WAIT                                                                            \
	((1u << CONDITION_UNKNOWN) | (1u << CONDITION_LEFTOVERS) | (1u << CONDITION_STARTUP_DELAY))

struct node_source {
	struct prefix prefix;
	uint32_t ifindex; /* a routed link has it wherever it is */
	bool is_secondary;
	bool is_disabled; /* of a routed link: its interface is switched off */
	bool is_seen; /* since the dump began */
};

enum node_socket {
	SOCKET_NONE,
	SOCKET_WANTED, /* OPEN was not pulled yet */
	SOCKET_OPENING, /* pulled, no outcome yet */
	SOCKET_OPEN,
	SOCKET_FAILED, /* tried again at socket_retry_at */
};

struct node_link {
	const struct image_link *config;
	uint32_t ifindex; /* 0: no such interface */
	uint32_t hash_next_index, hash_next_name; /* NODE_NONE: end of the chain */
	bool is_known; /* a dump ended since it is in the configuration */
	bool is_searched; /* … with this interface: what an earlier run left on it is known */
	bool is_up, has_mac, is_seen;
	bool is_renamed; /* the interface has another name now: ours no more, but not forgotten */
	bool port_changed, close_wanted;
	/* Since the link came up: a frame of somebody else was seen; that, or an advert of ours
	 * left (it carries traffic); and the first frame is still to be looked for. */
	bool is_heard, is_proven, watch_wanted;
	struct mono came_up_at; /* … and when it did */
	uint32_t identify_instance; /* whose last stranger is to be identified; or NODE_NONE */
	bool groups_doubted; /* the interface had no address: it may have forgotten them */
	bool source_overflow; /* there are more sources than we remember */
	bool minds_sources; /* an instance of it minds others than the first */
	uint8_t mac[MAC_SIZE];
	enum node_socket socket;
	struct mono socket_retry_at;
	uint32_t busy_count; /* turns in a row in which the socket was not read empty */
	uint64_t busy_turn; /* the last of them */
	uint32_t routed_next; /* chain of those without an interface; NODE_NONE: its end */
	uint32_t instance_first; /* chain through node_instance.link_next */
	uint32_t address_first; /* chain through node_address.link_next */
	uint32_t tracking_first; /* chain through node_tracking.link_next */
	uint32_t leftovers; /* unowned addresses still to be removed */
	uint32_t old_link; /* in a change: index in the old node, or NODE_NONE */
	int source_count;
	struct node_source sources[LIMIT_SOURCES];
	uint32_t instance_by_vrid[256]; /* chains through node_instance.vrid_next */
	struct list work; /* in node.links_work: link_has_work() */
};

/* An instance with an address on another interface than its own: it fails without that, too. */
struct node_tracking {
	uint32_t instance, link;
	uint32_t instance_next, link_next; /* chains of both; NODE_NONE: their end */
};

struct node_transition {
	uint8_t from, to, reason, priority, other_priority;
	struct addr other;
};

struct node_instance {
	const struct image_instance *config;
	uint32_t index;
	uint32_t link_next, vrid_next;
	uint32_t tracking_first; /* chain through node_tracking.instance_next */
	struct vrrp_router router;
	struct announce announce;
	struct heap_node advert_timer; /* MASTER: when the next advert is due */
	struct heap_node timer; /* everything else */
	struct list send, transition, drop, changed; /* membership in the node's work lists */
	struct list held; /* in node.held: due, but its socket was not read empty */
	int send_error; /* of the last advert; 0: it left */
	struct mono send_failing_at; /* the first of those that did not leave */
	bool has_stranger_mac; /* of the last one that was refused as a stranger */
	uint8_t stranger_mac[MAC_SIZE];
	bool list_differs; /* of the master that was heard last */
	uint8_t dark[32]; /* addresses that it does not have */
	struct status_deaf deaf[STATUS_DEAF]; /* who sends the other form of checksum */
	struct status_rival rival; /* heard while MASTER, and lower: of the first time */
	struct mono rival_since;
	bool rival_stays; /* it was heard again when it should have heard us */
	uint8_t advert_priority; /* of the advert in the send list */
	uint32_t peer_next; /* unicast: whom it goes to next */
	uint16_t packet_id;
	uint32_t conditions;
	uint32_t bad_link; /* for which it has LINK_MISSING, LINK_DOWN or UNKNOWN; else its own */
	struct mono condition_since[CONDITION_N_];
	bool stopped; /* farewell is over */
	bool is_kept; /* in a change: the new configuration has it, too */
	uint8_t copies; /* announcements for each address as it comes into service */
	bool has_kept;
	bool is_presumed; /* has_kept: of another daemon; a dump says whether it is so */
	struct vrrp_kept kept;
	int transition_count;
	struct node_transition transitions[TRANSITIONS_MAX];
	uint32_t drop_pending; /* bit = cause: a message is due */
	uint32_t drop_count[VRRP_DROP_N_]; /* since the last message */
	struct mono drop_logged[VRRP_DROP_N_];
	struct addr drop_source[VRRP_DROP_N_]; /* of the last one; ADDR_NONE: none */
	struct mono note_logged[ROLE_NOTE_N_];
	uint64_t counters[COUNTER_N_];
	uint32_t old_instance; /* in a change: index in the old node, or NODE_NONE */
};

struct node_address {
	const struct image_address *config; /* NULL: a leftover without an owner */
	struct prefix prefix;
	uint32_t index, link, instance;
	uint32_t hash_next, link_next;
	struct reconcile reconcile;
	uint8_t copies; /* announcements still to be sent */
	bool is_found; /* it was there when we added it: whose it is, the next dump says */
	bool is_told; /* that it came or went, was last told by news and not by an outcome */
	bool is_kept; /* in a change: the new configuration has it, too */
	bool is_shed; /* in a change: not wanted any more */
	bool is_used; /* leftovers only */
	struct list work; /* in node.work: an operation may be due */
	struct list waiting; /* in node.waiting: an operation is due later */
	struct list announcing; /* in node.fresh or node.announcing */
};

struct node {
	const struct image *image;
	uint64_t generation;
	uint64_t turn;
	int64_t realtime_offset_us;
	uint32_t instance_count, link_count, address_count;
	struct node_instance *instances;
	struct node_link *links;
	struct node_address *addresses; /* those of the image, then LEFTOVERS_MAX others */
	struct node_tracking *trackings;
	uint32_t tracking_count;
	struct addr *advert_addresses; /* runs of the instances, in the order of adverts */
	struct heap adverts, timers;
	uint32_t link_buckets, address_buckets; /* powers of two */
	uint32_t *links_by_index, *links_by_name, *addresses_by_key;
	uint32_t routed_first; /* chain through node_link.routed_next */
	/* work, in the order in which it is pulled */
	struct list sending, links_work, transiting, dropping, changing, fresh, work, announcing;
	struct list waiting, held;
	struct role_message notes[NOTES_MAX];
	uint32_t note_first, note_count;
	uint64_t notes_lost;
	bool is_synced; /* the first dump was read */
	bool is_dumping;
	bool holds_messages; /* nobody can be told now */
	bool has_neighbour; /* another vipd's addresses have our mark, too */
	bool takes_leftovers; /* this dump: unowned addresses with our mark are taken away again */
	bool leftovers_missed; /* there were more of them than LEFTOVERS_MAX */
	uint32_t leftover_count;
	bool dump_wanted, dump_asked;
	struct mono started_at;
	bool is_delayed; /* starts are held back until ready_at */
	struct mono ready_at;
	bool is_stopping, stop_told;
	struct mono stop_at;
	bool is_shedding;
	struct mono shed_at;
	struct mono socket_retry_at; /* the earliest of all links */
	/* a change under way (in the new node) */
	uint32_t compare_position;
	/* counted for the process */
	uint64_t strangers, strangers_by_cause[VRRP_DROP_N_], overruns;
	int64_t advert_late_max_us;
};

/* node.c */
/* Of the interface: the link of that family that has its name, else one that had it. */
struct node_link *find_link(const struct node *n, uint32_t ifindex, uint8_t family);
/* All of them, one after the other; the first is behind NULL. */
struct node_link *next_link_by_index(const struct node *n, uint32_t ifindex,
				     const struct node_link *before);
uint32_t find_link_by_name(const struct node *n, const char *name, uint8_t family);
/* The same link in another configuration, or NODE_NONE. */
uint32_t find_same_link(const struct node *n, const struct image_link *link);
struct node_address *find_address(const struct node *n, uint32_t link, const struct addr *addr);
struct node_address *next_address(const struct node *n, const struct node_address *a);
void hash_link_index(struct node *n, uint32_t link, bool add);
/* From when on instances may take part, by the configuration and by when vipd-vrrp began. */
void node_delay(struct node *n, struct mono started_at, struct mono now);
void note(struct node *n, struct node_instance *i, enum role_note kind,
	  struct role_message *message, int64_t gap_us, struct mono now);

/* instance.c */
void instance_init(struct node *n, struct node_instance *i);
void instance_vrrp_config(const struct node *n, const struct node_instance *i,
			  struct vrrp_config *ret_config);
void instance_step(struct node *n, struct node_instance *i, const struct vrrp_event *event,
		   struct mono now);
void instance_apply(struct node *n, struct node_instance *i, const struct vrrp_actions *actions,
		    struct mono now);
void instance_rearm(struct node *n, struct node_instance *i);
void instance_changed(struct node *n, struct node_instance *i);
void instance_forget_rival(struct node_instance *i);
void instance_check(struct node *n, struct node_instance *i, struct mono now);
/* A dump was read: has another daemon left all addresses, and so was MASTER? */
void instance_verify_presumed(struct node *n, struct node_instance *i);
void instance_drop(struct node *n, struct node_instance *i, enum vrrp_drop cause,
		   const struct addr *source, struct mono now);
bool instance_next_advert(struct node *n, struct mono now, struct node_action *action);
bool instance_next_message(struct node *n, struct node_action *action);
const struct addr *link_source(const struct node_link *l);
void instance_announce_all(struct node *n, struct node_instance *i, uint8_t copies);

/* address.c */
void address_queue(struct node *n, struct node_address *a, struct mono now);
void address_announce(struct node *n, struct node_address *a, uint8_t copies);
bool address_next_change(struct node *n, struct mono now, int max, struct node_action *action);
bool address_next_frames(struct node *n, struct list *from, struct node_action *action);
void address_retry(struct node *n, struct mono now);
struct mono address_deadline(const struct node *n);
struct node_address *address_leftover(struct node *n, struct node_link *l,
				      const struct prefix *prefix);
bool address_is_outstanding(const struct node_address *a);

/* links.c */
void link_check(struct node *n, struct node_link *l, struct mono now);
/* An address of an earlier run that no configuration has is there, and has to go. */
void link_take_leftover(struct node *n, struct node_link *l, const struct prefix *prefix,
			struct mono now);
/* Its link has carried a frame already: it is told now. */
void link_tell_again(struct node *n, struct node_instance *i, struct mono now);
/* A packet of a stranger was refused, and it is time to say so. */
void link_identify(struct node *n, struct node_instance *i);
/* An advert of ours left without an error. */
void link_sent(struct node *n, struct node_link *l, struct mono now);
/* Something about its sockets is still to be pulled: it belongs into node.links_work. */
bool link_has_work(const struct node_link *l);
bool link_is_listened(const struct node *n, const struct node_link *l);
void link_retry(struct node *n, struct mono now);
/* Its interface, or its VRF, is not there. (To be in none is no lack.) */
bool link_is_absent(const struct node_link *l);
/* Of enum condition, by itself. */
uint32_t link_conditions(const struct node_link *l);
/* Frames tell whether it carries traffic: of a routed one, adverts do. */
bool link_is_watched(const struct node_link *l);
