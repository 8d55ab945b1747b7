/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes, as `ip route add` writes them: virtual_routes of an instance, static_routes of the host.
 * A destination and a type may stand anywhere among the options, as in keepalived. Nothing of it
 * has an effect in this release. A line with a mistake is left out whole: half a route leads
 * somewhere else. `as`, which keepalived takes and ignores, is no option here. */
#include "conf/conf_private.h"

#define U32 UINT32_MAX

#define AT(member) .at = offsetof(struct conf_tunnel, member)
#define TUNNEL_ID \
	{ ARGUMENT_WORD, "NUMBER", "id", AT(id), .doc = "The identifier of the tunnel." }
#define TUNNEL_ENDS                                                                    \
	{ ARGUMENT_ADDRESS, "ADDRESS", "dst", AT(destination), .doc = "The far end." }, \
	{ ARGUMENT_ADDRESS, "ADDRESS", "src", AT(source), .doc = "The near end." }
#define TUNNEL_FLAGS                                                                     \
	{ ARGUMENT_INTEGER, "NUMBER", "flags", .max = 65535, .flags = ARGUMENT_ANY_BASE, \
	  AT(flags), .doc = "Flags of the tunnel." }

static const struct argument tunnel4[] = {
	TUNNEL_ID,
	TUNNEL_ENDS,
	{ ARGUMENT_SYMBOL, "DSFIELD", "tos", .max = 255, AT(tos), .doc = "The outer TOS." },
	{ ARGUMENT_INTEGER, "0..255", "ttl", .max = 255, AT(ttl), .doc = "The outer TTL." },
	TUNNEL_FLAGS,
	{ .type = ARGUMENT_NONE },
};

static const struct argument tunnel6[] = {
	TUNNEL_ID,
	TUNNEL_ENDS,
	{ ARGUMENT_SYMBOL, "DSFIELD", "tc", .max = 255, AT(tos), .doc = "The outer class." },
	{ ARGUMENT_INTEGER, "0..255", "hoplimit", .max = 255, AT(ttl),
	  .doc = "The outer hop limit." },
	TUNNEL_FLAGS,
	{ .type = ARGUMENT_NONE },
};

#undef AT
#define AT(member) .at = offsetof(struct conf_encap, member)

static const struct argument encap[] = {
	{ ARGUMENT_WORD, "LABEL[/LABEL…]", "mpls", AT(mpls), .doc = "MPLS labels." },
	{ ARGUMENT_WORD, "LOCATOR", "ila", AT(ila), .doc = "An ILA locator, as 1:2:3:4." },
	{ ARGUMENT_GROUP, "…", "ip", .group = tunnel4, .group_size = sizeof(struct conf_tunnel),
	  AT(ip), .doc = "A tunnel over IPv4." },
	{ ARGUMENT_GROUP, "…", "ip6", .group = tunnel6, .group_size = sizeof(struct conf_tunnel),
	  AT(ip6), .doc = "A tunnel over IPv6." },
	{ .type = ARGUMENT_NONE },
};

#define ENCAP                                                                            \
	{ ARGUMENT_GROUP, "mpls|ip|ip6|ila …", "encap", .group = encap,                  \
	  .group_size = sizeof(struct conf_encap), AT(encap),                            \
	  .doc = "What packets on this way are wrapped into." }
#define ONLINK                                                                           \
	{ ARGUMENT_MARK, "onlink", "onlink", AT(onlink),                                 \
	  .doc = "The gateway is on the link, though no address says so." }
#define REALMS                                                                           \
	{ ARGUMENT_WORD, "[REALM/]REALM", "realms", AT(realms), .doc = "Realms; IPv4 only." }

#undef AT
#define AT(member) .at = offsetof(struct conf_next_hop, member)

static const struct argument next_hop[] = {
	{ ARGUMENT_ADDRESS, "ADDRESS", "via", .flags = ARGUMENT_FAMILY, AT(via),
	  .doc = "The gateway." },
	{ ARGUMENT_LINK, "INTERFACE", "dev|oif", AT(link), .doc = "The interface." },
	{ ARGUMENT_INTEGER, "1..256", "weight", .min = 1, .max = 256, AT(weight),
	  .doc = "Its share among the next hops." },
	ONLINK,
	REALMS,
	ENCAP,
	{ .type = ARGUMENT_NONE },
};

#undef AT
#define AT(member) .at = offsetof(struct conf_route, member)

#define METRIC(word, member, sentence)                                                  \
	{ ARGUMENT_INTEGER, "NUMBER", word, .max = U32, .flags = ARGUMENT_ANY_BASE,      \
	  AT(member), .doc = sentence }
#define LOCKED(word, member, sentence)                                                  \
	{ ARGUMENT_INTEGER, "NUMBER", word, .max = U32, AT(member),               \
	  .flags = ARGUMENT_ANY_BASE | ARGUMENT_LOCKABLE, .doc = sentence }
#define TIME(word, member, sentence)                                                    \
	{ ARGUMENT_WORD, "TIME", word, .flags = ARGUMENT_LOCKABLE, AT(member),    \
	  .doc = sentence }
#define SWITCH(word, member, sentence) \
	{ ARGUMENT_INTEGER, "0|1", word, .max = 1, AT(member), .doc = sentence }

