/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes libFuzzer's dictionary of the language: every name of the keyword table and every word of
 * its choices, and what the preprocessor acts on. Made anew for each run of a fuzzer, so that it is
 * never behind the table. */
#include "conf/conf_private.h"

#include <stdio.h>
#include <string.h>

static const char *const directives[] = {
	"include ", "includea ", "~SEQ(", "~LST(", "@^", "${", "$A=", "${_ENV ", "${_RANDOM ",
	"${_HASH}", "${_PWD}", "${_INSTANCE}", "\\\"", "192.0.2.1/24", "2001:db8::1/64", " dev ",
};

static unsigned word_count;

/* Each word of a list. */
static void put_words(const char *words, const char *separators)
{
	while (*words) {
		size_t length = strcspn(words, separators);

		if (length) {
			printf("\"%.*s\"\n", (int)length, words);
			word_count++;
		}
		words += length + (words[length] != '\0');
	}
}

static void put_line(const struct argument *arguments)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++) {
		if (a->option)
			put_words(a->option, "|");
		if (a->choices)
			put_words(a->choices, "|");
	}
}

static void put_row(const struct keyword *keyword)
{
	put_words(keyword->name, "\"");
	if (keyword->old_names)
		put_words(keyword->old_names, " ");
	put_line(keyword->arguments);
}

int main(void)
{
	struct keyword_index index;
	struct arena arena;
	jmp_buf escape;

	arena_init(&arena, LIMIT_CONF_MEMORY, &escape);
	if (setjmp(escape))
		return 1;
	keyword_index_init(&index, &arena);
	for (size_t t = 0; index.tables[t]; t++)
		for (size_t i = 0; i < index.tables[t]->count; i++)
			put_row(&index.tables[t]->rows[i]);
	for (enum block b = BLOCK_TOP; b < BLOCK_N_; b++)
		put_line(block_row(b)->line);
	arena_fini(&arena);
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		printf("\"%s\"\n", directives[i]);
	return word_count > 300 ? 0 : 1;
}
