/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `include` and its kin. The rest of the line is a pattern, relative to the directory of the file
 * that it stands in; its braces are alternatives and are taken apart here, so that whoever looks at
 * the file system sees plain patterns. The letter behind `include` says what must be there:
 *   r  what matches must be readable     m  and a name without wildcards must exist
 *   w  and wildcards must match          b  as r, and each name without wildcards in braces
 *   a  all of it
 * `include_check` in global_defs asks the same for all includes that follow it, to the end of its
 * file. It is the one keyword that acts while lines are read: the tree calls it as soon as it sees
 * it.
 * What must be there and is not ends in a configuration that cannot run. What is passed over is
 * always named: keepalived says nothing of a pattern without a match. */
#include "conf/line.h"
#include "conf/keepalived.h"
#include "conf/prep_private.h"

#include <errno.h>
#include <string.h>

static const char *const keywords[] = {
	"include", "includer", "includem", "includew", "includeb", "includea",
};

/* What must be there, a bit each. */
#define NEED_READ 1u
#define NEED_MATCH 2u
#define NEED_WILDCARD 4u
#define NEED_BRACE 8u

/* As include_check names them. keepalived's manual says `readable`, its parser knows `read`. */
static const struct {
	const char *name;
	unsigned bit;
} checks[] = {
	{ "read", NEED_READ },
	{ "match", NEED_MATCH },
	{ "wildcard_match", NEED_WILDCARD },
	{ "brace_match", NEED_BRACE },
};

struct patterns {
	char **items;
	size_t count, room;
	size_t made; /* octets, of all that lead here */
};

static size_t first_word(const char *text, size_t length)
{
	size_t end = 0;

	while (end < length && !lex_is_blank(text[end]))
		end++;
	return end;
}

bool include_is_keyword(const char *text, size_t length)
{
	size_t word;

	if (length < 7 || memcmp(text, "include", 7) != 0)
		return false;
	word = first_word(text, length);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (word == strlen(keywords[i]) && memcmp(text, keywords[i], word) == 0)
			return true;
	return false;
}

const char *include_directory(struct conf *conf, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	return arena_copy(&conf->arena, path, slash == path ? 1 : (size_t)(slash - path));
}

static unsigned needs_of(const char *keyword, size_t length)
{
	switch (length > 7 ? keyword[7] : '\0') {
	case 'r':
		return NEED_READ;
	case 'm':
		return NEED_READ | NEED_MATCH;
	case 'w':
		return NEED_READ | NEED_MATCH | NEED_WILDCARD;
	case 'b':
		return NEED_READ | NEED_BRACE;
	case 'a':
		return NEED_READ | NEED_MATCH | NEED_WILDCARD | NEED_BRACE;
	default:
		return 0;
	}
}

unsigned include_checks_all(void)
{
	return NEED_READ | NEED_MATCH | NEED_WILDCARD | NEED_BRACE;
}

unsigned include_check_bit(const char *name)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (strcmp(name, checks[i].name) == 0)
			return checks[i].bit;
	return 0;
}

/* What is wrong with the words is said when they are bound. A first word without a sign sets, and
 * readable files come with it. */
void include_check(struct prep *prep, const struct token *words, unsigned word_count)
{
	if (word_count < 2)
		prep->checks = include_checks_all();
	for (unsigned i = 1; i < word_count; i++) {
		const char *word = words[i].text;

		if (word[0] == '+') {
			prep->checks |= include_check_bit(word + 1);
		} else if (word[0] == '-') {
			prep->checks &= ~include_check_bit(word + 1);
		} else if (i == 1) {
			unsigned bit = include_check_bit(word);

			prep->checks = bit ? NEED_READ | bit : 0;
		}
	}
}

/* The end of the group that begins at `open`, or NULL. */
static char *group_end(char *open)
{
	int depth = 0;

	for (char *c = open; *c; c++) {
		if (*c == '{')
			depth++;
		if (*c == '}' && --depth == 0)
			return c;
	}
	return NULL;
}

/* Replaces the pattern by one for each alternative of its first group. False: it has none. */
static bool group_split(struct arena *arena, struct patterns *p, size_t index, struct patterns *out)
{
	char *text = p->items[index], *open = strchr(text, '{'), *close, *begin;
	int depth = 0;

	close = open ? group_end(open) : NULL;
	if (!close)
		return false;
	begin = open + 1;
	for (char *c = begin; c <= close && out->count <= LIMIT_CONF_ALTERNATIVES; c++) {
		depth += (*c == '{') - (*c == '}');
		if (c != close && (*c != ',' || depth > 0))
			continue;
		out->items = arena_grow(arena, out->items, sizeof(*out->items), out->count,
					&out->room);
		out->items[out->count++] = arena_format(arena, "%.*s%.*s%s", (int)(open - text),
							text, (int)(c - begin), begin, close + 1);
		out->made += strlen(out->items[out->count - 1]);
		begin = c + 1;
	}
	return true;
}

