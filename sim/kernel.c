/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of a host's kernel: its interfaces and addresses, and what rtnetlink tells of them: in
 * order, a little later, and not at all when too much of it waits to be read (an overrun, which the
 * reader learns of with its next look). A dump says what there is at the moment when it is read. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <errno.h>
#include <string.h>

uint32_t sim_link_by_index(const struct sim_host *h, uint32_t ifindex, uint8_t family)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		if (ifindex && h->links[l].ifindex == ifindex && h->links[l].family == family)
			return l;
	return NODE_NONE;
}

uint32_t sim_link_by_name(const struct sim_host *h, const char *name, uint8_t family)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		if (strcmp(h->links[l].name, name) == 0 &&
		    (!family || h->links[l].family == family))
			return l;
	return NODE_NONE;
}

uint32_t sim_link_twin(const struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];

	return sim_link_by_name(h, l->name, addr_family_other(l->family));
}

uint32_t sim_link_of(const struct sim_host *h, uint32_t node_link)
{
	return h->variants[h->variant].links[node_link];
}

/* -- what is told -- */

/* In which the others differ that come with a second address. */
#define CROWD_OCTET 13

static void news_put(struct sim_host *h, const struct sim_news *news)
{
	int64_t at_us = h->sim->now_us + sim_draw(h->sim, SIM_NEWS_DELAY_US);

	if (!sim_host_runs(h))
		return;
	/* What is asked for is answered, whatever else gets lost. */
	if (news->kind < SIM_NEWS_DUMP && (h->loses_news || h->news_count == SIM_NEWS)) {
		h->has_lost_news = true;
		return;
	}
	if (h->news_count == SIM_NEWS) {
		h->has_lost_news = true;
		h->news_count--;
	}
	if (h->news_count && h->news[h->news_count - 1].at_us > at_us)
		at_us = h->news[h->news_count - 1].at_us;
	h->news[h->news_count] = *news;
	h->news[h->news_count].happened_us = sim_host_now(h).us;
	h->news[h->news_count++].at_us = at_us;
}

static struct sim_news link_news(const struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];

	return (struct sim_news){ .kind = SIM_NEWS_LINK, .link = link, .ifindex = l->ifindex,
				  .is_up = l->has_carrier, .is_renamed = l->is_renamed };
}

/* Of an interface that two families use, it is told when all of it is as the news has it. */
static void link_news_put(struct sim_host *h, const struct sim_news *news)
{
	const struct sim_link *l = &h->links[news->link];
	uint32_t twin = sim_link_twin(h, news->link);
	const struct sim_link *t = &h->links[twin == NODE_NONE ? news->link : twin];

	if (sim_link_is_told(l) && t->ifindex == l->ifindex && t->has_carrier == l->has_carrier &&
	    t->is_renamed == l->is_renamed)
		news_put(h, news);
}

static struct sim_news address_news(const struct sim_host *h, const struct sim_address *a)
{
	const struct sim_link *l = &h->links[a->link];

	return (struct sim_news){ .kind = SIM_NEWS_ADDRESS, .link = a->link,
				  .ifindex = l->is_vrf ? l->inside : l->ifindex,
				  .prefix = a->prefix,
				  .is_marked = a->is_marked && !a->is_foreign,
				  .is_secondary = addr_equal(&a->prefix.addr, &l->second.addr) &&
						  !l->is_second_own,
				  .is_tentative = a->is_tentative };
}

void sim_news_forget(struct sim_host *h)
{
	h->news_count = 0;
	h->has_lost_news = false;
	h->is_dumping = h->dumps_again = false;
}

static void part_put(struct sim_host *h, enum sim_news_kind part)
{
	struct sim_news news = { .kind = part };

	news_put(h, &news);
}

void sim_news_dump(struct sim_host *h)
{
	if (h->is_dumping)
		h->dumps_again = true;
	else
		part_put(h, SIM_NEWS_DUMP);
}

