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
#define FAULTS_MAX 32
#define HOSTS 4
#define VARIANTS 3
#define INSTANCES 2
#define DRIFT_PPM 500 /* what adjtimex(2) allows */
#define FAULTS_UNTIL_MS 40000
#define TEXT_SIZE 4096

struct schedule {
	uint64_t seed;
	uint32_t drift_ppm;
	uint32_t host_count, variant_count; /* variants of each host */
	char texts[HOSTS][VARIANTS][TEXT_SIZE];
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

/* What all hosts have in common of one virtual router. */
struct common {
	const char *name, *link;
	uint32_t vrid, interval, addresses;
	bool nopreempt, has_password;
	uint32_t preempt_delay_s;
};

static void instance_write(char *text, const struct common *c, uint32_t priority,
			   uint32_t interval, uint32_t addresses)
{
	size_t at = strlen(text);
	FILE *file = fmemopen(text + at, TEXT_SIZE - at, "w");

	check(file);
	fprintf(file, "vrrp_instance %s {\n interface %s\n state BACKUP\n virtual_router_id %u\n",
		c->name, c->link, c->vrid);
	fprintf(file, " priority %u\n advert_int %u\n", priority, interval);
	if (c->nopreempt)
		fprintf(file, " nopreempt\n");
	if (c->preempt_delay_s)
		fprintf(file, " preempt_delay %u\n", c->preempt_delay_s);
	if (c->has_password)
		fprintf(file, " authentication {\n  auth_type PASS\n  auth_pass word%u\n }\n",
			c->vrid);
	fprintf(file, " virtual_ipaddress {\n");
	for (uint32_t k = 0; k < addresses; k++)
		fprintf(file, "  192.0.2.%u/24\n", c->vrid + 50 * k);
	fprintf(file, " }\n}\n");
	fclose(file);
}

static struct common common_make(uint32_t number, uint64_t *random)
{
	struct common c = { .name = number ? "b" : "a", .vrid = number + 1 };

	c.interval = sim_random(random, 4) ? 1 : 2 + sim_random(random, 2);
	c.addresses = 1 + sim_random(random, 3);
	c.link = sim_random(random, 2) ? "eth1" : "eth0";
	c.nopreempt = sim_random(random, 4) == 0;
	c.has_password = sim_random(random, 2);
	if (!c.nopreempt && sim_random(random, 5) == 0)
		c.preempt_delay_s = 1 + sim_random(random, 8);
	return c;
}

/* Each configuration of a host but the first is the first with something changed: the priority, the
 * number of addresses, no second instance. The interval is everybody's or nobody's. */
static void variants_make(struct schedule *c, uint32_t host, const struct common *common,
			  uint32_t instances, uint64_t *random)
{
	for (uint32_t i = 0; i < instances; i++) {
		uint32_t range = sim_random(random, 3) ? 254 : 2, first, priority;

		first = priority = 1 + sim_random(random, range);
		if (sim_random(random, 12) == 0)
			first = priority = 255;
		for (uint32_t v = 0; v < c->variant_count; v++) {
			uint32_t addresses = common[i].addresses;

			if (v && sim_random(random, 2))
				priority = 1 + sim_random(random, range);
			if (v && sim_random(random, 3) == 0)
				addresses = 1 + sim_random(random, 3);
			if (!v || !i || sim_random(random, 3))
				instance_write(c->texts[host][v], &common[i], priority,
					       common[i].interval, addresses);
			priority = first;
		}
	}
}

static void configurations_make(struct schedule *c, uint64_t *random)
{
	uint32_t instances = 1 + sim_random(random, INSTANCES);
	struct common common[INSTANCES];

	for (uint32_t i = 0; i < instances; i++)
		common[i] = common_make(i, random);
	c->variant_count = 1 + sim_random(random, VARIANTS);
	for (uint32_t h = 0; h < c->host_count; h++)
		variants_make(c, h, common, instances, random);
}

static struct sim_fault fault_make(const struct schedule *c, uint64_t swarm, uint64_t *random)
{
	struct sim_fault f = { .host = sim_random(random, c->host_count) };

	f.at_us = (int64_t)sim_random(random, FAULTS_UNTIL_MS * 100) * 10;
	do
		f.kind = (enum sim_fault_kind)sim_random(random, SIM_FAULT_N_);
	while (!(swarm & UINT64_C(1) << f.kind));
	if (f.kind == SIM_FAULT_RELOAD)
		f.variant = sim_random(random, c->variant_count);
	if (f.kind == SIM_FAULT_FORGE)
		f.variant = 1 + sim_random(random, VRRP_DROP_NOT_RUNNING - 1);
	return f;
}

/* Two in three end again within seconds: with nothing but ends by chance, most hosts would be down
 * most of the time. */
static void faults_make(struct schedule *c, uint64_t *random)
{
	uint32_t count = 1 + sim_random(random, FAULTS_MAX - 1);
	uint64_t swarm = 0;

	while (!swarm)
		for (int k = 0; k < SIM_FAULT_N_; k++)
			swarm |= (uint64_t)(sim_random(random, 3) == 0) << k;
	while (c->fault_count < count) {
		struct sim_fault f = fault_make(c, swarm, random);

		c->faults[c->fault_count++] = f;
		f.kind = sim_fault_opposite(f.kind);
		if (f.kind == SIM_FAULT_N_ || sim_random(random, 3) == 0 ||
		    c->fault_count == FAULTS_MAX)
			continue;
		f.at_us += 10 * (int64_t)sim_random(random, 800000);
		if (f.at_us < FAULTS_UNTIL_MS * 1000)
			c->faults[c->fault_count++] = f;
	}
}

static struct schedule schedule_of(uint64_t seed)
{
	struct schedule c = { .seed = seed };
	uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (int i = 0; i < 8; i++)
		sim_random(&random, 2);
	c.host_count = 2 + sim_random(&random, HOSTS - 1);
	c.drift_ppm = sim_random(&random, 2) ? DRIFT_PPM : 0;
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

static struct image *image_of(char *text)
{
	struct conf_world world = { .context = text, .read_file = read_text, .host_name = "h" };
	struct conf *conf = conf_load("schedule.conf", &world);
	struct image *image;

	check(conf && conf_healthy_count(conf) == conf_instance_count(conf));
	image = calloc(1, conf_image_size(conf));
	check(image);
	conf_image_write(conf, image);
	conf_free(conf);
	return image;
}

static void host_add(struct sim *s, struct schedule *c, uint32_t number)
{
	char name[16];

	snprintf(name, sizeof(name), "h%u", number);
	for (uint32_t v = 0; v < c->variant_count; v++) {
		struct image *image = image_of(c->texts[number][v]);

		if (v)
			check(sim_variant_add(s, number, image) == (int)v);
		else
			check(sim_host_add(s, name, image) == (int)number);
		free(image);
	}
}

static struct sim *run(struct schedule *c)
{
	struct sim *s = sim_new(c->seed);

	sim_drift_set(s, c->drift_ppm);
	for (uint32_t h = 0; h < c->host_count; h++)
		host_add(s, c, h);
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
