/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preprocessor. Lines come from a stack of frames: files, the lines of a definition, the rounds
 * of a loop. Each line goes round until nothing changes any more: conditions, definitions and loops
 * at its beginning, then its variables; what is left is an include or goes to the lexer. So a value
 * is looked up when it is used, and may itself hold all of this, as in keepalived.
 * Nothing is written back into text: a line made of values keeps for each octet the place and the
 * variable that it came from. Everything that can grow without end is counted against a limit. */
#include "conf/line.h"
#include "conf/prep_private.h"

#include <string.h>

struct prep *prep_new(struct conf *conf, const struct source *source)
{
	struct prep *prep = arena_alloc(&conf->arena, sizeof(*prep));
	struct frame *frame;

	prep->conf = conf;
	prep->random = conf->world ? conf->world->random_seed : 0;
	prep->checks = conf->world && conf->world->checks_includes ? include_checks_all() : 0;
	map_init(&prep->definitions, &conf->arena);
	frame = frame_push(prep, FRAME_FILE);
	frame->source = source;
	frame->directory = include_directory(conf, source->name);
	return prep;
}

struct frame *frame_push(struct prep *prep, enum frame_kind kind)
{
	struct frame *frame;

	prep->frames = arena_grow(&prep->conf->arena, prep->frames, sizeof(*prep->frames),
				  prep->frame_count, &prep->frame_room);
	frame = &prep->frames[prep->frame_count++];
	*frame = (struct frame){ .kind = kind, .checks = prep->checks };
	prep->file_depth += kind == FRAME_FILE;
	prep->nested_depth += kind == FRAME_BODY || kind == FRAME_LOOP;
	return frame;
}

static void frame_pop(struct prep *prep)
{
	struct frame *frame = &prep->frames[--prep->frame_count];

	prep->file_depth -= frame->kind == FRAME_FILE;
	prep->nested_depth -= frame->kind == FRAME_BODY || frame->kind == FRAME_LOOP;
	/* What a file says about includes ends with it. */
	if (frame->kind == FRAME_FILE)
		prep->checks = frame->checks;
	if (frame->kind == FRAME_LOOP)
		loop_end(prep, frame->loop);
}

const struct frame *frame_file(const struct prep *prep)
{
	for (size_t i = prep->frame_count; i > 0; i--)
		if (prep->frames[i - 1].kind == FRAME_FILE)
			return &prep->frames[i - 1];
	return NULL;
}

void prep_stop(struct prep *prep, const char *code, const struct place *place, const char *message)
{
	struct diag diag = { code, CONF_ERROR, CONF_CANNOT_RUN, *place, NULL };

	if (prep->frame_count)
		diag_add(prep->conf, &diag, "%s: nothing is read from here on", message);
	while (prep->frame_count)
		frame_pop(prep);
	prep->pending = NULL;
	prep->is_dropped = true;
}

bool prep_charge(struct prep *prep, const struct place *place, size_t size)
{
	prep->expanded += size;
	if (prep->expanded <= LIMIT_CONF_EXPANDED)
		return true;
	prep_stop(prep, "expansion-limit", place,
		  arena_format(&prep->conf->arena,
			       "variables and loops make more than %u octets "
			       "(LIMIT_CONF_EXPANDED)",
			       LIMIT_CONF_EXPANDED));
	return false;
}

bool prep_nest(struct prep *prep, const struct place *place, const char *name)
{
	if (prep->nested_depth < LIMIT_CONF_NESTED)
		return true;
	diag_error(prep->conf, "endless-variable", place, NULL,
		   "`$%.64s` leads back to itself, or %u definitions and loops stand in one "
		   "another (LIMIT_CONF_NESTED)",
		   name, LIMIT_CONF_NESTED);
	while (prep->frame_count && (prep->frames[prep->frame_count - 1].kind == FRAME_BODY ||
				     prep->frames[prep->frame_count - 1].kind == FRAME_LOOP))
		frame_pop(prep);
	prep->is_dropped = true;
	return false;
}

/* The next line of a definition that is used, with its way there. */
static const struct lex_line *body_next(struct prep *prep, struct frame *frame)
{
	const struct definition *definition = frame->definition;
	struct place place = { .source = NULL };
	struct lex_line *line;

	if (frame->next >= definition->body_count)
		return NULL;
	line = arena_alloc(&prep->conf->arena, sizeof(*line));
	*line = *definition->body[frame->next++];
	line->origin = frame->origin;
	place = lex_place(line, line->begin, 1);
	return prep_charge(prep, &place, sizeof(*line) + line->length) ? line : NULL;
}

static const struct lex_line *line_take(struct prep *prep)
{
	const struct lex_line *line = prep->pending;

	prep->pending = NULL;
	while (!line && prep->frame_count) {
		size_t count = prep->frame_count;
		struct frame *frame = &prep->frames[count - 1];

		switch (frame->kind) {
		case FRAME_FILE:
			if (frame->next < frame->source->line_count)
				line = line_strip(prep->conf, frame->source, frame->next++);
			break;
		case FRAME_FILES:
			if (frame->next < frame->path_count) {
				include_next(prep, frame->next++);
				continue;
			}
			break;
		case FRAME_BODY:
			line = body_next(prep, frame);
			break;
		case FRAME_LOOP:
			line = loop_next(prep, frame);
			break;
		}
		if (!line && prep->frame_count == count)
			frame_pop(prep);
	}
	return line;
}

