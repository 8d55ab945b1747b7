/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The host that a configuration sees in the golden tests: real files, interfaces that begin with
 * `eth`, one variable in the environment. Users and programs are made up by their names: see
 * find_account() and look_at(). */
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

/* eth8 has addresses for itself. */
static inline int find_addresses(void *context, const struct conf_host_address **ret_addresses,
				 size_t *ret_count)
{
	static struct conf_host_address addresses[] = { { .link = "eth8" }, { .link = "eth8" } };

	prefix_parse("203.0.113.8/24", &addresses[0].prefix);
	prefix_parse("2001:db8:8::8/64", &addresses[1].prefix);
	*ret_addresses = addresses;
	*ret_count = 2;
	return 0;
}

/* root is 0; who begins with `no_such`, and keepalived_script, does not exist; all others do, and
 * are in group 100, too. */
static inline enum conf_account_result find_account(void *context, const char *user,
						    const char *group,
						    struct conf_account *ret_account)
{
	if (strncmp(user, "no_such", 7) == 0 || strcmp(user, CONF_SCRIPT_USER) == 0)
		return CONF_ACCOUNT_NO_USER;
	if (group && strncmp(group, "no_such", 7) == 0)
		return CONF_ACCOUNT_NO_GROUP;
	*ret_account = (struct conf_account){ .user = 1000, .group = 1000, .groups = { 1000, 100 },
					      .group_count = 2 };
	if (strcmp(user, "root") == 0)
		ret_account->user = ret_account->group = 0;
	return CONF_ACCOUNT_FOUND;
}

static inline bool begins(const char *name, const char *word)
{
	return strncmp(name, word, strlen(word)) == 0;
}

/* The last part of a path says by its first letters what it is. What says nothing is a program of
 * root's when there is a `.` in its name or when it lies in a bin, else a directory of root's. */
static inline int look_at(void *context, const char *path, struct conf_path *ret_path)
{
	const char *name = strrchr(path, '/') + 1;
	bool is_program = (*name && strchr(name + 1, '.')) || (strstr(path, "bin/") && *name);

	*ret_path = (struct conf_path){ .mode = (is_program ? S_IFREG : S_IFDIR) | 0755 };
	if (begins(name, "none"))
		return -ENOENT;
	if (begins(name, "plain"))
		ret_path->mode = S_IFREG | 0644;
	else if (begins(name, "socket"))
		ret_path->mode = S_IFSOCK | 0755;
	else if (begins(name, "open"))
		ret_path->mode |= 0002;
	else if (begins(name, "tmp"))
		ret_path->mode |= 01022;
	else if (begins(name, "shared"))
		ret_path->mode |= 0020, ret_path->group = 100;
	else if (begins(name, "closed"))
		ret_path->mode &= ~0055u;
	else if (begins(name, "crowd"))
		ret_path->mode &= ~0005u, ret_path->group = 100;
	else if (begins(name, "theirs"))
		ret_path->owner = 1001;
	else if (begins(name, "setuid"))
		ret_path->mode |= 04002;
	else if (begins(name, "link_to_"))
		ret_path->mode = S_IFLNK | 0777;
	if (S_ISLNK(ret_path->mode)) /* `link_to_itself` is one, too */
		snprintf(ret_path->link, sizeof(ret_path->link), "%s",
			 strcmp(name, "link_to_itself") == 0 ? name : name + strlen("link_to_"));
	return 0;
}

static inline void files_fini(struct files *files)
{
	free(files->data);
	globfree(&files->found);
	free(files->matches);
}
