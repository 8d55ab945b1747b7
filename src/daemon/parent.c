/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The parent: starts everything in an order in which nothing is lost, hears what the roles say,
 * turns signals into deeds. It reads nothing from the network and waits for nobody; whatever it
 * does not get to, vipd-vrrp does not need. */

#include "daemon/parent.h"

#include "daemon/log_render.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A role that was just started reads its queue at once. */
#define GIVE_PATIENCE_MS 2000

void parent_fail(struct parent *p, int exit_code)
{
	p->exit_code = exit_code;
	p->stop = PARENT_STOPPED;
	supervise_release(&p->supervisor, ROLE_KIND_VRRP);
}

/* -- what the roles say -- */

static const char *instance_name(const struct parent *p, uint32_t instance)
{
	const struct image *image = p->current.image;

	if (!image || instance >= image->instance_count)
		return NULL;
	return image_text(image, image_instances(image)[instance].name);
}

static void log_message(struct parent *p, const struct role_message *m)
{
	struct log_render_context context = { .instance = instance_name(p, m->instance) };
	struct log_line lines[LOG_RENDER_LINES];
	struct status_row row;
	int count;

	if (context.instance && tables_status_row(&p->current, m->instance, &row))
		context.own_priority = row.effective_priority;
	count = log_render(m, &context, lines);
	for (int k = 0; k < count; k++)
		log_printf(&p->log, lines[k].level, "%s", lines[k].text);
}

static void notify_transition(struct parent *p, const struct role_message *m, struct mono now)
{
	switch ((enum vrrp_state)m->to) {
	case VRRP_STATE_MASTER:
		notify_state(&p->notify, m->instance, NOTIFY_MASTER, m->priority, now);
		break;
	case VRRP_STATE_BACKUP:
		notify_state(&p->notify, m->instance, NOTIFY_BACKUP, m->priority, now);
		break;
	case VRRP_STATE_FAULT:
		notify_state(&p->notify, m->instance, NOTIFY_FAULT, m->priority, now);
		break;
	case VRRP_STATE_INIT: /* NOTIFY_STOP and NOTIFY_DELETED know why */
	case VRRP_STATE_N_:
		break;
	}
}

static void hear_instance(struct parent *p, const struct role_message *m, struct mono now)
{
	bool is_current = m->generation == p->current.generation;

	/* Of a configuration that is no longer in force: its numbers mean others now. */
	if (!is_current && m->instance != UINT32_MAX)
		return;
	log_message(p, m);
	/* What is only gone on with changed nothing that a script could want to know. */
	if (m->type == ROLE_TRANSITION && m->reason != VRRP_REASON_ADOPTED)
		notify_transition(p, m, now);
	if (m->type == ROLE_NOTE && m->note == ROLE_NOTE_LOWER_HEARD)
		notify_lower_heard(&p->notify, m->instance, now);
}

/* What the orphan gave goes to its successor, which runs and reads by now. */
static void give_handover(struct parent *p)
{
	handover_release(&p->handover);
	for (uint32_t k = 0; k < p->handover.socket_count; k++) {
		struct role_message m = role_message(ROLE_INHERIT);

		m.count = 1;
		memcpy(m.text, p->handover.sockets[k].link, LIMIT_LINK_NAME);
		(void)supervise_send_patiently(&p->supervisor, ROLE_KIND_VRRP, &m,
					       &p->handover.sockets[k].fd, 1, GIVE_PATIENCE_MS);
	}
	handover_close(&p->handover);
}

static void hear_vrrp(struct parent *p, const struct role_message *m, struct mono now)
{
	switch ((enum role_message_type)m->type) {
	case ROLE_COMMITTED:
		reload_committed(p, m->generation, now);
		break;
	case ROLE_REJECTED:
		reload_rejected(p, m, now);
		break;
	case ROLE_TRANSITION:
	case ROLE_DROP:
	case ROLE_NOTE:
		hear_instance(p, m, now);
		break;
	case ROLE_RUNNING:
		if (succession_is_pending(p))
			succession_ask(p);
		if (p->handover.fd < 0)
			break;
		give_handover(p);
		reload_give(p);
		break;
	case ROLE_STOPPED:
		p->vrrp_stopped = true;
		p->supervisor.roles[ROLE_KIND_VRRP].is_wanted = p->stop == PARENT_RUNS;
		break;
	case ROLE_APPLY:
	case ROLE_INHERIT:
	case ROLE_STOP:
	case ROLE_TABLES:
	case ROLE_TAKE:
	case ROLE_GIVE:
	case ROLE_GIVE_SOCKETS:
	case ROLE_LEAVE:
	case ROLE_MESSAGE_N_:
		break;
	}
}

