/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model, shown value by value: one walk over the keyword tables that printing, `vipctl config`
 * and the comparison of two configurations share. A row shows what lies at its offset; only a few
 * show themselves with a function. What a value looks like is decided here and nowhere else, so
 * that what is shown is what the parser reads. */
#include "conf/conf_private.h"
#include "conf/number.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void shown_word(struct shown_words *w, const char *word)
{
	if (w->count < SHOWN_WORDS)
		w->words[w->count++] = word;
}

void shown_format(struct shown_words *w, const char *format, ...)
{
	size_t room = sizeof(w->texts) - w->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(w->texts + w->used, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= room)
		return;
	shown_word(w, w->texts + w->used);
	w->used += (size_t)length + 1;
}

static void place_show(struct conf_shown *shown, const struct place *place)
{
	if (!place || !place->source)
		return;
	shown->file = place->source->name;
	shown->line = place->line;
}

void show_value(struct shower *s, const struct keyword *keyword, const struct shown_words *w,
		enum conf_origin origin, const struct place *place)
{
	struct conf_shown shown = {
		.keyword = keyword->name,
		.words = w->words,
		.word_count = w->count,
		.is_line = keyword->opens != BLOCK_NONE && !block_row(keyword->opens)->lines,
		.is_own_line = block_row(keyword->opens)->lines != BLOCK_NONE,
		.is_escaped = keyword->arguments && keyword->arguments[0].type == ARGUMENT_ESCAPED,
		.is_secret = keyword->flags & KEYWORD_SECRET,
		.works = keyword->fate == FATE_WORKS,
		.origin = origin,
		.unit = keyword->unit,
	};

	place_show(&shown, place);
	s->visitor->value(s->visitor->context, &shown);
}

static void put_arguments(struct shown_words *w, const struct keyword *keyword,
			  const struct argument *arguments, const struct conf_block *model);

/* The words behind the keyword of a block are settings, too, if they have places in its model:
 * validate() may have changed them. Of a block with a mistake only the words are sure. */
static void put_header(struct shown_words *w, const struct conf_block *block)
{
	const struct argument *first = block->keyword->arguments;

	if (first && first->at && !block_is_wrong(block))
		put_arguments(w, NULL, first, block);
	if (w->count)
		return;
	for (unsigned i = 0; i < block->word_count; i++)
		shown_word(w, block->words[i].text);
}

void show_open(struct shower *s, const struct conf_block *block)
{
	struct shown_words w = { .count = 0 };
	struct conf_shown shown = {
		.keyword = block->keyword->name,
		.works = block->keyword->fate == FATE_WORKS,
		.origin = CONF_WRITTEN,
		.broken = block->broken,
		.is_later = block->is_later,
	};

	put_header(&w, block);
	shown.words = w.words;
	shown.word_count = w.count;
	place_show(&shown, &block->place);
	s->visitor->open(s->visitor->context, &shown);
}

void show_close(struct shower *s)
{
	s->visitor->close(s->visitor->context);
}

static void show_command(struct shower *s, const struct keyword *keyword,
			 const struct setting *setting)
{
	const struct conf_script *script = setting->script;
	struct conf_shown shown = { .keyword = keyword->name,
				    .works = keyword->fate == FATE_WORKS,
				    .origin = (enum conf_origin)setting->origin };

	if (!script && !setting->set)
		return;
	shown.is_command = script;
	if (script) {
		shown.words = script->argv;
		shown.word_count = script->word_count;
		shown.user = script->user;
		shown.group = script->group;
	}
	place_show(&shown, setting->place);
	s->visitor->value(s->visitor->context, &shown);
}

