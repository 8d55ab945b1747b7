/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the adverts of an instance come from and go to: its family, its peers or its group, its
 * source, and the links that are made for it. In keepalived the first address in the file decides
 * the family; here it is what the instance holds, then what it is sent from, in any order. */
#include "conf/conf_private.h"

#include <string.h>

static const char *family_name(int family)
{
	return family == ADDR_IPV6 ? "IPv6" : "IPv4";
}

static enum addr_family family_of(const struct conf_instance *i)
{
	const struct setting *sources[] = { &i->unicast_src_ip, &i->mcast_src_ip,
					    &i->mcast_dst_ip, &i->ipvlan_address };
	/* Without an interface below it there will be no ipvlan. */
	size_t count = i->link.set ? 4 : 3;

	if (i->advertised.count)
		return (enum addr_family)i->advertised.items[0].prefix.addr.family;
	if (i->native_ipv6.number)
		return ADDR_IPV6;
	for (size_t s = 0; s < count; s++)
		if (sources[s]->prefix)
			return (enum addr_family)sources[s]->prefix->addr.family;
	if (i->peers.count)
		return (enum addr_family)((struct conf_peer *)i->peers.items[0])
			->address.prefix->addr.family;
	return ADDR_IPV4;
}

static void family_check(struct conf *conf, const struct conf_instance *i, struct setting *setting,
			 const char *keyword)
{
	if (!setting->prefix || setting->prefix->addr.family == i->family)
		return;
	diag_error(conf, "mixed-families", setting->place,
		   arena_format(&conf->arena, "write an %s address", family_name(i->family)),
		   "%s %s is not of the family of the instance, %s: it is ignored", keyword,
		   setting->text, family_name(i->family));
	setting_clear(setting);
}

static bool is_group(const struct addr *addr)
{
	return addr_is_multicast(addr) &&
	       (addr->family == ADDR_IPV4 || (addr->bytes[1] & 0x0f) == 2);
}

static void source_usable(struct conf *conf, struct setting *source, const char *keyword)
{
	if (!source->prefix || !(addr_is_unspecified(&source->prefix->addr) ||
				 addr_is_multicast(&source->prefix->addr)))
		return;
	diag_error(conf, "unusable-address", source->place, "write an address of this server",
		   "%s %s is not an address of one host: it is ignored", keyword, source->text);
	setting_clear(source);
}

/* Before it says something of the family. */
static void group_check(struct conf *conf, struct setting *group)
{
	bool is_ipv6;

	if (!group->prefix || is_group(&group->prefix->addr))
		return;
	is_ipv6 = group->prefix->addr.family == ADDR_IPV6;
	diag_error(conf, "unusable-address", group->place,
		   is_ipv6 ? "write a link-local group, as ff02::12" :
			     "write a group, as 224.0.0.18",
		   "mcast_dst_ip %s is no %s group: it is ignored", group->text,
		   is_ipv6 ? "link-local" : "multicast");
	setting_clear(group);
}

void validate_family(struct conf *conf, struct conf_instance *i)
{
	group_check(conf, &i->mcast_dst_ip);
	source_usable(conf, &i->unicast_src_ip, "unicast_src_ip");
	source_usable(conf, &i->mcast_src_ip, "mcast_src_ip");
	i->family = (uint8_t)family_of(i);
	if (i->native_ipv6.number && i->family != ADDR_IPV6) {
		diag_error(conf, "mixed-families", i->native_ipv6.place,
			   "take it away, or write IPv6 addresses",
			   "native_ipv6 does not go with IPv4 addresses: it is ignored");
		setting_clear(&i->native_ipv6);
	}
	family_check(conf, i, &i->unicast_src_ip, "unicast_src_ip");
	family_check(conf, i, &i->mcast_src_ip, "mcast_src_ip");
	family_check(conf, i, &i->mcast_dst_ip, "mcast_dst_ip");
	family_check(conf, i, &i->ipvlan_address, "use_ipvlan");
}

static void peer_break(struct conf *conf, struct conf_peer *peer, const char *code,
		       const char *hint, const char *what)
{
	diag_error(conf, code, &peer->block.place, hint, "%s %s: it is left out", peer->block.name,
		   what);
	peer->block.broken = what;
}

static void peer_take(struct conf *conf, struct conf_instance *i, struct conf_peer *peer)
{
	if (conf->peer_count >= LIMIT_PEERS) {
		peer_break(conf, peer, "too-many", NULL,
			   "is one more than all instances together may have");
		return;
	}
	if (i->peer_count >= LIMIT_INSTANCE_PEERS) {
		peer_break(conf, peer, "too-many", NULL, "is one more than an instance may have");
		return;
	}
	conf->peer_count++;
	i->peer_count++;
	i->is_unicast = true;
}

