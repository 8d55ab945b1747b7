/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two configurations, compared as they are in effect: both are shown by the one walk over the
 * keyword tables (show.c), so a new keyword is compared from its first day. A block is the same in
 * both if its keyword and name are, a line of a list if its first word is. An instance is what the
 * daemon takes for the same one: interface, VRID and family (docs/decisions/0006-reload.md); only
 * those left over are matched by their names, to be shown side by side. Everything is found through
 * maps, so the work is linear; 10,000 instances take a tenth of a second. */
#include "conf/diff.h"

#include <stdlib.h>
#include <string.h>

/* -- recording -- */

struct recorder {
	struct conf_diff *d;
	struct side *side;
};

static struct piece *piece_add(struct recorder *r, const struct conf_shown *shown, bool is_block)
{
	struct arena *arena = &r->d->arena;
	struct piece *p = arena_alloc(arena, sizeof(*p)), *block = r->side->current;
	const char **words = arena_alloc(arena, shown->word_count * sizeof(*words));

	/* Texts of numbers are good only now. */
	for (size_t i = 0; i < shown->word_count; i++)
		words[i] = arena_copy(arena, shown->words[i], strlen(shown->words[i]));
	p->shown = *shown;
	p->shown.words = words;
	p->is_block = is_block;
	p->block = block;
	p->position = block->last ? block->last->position + 1 : 0;
	if (block->last)
		block->last->next = p;
	else
		block->first = p;
	block->last = p;
	return p;
}

/* Of a block all its words, of a line the first, else the keyword alone. */
static const char *key_of(struct arena *arena, const struct piece *p)
{
	size_t count = p->is_block ? p->shown.word_count : p->shown.is_line ? 1 : 0;
	size_t size = strlen(p->shown.keyword) + 1, used;
	char *key;

	for (size_t i = 0; i < count && i < p->shown.word_count; i++)
		size += strlen(p->shown.words[i]) + 1;
	key = arena_alloc(arena, size);
	used = strlen(p->shown.keyword);
	memcpy(key, p->shown.keyword, used);
	for (size_t i = 0; i < count && i < p->shown.word_count; i++) {
		size_t length = strlen(p->shown.words[i]);

		key[used++] = '\n'; /* in no word */
		memcpy(key + used, p->shown.words[i], length);
		used += length;
	}
	return key;
}

static bool runs(const struct piece *p)
{
	return p->instance && !p->shown.broken;
}

/* Links go by their names. */
static const char *number_of(struct arena *arena, const struct conf_instance *i)
{
	return arena_format(arena, "\n%s %d %d", link_text(arena, i), (int)i->vrid.number,
			    i->family);
}

static void open_record(void *context, const struct conf_shown *block)
{
	struct recorder *r = context;
	struct side *side = r->side;
	struct piece *p = piece_add(r, block, true);

	p->key = key_of(&r->d->arena, p);
	if (!p->block->block && strcmp(block->keyword, "vrrp_instance") == 0)
		p->instance = instance_at(side->conf, side->instances++);
	side->current = p;
}

/* `dev` names another link than the instance's. */
static const char *address_of(struct arena *arena, const struct piece *line)
{
	const struct conf_instance *i = line->block->instance;
	const char *link = setting_text(&i->link);

	for (size_t w = 1; w + 1 < line->shown.word_count; w++)
		if (strcmp(line->shown.words[w], "dev") == 0)
			link = line->shown.words[w + 1];
	return arena_format(arena, "%s %s", link, line->shown.words[0]);
}

static void value_record(void *context, const struct conf_shown *value)
{
	struct recorder *r = context;
	struct piece *p = piece_add(r, value, false);

	p->key = key_of(&r->d->arena, p);
	if (!p->block->instance || !value->is_line || !value->word_count ||
	    strncmp(value->keyword, "virtual_ipaddress", strlen("virtual_ipaddress")) != 0)
		return;
	p->address = address_of(&r->d->arena, p);
	if (!p->block->shown.broken)
		*map_slot(&r->side->addresses, p->address, strlen(p->address)) = p;
}

static void close_record(void *context)
{
	struct recorder *r = context;

	r->side->current = r->side->current->block;
}

