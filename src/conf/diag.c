/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: collected in any order, sorted by place at the end, printed like a compiler's. Only
 * LIMIT_CONF_FINDINGS are kept, the rest is counted with its consequence, so that the exit code is
 * right for a file of rubbish too. What is printed may come from anybody's file and go to a
 * terminal: control octets and broken UTF-8 become question marks, and of a very long line only
 * the part around the caret is shown. */
#include "conf/diag.h"

#include "conf/conf_private.h"
#include "conf/counted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Octets of a source line that are shown, and how many of them before the caret at most. */
#define SHOWN_MAX 160
#define SHOWN_BEFORE 100

/* Steps that are shown of the way to a place. */
#define CHAIN_MAX 16

/* The length of the UTF-8 sequence at `s`, 0 when it is none. Good enough for a terminal: it does
 * not look for overlong forms. */
static size_t sequence_length(const unsigned char *s)
{
	size_t length = s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;

	if (s[0] >= 0xf5)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

void diag_clean(char *text)
{
	unsigned char *s = (unsigned char *)text;

	while (*s) {
		size_t length = *s < 0x80 ? 1 : sequence_length(s);

		if (length == 0 || (*s < 0x20 && *s != '\t') || *s == 0x7f) {
			*s = '?';
			length = 1;
		}
		s += length;
	}
}

/* One step; what leads to itself is one step, however often it was taken. */
static const char *step_text(struct conf *conf, const struct origin *origin)
{
	struct arena *arena = &conf->arena;
	char *text = NULL;

	switch (origin->kind) {
	case ORIGIN_INCLUDE:
		text = arena_format(arena, "included from %s:%u", origin->file, origin->line);
		break;
	case ORIGIN_VALUE:
		text = arena_format(arena, "expanded from $%.64s", origin->name);
		if (origin->value && !secret_is_origin(conf, origin))
			text = arena_format(arena, "%s (`%.40s`)", text, origin->value);
		if (origin->file)
			text = arena_format(arena, "%s defined at %s:%u", text, origin->file,
					    origin->line);
		break;
	case ORIGIN_BODY:
		text = arena_format(arena, "expanded from $%.64s used at %s:%u", origin->name,
				    origin->file, origin->line);
		break;
	}
	diag_clean(text);
	return text;
}

/* The steps from a piece of text to the main file. */
static void chain_make(struct conf *conf, const struct origin *origin, struct conf_finding *finding)
{
	const char **chain = NULL;
	size_t room = 0;

	for (; origin && finding->chain_count < CHAIN_MAX; origin = origin->up) {
		const struct origin *up = origin->up;

		if (up && up->kind == origin->kind && up->name == origin->name &&
		    up->file == origin->file && up->line == origin->line)
			continue;
		chain = arena_grow(&conf->arena, chain, sizeof(*chain), finding->chain_count,
				   &room);
		chain[finding->chain_count++] = step_text(conf, origin);
	}
	finding->chain = chain;
}

/* Whether the same was said of the same place: a definition may be used a thousand times. */
static bool is_known(struct conf *conf, const struct diag *diag, const char *message)
{
	const struct place *place = &diag->place;
	char key[800];
	void **slot;
	int length;

	if (!place->line)
		return false;
	if (!conf->findings_known.arena)
		map_init(&conf->findings_known, &conf->arena);
	length = snprintf(key, sizeof(key), "%u %u %u %s %s",
			  place->source->index, place->line, place->column, diag->code, message);
	slot = map_slot(&conf->findings_known, key, (size_t)length);
	if (*slot)
		return true;
	*slot = conf;
	return false;
}

const char *diag_add_list(struct conf *conf, const struct diag *diag, const char *format,
			  va_list arguments)
{
	const struct place *place = &diag->place;
	struct kept_finding *kept;
	char text[640];
	char *message;

	vsnprintf(text, sizeof(text), format, arguments);
	diag_clean(text);
	message = arena_copy(&conf->arena, text, strlen(text));
	conf->consequences |= 1u << diag->consequence;
	if (conf->finding_count >= LIMIT_CONF_FINDINGS) {
		conf->finding_overflow++;
		return message;
	}
	if (is_known(conf, diag, message))
		return message;
	conf->findings = arena_grow(&conf->arena, conf->findings, sizeof(*conf->findings),
				    conf->finding_count, &conf->finding_room);
	kept = &conf->findings[conf->finding_count];
	kept->source_index = place->source ? place->source->index : 0;
	kept->place = *place;
	kept->sequence = (unsigned)conf->finding_count++;
	kept->finding = (struct conf_finding){
		.code = diag->code,
		.severity = diag->severity,
		.consequence = diag->consequence,
		.file = place->source ? place->source->name : conf->path,
		.line = place->line,
		.column = place->column,
		.width = place->width ? place->width : 1,
		.message = message,
		.hint = diag->hint,
	};
	return message;
}

const char *diag_add(struct conf *conf, const struct diag *diag, const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = diag_add_list(conf, diag, format, arguments);
	va_end(arguments);
	return message;
}

void diag_error(struct conf *conf, const char *code, const struct place *place, const char *hint,
		const char *format, ...)
{
	struct diag diag = { code, CONF_ERROR, CONF_RUNS, *place, hint };
	va_list arguments;

	va_start(arguments, format);
	diag_add_list(conf, &diag, format, arguments);
	va_end(arguments);
}

void diag_warning(struct conf *conf, const char *code, const struct place *place, const char *hint,
		  const char *format, ...)
{
	struct diag diag = { code, CONF_WARNING, CONF_RUNS, *place, hint };
	va_list arguments;

	va_start(arguments, format);
	diag_add_list(conf, &diag, format, arguments);
	va_end(arguments);
}

void diag_hint(struct conf *conf, const char *code, const struct place *place, const char *hint,
	       const char *format, ...)
{
	struct diag diag = { code, CONF_HINT, CONF_NO_EFFECT, *place, hint };
	va_list arguments;

	va_start(arguments, format);
	diag_add_list(conf, &diag, format, arguments);
	va_end(arguments);
}

const char *diag_line(struct conf *conf, const struct place *place, const struct place *here)
{
	if (place->source == here->source)
		return arena_format(&conf->arena, "line %u", place->line);
	return arena_format(&conf->arena, "line %u of %.200s", place->line, place->source->name);
}

static int order(const void *left, const void *right)
{
	const struct kept_finding *a = left, *b = right;

	if (a->source_index != b->source_index)
		return a->source_index < b->source_index ? -1 : 1;
	if (a->finding.line != b->finding.line)
		return a->finding.line < b->finding.line ? -1 : 1;
	if (a->finding.column != b->finding.column)
		return a->finding.column < b->finding.column ? -1 : 1;
	return a->sequence < b->sequence ? -1 : 1;
}

/* The line and the way to it, now that it is known what in them is to be hidden. */
static void context_add(struct conf *conf, struct kept_finding *kept)
{
	const struct place *place = &kept->place;

	kept->finding.message = secret_mask(conf, place, kept->finding.message);
	kept->finding.hint = secret_mask(conf, place, kept->finding.hint);
	if (place->line)
		kept->finding.source = place->source->lines[place->line - 1];
	chain_make(conf, place->origin, &kept->finding);
}

void diag_settle(struct conf *conf)
{
	for (size_t i = 0; i < conf->finding_count; i++)
		context_add(conf, &conf->findings[i]);
	if (conf->finding_count)
		qsort(conf->findings, conf->finding_count, sizeof(*conf->findings), order);
}

const char *conf_severity_name(enum conf_severity severity)
{
	switch (severity) {
	case CONF_ERROR:
		return "error";
	case CONF_WARNING:
		return "warning";
	case CONF_HINT:
		return "hint";
	}
	return "error";
}

static void put_line(struct counted *c, const struct conf_finding *f)
{
	char number[64];

	counted_add(c, f->file);
	if (f->line) {
		snprintf(number, sizeof(number), ":%u:%u", f->line, f->column);
		counted_add(c, number);
	}
	counted_add(c, ": ");
	counted_add(c, conf_severity_name(f->severity));
	counted_add(c, ": ");
	counted_add(c, f->message);
	counted_add(c, " [");
	counted_add(c, f->code);
	counted_add(c, "]");
}

/* The caret stands under its octet: blanks before it, but tabs where the line has tabs, and nothing
 * for the later octets of one UTF-8 letter. */
static void put_caret(struct counted *c, const char *shown, size_t before, size_t width)
{
	size_t length = strlen(shown);
	bool first = true;

	for (size_t i = 0; i < before && i < length; i++)
		if (((unsigned char)shown[i] & 0xc0) != 0x80)
			counted_add(c, shown[i] == '\t' ? "\t" : " ");
	for (size_t i = before; i < before + width && (i < length || first); i++) {
		if (i < length && ((unsigned char)shown[i] & 0xc0) == 0x80)
			continue;
		counted_add(c, first ? "^" : "~");
		first = false;
	}
}

static void put_source(struct counted *c, const struct conf_finding *f)
{
	size_t length = strlen(f->source), before = f->column ? f->column - 1 : 0, begin = 0;
	char shown[SHOWN_MAX + 1];

	if (before > length)
		before = length;
	if (length > SHOWN_MAX && before > SHOWN_BEFORE)
		begin = before - SHOWN_BEFORE;
	snprintf(shown, sizeof(shown), "%.*s", SHOWN_MAX, f->source + begin);
	diag_clean(shown);
	counted_add(c, begin ? "\n ..." : "\n    ");
	counted_add(c, shown);
	counted_add(c, "\n    ");
	put_caret(c, shown, before - begin, f->width);
}

size_t conf_finding_print_line(const struct conf_finding *finding, char *buffer, size_t size)
{
	struct counted c;

	counted_init(&c, buffer, size);
	put_line(&c, finding);
	return c.length;
}

size_t conf_finding_print(const struct conf_finding *finding, char *buffer, size_t size)
{
	struct counted c;

	counted_init(&c, buffer, size);
	put_line(&c, finding);
	if (finding->source)
		put_source(&c, finding);
	if (finding->hint) {
		counted_add(&c, "\n  hint: ");
		counted_add(&c, finding->hint);
	}
	if (finding->section)
		counted_format(&c, "\n  manual: vipd.conf(5), %s", finding->section);
	for (size_t i = 0; i < finding->chain_count; i++) {
		counted_add(&c, "\n  ");
		counted_add(&c, finding->chain[i]);
	}
	counted_add(&c, "\n");
	return c.length;
}
