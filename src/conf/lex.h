/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf;

/* A step on the way from a file to a piece of text: an include, a variable, a loop. */
enum origin_kind {
	ORIGIN_INCLUDE, /* the file is included at `where` */
	ORIGIN_VALUE, /* the octets are the value of `name`, which was defined at `where` */
	ORIGIN_BODY, /* the line is one of `name`, which is used at `where` */
};

struct origin {
	enum origin_kind kind;
	const char *name, *value; /* NULL: not to be shown */
	const char *file; /* `where`; NULL: built in */
	uint32_t line;
	uint32_t width; /* of the reference to a value, as it was written */
	const struct origin *up; /* the next step to the outside, or NULL */
};

/* One file as it was read, each line ended by a NUL in place of its line end. */
struct source {
	const char *name;
	unsigned index; /* order of reading: the order of findings */
	char **lines;
	size_t line_count;
	const struct origin *origin; /* NULL: the main file */
};

/* Where something was written. Line and column count from 1; line 0 is the whole file. */
struct place {
	const struct source *source;
	uint32_t line, column, width;
	const struct origin *origin; /* how it came here; NULL: directly */
};

/* A line without its comment. What is written and what is read may differ (an escape, a variable):
 * `columns` then tells for each octet, and for the end, the column that it came from. NULL: octet
 * i came from column i + 1. `origins` tells the same of values; NULL: there are none. */
struct lex_line {
	const struct source *source;
	const char *text; /* `length` octets, not terminated */
	const uint32_t *columns;
	const struct origin *const *origins;
	const struct origin *origin; /* of the whole line */
	uint32_t number, begin, length; /* what is to be read: begin..length */
	bool continued; /* as it was written, it ends in a backslash */
};

struct token {
	const char *text;
	struct place place;
	bool quoted;
	bool unclosed; /* its quote is not closed: that has been said */
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
	struct prep *prep; /* where lines come from */
	const struct lex_line *line; /* NULL: none begun */
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

/* The place of `length` octets of a line. */
struct place lex_place(const struct lex_line *line, uint32_t offset, uint32_t length);

bool lex_is_blank(char c);

/* A reference to a variable: `$NAME`, `${NAME}` or `${NAME ARGUMENTS}`. */
struct variable {
	const char *name, *arguments;
	size_t name_length, arguments_length;
	size_t length; /* of the whole reference */
	bool braced;
};

/* False: at `text` no reference begins. */
bool lex_variable(const char *text, size_t length, struct variable *ret_variable);

/* A name of a variable: how many octets of `text` belong to it. */
size_t lex_name(const char *text, size_t length);
