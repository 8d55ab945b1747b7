/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The little world of the node's unit tests; world.h says what it is. */

#include "world.h"

#include "base/check.h"
#include "wire/advert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct world_setting server1 = { .name = "vrrp_1", .link = "eth0", .vrid = 1,
				       .priority = 200, .addresses = { VIP } };
const struct world_setting server2 = { .name = "vrrp_1", .link = "eth0", .vrid = 1,
				       .priority = 100, .addresses = { VIP } };

static struct addr group_of(const struct world_setting *s)
{
	struct addr group = advert_group(ADDR_IPV4);

	if (s->group)
		group.bytes[3] = s->group;
	return group;
}

static void make_keys(struct image *image, struct image_instance *i, const struct world_setting *s,
		      uint32_t *next)
{
	i->key_first = *next;
	if (!s->hmac)
		return;
	i->version = 3;
	i->hmac = s->hmac;
	i->hmac_key = s->keys[0];
	i->hmac_monotonic = s->is_monotonic;
	i->hmac_window_s = 5;
	for (int k = 0; k < 2 && s->keys[k]; k++, i->key_count++) {
		struct image_key *key = &image_keys_mutable(image)[(*next)++];

		key->id = s->keys[k];
		key->size = 32;
		memset(key->octets, s->keys[k], 32);
	}
}

static uint32_t count_keys(const struct world_setting *settings, int count)
{
	uint32_t keys = 0;

	for (int k = 0; k < count; k++)
		for (int n = 0; settings[k].hmac && n < 2; n++)
			keys += settings[k].keys[n] != 0;
	return keys;
}

static uint32_t count_peers(const struct world_setting *s)
{
	uint32_t count = 0;

	while (s->peers[count])
		count++;
	return count;
}

static void make_peers(struct image *image, struct image_instance *i, const struct world_setting *s,
		       uint32_t *next)
{
	i->peer_first = *next;
	i->peer_count = count_peers(s);
	if (i->peer_count > 0 || s->wants_peers)
		i->flags |= IMAGE_UNICAST;
	if (s->wants_peers)
		i->flags |= IMAGE_FAULT_NO_PEER;
	for (uint32_t k = 0; k < i->peer_count; k++) {
		struct image_peer *peer = &image_peers_mutable(image)[(*next)++];

		check(addr_parse(s->peers[k], &peer->addr));
		peer->max_ttl = 255;
	}
}

static char *checked(struct image *image)
{
	const char *reason = "";

	check(image_check(image, image->size, &reason));
	return (char *)image;
}

static char *make_image(const struct world_setting *settings, int count)
{
	uint32_t addresses = 0, strings = 1;
	struct image header = { .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT };
	uint32_t links = 0;
	char names[4][LIMIT_LINK_NAME];

	for (int k = 0; k < count; k++) {
		uint32_t l = 0;

		for (int a = 0; settings[k].addresses[a]; a++)
			addresses++;
		strings += (uint32_t)strlen(settings[k].name) + 1;
		header.peer_count += count_peers(&settings[k]);
		while (l < links && strcmp(names[l], settings[k].link) != 0)
			l++;
		if (l == links)
			strncpy(names[links++], settings[k].link, LIMIT_LINK_NAME);
	}
	header.startup_delay_us = settings[0].startup_delay_us;
	header.instance_count = (uint32_t)count;
	header.link_count = links;
	header.address_count = addresses;
	header.key_count = count_keys(settings, count);
	header.string_size = strings;
	header.size = (uint32_t)image_size(&header);

	struct image *image = calloc(1, header.size);
	uint32_t at = 1, next = 0, next_key = 0, next_peer = 0;

	*image = header;
	for (uint32_t l = 0; l < links; l++) {
		memcpy(image_links_mutable(image)[l].name, names[l], LIMIT_LINK_NAME);
		image_links_mutable(image)[l].family = ADDR_IPV4;
	}
	for (int k = 0; k < count; k++) {
		struct image_instance *i = &image_instances_mutable(image)[k];
		const struct world_setting *s = &settings[k];

		*i = (struct image_instance){
			.name = at,
			.flags = s->nopreempt ? 0 : IMAGE_PREEMPT,
			.family = ADDR_IPV4,
			.version = s->is_version_3 ? 3 : 2,
			.vrid = s->vrid,
			.priority = s->priority,
			.group = group_of(s),
			.ttl = 255,
			.down_adverts = 3,
			.garp_repeat = 5,
			.garp_repeat_later = 5,
			.garp_delay_us = 5000000,
			.advert_interval_us = 1000000,
			.address_first = next,
		};
		make_keys(image, i, s, &next_key);
		make_peers(image, i, s, &next_peer);
		strcpy(image_strings_mutable(image) + at, s->name);
		at += (uint32_t)strlen(s->name) + 1;
		while (strcmp(names[i->link], s->link) != 0)
			i->link++;
		for (int a = 0; s->addresses[a]; a++, next++, i->address_count++) {
			struct image_address *address = &image_addresses_mutable(image)[next];

			check(prefix_parse(s->addresses[a], &address->prefix));
			address->link = i->link;
		}
	}
	return checked(image);
}

