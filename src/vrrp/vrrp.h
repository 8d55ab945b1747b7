/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/mono.h"
#include "wire/advert.h"
#include "wire/image.h"
#include "wire/ip.h"
#include "wire/keep.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* VRRP (versions 2, RFC 3768, and 3, RFC 9568; paragraph numbers of section 6 are the same in both;
 * state names as keepalived's users know them), pure: one router of one virtual router id on one
 * link. Events in, actions out; time is a parameter; nothing is sent, logged or
 * allocated here. This is the only header of the room that others include. The enums of states,
 * reasons and drops are in wire/names.h, because every role and vipctl speak of them. */

struct vrrp_config {
	uint8_t version; /* 2 (IPv4), 3 */
	uint8_t family; /* enum addr_family */
	uint8_t vrid; /* 1..255 */
	uint8_t priority; /* 1..255; 255: address owner */
	bool preempt; /* the owner preempts whatever this says (6.1) */
	uint8_t auth_type; /* enum advert_auth; AH over IPv4 only, as all of version 2 */
	uint8_t auth_data[ADVERT_AUTH_SIZE]; /* zero-filled */
	uint8_t hmac; /* enum image_hmac; not beside an auth_type */
	uint8_t hmac_key; /* the id of the key that we sign with */
	bool hmac_monotonic; /* adverts need not be of today */
	int64_t hmac_window_us; /* else so far two clocks may be apart */
	uint8_t checksum; /* version 3 over IPv4: enum advert_checksum of what we send */
	uint8_t ttl; /* unicast: of what we send */
	bool is_unicast; /* adverts go to `peers` */
	struct addr group; /* else where they go */
	bool checks_source; /* unicast: and are taken only from them */
	bool checks_list; /* another list of addresses is refused */
	bool yields_to_strangers; /* a list that has nothing of ours is no reason to refuse */
	bool owner_ignores; /* the owner takes no adverts (RFC 3768 7.1) */
	bool lower_no_advert; /* a MASTER does not answer a lower one (RFC 3768 6.4.3) */
	uint8_t down_adverts; /* 3 (6.1) */
	/* Without preempt: a MASTER whose timer is so late that a router of this priority could
	 * have replaced it takes itself for replaced; 0: it goes on. */
	uint8_t expired_priority;
	/* Version 2: whole seconds, 1 s..255 s. Version 3: centiseconds, 10 ms..40.95 s. */
	int64_t advert_interval_us;
	int64_t preempt_delay_us; /* 0: none */
	const struct addr *addresses; /* as advertised, in order; owned by the caller */
	uint8_t address_count;
	const struct image_peer *peers; /* owned by the caller */
	uint32_t peer_count;
	const struct image_key *keys; /* owned by the caller; taken are adverts with any of them */
	uint32_t key_count;
};

/* The wall clock is needed for signatures (auth_hmac) only. */
struct vrrp_clock {
	struct mono now;
	int64_t realtime_offset_us; /* CLOCK_REALTIME minus CLOCK_MONOTONIC */
};

/* What is said of an advert that is taken all the same. */
enum vrrp_remark {
	VRRP_REMARK_LIST_DIFFERS = 1 << 0, /* its addresses are not ours in our order */
	VRRP_REMARK_INTERVAL = 1 << 1, /* version 3: its interval is not ours (RFC 9568 7.1) */
	VRRP_REMARK_CHECKSUM = 1 << 2, /* it has the form that we do not send */
};

enum vrrp_event_kind {
	VRRP_EVENT_STARTUP, /* conditions are met: leave INIT */
	VRRP_EVENT_SHUTDOWN, /* leave for good: farewell, then INIT */
	VRRP_EVENT_ADVERT, /* one that vrrp_accept() took */
	VRRP_EVENT_TIMER, /* vrrp_router_deadline() was reached */
	VRRP_EVENT_FAULT, /* a condition of this host appeared */
	VRRP_EVENT_FAULT_CLEARED, /* the last one went */
	VRRP_EVENT_PRIORITY, /* `priority` (1..254) is the new effective one; an owner keeps 255 */
	VRRP_EVENT_ADOPT, /* go on from `kept` instead of STARTUP */
	VRRP_EVENT_FRAME, /* the first frame on the link since it came up: it carries traffic */
};

/* Senders that are remembered as ours: more than one segment has servers of one VIP, and few enough
 * to be looked through for each advert that differs. */
#define VRRP_KNOWN KEEP_KNOWN

/* What survives a role (see wire/keep.h for where it lies). */
struct vrrp_kept {
	uint8_t state; /* BACKUP or MASTER; everything else is not adopted */
	uint8_t master_priority;
	struct addr master;
	struct mono last_advert; /* sent as MASTER, taken as BACKUP */
	struct mono since;
	int64_t master_interval_us; /* version 3: learned from the master */
	bool is_unproven, is_unverified;
	struct addr known[VRRP_KNOWN];
};

