/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration out of any octets. Octets as text nearly never become an instance that runs, so
 * what lies behind the parser is hardly reached. Here each octet is a decision of a writer who
 * knows the keyword table: which row of this block comes next, which value of its range, and now
 * and then something wrong. The tables alone say what there is, so a new row takes part at once.
 * Where the octets end, every decision is 0: the shortest thing that can be written. */
#include "generate.h"

#include "base/check.h"
#include "conf/conf_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 32768
#define DEPTH_MOST 6
#define ROWS_MOST 16

/* The rows of a block; those that work come first. */
struct rows {
	const struct keyword **items;
	size_t count, working;
};

struct generator {
	const uint8_t *data;
	size_t size, at;
	char *text;
	size_t length;
	unsigned depth;
};

static struct rows rows_of[BLOCK_N_];
static struct rows all_rows;

/* -- the table -- */

static void row_add(struct rows *rows, const struct keyword *keyword)
{
	rows->items = realloc(rows->items, (rows->count + 1) * sizeof(*rows->items));
	check(rows->items);
	rows->items[rows->count++] = keyword;
	if (keyword->fate != FATE_WORKS)
		return;
	rows->items[rows->count - 1] = rows->items[rows->working];
	rows->items[rows->working++] = keyword;
}

static void rows_find(void)
{
	struct keyword_index index;
	struct arena arena;
	jmp_buf escape;

	arena_init(&arena, LIMIT_CONF_MEMORY, &escape);
	if (setjmp(escape))
		abort();
	keyword_index_init(&index, &arena);
	for (size_t t = 0; index.tables[t]; t++) {
		for (size_t i = 0; i < index.tables[t]->count; i++) {
			row_add(&rows_of[index.tables[t]->rows[i].block],
				&index.tables[t]->rows[i]);
			row_add(&all_rows, &index.tables[t]->rows[i]);
		}
	}
	arena_fini(&arena);
}

/* -- decisions -- */

/* A number below `most`. */
static uint64_t decide(struct generator *g, uint64_t most)
{
	uint64_t number = 0;

	for (uint64_t rest = most - 1; rest; rest >>= 8) {
		number <<= 8;
		if (g->at < g->size)
			number |= g->data[g->at++];
	}
	return number % most;
}

static bool seldom(struct generator *g)
{
	return decide(g, 256) >= 245;
}

/* -- text -- */

__attribute__((format(printf, 2, 3))) static void put(struct generator *g, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(g->text + g->length, TEXT_MOST - g->length, format, arguments);
	va_end(arguments);
	check(length >= 0);
	g->length += (size_t)length;
	if (g->length >= TEXT_MOST)
		g->length = TEXT_MOST - 1;
}

static bool is_full(const struct generator *g)
{
	return g->length > TEXT_MOST - 2048;
}

/* Octets as they come, in quotes. */
static void put_raw(struct generator *g)
{
	put(g, "\"");
	for (uint64_t left = decide(g, 20); left; left--) {
		unsigned char c = (unsigned char)decide(g, 256);

		put(g, "%c", c == '"' || c == '\n' || c == 0 ? '_' : c);
	}
	put(g, "\"");
}

static void put_address(struct generator *g)
{
	unsigned host = (unsigned)decide(g, 256);

	switch (decide(g, 16)) {
	case 15:
		put(g, "fe80::%x", host);
		break;
	case 13:
	case 14:
		put(g, "2001:db8::%x", host);
		break;
	case 12:
		put(g, "203.0.113.%u", host);
		break;
	case 10:
	case 11:
		put(g, "198.51.100.%u", host);
		break;
	default:
		put(g, "192.0.2.%u", host);
	}
}

static const char *const odd_words[] = {
	"a", "b", "on", "off", "default", "all", "\"two words\"", "\"\"", "-1", "0", "1", "65536",
	"4294967296", "1.5", "0.000001", "\"{\"", "\"}\"", "\"#\"", "\"!\"", "\"$A\"", "\"${A}\"",
	"\"@a\"", "\"~SEQ\"", "\"\\\\\"", "\"'\"", "weight", "inverse", "reverse", "dev", "via",
	"src", "table", "inbound", "\"\t\"", "x\\#y", "\xc3\xa4", "\"\xff\"", "/bin/true", "tcp",
};

static void put_link(struct generator *g)
{
	put(g, "eth%u", (unsigned)decide(g, 6));
}

