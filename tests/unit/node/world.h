/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node.h"

/* A little world around the node for its unit tests: hosts with one configuration each, one LAN per
 * link name, a model of the kernel's addresses, and virtual time that jumps from deadline to
 * deadline. The order of a turn is the daemon's. */

#define WORLD_HOSTS 4
#define WORLD_ADDRESSES 512
#define WORLD_LOG 4096

#define VIP "192.0.2.1/24" /* of the two servers */
#define SECOND INT64_C(1000000)

struct world_setting {
	const char *name, *link;
	uint8_t vrid, priority;
	bool nopreempt;
	const char *addresses[8]; /* NULL-terminated prefixes */
	int64_t startup_delay_us; /* of the whole configuration: the first one's counts */
	uint8_t group; /* 224.0.0.`group`; 0: the standard's */
	bool is_version_3; /* with the pseudo-header in its checksums */
	/* Version 3 with auth_hmac: the numbers of its keys, whose octets are the number, too. */
	uint8_t hmac; /* enum image_hmac */
	bool is_monotonic;
	uint8_t keys[2]; /* the first one signs; 0: none */
	const char *peers[4]; /* unicast to these; NULL-terminated */
	bool wants_peers; /* … or else it fails */
};

struct world_address {
	uint32_t ifindex;
	struct prefix prefix;
	bool is_marked;
};

struct world_link {
	char name[LIMIT_LINK_NAME];
	bool exists, is_up, is_open;
	bool is_full; /* its socket is never read empty */
	bool cannot_open;
	bool is_watched; /* its first frame is wanted */
};

struct world_host {
	struct world *world;
	char *image, *next_image;
	struct node *node, *next;
	struct keep_table *keep;
	int64_t realtime_us; /* its wall clock before the monotonic one */
	uint8_t number; /* its own address is 192.0.2.(10 + number) */
	bool is_running, is_cut, is_stopped, is_frozen;
	int send_error; /* errno of each advert that it sends */
	bool change_shed;
	bool dump_held; /* a dump is asked for, its answer comes with world_dump() */
	struct world_link links[4]; /* ifindex 1 .. 4 */
	struct world_address addresses[WORLD_ADDRESSES];
	int address_count;
	int queue_count;
	struct {
		uint32_t ifindex;
		size_t size;
		uint8_t data[128];
	} queue[512]; /* packets that a frozen host has not read */
};

enum world_entry_kind {
	WORLD_ADVERT,
	WORLD_TRANSITION,
	WORLD_ADD,
	WORLD_MARK, /* added in the place of another's */
	WORLD_REMOVE,
	WORLD_ARP,
	WORLD_DROP,
	WORLD_NOTE,
	WORLD_REJOIN,
	WORLD_IDENTIFY,
};

struct world_entry {
	struct mono at;
	int host;
	enum world_entry_kind kind;
	uint8_t priority, to, reason, drop;
	uint16_t note;
	uint32_t instance, count;
	struct prefix prefix;
};

struct world {
	struct mono now;
	bool is_quiet; /* else something is seen on each link at once */
	struct world_host hosts[WORLD_HOSTS];
	int log_count;
	struct world_entry log[WORLD_LOG];
};

/* The article's two servers. */
extern const struct world_setting server1, server2;

struct world *world_new(void);
void world_free(struct world *w);
/* cmocka's: the state is a new world. */
int world_setup(void **state);
int world_teardown(void **state);

/* Gives the host links (up, with its own address on each) and a node for these instances. */
void world_start(struct world *w, int host, const struct world_setting *settings, int count);
/* The same host again with a new node; `adopt`: with the state memory of the one before. */
void world_restart(struct world *w, int host, bool adopt);
/* Another configuration for a running host; world_run() carries it through. */
void world_reload(struct world *w, int host, const struct world_setting *settings, int count);

void world_run(struct world *w, int64_t us);
/* The answer to the dump that was held. */
void world_dump(struct world *w, int host);

/* Somebody else's frame, which is not VRRP, comes in on the link. */
void world_frame(struct world *w, int host, const char *link);

/* The host's kernel: news go to its node. */
void world_link_set(struct world *w, int host, const char *link, bool is_up);
void world_link_delete(struct world *w, int host, const char *link);
void world_address_add(struct world *w, int host, const char *link, const char *prefix, bool mark);
void world_address_remove(struct world *w, int host, const char *link, const char *prefix);
bool world_has(const struct world *w, int host, const char *link, const char *prefix);

enum vrrp_state world_state(const struct world *w, int host, uint32_t instance);
struct status_row world_row(const struct world *w, int host, uint32_t instance);

/* Entries of this kind of this host (-1: any) at or after `from`; and the first of them. */
int world_count(const struct world *w, int host, enum world_entry_kind kind, struct mono from);
const struct world_entry *world_first(const struct world *w, int host, enum world_entry_kind kind,
				      struct mono from);
