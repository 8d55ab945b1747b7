/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports of the switches: what they let pass. A slow port (spanning tree that listens and learns
 * first) passes nothing until some time after its link came up, which the host sees at once. When
 * that time is over is an event of its own, because nothing else may happen then. */
#include "sim/sim_private.h"

bool sim_link_is_on_wire(const struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];

	return h->is_powered && l->ifindex && l->has_carrier;
}

static bool is_closed(const struct sim_host *h, const struct sim_link *l)
{
	return l->opens_us > h->sim->now_us;
}

bool sim_port_takes(const struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];

	return sim_link_is_on_wire(h, link) && !is_closed(h, l) && !l->is_mute;
}

bool sim_port_gives(const struct sim_host *h, uint32_t link, bool is_multicast)
{
	const struct sim_link *l = &h->links[link];

	return sim_link_is_on_wire(h, link) && !is_closed(h, l) && !l->is_deaf &&
	       !(is_multicast && (l->is_unsnooped || l->lacks_groups));
}

bool sim_link_passes(const struct sim_host *h, uint32_t link)
{
	return sim_port_takes(h, link) && sim_port_gives(h, link, false);
}

void sim_port_slow(struct sim_host *h, uint32_t link, int64_t slow_us)
{
	h->links[link].slow_us = slow_us;
	if (!slow_us)
		h->links[link].opens_us = 0;
}

void sim_ports_look(struct sim_host *h)
{
	for (uint32_t link = 0; link < h->link_count; link++) {
		struct sim_link *l = &h->links[link];
		struct sim_event e = { .kind = SIM_EVENT_PORT, .host = h->number, .index = link };
		bool was_on_wire = l->was_on_wire;

		l->was_on_wire = sim_link_is_on_wire(h, link);
		if (was_on_wire && !l->was_on_wire)
			sim_macs_forget(h->sim, l->lan, l->place);
		if (was_on_wire || !l->was_on_wire || !l->slow_us)
			continue;
		e.at_us = l->opens_us = h->sim->now_us + l->slow_us;
		sim_queue_add(&h->sim->queue, &e, NULL, 0);
	}
}

void sim_port_open(struct sim_host *h, uint32_t link)
{
	struct sim_link *l = &h->links[link];

	/* Of a link that came up again meanwhile, or does not wait any more. */
	if (l->opens_us != h->sim->now_us)
		return;
	sim_vips_look(h->sim);
	sim_oracle_fault(h->sim);
}
