/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit between the nodes of one cluster. Each file may be right alone, and the servers
 * still disagree about what they share: that shows only when somebody looks at all of them. The
 * counterpart of an instance is the one with its virtual router id on a link of the same name, or,
 * as servers may name their links differently, one that shares an address with it. Each instance is
 * compared with the earliest node that has it, so the work grows with the files and not with their
 * pairs. Nothing is changed in the nodes. */
#include "conf/cluster.h"

#include <stdlib.h>
#include <string.h>

const char *cluster_line(struct conf *findings, const struct place *place)
{
	return arena_format(&findings->arena, "%.200s:%u", place->source->name, place->line);
}

/* -- which instance is whose counterpart -- */

/* Compared as octets: it has only such. */
struct peer_key {
	char link[LIMIT_LINK_NAME]; /* empty: by address */
	struct addr address;
	uint8_t vrid, family;
};

static struct peer_key key_of(const struct conf_instance *i)
{
	return (struct peer_key){
		.vrid = (uint8_t)i->vrid.number,
		.family = i->advertised.count ? i->advertised.items[0].prefix.addr.family : 0,
	};
}

static struct peer_key key_by_link(const struct conf_instance *i)
{
	struct peer_key key = key_of(i);

	memcpy(key.link, i->link.text, strlen(i->link.text));
	return key;
}

static struct peer_key key_by_address(const struct conf_instance *i, size_t at)
{
	struct peer_key key = key_of(i);

	key.address = i->advertised.items[at].prefix.addr;
	return key;
}

/* Has it what makes it known to other servers? */
static bool can_have_peer(const struct conf_instance *i)
{
	return i->link.set && i->vrid.set && (!i->block.broken || i->block.is_later);
}

static const struct cluster_instance *peer_find(const struct conf_cluster *c,
						const struct conf_instance *i)
{
	struct peer_key key = key_by_link(i);
	const struct cluster_instance *peer = map_find(&c->by_link, &key, sizeof(key));

	for (size_t at = 0; !peer && at < i->advertised.count; at++) {
		key = key_by_address(i, at);
		peer = map_find(&c->by_address, &key, sizeof(key));
	}
	return peer;
}

static void remember(struct map *map, struct peer_key key, struct cluster_instance *entry)
{
	void **slot = map_slot(map, &key, sizeof(key));

	if (!*slot)
		*slot = entry;
}

static void peer_add(struct conf_cluster *c, struct cluster_node *node,
		     const struct conf_instance *i)
{
	struct cluster_instance *entry = arena_alloc(&node->findings.arena, sizeof(*entry));

	*entry = (struct cluster_instance){ i, node };
	remember(&c->by_link, key_by_link(i), entry);
	for (size_t at = 0; at < i->advertised.count; at++)
		remember(&c->by_address, key_by_address(i, at), entry);
}

/* -- the rules -- */

/* The first address of `a` that `b` does not have, or NULL. */
static const struct conf_address *first_missing(struct conf *findings,
						const struct conf_addresses *a,
						const struct conf_addresses *b)
{
	struct map known;

	map_init(&known, &findings->arena);
	for (size_t i = 0; i < b->count; i++)
		*map_slot(&known, &b->items[i].prefix.addr, sizeof(struct addr)) = findings;
	for (size_t i = 0; i < a->count; i++)
		if (!map_find(&known, &a->items[i].prefix.addr, sizeof(struct addr)))
			return &a->items[i];
	return NULL;
}

static void other_addresses(struct conf *findings, const struct conf_instance *i,
			    const struct conf_instance *peer, const struct conf_address *only_here,
			    const struct conf_address *only_there)
{
	const struct place *place = only_here ? &only_here->place : &i->block.place;
	const char *there = cluster_line(findings, only_there ? &only_there->place :
								&peer->block.place);
	char here_text[ADDR_TEXT_SIZE], there_text[ADDR_TEXT_SIZE];
	const char *hint = "all servers of a virtual router need the same virtual_ipaddress: what "
			   "only one of them has is lost when it fails";

	if (only_here)
		addr_print(&only_here->prefix.addr, here_text, sizeof(here_text));
	if (only_there)
		addr_print(&only_there->prefix.addr, there_text, sizeof(there_text));
	if (only_here && only_there)
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is not on the other node, which has %s in %s", i->block.name,
			   here_text, there_text, there);
	else if (only_here)
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is not on the other node, in %s", i->block.name, here_text,
			   there);
	else
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is missing, which the other node has in %s", i->block.name,
			   there_text, there);
}

