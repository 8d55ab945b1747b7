/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What instances and sync groups track. A line that says no weight has that of what it names; a
 * weight needs a priority that may move, which members of a sync group and owners have not: there
 * keepalived takes the line, or its weight, away, and so does this file. (It forgets tracked
 * processes in that, and so does this file.) */
#include "conf/conf_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 253 /* of the priorities 1..254: beyond that a failure is meant */

static struct conf_tracked *tracked_at(const struct conf_list *list, size_t at)
{
	return (struct conf_tracked *)list->items[at];
}

/* What is tracked, as somebody wrote it. */
static const char *name_of(const struct conf_tracked *t)
{
	return t->what.text;
}

static void once(struct conf *conf, const struct conf_list *list)
{
	struct map known;

	map_init(&known, &conf->arena);
	for (size_t at = 0; at < list->count; at++) {
		struct conf_tracked *t = tracked_at(list, at), **slot;

		if (t->block.broken)
			continue;
		slot = (struct conf_tracked **)(void *)map_slot(&known, name_of(t),
								strlen(name_of(t)));
		if (!*slot) {
			*slot = t;
			continue;
		}
		diag_error(conf, "duplicate-name", &t->block.place, "take one of the two away",
			   "%s stands in %s already: this one is left out", name_of(t),
			   diag_line(conf, &(*slot)->block.place, &t->block.place));
		t->block.broken = "it is tracked already";
	}
}

/* 254 and -254 are what older releases took for `it fails`. */
static void weight_reduce(struct conf *conf, const struct conf_list *list)
{
	for (size_t at = 0; at < list->count; at++) {
		struct conf_tracked *t = tracked_at(list, at);
		int64_t reduced = t->weight.number < 0 ? -WEIGHT_MAX : WEIGHT_MAX;

		if (!t->weight.set || llabs(t->weight.number) <= WEIGHT_MAX)
			continue;
		diag_warning(conf, "weight-reduced", t->weight.place,
			     "write a number in -253..253",
			     "weight %" PRId64 " of %s becomes %" PRId64, t->weight.number,
			     name_of(t), reduced);
		setting_adjust(&t->weight, reduced);
	}
}

/* The setting of a row in the block that is named, or NULL. */
static const struct setting *row_setting(const struct conf *conf, const struct conf_block *block,
					 const char *keyword, const char *option)
{
	const struct keyword *k = keyword_find(&conf->keywords, block->kind, keyword);
	const struct argument *a = k ? k->arguments : NULL;

	if (!option)
		return k && k->at ? model_setting(block, k->at) : NULL;
	for (; a && a->type != ARGUMENT_NONE; a++)
		if (argument_is_option(a, option) && a->at)
			return model_setting(block, a->at);
	return NULL;
}

static void weight_inherit(const struct conf *conf, const struct conf_list *list)
{
	for (size_t at = 0; at < list->count; at++) {
		struct conf_tracked *t = tracked_at(list, at);
		const struct conf_block *target = t->what.target;
		const struct setting *weight, *reverse;

		if (t->block.broken || !target)
			continue;
		weight = row_setting(conf, target, "weight", NULL);
		reverse = row_setting(conf, target, "weight", "reverse");
		if (weight)
			setting_inherit(&t->weight, weight);
		if (!reverse || !reverse->number || t->reverse.set)
			continue;
		setting_inherit(&t->reverse, reverse);
		t->reverse.number = 1; /* of noreverse|reverse */
	}
}

static void prepare(struct conf *conf, const struct conf_trackers *trackers)
{
	const struct conf_list *named[] = { &trackers->scripts, &trackers->files,
					    &trackers->processes, &trackers->bfds };

	once(conf, &trackers->links);
	weight_reduce(conf, &trackers->links);
	weight_reduce(conf, &trackers->scripts);
	for (size_t l = 0; l < sizeof(named) / sizeof(named[0]); l++) {
		once(conf, named[l]);
		weight_inherit(conf, named[l]);
	}
}

static void own_link(struct conf *conf, struct conf_instance *i)
{
	for (size_t at = 0; at < i->trackers.links.count; at++) {
		struct conf_tracked *t = tracked_at(&i->trackers.links, at);

		if (t->block.broken || !i->link.set || strcmp(name_of(t), i->link.text) != 0)
			continue;
		diag_warning(conf, "own-interface", &t->block.place, "take it away",
			     "%s is the instance's own interface and tracked anyway: it is ignored",
			     name_of(t));
		t->block.broken = "it is the instance's own interface";
	}
}

/* Why weights of an instance cannot count, or NULL. */
static const char *weightless(const struct conf_instance *i)
{
	if (i->group && !i->group->tracking_weight.number)
		return "in a sync group";
	return i->priority.number == 255 ? "with priority 255" : NULL;
}

static void weight_refuse(struct conf *conf, struct conf_tracked *t, bool keep, const char *why)
{
	if (t->block.broken || !t->weight.number)
		return;
	diag_warning(conf, "weight-refused", &t->block.place, "write `weight 0`",
		     "the weight %" PRId64 " of %s does not count %s: %s", t->weight.number,
		     name_of(t), why, keep ? "0 is used" : "it is not tracked");
	if (keep)
		setting_adjust(&t->weight, 0);
	else
		t->block.broken = "a weight does not count here";
}

/* Interfaces are tracked on without weight in a group, files when their weight is the default. */
static void weights_refuse(struct conf *conf, struct conf_instance *i, const char *why)
{
	const struct conf_trackers *t = &i->trackers;
	bool is_member = i->group && !i->group->tracking_weight.number;

	for (size_t at = 0; at < t->links.count; at++)
		weight_refuse(conf, tracked_at(&t->links, at), is_member, why);
	for (size_t at = 0; at < t->scripts.count; at++)
		weight_refuse(conf, tracked_at(&t->scripts, at), false, why);
	for (size_t at = 0; at < t->files.count; at++)
		weight_refuse(conf, tracked_at(&t->files, at),
			      tracked_at(&t->files, at)->weight.number == 1, why);
	for (size_t at = 0; at < t->bfds.count; at++)
		weight_refuse(conf, tracked_at(&t->bfds, at), false, why);
}

void validate_instance_trackers(struct conf *conf, struct conf_instance *i)
{
	const char *why = weightless(i);

	prepare(conf, &i->trackers);
	own_link(conf, i);
	if (why)
		weights_refuse(conf, i, why);
}

static bool has_owner(const struct conf_sync_group *group)
{
	for (size_t at = 0; at < group->members.count; at++) {
		const struct conf_word *member = (struct conf_word *)group->members.items[at];
		const struct conf_instance *i = (const struct conf_instance *)member->value.target;

		if (!member->block.broken && i->priority.number == 255)
			return true;
	}
	return false;
}

void validate_group_trackers(struct conf *conf, struct conf_sync_group *group)
{
	const struct conf_trackers *t = &group->trackers;
	const struct conf_list *lists[] = { &t->links, &t->scripts, &t->files, &t->processes,
					    &t->bfds };

	prepare(conf, t);
	if (!has_owner(group))
		return;
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (size_t at = 0; at < lists[l]->count; at++)
			weight_refuse(conf, tracked_at(lists[l], at), true,
				      "with a member of priority 255");
}