static void *make_node(char *image, uint64_t generation, struct mono now)
{
	size_t size = (node_size((struct image *)(void *)image) + 63) & ~(size_t)63;

	return node_init(aligned_alloc(64, size), (struct image *)(void *)image, generation, now);
}

static void make_keep(struct world_host *h)
{
	uint32_t count = ((struct image *)(void *)h->image)->instance_count;

	free(h->keep);
	h->keep = calloc(1, keep_size(count));
	keep_init(h->keep, count, 1);
}

struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));

	check(w);
	w->now.us = 1000000000;
	for (int k = 0; k < WORLD_HOSTS; k++) {
		w->hosts[k].world = w;
		w->hosts[k].number = (uint8_t)(k + 1);
	}
	return w;
}

void world_free(struct world *w)
{
	for (int k = 0; k < WORLD_HOSTS; k++) {
		struct world_host *h = &w->hosts[k];

		free(h->node);
		free(h->next);
		free(h->image);
		free(h->next_image);
		free(h->keep);
	}
	free(w);
}

int world_setup(void **state)
{
	*state = world_new();
	return 0;
}

int world_teardown(void **state)
{
	world_free(*state);
	return 0;
}

static struct world_entry *record(struct world_host *h, enum world_entry_kind kind)
{
	struct world *w = h->world;
	struct world_entry *e;

	check(w->log_count < WORLD_LOG);
	e = &w->log[w->log_count++];
	*e = (struct world_entry){ .at = w->now, .host = h->number - 1, .kind = kind };
	return e;
}

/* -- the host's kernel -- */

static uint32_t find_ifindex(const struct world_host *h, const char *name)
{
	for (uint32_t k = 0; k < 4; k++)
		if (strcmp(h->links[k].name, name) == 0)
			return k + 1;
	return 0;
}

static void tell_link(struct world_host *h, uint32_t ifindex)
{
	const struct world_link *l = &h->links[ifindex - 1];
	struct node_link_news news = { .ifindex = ifindex,
				       .name = l->name,
				       .is_up = l->is_up,
				       .has_mac = true,
				       .mac = { 2, 0, 0, 0, h->number, (uint8_t)ifindex } };

	if (h->node)
		node_link(h->node, &news, h->world->now);
}

static struct node_address_news news_of(const struct world_address *a, bool is_own)
{
	return (struct node_address_news){ .ifindex = a->ifindex,
					   .prefix = a->prefix,
					   .is_marked = a->is_marked,
					   .is_vrrp = a->is_marked,
					   .is_own = is_own };
}

static void tell_dump(struct world_host *h)
{
	node_dump_begin(h->node);
	for (uint32_t k = 1; k <= 4; k++)
		if (h->links[k - 1].exists)
			tell_link(h, k);
	for (int k = 0; k < h->address_count; k++) {
		struct node_address_news news = news_of(&h->addresses[k], false);

		node_address(h->node, &news, h->world->now);
	}
	node_dump_end(h->node, h->world->now);
}

static int find_kernel_address(const struct world_host *h, uint32_t ifindex,
			       const struct prefix *prefix)
{
	for (int k = 0; k < h->address_count; k++)
		if (h->addresses[k].ifindex == ifindex &&
		    prefix_equal(&h->addresses[k].prefix, prefix))
			return k;
	return -1;
}

