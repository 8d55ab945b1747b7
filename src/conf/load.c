/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way through the room: file → source → tree → model → validated → image, and what the outside
 * may ask of the result. Files come through the caller's callback, so the same code serves the
 * daemon's unprivileged child, the tool, the simulator and the fuzzer. A file that cannot be read
 * gives a configuration that holds nothing but the finding. */
#include "conf/conf_private.h"
#include "conf/keepalived.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *load_reason(int error, const char **ret_code)
{
	switch (error) {
	case -ENOENT:
		*ret_code = "no-such-file";
		return "there is no such file";
	case -EACCES:
	case -EPERM:
		*ret_code = "not-permitted";
		return "it may not be read";
	case -EISDIR:
		*ret_code = "is-directory";
		return "it is a directory";
	case -EFBIG:
		*ret_code = "too-large";
		return "it is larger than a configuration may be";
	default:
		*ret_code = "cannot-read";
		return strerror(-error);
	}
}

struct source *load_source(struct conf *conf, const char *path, size_t *ret_size, int *ret_error)
{
	const char *data = NULL;
	size_t size = 0;
	int error = conf->world->read_file(conf->world->context, path, &data, &size);

	if (!error && size > LIMIT_CONF_FILE_SIZE)
		error = -EFBIG;
	if (error) {
		*ret_error = error;
		return NULL;
	}
	*ret_size = size;
	return lex_source(conf, path, arena_copy(&conf->arena, size ? data : "", size), size);
}

static const struct source *file_read(struct conf *conf, const char *path)
{
	struct diag diag = { NULL, CONF_ERROR, CONF_CANNOT_RUN, { .line = 0 }, NULL };
	const struct source *source;
	const char *reason;
	size_t size;
	int error;

	source = load_source(conf, path, &size, &error);
	if (source) {
		keepalived_source(conf, source);
		return source;
	}
	reason = load_reason(error, &diag.code);
	diag_add(conf, &diag, "cannot read %.200s: %s", path, reason);
	return NULL;
}

static void load(struct conf *conf, const char *path, const struct conf_world *world)
{
	const char *host = world->host_name ? world->host_name : "";
	const struct source *source;
	struct node *root = NULL;

	conf->world = world;
	conf->path = arena_copy(&conf->arena, path, strlen(path));
	conf->loaded_realtime_us = world->now_realtime_us;
	map_init(&conf->block_names, &conf->arena);
	map_init(&conf->not_yet_said, &conf->arena);
	map_init(&conf->link_indices, &conf->arena);
	map_init(&conf->own_links, &conf->arena);
	map_init(&conf->string_offsets, &conf->arena);
	keyword_index_init(&conf->keywords, &conf->arena);
	conf->global = (struct conf_global *)model_new(conf, BLOCK_TOP);
	conf->global->router_id.text = arena_copy(&conf->arena, host, strlen(host));
	source = file_read(conf, conf->path);
	if (source) {
		root = tree_build(conf, source);
		bind_tree(conf, root);
		validate(conf);
		if (world->lint)
			lint(conf);
		keepalived_tree(conf, root);
		sections_find(conf, root);
		if (world->usage)
			usage_find(conf, root);
	}
	build_image(conf);
	if (root)
		secrets_hide(conf, root);
	diag_settle(conf);
}

struct conf *conf_load(const char *path, const struct conf_world *world)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	jmp_buf escape;

	if (!conf)
		return NULL;
	arena_init(&conf->arena, LIMIT_CONF_MEMORY, &escape);
	conf->arena.large = world->large_memory;
	if (setjmp(escape))
		return conf_free(conf);
	load(conf, path, world);
	conf->arena.escape = NULL;
	conf->world = NULL;
	return conf;
}

struct conf *conf_free(struct conf *conf)
{
	if (conf)
		arena_fini(&conf->arena);
	free(conf);
	return NULL;
}

bool conf_is_read(const struct conf *conf)
{
	return conf->source_count > 0;
}

size_t conf_finding_count(const struct conf *conf)
{
	return conf->finding_count;
}

const struct conf_finding *conf_finding(const struct conf *conf, size_t i)
{
	return i < conf->finding_count ? &conf->findings[i].finding : NULL;
}

size_t conf_finding_overflow(const struct conf *conf)
{
	return conf->finding_overflow;
}

unsigned conf_instance_count(const struct conf *conf)
{
	return (unsigned)instance_count(conf);
}

unsigned conf_healthy_count(const struct conf *conf)
{
	unsigned count = 0;

	for (size_t i = 0; i < instance_count(conf); i++)
		count += !instance_at(conf, i)->block.broken;
	return count;
}

unsigned conf_waiting_count(const struct conf *conf)
{
	unsigned count = 0;

	for (size_t i = 0; i < instance_count(conf); i++)
		count += instance_at(conf, i)->block.is_later;
	return count;
}

int conf_exit_code(const struct conf *conf)
{
	if (conf->consequences & 1u << CONF_CANNOT_RUN)
		return 4;
	if (conf->consequences & 1u << CONF_MISSING_ARGUMENT)
		return 2;
	if (conf->consequences & 1u << CONF_SCRIPT_SECURITY)
		return 6;
	return conf->consequences & 1u << CONF_RUNS ? 5 : 0;
}
