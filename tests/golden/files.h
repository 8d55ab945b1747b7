/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The host that a configuration sees in the golden tests: real files, interfaces that begin with
 * `eth`, one variable in the environment. */
#include "conf/conf.h"

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

static inline int read_file(void *context, const char *path, const char **ret_data,
			    size_t *ret_size)
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

static inline enum conf_file_kind kind_of(const char *path)
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

static inline int find_files(void *context, const char *pattern,
			     const struct conf_match **ret_matches, size_t *ret_count)
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

static inline const char *environment(void *context, const char *name)
{
	return strcmp(name, "GOLDEN") == 0 ? "192.0.2.77" : NULL;
}

static inline bool link_exists(void *context, const char *name)
{
	return strncmp(name, "eth", 3) == 0;
}

static inline void files_fini(struct files *files)
{
	free(files->data);
	globfree(&files->found);
	free(files->matches);
}