static void on_message(void *context, enum role_kind kind, const struct role_message *m,
		       struct mono now)
{
	if (kind == ROLE_KIND_VRRP)
		hear_vrrp(context, m, now);
}

static void on_started(void *context, enum role_kind kind, struct mono now)
{
	struct parent *p = context;
	struct role_message stop = role_message(ROLE_STOP);

	if (kind == ROLE_KIND_CTL) {
		reload_give_ctl(p);
		return;
	}
	rundir_note_role(&p->rundir, p->supervisor.roles[kind].child.pid);
	/* With somebody still serving, the successor must first be known to run. */
	if (p->handover.fd < 0 && !succession_is_pending(p))
		reload_give(p);
	if (p->stop == PARENT_STOPS_VRRP)
		(void)supervise_send(&p->supervisor, kind, &stop, NULL, 0);
}

static void on_ended(void *context, enum role_kind kind, int status, struct mono now)
{
	struct parent *p = context;

	if (kind != ROLE_KIND_VRRP)
		return;
	reload_lost(p, now);
	stop_vrrp_ended(p, now);
}

/* -- signals -- */

static void on_signal(struct loop_source *source, uint32_t events, struct mono now)
{
	struct parent *p =
		(struct parent *)(void *)((char *)source - offsetof(struct parent, signals));
	uint32_t pid;
	int signal;

	while ((signal = loop_signals_read(source->fd, &pid)) > 0) {
		if (signal == SIGTERM || signal == SIGINT)
			stop_begin(p, now);
		else if (signal == SIGHUP && p->stop == PARENT_RUNS)
			reload_begin(p, now);
		else if (signal == SIGUSR1 || signal == SIGUSR2)
			log_printf(&p->log, LOG_LEVEL_INFO,
				   "signal %d: dumps are not in this release, see vipctl status",
				   signal);
	}
}

/* -- start -- */

static int fail(struct parent *p, const char *what, int error)
{
	log_printf(&p->log, LOG_LEVEL_ERROR, "%s: %s", what, strerror(-error));
	return PARENT_EXIT_FATAL;
}

static int open_signals(struct parent *p)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, 0 };
	int fd = loop_signals_open(signals);

	if (fd < 0)
		return fd;
	p->signals = (struct loop_source){ .fd = fd, .handle = on_signal };
	return loop_add(&p->loop, &p->signals, EPOLLIN);
}

static int open_roles(struct parent *p)
{
	struct supervisor *s = &p->supervisor;
	int e;

	supervise_init(s, &p->loop, &p->log);
	s->context = p;
	s->started = on_started;
	s->message = on_message;
	s->ended = on_ended;
	s->run_dir = p->rundir.path;
	/* What keeps a role from starting, such as a capability that is missing. */
	s->keep_stderr = p->options->foreground;
	s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->wake_fd < 0)
		return fail(p, "eventfd", -errno);
	e = supervise_find(s);
	if (e < 0)
		return fail(p, "vipd-vrrp and vipd-ctl, beside vipd or in " VIPD_LIBEXEC_DIR, e);
	return 0;
}

static int listen_for_roles(struct parent *p)
{
	int e = rundir_listen(&p->rundir);

	if (e < 0) {
		log_printf(&p->log, LOG_LEVEL_ERROR, "%s", p->rundir.why);
		return PARENT_EXIT_FATAL;
	}
	if (e > 0)
		log_printf(&p->log, LOG_LEVEL_INFO, "%s", p->rundir.why);
	p->supervisor.roles[ROLE_KIND_VRRP].listen_fd = p->rundir.handover_fd;
	p->supervisor.roles[ROLE_KIND_CTL].listen_fd = p->rundir.control_fd;
	if (rundir_pid_write(&p->rundir) < 0)
		log_printf(&p->log, LOG_LEVEL_WARNING, "%s", p->rundir.why);
	return 0;
}