static int change_address(struct world_host *h, uint32_t ifindex, const struct prefix *prefix,
			  bool add, bool mark, bool is_own)
{
	int k = find_kernel_address(h, ifindex, prefix);
	struct world_address a = { ifindex, *prefix, mark };
	struct node_address_news news = news_of(&a, is_own);

	if (add && k >= 0)
		return EEXIST;
	if (!add && k < 0)
		return EADDRNOTAVAIL;
	if (add) {
		check(h->address_count < WORLD_ADDRESSES);
		h->addresses[h->address_count++] = a;
	} else {
		h->addresses[k] = h->addresses[--h->address_count];
	}
	if (h->node && !is_own && add)
		node_address(h->node, &news, h->world->now);
	else if (h->node && !is_own)
		node_address_gone(h->node, &news, h->world->now);
	return 0;
}

/* -- the LAN -- */

/* The first one that is waited for. */
static void see_frame(struct world_host *h, uint32_t ifindex)
{
	const struct image *image = (const struct image *)(const void *)h->image;

	if (!h->links[ifindex - 1].is_watched)
		return;
	h->links[ifindex - 1].is_watched = false;
	for (uint32_t l = 0; l < image->link_count; l++)
		if (find_ifindex(h, image_links(image)[l].name) == ifindex)
			node_frame(h->node, l, h->world->now);
}

void world_frame(struct world *w, int host, const char *link)
{
	see_frame(&w->hosts[host], find_ifindex(&w->hosts[host], link));
}

static void deliver(struct world_host *h, uint32_t ifindex, const void *data, size_t size)
{
	const struct image *image = (const struct image *)(const void *)h->image;

	for (uint32_t l = 0; l < image->link_count; l++)
		if (find_ifindex(h, image_links(image)[l].name) == ifindex)
			node_packet(h->node, l, data, size, false, h->world->now);
	see_frame(h, ifindex);
}

static void send_packet(struct world_host *from, uint32_t ifindex, const void *data, size_t size)
{
	for (int k = 0; k < WORLD_HOSTS; k++) {
		struct world_host *h = &from->world->hosts[k];
		struct world_link *l = &h->links[ifindex - 1];

		if (h == from || from->is_cut || h->is_cut || !h->node || !l->is_up || !l->is_open)
			continue;
		if (!h->is_frozen) {
			deliver(h, ifindex, data, size);
		} else if (h->queue_count < 512) {
			h->queue[h->queue_count].ifindex = ifindex;
			h->queue[h->queue_count].size = size;
			memcpy(h->queue[h->queue_count++].data, data, size);
		}
	}
}

/* -- the daemon's part -- */

static uint32_t link_ifindex(const struct world_host *h, uint32_t link)
{
	return find_ifindex(h, image_links((struct image *)(void *)h->image)[link].name);
}

static void apply_changes(struct world_host *h, const struct node_action *a)
{
	for (int k = 0; k < a->count; k++) {
		const struct node_address_change *c = &a->changes[k];
		int there = c->replaces ? find_kernel_address(h, c->ifindex, &c->prefix) : -1;
		int error = there >= 0 ? 0 : change_address(h, c->ifindex, &c->prefix, c->add,
							    true, true);

		if (there >= 0)
			h->addresses[there].is_marked = true;
		if (error == 0)
			record(h, there >= 0 ? WORLD_MARK : c->add ? WORLD_ADD : WORLD_REMOVE)
				->prefix = c->prefix;
		node_address_done(h->node, c->address, c->add, error, h->world->now);
	}
}

static void apply_message(struct world_host *h, const struct node_action *a)
{
	const struct role_message *m = &a->message;
	struct world_entry *e = record(h, a->kind == NODE_ACTION_TRANSITION ? WORLD_TRANSITION :
					  a->kind == NODE_ACTION_DROP	    ? WORLD_DROP :
									      WORLD_NOTE);

	e->to = m->to;
	e->reason = m->reason;
	e->drop = m->drop;
	e->note = m->note;
	e->instance = m->instance;
	e->count = m->count;
	e->prefix = m->address;
}

static void apply_row(struct world_host *h, uint32_t instance)
{
	struct keep_row row;

	node_keep(h->node, instance, 0, &row);
	keep_write(h->keep, instance, &row);
}

