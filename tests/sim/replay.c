/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs schedules that were written down (schedule.h) under the oracle, each in its folder:
 *     replay FOLDER...
 * faults.scn begins with the seed and the drift, the router before the clients, as
 * `#! gateway 8000`, quiet ones as `#! quiet`, and the hosts that are not ours, as
 * `#! keepalived h1`; the rest are the words of vipctl simulate. */

#include "schedule.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *file_read(const char *folder, const char *name)
{
	static char text[SCHEDULE_TEXT];
	char path[512];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = '\0';
	check(fclose(file) == 0 && size < sizeof(text) - 1);
	return text;
}

static struct image *image_read(void *context, const char *name)
{
	const char *text = file_read(context, name);

	return text ? schedule_image(text) : NULL;
}

static void hosts_add(struct sim *s, char *folder)
{
	for (uint32_t h = 0; h < SCHEDULE_HOSTS; h++) {
		char file[32], name[16];
		struct image *image;

		snprintf(file, sizeof(file), "h%u.conf", h);
		snprintf(name, sizeof(name), "h%u", h);
		image = image_read(folder, file);
		if (image)
			check(sim_host_add(s, name, image) == (int)h);
		free(image);
	}
}

static void peers_set(struct sim *s, const char *lines)
{
	char text[64];

	for (uint32_t h = 0; h < sim_host_count(s); h++)
		for (int k = 0; k < PEER_N_; k++) {
			snprintf(text, sizeof(text), "\n#! %s h%u\n",
				 peer_kind_name((enum peer_kind)k), h);
			if (strstr(lines, text))
				sim_host_set_peer(s, h, (enum peer_kind)k);
		}
}

static void clients_set(struct sim *s, const char *lines)
{
	const char *line = strstr(lines, "\n#! gateway ");
	uint32_t age_ms;

	if (line && sscanf(line, "\n#! gateway %u", &age_ms) == 1)
		sim_gateway_set(s, age_ms * INT64_C(1000));
	sim_quiet_set(s, strstr(lines, "\n#! quiet\n"));
}

/* NULL, or what is wrong. */
static const char *faults_add(struct sim *s, char *lines)
{
	const char *wrong = NULL;
	int64_t last_us = 0;
	char *rest, *line;

	line = strtok_r(lines, "\n", &rest);
	for (; line && !wrong; line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#')
			wrong = sim_fault_parse(s, line, &last_us);
	return wrong;
}

static bool run(char *folder)
{
	char *text = file_read(folder, "faults.scn");
	char *lines = text ? strdup(text) : NULL;
	const char *wrong = "faults.scn does not begin with the seed and the drift";
	uint64_t seed = 0;
	uint32_t drift_ppm = 0;
	struct sim *s;

	if (lines && sscanf(lines, "#! seed %" SCNu64 " drift %u", &seed, &drift_ppm) == 2)
		wrong = NULL;
	s = sim_new(seed);
	sim_drift_set(s, drift_ppm);
	sim_reader_set(s, image_read, folder);
	hosts_add(s, folder);
	if (!wrong)
		peers_set(s, lines);
	if (!wrong)
		clients_set(s, lines);
	if (!wrong)
		wrong = faults_add(s, lines);
	sim_watch(s);
	if (!wrong) {
		sim_run(s, SCHEDULE_LENGTH_US);
		wrong = sim_violation(s);
	}
	printf("%s: %s\n", folder, wrong ? wrong : "0 violations");
	sim_free(s);
	free(lines);
	return !wrong;
}

int main(int argc, char **argv)
{
	bool is_good = argc > 1;

	for (int k = 1; k < argc; k++)
		is_good &= run(argv[k]);
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
