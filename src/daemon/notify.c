/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Which notify script runs when.
 *
 * keepalived starts the scripts of every transition at once, so those of a quick
 * MASTER-BACKUP-MASTER run side by side and the last to finish wins, which may be the BACKUP one.
 * Here an instance has at most one script running and at most one state waiting; a newer state
 * takes the place of the one that waits. The last script to run is therefore that of the state the
 * instance is in, and the number of processes is bounded however much it flaps. What a state in
 * between would have done is left out: scripts are told where things stand, not everything that
 * happened.
 *
 * Not here: how a script is started (script.c). */
#include "daemon/notify.h"

#include "base/check.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void on_end(struct child *child, int status, struct mono now);
static void pump(struct notify *n, struct mono now);

void notify_init(struct notify *n, struct loop *loop, struct log *log)
{
	*n = (struct notify){ .loop = loop, .log = log };
	list_init(&n->queue);
	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++) {
		n->jobs[i] = (struct notify_job){ .notify = n, .child = CHILD_NONE,
						  .kill_at = MONO_NEVER };
		n->jobs[i].child.loop = loop;
		n->jobs[i].child.ended = on_end;
	}
}

void notify_fini(struct notify *n)
{
	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++) {
		script_clear(&n->jobs[i].scripts[0]);
		script_clear(&n->jobs[i].scripts[1]);
	}
	free(n->rows);
	n->rows = NULL;
	n->row_count = 0;
}

static const char *instance_name(const struct image *image, uint32_t instance)
{
	return image_text(image, image_instances(image)[instance].name);
}

/* The word that `notify` gets; keepalived's. */
static const char *state_word(enum image_notify state)
{
	switch (state) {
	case NOTIFY_MASTER:
		return "MASTER";
	case NOTIFY_BACKUP:
		return "BACKUP";
	case NOTIFY_FAULT:
		return "FAULT";
	case NOTIFY_STOP:
		return "STOP";
	case NOTIFY_DELETED:
		return "DELETED";
	case NOTIFY_MASTER_RX_LOWER_PRI:
		return "MASTER_RX_LOWER_PRI";
	case NOTIFY_ANY:
	case NOTIFY_N_:
		break;
	}
	return "";
}

/* -- one job -- */

static struct notify_job *free_job(struct notify *n)
{
	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++)
		if (!n->jobs[i].is_taken)
			return &n->jobs[i];
	return NULL;
}

static void end_job(struct notify_job *job)
{
	script_clear(&job->scripts[0]);
	script_clear(&job->scripts[1]);
	job->is_taken = false;
	job->kill_at = MONO_NEVER;
	job->was_asked = false;
	job->has_row = false;
	job->notify->running_count--;
}

/* Starts the next script of the job that is set. False: there was none left. */
static bool start_next(struct notify_job *job)
{
	while (job->next < 2) {
		struct script *script = &job->scripts[job->next++];
		int e;

		if (!script->block)
			continue;
		e = script_start(script, &job->child);
		if (e == 0)
			return true;
		log_printf(job->notify->log, LOG_LEVEL_ERROR, "(%s) cannot start script %s: %s",
			   job->instance, script->block, strerror(-e));
	}
	return false;
}

static void copy_script(struct notify_job *job, unsigned place, const struct image *image,
			const struct image_script *from, const char *const *extra)
{
	if (from->word_count == 0)
		return;
	if (script_copy(&job->scripts[place], image, from, extra) < 0)
		log_printf(job->notify->log, LOG_LEVEL_ERROR,
			   "(%s) no memory for a notify script: not run", job->instance);
}

/* Begins the scripts of one state. NULL: none is set, or none could be started. */
static struct notify_job *begin_job(struct notify *n, const struct image *image, uint32_t instance,
				    enum image_notify state, const char *word, uint8_t priority)
{
	const struct image_instance *i = &image_instances(image)[instance];
	const char *extra[SCRIPT_EXTRA_ARGUMENTS + 1] = { "INSTANCE" };
	struct notify_job *job = free_job(n);
	char number[8];
	struct text t;

	check(job != NULL);
	text_init(&t, number, sizeof(number));
	text_add(&t, "%u", priority);
	text_copy(job->instance, sizeof(job->instance), instance_name(image, instance));
	extra[1] = job->instance;
	extra[2] = word;
	extra[3] = number;
	job->next = 0;
	job->is_taken = true;
	n->running_count++;
	if (state < NOTIFY_ANY)
		copy_script(job, 0, image, &i->notify[state], NULL);
	/* keepalived tells this one only to its own script. */
	if (state != NOTIFY_MASTER_RX_LOWER_PRI)
		copy_script(job, 1, image, &i->notify[NOTIFY_ANY], extra);
	if (start_next(job))
		return job;
	end_job(job);
	return NULL;
}

