/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/names.h"
#include "wire/seqlock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state memory: what must outlive vipd-vrrp. The parent owns it, vipd-vrrp writes it, the next
 * vipd-vrrp goes on from it. Row i is instance i of the image of the same generation. */

#define KEEP_MAGIC 0x7669704bu /* "vipK" */
#define KEEP_LAYOUT 5u
#define KEEP_KNOWN 8
#define KEEP_SENDERS 8

/* auth_hmac: the last advert that was taken of somebody. */
struct keep_sender {
	struct addr source; /* ADDR_NONE: nobody */
	uint64_t sequence;
	/* When it was last good by our wall clock: its clock minus our CLOCK_MONOTONIC, in 1/65536
	 * s, modulo 2^48. */
	uint64_t offset;
};

/* auth_hmac: what has to outlive a vipd-vrrp so that no advert counts twice. */
struct keep_hmac {
	uint64_t sequence; /* of the last advert that we signed; 0: none */
	int64_t offset_us; /* the kept time (vrrp/trailer.c) minus CLOCK_MONOTONIC; 0: none yet */
	struct keep_sender senders[KEEP_SENDERS]; /* the last one heard first */
};

struct keep_row {
	uint8_t state; /* enum vrrp_state */
	uint8_t reason;
	uint8_t master_priority;
	uint8_t is_unproven, is_unverified; /* as in the status table */
	struct addr master;
	int64_t last_advert_us; /* CLOCK_MONOTONIC: sent as MASTER, taken as BACKUP */
	int64_t master_interval_us; /* learned from the master */
	struct addr known[KEEP_KNOWN]; /* senders that had our list of addresses */
	struct keep_hmac hmac;
	uint32_t ah_sequence; /* `auth_type AH`: of the last advert of anybody; 0: none */
	uint8_t is_ah_own; /* … which we sent */
	int64_t since_us; /* of the last transition */
	int64_t since_realtime_us;
	uint64_t counters[COUNTER_N_];
};

struct keep_slot {
	struct seqlock lock; /* 0: never written */
	struct keep_row row;
};

struct keep_table {
	uint32_t magic, layout;
	uint32_t size;
	uint32_t instance_count;
	uint64_t generation;
	struct keep_slot slots[];
};

size_t keep_size(uint32_t instances);
void keep_init(struct keep_table *table, uint32_t instances, uint64_t generation);
bool keep_check(const void *block, size_t size);
void keep_write(struct keep_table *table, uint32_t instance, const struct keep_row *row);

/* False: never written, or its writer died in the middle. */
bool keep_read(const struct keep_table *table, uint32_t instance, struct keep_row *ret_row);
