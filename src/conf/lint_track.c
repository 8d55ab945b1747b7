/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about what instances watch: scripts and their times, commands that need a shell, weights
 * that cannot do what they are for, and things that are defined and watched by nobody. */
#include "conf/lint.h"
#include "conf/number.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define PRIORITY_OWNER 255
#define PRIORITY_MOST 254

static struct conf_vrrp_script *script_at(const struct lint *l, size_t i)
{
	return (struct conf_vrrp_script *)l->conf->global->scripts.items[i];
}

/* The next run would begin when this one may not have ended: keepalived then skips it. */
static void timeout_too_long(struct lint *l)
{
	for (size_t i = 0; i < l->conf->global->scripts.count; i++) {
		const struct conf_vrrp_script *s = script_at(l, i);

		if (s->timeout.set && s->timeout.number && s->interval.number &&
		    s->timeout.number >= s->interval.number)
			lint_say(l, s->timeout.place, "write a timeout below the interval",
				 "%s may run as long as its interval: a run that hangs takes the "
				 "next one's turn",
				 s->block.name);
	}
}

static void slow_check(struct lint *l)
{
	for (size_t i = 0; i < l->conf->global->scripts.count; i++) {
		const struct conf_vrrp_script *s = script_at(l, i);
		int64_t time_us = s->interval.number * s->fall.number;
		char text[32], interval[32];

		if (time_us > 30 * SECOND_US)
			lint_say(l, lint_place(&s->interval, &s->block),
				 "a smaller interval or fall makes it shorter",
				 "%s is down for %s seconds before anybody is told: interval %s, "
				 "%" PRId64 " failures in a row",
				 s->block.name, number_seconds_print(time_us, text),
				 number_seconds_print(s->interval.number, interval),
				 s->fall.number);
	}
}

/* -- commands -- */

static bool is_shell(const char *program)
{
	const char *name = strrchr(program, '/');

	name = name ? name + 1 : program;
	return strcmp(name, "sh") == 0 || strcmp(name, "bash") == 0 || strcmp(name, "dash") == 0;
}

/* The first word that only a shell would understand, or NULL. */
static const char *shell_word(const struct conf_script *script)
{
	static const char *const words[] = { "|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1",
					     ">/dev/null", "&>/dev/null", "2>/dev/null" };

	for (uint32_t i = 0; i < script->word_count; i++) {
		const char *word = script->argv[i];
		size_t length = strlen(word);

		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			if (strcmp(word, words[w]) == 0)
				return word;
		if (strstr(word, "$(") || strchr(word, '`') ||
		    (length > 1 && word[length - 1] == ';'))
			return word;
	}
	return NULL;
}

static void command_check(struct lint *l, const struct setting *setting, const char *what)
{
	const struct conf_script *script = setting->script;
	const char *word = script && !is_shell(script->argv[0]) ? shell_word(script) : NULL;

	if (word)
		lint_say(l, setting->place, "put it into a script file, or write /bin/sh -c '…'",
			 "%s: there is no shell, so `%.32s` is an argument like any other", what,
			 word);
}

static void shell_syntax(struct lint *l)
{
	for (size_t i = 0; i < l->conf->global->scripts.count; i++)
		command_check(l, &script_at(l, i)->script, script_at(l, i)->block.name);
}

static void notify_check(struct lint *l, const struct setting *notify, const char *name)
{
	for (size_t n = 0; n < NOTIFY_N_; n++)
		if (notify[n].set)
			command_check(l, &notify[n], name);
}

static void shell_syntax_notify(struct lint *l, const struct conf_instance *i)
{
	notify_check(l, i->notify, i->block.name);
}

static void shell_syntax_group(struct lint *l)
{
	const struct conf_list *groups = &l->conf->global->sync_groups;

	for (size_t i = 0; i < groups->count; i++) {
		const struct conf_sync_group *g = (const struct conf_sync_group *)groups->items[i];

		notify_check(l, g->notify, g->block.name);
	}
}

/* -- weights -- */

struct weights {
	int64_t up, down; /* sums of the positive and of the negative ones */
	const struct conf_tracked *first; /* with a weight; NULL: none */
};

/* A line without a weight has got that of what it names (validate_tracked.c). */
static void weights_add(struct weights *w, const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct conf_tracked *t = (const struct conf_tracked *)list->items[i];
		int64_t weight = t->weight.number;

		if (t->block.broken)
			continue;
		if (weight && !w->first)
			w->first = t;
		if (weight > 0)
			w->up += weight;
		else
			w->down += weight;
	}
}

