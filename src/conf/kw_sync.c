/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vrrp_sync_group: instances that are MASTER together or not at all. None of it has an effect in
 * this release. `notify_deleted`, which keepalived's manual has for groups, is none of their
 * keywords there. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_sync_group, member)
#define GROUP(keyword) .block = BLOCK_VRRP_SYNC_GROUP, .name = keyword, .fate = FATE_NOT_YET

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "vrrp_sync_group",
		.fate = FATE_NOT_YET,
		.opens = BLOCK_VRRP_SYNC_GROUP,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, sync_groups),
		.doc = "Instances that are MASTER together or not at all.",
		.hint = "its instances run, each for itself",
	},
	{
		GROUP("group"),
		.opens = BLOCK_INSTANCE_NAMES,
		AT(members),
		.bind = bind_group,
		.doc = "The instances of the group; an instance can be in one group only.",
	},
#define LIST(keyword, body, member, sentence) \
	{ GROUP(keyword), .opens = body, AT(trackers.member), .doc = sentence }
	LIST("track_interface", BLOCK_TRACKED_INTERFACES, links,
	     "Interfaces that all instances of the group depend on."),
	LIST("track_script", BLOCK_TRACKED_SCRIPTS, scripts,
	     "Scripts that all instances of the group depend on."),
	LIST("track_file", BLOCK_TRACKED_FILES, files,
	     "Files that all instances of the group depend on."),
	LIST("track_process", BLOCK_TRACKED_PROCESSES, processes,
	     "Processes that all instances of the group depend on."),
	LIST("track_bfd", BLOCK_TRACKED_BFD, bfds,
	     "BFD sessions that all instances of the group depend on."),
#undef LIST
#define NOTIFY(keyword, which, sentence)                                                   \
	{                                                                                  \
		GROUP(keyword), ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]")), \
		AT(notify[which]), .default_text = "none", .doc = sentence,                \
	}
	NOTIFY("notify_master", NOTIFY_MASTER, "Run when the group becomes MASTER."),
	NOTIFY("notify_backup", NOTIFY_BACKUP, "Run when the group becomes BACKUP."),
	NOTIFY("notify_fault", NOTIFY_FAULT, "Run when the group goes to FAULT."),
	NOTIFY("notify_stop", NOTIFY_STOP, "Run when the daemon stops."),
	NOTIFY("notify", NOTIFY_ANY,
	       "Run at every change, with GROUP, name, state and priority as arguments."),
#undef NOTIFY
	{
		GROUP("notify_priority_changes"),
		ARGUMENTS({ ARGUMENT_BOOLEAN, "on|off", .flags = ARGUMENT_OPTIONAL }),
		AT(notify_priority_changes),
		.value = 1,
		.default_text = "vrrp_notify_priority_changes of global_defs",
		.doc = "Tell the notify FIFOs of the members' changes of priority.",
	},
	{
		GROUP("smtp_alert"),
		ARGUMENTS({ ARGUMENT_BOOLEAN, "on|off", .flags = ARGUMENT_OPTIONAL }),
		AT(smtp_alert),
		.value = 1,
		.preset = "no",
		.inherits = offsetof(struct conf_global, mail.alert_vrrp),
		.doc = "Send mails about changes of the group's state.",
	},
	{
		GROUP("sync_group_tracking_weight"),
		.old_names = "global_tracking",
		AT(tracking_weight),
		.value = 1,
		.doc = "Let weights of what its instances track count; without it they would be "
		       "MASTER of one and not of the other.",
	},
};

const struct keyword_table keyword_table_sync = { rows, sizeof(rows) / sizeof(rows[0]) };
