/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The variables that need no definition. What they say comes from the caller: the room itself knows
 * no environment, no clock and no chance, so that a file gives the same configuration twice. */
#include "conf/prep_private.h"

#include <inttypes.h>
#include <string.h>

#define RANDOM_MAX 32767 /* keepalived's */

const char *prep_config_id(struct conf *conf)
{
	const char *host = conf->world && conf->world->host_name ? conf->world->host_name : "";

	if (conf->world && conf->world->config_id)
		return conf->world->config_id;
	return arena_copy(&conf->arena, host, strcspn(host, "."));
}

static const char *directory_value(struct prep *prep)
{
	const char *directory = frame_file(prep)->directory;

	return directory[0] ? directory : ".";
}

/* One number of `${_RANDOM MIN MAX}`. False: there is something else. */
static bool number_take(const char **text, int64_t *ret_number)
{
	int64_t number = 0;

	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++)
		if ((number = number * 10 + (**text - '0')) > UINT32_MAX)
			return false;
	*ret_number = number;
	return **text == '\0' || lex_is_blank(**text);
}

static const char *skip_blanks(const char *text)
{
	while (lex_is_blank(*text))
		text++;
	return text;
}

/* splitmix64: small, and every seed is a good one. */
static uint64_t random_next(struct prep *prep)
{
	uint64_t z = prep->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static const char *random_value(struct prep *prep, const char *arguments,
				const struct place *place)
{
	const char *rest = skip_blanks(arguments);
	int64_t min = 0, max = RANDOM_MAX;
	bool good = !*rest || number_take(&rest, &min);

	rest = skip_blanks(rest);
	good = good && (!*rest || number_take(&rest, &max)) && !*skip_blanks(rest) && min <= max;
	if (!good) {
		diag_error(prep->conf, "bad-random", place, "write `${_RANDOM MIN MAX}`",
			   "no two numbers from 0 to %" PRIu32
			   ", the smaller one first: 0 is taken",
			   UINT32_MAX);
		return "0";
	}
	return arena_format(&prep->conf->arena, "%" PRId64,
			    min + (int64_t)(random_next(prep) % (uint64_t)(max - min + 1)));
}

static const char *environment_value(struct prep *prep, const char *arguments,
				     const struct place *place)
{
	const struct conf_world *world = prep->conf->world;
	const char *name = skip_blanks(arguments), *value = NULL;
	size_t length = lex_name(name, strlen(name));
	char *copy;

	if (!length || *skip_blanks(name + length)) {
		diag_error(prep->conf, "bad-environment", place, "write `${_ENV NAME}`",
			   "no name of an environment variable");
		return "";
	}
	name = arena_copy(&prep->conf->arena, name, length);
	if (world && world->environment)
		value = world->environment(world->context, name);
	if (!value) {
		diag_warning(prep->conf, "environment-not-set", place, NULL,
			     "the environment has no `%.64s`: it is empty", name);
		return "";
	}
	copy = arena_copy(&prep->conf->arena, value, strlen(value));
	for (char *c = copy; *c; c++)
		if (*c == '\n')
			*c = ' '; /* a value is one line */
	return copy;
}

static bool is_name(const struct variable *v, const char *name)
{
	return strlen(name) == v->name_length && memcmp(name, v->name, v->name_length) == 0;
}

const char *builtin_value(struct prep *prep, const struct variable *v, const struct place *place)
{
	const char *arguments = "";

	if (v->name[0] != '_')
		return NULL;
	if (v->arguments_length)
		arguments = arena_copy(&prep->conf->arena, v->arguments, v->arguments_length);
	if (is_name(v, "_RANDOM"))
		return random_value(prep, arguments, place);
	if (is_name(v, "_ENV") && v->braced)
		return environment_value(prep, arguments, place);
	if (*skip_blanks(arguments))
		return NULL;
	if (is_name(v, "_PWD"))
		return directory_value(prep);
	if (is_name(v, "_INSTANCE"))
		return prep_config_id(prep->conf);
	if (is_name(v, "_HASH"))
		return "#";
	return is_name(v, "_BANG") ? "!" : NULL;
}
