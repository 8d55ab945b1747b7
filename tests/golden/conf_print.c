/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf-print: loads one file with the real parser and shows what became of it, for the golden
 * tests: findings and exit code on standard error, the configuration as conf_print() writes it on
 * standard output. With --round-trip it loads that text again and compares the two images octet by
 * octet, line numbers aside. The host that the file sees is made up: interfaces that begin with
 * `eth` exist, others do not; the environment holds GOLDEN and nothing else. */
#include "conf/conf.h"
#include "wire/image.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file system of at most one file in memory, with the real one behind it. */
struct files {
	const char *text; /* read instead of any file, or NULL */
	char *data;
	glob_t found;
	struct conf_match *matches;
};

static const char *config_id;

static int read_file(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct files *files = context;
	size_t size = 0, room = 65536;
	FILE *f;

	if (files->text) {
		*ret_data = files->text;
		*ret_size = strlen(files->text);
		return 0;
	}
	f = fopen(path, "r");
	if (!f)
		return -errno;
	free(files->data);
	files->data = malloc(room);
	while (files->data && (size += fread(files->data + size, 1, room - size, f)) == room)
		files->data = realloc(files->data, room *= 2);
	if (!files->data || ferror(f)) {
		int error = files->data ? errno : ENOMEM;

		fclose(f);
		return -error;
	}
	fclose(f);
	*ret_data = files->data;
	*ret_size = size;
	return 0;
}

static enum conf_file_kind kind_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return CONF_FILE_OTHER;
	if (S_ISDIR(st.st_mode))
		return CONF_FILE_DIRECTORY;
	if (!S_ISREG(st.st_mode))
		return CONF_FILE_OTHER;
	return st.st_mode & 0111 ? CONF_FILE_EXECUTABLE : CONF_FILE_REGULAR;
}

static int find_files(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	struct files *files = context;

	globfree(&files->found);
	free(files->matches);
	files->matches = NULL;
	*ret_matches = NULL;
	*ret_count = 0;
	if (glob(pattern, 0, NULL, &files->found) != 0)
		return 0;
	files->matches = calloc(files->found.gl_pathc, sizeof(*files->matches));
	if (!files->matches)
		return -ENOMEM;
	for (size_t i = 0; i < files->found.gl_pathc; i++)
		files->matches[i] = (struct conf_match){ files->found.gl_pathv[i],
							 kind_of(files->found.gl_pathv[i]) };
	*ret_matches = files->matches;
	*ret_count = files->found.gl_pathc;
	return 0;
}

static const char *environment(void *context, const char *name)
{
	return strcmp(name, "GOLDEN") == 0 ? "192.0.2.77" : NULL;
}

static bool link_exists(void *context, const char *name)
{
	return strncmp(name, "eth", 3) == 0;
}

static struct conf *load(const char *path, const char *text)
{
	struct files files = { .text = text };
	struct conf_world world = {
		.context = &files,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.link_exists = link_exists,
		.host_name = "golden-host",
		.config_id = config_id,
		.random_seed = 7,
		.now_realtime_us = 1,
	};
	struct conf *conf = conf_load(path, &world);

	free(files.data);
	globfree(&files.found);
	free(files.matches);
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
	if (argc == 3 && strcmp(argv[1], "--round-trip") == 0)
		return round_trip(argv[2]);
	if (argc != 2) {
		fputs("usage: conf-print [-i ID] [--round-trip] FILE\n", stderr);
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
