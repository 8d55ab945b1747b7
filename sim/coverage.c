/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the watched routers met, counted. */
#include "sim/expect_private.h"

static const char *const states[SIM_STATE_N_] = {
	[SIM_STATE_INIT] = "INIT",	 [SIM_STATE_BACKUP] = "BACKUP",
	[SIM_STATE_MASTER] = "MASTER",	 [SIM_STATE_LEAVING] = "MASTER, leaving",
	[SIM_STATE_FAULT] = "FAULT",
};

static const char *const mets[SIM_MET_N_] = {
	[SIM_MET_STARTUP] = "startup",	     [SIM_MET_ADOPT] = "adopt",
	[SIM_MET_SHUTDOWN] = "shutdown",     [SIM_MET_FAULT] = "fault",
	[SIM_MET_TIMER] = "timer",	     [SIM_MET_ZERO] = "advert 0",
	[SIM_MET_LOWER] = "advert lower",    [SIM_MET_EQUAL] = "advert equal",
	[SIM_MET_HIGHER] = "advert higher",  [SIM_MET_REJECTED] = "rejected",
	[SIM_MET_CONFIG] = "configuration",  [SIM_MET_FRAME] = "frame",
};

const char *sim_state_name(enum sim_state state)
{
	return states[state];
}

const char *sim_met_name(enum sim_met met)
{
	return mets[met];
}

const struct sim_coverage *sim_coverage(const struct sim *s)
{
	return &s->coverage;
}

static enum sim_state state_of(const struct sim_expect *e)
{
	static const enum sim_state of[VRRP_STATE_N_] = {
		[VRRP_STATE_INIT] = SIM_STATE_INIT,
		[VRRP_STATE_BACKUP] = SIM_STATE_BACKUP,
		[VRRP_STATE_MASTER] = SIM_STATE_MASTER,
		[VRRP_STATE_FAULT] = SIM_STATE_FAULT,
	};

	return e->is_leaving ? SIM_STATE_LEAVING : of[e->state];
}

void expect_met(struct sim_host *h, uint32_t i, enum sim_met met)
{
	h->sim->coverage.cells[state_of(&h->expects[i])][met]++;
}
