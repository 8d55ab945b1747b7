/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `~SEQ(i,1,9) …` and `~LST(i,a,b) …`: the rest of the line once for each number or value, with the
 * variable defined anew each time. The line is not copied: it is read again, as if it were written
 * once for each round, so loops stand in one another and variables are looked up late. Unlike
 * keepalived's the variable ends with its loop; there it would hide what comes after. */
#include "conf/prep_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_SIZE (sizeof(struct lex_line) + 64) /* for the budget: a round costs something */

/* Texts between commas. */
struct list {
	const char **items;
	size_t count, room;
};

bool loop_is_keyword(const struct lex_line *line, uint32_t begin)
{
	return line->length - begin >= 4 && (memcmp(line->text + begin, "~SEQ", 4) == 0 ||
					     memcmp(line->text + begin, "~LST", 4) == 0);
}

static const char *trimmed(struct arena *arena, const char *begin, const char *end)
{
	while (begin < end && lex_is_blank(*begin))
		begin++;
	while (end > begin && lex_is_blank(end[-1]))
		end--;
	return arena_copy(arena, begin, (size_t)(end - begin));
}

/* Splits at commas that stand in no braces. */
static struct list split(struct arena *arena, const char *begin, const char *end)
{
	struct list list = { .items = NULL };
	int depth = 0;

	for (const char *c = begin; c <= end; c++) {
		if (c < end && *c == '{')
			depth++;
		if (c < end && *c == '}')
			depth--;
		if (c < end && (*c != ',' || depth > 0))
			continue;
		list.items = arena_grow(arena, list.items, sizeof(*list.items), list.count,
					&list.room);
		list.items[list.count++] = trimmed(arena, begin, c);
		begin = c + 1;
	}
	return list;
}

/* `{a,b}` → a, b; anything else is one. */
static struct list members(struct arena *arena, const char *text)
{
	size_t length = strlen(text);

	if (length >= 2 && text[0] == '{' && text[length - 1] == '}')
		return split(arena, text + 1, text + length - 1);
	return split(arena, text, strchr(text, ',') ? strchr(text, ',') : text + length);
}

static bool number_read(const char *text, int64_t *ret_number)
{
	char *end;

	if (!*text)
		return false;
	*ret_number = strtoll(text, &end, 0);
	/* The two ends are what an overflow becomes. */
	return *end == '\0' && *ret_number > INT64_MIN && *ret_number < INT64_MAX;
}

static const char *names_set(struct prep *prep, struct loop *loop, const struct lex_line *line,
			     const struct list *names)
{
	loop->names = arena_alloc(&prep->conf->arena, names->count * sizeof(*loop->names));
	loop->outer = arena_alloc(&prep->conf->arena, names->count * sizeof(struct definition *));
	loop->name_count = names->count;
	for (size_t i = 0; i < names->count; i++) {
		size_t length = strlen(names->items[i]);

		if (!length || lex_name(names->items[i], length) != length)
			return "the first word is no name of a variable";
		loop->names[i].name = names->items[i];
		loop->names[i].file = line->source->name;
		loop->names[i].line = line->number;
	}
	return NULL;
}

/* `(NAME, START, STEP, END)`, `(NAME, START, END)`, `(NAME, END)`. NULL, or what is wrong. */
static const char *numbers_set(struct loop *loop, const struct list *words)
{
	int64_t numbers[3];

	if (words->count < 2 || words->count > 4)
		return "write `~SEQ(NAME, START, STEP, END) TEXT`";
	for (size_t i = 1; i < words->count; i++)
		if (!number_read(words->items[i], &numbers[i - 1]))
			return "a value of ~SEQ is no number";
	loop->end = numbers[words->count - 2];
	loop->next = words->count > 2 ? numbers[0] : loop->end < 0 ? -1 : 1;
	loop->step = words->count > 3 ? numbers[1] : loop->next <= loop->end ? 1 : -1;
	if (loop->step == 0 || (loop->step > 0 && loop->next > loop->end) ||
	    (loop->step < 0 && loop->next < loop->end))
		return "this ~SEQ never comes to its end";
	if (loop->hex && (loop->next < 0 || loop->end < 0))
		return "~SEQx takes no negative numbers";
	return NULL;
}

static const char *values_set(struct prep *prep, struct loop *loop, const struct list *words)
{
	struct arena *arena = &prep->conf->arena;

	if (words->count < 2)
		return "write `~LST(NAME, VALUE, …) TEXT`";
	loop->round_count = words->count - 1;
	if (loop->round_count > LIMIT_CONF_EXPANDED / loop->name_count)
		return "too many values";
	loop->values = arena_alloc(arena, loop->round_count * loop->name_count *
						  sizeof(*loop->values));
	for (size_t i = 0; i < loop->round_count; i++) {
		struct list row = members(arena, words->items[i + 1]);

		if (row.count > loop->name_count)
			return "a value of ~LST has more parts than there are names";
		for (size_t k = 0; k < loop->name_count; k++)
			loop->values[i * loop->name_count + k] = k < row.count ? row.items[k] : "";
	}
	return NULL;
}

