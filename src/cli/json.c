/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Text of files and of the file system in JSON, which has only UTF-8. What is none is shown all the
 * same, its letters outside ASCII as question marks: a name that somebody can recognise is worth
 * more than a document that is refused. */
#include "cli/cli.h"

#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

json_t *cli_json_text(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();
	char *plain;

	if (json)
		return json;
	plain = strdup(text);
	for (char *c = plain; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = json_string(plain ? plain : "");
	free(plain);
	return json;
}

json_t *cli_json_line(unsigned line)
{
	return line ? json_integer(line) : json_null();
}

json_t *cli_json_words(const char *const *words, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, cli_json_text(words[i]));
	return list;
}

json_t *cli_shown_words(const struct conf_shown *shown, bool has_secrets)
{
	json_t *words = cli_json_words(shown->words, shown->word_count);

	if (shown->is_secret && !has_secrets && shown->word_count)
		json_array_set_new(words, shown->word_count - 1, json_string(CONF_MASK));
	return words;
}

static const char *origin_name(enum conf_origin origin)
{
	switch (origin) {
	case CONF_DEFAULT:
		return "default";
	case CONF_WRITTEN:
		return "written";
	case CONF_INHERITED:
		return "inherited";
	case CONF_ADJUSTED:
		return "adjusted";
	}
	return "written";
}

json_t *cli_shown_json(const struct conf_shown *shown, bool has_secrets)
{
	bool has_place = shown->file && shown->origin != CONF_DEFAULT;
	json_t *json = json_pack(
		"{s:s, s:o, s:s, s:o, s:o, s:b}", "keyword", shown->keyword, "words",
		cli_shown_words(shown, has_secrets), "origin", origin_name(shown->origin), "file",
		cli_json_text(has_place ? shown->file : NULL), "line",
		cli_json_line(has_place ? shown->line : 0), "works", shown->works);

	if (shown->user)
		json_object_set_new(json, "user", cli_json_text(shown->user));
	if (shown->group)
		json_object_set_new(json, "group", cli_json_text(shown->group));
	if (shown->unit)
		json_object_set_new(json, "unit", json_string(shown->unit));
	return json;
}
