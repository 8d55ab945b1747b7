/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a statement, or of a line, into values: arguments by their position, then options
 * behind the words that announce them, in any order. Types, ranges and choices are the table's;
 * what a bad value costs (itself, its line, its instance) is decided in one place,
 * bind_bad_value(). A value that is written again replaces the earlier one, as in keepalived, but
 * that is said. */
#include "conf/conf_private.h"

#include "base/check.h"
#include "conf/number.h"
#include "conf/script.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void bind_bad_value(struct binder *b, const struct keyword *keyword, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
{
	bool whole = b->line && (b->line->is_whole || !b->argument || !b->argument->option);
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if ((keyword->flags & KEYWORD_REQUIRED) && !b->line)
		block_break(b->conf, b->model, code, place, hint, "%s", text);
	else if (keyword->flags & KEYWORD_BAD_VALUE)
		diag_error(b->conf, code, place, hint, "%s: %" PRId64 " is used", text,
			   keyword->bad_value);
	else
		diag_error(b->conf, code, place, hint, "%s: %s", text,
			   whole ? "the line is left out" : "it is ignored");
}

static void missing_argument(struct reading *r, const struct argument *argument)
{
	const struct keyword *keyword = r->keyword;
	struct conf *conf = r->b->conf;
	bool breaks = keyword->flags & KEYWORD_REQUIRED && !r->b->line;
	const char *name = argument->option ? r->words[r->word_count - 1].text :
			   r->b->line	    ? r->words[0].text :
					      keyword->name;
	/* keepalived ends without an argument, and goes on without the value of an option. */
	struct diag diag = { argument->option ? "missing-value" : "missing-argument", CONF_ERROR,
			     argument->option ? CONF_RUNS : CONF_MISSING_ARGUMENT,
			     r->words[r->word_count - 1].place,
			     arena_format(&conf->arena, "write `%.64s %s`", name,
					  argument->name) };

	if (r->b->line)
		diag.consequence = CONF_RUNS;
	diag_add(conf, &diag, "%s%s`%.64s` needs an argument: %s",
		 breaks ? r->model->name : "", breaks ? " is left out: " : "", name,
		 argument->name);
	if (breaks && !r->model->broken)
		r->model->broken = arena_format(&conf->arena, "%s has no %s", keyword->name,
						argument->name);
}

/* What a message calls the value. */
static const char *called(const struct keyword *keyword, const struct argument *argument)
{
	if (argument->option)
		return strchr(argument->option, '|') ? argument->name : argument->option;
	return keyword->name;
}

static bool choice_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	value->number = argument_choice(argument, value->text);
	if (value->number >= 0)
		return true;
	bind_bad_value(b, keyword, "bad-choice", &value->token->place,
		       arena_format(&b->conf->arena, "write one of: %s", argument->choices),
		       "%s `%.64s` is none of %.128s", called(keyword, argument), value->text,
		       argument->choices);
	return false;
}

static bool boolean_read(struct binder *b, const struct keyword *keyword,
			 const struct argument *argument, struct value *value)
{
	static const char *const words[] = { "off", "no", "false", "on", "yes", "true" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value->text, words[i]) == 0) {
			value->number = i >= 3;
			return true;
		}
	}
	bind_bad_value(b, keyword, "bad-choice", &value->token->place,
		       "write on, true, yes, or off, false, no",
		       "%s `%.64s` is neither on nor off", called(keyword, argument), value->text);
	return false;
}

void argument_range_print(const struct argument *argument, char *buffer, size_t size)
{
	char min[32], max[32];

	if (argument->min == argument->max)
		snprintf(buffer, size, "%" PRId64, argument->min);
	else if (argument->type == ARGUMENT_SECONDS)
		snprintf(buffer, size, "%s..%s seconds", number_seconds_print(argument->min, min),
			 number_seconds_print(argument->max, max));
	else if (argument->type == ARGUMENT_MILLISECONDS)
		snprintf(buffer, size, "%s..%s milliseconds",
			 number_seconds_print(argument->min * 1000, min),
			 number_seconds_print(argument->max * 1000, max));
	else
		snprintf(buffer, size, "%" PRId64 "..%" PRId64, argument->min, argument->max);
}

