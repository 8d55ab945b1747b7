/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What instances mean beside each other: a VRID that is used twice on a link, an address in two of
 * them, more groups than a socket joins. A link is an interface as one family uses it: the same
 * VRID in IPv4 and in IPv6 are two virtual routers (RFC 9568 1.3), and an address lies on the link
 * of its own family. */
#include "conf/conf_private.h"

#include "wire/advert.h"

#include <inttypes.h>
#include <string.h>

/* The link of instances that have none, once for each family, always has a place. */
#define LINKS_NAMED (LIMIT_LINKS - 2)

struct validation {
	struct conf *conf;
	struct map points; /* struct point_key → the instance that is heard there */
	struct map pairs; /* struct pair_key → an instance of these two addresses */
	struct map groups; /* struct group_key → a use of the group */
	unsigned *group_counts; /* of each link */
	struct map addresses; /* link index and address → the instance that has it */
	struct map vips; /* address, on whichever link → an instance that has it */
};

/* The index of a link, which is made with its first use; -1: there are too many. */
static int64_t link_use(struct conf *conf, const struct image_link *link)
{
	bool is_one = *link->name || image_link_is_routed(link);
	void **slot = map_slot(&conf->link_indices, link, sizeof(*link));

	if (*slot)
		return (int64_t)(uintptr_t)*slot - 1;
	if (is_one && conf->named_link_count >= LINKS_NAMED)
		return -1;
	conf->named_link_count += is_one;
	conf->links = arena_grow(&conf->arena, conf->links, sizeof(*conf->links),
				 conf->link_count, &conf->link_room);
	conf->links[conf->link_count++] = *link;
	*slot = (void *)(uintptr_t)conf->link_count; /* NOLINT: an index, never followed */
	return (int64_t)conf->link_count - 1;
}

/* What is left out does not keep a number or an address from one that runs. */
static bool gives_way(const struct conf_instance *first, const struct conf_instance *second)
{
	return block_is_wrong(&first->block) || (first->block.broken && !second->block.broken);
}

/* -- VRIDs -- */

struct vrid_key {
	struct image_link link;
	uint8_t vrid;
};

/* Where adverts of one VRID meet: in a group, or at a peer. */
struct point_key {
	struct vrid_key vrid;
	struct addr point;
};

static struct image_link link_named(const char *name, uint8_t family)
{
	struct image_link link = { .family = family };

	memcpy(link.name, name, strlen(name));
	return link;
}

/* Where it sends and listens. */
static struct image_link link_of(const struct conf_instance *i)
{
	struct image_link link = link_named(link_name(i), i->family);

	if (i->routed_source)
		link.source = i->routed_source->prefix->addr;
	return link;
}

/* False: another one has this number among the same servers. */
static bool point_take(struct validation *v, struct conf_instance *i, const struct addr *point)
{
	struct point_key key = { { link_of(i), (uint8_t)i->vrid.number }, *point };
	struct conf_instance **slot = (struct conf_instance **)(void *)map_slot(&v->points, &key,
										sizeof(key));

	if (!*slot || gives_way(*slot, i))
		*slot = i;
	if (*slot == i)
		return true;
	block_break(v->conf, &i->block, "duplicate-vrid", i->vrid.place,
		    "every instance of a link needs its own number",
		    "virtual_router_id %" PRId64 " on %s is taken by %.64s in %s", i->vrid.number,
		    link_text(&v->conf->arena, i), (*slot)->block.name,
		    diag_line(v->conf, (*slot)->vrid.place, i->vrid.place));
	return false;
}

/* Unicast between two addresses. */
struct pair_key {
	struct addr source, peer;
	uint8_t vrid;
};

static const struct addr *source_of(const struct conf_instance *i)
{
	const struct setting *source = i->routed_source ? i->routed_source : &i->unicast_src_ip;

	return source->prefix ? &source->prefix->addr : NULL;
}

/* Two VRFs have nothing in common. But who is in none hears those of all, as the kernel is set by
 * default, and of each interface. */
static bool hear_each_other(const struct conf_instance *a, const struct conf_instance *b)
{
	if (!a->routed_source && !b->routed_source)
		return false;
	return !a->vrf.set || !b->vrf.set || strcmp(a->vrf.text, b->vrf.text) == 0;
}

/* Of one without an interface an advert may come to two sockets. False: another one has this number
 * between the same two. */
static bool pair_take(struct validation *v, struct conf_instance *i, const struct addr *peer)
{
	const struct addr *source = source_of(i);
	struct pair_key key = { .peer = *peer, .vrid = (uint8_t)i->vrid.number };
	struct conf_instance **slot;
	char text[ADDR_TEXT_SIZE];

	if (!source)
		return true;
	key.source = *source;
	slot = (struct conf_instance **)(void *)map_slot(&v->pairs, &key, sizeof(key));
	if (!*slot || gives_way(*slot, i))
		*slot = i;
	if (*slot == i || !hear_each_other(*slot, i))
		return true;
	block_break(v->conf, &i->block, "duplicate-vrid", i->vrid.place,
		    "every instance needs its own number between the same servers",
		    "virtual_router_id %" PRId64 " from %s is taken by %.64s in %s",
		    i->vrid.number, addr_print(source, text, sizeof(text)), (*slot)->block.name,
		    diag_line(v->conf, (*slot)->vrid.place, i->vrid.place));
	return false;
}

/* One of its peers may be this server itself. */
static bool is_itself(const struct conf_instance *i, const struct conf_peer *peer)
{
	return i->unicast_src_ip.prefix &&
	       addr_equal(&i->unicast_src_ip.prefix->addr, &peer->address.prefix->addr);
}

