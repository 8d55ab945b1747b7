/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults: what each does to the world. One function for a fault and what undoes it. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <string.h>

/* CLOCK_REALTIME is set forward or back by this. */
#define STEP_US (3600 * SIM_SECOND)
/* Adverts of a flood: several turns' worth. */
#define FLOOD 200
/* A new interface's number is so much higher. */
#define OTHERS 16

/* -- lives -- */

static void power(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_power(h, f->kind == SIM_FAULT_POWER_ON);
}

static void stop(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_stop(h);
}

static void start(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_start(h, false);
}

/* vipd-vrrp is dead; its parent sees that and starts the next one. */
static void kill_role(struct sim_host *h, const struct sim_fault *f)
{
	struct sim_event e = { .kind = SIM_EVENT_START, .host = h->number, .index = h->life,
			       .at_us = h->sim->now_us + SIM_RESTART_US };

	if (!sim_host_runs(h))
		return;
	e.at_us += f->variant * INT64_C(1000);
	sim_host_kill(h);
	h->is_restarting = true;
	sim_queue_add(&h->sim->queue, &e, NULL, 0);
}

static void kill_all(struct sim_host *h, const struct sim_fault *f)
{
	h->life++;
	h->is_restarting = false;
	sim_host_kill(h);
}

static void reload(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_reload(h, f->variant);
}

static void migrate(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_migrate(h);
}

static void take_over(struct sim_host *h, const struct sim_fault *f)
{
	sim_host_take_over(h);
}

/* -- the processor and the clocks -- */

static void hang(struct sim_host *h, const struct sim_fault *f)
{
	h->stood_us = h->sim->now_us;
	h->is_hung = sim_host_runs(h) && f->kind == SIM_FAULT_HANG;
}

static void freeze(struct sim_host *h, const struct sim_fault *f)
{
	h->stood_us = h->sim->now_us;
	h->is_frozen = f->kind == SIM_FAULT_FREEZE;
}

static void pause_machine(struct sim_host *h, const struct sim_fault *f)
{
	h->stood_us = h->sim->now_us;
	sim_host_pause(h, f->kind == SIM_FAULT_PAUSE);
}

static void slow(struct sim_host *h, const struct sim_fault *f)
{
	h->stood_us = h->sim->now_us;
	h->is_slow = f->kind == SIM_FAULT_SLOW;
	h->late_us = 0;
}

static void slow_kernel(struct sim_host *h, const struct sim_fault *f)
{
	sim_kernel_slow(h, f->kind == SIM_FAULT_SLOW_KERNEL);
}

static void filter(struct sim_host *h, const struct sim_fault *f)
{
	h->filters = f->kind == SIM_FAULT_FILTER;
}

/* Who signed nothing, nor took anything that is signed, knows no time but the wall clock's. */
static bool keeps_time(const struct sim_host *h)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++)
		if (image_instances(h->image)[i].hmac &&
		    (!h->expects || !h->expects[i].seal.realtime_us))
			return false;
	return true;
}

static void step(struct sim_host *h, const struct sim_fault *f)
{
	h->realtime_us += sim_draw(h->sim, 2) ? STEP_US : -STEP_US;
	h->sim->have_clocks_stepped = true;
	h->sim->are_clocks_moved |= !keeps_time(h);
}

/* -- interfaces, cables and the switch's ports: one, or all -- */

static bool is_meant(const struct sim_fault *f, const struct sim_link *l)
{
	return !f->link[0] || strcmp(l->name, f->link) == 0;
}

static void slow_port(struct sim_host *h, const struct sim_fault *f)
{
	int64_t slow_us = f->variant ? f->variant * INT64_C(1000) : SIM_PORT_OPENS_MS * 1000;

	for (uint32_t l = 0; l < h->link_count; l++)
		if (is_meant(f, &h->links[l]) && !h->links[l].is_routed)
			sim_port_slow(h, l, f->kind == SIM_FAULT_SLOW_PORT ? slow_us : 0);
}

static void cable(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_carrier(h, link, kind == SIM_FAULT_CABLE_UP);
}

static void plug(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	/* Other interfaces come and go, too: as many as a small table has buckets. */
	if (kind == SIM_FAULT_PLUG && sim_draw(h->sim, 4) == 0)
		h->ifindex_last += OTHERS - 1;
	sim_plug(h, link, kind == SIM_FAULT_PLUG);
}

static void address(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_own_address(h, link, kind == SIM_FAULT_ADDRESS_ON);
}

static void second(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_second_address(h, link, kind == SIM_FAULT_SECOND_ON);
}

static void rename_link(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_rename(h, link, kind == SIM_FAULT_RENAME);
}

static void port(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	struct sim_link *l = &h->links[link];
	bool joins = kind == SIM_FAULT_JOIN;

	l->is_deaf = !joins && (l->is_deaf || kind == SIM_FAULT_CUT || kind == SIM_FAULT_DEAF);
	l->is_mute = !joins && (l->is_mute || kind == SIM_FAULT_CUT || kind == SIM_FAULT_MUTE);
	l->is_unsnooped = !joins && (l->is_unsnooped || kind == SIM_FAULT_UNSNOOP);
}

