/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What instances watch: scripts, files and processes. Ranges and defaults are keepalived's; times
 * may have decimals, as in keepalived 2.4 and not in 2.2. How an instance names what it watches
 * stands with the instance. */
#include "conf/conf_private.h"

#define SECOND_US INT64_C(1000000)
#define SECONDS_MOST_US INT64_C(4294967295)
#define INT_MOST INT64_C(2147483647)

#define REVERSE(model) \
	{ ARGUMENT_MARK, "reverse", "reverse", .at = offsetof(struct model, reverse) }
#define WEIGHT(model, least, most) \
	ARGUMENTS({ ARGUMENT_INTEGER, "WEIGHT", .min = least, .max = most, \
		    .at = offsetof(struct model, weight) }, \
		  REVERSE(model)), \
	.at = offsetof(struct model, weight)

#define SCRIPT(keyword, member) \
	.block = BLOCK_VRRP_SCRIPT, .name = keyword, .fate = FATE_NOT_YET, \
	.at = offsetof(struct conf_vrrp_script, member)
#define FILE_OF(keyword) \
	.block = BLOCK_TRACK_FILE, .name = keyword, .fate = FATE_NOT_YET
#define PROCESS(keyword) \
	.block = BLOCK_VRRP_TRACK_PROCESS, .name = keyword, .fate = FATE_NOT_YET
