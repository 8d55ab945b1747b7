/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's lives: it is switched on and off, its daemon starts, ends, dies, and changes its
 * configuration in the steps of daemon/vrrp_generation.c. */
#include "sim/sim_private.h"

#include "base/check.h"
#include "sim/octets.h"
#include "wire/keep.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64u
/* Instances and addresses compared in one turn: few, so that much comes between. */
#define COMPARE_TURN 3

struct node *sim_node_new(struct sim_host *h, uint32_t variant)
{
	const struct image *image = h->variants[variant].image;
	size_t size = (node_size(image) + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	void *memory = aligned_alloc(CACHE_LINE, size);

	check(memory);
	return node_init(memory, image, variant + 1, sim_host_now(h));
}

/* The state memory of the configuration in force, with nothing in it. */
static void keep_forget(struct sim_host *h)
{
	struct keep_table *keep = h->variants[h->variant].keep;

	memset(keep, 0, keep_size(h->image->instance_count));
	keep_init(keep, h->image->instance_count, 1);
}

void sim_clocks_doubt(struct sim *s)
{
	s->are_clocks_moved |= s->have_clocks_stepped;
}

void sim_host_start(struct sim_host *h, bool adopt)
{
	struct keep_table *keep = h->variants[h->variant].keep;
	struct keep_row row;
	bool is_good;

	h->starts_again = sim_host_runs(h) && h->is_stopping;
	if (sim_host_runs(h) || !h->is_powered)
		return;
	h->is_changed = h->sim->oracle.vips_changed = true;
	h->is_stopping = h->is_restarting = false;
	if (h->is_foreign) {
		sim_peer_start(h);
		return;
	}
	sim_clocks_doubt(h->sim);
	h->node = sim_node_new(h, h->variant);
	h->started_us = sim_host_now(h).us;
	h->ready_us = h->started_us + h->image->startup_delay_us;
	is_good = keep_check(keep, keep_size(h->image->instance_count));
	for (uint32_t i = 0; adopt && is_good && i < h->image->instance_count; i++)
		if (keep_read(keep, i, &row)) {
			node_adopt(h->node, i, &row);
			if (row.state == VRRP_STATE_BACKUP || row.state == VRRP_STATE_MASTER)
				h->ready_us = 0;
		}
	if (!adopt)
		keep_forget(h);
	for (uint32_t l = 0; l < h->link_count; l++)
		h->links[l].is_met = false;
	sim_expect_begin(h, adopt);
	sim_ledger_begin(h, adopt);
	sim_host_work(h);
}

void sim_host_stop(struct sim_host *h)
{
	if (!sim_host_runs(h))
		return;
	if (!h->is_stopping)
		h->stopped_us = sim_host_now(h).us;
	h->is_stopping = true;
	h->starts_again = false;
	sim_host_work(h);
}

void sim_host_commands(struct sim_host *h)
{
	if (h->is_stopping)
		node_stop(h->node, sim_host_now(h));
}

static void packets_forget(struct sim_host *h)
{
	for (size_t i = 0; i < h->packet_count; i++)
		free(h->packets[i]);
	h->packet_count = 0;
}

static void change_forget(struct sim_host *h)
{
	free(h->next_node);
	h->next_node = NULL;
	h->change = SIM_CHANGE_NONE;
}

/* Another one may come to its place in memory, and has seen nothing. */
static void node_forget(struct sim_host *h)
{
	free(h->node);
	h->node = NULL;
	h->dumped = NULL;
}

void sim_host_kill(struct sim_host *h)
{
	h->is_changed = h->sim->oracle.vips_changed = true;
	node_forget(h);
	h->peer = peer_free(h->peer);
	h->is_hung = h->starts_again = h->is_behind = false;
	h->busy_us = 0;
	change_forget(h);
	packets_forget(h);
	sim_news_forget(h);
	for (uint32_t l = 0; l < h->link_count; l++)
		h->links[l].is_open = false;
	sim_watches_end(h);
}

/* The host's own addresses are there after each boot, the others are not. */
static void addresses_boot(struct sim_host *h)
{
	for (size_t i = h->address_count; i-- > 0;) {
		struct sim_address a = h->addresses[i];
		const struct sim_link *l = &h->links[a.link];

		if (!sim_link_owns(l, &a.prefix.addr))
			sim_address_change(h, a.link, &a.prefix, false, true);
	}
}

void sim_host_power(struct sim_host *h, bool is_on)
{
	if (h->is_powered == is_on)
		return;
	h->is_powered = is_on;
	h->is_frozen = h->is_slow = h->refuses = h->filters = false;
	h->loses_news = h->is_restarting = false;
	sim_host_pause(h, false);
	sim_kernel_slow(h, false);
	h->life++;
	if (!is_on) {
		sim_host_kill(h);
		addresses_boot(h);
		return;
	}
	for (uint32_t l = 0; l < h->link_count; l++) {
		h->links[l].has_second &= h->links[l].is_second_own;
		h->links[l].is_renamed = false;
		sim_second_address(h, l, h->links[l].is_second_own);
		sim_own_address(h, l, true);
	}
	sim_host_start(h, false);
}

static void become_ours(struct sim_host *h)
{
	sim_host_kill(h);
	h->life++;
	h->is_foreign = false;
	sim_host_start(h, false);
}

void sim_host_migrate(struct sim_host *h)
{
	if (h->peer && sim_host_is_awake(h))
		peer_stop(h->peer, sim_host_now(h));
	become_ours(h);
}

void sim_host_take_over(struct sim_host *h)
{
	if (!h->peer || !sim_host_is_awake(h))
		return;
	become_ours(h);
	node_succeed(h->node, sim_host_now(h));
	h->ready_us = 0;
	sim_expect_succeeded(h);
}

void sim_host_pause(struct sim_host *h, bool is_paused)
{
	if (h->is_paused == is_paused)
		return;
	/* Its wall clock stood still, too. */
	h->sim->are_clocks_moved |= h->is_paused;
	h->clock_us = sim_host_now(h).us;
	h->clock_at_us = h->sim->now_us;
	h->is_paused = is_paused;
}

/* -- another configuration -- */

/* The first one from `i` on; NODE_NONE: no more. */
static uint32_t router_from(const struct sim_variant *variant, uint32_t i, uint32_t link,
			    uint8_t vrid)
{
	for (; i < variant->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(variant->image)[i];

		if (!(instance->flags & IMAGE_BROKEN) && instance->vrid == vrid &&
		    variant->links[instance->link] == link)
			return i;
	}
	return NODE_NONE;
}

static bool is_alone(const struct sim_variant *variant, uint32_t link, uint8_t vrid)
{
	uint32_t i = router_from(variant, 0, link, vrid);

	return i != NODE_NONE && router_from(variant, i + 1, link, vrid) == NODE_NONE;
}

static uint32_t router_of_kind(const struct sim_variant *variant, uint32_t link, uint8_t vrid,
			       bool is_unicast)
{
	uint32_t first = router_from(variant, 0, link, vrid);

	for (uint32_t i = first; i != NODE_NONE; i = router_from(variant, i + 1, link, vrid))
		if (!!(image_instances(variant->image)[i].flags & IMAGE_UNICAST) == is_unicast)
			return i;
	return first;
}

uint32_t sim_router_find(const struct sim_variant *variant, uint32_t link,
			 const struct image_instance *like)
{
	return router_of_kind(variant, link, like->vrid, like->flags & IMAGE_UNICAST);
}

bool sim_router_has_twin(const struct sim_variant *variant, uint32_t instance)
{
	const struct image_instance *i = &image_instances(variant->image)[instance];

	return !is_alone(variant, variant->links[i->link], i->vrid);
}

uint32_t sim_router_meant(const struct sim_variant *variant, uint32_t link, const uint8_t *packet)
{
	struct addr to = octets_destination(packet);

	return router_of_kind(variant, link, packet[octets_header(packet) + VRRP_VRID],
			      !addr_is_multicast(&to));
}

uint32_t sim_router_next(const struct sim_variant *before, uint32_t instance,
			 const struct sim_variant *after)
{
	const struct image_instance *was = &image_instances(before->image)[instance];
	uint32_t link = before->links[was->link];
	bool is_only = is_alone(before, link, was->vrid) && is_alone(after, link, was->vrid);
	uint32_t i = router_from(after, 0, link, was->vrid);

	for (; i != NODE_NONE && !is_only; i = router_from(after, i + 1, link, was->vrid))
		if (strcmp(image_text(before->image, was->name),
			   image_text(after->image, image_instances(after->image)[i].name)) == 0)
			break;
	return was->flags & IMAGE_BROKEN ? NODE_NONE : i;
}

/* What no configuration names any more. But the log speaks of the interface, for both families. */
static void link_forget(struct sim_host *h, uint32_t link)
{
	uint32_t twin = sim_link_twin(h, link);

	h->links[link].is_met = h->links[link].told_up = false;
	if (twin == NODE_NONE || h->links[twin].node_link == NODE_NONE)
		h->links[link].noted = 0;
}

/* Nor does whoever begins with the other family of an interface know what was said of that, unless
 * it was missing: it still is, or comes back. */
static void log_begin(struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];
	uint32_t twin = sim_link_twin(h, link);
	bool goes_on = twin != NODE_NONE && h->links[twin].node_link != NODE_NONE &&
		       h->links[twin].is_met;