static void move(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_link_move(h, link);
}

static void noise(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	struct sim_link *l = &h->links[link];
	bool cleans = kind == SIM_FAULT_CLEAN;

	l->is_lossy = !cleans && (l->is_lossy || kind == SIM_FAULT_LOSSY);
	l->is_twice = !cleans && (l->is_twice || kind == SIM_FAULT_TWICE);
	l->is_late = !cleans && (l->is_late || kind == SIM_FAULT_LATE);
	l->is_corrupt = !cleans && (l->is_corrupt || kind == SIM_FAULT_CORRUPT);
}

static void narrow(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	sim_narrow(h, link);
}

/* -- the kernel, and strangers -- */

static void overrun(struct sim_host *h, const struct sim_fault *f)
{
	sim_news_overrun(h, f->kind == SIM_FAULT_OVERRUN);
}

static void refuse(struct sim_host *h, const struct sim_fault *f)
{
	h->refuses = f->kind == SIM_FAULT_REFUSE;
}

static void steal(struct sim_host *h, const struct sim_fault *f)
{
	sim_addresses_steal(h);
}

static void plant(struct sim_host *h, const struct sim_fault *f)
{
	sim_addresses_plant(h);
}

static void flood(struct sim_host *h, const struct sim_fault *f)
{
	for (uint32_t k = 0; k < FLOOD; k++)
		sim_forge(h, sim_forgery(k));
}

static void forge(struct sim_host *h, const struct sim_fault *f)
{
	sim_forge(h, (enum vrrp_drop)f->variant);
}

static void replay(struct sim_host *h, const struct sim_fault *f)
{
	sim_replay(h);
}

/* Of each kind one of the two. */
static void (*const host_effects[SIM_FAULT_N_])(struct sim_host *h, const struct sim_fault *f) = {
	[SIM_FAULT_POWER_OFF] = power, [SIM_FAULT_POWER_ON] = power,
	[SIM_FAULT_STOP] = stop, [SIM_FAULT_START] = start,
	[SIM_FAULT_KILL] = kill_role, [SIM_FAULT_KILL_ALL] = kill_all,
	[SIM_FAULT_HANG] = hang, [SIM_FAULT_WAKE] = hang,
	[SIM_FAULT_FREEZE] = freeze, [SIM_FAULT_THAW] = freeze,
	[SIM_FAULT_PAUSE] = pause_machine, [SIM_FAULT_RESUME] = pause_machine,
	[SIM_FAULT_SLOW] = slow, [SIM_FAULT_QUICK] = slow,
	[SIM_FAULT_SLOW_KERNEL] = slow_kernel, [SIM_FAULT_QUICK_KERNEL] = slow_kernel,
	[SIM_FAULT_STEP] = step, [SIM_FAULT_OVERRUN] = overrun,
	[SIM_FAULT_HEARD] = overrun, [SIM_FAULT_REFUSE] = refuse,
	[SIM_FAULT_GRANT] = refuse, [SIM_FAULT_FILTER] = filter,
	[SIM_FAULT_UNFILTER] = filter, [SIM_FAULT_STEAL] = steal,
	[SIM_FAULT_PLANT] = plant, [SIM_FAULT_FLOOD] = flood,
	[SIM_FAULT_FORGE] = forge, [SIM_FAULT_REPLAY] = replay,
	[SIM_FAULT_RELOAD] = reload, [SIM_FAULT_MIGRATE] = migrate,
	[SIM_FAULT_TAKE_OVER] = take_over,
	[SIM_FAULT_SLOW_PORT] = slow_port, [SIM_FAULT_FAST_PORT] = slow_port,
};
static void (*const link_effects[SIM_FAULT_N_])(struct sim_host *h, uint32_t link,
						enum sim_fault_kind kind) = {
	[SIM_FAULT_CABLE_DOWN] = cable, [SIM_FAULT_CABLE_UP] = cable,
	[SIM_FAULT_CUT] = port, [SIM_FAULT_DEAF] = port,
	[SIM_FAULT_MUTE] = port, [SIM_FAULT_UNSNOOP] = port,
	[SIM_FAULT_JOIN] = port, [SIM_FAULT_MOVE] = move,
	[SIM_FAULT_LOSSY] = noise,
	[SIM_FAULT_TWICE] = noise, [SIM_FAULT_LATE] = noise,
	[SIM_FAULT_CORRUPT] = noise, [SIM_FAULT_CLEAN] = noise,
	[SIM_FAULT_UNPLUG] = plug, [SIM_FAULT_PLUG] = plug,
	[SIM_FAULT_ADDRESS_OFF] = address, [SIM_FAULT_ADDRESS_ON] = address,
	[SIM_FAULT_SECOND_ON] = second, [SIM_FAULT_SECOND_OFF] = second,
	[SIM_FAULT_NARROW] = narrow,
	[SIM_FAULT_RENAME] = rename_link, [SIM_FAULT_RENAME_BACK] = rename_link,
};

