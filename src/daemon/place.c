/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Where this daemon belongs among several on one host: its run directory, and its name in the
 * system log. The configuration's `instance` and `net_namespace` say it (base/run_dir.h), but the
 * directory is locked before anything is done, and who served before us waits in it. So where none
 * was given the file is read for its names first, by the child that reads it again afterwards: what
 * is wrong with it is said then, and once. A file that is being changed between the two is refused
 * as at a reload.
 *
 * A file that cannot be read has no names. It belongs to the directory without: the only one that
 * there was to be taken over when nobody ever gave a name. */

#include "daemon/parent.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct search {
	bool is_done, is_read;
	char place[RUN_DIR_SUFFIX_SIZE];
};

static void pass_over(void *context, enum conf_severity severity, const char *text)
{
}

static void on_done(void *context, const struct load_result *result, struct mono now)
{
	struct search *s = context;

	s->is_done = true;
	s->is_read = !result->failure && !result->file_error;
	if (s->is_read)
		(void)text_copy(s->place, sizeof(s->place), result->place);
}

static int search(struct parent *p, struct search *s)
{
	struct load load;
	int e;

	load_init(&load, &p->loop);
	load.context = s;
	load.config_id = options_config_id(p->options);
	load.checks_includes = p->options->checks_includes;
	load.finding = pass_over;
	load.done = on_done;
	e = load_start(&load, options_config_file(p->options), LOAD_FORM_PLACE, loop_clock());
	while (e == 0 && !s->is_done) {
		e = loop_turn(&p->loop, load_deadline(&load));
		load_expire(&load, p->loop.now);
	}
	load_abandon(&load);
	return e;
}

static void settle(struct parent *p, const char *place)
{
	p->has_place = true;
	(void)text_copy(p->place, sizeof(p->place), place);
	log_rename(&p->log, place);
}

int place_find(struct parent *p, char ret_run_dir[PATH_MAX])
{
	struct search s = { .is_done = false };
	int e;

	if (p->options->run_dir[0]) {
		(void)text_copy(ret_run_dir, PATH_MAX, p->options->run_dir);
		return 0;
	}
	e = search(p, &s);
	if (e < 0)
		return e;
	snprintf(ret_run_dir, PATH_MAX, RUN_DIR_DEFAULT "%s", s.place);
	if (s.is_read)
		settle(p, s.place);
	else
		log_printf(&p->log, LOG_LEVEL_WARNING,
			   "%s cannot be read, so this daemon has no name: its run directory is %s",
			   options_config_file(p->options), ret_run_dir);
	return 0;
}

int place_keep(struct parent *p, const struct image *image)
{
	char place[RUN_DIR_SUFFIX_SIZE];

	if (!run_dir_suffix(image_text(image, image->daemon_name),
			    image_text(image, image->net_namespace), place, sizeof(place)))
		return -ENAMETOOLONG;
	if (p->has_place)
		return strcmp(place, p->place) == 0 ? 0 : -EXDEV;
	settle(p, place);
	return 0;
}

void place_forget(struct parent *p)
{
	p->has_place = false;
}