/* An orphan first: it has ten seconds, and its configuration is known to run. */
static int take_over(struct parent *p, struct mono now)
{
	int e = network_join(p, p->handover.tables.image);

	if (e < 0)
		return fail(p, "the network namespace of vipd-vrrp of an earlier vipd", e);
	/* What serves has the name that it was started with. */
	place_forget(p);
	(void)place_keep(p, p->handover.tables.image);
	log_printf(&p->log, LOG_LEVEL_INFO, "Taking over from vipd-vrrp of an earlier vipd");
	p->next = p->handover.tables;
	p->handover.tables = TABLES_NONE;
	p->generation = p->next.generation;
	p->skip_same = true;
	p->reload_wanted = true;
	neighbour_find(p);
	supervise_start(&p->supervisor, ROLE_KIND_VRRP, now);
	return 0;
}

/* Everything is closed, so that parent_close() may follow at any point. */
static void set_empty(struct parent *p)
{
	p->loop = (struct loop){ .epoll_fd = -1, .timer_fd = -1 };
	p->rundir = (struct rundir){ .lock_fd = -1, .control_fd = -1, .handover_fd = -1 };
	p->succession.source.fd = -1;
	p->current = p->next = TABLES_NONE;
	p->stop_at = MONO_NEVER;
	notify_init(&p->notify, &p->loop, &p->log);
	reload_init(p);
}

/* False: it would only fail later, and less clearly. */
static bool may_run(struct parent *p)
{
	char why[LOG_LINE_SIZE];

	if (!privilege_missing(why, sizeof(why)))
		return true;
	log_printf(&p->log, LOG_LEVEL_ERROR, "%s", why);
	return false;
}

/* What a container may keep from us, and what works all the same. */
static void note_limits(struct parent *p)
{
	const struct privilege *vrrp = &p->supervisor.roles[ROLE_KIND_VRRP].privilege;

	if (vrrp->keeps_user)
		log_printf(&p->log, vrrp->uid == 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
			   "Not allowed to change users: all processes of vipd are of user %u",
			   (unsigned)vrrp->uid);
	if (!privilege_locks_memory())
		log_printf(&p->log, LOG_LEVEL_INFO,
			   "No unlimited RLIMIT_MEMLOCK: vipd-vrrp runs, but its memory is not "
			   "locked");
}

int parent_start(struct parent *p)
{
	const char *pid_file = p->options->pid_file[0] ? p->options->pid_file : NULL;
	char run_dir[PATH_MAX];
	bool has_orphan;
	int e;

	set_empty(p);
	e = loop_open(&p->loop);
	if (e < 0)
		return fail(p, "event loop", e);
	if (!may_run(p))
		return PARENT_EXIT_PERMISSION;
	e = place_find(p, run_dir);
	if (e < 0)
		return fail(p, "reading the configuration for the name of this daemon", e);
	if (rundir_open(&p->rundir, run_dir, pid_file) < 0) {
		log_printf(&p->log, LOG_LEVEL_ERROR, "%s", p->rundir.why);
		return PARENT_EXIT_FATAL;
	}
	p->former_role = rundir_noted_role(&p->rundir);
	e = open_signals(p);
	if (e < 0)
		return fail(p, "signals", e);
	e = open_roles(p);
	if (e)
		return e;
	log_printf(&p->log, LOG_LEVEL_INFO, "Starting vipd v" VIPD_VERSION);
	if (p->place[0])
		log_printf(&p->log, LOG_LEVEL_INFO, "One of several: its run directory is %s",
			   run_dir);
	note_limits(p);
	has_orphan = handover_take(&p->rundir, &p->log, &p->handover) == 1;
	e = listen_for_roles(p);
	if (e)
		return e;
	if (has_orphan)
		return take_over(p, loop_clock());
	succession_open(p);
	reload_begin(p, loop_clock());
	return 0;
}

void parent_close(struct parent *p)
{
	load_abandon(&p->load);
	notify_fini(&p->notify);
	succession_close(p);
	tables_close(&p->current);
	tables_close(&p->next);
	rundir_close(&p->rundir);
	loop_close(&p->loop);
	log_close(&p->log);
}

struct mono parent_deadline(const struct parent *p)
{
	struct mono at = mono_earlier(load_deadline(&p->load), notify_deadline(&p->notify));

	at = mono_earlier(at, supervise_deadline(&p->supervisor));
	at = mono_earlier(at, ready_deadline(&p->ready));
	return mono_earlier(at, p->stop_at);
}

void parent_expire(struct parent *p, struct mono now)
{
	load_expire(&p->load, now);
	notify_expire(&p->notify, now);
	supervise_expire(&p->supervisor, now);
	ready_expire(&p->ready, now);
	stop_advance(p, now);
}
