/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reload does with a difference, in sentences. They say what node/change.c and the cores do,
 * and are true only as long as both agree: whoever changes what a reload does changes them here,
 * and whoever adds a keyword that a running instance notices adds a row. A value without a sentence
 * takes effect with the configuration and disturbs nothing. */
#include "conf/diff.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void effect_add(struct conf_diff *d, struct conf_difference *x, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void effect_add(struct conf_diff *d, struct conf_difference *x, const char *format, ...)
{
	const char **larger = arena_alloc(&d->arena, (x->effect_count + 1) * sizeof(*larger));
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	diag_clean(text);
	if (x->effect_count)
		memcpy(larger, x->effects, x->effect_count * sizeof(*larger));
	larger[x->effect_count++] = arena_copy(&d->arena, text, strlen(text));
	x->effects = larger;
}

/* -- addresses -- */

static const struct piece *address_in(const struct side *side, const struct piece *line)
{
	return map_find(&side->addresses, line->address, strlen(line->address));
}

/* Who has this address in the other configuration, and is not the counterpart of its instance. */
static bool is_of_another(const struct piece *line, const struct piece *other)
{
	return other && other->block != line->block->peer;
}

struct moves {
	unsigned added, removed, came, left;
};

/* The addresses of an instance that goes on. One that an ending instance has goes with it. */
static struct moves moves_of(const struct conf_diff *d, const struct piece *before,
			     const struct piece *after)
{
	struct moves m = { .added = 0 };

	for (const struct piece *p = after->first; p; p = p->next) {
		const struct piece *other = p->address ? address_in(&d->before, p) : NULL;

		if (!p->address)
			continue;
		m.came += is_of_another(p, other) && other->block->goes_on;
		m.added += !other || (is_of_another(p, other) && !other->block->goes_on);
	}
	for (const struct piece *p = before->first; p; p = p->next) {
		const struct piece *other = p->address ? address_in(&d->after, p) : NULL;

		if (!p->address)
			continue;
		m.left += is_of_another(p, other) && other->block->goes_on;
		m.removed += !other || (is_of_another(p, other) && !other->block->goes_on);
	}
	return m;
}

static void count_say(struct conf_diff *d, struct conf_difference *x, unsigned count,
		      const char *one, const char *many)
{
	if (count)
		effect_add(d, x, "%u %s", count, count == 1 ? one : many);
}

static void moves_say(struct conf_diff *d, struct conf_difference *x, const struct moves *m)
{
	count_say(d, x, m->added, "address is added, and announced, where it is MASTER",
		  "addresses are added, and announced, where it is MASTER");
	count_say(d, x, m->removed, "address is taken away", "addresses are taken away");
	count_say(d, x, m->came,
		  "address comes from another instance: it stays where this server is MASTER of "
		  "both",
		  "addresses come from another instance: they stay where this server is MASTER of "
		  "both");
	count_say(d, x, m->left, "address goes to another instance",
		  "addresses go to another instance");
}

/* -- instances -- */

static const char *name_of(const struct piece *instance)
{
	return instance->instance->block.name;
}

static void starts_say(struct conf_diff *d, struct conf_difference *x, const struct piece *after,
		       const char *what)
{
	if (after->instance->priority.number == 255)
		effect_add(d, x, "%s: the owner, MASTER at once", what);
	else
		effect_add(d, x, "%s: starts as BACKUP and listens first", what);
}

static void ends_say(struct conf_diff *d, struct conf_difference *x, const char *what)
{
	effect_add(d, x,
		   "%s: where it is MASTER, it says farewell and gives up its addresses; another "
		   "server takes over within its skew time",
		   what);
}

static const char *identity_text(struct conf_diff *d, const struct conf_instance *i)
{
	return arena_format(&d->arena, "%s VRID %" PRId64, link_text(&d->arena, i),
			    i->vrid.number);
}

/* Of one name, and still not the same to the daemon. */
static void replaced_say(struct conf_diff *d, struct conf_difference *x, const struct piece *before,
			 const struct piece *after)
{
	bool ran = !before->shown.broken, runs = !after->shown.broken;

	if (ran && runs) {
		d->counts.replaced++;
		effect_add(d, x, "another virtual router: %s, before %s",
			   identity_text(d, after->instance), identity_text(d, before->instance));
	} else if (ran) {
		d->counts.removed++;
	} else if (runs) {
		d->counts.added++;
	}
	if (ran)
		ends_say(d, x, runs ? "the old one" : "removed");
	if (runs)
		starts_say(d, x, after, ran ? "the new one" : "new, it could not run before");
	if (!ran && !runs)
		effect_add(d, x, "could not run before, and cannot now");
}

