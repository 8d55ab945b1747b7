/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node.h"
#include "sim/lasting.h"

/* The oracle's books: what vipd-vrrp counts, tells and writes into its tables, against what the
 * simulator saw it do. All times are the host's clock. */

struct sim_host;
struct sim_news;

/* Of one instance. */
struct sim_ledger {
	uint64_t adverts, farewells, announcements, became, released, send_errors, address_errors;
	uint64_t dropped[VRRP_DROP_N_]; /* counted when the last message told of it */
	int64_t drop_us[VRRP_DROP_N_]; /* … at this time; INT64_MIN: never */
	int64_t note_us[ROLE_NOTE_N_]; /* the last of each kind */
	uint64_t counted[COUNTER_N_]; /* when we last looked */
	uint64_t rivals, unverified; /* struct sim_expect: then; told of */
	uint32_t conditions; /* as told */
	int64_t condition_us[CONDITION_N_]; /* … at this time, */
	int64_t condition_from_us[CONDITION_N_]; /* and it began then at the earliest */
	uint8_t reason; /* … of the last change of state */
	uint32_t changes; /* told since the last look: of too many some are left out */
	uint32_t asked_count; /* of its link, when it last told of a stranger */
	bool has_row;
	struct status_row row; /* as it was last written */
	struct sim_lasting conditions_wrong, presence_wrong, unmarked;
};

/* Of one address. */
struct sim_ledger_address {
	bool is_added; /* we put it there, and its instance is MASTER since */
	bool is_owed; /* a change took it away and was given up: it has to be put back at once */
	int64_t came_us; /* … or found it there; 0: never */
	uint64_t repairs, overruns; /* counted then */
	/* Tries to add it are counted, since it was not wanted or there; so many failed, the last
	 * one then. */
	bool is_tried;
	uint32_t failures;
	int64_t failed_us;
	uint64_t meddled; /* sim_host.meddled then */
};

/* vipd-vrrp began; another configuration is in force. */
void sim_ledger_begin(struct sim_host *h, bool adopt);
void sim_ledger_reloaded(struct sim_host *h, uint32_t old);
/* It asks for this. */
void sim_ledger_action(struct sim_host *h, const struct node_action *a);
/* It is told of an interface. */
void sim_ledger_met(struct sim_host *h, const struct sim_news *news);
/* A change of the configuration goes on. */
void sim_ledger_shedding(struct sim_host *h);
/* An instance is new by it: if another of its link takes part, it knows whether it can. */
void sim_ledger_joined(struct sim_host *h, uint32_t i);
/* What came of an operation on an address. */
void sim_ledger_address(struct sim_host *h, uint32_t address, bool add, int error);
/* The instance starts to listen or to serve; it is no longer MASTER. */
void sim_ledger_started(struct sim_host *h, uint32_t i);
void sim_ledger_left(struct sim_host *h, uint32_t i);
/* Does anything ask for announcements of this address now? */
bool sim_ledger_announces(const struct sim_host *h, uint32_t i, uint32_t address);
/* It has addresses that another daemon left, and that do not bear vipd's mark. */
bool sim_ledger_is_unmarked(const struct sim_host *h, uint32_t i);
void sim_ledger_addresses_new(struct sim_host *h);
/* It is about to remove this; to put another configuration in force. */
void sim_ledger_removes(struct sim_host *h, uint32_t address);
void sim_ledger_committing(struct sim_host *h);
/* … which is given up. */
void sim_ledger_abandoned(struct sim_host *h);
/* The change that is under way takes this away from an instance that goes on. */
bool sim_ledger_is_shed(const struct sim_host *h, uint32_t address);
/* Remembers what is not configured any more and is there still; is some of it left? */
void sim_ledger_give_up(struct sim_host *h);
bool sim_ledger_has_left(const struct sim_host *h);
/* … or of what an earlier run left, on an interface of the configuration. */
bool sim_ledger_has_leftovers(const struct sim_host *h);
/* Is this address one that a change left behind, and not anybody's who has it now? */
bool sim_ledger_is_left(const struct sim_host *h, uint32_t link, const struct addr *addr);
/* It asks for nothing more. */
void sim_ledger_applied(struct sim_host *h);
/* After each step. */
void sim_ledger_judge(struct sim_host *h);
/* Messages (ledger_told.c). */
void sim_ledger_told(struct sim_host *h, const struct node_action *a);
void sim_ledger_judge_told(struct sim_host *h, uint32_t i, const struct status_row *row);
