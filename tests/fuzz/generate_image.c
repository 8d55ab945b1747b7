/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration image out of any octets. Octets taken as an image fail at its size, or at the
 * first offset; so they are decisions here, of which most are within what image.h allows. */
#include "generate_image.h"

#include "base/check.h"
#include "wire/advert.h"

#include <stdlib.h>
#include <string.h>

#define INSTANCES_MOST 6
#define LINKS_MOST 4
#define ADDRESSES_MOST 4 /* of one instance */
#define PEERS_MOST 3 /* of one instance */
#define KEYS_MOST 2
#define PATCHES_MOST 4
#define SECOND_US INT64_C(1000000)

uint8_t decide(struct decisions *d)
{
	return d->at < d->size ? d->data[d->at++] : 0;
}

uint32_t decide_below(struct decisions *d, uint32_t n)
{
	return decide(d) % n;
}

int64_t decide_odd(struct decisions *d)
{
	static const int64_t ends[] = { 0, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1000000,
					INT64_MIN + 1000000, INT64_C(253402300800000000) };
	uint32_t which = decide_below(d, 8);
	int64_t value = 0;

	if (which < 7)
		return ends[which];
	for (int k = 0; k < 8; k++)
		value = (int64_t)((uint64_t)value << 8 | decide(d));
	return value;
}

void decide_patches(struct decisions *d, void *block, size_t size)
{
	uint8_t *octets = block;

	for (uint32_t n = decide_below(d, PATCHES_MOST + 1); size && n; n--) {
		size_t at = (size_t)decide(d) << 8;

		at |= decide(d);
		octets[at % size] = decide(d);
	}
}

struct writer {
	struct decisions *d;
	struct image *image;
	bool is_sound;
};

/* Now and then: something that may not be there. */
static bool is_wrong(struct writer *w)
{
	bool is = decide(w->d) >= 0xfc;

	w->is_sound &= !is;
	return is;
}

static image_string text(struct writer *w)
{
	return is_wrong(w) ? w->image->string_size + decide(w->d) :
			     decide_below(w->d, w->image->string_size);
}

static struct addr address(struct writer *w)
{
	/* Few of them, so that they meet those of the host and of one another. */
	struct addr a = { ADDR_IPV4, { 192, 168, 100, (uint8_t)decide_below(w->d, 16) } };

	if (decide(w->d) == 0xfe)
		a.bytes[0] = decide(w->d);
	return a;
}

static void spoil_address(struct writer *w, struct image_address *a)
{
	switch (decide_below(w->d, 7)) {
	case 0:
		decide_patches(w->d, a, sizeof(*a));
		return;
	case 6:
		a->flags = IMAGE_ADDRESS_FLAGS_ + 1;
		return;
	case 1:
		a->link = w->image->link_count + decide(w->d);
		return;
	case 2:
		memset(a->label, 'x', sizeof(a->label));
		return;
	case 3:
		a->prefix.length = 33;
		return;
	case 4:
		a->prefix.addr.family = ADDR_IPV6;
		return;
	case 5:
		a->excluded = 2;
		return;
	}
}

/* … which goes without an interface, so that no address lies there. */
static bool is_last_routed(const struct writer *w)
{
	return image_link_is_routed(&image_links(w->image)[w->image->link_count - 1]);
}

static void put_address(struct writer *w, struct image_address *a, bool excluded)
{
	a->prefix.addr = address(w);
	a->prefix.length = (uint8_t)(32 - decide_below(w->d, 33));
	if (decide_below(w->d, 8) == 1)
		a->peer = (struct prefix){ address(w), (uint8_t)decide_below(w->d, 33) };
	if (decide_below(w->d, 4) == 1)
		a->broadcast = address(w);
	a->scope = decide(w->d);
	a->excluded = excluded;
	a->flags = (uint8_t)decide_below(w->d, IMAGE_ADDRESS_FLAGS_ + 1);
	a->preferred_lifetime_s = decide_below(w->d, 2) ? UINT32_MAX : decide(w->d);
	a->link = decide_below(w->d, w->image->link_count - is_last_routed(w));
	for (uint32_t k = decide_below(w->d, 4); k; k--)
		a->label[k - 1] = (char)('a' + decide_below(w->d, 26));
	if (is_wrong(w))
		spoil_address(w, a);
}

static void put_transport(struct writer *w, struct image_instance *i)
{
	i->group = advert_group(i->family);
	if (decide_below(w->d, 4) == 1)
		i->group.bytes[3] = decide(w->d);
	if (decide_below(w->d, 4) == 1)
		i->source = address(w);
	i->ttl = decide_below(w->d, 4) == 1 ? (uint8_t)(1 + decide_below(w->d, 255)) : 255;
}

