/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the configuration language: any octets at all give a configuration, its findings
 * can be printed, its image passes image_check(), and what is printed of it loads again to the same
 * (round_trip.c). Built with libFuzzer it is a fuzzer; with fuzz_main.c a test that feeds it files.
 */
#include "round_trip.h"

#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *data;
	size_t size;
	unsigned reads;
};

/* What includes itself under many names is bounded by LIMIT_CONF_FILES; that has its own test. */
#define READS_MAX 8

static int read_input(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct input *input = context;

	if (++input->reads > READS_MAX)
		return -ENOENT;
	*ret_data = input->data;
	*ret_size = input->size;
	return 0;
}

/* Every name is there and holds the input again, a few names are not what they seem. */
static int find_input(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	static struct conf_match matches[2];

	matches[0] = (struct conf_match){ pattern, strchr(pattern, 'd') ? CONF_FILE_DIRECTORY :
								  CONF_FILE_REGULAR };
	matches[1] = (struct conf_match){ "other", CONF_FILE_REGULAR };
	*ret_matches = matches;
	*ret_count = strchr(pattern, '*') ? 2 : strchr(pattern, 'n') ? 0 : 1;
	return 0;
}

static const char *environment(void *context, const char *name)
{
	return name[0] == 'E' ? "$A\n~SEQ(i,1,2) \"" : NULL;
}

static struct conf *load(const char *data, size_t size)
{
	struct input input = { data, size, 0 };
	struct conf_world world = { .context = &input, .read_file = read_input,
				    .glob = find_input, .environment = environment,
				    .host_name = "h", .lint = true };

	return conf_load("fuzz.conf", &world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf = load((const char *)data, size);

	if (!conf)
		return 0;
	round_trip_findings(conf);
	round_trip(conf, load);
	conf_free(conf);
	return 0;
}
