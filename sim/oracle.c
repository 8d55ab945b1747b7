/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The oracle: what must hold after every step, whatever happened before. Its bounds come from the
 * protocol (docs/simulator.md has them one by one) and count from the last fault: until then
 * everything may still be under way. With loss on the LANs they do not hold and it is not asked.
 *
 * A host is *able* when it is switched on, awake and plugged in and its daemon runs and has its
 * sockets. */
#include "sim/judge.h"
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sim_violated(struct sim *s, const char *format, ...)
{
	struct sim_oracle *o = &s->oracle;
	va_list arguments;
	int length;

	if (o->violation[0])
		return;
	length = snprintf(o->violation, sizeof(o->violation), "at %.6f: ", (double)s->now_us / 1e6);
	va_start(arguments, format);
	vsnprintf(o->violation + length, sizeof(o->violation) - (size_t)length, format, arguments);
	va_end(arguments);
}

/* Everything that others see of it works. A socket that could not be opened is tried again after a
 * second, and that it is, is asked of the host. */
static bool is_able(const struct sim_host *h, uint32_t link, const struct image_instance *i)
{
	return sim_host_is_awake(h) && !sim_host_is_delayed(h) && sim_link_passes(h, link) &&
	       sim_router_has_source(h, i) && !sim_router_wants_peers(h, i) &&
	       !sim_router_lacks(h, i, true) &&
	       !h->links[link].has_failed;
}

/* The instance of the host that has this VIP, or NULL. */
static const struct image_instance *instance_of(const struct sim_host *h, const struct sim_vip *v)
{
	uint32_t i = h->vip_instances[v - h->sim->vips];

	return i == NODE_NONE ? NULL : &image_instances(h->image)[i];
}

/* The host's instance of this virtual router, whatever addresses it has, or NULL. */
static const struct image_instance *router_of(const struct sim_host *h, uint32_t link,
					      const struct image_instance *like)
{
	uint32_t i = sim_router_find(&h->variants[h->variant], link, like);

	return i == NODE_NONE ? NULL : &image_instances(h->image)[i];
}

/* Of whichever host has the VIP; NULL: no configuration in force. */
static const struct image_instance *any_instance_of(const struct sim *s, const struct sim_vip *v)
{
	for (uint32_t k = 0; k < s->host_count; k++)
		if (instance_of(&s->hosts[k], v))
			return instance_of(&s->hosts[k], v);
	return NULL;
}

/* Of a router that goes without an interface; SIM_LANS: it has one. */
static uint32_t routed_lan(const struct sim *s, const struct sim_vip *v)
{
	for (uint32_t k = 0; k < s->host_count; k++) {
		const struct sim_host *h = &s->hosts[k];
		const struct image_instance *i = instance_of(h, v);
		const struct sim_link *l = i ? &h->links[sim_link_of(h, i->link)] : NULL;

		if (l)
			return l->is_routed ? l->lan : SIM_LANS;
	}
	return SIM_LANS;
}

static uint32_t link_on(const struct sim_host *h, uint32_t lan)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		if (h->links[l].lan == lan)
			return l;
	return NODE_NONE;
}

/* A VIP may be of the other family than its router: the adverts are on the interface's other
 * link. */
static uint32_t advert_link(const struct sim *s, const struct sim_vip *v,
			    const struct sim_port *port, uint8_t family)
{
	const struct sim_host *h = &s->hosts[port->host];
	uint32_t lan = routed_lan(s, v);

	if (lan != SIM_LANS)
		return link_on(h, lan);
	if (h->links[port->link].family == family)
		return port->link;
	return sim_link_by_name(h, h->links[port->link].name, family);
}

/* RFC 9568 6.1: a router waits for the master by the master's interval. That may have gone, or had
 * another configuration: the slowest that there could ever be. */
static int64_t slowest_us(const struct sim *s, const struct sim_vip *v,
			  const struct image_instance *any)
{
	const struct sim_lan *lan = &s->lans[v->lan];
	int64_t slowest_us = 0;

	for (uint32_t p = 0; p < lan->port_count; p++) {
		const struct sim_host *h = &s->hosts[lan->ports[p].host];

		for (uint32_t n = 0; n < h->variant_count; n++) {
			uint32_t link = advert_link(s, v, &lan->ports[p], any->family);
			uint32_t i = sim_router_find(&h->variants[n], link, any);
			int64_t us = i == NODE_NONE ? 0 : image_instances(h->variants[n].image)[i]
								  .advert_interval_us;

			slowest_us = us > slowest_us ? us : slowest_us;
		}
	}
	return slowest_us;
}