/* `a{b,c}` → ab, ac. False: there are too many. */
static bool alternatives(struct arena *arena, const char *pattern, struct patterns *ret_patterns)
{
	struct patterns p = { .items = NULL };
	bool changed = true;

	p.items = arena_grow(arena, NULL, sizeof(*p.items), 0, &p.room);
	p.items[p.count++] = arena_copy(arena, pattern, strlen(pattern));
	while (changed && p.count <= LIMIT_CONF_ALTERNATIVES &&
	       p.made <= (size_t)LIMIT_CONF_ALTERNATIVES * LIMIT_CONF_PATH) {
		struct patterns out = { .made = p.made };

		changed = false;
		for (size_t i = 0; i < p.count; i++) {
			if (group_split(arena, &p, i, &out)) {
				changed = true;
				continue;
			}
			out.items = arena_grow(arena, out.items, sizeof(*out.items), out.count,
					       &out.room);
			out.items[out.count++] = p.items[i];
		}
		p = out;
	}
	*ret_patterns = p;
	return !changed;
}

/* Something that an include asked for is not read. */
static void not_read(struct prep *prep, const struct place *place, const char *code, bool is_needed,
		     const char *path, const char *reason)
{
	struct diag diag = { code, CONF_WARNING, CONF_RUNS, *place, NULL };

	if (is_needed) {
		diag.severity = CONF_ERROR;
		diag.consequence = CONF_CANNOT_RUN;
	}
	diag_add(prep->conf, &diag, "%.200s is not read: %s", path, reason);
}

static void no_match(struct prep *prep, const struct place *place, unsigned needs,
		     const char *pattern, bool is_alternative)
{
	bool is_wild = strpbrk(pattern, "*?[") != NULL;
	bool is_needed = is_alternative ? (needs & NEED_BRACE) && !is_wild :
					  (needs & (is_wild ? NEED_WILDCARD : NEED_MATCH)) != 0;

	if (is_needed || (!is_wild && !is_alternative))
		not_read(prep, place, "no-such-file", is_needed, pattern,
			 "there is no such file");
	else
		diag_hint(prep->conf, "nothing-matched", place, NULL, "%.200s matches no file",
			  pattern);
}

static const char *kind_reason(enum conf_file_kind kind)
{
	switch (kind) {
	case CONF_FILE_REGULAR:
		return NULL;
	case CONF_FILE_EXECUTABLE:
		return "it is executable, and programs are passed over, as by keepalived";
	case CONF_FILE_DIRECTORY:
		return "it is a directory";
	case CONF_FILE_OTHER:
		break;
	}
	return "it is no regular file";
}

/* What one pattern matches goes behind what is there already. */
static void matches_add(struct prep *prep, struct frame *frame, size_t *room, unsigned needs,
			const char *pattern, bool is_alternative)
{
	const struct conf_world *world = prep->conf->world;
	const struct conf_match *matches = NULL;
	struct arena *arena = &prep->conf->arena;
	size_t count = 0;
	int e = world && world->glob ? world->glob(world->context, pattern, &matches, &count) : 0;

	if (e == -E2BIG)
		not_read(prep, &frame->place, "include-limit", true, pattern,
			 arena_format(arena, "it looks at more than %d directory entries "
				      "(LIMIT_CONF_GLOB_ENTRIES)", LIMIT_CONF_GLOB_ENTRIES));
	else if (e)
		not_read(prep, &frame->place, "cannot-read", (needs & NEED_READ) != 0, pattern,
			 strerror(-e));
	else if (!count)
		no_match(prep, &frame->place, needs, pattern, is_alternative);
	for (size_t i = 0; !e && i < count; i++) {
		const char *reason = kind_reason(matches[i].kind);

		if (reason) {
			not_read(prep, &frame->place, "not-a-configuration",
				 (needs & NEED_READ) != 0, matches[i].path, reason);
			continue;
		}
		frame->paths = arena_grow(arena, frame->paths, sizeof(*frame->paths),
					  frame->path_count, room);
		frame->paths[frame->path_count++] =
			arena_copy(arena, matches[i].path, strlen(matches[i].path));
	}
}

/* Looks for the files now, and lets them be read one after the other. */
static void files_find(struct prep *prep, const struct place *place, unsigned needs,
		       const char *path)
{
	const char *directory = frame_file(prep)->directory;
	struct arena *arena = &prep->conf->arena;
	bool is_slash = strcmp(directory, "/") == 0;
	struct frame found = { .place = *place, .strict = (needs & NEED_READ) != 0 }, *frame;
	struct patterns patterns;
	size_t room = 0;

	if (!alternatives(arena, path, &patterns)) {
		not_read(prep, place, "include-limit", true, path,
			 arena_format(arena, "its braces have more than %d alternatives "
				      "(LIMIT_CONF_ALTERNATIVES)", LIMIT_CONF_ALTERNATIVES));
		return;
	}
	for (size_t i = 0; i < patterns.count; i++) {
		const char *pattern = patterns.items[i];

		if (pattern[0] != '/' && directory[0])
			pattern = arena_format(arena, "%s%s%s", directory, is_slash ? "" : "/",
					       pattern);
		matches_add(prep, &found, &room, needs, pattern, patterns.count > 1);
	}
	frame = frame_push(prep, FRAME_FILES);
	frame->place = found.place;
	frame->strict = found.strict;
	frame->paths = found.paths;
	frame->path_count = found.path_count;
}

