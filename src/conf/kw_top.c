/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level and the small blocks there: the daemon's place on the host, static
 * addresses, what concerns interfaces. The large blocks stand with their part of the language. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_global, member)
#define AT_GARP(member) .at = offsetof(struct conf_garp_group, member)
#define SECOND_US INT64_C(1000000)
#define INT_MOST INT64_C(2147483647)
#define UNSIGNED_MOST INT64_C(4294967295)
#define POLLING "the kernel's own news of interfaces are used"

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "net_namespace",
		AT(daemon.net_namespace),
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.fate = FATE_WORKS,
		.release = "0.1",
		.flags = KEYWORD_FIRST,
		.default_text = "the one that the daemon is started in",
		.doc = "The network namespace that the daemon works in, as `ip netns` names it: "
		       "its run directory is /run/vipd@NAME, unless it is given one. Another one "
		       "takes a restart.",
	},
	{
		.block = BLOCK_TOP,
		.name = "net_namespace_ipvs",
		AT(daemon.net_namespace_ipvs),
		ARGUMENTS({ ARGUMENT_WORD, "NAME", .flags = ARGUMENT_OPTIONAL }),
		.fate = FATE_NOT_YET,
		.flags = KEYWORD_FIRST,
		.default_text = "net_namespace; without a name the host's own",
		.doc = "The network namespace whose IPVS is used.",
	},
	{
		.block = BLOCK_TOP,
		.name = "namespace_with_ipsets",
		AT(daemon.namespace_with_ipsets),
		.value = 1,
		.fate = FATE_NO_EFFECT,
		.hint = "it is for kernels before 3.13",
		.default_text = "off",
		.doc = "Use sets of addresses in a network namespace of an old kernel, too.",
	},
	{
		.block = BLOCK_TOP,
		.name = "instance",
		AT(daemon.instance),
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.fate = FATE_WORKS,
		.release = "0.1",
		.flags = KEYWORD_FIRST,
		.default_text = "none",
		.doc = "The name of this daemon among several on one host: its run directory is "
		       "/run/vipd-NAME, unless it is given one. Another name takes a restart.",
	},
	{
		.block = BLOCK_TOP,
		.name = "use_pid_dir",
		AT(daemon.use_pid_dir),
		.value = 1,
		.fate = FATE_NO_EFFECT,
		.hint = "the run directory holds these files always: `instance NAME` or `--run-dir "
			"DIR` moves it",
		.default_text = "off",
		.doc = "Keep process ids in a directory of their own.",
	},
	{
		.block = BLOCK_TOP,
		.name = "child_wait_time",
		AT(daemon.child_wait_time),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 0, UNSIGNED_MOST)),
		.fate = FATE_NOT_YET,
		.preset = "5",
		.unit = "seconds",
		.doc = "How long processes may take to end before they are killed.",
	},
	{
		.block = BLOCK_TOP,
		.name = "global_defs",
		.opens = BLOCK_GLOBAL_DEFS,
		.doc = "Settings of the whole daemon.",
		.release = "0.1",
	},
	{
		.block = BLOCK_TOP,
		.name = "linkbeat_use_polling",
		AT(daemon.linkbeat_use_polling),
		.value = 1,
		.fate = FATE_NO_EFFECT,
		.hint = POLLING,
		.default_text = "off",
		.doc = "Ask interfaces for their state once a second.",
	},
	{
		.block = BLOCK_TOP,
		.name = "linkbeat_interfaces",
		.opens = BLOCK_LINKBEAT_INTERFACES,
		AT(linkbeats),
		.fate = FATE_NO_EFFECT,
		.hint = POLLING,
		.default_text = "none",
		.doc = "The same for some interfaces: INTERFACE [MII|ETHTOOL|IOCTL].",
	},
	{
		.block = BLOCK_TOP,
		.name = "interface_up_down_delays",
		.opens = BLOCK_LINK_DELAYS,
		AT(link_delays),
		.fate = FATE_NOT_YET,
		.default_text = "none",
		.doc = "How long an interface has to be down or up before that counts: INTERFACE "
		       "DOWN [UP], in seconds.",
	},
	{
		.block = BLOCK_TOP,
		.name = "garp_group",
		.opens = BLOCK_GARP_GROUP,
		AT(garp_groups),
		.fate = FATE_NOT_YET,
		.doc = "Interfaces with a pace of their own for announcements.",
	},
	{
		.block = BLOCK_GARP_GROUP,
		.name = "garp_interval",
		AT_GARP(garp_interval),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", 0, INT_MOST)),
		.fate = FATE_NOT_YET,
		.unit = "seconds",
		.default_text = "none",
		.doc = "Time between two gratuitous ARP packets.",
	},
	{
		.block = BLOCK_GARP_GROUP,
		.name = "gna_interval",
		AT_GARP(gna_interval),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", 0, INT_MOST)),
		.fate = FATE_NOT_YET,
		.unit = "seconds",
		.default_text = "none",
		.doc = "Time between two unsolicited NA packets.",
	},
	{
		.block = BLOCK_GARP_GROUP,
		.name = "interface",
		AT_GARP(single),
		ARGUMENTS({ ARGUMENT_LINK, "INTERFACE", .flags = ARGUMENT_PRESENT }),
		.bind = bind_garp_interface,
		.show = show_garp_interface,
		.fate = FATE_NOT_YET,
		.default_text = "none",
		.doc = "An interface that keeps this pace; may be written several times.",
	},
	{
		.block = BLOCK_GARP_GROUP,
		.name = "interfaces",
		.opens = BLOCK_LINK_NAMES,
		AT_GARP(links),
		.fate = FATE_NOT_YET,
		.default_text = "none",
		.doc = "Interfaces that keep this pace together.",
	},
	{
		.block = BLOCK_TOP,
		.name = "track_group",
		.opens = BLOCK_TRACK_GROUP,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		AT(track_groups),
		.fate = FATE_NOT_YET,
		.doc = "Instances that fail with the static addresses, routes and rules that name "
		       "the group.",
	},
	{
		.block = BLOCK_TRACK_GROUP,
		.name = "group",
		.opens = BLOCK_INSTANCE_NAMES,
		.at = offsetof(struct conf_track_group, members),
		.fate = FATE_NOT_YET,
		.doc = "The names of these instances.",
	},
	{
		.block = BLOCK_TOP,
		.name = "static_ipaddress",
		.flags = KEYWORD_LEFT,
		.opens = BLOCK_ADDRESSES,
		AT(static_addresses),
		.bind = bind_static_addresses,
		.show = show_addresses,
		.fate = FATE_NOT_YET,
		.default_text = "none",
		.doc = "Addresses that the host has as long as the daemon runs, written as in "
		       "virtual_ipaddress.",
	},
	{
		.block = BLOCK_TOP,
		.name = "vrrp_sync_instance",
		.fate = FATE_REFUSED,
		.opens = BLOCK_UNKNOWN,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.hint = "write a `vrrp_sync_group` with its instances",
		.doc = "A pair of instances that go together, in keepalived 0.x.",
	},
};

