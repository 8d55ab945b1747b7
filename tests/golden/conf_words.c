/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf-words: what the preprocessor and the lexer make of a file: each statement on a line, its
 * words with a `|` between them, braces on lines of their own. For the comparison with keepalived,
 * which names each first word that it does not know. */
#include "files.h"

#include "conf/conf_private.h"

static struct conf conf;
static struct files files;
static jmp_buf escape;

static void print_all(const struct source *source)
{
	struct lex lex;

	lex_init(&lex, &conf, source);
	for (;;) {
		struct item item = lex_next(&lex);

		switch (item.kind) {
		case ITEM_STATEMENT:
			for (unsigned i = 0; i < item.word_count; i++)
				printf("%s%s", i ? "|" : "", item.words[i].text);
			putchar('\n');
			break;
		case ITEM_OPEN:
			puts("{");
			break;
		case ITEM_CLOSE:
			puts("}");
			break;
		case ITEM_END:
			return;
		}
	}
}

int main(int argc, char **argv)
{
	struct conf_world world = {
		.context = &files,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.host_name = "golden-host",
	};
	const struct source *source;
	size_t size;
	int error;

	if (argc != 3 || setjmp(escape)) {
		fputs("usage: conf-words ID FILE\n", stderr);
		return 2;
	}
	world.config_id = argv[1];
	conf.world = &world;
	conf.path = argv[2];
	arena_init(&conf.arena, LIMIT_CONF_MEMORY, &escape);
	source = load_source(&conf, argv[2], &size, &error);
	if (!source)
		return 1;
	print_all(source);
	for (size_t i = 0; i < conf.finding_count; i++)
		fprintf(stderr, "%s\n", conf.findings[i].finding.code);
	arena_fini(&conf.arena);
	files_fini(&files);
	return 0;
}
