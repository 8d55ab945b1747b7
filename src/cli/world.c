/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The host that a configuration sees when vipctl reads it: real files, read with the caller's own
 * rights, under the conditions that the daemon's parent has for them (host/file.h).
 *
 * Interfaces, programs and users are not asked for unless --here says so: a file is mostly looked
 * at on another machine than the one that it is for, and what is missing here means nothing
 * there. */
#include "cli/cli.h"

#include "conf/conf.h"
#include "host/account.h"
#include "host/addresses.h"
#include "host/file.h"
#include "host/memory.h"
#include "host/path.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CONFIG_FILE "/etc/vipd/vipd.conf"

struct reader {
	char *data; /* the last file read */
	glob_t found; /* the last pattern's */
	struct conf_match *matches;
	struct conf_host_address *addresses; /* of this host */
};

static int read_file(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct reader *r = context;
	int fd = host_file_open(path), e;

	if (fd < 0)
		return fd;
	e = host_file_read(fd, &r->data, ret_size);
	close(fd);
	*ret_data = r->data;
	return e;
}

static void forget_matches(struct reader *r)
{
	globfree(&r->found);
	r->found = (glob_t){ .gl_pathc = 0 };
	free(r->matches);
	r->matches = NULL;
}

static int find_files(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	struct reader *r = context;
	int e;

	forget_matches(r);
	e = host_file_match(pattern, &r->found);
	if (e < 0)
		return e;
	r->matches = calloc(r->found.gl_pathc + 1, sizeof(*r->matches));
	if (!r->matches)
		return -ENOMEM;
	for (size_t i = 0; i < r->found.gl_pathc; i++)
		r->matches[i] = (struct conf_match){ r->found.gl_pathv[i],
						     host_file_kind(r->found.gl_pathv[i]) };
	*ret_matches = r->matches;
	*ret_count = r->found.gl_pathc;
	return 0;
}

static const char *environment(void *context, const char *name)
{
	return getenv(name);
}

static bool link_exists(void *context, const char *name)
{
	return if_nametoindex(name) != 0;
}

static int find_addresses(void *context, const struct conf_host_address **ret_addresses,
			  size_t *ret_count)
{
	struct reader *r = context;
	int e = host_addresses_read(&r->addresses, ret_count);

	*ret_addresses = r->addresses;
	return e;
}

static int look_at(void *context, const char *path, struct conf_path *ret_path)
{
	return host_path_look(path, ret_path);
}

static enum conf_account_result find_account(void *context, const char *user, const char *group,
					     struct conf_account *ret_account)
{
	return host_account_find(user, group, ret_account);
}

const char *cli_conf_path(void)
{
	return access(CONFIG_FILE, F_OK) == 0 ? CONFIG_FILE : CLI_CONFIG_FILE_KEEPALIVED;
}

struct conf *cli_conf_load(const char *path, const struct cli_request *request)
{
	struct reader reader = { .data = NULL };
	bool here = request->options & CLI_OPTION_HERE;
	char host[256] = "";
	struct timespec now;
	struct conf_world world = {
		.context = &reader,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.link_exists = here ? link_exists : NULL,
		.addresses = here ? find_addresses : NULL,
		.look_at = here ? look_at : NULL,
		.find_account = here ? find_account : NULL,
		.large_memory = host_memory_large,
		.host_name = host,
		.config_id = request->config_id,
		.lint = true,
		.usage = request->wants_usage,
		.for_keepalived = request->options & CLI_OPTION_FOR,
		.checks_includes = request->options & CLI_OPTION_ALL_CONFIG,
	};
	struct conf *conf;

	gethostname(host, sizeof(host) - 1);
	clock_gettime(CLOCK_REALTIME, &now);
	world.now_realtime_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	world.random_seed = (uint64_t)world.now_realtime_us;
	conf = conf_load(path, &world);
	forget_matches(&reader);
	free(reader.data);
	free(reader.addresses);
	if (!conf)
		fprintf(stderr, "vipctl: %s: no memory\n", path);
	return conf;
}
