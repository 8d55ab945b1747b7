/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model.h"

/* Lines of virtual_routes, static_routes, virtual_rules and static_rules. Tables, scopes, realms
 * and the like are ARGUMENT_SYMBOLs: a name is looked up by whoever sets the route. */

/* A tunnel header of `encap`: ip has tos and ttl, ip6 has them as tc and hoplimit. */
struct conf_tunnel {
	struct conf_block block;
	struct setting id, destination, source, tos, ttl, flags;
};

struct conf_encap {
	struct conf_block block;
	struct setting mpls, ila;
	struct conf_list ip, ip6; /* struct conf_tunnel */
};

struct conf_next_hop {
	struct conf_block block;
	struct setting via, link, weight, onlink, realms;
	struct conf_list encap; /* struct conf_encap */
};

struct conf_route {
	struct conf_block block;
	struct setting family, type, destination, from, source, via, or_via, link;
	struct setting table, protocol, tos, metric, scope, realms, onlink;
	struct setting mtu, hop_limit, advmss, rtt, rttvar, reordering, window, cwnd, ssthresh;
	struct setting rto_min, initcwnd, initrwnd, features, quickack, congctl, fastopen_no_cookie;
	struct setting pref, expires, ttl_propagate;
	struct setting no_track, track_group;
	struct conf_list encap, next_hops; /* struct conf_encap, struct conf_next_hop */
};

struct conf_rule {
	struct conf_block block;
	struct setting family, is_not, from, to, iif, oif, fwmark, tos;
	struct setting table, action, goto_rule, l3mdev, preference;
	struct setting realms, suppress_prefix, suppress_group;
	struct setting uid_range, protocol, ip_protocol, sport, dport, tunnel_id;
	struct setting no_track, track_group;
};
