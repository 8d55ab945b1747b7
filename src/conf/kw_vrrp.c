/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of vrrp_instance that work. Ranges are keepalived's; where a range is narrower here,
 * the wire or the image is the reason and stands beside it. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_instance, member)
#define SECOND_US INT64_C(1000000)

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "vrrp_instance",
		.opens = BLOCK_VRRP_INSTANCE,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, instances),
		.bind = bind_instance,
		.doc = "One virtual router: addresses that one of several servers holds.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "state",
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "MASTER|BACKUP")),
		.bind = bind_state,
		AT(state),
		.default_text = "MASTER with priority 255, else BACKUP",
		.doc = "Which server is meant to hold the addresses; MASTER also changes the "
		       "default of priority and switches nopreempt off.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "interface",
		ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")),
		.flags = KEYWORD_REQUIRED,
		.bind = bind_interface,
		AT(link),
		.doc = "Where adverts are sent and heard, and where addresses go that name no "
		       "other interface.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_router_id",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
		.flags = KEYWORD_REQUIRED,
		AT(vrid),
		.doc = "The number that all servers of this virtual router share; once on a link.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "priority",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
		.flags = KEYWORD_BAD_VALUE,
		.bad_value = 100,
		AT(priority),
		.default_text = "255 with state MASTER, else 100",
		.doc = "The server with the highest holds the addresses; 255 owns them.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "advert_int",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", SECOND_US / 100,
					       255 * SECOND_US)),
		AT(advert_interval),
		.preset = "1",
		.unit = "seconds",
		.doc = "Time between two adverts of the master; whole seconds in version 2.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "version",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "2|3", 2, 3)),
		.flags = KEYWORD_REQUIRED,
		AT(version),
		.inherits = offsetof(struct conf_global, version),
		.doc = "The VRRP version; all servers of a virtual router speak the same.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "nopreempt",
		AT(preempt),
		.value = 0,
		.doc = "Do not take over from a working master of lower priority.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "preempt",
		AT(preempt),
		.value = 1,
		.preset = "1",
		.doc = "Take over from a master of lower priority.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "preempt_delay",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", 0, 1000 * SECOND_US)),
		AT(preempt_delay),
		.preset = "0",
		.unit = "seconds",
		.doc = "How long a master of lower priority is left alone.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "garp_master_delay",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 0, 4294)),
		AT(garp_delay),
		.inherits = offsetof(struct conf_global, garp_delay),
		.unit = "seconds",
		.doc = "From the first announcements of a new master to the second; 0: no second.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "garp_master_repeat",
		/* One octet in the image; keepalived has no upper limit. */
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 255)),
		AT(garp_repeat),
		.inherits = offsetof(struct conf_global, garp_repeat),
		.doc = "Announcements of each address at one time.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "authentication",
		.opens = BLOCK_AUTHENTICATION,
		.default_text = "none",
		.doc = "What every advert must carry; version 2 only, and no protection against "
		       "anyone who can listen.",
		.release = "0.1",
	},
	{
		.block = BLOCK_AUTHENTICATION,
		.name = "auth_type",
		ARGUMENTS(ARGUMENT_WORDS("PASS|AH")),
		AT(auth_type),
		.doc = "PASS: a password in the clear. AH is not supported.",
		.release = "0.1",
	},
	{
		.block = BLOCK_AUTHENTICATION,
		.name = "auth_pass",
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "PASSWORD")),
		.flags = KEYWORD_SECRET,
		.bind = bind_auth_pass,
		AT(auth_pass),
		.doc = "The password; its first eight characters count.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_ipaddress",
		.opens = BLOCK_ADDRESSES,
		AT(advertised),
		.bind = bind_addresses,
		.show = show_addresses,
		.doc = "The addresses, one on a line: ADDRESS[/LENGTH] [dev INTERFACE] "
		       "[brd ADDRESS|+|-] [label LABEL] [scope SCOPE] [peer ADDRESS[/LENGTH]].",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_ipaddress_excluded",
		.opens = BLOCK_ADDRESSES,
		AT(excluded),
		.bind = bind_addresses_excluded,
		.show = show_addresses,
		.doc = "Addresses that move with the others and are not named in adverts.",
		.release = "0.1",
	},
#define NOTIFY(keyword, which, sentence)                                    \
	{                                                                   \
		.block = BLOCK_VRRP_INSTANCE, .name = keyword,              \
		ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]")), \
		AT(notify[which]), .default_text = "none",                  \
		.doc = sentence, .release = "0.1",                          \
	}
	NOTIFY("notify_master", NOTIFY_MASTER, "Run when the instance becomes MASTER."),
	NOTIFY("notify_backup", NOTIFY_BACKUP, "Run when the instance becomes BACKUP."),
	NOTIFY("notify_fault", NOTIFY_FAULT, "Run when the instance goes to FAULT."),
	NOTIFY("notify_stop", NOTIFY_STOP, "Run when the daemon stops."),
	NOTIFY("notify", NOTIFY_ANY,
	       "Run at every change, with INSTANCE, name, state and priority as arguments."),
#undef NOTIFY
};

const struct keyword_table keyword_table_vrrp = { rows, sizeof(rows) / sizeof(rows[0]) };
