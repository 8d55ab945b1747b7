/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passwords and keys, which no finding shows: findings go to logs and to people who were asked for
 * help. A mistake is what puts a secret where none is expected: behind a mistyped keyword, in place
 * of a number, in the wrong block, on a line with something else. So this does not follow what was
 * read but asks of each word whether it may be a secret: it stands behind the name of one, or near
 * it and is nothing that a reader knows. Most findings were made before that can be told: they are
 * gone through once, at the end. Of their source line nothing is shown from the first such word on,
 * because what looks like a comment may belong to it; in their words and hints it becomes `…`.
 * What is hidden too much costs a reader one look into the file. */
#include "conf/conf_private.h"
#include "conf/suggest.h"

#include "base/check.h"

#include <ctype.h>
#include <string.h>

/* Names from this length on mean a keyword wherever they stand: `key` may be anything. */
#define NAME_LONG 6

/* Digits of a number that is taken for one, and not for a secret. */
#define NUMBER_SHOWN 5

/* Messages cut the words that they quote: from this length on the beginning is enough. */
#define CUT_MIN 32

/* Words of one line that are looked for in its findings; of one with more no word is shown. */
#define WORDS_MAX 64

/* Blocks that are skipped are left this far to find out what they stand in. */
#define DEPTH_MAX 8

#define SECRETS_MAX 16

struct secret_word {
	const char *text;
	struct secret_word *next;
};

/* A line that has findings. */
struct secret_line {
	const struct source *source;
	uint32_t number;
	bool is_read; /* a statement stands on it */
	bool is_definition; /* of a secret */
	struct secret_word *words;
	unsigned word_count;
	const struct secret_line *next;
};

struct line_key {
	const char *file;
	uint64_t line;
};

struct secrets {
	struct conf *conf;
	const struct keyword *keywords[SECRETS_MAX]; /* of secrets */
	const struct keyword *openers[SECRETS_MAX]; /* of blocks that have such */
	size_t keyword_count, opener_count;
	bool in_block[BLOCK_N_];
	struct place hidden; /* from here on, the line that was hidden last */
};

static void secrets_collect(struct secrets *s)
{
	const struct keyword_index *index = &s->conf->keywords;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (size_t t = 0; index->tables[t]; t++) {
			for (size_t i = 0; i < index->tables[t]->count; i++) {
				const struct keyword *k = &index->tables[t]->rows[i];

				check(s->keyword_count < SECRETS_MAX &&
				      s->opener_count < SECRETS_MAX);
				if (pass == 0 && k->flags & KEYWORD_SECRET) {
					s->keywords[s->keyword_count++] = k;
					s->in_block[k->block] = true;
				} else if (pass == 1 && s->in_block[k->opens]) {
					s->openers[s->opener_count++] = k;
				}
			}
		}
	}
}

/* -- lines -- */

static struct secret_line *line_find(const struct conf *conf, const char *file, uint32_t number)
{
	struct line_key key = { file, number };

	return conf->secret_lines.arena ? map_find(&conf->secret_lines, &key, sizeof(key)) : NULL;
}

static void lines_collect(struct conf *conf)
{
	map_init(&conf->secret_lines, &conf->arena);
	for (size_t i = 0; i < conf->finding_count; i++) {
		const struct place *place = &conf->findings[i].place;
		struct line_key key = { place->line ? place->source->name : NULL, place->line };
		struct secret_line *line, **slot;

		if (!place->line)
			continue;
		slot = (struct secret_line **)(void *)map_slot(&conf->secret_lines, &key,
							       sizeof(key));
		if (*slot)
			continue;
		line = arena_alloc(&conf->arena, sizeof(*line));
		*line = (struct secret_line){ .source = place->source, .number = place->line,
					      .next = conf->secret_first };
		*slot = line;
		conf->secret_first = line;
	}
}

/* From `column` to the end. */
static void line_hide(struct conf *conf, const struct source *source, uint32_t number,
		      uint32_t column)
{
	char **line = &source->lines[number - 1];
	size_t length = strlen(*line);

	if (column > length)
		return;
	*line = arena_copy(&conf->arena, *line, length);
	memset(*line + column - 1, '*', length - (column - 1));
}