/* A TTL is compared with that of the peer whose advert it is: of others there is none. */
static void source_check_need(struct conf *conf, struct conf_instance *i,
			      const struct conf_peer *peer)
{
	const struct setting *ttl = peer->min_ttl.set ? &peer->min_ttl : &peer->max_ttl;

	if (!setting_has_value(&i->check_peers) || i->check_peers.number)
		return;
	diag_warning(conf, "needs-source-check", ttl->place,
		     "take one of the two away",
		     "%s of a peer needs its adverts told from others: "
		     "vipd_check_unicast_src no is ignored",
		     peer->min_ttl.set ? "min_ttl" : "max_ttl");
	setting_adjust(&i->check_peers, 1);
}

/* On unless somebody said no: an advert of nobody in the list is no more than noise, or worse. In
 * the instance keepalived's word counts before what global_defs says to all. */
static void source_check(struct conf *conf, struct conf_instance *i)
{
	const struct setting *all = &conf->global->vrrp.check_unicast_src;

	if (setting_has_value(&i->check_peers))
		i->checks_source = i->check_peers.number;
	else
		i->checks_source = i->check_unicast_src.number || !all->set || all->number;
}

static void peer_check(struct conf *conf, struct conf_instance *i, struct conf_peer *peer,
		       struct map *known)
{
	const struct addr *addr = &peer->address.prefix->addr;
	struct conf_peer **slot = (struct conf_peer **)(void *)map_slot(known, addr, sizeof(*addr));

	if (*slot) {
		const char *line = diag_line(conf, &(*slot)->block.place, &peer->block.place);

		peer_break(conf, peer, "duplicate-address",
			   arena_format(&conf->arena, "%s has it already", line), "is here twice");
	} else if (addr->family != i->family) {
		peer_break(conf, peer, "mixed-families", NULL,
			   i->family == ADDR_IPV6 ? "is IPv4, and the instance is IPv6" :
						    "is IPv6, and the instance is IPv4");
	} else if (addr_is_unspecified(addr) || addr_is_multicast(addr)) {
		peer_break(conf, peer, "unusable-address", "write the address of another server",
			   "is not an address of one host");
	} else if (!i->link.set && addr_is_link_local(addr)) {
		peer_break(conf, peer, "missing-interface", "write `interface NAME`",
			   "is link-local, and the instance has no interface");
	} else {
		*slot = peer;
		peer_take(conf, i, peer);
	}
	if (peer->min_ttl.set && peer->max_ttl.set && peer->min_ttl.number > peer->max_ttl.number)
		diag_warning(conf, "empty-range", peer->min_ttl.place, NULL,
			     "min_ttl is greater than max_ttl: no advert of %s is taken",
			     peer->block.name);
	if ((peer->min_ttl.set || peer->max_ttl.set) && !i->check_unicast_src.number)
		setting_adjust(&i->check_unicast_src, 1);
	if (peer->min_ttl.set || peer->max_ttl.set)
		source_check_need(conf, i, peer);
}

/* A unicast keyword that has nobody to speak to. */
static void no_peers(struct conf *conf, struct conf_instance *i)
{
	const struct setting *written[] = { &i->unicast_src_ip, &i->check_unicast_src,
					    &i->check_peers, &i->old_unicast_checksum };
	const struct place *place = i->peers_place;

	for (size_t w = 0; w < sizeof(written) / sizeof(written[0]); w++)
		if (!place && written[w]->set)
			place = written[w]->place;
	if (i->unicast_ttl.set) {
		diag_warning(conf, "no-peers", i->unicast_ttl.place,
			     "write `unicast_peer { … }`, or take it away",
			     "unicast_ttl without unicast_peer: it is ignored");
		setting_clear(&i->unicast_ttl);
	}
	/* As it would be printed, in an instance without peers, it ends keepalived 2.2.7. */
	if (!i->check_unicast_src.set)
		setting_clear(&i->check_unicast_src);
	if (i->wants_peers)
		block_break(conf, &i->block, "no-good-peer", i->peers_place, "correct one of them",
			    "none of its unicast peers can be used");
	else if (i->unicast_fault_no_peer.number)
		diag_warning(conf, "no-peers", i->unicast_fault_no_peer.place,
			     "write `unicast_peer { … }` with an address",
			     "%s has no unicast peer: it stays in FAULT", i->block.name);
	else if (place)
		diag_warning(conf, "no-peers", place, "write `unicast_peer { … }` with an address",
			     "there is no unicast peer: adverts go by multicast");
}

