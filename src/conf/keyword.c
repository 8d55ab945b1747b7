/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lookups in the keyword tables, and what they say of a block that nobody has written anything
 * into: its model with every default, from which new ones are copied. The rows stay as they are
 * written, in the order in which a reader wants them; an index by name is made for each
 * configuration, which costs a few microseconds and saves a rule about sorting. One name may stand
 * in several blocks: the entries of a name are a list. Nothing here knows what a keyword means. */
#include "conf/keyword.h"

#include "conf/conf_private.h"
#include "conf/number.h"
#include "conf/suggest.h"

#include <string.h>
#include <strings.h>

static void entry_add(struct keyword_index *index, const char *name, size_t length,
		      const struct keyword *keyword, bool old)
{
	struct keyword_entry *entry = arena_alloc(index->names.arena, sizeof(*entry));
	struct keyword_entry **end = (struct keyword_entry **)(void *)map_slot(&index->names, name,
										 length);

	entry->keyword = keyword;
	entry->old = old;
	while (*end)
		end = &(*end)->next;
	*end = entry;
}

static void keyword_add(struct keyword_index *index, const struct keyword *keyword)
{
	const char *old = keyword->old_names;

	struct block_rows *block = &index->blocks[keyword->block];

	block->rows = arena_grow(index->names.arena, (void *)block->rows, sizeof(keyword),
				 block->count, &block->room);
	block->rows[block->count++] = keyword;
	entry_add(index, keyword->name, strlen(keyword->name), keyword, false);
	while (old && *old) {
		size_t length = strcspn(old, " ");

		entry_add(index, old, length, keyword, true);
		old += length + strspn(old + length, " ");
	}
}

void keyword_index_init(struct keyword_index *index, struct arena *arena)
{
	static const struct keyword_table *const tables[] = {
		/* In the order of a printed file: what is named comes before what names it. */
		&keyword_table_global,
		&keyword_table_top,
		&keyword_table_track,
		&keyword_table_bfd,
		&keyword_table_vrrp,
		&keyword_table_sync,
		&keyword_table_route,
		&keyword_table_rule,
		&keyword_table_lvs,
		&keyword_table_checker,
		NULL,
	};

	_Static_assert(sizeof(tables) <= sizeof(index->tables), "room for the tables");
	*index = (struct keyword_index){ .tables = { NULL } };
	memcpy(index->tables, tables, sizeof(tables));
	map_init(&index->names, arena);
	map_init(&index->similar, arena);
	for (size_t t = 0; index->tables[t]; t++)
		for (size_t i = 0; i < index->tables[t]->count; i++)
			keyword_add(index, &index->tables[t]->rows[i]);
}

const struct keyword_entry *keyword_all(const struct keyword_index *index, const char *name)
{
	return map_find(&index->names, name, strlen(name));
}

const struct keyword *keyword_find(const struct keyword_index *index, enum block block,
				   const char *name)
{
	for (const struct keyword_entry *e = keyword_all(index, name); e; e = e->next)
		if (e->keyword->block == block)
			return e->keyword;
	return NULL;
}

/* The index of `word` among these words, which `separator` separates (NULL: there are none);
 * -1: it is not among them. */
static int64_t word_index(const char *words, char separator, const char *word, bool any_case)
{
	const char separators[] = { separator, '\0' };
	size_t length = strlen(word);

	for (int64_t i = 0; words && *words; i++) {
		size_t size = strcspn(words, separators);

		if (size == length && (any_case ? strncasecmp(words, word, size) == 0 :
						  memcmp(words, word, size) == 0))
			return i;
		words += size + strspn(words + size, separators);
	}
	return -1;
}

bool keyword_is_taken_for(const struct keyword *keyword, const char *word)
{
	return word_index(keyword->taken_for, ' ', word, false) >= 0;
}

static const struct keyword *similar_find(const struct keyword_index *index, enum block block,
					  const char *name, bool with_block)
{
	const struct keyword *best = NULL;
	unsigned best_distance = SUGGEST_NONE;

	for (size_t t = 0; index->tables[t]; t++) {
		for (size_t i = 0; i < index->tables[t]->count; i++) {
			const struct keyword *k = &index->tables[t]->rows[i];
			bool is_taken = keyword_is_taken_for(k, name);
			unsigned d = is_taken ? 0 : suggest_distance(name, k->name);

			if (d == SUGGEST_NONE)
				continue;
			/* Anything in this block is nearer than anything elsewhere. */
			d = d * 2 + (k->block == block ? 0 : 100);
			/* What has a block where one was written. */
			d += with_block != (k->opens != BLOCK_NONE) ? 3 : 0;
			/* Of two that are equally near, the one that works. */
			d += k->fate == FATE_WORKS ? 0 : 1;
			if (d < best_distance) {
				best = k;
				best_distance = d;
			}
		}
	}
	return best;
}

