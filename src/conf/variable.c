/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables: their definitions, and references to them. A definition is kept as text and read when
 * it is used; its lines behind the first are whole lines of their own then, so it is only used
 * where it ends a line. An undefined name stays as it is written, because it may be half a
 * password. References are put in from left to right, and the line goes round again, so that a
 * name may be made of values (`${N${I}}`). */
#include "conf/line.h"
#include "conf/prep_private.h"

#include <string.h>

/* Arena that one reference takes: counted, because a definition may be nothing but references. */
#define REFERENCE_SIZE (sizeof(struct origin))

/* The length of `$NAME` before a `=`, 0: it is no definition. */
static uint32_t definition_name(const struct lex_line *line, uint32_t begin)
{
	size_t length = line->length - begin, name;

	if (length < 3 || line->text[begin] != '$')
		return 0;
	name = lex_name(line->text + begin + 1, length - 1);
	return name ? (uint32_t)name + 1 : 0;
}

bool variable_is_definition(const struct lex_line *line, uint32_t begin)
{
	uint32_t end = definition_name(line, begin);

	return end && begin + end < line->length && line->text[begin + end] == '=';
}

/* `$NAME = VALUE`, which is none in keepalived either. */
static bool is_spaced(struct prep *prep, const struct lex_line *line)
{
	uint32_t end = definition_name(line, line->begin), equals;
	struct place place;

	if (!end)
		return false;
	equals = line_skip_blanks(line, line->begin + end);
	if (equals == line->begin + end || equals == line->length || line->text[equals] != '=')
		return false;
	place = lex_place(line, line->begin, equals + 1 - line->begin);
	diag_error(prep->conf, "definition-with-blank", &place, "write `$NAME=VALUE`",
		   "no blank may stand before the `=` of a definition: the line is left out");
	return true;
}

static void backslash_trim(struct lex_line *line)
{
	if (line->continued && line->length > line->begin &&
	    line->text[line->length - 1] == '\\')
		line->length--;
	while (line->length > line->begin && lex_is_blank(line->text[line->length - 1]))
		line->length--;
}

/* Harmless behind the last line, but in the middle it cuts the definition in two. */
static void empty_report(struct prep *prep, const struct lex_line *line)
{
	struct place place = lex_place(line, 0, 0);

	diag_hint(prep->conf, "definition-ends", &place,
		  "take the line away if the definition goes on, else the backslash before it",
		  "the empty line ends the definition, though the line before it goes on");
}

/* The lines up to one that does not end in a backslash. One without anything but blanks or a
 * comment is passed over, an empty one ends the definition: as in keepalived. */
static void body_read(struct prep *prep, struct definition *definition)
{
	struct frame *frame = &prep->frames[prep->frame_count - 1];
	bool goes_on = true;

	if (frame->kind != FRAME_FILE)
		return;
	while (goes_on && frame->next < frame->source->line_count) {
		bool is_empty = frame->source->lines[frame->next][0] == '\0';
		struct lex_line *line;

		line = line_strip(prep->conf, frame->source, frame->next++);
		if (is_empty)
			empty_report(prep, line);
		goes_on = !is_empty && (line->continued || line->length == 0);
		backslash_trim(line);
		line->continued = false;
		if (line_skip_blanks(line, 0) == line->length)
			continue;
		definition->body = arena_grow(&prep->conf->arena, definition->body,
					      sizeof(*definition->body), definition->body_count,
					      &definition->body_room);
		definition->body[definition->body_count++] = line;
	}
}

void variable_skip(struct prep *prep)
{
	struct definition nowhere = { .name = NULL };

	body_read(prep, &nowhere);
}

bool variable_define(struct prep *prep, const struct lex_line *line)
{
	struct arena *arena = &prep->conf->arena;
	uint32_t name = line->begin + 1, end;
	struct lex_line value = *line;
	struct definition *definition;

	if (is_spaced(prep, line))
		return true;
	if (!variable_is_definition(line, line->begin))
		return false;
	end = line->begin + definition_name(line, line->begin);
	value.begin = line_skip_blanks(line, end + 1);
	backslash_trim(&value);
	definition = arena_alloc(arena, sizeof(*definition));
	definition->name = arena_copy(arena, line->text + name, end - name);
	definition->length = value.length - value.begin;
	definition->value = arena_copy(arena, value.text + value.begin, definition->length);
	definition->file = line->source->name;
	definition->line = line->number;
	if (line->continued)
		body_read(prep, definition);
	*map_slot(&prep->definitions, definition->name, end - name) = definition;
	return true;
}