/* The way through any interface is no interface: it can be cut, and its switch may do this and that
 * to it. A VRF is one, that has no addresses itself. */
static enum sim_fault_kind routed_kind(const struct sim_link *l, enum sim_fault_kind kind)
{
	if (kind == SIM_FAULT_NARROW)
		return SIM_FAULT_N_;
	if (l->is_vrf)
		return kind;
	switch ((int)kind) {
	case SIM_FAULT_CABLE_DOWN:
		return SIM_FAULT_CUT;
	case SIM_FAULT_CABLE_UP:
		return SIM_FAULT_JOIN;
	case SIM_FAULT_UNPLUG:
	case SIM_FAULT_PLUG:
	case SIM_FAULT_RENAME:
	case SIM_FAULT_RENAME_BACK:
		return SIM_FAULT_N_;
	}
	return kind;
}

static void link_effect_have(struct sim_host *h, uint32_t link, enum sim_fault_kind kind)
{
	if (h->links[link].is_routed)
		kind = routed_kind(&h->links[link], kind);
	if (kind != SIM_FAULT_N_)
		link_effects[kind](h, link, kind);
}

static void effect_have(struct sim_host *h, const struct sim_fault *f)
{
	if (host_effects[f->kind])
		host_effects[f->kind](h, f);
	for (uint32_t l = 0; l < h->link_count && link_effects[f->kind]; l++)
		if (is_meant(f, &h->links[l]))
			link_effect_have(h, l, f->kind);
}

/* What a fault leaves behind: where nothing is another, it had no effect (a host that runs is
 * switched on). */
struct traces {
	bool runs, flags[10];
	uint32_t life, variant, next_variant, news, links;
	enum sim_change change;
	size_t addresses, packets, events;
	int64_t realtime_us;
};

static uint32_t link_traces(const struct sim_link *l)
{
	const bool flags[] = { l->ifindex, l->has_own, l->is_renamed, l->has_second,
			       l->has_carrier, l->is_open,
			       l->is_deaf, l->is_mute, l->is_unsnooped, l->is_lossy,
			       l->is_twice, l->is_late, l->is_corrupt, l->slow_us,
			       l->lacks_groups };
	uint32_t bits = 0;

	for (size_t k = 0; k < sizeof(flags); k++)
		bits |= (uint32_t)flags[k] << k;
	return bits;
}

static void traces_look(const struct sim_host *h, struct traces *t)
{
	memset(t, 0, sizeof(*t));
	t->runs = sim_host_runs(h);
	t->flags[0] = h->is_powered;
	t->flags[1] = h->is_frozen;
	t->flags[2] = h->is_paused;
	t->flags[3] = h->is_hung;
	t->flags[4] = h->is_slow;
	t->flags[5] = h->is_stopping;
	t->flags[6] = h->loses_news;
	t->flags[7] = h->refuses;
	t->flags[8] = h->is_kernel_slow;
	t->flags[9] = h->filters;
	t->life = h->life;
	t->variant = h->variant;
	t->change = h->change;
	t->next_variant = h->next_variant;
	t->news = h->news_count;
	t->addresses = h->address_count;
	t->packets = h->packet_count;
	t->events = h->sim->queue.count;
	t->realtime_us = h->realtime_us;
	for (uint32_t l = 0; l < h->link_count; l++)
		t->links = 31 * t->links + link_traces(&h->links[l]) + h->links[l].place;
}

bool sim_fault_suits(const struct sim_host *h, enum sim_fault_kind kind)
{
	if (!h->is_foreign)
		return kind != SIM_FAULT_MIGRATE && kind != SIM_FAULT_TAKE_OVER;
	if (kind == SIM_FAULT_STEAL || kind == SIM_FAULT_TAKE_OVER)
		return h->peer_kind != PEER_STANDARD;
	/* What these do with it was not recorded. */
	return host_effects[kind] != reload && host_effects[kind] != overrun &&
	       host_effects[kind] != refuse && host_effects[kind] != plant &&
	       link_effects[kind] != second && link_effects[kind] != rename_link &&
	       link_effects[kind] != narrow;
}

void sim_fault_apply(struct sim *s, const struct sim_fault *fault)
{
	struct sim_host *h = &s->hosts[fault->host];
	struct sim_record *r = sim_record_add(s, SIM_RECORD_FAULT);
	size_t record = s->record_count - 1; /* more come, and they may move */
	struct traces before, after;

	check(fault->kind < SIM_FAULT_N_);
	traces_look(h, &before);
	r->host = fault->host;
	r->fault = fault->kind;
	memcpy(r->link, fault->link, sizeof(r->link));
	if (sim_fault_suits(h, fault->kind))
		effect_have(h, fault);
	sim_ports_look(h);
	traces_look(h, &after);
	s->records[record].is_effective = memcmp(&before, &after, sizeof(before)) != 0;
	sim_vips_look(s);
	sim_oracle_fault(s);
}