/* 6.1 of both RFCs: the longest that anybody waits for a silent master; the skew of version 2 does
 * not depend on the interval. */
static int64_t master_down_us(const struct image_instance *i, int64_t slowest_us)
{
	return i->version == 2 ? i->down_adverts * i->advert_interval_us + SIM_SECOND :
				 (i->down_adverts + 1) * slowest_us;
}

/* … or by a timer that runs on from a configuration with a longer one, or waits for a frame. When
 * it ends its addresses are still to come. */
static int64_t listening_us(const struct sim_host *h, const struct image_instance *i,
			    int64_t slowest_us)
{
	const struct sim_expect *e =
		h->expects ? &h->expects[i - image_instances(h->image)] : NULL;
	int64_t ends_us = 0, left_us, down_us = master_down_us(i, slowest_us);

	if (e && e->is_long)
		ends_us = sim_host_when(h, (struct mono){ e->down_at_us });
	if (e && e->late_us)
		ends_us = sim_host_when(h, (struct mono){ e->late_us });
	left_us = ends_us - h->sim->oracle.fault_us;
	return left_us > down_us ? left_us : down_us;
}

/* Nobody heard it, and it leaves the one that was heard in office. */
static bool was_mute(const struct sim_host *h, const struct image_instance *i)
{
	return h->expects && h->expects[i - image_instances(h->image)].was_mute;
}

#define SLOW_TURNS 4

struct able {
	uint32_t hosts; /* able ones that have the VIP's router: a bit for each */
	uint32_t best; /* … with the highest priority among them */
	uint8_t priority; /* which is this */
	bool preempts; /* all of them do, and at once */
	bool is_native; /* one of them has the VIP by its own configuration */
	bool is_split; /* they do not agree (see agree()): nobody hears anybody */
	bool is_elsewhere; /* one of them has the VIP in another router */
	bool is_mixed; /* one of them has the router without this VIP: then it may be nowhere */
	bool was_refused; /* one of them tries again later what its kernel refused */
	bool was_stolen; /* somebody took it away from one of them just now */
	bool was_moved; /* the switch sends one of them its unicast to where it was */
	bool has_ah; /* their adverts are numbered together: who was away is behind */
	bool is_slow; /* its turns come late, and it takes several to read what waits */
	int64_t interval_us, down_us; /* the longest */
	int64_t ready_us; /* the last one may begin since then */
	uint32_t count;
	const struct image *images[SIM_HOSTS];
	const struct image_instance *of[SIM_HOSTS];
};

/* It became MASTER of what it could not give up: the others hear that within an interval. */
static bool is_just_settled(const struct sim_host *h, const struct image_instance *i)
{
	return h->settled_us &&
	       h->sim->now_us - h->settled_us <= i->advert_interval_us + SIM_SLACK_US;
}

/* Does each take the other's adverts? Of those that are signed a wall clock, too, says what is new:
 * where somebody may have begun with a wrong one, only each host's own judgement is held against
 * the rules. */
static bool agree(const struct sim *s, const struct image *image, const struct image_instance *a,
		  const struct image *others, const struct image_instance *b)
{
	if ((a->hmac || b->hmac) && s->are_clocks_moved)
		return false;
	/* What an owner is deaf to cannot end its service, nor what has another list. */
	if (sim_judge_is_deaf(a) || sim_judge_is_deaf(b) ||
	    (((a->flags | b->flags) & IMAGE_CHECK_LIST) &&
	     !sim_judge_lists_are_equal(image, a, others, b)))
		return false;
	return seal_agrees(image, a, others, b) && a->version == b->version &&
	       !((a->flags ^ b->flags) & IMAGE_UNICAST) &&
	       sim_router_is_global(image, a) == sim_router_is_global(others, b) &&
	       (a->version == 3 || a->advert_interval_us == b->advert_interval_us) &&
	       a->auth_type == b->auth_type &&
	       memcmp(a->auth_data, b->auth_data, sizeof(a->auth_data)) == 0;
}

/* With each one that was looked at before. */
static bool agrees_with_all(const struct sim *s, struct able *able, const struct image *image,
			    const struct image_instance *i)
{
	bool agrees = true;

	for (uint32_t k = 0; k < able->count; k++)
		agrees &= agree(s, able->images[k], able->of[k], image, i);
	able->images[able->count] = image;
	able->of[able->count++] = i;
	return agrees;
}

/* Has it heard this host, which may not have spoken yet, with its own list? Then it takes another
 * list of it, too. */
