/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level and of global_defs that work. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_global, member)

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "global_defs",
		.opens = BLOCK_GLOBAL_DEFS,
		.doc = "Settings of the whole daemon.",
		.release = "0.1",
	},
	{
		.block = BLOCK_TOP,
		.name = "vrrp_instance",
		.opens = BLOCK_VRRP_INSTANCE,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		AT(instances),
		.bind = bind_instance,
		.doc = "One virtual router: addresses that one of several servers holds.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "router_id",
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		AT(router_id),
		.default_text = "the host's name",
		.doc = "The name of this server in messages and mails.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_version",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "2|3", 2, 3)),
		AT(version),
		.preset = "2",
		.doc = "The VRRP version of instances that do not say theirs.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_garp_master_delay",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 0, 4294)),
		AT(garp_delay),
		.preset = "5",
		.unit = "seconds",
		.doc = "garp_master_delay of instances that do not say theirs.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_garp_master_repeat",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 255)),
		AT(garp_repeat),
		.preset = "5",
		.doc = "garp_master_repeat of instances that do not say theirs.",
		.release = "0.1",
	},
};

const struct keyword_table keyword_table_global = { rows, sizeof(rows) / sizeof(rows[0]) };
