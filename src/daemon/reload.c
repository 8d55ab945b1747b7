/* SPDX-License-Identifier: GPL-2.0-or-later */

/* One configuration on its way: read by a child without privilege, judged here, put in force by
 * vipd-vrrp, and only then believed by everybody else. Until the last step the one before stays
 * whole. At start a broken instance is left out and the rest runs; a running daemon takes a file
 * only when all of it runs (docs/decisions/0006-reload.md). */

#include "daemon/parent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level level_of(enum conf_severity severity)
{
	switch (severity) {
	case CONF_ERROR:
		return LOG_LEVEL_ERROR;
	case CONF_WARNING:
		return LOG_LEVEL_WARNING;
	case CONF_HINT:
		break;
	}
	return LOG_LEVEL_INFO;
}

static void on_finding(void *context, enum conf_severity severity, const char *text)
{
	struct parent *p = context;

	log_printf(&p->log, level_of(severity), "%s", text);
}

static void send_apply(struct parent *p, const struct tables *t)
{
	struct role_message m = role_message(ROLE_APPLY);
	int fds[3] = { t->image_fd, t->status_fd, t->keep_fd };
	int e;

	m.generation = t->generation;
	/* A state memory that nobody has written to says nothing, so this is always right. */
	m.adopt = p->succession.alive_us ? ROLE_ADOPT_ADDRESSES : ROLE_ADOPT_STATE;
	m.value = p->succession.alive_us;
	/* What is not of the configuration is looked at with a new one only (neighbour.c). */
	m.has_neighbour = p->neighbour != 0 || t == &p->current;
	e = supervise_send(&p->supervisor, ROLE_KIND_VRRP, &m, fds, 3);
	if (e < 0 && e != -EPIPE)
		log_printf(&p->log, LOG_LEVEL_ERROR, "vipd-vrrp cannot be told: %s", strerror(-e));
}

void reload_give(struct parent *p)
{
	/* When it was to be given and there was no vipd-vrrp, one had just died soon after its
	 * start (else there is another at once): what is in force may be why, so the new one goes
	 * first. */
	const struct tables *t = p->next.generation ? &p->next : &p->current;

	if (t->generation)
		send_apply(p, t);
}

void reload_give_ctl(struct parent *p)
{
	struct role_message m = role_message(ROLE_TABLES);
	int fds[2] = { p->current.public_fd, p->current.status_reader_fd };

	m.generation = p->current.generation;
	if (p->current.generation)
		(void)supervise_send(&p->supervisor, ROLE_KIND_CTL, &m, fds, 2);
}

/* This one is over. Was another asked for meanwhile? */
static void go_on(struct parent *p, struct mono now)
{
	if (p->reload_wanted && p->stop == PARENT_RUNS)
		reload_begin(p, now);
}

/* Refused: what runs goes on, or nothing ever ran. */
static void refuse(struct parent *p, int exit_code, const char *why, struct mono now)
{
	if (!p->is_ready) {
		log_printf(&p->log, LOG_LEVEL_ERROR, "%s", why);
		parent_fail(p, exit_code);
		return;
	}
	log_printf(&p->log, LOG_LEVEL_ERROR, "%s: the running configuration stays", why);
	ready_reloaded();
	go_on(p, now);
}

/* NULL: it is to be put in force. */
static const char *judge(const struct parent *p, const struct load_result *result,
			 int *ret_exit_code)
{
	*ret_exit_code = PARENT_EXIT_CONFIG;
	if (result->failure)
		return result->failure;
	if (result->file_error) {
		*ret_exit_code = PARENT_EXIT_NO_FILE;
		return "the configuration cannot be read";
	}
	if (result->image_fd < 0)
		return "the configuration is too large";
	if (result->instance_count > 0 && result->healthy_count == 0)
		return "no instance of the configuration can run";
	if (p->is_ready && result->healthy_count < result->instance_count)
		return "an instance of the new configuration cannot run";
	return NULL;
}

/* False: it was refused. */
static bool is_at_home(struct parent *p, struct mono now)
{
	const struct image *image = p->next.image;
	const char *name = image_text(image, image->net_namespace);
	int e = network_join(p, image);
	bool has_joined = e == 0;
	char why[LIMIT_NETWORK_NAME + 128];

	if (has_joined)
		e = place_keep(p, image);
	if (e == 0)
		return true;
	if (e == -EXDEV || has_joined)
		snprintf(why, sizeof(why), "another `%s` takes a restart of vipd",
			 has_joined ? "instance" : "net_namespace");
	else
		snprintf(why, sizeof(why), "net_namespace %s cannot be entered: %s", name,
			 strerror(-e));
	tables_close(&p->next);
	refuse(p, PARENT_EXIT_FATAL, why, now);
	return false;
}

