/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The status document as a table for people.
 *
 * One line an instance. Addresses stand in the last column when those of all instances fit there,
 * else on lines below their instance, as conditions always do. Widths come from the contents, in a
 * first pass over the same cells; a name too long for the line stands alone above its row. Scripts
 * are not served by this: they have --json. */
#include "cli/cli.h"

#include "base/addr.h"

#include <string.h>

enum column {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_INTERFACE,
	COLUMN_VRID,
	COLUMN_PRIORITY,
	COLUMN_SINCE,
	COLUMN_MASTER,
	COLUMN_N_,
};

#define CELL_SIZE 512
#define GAP 2
#define NAME_LEAST 8 /* columns that a name gets however wide the rest is */
/* Addresses of one instance that the table of all shows. */
#define ADDRESSES_SHOWN 12
#define DARK_SHOWN 8 /* as explain names them */

static const char *const headings[COLUMN_N_] = { "INSTANCE", "STATE", "INTERFACE", "VRID",
						 "PRIORITY", "SINCE", "MASTER" };

struct table {
	const struct cli_screen *screen;
	int64_t now_us;
	bool is_all; /* not one instance that was asked for by name */
	bool addresses_below;
	int widths[COLUMN_N_];
};

static const char *member(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static int number(const json_t *object, const char *key)
{
	return (int)json_integer_value(json_object_get(object, key));
}

/* Its interface; without one its VRF, or any. */
static const char *where(const json_t *instance)
{
	if (!json_is_null(json_object_get(instance, "interface")))
		return member(instance, "interface");
	return json_is_null(json_object_get(instance, "vrf")) ? "any" : member(instance, "vrf");
}

static void make_cell(const json_t *instance, enum column column, int64_t now_us, char *cell)
{
	int base = number(instance, "priority");
	int effective = number(instance, "effective_priority");
	const json_t *master = json_object_get(instance, "master");

	switch (column) {
	case COLUMN_NAME:
		cli_text_clean(member(instance, "name"), cell, CELL_SIZE);
		return;
	case COLUMN_STATE:
		cli_text_clean(member(instance, "state"), cell, CELL_SIZE);
		return;
	case COLUMN_INTERFACE:
		cli_text_clean(where(instance), cell, CELL_SIZE);
		return;
	case COLUMN_VRID:
		snprintf(cell, CELL_SIZE, "%d", number(instance, "vrid"));
		return;
	case COLUMN_PRIORITY:
		if (base == effective)
			snprintf(cell, CELL_SIZE, "%d", base);
		else
			snprintf(cell, CELL_SIZE, "%d/%d", effective, base);
		return;
	case COLUMN_SINCE:
		cli_age_print(cli_time_parse(member(instance, "since")), now_us, cell);
		return;
	case COLUMN_MASTER:
		cli_text_clean(json_is_object(master) ? member(master, "address") : "-", cell,
			       CELL_SIZE);
		return;
	case COLUMN_N_:
		break;
	}
	cell[0] = '\0';
}

static int addresses_width(const json_t *instance)
{
	static const char *const keys[] = { "addresses", "excluded_addresses" };
	int width = 0, count = 0;

	for (int k = 0; k < 2; k++) {
		const json_t *list = json_object_get(instance, keys[k]);

		for (size_t i = 0; i < json_array_size(list); i++, count++)
			width += cli_text_width(json_string_value(json_array_get(list, i)) ?: "") +
				 (count ? 2 : 0);
	}
	return width;
}

static void measure(struct table *t, const json_t *instances)
{
	int addresses = (int)strlen("ADDRESSES"), line = 0, longest = 0;
	char cell[CELL_SIZE];

	for (int c = 0; c < COLUMN_N_; c++)
		t->widths[c] = (int)strlen(headings[c]);
	for (size_t i = 0; i < json_array_size(instances); i++) {
		const json_t *instance = json_array_get(instances, i);
		int width = addresses_width(instance);

		if (width > addresses)
			addresses = width;
		for (int c = 0; c < COLUMN_N_; c++) {
			make_cell(instance, (enum column)c, t->now_us, cell);
			width = cli_text_width(cell);
			if (width > t->widths[c])
				t->widths[c] = width;
		}
	}
	for (int c = 0; c < COLUMN_N_; c++)
		line += t->widths[c] + (c ? GAP : 0);
	t->addresses_below = line + GAP + addresses > t->screen->width;
	longest = t->screen->width - (line - t->widths[COLUMN_NAME]);
	if (longest < NAME_LEAST)
		longest = NAME_LEAST;
	if (t->widths[COLUMN_NAME] > longest)
		t->widths[COLUMN_NAME] = longest;
}

static const char *state_colour(const char *state)
{
	static const struct {
		const char *state, *colour;
	} colours[] = { { "MASTER", "\033[1;32m" },
			{ "FAULT", "\033[1;31m" },
			{ "INIT", "\033[33m" } };

	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (!strcmp(state, colours[i].state))
			return colours[i].colour;
	return "";
}

/* `pad`: the columns up to the next cell. */
static void print_cell(const struct table *t, const char *text, const char *colour, int pad)
{
	bool is_coloured = t->screen->has_colour && *colour;

	fprintf(t->screen->out, "%s%s%s", is_coloured ? colour : "", text,
		is_coloured ? "\033[0m" : "");
	if (pad > 0)
		fprintf(t->screen->out, "%*s", pad, "");
}

static bool is_number(enum column column)
{
	return column == COLUMN_VRID || column == COLUMN_PRIORITY;
}

static void print_headings(const struct table *t)
{
	for (int c = 0; c < COLUMN_N_; c++) {
		bool is_last = c == COLUMN_N_ - 1 && t->addresses_below;

		print_cell(t, headings[c], "\033[1m",
			   is_last ? 0 : t->widths[c] - (int)strlen(headings[c]) + GAP);
	}
	if (!t->addresses_below)
		print_cell(t, "ADDRESSES", "\033[1m", 0);
	fputc('\n', t->screen->out);
}

/* All addresses, the excluded ones behind the others, with commas, into `buffer`. */
static void join_addresses(const struct table *t, const json_t *instance, FILE *out)
{
	const json_t *own = json_object_get(instance, "addresses");
	const json_t *excluded = json_object_get(instance, "excluded_addresses");
	size_t own_count = json_array_size(own);
	size_t count = own_count + json_array_size(excluded);
	size_t shown = t->is_all && count > ADDRESSES_SHOWN ? ADDRESSES_SHOWN : count;
	char cell[CELL_SIZE];

	for (size_t i = 0; i < shown; i++) {
		const json_t *one = i < own_count ? json_array_get(own, i)
						  : json_array_get(excluded, i - own_count);

		fprintf(out, "%s%s", i ? ", " : "",
			cli_text_clean(json_string_value(one), cell, sizeof(cell)));
	}
	if (shown < count)
		fprintf(out, " and %zu more", count - shown);
	if (count == 0)
		fputc('-', out);
}

static void print_addresses(const struct table *t, const json_t *instance)
{
	char *text = NULL;
	size_t size;
	FILE *memory;

	if (!t->addresses_below) {
		join_addresses(t, instance, t->screen->out);
		fputc('\n', t->screen->out);
		return;
	}
	fputc('\n', t->screen->out);
	if (addresses_width(instance) == 0)
		return;
	memory = open_memstream(&text, &size);
	if (!memory)
		return;
	join_addresses(t, instance, memory);
	fclose(memory);
	cli_text_wrap(t->screen->out, t->screen->width, "    ", "    ", text);
	free(text);
}

static void print_remark(const struct table *t, const char *line)
{
	cli_text_wrap(t->screen->out, t->screen->width,
		      t->screen->has_colour ? "    \033[1;33m!\033[0m " : "    ! ", "      ", line);
}

static void print_conditions(const struct table *t, const json_t *instance)
{
	const json_t *list = json_object_get(instance, "conditions");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);
		char name[64], detail[CELL_SIZE], age[CLI_AGE_SIZE], line[CELL_SIZE + 128];

		cli_age_print(cli_time_parse(member(c, "since")), t->now_us, age);
		snprintf(line, sizeof(line), "%s: %s (for %s)",
			 cli_text_clean(member(c, "name"), name, sizeof(name)),
			 cli_text_clean(member(c, "detail"), detail, sizeof(detail)), age);
		print_remark(t, line);
	}
}