static bool knows(const struct sim_host *h, const struct image_instance *i, const struct addr *addr)
{
	const struct sim_expect *e = &h->expects[i - image_instances(h->image)];

	for (int k = 0; k < SIM_KNOWN; k++)
		if (addr->family && addr_equal(&e->known[k], addr))
			return true;
	return false;
}

/* Does each refuse what the other says? */
static bool are_strangers(const struct sim_host *h, const struct image_instance *i,
			  const struct sim_host *o, const struct image_instance *j)
{
	const struct addr *a, *b;

	if (!h->expects || !o->expects || ((i->flags | j->flags) & IMAGE_UNICAST) ||
	    ((i->flags | j->flags) & IMAGE_YIELD_TO_STRANGERS) ||
	    seal_knows(h->image, i, j) || seal_knows(o->image, j, i) ||
	    !sim_judge_lists_are_foreign(h->image, i, o->image, j))
		return false;
	a = &h->expects[i - image_instances(h->image)].own;
	b = &o->expects[j - image_instances(o->image)].own;
	return !knows(h, i, b) && !knows(o, j, a);
}

/* To each host that has the VIP, which is none of its own: who put it there is not asked here. */
static bool is_stranger(const struct sim_host *h, const struct image_instance *i,
			const struct sim_vip *v)
{
	const struct sim *s = h->sim;
	bool is_one = !instance_of(h, v);

	for (uint32_t k = 0; is_one && k < s->host_count; k++)
		if (instance_of(&s->hosts[k], v))
			is_one = are_strangers(h, i, &s->hosts[k], instance_of(&s->hosts[k], v));
	return is_one;
}

/* Put back at most every RECONCILE_REPAIR_GAP_US; and one that a dump did not show is missed once
 * more when the news come that are older. */
static bool is_just_stolen(const struct sim_host *h, const struct sim_vip *v)
{
	const struct sim_expect_vip *e = h->expects ? &h->expect_vips[v - h->sim->vips] : NULL;

	return e && e->stolen_us && sim_host_now(h).us - e->stolen_us < 4 * RECONCILE_REPAIR_GAP_US;
}

/* The switch learns where it is with its next advert; then comes the next one for it. */
static bool is_just_moved(const struct sim_host *h, uint32_t link, const struct image_instance *i)
{
	int64_t moved_us = h->links[link].moved_us;

	return (i->flags & IMAGE_UNICAST) && moved_us &&
	       h->sim->now_us - moved_us <= 2 * i->advert_interval_us + SIM_SLACK_US;
}

/* Clients reach it on another link than its peers, where the switch lets nothing through, or which
 * it was told not to mind. */
static bool is_unseen(const struct sim_host *h, uint32_t link, uint32_t vip_link)
{
	return h->links[link].is_routed &&
	       (!sim_link_passes(h, vip_link) || h->links[vip_link].is_renamed);
}

static struct able able_of(const struct sim *s, const struct sim_vip *v)
{
	const struct sim_lan *lan = &s->lans[v->lan];
	struct able able = { .preempts = true };
	const struct image_instance *any = any_instance_of(s, v);
	int64_t slowest = any ? slowest_us(s, v, any) : 0, ready_us;

	for (uint32_t p = 0; any && p < lan->port_count; p++) {
		const struct sim_host *h = &s->hosts[lan->ports[p].host];
		uint32_t link = advert_link(s, v, &lan->ports[p], any->family);
		const struct image_instance *i =
			link == NODE_NONE ? NULL : router_of(h, link, any);

		if (!i || !is_able(h, link, i) || is_stranger(h, i, v))
			continue;
		if (is_unseen(h, link, lan->ports[p].link)) {
			able.is_mixed = true;
			continue;
		}
		able.hosts |= 1u << h->number;
		ready_us = sim_host_when(h, (struct mono){ h->ready_us });
		if (ready_us > able.ready_us)
			able.ready_us = ready_us;
		able.was_refused |= h->was_refused || is_just_settled(h, i);
		able.was_stolen |= is_just_stolen(h, v);
		able.was_moved |= is_just_moved(h, link, i);
		able.has_ah |= i->auth_type == AUTH_TYPE_AH;
		able.is_slow |= h->is_slow;
		able.is_mixed |= instance_of(h, v) != i;
		able.is_elsewhere |= instance_of(h, v) && instance_of(h, v) != i;
		able.is_split |= !agrees_with_all(s, &able, h->image, i);
		if (sim_address_is_native(h, lan->ports[p].link, &v->prefix.addr))
			able.is_native = true;
		able.preempts &= sim_judge_preempts(i) && !was_mute(h, i);
		if (i->priority > able.priority)
			able.best = 0;
		if (i->priority >= able.priority) {
			able.best |= 1u << h->number;
			able.priority = i->priority;
		}
		if (i->advert_interval_us > able.interval_us)
			able.interval_us = i->advert_interval_us;
		if (listening_us(h, i, slowest) > able.down_us)
			able.down_us = listening_us(h, i, slowest);
	}
	return able;
}

