/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model as text that loads to the same image: every setting, defaults too, in one order and one
 * style. Instances that are left out stand there as comments with their reason, because what was
 * wrong with them is not in the model. Words are quoted only where they must be. */
#include "conf/conf_private.h"
#include "conf/counted.h"
#include "conf/number.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* A plain word: in double quotes when it would not be read back as one word. */
static void put_word(struct counted *c, const char *word)
{
	bool bare = *word && word[strcspn(word, " \t\v\f\r\"{}#!$@~\\")] == '\0';

	counted_format(c, bare ? "%s" : "\"%s\"", word);
}

/* Letters that mean nothing to either layer of script.c inside double quotes. */
static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("/._-+=:,@%^~#!{}|&;<>()[]*?", c));
}

/* A word of a command, inside the double quotes of the whole: single quotes when it has blanks or
 * nothing in it, octal escapes for all that is not plain. */
static void put_command_word(struct counted *c, const char *word)
{
	bool quoted = !*word || strchr(word, ' ');

	if (quoted)
		counted_add(c, "'");
	for (; *word; word++)
		counted_format(c, is_plain(*word) || *word == ' ' ? "%c" : "\\%03o",
			       (unsigned char)*word);
	if (quoted)
		counted_add(c, "'");
}

/* Made of letters that need no quotes, but for the backslash of a domain. */
static void put_account(struct counted *c, const char *name)
{
	counted_add(c, " ");
	for (; *name; name++)
		counted_format(c, *name == '\\' ? "\\%c" : "%c", *name);
}

static void put_script(struct counted *c, const char *keyword, const struct conf_script *script)
{
	const char *word = script->words;

	if (!script->word_count)
		return;
	counted_format(c, "\t%s \"", keyword);
	for (uint32_t i = 0; i < script->word_count; i++) {
		if (i)
			counted_add(c, " ");
		put_command_word(c, word);
		word += strlen(word) + 1;
	}
	counted_add(c, "\"");
	if (script->user)
		put_account(c, script->user);
	if (script->group)
		put_account(c, script->group);
	counted_add(c, "\n");
}

static void put_address(struct counted *c, const struct conf_address *a)
{
	char text[ADDR_TEXT_SIZE];

	counted_format(c, "\t\t%s", prefix_print(&a->prefix, text, sizeof(text)));
	if (a->link) {
		counted_add(c, " dev ");
		put_word(c, a->link);
	}
	if (a->broadcast_mode == 1)
		counted_format(c, " brd %s", addr_print(&a->broadcast, text, sizeof(text)));
	else if (a->broadcast_mode)
		counted_add(c, a->broadcast_mode == 2 ? " brd +" : " brd -");
	if (a->label) {
		counted_add(c, " label ");
		put_word(c, a->label);
	}
	if (address_scope_name(a->scope))
		counted_format(c, " scope %s", address_scope_name(a->scope));
	else
		counted_format(c, " scope %u", a->scope);
	if (a->peer.addr.family != ADDR_NONE)
		counted_format(c, " peer %s", prefix_print(&a->peer, text, sizeof(text)));
	counted_add(c, "\n");
}

static void put_addresses(struct counted *c, const char *keyword, const struct conf_addresses *list)
{
	if (!list->count)
		return;
	counted_format(c, "\t%s {\n", keyword);
	for (size_t i = 0; i < list->count; i++)
		put_address(c, &list->items[i]);
	counted_add(c, "\t}\n");
}

static void put_seconds(struct counted *c, const char *keyword, int64_t value_us)
{
	char text[32];

	counted_format(c, "\t%s %s\n", keyword, number_seconds_print(value_us, text));
}

static void put_authentication(struct counted *c, const struct conf_instance *i)
{
	if (!i->auth_type.number)
		return;
	counted_add(c, "\tauthentication {\n\t\tauth_type PASS\n\t\tauth_pass ");
	put_word(c, i->auth_pass.text);
	counted_add(c, "\n\t}\n");
}

static void put_instance(struct counted *c, const struct conf_instance *i)
{
	if (i->broken) {
		counted_format(c, "\n# left out: vrrp_instance %s: %s\n", i->name, i->broken);
		return;
	}
	counted_add(c, "\nvrrp_instance ");
	put_word(c, i->name);
	counted_add(c, " {\n\tinterface ");
	put_word(c, i->link.text);
	counted_format(c, "\n\tversion %" PRId64 "\n", i->version.number);
	counted_format(c, "\tvirtual_router_id %" PRId64 "\n", i->vrid.number);
	counted_format(c, "\tstate %s\n", i->state.number ? "MASTER" : "BACKUP");
	counted_format(c, "\tpriority %" PRId64 "\n", i->priority.number);
	put_seconds(c, "advert_int", i->advert_interval.number);
	counted_add(c, i->preempt.number ? "\tpreempt\n" : "\tnopreempt\n");
	put_seconds(c, "preempt_delay", i->preempt_delay.number);
	counted_format(c, "\tgarp_master_delay %" PRId64 "\n", i->garp_delay.number);
	counted_format(c, "\tgarp_master_repeat %" PRId64 "\n", i->garp_repeat.number);
	put_authentication(c, i);
	put_addresses(c, "virtual_ipaddress", &i->advertised);
	put_addresses(c, "virtual_ipaddress_excluded", &i->excluded);
	put_script(c, "notify_master", &i->notify[NOTIFY_MASTER]);
	put_script(c, "notify_backup", &i->notify[NOTIFY_BACKUP]);
	put_script(c, "notify_fault", &i->notify[NOTIFY_FAULT]);
	put_script(c, "notify_stop", &i->notify[NOTIFY_STOP]);
	put_script(c, "notify", &i->notify[NOTIFY_ANY]);
	counted_add(c, "}\n");
}

size_t conf_print(const struct conf *conf, char *buffer, size_t size)
{
	struct counted c;

	counted_init(&c, buffer, size);
	counted_add(&c, "global_defs {\n\trouter_id ");
	put_word(&c, conf->global.router_id.text);
	counted_add(&c, "\n}\n");
	for (size_t i = 0; i < conf->instance_count; i++)
		put_instance(&c, conf->instances[i]);
	return c.length;
}