/* What an operator has to know although it keeps nobody from serving. */
static void print_readiness(const struct table *t, const json_t *instance)
{
	const char *readiness = member(instance, "readiness");
	const char *line = strcmp(readiness, "unproven") == 0 ?
				   "unproven: nothing is seen on its interface yet: it waits" :
				   "unverified: it serves, and could not hear whether others do";

	if (*readiness)
		print_remark(t, line);
}

/* The keyword that mends it stands in the line: who is not heard has two masters. */
static void print_deaf(const struct table *t, const json_t *instance)
{
	const json_t *list = json_object_get(instance, "deaf");

	for (size_t i = 0; i < json_array_size(list); i++) {
		char who[ADDR_TEXT_SIZE], line[CELL_SIZE];

		snprintf(line, sizeof(line),
			 "deaf: %s sends the other form of checksum and may not hear us: see "
			 "v3_checksum_as_v2",
			 cli_text_clean(json_string_value(json_array_get(list, i)), who,
					sizeof(who)));
		print_remark(t, line);
	}
}

static void print_rival(const struct table *t, const json_t *instance)
{
	const json_t *rival = json_object_get(instance, "rival");
	char who[ADDR_TEXT_SIZE], line[CELL_SIZE];

	if (!json_is_object(rival))
		return;
	snprintf(line, sizeof(line),
		 "rival: %s serves, too, and does not take our adverts: see vipctl explain",
		 cli_text_clean(member(rival, "address"), who, sizeof(who)));
	print_remark(t, line);
}