	if (l->node_link != NODE_NONE && !l->is_met && !goes_on &&
	    l->noted != ROLE_NOTE_LINK_MISSING)
		h->links[link].noted = 0;
}

void sim_variant_use(struct sim_host *h, uint32_t variant)
{
	struct sim *s = h->sim;

	h->variant = variant;
	h->image = h->variants[variant].image;
	for (uint32_t l = 0; l < h->link_count; l++)
		h->links[l].node_link = NODE_NONE;
	for (uint32_t l = 0; l < h->image->link_count; l++)
		h->links[h->variants[variant].links[l]].node_link = l;
	for (uint32_t l = 0; l < h->link_count; l++)
		if (h->links[l].node_link == NODE_NONE)
			link_forget(h, l);
	for (uint32_t l = 0; l < h->link_count; l++)
		log_begin(h, l);
	h->vip_instances = realloc(h->vip_instances, (s->vip_count + 1) * sizeof(uint32_t));
	check(h->vip_instances);
	for (uint32_t v = 0; v < s->vip_count; v++)
		h->vip_instances[v] = NODE_NONE;
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];
		const struct image_address *a =
			&image_addresses(h->image)[instance->address_first];

		for (uint32_t k = 0; k < instance->address_count; k++) {
			uint32_t lan = h->links[sim_link_of(h, a[k].link)].lan;
			struct sim_vip *v = sim_vip_find(s, lan, &a[k].prefix.addr);

			if (v && !(instance->flags & IMAGE_BROKEN))
				h->vip_instances[v - s->vips] = i;
		}
	}
}

