/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit between the nodes of one cluster. Each file may be right alone, and the servers
 * still disagree about what they share: that shows only when somebody looks at all of them. The
 * counterpart of an instance is the one with its virtual router id on a link of the same name, or,
 * as servers may name their links differently, one that shares an address with it. Each instance is
 * compared with the earliest node that has it, so the work grows with the files and not with their
 * pairs. Nothing is changed in the nodes. What is compared of two counterparts lies in
 * cluster_rules.c. */
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
		.family = i->family,
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
	return (i->link.set || i->routed_source) && i->vrid.set && !block_is_wrong(&i->block);
}

static struct cluster_instance *peer_find(const struct conf_cluster *c,
					  const struct conf_instance *i)
{
	struct cluster_instance *peer = NULL;
	struct peer_key key;

	/* First by what only one has: several of a link may share a number. */
	for (size_t at = 0; !peer && at < i->advertised.count; at++) {
		key = key_by_address(i, at);
		peer = map_find(&c->by_address, &key, sizeof(key));
	}
	if (peer)
		return peer;
	/* Without an interface there is nothing that its peers have in common but the addresses. */
	if (i->routed_source)
		return NULL;
	key = key_by_link(i);
	return map_find(&c->by_link, &key, sizeof(key));
}

static void remember(struct map *map, struct peer_key key, struct cluster_instance *entry)
{
	void **slot = map_slot(map, &key, sizeof(key));

	if (!*slot)
		*slot = entry;
}

static void remember_address(struct conf_cluster *c, const struct conf_instance *i, size_t at,
			     struct cluster_instance *entry)
{
	const struct addr *addr = &i->advertised.items[at].prefix.addr;
	void **slot = map_slot(&c->by_address_only, addr, sizeof(*addr));

	if (!*slot)
		*slot = entry;
	remember(&c->by_address, key_by_address(i, at), entry);
}

static void peer_add(struct conf_cluster *c, struct cluster_node *node,
		     const struct conf_instance *i, bool is_known)
{
	struct cluster_instance *entry = arena_alloc(&node->findings.arena, sizeof(*entry));

	*entry = (struct cluster_instance){ i, node, is_known, c->instances };
	c->instances = entry;
	if (!i->routed_source)
		remember(&c->by_link, key_by_link(i), entry);
	for (size_t at = 0; at < i->advertised.count; at++)
		remember_address(c, i, at, entry);
}

/* -- what is left of it: a number or a priority that only one may have -- */

/* One address under two numbers: two masters that never hear each other. False: there is none. */
static bool vrid_differs(struct conf_cluster *c, struct cluster_node *node,
			 const struct conf_instance *i)
{
	struct conf *findings = &node->findings;

	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct conf_address *a = &i->advertised.items[at];
		struct cluster_instance *other =
			map_find(&c->by_address_only, &a->prefix.addr, sizeof(a->prefix.addr));
		char text[ADDR_TEXT_SIZE];

		if (!other || other->node == node)
			continue;
		diag_error(
			findings, "cluster-vrid", i->vrid.place,
			"all servers of a virtual router need the same virtual_router_id",
			"%s holds %s with the number %d, another node with %d in %s: there will be "
			"two masters",
			i->block.name, addr_print(&a->prefix.addr, text, sizeof(text)),
			(int)i->vrid.number, (int)other->instance->vrid.number,
			cluster_line(findings, other->instance->vrid.place));
		other->is_known = true;
		return true;
	}
	return false;
}

/* An instance of one node only: mostly it was forgotten in the other files. */
static void nobody_else(struct conf_cluster *c)
{
	for (const struct cluster_instance *e = c->instances; e; e = e->next)
		if (!e->is_known && c->count > 1)
			diag_warning(&e->node->findings, "cluster-alone", &e->instance->block.place,
				     "write it into the files of the other servers, too",
				     "%s is on this node only: nobody takes over from it",
				     e->instance->block.name);
}

/* Who wins is then decided by the addresses of the servers (RFC 9568 6.4.3), or by nobody. With
 * nopreempt that is often meant: whoever was first stays. */
static void priority_once(struct conf_cluster *c, struct cluster_node *node,
			  const struct conf_instance *i, const struct conf_instance *peer)
{
	struct {
		const struct conf_instance *peer;
		int64_t priority;
	} key = { peer, i->priority.number };
	const struct conf_instance **slot = (const struct conf_instance **)(void *)map_slot(
		&c->priorities, &key, sizeof(key));
	bool owner = i->priority.number == 255;
	bool is_meant = !owner && !i->preempt.number;
	struct diag diag = { owner ? "cluster-owners" : "cluster-priorities",
			     owner    ? CONF_ERROR :
			     is_meant ? CONF_HINT :
					CONF_WARNING,
			     is_meant ? CONF_NO_EFFECT : CONF_RUNS,
			     i->priority.place ? *i->priority.place : i->block.place,
			     owner ? "write a priority below 255 on all servers but one" :
				     "give every server a priority of its own" };

	if (!*slot)
		*slot = i;
	else
		diag_add(&node->findings, &diag,
			 owner ? "%s: priority %d owns the addresses, and another node does in %s" :
				 "%s: the priority %d is that of another node in %s, too",
			 i->block.name, (int)i->priority.number,
			 cluster_line(&node->findings, (*slot)->priority.place ?
							       (*slot)->priority.place :
							       &(*slot)->block.place));
}

/* -- the way through -- */

static void node_check(struct conf_cluster *c, struct cluster_node *node)
{
	const struct conf *conf = node->conf;

	for (size_t at = 0; at < instance_count(conf); at++) {
		const struct conf_instance *i = instance_at(conf, at);
		struct cluster_instance *peer;
		bool is_known;

		if (!can_have_peer(i))
			continue;
		peer = peer_find(c, i);
		/* Two of one VRID in one file are that file's own matter. */
		is_known = peer && peer->node != node;
		if (is_known) {
			cluster_compare(&node->findings, i, peer->instance);
			peer->is_known = true;
		}
		if (!peer)
			is_known = vrid_differs(c, node, i);
		priority_once(c, node, i, peer ? peer->instance : i);
		peer_add(c, node, i, is_known);
	}
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
	map_init(&c->by_address_only, &c->nodes[0].findings.arena);
	map_init(&c->priorities, &c->nodes[0].findings.arena);
	for (size_t at = 0; at < c->count; at++)
		node_check(c, &c->nodes[at]);
	nobody_else(c);
	for (size_t at = 0; at < c->count; at++) {
		diag_settle(&c->nodes[at].findings);
		c->finding_count += c->nodes[at].findings.finding_count;
	}
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