static void put_any_word(struct generator *g)
{
	switch (decide(g, 8)) {
	case 0:
		put(g, "n%u", (unsigned)decide(g, 8));
		break;
	case 1:
		put_raw(g);
		break;
	case 2:
		put_address(g);
		break;
	case 3:
		put_link(g);
		break;
	case 4:
		put(g, "%s", all_rows.items[decide(g, all_rows.count)]->name);
		break;
	default:
		put(g, "%s", odd_words[decide(g, sizeof(odd_words) / sizeof(odd_words[0]))]);
	}
}

/* -- arguments -- */

/* One of the words between the bars. */
static void put_choice(struct generator *g, const char *choices)
{
	uint64_t left = decide(g, 16);
	size_t length;

	for (;; left--) {
		length = strcspn(choices, "|");
		if (!left || !choices[length])
			break;
		choices += length + 1;
	}
	put(g, "%.*s", (int)length, choices);
}

static int64_t number_in(struct generator *g, int64_t min, int64_t max)
{
	switch (decide(g, 40)) {
	case 1:
	case 2:
		return min;
	case 3:
	case 4:
		return max;
	case 5:
		return min == INT64_MIN ? min : min - 1;
	case 6:
		return max == INT64_MAX ? max : max + 1;
	default:
		/* Ranges that reach beyond what 64 bits can count are none of ours. */
		return min + (int64_t)decide(g, (uint64_t)max - (uint64_t)min + 1);
	}
}

static void put_seconds(struct generator *g, const struct argument *argument)
{
	int64_t us = number_in(g, argument->min, argument->max);

	if (decide(g, 2))
		us -= us % 1000000;
	put(g, us < 0 ? "-%" PRId64 : "%" PRId64, us / (us < 0 ? -1000000 : 1000000));
	if (us % 1000000)
		put(g, ".%06" PRId64, us < 0 ? -us % 1000000 : us % 1000000);
}

/* A command line, often with quotes inside of quotes and with what a shell would take. */
static void put_command(struct generator *g)
{
	static const char *const words[] = {
		"/bin/true", "-x", "'a b'", "\\\\n", "\\x41", "''", "\\101", "$A", "#", "{", "\\ ",
		"a=b;c", "~", "|", "\xc3\xa4", "\\'",
	};
	bool quoted = decide(g, 4) != 1;

	put(g, quoted ? "\"/etc/n%u" : "/etc/n%u", (unsigned)decide(g, 4));
	for (uint64_t left = decide(g, 6); left; left--)
		put(g, " %s", words[decide(g, sizeof(words) / sizeof(words[0]))]);
	put(g, quoted ? "\"" : "");
	if (decide(g, 4) == 1)
		put(g, " root");
	if (decide(g, 8) == 1)
		put(g, " daemon");
}

static void put_octets(struct generator *g, uint64_t most, const char *between)
{
	for (uint64_t left = most; left; left--)
		put(g, "%02x%s", (unsigned)decide(g, 256), left > 1 ? between : "");
}

static void put_prefix(struct generator *g, bool has_length)
{
	put_address(g);
	if (has_length && decide(g, 4))
		put(g, "/%u", (unsigned)decide(g, 34));
}

static void put_arguments(struct generator *g, const struct argument *arguments);

/* The value itself, without the word that announces it. */
static void put_value(struct generator *g, const struct argument *argument)
{
	switch (argument->type) {
	case ARGUMENT_LINK:
		put_link(g);
		break;
	case ARGUMENT_COMMAND:
		put_command(g);
		break;
	case ARGUMENT_SECONDS:
		put_seconds(g, argument);
		break;
	case ARGUMENT_CHOICE:
		put_choice(g, argument->choices);
		break;
	case ARGUMENT_BOOLEAN:
		put_choice(g, "on|off|yes|no|true|false");
		break;
	case ARGUMENT_INTEGER:
		put(g, "%" PRId64, number_in(g, argument->min, argument->max));
		break;
	case ARGUMENT_ADDRESS:
	case ARGUMENT_PREFIX:
		put_prefix(g, argument->type == ARGUMENT_PREFIX);
		break;
	case ARGUMENT_MAC:
		put_octets(g, 5 + decide(g, 2), ":");
		break;
	case ARGUMENT_HEX:
		put_octets(g, 1 + decide(g, 4), "");
		break;
	case ARGUMENT_USER:
	case ARGUMENT_USER_GROUP:
		put_choice(g, "root|daemon|nobody|n1:n2|:n3");
		break;
	case ARGUMENT_MILLISECONDS:
		put(g, "%" PRId64, number_in(g, argument->min, argument->max) / 1000);
		break;
	case ARGUMENT_GROUP:
		put_arguments(g, argument->group);
		break;
	case ARGUMENT_NONE:
	case ARGUMENT_MARK:
		break;
	case ARGUMENT_ESCAPED:
	case ARGUMENT_SYMBOL:
	case ARGUMENT_WORD:
	case ARGUMENT_NAME:
		if (argument->name && strchr(argument->name, '|') && decide(g, 4))
			put_choice(g, argument->name);
		else if (decide(g, 4) == 1)
			put_any_word(g);
		else
			put(g, "n%u", (unsigned)decide(g, 8));
		break;
	}
}

