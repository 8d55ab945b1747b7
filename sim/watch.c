/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first frame that a host sees on a link since that came up: of another host, or a broadcast of
 * a client (unless the clients are quiet). These are many, and one is like another: they come at
 * fixed times, and only where somebody waits for one. */
#include "sim/sim_private.h"

#include <string.h>

/* Between two broadcasts, where the port is open; and between two looks whether it is. */
#define CHATTER_US SIM_PROBE_US
#define CLOSED_US (10 * CHATTER_US)

void sim_quiet_set(struct sim *s, bool is_quiet)
{
	s->is_quiet = is_quiet;
}

bool sim_is_quiet(const struct sim *s)
{
	return s->is_quiet;
}

static void chatter_later(struct sim_host *h, uint32_t link)
{
	struct sim *s = h->sim;
	int64_t gap_us = sim_port_gives(h, link, true) ? CHATTER_US : CLOSED_US;
	struct sim_event e = { .kind = SIM_EVENT_CHATTER,
			       .host = h->number,
			       .index = link,
			       .at_us = (s->now_us / gap_us + 1) * gap_us };

	sim_queue_add(&s->queue, &e, NULL, 0);
}

void sim_watch_begin(struct sim_host *h, uint32_t link)
{
	struct sim_link *l = &h->links[link];

	l->has_frame = l->watch_due = false;
	if (!l->is_watched && !h->sim->is_quiet)
		chatter_later(h, link);
	l->is_watched = true;
}

void sim_watches_end(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->link_count; l++) {
		h->links[l].is_watched = h->links[l].has_frame = h->links[l].told_up = false;
		h->links[l].asked = (struct addr){ .family = ADDR_NONE };
	}
}

void sim_watch_frame(struct sim_host *h, uint32_t link)
{
	struct sim_link *l = &h->links[link];

	if (!l->is_watched || l->has_frame)
		return;
	l->has_frame = true;
	sim_host_work(h);
}

void sim_watch_chatter(struct sim_host *h, uint32_t link)
{
	if (!h->links[link].is_watched)
		return;
	if (sim_port_gives(h, link, true))
		sim_watch_frame(h, link);
	else
		chatter_later(h, link);
}

void sim_watches_read(struct sim_host *h)
{
	for (uint32_t link = 0; link < h->link_count; link++) {
		struct sim_link *l = &h->links[link];

		if (!l->has_frame)
			continue;
		l->is_watched = l->has_frame = false;
		if (l->node_link == NODE_NONE)
			continue;
		node_frame(h->node, l->node_link, sim_host_now(h));
		sim_expect_frame(h, link);
	}
}

/* Who is not of this world has a MAC by its address. */
void sim_stranger_mac(const struct addr *addr, uint8_t mac[MAC_SIZE])
{
	mac[0] = 2;
	memcpy(mac + 1, addr->bytes + addr_size(addr) - 4, 4);
	mac[5] = addr->family;
}

void sim_asked_answer(struct sim_host *h)
{
	for (uint32_t link = 0; link < h->link_count; link++) {
		struct sim_link *l = &h->links[link];
		struct addr addr = l->asked;
		uint8_t mac[MAC_SIZE];

		l->asked.family = ADDR_NONE;
		if (addr.family == ADDR_NONE || l->node_link == NODE_NONE)
			continue;
		sim_stranger_mac(&addr, mac);
		node_identified(h->node, l->node_link, &addr, mac, sim_host_now(h));
		sim_expect_identified(h, link, &addr);
	}
}

void sim_watch_told(const struct sim_host *h, struct sim_link *l, bool is_up)
{
	if (is_up && !l->told_up) {
		l->is_heard = l->is_proven = false;
		l->watch_due = !l->is_routed;
		l->came_up_us = sim_host_now(h).us;
	}
	l->told_up = is_up;
}

void sim_routed_begin(struct sim_host *h)
{
	for (uint32_t k = 0; k < h->link_count; k++) {
		struct sim_link *l = &h->links[k];

		if (sim_link_is_told(l) || l->node_link == NODE_NONE || l->told_up)
			continue;
		sim_watch_told(h, l, true);
		l->is_met = true;
	}
}

void sim_watches_changed(struct sim_host *h)
{
	for (uint32_t k = 0; k < h->link_count; k++) {
		struct sim_link *l = &h->links[k];

		l->watch_due = l->told_up && !l->is_heard && !l->is_routed;
		l->is_watched &= !l->watch_due;
	}
}
