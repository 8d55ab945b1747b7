/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h) on who does not hear a router.
 * Who may not: whoever sends version 3 over IPv4 with the form of checksum that it does not send
 * itself, from his first such advert on, until he sends one of its own form, says farewell, or is
 * crowded out by others.
 * Who does not: the last one whose advert a MASTER took and stayed, when another one of him comes
 * half an interval later, in the time in which the first one lasts. */
#include "sim/expect_private.h"

#include <string.h>

static int find(const struct sim_expect *e, const struct addr *source)
{
	for (int k = 0; k < STATUS_DEAF; k++)
		if (addr_equal(&e->deaf[k].source, source))
			return k;
	return STATUS_DEAF;
}

static void take_out(struct sim_expect *e, int k)
{
	for (; k < STATUS_DEAF - 1; k++)
		e->deaf[k] = e->deaf[k + 1];
	if (k == STATUS_DEAF - 1)
		memset(&e->deaf[k], 0, sizeof(e->deaf[k]));
}

void expect_deaf_heard(struct sim_expect *e, const struct image_instance *i,
		       const struct sim_verdict *v, int64_t now_us)
{
	take_out(e, find(e, &v->source));
	if (!v->has_other_checksum || v->priority == 0)
		return;
	for (int k = STATUS_DEAF - 1; k > 0; k--)
		e->deaf[k] = e->deaf[k - 1];
	/* The longest skew is one interval. */
	e->deaf[0].source = v->source;
	e->deaf[0].until_us = now_us + i->down_adverts * v->interval_us + v->interval_us;
}

bool expect_deaf_same(const struct sim_expect *e, const struct status_row *row)
{
	for (int k = 0; k < STATUS_DEAF; k++)
		if (!addr_equal(&e->deaf[k].source, &row->deaf[k].source) ||
		    e->deaf[k].until_us != row->deaf[k].until_us)
			return false;
	return true;
}

void expect_rival_heard(struct sim_expect *e, const struct image_instance *i,
			const struct sim_verdict *v, int64_t now_us)
{
	bool is_same = addr_equal(&e->rival.source, &v->source);

	if (e->state != VRRP_STATE_MASTER || e->is_leaving)
		return;
	if (v->priority == 0) {
		if (is_same)
			memset(&e->rival, 0, sizeof(e->rival));
		return;
	}
	if (!is_same || now_us > e->rival.until_us)
		e->rival_since_us = now_us;
	e->rival = (struct status_rival){
		.source = v->source,
		.priority = v->priority,
		.since_realtime_us = is_same && e->rival_since_us != now_us ?
					     e->rival.since_realtime_us :
					     0,
		/* The longest skew is one interval. */
		.until_us = now_us + (i->down_adverts + 1) * v->interval_us,
	};
	/* Shown from the second one on: since the first. */
	if (now_us - e->rival_since_us >= v->interval_us / 2)
		e->rival.since_realtime_us = e->rival_since_us;
}

bool expect_rival_same(const struct sim_host *h, const struct sim_expect *e,
		       const struct status_row *row)
{
	const struct status_rival none = { .source = { .family = ADDR_NONE } };
	const struct status_rival *rival = e->rival.since_realtime_us ? &e->rival : &none;
	int64_t since_us = rival == &none ? 0 : rival->since_realtime_us + h->realtime_us;

	return addr_equal(&rival->source, &row->rival.source) &&
	       rival->priority == row->rival.priority && rival->until_us == row->rival.until_us &&
	       since_us == row->rival.since_realtime_us;
}
