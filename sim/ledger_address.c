/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The books (ledger.h) on addresses: outcomes of operations are counted; what is there already is
 * not added, and what is gone not removed, unless somebody else meddled; what is put back is
 * counted as repaired; who starts has nothing left of an earlier run; and a change of the
 * configuration takes away what goes, and nothing else. */
#include "sim/expect_private.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>

/* The instance of an address of the configuration in force. */
static uint32_t instance_of(const struct sim_host *h, uint32_t address)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++)
		if (address - expect_instance(h, i)->address_first <
		    expect_instance(h, i)->address_count)
			return i;
	return NODE_NONE;
}

static void put_back(struct sim_host *h, uint32_t i, struct sim_ledger_address *a)
{
	struct status_row row = expect_row(h, i);
	uint64_t repairs = row.counters[COUNTER_ADDRESS_REPAIRS];

	/* Of an interface that came anew while news were lost nothing is known. */
	if (a->is_added && a->overruns == h->overruns && a->repairs == repairs)
		expect_differs(h, i, "put back, and not counted as repaired", (int64_t)repairs,
			       (int64_t)repairs + 1);
	a->is_added = true;
	a->is_owed = false;
	a->repairs = repairs;
	a->overruns = h->overruns;
}

/* Tried again after 10 ms, and each distance is twice the one before, up to a second. */
#define TRY_US 10000
#define TRY_MOST_US 1000000

/* What stood still meanwhile is late; what somebody meddled with may have come and gone. */
static void count_try(struct sim_host *h, uint32_t i, struct sim_ledger_address *a, bool has_failed)
{
	int64_t wait_us = TRY_US, took_us = sim_host_now(h).us - a->failed_us;

	for (uint32_t k = 1; k < a->failures && wait_us < TRY_MOST_US; k++)
		wait_us *= 2;
	if (wait_us > TRY_MOST_US)
		wait_us = TRY_MOST_US;
	a->is_tried &= !a->failures || a->meddled == h->meddled;
	if (a->is_tried && a->failures && !h->is_slow && !h->is_kernel_slow &&
	    sim_host_when(h, (struct mono){ a->failed_us }) > h->stood_us &&
	    (took_us < wait_us || took_us > wait_us + TRY_US / 2))
		expect_differs(h, i, "tried again after", took_us, wait_us);
	a->is_tried |= !has_failed;
	a->failures = has_failed ? a->failures + 1 : 0;
	a->failed_us = sim_host_now(h).us;
	a->meddled = h->meddled;
}

void sim_ledger_address(struct sim_host *h, uint32_t address, bool add, int error)
{
	bool is_there = add && error == EEXIST, is_gone = !add && error == EADDRNOTAVAIL;
	uint32_t i = h->ledgers ? instance_of(h, address) : NODE_NONE;
	/* What the owner finds may be the host's. */
	bool is_owner = i != NODE_NONE && expect_instance(h, i)->priority == VRRP_OWNER;

	if (!h->ledgers)
		return;
	h->is_dump_due |= is_there && is_owner;
	h->owes_dump |= is_there && is_owner;
	h->surprises += is_gone || (is_there && !is_owner);
	if (h->surprises > h->meddled + h->overruns)
		sim_violated(h->sim, "host %s: does what is done already", h->name);
	if (i == NODE_NONE)
		return;
	if (error && !is_there && !is_gone && (add || error != ENODEV))
		h->ledgers[i].address_errors++;
	if (add) {
		count_try(h, i, &h->ledger_addresses[address], error && !is_there);
		h->ledger_addresses[address].came_us = sim_host_now(h).us;
	}
	if (add && !error)
		put_back(h, i, &h->ledger_addresses[address]);
	if (!add)
		h->ledger_addresses[address].is_added = false;
}

void sim_ledger_left(struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);

	for (uint32_t k = 0; k < instance->address_count; k++) {
		struct sim_ledger_address *a = &h->ledger_addresses[instance->address_first + k];

		a->is_added = false;
		a->is_tried = true;
		a->failures = 0;
	}
}