static void log_end(struct notify_job *job, int status)
{
	const struct script *script = &job->scripts[job->next - 1];
	const char *why = "";
	char text[80];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SCRIPT_EXIT_USER)
		why = " (it may not be run, or there is no such user, or vipd may not become it)";
	if (WIFEXITED(status) && WEXITSTATUS(status) == SCRIPT_EXIT_EXEC)
		why = " (it cannot be executed, or a command in it was not found)";
	log_printf(job->notify->log, LOG_LEVEL_WARNING, "(%s) script %s %s%s", job->instance,
		   script->block, child_end_text(status, text, sizeof(text)), why);
}

static void on_end(struct child *child, int status, struct mono now)
{
	struct notify_job *job =
		(struct notify_job *)(void *)((char *)child - offsetof(struct notify_job, child));
	struct notify *n = job->notify;

	log_end(job, status);
	/* One that had to be pushed is over with all that was to follow it. */
	if (!job->was_asked && start_next(job))
		return;
	if (job->has_row) {
		struct notify_row *row = &n->rows[job->row];

		row->job = NULL;
		if (row->has_state || row->has_lower)
			list_append(&n->queue, &row->queued);
	}
	end_job(job);
	pump(n, now);
}

/* -- rows -- */

static void run_row(struct notify *n, uint32_t index)
{
	struct notify_row *row = &n->rows[index];
	enum image_notify state = row->has_state ? (enum image_notify)row->state :
						   NOTIFY_MASTER_RX_LOWER_PRI;

	if (row->has_state)
		row->has_state = false;
	else
		row->has_lower = false;
	row->job = begin_job(n, n->image, index, state, state_word(state), row->priority);
	if (row->job) {
		row->job->has_row = true;
		row->job->row = index;
	} else if (row->has_state || row->has_lower) {
		list_append(&n->queue, &row->queued);
	}
}

static void pump(struct notify *n, struct mono now)
{
	struct list *first;

	while (n->running_count < LIMIT_SCRIPTS && (first = list_first(&n->queue))) {
		struct notify_row *row = LIST_ITEM(first, struct notify_row, queued);

		list_remove(first);
		run_row(n, (uint32_t)(row - n->rows));
	}
}

/* Something waits for this row: now, or after what runs. */
static void wait_for(struct notify *n, struct notify_row *row, struct mono now)
{
	if (!row->job)
		list_append(&n->queue, &row->queued);
	else if (row->has_state && mono_is_never(row->job->kill_at))
		row->job->kill_at = mono_add(now, NOTIFY_PATIENCE_US);
	pump(n, now);
}

void notify_state(struct notify *n, uint32_t instance, enum image_notify state, uint8_t priority,
		  struct mono now)
{
	struct notify_row *row;

	if (instance >= n->row_count)
		return;
	row = &n->rows[instance];
	row->has_state = true;
	row->has_lower = false;
	row->state = (uint8_t)state;
	row->priority = priority;
	wait_for(n, row, now);
}

void notify_lower_heard(struct notify *n, uint32_t instance, struct mono now)
{
	struct notify_row *row;

	if (instance >= n->row_count)
		return;
	row = &n->rows[instance];
	row->has_lower = true;
	wait_for(n, row, now);
}

/* -- another configuration -- */

/* A broken instance never runs; it may even have the name of another. */
static bool is_broken(const struct image *image, uint32_t instance)
{
	return image_instances(image)[instance].flags & IMAGE_BROKEN;
}

static bool has_name(const struct image *image, uint32_t instance, const char *name)
{
	return !is_broken(image, instance) && strcmp(instance_name(image, instance), name) == 0;
}

/* The instance of this name, or -1. The same place is the usual one. */
static int64_t find_instance(const struct image *image, const char *name, uint32_t likely)
{
	if (likely < image->instance_count && has_name(image, likely, name))
		return likely;
	for (uint32_t i = 0; i < image->instance_count; i++)
		if (has_name(image, i, name))
			return i;
	return -1;
}