/* A value that is a secret: neither the way to it shows it nor the line that defines it. */
static void origin_hide(struct conf *conf, const struct origin *origin)
{
	struct secret_line *line;
	const char *text, *sign;

	if (!conf->hidden.arena)
		map_init(&conf->hidden, &conf->arena);
	*map_slot(&conf->hidden, &origin, sizeof(origin)) = conf;
	line = origin->kind == ORIGIN_VALUE ? line_find(conf, origin->file, origin->line) : NULL;
	if (!line || line->is_definition)
		return;
	line->is_definition = true;
	text = line->source->lines[line->number - 1];
	sign = strchr(text, '=');
	if (sign)
		line_hide(conf, line->source, line->number, (uint32_t)(sign - text) + 2);
}

bool secret_is_origin(const struct conf *conf, const struct origin *origin)
{
	return conf->hidden.arena && map_find(&conf->hidden, &origin, sizeof(origin));
}

static void line_word_add(struct conf *conf, struct secret_line *line, const char *text)
{
	struct secret_word *word;
	char *clean;

	if (!*text || line->word_count > WORDS_MAX || line->word_count++ == WORDS_MAX)
		return;
	word = arena_alloc(&conf->arena, sizeof(*word));
	clean = arena_copy(&conf->arena, text, strlen(text));
	diag_clean(clean);
	*word = (struct secret_word){ clean, line->words };
	line->words = word;
}

static void word_hide(struct secrets *s, const struct token *word)
{
	const struct place *place = &word->place;
	struct secret_line *line = line_find(s->conf, place->source->name, place->line);

	/* The first one of a line takes the others with it. */
	if (s->hidden.source != place->source || s->hidden.line != place->line ||
	    place->column < s->hidden.column) {
		line_hide(s->conf, place->source, place->line, place->column);
		s->hidden = *place;
	}
	for (const struct origin *origin = place->origin; origin; origin = origin->up)
		origin_hide(s->conf, origin);
	if (line)
		line_word_add(s->conf, line, word->text);
}

/* -- what a word may be -- */

/* Was it meant to be this keyword? What is longer is more than a mistyped name. */
static bool is_meant(const struct keyword *keyword, const char *word)
{
	return keyword_is_taken_for(keyword, word) ||
	       (strlen(word) <= strlen(keyword->name) + 1 &&
		suggest_distance(word, keyword->name) != SUGGEST_NONE);
}

/* The keyword of a block that was meant, or NULL. */
static const struct keyword *meant_find(const struct secrets *s, enum block block,
					const char *word)
{
	const struct block_rows *rows = &s->conf->keywords.blocks[block];
	const struct keyword *known = keyword_find(&s->conf->keywords, block, word);

	for (size_t i = 0; !known && i < rows->count; i++)
		if (is_meant(rows->rows[i], word))
			known = rows->rows[i];
	return known;
}

/* Does a statement of this block begin with a keyword? */
static bool is_of_keywords(enum block block)
{
	return block_has_keywords(block) || block == BLOCK_UNKNOWN;
}

/* Of the block with secrets that a statement opens, or was meant to; NULL: it does not. */
static const struct keyword *opener_find(const struct secrets *s, const struct node *node)
{
	const char *word = node->word_count ? node->words[0].text : "";

	if (!node->parent || !is_of_keywords(node->parent->body))
		return NULL;
	for (size_t i = 0; i < s->opener_count; i++)
		if (node->keyword ? node->keyword == s->openers[i] : is_meant(s->openers[i], word))
			return s->openers[i];
	return NULL;
}

/* The block with secrets that a statement stands in, or was meant to; BLOCK_NONE: it does not. */
static enum block block_around(const struct secrets *s, const struct node *node)
{
	const struct node *outer = node->parent;

	for (unsigned depth = 0; outer && depth < DEPTH_MAX; depth++, outer = outer->parent) {
		const struct keyword *opener;

		if (s->in_block[outer->body])
			return outer->body;
		if (outer->body != BLOCK_UNKNOWN)
			break;
		/* `auth_pass { … }` */
		if (outer->keyword && outer->keyword->flags & KEYWORD_SECRET)
			return outer->keyword->block;
		opener = opener_find(s, outer);
		if (opener)
			return opener->opens;
	}
	return BLOCK_NONE;
}

