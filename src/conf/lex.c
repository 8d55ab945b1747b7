/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines to statements and braces, by keepalived's rules: a statement ends with its line or with a
 * brace; a double quote begins a new word; nothing escapes inside quotes. Lines come from the
 * preprocessor (prep.c) without comments and with their variables put in. What stands behind a
 * brace goes back to it when it looks like a directive: there, too, one may begin. The lexer knows
 * no keyword and judges nothing but quotes. */
#include "conf/lex.h"

#include "conf/conf_private.h"
#include "conf/keepalived.h"
#include "conf/prep.h"

#include <string.h>

void lex_init(struct lex *lex, struct conf *conf, const struct source *source)
{
	*lex = (struct lex){ .conf = conf, .source = source, .prep = prep_new(conf, source) };
}

static uint32_t bare_word_end(const struct lex_line *line, uint32_t i)
{
	struct variable v;

	while (i < line->length && !lex_is_blank(line->text[i]) && line->text[i] != '"' &&
	       line->text[i] != '{' && line->text[i] != '}') {
		bool variable = lex_variable(line->text + i, line->length - i, &v);

		i += variable ? (uint32_t)v.length : 1;
	}
	return i;
}

/* The word that begins at `i`, which is neither blank nor a brace. Returns where it ends. */
static uint32_t word_cut(struct lex *lex, uint32_t i, struct token *ret_word)
{
	const struct lex_line *line = lex->line;
	bool quoted = line->text[i] == '"';
	uint32_t begin = quoted ? i + 1 : i, end, after;

	if (quoted) {
		const char *close = memchr(line->text + begin, '"', line->length - begin);

		end = close ? (uint32_t)(close - line->text) : line->length;
		after = close ? end + 1 : end;
		ret_word->place = lex_place(line, i, after - i);
		if (!close)
			diag_error(lex->conf, "unterminated-quote", &ret_word->place,
				   "put a `\"` at the end of the word",
				   "the quote is not closed on its line");
	} else {
		end = after = bare_word_end(line, i);
		ret_word->place = lex_place(line, i, end - i);
	}
	ret_word->quoted = quoted;
	ret_word->unclosed = quoted && after == end;
	ret_word->text = arena_copy(&lex->conf->arena, line->text + begin, end - begin);
	return after;
}

static struct item statement_cut(struct lex *lex)
{
	const struct lex_line *line = lex->line;
	struct item item = { .kind = ITEM_STATEMENT, .line = line };
	uint32_t i = lex->position;
	size_t count = 0;

	while (i < line->length && line->text[i] != '{' && line->text[i] != '}') {
		if (lex_is_blank(line->text[i])) {
			i++;
			continue;
		}
		lex->words = arena_grow(&lex->conf->arena, lex->words, sizeof(*lex->words), count,
					&lex->word_room);
		i = word_cut(lex, i, &lex->words[count]);
		if (count++ == 0)
			item.rest = i;
	}
	item.rest_end = i;
	lex->position = i;
	item.word_count = (unsigned)count;
	item.words = arena_alloc(&lex->conf->arena, count * sizeof(*item.words));
	memcpy(item.words, lex->words, count * sizeof(*item.words));
	item.place = item.words[0].place;
	return item;
}

/* The place behind the last line that has something on it, for a brace that is missing there. */
static struct place end_place(const struct lex *lex)
{
	struct place place = { .source = lex->source, .width = 1, .column = 1 };

	place.line = (uint32_t)lex->source->line_count;
	while (place.line > 1 && lex->source->lines[place.line - 1][0] == '\0')
		place.line--;
	return place;
}

static struct item item_cut(struct lex *lex)
{
	struct item item = { .kind = ITEM_END };

	for (;;) {
		if (!lex->line || lex->position >= lex->line->length) {
			lex->line = prep_next(lex->prep);
			if (!lex->line)
				break;
			keepalived_line(lex->conf, lex->line);
			lex->position = lex->line->begin;
			continue;
		}
		if (lex_is_blank(lex->line->text[lex->position])) {
			lex->position++;
			continue;
		}
		if (lex->line->text[lex->position] != '{' && lex->line->text[lex->position] != '}')
			return statement_cut(lex);
		item.kind = lex->line->text[lex->position] == '{' ? ITEM_OPEN : ITEM_CLOSE;
		item.place = lex_place(lex->line, lex->position, 1);
		lex->position++;
		if (prep_again(lex->prep, lex->line, lex->position))
			lex->line = NULL;
		return item;
	}
	item.place = end_place(lex);
	return item;
}

struct item lex_next(struct lex *lex)
{
	if (!lex->has_ahead)
		return item_cut(lex);
	lex->has_ahead = false;
	return lex->ahead;
}

const struct item *lex_peek(struct lex *lex)
{
	if (!lex->has_ahead)
		lex->ahead = item_cut(lex);
	lex->has_ahead = true;
	return &lex->ahead;
}
