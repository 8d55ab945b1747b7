/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz entry of the preprocessor and the lexer alone: any octets end, and every word that comes out
 * stands where it says: in a line of its file, with a way there that has an end. Built with
 * libFuzzer it is a fuzzer; with fuzz_main.c a test that feeds it files. */
#include "base/check.h"
#include "conf/conf_private.h"

#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Chains end at the main file: each include and each nested value is one step. */
#define STEPS_MAX ((LIMIT_CONF_INCLUDES + 2) * (2 * LIMIT_CONF_NESTED + 4))

struct input {
	const char *data;
	size_t size;
	unsigned reads;
};

/* What includes itself under many names is bounded by LIMIT_CONF_FILES; that has its own test. */
#define READS_MAX 8

static struct conf conf;
static jmp_buf escape;

static int read_input(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct input *input = context;

	if (++input->reads > READS_MAX)
		return -ENOENT;
	*ret_data = input->data;
	*ret_size = input->size;
	return 0;
}

/* Every name is there and holds the input again. */
static int find_input(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	static struct conf_match match;

	match = (struct conf_match){ pattern, CONF_FILE_REGULAR };
	*ret_matches = &match;
	*ret_count = 1;
	return 0;
}

static void look_at_place(const struct place *place)
{
	const struct source *source = place->source;
	unsigned steps = 0;

	check(source && place->line >= 1 && place->line <= source->line_count);
	check(place->column >= 1 && place->width >= 1);
	check(place->column - 1 + place->width <= strlen(source->lines[place->line - 1]) + 1);
	for (const struct origin *o = place->origin; o; o = o->up)
		check(++steps < STEPS_MAX);
}

/* What was written, and is not a value, is what stands at its place. */
static bool stands_there(const struct place *place, char c)
{
	return place->origin || place->source->lines[place->line - 1][place->column - 1] == c;
}

static void look_at_word(const struct token *word)
{
	const char *text = word->text;

	look_at_place(&word->place);
	if (word->quoted) {
		check(!strchr(text, '"') && stands_there(&word->place, '"'));
		return;
	}
	check(*text && !strchr(text, '"'));
	/* Only a reference to a variable holds more than one word of a file. */
	check(strchr(text, '$') || !text[strcspn(text, "{} \t\v\f\r")]);
	check(stands_there(&word->place, text[0]) || stands_there(&word->place, '\\'));
}

static void look_at_statement(const struct item *item)
{
	check(item->word_count > 0 && item->rest <= item->rest_end);
	check(item->rest_end <= item->line->length);
	for (unsigned i = 0; i < item->word_count; i++) {
		const struct token *word = &item->words[i];

		look_at_word(word);
		check(!i || item->line->origins || word->place.column > word[-1].place.column);
	}
}

static void look_at_all(const struct source *source)
{
	struct item item;
	struct lex lex;

	lex_init(&lex, &conf, source);
	do {
		item = lex_next(&lex);
		look_at_place(&item.place);
		switch (item.kind) {
		case ITEM_STATEMENT:
			look_at_statement(&item);
			break;
		case ITEM_OPEN:
			check(stands_there(&item.place, '{'));
			break;
		case ITEM_CLOSE:
			check(stands_there(&item.place, '}'));
			break;
		case ITEM_END:
			break;
		}
	} while (item.kind != ITEM_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { (const char *)data, size, 0 };
	struct conf_world world = { .context = &input, .read_file = read_input,
				    .glob = find_input, .host_name = "h.example" };
	const struct source *source;
	size_t read_size;
	int error;

	memset(&conf, 0, sizeof(conf));
	conf.world = &world;
	conf.path = "fuzz.conf";
	arena_init(&conf.arena, LIMIT_CONF_MEMORY, &escape);
	if (setjmp(escape) == 0) {
		source = load_source(&conf, "fuzz.conf", &read_size, &error);
		check(source);
		look_at_all(source);
	}
	arena_fini(&conf.arena);
	return 0;
}
