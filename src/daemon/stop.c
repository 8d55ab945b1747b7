/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The orderly end: vipd-vrrp says farewell and removes its addresses, then the notify_stop scripts
 * run, then the files go. Every stage has an end of patience; none waits for anything that does not
 * have to be waited for. A vipd-vrrp that dies before its farewell is over is started once more:
 * its addresses must not stay. */

#include "daemon/parent.h"

/* vipd-vrrp needs 40 ms for its farewell and about a second for ten thousand addresses. */
#define VRRP_PATIENCE_US (5 * 1000000)
/* keepalived's, for its scripts. */
#define SCRIPTS_PATIENCE_US (1 * 1000000)

static void finish(struct parent *p)
{
	unsigned left = notify_is_idle(&p->notify) ? 0 : notify_hurry(&p->notify, p->loop.now);

	if (left > 0)
		log_printf(&p->log, LOG_LEVEL_WARNING, "%u notify_stop scripts were not run", left);
	log_printf(&p->log, LOG_LEVEL_INFO, "Stopped");
	p->stop = PARENT_STOPPED;
}

static void run_scripts(struct parent *p, struct mono now)
{
	supervise_release(&p->supervisor, ROLE_KIND_VRRP);
	supervise_release(&p->supervisor, ROLE_KIND_CTL);
	p->stop = PARENT_STOPS_SCRIPTS;
	p->stop_at = mono_add(now, SCRIPTS_PATIENCE_US);
	notify_stop(&p->notify, now);
	stop_advance(p, now);
}

void stop_begin(struct parent *p, struct mono now)
{
	struct role_message m = role_message(ROLE_STOP);

	if (p->stop != PARENT_RUNS)
		return;
	log_printf(&p->log, LOG_LEVEL_INFO, "Stopping");
	ready_stopping();
	load_abandon(&p->load);
	p->stop = PARENT_STOPS_VRRP;
	p->stop_at = mono_add(now, VRRP_PATIENCE_US);
	if (!p->supervisor.roles[ROLE_KIND_VRRP].is_wanted)
		run_scripts(p, now);
	else
		(void)supervise_send(&p->supervisor, ROLE_KIND_VRRP, &m, NULL, 0);
}

void stop_vrrp_ended(struct parent *p, struct mono now)
{
	if (p->stop == PARENT_STOPS_VRRP && p->vrrp_stopped)
		run_scripts(p, now);
}

void stop_advance(struct parent *p, struct mono now)
{
	if (p->stop == PARENT_STOPS_VRRP && mono_reached(p->stop_at, now)) {
		log_printf(&p->log, LOG_LEVEL_ERROR,
			   "vipd-vrrp does not end: addresses may be left on this host");
		p->supervisor.roles[ROLE_KIND_VRRP].is_wanted = false;
		supervise_kill(&p->supervisor, ROLE_KIND_VRRP);
		run_scripts(p, now);
	} else if (p->stop == PARENT_STOPS_SCRIPTS &&
		   (notify_is_idle(&p->notify) || mono_reached(p->stop_at, now))) {
		finish(p);
	}
}