void sim_news_overrun(struct sim_host *h, bool is_losing)
{
	h->loses_news = is_losing;
	if (is_losing) {
		h->news_count = 0;
		h->has_lost_news = true;
		/* Its parts are not news: they come all the same. */
		if (h->is_dumping)
			part_put(h, SIM_NEWS_DUMP);
	} else if (sim_host_runs(h)) {
		sim_host_work(h);
	}
}

/* An overrun is noticed when there is room again: what it leads to, a dump, has to fit. */
static bool notices_overrun(const struct sim_host *h)
{
	return h->has_lost_news && !h->loses_news && h->news_count < SIM_NEWS;
}

int64_t sim_news_time(const struct sim_host *h)
{
	if (notices_overrun(h))
		return h->sim->now_us;
	return h->news_count ? h->news[0].at_us : INT64_MAX;
}

/* Of the interface, for all that use it. */
static void link_count(struct sim_host *h, uint32_t link)
{
	int64_t now_us = sim_host_now(h).us;

	for (uint32_t k = 0; k < h->link_count; k++) {
		struct sim_link *l = &h->links[k];

		if (strcmp(l->name, h->links[link].name) != 0)
			continue;
		l->news = l->news_us == now_us ? l->news + 1 : 1;
		l->news_us = now_us;
	}
}

static void link_met(struct sim_host *h, const struct sim_news *news)
{
	struct sim_link *l = &h->links[news->link];

	/* Under another name, too, it is another interface; and what one did that has its name
	 * again was not told. */
	l->told_up &= l->told_index == news->ifindex && !(l->told_renamed && !news->is_renamed);
	if (!news->is_renamed && l->node_link != NODE_NONE)
		sim_watch_told(h, l, news->is_up);
	sim_ledger_met(h, news);
	l->is_met |= !news->is_renamed && l->node_link != NODE_NONE;
}

static void link_tell(struct sim_host *h, const struct sim_news *news)
{
	const struct sim_link *l = &h->links[news->link];
	struct sim_news twin = *news;
	const char *name = news->is_renamed ? "renamed" : l->name;
	struct node_link_news told = { .ifindex = news->ifindex, .name = name,
				       .is_up = news->is_up, .has_mac = true };

	twin.link = sim_link_twin(h, news->link);
	link_count(h, news->link);
	link_met(h, news);
	if (twin.link != NODE_NONE)
		link_met(h, &twin);
	memcpy(told.mac, l->mac, MAC_SIZE);
	node_link(h->node, &told, sim_host_now(h));
}

static void news_tell(struct sim_host *h, const struct sim_news *news);

static void links_tell(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->link_count; l++) {
		struct sim_news news = link_news(h, l);
		uint32_t twin = sim_link_twin(h, l);

		if (news.ifindex && sim_link_is_told(&h->links[l]) &&
		    (twin == NODE_NONE || twin > l))
			news_tell(h, &news);
	}
}

static void addresses_tell(struct sim_host *h, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < h->address_count; i++) {
		struct sim_news news = address_news(h, &h->addresses[i]);

		news_tell(h, &news);
	}
}

/* Where it could not remember all of them, one that goes may leave another to be found. */
static void crowds_look(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		h->is_dump_due |= h->links[l].is_crowded;
}

/* In parts, as when there is much: each is asked for when the last was read, and stands behind the
 * news that came until then. A list of addresses that changed under it is begun anew, up to so many
 * times; and another dump that is asked for meanwhile comes behind it (kern/netlink.c). */
#define DUMP_TRIES 16

/* What stands in no news is there from its end on. To who did not see it begin that is none. */
static void dump_end(struct sim_host *h)
{
	if (h->dumped == h->node)
		sim_routed_begin(h);
	node_dump_end(h->node, sim_host_now(h));
}

static void dump_begin(struct sim_host *h)
{
	if (!h->is_dumping)
		h->dump_tries = 0;
	h->is_dumping = true;
	h->dumped = h->node;
	node_dump_begin(h->node);
	links_tell(h);
	part_put(h, SIM_NEWS_DUMP_ADDRESSES);
}

static void dump_half(struct sim_host *h)
{
	h->is_dump_broken = false;
	h->dumped_count = h->address_count / 2;
	addresses_tell(h, 0, h->dumped_count);
	part_put(h, SIM_NEWS_DUMP_REST);
}

