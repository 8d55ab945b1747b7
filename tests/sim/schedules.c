/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Random schedules (schedule.h), each under the oracle.
 *     schedules FIRST COUNT [FOLDER]     these seeds; a violation ends it, with the faults that it
 *                                        takes. FOLDER gets them as a schedule that replay runs, or
 *                                        coverage.tsv
 *     schedules FIRST                    one seed, with what happened */

#include "schedule.h"

#include "base/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What was met in all of them. */
struct coverage {
	uint64_t gateways; /* schedules with clients behind a router */
	uint64_t schedules, struck, transitions; /* struck: by a fault that had an effect */
	uint64_t peers[PEER_N_]; /* hosts of each kind */
	uint64_t faults[SIM_FAULT_N_];
	uint64_t pairs[SIM_FAULT_N_][SIM_FAULT_N_]; /* schedules with both */
	struct sim_coverage met;
};

static void cover_faults(struct coverage *coverage, uint64_t kinds)
{
	coverage->struck += kinds != 0;
	for (int a = 0; a < SIM_FAULT_N_; a++)
		for (int b = a + 1; b < SIM_FAULT_N_; b++)
			coverage->pairs[a][b] += kinds >> a & kinds >> b & 1;
}

static void cover(struct coverage *coverage, const struct schedule *c, const struct sim *s)
{
	const struct sim_coverage *met = sim_coverage(s);
	uint64_t kinds = 0;

	coverage->schedules++;
	coverage->gateways += c->gateway_ms != 0;
	for (uint32_t h = 0; h < c->host_count; h++)
		if (c->foreign & 1u << h)
			coverage->peers[c->peers[h]]++;
	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		coverage->transitions += r->kind == SIM_RECORD_TRANSITION;
		if (r->kind != SIM_RECORD_FAULT || !r->is_effective)
			continue;
		coverage->faults[r->fault]++;
		kinds |= UINT64_C(1) << r->fault;
	}
	cover_faults(coverage, kinds);
	for (int k = 0; k < SIM_STATE_N_; k++)
		for (int m = 0; m < SIM_MET_N_; m++)
			coverage->met.cells[k][m] += met->cells[k][m];
	for (int d = 0; d < VRRP_DROP_N_; d++)
		coverage->met.drops[d] += met->drops[d];
}

/* -- telling -- */

static void tell(const struct schedule *c, const struct sim *s)
{
	if (c->gateway_ms)
		printf("--- clients are behind a router: %u ms\n", c->gateway_ms);
	if (c->is_quiet)
		printf("--- clients are quiet\n");
	for (uint32_t h = 0; h < c->host_count; h++)
		if (c->foreign & 1u << h)
			printf("--- h%u is not ours: %s\n", h, peer_kind_name(c->peers[h]));
	for (uint32_t h = 0; h < c->host_count; h++)
		for (uint32_t v = 0; v < c->variant_count; v++)
			printf("--- h%u.%u.conf\n%s", h, v, c->texts[h][v]);
	printf("---\n");
	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		if (r->kind == SIM_RECORD_FAULT)
			printf("%10.6f %s h%u\n", (double)r->at_us / 1e6, sim_fault_name(r->fault),
			       r->host);
		else if (r->kind == SIM_RECORD_TRANSITION)
			printf("%10.6f   h%u %u: %s -> %s: %s\n", (double)r->at_us / 1e6, r->host,
			       r->instance, vrrp_state_name(r->from), vrrp_state_name(r->to),
			       vrrp_reason_name(r->reason));
		else if (r->kind == SIM_RECORD_REACHED)
			printf("%10.6f   vip %u: reached at %#x\n", (double)r->at_us / 1e6, r->vip,
			       r->hosts);
	}
	if (sim_violation(s))
		printf("VIOLATION %s\n", sim_violation(s));
}