static enum number_result number_of(const struct argument *argument, struct value *value)
{
	bool milliseconds = argument->type == ARGUMENT_MILLISECONDS;
	enum number_result result = argument->type == ARGUMENT_SECONDS || milliseconds ?
					    number_seconds(value->text, &value->number) :
					    number_integer(value->text, &value->number);

	if (milliseconds) {
		result = result == NUMBER_OK && value->number % 1000 ? NUMBER_ROUNDED : result;
		value->number /= 1000;
	}
	if (result == NUMBER_JUNK &&
	    (argument->flags & ARGUMENT_ANY_BASE || argument->type == ARGUMENT_SYMBOL))
		result = number_any_base(value->text, &value->number);
	return result;
}

static bool number_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	bool seconds = argument->type != ARGUMENT_INTEGER;
	const struct place *place = &value->token->place;
	const char *name = called(keyword, argument);
	enum number_result result = number_of(argument, value);
	char range[80];

	argument_range_print(argument, range, sizeof(range));
	switch (result) {
	case NUMBER_NONE:
	case NUMBER_JUNK:
		bind_bad_value(b, keyword, "bad-number", place,
			       arena_format(&b->conf->arena, "write `%s` with a number in %s%s",
					    name, range,
					    seconds ? ", without a unit" : ""),
			       "%s `%.64s` %s", name, value->text,
			       result == NUMBER_JUNK ? "has something behind its number" :
						       "is not a number");
		return false;
	case NUMBER_ROUNDED:
		diag_warning(b->conf, "too-precise", place, NULL,
			     "%s `%.64s` is rounded to microseconds", name, value->text);
		break;
	case NUMBER_OK:
		break;
	}
	if (value->number >= argument->min && value->number <= argument->max)
		return true;
	bind_bad_value(b, keyword, "out-of-range", place,
		       arena_format(&b->conf->arena, "write `%s` with a number in %s", name, range),
		       "%s %.32s is outside %s", name, value->text, range);
	return false;
}

bool bind_link_name(struct binder *b, const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length >= LIMIT_LINK_NAME || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	for (; *name; name++)
		if (*name == '/' || lex_is_blank(*name))
			return false;
	return true;
}

void bind_link_exists(struct binder *b, const struct token *token)
{
	const struct conf_world *world = b->conf->world;

	/* Those of another network namespace are not to be seen from here. */
	if (b->conf->global->daemon.net_namespace.set)
		return;
	if (world->link_exists && !world->link_exists(world->context, token->text))
		diag_warning(b->conf, "no-such-interface", &token->place,
			     "`ip link` lists the interfaces of this host",
			     "there is no interface %s now: it is waited for", token->text);
}

static bool link_read(struct binder *b, const struct keyword *keyword,
		      const struct argument *argument, struct value *value)
{
	if (bind_link_name(b, value->text)) {
		if (argument->flags & ARGUMENT_PRESENT)
			bind_link_exists(b, value->token);
		return true;
	}
	bind_bad_value(b, keyword, "bad-interface", &value->token->place,
		       "an interface has 1..15 letters, no blank and no `/`",
		       "%s `%.64s` cannot be an interface", called(keyword, argument), value->text);
	return false;
}

/* What to write in place of a value that is no address. */
static const char *address_hint(struct binder *b, const struct keyword *keyword,
				const struct argument *argument)
{
	const char *before = argument->option ? argument->option : b->line ? NULL : keyword->name;
	const char *example = argument->type == ARGUMENT_PREFIX ?
				      "192.0.2.0/24 or 2001:db8::/64" :
				      "192.0.2.1 or 2001:db8::1";

	if (before)
		return arena_format(&b->conf->arena, "write `%.*s %s`, as %s",
				    (int)strcspn(before, "|"), before, argument->name, example);
	return arena_format(&b->conf->arena, "write an address, as %s", example);
}

static bool address_read(struct binder *b, const struct keyword *keyword,
			 const struct argument *argument, struct value *value)
{
	struct prefix *prefix = arena_alloc(&b->conf->arena, sizeof(*prefix));
	bool network = argument->type == ARGUMENT_PREFIX;

	value->prefix = prefix;
	if (network ? prefix_parse(value->text, prefix) : addr_parse(value->text, &prefix->addr)) {
		prefix->length = network ? prefix->length :
					   addr_bits(&prefix->addr);
		return true;
	}
	value->prefix = NULL;
	if (argument->choices && argument_choice(argument, value->text) >= 0)
		return true;
	bind_bad_value(b, keyword, "not-an-address", &value->token->place,
		       address_hint(b, keyword, argument), "%s `%.64s` is not an address",
		       called(keyword, argument), value->text);
	return false;
}

