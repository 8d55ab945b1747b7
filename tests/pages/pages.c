/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pages: writes what the keyword tables say, as docs/keywords.md (`pages markdown`) or as the
 * manual page vipd.conf(5) (`pages man INTRODUCTION`, a file with what stands before the keywords).
 * The pages are committed, so that they can be read without a build; a test compares. Nothing is
 * said here that the tables do not know. */
#include "conf/arena.h"
#include "conf/conf_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct keyword_index keywords;
static bool as_man;

/* Text for a table of Markdown, or for roff. */
static void put(const char *text)
{
	/* A line of a manual page may not begin with a dot or a quote. */
	for (const char *c = text; *c; c++) {
		if (!as_man && *c == '|')
			fputs("\\|", stdout);
		else if (!as_man && (*c == '<' || *c == '>' || *c == '*'))
			printf("\\%c", *c);
		else if (as_man && *c == '-')
			fputs("\\-", stdout);
		else if (as_man && *c == '\\')
			fputs("\\e", stdout);
		else if (as_man && (*c == '.' || *c == '\'') && c == text)
			printf("\\&%c", *c);
		else
			putchar(*c);
	}
}

static void put_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void put_format(const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put(text);
}

/* `[dev INTERFACE]`, `1..255`, `MASTER|BACKUP`. */
static void put_argument(const struct argument *a, bool brackets)
{
	const char *name =
		a->type == ARGUMENT_CHOICE && strlen(a->choices) < 60 ? a->choices : a->name;
	bool is_optional = brackets && (a->option || a->flags & ARGUMENT_OPTIONAL);
	bool bare = a->option && a->flags & ARGUMENT_OPTIONAL && a->type != ARGUMENT_MARK;

	if (a->type == ARGUMENT_BOOLEAN)
		name = "yes|no";
	put(is_optional ? "[" : "");
	if (a->option && a->type == ARGUMENT_MARK) {
		put(a->option);
	} else {
		if (a->option)
			put_format("%s ", a->option);
		put_format(bare ? "[%s]" : "%s", name);
	}
	put(a->flags & ARGUMENT_REPEATED ? "…" : "");
	put(is_optional ? "]" : "");
}

static void put_arguments(const struct argument *arguments)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++) {
		put(a == arguments ? "" : " ");
		put_argument(a, true);
	}
}

/* Of several arguments with defaults of their own: each with its word. */
static void put_default(const struct keyword *k)
{
	const char *separator = "";

	if (k->preset && k->arguments)
		put(k->preset);
	else if (k->preset && k->value == atoi(k->preset))
		put("this");
	else if (k->default_text)
		put(k->default_text);
	else if (k->inherits)
		put("as in global_defs");
	else
		for (const struct argument *a = k->arguments; a && a->type != ARGUMENT_NONE; a++) {
			const char *text = a->preset ? a->preset : a->default_text;

			if (!text)
				continue;
			put_format("%s%s%s%s", separator, a->option ? a->option : "",
				   a->option ? " " : "", text);
			separator = ", ";
		}
}

static const char *fate_text(const struct keyword *k)
{
	switch (k->fate) {
	case FATE_WORKS:
		return "works";
	case FATE_NO_EFFECT:
		return "no effect";
	case FATE_REFUSED:
		return "refused";
	case FATE_NOT_YET:
		return "later";
	}
	return "";
}

/* Ranges of numbers, which the name of an argument may not tell. */
static void put_ranges(const struct keyword *k)
{
	for (const struct argument *a = k->arguments; a && a->type != ARGUMENT_NONE; a++) {
		char range[80];

		if ((a->type != ARGUMENT_INTEGER && a->type != ARGUMENT_SECONDS) ||
		    strstr(a->name, ".."))
			continue;
		argument_range_print(a, range, sizeof(range));
		put_format(" Range %s%s%s.", a->option ? a->option : "", a->option ? ": " : "",
			   range);
	}
}

static void put_doc(const struct keyword *k)
{
	put(k->doc ? k->doc : "");
	put_ranges(k);
	if (k->old_names)
		put_format(" Old: %s.", k->old_names);
	if (k->hint)
		put_format(" (%s)", k->hint);
}

static void md_options(const struct argument *line)
{
	printf("\nA line: ");
	printf("`");
	for (const struct argument *a = line; a->type != ARGUMENT_NONE; a++) {
		bool is_optional = a->option || a->flags & ARGUMENT_OPTIONAL;

		printf("%s%s%s%s%s%s", a == line ? "" : " ", is_optional ? "[" : "",
		       a->option ? a->option : "",
		       a->option && a->type != ARGUMENT_MARK ? " " : "",
		       a->type == ARGUMENT_MARK ? "" : a->name, is_optional ? "]" : "");
	}
	printf("`\n\n| word | meaning |\n| --- | --- |\n");
	for (const struct argument *a = line; a->type != ARGUMENT_NONE; a++) {
		printf("| `");
		put_argument(a, false);
		printf("` | ");
		put(a->doc ? a->doc : "");
		if (a->preset)
			put_format(" Default: %s.", a->preset);
		if (a->flags & ARGUMENT_NOT_YET)
			put(" (later)");
		printf(" |\n");
	}
}