static void dump_rest(struct sim_host *h)
{
	bool again = h->dumps_again;

	addresses_tell(h, h->dumped_count, h->address_count);
	if (h->is_dump_broken && ++h->dump_tries < DUMP_TRIES) {
		part_put(h, SIM_NEWS_DUMP);
		return;
	}
	h->is_dumping = h->dumps_again = false;
	crowds_look(h);
	dump_end(h);
	if (again || h->is_dump_broken)
		part_put(h, SIM_NEWS_DUMP);
}

static void dump_tell(struct sim_host *h)
{
	crowds_look(h);
	h->dumped = h->node;
	node_dump_begin(h->node);
	links_tell(h);
	addresses_tell(h, 0, h->address_count);
	/* It may come in slices, and the node is asked between them. */
	if (h->sim->now_us % 2 && !h->is_stopping)
		sim_host_apply(h);
	dump_end(h);
}

static void peer_tell(struct sim_host *h, const struct sim_news *news)
{
	struct sim_news twin = *news;

	sim_peer_news(h, news);
	twin.link = sim_link_twin(h, news->link);
	if (twin.link != NODE_NONE &&
	    (news->kind == SIM_NEWS_LINK || news->kind == SIM_NEWS_LINK_GONE))
		sim_peer_news(h, &twin);
}

static void news_tell(struct sim_host *h, const struct sim_news *news)
{
	struct node_address_news address = { .ifindex = news->ifindex, .prefix = news->prefix,
					     .is_marked = news->is_marked,
					     .is_vrrp = news->is_marked, .is_own = news->is_own,
					     .is_secondary = news->is_secondary,
					     .is_tentative = news->is_tentative };

	if (h->peer) {
		peer_tell(h, news);
		return;
	}
	h->heard_us = sim_host_now(h).us;
	switch (news->kind) {
	case SIM_NEWS_LINK:
		link_tell(h, news);
		break;
	case SIM_NEWS_LINK_GONE:
		link_count(h, news->link);
		/* A dump may have told of the next one before. */
		if (h->links[news->link].told_index == news->ifindex)
			sim_watch_told(h, &h->links[news->link], false);
		node_link_gone(h->node, news->ifindex, sim_host_now(h));
		break;
	case SIM_NEWS_ADDRESS:
		node_address(h->node, &address, sim_host_now(h));
		break;
	case SIM_NEWS_ADDRESS_GONE:
		crowds_look(h);
		node_address_gone(h->node, &address, sim_host_now(h));
		break;
	case SIM_NEWS_DUMP:
		/* One that came in parts and begins anew goes on so. */
		if (h->is_kernel_slow || h->is_dumping)
			dump_begin(h);
		else
			dump_tell(h);
		break;
	case SIM_NEWS_DUMP_ADDRESSES:
		dump_half(h);
		break;
	case SIM_NEWS_DUMP_REST:
		dump_rest(h);
		break;
	}
}

void sim_news_read(struct sim_host *h)
{
	uint32_t count = 0;

	if (notices_overrun(h)) {
		h->has_lost_news = false;
		if (h->peer)
			sim_peer_dump(h);
		else
			node_overrun(h->node);
		h->overruns++;
		h->is_dump_due = true;
	}
	for (; count < h->news_count && h->news[count].at_us <= h->sim->now_us; count++) {
		const struct sim_news *news = &h->news[count];

		if (news->kind == SIM_NEWS_ADDRESS && !news->is_own)
			sim_expect_came(h, news);
		news_tell(h, news);
	}
	h->news_count -= count;
	memmove(h->news, h->news + count, h->news_count * sizeof(h->news[0]));
}

/* -- addresses -- */

struct sim_address *sim_address_find(const struct sim_host *h, uint32_t link,
				     const struct addr *addr)
{
	for (size_t i = 0; i < h->address_count; i++)
		if (h->addresses[i].link == link && addr_equal(&h->addresses[i].prefix.addr, addr))
			return &h->addresses[i];
	return NULL;
}

