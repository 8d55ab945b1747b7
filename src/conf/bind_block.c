/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks and lines into lists of the model, the names that they go by, and names that stand for
 * them elsewhere. Names are looked up when the whole file has been read, so a definition may come
 * after its use. A block whose name is taken, and a line that names nothing, are kept with the
 * reason why they are left out: what is healthy beside them runs. */
#include "conf/conf_private.h"
#include "conf/suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void list_add(struct conf *conf, struct conf_list *list, struct conf_block *item)
{
	list->items = arena_grow(&conf->arena, (void *)list->items, sizeof(item), list->count,
				 &list->room);
	list->items[list->count++] = item;
}

static void block_break_list(struct conf *conf, struct conf_block *block, const struct diag *diag,
			     const char *format, va_list arguments)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, arguments);
	diag_clean(text);
	diag_add(conf, diag,
		 diag->severity == CONF_ERROR ? "%s is left out: %s" :
						"%s does not run in this release: %s",
		 block->name, text);
	/* A mistake outlasts what only waits for a later release. */
	if (!block->broken || (block->is_later && diag->severity == CONF_ERROR))
		block->broken = arena_copy(&conf->arena, text, strlen(text));
}

void block_break(struct conf *conf, struct conf_block *block, const char *code,
		 const struct place *place, const char *hint, const char *format, ...)
{
	struct diag diag = { code, CONF_ERROR, CONF_RUNS, *place, hint };
	va_list arguments;

	va_start(arguments, format);
	block_break_list(conf, block, &diag, format, arguments);
	va_end(arguments);
	block->is_later = false;
}

void block_break_later(struct conf *conf, struct conf_block *block, const struct place *place,
		       const char *hint, const char *format, ...)
{
	struct diag diag = { "not-yet", CONF_WARNING, CONF_RUNS, *place, hint };
	bool was_healthy = !block->broken;
	va_list arguments;

	va_start(arguments, format);
	if (was_healthy)
		block_break_list(conf, block, &diag, format, arguments);
	va_end(arguments);
	block->is_later |= was_healthy;
}

bool block_leave_out(struct conf_block *block, const char *reason)
{
	if (block_is_wrong(block))
		return false;
	block->broken = reason;
	block->is_later = false;
	return true;
}

size_t list_healthy(const struct conf_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += !list->items[i]->broken;
	return count;
}

/* The words behind the keyword, or else the keyword: fit for JSON and for terminals. */
static const char *name_of(struct conf *conf, const struct token *words, unsigned count)
{
	char *name = arena_copy(&conf->arena, words[count > 1].text, strlen(words[count > 1].text));

	for (unsigned i = 2; i < count; i++)
		name = arena_format(&conf->arena, "%s %s", name, words[i].text);
	if (strlen(name) >= LIMIT_NAME)
		name[LIMIT_NAME - 1] = '\0';
	diag_clean(name);
	return name;
}

static struct conf_block **name_slot(struct conf *conf, enum block kind, const char *name)
{
	char key[LIMIT_NAME + 16];
	int length = snprintf(key, sizeof(key), "%d %s", (int)kind, name);

	return (struct conf_block **)(void *)map_slot(&conf->block_names, key, (size_t)length);
}

struct conf_block *block_find(const struct conf *conf, enum block kind, const char *name)
{
	char key[LIMIT_NAME + 16];
	int length = snprintf(key, sizeof(key), "%d %s", (int)kind, name);

	return (size_t)length < sizeof(key) ? map_find(&conf->block_names, key, (size_t)length) :
					      NULL;
}

/* One that is too long is cut and its block left out, as is one that is taken. */
static void name_take(struct binder *b, struct conf_block *block)
{
	struct conf_block **earlier;
	size_t length = 0;

	for (unsigned i = 0; i < block->word_count; i++)
		length += strlen(block->words[i].text) + (i > 0);
	if (length >= LIMIT_NAME)
		block_break(b->conf, block, "name-too-long", &block->place, NULL,
			    "its name has %zu octets, %d are the most", length, LIMIT_NAME - 1);
	earlier = name_slot(b->conf, block->kind, block->name);
	if (*earlier)
		block_break(b->conf, block, "duplicate-name", &block->place,
			    "give one of them another name", "there is a %s of this name in %s",
			    block->keyword->name,
			    diag_line(b->conf, &(*earlier)->place, &block->place));
	else
		*earlier = block;
}

/* The words behind the keyword, into the block's own model. False: without them it is nothing. */
static bool header_read(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	struct reading r = { .b = b, .keyword = keyword, .arguments = keyword->arguments,
			     .words = node->words, .word_count = node->word_count, .at = 1,
			     .model = b->model };

	return bind_arguments(&r) || keyword->flags & KEYWORD_REQUIRED;
}

struct conf_block *bind_block(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	const struct block_row *row = block_row(keyword->opens);
	struct conf_block *block = model_new(b->conf, keyword->opens);
	struct binder inner = *b;
	/* A surplus word is no name: it may be a secret. */
	unsigned count = row->is_named || keyword->arguments ? node->word_count : 1;

	block->keyword = keyword;
	block->name = name_of(b->conf, node->words, count);
	block->words = node->words + 1;
	block->word_count = count - 1;
	block->place = node->words[node->word_count > 1].place;
	inner.model = block;
	if (!header_read(&inner, node))
		return NULL;
	list_add(b->conf, model_list(b->model, keyword->at), block);
	if (row->is_named)
		name_take(b, block);
	if (keyword->opens == BLOCK_VRRP_INSTANCE)
		inner.instance = (struct conf_instance *)block;
	inner.before = BLOCK_NONE;
	if (row->lines)
		bind_lines(&inner, node, model_list(block, row->lines_at));
	else
		bind_body(&inner, node);
	return block;
}