static void md_block(enum block block)
{
	const struct block_rows *rows = &keywords.blocks[block];
	const struct block_row *row = block_row(block);

	printf("\n## %s\n", row->name);
	if (rows->count) {
		printf("\n| keyword | arguments | default | state | since | meaning |\n"
		       "| --- | --- | --- | --- | --- | --- |\n");
		for (size_t i = 0; i < rows->count; i++) {
			const struct keyword *k = rows->rows[i];

			printf("| `%s` | ", k->name);
			put_arguments(k->arguments);
			put(k->opens == BLOCK_NONE ? "" : " { … }");
			printf(" | ");
			put_default(k);
			printf(" | %s | %s | ", fate_text(k), k->release ? k->release : "");
			put_doc(k);
			printf(" |\n");
		}
	}
	if (row->line)
		md_options(row->line);
}

static void markdown(void)
{
	size_t counts[4] = { 0 }, all = 0;

	for (size_t t = 0; keywords.tables[t]; t++)
		for (size_t i = 0; i < keywords.tables[t]->count; i++, all++)
			counts[keywords.tables[t]->rows[i].fate]++;
	printf("# Keywords\n\n"
	       "Made from the keyword tables of src/conf by `ninja -C build pages`: not edited by "
	       "hand.\n\n"
	       "Every keyword of keepalived is known. %zu rows (a name counts in each block where "
	       "it may\n"
	       "stand): %zu work, %zu are accepted for good and have no effect, %zu are refused, "
	       "%zu come\n"
	       "later: they are read, checked and kept, and have no effect in this release.\n"
	       "Times are decimal seconds.\n",
	       all, counts[FATE_WORKS], counts[FATE_NO_EFFECT], counts[FATE_REFUSED],
	       counts[FATE_NOT_YET]);
	for (enum block b = BLOCK_TOP; b < BLOCK_UNKNOWN; b++)
		md_block(b);
}

static void man_keyword(const struct keyword *k)
{
	printf(".It Ic %s\n", k->name);
	if (k->arguments || k->opens != BLOCK_NONE) {
		printf("\\fI");
		put_arguments(k->arguments);
		printf("%s\\fP\n.br\n", k->opens == BLOCK_NONE ? "" : " { … }");
	}
	put_doc(k);
	printf("\n");
	if (k->preset || k->default_text || k->inherits) {
		printf("Default: ");
		put_default(k);
		printf(".\n");
	}
	if (k->fate != FATE_WORKS)
		printf("(%s)\n", k->fate == FATE_NOT_YET ? "read, no effect in this release" :
							    fate_text(k));
}

static void man_block(enum block block)
{
	const struct block_rows *rows = &keywords.blocks[block];
	const struct argument *line = block_row(block)->line;

	printf(".Ss %s\n.Bl -tag -width Ds\n", block_name(block));
	for (size_t i = 0; i < rows->count; i++)
		man_keyword(rows->rows[i]);
	for (const struct argument *a = line; a && a->type != ARGUMENT_NONE; a++) {
		printf(".It Xo\n");
		put_argument(a, true);
		printf("\n.Xc\n");
		/* An empty line is not nothing to troff. */
		if (a->doc) {
			put(a->doc);
			printf("\n");
		}
	}
	printf(".El\n");
}

static int man(const char *introduction)
{
	FILE *file = fopen(introduction, "re");
	char line[512];

	if (!file) {
		perror(introduction);
		return 1;
	}
	while (fgets(line, sizeof(line), file))
		fputs(line, stdout);
	fclose(file);
	for (enum block b = BLOCK_TOP; b < BLOCK_UNKNOWN; b++)
		man_block(b);
	printf(".Sh SEE ALSO\n.Xr vipctl 1 ,\n.Xr vipd 8\n");
	return 0;
}

int main(int argc, char **argv)
{
	static struct arena arena;
	static jmp_buf escape;

	if (setjmp(escape))
		return 1;
	arena_init(&arena, LIMIT_CONF_MEMORY, &escape);
	keyword_index_init(&keywords, &arena);
	as_man = argc == 3 && strcmp(argv[1], "man") == 0;
	if (as_man)
		return man(argv[2]);
	if (argc != 2 || strcmp(argv[1], "markdown") != 0) {
		fputs("usage: pages markdown | pages man INTRODUCTION\n", stderr);
		return 2;
	}
	markdown();
	arena_fini(&arena);
	return 0;
}
