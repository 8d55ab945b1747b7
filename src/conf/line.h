/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/lex.h"

/* A line of a file without its comment and without blanks at its end. */
struct lex_line *line_strip(struct conf *conf, const struct source *source, size_t index);