bool sim_address_held(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	return sim_address_find(h, link, addr) != NULL;
}

/* `is_native`: and vipd did not put it there. */
static bool is_there(const struct sim_host *h, uint32_t link, const struct addr *addr,
		     bool is_native)
{
	for (size_t i = 0; i < h->address_count; i++) {
		const struct sim_address *a = &h->addresses[i];

		if ((a->link == link || h->links[link].is_routed) && !a->is_tentative &&
		    !(is_native && a->is_marked) && addr_equal(&a->prefix.addr, addr))
			return true;
	}
	return false;
}

bool sim_address_is_settled(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	return is_there(h, link, addr, false);
}

bool sim_address_is_native(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	const struct sim_address *a = sim_address_find(h, link, addr);

	return a && !a->is_marked;
}

/* An address of IPv4 is never link-local here. */
static bool has_native(const struct sim_host *h, uint32_t link, bool is_link_local)
{
	for (size_t i = 0; i < h->address_count; i++)
		if (h->addresses[i].link == link && !h->addresses[i].is_marked &&
		    !h->addresses[i].is_tentative &&
		    addr_is_link_local(&h->addresses[i].prefix.addr) == is_link_local)
			return true;
	return false;
}

bool sim_link_has_native(const struct sim_host *h, uint32_t link)
{
	return has_native(h, link, h->links[link].family == ADDR_IPV6);
}

static bool link_lacks(const struct sim_host *h, uint32_t link, bool or_down)
{
	const struct sim_link *l = &h->links[link];

	return !l->ifindex || l->is_renamed || (or_down && !l->has_carrier);
}

bool sim_router_lacks(const struct sim_host *h, const struct image_instance *i, bool or_down)
{
	const struct image_address *a = &image_addresses(h->image)[i->address_first];
	bool lacks = link_lacks(h, sim_link_of(h, i->link), or_down);

	for (uint32_t k = 0; k < i->address_count; k++)
		if (!(a[k].flags & IMAGE_ADDRESS_NO_TRACK))
			lacks |= link_lacks(h, sim_link_of(h, a[k].link), or_down);
	return lacks;
}

/* A configured one need not be there, unless it is tracked. */
bool sim_router_has_source(const struct sim_host *h, const struct image_instance *i)
{
	uint32_t link = sim_link_of(h, i->link);

	if (i->source.family == ADDR_NONE && sim_router_is_global(h->image, i))
		return has_native(h, link, false);
	if (i->source.family == ADDR_NONE)
		return sim_link_has_native(h, link);
	if (!(i->flags & IMAGE_TRACK_SOURCE))
		return true;
	return is_there(h, link, &i->source, true);
}

static uint32_t native_count(const struct sim_host *h, uint32_t link)
{
	uint32_t count = 0;

	for (size_t i = 0; i < h->address_count; i++)
		count += h->addresses[i].link == link && !h->addresses[i].is_marked;
	return count;
}

/* An address of the user's, or of the host itself, is no VIP: nobody looks for it. */
static void moved(struct sim_host *h, const struct sim_address *a, bool is_held)
{
	struct sim *s = h->sim;
	struct sim_vip *v = sim_vip_find(s, h->links[a->link].lan, &a->prefix.addr);
	struct sim_record *r;

	if (!v)
		return;
	v->held = is_held ? v->held | 1u << h->number : v->held & ~(1u << h->number);
	r = sim_record_add(s, is_held ? SIM_RECORD_HELD : SIM_RECORD_LEFT);
	r->host = h->number;
	r->vip = (uint32_t)(v - s->vips);
	sim_vip_look(s, v);
}

static void address_set(struct sim_host *h, struct sim_address *there,
			const struct sim_address *changed, bool add)
{
	if (add) {
		h->addresses = sim_grow(h->addresses, sizeof(*changed), h->address_count,
					&h->address_room);
		h->addresses[h->address_count++] = *changed;
	} else {
		*there = h->addresses[--h->address_count];
	}
	h->is_dump_broken = true;
	moved(h, changed, add);
	h->sim->oracle.vips_changed = true;
}