static void apply_one(struct world_host *h, struct node_action *a)
{
	uint32_t ifindex = a->link == NODE_NONE ? 0 : link_ifindex(h, a->link);

	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		record(h, WORLD_ADVERT)->priority = a->packet[22];
		if (!h->send_error)
			send_packet(h, a->ifindex, a->packet, a->packet_size);
		node_sent(h->node, a->instance, h->send_error, h->world->now);
		break;
	case NODE_ACTION_OPEN:
		if (ifindex == 0) { /* nothing has its name */
			node_opened(h->node, a->link, ENODEV, h->world->now);
			break;
		}
		h->links[ifindex - 1].is_open = !h->links[ifindex - 1].cannot_open;
		node_opened(h->node, a->link, h->links[ifindex - 1].cannot_open ? EPERM : 0,
			    h->world->now);
		break;
	case NODE_ACTION_WATCH:
		h->links[a->ifindex - 1].is_watched = true;
		if (!h->world->is_quiet)
			see_frame(h, a->ifindex);
		break;
	case NODE_ACTION_CLOSE:
		if (ifindex)
			h->links[ifindex - 1].is_open = false;
		break;
	case NODE_ACTION_IDENTIFY:
		record(h, WORLD_IDENTIFY)->prefix.addr = a->destination;
		break;
	case NODE_ACTION_FILTER:
		if (a->rejoin)
			record(h, WORLD_REJOIN);
		break;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_NOTE:
		apply_message(h, a);
		break;
	case NODE_ACTION_CHANGED:
		apply_row(h, a->instance);
		break;
	case NODE_ACTION_ADDRESSES:
		apply_changes(h, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		for (int k = 0; k < a->count; k++)
			record(h, WORLD_ARP)->prefix.addr =
				addr_from_bytes(ADDR_IPV4, a->frames[k].data + 28);
		break;
	case NODE_ACTION_DUMP:
		if (!h->dump_held)
			tell_dump(h);
		break;
	case NODE_ACTION_STOPPED:
		h->is_stopped = true;
		break;
	}
}

static void apply(struct world_host *h)
{
	static struct node_action action;

	while (node_next(h->node, h->world->now, 4, &action))
		apply_one(h, &action);
}

static void advance_change(struct world_host *h)
{
	struct mono now = h->world->now;

	if (!h->next)
		return;
	if (!h->change_shed && node_change_compare(h->next, h->node, 2)) {
		node_change_shed(h->node, now);
		h->change_shed = true;
	}
	if (!h->change_shed || !node_change_is_shed(h->node, now))
		return;
	node_change_commit(h->next, h->node, now);
	free(h->node);
	free(h->image);
	h->node = h->next;
	h->image = h->next_image;
	h->next = NULL;
	h->next_image = NULL;
	make_keep(h);
}

static void turn(struct world_host *h)
{
	struct mono now = h->world->now;

	node_set_realtime(h->node, h->realtime_us);
	node_turn(h->node, now);
	apply(h);
	for (int k = 0; k < h->queue_count; k++)
		deliver(h, h->queue[k].ifindex, h->queue[k].data, h->queue[k].size);
	h->queue_count = 0;
	for (uint32_t k = 1; k <= 4; k++)
		if (h->links[k - 1].is_full)
			node_link_busy(h->node, k - 1);
	node_timers(h->node, now);
	advance_change(h);
	apply(h);
}

static bool is_awake(const struct world_host *h)
{
	return h->node && h->is_running && !h->is_frozen;
}

static struct mono next_deadline(const struct world *w, struct mono end)
{
	struct mono at = end;

	for (int k = 0; k < WORLD_HOSTS; k++) {
		const struct world_host *h = &w->hosts[k];

		if (!is_awake(h))
			continue;
		at = mono_earlier(at, h->next || h->queue_count ? w->now : node_deadline(h->node));
	}
	return at.us < w->now.us ? w->now : at;
}

void world_run(struct world *w, int64_t us)
{
	struct mono end = mono_add(w->now, us);
	int turns_now = 0;

	while (w->now.us <= end.us) {
		struct mono at = next_deadline(w, mono_add(end, 1));

		turns_now = at.us == w->now.us ? turns_now + 1 : 0;
		check(turns_now < 10000); /* a node that never comes to rest */
		if (at.us > end.us)
			break;
		/* A socket that is never empty makes turns of its own. */
		w->now = turns_now > 4 ? mono_add(at, 100) : at;
		for (int k = 0; k < WORLD_HOSTS; k++)
			if (is_awake(&w->hosts[k]))
				turn(&w->hosts[k]);
	}
	w->now = end;
}

/* -- for the tests -- */

