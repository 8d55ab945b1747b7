/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that choose a routing table, as `ip rule add` writes them: virtual_rules of an instance,
 * static_rules of the host. Nothing of it has an effect in this release. A line with a mistake is
 * left out whole: a rule with a condition less would catch what was not meant. */
#include "conf/conf_private.h"

#define U32 UINT32_MAX

#define AT(member) .at = offsetof(struct conf_rule, member)
#define NETWORK(word, member, sentence)                                                    \
	{ ARGUMENT_PREFIX, "ADDRESS[/LENGTH]|all", word, .choices = "default|all|any",     \
	  AT(member), .doc = sentence }
#define NUMBER(word, member, most, sentence)                                              \
	{ ARGUMENT_INTEGER, "NUMBER", word, .max = most, .flags = ARGUMENT_ANY_BASE,       \
	  AT(member), .doc = sentence }
#define WORD(word, name, member, sentence) \
	{ ARGUMENT_WORD, name, word, AT(member), .doc = sentence }

const struct argument rule_line[] = {
	{ ARGUMENT_CHOICE, "inet|inet6", .choices = "inet|inet6", .flags = ARGUMENT_BARE,
	  AT(family), .default_text = "that of its addresses, else inet", .doc = "The family." },
	{ ARGUMENT_MARK, "not", "not", AT(is_not), .doc = "For all packets but those." },
	NETWORK("from", from, "For packets from there."),
	NETWORK("to", to, "For packets to there."),
	{ ARGUMENT_LINK, "INTERFACE", "iif|dev", AT(iif),
	  .doc = "For packets that come in there." },
	{ ARGUMENT_LINK, "INTERFACE", "oif", AT(oif),
	  .doc = "For packets of sockets that are bound to it." },
	WORD("fwmark", "MARK[/MASK]", fwmark, "For packets with this firewall mark."),
	{ ARGUMENT_SYMBOL, "DSFIELD", "tos|dsfield", .max = 255, AT(tos),
	  .doc = "For packets with this TOS." },
	WORD("uidrange", "UID-UID", uid_range, "For packets of these users' sockets."),
	{ ARGUMENT_SYMBOL, "PROTOCOL", "ipproto", .max = 255, AT(ip_protocol),
	  .doc = "For packets of this protocol." },
	WORD("sport", "PORT[-PORT]", sport, "For packets from these ports."),
	WORD("dport", "PORT[-PORT]", dport, "For packets to these ports."),
	WORD("tunnel-id", "NUMBER", tunnel_id, "For packets out of this tunnel."),
	{ ARGUMENT_SYMBOL, "TABLE", "table|lookup", .min = 1, .max = U32, AT(table),
	  .doc = "Looks the route up in this table." },
	{ ARGUMENT_CHOICE, "ACTION", "type", .choices = "blackhole|unreachable|prohibit|nop",
	  .flags = ARGUMENT_BARE, AT(action),
	  .doc = "Instead of a table; the word `type` may be missing." },
	NUMBER("goto", goto_rule, U32, "Goes on with the rule of this preference."),
	{ ARGUMENT_MARK, "l3mdev", "l3mdev", AT(l3mdev),
	  .doc = "Looks the route up in the table of the packet's VRF." },
	{ ARGUMENT_INTEGER, "PREFERENCE", "preference|priority|order", .max = U32,
	  .flags = ARGUMENT_ANY_BASE, AT(preference), .doc = "Where it stands among the rules." },
	WORD("realms", "[REALM/]REALM", realms, "Realms; IPv4 only."),
	NUMBER("suppress_prefixlength|sup_pl", suppress_prefix, INT32_MAX,
	       "Passes over routes with a prefix of this length or less."),
	{ ARGUMENT_SYMBOL, "GROUP", "suppress_ifgroup|sup_group", .max = INT32_MAX,
	  AT(suppress_group), .doc = "Passes over routes out of interfaces of this group." },
	NUMBER("protocol", protocol, 255, "Who made the rule; any but 18 cannot be tracked."),
	{ ARGUMENT_MARK, "no_track", "no_track", AT(no_track),
	  .doc = "Neither notice nor repair its loss." },
	{ ARGUMENT_NAME, "NAME", "track_group", .refers = BLOCK_TRACK_GROUP, AT(track_group),
	  .doc = "Of a static rule: the instances that fail without it." },
	{ .type = ARGUMENT_NONE },
};

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "static_rules",
		.flags = KEYWORD_LEFT,
		.fate = FATE_NOT_YET,
		.opens = BLOCK_RULES,
		.at = offsetof(struct conf_global, static_rules),
		.doc = "Rules that stand while the daemon runs, one on a line, as `ip rule` "
		       "writes them.",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_rules",
		.flags = KEYWORD_LEFT,
		.fate = FATE_NOT_YET,
		.opens = BLOCK_RULES,
		.at = offsetof(struct conf_instance, rules),
		.doc = "Rules that stand while the instance is MASTER, one on a line, as "
		       "`ip rule` writes them.",
	},
};

const struct keyword_table keyword_table_rule = { rows, sizeof(rows) / sizeof(rows[0]) };
