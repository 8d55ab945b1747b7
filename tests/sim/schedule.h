/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "sim/sim.h"

/* A schedule: configurations of a few hosts and faults, everything from one seed. It can be written
 * into a folder, as text, and run from there (replay.c). */

#define SCHEDULE_LENGTH_US INT64_C(60000000)
#define SCHEDULE_HOSTS 4
#define SCHEDULE_VARIANTS 3
#define SCHEDULE_FAULTS 32
#define SCHEDULE_TEXT 16384

struct schedule {
	uint64_t seed;
	uint32_t drift_ppm;
	bool is_quiet; /* clients broadcast nothing */
	uint32_t gateway_ms; /* clients are behind a router, whose entries live so long; 0: not */
	uint32_t host_count, variant_count; /* variants of each host */
	uint32_t foreign; /* hosts that another router runs: a bit for each */
	enum peer_kind peers[SCHEDULE_HOSTS]; /* … of these kinds */
	char texts[SCHEDULE_HOSTS][SCHEDULE_VARIANTS][SCHEDULE_TEXT];
	uint32_t fault_count;
	struct sim_fault faults[SCHEDULE_FAULTS];
};

struct schedule schedule_of(uint64_t seed);
/* Runs it under the oracle. The caller's to sim_free(). */
struct sim *schedule_run(const struct schedule *c);
/* Makes the folder: h0.conf, h0.1.conf (its second configuration) …, faults.scn. */
void schedule_write(const struct schedule *c, const char *folder);

/* The configuration of this text, or of this file; the caller's to free(). */
struct image *schedule_image(const char *text);
