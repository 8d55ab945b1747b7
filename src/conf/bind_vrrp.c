/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of vrrp_instance that are more than one value: the block itself, the words that
 * keepalived reads in its own way (a second `state`, a password of more than eight letters, a
 * notify script that is there already). Where this file agrees with keepalived in something odd,
 * the comment says so. */
#include "conf/conf_private.h"
#include "wire/advert.h"

#include <inttypes.h>
#include <string.h>

void bind_instance(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf *conf = b->conf;

	if (instance_count(conf) >= LIMIT_INSTANCES)
		diag_error(conf, "too-many", &node->words[0].place, NULL,
			   "more than %d instances: this one is not read", LIMIT_INSTANCES);
	else
		bind_block(b, node);
}

void bind_interface(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *link = &b->instance->link;

	bind_store(b, node->keyword, link, &values[0]);
	if (strcmp(link->text, "lo") == 0)
		block_break(b->conf, b->model, "bad-interface", link->place,
			    "write the interface on which clients reach the address, not the "
			    "loopback interface",
			    "VRRP cannot run on the loopback interface");
	else
		bind_link_exists(b, values[0].token);
}

/* A word that is no state is BACKUP, and a `state BACKUP` behind a `state MASTER` is ignored:
 * both as in keepalived. */
void bind_state(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *state = &b->instance->state;
	const struct token *token = values[0].token;
	bool master = strcmp(token->text, "MASTER") == 0;

	if (!master && strcmp(token->text, "BACKUP") != 0)
		diag_error(b->conf, "bad-choice", &token->place, "write MASTER or BACKUP",
			   "state `%.64s` is neither MASTER nor BACKUP: BACKUP is used",
			   token->text);
	if (state->set && state->number && !master) {
		diag_warning(b->conf, "written-twice", &token->place, NULL,
			     "state %.64s is ignored: MASTER was written in %s", token->text,
			     diag_line(b->conf, state->place, &token->place));
		return;
	}
	state->set = true;
	state->origin = CONF_WRITTEN;
	state->place = &token->place;
	state->text = master ? "MASTER" : "BACKUP";
	state->number = master;
}

void bind_auth_pass(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *pass = &b->instance->auth_pass;
	const struct token *token = values[0].token;
	size_t length = strlen(token->text);

	bind_store(b, node->keyword, pass, &values[0]);
	if (length <= ADVERT_AUTH_SIZE)
		return;
	/* RFC 2338 5.3.6.2: eight octets, no more. */
	pass->text = arena_copy(&b->conf->arena, token->text, ADVERT_AUTH_SIZE);
	pass->origin = CONF_ADJUSTED;
	diag_warning(b->conf, "password-cut", &token->place,
		     "VRRP version 2 sends eight octets: any peer with the same eight is let in",
		     "auth_pass is cut to its first 8 characters (it has %zu)", length);
}

/* The keys are lines of a list that bear the same word. */
void bind_auth_key(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_auth_key *key = arena_alloc(&b->conf->arena, sizeof(*key));

	key->block.kind = BLOCK_AUTH_HMAC;
	key->block.keyword = node->keyword;
	key->block.name = values[0].text;
	key->block.words = node->words + 1;
	key->block.word_count = node->word_count - 1;
	key->block.place = node->words[0].place;
	bind_store(b, node->keyword, &key->id, &values[0]);
	bind_store(b, node->keyword, &key->secret, &values[1]);
	list_add(b->conf, &((struct conf_auth_hmac *)b->model)->keys, &key->block);
}

void show_auth_keys(struct shower *s, const struct keyword *keyword,
		    const struct conf_block *model)
{
	const struct conf_list *keys = model_list(model, keyword->at);

	for (size_t i = 0; i < keys->count; i++) {
		const struct conf_auth_key *key = (const struct conf_auth_key *)keys->items[i];
		struct shown_words w = { .count = 0 };

		if (key->block.broken)
			continue;
		shown_format(&w, "%" PRId64, key->id.number);
		shown_word(&w, key->secret.text);
		show_value(s, keyword, &w, CONF_WRITTEN, &key->block.place);
	}
}

/* Also when none of them is of use, the instance was not meant to speak to everybody. */
void bind_peers(struct binder *b, const struct node *node, const struct value *values)
{
	b->instance->peers_place = &node->words[0].place;
	b->instance->wants_peers |= node->first != NULL;
	bind_lines(b, node, &b->instance->peers);
}

/* The first list counts, as in keepalived. */
void bind_group(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_sync_group *group = (struct conf_sync_group *)b->model;

	if (group->members.count)
		diag_error(b->conf, "written-twice", &node->words[0].place,
			   "write all names into one `group`",
			   "%s has its list of instances already: this one is ignored",
			   group->block.name);
	else
		bind_lines(b, node, &group->members);
}
