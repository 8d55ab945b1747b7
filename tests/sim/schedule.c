/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Random schedules: two to four hosts with configurations that fit together, 60 simulated seconds,
 * faults of a random choice of kinds (each seed leaves some out, so that the others come in long
 * rows). */

#include "schedule.h"

#include "base/check.h"
#include "conf/conf.h"
#include "sim/random.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INSTANCES 2
#define DRIFT_PPM 500 /* what adjtimex(2) allows */
#define FAULTS_UNTIL_MS 40000
#define CLOSE_US 60000

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
	FILE *file = fmemopen(text + at, SCHEDULE_TEXT - at, "w");

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
	c->variant_count = 1 + sim_random(random, SCHEDULE_VARIANTS);
	for (uint32_t h = 0; h < c->host_count; h++)
		variants_make(c, h, common, instances, random);
}

static struct sim_fault fault_make(const struct schedule *c, uint64_t swarm, uint64_t *random)
{
	struct sim_fault f = { .host = sim_random(random, c->host_count) };

	f.at_us = (int64_t)sim_random(random, FAULTS_UNTIL_MS * 100) * 10;
	/* One in three while the one before is under way. */
	if (c->fault_count && sim_random(random, 3) == 0)
		f.at_us = c->faults[c->fault_count - 1].at_us + sim_random(random, CLOSE_US);
	do
		f.kind = (enum sim_fault_kind)sim_random(random, SIM_FAULT_N_);
	while (!(swarm & UINT64_C(1) << f.kind));
	if (f.kind == SIM_FAULT_RELOAD)
		f.variant = sim_random(random, c->variant_count);
	/* Mostly at once, as its parent has it; sometimes it fails again and again. */
	if (f.kind == SIM_FAULT_KILL && sim_random(random, 2))
		f.variant = sim_random(random, 8000);
	if (f.kind == SIM_FAULT_FORGE)
		f.variant = 1 + sim_random(random, VRRP_DROP_NOT_RUNNING - 1);
	return f;
}

/* Two in three end again within seconds: with nothing but ends by chance, most hosts would be down
 * most of the time. */
static void faults_make(struct schedule *c, uint64_t *random)
{
	uint32_t count = 1 + sim_random(random, SCHEDULE_FAULTS - 1);
	uint64_t swarm = 0;

	while (!swarm)
		for (int k = 0; k < SIM_FAULT_N_; k++)
			swarm |= (uint64_t)(sim_random(random, 3) == 0) << k;
	while (c->fault_count < count) {
		struct sim_fault f = fault_make(c, swarm, random);

		c->faults[c->fault_count++] = f;
		f.kind = sim_fault_opposite(f.kind);
		if (f.kind == SIM_FAULT_N_ || sim_random(random, 3) == 0 ||
		    c->fault_count == SCHEDULE_FAULTS)
			continue;
		f.at_us += 10 * (int64_t)sim_random(random, 800000);
		if (f.at_us < FAULTS_UNTIL_MS * 1000)
			c->faults[c->fault_count++] = f;
	}
}

struct schedule schedule_of(uint64_t seed)
{
	struct schedule c = { .seed = seed };
	uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (int i = 0; i < 8; i++)
		sim_random(&random, 2);
	c.host_count = 2 + sim_random(&random, SCHEDULE_HOSTS - 1);
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

struct image *schedule_image(const char *text)
{
	struct conf_world world = { .context = (void *)(uintptr_t)text,
				    .read_file = read_text,
				    .host_name = "h" };
	struct conf *conf = conf_load("schedule.conf", &world);
	struct image *image;

	check(conf && conf_healthy_count(conf) == conf_instance_count(conf));
	image = calloc(1, conf_image_size(conf));
	check(image);
	conf_image_write(conf, image);
	conf_free(conf);
	return image;
}

static void host_add(struct sim *s, const struct schedule *c, uint32_t number)
{
	char name[16];

	snprintf(name, sizeof(name), "h%u", number);
	for (uint32_t v = 0; v < c->variant_count; v++) {
		struct image *image = schedule_image(c->texts[number][v]);

		if (v)
			check(sim_variant_add(s, number, image) == (int)v);
		else
			check(sim_host_add(s, name, image) == (int)number);
		free(image);
	}
}

struct sim *schedule_run(const struct schedule *c)
{
	struct sim *s = sim_new(c->seed);

	sim_drift_set(s, c->drift_ppm);
	for (uint32_t h = 0; h < c->host_count; h++)
		host_add(s, c, h);
	for (uint32_t i = 0; i < c->fault_count; i++)
		sim_fault_add(s, &c->faults[i]);
	sim_watch(s);
	sim_run(s, SCHEDULE_LENGTH_US);
	return s;
}

/* -- as text -- */

static FILE *file_open(const char *folder, const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	check(file);
	return file;
}

static void variant_name(char *name, size_t size, uint32_t host, uint32_t variant)
{
	if (variant)
		snprintf(name, size, "h%u.%u.conf", host, variant);
	else
		snprintf(name, size, "h%u.conf", host);
}

static void fault_write(FILE *file, const struct sim_fault *f)
{
	char name[32];

	variant_name(name, sizeof(name), f->host, f->variant);
	fprintf(file, "%s h%u", sim_fault_name(f->kind), f->host);
	if (f->kind == SIM_FAULT_FORGE)
		fprintf(file, " %s", vrrp_drop_name((enum vrrp_drop)f->variant));
	if (f->kind == SIM_FAULT_RELOAD)
		fprintf(file, " to %s", name);
	fprintf(file, " at %" PRId64 "us", f->at_us);
	if (f->kind == SIM_FAULT_KILL && f->variant)
		fprintf(file, " for %ums", f->variant);
	fprintf(file, "\n");
}

void schedule_write(const struct schedule *c, const char *folder)
{
	char name[32];
	FILE *file;

	check(mkdir(folder, 0755) == 0 || errno == EEXIST);
	for (uint32_t h = 0; h < c->host_count; h++)
		for (uint32_t v = 0; v < c->variant_count; v++) {
			variant_name(name, sizeof(name), h, v);
			file = file_open(folder, name);
			fputs(c->texts[h][v], file);
			fclose(file);
		}
	file = file_open(folder, "faults.scn");
	fprintf(file, "#! seed %" PRIu64 " drift %u\n", c->seed, c->drift_ppm);
	for (uint32_t i = 0; i < c->fault_count; i++)
		fault_write(file, &c->faults[i]);
	fclose(file);
}