static void points_take(struct validation *v, struct conf_instance *i)
{
	const struct addr group = i->mcast_dst_ip.prefix ? i->mcast_dst_ip.prefix->addr :
							   advert_group(i->family);

	if (!i->is_unicast) {
		point_take(v, i, &group);
		return;
	}
	for (size_t at = 0; at < i->peers.count; at++) {
		const struct conf_peer *peer = (const struct conf_peer *)i->peers.items[at];
		const struct addr *addr = &peer->address.prefix->addr;

		if (peer->block.broken || is_itself(i, peer))
			continue;
		if (!point_take(v, i, addr) || !pair_take(v, i, addr))
			return;
	}
}

/* Among other servers the number may be free: adverts go to another group, or come from other
 * peers. */
static void vrid_once(struct validation *v, struct conf_instance *i)
{
	if (!block_is_wrong(&i->block) && i->vrid.set)
		points_take(v, i);
}

/* -- groups -- */

struct group_key {
	uint32_t link;
	struct addr group;
};

static void group_take(struct validation *v, struct conf_instance *i)
{
	struct group_key key = { .link = i->link_index };
	unsigned *count = &v->group_counts[i->link_index];
	void **slot;

	if (i->block.broken || i->is_unicast || !i->mcast_dst_ip.prefix)
		return;
	key.group = i->mcast_dst_ip.prefix->addr;
	slot = map_slot(&v->groups, &key, sizeof(key));
	if (!*slot && *count >= LIMIT_GROUPS) {
		block_break(v->conf, &i->block, "too-many",
			    i->mcast_dst_ip.place ? i->mcast_dst_ip.place : &i->block.place, NULL,
			    "the instances of %s have more than %d groups", i->link.text,
			    LIMIT_GROUPS);
		return;
	}
	*count += !*slot;
	*slot = i;
}

/* -- addresses -- */

/* Two instances would move one address independently: away from a MASTER, too. */
static void address_once(struct validation *v, struct conf_instance *i,
			 const struct conf_address *a)
{
	unsigned char key[sizeof(uint32_t) + sizeof(struct addr)];
	struct conf_instance **slot;
	char text[ADDR_TEXT_SIZE];

	memcpy(key, &a->link_index, sizeof(a->link_index));
	memcpy(key + sizeof(a->link_index), &a->prefix.addr, sizeof(a->prefix.addr));
	slot = (struct conf_instance **)(void *)map_slot(&v->addresses, key, sizeof(key));
	if (!*slot || gives_way(*slot, i))
		*slot = i;
	else if (*slot != i)
		block_break(v->conf, &i->block, "address-shared", &a->place,
			    "leave it in one of the two", "%s is an address of %.64s already",
			    addr_print(&a->prefix.addr, text, sizeof(text)),
			    (*slot)->block.name);
}

/* The link of an instance, or of one of its addresses: `place` is what names it. */
static uint32_t link_take(struct validation *v, struct conf_instance *i,
			  const struct image_link *wanted, const struct place *place)
{
	const struct image_link none = { .family = wanted->family };
	int64_t link = link_use(v->conf, wanted);

	if (link >= 0)
		return (uint32_t)link;
	if (!block_is_wrong(&i->block))
		block_break(v->conf, &i->block, "too-many", place, NULL,
			    "more than %d interfaces are named", LINKS_NAMED);
	return (uint32_t)link_use(v->conf, &none);
}

static void links(struct validation *v, struct conf_instance *i)
{
	struct conf_addresses *lists[] = { &i->advertised, &i->excluded };
	const struct image_link own = link_of(i);
	const char *name = setting_text(&i->link);

	i->link_index = link_take(v, i, &own,
				  i->link.set ? i->link.place : &i->block.place);
	for (size_t l = 0; l < 2; l++) {
		for (size_t at = 0; at < lists[l]->count; at++) {
			struct conf_address *a = &lists[l]->items[at];

			const struct image_link link =
				link_named(a->link ? a->link : name, a->prefix.addr.family);

			a->link_index = link_take(v, i, &link, &a->place);
			*map_slot(&v->vips, &a->prefix.addr, sizeof(a->prefix.addr)) = i;
			if (!block_is_wrong(&i->block))
				address_once(v, i, a);
		}
	}
}

/* An address that moves is no source, wherever it is: without an interface nobody else has one. */
static void source_stays(struct validation *v, struct conf_instance *i)
{
	const struct setting *source = i->routed_source;
	const struct conf_instance *owner;

	if (!source || block_is_wrong(&i->block))
		return;
	owner = map_find(&v->vips, &source->prefix->addr, sizeof(source->prefix->addr));
	if (owner && owner != i)
		diag_warning(v->conf, "source-is-virtual", source->place,
			     "write an address that this server always has",
			     "%s is a virtual address of %.64s: it is no source, and %.64s stays "
			     "in FAULT",
			     source->text, owner->block.name, i->block.name);
}

void validate_links(struct conf *conf)
{
	struct validation v = { .conf = conf };

	map_init(&v.points, &conf->arena);
	map_init(&v.pairs, &conf->arena);
	map_init(&v.groups, &conf->arena);
	map_init(&v.addresses, &conf->arena);
	map_init(&v.vips, &conf->arena);
	for (size_t at = 0; at < instance_count(conf); at++) {
		vrid_once(&v, instance_at(conf, at));
		links(&v, instance_at(conf, at));
	}
	for (size_t at = 0; at < instance_count(conf); at++)
		source_stays(&v, instance_at(conf, at));
	v.group_counts = arena_alloc(&conf->arena, conf->link_count * sizeof(*v.group_counts));
	for (size_t at = 0; at < instance_count(conf); at++)
		group_take(&v, instance_at(conf, at));
}
