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

static void default_number(struct setting *setting, int64_t number)
{
	if (!setting->set)
		setting->number = number;
}

static int64_t global_number(const struct setting *global, int64_t otherwise)
{
	return global->set ? global->number : otherwise;
}

static void required(struct conf *conf, struct conf_instance *i)
{
	struct conf_global *g = &conf->global;

	if (!i->link.set && !i->broken)
		instance_break(conf, i, "missing-interface", &i->place, "write `interface NAME`",
			       "interface is not set");
	if (!i->vrid.set && !i->broken)
		instance_break(conf, i, "missing-vrid", &i->place,
			       "write `virtual_router_id 1..255`, the same on all its servers",
			       "virtual_router_id is not set");
	default_number(&i->version, global_number(&g->version, 2));
	if (i->version.number == 3 && !i->broken)
		instance_break(conf, i, "version-3-not-yet",
			       i->version.set ? &i->version.place : &g->version.place,
			       "version 2 works", "VRRP version 3 comes in a later release");
}

/* RFC 3768 5.3.7: whole seconds in one octet. Rounded as keepalived does, and never to 0. */
static void interval(struct conf *conf, struct conf_instance *i)
{
	int64_t seconds;
	char text[32];

	default_number(&i->advert_interval, SECOND_US);
	seconds = (i->advert_interval.number + SECOND_US / 2) / SECOND_US;
	if (seconds < 1)
		seconds = 1;
	if (i->advert_interval.number != seconds * SECOND_US)
		diag_warning(conf, "interval-rounded", &i->advert_interval.place,
			     "all servers of a version 2 instance must use the same whole seconds",
			     "advert_int %s is rounded to %" PRId64 ": version 2 has whole seconds",
			     number_seconds_print(i->advert_interval.number, text), seconds);
	i->advert_interval.number = seconds * SECOND_US;
}

static void authentication(struct conf *conf, struct conf_instance *i)
{
	bool ah = i->auth_type.set && i->auth_type.number == 1;

	if (ah && !i->broken)
		instance_break(conf, i, "auth-ah", &i->auth_type.place, "use PASS, or none",
			       "auth_type AH is not supported");
	if (i->auth_type.set && !ah && (!i->auth_pass.set || !*i->auth_pass.text))
		diag_warning(conf, "no-password", &i->auth_type.place, "write `auth_pass`",
			     "auth_type without auth_pass: adverts go without authentication");
	if (!i->auth_type.set && i->auth_pass.set)
		diag_warning(conf, "no-auth-type", &i->auth_pass.place, "write `auth_type PASS`",
			     "auth_pass without auth_type: adverts go without authentication");
	i->auth_type.number = i->auth_type.set && !ah && i->auth_pass.set && *i->auth_pass.text ?
				      ADVERT_AUTH_PASS :
				      ADVERT_AUTH_NONE;
}

static void preemption(struct conf *conf, struct conf_instance *i)
{
	default_number(&i->preempt, true);
	default_number(&i->preempt_delay, 0);
	if (!i->preempt.number && i->priority.number == ADVERT_PRIORITY_OWNER) {
		diag_warning(conf, "nopreempt-cleared", &i->preempt.place, NULL,
			     "nopreempt does not go with priority 255: it is ignored");
		i->preempt.number = true;
	}
	if (!i->preempt.number && i->state.number) {
		diag_warning(conf, "nopreempt-cleared", &i->preempt.place,
			     "write `state BACKUP` on all servers",
			     "nopreempt does not go with state MASTER: it is ignored");
		i->preempt.number = true;
	}
	if (i->preempt_delay.number && i->state.number) {
		diag_warning(conf, "preempt-delay-cleared", &i->preempt_delay.place,
			     "write `state BACKUP` on all servers",
			     "preempt_delay does not go with state MASTER: it is ignored");
		i->preempt_delay.number = 0;
	}
	if (i->preempt_delay.number && !i->preempt.number) {
		diag_warning(conf, "preempt-delay-cleared", &i->preempt_delay.place, NULL,
			     "preempt_delay does not go with nopreempt: it is ignored");
		i->preempt_delay.number = 0;
	}
}

static void priority(struct conf *conf, struct conf_instance *i)
{
	if (!i->priority.set && i->state.number)
		diag_hint(conf, "priority-owner", &i->place,
			  "write `priority 200`, say, unless the server itself owns the addresses",
			  "%s: state MASTER without priority means 255, the owner of the addresses",
			  i->name);
	default_number(&i->priority, i->state.number ? ADVERT_PRIORITY_OWNER : PRIORITY_DEFAULT);
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
		     i->name, LIMIT_ADVERT_ADDRESSES);
	for (size_t at = LIMIT_ADVERT_ADDRESSES; at < from->count; at++) {
		to->items = arena_grow(&conf->arena, to->items, sizeof(*to->items), to->count,
				       &to->room);
		to->items[to->count++] = from->items[at];
	}
	from->count = LIMIT_ADVERT_ADDRESSES;
}