static void draft_put(struct prep *prep, struct draft *d, char c, uint32_t column,
		      const struct origin *origin)
{
	if (d->length == d->room) {
		struct arena *arena = &prep->conf->arena;
		struct draft larger = { .room = d->room ? d->room * 2 : 1024 };

		larger.length = d->length;
		larger.text = arena_alloc(arena, larger.room);
		larger.columns = arena_alloc(arena, larger.room * sizeof(*larger.columns));
		larger.origins = arena_alloc(arena, larger.room * sizeof(*larger.origins));
		if (d->length) {
			memcpy(larger.text, d->text, d->length);
			memcpy(larger.columns, d->columns, d->length * sizeof(*d->columns));
			memcpy(larger.origins, d->origins, d->length * sizeof(*d->origins));
		}
		*d = larger;
	}
	d->text[d->length] = c;
	d->columns[d->length] = column;
	d->origins[d->length++] = origin;
}

static uint32_t column_at(const struct lex_line *line, uint32_t i)
{
	return line->columns ? line->columns[i] : i + 1;
}

static struct origin *origin_new(struct prep *prep, enum origin_kind kind, const char *name,
				 const struct lex_line *line, uint32_t at, uint32_t length)
{
	struct origin *origin = arena_alloc(&prep->conf->arena, sizeof(*origin));
	const struct origin *inside = line->origins ? line->origins[at] : NULL;

	origin->kind = kind;
	origin->name = name;
	origin->up = inside ? inside : line->origin;
	origin->width = inside ? inside->width : column_at(line, at + length) - column_at(line, at);
	return origin;
}

/* Lets the lines behind the first come next, and says what goes on this line. */
static bool body_begin(struct prep *prep, const struct lex_line *line, uint32_t at,
		       const struct variable *v, struct definition *definition,
		       const char **ret_value, size_t *ret_length)
{
	bool is_alone = line_skip_blanks(line, line->begin) == at && definition->length == 0;
	struct place place = lex_place(line, at, (uint32_t)v->length);
	const struct lex_line *first = definition->body[0];
	struct origin *origin;
	struct frame *frame;

	if (!prep_nest(prep, &place, definition->name))
		return false;
	origin = origin_new(prep, ORIGIN_BODY, definition->name, line, at, (uint32_t)v->length);
	origin->file = line->source->name;
	origin->line = line->number;
	frame = frame_push(prep, FRAME_BODY);
	frame->definition = definition;
	frame->origin = origin;
	*ret_value = definition->value;
	*ret_length = definition->length;
	if (definition->length == 0 && !is_alone) {
		*ret_value = first->text + first->begin;
		*ret_length = first->length - first->begin;
		frame->next = 1;
	}
	return true;
}

/* Puts one value in. False: the reference stays as it is written. */
static bool reference_put(struct prep *prep, const struct lex_line *line, uint32_t at,
			  const struct variable *v, struct draft *d)
{
	struct place place = lex_place(line, at, (uint32_t)v->length);
	uint32_t end = at + (uint32_t)v->length;
	struct definition *definition = NULL;
	const char *value = NULL;
	struct origin *origin;
	size_t length;

	if (v->arguments_length == 0)
		definition = map_find(&prep->definitions, v->name, v->name_length);
	if (definition && definition->body_count && line_skip_blanks(line, end) < line->length)
		return false;
	if (!definition && !(value = builtin_value(prep, v, &place)))
		return false;
	if (!prep_charge(prep, &place, REFERENCE_SIZE))
		return false;
	origin = origin_new(prep, ORIGIN_VALUE, NULL, line, at, (uint32_t)v->length);
	if (definition) {
		origin->name = definition->name;
		origin->file = definition->file;
		origin->line = definition->line;
		value = definition->value;
		length = definition->length;
		if (definition->body_count &&
		    !body_begin(prep, line, at, v, definition, &value, &length))
			return false;
	} else {
		origin->name = arena_copy(&prep->conf->arena, v->name, v->name_length);
		length = strlen(value);
	}
	if (!definition || !definition->body_count)
		origin->value = value;
	for (size_t i = 0; i < length; i++)
		draft_put(prep, d, value[i], column_at(line, at), origin);
	return true;
}