static void goes_on_say(struct conf_diff *d, struct conf_difference *x, const struct piece *before,
			const struct piece *after)
{
	struct moves moves = moves_of(d, before, after);

	d->counts.changed++;
	effect_add(d, x, "goes on: its state and its timers stay");
	if (strcmp(name_of(before), name_of(after)) != 0)
		effect_add(d, x, "renamed: log and scripts call it %s, no longer %s",
			   name_of(after), name_of(before));
	moves_say(d, x, &moves);
}

void diff_effect_instance(struct conf_diff *d, struct conf_difference *x,
			  const struct piece *before, const struct piece *after)
{
	const struct piece *one = before ? before : after;

	if (after && after->goes_on) {
		goes_on_say(d, x, before, after);
	} else if (before && after) {
		replaced_say(d, x, before, after);
	} else if (one->shown.broken) {
		if (before)
			effect_add(d, x, "could not run before");
	} else if (after) {
		d->counts.added++;
		starts_say(d, x, after, "new");
	} else {
		d->counts.removed++;
		ends_say(d, x, "removed");
	}
	if (after && after->shown.broken)
		effect_add(d, x, "cannot run: %s", after->shown.broken);
}

/* -- values -- */

#define TOGETHER "change all servers together, or two may be MASTER meanwhile"