const struct keyword_table keyword_table_top = { rows, sizeof(rows) / sizeof(rows[0]) };

const struct argument link_delay_line[] = {
	{ ARGUMENT_LINK, "INTERFACE", .flags = ARGUMENT_PRESENT,
	  .at = offsetof(struct conf_link_delay, link) },
	{ ARGUMENT_SECONDS, "DOWN", .max = 255 * SECOND_US,
	  .at = offsetof(struct conf_link_delay, down) },
	{ ARGUMENT_SECONDS, "UP", .max = 255 * SECOND_US, .flags = ARGUMENT_OPTIONAL,
	  .at = offsetof(struct conf_link_delay, up), .preset = "0" },
	{ .type = ARGUMENT_NONE },
};

const struct argument linkbeat_line[] = {
	{ ARGUMENT_LINK, "INTERFACE", .flags = ARGUMENT_PRESENT,
	  .at = offsetof(struct conf_linkbeat, link) },
	{ ARGUMENT_CHOICE, "MII|ETHTOOL|IOCTL", .choices = "MII|ETHTOOL|IOCTL",
	  .flags = ARGUMENT_OPTIONAL, .at = offsetof(struct conf_linkbeat, type) },
	{ .type = ARGUMENT_NONE },
};

#define WORD_LINE(kind, word, ...) \
	{ { .type = kind, .name = word, .at = offsetof(struct conf_word, value), __VA_ARGS__ }, \
	  { .type = ARGUMENT_NONE } }
const struct argument mail_word[] = WORD_LINE(ARGUMENT_WORD, "ADDRESS");
const struct argument link_word[] =
	WORD_LINE(ARGUMENT_LINK, "INTERFACE", .flags = ARGUMENT_PRESENT);
const struct argument instance_word[] =
	WORD_LINE(ARGUMENT_NAME, "INSTANCE", .refers = BLOCK_VRRP_INSTANCE);
