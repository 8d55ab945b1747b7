/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/names.h"
#include "wire/seqlock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The status table: shared memory that vipd-vrrp writes and everyone else reads. Row i is instance
 * i of the configuration image of the same generation. Names and settings are in that image; only
 * what changes is here. Instants are CLOCK_MONOTONIC in microseconds, INT64_MAX: never; those
 * called _realtime_ are CLOCK_REALTIME, 0: never. */

#define STATUS_MAGIC 0x76697053u /* "vipS" */
#define STATUS_LAYOUT 6u

/* Routers that are remembered as deaf to us; more than one is rare, and one that is forgotten comes
 * back with its next advert. */
#define STATUS_DEAF 4

/* Whose adverts have the form of checksum that we do not send (version 3 over IPv4). */
struct status_deaf {
	struct addr source; /* ADDR_NONE: nobody */
	int64_t until_us; /* it is believed for so long without another advert of it */
};

/* Who goes on to serve beside us, as the MASTER that the adverts of both make us: it does not hear
 * us. */
struct status_rival {
	struct addr source; /* ADDR_NONE: nobody */
	uint8_t priority;
	int64_t since_realtime_us;
	int64_t until_us; /* as status_deaf has it */
};

struct status_row {
	uint8_t state; /* enum vrrp_state */
	uint8_t previous; /* the state before */
	uint8_t reason; /* enum vrrp_reason of the last transition */
	uint8_t priority, effective_priority;
	uint8_t master_priority;
	uint8_t leaving; /* farewell under way */
	uint8_t is_mute; /* MASTER of which nothing leaves this host, or BACKUP because of that */
	uint8_t is_unproven; /* BACKUP that waits for a first frame on its link */
	uint8_t is_unverified; /* MASTER that did not listen for a whole interval since one */
	uint8_t list_differs; /* BACKUP: the master advertises other addresses than ours */
	uint8_t dark[32]; /* … and bit k of our advertised addresses is not among them */
	struct status_deaf deaf[STATUS_DEAF]; /* the last one heard first */
	struct status_rival rival;
	uint8_t has_stranger_mac;
	uint8_t stranger_mac[6]; /* of that one */
	struct addr stranger; /* the last one refused as a stranger; ADDR_NONE: none */
	int32_t send_error; /* errno of the last advert that did not leave; 0: the last one did */
	int64_t send_failing_realtime_us; /* since then */
	struct addr master; /* who is MASTER as far as we heard; our source when it is us */
	struct addr source; /* our primary address */
	int64_t since_realtime_us; /* of the last transition */
	int64_t last_advert_us; /* sent as MASTER, taken as BACKUP */
	int64_t down_at_us; /* Master_Down_Timer */
	int64_t preempt_at_us; /* end of preempt_delay */
	int64_t master_interval_us; /* of the adverts that are waited for: version 3 learns it */
	int64_t master_down_us; /* Master_Down_Interval now */
	int64_t skew_us;
	uint32_t conditions; /* bit = 1 << enum condition */
	/* Of the image: which one is missing, down or not known; else its own. */
	uint32_t bad_link;
	int64_t condition_since_realtime_us[CONDITION_N_];
	uint32_t addresses_wanted, addresses_present;
	uint64_t counters[COUNTER_N_];
};

struct status_slot {
	struct seqlock lock;
	struct status_row row;
};

/* Of the whole process. */
struct status_general {
	uint32_t pid; /* of vipd-vrrp */
	uint32_t starts; /* of vipd-vrrp, since the parent started: 1 is the first */
	int64_t started_realtime_us;
	uint64_t strangers; /* packets that no instance could be found for */
	uint64_t strangers_by_cause[VRRP_DROP_N_];
	uint64_t strangers_unread; /* given up to the rate limit, as far as the kernel tells */
	uint64_t kernel_overruns; /* netlink news lost and read again */
	uint64_t messages_lost; /* to the parent; the table is the truth */
	int64_t advert_late_max_us; /* the worst delay of one of our adverts */
};

struct status_table {
	uint32_t magic, layout;
	uint32_t size;
	uint32_t instance_count;
	uint64_t generation; /* of the configuration */
	uint32_t committed; /* 1 when this generation is in force */
	uint32_t changes; /* counts transitions and commits; what waiters compare */
	struct seqlock lock;
	struct status_general general;
	struct status_slot slots[];
};

size_t status_size(uint32_t instances);

/* Fills in the header of a zeroed block. */
void status_init(struct status_table *table, uint32_t instances, uint64_t generation);

/* True when the block is a table whose size fits. For readers, once. */
bool status_check(const void *block, size_t size);

/* Writer. */
void status_write_row(struct status_table *table, uint32_t instance, const struct status_row *row);
void status_write_general(struct status_table *table, const struct status_general *general);

/* Reader: a whole copy. False: not to be had (the writer died while writing). */
bool status_read_row(const struct status_table *table, uint32_t instance,
		     struct status_row *ret_row);
bool status_read_general(const struct status_table *table, struct status_general *ret_general);
