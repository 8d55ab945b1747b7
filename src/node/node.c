/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Memory and tables of the node: one block from the caller is carved into arrays sized by the
 * image; everything is found by index or by hash, so that ten thousand instances cost no more for
 * each packet than one. Also the small services that every file of the room uses: look-ups and
 * notes. No decisions here. */

#include "node/node_private.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"

#include <string.h>

/* Hands out aligned pieces of one block. With a NULL block it only measures. */
struct carver {
	char *block;
	size_t used;
};

static void *carve(struct carver *c, size_t item_size, size_t count)
{
	size_t at = (c->used + 15) & ~(size_t)15;

	c->used = at + item_size * count;
	return c->block ? c->block + at : NULL;
}

static uint32_t bucket_count(uint32_t items)
{
	uint32_t n = 16;

	while (n < items * 2)
		n *= 2;
	return n;
}

/* The same walk for measuring and for making, so that they cannot differ. */
static size_t lay_out(struct node *n, void *block, const struct image *image)
{
	struct carver c = { block, 0 };
	uint32_t addresses = image->address_count + LEFTOVERS_MAX;

	(void)carve(&c, sizeof(*n), 1);
	n->link_buckets = bucket_count(image->link_count);
	n->address_buckets = bucket_count(addresses);
	n->instances = carve(&c, sizeof(*n->instances), image->instance_count);
	n->links = carve(&c, sizeof(*n->links), image->link_count);
	n->addresses = carve(&c, sizeof(*n->addresses), addresses);
	n->trackings = carve(&c, sizeof(*n->trackings), image->address_count);
	n->advert_addresses = carve(&c, sizeof(*n->advert_addresses), image->address_count);
	n->adverts.nodes = carve(&c, sizeof(*n->adverts.nodes), image->instance_count);
	n->timers.nodes = carve(&c, sizeof(*n->timers.nodes), image->instance_count);
	n->links_by_index = carve(&c, sizeof(uint32_t), n->link_buckets);
	n->links_by_name = carve(&c, sizeof(uint32_t), n->link_buckets);
	n->addresses_by_key = carve(&c, sizeof(uint32_t), n->address_buckets);
	return c.used;
}

size_t node_size(const struct image *image)
{
	struct node measure;

	memset(&measure, 0, sizeof(measure));
	return lay_out(&measure, NULL, image);
}

static uint32_t name_bucket(const struct node *n, const char *name)
{
	return hash_octets(HASH_START, name, strlen(name)) & (n->link_buckets - 1);
}

static uint32_t index_bucket(const struct node *n, uint32_t ifindex)
{
	return hash_octets(HASH_START, &ifindex, sizeof(ifindex)) & (n->link_buckets - 1);
}

static uint32_t address_bucket(const struct node *n, uint32_t link, const struct addr *addr)
{
	uint32_t h = hash_octets(HASH_START, &link, sizeof(link));

	return hash_octets(h, addr->bytes, sizeof(addr->bytes)) & (n->address_buckets - 1);
}

uint32_t find_link_by_name(const struct node *n, const char *name, uint8_t family)
{
	uint32_t l = n->links_by_name[name_bucket(n, name)];

	while (l != NODE_NONE && (n->links[l].config->family != family ||
				  strcmp(n->links[l].config->name, name) != 0))
		l = n->links[l].hash_next_name;
	return l;
}

static uint32_t find_routed(const struct node *n, const struct image_link *link)
{
	uint32_t l = n->routed_first;

	while (l != NODE_NONE && !image_link_is_same(n->links[l].config, link))
		l = n->links[l].routed_next;
	return l;
}

uint32_t find_same_link(const struct node *n, const struct image_link *link)
{
	return image_link_is_routed(link) ? find_routed(n, link) :
					    find_link_by_name(n, link->name, link->family);
}

struct node_link *next_link_by_index(const struct node *n, uint32_t ifindex,
				     const struct node_link *before)
{
	uint32_t l = before ? before->hash_next_index : n->links_by_index[index_bucket(n, ifindex)];

	while (l != NODE_NONE && n->links[l].ifindex != ifindex)
		l = n->links[l].hash_next_index;
	return l == NODE_NONE ? NULL : &n->links[l];
}

