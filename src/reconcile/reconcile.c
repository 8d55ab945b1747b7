/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One kernel object (an address) between what we want and what is there. The difference is the
 * operation; its outcome comes back later, and news about the same object come on another road, so
 * either may overtake the other. Where they disagree, the operation is given out once more: doing
 * a thing twice costs a system call that answers "is so already", believing the wrong one costs
 * the service. No policy here: when a VIP is wanted is the router's question.
 * Failures are tried again with growing distance; what somebody keeps taking away is put back at
 * once the first time and at a bounded rate afterwards. */
#include "reconcile/reconcile.h"

#include "base/check.h"

#include <errno.h>

#define AT_ONCE ((struct mono){ 0 })

void reconcile_init(struct reconcile *r)
{
	*r = (struct reconcile){
		.doing = RECONCILE_NOTHING,
		.retry_at = AT_ONCE,
		.repaired_at = MONO_NEVER,
	};
}

void reconcile_want(struct reconcile *r, bool wanted)
{
	if (r->wanted == wanted)
		return;
	/* Failures of the opposite say nothing about this. */
	r->wanted = wanted;
	reconcile_renewed(r);
}

void reconcile_renewed(struct reconcile *r)
{
	r->failures = 0;
	r->retry_at = AT_ONCE;
}

void reconcile_adopt(struct reconcile *r)
{
	r->adopted = r->present;
}

bool reconcile_is_settled(const struct reconcile *r)
{
	return r->native || (r->wanted == r->present && !(r->wanted && r->adopted));
}

enum reconcile_operation reconcile_next(struct reconcile *r, struct mono now)
{
	if (r->busy || reconcile_is_settled(r) || !mono_reached(r->retry_at, now))
		return RECONCILE_NOTHING;
	r->busy = true;
	r->contradicted = false;
	r->doing = r->wanted ? RECONCILE_ADD : RECONCILE_REMOVE;
	return r->doing;
}

/* The kernel's errors that mean "it is as you wish". */
static bool is_done(enum reconcile_operation operation, int error)
{
	if (error == 0)
		return true;
	if (operation == RECONCILE_ADD)
		return error == EEXIST;
	return error == EADDRNOTAVAIL || error == ENODEV;
}

static void retry_later(struct reconcile *r, int error, struct mono now)
{
	int64_t wait_us = RECONCILE_RETRY_US;

	r->error = error;
	for (int i = 0; i < r->failures && wait_us < RECONCILE_RETRY_MAX_US; i++)
		wait_us *= 2;
	if (wait_us > RECONCILE_RETRY_MAX_US)
		wait_us = RECONCILE_RETRY_MAX_US;
	if (r->failures < UINT8_MAX)
		r->failures++;
	r->retry_at = mono_add(now, wait_us);
}

bool reconcile_done(struct reconcile *r, enum reconcile_operation operation, int error,
		    struct mono now)
{
	bool adding = operation == RECONCILE_ADD, was_adopted = r->adopted;

	check(r->busy && operation == r->doing && operation != RECONCILE_NOTHING);
	r->busy = false;
	r->doing = RECONCILE_NOTHING;
	if (!is_done(operation, error)) {
		retry_later(r, error, now);
		return false;
	}
	r->failures = 0;
	r->error = 0;
	r->present = adding != r->contradicted;
	r->seen = r->seen || r->present;
	r->adopted = false;
	return adding && r->present && r->wanted && !was_adopted;
}

static bool is_gone(struct reconcile *r, struct mono now)
{
	bool repair = r->wanted && r->present && !r->native;

	r->present = r->adopted = false;
	if (!repair)
		return false;
	r->repairs++;
	r->retry_at = now;
	if (!mono_is_never(r->repaired_at) &&
	    mono_since(r->repaired_at, now) < RECONCILE_REPAIR_GAP_US)
		r->retry_at = mono_add(r->repaired_at, RECONCILE_REPAIR_GAP_US);
	r->repaired_at = r->retry_at;
	return true;
}

bool reconcile_news(struct reconcile *r, bool present, struct mono now)
{
	if (present)
		r->seen = true;
	if (r->busy) {
		r->contradicted = present != (r->doing == RECONCILE_ADD);
		r->present = present;
		return false;
	}
	if (!present)
		return is_gone(r, now);
	r->present = true;
	return false;
}

void reconcile_resync_begin(struct reconcile *r)
{
	r->seen = false;
}

bool reconcile_resync_end(struct reconcile *r, struct mono now)
{
	return r->seen ? false : reconcile_news(r, false, now);
}
