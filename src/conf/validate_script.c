/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of a configuration: whether this host has the programs and the users that are to run
 * them, and whether one that runs as root could be changed by somebody else. The keyword tables are
 * walked, so that a command of a kind of block that comes later needs nothing here.
 * As with keepalived, commands without `enable_script_security` are worth an exit code of their
 * own, and with it a command that is not safe is left out. Otherwise what is missing now is a
 * warning: it may be there when the command is to run, and then it runs. What the world is not
 * asked about is not judged. */
#include "conf/program.h"

#include <string.h>

#define HINT_SECURITY "write `enable_script_security` and `script_user USER` in global_defs"

struct scripts {
	struct conf *conf;
	bool is_secured; /* enable_script_security */
	struct program_finder finder;
	struct map accounts; /* user and group → struct known_account */
	struct map said; /* program and account: warned of once */
	const struct place *first; /* of the commands that run, in the order of the file */
	const char *first_name;
};

struct known_account {
	enum conf_account_result result;
	bool is_said; /* that there is none */
	struct conf_account account;
};

/* A command with who is to run it. */
struct command {
	const struct keyword *keyword;
	struct conf_block *block; /* that it belongs to */
	struct setting *setting;
	const char *user, *group; /* NULL: not said */
	const char *user_name; /* for people */
};

static struct known_account *account_known(struct scripts *s, const char *user,
					    const char *group)
{
	const struct conf_world *world = s->conf->world;
	const char *key = arena_format(&s->conf->arena, "%s\n%s", user, group ? group : "");
	void **slot = map_slot(&s->accounts, key, strlen(key));
	struct known_account *known = *slot;

	if (known)
		return known;
	known = arena_alloc(&s->conf->arena, sizeof(*known));
	*slot = known;
	known->result = world->find_account(world->context, user, group, &known->account);
	return known;
}

/* A group may have a colon before it, as for chown. */
static const char *group_name(const char *text)
{
	return text && text[0] == ':' ? text + 1 : text;
}

/* Says once that there is no such user or group. */
static void account_check(struct scripts *s, const struct place *place, const char *user,
			  const char *group)
{
	struct known_account *known = account_known(s, user, group);
	bool is_user = known->result == CONF_ACCOUNT_NO_USER;

	if (known->result != CONF_ACCOUNT_FOUND && !known->is_said)
		diag_warning(s->conf, "bad-user", place,
			     is_user ? "`getent passwd` lists the users" :
				       "`getent group` lists the groups",
			     "there is no %s %.64s on this host", is_user ? "user" : "group",
			     is_user ? user : group);
	known->is_said = true;
}

/* Users that keywords name: script_user, those of a FIFO, of a vrrp_script. */
static void users_check(struct scripts *s, const struct keyword *keyword,
			const struct conf_block *model)
{
	for (const struct argument *a = keyword->arguments; a && a->type != ARGUMENT_NONE; a++) {
		const struct setting *user, *group = NULL;

		if (a->type != ARGUMENT_USER)
			continue;
		user = model_setting(model, a->at ? a->at : keyword->at);
		if (a[1].type == ARGUMENT_USER_GROUP)
			group = model_setting(model, a[1].at);
		if (user->set && user->text)
			account_check(s, user->place, user->text,
				      group && group->set ? group_name(group->text) : NULL);
	}
}

/* Who runs the commands of a block that has a keyword for it. */
static void block_user(struct scripts *s, enum block kind, struct command *c)
{
	const struct keyword *row = keyword_find(&s->conf->keywords, kind, "user");
	const struct argument *a = row ? row->arguments : NULL;
	const struct setting *user;

	if (!a)
		return;
	user = model_setting(c->block, a->at ? a->at : row->at);
	if (!user->set)
		return;
	c->user = user->text;
	if (a[1].at && model_setting(c->block, a[1].at)->set)
		c->group = group_name(model_setting(c->block, a[1].at)->text);
}

/* Leaves out what would not be safe to run. */
static void leave_out(struct scripts *s, const struct command *c, const char *code,
		      const char *hint, const char *reason)
{
	/* What is required takes its block with it. */
	if (c->keyword->flags & KEYWORD_REQUIRED) {
		block_break(s->conf, c->block, code, c->setting->place, hint, "%s", reason);
		return;
	}
	diag_error(s->conf, code, c->setting->place, hint, "%s is left out: %s", c->keyword->name,
		   reason);
	*c->setting = (struct setting){ .origin = CONF_DEFAULT };
}

/* True: this of this program and user was said before. */
static bool was_said(struct scripts *s, const struct command *c, const char *what)
{
	const char *key = arena_format(&s->conf->arena, "%s\n%s\n%s\n%s", what,
				       c->setting->script->words, c->user ? c->user : "",
				       c->group ? c->group : "");
	void **slot = map_slot(&s->said, key, strlen(key));
	bool was = *slot;

	*slot = s;
	return was;
}

static void insecure(struct scripts *s, const struct command *c, const struct program *program)
{
	struct diag diag = { "script-security", CONF_WARNING, CONF_SCRIPT_SECURITY,
			     *c->setting->place, NULL };
	const char *reason =
		arena_format(&s->conf->arena,
			     "%.200s %s with rights of root, and others can change it: %.200s %s",
			     program->path, s->is_secured ? "would run" : "runs",
			     program->insecure, program->insecure_reason);

	diag.hint = arena_format(&s->conf->arena, "`%s`, or let another user run it",
				 program->remedy);
	if (s->is_secured)
		leave_out(s, c, diag.code, diag.hint, reason);
	else if (!was_said(s, c, diag.code))
		diag_add(s->conf, &diag, "%s: %s", c->keyword->name, reason);
}