bool sim_lasts(struct sim *s, struct sim_lasting *l, bool is_so, int64_t bound_us)
{
	int64_t since_us;

	if (!l->is_so)
		l->since_us = s->now_us;
	l->is_so = is_so;
	if (!is_so)
		return false;
	since_us = l->since_us > s->oracle.fault_us ? l->since_us : s->oracle.fault_us;
	if (s->now_us - since_us > bound_us)
		return true;
	if (since_us + bound_us < s->oracle.due_us)
		s->oracle.due_us = since_us + bound_us + 1;
	return false;
}

static void vip_judge(struct sim *s, struct sim_vip *v)
{
	struct able able = able_of(s, v);
	uint32_t both = v->reached & able.hosts;
	bool is_best = v->reached & able.best;
	bool is_due = able.hosts && !able.is_mixed && !able.is_native && !able.is_split;
	/* What was refused is tried again later, and short intervals do not hide that. */
	int64_t slack_us = SIM_SLACK_US + (able.was_refused ? RECONCILE_RETRY_MAX_US : 0) +
			   (able.was_stolen ? 2 * RECONCILE_REPAIR_GAP_US : 0) +
			   (able.is_slow ? SLOW_TURNS * SIM_LATE_US : 0);
	int64_t down_us = able.down_us + able.interval_us + slack_us;
	const char *wrong = NULL;
	char text[ADDR_TEXT_SIZE];

	if (able.is_split || able.is_elsewhere)
		able.hosts = both = 0;
	if (sim_lasts(s, &v->twice, sim_are_several(both) && !able.is_native,
		      able.interval_us * (1 + able.was_moved + able.has_ah) + slack_us))
		wrong = "two able hosts hold it";
	if (sim_lasts(s, &v->unheld, is_due && !both, down_us))
		wrong = "nobody holds it, and a host could";
	if (sim_lasts(s, &v->unserved, is_due && !v->is_served, down_us + sim_neighbour_us(s)))
		wrong = "nobody serves it, and a host could";
	/* A better one may have begun only since. */
	if (v->misplaced.since_us < able.ready_us)
		v->misplaced.since_us = able.ready_us;
	if (sim_lasts(s, &v->misplaced, able.preempts && is_due && !is_best, 2 * down_us))
		wrong = "it is not at the host of the highest priority";
	if (wrong)
		sim_violated(s, "%s: %s (hosts: held by %#x, able %#x, best %#x)",
			     addr_print(&v->prefix.addr, text, sizeof(text)), wrong, v->reached,
			     able.hosts, able.best);
}

/* Unicast reaches only who has the address that is in the lists; and who sends from another one,
 * which somebody added by hand and is the primary one since, is taken for nobody's. That it is the
 * other one of the host's own, when it has both, is a mistake. */
static bool is_unreached(const struct sim_host *h)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];
		const struct addr *addr = sim_router_address(h, instance);
		uint32_t link = sim_link_of(h, instance->link);
		const struct addr *own = h->expects ? &h->expects[i].own : addr;
		bool is_foreign = own->family && !addr_equal(own, addr) &&
				  !addr_equal(own, &h->links[link].own.addr) &&
				  !addr_equal(own, &h->links[link].second.addr);

		/* Who wants to have it does not run without it. */
		if (instance->source.family && (instance->flags & IMAGE_TRACK_SOURCE))
			continue;
		if ((instance->flags & IMAGE_UNICAST) &&
		    (!sim_address_is_settled(h, link, addr) || is_foreign))
			return true;
	}
	return false;
}

/* What is going on makes every bound void: frames get lost or pass one way only, or a host does not
 * hear its own kernel. The bounds count from when that is over. */
