/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "cli/cli.h"

#include "sim/sim.h"

/* The parts of `vipctl simulate`. */

/* The rhythm of these configurations: how long things take that have to come to rest. */
struct cli_pace {
	int64_t interval_us; /* the longest between two adverts */
	int64_t down_min_us, down_max_us; /* Master_Down_Interval (RFC 3768 6.1) */
	/* From a start until whoever should serves; from the last fault until clients do not ask
	 * in vain any more, whatever happened. Whole seconds. */
	int64_t settle_us, after_us;
};

/* A time in which a host held an address, or served it. */
struct cli_stay {
	uint32_t vip, host;
	bool is_served;
	int64_t from_us, to_us;
	bool is_open; /* to the end */
};

#define CLI_WORST_FAULTS 2
#define CLI_WORDS_SIZE (LIMIT_NAME + 128)

/* Faults, and the longest time that they cause. */
struct cli_worst_case {
	uint32_t fault_count; /* 0: there is no such case */
	char faults[CLI_WORST_FAULTS][CLI_WORDS_SIZE]; /* as --fault takes them */
	uint32_t vip, holders;
	int64_t length_us;
	bool is_open;
};

/* A fault that nobody serves, or two hold, for as long as it lasts. */
struct cli_endless {
	char fault[CLI_WORDS_SIZE];
	bool is_outage, is_double;
};

struct cli_worst {
	struct cli_worst_case outage, outage_of_two; /* the second only if it is worse */
	struct cli_worst_case doubled; /* two hosts without a fault hold an address */
	struct cli_endless *endless; /* the caller's to free() */
	size_t endless_count;
	uint64_t tried;
};

/* One run, to be shown. */
struct cli_simulation {
	const struct sim *sim;
	uint64_t seed;
	int64_t until_us;
	bool is_of_loss; /* nothing happens but loss */
	const struct cli_worst *worst; /* what was looked for first, or NULL */
};

/* simulate_host.c: the files become hosts. CLI_YES, or what was wrong has been said. */
int cli_hosts_add(struct sim *s, const struct cli_request *request);
/* The configuration of a `reload`, the caller's to free(); NULL: why not has been said. */
struct image *cli_image_read(const char *path, const struct cli_request *request);

/* simulate_measure.c */
struct cli_pace cli_pace_of(const struct sim *s);
/* How long a run is that has this last fault. */
int64_t cli_run_us(const struct cli_pace *pace, int64_t last_us);
/* By address; then what was held before what was served, by host and time. The caller's to free().
 */
struct cli_stay *cli_stays(const struct cli_simulation *m, size_t *ret_count);
const char *cli_vip_text(const struct sim *s, uint32_t vip, char text[ADDR_TEXT_SIZE]);
const char *cli_instance_name(const struct sim_record *record);
/* The instance that has the address and can run, or NULL. */
const struct image_instance *cli_instance_of(const struct image *image, const struct addr *addr);
/* `cut server1 eth0`: what a fault is, and what the fault of a record was. `link`: empty: all. */
const char *cli_fault_words(const struct sim *s, enum sim_fault_kind kind, uint32_t host,
			    const char link[LIMIT_LINK_NAME], char text[CLI_WORDS_SIZE]);
const char *cli_fault_text(const struct sim *s, const struct sim_record *record,
			   char text[CLI_WORDS_SIZE]);
/* `, after cut server1 eth0`, or nothing. */
const char *cli_cause_text(const struct sim *s, const struct sim_span *span,
			   char text[CLI_WORDS_SIZE]);
/* `server1, server2` */
const char *cli_holders_text(const struct sim *s, uint32_t holders, char *text, size_t size);
void cli_probes_sum(const struct sim *s, uint64_t *ret_sent, uint64_t *ret_lost);
double cli_false_takeovers_a_day(const struct cli_simulation *m, const struct sim_span *doubles,
				 size_t count);

/* simulate_worst.c: looks for the worst that one or two faults can do to these hosts, which have no
 * faults yet. `budget` 0: as many simulations as is sensible. */
void cli_worst_find(const struct sim *hosts, uint64_t seed, uint64_t budget,
		    struct cli_worst *ret_worst);

/* simulate_print.c */
void cli_simulation_print(const struct cli_screen *screen, const struct cli_simulation *m);
/* simulate_json.c */
json_t *cli_simulation_json(const struct cli_simulation *m);
/* simulate_svg.c */
void cli_simulation_draw(FILE *out, const struct cli_simulation *m);
