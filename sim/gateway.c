/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A router between a LAN and its clients: its neighbour table, and not theirs, decides where what
 * they ask for goes. It forwards and waits for no answers, so it doubts nothing that it believes:
 * an entry lives for its time, and then it asks again. Until then only ARP changes it, if there is
 * one: the announcement of whoever took the address over, which must have reached it. */
#include "sim/sim_private.h"

void sim_gateway_set(struct sim *s, int64_t age_us)
{
	s->gateway_us = age_us;
}

int64_t sim_gateway(const struct sim *s)
{
	return s->gateway_us;
}

/* What the entry is good for, from its last change on. */
static void age_later(struct sim *s, const struct sim_vip *v)
{
	struct sim_event e = { .kind = SIM_EVENT_DOUBT, .at_us = v->learned_us + s->gateway_us,
			       .index = (uint32_t)(v - s->vips) };

	sim_queue_add(&s->queue, &e, NULL, 0);
}

void sim_gateway_learned(struct sim *s, struct sim_vip *v)
{
	v->learned_us = s->now_us;
	if (!s->gateway_us || v->is_ageing)
		return;
	v->is_ageing = true;
	age_later(s, v);
}

void sim_gateway_age(struct sim *s, struct sim_vip *v)
{
	if (s->now_us < v->learned_us + s->gateway_us) {
		age_later(s, v);
		return;
	}
	v->is_known = v->is_ageing = false;
	sim_vip_look(s, v);
}

int64_t sim_neighbour_us(const struct sim *s)
{
	return s->gateway_us ? s->gateway_us : SIM_NEIGHBOUR_US;
}