/* The words of a number are made from the number: validate() may have changed it. */
static void put_setting(struct shown_words *w, const struct argument *argument,
			const struct setting *setting)
{
	char text[ADDR_TEXT_SIZE];
	const char *choice = argument->choices;

	switch (argument->type) {
	case ARGUMENT_INTEGER:
		shown_format(w, "%" PRId64, setting->number);
		break;
	case ARGUMENT_SECONDS:
		shown_format(w, "%s", number_seconds_print(setting->number, text));
		break;
	case ARGUMENT_MILLISECONDS:
		shown_format(w, "%s", number_seconds_print(setting->number * 1000, text));
		break;
	case ARGUMENT_BOOLEAN:
		shown_word(w, setting->number ? "yes" : "no");
		break;
	case ARGUMENT_CHOICE:
		for (int64_t i = 0; i < setting->number && *choice; i++)
			choice += strcspn(choice, "|") + (strchr(choice, '|') != NULL);
		/* What the keyword means without a word has none here either. */
		if (*choice)
			shown_format(w, "%.*s", (int)strcspn(choice, "|"), choice);
		break;
	case ARGUMENT_ADDRESS:
		if (setting->prefix)
			shown_format(w, "%s",
				     addr_print(&setting->prefix->addr, text, sizeof(text)));
		else if (setting->text)
			shown_word(w, setting->text);
		break;
	case ARGUMENT_PREFIX:
		if (setting->prefix)
			shown_format(w, "%s", prefix_print(setting->prefix, text, sizeof(text)));
		else if (setting->text)
			shown_word(w, setting->text);
		break;
	case ARGUMENT_WORD:
	case ARGUMENT_ESCAPED:
	case ARGUMENT_SYMBOL:
	case ARGUMENT_LINK:
	case ARGUMENT_MAC:
	case ARGUMENT_HEX:
	case ARGUMENT_NAME:
	case ARGUMENT_USER:
	case ARGUMENT_USER_GROUP:
		if (setting->text)
			shown_word(w, setting->text);
		break;
	case ARGUMENT_NONE:
	case ARGUMENT_MARK:
	case ARGUMENT_COMMAND:
	case ARGUMENT_GROUP:
		break;
	}
}

static void put_repeated(struct shown_words *w, const struct conf_words *words)
{
	for (size_t i = 0; words && i < words->count; i++)
		shown_word(w, words->items[i]);
}

static void put_groups(struct shown_words *w, const struct argument *argument,
		       const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		shown_format(w, "%.*s", (int)strcspn(argument->option, "|"), argument->option);
		put_arguments(w, NULL, argument->group, list->items[i]);
	}
}

/* An option that was written without its value: `use_vmac`, `init_file`. */
static bool is_bare(const struct argument *argument, const struct setting *setting)
{
	return argument->flags & ARGUMENT_OPTIONAL && setting->set && !setting->text &&
	       argument->type != ARGUMENT_MARK;
}

/* Would a word be read as something else than the interface that it names? A MAC has colons, an
 * address begins with a digit or has them, too. */
static bool is_ambiguous(const struct argument *arguments, const char *word)
{
	for (const struct argument *a = arguments; a->type != ARGUMENT_NONE; a++)
		if (argument_is_option(a, word) ||
		    (a->type == ARGUMENT_CHOICE && argument_choice(a, word) >= 0))
			return true;
	return strchr(word, ':') || (*word >= '0' && *word <= '9');
}

/* Where the announcing word may be missing it is left out: keepalived 2.2.7 does not know them all,
 * and takes `name` for the name. */
static bool shows_option(const struct argument *arguments, const struct argument *argument,
			 const struct setting *setting)
{
	if (!argument->option || !(argument->flags & ARGUMENT_BARE))
		return argument->option;
	return argument->type == ARGUMENT_LINK && setting->text &&
	       is_ambiguous(arguments, setting->text);
}

static void put_argument(struct shown_words *w, const struct argument *arguments,
			 const struct argument *argument, const struct conf_block *model, size_t at)
{
	const struct setting *setting = model_setting(model, at);

	if (argument->type == ARGUMENT_GROUP) {
		put_groups(w, argument, model_list(model, at));
		return;
	}
	if (!setting_has_value(setting) || (argument->type == ARGUMENT_MARK && !setting->number))
		return;
	if (shows_option(arguments, argument, setting))
		shown_format(w, "%.*s", (int)strcspn(argument->option, "|"), argument->option);
	if (setting->locked)
		shown_word(w, "lock");
	if (argument->flags & ARGUMENT_REPEATED)
		put_repeated(w, setting->words);
	else if (!argument->option || !is_bare(argument, setting))
		put_setting(w, argument, setting);
}

static void put_arguments(struct shown_words *w, const struct keyword *keyword,
			  const struct argument *arguments, const struct conf_block *model)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++) {
		size_t at = !a->at && keyword && a == keyword->arguments ? keyword->at : a->at;

		if (at)
			put_argument(w, arguments, a, model, at);
	}
}

/* The setting that tells whether a row was written, and where. */
static const struct setting *setting_of(const struct keyword *keyword,
					const struct conf_block *model)
{
	const struct argument *first = keyword->arguments;
	size_t at = keyword->at;

	for (const struct argument *a = first; a && a->type != ARGUMENT_NONE && !at; a++)
		if (a->at && setting_has_value(model_setting(model, a->at)))
			at = a->at;
	return at ? model_setting(model, at) : NULL;
}