bool variable_substitute(struct prep *prep, struct lex_line *line)
{
	struct draft *d = &prep->drafts[prep->draft];
	struct variable v;
	bool changed = false;
	struct place place;

	if (!memchr(line->text + line->begin, '$', line->length - line->begin))
		return false;
	d->length = 0;
	for (uint32_t i = line->begin; i < line->length && !prep->is_dropped;) {
		if (line->text[i] == '$' && lex_variable(line->text + i, line->length - i, &v) &&
		    reference_put(prep, line, i, &v, d)) {
			changed = true;
			i += (uint32_t)v.length;
		} else {
			draft_put(prep, d, line->text[i], column_at(line, i),
				  line->origins ? line->origins[i] : NULL);
			i++;
		}
		if (d->length > LIMIT_CONF_LINE)
			break;
	}
	if (!changed)
		return false;
	place = lex_place(line, line->begin, 1);
	if (d->length > LIMIT_CONF_LINE)
		prep_stop(prep, "line-limit", &place,
			  arena_format(&prep->conf->arena,
				       "a line with its variables is longer than %u octets "
				       "(LIMIT_CONF_LINE)",
				       LIMIT_CONF_LINE));
	else
		prep_charge(prep, &place, d->length);
	draft_put(prep, d, '\0', column_at(line, line->length), NULL);
	line->text = d->text;
	line->columns = d->columns;
	line->origins = d->origins;
	line->begin = 0;
	line->length = (uint32_t)d->length - 1;
	prep->draft ^= 1;
	return true;
}

void variable_keep(struct prep *prep, struct lex_line *line)
{
	struct arena *arena = &prep->conf->arena;
	size_t columns = (line->length + 1u) * sizeof(*line->columns);
	size_t origins = line->length * sizeof(*line->origins);

	if (line->text != prep->drafts[0].text && line->text != prep->drafts[1].text)
		return;
	line->text = arena_copy(arena, line->text, line->length);
	line->columns = memcpy(arena_alloc(arena, columns), line->columns, columns);
	line->origins = memcpy(arena_alloc(arena, origins), line->origins, origins);
}

void variable_endless(struct prep *prep, const struct lex_line *line)
{
	struct place place = lex_place(line, 0, 0);
	const struct origin *origin = line->origins ? line->origins[0] : NULL;

	for (uint32_t i = 0; i < line->length; i++) {
		if (line->text[i] != '$' || !line->origins[i])
			continue;
		place = lex_place(line, i, 1);
		origin = line->origins[i];
		break;
	}
	diag_error(prep->conf, "endless-variable", &place, NULL,
		   "`$%.64s` leads back to itself, or %u variables stand in one another "
		   "(LIMIT_CONF_NESTED): the line is left out",
		   origin && origin->name ? origin->name : "", LIMIT_CONF_NESTED);
	prep->is_dropped = true;
}

bool variable_expand(struct prep *prep, struct lex_line *line)
{
	for (unsigned pass = 0; variable_substitute(prep, line) && !prep->is_dropped; pass++)
		if (pass == LIMIT_CONF_NESTED)
			variable_endless(prep, line);
	return !prep->is_dropped;
}

/* One reference that is still there: defined, or not? */
static void reference_report(struct prep *prep, const struct lex_line *line, uint32_t at,
			     const struct variable *v, bool quoted)
{
	const struct definition *definition =
		map_find(&prep->definitions, v->name, v->name_length);
	struct place place = lex_place(line, at, (uint32_t)v->length);
	int length = v->name_length < 64 ? (int)v->name_length : 64;

	if (definition && definition->body_count)
		diag_error(prep->conf, "not-last", &place, "write nothing behind it on its line",
			   "`$%.*s` has several lines and is only read at the end of a line",
			   length, v->name);
	else if (!quoted)
		diag_hint(prep->conf, "undefined-variable", &place,
			  "a variable must be defined before the line that uses it",
			  "`$%.*s` is not defined: it stays as it is written", length, v->name);
}

/* `$NAME"` and the like: not a reference, though there is a variable of this name. */
static void glued_report(struct prep *prep, const struct lex_line *line, uint32_t at)
{
	size_t length = lex_name(line->text + at + 1, line->length - at - 1);
	struct place place;

	if (!length || !map_find(&prep->definitions, line->text + at + 1, length))
		return;
	place = lex_place(line, at, (uint32_t)length + 1);
	diag_hint(prep->conf, "variable-not-read", &place,
		  arena_format(&prep->conf->arena, "write `${%.*s}`",
			       length < 64 ? (int)length : 64, line->text + at + 1),
		  "a `$NAME` ends with a blank, a `,`, a `)` or the line: this one stays as it is");
}

void variable_report(struct prep *prep, const struct lex_line *line)
{
	bool quoted = false, begins = true;
	struct variable v;

	for (uint32_t i = line->begin; i < line->length; i++) {
		if (line->text[i] == '"')
			quoted = !quoted;
		if (line->text[i] == '$' && lex_variable(line->text + i, line->length - i, &v)) {
			if (v.braced || begins)
				reference_report(prep, line, i, &v, quoted);
		} else if (line->text[i] == '$') {
			glued_report(prep, line, i);
		}
		/* A loop behind a brace comes to it later, with its own variables. */
		if (!quoted && (line->text[i] == '{' || line->text[i] == '}') &&
		    loop_is_keyword(line, line_skip_blanks(line, i + 1)))
			break;
		begins = lex_is_blank(line->text[i]);
	}
}
