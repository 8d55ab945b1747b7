/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What values mean beside each other. Each part of the language has a file of its own; here is the
 * order in which they are called. What cannot run is left out with a reason, so that a mistake in
 * one block does not take the others down. Afterwards every setting holds the value in force; `set`
 * still tells whether it was written. */
#include "conf/conf_private.h"

bool block_is_wrong(const struct conf_block *block)
{
	return block->broken && !block->is_later;
}

void validate_inherited(struct conf *conf, struct conf_block *block)
{
	const struct block_rows *rows = &conf->keywords.blocks[block->kind];

	for (size_t r = 0; r < rows->count; r++) {
		const struct keyword *k = rows->rows[r];

		if (k->inherits)
			setting_inherit(model_setting(block, k->at),
					model_setting(&conf->global->block, k->inherits));
	}
}

/* No mistake when all of them only wait for a later release. */
static void nothing_runs(struct conf *conf)
{
	struct diag diag = { "nothing-runs", CONF_WARNING, CONF_CANNOT_RUN, { .line = 0 }, NULL };

	for (size_t at = 0; at < instance_count(conf); at++)
		if (block_is_wrong(&instance_at(conf, at)->block))
			diag.severity = CONF_ERROR;
	diag_add(conf, &diag, diag.severity == CONF_ERROR ?
				      "none of the instances can run" :
				      "none of the instances can run in this release");
}

void validate(struct conf *conf)
{
	struct place whole = { .line = 0 };

	validate_global(conf);
	validate_track(conf);
	for (size_t at = 0; at < instance_count(conf); at++)
		validate_instance(conf, instance_at(conf, at));
	validate_groups(conf);
	for (size_t at = 0; at < instance_count(conf); at++)
		validate_instance_trackers(conf, instance_at(conf, at));
	validate_links(conf);
	validate_routes(conf, &conf->global->static_routes, true);
	validate_rules(conf, &conf->global->static_rules, true);
	validate_network(conf);
	validate_lvs(conf);
	validate_scripts(conf);
	settle_references(conf);
	if (conf_healthy_count(conf))
		return;
	if (instance_count(conf))
		nothing_runs(conf);
	else if (!conf->global->balance.servers.count && !conf->global->balance.groups.count)
		diag_warning(conf, "no-instance", &whole,
			     "write `vrrp_instance NAME { … }`",
			     "neither vrrp_instance nor virtual_server is configured");
}
