/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What values mean beside each other. Each part of the language has a file of its own; here is the
 * order in which they are called, and what instances mean beside each other: a VRID that is used
 * twice on a link, an address in two of them. What cannot run is left out with a reason, so that a
 * mistake in one block does not take the others down. Afterwards every setting holds the value in
 * force; `set` still tells whether it was written. */
#include "conf/conf_private.h"

#include <string.h>

struct validation {
	struct conf *conf;
	struct map vrids; /* link name and VRID → the instance that has it */
	struct map addresses; /* link index and address → the instance that has it */
};

/* The index of a link, which is made with its first use; -1: there are too many. The place of the
 * last one is kept for the empty name, the link of instances that have none. */
static int64_t link_use(struct conf *conf, const char *name)
{
	void **slot = map_slot(&conf->link_indices, name, strlen(name));

	if (*slot)
		return (int64_t)(uintptr_t)*slot - 1;
	if (conf->link_count >= LIMIT_LINKS - (*name ? 1u : 0u))
		return -1;
	conf->links = arena_grow(&conf->arena, conf->links, sizeof(*conf->links),
				 conf->link_count, &conf->link_room);
	conf->links[conf->link_count++] = name;
	*slot = (void *)(uintptr_t)conf->link_count; /* NOLINT: an index, never followed */
	return (int64_t)conf->link_count - 1;
}

bool block_is_wrong(const struct conf_block *block)
{
	return block->broken && !block->is_later;
}

void validate_inherited(struct conf *conf, struct conf_block *block)
{
	const struct block_rows *rows = &conf->keywords.blocks[block->kind];

	for (size_t r = 0; r < rows->count; r++) {
		const struct keyword *k = rows->rows[r];

		if (k->inherits)
			setting_inherit(model_setting(block, k->at),
					model_setting(&conf->global->block, k->inherits));
	}
}

/* What is left out does not keep a number or an address from one that runs. */
static bool gives_way(const struct conf_instance *first, const struct conf_instance *second)
{
	return block_is_wrong(&first->block) || (first->block.broken && !second->block.broken);
}

/* Adverts of one family, to one group or from one source, are one space of VRIDs on each link. */
struct vrid_key {
	char link[LIMIT_LINK_NAME];
	struct addr meeting_point;
	uint8_t family, vrid, is_unicast;
};

static void vrid_once(struct validation *v, struct conf_instance *i)
{
	const struct setting *point = i->is_unicast ? &i->unicast_src_ip : &i->mcast_dst_ip;
	struct vrid_key key = { .vrid = (uint8_t)i->vrid.number, .family = i->family,
				.is_unicast = i->is_unicast };
	const char *link = i->link.set ? i->link.text : "";
	struct conf_instance **slot;

	if (block_is_wrong(&i->block) || !i->vrid.set)
		return;
	memcpy(key.link, link, strlen(link));
	if (point->prefix)
		key.meeting_point = point->prefix->addr;
	slot = (struct conf_instance **)(void *)map_slot(&v->vrids, &key, sizeof(key));
	if (*slot && !gives_way(*slot, i))
		block_break(v->conf, &i->block, "duplicate-vrid", i->vrid.place,
			    "every instance of a link needs its own number",
			    "virtual_router_id %d on %s is taken by %.64s in %s", key.vrid, link,
			    (*slot)->block.name,
			    diag_line(v->conf, (*slot)->vrid.place, i->vrid.place));
	else
		*slot = i;
}

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

static void links(struct validation *v, struct conf_instance *i)
{
	struct conf_addresses *lists[] = { &i->advertised, &i->excluded };
	int64_t link = link_use(v->conf, i->link.set ? i->link.text : "");

	if (link < 0) {
		block_break(v->conf, &i->block, "too-many", i->link.place, NULL,
			    "more than %d interfaces are named", LIMIT_LINKS - 1);
		link = link_use(v->conf, "");
	}
	i->link_index = (uint32_t)link;
	for (size_t l = 0; l < 2; l++) {
		for (size_t at = 0; at < lists[l]->count; at++) {
			struct conf_address *a = &lists[l]->items[at];
			int64_t own = a->link ? link_use(v->conf, a->link) : link;

			if (own < 0 && !block_is_wrong(&i->block))
				block_break(v->conf, &i->block, "too-many", &a->place, NULL,
					    "more than %d interfaces are named",
					    LIMIT_LINKS - 1);
			a->link_index = (uint32_t)(own < 0 ? link : own);
			if (!block_is_wrong(&i->block))
				address_once(v, i, a);
		}
	}
}

/* No mistake when all of them only wait for a later release. */
static void nothing_runs(struct conf *conf)
{
	struct diag diag = { "nothing-runs", CONF_WARNING, CONF_CANNOT_RUN, { .line = 0 }, NULL };

	for (size_t at = 0; at < instance_count(conf); at++)
		if (block_is_wrong(&instance_at(conf, at)->block))
			diag.severity = CONF_ERROR;
	diag_add(conf, &diag, diag.severity == CONF_ERROR ?
				      "none of the instances can run" :
				      "none of the instances can run in this release");
}

void validate(struct conf *conf)
{
	struct validation v = { .conf = conf };
	struct place whole = { .line = 0 };

	validate_global(conf);
	validate_track(conf);
	map_init(&v.vrids, &conf->arena);
	map_init(&v.addresses, &conf->arena);
	for (size_t at = 0; at < instance_count(conf); at++)
		validate_instance(conf, instance_at(conf, at));
	validate_groups(conf);
	for (size_t at = 0; at < instance_count(conf); at++) {
		validate_instance_trackers(conf, instance_at(conf, at));
		vrid_once(&v, instance_at(conf, at));
		links(&v, instance_at(conf, at));
	}
	validate_routes(conf, &conf->global->static_routes, true);
	validate_rules(conf, &conf->global->static_rules, true);
	validate_network(conf);
	validate_lvs(conf);
	validate_scripts(conf);
	settle_references(conf);
	if (conf_healthy_count(conf))
		return;
	if (instance_count(conf))
		nothing_runs(conf);
	else if (!conf->global->balance.servers.count && !conf->global->balance.groups.count)
		diag_warning(conf, "no-instance", &whole,
			     "write `vrrp_instance NAME { … }`",
			     "neither vrrp_instance nor virtual_server is configured");
}
