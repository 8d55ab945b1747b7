/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node.h"
#include "sim/lasting.h"
#include "sim/seal.h"

/* The oracle's second opinion: what RFC 3768, RFC 9568 and docs/vrrp-states.md ask of each router
 * of a host, worked out from the octets that it hears and the moments at which it hears them,
 * without any of the daemon's own code. Compared with the daemon's rows after each packet, after
 * the timers, and with each advert, announcement and message that it sends. All times are the
 * host's clock. */

struct sim_host;
struct sim_packet;

/* Senders that a router remembers as its own (docs/conformance.md). */
#define SIM_KNOWN 8

struct sim_expect {
	enum vrrp_state state;
	uint64_t became; /* MASTER, by its counter: it may go and come back in one turn */
	uint64_t rivals; /* MASTER: lower ones heard, which it has to tell of */
	uint64_t unverified; /* it became MASTER and was: each is told of */
	bool is_leaving;
	bool owes_advert; /* it became MASTER, or heard what has to be answered */
	bool owes_farewells; /* it left, and nobody took over before the last */
	bool master_left, has_lower; /* BACKUP: heard since the timer began */
	bool is_long; /* BACKUP: a change left it a timer that is longer than its own */
	int64_t late_us; /* MASTER: such a timer ran out then; 0: another one did */
	bool is_presumed; /* INIT: it took over from another daemon, if its addresses are there */
	bool list_differs; /* BACKUP: of its master, */
	uint8_t dark[32]; /* … which lacks these of its addresses */
	uint64_t lacked; /* so many of them were missing in some advert: a bit for each count */
	struct status_deaf deaf[STATUS_DEAF]; /* who may not hear it, the last heard first */
	/* MASTER: who was heard last, and stays; since then by its clock, 0: not again yet. */
	struct status_rival rival;
	int64_t rival_since_us;
	int send_error; /* of its last advert */
	int64_t failing_us; /* … since then, if it has one */
	bool is_failing, was_mute; /* its last advert stayed here; it yielded because of that */
	int64_t left_us; /* the last one that left, or it became MASTER */
	/* When it will have listened for long enough since the frame that it waited for; INT64_MAX:
	 * it did not have to. */
	int64_t verified_us;
	bool is_unproven; /* BACKUP: no frame came since it began */
	bool is_unverified; /* MASTER: none had come when it began */
	uint8_t farewells;
	uint8_t told; /* enum vrrp_state: the last that a message said */
	uint32_t told_count; /* messages in this turn … */
	int64_t told_us; /* … which was at this time of the world's */
	uint8_t master_priority; /* BACKUP: of whom was last heard */
	uint8_t word; /* BACKUP: its last word as MASTER carries this */
	struct addr master;
	int64_t interval_us; /* RFC 9568 6.1 Active_Adver_Interval: of the adverts it waits for */
	struct addr own; /* its source */
	/* Unicast: the advert under way went to all peers before this one; with that priority. */
	uint32_t peer_next;
	uint8_t peer_priority;
	struct addr known[SIM_KNOWN]; /* who had its list, the last heard first */
	struct seal seal; /* auth_hmac */
	uint16_t packet_id; /* of its last advert in this life of vipd-vrrp */
	struct addr yielded_to; /* the last time, */
	uint8_t yielded_priority; /* … which had this */
	enum vrrp_reason why; /* it changed its state when a packet came, or a timer ran out */
	int64_t yielded_us;
	int64_t since_us; /* of the last change of state */
	int64_t down_at_us, preempt_at_us, advert_at_us; /* INT64_MAX: never */
	int64_t sent_us, farewell_us, answered_us;
	/* Announcements: what is held has to be announced since `round_us`, and once more at
	 * `later_us`; `rounded_us`: when a round began, whoever was MASTER then. */
	int64_t round_us, later_us, rounded_us;
	int64_t rival_us; /* … a round for a rival */
	bool has_round; /* … ever did */
	bool is_second_round; /* … that was soon after another one */
	bool owes_round; /* one was heard too soon after that: `later_us` is for it */
	/* Of a vipd-vrrp that was killed; INIT: nothing, or its successor has gone on. */
	enum vrrp_state kept;
	int64_t kept_down_at_us;
	int64_t kept_interval_us;
	bool kept_unproven, kept_unverified;
	struct addr kept_master;
	uint8_t kept_master_priority;
	struct addr kept_known[SIM_KNOWN];
	/* It should run, or should not; it says farewell; it does not announce. */
	struct sim_lasting off, leaving, silent, elsewhere;
};

/* Of one virtual address on one host. */
struct sim_expect_vip {
	int64_t added_us; /* it came here; 0: not in this life of vipd-vrrp */
	int64_t announced_us; /* its last announcement */
	bool is_stolen; /* somebody took it away, */
	int64_t stolen_us; /* at this time, */
	int64_t repaired_us; /* and when it was last due to be put back after that; 0: never */
	uint8_t repaired_vrid; /* and by which virtual router: after a change it may be another's */
};

/* vipd-vrrp began: from nothing, or going on. */
void sim_expect_begin(struct sim_host *h, bool adopt);
/* … where another daemon of this host ended without a word. */
void sim_expect_succeeded(struct sim_host *h);
/* Another configuration is in force: `old` and its expectations were before. */
void sim_expect_reloaded(struct sim_host *h, uint32_t old);
/* After news, outcomes and commands: states that conditions of the host changed. */
void sim_expect_news(struct sim_host *h);
/* … of those that did not run; another configuration is about to be in force. */
void sim_expect_started(struct sim_host *h);
/* Gives the packet to the node, and looks at what came of it. */
void sim_expect_packet(struct sim_host *h, const struct sim_packet *p);
/* The first frame of somebody else came on this link of the host. */
void sim_expect_frame(struct sim_host *h, uint32_t link);
/* It was told whose address this is. */
void sim_expect_identified(struct sim_host *h, uint32_t link, const struct addr *addr);
/* An advert of its left, or something on its host kept it. */
void sim_expect_left(struct sim_host *h, uint32_t i, int error);
void sim_expect_timers(struct sim_host *h);
void sim_expect_sent(struct sim_host *h, const struct node_action *a);
void sim_expect_announced(struct sim_host *h, uint32_t link, const uint8_t *frame);
/* It was told of an address that came. */
struct sim_news;
void sim_expect_came(struct sim_host *h, const struct sim_news *news);
/* An address came or went. */
struct sim_address;
void sim_expect_moved(struct sim_host *h, const struct sim_address *a, bool add, bool is_own);
/* The router's row of the state memory was written. */
void sim_expect_kept(struct sim_host *h, uint32_t i, const struct keep_row *row);
void sim_expect_told(struct sim_host *h, const struct role_message *message);
/* After each step. */
void sim_expect_judge(struct sim_host *h);