static bool is_disturbed(const struct sim *s)
{
	if (s->loss_ppm)
		return true;
	for (uint32_t k = 0; k < s->host_count; k++) {
		const struct sim_host *h = &s->hosts[k];

		if (h->is_hung || h->loses_news || h->refuses || h->filters ||
		    h->change != SIM_CHANGE_NONE || is_unreached(h))
			return true;
		for (uint32_t l = 0; l < h->link_count; l++)
			if (h->links[l].is_lossy || h->links[l].is_corrupt ||
			    h->links[l].is_unsnooped || h->links[l].lacks_groups ||
			    h->links[l].is_deaf != h->links[l].is_mute)
				return true;
	}
	return false;
}

static bool is_as_wanted(const struct sim_host *h)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];
		struct status_row row;

		if (instance->broken_reason)
			continue;
		node_row(h->node, i, 0, &row);
		for (uint32_t a = 0; a < instance->address_count; a++) {
			const struct image_address *address =
				&image_addresses(h->image)[instance->address_first + a];
			uint32_t link = sim_link_of(h, address->link);
			bool is_native = instance->priority == VRRP_OWNER &&
					 sim_address_is_native(h, link, &address->prefix.addr);

			/* The owner's address may be there by the host's own configuration. */
			if (h->links[link].ifindex && !is_native && sim_link_is_known(h, link) &&
			    sim_address_held(h, link, &address->prefix.addr) !=
				    (row.state == VRRP_STATE_MASTER))
				return false;
		}
	}
	return true;
}

/* A farewell, a second for the addresses, and turns that come late. */
#define END_US (SIM_SECOND + 500000)

/* What vipd promises of itself; another router promised nothing. */
static void host_judge(struct sim *s, struct sim_host *h)
{
	bool is_awake = sim_host_is_awake(h), is_wrong = is_awake && !is_as_wanted(h);
	int64_t bound_us = h->was_refused ? RECONCILE_RETRY_MAX_US + SIM_SLACK_US : SIM_ADDRESS_US;

	/* What a change left behind, too, is tried again only after a while. */
	if (is_awake && !is_wrong && h->was_refused && !sim_ledger_has_leftovers(h)) {
		h->was_refused = false;
		h->settled_us = s->now_us;
	}
	if (sim_lasts(s, &h->wrong, is_wrong, bound_us))
		sim_violated(s, "host %s has not the addresses that its core wants", h->name);
	if (sim_lasts(s, &h->ending, is_awake && h->is_stopping, END_US))
		sim_violated(s, "host %s was told to end, and does not", h->name);
	if (is_awake && !h->has_work && !h->is_slow && !h->is_kernel_slow &&
	    h->change == SIM_CHANGE_NONE &&
	    mono_since(node_deadline(h->node), sim_host_now(h)) > 0)
		sim_violated(s, "a timer of host %s lies in the past after its turn", h->name);
	sim_expect_judge(h);
	sim_ledger_judge(h);
}

static void host_look(struct sim *s, struct sim_host *h)
{
	if (h->is_foreign || (!h->is_changed && h->due_us > s->now_us))
		return;
	h->is_changed = false;
	s->oracle.due_us = INT64_MAX;
	host_judge(s, h);
	h->due_us = s->oracle.due_us;
}

static void vips_look(struct sim *s)
{
	if (!s->oracle.vips_changed && s->oracle.vips_due_us > s->now_us)
		return;
	s->oracle.vips_changed = false;
	s->oracle.due_us = INT64_MAX;
	for (uint32_t i = 0; i < s->vip_count; i++)
		vip_judge(s, &s->vips[i]);
	s->oracle.vips_due_us = s->oracle.due_us;
}

/* Only what something happened to, or what is due. */
void sim_oracle_look(struct sim *s)
{
	int64_t due_us = INT64_MAX;

	if (is_disturbed(s))
		s->oracle.fault_us = s->now_us;
	for (uint32_t i = 0; i < s->host_count; i++) {
		host_look(s, &s->hosts[i]);
		if (!s->hosts[i].is_foreign && s->hosts[i].due_us < due_us)
			due_us = s->hosts[i].due_us;
	}
	vips_look(s);
	s->oracle.due_us = due_us < s->oracle.vips_due_us ? due_us : s->oracle.vips_due_us;
}

void sim_oracle_fault(struct sim *s)
{
	s->oracle.fault_us = s->now_us;
	s->oracle.vips_changed = true;
	for (uint32_t i = 0; i < s->host_count; i++)
		s->hosts[i].is_changed = true;
}

void sim_watch(struct sim *s)
{
	s->oracle.is_on = true;
	s->oracle.due_us = INT64_MAX;
	sim_oracle_fault(s);
}

const char *sim_violation(const struct sim *s)
{
	return s->oracle.violation[0] ? s->oracle.violation : NULL;
}
