/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Random schedules: two to four hosts with configurations that fit together, 60 simulated seconds,
 * faults of a random choice of kinds (each seed leaves some out, so that the others come in long
 * rows), and the oracle after every step. Everything comes from the seed.
 *     schedules FIRST COUNT      these seeds; a violation ends it, with the faults that it takes
 *     schedules FIRST            one seed, with what happened */

#include "base/check.h"
#include "conf/conf.h"
#include "sim/random.h"
#include "sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define LENGTH_US (60 * SECOND)
#define FAULTS_MAX 24
#define TEXT_SIZE 4096

struct schedule {
	uint64_t seed;
	uint32_t host_count;
	char texts[4][TEXT_SIZE];
	uint32_t fault_count;
	struct sim_fault faults[FAULTS_MAX];
};

/* What was met in all of them. */
struct coverage {
	uint64_t schedules, records, transitions;
	uint64_t faults[SIM_FAULT_N_];
	uint64_t changes[VRRP_STATE_N_][VRRP_STATE_N_];
};

/* -- making one -- */

static void instance_write(char *text, const char *name, const char *link, uint32_t vrid,
			   uint32_t priority, uint32_t interval, bool nopreempt)
{
	size_t length = strlen(text);

	snprintf(text + length, TEXT_SIZE - length,
		 "vrrp_instance %s {\n interface %s\n state BACKUP\n virtual_router_id %u\n"
		 " priority %u\n advert_int %u\n%s virtual_ipaddress {\n  192.0.2.%u/24\n"
		 "  192.0.2.%u/24\n }\n}\n",
		 name, link, vrid, priority, interval, nopreempt ? " nopreempt\n" : "", vrid,
		 vrid + 100);
}

static void configurations_make(struct schedule *c, uint64_t *random)
{
	uint32_t instances = 1 + sim_random(random, 2);

	for (uint32_t i = 0; i < instances; i++) {
		uint32_t interval = sim_random(random, 4) ? 1 : 2 + sim_random(random, 2);
		bool nopreempt = sim_random(random, 4) == 0, is_second_link = sim_random(random, 2);

		for (uint32_t h = 0; h < c->host_count; h++) {
			uint32_t priorities = sim_random(random, 3) ? 254 : 2;

			instance_write(c->texts[h], i ? "b" : "a", is_second_link ? "eth1" : "eth0",
				       i + 1, 1 + sim_random(random, priorities), interval,
				       nopreempt);
		}
	}
}

static void faults_make(struct schedule *c, uint64_t *random)
{
	uint32_t swarm = 1 + sim_random(random, (1u << SIM_FAULT_N_) - 1);

	c->fault_count = 1 + sim_random(random, FAULTS_MAX);
	for (uint32_t i = 0; i < c->fault_count; i++) {
		struct sim_fault *f = &c->faults[i];

		f->at_us = (int64_t)sim_random(random, 50000) * 1000;
		f->host = sim_random(random, c->host_count);
		do
			f->kind = (enum sim_fault_kind)sim_random(random, SIM_FAULT_N_);
		while (!(swarm & 1u << f->kind));
	}
}

static struct schedule schedule_of(uint64_t seed)
{
	struct schedule c = { .seed = seed };
	uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (int i = 0; i < 8; i++)
		sim_random(&random, 2);
	c.host_count = 2 + sim_random(&random, 3);
	configurations_make(&c, &random);
	faults_make(&c, &random);
	return c;
}

/* -- running one -- */

static int read_text(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	*ret_data = context;
	*ret_size = strlen(context);
	return 0;
}

static void host_add(struct sim *s, char *text, uint32_t number)
{
	struct conf_world world = { .context = text, .read_file = read_text, .host_name = "h" };
	struct conf *conf = conf_load("schedule.conf", &world);
	struct image *image;
	char name[16];

	check(conf && conf_healthy_count(conf) == conf_instance_count(conf));
	image = calloc(1, conf_image_size(conf));
	check(image);
	conf_image_write(conf, image);
	snprintf(name, sizeof(name), "h%u", number);
	check(sim_host_add(s, name, image) == (int)number);
	free(image);
	conf_free(conf);
}

static struct sim *run(struct schedule *c)
{
	struct sim *s = sim_new(c->seed);

	for (uint32_t h = 0; h < c->host_count; h++)
		host_add(s, c->texts[h], h);
	for (uint32_t i = 0; i < c->fault_count; i++)
		sim_fault_add(s, &c->faults[i]);
	sim_watch(s);
	sim_run(s, LENGTH_US);
	return s;
}

static void cover(struct coverage *coverage, const struct sim *s)
{
	coverage->schedules++;
	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		coverage->records++;
		if (r->kind == SIM_RECORD_FAULT)
			coverage->faults[r->fault]++;
		if (r->kind != SIM_RECORD_TRANSITION)
			continue;
		coverage->transitions++;
		coverage->changes[r->from][r->to]++;
	}
}

/* -- telling -- */

static void tell(const struct schedule *c, const struct sim *s)
{
	for (uint32_t h = 0; h < c->host_count; h++)
		printf("--- h%u.conf\n%s", h, c->texts[h]);
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
		s = run(&fewer);
		if (sim_violation(s)) {
			*c = fewer;
			i = 0;
		} else {
			i++;
		}
		sim_free(s);
	}
}

static int fail(struct schedule *c)
{
	struct sim *s;

	shrink(c);
	s = run(c);
	tell(c, s);
	printf("seed %" PRIu64 ", with as few faults as do it; all of it: schedules %" PRIu64 "\n",
	       c->seed, c->seed);
	sim_free(s);
	return EXIT_FAILURE;
}

static void coverage_print(const struct coverage *coverage)
{
	printf("%" PRIu64 " schedules of %d simulated seconds, 0 violations; %" PRIu64
	       " transitions\n",
	       coverage->schedules, (int)(LENGTH_US / SECOND), coverage->transitions);
	for (int k = 0; k < SIM_FAULT_N_; k++)
		printf("%s %" PRIu64 "%s", sim_fault_name((enum sim_fault_kind)k),
		       coverage->faults[k], k + 1 < SIM_FAULT_N_ ? ", " : "\n");
	for (int from = 0; from < VRRP_STATE_N_; from++)
		for (int to = 0; to < VRRP_STATE_N_; to++)
			if (coverage->changes[from][to])
				printf("%s -> %s %" PRIu64 "\n",
				       vrrp_state_name((enum vrrp_state)from),
				       vrrp_state_name((enum vrrp_state)to),
				       coverage->changes[from][to]);
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct coverage coverage = { .schedules = 0 };

	for (uint64_t seed = first; seed < first + count; seed++) {
		struct schedule c = schedule_of(seed);
		struct sim *s = run(&c);
		bool is_bad = sim_violation(s);

		if (count == 1)
			tell(&c, s);
		cover(&coverage, s);
		sim_free(s);
		if (is_bad && count > 1)
			return fail(&c);
		if (is_bad)
			return EXIT_FAILURE;
	}
	coverage_print(&coverage);
	return EXIT_SUCCESS;
}