bool sim_ledger_announces(const struct sim_host *h, uint32_t i, uint32_t address)
{
	const struct sim_expect *e = &h->expects[i];
	int64_t came_us = h->ledger_addresses[address].came_us;

	/* A change was given up between turns, and they come late. */
	if (h->is_slow && came_us && sim_host_now(h).us - came_us <= SIM_LATE_US)
		return true;
	/* What stood in a list at a reload goes out after it; and an address may come by hand. */
	return sim_host_is_current(h, h->heard_us) || sim_host_is_current(h, e->round_us) ||
	       sim_host_is_current(h, e->rounded_us) || sim_host_is_changing(h) ||
	       sim_host_is_current(h, came_us);
}

bool sim_ledger_is_unmarked(const struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct image_address *a = &image_addresses(h->image)[instance->address_first];

	for (uint32_t k = 0; k < instance->address_count && instance->priority != VRRP_OWNER; k++) {
		const struct sim_address *there =
			sim_address_find(h, sim_link_of(h, a[k].link), &a[k].prefix.addr);

		if (there && there->is_foreign)
			return true;
	}
	return false;
}

void sim_ledger_addresses_new(struct sim_host *h)
{
	free(h->ledger_addresses);
	h->ledger_addresses = calloc(h->image->address_count + 1, sizeof(*h->ledger_addresses));
	check(h->ledger_addresses);
}

/* An address that a router of ours put there, and that no instance of this link has now. */
static bool is_unowned(const struct sim_host *h, const struct sim_address *a)
{
	for (uint32_t k = 0; k < h->image->address_count; k++) {
		const struct image_address *c = &image_addresses(h->image)[k];

		if (sim_link_of(h, c->link) == a->link && prefix_equal(&c->prefix, &a->prefix))
			return false;
	}
	return a->is_marked;
}

void sim_ledger_started(struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	uint32_t link = sim_link_of(h, instance->link);

	for (uint32_t k = 0; k < instance->address_count; k++) {
		const struct image_address *a =
			&image_addresses(h->image)[instance->address_first + k];
		uint32_t on = sim_link_of(h, a->link);

		/* On an interface that has another name nobody looks. */
		if (sim_link_is_known(h, on) && sim_address_held(h, on, &a->prefix.addr) &&
		    !sim_address_is_native(h, on, &a->prefix.addr))
			expect_differs(h, i, "it starts beside its own leftovers", k, 0);
	}
	/* Nor what a change of the configuration could not remove in time. What else a change left
	 * is nobody's; what another daemon left has no mark. */
	for (size_t k = 0; k < h->address_count; k++)
		if (h->addresses[k].link == link && is_unowned(h, &h->addresses[k]) &&
		    !h->addresses[k].is_foreign &&
		    (!h->was_changed || h->addresses[k].is_given_up))
			expect_differs(h, i, "it starts beside leftovers", 1, 0);
}

/* What the node may take for something that has to go before the instance starts. */
static bool has_leftovers(const struct sim_host *h, uint32_t i, uint32_t link)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct image_address *own = &image_addresses(h->image)[instance->address_first];

	for (size_t k = 0; k < h->address_count; k++)
		if (h->links[h->addresses[k].link].ifindex == h->links[link].ifindex &&
		    (h->addresses[k].is_given_up || is_unowned(h, &h->addresses[k])))
			return true;
	for (uint32_t k = 0; k < instance->address_count; k++)
		if (sim_address_held(h, sim_link_of(h, own[k].link), &own[k].prefix.addr))
			return true;
	/* That it went is told later. */
	for (size_t k = 0; k < h->news_count; k++)
		if (h->news[k].kind == SIM_NEWS_ADDRESS_GONE)
			return true;
	return h->loses_news || h->has_lost_news;
}

void sim_ledger_joined(struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct image_address *a = &image_addresses(h->image)[instance->address_first];
	uint32_t conditions = expect_row(h, i).conditions;
	bool is_known = false;

	for (uint32_t k = 0; k < h->image->instance_count; k++) {
		const struct sim_expect *e = &h->expects[k];

		is_known |= expect_instance(h, k)->link == instance->link && !e->is_leaving &&
			    (e->state == VRRP_STATE_BACKUP || e->state == VRRP_STATE_MASTER);
	}
	/* Those of its addresses may be new. */
	for (uint32_t k = 0; k < instance->address_count; k++)
		is_known &= sim_link_is_known(h, sim_link_of(h, a[k].link));
	if (!is_known || (instance->flags & IMAGE_BROKEN))
		return;
	if (conditions & (1u << CONDITION_UNKNOWN))
		expect_differs(h, i, "waits for what is known", conditions, 0);
	if ((conditions & (1u << CONDITION_LEFTOVERS)) &&
	    !has_leftovers(h, i, sim_link_of(h, instance->link)))
		expect_differs(h, i, "waits for leftovers that are not there", conditions, 0);
}

