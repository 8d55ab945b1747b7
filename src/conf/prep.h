/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/lex.h"

/* The preprocessor: the lines of a configuration in the order in which they are to be read, with
 * includes, definitions, conditions and loops worked off and variables put in. */
struct prep *prep_new(struct conf *conf, const struct source *source);

/* The next line, which lives as long as the configuration; NULL: there is none. */
const struct lex_line *prep_next(struct prep *prep);

/* Takes back what stands behind a brace, from `position` on, when a directive may begin there. */
bool prep_again(struct prep *prep, const struct lex_line *line, uint32_t position);

/* include.c: `include_check`, for what is included from here on to the end of the file. */
void include_check(struct prep *prep, const struct token *words, unsigned word_count);
/* The check that a word of it names, without its sign; 0: none. */
unsigned include_check_bit(const char *name);
