/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model as text that loads to the same model: every setting, defaults too, in one order and one
 * style. Blocks that are left out because of a mistake stand there as comments with their reason,
 * because what was wrong with them is not in the model; those that only wait for a later release
 * are printed whole. So are settings without effect, but not their defaults: each would be a
 * warning. Words are quoted only where they must be. */
#include "conf/conf_private.h"
#include "conf/counted.h"

#include <ctype.h>
#include <string.h>

struct printer {
	struct counted c;
	unsigned depth;
	unsigned skipped; /* depth inside a block that is left out */
	const char *list; /* the list whose lines are being printed, or NULL */
};

/* A plain word: in double quotes when it would not be read back as one word. */
static void put_word(struct counted *c, const char *word)
{
	bool bare = *word && word[strcspn(word, " \t\v\f\r\"{}#!$@~\\")] == '\0';

	counted_format(c, bare ? "%s" : "\"%s\"", word);
}

/* Letters that mean nothing to either layer of script.c inside double quotes. */
static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("/._-+=:,@%^~#!{}|&;<>()[]*?", c));
}

/* A word of a command, inside the double quotes of the whole: single quotes when it has blanks or
 * nothing in it, octal escapes for all that is not plain. */
static void put_command_word(struct counted *c, const char *word)
{
	bool quoted = !*word || strchr(word, ' ');

	if (quoted)
		counted_add(c, "'");
	for (; *word; word++)
		counted_format(c, is_plain(*word) || *word == ' ' ? "%c" : "\\%03o",
			       (unsigned char)*word);
	if (quoted)
		counted_add(c, "'");
}

static void put_command(struct counted *c, const struct conf_shown *value)
{
	counted_add(c, " \"");
	for (size_t i = 0; i < value->word_count; i++) {
		if (i)
			counted_add(c, " ");
		put_command_word(c, value->words[i]);
	}
	counted_add(c, "\"");
	/* Both are plain words: script.c takes no others. */
	if (value->user)
		counted_format(c, " %s", value->user);
	if (value->group)
		counted_format(c, " %s", value->group);
}

/* One word in double quotes, with escapes for what would not be read as it is. */
static void put_escaped(struct counted *c, const char *word)
{
	counted_add(c, " \"");
	for (; *word; word++)
		counted_format(c, is_plain(*word) || *word == ' ' ? "%c" :
				  *word == '\\'		      ? "\\%c" :
								"\\%03o",
			       (unsigned char)*word);
	counted_add(c, "\"");
}

static void put_indent(struct printer *p)
{
	for (unsigned i = 0; i < p->depth; i++)
		counted_add(&p->c, "\t");
}

static void put_words(struct printer *p, const struct conf_shown *shown)
{
	for (size_t i = 0; i < shown->word_count; i++) {
		counted_add(&p->c, " ");
		put_word(&p->c, shown->words[i]);
	}
}

static void list_end(struct printer *p)
{
	if (!p->list)
		return;
	p->list = NULL;
	p->depth--;
	put_indent(p);
	counted_add(&p->c, "}\n");
}

static void list_begin(struct printer *p, const char *keyword)
{
	if (p->list && strcmp(p->list, keyword) == 0)
		return;
	list_end(p);
	put_indent(p);
	counted_format(&p->c, "%s {\n", keyword);
	p->list = keyword;
	p->depth++;
}

static void open_print(void *context, const struct conf_shown *block)
{
	struct printer *p = context;

	if (p->skipped || (block->broken && !block->is_later)) {
		if (!p->skipped) {
			list_end(p);
			counted_add(&p->c, p->depth || !p->c.length ? "" : "\n");
			put_indent(p);
			counted_format(&p->c, "# left out: %s", block->keyword);
			put_words(p, block);
			counted_format(&p->c, ": %s\n", block->broken);
		}
		p->skipped++;
		return;
	}
	list_end(p);
	if (!p->depth && p->c.length)
		counted_add(&p->c, "\n");
	put_indent(p);
	counted_add(&p->c, block->keyword);
	put_words(p, block);
	counted_add(&p->c, " {\n");
	p->depth++;
}

static void value_print(void *context, const struct conf_shown *value)
{
	struct printer *p = context;
	struct conf_shown line = *value;

	if (p->skipped || (!value->works && value->origin == CONF_DEFAULT))
		return;
	if ((value->is_line || value->is_own_line) && value->word_count) {
		if (value->is_line)
			list_begin(p, value->keyword);
		put_indent(p);
		put_word(&p->c, value->words[0]);
		line.words++;
		line.word_count--;
	} else {
		list_end(p);
		put_indent(p);
		counted_add(&p->c, value->keyword);
	}
	if (value->is_command)
		put_command(&p->c, value);
	else if (value->is_escaped)
		put_escaped(&p->c, value->words[0]);
	else
		put_words(p, &line);
	counted_add(&p->c, "\n");
}

static void close_print(void *context)
{
	struct printer *p = context;

	if (p->skipped) {
		p->skipped--;
		return;
	}
	list_end(p);
	p->depth--;
	put_indent(p);
	counted_add(&p->c, "}\n");
}

size_t conf_print(const struct conf *conf, char *buffer, size_t size)
{
	struct printer p = { .depth = 0 };
	struct conf_visitor visitor = { &p, open_print, value_print, close_print };

	counted_init(&p.c, buffer, size);
	conf_visit(conf, &visitor);
	list_end(&p);
	return p.c.length;
}
