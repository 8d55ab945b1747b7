/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What values mean beside each other: defaults (keepalived's, reference: its vrrp_instance), an
 * interval that version 2 cannot carry, nopreempt on a server that is to be MASTER, a VRID that is
 * used twice on a link. What cannot run is left out with a reason, so that a mistake in one
 * instance does not take the others down. Afterwards every setting holds the number in force; `set`
 * still tells whether it was written. */
#include "conf/conf_private.h"
#include "conf/number.h"
#include "wire/advert.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define PRIORITY_DEFAULT 100 /* RFC 3768 5.3.4 */

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

void setting_adjust(struct setting *setting, int64_t number)
{
	setting->number = number;
	setting->text = NULL;
	setting->origin = CONF_ADJUSTED;
}

void setting_default(struct setting *setting, int64_t number)
{
	if (setting->origin == CONF_DEFAULT) {
		setting->number = number;
		setting->text = "";
	}
}

/* What an instance does not say itself, global_defs may say for all. */
static void inherit(struct conf *conf, struct conf_instance *i)
{
	const struct block_rows *rows = &conf->keywords.blocks[BLOCK_VRRP_INSTANCE];

	for (size_t r = 0; r < rows->count; r++) {
		const struct keyword *k = rows->rows[r];
		const struct setting *from;
		struct setting *to;

		if (!k->inherits)
			continue;
		from = model_setting(&conf->global->block, k->inherits);
		to = model_setting(&i->block, k->at);
		if (to->origin != CONF_DEFAULT || !setting_has_value(from))
			continue;
		*to = *from;
		to->set = false;
		to->origin = from->set ? CONF_INHERITED : CONF_DEFAULT;
	}
}

static void required(struct conf *conf, struct conf_instance *i)
{
	if (!i->link.set && !i->block.broken)
		block_break(conf, &i->block, "missing-interface", &i->block.place, "write `interface NAME`",
			       "interface is not set");
	if (!i->vrid.set && !i->block.broken)
		block_break(conf, &i->block, "missing-vrid", &i->block.place,
			       "write `virtual_router_id 1..255`, the same on all its servers",
			       "virtual_router_id is not set");
}

static bool is_ipv6(const struct conf_instance *i)
{
	return i->advertised.count && i->advertised.items[0].prefix.addr.family == ADDR_IPV6;
}

/* keepalived: IPv6 is version 3, also where global_defs says 2. */
static void version(struct conf *conf, struct conf_instance *i)
{
	if (is_ipv6(i) && !i->version.set)
		setting_adjust(&i->version, 3);
	if (is_ipv6(i) && i->version.number == 3)
		block_break_later(conf, &i->block, &i->advertised.items[0].place, NULL,
				  "IPv6 comes in a later release");
	else if (is_ipv6(i))
		block_break(conf, &i->block, "ipv6-needs-version-3", i->version.place,
			    "write `version 3`", "IPv6 addresses need VRRP version 3");
	else if (i->version.number == 3)
		block_break_later(conf, &i->block, i->version.place ? i->version.place : &i->block.place,
				  "version 2 works", "VRRP version 3 comes in a later release");
}

/* RFC 3768 5.3.7: whole seconds in one octet. Rounded as keepalived does, and never to 0. */
static void interval(struct conf *conf, struct conf_instance *i)
{
	int64_t seconds;
	char text[32];

	if (i->version.number != 2)
		return;
	seconds = (i->advert_interval.number + SECOND_US / 2) / SECOND_US;
	if (seconds < 1)
		seconds = 1;
	if (i->advert_interval.number == seconds * SECOND_US)
		return;
	if (i->advert_interval.set)
		diag_warning(conf, "interval-rounded", i->advert_interval.place,
			     "all servers of a version 2 instance must use the same whole seconds",
			     "advert_int %s is rounded to %" PRId64 ": version 2 has whole seconds",
			     number_seconds_print(i->advert_interval.number, text), seconds);
	setting_adjust(&i->advert_interval, seconds * SECOND_US);
}

static void authentication(struct conf *conf, struct conf_instance *i)
{
	bool ah = i->auth_type.set && i->auth_type.number == 1;

	if (ah)
		block_break_later(conf, &i->block, i->auth_type.place, "use PASS, or none",
				  "auth_type AH comes in a later release");
	if (i->auth_type.set && !ah && (!i->auth_pass.set || !*i->auth_pass.text))
		diag_warning(conf, "no-password", i->auth_type.place, "write `auth_pass`",
			     "auth_type without auth_pass: adverts go without authentication");
	if (!i->auth_type.set && i->auth_pass.set)
		diag_warning(conf, "no-auth-type", i->auth_pass.place, "write `auth_type PASS`",
			     "auth_pass without auth_type: adverts go without authentication");
	i->authentication = i->auth_type.set && !ah && i->auth_pass.set && *i->auth_pass.text ?
				    ADVERT_AUTH_PASS :
				    ADVERT_AUTH_NONE;
}

static void preemption(struct conf *conf, struct conf_instance *i)
{
	if (!i->preempt.number && i->priority.number == ADVERT_PRIORITY_OWNER) {
		diag_warning(conf, "nopreempt-cleared", i->preempt.place, NULL,
			     "nopreempt does not go with priority 255: it is ignored");
		setting_adjust(&i->preempt, true);
	}
	if (!i->preempt.number && i->state.number) {
		diag_warning(conf, "nopreempt-cleared", i->preempt.place,
			     "write `state BACKUP` on all servers",
			     "nopreempt does not go with state MASTER: it is ignored");
		setting_adjust(&i->preempt, true);
	}
	if (i->preempt_delay.number && i->state.number) {
		diag_warning(conf, "preempt-delay-cleared", i->preempt_delay.place,
			     "write `state BACKUP` on all servers",
			     "preempt_delay does not go with state MASTER: it is ignored");
		setting_adjust(&i->preempt_delay, 0);
	}
	if (i->preempt_delay.number && !i->preempt.number) {
		diag_warning(conf, "preempt-delay-cleared", i->preempt_delay.place, NULL,
			     "preempt_delay does not go with nopreempt: it is ignored");
		setting_adjust(&i->preempt_delay, 0);
	}
}

static void priority(struct conf *conf, struct conf_instance *i)
{
	if (!i->priority.set && i->state.number)
		diag_hint(conf, "priority-owner", &i->block.place,
			  "write `priority 200`, say, unless the server itself owns the addresses",
			  "%s: state MASTER without priority means 255, the owner of the addresses",
			  i->block.name);
	if (!i->state.set) {
		i->state.number = i->priority.number == ADVERT_PRIORITY_OWNER;
		i->state.text = i->state.number ? "MASTER" : "BACKUP";
	}
	setting_default(&i->priority, i->state.number ? ADVERT_PRIORITY_OWNER : PRIORITY_DEFAULT);
}

/* An advert counts them in one octet; what is too much still moves with the instance. */
static void move_surplus(struct conf *conf, struct conf_instance *i)
{
	struct conf_addresses *from = &i->advertised, *to = &i->excluded;

	if (from->count <= LIMIT_ADVERT_ADDRESSES)
		return;
	diag_warning(conf, "addresses-moved", &from->items[LIMIT_ADVERT_ADDRESSES].place,
		     "put them into virtual_ipaddress_excluded on all servers",
		     "%s: an advert names %d addresses at most: the rest counts as excluded",
		     i->block.name, LIMIT_ADVERT_ADDRESSES);
	for (size_t at = LIMIT_ADVERT_ADDRESSES; at < from->count; at++) {
		to->items = arena_grow(&conf->arena, to->items, sizeof(*to->items), to->count,
				       &to->room);
		to->items[to->count++] = from->items[at];
	}
	from->count = LIMIT_ADVERT_ADDRESSES;
}

/* Excluded addresses may be of both families; those of IPv6 wait for a later release. */
static void excluded_ipv6(struct conf *conf, const struct conf_instance *i)
{
	for (size_t at = 0; at < i->excluded.count; at++) {
		const struct conf_address *a = &i->excluded.items[at];

		if (a->prefix.addr.family != ADDR_IPV6)
			continue;
		diag_warning(conf, "not-yet", &a->place, NULL,
			     "%s: IPv6 addresses have no effect in this release", i->block.name);
		return;
	}
}

static void addresses(struct conf *conf, struct conf_instance *i)
{
	move_surplus(conf, i);
	if (i->block.broken)
		return;
	excluded_ipv6(conf, i);
	if (!i->advertised.count && i->bad_address_count)
		block_break(conf, &i->block, "no-good-address", &i->block.place,
			    "correct one of them", "none of its addresses can be used");
	else if (!i->advertised.count)
		diag_warning(conf, "no-address", &i->block.place, "write `virtual_ipaddress { … }`",
			     "%s has no address to hold", i->block.name);
}

static void vrid_once(struct validation *v, struct conf_instance *i)
{
	struct {
		char link[LIMIT_LINK_NAME];
		uint8_t vrid;
	} key = { .vrid = (uint8_t)i->vrid.number };
	struct conf_instance **slot;

	if (i->block.broken)
		return;
	memcpy(key.link, i->link.text, strlen(i->link.text));
	slot = (struct conf_instance **)(void *)map_slot(&v->vrids, &key, sizeof(key));
	if (*slot)
		block_break(v->conf, &i->block, "duplicate-vrid", i->vrid.place,
			       "every instance of a link needs its own number",
			       "virtual_router_id %d on %s is taken by %.64s in %s", key.vrid,
			       i->link.text, (*slot)->block.name,
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
	if (!*slot || (*slot)->block.broken)
		*slot = i;
	else if (*slot != i)
		block_break(v->conf, &i->block, "address-shared", &a->place,
			       "leave it in one of the two", "%s is an address of %.64s already",
			       addr_print(&a->prefix.addr, text, sizeof(text)), (*slot)->block.name);
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

			if (own < 0 && !i->block.broken)
				block_break(v->conf, &i->block, "too-many", &a->place, NULL,
					       "more than %d interfaces are named",
					       LIMIT_LINKS - 1);
			a->link_index = (uint32_t)(own < 0 ? link : own);
			if (!i->block.broken)
				address_once(v, i, a);
		}
	}
}

static void instance(struct validation *v, struct conf_instance *i)
{
	inherit(v->conf, i);
	required(v->conf, i);
	version(v->conf, i);
	priority(v->conf, i);
	interval(v->conf, i);
	preemption(v->conf, i);
	authentication(v->conf, i);
	addresses(v->conf, i);
	vrid_once(v, i);
	links(v, i);
}

void validate(struct conf *conf)
{
	struct validation v = { .conf = conf };
	struct place whole = { .line = 0 };
	struct diag nothing_runs = { "nothing-runs", CONF_ERROR, CONF_CANNOT_RUN, whole, NULL };

	validate_track(conf);
	map_init(&v.vrids, &conf->arena);
	map_init(&v.addresses, &conf->arena);
	for (size_t at = 0; at < instance_count(conf); at++)
		instance(&v, instance_at(conf, at));
	validate_global(conf);
	validate_scripts(conf);
	if (!instance_count(conf))
		diag_warning(conf, "no-instance", &whole,
			     "write `vrrp_instance NAME { … }`", "no vrrp_instance is configured");
	else if (!conf_healthy_count(conf))
		diag_add(conf, &nothing_runs, "none of the instances can run");
}