/* -- a change of the configuration -- */

/* With a healthy instance: a broken one has nothing. */
static bool is_in(const struct sim_host *h, const struct sim_variant *variant, uint32_t address)
{
	const struct image_address *a = &image_addresses(h->image)[address];

	for (uint32_t i = 0; i < variant->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(variant->image)[i];
		const struct image_address *b =
			&image_addresses(variant->image)[instance->address_first];

		for (uint32_t k = 0; k < instance->address_count; k++)
			if (!(instance->flags & IMAGE_BROKEN) &&
			    variant->links[b[k].link] == sim_link_of(h, a->link) &&
			    prefix_equal(&a->prefix, &b[k].prefix))
				return true;
	}
	return false;
}

static bool goes_on(const struct sim_host *h, const struct sim_variant *variant, uint32_t i)
{
	return sim_router_next(&h->variants[h->variant], i, variant) != NODE_NONE;
}

/* An owner's, there before vipd-vrrp was. Of what comes later it cannot always tell who brought it.
 */
static bool is_owned(const struct sim_host *h, uint32_t address)
{
	const struct image_address *a = &image_addresses(h->image)[address];
	const struct sim_address *there =
		sim_address_find(h, sim_link_of(h, a->link), &a->prefix.addr);
	uint32_t i = instance_of(h, address);

	return expect_instance(h, i)->priority == VRRP_OWNER && !h->was_changed && there &&
	       !there->is_marked && there->since_us < h->started_us;
}

/* Whichever instance has it: one that is broken may have the address of another. */
void sim_ledger_removes(struct sim_host *h, uint32_t address)
{
	const struct image_address *a = &image_addresses(h->image)[address];

	if (h->change == SIM_CHANGE_SHEDDING && !is_in(h, &h->variants[h->next_variant], address))
		return;
	for (uint32_t k = 0; k < h->image->address_count; k++) {
		const struct image_address *b = &image_addresses(h->image)[k];
		uint32_t i = instance_of(h, k);

		if (b->link == a->link && prefix_equal(&b->prefix, &a->prefix) &&
		    !(expect_instance(h, i)->flags & IMAGE_BROKEN) &&
		    expect_row(h, i).state == VRRP_STATE_MASTER)
			expect_differs(h, i, "it takes away what it serves", k, 0);
	}
	if (is_owned(h, address))
		expect_differs(h, instance_of(h, address), "it takes away the host's own", 1, 0);
}

bool sim_ledger_is_shed(const struct sim_host *h, uint32_t address)
{
	const struct sim_variant *next = &h->variants[h->next_variant];
	uint32_t i = instance_of(h, address);

	return h->change == SIM_CHANGE_SHEDDING && !(expect_instance(h, i)->flags & IMAGE_BROKEN) &&
	       goes_on(h, next, i) && !is_in(h, next, address);
}

/* What a change takes away was not stolen, should it be wanted again. */
static void forget_repairs(struct sim_host *h)
{
	for (uint32_t k = 0; h->ledgers && k < h->image->address_count; k++) {
		const struct image_address *a = &image_addresses(h->image)[k];
		struct sim_vip *v = sim_vip_find(h->sim, h->links[sim_link_of(h, a->link)].lan,
						 &a->prefix.addr);
		struct sim_expect_vip *e = v ? &h->expect_vips[v - h->sim->vips] : NULL;

		if (!e || is_in(h, &h->variants[h->next_variant], k))
			continue;
		e->is_stolen = false;
		e->repaired_us = 0;
	}
}

void sim_ledger_abandoned(struct sim_host *h)
{
	bool hears_late = h->loses_news || h->has_lost_news || h->is_dumping || h->news_count;

	forget_repairs(h);
	for (uint32_t k = 0; h->ledgers && k < h->image->address_count; k++) {
		h->ledger_addresses[k].is_tried = false;
		/* It is announced as one that came. */
		if (sim_ledger_is_shed(h, k))
			h->ledger_addresses[k].came_us = sim_host_now(h).us;
	}
	/* What could not be removed may have gone since, or been taken, and the node not know it
	 * yet. */
	for (uint32_t k = 0; h->ledgers && !h->was_refused && !hears_late &&
			     k < h->image->address_count; k++) {
		const struct image_address *a = &image_addresses(h->image)[k];
		uint32_t link = sim_link_of(h, a->link);

		h->ledger_addresses[k].is_owed =
			sim_ledger_is_shed(h, k) && h->links[link].ifindex &&
			sim_link_is_known(h, link) && !sim_address_held(h, link, &a->prefix.addr);
	}
}

