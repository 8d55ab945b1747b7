/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements and braces to a tree, and everything that is wrong about braces. The tree asks the
 * keyword table which words open a block, because that is what makes a missing brace visible where
 * it is missing: a keyword that needs a `{` and has none is opened all the same, and a word that
 * belongs to an outer block closes the inner ones that were forgotten. An unknown word with a
 * block takes its whole body with it, so that what follows is read as it was meant.
 * No recursion: a file of braces must not become a deep stack. */
#include "conf/tree.h"

#include "conf/conf_private.h"

#include <string.h>

struct builder {
	struct conf *conf;
	struct lex lex;
	struct node *at; /* the innermost open block */
};

static struct node *node_add(struct builder *b, const struct item *item)
{
	struct node *node = arena_alloc(&b->conf->arena, sizeof(*node));

	node->words = item->words;
	node->word_count = item->word_count;
	node->line = item->line;
	node->rest = item->rest;
	node->rest_end = item->rest_end;
	node->parent = b->at;
	if (b->at->last)
		b->at->last->next = node;
	else
		b->at->first = node;
	b->at->last = node;
	return node;
}

static void block_open(struct builder *b, struct node *node, enum block body)
{
	node->has_body = true;
	node->body = body;
	b->at = node;
}

static bool is_judged(enum block block)
{
	return block_row(block)->content != CONTENT_SKIPPED;
}

/* Values, not keywords. */
static bool is_values(enum block block)
{
	return is_judged(block) && !block_has_keywords(block);
}

/* The block as a reader knows it: `vrrp_instance a`. */
static const char *opener_text(struct builder *b, const struct node *node)
{
	return arena_format(&b->conf->arena, "%.64s%s%.64s", node->words[0].text,
			    node->word_count > 1 ? " " : "",
			    node->word_count > 1 ? node->words[1].text : "");
}

/* Closes blocks up to `outer`, which is where `item` belongs. */
static void close_forgotten(struct builder *b, const struct node *outer, const struct item *item)
{
	for (; b->at != outer; b->at = b->at->parent) {
		const struct place *place;
		const char *line;

		if (!b->at->word_count)
			continue;
		place = &b->at->words[0].place;
		line = diag_line(b->conf, &item->place, place);
		diag_error(b->conf, "missing-brace", place,
			   arena_format(&b->conf->arena, "put a `}` before %s", line),
			   "the block of `%s` is not closed before `%.64s` in %s",
			   opener_text(b, b->at), item->words[0].text, line);
	}
}

/* Does the word look as if it stood behind the end of this block? People who forget a `}` still
 * indent what follows it as it should be; a word that is indented like the block's own is
 * misplaced, and no brace is missing. */
static bool is_outdented(const struct node *block, const struct item *item)
{
	return !block->word_count || block->words[0].place.line == item->place.line ||
	       item->place.column <= block->words[0].place.column;
}

/* A word that cannot stand here, but in a block around this one: then it is the `}` that is
 * missing. Of the top level only words that open a block count, and only with their `{`: a stray
 * `instance` must not tear a vrrp_instance apart. */
static void recover(struct builder *b, const struct item *item)
{
	const struct keyword_index *keywords = &b->conf->keywords;
	const char *word = item->words[0].text;
	const struct keyword *top;
	struct node *outer = b->at;

	if (!b->at->parent || item->words[0].quoted || keyword_find(keywords, b->at->body, word))
		return;
	while (outer->parent && is_judged(outer->body) && is_outdented(outer, item)) {
		outer = outer->parent;
		if (outer->parent && keyword_find(keywords, outer->body, word)) {
			close_forgotten(b, outer, item);
			return;
		}
	}
	top = keyword_find(keywords, BLOCK_TOP, word);
	if (!top || top->opens == BLOCK_NONE ||
	    (b->at->body == BLOCK_UNKNOWN && item->place.column != 1) ||
	    lex_peek(&b->lex)->kind != ITEM_OPEN)
		return;
	for (outer = b->at; outer->parent && is_outdented(outer, item); outer = outer->parent)
		;
	if (!outer->parent)
		close_forgotten(b, outer, item);
}

/* Does what follows look like a line of a list, and not like the next keyword? */
static bool value_follows(struct builder *b)
{
	const struct item *next = lex_peek(&b->lex);

	return next->kind == ITEM_STATEMENT &&
	       !keyword_find(&b->conf->keywords, b->at->body, next->words[0].text);
}