/* False: there is nothing to run. */
static bool program_check(struct scripts *s, const struct command *c,
			  const struct conf_account *account)
{
	struct arena *arena = &s->conf->arena;
	const struct place *place = c->setting->place;
	struct program program;

	program_find(&s->finder, c->setting->script->words, account, &program);
	switch (program.state) {
	case PROGRAM_MISSING:
		if (!was_said(s, c, "no-such-program"))
			diag_warning(s->conf, "no-such-program", place, NULL,
				     "%s: there is no such program now: %s", c->keyword->name,
				     program.reason);
		return false;
	case PROGRAM_NOT_EXECUTABLE:
		if (!was_said(s, c, "not-executable"))
			diag_warning(s->conf, "not-executable", place,
				     "see `ls -l`; `chmod +x` makes a program executable",
				     "%s: user %.64s cannot run it: %s", c->keyword->name,
				     c->user_name, program.reason);
		return true;
	case PROGRAM_RUNS:
		break;
	}
	if (program.is_searched && !was_said(s, c, "no-path"))
		diag_hint(s->conf, "no-path", place,
			  arena_format(arena, "write %.200s", program.path),
			  "%s: which program this is depends on what is in " CONF_SCRIPT_PATH,
			  c->keyword->name);
	if (program.insecure)
		insecure(s, c, &program);
	return true;
}

/* Who runs it: its line says so, its block, script_user, else the standard user or root. */
static void user_choose(struct scripts *s, enum block kind, struct command *c)
{
	const struct conf_daemon *d = &s->conf->global->daemon;

	c->user = c->setting->script->user;
	c->group = c->setting->script->group;
	if (!c->user)
		block_user(s, kind, c);
	if (!c->user && d->script_user.set) {
		c->user = d->script_user.text;
		c->group = d->script_group.set ? group_name(d->script_group.text) : NULL;
	}
	c->user_name = c->user ? c->user : CONF_SCRIPT_USER;
}

/* NULL: nobody can run it, which was said. */
static const struct conf_account *account_of(struct scripts *s, struct command *c)
{
	static const struct conf_account root;
	const struct known_account *known;

	if (c->user) {
		known = account_known(s, c->user, c->group);
		/* Of another keyword it was said where it stands. */
		if (c->setting->script->user)
			account_check(s, c->setting->place, c->user, c->group);
		return known->result == CONF_ACCOUNT_FOUND ? &known->account : NULL;
	}
	known = account_known(s, CONF_SCRIPT_USER, NULL);
	if (known->result == CONF_ACCOUNT_FOUND)
		return &known->account;
	if (s->is_secured) {
		leave_out(s, c, "bad-user", "write `script_user USER` in global_defs",
			  "it would run as root, because there is no user " CONF_SCRIPT_USER);
		return NULL;
	}
	c->user_name = "root";
	return &root;
}

static bool is_before(const struct place *a, const struct place *b)
{
	if (!a->source || !b->source || a->source->index == b->source->index)
		return a->line < b->line;
	return a->source->index < b->source->index;
}

static void command_check(struct scripts *s, enum block kind, const struct keyword *keyword,
			  struct conf_block *model)
{
	struct command c = { .keyword = keyword, .block = model,
			     .setting = model_setting(model, keyword->at) };
	const struct conf_world *world = s->conf->world;
	const struct place *place = c.setting->place;
	const struct conf_account *account;

	/* keepalived's `</a/file` asks whether it can be opened, and runs nothing. */
	if (!c.setting->script || !place || strncmp(c.setting->script->words, "</", 2) == 0)
		return;
	user_choose(s, kind, &c);
	if (world->find_account) {
		account = account_of(s, &c);
		if (!account || (world->look_at && !program_check(s, &c, account)))
			return;
	}
	if (!s->first || is_before(place, s->first)) {
		s->first = place;
		s->first_name = keyword->name;
	}
}

static void rows_check(struct scripts *s, enum block kind, struct conf_block *model);

static void blocks_check(struct scripts *s, const struct keyword *keyword,
			 const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i]->keyword == keyword && !list->items[i]->broken)
			rows_check(s, keyword->opens, list->items[i]);
}

/* Everything that rows of `kind` say of a model: see show.c, which walks the same way. */
static void rows_check(struct scripts *s, enum block kind, struct conf_block *model)
{
	const struct block_rows *rows = &s->conf->keywords.blocks[kind];

	for (size_t i = 0; i < rows->count; i++) {
		const struct keyword *k = rows->rows[i];
		const struct block_row *row = block_row(k->opens);

		if (k->opens == BLOCK_NONE && k->arguments && k->at &&
		    k->arguments[0].type == ARGUMENT_COMMAND)
			command_check(s, kind, k, model);
		else if (k->opens == BLOCK_NONE && s->conf->world->find_account)
			users_check(s, k, model);
		else if (row->content == CONTENT_KEYWORDS && row->model_size)
			blocks_check(s, k, model_list(model, k->at));
		else if (row->content == CONTENT_KEYWORDS)
			rows_check(s, k->opens, model);
	}
}

void validate_scripts(struct conf *conf)
{
	struct diag diag = { "script-security", CONF_WARNING, CONF_SCRIPT_SECURITY,
			     { .line = 0 }, HINT_SECURITY };
	struct scripts s = { .conf = conf };

	s.is_secured = conf->global->daemon.script_security.set;
	program_finder_init(&s.finder, conf);
	map_init(&s.accounts, &conf->arena);
	map_init(&s.said, &conf->arena);
	rows_check(&s, BLOCK_TOP, &conf->global->block);
	if (s.is_secured || !s.first)
		return;
	diag.place = *s.first;
	diag_add(conf, &diag,
		 "%s runs a command, and `enable_script_security` is not written: commands run "
		 "as root even where others can change them", s.first_name);
}
