/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of load balancing that are more than one value, in keepalived's own way: flags of a
 * scheduler that count only behind its name, status codes that add up over several lines, a command
 * whose user stands on a line of its own. */
#include "conf/conf_private.h"
#include "conf/number.h"
#include "conf/script.h"

#include <stdlib.h>
#include <string.h>

/* As in keepalived the flags of sh and mh are ignored before `lvs_sched`. */
void bind_scheduler_flag(struct binder *b, const struct node *node, const struct value *values)
{
	const struct conf_virtual_server *service = (struct conf_virtual_server *)b->model;
	const struct token *word = &node->words[0];
	struct value value = { .token = word, .number = 1 };
	const char *scheduler = service->scheduler.text;

	if (service->scheduler.set && strlen(scheduler) == 2 &&
	    strncmp(scheduler, word->text, 2) == 0)
		bind_store(b, node->keyword, model_setting(b->model, node->keyword->at), &value);
	else
		diag_warning(b->conf, "wrong-scheduler", &word->place,
			     arena_format(&b->conf->arena, "write it behind `lvs_sched %.2s`",
					  word->text),
			     "`%s` is ignored: the scheduler is not %.2s, or comes later",
			     word->text, word->text);
}

static bool code_is_set(const struct conf_url *url, unsigned code)
{
	unsigned bit = code - STATUS_CODE_MIN;

	return code <= STATUS_CODE_MAX && url->codes[bit / 8] >> bit % 8 & 1;
}

/* The end of the range of codes that begins with `first`. */
static unsigned range_end(const struct conf_url *url, unsigned first)
{
	while (code_is_set(url, first + 1))
		first++;
	return first;
}

void status_codes_add(struct conf *conf, struct conf_url *url, unsigned first, unsigned last)
{
	struct conf_words *words = arena_alloc(&conf->arena, sizeof(*words));
	const char **items;
	size_t count = 0;

	for (unsigned bit = first - STATUS_CODE_MIN; bit <= last - STATUS_CODE_MIN; bit++)
		url->codes[bit / 8] |= (uint8_t)(1u << bit % 8);
	for (unsigned code = STATUS_CODE_MIN; code <= STATUS_CODE_MAX; code++)
		count += code_is_set(url, code) && !code_is_set(url, code + 1);
	items = arena_alloc(&conf->arena, count * sizeof(*items));
	for (unsigned code = STATUS_CODE_MIN; code <= STATUS_CODE_MAX; code++) {
		unsigned end;

		if (!code_is_set(url, code))
			continue;
		end = range_end(url, code);
		items[words->count++] = arena_format(&conf->arena, code == end ? "%u" : "%u-%u",
						     code, end);
		code = end;
	}
	words->items = items;
	url->status_code.words = words;
	url->status_code.text = items[0];
}

/* CODE or FIRST-LAST. False: it is neither. */
static bool codes_parse(const char *word, unsigned *ret_first, unsigned *ret_last)
{
	unsigned long first, last;
	char *end;

	if (*word < '0' || *word > '9')
		return false;
	last = first = strtoul(word, &end, 10);
	if (end[0] == '-' && end[1] >= '0' && end[1] <= '9')
		last = strtoul(end + 1, &end, 10);
	if (*end || first < STATUS_CODE_MIN || last > STATUS_CODE_MAX || first > last)
		return false;
	*ret_first = (unsigned)first;
	*ret_last = (unsigned)last;
	return true;
}

/* Several lines add up, and a bad word costs only itself: both as in keepalived. */
void bind_status_code(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_url *url = (struct conf_url *)b->model;

	for (unsigned i = 1; i < node->word_count; i++) {
		const struct token *token = &node->words[i];
		unsigned first, last;

		if (!codes_parse(token->text, &first, &last)) {
			bind_bad_value(b, node->keyword, "bad-number", &token->place,
				       "write codes and ranges in 100..599, as in 200 300-399",
				       "`%.64s` is no status code", token->text);
			continue;
		}
		status_codes_add(b->conf, url, first, last);
		url->status_code.set = true;
		url->status_code.origin = CONF_WRITTEN;
		url->status_code.place = &token->place;
	}
}

/* As in keepalived the user is not on this line, and more words are not the command's. */
void bind_misc_path(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_checker *checker = (struct conf_checker *)b->model;
	struct conf_script *script;

	script_store(b, node, &checker->command);
	if (!checker->command.set || !checker->command.script->user)
		return;
	script = arena_alloc(&b->conf->arena, sizeof(*script));
	*script = *checker->command.script;
	script->user = script->group = NULL;
	checker->command.script = script;
	diag_warning(b->conf, "extra-argument", &node->words[node->word_count - 1].place,
		     "put the command and its arguments in double quotes; the user in `user`",
		     "`misc_path` takes a command and nothing else: the rest is ignored");
}
