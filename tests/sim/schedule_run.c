/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs a schedule, and writes it as text. */

#include "schedule.h"

#include "base/check.h"
#include "conf/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

	check(conf && conf_healthy_count(conf));
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
	if (c->foreign & 1u << number)
		sim_host_set_peer(s, number, c->peers[number]);
}

struct sim *schedule_run(const struct schedule *c)
{
	struct sim *s = sim_new(c->seed);

	sim_drift_set(s, c->drift_ppm);
	sim_gateway_set(s, c->gateway_ms * INT64_C(1000));
	sim_quiet_set(s, c->is_quiet);
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
	if (f->kind == SIM_FAULT_SLOW_PORT)
		fprintf(file, " by %ums", f->variant);
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
	if (c->gateway_ms)
		fprintf(file, "#! gateway %u\n", c->gateway_ms);
	if (c->is_quiet)
		fprintf(file, "#! quiet\n");
	for (uint32_t h = 0; h < c->host_count; h++)
		if (c->foreign & 1u << h)
			fprintf(file, "#! %s h%u\n", peer_kind_name(c->peers[h]), h);
	for (uint32_t i = 0; i < c->fault_count; i++)
		fault_write(file, &c->faults[i]);
	fclose(file);
}
