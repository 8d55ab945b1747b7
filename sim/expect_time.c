/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h) on lengths of time: RFC 3768 6.1, RFC 9568 6.1, and how late is too
 * late for a MASTER (docs/vrrp-states.md, *overslept*, *expired*). */
#include "sim/expect_private.h"

#define SECOND_US INT64_C(1000000)
/* Adverts may go out so much before their time, to share wake-ups. */
#define EARLY_US 2000
#define EARLY_PART 512

static int64_t skew_us(const struct image_instance *i, uint8_t priority, int64_t interval_us)
{
	return (256 - priority) * (i->version == 2 ? SECOND_US : interval_us) / 256;
}

uint8_t expect_priority(const struct sim_expect *e, const struct image_instance *i)
{
	bool is_claim = e->state == VRRP_STATE_MASTER && e->is_unverified;

	return is_claim && !sim_judge_preempts(i) && i->priority != VRRP_OWNER ?
		       VRRP_LOWEST :
		       i->priority;
}

int64_t expect_skew_us(const struct image_instance *i, int64_t interval_us)
{
	return skew_us(i, i->priority, interval_us);
}

int64_t expect_early_us(const struct image_instance *i)
{
	int64_t part_us = i->advert_interval_us / EARLY_PART;

	return part_us < EARLY_US ? part_us : EARLY_US;
}

int64_t expect_down_us(const struct image_instance *i, int64_t interval_us)
{
	return i->down_adverts * interval_us + expect_skew_us(i, interval_us);
}

bool expect_expired(const struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	int64_t interval_us = i->advert_interval_us;
	int64_t other_us = i->down_adverts * interval_us +
			   skew_us(i, i->expired_priority, interval_us);

	return e->state == VRRP_STATE_MASTER && !e->is_leaving && i->expired_priority &&
	       !(i->flags & IMAGE_PREEMPT) && i->priority != VRRP_OWNER &&
	       now_us - e->sent_us >= other_us &&
	       now_us - e->advert_at_us >= other_us - interval_us - expect_early_us(i);
}

bool expect_overslept(const struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	return (now_us - e->sent_us >= 3 * i->advert_interval_us &&
		now_us - e->advert_at_us >= 2 * i->advert_interval_us) ||
	       expect_expired(e, i, now_us);
}

void expect_time_doubted(struct sim_host *h, uint32_t i)
{
	struct sim_expect *e = &h->expects[i];
	struct seal_clock clock = expect_clock(h);

	if (e->state == VRRP_STATE_MASTER &&
	    seal_doubt(expect_instance(h, i), &e->seal, &clock))
		sim_clocks_doubt(h->sim);
}