struct node_link *find_link(const struct node *n, uint32_t ifindex, uint8_t family)
{
	struct node_link *l = NULL, *former = NULL;

	while ((l = next_link_by_index(n, ifindex, l))) {
		if (l->config->family != family || image_link_is_routed(l->config))
			continue;
		if (!l->is_renamed)
			return l;
		if (!former)
			former = l;
	}
	return former;
}

void hash_link_index(struct node *n, uint32_t link, bool add)
{
	uint32_t *at = &n->links_by_index[index_bucket(n, n->links[link].ifindex)];

	if (add) {
		n->links[link].hash_next_index = *at;
		*at = link;
		return;
	}
	while (*at != link)
		at = &n->links[*at].hash_next_index;
	*at = n->links[link].hash_next_index;
}

/* Leftovers stay in the table once they were added; next_address() passes over unused ones. */
static struct node_address *usable_address(const struct node *n, uint32_t a, uint32_t link,
					   const struct addr *addr)
{
	while (a != NODE_NONE) {
		struct node_address *address = &n->addresses[a];

		if (address->link == link && addr_equal(&address->prefix.addr, addr) &&
		    (address->config || address->is_used))
			return address;
		a = address->hash_next;
	}
	return NULL;
}

struct node_address *find_address(const struct node *n, uint32_t link, const struct addr *addr)
{
	return usable_address(n, n->addresses_by_key[address_bucket(n, link, addr)], link, addr);
}

struct node_address *next_address(const struct node *n, const struct node_address *a)
{
	return usable_address(n, a->hash_next, a->link, &a->prefix.addr);
}

static void hash_address(struct node *n, struct node_address *a)
{
	uint32_t *bucket = &n->addresses_by_key[address_bucket(n, a->link, &a->prefix.addr)];

	a->hash_next = *bucket;
	*bucket = a->index;
}

static void unhash_address(struct node *n, struct node_address *a)
{
	uint32_t *at = &n->addresses_by_key[address_bucket(n, a->link, &a->prefix.addr)];

	while (*at != a->index)
		at = &n->addresses[*at].hash_next;
	*at = a->hash_next;
}

/* An unowned address of ours on a link of ours: a place to remember it until it is removed. */
struct node_address *address_leftover(struct node *n, struct node_link *l,
				      const struct prefix *prefix)
{
	for (uint32_t k = n->address_count; k < n->address_count + LEFTOVERS_MAX; k++) {
		struct node_address *a = &n->addresses[k];

		if (a->is_used)
			continue;
		if (a->link != NODE_NONE)
			unhash_address(n, a);
		a->is_used = true;
		a->link = (uint32_t)(l - n->links);
		a->prefix = *prefix;
		reconcile_init(&a->reconcile);
		hash_address(n, a);
		l->leftovers++;
		n->leftover_count++;
		return a;
	}
	n->leftovers_missed = true;
	return NULL;
}

static void init_links(struct node *n)
{
	const struct image_link *links = image_links(n->image);

	for (uint32_t k = 0; k < n->link_count; k++) {
		struct node_link *l = &n->links[k];
		bool is_routed = image_link_is_routed(&links[k]);
		uint32_t *next = is_routed ? &l->routed_next : &l->hash_next_name;
		uint32_t *first = is_routed ? &n->routed_first :
					      &n->links_by_name[name_bucket(n, links[k].name)];

		l->config = &links[k];
		l->hash_next_index = l->hash_next_name = l->routed_next = NODE_NONE;
		*next = *first;
		*first = k;
		l->instance_first = l->address_first = l->old_link = NODE_NONE;
		l->tracking_first = NODE_NONE;
		l->identify_instance = NODE_NONE;
		l->socket_retry_at = MONO_NEVER;
		memset(l->instance_by_vrid, 0xff, sizeof(l->instance_by_vrid));
		list_init(&l->work);
	}
}