/* Are its neighbours asked for it first? Before the daemon runs they were. */
static bool is_detected(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	const struct sim_link *l = &h->links[link];

	return addr->family == ADDR_IPV6 && sim_host_runs(h) && sim_link_owns(l, addr);
}

void sim_address_settle(struct sim_host *h, uint32_t link, bool is_second)
{
	const struct sim_link *l = &h->links[link];
	const struct prefix *prefix = is_second ? &l->second : &l->own;
	struct sim_address *a = sim_address_find(h, link, &prefix->addr);
	struct sim_news news;

	if (!a || !a->is_tentative)
		return;
	a->is_tentative = false;
	news = address_news(h, a);
	news_put(h, &news);
}

static void settle_later(struct sim_host *h, uint32_t link, bool is_second)
{
	struct sim_event e = { .kind = SIM_EVENT_SETTLE, .host = h->number, .index = link,
			       .port = is_second };

	e.at_us = h->sim->now_us + SIM_DAD_US + sim_draw(h->sim, SIM_DAD_US);
	sim_queue_add(&h->sim->queue, &e, NULL, 0);
}

int sim_address_replace(struct sim_host *h, uint32_t link, const struct prefix *prefix)
{
	struct sim_address *a = sim_address_find(h, link, &prefix->addr);
	struct sim_news news;

	if (!a || h->refuses)
		return sim_address_change(h, link, prefix, true, true);
	a->is_marked = true;
	a->is_foreign = false;
	news = address_news(h, a);
	news.is_own = true;
	news_put(h, &news);
	return 0;
}

int sim_address_change(struct sim_host *h, uint32_t link, const struct prefix *prefix, bool add,
		       bool is_own)
{
	struct sim_address *a = sim_address_find(h, link, &prefix->addr);
	struct sim_address changed = { .link = link, .prefix = *prefix, .is_marked = is_own,
				       .is_foreign = h->is_foreign,
				       .is_tentative = is_detected(h, link, &prefix->addr),
				       .since_us = sim_host_now(h).us };
	struct sim_link *l = &h->links[link];
	struct sim_news news;

	if (is_own && h->refuses) {
		h->was_refused = true;
		h->refused_us = h->sim->now_us;
		return ENOBUFS;
	}
	if (add && a)
		return EEXIST;
	if (!add && !a)
		return EADDRNOTAVAIL;
	if (!add)
		changed = *a;
	address_set(h, a, &changed, add);
	h->meddled += !is_own;
	l->is_crowded |= native_count(h, link) > LIMIT_SOURCES;
	news = address_news(h, &changed);
	news.kind = add ? SIM_NEWS_ADDRESS : SIM_NEWS_ADDRESS_GONE;
	news.is_own = is_own;
	news_put(h, &news);
	sim_expect_moved(h, &changed, add, is_own);
	return 0;
}

void sim_addresses_steal(struct sim_host *h)
{
	for (size_t i = h->address_count; i-- > 0;) {
		struct sim_address a = h->addresses[i];

		if (a.is_marked || sim_vip_find(h->sim, h->links[a.link].lan, &a.prefix.addr))
			sim_address_change(h, a.link, &a.prefix, false, false);
	}
}

void sim_addresses_plant(struct sim_host *h)
{
	for (uint32_t k = 0; k < h->image->address_count && h->is_powered; k++) {
		const struct image_address *a = &image_addresses(h->image)[k];
		uint32_t link = sim_link_of(h, a->link);

		if (h->links[link].ifindex)
			sim_address_change(h, link, &a->prefix, true, false);
	}
}

/* Is there an interface for them? */
static bool has_addresses(const struct sim_link *l)
{
	return l->is_vrf || l->ifindex;
}

void sim_own_address(struct sim_host *h, uint32_t link, bool is_there)
{
	struct sim_link *l = &h->links[link];

	if (l->has_own == is_there || !has_addresses(l))
		return;
	l->has_own = is_there;
	sim_address_change(h, link, &l->own, is_there, false);
	if (is_there && is_detected(h, link, &l->own.addr))
		settle_later(h, link, false);
}