static const struct {
	const char *block, *keyword, *effect;
} effects[] = {
	{ "vrrp_instance", "priority",
	  "is in its next advert; who is MASTER changes only as the servers hear each other" },
	{ "vrrp_instance", "advert_int",
	  "a shorter one counts at once, a longer one from the next advert on; with version 2, "
	  "servers with another one are not heard: " TOGETHER },
	{ "vrrp_instance", "version", "servers of the other version are not heard: " TOGETHER },
	{ "authentication", "auth_type",
	  "servers with another authentication are not heard: " TOGETHER },
	{ "authentication", "auth_pass",
	  "servers with another password are not heard: " TOGETHER },
	{ "vrrp_instance", "auth_hmac",
	  "servers without the same keys are not heard: begin with `mode receive-only` on all of "
	  "them, then `permissive`, then `enforce`" },
	{ "auth_hmac", "key",
	  "taken at once; servers that do not have it do not hear adverts that are signed with it: "
	  "give it to all before it becomes `active_key`" },
	{ "auth_hmac", "active_key",
	  "from the next advert on; servers that do not have this key do not hear it" },
	{ "auth_hmac", "mode", "from the next advert on" },
	{ "auth_hmac", "anti_replay", "from the next advert on" },
	{ "auth_hmac", "time_window", "from the next advert on" },
	{ "vrrp_instance", "unicast_peer",
	  "from the next advert on; who is not in the list is not heard: " TOGETHER },
	{ "vrrp_instance", "unicast_src_ip",
	  "from the next advert on; peers that do not list it do not hear it: " TOGETHER },
	{ "vrrp_instance", "mcast_src_ip", "from the next advert on" },
	{ "vrrp_instance", "mcast_dst_ip",
	  "servers that use another group are not heard: " TOGETHER },
	{ "vrrp_instance", "v3_checksum_as_v2",
	  "from the next advert on; vipd takes both, keepalived only its own" },
	{ "vrrp_instance", "vipd_check_unicast_src", "from the next advert on" },
	{ "vrrp_instance", "vipd_yield_to_strangers", "from the next advert on" },
	{ "vrrp_instance", "down_timer_adverts", "from the next advert on" },
	{ "vrrp_instance", "timer_expired_backup", "from the next late timer on" },
	{ "vrrp_instance", "preempt", "counts from the next advert of a lower priority on" },
	{ "vrrp_instance", "nopreempt", "counts from the next advert of a lower priority on" },
	{ "vrrp_instance", "preempt_delay",
	  "a delay that runs already ends no later than the new one" },
	{ "vrrp_instance", "state", "says nothing to an instance that runs already" },
	{ "vrrp_instance", "garp_master_delay", "from the next announcements on" },
	{ "vrrp_instance", "garp_master_repeat", "from the next announcements on" },
	{ "vrrp_instance", "notify", "from the next transition on" },
	{ "vrrp_instance", "notify_master", "from the next transition on" },
	{ "vrrp_instance", "notify_backup", "from the next transition on" },
	{ "vrrp_instance", "notify_fault", "from the next transition on" },
	{ "vrrp_instance", "notify_stop", "from the next transition on" },
	{ "global_defs", "router_id", "touches no instance" },
	{ "global_defs", "vrrp_version", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_garp_master_delay", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_garp_master_repeat", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_down_timer_adverts", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_lower_prio_no_advert", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_higher_prio_send_advert", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_owner_ignore_adverts", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_mcast_group4", "for instances that do not say theirs" },
	{ "global_defs", "vrrp_mcast_group6", "for instances that do not say theirs" },
	{ "global_defs", "v3_checksum_as_v2", "for instances that do not say theirs" },
	{ "global_defs", "vipd_check_unicast_src", "for instances that do not say theirs" },
	{ "global_defs", "vipd_yield_to_strangers", "for instances that do not say theirs" },
};

static void address_say(struct conf_diff *d, struct conf_difference *x, const struct piece *before,
			const struct piece *after)
{
	const struct piece *line = after ? after : before;
	const struct piece *other = address_in(after ? &d->before : &d->after, line);

	if (before && after) {
		if (strcmp(before->address, after->address) == 0)
			effect_add(d, x, "one that is there stays as it is: takes effect when it "
					 "is added the next time");
		else
			effect_add(d, x, "taken away from the one interface, added to the other");
	} else if (!other) {
		return;
	} else if (!is_of_another(line, other)) {
		effect_add(d, x, "the address itself stays");
	} else if (!other->block->goes_on) {
		effect_add(d, x, after ? "%s had it, which ends: it goes and comes again" :
					 "%s has it, which starts: it comes again when that is "
					 "MASTER",
			   name_of(other->block));
	} else {
		effect_add(d, x, after ? "%s had it: stays where this server is MASTER of both" :
					 "%s has it: stays where this server is MASTER of both",
			   name_of(other->block));
	}
}

/* The instance that it belongs to, however deep, or NULL. */
static const struct piece *instance_of(const struct piece *p)
{
	while (p && !p->instance)
		p = p->block;
	return p;
}

void diff_effect_value(struct conf_diff *d, struct conf_difference *x, const struct piece *before,
		       const struct piece *after)
{
	const struct piece *one = after ? after : before, *instance = instance_of(one);

	if (!one->is_block && !one->shown.works) {
		effect_add(d, x, "no effect in this release");
		return;
	}
	/* What ends or starts has said so for all that is in it. */
	if (instance && !instance->goes_on)
		return;
	if (one->address) {
		address_say(d, x, before, after);
		return;
	}
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]) && one->block->block; i++)
		if (strcmp(effects[i].block, one->block->shown.keyword) == 0 &&
		    strcmp(effects[i].keyword, one->shown.keyword) == 0)
			effect_add(d, x, "%s", effects[i].effect);
}

/* What a daemon has for its life. */
static const char *other_place(const struct conf *before, const struct conf *after)
{
	const struct conf_daemon *b = &before->global->daemon, *a = &after->global->daemon;

	if (strcmp(setting_text(&b->instance), setting_text(&a->instance)) != 0)
		return "another `instance` takes a restart of vipd";
	if (strcmp(setting_text(&b->net_namespace), setting_text(&a->net_namespace)) != 0)
		return "another `net_namespace` takes a restart of vipd";
	return NULL;
}

/* As judge() in daemon/reload.c, and is_at_home(). */
const char *diff_refusal(struct conf_diff *d)
{
	const struct conf *conf = d->after.conf;
	unsigned healthy = conf_healthy_count(conf), all = conf_instance_count(conf);

	if (!conf_is_read(conf))
		return "the configuration cannot be read";
	if (!conf_image_size(conf))
		return "the configuration is too large";
	if (all > 0 && healthy == 0)
		return "no instance of the configuration can run";
	for (size_t i = 0; i < all; i++) {
		const struct conf_block *block = &instance_at(conf, i)->block;

		if (block->broken)
			return arena_format(&d->arena, "%s cannot run: %s (%s:%u)", block->name,
					    block->broken, block->place.source->name,
					    block->place.line);
	}
	return conf_is_read(d->before.conf) ? other_place(d->before.conf, conf) : NULL;
}