static void show_setting(struct shower *s, const struct keyword *keyword,
			 const struct conf_block *model)
{
	const struct setting *setting = setting_of(keyword, model);
	struct shown_words w = { .count = 0 };

	if (!setting)
		return;
	if (!keyword->arguments) {
		/* A flag; of two that exclude each other the one in force. */
		if (setting->number != keyword->value)
			return;
	} else if (keyword->arguments[0].type == ARGUMENT_COMMAND) {
		show_command(s, keyword, setting);
		return;
	} else if (!setting_has_value(setting)) {
		return;
	} else {
		put_arguments(&w, keyword, keyword->arguments, model);
	}
	show_value(s, keyword, &w, (enum conf_origin)setting->origin, setting->place);
}

void show_lines(struct shower *s, const struct keyword *keyword, const struct conf_list *list)
{
	const struct block_row *row = block_row(keyword->opens);
	const struct argument *line = row->lines ? block_row(row->lines)->line : row->line;

	for (size_t i = 0; i < list->count; i++) {
		struct shown_words w = { .count = 0 };

		if (list->items[i]->broken)
			continue;
		put_arguments(&w, NULL, line, list->items[i]);
		show_value(s, keyword, &w, CONF_WRITTEN, &list->items[i]->place);
	}
}

static bool has_written(const struct conf *conf, enum block kind, const struct conf_block *model)
{
	const struct block_rows *rows = &conf->keywords.blocks[kind];

	for (size_t i = 0; i < rows->count; i++) {
		const struct keyword *k = rows->rows[i];
		const struct setting *setting =
			k->opens == BLOCK_NONE ? setting_of(k, model) : NULL;

		if ((setting && setting_has_value(setting)) ||
		    (k->opens != BLOCK_NONE && k->at && model_list(model, k->at)->count))
			return true;
	}
	return false;
}

/* Several keywords may share a list, as checkers do: the first of them shows it, in the order of
 * the file. */
static bool shows_list(const struct shower *s, const struct keyword *keyword)
{
	const struct block_rows *rows = &s->conf->keywords.blocks[keyword->block];

	for (size_t i = 0; i < rows->count; i++)
		if (rows->rows[i]->opens != BLOCK_NONE && rows->rows[i]->at == keyword->at &&
		    block_has_model(rows->rows[i]->opens))
			return rows->rows[i] == keyword;
	return true;
}

static void show_blocks(struct shower *s, const struct keyword *keyword,
			const struct conf_list *list)
{
	for (size_t i = 0; i < list->count && shows_list(s, keyword); i++) {
		const struct conf_block *block = list->items[i];
		const struct block_row *row = block_row(block->kind);

		show_open(s, block);
		if (row->lines)
			show_lines(s, block->keyword, model_list(block, row->lines_at));
		else
			show_rows(s, block->kind, block);
		show_close(s);
	}
}

/* A block whose keywords belong to the model around it. */
static void show_part(struct shower *s, const struct keyword *keyword,
		      const struct conf_block *model)
{
	struct conf_block part = { .kind = keyword->opens, .keyword = keyword };

	if (!has_written(s->conf, keyword->opens, model))
		return;
	show_open(s, &part);
	show_rows(s, keyword->opens, model);
	show_close(s);
}

static void show_row(struct shower *s, const struct keyword *keyword,
		     const struct conf_block *model)
{
	const struct block_row *row = block_row(keyword->opens);

	if (keyword->show)
		keyword->show(s, keyword, model);
	else if (keyword->opens == BLOCK_NONE)
		show_setting(s, keyword, model);
	else if (block_has_model(keyword->opens))
		show_blocks(s, keyword, model_list(model, keyword->at));
	else if (row->content == CONTENT_LINES || row->content == CONTENT_WORDS)
		show_lines(s, keyword, model_list(model, keyword->at));
	else if (row->content == CONTENT_KEYWORDS)
		show_part(s, keyword, model);
}

void show_rows(struct shower *s, enum block kind, const struct conf_block *model)
{
	const struct block_rows *rows = &s->conf->keywords.blocks[kind];

	for (size_t i = 0; i < rows->count; i++)
		show_row(s, rows->rows[i], model);
}

void conf_visit(const struct conf *conf, const struct conf_visitor *visitor)
{
	struct shower s = { conf, visitor };

	show_rows(&s, BLOCK_TOP, &conf->global->block);
}