static void crowd(struct sim_host *h, uint32_t link, bool is_there)
{
	struct prefix other = h->links[link].second;

	for (uint8_t k = 1; k <= LIMIT_SOURCES + 4; k++) {
		other.addr.bytes[CROWD_OCTET] = k;
		sim_address_change(h, link, &other, is_there, false);
	}
}

/* The second one, or one that came with it. */
bool sim_link_is_second(const struct sim_link *l, const struct addr *addr)
{
	struct addr second = *addr;

	if (addr->family == ADDR_IPV6)
		second.bytes[CROWD_OCTET] = 0;
	return addr_equal(&second, &l->second.addr);
}

void sim_second_address(struct sim_host *h, uint32_t link, bool is_there)
{
	struct sim_link *l = &h->links[link];

	if (l->has_second == is_there || !has_addresses(l))
		return;
	l->has_second = is_there;
	sim_address_change(h, link, &l->second, is_there, false);
	if (is_there && is_detected(h, link, &l->second.addr))
		settle_later(h, link, true);
	/* Sometimes more come with it than vipd-vrrp remembers. Not of IPv4: there the primary one,
	 * which would be forgotten among them, is told before all others. */
	if (l->family == ADDR_IPV6 && !l->is_second_own && (!is_there || sim_draw(h->sim, 2)))
		crowd(h, link, is_there);
}

/* -- interfaces -- */

void sim_rename(struct sim_host *h, uint32_t link, bool is_renamed)
{
	struct sim_link *l = &h->links[link];
	struct sim_news news;

	if (l->is_renamed == is_renamed || !l->ifindex)
		return;
	l->is_renamed = is_renamed;
	news = link_news(h, link);
	link_news_put(h, &news);
}

void sim_carrier(struct sim_host *h, uint32_t link, bool has_carrier)
{
	struct sim_link *l = &h->links[link];
	struct sim_news news;

	if (l->has_carrier == has_carrier)
		return;
	l->has_carrier = has_carrier;
	news = link_news(h, link);
	if (l->ifindex)
		link_news_put(h, &news);
}

static void addresses_lose(struct sim_host *h, uint32_t link)
{
	for (size_t i = h->address_count; i-- > 0;) {
		struct sim_address a = h->addresses[i];

		if (a.link == link)
			sim_address_change(h, link, &a.prefix, false, false);
	}
	h->links[link].has_own = h->links[link].has_second = false;
}

void sim_narrow(struct sim_host *h, uint32_t link)
{
	if (!h->links[link].ifindex)
		return;
	addresses_lose(h, link);
	h->links[link].lacks_groups = h->links[link].is_open;
}

/* With the interface its sockets and addresses go; of these the kernel tells, too. Those of the
 * interfaces in a VRF stay. */
static void unplug(struct sim_host *h, uint32_t link)
{
	struct sim_link *l = &h->links[link];
	struct sim_news gone = { .kind = SIM_NEWS_LINK_GONE, .link = link,
				 .ifindex = l->ifindex };

	if (!l->is_vrf)
		addresses_lose(h, link);
	l->is_renamed = l->is_met = false;
	l->ifindex = 0;
	link_news_put(h, &gone);
	l->is_open = l->has_failed = l->lacks_groups = false;
}

void sim_plug(struct sim_host *h, uint32_t link, bool is_plugged)
{
	struct sim_link *l = &h->links[link];
	uint32_t twin = sim_link_twin(h, link);
	struct sim_news news;

	if (is_plugged == (l->ifindex != 0))
		return;
	if (!is_plugged) {
		unplug(h, link);
		return;
	}
	l->ifindex = twin == NODE_NONE || !h->links[twin].ifindex ? ++h->ifindex_last :
								    h->links[twin].ifindex;
	news = link_news(h, link);
	if (twin == NODE_NONE || h->links[twin].ifindex != l->ifindex)
		news_put(h, &news);
	/* The link-local one last, as Linux has them. */
	sim_second_address(h, link, h->links[link].is_second_own);
	sim_own_address(h, link, true);
}