/* The keyword has no `{`: right for most, else it is reported and taken as if it were there. A
 * list of values is opened so only when a value follows: else it would swallow the keywords. */
static void without_brace(struct builder *b, struct node *node, const struct item *item)
{
	const struct keyword *keyword = node->keyword;
	const struct token *last = &item->words[item->word_count - 1];

	if (!keyword || keyword->opens == BLOCK_NONE)
		return;
	diag_error(b->conf, "missing-brace", &last->place,
		   arena_format(&b->conf->arena, "write `%s%s {`", keyword->name,
				keyword->arguments ? " …" : ""),
		   "`%s` needs a block, and no `{` follows", keyword->name);
	if (is_values(keyword->opens) && !value_follows(b))
		node->silent = true;
	else
		block_open(b, node, keyword->opens);
}

static void with_brace(struct builder *b, struct node *node)
{
	struct item open = lex_next(&b->lex);
	const struct keyword *keyword = node->keyword;

	if (keyword && keyword->opens == BLOCK_NONE) {
		diag_error(b->conf, "unexpected-brace", &open.place, NULL,
			   "`%s` has no block: everything up to its `}` is skipped", keyword->name);
		/* Then its argument was meant to be in there. */
		node->silent = keyword->arguments && node->word_count == 1;
	}
	if (is_values(b->at->body))
		diag_error(b->conf, "unexpected-brace", &open.place,
			   "look for a `}` that is missing before",
			   "a value has no block: everything up to its `}` is skipped");
	block_open(b, node,
		   keyword && keyword->opens != BLOCK_NONE ? keyword->opens : BLOCK_UNKNOWN);
}

static void statement(struct builder *b, const struct item *item)
{
	struct node *node;

	recover(b, item);
	node = node_add(b, item);
	if (block_has_keywords(b->at->body))
		node->keyword = keyword_find(&b->conf->keywords, b->at->body, node->words[0].text);
	/* Before anything is looked at that follows. */
	if (node->keyword && node->keyword->act)
		node->keyword->act(b->lex.prep, node->words, node->word_count);
	if (lex_peek(&b->lex)->kind == ITEM_OPEN)
		with_brace(b, node);
	else if (is_judged(b->at->body))
		without_brace(b, node, item);
}

static void open_alone(struct builder *b, const struct item *item)
{
	struct node *node = node_add(b, item);

	if (b->at->body != BLOCK_UNKNOWN)
		diag_error(b->conf, "unexpected-brace", &item->place,
			   "take it away, with its `}`",
			   "a `{` without a keyword: everything up to its `}` is skipped");
	node->silent = true;
	block_open(b, node, BLOCK_UNKNOWN);
}

static void block_close(struct builder *b, const struct item *item)
{
	if (b->at->parent)
		b->at = b->at->parent;
	else
		diag_error(b->conf, "extra-brace", &item->place,
			   "take it away, or look for a block that is closed too early",
			   "a `}` that closes nothing");
}

static void end(struct builder *b, const struct item *item)
{
	for (; b->at->parent; b->at = b->at->parent)
		if (b->at->word_count)
			diag_error(b->conf, "missing-brace", &b->at->words[0].place,
				   "put a `}` at the end of the block",
				   "the block of `%s` is not closed: the file ends in line %u",
				   opener_text(b, b->at), item->place.line);
}

struct node *tree_build(struct conf *conf, const struct source *source)
{
	struct node *root = arena_alloc(&conf->arena, sizeof(*root));
	struct builder b = { .conf = conf, .at = root };
	struct item item;

	root->body = BLOCK_TOP;
	lex_init(&b.lex, conf, source);
	do {
		item = lex_next(&b.lex);
		switch (item.kind) {
		case ITEM_STATEMENT:
			statement(&b, &item);
			break;
		case ITEM_OPEN:
			open_alone(&b, &item);
			break;
		case ITEM_CLOSE:
			block_close(&b, &item);
			break;
		case ITEM_END:
			end(&b, &item);
			break;
		}
	} while (item.kind != ITEM_END);
	return root;
}

const struct node *tree_next(const struct node *node)
{
	if (node->first)
		return node->first;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}
