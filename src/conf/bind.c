/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree into the model, driven by the keyword table: is the word known here, are its arguments
 * there, of their type, in range; then the value goes to its setting, or to the row's own function.
 * Whatever is wrong becomes a finding and the rest goes on: nothing in a file ends the reading of
 * it. What values mean together (a VRID used twice) is validate()'s. A value that is written again
 * replaces the earlier one, as in keepalived, but that is said. */
#include "conf/conf_private.h"
#include "conf/number.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void bind_bad_value(struct binder *b, const struct keyword *keyword, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
{
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if ((keyword->flags & KEYWORD_REQUIRED) && b->instance)
		instance_break(b->conf, b->instance, code, place, hint, "%s", text);
	else if (keyword->flags & KEYWORD_BAD_VALUE)
		diag_error(b->conf, code, place, hint, "%s: %" PRId64 " is used", text,
			   keyword->bad_value);
	else
		diag_error(b->conf, code, place, hint, "%s: it is ignored", text);
}

/* A keyword of another block; behind the end of one of its own kind, the end is the mistake. */
static void misplaced(struct binder *b, const struct node *node, const struct keyword *keyword,
		      const char *skipped)
{
	const struct token *word = &node->words[0];
	const char *doubt = b->before != BLOCK_NONE && b->before == keyword->block ?
				    ": is there a `}` too many before?" :
				    "";

	diag_error(b->conf, "misplaced-keyword", &word->place,
		   arena_format(&b->conf->arena, "it belongs in %s%s", block_name(keyword->block),
				doubt),
		   "`%.64s` does not belong in %s%s", word->text, block_name(node->parent->body),
		   skipped);
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
	char *hint = NULL;

	if (elsewhere) {
		misplaced(b, node, elsewhere->keyword, skipped);
		return;
	}
	/* Nobody reads a thousand suggestions, and each costs a walk over all keywords. */
	similar = conf->finding_overflow ? NULL :
					   keyword_similar(&conf->keywords, here, word->text);
	if (similar && similar->block == here)
		hint = arena_format(&conf->arena, "did you mean `%s`?", similar->name);
	else if (similar)
		hint = arena_format(&conf->arena, "did you mean `%s`? It belongs in %s",
				    similar->name, block_name(similar->block));
	diag_error(conf, "unknown-keyword", &word->place, hint,
		   "there is no keyword `%.64s` in %s%s", word->text, block_name(here), skipped);
}

static void not_yet(struct binder *b, const struct node *node)
{
	const struct token *word = &node->words[0];
	/* A parameter that selects nothing yet is not worth two lines. */
	const char *whole = node->has_body ? "; its whole block is skipped" : "";

	diag_warning(b->conf, "not-yet", &word->place, NULL,
		     "`%s` has no effect in this release%s", word->text, whole);
}

static void missing_argument(struct binder *b, const struct node *node,
			     const struct argument *argument)
{
	const struct keyword *keyword = node->keyword;
	struct conf_instance *instance = keyword->flags & KEYWORD_REQUIRED ? b->instance : NULL;
	struct diag diag = { "missing-argument", CONF_ERROR, CONF_MISSING_ARGUMENT,
			     node->words[0].place,
			     arena_format(&b->conf->arena, "write `%s %s`", keyword->name,
					  argument->name) };

	diag_add(b->conf, &diag, "%s%s`%s` needs an argument: %s", instance ? instance->name : "",
		 instance ? " is left out: " : "", keyword->name, argument->name);
	if (instance && !instance->broken)
		instance->broken = arena_format(&b->conf->arena, "%s has no %s", keyword->name,
						argument->name);
}

static bool choice_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	const char *choice = argument->choices;

	for (value->number = 0; *choice; value->number++) {
		size_t length = strcspn(choice, "|");

		if (strlen(value->text) == length && memcmp(choice, value->text, length) == 0)
			return true;
		choice += length + (choice[length] == '|');
	}
	bind_bad_value(b, keyword, "bad-choice", &value->token->place,
		       arena_format(&b->conf->arena, "write one of: %s", argument->choices),
		       "%s `%.64s` is none of %s", keyword->name, value->text, argument->choices);
	return false;
}

static void range_print(const struct argument *argument, char *buffer, size_t size)
{
	char min[32], max[32];

	if (argument->type == ARGUMENT_SECONDS)
		snprintf(buffer, size, "%s..%s seconds", number_seconds_print(argument->min, min),
			 number_seconds_print(argument->max, max));
	else
		snprintf(buffer, size, "%" PRId64 "..%" PRId64, argument->min, argument->max);
}

static bool number_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	bool seconds = argument->type == ARGUMENT_SECONDS;
	enum number_result result = seconds ? number_seconds(value->text, &value->number) :
					      number_integer(value->text, &value->number);
	const struct place *place = &value->token->place;
	char range[80];

	range_print(argument, range, sizeof(range));
	switch (result) {
	case NUMBER_NONE:
	case NUMBER_JUNK:
		bind_bad_value(b, keyword, "bad-number", place,
			       arena_format(&b->conf->arena, "write a number in %s%s", range,
					    seconds ? ", without a unit" : ""),
			       "%s `%.64s` %s", keyword->name, value->text,
			       result == NUMBER_JUNK ? "has something behind its number" :
						       "is not a number");
		return false;
	case NUMBER_ROUNDED:
		diag_warning(b->conf, "too-precise", place, NULL,
			     "%s `%.64s` is rounded to microseconds", keyword->name, value->text);
		break;
	case NUMBER_OK:
		break;
	}
	if (value->number >= argument->min && value->number <= argument->max)
		return true;
	bind_bad_value(b, keyword, "out-of-range", place, NULL, "%s %.32s is outside %s",
		       keyword->name, value->text, range);
	return false;
}

