/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf-print: loads one file with the real parser and shows what became of it, for the golden
 * tests: findings and exit code on standard error, the configuration as conf_print() writes it on
 * standard output. With --round-trip it loads that text again and compares the two images octet by
 * octet, line numbers aside. The host that the file sees is made up: interfaces that begin with
 * `eth` exist, others do not; the environment holds GOLDEN and nothing else; users and programs are
 * what their names say (files.h). */
#include "files.h"

#include "conf/conf.h"
#include "wire/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *config_id;
static bool checks_includes;

static struct conf *load(const char *path, const char *text)
{
	struct files files = { .text = text };
	struct conf_world world = {
		.context = &files,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.link_exists = link_exists,
		.addresses = find_addresses,
		.look_at = look_at,
		.find_account = find_account,
		.host_name = "golden-host",
		.config_id = config_id,
		.lint = true,
		.checks_includes = checks_includes,
		.random_seed = 7,
		.now_realtime_us = 1,
	};
	struct conf *conf = conf_load(path, &world);

	files_fini(&files);
	if (!conf) {
		fputs("conf-print: out of memory\n", stderr);
		exit(1);
	}
	return conf;
}

static char *print(const struct conf *conf)
{
	size_t length = conf_print(conf, NULL, 0);
	char *text = malloc(length + 1);

	if (!text || conf_print(conf, text, length + 1) != length) {
		fputs("conf-print: two prints differ in length\n", stderr);
		exit(1);
	}
	return text;
}

static void show_findings(const struct conf *conf)
{
	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		size_t length = conf_finding_print(conf_finding(conf, i), NULL, 0);
		char *text = malloc(length + 1);

		if (!text)
			exit(1);
		conf_finding_print(conf_finding(conf, i), text, length + 1);
		fputs(text, stderr);
		free(text);
	}
	if (conf_finding_overflow(conf))
		fprintf(stderr, "and %zu more\n", conf_finding_overflow(conf));
	fprintf(stderr, "exit code %d, %u of %u instances run\n", conf_exit_code(conf),
		conf_healthy_count(conf), conf_instance_count(conf));
}

/* The image, with what may differ between a file and its printed form taken out. */
static struct image *image_of(const struct conf *conf)
{
	size_t size = conf_image_size(conf);
	struct image *image = calloc(1, size);
	const char *reason;

	if (!image)
		exit(1);
	conf_image_write(conf, image);
	if (!image_check(image, size, &reason)) {
		fprintf(stderr, "conf-print: the image is wrong: %s\n", reason);
		exit(1);
	}
	for (uint32_t i = 0; i < image->instance_count; i++)
		image_instances_mutable(image)[i].line = 0;
	return image;
}

static int round_trip(const char *path)
{
	struct conf *first = load(path, NULL);
	char *text = print(first);
	struct conf *second = load(path, text);
	struct image *a = image_of(first), *b = image_of(second);
	bool same = a->size == b->size && memcmp(a, b, a->size) == 0;
	char *again = print(second);

	if (!same)
		fprintf(stderr, "conf-print: %s: printed, it loads to another image:\n%s", path,
			text);
	if (strcmp(text, again) != 0) {
		fprintf(stderr, "conf-print: %s: printed twice, it differs\n", path);
		same = false;
	}
	if (conf_healthy_count(second) != conf_instance_count(second))
		show_findings(second);
	free(a);
	free(b);
	free(text);
	free(again);
	conf_free(first);
	conf_free(second);
	return same ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct conf *conf;
	char *text;

	if (argc > 3 && strcmp(argv[1], "-i") == 0) {
		config_id = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc > 2 && strcmp(argv[1], "-e") == 0) {
		checks_includes = true;
		argc--;
		argv++;
	}
	if (argc == 3 && strcmp(argv[1], "--round-trip") == 0)
		return round_trip(argv[2]);
	if (argc != 2) {
		fputs("usage: conf-print [-i ID] [-e] [--round-trip] FILE\n", stderr);
		return 2;
	}
	conf = load(argv[1], NULL);
	text = print(conf);
	show_findings(conf);
	fputs(text, stdout);
	free(image_of(conf));
	free(text);
	conf_free(conf);
	return 0;
}