/* keepalived's: DELETED where notify_deleted is set, else `notify` hears FAULT. */
static void run_deleted(struct notify *n, uint32_t instance)
{
	const struct image_instance *i = &image_instances(n->image)[instance];
	bool has_own = i->notify[NOTIFY_DELETED].word_count > 0;

	if (!has_own && i->notify[NOTIFY_ANY].word_count == 0)
		return;
	if (n->running_count == LIMIT_SCRIPTS) {
		log_printf(n->log, LOG_LEVEL_WARNING,
			   "(%s) too many scripts are running: that it was deleted is told to none",
			   instance_name(n->image, instance));
		return;
	}
	begin_job(n, n->image, instance, has_own ? NOTIFY_DELETED : NOTIFY_ANY,
		  has_own ? "DELETED" : "FAULT", n->rows[instance].priority);
}

static void move_row(struct notify *n, uint32_t from, struct notify_row *rows, int64_t to)
{
	struct notify_row *old = &n->rows[from];

	if (is_broken(n->image, from))
		return;
	if (to < 0) {
		if (old->job)
			old->job->has_row = false;
		run_deleted(n, from);
		return;
	}
	rows[to].job = old->job;
	rows[to].has_state = old->has_state;
	rows[to].has_lower = old->has_lower;
	rows[to].state = old->state;
	rows[to].priority = old->priority;
	if (old->job)
		old->job->row = (uint32_t)to;
}

int notify_configure(struct notify *n, const struct image *image, struct mono now)
{
	struct notify_row *rows = calloc((size_t)image->instance_count + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < image->instance_count; i++) {
		list_init(&rows[i].queued);
		/* Until a transition says more. */
		rows[i].priority = image_instances(image)[i].priority;
	}
	for (uint32_t i = 0; i < n->row_count; i++)
		move_row(n, i, rows, find_instance(image, instance_name(n->image, i), i));
	list_init(&n->queue);
	free(n->rows);
	n->rows = rows;
	n->row_count = image->instance_count;
	n->image = image;
	for (uint32_t i = 0; i < n->row_count; i++)
		if (!rows[i].job && (rows[i].has_state || rows[i].has_lower))
			list_append(&n->queue, &rows[i].queued);
	pump(n, now);
	return 0;
}

/* -- the end -- */

void notify_stop(struct notify *n, struct mono now)
{
	for (uint32_t i = 0; i < n->row_count; i++)
		if (!is_broken(n->image, i))
			notify_state(n, i, NOTIFY_STOP, n->rows[i].priority, now);
}

bool notify_is_idle(const struct notify *n)
{
	return n->running_count == 0 && list_is_empty(&n->queue);
}

/* What would follow in this job runs beside it, in a job of its own. False: there is no room. */
static bool split_job(struct notify_job *job)
{
	struct notify *n = job->notify;
	struct notify_job *other = free_job(n);

	if (!other)
		return false;
	text_copy(other->instance, sizeof(other->instance), job->instance);
	other->scripts[1] = job->scripts[1];
	job->scripts[1] = (struct script){ 0 };
	other->next = 1;
	other->is_taken = true;
	n->running_count++;
	if (!start_next(other))
		end_job(other);
	return true;
}

unsigned notify_hurry(struct notify *n, struct mono now)
{
	unsigned left = 0;

	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++) {
		struct notify_job *job = &n->jobs[i];

		if (job->is_taken && job->next == 1 && job->scripts[1].block && !job->was_asked)
			left += !split_job(job);
	}
	for (uint32_t i = 0; i < n->row_count; i++) {
		struct notify_row *row = &n->rows[i];

		if (!row->job || !row->has_state)
			continue;
		row->job->has_row = false;
		row->job = NULL;
		list_append(&n->queue, &row->queued);
	}
	pump(n, now);
	for (uint32_t i = 0; i < n->row_count; i++)
		left += n->rows[i].has_state;
	return left;
}

struct mono notify_deadline(const struct notify *n)
{
	struct mono first = MONO_NEVER;

	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++)
		first = mono_earlier(first, n->jobs[i].kill_at);
	return first;
}

void notify_expire(struct notify *n, struct mono now)
{
	for (unsigned i = 0; i < LIMIT_SCRIPTS; i++) {
		struct notify_job *job = &n->jobs[i];

		if (!mono_reached(job->kill_at, now))
			continue;
		/* Not yet waited for, so the number still is its group's. */
		if (child_is_running(&job->child))
			kill(-job->child.pid, job->was_asked ? SIGKILL : SIGTERM);
		if (!job->was_asked)
			log_printf(n->log, LOG_LEVEL_WARNING,
				   "(%s) script %s still runs while a newer state waits: ended",
				   job->instance, job->scripts[job->next - 1].block);
		job->kill_at = job->was_asked ? MONO_NEVER : mono_add(now, NOTIFY_KILL_US);
		job->was_asked = true;
	}
}
