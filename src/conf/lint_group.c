/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about sync groups, whose members go together and are configured one by one, and about mail,
 * which comes from settings in three places. */
#include "conf/lint.h"

#include <inttypes.h>
#include <string.h>

static const struct conf_instance *member_at(const struct conf_sync_group *g, size_t i)
{
	const struct conf_word *member = (const struct conf_word *)g->members.items[i];

	return member->block.broken ? NULL : (const struct conf_instance *)member->value.target;
}

/* The next member that is there, and `at` behind it; NULL: there is none. */
static const struct conf_instance *member_next(const struct conf_sync_group *g, size_t *at)
{
	const struct conf_instance *member = NULL;

	while (!member && *at < g->members.count)
		member = member_at(g, (*at)++);
	return member;
}

/* Each pair of the first member and another one. */
static void members_compare(struct lint *l,
			    void (*compare)(struct lint *l, const struct conf_sync_group *g,
					    const struct conf_instance *first,
					    const struct conf_instance *other))
{
	const struct conf_list *groups = &l->conf->global->sync_groups;

	for (size_t i = 0; i < groups->count; i++) {
		const struct conf_sync_group *g = (const struct conf_sync_group *)groups->items[i];
		size_t at = 0;
		const struct conf_instance *first = member_next(g, &at), *other;

		while ((other = member_next(g, &at)))
			compare(l, g, first, other);
	}
}

static void priority_compare(struct lint *l, const struct conf_sync_group *g,
			     const struct conf_instance *first, const struct conf_instance *other)
{
	/* Of owners among others validate_sync.c speaks. */
	if (first->priority.number != other->priority.number && first->priority.number != 255 &&
	    other->priority.number != 255)
		lint_say(l, lint_place(&other->priority, &other->block),
			 "give the members of a group one priority on each server",
			 "%s has priority %" PRId64 ", %s in the same group %s has %" PRId64
			 ": where another server has them the other way round, the group goes to "
			 "and fro",
			 other->block.name, other->priority.number, first->block.name,
			 g->block.name, first->priority.number);
}

static void group_priorities(struct lint *l)
{
	members_compare(l, priority_compare);
}

static void preempt_compare(struct lint *l, const struct conf_sync_group *g,
			    const struct conf_instance *first, const struct conf_instance *other)
{
	if (first->preempt.number != other->preempt.number)
		lint_say(l, lint_place(&other->preempt, &other->block),
			 "write nopreempt in all members or in none",
			 "%s and %s are in the group %s, and one of them has nopreempt",
			 other->block.name, first->block.name, g->block.name);
}

static void group_preempt(struct lint *l)
{
	members_compare(l, preempt_compare);
}

static void state_compare(struct lint *l, const struct conf_sync_group *g,
			  const struct conf_instance *first, const struct conf_instance *other)
{
	if (first->state.number != other->state.number)
		lint_say(l, lint_place(&other->state, &other->block),
			 "write one state in all members",
			 "%s and %s are in the group %s with different states: all begin as BACKUP",
			 other->block.name, first->block.name, g->block.name);
}

static void group_states(struct lint *l)
{
	members_compare(l, state_compare);
}

static void interval_compare(struct lint *l, const struct conf_sync_group *g,
			     const struct conf_instance *first, const struct conf_instance *other)
{
	if (first->advert_interval.number != other->advert_interval.number)
		lint_say(l, lint_place(&other->advert_interval, &other->block),
			 "write one advert_int in all members",
			 "%s and %s are in the group %s and notice a failure at different times",
			 other->block.name, first->block.name, g->block.name);
}

static void group_intervals(struct lint *l)
{
	members_compare(l, interval_compare);
}

/* Interfaces are not compared: each member has its own. */
static void watched_lists(const struct conf_instance *i, const struct conf_list *lists[4])
{
	lists[0] = &i->trackers.scripts;
	lists[1] = &i->trackers.processes;
	lists[2] = &i->trackers.files;
	lists[3] = &i->trackers.bfds;
}

static void watched_collect(struct map *watched, const struct conf_instance *i)
{
	const struct conf_list *lists[4];

	watched_lists(i, lists);
	for (size_t n = 0; n < 4; n++)
		for (size_t at = 0; at < lists[n]->count; at++) {
			struct conf_tracked *t = (struct conf_tracked *)lists[n]->items[at];

			*map_slot(watched, &t->what.target, sizeof(t->what.target)) = t;
		}
}