/* Its peers are the next ones; a list that others share may be, too. */
static void put_peers(struct writer *w, struct image_instance *i, uint32_t *peer_next)
{
	uint32_t count = decide_below(w->d, PEERS_MOST + 1);

	if (count > w->image->peer_count - *peer_next)
		count = w->image->peer_count - *peer_next;
	i->peer_first = *peer_next;
	i->peer_count = count;
	for (uint32_t p = 0; p < count; p++) {
		struct image_peer *peer = &image_peers_mutable(w->image)[*peer_next + p];

		peer->addr = address(w);
		peer->min_ttl = decide_below(w->d, 4) == 1 ? decide(w->d) : 0;
		peer->max_ttl = decide_below(w->d, 4) == 1 ? decide(w->d) : 255;
	}
	*peer_next += count;
}

static void spoil_transport(struct writer *w, struct image_instance *i)
{
	switch (decide_below(w->d, 6)) {
	case 0:
		i->source.family = ADDR_IPV6;
		return;
	case 1:
		i->group.bytes[0] = 192;
		return;
	case 2:
		i->ttl = 0;
		return;
	case 3:
		i->peer_first += 1 + decide(w->d);
		return;
	case 4:
		i->peer_count += 1 + decide(w->d);
		return;
	case 5:
		i->flags |= IMAGE_FLAGS_ + 1;
		return;
	}
}

/* Its keys are the next ones. Version 3 only: with version 2 there is none. */
static void put_keys(struct writer *w, struct image_instance *i, uint32_t *key_next)
{
	uint32_t count = decide_below(w->d, KEYS_MOST + 1);

	if (count > w->image->key_count - *key_next)
		count = w->image->key_count - *key_next;
	i->key_first = *key_next;
	i->key_count = count;
	for (uint32_t k = 0; k < count; k++) {
		struct image_key *key = &image_keys_mutable(w->image)[*key_next + k];

		key->id = (uint8_t)k;
		key->size = (uint8_t)(IMAGE_KEY_MIN + decide_below(w->d, 33));
		key->octets[0] = decide(w->d);
	}
	*key_next += count;
	if (is_wrong(w))
		i->key_count += 1 + decide(w->d);
}

static void put_protocol(struct writer *w, struct image_instance *i)
{
	i->flags = decide_below(w->d, 8) & (IMAGE_PREEMPT | IMAGE_STATE_MASTER | IMAGE_BROKEN);
	i->flags |= (uint32_t)decide(w->d) << 3 & IMAGE_FLAGS_;
	i->flags |= (uint32_t)decide(w->d) << 8 & IMAGE_FLAGS_;
	i->family = ADDR_IPV4;
	i->version = 2;
	i->vrid = (uint8_t)(1 + decide_below(w->d, 4));
	i->priority = (uint8_t)(255 - decide_below(w->d, 255));
	i->auth_type = decide_below(w->d, 2) ? ADVERT_AUTH_PASS : ADVERT_AUTH_NONE;
	for (int k = 0; k < 8; k++)
		i->auth_data[k] = (uint8_t)decide_below(w->d, 4);
	put_transport(w, i);
	i->down_adverts = (uint8_t)(1 + decide_below(w->d, 255));
	i->expired_priority = (uint8_t)decide_below(w->d, 255);
	i->garp_repeat = (uint8_t)decide_below(w->d, 8);
	i->garp_repeat_later = (uint8_t)decide_below(w->d, 8);
	i->advert_interval_us = (1 + decide_below(w->d, 255)) * SECOND_US;
	i->preempt_delay_us = decide_below(w->d, 4) * 500000000 * SECOND_US / 2;
	i->garp_delay_us = decide_below(w->d, 8) * SECOND_US;
	if (is_wrong(w))
		i->advert_interval_us = decide_odd(w->d);
	if (is_wrong(w))
		i->garp_delay_us = decide_odd(w->d);
}

/* Words of a command: runs of the strings, as many as there are up to their end. */
static void put_script(struct writer *w, struct image_script *s)
{
	const char *strings = image_strings_mutable(w->image);
	uint32_t words = 0;

	s->words = decide_below(w->d, w->image->string_size);
	s->user = text(w);
	s->group = text(w);
	for (uint32_t at = s->words; at < w->image->string_size; at++)
		words += strings[at] == '\0';
	s->word_count = is_wrong(w) ? words + 1 + decide(w->d) : decide_below(w->d, words + 1);
}

static void spoil_instance(struct writer *w, struct image_instance *i)
{
	switch (decide_below(w->d, 8)) {
	case 0:
		decide_patches(w->d, i, sizeof(*i));
		return;
	case 1:
		i->link = w->image->link_count + decide(w->d);
		return;
	case 2:
		i->vrid = 0;
		return;
	case 3:
		i->priority = 0;
		return;
	case 4:
		i->down_adverts = 0;
		return;
	case 5:
		i->address_first += 1 + decide(w->d);
		return;
	case 6:
		i->address_count += 1 + decide(w->d);
		return;
	case 7:
		i->auth_type = ADVERT_AUTH_AH;
		return;
	}
}