const struct keyword *keyword_similar(struct keyword_index *index, enum block block,
				      const char *name, bool with_block)
{
	static const struct keyword none;
	struct {
		enum block block;
		bool with_block;
		char name[59];
	} key;
	size_t length = strnlen(name, sizeof(key.name));
	const struct keyword **slot, *best;

	if (length == sizeof(key.name))
		return NULL; /* longer than whatever is like a keyword */
	memset(&key, 0, sizeof(key));
	key.block = block;
	key.with_block = with_block;
	memcpy(key.name, name, length);
	slot = (const struct keyword **)(void *)map_slot(&index->similar, &key, sizeof(key));
	if (!*slot) {
		best = similar_find(index, block, name, with_block);
		*slot = best ? best : &none;
	}
	return *slot == &none ? NULL : *slot;
}

bool argument_is_option(const struct argument *argument, const char *word)
{
	return word_index(argument->option, '|', word, false) >= 0;
}

const char *suggest_option(struct arena *arena, const struct argument *arguments, const char *word)
{
	unsigned best_distance = SUGGEST_NONE;
	const char *best = NULL;

	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++) {
		char *option = a->option ? arena_copy(arena, a->option, strcspn(a->option, "|")) :
					   NULL;
		unsigned d = option ? suggest_distance(word, option) : SUGGEST_NONE;

		if (d < best_distance) {
			best = option;
			best_distance = d;
		}
	}
	return best;
}

int64_t argument_choice(const struct argument *argument, const char *word)
{
	return word_index(argument->choices, '|', word, argument->flags & ARGUMENT_ANY_CASE);
}

/* A default, from the text that would be written. */
static void preset_store(struct conf *conf, struct setting *setting,
			 const struct argument *argument, const char *preset)
{
	struct prefix prefix;

	setting->text = preset;
	switch (argument ? argument->type : ARGUMENT_INTEGER) {
	case ARGUMENT_INTEGER:
		number_integer(preset, &setting->number);
		break;
	case ARGUMENT_SYMBOL:
		setting->number = -1;
		number_any_base(preset, &setting->number);
		break;
	case ARGUMENT_SECONDS:
		number_seconds(preset, &setting->number);
		break;
	case ARGUMENT_MILLISECONDS:
		number_seconds(preset, &setting->number);
		setting->number /= 1000;
		break;
	case ARGUMENT_CHOICE:
		setting->number = argument_choice(argument, preset);
		break;
	case ARGUMENT_BOOLEAN:
		setting->number = strcmp(preset, "yes") == 0;
		break;
	case ARGUMENT_ADDRESS:
	case ARGUMENT_PREFIX:
		if (prefix_parse(preset, &prefix)) {
			struct prefix *kept = arena_alloc(&conf->arena, sizeof(*kept));

			*kept = prefix;
			setting->prefix = kept;
		}
		break;
	case ARGUMENT_NONE:
	case ARGUMENT_WORD:
	case ARGUMENT_LINK:
	case ARGUMENT_MARK:
	case ARGUMENT_MAC:
	case ARGUMENT_HEX:
	case ARGUMENT_NAME:
	case ARGUMENT_USER:
	case ARGUMENT_USER_GROUP:
	case ARGUMENT_COMMAND:
	case ARGUMENT_ESCAPED:
	case ARGUMENT_GROUP:
		break;
	}
}

static void presets_of_arguments(struct conf *conf, struct conf_block *model,
				 const struct argument *arguments)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++)
		if (a->preset)
			preset_store(conf, model_setting(model, a->at), a, a->preset);
}

static void presets_of_block(struct conf *conf, struct conf_block *model, enum block kind)
{
	const struct block_rows *block = &conf->keywords.blocks[kind];

	for (size_t i = 0; i < block->count; i++) {
		const struct keyword *k = block->rows[i];

		if (k->preset)
			preset_store(conf, model_setting(model, k->at), k->arguments, k->preset);
		if (k->opens == BLOCK_NONE)
			presets_of_arguments(conf, model, k->arguments);
		else if (block_has_keywords(k->opens) && !block_row(k->opens)->model_size)
			presets_of_block(conf, model, k->opens);
	}
}

struct conf_block *model_new(struct conf *conf, enum block kind)
{
	const struct block_row *row = block_row(kind);
	struct block_rows *block = &conf->keywords.blocks[kind];
	struct conf_block *model;

	if (!block->template) {
		block->template = arena_alloc(&conf->arena, row->model_size);
		presets_of_block(conf, block->template, kind);
		presets_of_arguments(conf, block->template, row->line);
	}
	model = arena_alloc(&conf->arena, row->model_size);
	memcpy(model, block->template, row->model_size);
	model->kind = kind;
	return model;
}
