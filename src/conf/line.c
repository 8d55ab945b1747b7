/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets to lines: a file is cut at its line ends, and a line loses its comment by keepalived's
 * rules: `#` and `!` begin one outside double quotes, wherever they stand; `\#` and `\!` are the
 * letters themselves. Every octet that is left keeps the column that it came from, and the variable
 * whose value it is, so that whatever is said of it later can show the place that a person wrote.
 * What a line means begins in prep.c. */
#include "conf/line.h"

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

struct place lex_place(const struct lex_line *line, uint32_t offset, uint32_t length)
{
	struct place place = { .source = line->source, .line = line->number };
	uint32_t end = offset + length;

	place.origin = line->origin;
	place.column = line->columns ? line->columns[offset] : offset + 1;
	place.width = line->columns ? line->columns[end] - place.column : length;
	for (uint32_t i = offset; line->origins && i < end; i++) {
		if (!line->origins[i])
			continue;
		place.origin = line->origins[i];
		/* In the middle of a value: the whole reference. */
		if (place.width == 0)
			place.width = line->origins[i]->width;
		break;
	}
	if (place.width == 0)
		place.width = 1;
	return place;
}

/* A word that runs into a comment sign is cut there, which surprises in a password. */
static void comment_glued(struct conf *conf, const struct lex_line *line, uint32_t offset)
{
	const char *written = line->source->lines[line->number - 1];
	struct place place = { line->source, line->number, offset + 1, 1, line->origin };

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
		columns[length] = i + 1;
		if (written[i] == '"')
			quoted = !quoted;
		if (!quoted && written[i] == '\\' && i + 1 < line->length &&
		    (written[i + 1] == '#' || written[i + 1] == '!'))
			i++;
		text[length++] = written[i];
	}
	columns[length] = line->length + 1;
	line->text = text;
	line->columns = columns;
	line->length = length;
}

/* By its last letter, also when that stands in a comment: so does keepalived. */
static bool is_continued(const char *written)
{
	size_t length = strlen(written);

	while (length > 0 && lex_is_blank(written[length - 1]))
		length--;
	return length > 0 && written[length - 1] == '\\';
}

/* The line without comment and trailing blanks. */
struct lex_line *line_strip(struct conf *conf, const struct source *source, size_t index)
{
	struct lex_line *line = arena_alloc(&conf->arena, sizeof(*line));
	const char *written = source->lines[index];
	bool quoted = false, escaped = false;
	uint32_t i;

	line->source = source;
	line->origin = source->origin;
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
	line->continued = is_continued(written);
	if (escaped)
		line_unescape(conf, line, written);
	return line;
}

size_t lex_name(const char *text, size_t length)
{
	size_t end = 0;

	if (length > 0 && !isalpha((unsigned char)text[0]) && text[0] != '_')
		return 0;
	while (end < length && (isalnum((unsigned char)text[end]) || text[end] == '_'))
		end++;
	return end;
}

/* What may follow `$NAME`, for it to be a reference. */
static bool ends_name(const char *text, size_t length, size_t at)
{
	return at == length || lex_is_blank(text[at]) || text[at] == ',' || text[at] == ')';
}

bool lex_variable(const char *text, size_t length, struct variable *ret_variable)
{
	struct variable v = { .braced = length > 1 && text[1] == '{' };
	size_t begin = v.braced ? 2 : 1, end;

	if (length <= begin || text[0] != '$')
		return false;
	v.name = text + begin;
	v.name_length = lex_name(v.name, length - begin);
	end = begin + v.name_length;
	if (v.name_length == 0 || (!v.braced && !ends_name(text, length, end)))
		return false;
	if (v.braced) {
		v.arguments = text + end;
		while (end < length && text[end] != '}' && text[end] != '{' && text[end] != '"')
			end++;
		v.arguments_length = (size_t)(text + end - v.arguments);
		if (end == length || text[end] != '}' ||
		    (v.arguments_length && !lex_is_blank(v.arguments[0])))
			return false;
		end++;
	}
	v.length = end;
	*ret_variable = v;
	return true;
}