static void addresses(struct conf *conf, struct conf_instance *i)
{
	move_surplus(conf, i);
	if (i->broken)
		return;
	if (i->begins_ipv6)
		instance_break(conf, i, "ipv6-needs-version-3", &i->place, NULL,
			       "it is an IPv6 instance, and IPv6 comes with VRRPv3 in a later "
			       "release");
	else if (!i->advertised.count && i->bad_address_count)
		instance_break(conf, i, "no-good-address", &i->place, NULL,
			       "none of its addresses can be used");
	else if (!i->advertised.count)
		diag_warning(conf, "no-address", &i->place, "write `virtual_ipaddress { … }`",
			     "%s has no address to hold", i->name);
}

static void vrid_once(struct validation *v, struct conf_instance *i)
{
	struct {
		char link[LIMIT_LINK_NAME];
		uint8_t vrid;
	} key = { .vrid = (uint8_t)i->vrid.number };
	struct conf_instance **slot;

	if (i->broken)
		return;
	memcpy(key.link, i->link.text, strlen(i->link.text));
	slot = (struct conf_instance **)(void *)map_slot(&v->vrids, &key, sizeof(key));
	if (*slot)
		instance_break(v->conf, i, "duplicate-vrid", &i->vrid.place,
			       "every instance of a link needs its own number",
			       "virtual_router_id %d on %s is taken by %.64s in %s", key.vrid,
			       i->link.text, (*slot)->name,
			       diag_line(v->conf, &(*slot)->vrid.place, &i->vrid.place));
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
	if (!*slot || (*slot)->broken)
		*slot = i;
	else if (*slot != i)
		instance_break(v->conf, i, "address-shared", &a->place,
			       "leave it in one of the two", "%s is an address of %.64s already",
			       addr_print(&a->prefix.addr, text, sizeof(text)), (*slot)->name);
}

static void links(struct validation *v, struct conf_instance *i)
{
	struct conf_addresses *lists[] = { &i->advertised, &i->excluded };
	int64_t link = link_use(v->conf, i->link.set ? i->link.text : "");

	if (link < 0) {
		instance_break(v->conf, i, "too-many", &i->link.place, NULL,
			       "more than %d interfaces are named", LIMIT_LINKS - 1);
		link = link_use(v->conf, "");
	}
	i->link_index = (uint32_t)link;
	for (size_t l = 0; l < 2; l++) {
		for (size_t at = 0; at < lists[l]->count; at++) {
			struct conf_address *a = &lists[l]->items[at];
			int64_t own = a->link ? link_use(v->conf, a->link) : link;

			if (own < 0 && !i->broken)
				instance_break(v->conf, i, "too-many", &a->place, NULL,
					       "more than %d interfaces are named",
					       LIMIT_LINKS - 1);
			a->link_index = (uint32_t)(own < 0 ? link : own);
			if (!i->broken)
				address_once(v, i, a);
		}
	}
}

static void instance(struct validation *v, struct conf_instance *i)
{
	struct conf_global *g = &v->conf->global;

	required(v->conf, i);
	default_number(&i->state, false);
	priority(v->conf, i);
	interval(v->conf, i);
	preemption(v->conf, i);
	authentication(v->conf, i);
	default_number(&i->garp_delay, global_number(&g->garp_delay, 5));
	default_number(&i->garp_repeat, global_number(&g->garp_repeat, 5));
	addresses(v->conf, i);
	vrid_once(v, i);
	links(v, i);
}

void validate(struct conf *conf)
{
	struct validation v = { .conf = conf };
	struct place whole = { .line = 0 };
	struct diag nothing_runs = { "nothing-runs", CONF_ERROR, CONF_CANNOT_RUN, whole, NULL };

	map_init(&v.vrids, &conf->arena);
	map_init(&v.addresses, &conf->arena);
	for (size_t at = 0; at < conf->instance_count; at++)
		instance(&v, conf->instances[at]);
	if (!conf->instance_count)
		diag_warning(conf, "no-instance", &whole,
			     "write `vrrp_instance NAME { … }`", "no vrrp_instance is configured");
	else if (!conf_healthy_count(conf))
		diag_add(conf, &nothing_runs, "none of the instances can run");
}
