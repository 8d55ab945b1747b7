/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync groups: who is a member of which, and what the group hands down. A member that does not
 * exist or is in another group already is left out of it; a group that nobody is left in, whole.
 * keepalived lets a member that is to be MASTER begin as BACKUP when another is not: that belongs
 * to the running of groups, and state stays what was written here. */
#include "conf/conf_private.h"

#include <string.h>

static struct conf_word *member_at(const struct conf_sync_group *group, size_t at)
{
	return (struct conf_word *)group->members.items[at];
}

static void member_take(struct conf *conf, struct conf_sync_group *group, struct conf_word *member)
{
	struct conf_instance *i = (struct conf_instance *)(uintptr_t)member->value.target;
	const struct conf_sync_group *other = i->group;

	if (!other) {
		i->group = group;
		return;
	}
	diag_error(conf, "duplicate-name", &member->block.place,
		   arena_format(&conf->arena, "an instance can be in one group, and %s is in %s",
				i->block.name, other->block.name),
		   "%s is a member of %s already: it is left out", i->block.name,
		   other->block.name);
	member->block.broken = "it is a member of another group";
}

/* Members that count; an owner among others never hands the group over. */
static unsigned members_count(struct conf *conf, const struct conf_sync_group *group)
{
	unsigned count = 0, owners = 0;

	for (size_t at = 0; at < group->members.count; at++) {
		const struct conf_word *member = member_at(group, at);
		const struct conf_instance *i = (const struct conf_instance *)member->value.target;

		if (member->block.broken)
			continue;
		count++;
		owners += i->priority.number == 255;
	}
	if (owners && owners < count)
		diag_warning(conf, "mixed-owners", &group->block.place,
			     "give all members priority 255, or none",
			     "%s: some members own their addresses, some do not",
			     group->block.name);
	return count;
}

static void members(struct conf *conf, struct conf_sync_group *group)
{
	unsigned count;

	for (size_t at = 0; at < group->members.count; at++)
		if (!member_at(group, at)->block.broken)
			member_take(conf, group, member_at(group, at));
	count = members_count(conf, group);
	if (count == 1)
		diag_hint(conf, "one-member", &group->block.place,
			  "write all instances that belong together into `group`",
			  "%s has one instance only", group->block.name);
	if (count || block_is_wrong(&group->block))
		return;
	/* What is wrong with names was said already. */
	if (group->members.count || group->block.has_stray)
		group->block.broken = "none of its instances is there";
	else
		block_break(conf, &group->block, "missing-block", &group->block.place,
			    "write `group { INSTANCE … }`", "it has no instance");
}

/* A group that is left out has no say. */
static void members_free(struct conf *conf, const struct conf_sync_group *group)
{
	for (size_t at = 0; at < instance_count(conf); at++)
		if (instance_at(conf, at)->group == group)
			instance_at(conf, at)->group = NULL;
}

static void priority_changes(struct conf *conf)
{
	for (size_t at = 0; at < instance_count(conf); at++) {
		struct conf_instance *i = instance_at(conf, at);

		if (i->group)
			setting_inherit(&i->notify_priority_changes,
					&i->group->notify_priority_changes);
		setting_inherit(&i->notify_priority_changes,
				&conf->global->vrrp.notify_priority_changes);
	}
}

void validate_groups(struct conf *conf)
{
	const struct conf_list *groups = &conf->global->sync_groups;

	for (size_t at = 0; at < groups->count; at++) {
		struct conf_sync_group *group = (struct conf_sync_group *)groups->items[at];

		validate_inherited(conf, &group->block);
		if (!conf->global->mail.alert_vrrp.set && conf->global->mail.alert.set)
			setting_inherit(&group->smtp_alert, &conf->global->mail.alert);
		if (!block_is_wrong(&group->block))
			members(conf, group);
		validate_group_trackers(conf, group);
		if (group->block.broken)
			members_free(conf, group);
	}
	priority_changes(conf);
}
