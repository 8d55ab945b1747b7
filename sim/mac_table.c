/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MAC tables of the switches: at which place a MAC was last seen to send. What is sent to it
 * goes there and nowhere else, even if it has moved on; to one that was not seen it goes to all.
 * An entry goes with its port's link, or when nothing came from the MAC for too long. Frames get
 * lost behind the switch: it learns from all that its ports take. */
#include "sim/sim_private.h"

#include <string.h>

/* IEEE 802.1D 7.9.2: the recommended ageing time. */
#define AGE_US (300 * SIM_SECOND)

static struct sim_mac *mac_find(struct sim_lan *lan, const uint8_t mac[MAC_SIZE])
{
	/* One host sends many frames in a row. */
	for (size_t n = 0; n < lan->mac_count; n++) {
		size_t i = (lan->mac_last + n) % lan->mac_count;

		if (memcmp(lan->macs[i].mac, mac, MAC_SIZE) != 0)
			continue;
		lan->mac_last = i;
		return &lan->macs[i];
	}
	return NULL;
}

static bool is_fresh(const struct sim *s, const struct sim_mac *m)
{
	return m && s->now_us - m->seen_us < AGE_US;
}

void sim_mac_learn(struct sim *s, uint32_t lan, const uint8_t mac[MAC_SIZE], uint32_t place)
{
	struct sim_lan *l = &s->lans[lan];
	struct sim_mac *m = mac_find(l, mac);
	bool is_news = !is_fresh(s, m) || m->place != place;

	if (!m) {
		l->macs = sim_grow(l->macs, sizeof(*m), l->mac_count, &l->mac_room);
		m = &l->macs[l->mac_count++];
		memcpy(m->mac, mac, MAC_SIZE);
	}
	m->place = place;
	m->seen_us = s->now_us;
	/* What was lost for it arrives again. */
	if (is_news)
		sim_vips_look(s);
}

bool sim_mac_leads(struct sim *s, uint32_t lan, const uint8_t mac[MAC_SIZE], uint32_t place)
{
	const struct sim_mac *m = mac_find(&s->lans[lan], mac);

	return !is_fresh(s, m) || m->place == place;
}

void sim_macs_forget(struct sim *s, uint32_t lan, uint32_t place)
{
	struct sim_lan *l = &s->lans[lan];

	for (size_t i = l->mac_count; i-- > 0;)
		if (l->macs[i].place == place)
			l->macs[i] = l->macs[--l->mac_count];
}

void sim_link_move(struct sim_host *h, uint32_t link)
{
	struct sim *s = h->sim;
	struct sim_link *l = &h->links[link];
	struct sim_event e = { .kind = SIM_EVENT_AGED, .at_us = s->now_us + AGE_US };

	/* Behind those that have no host any more. */
	l->place = SIM_HOSTS + s->lans[l->lan].moves++;
	l->moved_us = s->now_us;
	sim_queue_add(&s->queue, &e, NULL, 0);
}
