/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a corpus, for the entries that run without a fuzzer. A directory stands for all
 * files in it, in the order of their names, so that what is put there is tested without being
 * named in a build file. */
#include "fuzz_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MAX_READ (1u << 20)

static unsigned file_count;

void fuzz_run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(1);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void failed(const char *path)
{
	perror(path);
	exit(1);
}

static void run_file(const char *path, void (*run)(const uint8_t *, size_t, unsigned))
{
	static uint8_t data[SIZE_MAX_READ];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		failed(path);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run(data, size, ++file_count);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_directory(const char *path, void (*run)(const uint8_t *, size_t, unsigned))
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_visible, alphasort);

	if (count < 0)
		failed(path);
	for (int i = 0; i < count; i++) {
		char *name;

		if (asprintf(&name, "%s/%s", path, entries[i]->d_name) < 0)
			exit(1);
		run_file(name, run);
		free(name);
		free(entries[i]);
	}
	free(entries);
}

int fuzz_files(char **paths, void (*run)(const uint8_t *data, size_t size, unsigned number))
{
	struct stat st;

	for (; *paths; paths++) {
		if (stat(*paths, &st) == 0 && S_ISDIR(st.st_mode))
			run_directory(*paths, run);
		else
			run_file(*paths, run);
	}
	printf("%u files\n", file_count);
	if (fuzz_untried && fuzz_untried()) {
		printf("never tried: %s\n", fuzz_untried());
		return 1;
	}
	return file_count ? 0 : 1;
}