/* The secret whose name the word is, perhaps mistyped or in the wrong block. */
static const struct keyword *named_find(const struct secrets *s, enum block block,
					const struct node *node, unsigned at)
{
	const char *word = node->words[at].text;
	bool begins = at == 0 && is_of_keywords(node->parent->body);
	const struct keyword *known = at == 0 ? node->keyword : NULL;

	if (!known && block != BLOCK_NONE)
		known = meant_find(s, block, word);
	if (known)
		return known->flags & KEYWORD_SECRET ? known : NULL;
	for (size_t i = 0; i < s->keyword_count; i++) {
		const struct keyword *k = s->keywords[i];

		if (strcmp(k->name, word) == 0 && (begins || strlen(word) >= NAME_LONG))
			return k;
		if (begins && !keyword_all(&s->conf->keywords, word) && is_meant(k, word))
			return k;
	}
	return NULL;
}

/* `auth_pass=secret` is one word. */
static bool is_glued(const struct secrets *s, const struct node *node, unsigned at)
{
	const char *word = node->words[at].text;
	bool begins = at == 0 && is_of_keywords(node->parent->body);

	for (size_t i = 0; i < s->keyword_count; i++) {
		const char *name = s->keywords[i]->name;
		size_t length = strlen(name);
		unsigned char end;

		if (strncmp(word, name, length) != 0 || !word[length])
			continue;
		end = (unsigned char)word[length];
		if ((length >= NAME_LONG || (begins && !isalpha(end) && end != '_')) &&
		    !keyword_all(&s->conf->keywords, word))
			return true;
	}
	return false;
}

static bool is_short_number(const char *word)
{
	size_t length = strspn(word, "0123456789");

	return length > 0 && length <= NUMBER_SHOWN && !word[length];
}

/* One of the choices, perhaps mistyped. */
static bool is_choice(struct conf *conf, const struct argument *argument, const char *word)
{
	const char *choice = argument->choices;

	while (choice && *choice) {
		size_t length = strcspn(choice, "|");
		const char *copy = arena_copy(&conf->arena, choice, length);

		if (suggest_distance(word, copy) != SUGGEST_NONE)
			return true;
		choice += length + (choice[length] == '|');
	}
	return false;
}

/* A word behind the last argument: something else that is known in this block? */
static bool is_known_word(const struct secrets *s, enum block block, const char *word)
{
	const struct block_rows *rows = &s->conf->keywords.blocks[block];

	for (size_t i = 0; i < rows->count; i++) {
		if (strcmp(rows->rows[i]->name, word) == 0)
			return true;
		for (const struct argument *a = rows->rows[i]->arguments;
		     a && a->type != ARGUMENT_NONE; a++)
			if (argument_choice(a, word) >= 0)
				return true;
	}
	return false;
}

/* Is the word, the `at`th, what the keyword's argument may be? */
static bool fits(const struct secrets *s, enum block block, const struct keyword *keyword,
		 unsigned at, const char *word)
{
	const struct argument *a = keyword ? keyword->arguments : NULL;

	for (; a && a->type != ARGUMENT_NONE && at > 1; at--)
		a++;
	if (!a || a->type == ARGUMENT_NONE)
		return is_known_word(s, block, word);
	if (a->type == ARGUMENT_CHOICE)
		return is_choice(s->conf, a, word);
	return a->type != ARGUMENT_INTEGER || is_short_number(word);
}

/* -- statements -- */

/* Behind the name of a secret: numbers that come before it are none. */
static unsigned secret_begin(const struct keyword *keyword, const struct node *node, unsigned at)
{
	for (const struct argument *a = keyword->arguments;
	     a[0].type != ARGUMENT_NONE && a[1].type != ARGUMENT_NONE; a++, at++)
		if (at >= node->word_count || !is_short_number(node->words[at].text))
			break;
	return at;
}

static const struct keyword *first_meant(const struct secrets *s, enum block block,
					 const struct node *node)
{
	const struct keyword_entry *all = keyword_all(&s->conf->keywords, node->words[0].text);
	const struct keyword *meant = node->keyword;

	if (!meant && block != BLOCK_NONE)
		meant = meant_find(s, block, node->words[0].text);
	return meant ? meant : all ? all->keyword : NULL;
}

/* The first word that may be a secret; the count of words: none. */
static unsigned secret_find(const struct secrets *s, const struct node *node)
{
	enum block block = block_around(s, node);
	const struct keyword *opener = opener_find(s, node);
	const struct keyword *meant = block != BLOCK_NONE || opener ? first_meant(s, block, node) :
								      NULL;

	for (unsigned at = 0; at < node->word_count; at++) {
		const struct keyword *secret = named_find(s, block, node, at);
		const char *word = node->words[at].text;

		if (secret)
			return secret_begin(secret, node, at + 1);
		if (is_glued(s, node, at))
			return at;
		if (block == BLOCK_NONE && !opener)
			continue;
		if (at == 0 ? !meant && !opener :
			      !fits(s, opener ? opener->opens : block, meant, at, word))
			return at;
	}
	return node->word_count;
}