/* Of a MASTER it is so now; of another one, of what it had to send last. */
static void print_mute(const struct table *t, const json_t *instance)
{
	const json_t *mute = json_object_get(instance, "mute");
	bool is_master = strcmp(member(instance, "state"), "MASTER") == 0;
	char error[64], age[CLI_AGE_SIZE], line[CELL_SIZE];

	if (!json_is_object(mute))
		return;
	cli_text_clean(member(mute, "error"), error, sizeof(error));
	cli_age_print(cli_time_parse(member(mute, "since")), t->now_us, age);
	if (is_master && *error)
		snprintf(line, sizeof(line),
			 "%s do not leave this host: %s (for %s): see vipctl explain",
			 json_is_true(json_object_get(mute, "all")) ? "mute: its adverts" :
								      "adverts",
			 error, age);
	else
		snprintf(line, sizeof(line),
			 "mute: its last adverts did not leave this host%s%s: see vipctl explain",
			 *error ? ": " : "", error);
	print_remark(t, line);
}

/* While that one serves nobody has those that it lacks. */
static void print_drift(const struct table *t, const json_t *instance)
{
	const json_t *drift = json_object_get(instance, "drift");
	const json_t *dark = json_object_get(drift, "dark");
	size_t count = json_array_size(dark);
	char cell[CELL_SIZE], *line = NULL;
	size_t size;
	FILE *memory;

	if (!json_is_object(drift) || !(memory = open_memstream(&line, &size)))
		return;
	fprintf(memory, "drift: %s advertises other addresses than ours",
		cli_text_clean(member(json_object_get(instance, "master"), "address"), cell,
			       sizeof(cell)));
	for (size_t i = 0; i < count && i < DARK_SHOWN; i++)
		fprintf(memory, "%s%s", i ? ", " : "; nobody serves ",
			cli_text_clean(json_string_value(json_array_get(dark, i)), cell,
				       sizeof(cell)));
	if (count > DARK_SHOWN)
		fprintf(memory, " and %zu more", count - DARK_SHOWN);
	fclose(memory);
	print_remark(t, line);
	free(line);
}

static void print_row(const struct table *t, const json_t *instance)
{
	char cell[CELL_SIZE];

	for (int c = 0; c < COLUMN_N_; c++) {
		bool is_last = c == COLUMN_N_ - 1 && t->addresses_below;
		int pad;

		make_cell(instance, (enum column)c, t->now_us, cell);
		pad = t->widths[c] - cli_text_width(cell);
		if (pad < 0) {
			fprintf(t->screen->out, "%s\n", cell);
			cell[0] = '\0';
			pad = t->widths[c];
		}
		if (is_number((enum column)c)) {
			fprintf(t->screen->out, "%*s", pad, "");
			pad = 0;
		}
		print_cell(t, cell, c == COLUMN_STATE ? state_colour(cell) : "",
			   is_last ? 0 : pad + GAP);
	}
	print_addresses(t, instance);
	print_conditions(t, instance);
	print_readiness(t, instance);
	print_mute(t, instance);
	print_drift(t, instance);
	print_deaf(t, instance);
	print_rival(t, instance);
}

void cli_status_print(const struct cli_screen *screen, const json_t *document, bool is_all,
		      int64_t now_us)
{
	struct table t = { .screen = screen, .now_us = now_us, .is_all = is_all };
	const json_t *config = json_object_get(document, "config");
	const json_t *instances = json_object_get(document, "instances");
	char host[CELL_SIZE], file[CELL_SIZE], age[CLI_AGE_SIZE];

	cli_text_clean(member(document, "host"), host, sizeof(host));
	if (!json_is_object(config)) {
		fprintf(screen->out, "%s: no configuration is in force yet\n", host);
		return;
	}
	fprintf(screen->out, "%s: %s, generation %d, loaded %s ago\n", host,
		cli_text_clean(member(config, "file"), file, sizeof(file)),
		number(config, "generation"),
		cli_age_print(cli_time_parse(member(config, "loaded")), now_us, age));
	if (json_array_size(instances) == 0) {
		fprintf(screen->out, "No VRRP instance is configured.\n");
		return;
	}
	measure(&t, instances);
	print_headings(&t);
	for (size_t i = 0; i < json_array_size(instances); i++)
		print_row(&t, json_array_get(instances, i));
}
