/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of a host's kernel: addresses and what it tells of them and of its links. What vipd
 * did itself was told to it as an outcome and comes as no news. Not modelled: rtnetlink's own
 * queue, its delay and its overruns. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <errno.h>
#include <string.h>

static struct node_address_news news_of(const struct sim_address *a)
{
	return (struct node_address_news){ .ifindex = a->ifindex, .prefix = a->prefix,
					   .is_marked = a->is_marked, .is_vrrp = a->is_marked };
}

static struct sim_address *address_find(const struct sim_host *h, uint32_t ifindex,
					const struct addr *addr)
{
	for (size_t i = 0; i < h->address_count; i++)
		if (h->addresses[i].ifindex == ifindex &&
		    addr_equal(&h->addresses[i].prefix.addr, addr))
			return &h->addresses[i];
	return NULL;
}

bool sim_address_held(const struct sim_host *h, uint32_t link, const struct addr *addr)
{
	return address_find(h, link + 1, addr) != NULL;
}

/* An address of the user's, or of the host itself, is no VIP: nobody looks for it. */
static void moved(struct sim_host *h, const struct sim_address *a, bool is_held)
{
	struct sim *s = h->sim;
	struct sim_vip *v = sim_vip_find(s, h->links[a->ifindex - 1].lan, &a->prefix.addr);
	struct sim_record *r;

	if (!v)
		return;
	r = sim_record_add(s, is_held ? SIM_RECORD_HELD : SIM_RECORD_LEFT);
	r->host = h->number;
	r->vip = (uint32_t)(v - s->vips);
	sim_vip_look(s, v);
}

int sim_address_change(struct sim_host *h, uint32_t ifindex, const struct prefix *prefix, bool add,
		       bool is_marked)
{
	struct sim_address *a = address_find(h, ifindex, &prefix->addr);
	struct sim_address changed = { ifindex, *prefix, is_marked };

	if (add && a)
		return EEXIST;
	if (!add && !a)
		return EADDRNOTAVAIL;
	if (add) {
		h->addresses = sim_grow(h->addresses, sizeof(*a), h->address_count,
					&h->address_room);
		h->addresses[h->address_count++] = changed;
	} else {
		changed = *a;
		*a = h->addresses[--h->address_count];
	}
	moved(h, &changed, add);
	return 0;
}

void sim_addresses_steal(struct sim_host *h)
{
	for (size_t i = h->address_count; i-- > 0;) {
		struct sim_address a = h->addresses[i];
		struct node_address_news news = news_of(&a);

		if (!a.is_marked)
			continue;
		sim_address_change(h, a.ifindex, &a.prefix, false, false);
		if (h->node)
			node_address_gone(h->node, &news, sim_host_now(h));
	}
	h->has_work = true;
}

void sim_kernel_link(struct sim_host *h, uint32_t link)
{
	const struct sim_link *l = &h->links[link];
	struct node_link_news news = { .ifindex = link + 1,
				       .name = image_links(h->image)[link].name,
				       .is_up = l->has_carrier, .has_mac = true };

	if (!h->node)
		return;
	memcpy(news.mac, l->mac, MAC_SIZE);
	node_link(h->node, &news, sim_host_now(h));
	h->has_work = true;
}

void sim_kernel_dump(struct sim_host *h)
{
	node_dump_begin(h->node);
	for (uint32_t l = 0; l < h->image->link_count; l++)
		sim_kernel_link(h, l);
	for (size_t i = 0; i < h->address_count; i++) {
		struct node_address_news news = news_of(&h->addresses[i]);

		node_address(h->node, &news, sim_host_now(h));
	}
	node_dump_end(h->node, sim_host_now(h));
	h->has_work = true;
}