#define PROCESS_AT(member) .at = offsetof(struct conf_track_process, member)
#define DELAY \
	ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", 1, 3600 * SECOND_US)), \
	.unit = "seconds"

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "vrrp_script",
		.opens = BLOCK_VRRP_SCRIPT,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, scripts),
		.fate = FATE_NOT_YET,
		.doc = "A program that is run again and again; its exit status says whether all "
		       "is well.",
	},
	{
		SCRIPT("script", script),
		ARGUMENTS({ ARGUMENT_COMMAND, "COMMAND", .flags = ARGUMENT_ALONE }),
		.flags = KEYWORD_REQUIRED,
		.doc = "The program and its arguments; without it the block is left out.",
	},
	{
		SCRIPT("interval", interval),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", SECOND_US / 1000,
					  SECONDS_MOST_US)),
		.preset = "1",
		.unit = "seconds",
		.doc = "Time from one run to the next.",
	},
	{
		SCRIPT("timeout", timeout),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", SECOND_US / 1000,
					  SECONDS_MOST_US)),
		.unit = "seconds",
		.default_text = "as interval",
		.doc = "After which time a run counts as failed and is ended.",
	},
	{
		.block = BLOCK_VRRP_SCRIPT,
		.name = "weight",
		WEIGHT(conf_vrrp_script, -253, 253),
		.fate = FATE_NOT_YET,
		.preset = "0",
		.doc = "What is added to the priority: a positive one while all is well, a "
		       "negative one while it is not; 0: FAULT while it is not.",
	},
	{
		SCRIPT("rise", rise),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, INT_MOST)),
		.preset = "1",
		.doc = "How many good runs in a row make it well.",
	},
	{
		SCRIPT("fall", fall),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, INT_MOST)),
		.preset = "1",
		.doc = "How many bad runs in a row make it fail.",
	},
	{
		SCRIPT("user", user),
		ARGUMENTS({ ARGUMENT_USER, "USER",
			    .at = offsetof(struct conf_vrrp_script, user) },
			  { ARGUMENT_USER_GROUP, "GROUP", .flags = ARGUMENT_OPTIONAL,
			    .at = offsetof(struct conf_vrrp_script, group) }),
		.default_text = "as script_user",
		.doc = "As whom it runs.",
	},
	{
		SCRIPT("init_fail", init_fail),
		.value = 1,
		.default_text = "off",
		.doc = "It has failed until it was well for the first time.",
	},

	{
		.block = BLOCK_TOP,
		.name = "track_file",
		.old_names = "vrrp_track_file",
		.opens = BLOCK_TRACK_FILE,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, files),
		.fate = FATE_NOT_YET,
		.doc = "A file with a number that is added to priorities.",
	},
	{
		FILE_OF("file"),
		.at = offsetof(struct conf_track_file, file),
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "PATH")),
		.flags = KEYWORD_FIRST | KEYWORD_REQUIRED,
		.doc = "The path of the file; without it the block is left out.",
	},
	{
		FILE_OF("weight"),
		/* 2.2 takes -254..254. */
		WEIGHT(conf_track_file, -INT_MOST - 1, INT_MOST),
		.preset = "1",
		.doc = "What the number is multiplied with; 0: FAULT while it is not 0.",
	},
	{
		FILE_OF("init_file"),
		.at = offsetof(struct conf_track_file, init_value),
		ARGUMENTS({ ARGUMENT_INTEGER, "VALUE", .min = -INT_MOST - 1, .max = INT_MOST,
			    .flags = ARGUMENT_OPTIONAL,
			    .at = offsetof(struct conf_track_file, init_value) },
			  { ARGUMENT_MARK, "overwrite", "overwrite",
			    .at = offsetof(struct conf_track_file, init_overwrite) }),
		.default_text = "off; without a number 0",
		.doc = "Make the file at the start when there is none; overwrite: also when there "
		       "is one.",
	},

	{
		.block = BLOCK_TOP,
		.name = "vrrp_track_process",
		.opens = BLOCK_VRRP_TRACK_PROCESS,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, processes),
		.fate = FATE_NOT_YET,
		.doc = "Processes of the host that have to run.",
	},
	{
		PROCESS("process"),
		PROCESS_AT(process),
		ARGUMENTS({ ARGUMENT_WORD, "PROGRAM [ARGUMENT…]", .flags = ARGUMENT_REPEATED }),
		.flags = KEYWORD_FIRST | KEYWORD_REQUIRED,
		.doc = "The program, perhaps with arguments; without it the block is left out.",
	},
	{
		PROCESS("param_match"),
		PROCESS_AT(param_match),
		ARGUMENTS({ ARGUMENT_CHOICE, "initial|partial", .choices = "initial|partial",
			    .flags = ARGUMENT_OPTIONAL }),
		.value = PARAM_MATCH_EXACT,
		.default_text = "all of them, where process has any; else they do not matter",
		.doc = "How the arguments are compared: partial, there may be more of them; "
		       "initial, the last may also be longer; without a word all are the same.",
	},
	{
		PROCESS("weight"),
		WEIGHT(conf_track_process, -254, 254),
		.preset = "0",
		.doc = "As in vrrp_script.",
	},
	{
		PROCESS("quorum"),
		PROCESS_AT(quorum),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 65535)),
		.default_text = "1, or 0 with quorum_max 0",
		.doc = "How many of them have to run at least.",
	},
	{
		PROCESS("quorum_max"),
		PROCESS_AT(quorum_max),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 0, 65535)),
		.default_text = "no limit",
		.doc = "How many of them may run at most.",
	},
	{
		PROCESS("fork_delay"),
		PROCESS_AT(fork_delay),
		DELAY,
		.default_text = "none",
		.doc = "How long enough of them have to run before that counts.",
	},
	{
		PROCESS("terminate_delay"),
		PROCESS_AT(terminate_delay),
		DELAY,
		.default_text = "none",
		.doc = "How long too few of them have to run before that counts.",
	},
	{
		PROCESS("delay"),
		DELAY,
		.bind = bind_process_delay,
		.default_text = "none",
		.doc = "fork_delay and terminate_delay at once.",
	},
	{
		PROCESS("full_command"),
		PROCESS_AT(full_command),
		.value = 1,
		.default_text = "off, or on where arguments are compared",
		.doc = "Compare the whole path of the program, not the first 15 letters of its "
		       "name.",
	},
};

const struct keyword_table keyword_table_track = { rows, sizeof(rows) / sizeof(rows[0]) };