/* The last link may be nameless: only a broken instance is there, or one of unicast. */
static void put_where(struct writer *w, struct image_instance *i)
{
	const struct image_link *link = &image_links(w->image)[i->link];

	if (i->link + 1 < w->image->link_count)
		return;
	if (!is_last_routed(w)) {
		i->flags |= IMAGE_BROKEN;
		return;
	}
	i->flags |= IMAGE_UNICAST | IMAGE_TRACK_SOURCE;
	i->source = link->source;
}

static void put_instance(struct writer *w, struct image_instance *i, uint32_t *address_next,
			 uint32_t *peer_next, uint32_t *key_next)
{
	uint32_t count = decide_below(w->d, ADDRESSES_MOST + 1), advertised;

	i->name = text(w);
	i->file = text(w);
	i->line = decide(w->d);
	i->link = decide_below(w->d, w->image->link_count);
	i->broken_reason = text(w);
	put_protocol(w, i);
	put_where(w, i);
	if (count > w->image->address_count - *address_next)
		count = w->image->address_count - *address_next;
	i->address_first = *address_next;
	i->address_count = count;
	advertised = decide_below(w->d, count + 1);
	for (uint32_t a = 0; a < count; a++)
		put_address(w, &image_addresses_mutable(w->image)[*address_next + a],
			    a >= advertised);
	*address_next += count;
	put_peers(w, i, peer_next);
	put_keys(w, i, key_next);
	for (uint32_t k = 0; k < NOTIFY_N_; k++)
		if (decide_below(w->d, 8) == 1)
			put_script(w, &i->notify[k]);
	if (is_wrong(w))
		spoil_instance(w, i);
	if (is_wrong(w))
		spoil_transport(w, i);
}

static void put_strings(struct writer *w)
{
	char *strings = image_strings_mutable(w->image);

	for (uint32_t k = 1; k + 1 < w->image->string_size; k++)
		strings[k] = (char)decide(w->d);
}

static void put_links(struct writer *w)
{
	for (uint32_t l = 0; l < w->image->link_count; l++) {
		char *name = image_links_mutable(w->image)[l].name;

		memcpy(name, "eth0", 5);
		image_links_mutable(w->image)[l].family = ADDR_IPV4;
		name[3] = (char)('0' + decide_below(w->d, 3));
		/* Two with one name: conf writes none such, and nothing may come of it. */
		if (l + 1 == w->image->link_count && decide_below(w->d, 2))
			name[0] = '\0';
		if (l > 0 && l + 1 == w->image->link_count && decide_below(w->d, 2))
			image_links_mutable(w->image)[l].source = address(w);
	}
}

struct image *generate_image(struct decisions *d, size_t *ret_size, bool *ret_is_sound)
{
	uint32_t instances = decide_below(d, INSTANCES_MOST + 1);
	uint32_t links = 1 + decide_below(d, LINKS_MOST);
	uint32_t strings = 1 + decide_below(d, 48);
	uint32_t next = 0, addresses = 0, next_peer = 0, peers = 0, next_key = 0, keys = 0;
	struct decisions first = *d;
	struct image header;
	struct writer w = { .d = d, .is_sound = true };

	/* As many as the instances will take: one walk to count, one to write. */
	for (int walk = 0; walk < 2; walk++) {
		*d = first;
		addresses = walk ? next : instances * ADDRESSES_MOST;
		peers = walk ? next_peer : instances * PEERS_MOST;
		keys = walk ? next_key : instances * KEYS_MOST;
		next = next_peer = next_key = 0;
		header = (struct image){ .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT,
			.instance_count = instances, .link_count = links,
			.address_count = addresses, .peer_count = peers, .key_count = keys,
			.string_size = strings };
		header.size = (uint32_t)image_size(&header);
		free(w.image);
		w.image = calloc(1, header.size);
		check(w.image);
		w.is_sound = true;
		*w.image = header;
		put_strings(&w);
		put_links(&w);
		for (uint32_t i = 0; i < instances; i++)
			put_instance(&w, &image_instances_mutable(w.image)[i], &next, &next_peer,
				     &next_key);
	}
	w.image->router_id = text(&w);
	w.image->daemon_name = text(&w);
	w.image->file = text(&w);
	w.image->loaded_realtime_us = decide_odd(d);
	if (is_wrong(&w))
		decide_patches(d, w.image, header.size);
	*ret_size = header.size;
	*ret_is_sound = w.is_sound;
	return w.image;
}