static void put_argument(struct generator *g, const struct argument *argument)
{
	put(g, " ");
	if (argument->option) {
		put_choice(g, argument->option);
		if (argument->type == ARGUMENT_MARK ||
		    (argument->flags & ARGUMENT_OPTIONAL && decide(g, 2)))
			return;
		put(g, " ");
	}
	if (seldom(g))
		put_any_word(g);
	else
		put_value(g, argument);
	while (argument->flags & ARGUMENT_REPEATED && decide(g, 3) == 1) {
		put(g, " ");
		put_value(g, argument);
	}
}

static void put_arguments(struct generator *g, const struct argument *arguments)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++) {
		bool is_optional = a->option || a->flags & ARGUMENT_OPTIONAL;

		/* A missing one is a mistake now and then; of options few are written. */
		if (a->option ? decide(g, 8) == 1 : is_optional ? decide(g, 2) == 1 : !seldom(g))
			put_argument(g, a);
	}
	if (seldom(g))
		put(g, " "), put_any_word(g);
}

/* -- blocks -- */

/* Lines of values, or words. */
static void put_values(struct generator *g, enum block block)
{
	const struct argument *line = block_row(block)->line;

	for (uint64_t left = decide(g, 6) + 1; left; left--) {
		if (line)
			put_arguments(g, line);
		else
			put_any_word(g);
		put(g, "\n");
	}
}

static void put_block(struct generator *g, enum block block);

static void put_row(struct generator *g, const struct keyword *keyword)
{
	put(g, "%s", keyword->name);
	put_arguments(g, keyword->arguments);
	if (keyword->opens == BLOCK_NONE) {
		put(g, "\n");
		return;
	}
	put(g, seldom(g) ? "\n" : " {\n");
	if (g->depth < DEPTH_MOST) {
		g->depth++;
		put_block(g, keyword->opens);
		g->depth--;
	}
	put(g, seldom(g) ? "\n" : "}\n");
}

static void put_any_row(struct generator *g, const struct rows *rows)
{
	if (rows->working && decide(g, 4))
		put_row(g, rows->items[decide(g, rows->working)]);
	else
		put_row(g, rows->items[decide(g, rows->count)]);
}

static void put_block(struct generator *g, enum block block)
{
	const struct rows *rows = &rows_of[block];

	if (!rows->count || !block_has_keywords(block)) {
		put_values(g, block);
		return;
	}
	/* Without these nothing would run. */
	for (size_t i = 0; i < rows->working; i++)
		if ((rows->items[i]->flags & KEYWORD_REQUIRED) && !rows->items[i]->preset &&
		    !seldom(g))
			put_row(g, rows->items[i]);
	for (uint64_t left = decide(g, ROWS_MOST); left && !is_full(g); left--) {
		if (seldom(g))
			put_any_row(g, &all_rows);
		else
			put_any_row(g, rows);
	}
}

char *generate_conf(const uint8_t *data, size_t size, size_t *ret_length)
{
	struct generator g = { .data = data, .size = size, .text = malloc(TEXT_MOST) };

	check(g.text);
	g.text[0] = '\0';
	if (!all_rows.count)
		rows_find();
	do {
		put_row(&g, rows_of[BLOCK_TOP].items[decide(&g, rows_of[BLOCK_TOP].working)]);
		if (seldom(&g))
			put_any_row(&g, &rows_of[BLOCK_TOP]);
	} while (g.at < g.size && !is_full(&g));
	*ret_length = g.length;
	return g.text;
}
