/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the printer: any octets become a configuration that nearly always has something to
 * print (generate.c), and what is printed loads again to the same (round_trip.c). With
 * FUZZ_PRINT_SHOW in the environment it writes what it made to standard error, which is what a
 * finding is read in. */
#include "generate.h"
#include "round_trip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *data;
	size_t size;
	bool was_read;
};

/* One file; an `include` finds nothing. */
static int read_input(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct input *input = context;

	if (input->was_read)
		return -ENOENT;
	input->was_read = true;
	*ret_data = input->data;
	*ret_size = input->size;
	return 0;
}

static bool link_exists(void *context, const char *name)
{
	return strcmp(name, "eth5") != 0;
}

static struct conf *load(const char *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	struct conf_world world = { .context = &input, .read_file = read_input,
				    .link_exists = link_exists, .host_name = "h.example" };

	return conf_load("fuzz.conf", &world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf;
	size_t length;
	char *text = generate_conf(data, size, &length);

	if (getenv("FUZZ_PRINT_SHOW"))
		fprintf(stderr, "%s\n", text);
	conf = load(text, length);
	free(text);
	if (!conf)
		return 0;
	round_trip_findings(conf);
	round_trip(conf, load);
	conf_free(conf);
	return 0;
}
