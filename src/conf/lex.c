/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to statements and braces, by keepalived's rules: a statement ends with its line or with a
 * brace; `#` and `!` begin a comment outside double quotes, wherever they stand; `\#` and `\!` are
 * the letters themselves; a double quote begins a new word; nothing escapes inside quotes.
 * It goes through a line twice: line_strip() takes comment and escapes away and remembers columns,
 * then the words are cut. What will be expanded later goes between the two and keeps the columns
 * right in the same way. The lexer knows no keyword and judges nothing but quotes. */
#include "conf/lex.h"

#include "conf/conf_private.h"

#include <ctype.h>
#include <string.h>

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

struct source *lex_source(struct conf *conf, const char *name, char *data, size_t size)
{
	struct source *source = arena_alloc(&conf->arena, sizeof(*source));
	size_t count = 1, i = 0;

	source->name = name;
	source->index = conf->source_count++;
	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark */
		data += 3;
		size -= 3;
	}
	for (size_t at = 0; at < size; at++)
		count += data[at] == '\n';
	source->lines = arena_alloc(&conf->arena, count * sizeof(char *));
	source->line_count = count;
	source->lines[i++] = data;
	for (size_t at = 0; at < size; at++) {
		if (data[at] == '\0')
			data[at] = ' '; /* it would end the line */
		if (data[at] != '\n')
			continue;
		data[at] = '\0';
		if (at > 0 && data[at - 1] == '\r')
			data[at - 1] = '\0';
		source->lines[i++] = data + at + 1;
	}
	return source;
}

void lex_init(struct lex *lex, struct conf *conf, const struct source *source)
{
	*lex = (struct lex){ .conf = conf, .source = source };
}

struct place lex_place(const struct lex_line *line, uint32_t offset, uint32_t length)
{
	struct place place = { .source = line->source, .line = line->number };
	uint32_t last = length ? offset + length - 1 : offset;

	place.column = line->columns ? line->columns[offset] : offset + 1;
	place.width = 1 + (line->columns ? line->columns[last] - place.column : last - offset);
	return place;
}

/* A word that runs into a comment sign is cut there, which surprises in a password. */
static void comment_glued(struct conf *conf, const struct lex_line *line, uint32_t offset)
{
	const char *written = line->source->lines[line->number - 1];
	struct place place = { line->source, line->number, offset + 1, 1 };

	if (offset == 0 || lex_is_blank(written[offset - 1]) ||
	    strchr("\"{};,#!\\", written[offset - 1]))
		return;
	diag_hint(conf, "comment-in-word", &place,
		  "put the word in double quotes when it belongs to it",
		  "`%c` begins a comment in the middle of a word", written[offset]);
}

/* Copies the first `length` octets of `written` without the backslashes of `\#` and `\!`. */
static void line_unescape(struct conf *conf, struct lex_line *line, const char *written)
{
	char *text = arena_alloc(&conf->arena, line->length + 1u);
	uint32_t *columns = arena_alloc(&conf->arena, (line->length + 1u) * sizeof(uint32_t));
	uint32_t length = 0;
	bool quoted = false;

	for (uint32_t i = 0; i < line->length; i++) {
		if (written[i] == '"')
			quoted = !quoted;
		if (!quoted && written[i] == '\\' && i + 1 < line->length &&
		    (written[i + 1] == '#' || written[i + 1] == '!'))
			i++;
		columns[length] = i + 1;
		text[length++] = written[i];
	}
	columns[length] = line->length + 1;
	line->text = text;
	line->columns = columns;
	line->length = length;
}

/* The line without comment and trailing blanks. */
static struct lex_line *line_strip(struct conf *conf, const struct source *source, size_t index)
{
	struct lex_line *line = arena_alloc(&conf->arena, sizeof(*line));
	const char *written = source->lines[index];
	bool quoted = false, escaped = false;
	uint32_t i;

	line->source = source;
	line->number = (uint32_t)index + 1;
	for (i = 0; written[i]; i++) {
		if (written[i] == '"') {
			quoted = !quoted;
		} else if (!quoted && written[i] == '\\' &&
			   (written[i + 1] == '#' || written[i + 1] == '!')) {
			escaped = true;
			i++;
		} else if (!quoted && (written[i] == '#' || written[i] == '!')) {
			comment_glued(conf, line, i);
			break;
		}
	}
	while (i > 0 && lex_is_blank(written[i - 1]))
		i--;
	line->text = written;
	line->length = i;
	line->continued = i > 0 && written[i - 1] == '\\';
	if (escaped)
		line_unescape(conf, line, written);
	return line;
}

size_t lex_variable(const char *text, size_t length, const char **ret_name,
		    size_t *ret_name_length)
{
	bool braced = length > 1 && text[1] == '{';
	size_t begin = braced ? 2 : 1, end = begin;

	if (length < 2 || text[0] != '$' || end >= length ||
	    (!isalpha((unsigned char)text[end]) && text[end] != '_'))
		return 0;
	while (end < length && (isalnum((unsigned char)text[end]) || text[end] == '_'))
		end++;
	*ret_name = text + begin;
	*ret_name_length = end - begin;
	if (!braced)
		return end;
	while (end < length && text[end] != '}' && text[end] != '{') /* ${_ENV NAME} */
		end++;
	return end < length && text[end] == '}' ? end + 1 : 0;
}

static uint32_t bare_word_end(const struct lex_line *line, uint32_t i)
{
	const char *name;
	size_t name_length;

	while (i < line->length && !lex_is_blank(line->text[i]) && line->text[i] != '"' &&
	       line->text[i] != '{' && line->text[i] != '}') {
		size_t variable = line->text[i] == '$' ? lex_variable(line->text + i,
								      line->length - i, &name,
								      &name_length) :
							 0;

		i += variable ? (uint32_t)variable : 1;
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
			if (lex->next_line >= lex->source->line_count)
				break;
			lex->line = line_strip(lex->conf, lex->source, lex->next_line++);
			lex->position = 0;
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

void lex_skip_continued(struct lex *lex)
{
	lex->has_ahead = false;
	while (lex->line && lex->line->continued && lex->next_line < lex->source->line_count)
		lex->line = line_strip(lex->conf, lex->source, lex->next_line++);
	if (lex->line)
		lex->position = lex->line->length;
}