/* What tells of a secret on a line that was not read as statements: another node's, a definition,
 * a comment. */
static void text_hide(struct secrets *s, const struct secret_line *line)
{
	const char *text = line->source->lines[line->number - 1];
	size_t first = strlen(text);
	bool has_comment = text[strcspn(text, "#!")];

	for (size_t i = 0; i < s->keyword_count; i++) {
		const char *name = s->keywords[i]->name, *found = text;
		size_t length = strlen(name);

		while ((found = strstr(found, name))) {
			bool leads = strspn(text, " \t") == (size_t)(found - text) && has_comment;
			bool begins = found == text || (!isalnum((unsigned char)found[-1]) &&
							found[-1] != '_');
			size_t blanks = strspn(found += length, " \t#!");

			begins &= length >= NAME_LONG || !line->is_read || leads;
			if (begins && blanks && (size_t)(found - text) + blanks < first)
				first = (size_t)(found - text) + blanks;
		}
	}
	if (text[first])
		line_hide(s->conf, line->source, line->number, (uint32_t)first + 1);
}

/* Has a value, whose definition may have findings? */
static bool has_origins(const struct node *node)
{
	for (unsigned i = 0; i < node->word_count; i++)
		if (node->words[i].place.origin)
			return true;
	return false;
}

static void statement_hide(struct secrets *s, const struct node *node)
{
	const struct place *place = &node->words[0].place;
	struct secret_line *line = line_find(s->conf, place->source->name, place->line);

	if (line)
		line->is_read = true;
	/* Good ones always: findings between the nodes of a cluster come later. */
	if (!line && !(node->keyword && node->keyword->flags & KEYWORD_SECRET) &&
	    !has_origins(node))
		return;
	for (unsigned at = secret_find(s, node); at < node->word_count; at++)
		word_hide(s, &node->words[at]);
}

void secrets_hide(struct conf *conf, const struct node *root)
{
	struct secrets s = { .conf = conf };

	secrets_collect(&s);
	lines_collect(conf);
	for (const struct node *node = root->first; node; node = tree_next(node))
		if (node->word_count)
			statement_hide(&s, node);
	for (const struct secret_line *line = conf->secret_first; line; line = line->next)
		text_hide(&s, line);
}

/* -- messages -- */

static size_t common_length(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	return length;
}

/* `$NAME` is quoted without what stands around it. */
static bool holds_variable(const struct secret_word *word, const char *text)
{
	size_t length = text[0] == '$' ? strcspn(text + 1, "`") : 0;

	return length && memmem(word->text, strlen(word->text), text + 1, length);
}

/* How many octets of `text` at `at` are a secret of the line; 0: none. Quoted, or a number: nothing
 * else of a file stands in messages. */
static size_t masked_length(const struct secret_line *line, const char *text, size_t at)
{
	bool quoted = at > 0 && text[at - 1] == '`';

	if (!quoted && (at == 0 || text[at - 1] != ' '))
		return 0;
	if (quoted && line->word_count > WORDS_MAX)
		return strcspn(text + at, "`");
	for (const struct secret_word *w = line->words; w; w = w->next) {
		size_t length = common_length(text + at, w->text);
		bool is_number = !w->text[strspn(w->text, "0123456789")];
		char end = text[at + length];

		if (length >= CUT_MIN || (quoted && holds_variable(w, text + at)))
			return length + strcspn(text + at + length, "` ");
		if (w->text[length])
			continue;
		if (end == '`' || (end == ' ' && (quoted || is_number)))
			return length;
	}
	return 0;
}

const char *secret_mask(struct conf *conf, const struct place *place, const char *text)
{
	const struct secret_line *line =
		place->line ? line_find(conf, place->source->name, place->line) : NULL;
	char *masked;
	size_t to = 0;

	if (!text || !line || !line->word_count)
		return text;
	masked = arena_alloc(&conf->arena, strlen(text) * strlen("…") + 1);
	for (size_t at = 0; text[at];) {
		size_t length = masked_length(line, text, at);

		if (length) {
			memcpy(masked + to, "…", strlen("…"));
			to += strlen("…");
			at += length;
		} else {
			masked[to++] = text[at++];
		}
	}
	masked[to] = '\0';
	return masked;
}