static void init_addresses(struct node *n)
{
	const struct image_address *addresses = image_addresses(n->image);

	for (uint32_t k = 0; k < n->address_count + LEFTOVERS_MAX; k++) {
		struct node_address *a = &n->addresses[k];

		a->index = k;
		a->instance = a->hash_next = a->link_next = a->link = NODE_NONE;
		reconcile_init(&a->reconcile);
		list_init(&a->work);
		list_init(&a->waiting);
		list_init(&a->announcing);
		if (k >= n->address_count)
			continue;
		a->config = &addresses[k];
		a->prefix = addresses[k].prefix;
		/* The kernel tells the length that belongs to the peer. */
		if (addresses[k].peer.addr.family != ADDR_NONE)
			a->prefix.length = addresses[k].peer.length;
		a->link = addresses[k].link;
	}
}

/* Both families of an interface come and go together. */
static void track_link(struct node *n, struct node_instance *i, uint32_t link)
{
	struct node_tracking *t;

	if (strcmp(n->links[link].config->name, n->links[i->config->link].config->name) == 0)
		return;
	for (uint32_t k = i->tracking_first; k != NODE_NONE; k = n->trackings[k].instance_next)
		if (n->trackings[k].link == link)
			return;
	t = &n->trackings[n->tracking_count];
	*t = (struct node_tracking){ i->index, link, i->tracking_first,
				     n->links[link].tracking_first };
	i->tracking_first = n->links[link].tracking_first = n->tracking_count++;
}

/* What the kernel tells of an address goes to the one healthy instance that has it; a broken one
 * owns nothing (conf leaves no address to two healthy ones of a link). */
static void own_address(struct node *n, struct node_address *a, uint32_t instance)
{
	a->instance = instance;
	if (n->instances[instance].config->flags & IMAGE_BROKEN)
		return;
	a->link_next = n->links[a->link].address_first;
	n->links[a->link].address_first = a->index;
	hash_address(n, a);
	if (!(a->config->flags & IMAGE_ADDRESS_NO_TRACK))
		track_link(n, &n->instances[instance], a->link);
}

/* The source of the others is the first of the link. */
static bool minds_sources(const struct image_instance *c)
{
	return (c->flags & IMAGE_TRACK_SOURCE) ||
	       (c->family == ADDR_IPV6 && (c->flags & IMAGE_UNICAST));
}

static void init_instances(struct node *n)
{
	const struct image_instance *instances = image_instances(n->image);

	for (uint32_t k = 0; k < n->instance_count; k++) {
		struct node_instance *i = &n->instances[k];
		struct node_link *l = &n->links[instances[k].link];

		i->config = &instances[k];
		i->index = k;
		i->tracking_first = NODE_NONE;
		for (uint32_t a = 0; a < i->config->address_count; a++)
			own_address(n, &n->addresses[i->config->address_first + a], k);
		instance_init(n, i);
		if (i->config->flags & IMAGE_BROKEN)
			continue;
		i->link_next = l->instance_first;
		l->instance_first = k;
		l->minds_sources |= minds_sources(i->config);
		i->vrid_next = l->instance_by_vrid[i->config->vrid];
		l->instance_by_vrid[i->config->vrid] = k;
	}
}

void node_delay(struct node *n, struct mono started_at, struct mono now)
{
	struct mono after_boot = { n->image->delay_after_boot_us };

	n->started_at = started_at;
	n->ready_at = mono_add(started_at, n->image->startup_delay_us);
	if (after_boot.us > n->ready_at.us)
		n->ready_at = after_boot;
	n->is_delayed = !mono_reached(n->ready_at, now);
}

struct node *node_init(void *memory, const struct image *image, uint64_t generation,
		       struct mono now)
{
	struct node *n = memory;

	check(((uintptr_t)memory & 15) == 0);
	memset(memory, 0, node_size(image));
	n->image = image;
	n->generation = generation;
	n->instance_count = image->instance_count;
	n->link_count = image->link_count;
	n->address_count = image->address_count;
	(void)lay_out(n, memory, image);
	memset(n->links_by_index, 0xff, n->link_buckets * sizeof(uint32_t));
	memset(n->links_by_name, 0xff, n->link_buckets * sizeof(uint32_t));
	memset(n->addresses_by_key, 0xff, n->address_buckets * sizeof(uint32_t));
	heap_init(&n->adverts, n->adverts.nodes, n->instance_count);
	heap_init(&n->timers, n->timers.nodes, n->instance_count);
	struct list *lists[] = { &n->sending,  &n->links_work, &n->transiting, &n->dropping,
				 &n->changing, &n->work,       &n->announcing, &n->waiting,
				 &n->held,     &n->fresh };
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		list_init(lists[k]);
	n->stop_at = n->socket_retry_at = n->shed_at = MONO_NEVER;
	n->dump_wanted = true;
	n->routed_first = NODE_NONE;
	node_delay(n, now, now);
	init_links(n);
	init_addresses(n);
	init_instances(n);
	for (uint32_t k = 0; k < n->instance_count; k++)
		instance_check(n, &n->instances[k], now);
	return n;
}

