/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf;

/* One file as it was read, each line ended by a NUL in place of its line end. */
struct source {
	const char *name;
	unsigned index; /* order of reading: the order of findings */
	char **lines;
	size_t line_count;
};

/* Where something was written. Line and column count from 1; line 0 is the whole file. */
struct place {
	const struct source *source;
	uint32_t line, column, width;
};

/* A line without its comment. What is written and what is read may differ (an escape today, an
 * expanded variable later): `columns` then tells for each octet the column that it came from.
 * NULL: octet i came from column i + 1. */
struct lex_line {
	const struct source *source;
	const char *text; /* `length` octets, not terminated */
	const uint32_t *columns;
	uint32_t number, length;
	bool continued; /* ends in a backslash */
};

struct token {
	const char *text;
	struct place place;
	bool quoted;
};

enum item_kind {
	ITEM_STATEMENT, /* a word with its arguments */
	ITEM_OPEN,
	ITEM_CLOSE,
	ITEM_END,
};

struct item {
	enum item_kind kind;
	struct place place;
	struct token *words;
	unsigned word_count; /* at least 1 */
	/* What stands behind the first word, with its quotes: for keywords whose argument is a
	 * command line. */
	const struct lex_line *line;
	uint32_t rest, rest_end;
};

struct lex {
	struct conf *conf;
	const struct source *source;
	const struct lex_line *line; /* NULL: none begun */
	size_t next_line;
	uint32_t position;
	struct token *words; /* room for the words of one statement */
	size_t word_room;
	struct item ahead;
	bool has_ahead;
};

/* Cuts `size` octets into lines; the data is changed and belongs to the source. */
struct source *lex_source(struct conf *conf, const char *name, char *data, size_t size);

void lex_init(struct lex *lex, struct conf *conf, const struct source *source);
struct item lex_next(struct lex *lex);
const struct item *lex_peek(struct lex *lex);

/* Drops the lines that continue the current one (each ends in a backslash). */
void lex_skip_continued(struct lex *lex);

/* The place of `length` octets of a line. */
struct place lex_place(const struct lex_line *line, uint32_t offset, uint32_t length);

bool lex_is_blank(char c);

/* The length of the reference to a variable (`$NAME` or `${NAME}`) at the beginning of `text`, and
 * its name; 0: none stands there. */
size_t lex_variable(const char *text, size_t length, const char **ret_name,
		    size_t *ret_name_length);