bool include_begin(struct prep *prep, const struct lex_line *line)
{
	const char *text = line->text + line->begin;
	size_t length = line->length - line->begin, word;
	unsigned needs;
	struct place place;
	uint32_t begin;

	if (!include_is_keyword(text, length))
		return false;
	word = first_word(text, length);
	needs = needs_of(text, word) | prep->checks;
	begin = line_skip_blanks(line, line->begin + (uint32_t)word);
	place = lex_place(line, begin < line->length ? begin : line->begin,
			  begin < line->length ? line->length - begin : (uint32_t)word);
	if (begin == line->length)
		diag_error(prep->conf, "missing-argument", &place, "write `include FILE`",
			   "`%.*s` needs a file or a pattern", (int)word, text);
	else if (line->length - begin >= LIMIT_CONF_PATH)
		not_read(prep, &place, "include-limit", true, "a file",
			 arena_format(&prep->conf->arena, "its name is longer than %d octets "
				      "(LIMIT_CONF_PATH)", LIMIT_CONF_PATH));
	else if (line->text[begin] == '"')
		not_read(prep, &place, "quoted-path", (needs & NEED_READ) != 0,
			 arena_copy(&prep->conf->arena, line->text + begin, line->length - begin),
			 "the quotes would be part of its name, as in keepalived");
	else
		files_find(prep, &place, needs,
			   arena_copy(&prep->conf->arena, line->text + begin,
				      line->length - begin));
	return true;
}

/* Whether the file is being read already; the way to it is in the place. */
static bool is_open(const struct prep *prep, const char *path)
{
	for (size_t i = 0; i < prep->frame_count; i++)
		if (prep->frames[i].kind == FRAME_FILE &&
		    strcmp(prep->frames[i].source->name, path) == 0)
			return true;
	return false;
}

static const struct origin *include_origin(struct prep *prep, const struct place *place)
{
	struct origin *origin = arena_alloc(&prep->conf->arena, sizeof(*origin));

	origin->kind = ORIGIN_INCLUDE;
	origin->file = place->source->name;
	origin->line = place->line;
	origin->up = place->origin;
	return origin;
}

/* False: it was reported why this file must not be opened. */
static bool may_open(struct prep *prep, const struct frame *frame, const char *path)
{
	struct arena *arena = &prep->conf->arena;

	if (is_open(prep, path)) {
		diag_error(prep->conf, "include-cycle", &frame->place, NULL,
			   "%.200s includes itself: it is not read again", path);
		return false;
	}
	if (prep->file_depth > LIMIT_CONF_INCLUDES) {
		not_read(prep, &frame->place, "include-limit", true, path,
			 arena_format(arena, "more than %d files include one another "
				      "(LIMIT_CONF_INCLUDES)", LIMIT_CONF_INCLUDES));
		return false;
	}
	if (++prep->file_count < LIMIT_CONF_FILES)
		return true;
	prep_stop(prep, "include-limit", &frame->place,
		  arena_format(arena, "more than %d files are included (LIMIT_CONF_FILES)",
			       LIMIT_CONF_FILES));
	return false;
}

void include_next(struct prep *prep, size_t index)
{
	struct frame *frame = &prep->frames[prep->frame_count - 1];
	const char *path = frame->paths[index], *code;
	struct place place = frame->place;
	bool is_strict = frame->strict;
	struct source *source;
	size_t size;
	int error;

	if (!may_open(prep, frame, path))
		return;
	source = load_source(prep->conf, path, &size, &error);
	if (!source) {
		const char *reason = load_reason(error, &code);

		not_read(prep, &place, code, is_strict, path, reason);
		return;
	}
	prep->file_size += size;
	if (prep->file_size > LIMIT_CONF_FILE_SIZE) {
		prep_stop(prep, "include-limit", &place,
			  arena_format(&prep->conf->arena,
				       "the included files have more than %u octets "
				       "(LIMIT_CONF_FILE_SIZE)", LIMIT_CONF_FILE_SIZE));
		return;
	}
	source->origin = include_origin(prep, &place);
	keepalived_source(prep->conf, source);
	frame = frame_push(prep, FRAME_FILE);
	frame->source = source;
	frame->directory = include_directory(prep->conf, path);
}
