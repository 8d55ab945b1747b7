/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"
#include "conf/prep.h"

/* The inside of the preprocessor, for its own files. */

struct definition {
	const char *name, *value; /* `value`: what stands on the line of the definition */
	size_t length; /* of the value */
	const struct lex_line **body; /* the lines behind it */
	size_t body_count, body_room;
	const char *file;
	uint32_t line;
};

/* The values of a loop: a row of them for each round, or a sequence of numbers. */
struct loop {
	struct definition *names; /* one for each variable, with the value of this round */
	struct definition **outer; /* what they were before the loop */
	size_t name_count;
	const char **values; /* `round_count` rows of `name_count`; NULL: numbers */
	size_t round_count;
	int64_t next, step, end;
	bool hex;
	const struct lex_line *line; /* what is repeated */
};

enum frame_kind {
	FRAME_FILE,
	FRAME_FILES, /* what an include matched */
	FRAME_BODY,
	FRAME_LOOP,
};

/* Something that gives lines. */
struct frame {
	enum frame_kind kind;
	size_t next; /* of the lines, paths or rounds */
	const struct source *source; /* FILE */
	const char *directory;
	const char **paths; /* FILES */
	size_t path_count;
	bool strict; /* all of them must be readable */
	unsigned checks; /* FILE: the include_check outside of it */
	struct place place; /* of the include */
	const struct definition *definition; /* BODY */
	const struct origin *origin;
	struct loop *loop; /* LOOP */
};

/* A line while variables are being put in. */
struct draft {
	char *text;
	uint32_t *columns;
	const struct origin **origins;
	size_t length, room;
};

struct prep {
	struct conf *conf;
	struct map definitions; /* name → struct definition */
	struct frame *frames;
	size_t frame_count, frame_room;
	unsigned file_depth, nested_depth; /* frames of files; of bodies and loops */
	unsigned file_count; /* read so far */
	size_t file_size; /* of all of them */
	unsigned checks; /* include_check as it stands now */
	size_t expanded; /* octets, against LIMIT_CONF_EXPANDED */
	const struct lex_line *pending; /* comes before what the frames give */
	struct draft drafts[2];
	unsigned draft; /* the one to be written next */
	uint64_t random;
	bool is_dropped; /* the line in hand: why, was reported */
};

/* prep.c */
struct frame *frame_push(struct prep *prep, enum frame_kind kind);
const struct frame *frame_file(const struct prep *prep); /* the innermost file */

/* Counts what was made against LIMIT_CONF_EXPANDED. False: it was too much, and nothing more is
 * read. */
bool prep_charge(struct prep *prep, const struct place *place, size_t size);

/* Ends reading: what follows would be judged without what is missing. */
void prep_stop(struct prep *prep, const char *code, const struct place *place, const char *message);

/* True: one more body or loop may begin. False: there are too many, and all of this file are left;
 * it was reported. */
bool prep_nest(struct prep *prep, const struct place *place, const char *name);

/* variable.c: definitions and references */

/* `$NAME=…` at the beginning of the line. */
bool variable_define(struct prep *prep, const struct lex_line *line);

/* Passes over the further lines of a definition that does not count. */
void variable_skip(struct prep *prep);

/* Puts in the values of all references. False: there were none to be put in. */
bool variable_substitute(struct prep *prep, struct lex_line *line);

/* The same until nothing is left. False: there is no end; it was reported. */
bool variable_expand(struct prep *prep, struct lex_line *line);

/* Says what is odd about references that are still there. */
void variable_report(struct prep *prep, const struct lex_line *line);

/* Moves the text of a line out of the drafts. */
void variable_keep(struct prep *prep, struct lex_line *line);

void variable_endless(struct prep *prep, const struct lex_line *line);

bool variable_is_definition(const struct lex_line *line, uint32_t begin);

/* builtin.c */
const char *prep_config_id(struct conf *conf);

/* The value of a variable that is not defined; NULL: not a built-in one. */
const char *builtin_value(struct prep *prep, const struct variable *v, const struct place *place);

/* loop.c: `~SEQ` and `~LST` at the beginning of the line. */
bool loop_begin(struct prep *prep, struct lex_line *line);
bool loop_is_keyword(const struct lex_line *line, uint32_t begin);
/* The line of the next round, NULL: it is over. */
const struct lex_line *loop_next(struct prep *prep, struct frame *frame);
void loop_end(struct prep *prep, const struct loop *loop);

/* include.c: `include` and its kin at the beginning of the line. */
bool include_begin(struct prep *prep, const struct lex_line *line);
bool include_is_keyword(const char *text, size_t length);
/* The checks that -e asks for. */
unsigned include_checks_all(void);
/* Reads a file of the innermost frame, which is FRAME_FILES. */
void include_next(struct prep *prep, size_t index);
/* The directory of a file, without its last slash; empty: the current one. */
const char *include_directory(struct conf *conf, const char *path);

/* The first octet that is not blank. */
static inline uint32_t line_skip_blanks(const struct lex_line *line, uint32_t i)
{
	while (i < line->length && lex_is_blank(line->text[i]))
		i++;
	return i;
}
