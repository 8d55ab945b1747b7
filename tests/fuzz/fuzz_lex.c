/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the lexer alone: everything is taken out of the input that the preprocessor acts on
 * (with it, fuzz_prep.c asks what always holds), and what comes out must be, word for word and
 * place for place, what a second, tiny reading gives. That one goes through the octets once, with a
 * state and no lines, where ours cuts lines, strips comments and then cuts words.
 * For libFuzzer; with fuzz_main.c a test that feeds it files. */
#include "base/check.h"
#include "conf/conf_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

/* -- ours -- */

static bool is_same_place(const struct place *a, const struct place *b)
{
	return a->source == b->source && a->line == b->line && a->column == b->column &&
	       a->width == b->width && a->origin == b->origin;
}

static void look_at_statement(const struct item *item)
{
	uint32_t before = item->rest;

	check(item->word_count > 0 && item->rest <= item->rest_end);
	check(item->rest_end <= item->line->length);
	check(is_same_place(&item->place, &item->words[0].place));
	for (unsigned i = 1; i < item->word_count; i++) {
		check(item->words[i].place.column > item->words[i - 1].place.column);
		check(item->line->columns || item->words[i].place.column > before);
		before = item->words[i].place.column;
	}
}

static void look_at_end(const struct item *item)
{
	const struct source *source = item->place.source;

	check(item->place.line >= 1 && item->place.line <= source->line_count);
	check(item->place.column >= 1 && item->place.width >= 1);
}

/* Reads all of it, looking ahead in an irregular way, which must change nothing. */
static void read_beside(const struct source *source, struct model *model)
{
	struct place before = { .line = 0 };
	struct item item, ahead;
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
		same_item(model, &item);
		if (item.kind == ITEM_STATEMENT)
			look_at_statement(&item);
		if (item.kind == ITEM_END)
			look_at_end(&item);
		before = item.place;
	} while (item.kind != ITEM_END);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_world world = { .read_file = read_nothing, .host_name = "h.example" };
	struct model model = { .line = 1, .size = size };
	char *copy = malloc(size + 1), *word = malloc(size + 1);

	check(copy && word);
	memcpy(copy, data, size);
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
		char *text = arena_copy(&conf.arena, copy, size);

		read_beside(lex_source(&conf, "fuzz.conf", text, size), &model);
	}
	arena_fini(&conf.arena);
	free(word);
	free(copy);
	return 0;
}