void node_adopt(struct node *n, uint32_t instance, const struct keep_row *row)
{
	struct node_instance *i = &n->instances[instance];

	check(instance < n->instance_count && !n->is_synced);
	memcpy(i->counters, row->counters, sizeof(i->counters));
	i->kept = (struct vrrp_kept){
		.state = row->state,
		.master_priority = row->master_priority,
		.master = row->master,
		.last_advert = { row->last_advert_us },
		.since = { row->since_us },
		.master_interval_us = row->master_interval_us,
		.is_unproven = row->is_unproven != 0,
		.is_unverified = row->is_unverified != 0,
	};
	memcpy(i->kept.known, row->known, sizeof(i->kept.known));
	/* However old the rest is: no advert counts twice. */
	i->router.hmac = row->hmac;
	i->router.ah_sequence = row->ah_sequence;
	i->router.is_ah_own = row->is_ah_own != 0;
	i->has_kept = true;
	/* It takes part already: the start was another's. */
	if (row->state == VRRP_STATE_BACKUP || row->state == VRRP_STATE_MASTER)
		n->is_delayed = false;
}

void node_succeed(struct node *n, struct mono ended_at)
{
	check(!n->is_synced);
	for (uint32_t k = 0; k < n->instance_count; k++) {
		struct node_instance *i = &n->instances[k];

		if ((i->config->flags & IMAGE_BROKEN) ||
		    i->config->priority == ADVERT_PRIORITY_OWNER)
			continue;
		i->kept = (struct vrrp_kept){
			.state = VRRP_STATE_MASTER,
			.last_advert = ended_at,
			.since = ended_at,
		};
		i->has_kept = i->is_presumed = true;
	}
	/* The host takes part already: the start was another's. */
	n->is_delayed = false;
}

/* `gap_us`: the same kind for the same instance at most once in this time (0: always). */
void note(struct node *n, struct node_instance *i, enum role_note kind,
	  struct role_message *message, int64_t gap_us, struct mono now)
{
	struct role_message *slot;

	if (i && gap_us > 0) {
		if (!mono_is_never(i->note_logged[kind]) &&
		    mono_since(i->note_logged[kind], now) < gap_us)
			return;
		i->note_logged[kind] = now;
	}
	if (n->note_count == NOTES_MAX) {
		n->notes_lost++;
		return;
	}
	slot = &n->notes[(n->note_first + n->note_count++) % NOTES_MAX];
	*slot = *message;
	slot->type = ROLE_NOTE;
	slot->note = (uint16_t)kind;
	slot->generation = n->generation;
	slot->instance = i ? i->index : NODE_NONE;
}

static void add_group(struct node_port *port, const struct addr *group)
{
	for (int k = 0; k < port->group_count; k++)
		if (addr_equal(&port->groups[k], group))
			return;
	if (port->group_count < LIMIT_GROUPS)
		port->groups[port->group_count++] = *group;
}

void node_link_port(const struct node *n, uint32_t link, struct node_port *ret_port)
{
	/* Zeroed as a whole: two are compared octet by octet. */
	memset(ret_port, 0, sizeof(*ret_port));
	for (uint32_t k = n->links[link].instance_first; k != NODE_NONE;
	     k = n->instances[k].link_next) {
		const struct image_instance *c = n->instances[k].config;

		ret_port->vrids[c->vrid / 8] |= (uint8_t)(1u << (c->vrid % 8));
		ret_port->versions |= (uint8_t)(1u << c->version);
		/* Also of others, so that they are counted and named. */
		ret_port->has_ah |= c->version == 2;
		if (c->flags & IMAGE_UNICAST)
			ret_port->any_ttl = true;
		else
			add_group(ret_port, &c->group);
	}
}