static void line_read(struct binder *b, const struct node *node, struct conf_list *list,
		      const struct token *words, unsigned count)
{
	const struct block_row *row = block_row(node->body);
	struct conf_block *item = model_new(b->conf, row->lines ? row->lines : node->body);
	struct reading r = { .b = b, .keyword = node->keyword, .arguments = b->line->line,
			     .words = words, .word_count = count, .model = item };

	item->keyword = node->keyword;
	item->name = name_of(b->conf, words, 1);
	item->words = words;
	item->word_count = count;
	item->place = words[0].place;
	if (bind_arguments(&r))
		list_add(b->conf, list, item);
}

void bind_lines(struct binder *b, const struct node *node, struct conf_list *list)
{
	struct binder inner = *b;

	inner.line = block_row(node->body);
	if (inner.line->lines)
		inner.line = block_row(inner.line->lines);
	for (const struct node *child = node->first; child; child = child->next) {
		if (child->silent || !child->word_count)
			continue;
		if (inner.line->content == CONTENT_LINES)
			line_read(&inner, node, list, child->words, child->word_count);
		for (unsigned i = 0; inner.line->content == CONTENT_WORDS && i < child->word_count;
		     i++)
			line_read(&inner, node, list, &child->words[i], 1);
	}
}

/* The name that is most like `name` among blocks of its kind, or NULL. */
static const char *similar_name(struct conf *conf, enum block kind, const char *name)
{
	const char *best = NULL;
	unsigned best_distance = SUGGEST_NONE;

	for (const struct keyword_table *const *t = conf->keywords.tables; *t; t++) {
		for (size_t i = 0; i < (*t)->count; i++) {
			const struct keyword *k = &(*t)->rows[i];
			const struct conf_list *list;

			if (k->opens != kind || k->block != BLOCK_TOP || !k->at)
				continue;
			list = model_list(&conf->global->block, k->at);
			for (size_t n = 0; n < list->count; n++) {
				unsigned d = suggest_distance(name, list->items[n]->name);

				if (d < best_distance) {
					best = list->items[n]->name;
					best_distance = d;
				}
			}
		}
	}
	return best;
}

static void unknown_reference(struct conf *conf, const struct conf_reference *reference)
{
	const char *name = reference->token->text, *kind = block_name(reference->refers);
	/* Each is a walk over all names, and nobody reads a hundred guesses. */
	const char *similar = conf->guess_count++ < LIMIT_CONF_GUESSES ?
				      similar_name(conf, reference->refers, name) :
				      NULL;

	diag_error(conf, "unknown-reference", &reference->token->place,
		   similar ? arena_format(&conf->arena, "did you mean `%s`?", similar) :
			     arena_format(&conf->arena, "define it: `%s %.64s { … }`", kind, name),
		   "there is no %s `%.64s`: it is left out", kind, name);
	if (reference->breaks)
		block_leave_out(reference->breaks, "it names nothing");
	else
		*reference->setting = (struct setting){ .set = false };
}

/* Of a setting that is written twice only one value counts. */
static bool reference_counts(const struct conf_reference *r)
{
	return r->setting->place == &r->token->place;
}

void bind_references(struct conf *conf)
{
	for (size_t i = 0; i < conf->reference_count; i++) {
		const struct conf_reference *r = &conf->references[i];
		const struct conf_block *target;

		if (!reference_counts(r))
			continue;
		target = block_find(conf, r->refers, r->token->text);
		r->setting->target = target;
		if (!target)
			unknown_reference(conf, r);
	}
}

/* A group without a member that is there. */
static bool group_leave_out(struct conf_block *group, const struct conf_list *members)
{
	return members->count && !list_healthy(members) &&
	       block_leave_out(group, "none of its members is there");
}

static bool groups_leave_out(struct conf *conf)
{
	const struct conf_global *g = conf->global;
	bool changed = false;

	for (size_t i = 0; i < g->sync_groups.count; i++)
		changed |= group_leave_out(
			g->sync_groups.items[i],
			&((struct conf_sync_group *)g->sync_groups.items[i])->members);
	for (size_t i = 0; i < g->track_groups.count; i++)
		changed |= group_leave_out(
			g->track_groups.items[i],
			&((struct conf_track_group *)g->track_groups.items[i])->members);
	return changed;
}

static bool reference_settle(struct conf_reference *r)
{
	const struct conf_block *target = r->setting->target;

	if (!target || !block_is_wrong(target))
		return false;
	if (r->breaks)
		return block_leave_out(r->breaks, "what it names is left out");
	*r->setting = (struct setting){ .set = false };
	return true;
}

void settle_references(struct conf *conf)
{
	bool changed;

	/* One may bring down the next; each only once. */
	do {
		changed = groups_leave_out(conf);
		for (size_t i = 0; i < conf->reference_count; i++)
			changed |= reference_settle(&conf->references[i]);
	} while (changed);
}