static void side_record(struct conf_diff *d, struct side *side)
{
	struct recorder r = { d, side };
	const struct conf_visitor visitor = { &r, open_record, value_record, close_record };

	map_init(&side->addresses, &d->arena);
	side->current = &side->root;
	conf_visit(side->conf, &visitor);
}

/* -- matching -- */

static void match(struct piece *before, struct piece *after)
{
	before->peer = after;
	after->peer = before;
}

/* Of those with one key the first ones belong together, then the second ones. */
static void key_add(struct map *keys, struct piece *p, const char *key)
{
	struct piece **slot = (struct piece **)(void *)map_slot(keys, key, strlen(key));

	if (*slot)
		(*slot)->same_last->same = p;
	else
		*slot = p;
	(*slot)->same_last = p;
}

static struct piece *key_take(struct map *keys, const char *key)
{
	struct piece *p = map_find(keys, key, strlen(key));

	if (!p)
		return NULL;
	if (p->same)
		p->same->same_last = p->same_last;
	*map_slot(keys, key, strlen(key)) = p->same;
	return p;
}

/* All that have no counterpart yet, by their keys. */
static void match_keys(struct conf_diff *d, struct piece *before, struct piece *after)
{
	struct map keys;

	map_init(&keys, &d->arena);
	for (struct piece *p = before->first; p; p = p->next)
		if (!p->peer)
			key_add(&keys, p, p->key);
	for (struct piece *p = after->first; p; p = p->next) {
		struct piece *peer = p->peer ? NULL : key_take(&keys, p->key);

		if (peer)
			match(peer, p);
	}
}

/* Adds the numbers that several instances of this side have on one link. */
static void shared_add(struct conf_diff *d, const struct side *side, struct map *shared)
{
	struct map numbers;

	map_init(&numbers, &d->arena);
	for (struct piece *p = side->root.first; p; p = p->next) {
		const char *number = runs(p) ? number_of(&d->arena, p->instance) : NULL;
		void **slot = number ? map_slot(&numbers, number, strlen(number)) : NULL;

		if (slot && *slot)
			*map_slot(shared, number, strlen(number)) = p;
		else if (slot)
			*slot = p;
	}
}

/* As same_instance() in node/change.c. */
static const char *identity_of(struct conf_diff *d, const struct map *shared, const struct piece *p)
{
	const char *number = number_of(&d->arena, p->instance);

	return map_find(shared, number, strlen(number)) ?
		       arena_format(&d->arena, "%s %s", number, p->instance->block.name) :
		       number;
}

/* The daemon's way: only what can run. */
static void match_instances(struct conf_diff *d)
{
	struct map keys, shared;

	map_init(&keys, &d->arena);
	map_init(&shared, &d->arena);
	shared_add(d, &d->before, &shared);
	shared_add(d, &d->after, &shared);
	for (struct piece *p = d->before.root.first; p; p = p->next)
		if (runs(p))
			key_add(&keys, p, identity_of(d, &shared, p));
	for (struct piece *p = d->after.root.first; p; p = p->next) {
		struct piece *peer = runs(p) ? key_take(&keys, identity_of(d, &shared, p)) : NULL;

		if (!peer)
			continue;
		match(peer, p);
		peer->goes_on = p->goes_on = true;
	}
	/* What is left over is matched by its name later; these must start anew. */
	for (struct piece *p = d->before.root.first; p; p = p->next)
		p->same = p->same_last = NULL;
}

/* -- differences -- */