static void group_address(struct conf *conf, struct conf_instance *i)
{
	const struct conf_vrrp_defaults *g = &conf->global->vrrp;

	if (!i->is_unicast && !i->mcast_dst_ip.set)
		setting_inherit(&i->mcast_dst_ip,
				i->family == ADDR_IPV6 ? &g->mcast_group6 : &g->mcast_group4);
}

/* Each has to say where it goes to. */
static void addresses_have_links(struct conf *conf, struct conf_instance *i)
{
	const struct conf_addresses *lists[] = { &i->advertised, &i->excluded };
	char text[ADDR_TEXT_SIZE];

	for (size_t l = 0; l < 2; l++)
		for (size_t at = 0; at < lists[l]->count; at++) {
			const struct conf_address *a = &lists[l]->items[at];

			if (!a->link && !block_is_wrong(&i->block))
				block_break(conf, &i->block, "missing-interface", &a->place,
					    "write `dev NAME` behind it",
					    "%s has no interface, and its instance has none",
					    addr_print(&a->prefix.addr, text, sizeof(text)));
		}
}

/* Without `interface` only unicast goes, from an address that says where answers come to: whatever
 * the routing table says, they come in and go out there. */
static void without_link(struct conf *conf, struct conf_instance *i)
{
	const struct setting *source = i->unicast_src_ip.prefix ? &i->unicast_src_ip :
								  &i->mcast_src_ip;
	const struct addr *addr = source->prefix ? &source->prefix->addr : NULL;

	if (i->link.set || !i->peers_place)
		return;
	if (!i->is_unicast || !addr)
		block_break(conf, &i->block, "missing-interface", &i->block.place,
			    "write `interface NAME`, or peers and `unicast_src_ip ADDRESS`",
			    "interface is not set");
	else if (addr_is_link_local(addr))
		block_break(conf, &i->block, "missing-interface", &i->block.place,
			    "write `interface NAME`",
			    "a link-local source needs an interface");
	else if (map_find(&i->addresses_known, addr, sizeof(*addr)) &&
		 i->priority.number != 255)
		block_break(conf, &i->block, "unusable-address", source->place,
			    "write an address that this server always has",
			    "its source is one of its own addresses, which only the MASTER has");
	else
		addresses_have_links(conf, i);
	if (!block_is_wrong(&i->block))
		i->routed_source = source;
}

static void vrf(struct conf *conf, struct conf_instance *i)
{
	if (!i->vrf.set || !i->link.set)
		return;
	diag_warning(conf, "vrf-cleared", i->vrf.place, "take one of the two away",
		     "vrf does not go with interface: it is ignored");
	setting_clear(&i->vrf);
}

const char *link_name(const struct conf_instance *i)
{
	return setting_text(i->link.set ? &i->link : &i->vrf);
}

const char *link_text(struct arena *arena, const struct conf_instance *i)
{
	char source[ADDR_TEXT_SIZE];

	if (!i->routed_source)
		return link_name(i);
	(void)addr_print(&i->routed_source->prefix->addr, source, sizeof(source));
	return i->vrf.set ? arena_format(arena, "%s in %s", source, i->vrf.text) :
			    arena_format(arena, "%s", source);
}

void validate_source(struct conf *conf, struct conf_instance *i)
{
	struct map known;

	map_init(&known, &conf->arena);
	if (i->check_unicast_src.set && !i->check_peers.set)
		setting_clear(&i->check_peers);
	for (size_t at = 0; at < i->peers.count; at++)
		peer_check(conf, i, (struct conf_peer *)i->peers.items[at], &known);
	if (!i->is_unicast)
		no_peers(conf, i);
	else if (i->strict.number)
		diag_warning(conf, "strict-unicast", i->peers_place, "take strict mode away",
			     "strict mode does not know unicast: later releases of keepalived "
			     "refuse it");
	if (i->is_unicast)
		setting_default(&i->unicast_ttl, 255);
	source_check(conf, i);
	group_address(conf, i);
	without_link(conf, i);
	vrf(conf, i);
	if (i->track_src_ip.number && !i->unicast_src_ip.prefix && !i->mcast_src_ip.prefix) {
		diag_hint(conf, "no-source", i->track_src_ip.place, "write `mcast_src_ip ADDRESS`",
			  "track_src_ip without a source does nothing");
		setting_clear(&i->track_src_ip);
	}
}

