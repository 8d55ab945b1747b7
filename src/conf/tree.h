/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/keyword.h"

/* One statement with the block that it opens. */
struct node {
	const struct keyword *keyword; /* NULL: not known here, or a value */
	struct token *words;
	unsigned word_count; /* 0 for the root and for a body without a keyword */
	const struct lex_line *line; /* rest..rest_end of it: what stands behind the first word */
	uint32_t rest, rest_end;
	bool has_body;
	bool silent; /* what is to be said of it has been said: skip it */
	enum block body; /* the block of its children */
	struct node *parent, *first, *last, *next;
};

/* The next node of the tree, as the file has it; NULL: that was the last one. */
const struct node *tree_next(const struct node *node);

/* The whole source as a tree; its root has the block BLOCK_TOP. Everything about braces is
 * reported here. */
struct node *tree_build(struct conf *conf, const struct source *source);
