/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the lexer alone: any octets become words and braces, and each of them is what
 * stands at its place in the file. Every input is read twice. First as it is: the preprocessor may
 * then repeat lines and put in values, so only what always holds is asked. Then with everything
 * taken out that the preprocessor acts on: what comes out must be, word for word and place for
 * place, what a second, tiny reading gives. That one goes through the octets once, with a state and
 * no lines, where ours cuts lines, strips comments and then words.
 * For libFuzzer; with fuzz_main.c a test that feeds it files. */
#include "base/check.h"
#include "conf/conf_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ITEMS_MOST 500

static struct conf conf;
static jmp_buf escape;

/* There are no files but the one in hand. */
static int read_nothing(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	return -ENOENT;
}

static bool is_blank(char c)
{
	return c && strchr(" \t\v\f\r", c);
}

/* -- the second reading -- */

enum model_kind {
	MODEL_WORD,
	MODEL_OPEN,
	MODEL_CLOSE,
	MODEL_LINE_END,
	MODEL_END,
};

struct model {
	const char *data; /* where a NUL is a blank already */
	size_t size, at, line_begin;
	uint32_t line;
	bool again; /* the last step counts once more */
	/* the last step */
	enum model_kind kind;
	uint32_t step_line, column, width;
	char *word; /* room for the longest */
	size_t length;
	bool quoted;
};

static bool model_ended(const struct model *m)
{
	return m->at == m->size || m->data[m->at] == '\n';
}

static bool model_is_escape(const struct model *m)
{
	return m->data[m->at] == '\\' && m->at + 1 < m->size &&
	       (m->data[m->at + 1] == '#' || m->data[m->at + 1] == '!');
}

/* At the octet behind the first quote. Without a second one the word ends with its line, but for
 * the blanks there. */
static void model_quoted(struct model *m)
{
	while (!model_ended(m) && m->data[m->at] != '"')
		m->word[m->length++] = m->data[m->at++];
	if (!model_ended(m)) {
		m->at++;
		m->width++;
	} else {
		while (m->length && is_blank(m->word[m->length - 1]))
			m->length--;
	}
	m->width += 1 + (uint32_t)m->length;
}

static void model_bare(struct model *m)
{
	while (!model_ended(m) && !is_blank(m->data[m->at]) && !strchr("\"{}#!", m->data[m->at])) {
		bool escape_here = model_is_escape(m);

		m->at += escape_here;
		m->width += 1 + escape_here;
		m->word[m->length++] = m->data[m->at++];
	}
}

static void model_step(struct model *m)
{
	if (m->again) {
		m->again = false;
		return;
	}
	while (!model_ended(m) && is_blank(m->data[m->at]))
		m->at++;
	if (!model_ended(m) && (m->data[m->at] == '#' || m->data[m->at] == '!'))
		while (!model_ended(m))
			m->at++;
	m->step_line = m->line;
	m->column = (uint32_t)(m->at - m->line_begin) + 1;
	m->width = 0;
	m->length = 0;
	m->quoted = false;
	if (m->at == m->size) {
		m->kind = MODEL_END;
		return;
	}
	m->kind = MODEL_WORD;
	switch (m->data[m->at]) {
	case '\n':
		m->line++;
		m->line_begin = ++m->at;
		m->kind = MODEL_LINE_END;
		break;
	case '{':
	case '}':
		m->kind = m->data[m->at++] == '{' ? MODEL_OPEN : MODEL_CLOSE;
		m->width = 1;
		break;
	case '"':
		m->at++;
		m->quoted = true;
		model_quoted(m);
		break;
	default:
		model_bare(m);
	}
	m->word[m->length] = '\0';
}

static void same_place(const struct model *m, const struct place *place)
{
	check(place->line == m->step_line && place->column == m->column);
	check(place->width == m->width && !place->origin);
}

static void same_statement(struct model *m, const struct item *item)
{
	for (unsigned i = 0; m->kind == MODEL_WORD; i++) {
		check(i < item->word_count);
		check(strcmp(item->words[i].text, m->word) == 0);
		check(item->words[i].quoted == m->quoted);
		same_place(m, &item->words[i].place);
		model_step(m);
		check(m->kind == MODEL_WORD || i + 1 == item->word_count);
	}
	m->again = true;
}

static void same_item(struct model *m, const struct item *item)
{
	do
		model_step(m);
	while (m->kind == MODEL_LINE_END);
	switch (item->kind) {
	case ITEM_STATEMENT:
		check(m->kind == MODEL_WORD);
		same_statement(m, item);
		break;
	case ITEM_OPEN:
	case ITEM_CLOSE:
		check(m->kind == (item->kind == ITEM_OPEN ? MODEL_OPEN : MODEL_CLOSE));
		same_place(m, &item->place);
		break;
	case ITEM_END:
		check(m->kind == MODEL_END);
		break;
	}
}

/* -- what always holds -- */

