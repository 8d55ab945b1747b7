/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about how adverts travel and what a master lets in: peers, sources, strictness, answers. */
#include "conf/lint.h"

#include <inttypes.h>
#include <string.h>

static const struct conf_peer *peer_at(const struct conf_instance *i, size_t at)
{
	return (const struct conf_peer *)i->peers.items[at];
}

static const struct setting *source_of(const struct conf_instance *i)
{
	return i->unicast_src_ip.prefix && i->unicast_src_ip.set ? &i->unicast_src_ip :
	       i->mcast_src_ip.prefix && i->mcast_src_ip.set	 ? &i->mcast_src_ip :
								   NULL;
}

static const struct conf_address *address_find(const struct conf_instance *i,
					       const struct addr *addr)
{
	const struct conf_addresses *lists[] = { &i->advertised, &i->excluded };

	for (size_t n = 0; n < 2; n++)
		for (size_t at = 0; at < lists[n]->count; at++)
			if (addr_equal(&lists[n]->items[at].prefix.addr, addr))
				return &lists[n]->items[at];
	return NULL;
}

/* One file may serve all nodes, so a server may be its own peer; but not its only one. */
static void only_itself(struct lint *l, const struct conf_instance *i)
{
	const struct setting *source = source_of(i);
	const struct conf_peer *itself = NULL;

	for (size_t at = 0; at < i->peers.count; at++) {
		const struct conf_peer *peer = peer_at(i, at);

		if (peer->block.broken)
			continue;
		if (!source || !addr_equal(&peer->address.prefix->addr, &source->prefix->addr))
			return;
		itself = peer;
	}
	if (itself)
		lint_say(l, &itself->block.place, "write the addresses of the other servers",
			 "%s has only itself as a peer: %s", i->block.name,
			 i->unicast_fault_no_peer.number ? "it stays in FAULT" :
							   "every server will be MASTER");
}

static void peer_is_virtual(struct lint *l, const struct conf_instance *i)
{
	for (size_t at = 0; at < i->peers.count; at++) {
		const struct conf_peer *peer = peer_at(i, at);

		if (!peer->block.broken &&
		    map_find(&i->addresses_known, &peer->address.prefix->addr, sizeof(struct addr)))
			lint_say(l, &peer->block.place, "write the peer's own address",
				 "%s is a virtual address: it is where the master is, not where a "
				 "peer is",
				 peer->address.text);
	}
}

static void source_is_virtual(struct lint *l, const struct conf_instance *i)
{
	const struct setting *source = source_of(i);

	if (source && address_find(i, &source->prefix->addr) && i->priority.number != 255)
		lint_say(l, source->place, "write this server's own address, or priority 255",
			 "%s is a virtual address: only the MASTER has it, so a backup could not "
			 "send from it",
			 source->text);
}

/* The packaged sample of some distributions has vrrp_strict, and its VIP does not answer. */
static void strict_deaf(struct lint *l, const struct conf_instance *i)
{
	if (i->strict.number && !i->accept.number)
		lint_say(l, lint_place(&i->strict, &i->block),
			 "take vrrp_strict away, unless no service listens on the address",
			 "strict: %s drops whatever is sent to its virtual addresses, ping too",
			 i->block.name);
}

static void silent_master(struct lint *l, const struct conf_instance *i)
{
	if (i->lower_prio_no_advert.origin == CONF_WRITTEN && i->lower_prio_no_advert.number)
		lint_say(l, i->lower_prio_no_advert.place, "leave it out",
			 "a rival of lower priority is not answered at once: there are two masters "
			 "for an interval longer");
}

static void one_advert(struct lint *l, const struct conf_instance *i)
{
	if (i->down_timer_adverts.set && i->down_timer_adverts.number < 3)
		lint_say(l, i->down_timer_adverts.place,
			 "3 is what the protocol has (RFC 9568 6.1)",
			 "there is a second master after %" PRId64 " lost adverts",
			 i->down_timer_adverts.number);
}

static const struct lint_rule rows[] = {
	{ "only-itself", CONF_WARNING, .instance = only_itself },
	{ "peer-is-virtual", CONF_WARNING, .instance = peer_is_virtual },
	{ "source-is-virtual", CONF_WARNING, .instance = source_is_virtual },
	{ "strict-deaf", CONF_WARNING, .instance = strict_deaf },
	{ "silent-master", CONF_HINT, .instance = silent_master },
	{ "one-advert", CONF_HINT, .instance = one_advert },
};

const struct lint_rules lint_rules_unicast = { rows, sizeof(rows) / sizeof(rows[0]) };