void sim_ledger_committing(struct sim_host *h)
{
	const struct sim_variant *next = &h->variants[h->next_variant];
	/* Then it is tried again a second later, and the change may not wait so long; least of all
	 * when the host stood still meanwhile, and its time was over when it went on. */
	int64_t since_us = h->refused_us ? h->sim->now_us - h->refused_us : INT64_MAX;
	bool was_refused = h->refuses || since_us < RECONCILE_RETRY_MAX_US + SIM_SLACK_US ||
			   (h->refused_us && h->stood_us >= h->refused_us &&
			    h->sim->now_us - h->stood_us < SIM_SLACK_US);

	for (uint32_t i = 0; h->ledgers && i < h->image->instance_count; i++) {
		bool is_broken = expect_instance(h, i)->flags & IMAGE_BROKEN;

		if (!is_broken && !goes_on(h, next, i) &&
		    expect_row(h, i).state != VRRP_STATE_INIT)
			expect_differs(h, i, "it goes without an end", expect_row(h, i).state, 0);
	}
	forget_repairs(h);
	for (uint32_t k = 0; h->ledgers && k < h->image->address_count; k++) {
		const struct image_address *a = &image_addresses(h->image)[k];
		uint32_t link = sim_link_of(h, a->link);

		/* Before its first dump it knows of none; the next one brings them. */
		if (!was_refused && h->links[link].is_met && !is_in(h, next, k) &&
		    sim_address_held(h, link, &a->prefix.addr) &&
		    !sim_address_is_native(h, link, &a->prefix.addr))
			sim_violated(h->sim, "host %s: a change leaves address %u", h->name, k);
	}
}

void sim_ledger_give_up(struct sim_host *h)
{
	for (size_t k = 0; k < h->address_count; k++) {
		struct sim_address *a = &h->addresses[k];

		/* What an earlier change left and this one has again is nobody's no more. */
		a->is_given_up = is_unowned(h, a) &&
				 (a->is_given_up ||
				  (!a->is_foreign && h->links[a->link].node_link != NODE_NONE &&
				   sim_link_is_known(h, a->link)));
	}
}

bool sim_ledger_is_left(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	for (size_t k = 0; k < h->address_count; k++)
		if (h->addresses[k].link == link && h->addresses[k].is_given_up &&
		    addr_equal(&h->addresses[k].prefix.addr, addr))
			return true;
	return false;
}

bool sim_ledger_has_left(const struct sim_host *h)
{
	for (size_t k = 0; k < h->address_count; k++)
		if (h->addresses[k].is_given_up &&
		    h->links[h->addresses[k].link].node_link != NODE_NONE)
			return true;
	return false;
}

/* Those of the other family of an interface are taken away, too. Another daemon's have no mark:
 * they stay. */
bool sim_ledger_has_leftovers(const struct sim_host *h)
{
	for (size_t k = 0; k < h->address_count; k++) {
		const struct sim_address *a = &h->addresses[k];
		uint32_t twin = sim_link_twin(h, a->link);

		if (is_unowned(h, a) && !a->is_foreign &&
		    (h->links[a->link].node_link != NODE_NONE ||
		     (twin != NODE_NONE && h->links[twin].node_link != NODE_NONE)))
			return true;
	}
	return false;
}

/* A host that slept meanwhile begins anew. */
#define SHED_GAP_US 1200000
#define SHED_US 3000000

void sim_ledger_shedding(struct sim_host *h)
{
	int64_t now_us = sim_host_now(h).us;

	if (h->change != SIM_CHANGE_SHEDDING || now_us - h->shed_turn_us > SHED_GAP_US)
		h->shed_us = now_us;
	h->shed_turn_us = now_us;
	if (h->change == SIM_CHANGE_SHEDDING && now_us - h->shed_us > SHED_US)
		sim_violated(h->sim, "host %s: a change without an end", h->name);
}