static void look_at_place(const struct place *place, bool is_written)
{
	const struct source *source = place->source;
	size_t length;

	check(source && place->line >= 1 && place->line <= source->line_count);
	length = strlen(source->lines[place->line - 1]);
	check(place->column >= 1 && place->width >= 1);
	check(place->column - 1 + place->width <= length + (is_written ? 0 : 1));
}

/* The octet of the file at a place. */
static char octet_at(const struct place *place)
{
	return place->source->lines[place->line - 1][place->column - 1];
}

static void look_at_word(const struct token *word)
{
	const char *text = word->text;

	look_at_place(&word->place, true);
	if (word->quoted) {
		check(!strchr(text, '"'));
		check(word->place.origin || octet_at(&word->place) == '"');
		return;
	}
	check(*text && !strchr(text, '"'));
	/* Only a reference to a variable holds more than one word of a file. */
	check(strchr(text, '$') || !text[strcspn(text, "{} \t\v\f\r")]);
	check(word->place.origin || octet_at(&word->place) == text[0] ||
	      octet_at(&word->place) == '\\');
}

static bool is_same_place(const struct place *a, const struct place *b)
{
	return a->source == b->source && a->line == b->line && a->column == b->column &&
	       a->width == b->width && a->origin == b->origin;
}

static void look_at_item(const struct item *item)
{
	switch (item->kind) {
	case ITEM_STATEMENT:
		check(item->word_count > 0 && item->rest <= item->rest_end);
		check(item->rest_end <= item->line->length);
		check(is_same_place(&item->place, &item->words[0].place));
		for (unsigned i = 0; i < item->word_count; i++) {
			const struct token *word = &item->words[i];

			look_at_word(word);
			check(!i || item->line->origins ||
			      word->place.column > word[-1].place.column);
		}
		break;
	case ITEM_OPEN:
	case ITEM_CLOSE:
		look_at_place(&item->place, true);
		check(item->place.origin ||
		      octet_at(&item->place) == (item->kind == ITEM_OPEN ? '{' : '}'));
		break;
	case ITEM_END:
		look_at_place(&item->place, false);
		break;
	}
}

/* Reads it, looking ahead in an irregular way, which must change nothing. What loops and variables
 * make without end is for fuzz_prep.c. */
static void look_at_all(const struct source *source, bool ascends, struct model *model)
{
	struct place before = { .line = 0 };
	struct item item, ahead;
	size_t left = ITEMS_MOST;
	struct lex lex;

	lex_init(&lex, &conf, source);
	do {
		bool looks_ahead = (before.line + before.column) % 3 == 0;

		if (looks_ahead)
			ahead = *lex_peek(&lex);
		item = lex_next(&lex);
		check(!looks_ahead ||
		      (ahead.kind == item.kind && is_same_place(&ahead.place, &item.place) &&
		       ahead.words == item.words && ahead.word_count == item.word_count));
		look_at_item(&item);
		check(!ascends || item.kind == ITEM_END || item.place.line > before.line ||
		      (item.place.line == before.line && item.place.column > before.column));
		before = item.place;
		if (model)
			same_item(model, &item);
	} while (item.kind != ITEM_END && (model || --left));
}

/* Takes out what the preprocessor acts on: all that is left is for the lexer. */
static void make_plain(char *data, size_t size)
{
	bool line_ends = true;

	for (size_t i = size; i > 0; i--) {
		char *c = &data[i - 1];

		if (*c == '\0')
			*c = ' ';
		if (strchr("$@~", *c))
			*c = '-';
		if (*c == 'i' && size - i >= 6 && memcmp(c + 1, "nclude", 6) == 0)
			*c = 'I';
		if (*c == '\\' && line_ends)
			*c = '/'; /* continues nothing */
		line_ends = *c == '\n' || (line_ends && is_blank(*c));
	}
}

static void read_all(const char *data, size_t size, bool plain)
{
	struct conf_world world = { .read_file = read_nothing, .host_name = "h.example" };
	struct model model = { .line = 1, .size = size };
	char *copy = malloc(size + 1), *word = malloc(size + 1);

	check(copy && word);
	memcpy(copy, data, size);
	if (plain)
		make_plain(copy, size);
	model.data = copy;
	model.word = word;
	if (size >= 3 && memcmp(copy, "\xef\xbb\xbf", 3) == 0)
		model.data += 3, model.size -= 3;
	memset(&conf, 0, sizeof(conf));
	conf.world = &world;
	conf.path = "fuzz.conf";
	arena_init(&conf.arena, LIMIT_CONF_MEMORY, &escape);
	if (setjmp(escape) == 0) {
		bool ascends = !memchr(copy, '$', size) && !memchr(copy, '~', size);
		char *text = arena_copy(&conf.arena, copy, size);

		look_at_all(lex_source(&conf, "fuzz.conf", text, size), ascends,
			    plain ? &model : NULL);
	}
	arena_fini(&conf.arena);
	free(word);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all((const char *)data, size, false);
	read_all((const char *)data, size, true);
	return 0;
}