void sim_host_reload(struct sim_host *h, uint32_t variant)
{
	/* The file changed; a daemon that does not run reads it when it starts. */
	if (!h->node && !h->is_restarting)
		sim_variant_use(h, variant);
	if (!h->node || h->is_stopping)
		return;
	if (h->change == SIM_CHANGE_SHEDDING) {
		node_change_abandon(h->node, sim_host_now(h));
		sim_ledger_abandoned(h);
		/* Its parent ended, and said no more. */
		if (sim_draw(h->sim, 4) == 0) {
			change_forget(h);
			return;
		}
	}
	change_forget(h);
	h->next_variant = variant;
	h->next_node = sim_node_new(h, variant);
	h->change = SIM_CHANGE_COMPARING;
	sim_host_work(h);
}

/* The sockets of a link that both configurations have go on; the others are closed. */
static void sockets_move(struct sim_host *h, const struct sim_variant *next)
{
	bool *is_kept = calloc(h->link_count + 1, sizeof(bool));

	check(is_kept);
	for (uint32_t l = 0; l < next->image->link_count; l++)
		if (node_change_old_link(h->next_node, l) != NODE_NONE)
			is_kept[next->links[l]] = true;
	for (uint32_t l = 0; l < h->link_count; l++)
		h->links[l].is_open &= is_kept[l];
	free(is_kept);
}

static void commit(struct sim_host *h)
{
	struct sim_variant *next = &h->variants[h->next_variant];
	uint32_t old = h->variant;

	sim_clocks_doubt(h->sim);
	sim_expect_started(h); /* in this turn, as it was configured before */
	sim_ledger_committing(h);
	sockets_move(h, next);
	node_change_commit(h->next_node, h->node, sim_host_now(h));
	node_forget(h);
	h->node = h->next_node;
	h->next_node = NULL;
	h->change = SIM_CHANGE_NONE;
	h->changed_us = h->sim->now_us;
	sim_variant_use(h, h->next_variant);
	h->ready_us = sim_host_is_delayed(h) ? h->started_us + h->image->startup_delay_us : 0;
	keep_forget(h);
	for (uint32_t i = 0; i < h->image->instance_count; i++)
		sim_host_keep(h, i);
	sim_watches_changed(h);
	sim_expect_reloaded(h, old);
	sim_ledger_reloaded(h, old);
	sim_oracle_fault(h->sim);
}

void sim_host_reload_advance(struct sim_host *h)
{
	struct mono now = sim_host_now(h);

	if (h->change == SIM_CHANGE_COMPARING &&
	    node_change_compare(h->next_node, h->node, COMPARE_TURN)) {
		node_change_shed(h->node, now);
		h->change = SIM_CHANGE_SHEDDING;
		h->sheds_us = h->sim->now_us;
	}
	if (h->change == SIM_CHANGE_COMPARING)
		sim_host_work(h);
	if (h->change == SIM_CHANGE_SHEDDING && node_change_is_shed(h->node, now)) {
		commit(h);
		sim_host_work(h); /* its timers may be due already: an owner's skew is shorter */
	}
	sim_ledger_shedding(h);
}
