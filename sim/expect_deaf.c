/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h) on who may not hear a router: whoever sends version 3 over IPv4
 * with the form of checksum that it does not send itself, from his first such advert on, until he
 * sends one of its own form, says farewell, or is crowded out by others. */
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