const struct argument route_line[] = {
	{ ARGUMENT_CHOICE, "inet|inet6", .choices = "inet|inet6", .flags = ARGUMENT_BARE,
	  AT(family), .default_text = "that of its addresses", .doc = "The family." },
	/* No preset: a type that is written makes keepalived append where it would else prepend. */
	{ ARGUMENT_CHOICE, "TYPE", .flags = ARGUMENT_BARE, AT(type), .default_text = "unicast",
	  .choices = "unicast|local|broadcast|anycast|multicast|blackhole|unreachable|prohibit|"
		     "throw|nat|xresolve",
	  .doc = "What becomes of the packets." },
	{ ARGUMENT_PREFIX, "ADDRESS[/LENGTH]|default", "to", .choices = "default|all|any",
	  .flags = ARGUMENT_BARE, AT(destination), .doc = "Where it leads; the word `to` may be "
							    "missing." },
	{ ARGUMENT_PREFIX, "ADDRESS[/LENGTH]|default", "from", .choices = "default|all|any",
	  AT(from), .doc = "For packets from there; IPv6 only." },
	{ ARGUMENT_ADDRESS, "ADDRESS", "via|gw", .flags = ARGUMENT_FAMILY, AT(via),
	  .doc = "The gateway." },
	{ ARGUMENT_ADDRESS, "ADDRESS", "or", AT(or_via),
	  .doc = "A second gateway; write `nexthop` instead." },
	{ ARGUMENT_LINK, "INTERFACE", "dev|oif", AT(link), .doc = "The interface." },
	{ ARGUMENT_ADDRESS, "ADDRESS", "src", AT(source),
	  .doc = "The source address of packets that the host sends this way." },
	{ ARGUMENT_SYMBOL, "TABLE", "table", .max = U32, AT(table), .preset = "main",
	  .doc = "The routing table." },
	{ ARGUMENT_SYMBOL, "PROTOCOL", "protocol|proto", .max = 255, AT(protocol),
	  .default_text = "keepalived, 18", .doc = "Who made the route; any other cannot be "
						  "tracked." },
	{ ARGUMENT_SYMBOL, "DSFIELD", "tos|dsfield", .max = 255, AT(tos), .doc = "IPv4 only." },
	{ ARGUMENT_INTEGER, "METRIC", "metric|priority|preference", .max = U32,
	  .flags = ARGUMENT_ANY_BASE, AT(metric), .doc = "The least wins." },
	{ ARGUMENT_SYMBOL, "SCOPE", "scope", .max = 255, AT(scope), .default_text = "global",
	  .doc = "How far the destinations are; IPv4 only." },
	REALMS,
	ONLINK,
	LOCKED("mtu", mtu, "The path's MTU."),
	{ ARGUMENT_INTEGER, "0..255", "hoplimit", .max = 255, AT(hop_limit),
	  .doc = "The hop limit of packets that the host sends this way." },
	LOCKED("advmss", advmss, "The MSS that is told to peers."),
	TIME("rtt", rtt, "The first estimate of the round-trip time."),
	TIME("rttvar", rttvar, "Its variance."),
	LOCKED("reordering", reordering, "How far TCP expects packets out of order."),
	METRIC("window", window, "The largest TCP window."),
	LOCKED("cwnd", cwnd, "The largest congestion window."),
	LOCKED("ssthresh", ssthresh, "The first slow-start threshold."),
	TIME("rto_min", rto_min, "The least retransmission time-out."),
	METRIC("initcwnd", initcwnd, "The first congestion window."),
	METRIC("initrwnd", initrwnd, "The first receive window."),
	{ ARGUMENT_CHOICE, "ecn", "features", .choices = "ecn", AT(features),
	  .doc = "Explicit congestion notification." },
	SWITCH("quickack", quickack, "Acknowledge at once."),
	{ ARGUMENT_WORD, "ALGORITHM", "congctl", .flags = ARGUMENT_LOCKABLE, AT(congctl),
	  .doc = "The congestion control." },
	SWITCH("fastopen_no_cookie", fastopen_no_cookie, "TCP fast open without a cookie."),
	{ ARGUMENT_SYMBOL, "low|medium|high", "pref", .max = 255, AT(pref),
	  .doc = "The preference among routers; IPv6 only." },
	METRIC("expires", expires, "How long it lives, in seconds; IPv6 only."),
	{ ARGUMENT_CHOICE, "enabled|disabled", "ttl-propagate", .choices = "disabled|enabled",
	  AT(ttl_propagate), .doc = "Copy the TTL into MPLS and back." },
	ENCAP,
	{ ARGUMENT_MARK, "no_track", "no_track", AT(no_track),
	  .doc = "Neither notice nor repair its loss." },
	{ ARGUMENT_NAME, "NAME", "track_group", .refers = BLOCK_TRACK_GROUP, AT(track_group),
	  .doc = "Of a static route: the instances that fail without it." },
	{ ARGUMENT_GROUP, "…", "nexthop", .group = next_hop,
	  .group_size = sizeof(struct conf_next_hop), AT(next_hops),
	  .doc = "One of several ways, with `via`, `dev`, `weight`, `onlink`, `realms`, `encap`." },
	{ .type = ARGUMENT_NONE },
};

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "static_routes",
		.flags = KEYWORD_LEFT,
		.fate = FATE_NOT_YET,
		.opens = BLOCK_ROUTES,
		.at = offsetof(struct conf_global, static_routes),
		.doc = "Routes that stand while the daemon runs, one on a line, as `ip route` "
		       "writes them.",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_routes",
		.flags = KEYWORD_LEFT,
		.fate = FATE_NOT_YET,
		.opens = BLOCK_ROUTES,
		.at = offsetof(struct conf_instance, routes),
		.doc = "Routes that stand while the instance is MASTER, one on a line, as "
		       "`ip route` writes them.",
	},
};

const struct keyword_table keyword_table_route = { rows, sizeof(rows) / sizeof(rows[0]) };