/* `@id` and `@^id`: the line counts where the configuration's id is, or is not, this one. */
static bool condition_holds(struct prep *prep, struct lex_line *line)
{
	const char *id = prep_config_id(prep->conf);
	uint32_t begin = line->begin + 1, end;
	bool negated = begin < line->length && line->text[begin] == '^', same;

	begin += negated;
	for (end = begin; end < line->length && !lex_is_blank(line->text[end]); end++)
		;
	if (end == begin) {
		struct place place = lex_place(line, line->begin, 1 + negated);

		diag_error(prep->conf, "condition-without-name", &place,
			   "write `@NAME TEXT` or `@^NAME TEXT`",
			   "a condition without a name: the line is left out");
		return false;
	}
	same = strlen(id) == end - begin && memcmp(id, line->text + begin, end - begin) == 0;
	line->begin = line_skip_blanks(line, end);
	if (same != negated)
		return line->begin < line->length;
	if (line->continued && variable_is_definition(line, line->begin))
		variable_skip(prep);
	return false;
}

/* Conditions, definitions and loops at the beginning. False: nothing is left of the line. */
static bool directives(struct prep *prep, struct lex_line *line)
{
	for (;;) {
		line->begin = line_skip_blanks(line, line->begin);
		if (line->begin == line->length)
			return true;
		switch (line->text[line->begin]) {
		case '@':
			if (!condition_holds(prep, line))
				return false;
			break;
		case '$':
			return !variable_define(prep, line);
		case '~':
			return !loop_begin(prep, line);
		default:
			return true;
		}
	}
}

/* A comment sign that a value brought in. One that was written was seen before. */
static void comment_cut(struct prep *prep, struct lex_line *line)
{
	bool quoted = false;

	for (uint32_t i = line->begin; line->origins && i < line->length; i++) {
		struct place place;

		if (line->text[i] == '"')
			quoted = !quoted;
		if (quoted || !line->origins[i] || (line->text[i] != '#' && line->text[i] != '!'))
			continue;
		place = lex_place(line, i, 1);
		diag_hint(prep->conf, "comment-in-value", &place,
			  "put the word in double quotes when it belongs to it",
			  "`%c` in a value begins a comment", line->text[i]);
		line->length = i;
		break;
	}
	while (line->length > line->begin && lex_is_blank(line->text[line->length - 1]))
		line->length--;
}

/* A backslash at the end continues definitions only. */
static void backslash_cut(struct prep *prep, struct lex_line *line)
{
	struct place place;

	if (!line->continued || line->length == line->begin ||
	    line->text[line->length - 1] != '\\')
		return;
	place = lex_place(line, line->length - 1, 1);
	diag_error(prep->conf, "not-continued", &place, "write it on one line",
		   "only a definition goes on in the next line: the `\\` is left out");
	line->length--;
	while (line->length > line->begin && lex_is_blank(line->text[line->length - 1]))
		line->length--;
}

static bool is_plain(const struct lex_line *line)
{
	uint32_t i = line_skip_blanks(line, line->begin);
	const char *rest = line->text + i;

	return i == line->length ||
	       (!line->continued && rest[0] != '@' && rest[0] != '~' &&
		!memchr(rest, '$', line->length - i) &&
		!include_is_keyword(rest, line->length - i));
}

/* What is left for the lexer, or NULL. */
static const struct lex_line *line_read(struct prep *prep, const struct lex_line *given)
{
	struct lex_line *line;
	bool changed = false;

	if (is_plain(given))
		return given;
	line = arena_alloc(&prep->conf->arena, sizeof(*line));
	*line = *given;
	prep->is_dropped = false;
	for (unsigned pass = 0;; pass++) {
		if (!directives(prep, line))
			return NULL;
		if (!variable_substitute(prep, line))
			break;
		changed = true;
		if (pass == LIMIT_CONF_NESTED)
			variable_endless(prep, line);
		if (prep->is_dropped)
			return NULL;
	}
	if (prep->is_dropped)
		return NULL;
	if (changed) {
		variable_keep(prep, line);
		comment_cut(prep, line);
	}
	if (include_begin(prep, line))
		return NULL;
	variable_report(prep, line);
	backslash_cut(prep, line);
	return line;
}

const struct lex_line *prep_next(struct prep *prep)
{
	const struct lex_line *line, *read;

	while ((line = line_take(prep))) {
		read = line_read(prep, line);
		if (read)
			return read;
	}
	return NULL;
}

bool prep_again(struct prep *prep, const struct lex_line *line, uint32_t position)
{
	uint32_t begin = line_skip_blanks(line, position);
	struct lex_line *rest;
	struct place place;

	if (begin == line->length ||
	    (line->text[begin] != '@' && !loop_is_keyword(line, begin) &&
	     !variable_is_definition(line, begin) &&
	     !include_is_keyword(line->text + begin, line->length - begin)))
		return false;
	rest = arena_alloc(&prep->conf->arena, sizeof(*rest));
	*rest = *line;
	rest->begin = begin;
	place = lex_place(rest, begin, 1);
	/* A line of nothing but braces and conditions is gone through once for each of them. */
	if (prep_charge(prep, &place, rest->length - begin))
		prep->pending = rest;
	return true;
}