bool bind_link_name(struct binder *b, const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length >= LIMIT_LINK_NAME || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	for (; *name; name++)
		if (*name == '/' || lex_is_blank(*name))
			return false;
	return true;
}

void bind_link_exists(struct binder *b, const struct token *token)
{
	const struct conf_world *world = b->conf->world;

	if (world->link_exists && !world->link_exists(world->context, token->text))
		diag_warning(b->conf, "no-such-interface", &token->place,
			     "`ip link` lists the interfaces of this host",
			     "there is no interface %s now: it is waited for", token->text);
}

static bool value_read(struct binder *b, const struct keyword *keyword,
		       const struct argument *argument, struct value *value)
{
	switch (argument->type) {
	case ARGUMENT_INTEGER:
	case ARGUMENT_SECONDS:
		return number_read(b, keyword, argument, value);
	case ARGUMENT_CHOICE:
		return choice_read(b, keyword, argument, value);
	case ARGUMENT_LINK:
		if (bind_link_name(b, value->text))
			return true;
		bind_bad_value(b, keyword, "bad-interface", &value->token->place,
			       "an interface has 1..15 letters, no blank and no `/`",
			       "%s `%.64s` cannot be an interface", keyword->name, value->text);
		return false;
	case ARGUMENT_NONE:
	case ARGUMENT_WORD:
	case ARGUMENT_COMMAND:
		break;
	}
	return true;
}

/* Reads the arguments of a keyword that works. */
static bool arguments_read(struct binder *b, const struct node *node, struct value *ret_values)
{
	const struct keyword *keyword = node->keyword;
	unsigned i, taken = 1;

	for (i = 0; i < KEYWORD_ARGUMENTS && keyword->arguments[i].type != ARGUMENT_NONE; i++) {
		const struct argument *argument = &keyword->arguments[i];

		if (taken >= node->word_count) {
			if (argument->optional)
				break;
			missing_argument(b, node, argument);
			return false;
		}
		if (argument->type == ARGUMENT_COMMAND)
			return true;
		ret_values[i].token = &node->words[taken++];
		ret_values[i].text = ret_values[i].token->text;
		if (!value_read(b, keyword, argument, &ret_values[i]))
			return false;
	}
	if (taken < node->word_count)
		diag_warning(b->conf, "extra-argument", &node->words[taken].place, NULL,
			     taken == 1 ? "`%s` takes no argument: `%.64s` is ignored" :
					  "`%s` takes no more arguments: `%.64s` is ignored",
			     keyword->name, node->words[taken].text);
	return true;
}

/* What the row's offsets count from. */
static void *model_of(const struct binder *b)
{
	return b->instance ? (void *)b->instance : (void *)&b->conf->global;
}

static void setting_store(struct binder *b, const struct node *node, const struct value *values)
{
	const struct keyword *keyword = node->keyword;
	struct setting *setting =
		(struct setting *)(void *)((char *)model_of(b) + keyword->setting);
	bool written = values[0].token != NULL;

	if (setting->set) {
		const struct place *place = &node->words[0].place;
		const char *line = diag_line(b->conf, &setting->place, place);

		diag_hint(b->conf, "written-twice", place,
			  arena_format(&b->conf->arena, "take away the one in %s", line),
			  "`%s` replaces the value from %s", keyword->name, line);
	}
	setting->set = true;
	setting->place = written ? values[0].token->place : node->words[0].place;
	setting->number = written ? values[0].number : keyword->value;
	setting->text = values[0].text;
}

/* A bad value that counts as some other one: `priority 300` must not leave a `state MASTER` with
 * its default, which is the owner's 255. */
static void bad_value_store(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	struct setting *setting;

	if (!(keyword->flags & KEYWORD_BAD_VALUE))
		return;
	setting = (struct setting *)(void *)((char *)model_of(b) + keyword->setting);
	setting->set = true;
	setting->place = node->words[0].place;
	setting->number = keyword->bad_value;
}

static void works(struct binder *b, const struct node *node)
{
	struct value values[KEYWORD_ARGUMENTS] = { { .token = NULL } };

	if (!arguments_read(b, node, values))
		bad_value_store(b, node);
	else if (node->keyword->bind)
		node->keyword->bind(b, node, values);
	else if (node->keyword->opens != BLOCK_NONE)
		bind_body(b, node);
	else
		setting_store(b, node, values);
}

static void statement(struct binder *b, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	const struct token *word;

	if (node->silent)
		return;
	word = &node->words[0];
	if (!keyword) {
		unknown(b, node);
		return;
	}
	if (strcmp(word->text, keyword->name) != 0 && keyword->fate != FATE_NOT_YET)
		diag_warning(b->conf, "old-spelling", &word->place,
			     arena_format(&b->conf->arena, "write `%s`", keyword->name),
			     "`%s` is the old name of `%s`", word->text, keyword->name);
	switch (keyword->fate) {
	case FATE_WORKS:
		works(b, node);
		break;
	case FATE_NO_EFFECT:
		diag_warning(b->conf, "no-effect", &word->place, keyword->hint,
			     "`%s` is accepted and has no effect", word->text);
		break;
	case FATE_REFUSED:
		diag_error(b->conf, "refused", &word->place, keyword->hint,
			   "`%s` is not supported", word->text);
		break;
	case FATE_NOT_YET:
		not_yet(b, node);
		break;
	}
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

	bind_body(&b, root);
}
