/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program from the first word of a command: is it there, may its user run it, and could somebody
 * else than root put another one in its place? For the last, every directory and every symbolic
 * link on the way counts, by keepalived's rule: it belongs to root, and neither everybody nor a
 * group other than root's may write to it; directories whose sticky bit is set excepted. keepalived
 * follows the links first, and looks at and runs what is left. Here the path is run as it is
 * written, so what stands on its way is looked at. A name without a slash is looked for where the
 * daemon will look: CONF_SCRIPT_PATH.
 * The host is asked for one part after the other and may answer anything: nothing here takes longer
 * than the path is. */
#include "conf/program.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define LINKS_MAX 40 /* as Linux */

/* A part of a path, as it was found. */
struct part {
	int error;
	uint32_t mode, owner, group;
	const char *link;
};

struct walk {
	struct program_finder *finder;
	const struct conf_account *account;
	struct program *program;
	const char *rest; /* what is still to be gone */
	const char *at; /* how far it was gone, without a slash at its end */
	unsigned link_count;
	const struct part *part; /* of `at` */
};

void program_finder_init(struct program_finder *f, struct conf *conf)
{
	f->conf = conf;
	map_init(&f->parts, &conf->arena);
}

static const struct part *part_look(struct program_finder *f, const char *path)
{
	void **slot = map_slot(&f->parts, path, strlen(path));
	const struct conf_world *world = f->conf->world;
	struct conf_path found = { .mode = 0 };
	struct part *part = *slot;

	if (part)
		return part;
	part = arena_alloc(&f->conf->arena, sizeof(*part));
	*slot = part;
	part->error = world->look_at(world->context, path, &found);
	part->mode = found.mode;
	part->owner = found.owner;
	part->group = found.group;
	found.link[sizeof(found.link) - 1] = '\0';
	part->link = S_ISLNK(found.mode) ? arena_copy(&f->conf->arena, found.link,
						      strlen(found.link)) : "";
	return part;
}

/* The first part that somebody else than root could change is the one that is kept. */
static void secure_check(struct walk *w, const char *path, const struct part *part)
{
	struct arena *arena = &w->finder->conf->arena;
	bool is_open = S_ISREG(part->mode) || (S_ISDIR(part->mode) && !(part->mode & S_ISVTX));
	const char *remedy = NULL;

	if (w->program->insecure)
		return;
	if (part->owner != 0) {
		w->program->insecure_reason =
			arena_format(arena, "belongs to user %u", part->owner);
		remedy = S_ISLNK(part->mode) ? "chown -h root" : "chown root";
	} else if (is_open && part->mode & S_IWOTH) {
		w->program->insecure_reason = "is writable by everybody";
		remedy = "chmod o-w";
	} else if (is_open && part->mode & S_IWGRP && part->group != 0) {
		w->program->insecure_reason =
			arena_format(arena, "is writable by group %u", part->group);
		remedy = "chmod g-w";
	}
	if (!remedy)
		return;
	w->program->insecure = path;
	w->program->remedy = arena_format(arena, "%s %.200s", remedy, path);
}

static bool is_in_group(const struct conf_account *account, uint32_t group)
{
	for (size_t i = 0; i < account->group_count; i++)
		if (account->groups[i] == group)
			return true;
	return account->group == group;
}

/* Run a file, or search a directory: the bit is the same. */
static bool may_execute(const struct conf_account *account, const struct part *part)
{
	if (account->user == 0)
		return S_ISDIR(part->mode) || part->mode & (S_IXUSR | S_IXGRP | S_IXOTH);
	if (account->user == part->owner)
		return part->mode & S_IXUSR;
	return part->mode & (is_in_group(account, part->group) ? S_IXGRP : S_IXOTH);
}

static void walk_end(struct walk *w, enum program_state state, const char *path,
		     const char *reason)
{
	w->program->state = state;
	w->program->reason = arena_format(&w->finder->conf->arena, "%.200s %s", path, reason);
}

static const char *parent_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_copy(arena, path, slash ? (size_t)(slash - path) : 0);
}