static struct conf_difference *difference_add(struct conf_diff *d, enum conf_difference_kind kind,
					      unsigned depth, const struct piece *before,
					      const struct piece *after)
{
	struct conf_difference *x;

	d->list = arena_grow(&d->arena, d->list, sizeof(*d->list), d->count, &d->room);
	x = &d->list[d->count++];
	*x = (struct conf_difference){
		.kind = kind,
		.is_block = (before ? before : after)->is_block,
		.depth = depth,
		.before = before ? &before->shown : NULL,
		.after = after ? &after->shown : NULL,
	};
	return x;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_words(const struct conf_shown *a, const struct conf_shown *b)
{
	if (a->word_count != b->word_count || !same_text(a->user, b->user) ||
	    !same_text(a->group, b->group))
		return false;
	for (size_t i = 0; i < a->word_count; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return true;
}

/* A block that is only in one of them, with what was written in it. */
static void one_sided(struct conf_diff *d, const struct piece *p, bool is_new, unsigned depth)
{
	const struct piece *before = is_new ? NULL : p, *after = is_new ? p : NULL;
	struct conf_difference *x;

	if (!p->is_block && p->shown.origin == CONF_DEFAULT && !p->block->peer)
		return;
	x = difference_add(d, is_new ? CONF_ADDED : CONF_REMOVED, depth, before, after);
	if (p->instance)
		diff_effect_instance(d, x, before, after);
	else if (p->block->peer)
		diff_effect_value(d, x, before, after);
	for (const struct piece *inner = p->first; inner; inner = inner->next)
		one_sided(d, inner, is_new, depth + 1);
}

static void value_pair(struct conf_diff *d, const struct piece *before, const struct piece *after,
		       unsigned depth)
{
	if (!same_words(&before->shown, &after->shown))
		diff_effect_value(d, difference_add(d, CONF_CHANGED, depth, before, after), before,
				  after);
}

/* Lists with the same lines in another order: said once for each. */
static void orders(struct conf_diff *d, const struct piece *after, unsigned depth)
{
	const struct piece *last = NULL;
	const char *said = NULL;

	for (const struct piece *p = after->first; p; p = p->next) {
		bool same_list = last && p->shown.keyword == last->shown.keyword;

		if (!p->shown.is_line || !p->peer)
			continue;
		if (same_list && p->peer->position < last->peer->position &&
		    said != p->shown.keyword) {
			difference_add(d, CONF_REORDERED, depth, p->peer, p);
			said = p->shown.keyword;
		}
		last = p;
	}
}

static void block_pair(struct conf_diff *d, struct piece *before, struct piece *after,
		       unsigned depth);

/* What differs in two blocks. */
static void inside(struct conf_diff *d, struct piece *before, struct piece *after, unsigned depth)
{
	match_keys(d, before, after);
	for (struct piece *p = before->first; p; p = p->next) {
		if (!p->peer)
			one_sided(d, p, false, depth);
		else if (p->is_block)
			block_pair(d, p, p->peer, depth);
		else
			value_pair(d, p, p->peer, depth);
	}
	for (struct piece *p = after->first; p; p = p->next)
		if (!p->peer)
			one_sided(d, p, true, depth);
	orders(d, after, depth);
}

static void block_pair(struct conf_diff *d, struct piece *before, struct piece *after,
		       unsigned depth)
{
	size_t at = d->count;
	bool differs = !same_words(&before->shown, &after->shown) ||
		       !before->shown.broken != !after->shown.broken;

	difference_add(d, CONF_CHANGED, depth, before, after);
	inside(d, before, after, depth + 1);
	if (!differs && d->count == at + 1) {
		d->count = at;
		d->counts.untouched += before->goes_on;
	} else if (before->instance) {
		diff_effect_instance(d, &d->list[at], before, after);
	}
}

static void compare(struct conf_diff *d)
{
	side_record(d, &d->before);
	side_record(d, &d->after);
	match(&d->before.root, &d->after.root);
	match_instances(d);
	inside(d, &d->before.root, &d->after.root, 0);
	d->refusal = diff_refusal(d);
}

struct conf_diff *conf_diff(const struct conf *before, const struct conf *after)
{
	struct conf_diff *d = calloc(1, sizeof(*d));
	jmp_buf escape;

	if (!d)
		return NULL;
	d->before.conf = before;
	d->after.conf = after;
	arena_init(&d->arena, LIMIT_CONF_MEMORY, &escape);
	if (setjmp(escape))
		return conf_diff_free(d);
	compare(d);
	d->arena.escape = NULL;
	return d;
}

struct conf_diff *conf_diff_free(struct conf_diff *d)
{
	if (d)
		arena_fini(&d->arena);
	free(d);
	return NULL;
}

size_t conf_diff_count(const struct conf_diff *d)
{
	return d->count;
}

const struct conf_difference *conf_diff_at(const struct conf_diff *d, size_t i)
{
	return i < d->count ? &d->list[i] : NULL;
}

struct conf_diff_counts conf_diff_counts(const struct conf_diff *d)
{
	return d->counts;
}

const char *conf_diff_refusal(const struct conf_diff *d)
{
	return d->refusal;
}