void world_dump(struct world *w, int host)
{
	w->hosts[host].dump_held = false;
	tell_dump(&w->hosts[host]);
}

void world_start(struct world *w, int host, const struct world_setting *settings, int count)
{
	struct world_host *h = &w->hosts[host];
	const struct image *image;

	h->image = make_image(settings, count);
	image = (const struct image *)(const void *)h->image;
	for (uint32_t l = 0; l < image->link_count; l++) {
		struct prefix own = { .addr = { ADDR_IPV4, { 192, 0, 2, 0 } }, .length = 24 };
		struct world_link *link = &h->links[l];

		if (!link->exists) {
			strcpy(link->name, image_links(image)[l].name);
			link->exists = link->is_up = true;
			own.addr.bytes[3] = (uint8_t)(10 + h->number);
			(void)change_address(h, l + 1, &own, true, false, false);
		}
	}
	make_keep(h);
	h->node = make_node(h->image, 1, w->now);
	h->is_running = true;
}

void world_restart(struct world *w, int host, bool adopt)
{
	struct world_host *h = &w->hosts[host];
	struct keep_row row;

	free(h->node);
	h->node = make_node(h->image, 1, w->now);
	for (uint32_t k = 0; adopt && k < h->keep->instance_count; k++)
		if (keep_read(h->keep, k, &row))
			node_adopt(h->node, k, &row);
	h->is_running = true;
	h->is_stopped = false;
}

void world_reload(struct world *w, int host, const struct world_setting *settings, int count)
{
	struct world_host *h = &w->hosts[host];

	h->next_image = make_image(settings, count);
	h->next = make_node(h->next_image, 2, w->now);
	h->change_shed = false;
}

void world_link_set(struct world *w, int host, const char *link, bool is_up)
{
	uint32_t ifindex = find_ifindex(&w->hosts[host], link);

	w->hosts[host].links[ifindex - 1].is_up = is_up;
	tell_link(&w->hosts[host], ifindex);
}

void world_link_delete(struct world *w, int host, const char *link)
{
	struct world_host *h = &w->hosts[host];
	uint32_t ifindex = find_ifindex(h, link);

	h->links[ifindex - 1].exists = h->links[ifindex - 1].is_up = false;
	for (int k = h->address_count - 1; k >= 0; k--)
		if (h->addresses[k].ifindex == ifindex)
			h->addresses[k] = h->addresses[--h->address_count];
	node_link_gone(h->node, ifindex, w->now);
}

static struct prefix parse(const char *text)
{
	struct prefix p;

	check(prefix_parse(text, &p));
	return p;
}

void world_address_add(struct world *w, int host, const char *link, const char *prefix, bool mark)
{
	struct prefix p = parse(prefix);
	struct world_host *h = &w->hosts[host];

	(void)change_address(h, find_ifindex(h, link), &p, true, mark, false);
}

void world_address_remove(struct world *w, int host, const char *link, const char *prefix)
{
	struct prefix p = parse(prefix);
	struct world_host *h = &w->hosts[host];

	(void)change_address(h, find_ifindex(h, link), &p, false, false, false);
}

bool world_has(const struct world *w, int host, const char *link, const char *prefix)
{
	struct prefix p = parse(prefix);
	const struct world_host *h = &w->hosts[host];

	return find_kernel_address(h, find_ifindex(h, link), &p) >= 0;
}

struct status_row world_row(const struct world *w, int host, uint32_t instance)
{
	struct status_row row;

	node_row(w->hosts[host].node, instance, 0, &row);
	return row;
}

enum vrrp_state world_state(const struct world *w, int host, uint32_t instance)
{
	return (enum vrrp_state)world_row(w, host, instance).state;
}

const struct world_entry *world_first(const struct world *w, int host, enum world_entry_kind kind,
				      struct mono from)
{
	for (int k = 0; k < w->log_count; k++) {
		const struct world_entry *e = &w->log[k];

		if (e->kind == kind && e->at.us >= from.us && (host < 0 || e->host == host))
			return e;
	}
	return NULL;
}

int world_count(const struct world *w, int host, enum world_entry_kind kind, struct mono from)
{
	int count = 0;

	for (int k = 0; k < w->log_count; k++)
		count += w->log[k].kind == kind && w->log[k].at.us >= from.us &&
			 (host < 0 || w->log[k].host == host);
	return count;
}
