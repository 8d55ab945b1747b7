/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The oracle: what must hold after every step, whatever happened before. Its bounds come from the
 * protocol (docs/simulator.md has them one by one) and count from the last fault: until then
 * everything may still be under way. With loss on the LANs they do not hold and it is not asked.
 *
 * A host is *able* when it is switched on, awake and plugged in and its daemon runs. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>

/* An address that its core wants, or not any more: a turn and a repair that has to wait for its
 * distance to the one before. */
#define ADDRESS_US 500000
/* A frame's way and a turn, many times over. */
#define SLACK_US 100000

__attribute__((format(printf, 2, 3))) static void violated(struct sim *s, const char *format, ...)
{
	struct sim_oracle *o = &s->oracle;
	va_list arguments;
	int length;

	if (o->violation[0])
		return;
	length = snprintf(o->violation, sizeof(o->violation), "at %.6f: ", (double)s->now_us / 1e6);
	va_start(arguments, format);
	vsnprintf(o->violation + length, sizeof(o->violation) - (size_t)length, format, arguments);
	va_end(arguments);
}

static bool is_able(const struct sim_host *h, uint32_t link)
{
	return sim_host_is_awake(h) && sim_link_passes(h, link);
}

/* The instance of the host that has this VIP, or NULL. */
static const struct image_instance *instance_of(const struct sim_host *h, const struct sim_vip *v)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];

		for (uint32_t a = 0; a < instance->address_count; a++) {
			const struct image_address *address =
				&image_addresses(h->image)[instance->address_first + a];

			if (!instance->broken_reason && h->links[address->link].lan == v->lan &&
			    addr_equal(&address->prefix.addr, &v->prefix.addr))
				return instance;
		}
	}
	return NULL;
}

/* RFC 3768 6.1: the longest that anybody waits for a silent master. */
static int64_t master_down_us(const struct image_instance *i)
{
	return i->down_adverts * i->advert_interval_us + SIM_SECOND;
}

struct able {
	uint32_t hosts; /* able ones that have the VIP: a bit for each */
	uint32_t best; /* … with the highest priority among them */
	uint8_t priority; /* which is this */
	bool preempts; /* all of them do, and at once */
	int64_t interval_us, down_us; /* the longest */
};

static struct able able_of(const struct sim *s, const struct sim_vip *v)
{
	const struct sim_lan *lan = &s->lans[v->lan];
	struct able able = { .preempts = true };

	for (uint32_t p = 0; p < lan->port_count; p++) {
		const struct sim_host *h = &s->hosts[lan->ports[p].host];
		const struct image_instance *i = instance_of(h, v);

		if (!i || !is_able(h, lan->ports[p].link))
			continue;
		able.hosts |= 1u << h->number;
		able.preempts &= (i->flags & IMAGE_PREEMPT) && !i->preempt_delay_us;
		if (i->priority > able.priority)
			able.best = 0;
		if (i->priority >= able.priority) {
			able.best |= 1u << h->number;
			able.priority = i->priority;
		}
		if (i->advert_interval_us > able.interval_us)
			able.interval_us = i->advert_interval_us;
		if (master_down_us(i) > able.down_us)
			able.down_us = master_down_us(i);
	}
	return able;
}

/* How long this has lasted, since the last fault at most; 0: it does not. */
static int64_t lasts_us(const struct sim *s, bool is_so, int64_t *since_us)
{
	if (!is_so)
		*since_us = s->now_us;
	return s->now_us - (*since_us > s->oracle.fault_us ? *since_us : s->oracle.fault_us);
}

static void vip_judge(struct sim *s, struct sim_vip *v)
{
	struct able able = able_of(s, v);
	uint32_t both = v->reached & able.hosts;
	bool is_best = v->reached & able.best;
	int64_t down_us = able.down_us + able.interval_us + SLACK_US;
	char text[ADDR_TEXT_SIZE];

	addr_print(&v->prefix.addr, text, sizeof(text));
	if (lasts_us(s, sim_are_several(both), &v->double_us) > able.interval_us + SLACK_US)
		violated(s, "two able hosts hold %s (hosts %#x)", text, both);
	if (lasts_us(s, able.hosts && !both, &v->unheld_us) > down_us)
		violated(s, "nobody holds %s, and hosts %#x could", text, able.hosts);
	if (lasts_us(s, able.hosts && !v->is_served, &v->unserved_us) > down_us + SIM_NEIGHBOUR_US)
		violated(s, "nobody serves %s, and hosts %#x could", text, able.hosts);
	if (able.preempts && lasts_us(s, able.hosts && !is_best, &v->wrong_us) > 2 * down_us)
		violated(s, "%s is not at the host of the highest priority (%#x, not %#x)", text,
			 v->reached, able.best);
}

static bool is_as_wanted(const struct sim_host *h)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];
		struct status_row row;

		if (instance->broken_reason)
			continue;
		node_row(h->node, i, 0, &row);
		for (uint32_t a = 0; a < instance->address_count; a++) {
			const struct image_address *address =
				&image_addresses(h->image)[instance->address_first + a];

			if (sim_address_held(h, address->link, &address->prefix.addr) !=
			    (row.state == VRRP_STATE_MASTER))
				return false;
		}
	}
	return true;
}

static void host_judge(struct sim *s, struct sim_host *h)
{
	bool is_awake = sim_host_is_awake(h);
	bool is_wrong = is_awake && !is_as_wanted(h);

	if (lasts_us(s, is_wrong, &h->wrong_us) > ADDRESS_US)
		violated(s, "host %s has not the addresses that its core wants", h->name);
	if (is_awake && !h->has_work && mono_since(node_deadline(h->node), sim_host_now(h)) > 0)
		violated(s, "a timer of host %s lies in the past after its turn", h->name);
	if (h->packet_count > SIM_SOCKET_PACKETS)
		violated(s, "the queue of host %s has no end", h->name);
}

void sim_oracle_look(struct sim *s)
{
	for (uint32_t i = 0; i < s->host_count; i++)
		host_judge(s, &s->hosts[i]);
	for (uint32_t i = 0; i < s->vip_count; i++)
		vip_judge(s, &s->vips[i]);
}

void sim_oracle_fault(struct sim *s)
{
	s->oracle.fault_us = s->now_us;
}

void sim_watch(struct sim *s)
{
	s->oracle.is_on = true;
}

const char *sim_violation(const struct sim *s)
{
	return s->oracle.violation[0] ? s->oracle.violation : NULL;
}
