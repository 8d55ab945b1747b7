/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about the addresses that this host has besides. They are asked where the file is for this
 * host, and only then. */
#include "conf/lint.h"

#include <string.h>

/* Compared as octets: it has only such. */
struct network {
	char link[LIMIT_LINK_NAME]; /* empty: any */
	struct prefix prefix;
};

static struct network network_of(const char *link, const struct addr *addr, size_t length)
{
	struct network n = { .prefix = { .addr = *addr, .length = (uint8_t)length } };

	strncpy(n.link, link, sizeof(n.link) - 1);
	for (size_t bit = length; bit < addr_bits(addr); bit++)
		n.prefix.addr.bytes[bit / 8] &= (uint8_t)~(0x80u >> bit % 8);
	return n;
}

/* -- addresses that are there already -- */

static void held_ask(struct lint *l, const struct conf_instance *i,
		     const struct conf_addresses *list)
{
	char text[ADDR_TEXT_SIZE];

	for (size_t at = 0; at < list->count; at++) {
		const struct conf_address *a = &list->items[at];
		const struct addr *addr = &a->prefix.addr;
		struct network key = network_of("", addr, addr_bits(addr));
		const struct conf_host_address *own;

		own = map_find(&l->host.networks, &key, sizeof(key));
		if (own)
			lint_say(l, &a->place,
				 "take it away from the interface; or write priority 255, where "
				 "this host is its owner",
				 "%s has %s for itself: whenever another server is MASTER of %s, "
				 "two hold it",
				 own->link, addr_print(addr, text, sizeof(text)),
				 i->block.name);
	}
}

static void own_address(struct lint *l, const struct conf_instance *i)
{
	if (i->priority.number == 255 || !l->host.networks.count)
		return;
	held_ask(l, i, &i->advertised);
	held_ask(l, i, &i->excluded);
}

/* -- addresses that fit no network of their interface -- */

static bool is_reached(const struct lint *l, const char *link, const struct addr *addr)
{
	for (size_t length = 1; length < addr_bits(addr); length++) {
		struct network key;

		if (!l->host.has_length[length])
			continue;
		key = network_of(link, addr, length);
		if (map_find(&l->host.networks, &key, sizeof(key)))
			return true;
	}
	return false;
}

static const struct conf_host_address *any_of(const struct lint *l, const char *link,
					      const struct addr *addr)
{
	struct network key = network_of(link, addr, 0);

	return map_find(&l->host.networks, &key, sizeof(key));
}

/* One of an instance is enough: mostly all are the same slip. */
static void other_network(struct lint *l, const struct conf_instance *i)
{
	char own_text[ADDR_TEXT_SIZE], text[ADDR_TEXT_SIZE];

	if (!l->host.networks.count)
		return;
	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct conf_address *a = &i->advertised.items[at];
		const char *link = a->link ? a->link : i->link.text;
		const struct addr *addr = &a->prefix.addr;
		const struct conf_host_address *own = link ? any_of(l, link, addr) : NULL;

		if (!own || a->prefix.length < addr_bits(addr) || addr_is_link_local(addr) ||
		    is_reached(l, link, addr))
			continue;
		lint_say(l, &a->place,
			 "write an address of a network of the interface, or the length of its own",
			 "%s has %s: %s is in no network of it, and is reached by a route only",
			 own->link, prefix_print(&own->prefix, own_text, sizeof(own_text)),
			 prefix_print(&a->prefix, text, sizeof(text)));
		return;
	}
}

/* Under its network, under nothing but its interface, and as an address of any interface. */
static void address_add(struct lint_host *host, const struct conf_host_address *a)
{
	const struct addr *addr = &a->prefix.addr;
	struct network keys[] = {
		network_of(a->link, addr, a->prefix.length),
		network_of(a->link, addr, 0),
		network_of("", addr, addr_bits(addr)),
	};

	host->has_length[a->prefix.length] = true;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		*map_slot(&host->networks, &keys[k], sizeof(keys[k])) = (void *)a;
}

void lint_host_read(struct lint *l)
{
	const struct conf_world *world = l->conf->world;
	const struct conf_host_address *addresses;
	size_t count;

	map_init(&l->host.networks, &l->conf->arena);
	if (!world->addresses || world->addresses(world->context, &addresses, &count) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		address_add(&l->host, &addresses[i]);
}

static const struct lint_rule rows[] = {
	{ "own-address", CONF_WARNING, .instance = own_address },
	{ "other-network", CONF_HINT, .instance = other_network },
};

const struct lint_rules lint_rules_here = { rows, sizeof(rows) / sizeof(rows[0]) };