/* The first fault without which it still goes wrong is taken away, again and again. */
static void shrink(struct schedule *c)
{
	for (uint32_t i = 0; i < c->fault_count;) {
		struct schedule fewer = *c;
		struct sim *s;

		memmove(&fewer.faults[i], &fewer.faults[i + 1],
			(fewer.fault_count - i - 1) * sizeof(fewer.faults[0]));
		fewer.fault_count--;
		s = schedule_run(&fewer);
		if (sim_violation(s)) {
			*c = fewer;
			i = 0;
		} else {
			i++;
		}
		sim_free(s);
	}
}

static int fail(struct schedule *c, const char *folder)
{
	struct sim *s;

	shrink(c);
	s = schedule_run(c);
	tell(c, s);
	sim_free(s);
	printf("seed %" PRIu64 ", with as few faults as do it; ", c->seed);
	if (folder) {
		schedule_write(c, folder);
		printf("again: replay %s\n", folder);
	} else {
		printf("all of it: schedules %" PRIu64 "\n", c->seed);
	}
	return EXIT_FAILURE;
}

/* A line for each thing that could be met. */
static void coverage_write(const struct coverage *c, FILE *file)
{
	fprintf(file, "schedules\t%" PRIu64 "\nstruck\t%" PRIu64 "\ntransitions\t%" PRIu64 "\n",
		c->schedules, c->struck, c->transitions);
	fprintf(file, "gateway\t%" PRIu64 "\n", c->gateways);
	for (int k = 0; k < SIM_STATE_N_; k++)
		for (int m = 0; m < SIM_MET_N_; m++)
			fprintf(file, "cell %s: %s\t%" PRIu64 "\n",
				sim_state_name((enum sim_state)k), sim_met_name((enum sim_met)m),
				c->met.cells[k][m]);
	for (int d = VRRP_DROP_NONE + 1; d < VRRP_DROP_N_; d++)
		fprintf(file, "drop %s\t%" PRIu64 "\n", vrrp_drop_name((enum vrrp_drop)d),
			c->met.drops[d]);
	for (int k = 0; k < PEER_N_; k++)
		fprintf(file, "host %s\t%" PRIu64 "\n", peer_kind_name((enum peer_kind)k),
			c->peers[k]);
	for (int k = 0; k < SIM_FAULT_N_; k++)
		fprintf(file, "fault %s\t%" PRIu64 "\n", sim_fault_name((enum sim_fault_kind)k),
			c->faults[k]);
	for (int a = 0; a < SIM_FAULT_N_; a++)
		for (int b = a + 1; b < SIM_FAULT_N_; b++)
			fprintf(file, "pair %s, %s\t%" PRIu64 "\n",
				sim_fault_name((enum sim_fault_kind)a),
				sim_fault_name((enum sim_fault_kind)b), c->pairs[a][b]);
}

static int finish(const struct coverage *c, const char *folder)
{
	char path[512];
	FILE *file;

	printf("%" PRIu64 " schedules of %d simulated seconds, 0 violations; %" PRIu64
	       " with a fault that had an effect; %" PRIu64 " transitions\n",
	       c->schedules, (int)(SCHEDULE_LENGTH_US / 1000000), c->struck, c->transitions);
	if (!folder)
		return EXIT_SUCCESS;
	check(mkdir(folder, 0755) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "%s/coverage.tsv", folder);
	file = fopen(path, "w");
	check(file);
	coverage_write(c, file);
	return fclose(file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *folder = argc > 3 ? argv[3] : NULL;
	static struct coverage coverage;

	for (uint64_t seed = first; seed < first + count; seed++) {
		struct schedule c = schedule_of(seed);
		struct sim *s = schedule_run(&c);
		bool is_bad = sim_violation(s);

		if (count == 1)
			tell(&c, s);
		cover(&coverage, &c, s);
		sim_free(s);
		if (is_bad && (count > 1 || folder))
			return fail(&c, folder);
		if (is_bad)
			return EXIT_FAILURE;
	}
	return finish(&coverage, folder);
}