struct vrrp_event {
	enum vrrp_event_kind kind;
	const struct advert *advert; /* ADVERT */
	struct addr source; /* ADVERT: its sender */
	uint32_t remarks; /* ADVERT: enum vrrp_remark, from vrrp_accept() */
	int64_t realtime_offset_us; /* ADVERT: as vrrp_accept() was told */
	uint8_t priority; /* PRIORITY */
	const struct vrrp_kept *kept; /* ADOPT */
	/* STARTUP, ADOPT, FAULT_CLEARED: no FRAME yet since the link came up, and how much longer
	 * than a Master_Down_Interval one may be waited for: 0..LIMIT_PROOF_US. */
	bool is_unproven;
	int64_t proof_us;
};

/* What is to be done, in this order. Flags, because each is a set ("all addresses of this
 * instance"), and the caller owns the sets. */
enum vrrp_action_flag {
	VRRP_ACTION_ADVERT = 1 << 0, /* send one advert with `advert_priority` now */
	VRRP_ACTION_ADDRESSES_ADD = 1 << 1, /* hold the addresses, announce each */
	VRRP_ACTION_ADDRESSES_REMOVE = 1 << 2, /* drop them */
	VRRP_ACTION_ANNOUNCE = 1 << 3, /* announce what is held again: a rival was heard */
	VRRP_ACTION_TRANSITION = 1 << 4, /* the state changed from `from` to `to` */
	VRRP_ACTION_LOWER_HEARD = 1 << 5, /* a master of lower priority was heard while MASTER */
	VRRP_ACTION_LOWER_DISCARDED = 1 << 6, /* heard while BACKUP: will be preempted */
	VRRP_ACTION_STOPPED = 1 << 7, /* the farewell is over */
};

struct vrrp_actions {
	uint32_t flags; /* enum vrrp_action_flag */
	uint8_t advert_priority;
	enum vrrp_state from, to;
	enum vrrp_reason reason;
};

struct vrrp_router {
	struct vrrp_config config;
	enum vrrp_state state;
	enum vrrp_state previous; /* before the last change of state */
	enum vrrp_reason reason; /* of the last change of state */
	uint8_t priority; /* config.priority with what trackers did; see vrrp_router_priority() */
	uint8_t farewells; /* MASTER in SHUTDOWN: priority-0 adverts still to send */
	bool leaving; /* SHUTDOWN was asked for */
	bool master_left; /* BACKUP: the last advert was a priority 0 */
	bool lower_heard; /* BACKUP: a lower priority was discarded since the timer was armed */
	bool is_unproven; /* BACKUP: waits for a first frame; see LIMIT_PROOF_US */
	bool is_unverified; /* MASTER: it has not listened for a whole interval since one */
	struct mono verified_at; /* when it will have; never: no frame had to be waited for */
	struct addr source; /* our primary address; ADDR_NONE while unknown */
	struct addr master; /* whom we last heard (or ourselves); ADDR_NONE: nobody */
	uint8_t master_priority;
	/* Of the adverts that the Master_Down_Timer waits for: learned in version 3 (RFC 9568 6.1
	 * Active_Adver_Interval), else our own. */
	int64_t master_interval_us;
	struct addr known[VRRP_KNOWN]; /* senders whose list was ours, the last one first */
	struct mono since; /* of the last change of state */
	struct mono advert_at; /* Adver_Timer (MASTER) */
	struct mono down_at; /* Master_Down_Timer (BACKUP) */
	struct mono preempt_at; /* BACKUP with preempt_delay: until then like nopreempt; or never */
	struct mono last_advert; /* sent (MASTER) or taken (BACKUP) */
	struct mono answered_at; /* last immediate answer to a lower priority */
	/* Do adverts leave this host? See vrrp_router_sent(). */
	struct mono sent_at; /* the last one that did, or the beginning of MASTER */
	bool is_failing; /* the last one did not */
	bool was_mute; /* it yielded because of that, and does not take back */
	uint32_t ah_sequence; /* AH: of the last advert of anybody; 0: none (ah.c) */
	bool is_ah_own; /* … which we sent */
	/* auth_hmac; see trailer.c. */
	struct keep_hmac hmac;
	bool is_begun; /* `trailer`, `ah_sequence` belong to the advert of vrrp_advert_begin() */
	uint8_t trailer[ADVERT_TRAILER_SIZE];
};

/* Priority-0 adverts of a farewell and their distance. Three, because one may be lost; 20 ms,
 * because the heir waits its skew from the last one it hears. */