static bool is_mac(const char *text)
{
	unsigned octets = 0;

	for (;;) {
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
			return false;
		octets++;
		text += 2;
		if (!*text)
			return octets == 5 || octets == 6;
		if (*text++ != ':')
			return false;
	}
}

/* Octets of a word: pairs of digits, or a digit alone (blanks stand in quotes). -1: it has none. */
static int64_t hex_octets(const char *text, bool wildcard)
{
	const char *digits = wildcard ? "0123456789abcdefABCDEFxX" : "0123456789abcdefABCDEF";
	int64_t octets = 0;

	for (;;) {
		size_t length;

		while (lex_is_blank(*text))
			text++;
		if (!*text)
			return octets ? octets : -1;
		length = strspn(text, digits);
		if (!length || (length > 1 && length % 2 != 0))
			return -1;
		octets += (int64_t)(length + 1) / 2;
		text += length;
	}
}

static bool octets_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	bool mac = argument->type == ARGUMENT_MAC;
	int64_t octets = mac ? 0 : hex_octets(value->text, argument->flags & ARGUMENT_WILDCARD);
	char range[80];

	if (mac ? is_mac(value->text) :
		  octets > 0 && (!argument->max ||
				 (octets >= argument->min && octets <= argument->max)))
		return true;
	argument_range_print(argument, range, sizeof(range));
	bind_bad_value(b, keyword, "bad-octets", &value->token->place,
		       mac ? "write six octets, as in 00:00:5e:00:01:33" :
			     arena_format(&b->conf->arena,
					  "write %s%soctets as pairs of hexadecimal digits",
					  argument->max ? range : "", argument->max ? " " : ""),
		       "%s `%.64s` is no %s", called(keyword, argument), value->text,
		       mac ? "MAC address" : "list of octets");
	return false;
}

static bool word_read(struct binder *b, const struct keyword *keyword,
		      const struct argument *argument, const struct value *value)
{
	size_t length = strlen(value->text);

	if (!argument->max || length <= (size_t)argument->max)
		return true;
	bind_bad_value(b, keyword, "too-long", &value->token->place,
		       arena_format(&b->conf->arena, "write up to %" PRId64 " octets",
				    argument->max),
		       "%s has %zu octets", called(keyword, argument), length);
	return false;
}

static bool user_read(struct binder *b, const struct keyword *keyword,
		      const struct argument *argument, const struct value *value)
{
	bool group = argument->type == ARGUMENT_USER_GROUP;
	const char *name = value->text + (group && value->text[0] == ':');

	if (script_is_account(name))
		return true;
	bind_bad_value(b, keyword, "bad-user", &value->token->place,
		       group ? "write the name or the number of a group" :
			       "write the name or the number of a user",
		       "%s `%.64s` cannot be a %s", called(keyword, argument), value->text,
		       group ? "group" : "user");
	return false;
}

/* Names are looked up by whoever uses them: nothing here reads iproute2's tables. */
static bool symbol_read(struct binder *b, const struct keyword *keyword,
			const struct argument *argument, struct value *value)
{
	char c = value->text[0];

	if ((c >= '0' && c <= '9') || c == '-' || c == '+')
		return number_read(b, keyword, argument, value);
	value->number = -1;
	return true;
}

