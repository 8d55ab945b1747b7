/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of global_defs and of the blocks beside it that are more than typed arguments: a word
 * that may be a number, a mask that may be spelt out, the old order of lvs_sync_daemon, a keyword
 * that counts every time it is written. */
#include "conf/conf_private.h"
#include "conf/number.h"
#include "conf/prep.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void bind_receive_policy(struct binder *b, const struct node *node, const struct value *values)
{
	struct value value = values[0];

	if (strcasecmp(value.text, "MTU") != 0 && strcasecmp(value.text, "ADVERT") != 0 &&
	    (number_integer(value.text, &value.number) != NUMBER_OK || value.number < 0 ||
	     value.number > UINT32_MAX)) {
		bind_bad_value(b, node->keyword, "bad-choice", &value.token->place,
			       "write MTU, ADVERT, or a number of octets",
			       "`%.64s` is no size of a buffer", value.text);
		return;
	}
	bind_store(b, node->keyword, model_setting(b->model, node->keyword->at), &value);
}

/* `IWGRP|IWOTH`, with blanks around the bars or without. */
static bool umask_names(const struct conf_words *words)
{
	static const char names[] = "IRUSR IWUSR IXUSR IRGRP IWGRP IXGRP IROTH IWOTH IXOTH ";
	bool name_next = true;

	for (size_t i = 0; i < words->count; i++) {
		for (const char *p = words->items[i]; *p;) {
			char name[7] = { 0 };

			if (!name_next) {
				if (*p++ != '|')
					return false;
				name_next = true;
				continue;
			}
			for (size_t n = 0; n < 5 && p[n]; n++)
				name[n] = p[n];
			name[strlen(name)] = ' ';
			if (strlen(name) != 6 || !strstr(names, name))
				return false;
			p += 5;
			name_next = false;
		}
	}
	return !name_next;
}

static bool umask_number(const struct conf_words *words)
{
	int64_t mask;

	return words->count == 1 && isdigit((unsigned char)words->items[0][0]) &&
	       number_any_base(words->items[0], &mask) == NUMBER_OK && mask >= 0 && mask <= 0777;
}

void bind_umask(struct binder *b, const struct node *node, const struct value *values)
{
	if (umask_number(values[0].words) || umask_names(values[0].words))
		bind_store(b, node->keyword, model_setting(b->model, node->keyword->at),
			   &values[0]);
	else
		bind_bad_value(b, node->keyword, "bad-choice", &values[0].token->place,
			       "write a mask as 0077, or as IRGRP|IWGRP|…", "`%.64s` is no mask",
			       values[0].text);
}

/* A check, with its sign; the first one may stand without. False: it was reported. */
static bool check_read(struct binder *b, const struct node *node, unsigned index)
{
	const struct token *token = &node->words[index];
	bool has_sign = token->text[0] == '+' || token->text[0] == '-';
	const char *name = token->text + has_sign;

	if (!include_check_bit(name)) {
		diag_error(b->conf, "bad-choice", &token->place,
			   strcmp(name, "readable") == 0 ?
				   "keepalived's manual says so, but it only knows `read`" :
				   "write one of: read|match|wildcard_match|brace_match",
			   "include_check `%.64s` is none of "
			   "read|match|wildcard_match|brace_match: it is ignored", name);
		return false;
	}
	if (has_sign || index == 1)
		return true;
	diag_error(b->conf, "bad-choice", &token->place,
		   arena_format(&b->conf->arena, "write `+%s`", name),
		   "include_check `%.64s` is ignored: behind the first one, a check needs a `+` "
		   "or a `-`", name);
	return false;
}

/* It acted when it was read (include.c): here its words are judged, and kept for showing. It is
 * written twice on purpose, to add and to take away. */
void bind_include_check(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *setting = model_setting(b->model, node->keyword->at);
	struct conf_words *words = arena_alloc(&b->conf->arena, sizeof(*words));
	struct value value = { .token = &node->words[0], .text = "", .words = words };
	const char **items = arena_alloc(&b->conf->arena, node->word_count * sizeof(*items));

	for (unsigned i = 1; i < node->word_count; i++)
		if (check_read(b, node, i))
			items[words->count++] = node->words[i].text;
	words->items = items;
	if (!words->count && node->word_count > 1)
		return;
	setting->set = false;
	bind_store(b, node->keyword, setting, &value);
}

/* Instance and id may stand there without their words: that is how it was written once. */
void bind_sync_daemon(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_global *g = b->conf->global;

	if (values[1].argument) {
		bind_store(b, node->keyword, &g->lvs.sync_instance, &values[1]);
		bind_reference(b, &g->lvs.sync_instance, values[1].token, BLOCK_VRRP_INSTANCE,
			       NULL);
	}
	if (values[2].argument) {
		diag_hint(b->conf, "old-spelling", &values[2].token->place,
			  arena_format(&b->conf->arena, "write `id %s`", values[2].text),
			  "an id without the word `id` is the old way");
		bind_store(b, node->keyword, &g->lvs.sync_id, &values[2]);
	}
}

void bind_lvs_timeouts(struct binder *b, const struct node *node, const struct value *values)
{
	struct diag diag = { "missing-argument", CONF_ERROR, CONF_RUNS, node->words[0].place,
			     "write `lvs_timeouts tcp SECONDS`, tcpfin or udp" };

	if (node->word_count < 2)
		diag_add(b->conf, &diag, "`lvs_timeouts` needs at least one timeout");
}

void bind_process_delay(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_track_process *p = (struct conf_track_process *)b->model;

	bind_store(b, node->keyword, &p->fork_delay, &values[0]);
	bind_store(b, node->keyword, &p->terminate_delay, &values[0]);
}

/* Each `interface` counts, not only the last. */
void bind_garp_interface(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_word *word = (struct conf_word *)model_new(b->conf, BLOCK_LINK_NAMES);

	word->block.keyword = node->keyword;
	word->block.name = values[0].text;
	word->block.words = values[0].token;
	word->block.word_count = 1;
	word->block.place = values[0].token->place;
	bind_store(b, node->keyword, &word->value, &values[0]);
	list_add(b->conf, model_list(b->model, node->keyword->at), &word->block);
}

void show_garp_interface(struct shower *s, const struct keyword *keyword,
			 const struct conf_block *model)
{
	const struct conf_list *list = model_list(model, keyword->at);

	for (size_t i = 0; i < list->count; i++) {
		const struct conf_word *word = (const struct conf_word *)list->items[i];
		struct shown_words w = { .count = 0 };

		if (word->block.broken)
			continue;
		shown_word(&w, word->value.text);
		show_value(s, keyword, &w, CONF_WRITTEN, word->value.place);
	}
}