#define VRRP_FAREWELLS 3
#define VRRP_FAREWELL_GAP_US 20000

/* Takes over `config` (addresses stay the caller's). State INIT. */
void vrrp_router_init(struct vrrp_router *r, const struct vrrp_config *config, struct mono now);

/* The only way anything happens. `ret_actions` is overwritten. */
void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *ret_actions);

/* A new configuration of the same virtual router (same vrid, family, link): state and timers go
 * on; a changed interval or priority counts from the next computation. Answers with actions
 * where the change asks for them (addresses are the caller's to compare). */
void vrrp_router_reconfigure(struct vrrp_router *r, const struct vrrp_config *config,
			     struct mono now, struct vrrp_actions *ret_actions);

/* Our primary address is now this (ADDR_NONE: none; the caller also raises FAULT). */
void vrrp_router_set_source(struct vrrp_router *r, const struct addr *source);

/* How an advert fared: it left this host, or something on this host kept it (a filter, a missing or
 * dead interface). Who is not heard is no master to the others: one takes over. So a MASTER of
 * which nothing has left for a master-down interval is *mute*: it yields to any valid advert,
 * however low, and stays where none comes, because nobody else may be able to serve. Having yielded
 * it leaves a lower one in office until an advert leaves, or it starts anew. */
void vrrp_router_sent(struct vrrp_router *r, bool has_left, struct mono now);
/* auth_hmac: others serve beside a MASTER, and refuse its adverts, or it theirs. If its time is not
 * the wall clock's (trailer.c), it is from now on. */
void vrrp_time_doubt(struct vrrp_router *r, const struct vrrp_clock *clock);
bool vrrp_router_is_mute(const struct vrrp_router *r, struct mono now);
/* By which it is judged, and which its adverts carry: the effective one. But a MASTER that is
 * unverified and does not preempt, or not at once, has the lowest, so that whoever serves goes
 * on. */
uint8_t vrrp_router_priority(const struct vrrp_router *r);

/* Which of our addresses are not in the list of an advert: bit k is the k-th one. They are *dark*
 * while its sender serves. */
void vrrp_list_dark(const struct vrrp_router *r, const struct advert *advert, uint8_t ret_bits[32]);

/* When to call again with TIMER, or never. */
struct mono vrrp_router_deadline(const struct vrrp_router *r);

/* True while the next TIMER would send an advert that no event may delay: MASTER, and not so late
 * that others must have taken over meanwhile (then listening comes first). */
bool vrrp_router_advert_due(const struct vrrp_router *r, struct mono now);

/* How well its ends fit, among routers that share a virtual router id on one link. */
enum vrrp_fit { VRRP_FIT_NEITHER, VRRP_FIT_DESTINATION, VRRP_FIT_BOTH };
enum vrrp_fit vrrp_router_fits(const struct vrrp_router *r, const struct ip *ip);

/* Is this packet an advert that this router takes? Checks in the order of 7.1. VRRP_DROP_NONE: yes,
 * and `ret_advert` is set (it points into the packet), and `ret_remarks` (enum vrrp_remark).
 * Changes nothing. */
enum vrrp_drop vrrp_accept(const struct vrrp_router *r, const struct ip *ip,
			   const struct vrrp_clock *clock, struct advert *ret_advert,
			   uint32_t *ret_remarks);

/* Before the first packet of an advert: signs it, or gives it a number, if adverts have that. Those
 * to other peers have the same, unless our source has changed: then vrrp_advert_is_begun() says
 * no. */
void vrrp_advert_begin(struct vrrp_router *r, uint8_t priority, const struct vrrp_clock *clock);
bool vrrp_advert_is_begun(const struct vrrp_router *r);

/* Writes the whole IP packet of our advert to `destination`. Returns its size. `id` is not 0: the
 * kernel would put another number there, which AH does not cover.
 * `packet` has LIMIT_ADVERT_PACKET octets. */
size_t vrrp_advert_put(const struct vrrp_router *r, uint8_t priority,
		       const struct addr *destination, uint16_t id, uint8_t *packet);

/* 6.1, microseconds. Version 2: (256 - priority) / 256 s, whatever the interval. Version 3: that
 * part of the master's interval. */
int64_t vrrp_skew_us(const struct vrrp_router *r);
int64_t vrrp_master_down_us(const struct vrrp_router *r);

/* May this kept state be gone on with? A MASTER younger than half its master-down interval, a
 * BACKUP younger than the whole. */
bool vrrp_kept_usable(const struct vrrp_router *r, const struct vrrp_kept *kept, struct mono now);
void vrrp_router_keep(const struct vrrp_router *r, struct vrrp_kept *ret_kept);
