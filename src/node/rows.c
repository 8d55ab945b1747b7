/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What others may see of the node: rows of the status table and of the state memory. The node
 * knows no wall clock; its caller says how far it is from the monotonic one. */

#include "node/node_private.h"

#include "base/check.h"

#include <string.h>

static int64_t realtime(struct mono t, int64_t offset_us)
{
	return t.us == 0 || mono_is_never(t) ? 0 : t.us + offset_us;
}

static void count_addresses(const struct node *n, const struct node_instance *i,
			    struct status_row *row)
{
	for (uint32_t k = 0; k < i->config->address_count; k++) {
		const struct reconcile *r =
			&n->addresses[i->config->address_first + k].reconcile;

		row->addresses_wanted += r->wanted;
		row->addresses_present += r->present;
	}
}

/* As of its last try: rows are written without a look at the clock. */
static bool is_mute(const struct node_instance *i)
{
	return vrrp_router_is_mute(&i->router, i->router.last_advert);
}

void node_row(const struct node *n, uint32_t instance, int64_t realtime_offset_us,
	      struct status_row *ret_row)
{
	const struct node_instance *i = &n->instances[instance];
	const struct vrrp_router *r = &i->router;
	bool is_broken = i->config->flags & IMAGE_BROKEN;

	memset(ret_row, 0, sizeof(*ret_row));
	ret_row->state = (uint8_t)(is_broken ? VRRP_STATE_FAULT : r->state);
	ret_row->previous = (uint8_t)r->previous;
	ret_row->reason = (uint8_t)r->reason;
	ret_row->priority = i->config->priority;
	ret_row->conditions = i->conditions;
	ret_row->bad_link = i->bad_link;
	for (int c = 0; c < CONDITION_N_; c++)
		if (i->conditions & (1u << c))
			ret_row->condition_since_realtime_us[c] =
				realtime(i->condition_since[c], realtime_offset_us);
	ret_row->down_at_us = ret_row->preempt_at_us = MONO_NEVER.us;
	memcpy(ret_row->counters, i->counters, sizeof(ret_row->counters));
	if (is_broken)
		return;
	ret_row->effective_priority = vrrp_router_priority(r);
	ret_row->master_priority = r->master_priority;
	ret_row->leaving = r->leaving;
	ret_row->is_mute = r->was_mute || is_mute(i);
	ret_row->stranger = i->drop_source[VRRP_DROP_STRANGER];
	ret_row->has_stranger_mac = i->has_stranger_mac;
	if (i->has_stranger_mac)
		memcpy(ret_row->stranger_mac, i->stranger_mac, sizeof(ret_row->stranger_mac));
	ret_row->is_unproven = r->is_unproven;
	ret_row->is_unverified = r->is_unverified;
	ret_row->list_differs = i->list_differs && r->state == VRRP_STATE_BACKUP;
	if (ret_row->list_differs)
		memcpy(ret_row->dark, i->dark, sizeof(ret_row->dark));
	memcpy(ret_row->deaf, i->deaf, sizeof(ret_row->deaf));
	if (i->rival_stays && r->state == VRRP_STATE_MASTER) {
		ret_row->rival = i->rival;
		ret_row->rival.since_realtime_us = realtime(i->rival_since, realtime_offset_us);
	}
	ret_row->send_error = i->send_error;
	if (i->send_error)
		ret_row->send_failing_realtime_us =
			realtime(i->send_failing_at, realtime_offset_us);
	ret_row->master = r->master;
	if (!(i->conditions & (1u << CONDITION_NO_SOURCE)))
		ret_row->source = r->source;
	ret_row->since_realtime_us = realtime(r->since, realtime_offset_us);
	ret_row->last_advert_us = r->last_advert.us;
	ret_row->down_at_us = r->down_at.us;
	ret_row->preempt_at_us = r->preempt_at.us;
	ret_row->master_interval_us = r->master_interval_us;
	ret_row->master_down_us = vrrp_master_down_us(r);
	ret_row->skew_us = vrrp_skew_us(r);
	count_addresses(n, i, ret_row);
}

void node_keep(const struct node *n, uint32_t instance, int64_t realtime_offset_us,
	       struct keep_row *ret_row)
{
	const struct node_instance *i = &n->instances[instance];
	struct vrrp_kept kept;

	memset(ret_row, 0, sizeof(*ret_row));
	memcpy(ret_row->counters, i->counters, sizeof(ret_row->counters));
	if (i->config->flags & IMAGE_BROKEN)
		return;
	/* Not decided yet whether to go on: what was kept stays kept. What is only presumed is
	 * nothing for a successor. */
	if (i->has_kept && !i->is_presumed)
		kept = i->kept;
	else
		vrrp_router_keep(&i->router, &kept);
	/* A farewell is not gone on with. */
	ret_row->state = i->router.leaving ? VRRP_STATE_INIT : kept.state;
	ret_row->reason = (uint8_t)i->router.reason;
	ret_row->master_priority = kept.master_priority;
	ret_row->master = kept.master;
	ret_row->is_unproven = kept.is_unproven;
	ret_row->is_unverified = kept.is_unverified;
	ret_row->last_advert_us = kept.last_advert.us;
	ret_row->master_interval_us = kept.master_interval_us;
	memcpy(ret_row->known, kept.known, sizeof(ret_row->known));
	ret_row->hmac = i->router.hmac;
	ret_row->ah_sequence = i->router.ah_sequence;
	ret_row->is_ah_own = i->router.is_ah_own;
	ret_row->since_us = kept.since.us;
	ret_row->since_realtime_us = realtime(kept.since, realtime_offset_us);
}

void node_general(const struct node *n, struct status_general *general)
{
	general->strangers = n->strangers;
	memcpy(general->strangers_by_cause, n->strangers_by_cause,
	       sizeof(general->strangers_by_cause));
	general->kernel_overruns = n->overruns;
	general->advert_late_max_us = n->advert_late_max_us;
}