/* From the words in the parentheses to a loop. NULL, or what is wrong. */
static const char *loop_read(struct prep *prep, const struct lex_line *header, bool is_list,
			     struct loop *loop)
{
	struct arena *arena = &prep->conf->arena;
	const char *open = memchr(header->text + header->begin, '(',
				  header->length - header->begin);
	struct list words, names;
	const char *wrong;

	words = split(arena, open + 1, header->text + header->length - 1);
	names = is_list ? members(arena, words.items[0]) : split(arena, words.items[0],
								 words.items[0] +
									 strlen(words.items[0]));
	wrong = names_set(prep, loop, header, &names);
	if (wrong)
		return wrong;
	return is_list ? values_set(prep, loop, &words) : numbers_set(loop, &words);
}

/* The offset behind `~SEQ(…)`, 0: it is not of this form. */
static uint32_t header_end(const struct lex_line *line, bool *ret_hex)
{
	uint32_t i = line->begin + 4;
	const char *close;

	*ret_hex = i < line->length && line->text[i] == 'x' && line->text[line->begin + 1] == 'S';
	i = line_skip_blanks(line, i + *ret_hex);
	if (i == line->length || line->text[i] != '(')
		return 0;
	close = memchr(line->text + i, ')', line->length - i);
	return close ? (uint32_t)(close - line->text) + 1 : 0;
}

bool loop_begin(struct prep *prep, struct lex_line *line)
{
	bool is_list = line->length - line->begin > 1 && line->text[line->begin + 1] == 'L', hex;
	const char *wrong = "write `~SEQ(NAME, START, STEP, END) TEXT` or `~LST(NAME, VALUE, …) "
			    "TEXT`";
	struct place place;
	struct lex_line header;
	struct frame *frame;
	struct loop *loop;

	if (!loop_is_keyword(line, line->begin))
		return false;
	variable_keep(prep, line);
	header = *line;
	header.length = header_end(line, &hex);
	place = lex_place(line, line->begin,
			  header.length ? header.length - line->begin : 4);
	loop = arena_alloc(&prep->conf->arena, sizeof(*loop));
	loop->hex = hex;
	line->begin = line_skip_blanks(line, header.length);
	loop->line = line;
	if (header.length) {
		if (!variable_expand(prep, &header))
			return true;
		wrong = loop_read(prep, &header, is_list, loop);
	}
	if (wrong) {
		diag_error(prep->conf, "bad-loop", &place, NULL, "%s: the line is left out", wrong);
		return true;
	}
	if (line->begin == line->length || !prep_nest(prep, &place, loop->names[0].name))
		return true;
	for (size_t i = 0; i < loop->name_count; i++)
		loop->outer[i] = map_find(&prep->definitions, loop->names[i].name,
					  strlen(loop->names[i].name));
	frame = frame_push(prep, FRAME_LOOP);
	frame->loop = loop;
	return true;
}

static const char *number_text(struct prep *prep, const struct loop *loop)
{
	return loop->hex ? arena_format(&prep->conf->arena, "%" PRIx64, (uint64_t)loop->next) :
			   arena_format(&prep->conf->arena, "%" PRId64, loop->next);
}

const struct lex_line *loop_next(struct prep *prep, struct frame *frame)
{
	struct loop *loop = frame->loop;
	struct place place = lex_place(loop->line, loop->line->begin, 1);

	if (loop->values ? frame->next == loop->round_count :
			   loop->step == 0 || (loop->step > 0 && loop->next > loop->end) ||
				   (loop->step < 0 && loop->next < loop->end))
		return NULL;
	for (size_t i = 0; i < loop->name_count; i++) {
		struct definition *name = &loop->names[i];

		name->value = loop->values ? loop->values[frame->next * loop->name_count + i] :
					     number_text(prep, loop);
		name->length = strlen(name->value);
		*map_slot(&prep->definitions, name->name, strlen(name->name)) = name;
	}
	frame->next++;
	if (!loop->values && __builtin_add_overflow(loop->next, loop->step, &loop->next))
		loop->step = 0;
	return prep_charge(prep, &place,
			   ROUND_SIZE + loop->line->length + 32 * loop->name_count) ?
		       loop->line :
		       NULL;
}

void loop_end(struct prep *prep, const struct loop *loop)
{
	for (size_t i = loop->name_count; i > 0; i--)
		*map_slot(&prep->definitions, loop->names[i - 1].name,
			  strlen(loop->names[i - 1].name)) = loop->outer[i - 1];
}