static void put_in_force(struct parent *p, int image_fd, struct mono now)
{
	const char *why = "";
	int e = tables_make(image_fd, p->generation + 1, &p->next, &why);

	if (e < 0) {
		refuse(p, PARENT_EXIT_FATAL, why, now);
		return;
	}
	if (!is_at_home(p, now))
		return;
	if (p->skip_same && p->current.generation && tables_same_image(&p->current, &p->next)) {
		p->skip_same = false;
		tables_close(&p->next);
		ready_reloaded();
		go_on(p, now);
		return;
	}
	p->skip_same = false;
	neighbour_find(p);
	p->generation++;
	if (supervise_is_running(&p->supervisor, ROLE_KIND_VRRP))
		send_apply(p, &p->next);
	else
		supervise_start(&p->supervisor, ROLE_KIND_VRRP, now);
}

static void on_done(void *context, const struct load_result *result, struct mono now)
{
	struct parent *p = context;
	int exit_code;
	const char *why = judge(p, result, &exit_code);

	if (p->stop != PARENT_RUNS || why) {
		if (result->image_fd >= 0)
			close(result->image_fd);
		if (p->stop == PARENT_RUNS)
			refuse(p, exit_code, why, now);
	} else {
		put_in_force(p, result->image_fd, now);
	}
}

void reload_init(struct parent *p)
{
	load_init(&p->load, &p->loop);
	p->load.context = p;
	p->load.config_id = options_config_id(p->options);
	p->load.checks_includes = p->options->checks_includes;
	p->load.finding = on_finding;
	p->load.done = on_done;
}

void reload_begin(struct parent *p, struct mono now)
{
	const char *file = options_config_file(p->options);
	int e;

	if (load_is_running(&p->load) || p->next.generation) {
		p->reload_wanted = true;
		return;
	}
	p->reload_wanted = false;
	if (p->is_ready) {
		log_printf(&p->log, LOG_LEVEL_INFO, "Reloading %s", file);
		ready_reloading();
	}
	e = load_start(&p->load, file, LOAD_FORM_LINE, now);
	if (e < 0)
		refuse(p, PARENT_EXIT_FATAL, strerror(-e), now);
}

static void become_ready(struct parent *p, struct mono now)
{
	bool is_first = !p->is_ready;

	p->is_ready = true;
	if (!is_first) {
		ready_reloaded();
		return;
	}
	supervise_start(&p->supervisor, ROLE_KIND_CTL, now);
	ready_tell(&p->ready, now);
	log_started(&p->log);
	if (!p->options->foreground)
		child_null_stdio(false);
}

void reload_committed(struct parent *p, uint64_t generation, struct mono now)
{
	if (p->next.generation == generation) {
		if (notify_configure(&p->notify, p->next.image, now) < 0)
			log_printf(&p->log, LOG_LEVEL_ERROR,
				   "no memory for notify scripts: those of before stay");
		tables_close(&p->current);
		p->succession.alive_us = 0;
		p->current = p->next;
		p->next = TABLES_NONE;
		if (p->is_ready)
			log_printf(&p->log, LOG_LEVEL_INFO, "Configuration %llu is in force",
				   (unsigned long long)generation);
	} else if (p->current.generation != generation) {
		return;
	}
	reload_give_ctl(p);
	become_ready(p, now);
	go_on(p, now);
}

void reload_rejected(struct parent *p, const struct role_message *m, struct mono now)
{
	char why[ROLE_TEXT_SIZE + 64];

	if (p->next.generation != m->generation)
		return;
	tables_close(&p->next);
	snprintf(why, sizeof(why), "vipd-vrrp refuses the configuration (%s)", m->text);
	refuse(p, PARENT_EXIT_FATAL, why, now);
}

void reload_lost(struct parent *p, struct mono now)
{
	/* Before the first one is in force there is nothing to go back to: it is tried again. */
	if (!p->next.generation || !p->current.generation)
		return;
	tables_close(&p->next);
	refuse(p, PARENT_EXIT_FATAL, "vipd-vrrp ended over the new configuration", now);
}