bool bind_value(struct binder *b, const struct keyword *keyword, const struct argument *argument,
		struct value *value)
{
	b->argument = argument;
	switch (argument->type) {
	case ARGUMENT_INTEGER:
	case ARGUMENT_SECONDS:
	case ARGUMENT_MILLISECONDS:
		return number_read(b, keyword, argument, value);
	case ARGUMENT_CHOICE:
		return choice_read(b, keyword, argument, value);
	case ARGUMENT_BOOLEAN:
		return boolean_read(b, keyword, argument, value);
	case ARGUMENT_LINK:
		return link_read(b, keyword, argument, value);
	case ARGUMENT_ADDRESS:
	case ARGUMENT_PREFIX:
		return address_read(b, keyword, argument, value);
	case ARGUMENT_MAC:
	case ARGUMENT_HEX:
		return octets_read(b, keyword, argument, value);
	case ARGUMENT_SYMBOL:
		return symbol_read(b, keyword, argument, value);
	case ARGUMENT_MARK:
		value->number = 1;
		return true;
	case ARGUMENT_WORD:
		return word_read(b, keyword, argument, value);
	case ARGUMENT_USER:
	case ARGUMENT_USER_GROUP:
		return user_read(b, keyword, argument, value);
	case ARGUMENT_NONE:
	case ARGUMENT_NAME:
	case ARGUMENT_COMMAND:
	case ARGUMENT_ESCAPED:
	case ARGUMENT_GROUP:
		break;
	}
	return true;
}

void bind_store(struct binder *b, const struct keyword *keyword, struct setting *setting,
		const struct value *value)
{
	const struct place *place = &value->token->place;

	if (setting->set) {
		const char *line = diag_line(b->conf, setting->place, place);
		bool first = keyword->flags & KEYWORD_FIRST;

		diag_hint(b->conf, "written-twice", place,
			  arena_format(&b->conf->arena, "take away one of the two"),
			  first ? "`%s` is ignored: the value from %s counts" :
				  "`%s` replaces the value from %s",
			  keyword->name, line);
		if (first)
			return;
	}
	setting->set = true;
	setting->origin = CONF_WRITTEN;
	setting->place = place;
	setting->text = value->text;
	setting->number = value->number;
}

void bind_reference(struct binder *b, struct setting *setting, const struct token *token,
		    enum block refers, struct conf_block *line)
{
	struct conf *conf = b->conf;
	struct conf_reference *reference;

	conf->references = arena_grow(&conf->arena, conf->references, sizeof(*conf->references),
				      conf->reference_count, &conf->reference_room);
	reference = &conf->references[conf->reference_count++];
	*reference = (struct conf_reference){ setting, token, refers, line };
}

/* Where a value goes: its own setting, or for the first one by position the row's. */
static size_t value_at(const struct reading *r, const struct argument *argument)
{
	if (!argument->at && argument == r->arguments && !r->b->line && !r->keyword->bind &&
	    r->keyword->opens == BLOCK_NONE)
		return r->keyword->at;
	return argument->at;
}

static void value_store(struct reading *r, const struct argument *argument,
			const struct value *value)
{
	size_t at = value_at(r, argument);

	if (!at)
		return;
	bind_store(r->b, r->keyword, model_setting(r->model, at), value);
	if (argument->type == ARGUMENT_NAME)
		bind_reference(r->b, model_setting(r->model, at), value->token, argument->refers,
			       r->b->line || r->keyword->flags & KEYWORD_REQUIRED ? r->model :
										    NULL);
}

/* All words that are left, each of the type. */
static bool repeated_read(struct reading *r, const struct argument *argument, struct value *value)
{
	struct arena *arena = &r->b->conf->arena;
	struct conf_words *words = arena_alloc(arena, sizeof(*words));
	const char **items = arena_alloc(arena, (r->word_count - r->at) * sizeof(*items));
	const struct token *first = &r->words[r->at];

	for (; r->at < r->word_count; r->at++) {
		value->token = &r->words[r->at];
		value->text = items[words->count++] = value->token->text;
		if (!bind_value(r->b, r->keyword, argument, value))
			return false;
	}
	words->items = items;
	value->token = first;
	value->text = first->text;
	value->words = words;
	return true;
}

static bool argument_read(struct reading *r, const struct argument *argument,
			  struct value *ret_value)
{
	struct value value = { .argument = argument, .token = &r->words[r->at] };

	value.text = value.token->text;
	if (argument->flags & ARGUMENT_REPEATED) {
		if (!repeated_read(r, argument, &value))
			return false;
	} else {
		r->at++;
		if (!bind_value(r->b, r->keyword, argument, &value))
			return false;
	}
	*ret_value = value;
	return true;
}

static bool argument_take(struct reading *r, const struct argument *argument)
{
	struct value value;

	if (!argument_read(r, argument, &value))
		return false;
	value_store(r, argument, &value);
	return true;
}