/* What one member watches takes the whole group along, and its weight that member alone. */
static void watched_compare(struct lint *l, const struct conf_sync_group *g,
			    const struct map *watched, const struct conf_instance *first,
			    const struct conf_instance *other)
{
	const struct conf_list *lists[4];

	watched_lists(other, lists);
	for (size_t n = 0; n < 4; n++)
		for (size_t at = 0; at < lists[n]->count; at++) {
			const struct conf_tracked *t =
				(const struct conf_tracked *)lists[n]->items[at];

			if (!t->what.target ||
			    map_find(watched, &t->what.target, sizeof(t->what.target)))
				continue;
			lint_say(l, &t->block.place,
				 "write what concerns all members into the group itself",
				 "%s watches %s and %s, in the same group %s, does not",
				 other->block.name, t->what.text, first->block.name,
				 g->block.name);
		}
}

static void group_trackers(struct lint *l)
{
	const struct conf_list *groups = &l->conf->global->sync_groups;

	for (size_t i = 0; i < groups->count; i++) {
		const struct conf_sync_group *g = (const struct conf_sync_group *)groups->items[i];
		size_t at = 0;
		const struct conf_instance *first = member_next(g, &at), *other;
		struct map watched;

		if (!first)
			continue;
		map_init(&watched, &l->conf->arena);
		watched_collect(&watched, first);
		while ((other = member_next(g, &at)))
			watched_compare(l, g, &watched, first, other);
	}
}

/* -- mail -- */

static const struct setting *alert_of(const struct conf_global *g)
{
	return g->mail.alert_vrrp.set ? &g->mail.alert_vrrp : &g->mail.alert;
}

static bool is_alerting(const struct setting *alert)
{
	return alert->set && alert->number;
}

/* The first setting that wants mail, or NULL. */
static const struct setting *first_alert(const struct lint *l)
{
	const struct conf_global *g = l->conf->global;

	if (is_alerting(alert_of(g)))
		return alert_of(g);
	for (size_t i = 0; i < g->instances.count; i++)
		if (is_alerting(&instance_at(l->conf, i)->smtp_alert))
			return &instance_at(l->conf, i)->smtp_alert;
	for (size_t i = 0; i < g->sync_groups.count; i++) {
		const struct conf_sync_group *group =
			(const struct conf_sync_group *)g->sync_groups.items[i];

		if (is_alerting(&group->smtp_alert))
			return &group->smtp_alert;
	}
	return NULL;
}

static void mail_to_nobody(struct lint *l)
{
	const struct conf_mail *mail = &l->conf->global->mail;
	const struct setting *alert = first_alert(l);

	if (alert && (!mail->server.set || !mail->recipients.count))
		lint_say(l, alert->place,
			 "write smtp_server and notification_email into global_defs",
			 "smtp_alert is on, and there is no %s: no mail is sent",
			 mail->server.set ? "notification_email" : "smtp_server");
}

/* Mail of instances is off by default: people wait for it in vain. */
static void mail_of_nothing(struct lint *l)
{
	const struct conf_mail *mail = &l->conf->global->mail;

	if (mail->server.set && mail->recipients.count && !first_alert(l) &&
	    l->conf->global->instances.count && !l->conf->global->balance.servers.count)
		lint_say(l, mail->server.place, "write `smtp_alert` into the instances, or "
						"`smtp_alert yes` into global_defs",
			 "mail is set up, and no instance sends any");
}

static const struct lint_rule rows[] = {
	{ "group-priorities", CONF_HINT, .whole = group_priorities },
	{ "group-preempt", CONF_HINT, .whole = group_preempt },
	{ "group-states", CONF_HINT, .whole = group_states },
	{ "group-intervals", CONF_HINT, .whole = group_intervals },
	{ "group-trackers", CONF_HINT, .whole = group_trackers },
	{ "mail-to-nobody", CONF_HINT, .whole = mail_to_nobody },
	{ "mail-of-nothing", CONF_HINT, .whole = mail_of_nothing },
};

const struct lint_rules lint_rules_group = { rows, sizeof(rows) / sizeof(rows[0]) };
