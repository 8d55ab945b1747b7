/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of vrrp_instance that are more than one value: the block itself, the words that
 * keepalived reads in its own way (a second `state`, a password of more than eight letters, a
 * notify script that is there already). Where this file agrees with keepalived in something odd,
 * the comment says so. */
#include "conf/conf_private.h"
#include "conf/script.h"
#include "wire/advert.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void instance_break(struct conf *conf, struct conf_instance *instance, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
{
	struct diag diag = { code, CONF_ERROR, CONF_RUNS, *place, hint };
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	diag_clean(text);
	diag_add(conf, &diag, "%s is left out: %s", instance->name, text);
	if (!instance->broken)
		instance->broken = arena_copy(&conf->arena, text, strlen(text));
}

/* The name of the block; one that is too long is cut and its instance left out. */
static void name_take(struct binder *b, struct conf_instance *instance, const struct token *token)
{
	size_t length = strlen(token->text);
	struct conf_instance **earlier;
	char *name = arena_copy(&b->conf->arena, token->text,
				length < LIMIT_NAME ? length : LIMIT_NAME - 1);

	diag_clean(name); /* it goes into JSON and onto terminals */
	instance->name = name;
	instance->place = token->place;
	if (length >= LIMIT_NAME)
		instance_break(b->conf, instance, "name-too-long", &token->place, NULL,
			       "its name has %zu octets, %d are the most", length, LIMIT_NAME - 1);
	/* As it is shown: two that look the same could not be told apart anywhere. */
	earlier = (struct conf_instance **)(void *)map_slot(&b->conf->instance_names, name,
							    strlen(name));
	if (*earlier)
		instance_break(b->conf, instance, "duplicate-instance", &token->place,
			       "give one of them another name",
			       "there is a vrrp_instance of this name in %s",
			       diag_line(b->conf, &(*earlier)->place, &token->place));
	else
		*earlier = instance;
}

void bind_instance(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf *conf = b->conf;
	struct conf_instance *instance;
	struct binder inner = { .conf = conf };

	if (conf->instance_count >= LIMIT_INSTANCES) {
		diag_error(conf, "too-many", &node->words[0].place, NULL,
			   "more than %d instances: this one is not read", LIMIT_INSTANCES);
		return;
	}
	instance = arena_alloc(&conf->arena, sizeof(*instance));
	map_init(&instance->addresses_known, &conf->arena);
	conf->instances = arena_grow(&conf->arena, conf->instances, sizeof(*conf->instances),
				     conf->instance_count, &conf->instance_room);
	conf->instances[conf->instance_count++] = instance;
	name_take(b, instance, values[0].token);
	inner.instance = instance;
	bind_body(&inner, node);
}

void bind_interface(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *link = &b->instance->link;

	link->set = true;
	link->place = values[0].token->place;
	link->text = values[0].text;
	if (strcmp(link->text, "lo") == 0)
		instance_break(b->conf, b->instance, "bad-interface", &link->place, NULL,
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
		diag_warning(b->conf, "bad-choice", &token->place, "write MASTER or BACKUP",
			     "state `%.64s` is neither MASTER nor BACKUP: BACKUP is used",
			     token->text);
	if (state->set && state->number && !master) {
		diag_warning(b->conf, "written-twice", &token->place, NULL,
			     "state %.64s is ignored: MASTER was written in %s", token->text,
			     diag_line(b->conf, &state->place, &token->place));
		return;
	}
	state->set = true;
	state->place = token->place;
	state->number = master;
}

void bind_auth_pass(struct binder *b, const struct node *node, const struct value *values)
{
	struct setting *pass = &b->instance->auth_pass;
	const struct token *token = values[0].token;
	size_t length = strlen(token->text);

	pass->set = true;
	pass->place = token->place;
	pass->text = token->text;
	if (length <= ADVERT_AUTH_SIZE)
		return;
	/* RFC 2338 5.3.6.2: eight octets, no more. */
	pass->text = arena_copy(&b->conf->arena, token->text, ADVERT_AUTH_SIZE);
	diag_warning(b->conf, "password-cut", &token->place,
		     "VRRP version 2 sends eight octets: any peer with the same eight is let in",
		     "auth_pass is cut to its first 8 characters (it has %zu)", length);
}

void bind_notify(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_script *script = &b->instance->notify[node->keyword->value];

	if (script->word_count)
		diag_warning(b->conf, "written-twice", &node->words[0].place, NULL,
			     "`%s` is ignored: there is one already", node->keyword->name);
	else
		script_read(b, node, script);
}