/* Does it stand among the options, in any order? */
static bool is_option(const struct argument *argument)
{
	return argument->option || argument->flags & ARGUMENT_BARE;
}

/* Is an optional one by position there at all? */
static bool is_there(const struct reading *r, const struct argument *argument)
{
	const char *word = r->words[r->at].text;
	struct value value = { .text = word };

	if (!(argument->flags & (ARGUMENT_OPTIONAL | ARGUMENT_OR_OPTION)))
		return true;
	for (const struct argument *a = r->arguments; a->type != ARGUMENT_NONE; a++)
		if (argument_is_option(a, word))
			return false;
	if (argument->flags & ARGUMENT_OR_OPTION)
		return true;
	if (argument[1].type == ARGUMENT_NONE || is_option(&argument[1]))
		return true;
	return argument->type == ARGUMENT_CHOICE  ? argument_choice(argument, word) >= 0 :
	       argument->type == ARGUMENT_INTEGER ? number_of(argument, &value) == NUMBER_OK :
	       argument->type == ARGUMENT_MAC	  ? is_mac(word) :
						    true;
}

/* What a word that is left stands for: an option, or an optional choice that was passed over. */
static const struct argument *left_find(const struct argument *arguments, const char *word)
{
	for (const struct argument *a = arguments; a && a->type != ARGUMENT_NONE; a++)
		if (a->option ? argument_is_option(a, word) :
				a->type == ARGUMENT_CHOICE && a->flags & ARGUMENT_OPTIONAL &&
					argument_choice(a, word) >= 0)
			return a;
	return NULL;
}

/* Can a word that announces nothing be its value? A bad one should be called what it was meant
 * to be. */
static bool looks_like(const struct argument *argument, const char *word)
{
	bool is_word = argument->choices && argument_choice(argument, word) >= 0;

	if (argument->type == ARGUMENT_CHOICE)
		return is_word;
	if (argument->type == ARGUMENT_MAC)
		return strchr(word, ':') != NULL;
	if (argument->type == ARGUMENT_ADDRESS || argument->type == ARGUMENT_PREFIX)
		return is_word || isdigit((unsigned char)word[0]) || strchr(word, ':');
	return true;
}

static const struct argument *bare_find(const struct reading *r, const char *word)
{
	for (const struct argument *a = r->arguments; a && a->type != ARGUMENT_NONE; a++)
		if (a->flags & ARGUMENT_BARE && !model_setting(r->model, a->at)->set &&
		    looks_like(a, word))
			return a;
	return NULL;
}

static void unknown_option(struct reading *r)
{
	const struct token *token = &r->words[r->at];
	struct conf *conf = r->b->conf;
	const char *similar = suggest_option(&conf->arena, r->arguments, token->text);
	const char *hint =
		similar ? arena_format(&conf->arena, "did you mean `%s`?", similar) : NULL;

	if (r->b->line)
		diag_error(conf, "unknown-option", &token->place,
			   hint ? hint : "write one on a line",
			   "`%.64s` is no option of %s: %s", token->text, r->keyword->name,
			   r->b->line->is_whole ? "the line is left out" : "it is ignored");
	else if (r->keyword->flags & KEYWORD_SECRET)
		diag_warning(conf, "extra-argument", &token->place,
			     "put it in double quotes when it has blanks",
			     "`%s` takes one word: the rest is ignored", r->keyword->name);
	else
		diag_warning(conf, "extra-argument", &token->place, hint,
			     r->arguments ? "`%s` takes no more arguments: `%.64s` is ignored" :
					    "`%s` takes no argument: `%.64s` is ignored",
			     r->keyword->name, token->text);
}

static bool options_read(struct reading *r);

/* A group of options that may come several times: each time an item of a list. It ends where a
 * word begins that is none of its own. */
static bool group_read(struct reading *r, const struct argument *argument)
{
	struct conf_block *item = arena_alloc(&r->b->conf->arena, argument->group_size);
	struct reading inner = *r;

	item->kind = r->model->kind;
	item->keyword = r->keyword;
	item->name = argument->option;
	item->place = r->words[r->at - 1].place;
	inner.model = item;
	inner.arguments = argument->group;
	inner.is_group = true;
	if (!options_read(&inner))
		return false;
	r->at = inner.at;
	list_add(r->b->conf, model_list(r->model, argument->at), item);
	return true;
}