/* Without files: their weight is multiplied by what stands in them. */
static struct weights weights_of(const struct conf_instance *i)
{
	struct weights w = { 0 };

	/* Not those of files: they are multiplied by what stands in the file. */
	weights_add(&w, &i->trackers.links);
	weights_add(&w, &i->trackers.scripts);
	weights_add(&w, &i->trackers.processes);
	weights_add(&w, &i->trackers.bfds);
	return w;
}

void lint_weights(const struct conf_instance *i, int64_t *ret_up, int64_t *ret_down)
{
	struct weights w = weights_of(i);

	*ret_up = w.up;
	*ret_down = w.down;
}

static void weight_cut(struct lint *l, const struct conf_instance *i)
{
	struct weights w = weights_of(i);
	int64_t base = i->priority.number;

	if (base == PRIORITY_OWNER)
		return;
	if (base + w.up > PRIORITY_MOST)
		lint_say(l, &w.first->block.place, "lower the priority or the weights",
			 "priority %" PRId64 " and weights of %" PRId64
			 " together are cut to 254: a failure may change nothing",
			 base, w.up);
	else if (base + w.down < 1)
		lint_say(l, &w.first->block.place, "raise the priority, or use smaller weights",
			 "priority %" PRId64 " and weights of %" PRId64
			 " together are cut to 1: servers in trouble are equal then",
			 base, w.down);
}

/* A backup with nopreempt stays backup, however low the master falls. */
static void nopreempt_weight(struct lint *l, const struct conf_instance *i)
{
	struct weights w = weights_of(i);

	if (w.first && !i->preempt.number)
		lint_say(l, &w.first->block.place,
			 "use weight 0, which is a fault and always moves the addresses",
			 "with nopreempt on the other servers too, a lower priority moves nothing");
}

/* -- watched by nobody, not watched -- */

static void link_not_watched(struct lint *l, const struct conf_instance *i)
{
	if (i->dont_track_primary.number && !i->trackers.links.count)
		lint_say(l, lint_place(&i->dont_track_primary, &i->block),
			 "take it away, or name interfaces in track_interface",
			 "a cable pulled out of %s is noticed by nobody: %s stays MASTER",
			 i->link.text ? i->link.text : "its interface", i->block.name);
}

static void targets_mark(struct map *used, const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct conf_block *t =
			((const struct conf_tracked *)list->items[i])->what.target;

		if (t)
			*map_slot(used, &t, sizeof(t)) = used;
	}
}

static void trackers_mark(struct map *used, const struct conf_trackers *trackers)
{
	targets_mark(used, &trackers->scripts);
	targets_mark(used, &trackers->files);
	targets_mark(used, &trackers->processes);
	targets_mark(used, &trackers->bfds);
}

static void unused_in(struct lint *l, const struct map *used, const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct conf_block *block = list->items[i];

		if (!block->broken && !map_find(used, &block, sizeof(block)))
			lint_say(l, &block->place,
				 "name it where it is to be watched, or take it away",
				 "nothing watches the %s %s: it has no effect",
				 block_name(block->kind), block->name);
	}
}

static void unused(struct lint *l)
{
	const struct conf_global *g = l->conf->global;
	struct map used;

	map_init(&used, &l->conf->arena);
	for (size_t i = 0; i < g->instances.count; i++)
		trackers_mark(&used, &instance_at(l->conf, i)->trackers);
	for (size_t i = 0; i < g->sync_groups.count; i++)
		trackers_mark(&used,
			      &((const struct conf_sync_group *)g->sync_groups.items[i])->trackers);
	lint_servers_mark(l->conf, &used);
	unused_in(l, &used, &g->scripts);
	unused_in(l, &used, &g->files);
	unused_in(l, &used, &g->processes);
	unused_in(l, &used, &g->bfds);
}

static const struct lint_rule rows[] = {
	{ "timeout-too-long", CONF_HINT, .whole = timeout_too_long },
	{ "slow-check", CONF_HINT, .whole = slow_check },
	{ "shell-syntax", CONF_WARNING, .whole = shell_syntax },
	{ "shell-syntax", CONF_WARNING, .instance = shell_syntax_notify },
	{ "shell-syntax", CONF_WARNING, .whole = shell_syntax_group },
	{ "weight-cut", CONF_HINT, .instance = weight_cut },
	{ "nopreempt-weight", CONF_HINT, .instance = nopreempt_weight },
	{ "link-not-watched", CONF_HINT, .instance = link_not_watched },
	{ "unused", CONF_HINT, .whole = unused },
};

const struct lint_rules lint_rules_track = { rows, sizeof(rows) / sizeof(rows[0]) };
