/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level and of global_defs that work. */
#include "conf/conf_private.h"

#define SETTING(member) .setting = offsetof(struct conf_global, member)

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
		.arguments = { ARGUMENT(ARGUMENT_WORD, "NAME") },
		.bind = bind_instance,
		.doc = "One virtual router: addresses that one of several servers holds.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "router_id",
		.arguments = { ARGUMENT(ARGUMENT_WORD, "NAME") },
		SETTING(router_id),
		.default_text = "the host's name",
		.doc = "The name of this server in messages and mails.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_version",
		.arguments = { ARGUMENT_NUMBER(ARGUMENT_INTEGER, "2|3", 2, 3) },
		SETTING(version),
		.default_text = "2",
		.doc = "The VRRP version of instances that do not say theirs.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_garp_master_delay",
		.arguments = { ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 0, 4294) },
		SETTING(garp_delay),
		.default_text = "5",
		.unit = "seconds",
		.doc = "garp_master_delay of instances that do not say theirs.",
		.release = "0.1",
	},
	{
		.block = BLOCK_GLOBAL_DEFS,
		.name = "vrrp_garp_master_repeat",
		.arguments = { ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 255) },
		SETTING(garp_repeat),
		.default_text = "5",
		.doc = "garp_master_repeat of instances that do not say theirs.",
		.release = "0.1",
	},
};

const struct keyword_table keyword_table_global = { rows, sizeof(rows) / sizeof(rows[0]) };