static bool next_is(const struct reading *r, const char *word)
{
	return r->at < r->word_count && strcmp(r->words[r->at].text, word) == 0;
}

/* `via inet6 ADDRESS`: the address tells its family itself, and must not contradict. */
static bool family_agrees(struct reading *r, const struct argument *option, const char *family)
{
	const struct setting *setting = model_setting(r->model, option->at);

	if (!family || !setting->prefix ||
	    setting->prefix->addr.family == (strcmp(family, "inet") == 0 ? ADDR_IPV4 : ADDR_IPV6))
		return true;
	bind_bad_value(r->b, r->keyword, "mixed-families", setting->place, NULL,
		       "%s is not of the family %s", setting->text, family);
	return false;
}

static bool option_value_read(struct reading *r, const struct argument *option)
{
	const char *family = NULL;
	bool locked = false;

	if (option->flags & ARGUMENT_LOCKABLE && next_is(r, "lock")) {
		locked = true;
		r->at++;
	}
	if (option->flags & ARGUMENT_FAMILY && (next_is(r, "inet") || next_is(r, "inet6")))
		family = r->words[r->at++].text;
	if (r->at >= r->word_count) {
		r->b->argument = NULL;
		missing_argument(r, option);
		return false;
	}
	if (!argument_take(r, option))
		return false;
	if (option->flags & ARGUMENT_LOCKABLE)
		model_setting(r->model, option->at)->locked = locked;
	return family_agrees(r, option, family);
}

static bool option_read(struct reading *r, const struct argument *option)
{
	if (option->type == ARGUMENT_MARK || !option->option)
		return argument_take(r, option);
	r->at++;
	if (option->type == ARGUMENT_GROUP)
		return group_read(r, option);
	if (r->at >= r->word_count && option->flags & ARGUMENT_OPTIONAL) {
		struct value value = { .argument = option, .token = &r->words[r->at - 1] };

		value_store(r, option, &value);
		return true;
	}
	return option_value_read(r, option);
}

/* False: the line is left out. */
static bool options_read(struct reading *r)
{
	bool whole = r->b->line && r->b->line->is_whole;

	while (r->at < r->word_count) {
		const char *word = r->words[r->at].text;
		const struct argument *option = left_find(r->arguments, word);
		const struct argument *bare = option ? NULL : bare_find(r, word);

		if (option || bare) {
			bool good = option ? option_read(r, option) : argument_take(r, bare);

			if (!good && whole)
				return false;
			continue;
		}
		if (r->is_group)
			return true;
		unknown_option(r);
		if (!r->b->line)
			return true;
		if (whole)
			return false;
		r->at++;
	}
	return true;
}

/* Those by position. False: one is missing or bad, and none is kept. */
static bool positions_read(struct reading *r, struct value *values)
{
	unsigned position = 0;

	for (const struct argument *a = r->arguments; a && a->type != ARGUMENT_NONE; a++) {
		if (is_option(a))
			continue;
		if ((a->type == ARGUMENT_COMMAND || a->type == ARGUMENT_ESCAPED) &&
		    r->at < r->word_count)
			return true;
		if (r->at >= r->word_count) {
			if (a->flags & ARGUMENT_OPTIONAL)
				continue;
			missing_argument(r, a);
			return false;
		}
		check(position < KEYWORD_VALUES);
		if (is_there(r, a) && !argument_read(r, a, &values[position]))
			return false;
		position++;
	}
	return true;
}

bool bind_arguments(struct reading *r)
{
	struct value values[KEYWORD_VALUES] = { { .token = NULL } };

	if (!positions_read(r, values))
		return false;
	for (unsigned i = 0; i < KEYWORD_VALUES; i++)
		if (values[i].argument)
			value_store(r, values[i].argument, &values[i]);
	if (r->values)
		memcpy(r->values, values, sizeof(values));
	/* What follows a command is the command's own. */
	return (r->arguments && (r->arguments->type == ARGUMENT_COMMAND ||
				 r->arguments->type == ARGUMENT_ESCAPED)) ||
	       options_read(r);
}
