/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model as text that loads to the same model: every setting, defaults too, in one order and one
 * style. Blocks that are left out because of a mistake stand there as comments with their reason,
 * because what was wrong with them is not in the model; those that only wait for a later release
 * are printed whole. So are settings without effect, but not their defaults: each would be a
 * warning. Words are quoted only where they must be. Comments about origins stand behind values,
 * where the language allows them on every line. */
#include "conf/conf_private.h"
#include "conf/counted.h"

#include <ctype.h>
#include <string.h>

/* Where comments begin, if the line is not longer. */
#define COMMENT_COLUMN 48

struct printer {
	struct counted c;
	unsigned options; /* enum conf_print_option */
	size_t line_start; /* offset of the line that is being printed */
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

/* Made of letters that need no quotes, but for the backslash of a domain. */
static void put_account(struct counted *c, const char *name)
{
	counted_add(c, " ");
	for (; *name; name++)
		counted_format(c, *name == '\\' ? "\\%c" : "%c", *name);
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
	if (value->user)
		put_account(c, value->user);
	if (value->group)
		put_account(c, value->group);
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
	p->line_start = p->c.length;
	for (unsigned i = 0; i < p->depth; i++)
		counted_add(&p->c, "\t");
}

/* The `i`th word, or what stands in its place. */
static const char *word_of(const struct printer *p, const struct conf_shown *shown, size_t i)
{
	bool masked = p->options & CONF_PRINT_MASKED && shown->is_secret;

	return masked && i + 1 == shown->word_count ? CONF_MASK : shown->words[i];
}

/* Those from `first` on. */
static void put_words(struct printer *p, const struct conf_shown *shown, size_t first)
{
	for (size_t i = first; i < shown->word_count; i++) {
		counted_add(&p->c, " ");
		put_word(&p->c, word_of(p, shown, i));
	}
}

size_t conf_origin_print(const struct conf_shown *shown, char *buffer, size_t size)
{
	static const char *const words[] = {
		[CONF_DEFAULT] = "default",
		[CONF_WRITTEN] = "",
		[CONF_INHERITED] = "from global_defs",
		[CONF_ADJUSTED] = "adjusted",
	};
	const char *word = words[shown->origin];
	struct counted c;

	counted_init(&c, buffer, size);
	counted_add(&c, word);
	if (shown->file && shown->origin != CONF_DEFAULT)
		counted_format(&c, "%s%s:%u", *word ? ", " : "", shown->file, shown->line);
	if (size)
		diag_clean(buffer);
	return c.length;
}

/* The end of a line, with its comment. */
static void put_end(struct printer *p, const struct conf_shown *shown)
{
	size_t width = p->depth * 8 + p->c.length - p->line_start - p->depth;
	char text[LIMIT_CONF_PATH + 64];

	if (p->options & CONF_PRINT_ORIGINS &&
	    (conf_origin_print(shown, text, sizeof(text)) || shown->broken)) {
		counted_add(&p->c, "  ");
		for (width += 2; width < COMMENT_COLUMN; width++)
			counted_add(&p->c, " ");
		counted_format(&p->c, "# %s", text);
		if (shown->broken)
			counted_format(&p->c, "%snot in this release: %s", *text ? "; " : "",
				       shown->broken);
	}
	counted_add(&p->c, "\n");
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
			put_words(p, block, 0);
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
	put_words(p, block, 0);
	counted_add(&p->c, " {");
	put_end(p, block);
	p->depth++;
}

static void value_print(void *context, const struct conf_shown *value)
{
	struct printer *p = context;
	size_t first = 0;

	if (p->skipped || (!value->works && value->origin == CONF_DEFAULT))
		return;
	if ((value->is_line || value->is_own_line) && value->word_count) {
		if (value->is_line)
			list_begin(p, value->keyword);
		put_indent(p);
		put_word(&p->c, word_of(p, value, first++));
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
		put_words(p, value, first);
	put_end(p, value);
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

size_t conf_print_with(const struct conf *conf, unsigned options, char *buffer, size_t size)
{
	struct printer p = { .options = options };
	struct conf_visitor visitor = { &p, open_print, value_print, close_print };

	counted_init(&p.c, buffer, size);
	conf_visit(conf, &visitor);
	list_end(&p);
	return p.c.length;
}

size_t conf_print(const struct conf *conf, char *buffer, size_t size)
{
	return conf_print_with(conf, 0, buffer, size);
}