/* Into a link, a directory, or at last the file. False: the way ends here. */
static bool walk_into(struct walk *w, const char *path)
{
	const struct part *part = part_look(w->finder, path);
	struct arena *arena = &w->finder->conf->arena;
	bool is_last = w->rest[strspn(w->rest, "/")] == '\0';

	if (part->error) {
		walk_end(w, PROGRAM_MISSING, path,
			 part->error == -ENOENT ? "does not exist" : strerror(-part->error));
		return false;
	}
	secure_check(w, path, part);
	if (S_ISLNK(part->mode)) {
		if (++w->link_count > LINKS_MAX ||
		    strlen(part->link) + strlen(w->rest) >= LIMIT_CONF_PATH) {
			walk_end(w, PROGRAM_MISSING, path, "leads from link to link without end");
			return false;
		}
		if (part->link[0] == '/')
			w->at = "";
		w->rest = arena_format(arena, "%s/%s", part->link, w->rest);
		return true;
	}
	if (!S_ISDIR(part->mode) && !is_last) {
		walk_end(w, PROGRAM_MISSING, path, "is no directory");
		return false;
	}
	if (S_ISDIR(part->mode) && !may_execute(w->account, part)) {
		walk_end(w, PROGRAM_NOT_EXECUTABLE, path, "may not be searched by its user");
		return false;
	}
	w->at = path;
	w->part = part;
	return true;
}

/* One step. False: the way ends here, and it was said why. */
static bool walk_step(struct walk *w)
{
	struct arena *arena = &w->finder->conf->arena;
	size_t length = strcspn(w->rest, "/");
	const char *name = arena_copy(arena, w->rest, length);

	w->rest += length;
	w->rest += strspn(w->rest, "/");
	if (!length || strcmp(name, ".") == 0)
		return true;
	if (strcmp(name, "..") == 0) {
		w->at = parent_of(arena, w->at);
		w->part = part_look(w->finder, *w->at ? w->at : "/");
		return true;
	}
	return walk_into(w, arena_format(arena, "%s/%s", w->at, name));
}

/* The path has been gone to its end. */
static void walk_judge(struct walk *w)
{
	const struct part *part = w->part;
	bool as_root = w->account->user == 0 || w->account->group == 0 ||
		       (part->owner == 0 && part->mode & S_ISUID) ||
		       (part->group == 0 && part->mode & S_ISGID && part->mode & S_IXGRP);

	if (!S_ISREG(part->mode))
		walk_end(w, PROGRAM_NOT_EXECUTABLE, w->program->path,
			 S_ISDIR(part->mode) ? "is a directory" : "is no regular file");
	else if (!may_execute(w->account, part))
		walk_end(w, PROGRAM_NOT_EXECUTABLE, w->program->path,
			 "is not executable by its user");
	if (!as_root)
		w->program->insecure = NULL;
}

static void path_find(struct program_finder *f, const char *path,
		      const struct conf_account *account, struct program *ret_program)
{
	struct program program = { .state = PROGRAM_RUNS, .path = path };
	struct walk w = { .finder = f, .account = account, .program = &program, .rest = path,
			  .at = "", .part = part_look(f, "/") };
	bool goes_on = true;

	if (!w.part->error)
		secure_check(&w, "/", w.part);
	while (goes_on && *w.rest)
		goes_on = walk_step(&w);
	if (goes_on)
		walk_judge(&w);
	else
		program.insecure = NULL;
	*ret_program = program;
}

/* As execvp() looks for it. */
static void name_find(struct program_finder *f, const char *name,
		      const struct conf_account *account, struct program *ret_program)
{
	struct program program, other = { .state = PROGRAM_MISSING, .path = name };

	other.reason = arena_format(&f->conf->arena, "%.200s is in none of " CONF_SCRIPT_PATH,
				    name);
	for (const char *p = CONF_SCRIPT_PATH; *p; p += strcspn(p, ":"), p += *p == ':') {
		path_find(f, arena_format(&f->conf->arena, "%.*s/%s", (int)strcspn(p, ":"), p,
					  name), account, &program);
		if (program.state == PROGRAM_RUNS) {
			other = program;
			break;
		}
		if (program.state == PROGRAM_NOT_EXECUTABLE && other.state == PROGRAM_MISSING)
			other = program;
	}
	other.is_searched = true;
	*ret_program = other;
}

void program_find(struct program_finder *f, const char *word, const struct conf_account *account,
		  struct program *ret_program)
{
	if (strlen(word) >= LIMIT_CONF_PATH)
		*ret_program = (struct program){ .state = PROGRAM_MISSING, .path = word,
						 .reason = "its path is longer than one may be" };
	else if (!strchr(word, '/'))
		name_find(f, word, account, ret_program);
	else /* Scripts run in the root directory. */
		path_find(f, word[0] == '/' ? word : arena_format(&f->conf->arena, "/%s", word),
			  account, ret_program);
}
