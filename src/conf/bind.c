/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree into the model, driven by the keyword tables: is the word known here, what is its fate,
 * and where do its arguments go. Whatever is wrong becomes a finding and the rest goes on: nothing
 * in a file ends the reading of it. What this release cannot do yet is read and kept like
 * everything else, so that a mistake in it is found today; that it has no effect is said once.
 * What values mean together (a VRID used twice) is validate()'s. */
#include "conf/conf_private.h"
#include "conf/script.h"

#include <string.h>

/* A keyword of another block; behind the end of one of its own kind, the end is the mistake. */
static void misplaced(struct binder *b, const struct node *node, const struct keyword *keyword,
		      const char *skipped)
{
	const struct token *word = &node->words[0];
	const char *doubt = b->before != BLOCK_NONE && b->before == keyword->block ?
				    ": is there a `}` too many before?" :
				    "";

	diag_error(b->conf, "misplaced-keyword", &word->place,
		   keyword_find(&b->conf->keywords, node->parent->body, keyword->name) ?
			   /* An old name that the keyword has in another block only. */
			   arena_format(&b->conf->arena, "write `%s`", keyword->name) :
			   arena_format(&b->conf->arena, "it belongs in %s%s",
					block_name(keyword->block), doubt),
		   "`%.64s` does not belong in %s%s", word->text, block_name(node->parent->body),
		   skipped);
}

/* A word of a list that stands beside it: the names of a sync group without their `group`. */
static char *stray_hint(struct binder *b, const struct node *node)
{
	b->model->has_stray = true;
	return arena_format(&b->conf->arena, "write `%s { %.64s }`",
			    block_row(node->parent->body)->stray, node->words[0].text);
}

/* A keyword that stands in the wrong block, or nowhere. */
static void unknown(struct binder *b, const struct node *node)
{
	struct conf *conf = b->conf;
	const struct token *word = &node->words[0];
	const char *skipped = node->has_body ? "; its whole block is skipped" : "";
	const struct keyword_entry *elsewhere = keyword_all(&conf->keywords, word->text);
	const struct keyword *similar;
	enum block here = node->parent->body;
	const char *hint = NULL;

	if (elsewhere) {
		misplaced(b, node, elsewhere->keyword, skipped);
		return;
	}
	/* Nobody reads a thousand suggestions, and each costs a walk over all keywords. */
	similar = conf->finding_overflow ?
			  NULL :
			  keyword_similar(&conf->keywords, here, word->text, node->has_body);
	if (similar && similar->block == here)
		hint = arena_format(&conf->arena, "did you mean `%s`?", similar->name);
	else if (block_row(here)->stray && !node->has_body)
		hint = stray_hint(b, node);
	else if (similar)
		hint = arena_format(&conf->arena, "did you mean `%s`? It belongs in %s",
				    similar->name, block_name(similar->block));
	diag_error(conf, "unknown-keyword", &word->place, hint,
		   "there is no keyword `%.64s` in %s%s", word->text, block_name(here), skipped);
}

/* Said once for a keyword: a file may have it a thousand times. */
static void not_yet(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	const struct token *word = &node->words[0];
	void **said = map_slot(&b->conf->not_yet_said, &keyword, sizeof(keyword));

	/* Of an instance that must not run without it validate() says so. */
	if (b->is_later || (keyword->flags & KEYWORD_VITAL && b->instance))
		return;
	if (!*said)
		diag_warning(b->conf, "not-yet", &word->place, keyword->hint,
			     "`%s` has no effect in this release", word->text);
	*said = b->conf;
}

/* A bad value that counts as some other one: `priority 300` must not leave a `state MASTER` with
 * its default, which is the owner's 255. */
static void bad_value_store(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	struct setting *setting;

	if (!(keyword->flags & KEYWORD_BAD_VALUE))
		return;
	setting = model_setting(b->model, keyword->at);
	setting->set = true;
	setting->place = &node->words[0].place;
	setting->number = keyword->bad_value;
	setting->text = NULL;
	setting->origin = CONF_ADJUSTED;
}

static void empty_list(struct binder *b, const struct node *node)
{
	diag_warning(b->conf, "empty-list", &node->words[0].place,
		     "write one into it, or take it away", "`%s` is empty", node->keyword->name);
}

/* The body of a block that has no model of its own: into the one around it. */
static void body_read(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;

	if (block_row(keyword->opens)->content == CONTENT_LINES ||
	    block_row(keyword->opens)->content == CONTENT_WORDS)
		bind_lines(b, node, model_list(b->model, keyword->at));
	else
		bind_body(b, node);
	/* What an empty group means is said by validate_sync.c. */
	if (!node->first && (node->body == BLOCK_MAIL_ADDRESSES || node->body == BLOCK_LINK_NAMES))
		empty_list(b, node);
}

static void flag_store(struct binder *b, const struct node *node)
{
	struct value value = { .token = &node->words[0], .number = node->keyword->value };

	bind_store(b, node->keyword, model_setting(b->model, node->keyword->at), &value);
}

static void read_statement(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	struct value values[KEYWORD_VALUES] = { { .token = NULL } };
	struct reading r = { .b = b, .keyword = keyword, .arguments = keyword->arguments,
			     .words = node->words, .word_count = node->word_count, .at = 1,
			     .model = b->model, .values = values };

	if (block_has_model(keyword->opens)) {
		/* Its arguments belong to its own model. */
		if (keyword->bind)
			keyword->bind(b, node, values);
		else
			bind_block(b, node);
		return;
	}
	if (!bind_arguments(&r))
		bad_value_store(b, node);
	else if (keyword->bind)
		keyword->bind(b, node, values);
	else if (keyword->opens != BLOCK_NONE)
		body_read(b, node);
	else if (keyword->arguments && keyword->arguments[0].type == ARGUMENT_COMMAND &&
		 node->word_count > 1)
		script_store(b, node, model_setting(b->model, keyword->at));
	else if (keyword->arguments && keyword->arguments[0].type == ARGUMENT_ESCAPED)
		escaped_store(b, node, model_setting(b->model, keyword->at));
	else if (!values[0].argument && keyword->at)
		flag_store(b, node);
}

static void statement(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	const struct token *word;
	struct binder inner = *b;

	if (node->silent)
		return;
	word = &node->words[0];
	if (!keyword) {
		unknown(b, node);
		return;
	}
	if (strcmp(word->text, keyword->name) != 0)
		diag_hint(b->conf, "old-spelling", &word->place,
			  arena_format(&b->conf->arena, "write `%s`", keyword->name),
			  "`%s` is the old name of `%s`", word->text, keyword->name);
	switch (keyword->fate) {
	case FATE_WORKS:
		break;
	case FATE_NO_EFFECT:
		diag_hint(b->conf, "no-effect", &word->place, keyword->hint,
			  "`%s` is accepted and has no effect", word->text);
		break;
	case FATE_REFUSED:
		diag_error(b->conf, "refused", &word->place, keyword->hint,
			   "`%s` is not supported", word->text);
		return;
	case FATE_NOT_YET:
		not_yet(b, node);
		inner.is_later = true;
		break;
	}
	read_statement(&inner, node);
}

void bind_body(struct binder *b, const struct node *node)
{
	for (const struct node *child = node->first; child; child = child->next) {
		statement(b, child);
		if (node->body == BLOCK_TOP && child->keyword && child->has_body)
			b->before = child->body;
	}
}

void bind_tree(struct conf *conf, const struct node *root)
{
	struct binder b = { .conf = conf };

	b.model = &conf->global->block;
	bind_body(&b, root);
	bind_references(conf);
}