/* The MAC of RFC 5798 7.3 is what an instance gets without one. */
static void mac(struct conf *conf, struct conf_instance *i)
{
	const char *text = i->vmac_mac.text, *wrong = NULL;

	if (!text)
		return;
	if (strchr("13579bdfBDF", text[1]))
		wrong = "is a multicast address";
	else if (strncasecmp(text, "00:00:5e:00:01", 14) == 0 ||
		 strncasecmp(text, "00:00:5e:00:02", 14) == 0)
		wrong = "is the address of a virtual router";
	if (wrong)
		diag_error(conf, "bad-octets", i->vmac_mac.place,
			   "take it away, or write one as 02:00:00:00:00:01",
			   "use_vmac: %s %s: it is ignored", text, wrong);
	else if (i->strict.number)
		diag_warning(conf, "strict-cleared", i->vmac_mac.place, "take it away",
			     "a MAC does not go with strict mode: it is ignored");
	if (wrong || i->strict.number)
		setting_clear(&i->vmac_mac);
}

static void own_name(struct conf *conf, struct conf_instance *i, struct setting *name)
{
	struct conf_instance **slot;

	if (!name->text)
		return;
	slot = (struct conf_instance **)(void *)map_slot(&conf->own_links, name->text,
							 strlen(name->text));
	if (!*slot) {
		*slot = i;
		return;
	}
	diag_error(conf, "duplicate-name", name->place, "give one of them another name",
		   "%s is the interface of %s already: the name is ignored", name->text,
		   (*slot)->block.name);
	setting_clear(name);
}

static void transmit_base(struct conf *conf, struct conf_instance *i)
{
	if (i->vmac_xmit_base.number && !i->use_vmac.number) {
		diag_warning(conf, "no-vmac", i->vmac_xmit_base.place, "write `use_vmac`",
			     "vmac_xmit_base goes with use_vmac only: it is ignored");
		setting_clear(&i->vmac_xmit_base);
	} else if (i->is_unicast && i->use_vmac.number) {
		if (!i->vmac_xmit_base.number)
			diag_warning(conf, "needs-xmit-base", i->use_vmac.place,
				     "write `vmac_xmit_base`",
				     "unicast with use_vmac needs vmac_xmit_base: it is set");
		if (!i->vmac_xmit_base.number)
			setting_adjust(&i->vmac_xmit_base, 1);
	} else if (i->vmac_xmit_base.number && i->strict.number) {
		diag_warning(conf, "strict-cleared", i->vmac_xmit_base.place, "take it away",
			     "vmac_xmit_base does not go with strict mode: it is ignored");
		setting_clear(&i->vmac_xmit_base);
	}
}

static void forget_vmac(struct conf_instance *i)
{
	setting_clear(&i->use_vmac);
	setting_clear(&i->vmac_name);
	setting_clear(&i->vmac_mac);
	setting_clear(&i->vmac_netlink_notify);
	setting_clear(&i->vmac_group);
}

static void forget_ipvlan(struct conf_instance *i)
{
	setting_clear(&i->use_ipvlan);
	setting_clear(&i->ipvlan_name);
	setting_clear(&i->ipvlan_address);
	setting_clear(&i->ipvlan_mode);
	setting_clear(&i->ipvlan_group);
}

/* Of both together keepalived makes an ipvlan; without an interface below it, nothing. */
static void one_of_two(struct conf *conf, struct conf_instance *i)
{
	if (i->use_vmac.number && i->use_ipvlan.number) {
		diag_warning(conf, "vmac-and-ipvlan", i->use_vmac.place, "take one of the two away",
			     "use_vmac does not go with use_ipvlan: it is ignored");
		forget_vmac(i);
	}
	if (i->link.set || !i->is_unicast || !(i->use_vmac.number || i->use_ipvlan.number))
		return;
	diag_warning(conf, "missing-interface",
		     i->use_vmac.number ? i->use_vmac.place : i->use_ipvlan.place,
		     "write `interface NAME`",
		     "an interface of its own needs one to stand on: it is ignored");
	forget_vmac(i);
	forget_ipvlan(i);
}

void validate_own_links(struct conf *conf, struct conf_instance *i)
{
	one_of_two(conf, i);
	mac(conf, i);
	own_name(conf, i, &i->vmac_name);
	own_name(conf, i, &i->ipvlan_name);
	transmit_base(conf, i);
	if (i->use_ipvlan.number && i->family == ADDR_IPV4 && !i->ipvlan_address.prefix)
		block_break(conf, &i->block, "missing-address", i->use_ipvlan.place,
			    "write `use_ipvlan ADDRESS`", "an IPv4 ipvlan needs an address");
	if (!i->promote_secondaries.number || !(i->use_vmac.number || i->use_ipvlan.number))
		return;
	diag_hint(conf, "no-effect", i->promote_secondaries.place, "take it away",
		  "an interface of its own has promote_secondaries anyway");
	setting_clear(&i->promote_secondaries);
}
