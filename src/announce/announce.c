/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cadence of gratuitous ARP. One round when the addresses come into service; a second one later
 * for hosts and switches that were not listening yet (a port still learning drops the first); a
 * round when a rival was heard, because its announcements may have been believed. Nothing is
 * repeated for ever: a VIP that is in use refreshes its own entries. Coming into service is never
 * held back, and neither is the first rival after it: equals whose master died take over at one
 * moment, and clients may have heard the loser last. A rival's flood is. */
#include "announce/announce.h"

void announce_init(struct announce *a, const struct announce_config *config)
{
	*a = (struct announce){
		.config = *config,
		.later_at = MONO_NEVER,
		.last_at = MONO_NEVER,
	};
}

/* One round, and the second one after it: where one is waiting already, it is not put off. */
static uint8_t begin_round(struct announce *a, struct mono now)
{
	a->is_owed = false;
	if (a->config.delay_us > 0 && a->config.repeat_later > 0)
		a->later_at = mono_earlier(a->later_at, mono_add(now, a->config.delay_us));
	return a->config.repeat;
}

uint8_t announce_begin(struct announce *a, struct mono now)
{
	a->later_at = MONO_NEVER;
	return begin_round(a, now);
}

static uint8_t answer_rival(struct announce *a, struct mono now)
{
	a->is_second = a->has_begun && mono_since(a->last_at, now) < ANNOUNCE_GAP_US;
	a->last_at = now;
	a->has_begun = true;
	return begin_round(a, now);
}

uint8_t announce_again(struct announce *a, struct mono now)
{
	int64_t gap_us = a->is_second ? ANNOUNCE_GAP_US : ANNOUNCE_SOON_US;

	if (!a->has_begun || mono_since(a->last_at, now) >= gap_us)
		return answer_rival(a, now);
	a->later_at = mono_earlier(a->later_at, mono_add(a->last_at, gap_us));
	a->is_owed = true;
	return 0;
}

void announce_end(struct announce *a)
{
	a->later_at = MONO_NEVER;
	a->is_owed = false;
}

struct mono announce_deadline(const struct announce *a)
{
	return a->later_at;
}

uint8_t announce_due(struct announce *a, struct mono now)
{
	if (!mono_reached(a->later_at, now))
		return 0;
	a->later_at = MONO_NEVER;
	return a->is_owed ? answer_rival(a, now) : a->config.repeat_later;
}