/* virtual_ipaddress has to be the same everywhere. Its order matters to nobody who takes adverts,
 * but vipd counts each as a difference, and so a real one may be overlooked. */
static void compare_addresses(struct conf *findings, const struct conf_instance *i,
			      const struct conf_instance *peer)
{
	const struct conf_addresses *mine = &i->advertised, *theirs = &peer->advertised;
	const struct conf_address *only_here = first_missing(findings, mine, theirs);
	const struct conf_address *only_there = first_missing(findings, theirs, mine);

	if (only_here || only_there) {
		other_addresses(findings, i, peer, only_here, only_there);
		return;
	}
	for (size_t at = 0; at < mine->count && at < theirs->count; at++) {
		if (addr_equal(&mine->items[at].prefix.addr, &theirs->items[at].prefix.addr))
			continue;
		diag_hint(findings, "cluster-address-order", &mine->items[at].place,
			  "the same order on all servers keeps address_list_errors at 0",
			  "%s: the addresses stand in another order in %s", i->block.name,
			  cluster_line(findings, &theirs->items[at].place));
		return;
	}
}

static void compare_instances(struct conf *findings, const struct conf_instance *i,
			      const struct conf_instance *peer)
{
	compare_addresses(findings, i, peer);
}

/* -- the way through -- */

static void node_check(struct conf_cluster *c, struct cluster_node *node)
{
	const struct conf *conf = node->conf;

	for (size_t at = 0; at < instance_count(conf); at++) {
		const struct conf_instance *i = instance_at(conf, at);
		const struct cluster_instance *peer;

		if (!can_have_peer(i))
			continue;
		peer = peer_find(c, i);
		/* Two of one VRID in one file are that file's own matter. */
		if (peer && peer->node != node)
			compare_instances(&node->findings, i, peer->instance);
		peer_add(c, node, i);
	}
	diag_sort(&node->findings);
	c->finding_count += node->findings.finding_count;
}

static void list_make(struct conf_cluster *c)
{
	size_t n = 0;

	c->list = arena_alloc(&c->nodes[0].findings.arena, c->finding_count * sizeof(*c->list));
	for (size_t at = 0; at < c->count; at++)
		for (size_t i = 0; i < c->nodes[at].findings.finding_count; i++)
			c->list[n++] = &c->nodes[at].findings.findings[i].finding;
}

static void check(struct conf_cluster *c)
{
	map_init(&c->by_link, &c->nodes[0].findings.arena);
	map_init(&c->by_address, &c->nodes[0].findings.arena);
	for (size_t at = 0; at < c->count; at++)
		node_check(c, &c->nodes[at]);
	list_make(c);
}

static struct conf_cluster *cluster_new(const struct conf *const *nodes, size_t count,
					jmp_buf *escape)
{
	struct conf_cluster *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->nodes = calloc(count ? count : 1, sizeof(*c->nodes));
	if (!c->nodes)
		return conf_cluster_free(c);
	c->count = count;
	for (size_t at = 0; at < count; at++) {
		c->nodes[at].conf = nodes[at];
		c->nodes[at].findings.path = nodes[at]->path;
		arena_init(&c->nodes[at].findings.arena, LIMIT_CONF_MEMORY, escape);
	}
	return c;
}

/* False: memory ran out. */
static bool run(struct conf_cluster *c, jmp_buf *escape)
{
	if (setjmp(*escape))
		return false;
	if (c->count)
		check(c);
	for (size_t at = 0; at < c->count; at++)
		c->nodes[at].findings.arena.escape = NULL;
	return true;
}

struct conf_cluster *conf_cluster_check(const struct conf *const *nodes, size_t count)
{
	jmp_buf escape;
	struct conf_cluster *c = cluster_new(nodes, count, &escape);

	return c && run(c, &escape) ? c : conf_cluster_free(c);
}

struct conf_cluster *conf_cluster_free(struct conf_cluster *c)
{
	for (size_t at = 0; c && at < c->count; at++)
		arena_fini(&c->nodes[at].findings.arena);
	if (c)
		free(c->nodes);
	free(c);
	return NULL;
}

size_t conf_cluster_finding_count(const struct conf_cluster *c)
{
	return c->finding_count;
}

const struct conf_finding *conf_cluster_finding(const struct conf_cluster *c, size_t i)
{
	return i < c->finding_count ? c->list[i] : NULL;
}

size_t conf_cluster_finding_overflow(const struct conf_cluster *c)
{
	size_t more = 0;

	for (size_t at = 0; at < c->count; at++)
		more += c->nodes[at].findings.finding_overflow;
	return more;
}
