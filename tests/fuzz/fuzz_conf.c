/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the configuration language: any octets at all give a configuration, its findings
 * can be printed, its image passes image_check(), and what is printed of it loads again to the same
 * image. Built with libFuzzer it is a fuzzer; with fuzz_main.c a test that feeds it files. */
#include "base/check.h"
#include "conf/conf.h"
#include "wire/image.h"

#include <errno.h>
#include <stdlib.h>
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

static struct conf *load(struct input *input)
{
	struct conf_world world = { .context = input, .read_file = read_input,
				    .glob = find_input, .environment = environment,
				    .host_name = "h", .lint = true };

	return conf_load("fuzz.conf", &world);
}

static void look_at_findings(const struct conf *conf)
{
	char text[512];

	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);

		check(f->code && f->message && f->file && f->width > 0);
		check((f->line == 0) == (f->source == NULL));
		conf_finding_print(f, text, sizeof(text));
		conf_finding_print_line(f, text, sizeof(text));
	}
	check(conf_healthy_count(conf) <= conf_instance_count(conf));
	check(conf_exit_code(conf) >= 0 && conf_exit_code(conf) <= 6);
}

/* The image, without what a printed form does not keep. */
static struct image *image_of(const struct conf *conf)
{
	struct image *image = calloc(1, conf_image_size(conf));
	const char *reason;

	check(image);
	conf_image_write(conf, image);
	check(image_check(image, conf_image_size(conf), &reason));
	for (uint32_t i = 0; i < image->instance_count; i++)
		image_instances_mutable(image)[i].line = 0;
	return image;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { (const char *)data, size, 0 };
	struct conf *conf = load(&input), *again;
	struct image *image;
	size_t length;
	char *text;

	if (!conf)
		return 0;
	look_at_findings(conf);
	image = image_of(conf);
	length = conf_print(conf, NULL, 0);
	text = malloc(length + 1);
	check(text && conf_print(conf, text, length + 1) == length);
	if (conf_instance_count(conf) == conf_healthy_count(conf)) {
		input = (struct input){ text, length, 0 };
		again = load(&input);
		if (again) {
			struct image *other = image_of(again);

			check(image->size == other->size &&
			      memcmp(image, other, image->size) == 0);
			free(other);
		}
		conf_free(again);
	}
	free(text);
	free(image);
	conf_free(conf);
	return 0;
}
