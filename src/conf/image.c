/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model as an image (wire/image.h). It is put together once, when the configuration has been
 * read, in arrays of the arena; asking for its size and writing it are then copies that cannot
 * fail. Each text lies in the strings once. A broken instance is in it like any other, with what
 * was read of it and its reason; one whose interface is not known has a link without a name. */
#include "conf/conf_private.h"
#include "wire/advert.h"

#include <string.h>

/* The offset of `size` octets (its last one a NUL, there may be more inside). */
static image_string string_put(struct conf *conf, const char *data, size_t size)
{
	void **slot;
	size_t offset;

	if (size <= 1)
		return 0;
	slot = map_slot(&conf->string_offsets, data, size);
	if (*slot)
		return (image_string)(uintptr_t)*slot;
	offset = conf->string_size;
	while (offset + size > conf->string_room) {
		size_t room = conf->string_room ? conf->string_room * 2 : 4096;
		char *larger = arena_alloc(&conf->arena, room);

		if (offset)
			memcpy(larger, conf->strings, offset);
		conf->strings = larger;
		conf->string_room = room;
	}
	memcpy(conf->strings + offset, data, size);
	conf->string_size += size;
	*slot = (void *)(uintptr_t)offset; /* NOLINT: an offset, never followed */
	return (image_string)offset;
}

static image_string text_put(struct conf *conf, const char *text)
{
	return text ? string_put(conf, text, strlen(text) + 1) : 0;
}

/* Who runs it stands on its line, else in script_user; the daemon knows what is left. */
static void script_put(struct conf *conf, const struct conf_script *script,
		       struct image_script *ret_script)
{
	const struct conf_daemon *d = &conf->global->daemon;
	const char *user, *group;

	if (!script)
		return;
	user = script->user ? script->user : d->script_user.text;
	group = script->user ? script->group : d->script_group.text;
	ret_script->words = string_put(conf, script->words, script->words_size);
	ret_script->word_count = script->word_count;
	ret_script->user = text_put(conf, user);
	ret_script->group = text_put(conf, group && group[0] == ':' ? group + 1 : group);
}

/* Of an IPv4 address the kernel knows two of them. */
static uint8_t address_flags(const struct conf_address *a)
{
	static const struct {
		uint32_t mark;
		uint8_t flag;
		bool ipv6_only;
	} flags[] = {
		{ ADDRESS_HOME, IMAGE_ADDRESS_HOME, true },
		{ ADDRESS_DAD, IMAGE_ADDRESS_DAD, true },
		{ ADDRESS_MNGTMPADDR, IMAGE_ADDRESS_MNGTMPADDR, true },
		{ ADDRESS_NOPREFIXROUTE, IMAGE_ADDRESS_NOPREFIXROUTE, false },
		{ ADDRESS_AUTOJOIN, IMAGE_ADDRESS_AUTOJOIN, false },
		{ ADDRESS_NO_TRACK, IMAGE_ADDRESS_NO_TRACK, false },
	};
	uint8_t result = 0;

	for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
		if (a->marks & flags[f].mark &&
		    (!flags[f].ipv6_only || a->prefix.addr.family == ADDR_IPV6))
			result |= flags[f].flag;
	return result;
}

static void addresses_put(struct conf *conf, const struct conf_addresses *list, bool excluded)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct conf_address *a = &list->items[i];
		struct image_address *out = &conf->image_addresses[conf->image.address_count++];

		out->prefix = a->prefix;
		out->peer = a->peer;
		out->broadcast = a->broadcast;
		out->scope = a->scope;
		out->excluded = excluded;
		out->flags = address_flags(a);
		out->preferred_lifetime_s = a->has_lifetime ? a->preferred_lifetime_s : UINT32_MAX;
		out->link = a->link_index;
		if (a->label)
			memcpy(out->label, a->label, strlen(a->label));
	}
}

/* keepalived has one source under two names. */
static const struct prefix *source_of(const struct conf_instance *i)
{
	const struct prefix *unicast = i->unicast_src_ip.prefix;
	const struct prefix *multicast = i->mcast_src_ip.prefix;

	return unicast && (i->is_unicast || !multicast) ? unicast : multicast;
}

static uint32_t flags_of(const struct conf_instance *i)
{
	bool v3_ipv4 = i->version.number == 3 && i->family == ADDR_IPV4;
	const struct {
		bool is_set;
		uint32_t flag;
	} flags[] = {
		{ i->preempt.number, IMAGE_PREEMPT },
		{ i->state.number, IMAGE_STATE_MASTER },
		{ i->block.broken, IMAGE_BROKEN },
		{ i->is_unicast || i->unicast_fault_no_peer.number, IMAGE_UNICAST },
		{ i->is_unicast && i->checks_source, IMAGE_CHECK_SOURCE },
		{ i->track_src_ip.number || i->routed_source, IMAGE_TRACK_SOURCE },
		{ i->unicast_fault_no_peer.number, IMAGE_FAULT_NO_PEER },
		{ v3_ipv4 && i->v3_checksum_as_v2.number, IMAGE_CHECKSUM_AS_V2 },
		{ i->lower_prio_no_advert.number, IMAGE_LOWER_NO_ADVERT },
		{ i->owner_ignore_adverts.number, IMAGE_OWNER_IGNORES },
		{ i->strict.number, IMAGE_CHECK_LIST },
		{ i->yield_to_strangers.number, IMAGE_YIELD_TO_STRANGERS },
	};
	uint32_t result = 0;

	for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
		result |= flags[f].is_set ? flags[f].flag : 0u;
	return result;
}

/* Where its adverts come from and go to. That a peer is this server itself is seen by whoever
 * sends. */
static void transport_put(struct conf *conf, const struct conf_instance *i,
			  struct image_instance *out)
{
	const struct prefix *source = source_of(i);

	if (source)
		out->source = source->addr;
	out->group = i->mcast_dst_ip.prefix && !i->is_unicast ? i->mcast_dst_ip.prefix->addr :
								advert_group(out->family);
	out->ttl = i->is_unicast ? (uint8_t)i->unicast_ttl.number : 255;
	out->peer_first = conf->image.peer_count;
	for (size_t at = 0; at < i->peers.count; at++) {
		const struct conf_peer *peer = (const struct conf_peer *)i->peers.items[at];

		if (peer->block.broken)
			continue;
		conf->image_peers[conf->image.peer_count++] = (struct image_peer){
			.addr = peer->address.prefix->addr,
			.min_ttl = peer->min_ttl.set ? (uint8_t)peer->min_ttl.number : 0,
			.max_ttl = peer->max_ttl.set ? (uint8_t)peer->max_ttl.number : 255,
		};
	}
	out->peer_count = conf->image.peer_count - out->peer_first;
}

/* Which keys there are, with which own adverts are signed, and what is taken. */
static void hmac_put(struct conf *conf, const struct conf_instance *i, struct image_instance *out)
{
	const struct conf_auth_hmac *hmac;

	out->key_first = conf->image.key_count;
	if (!i->auth_hmac.count || i->block.broken)
		return;
	hmac = (const struct conf_auth_hmac *)i->auth_hmac.items[0];
	out->hmac = (uint8_t)(IMAGE_HMAC_ENFORCE + hmac->mode.number);
	out->hmac_key = (uint8_t)hmac->active_key.number;
	out->hmac_monotonic = (uint8_t)hmac->anti_replay.number;
	out->hmac_window_s = (uint16_t)hmac->time_window.number;
	for (size_t at = 0; at < hmac->keys.count; at++) {
		const struct conf_auth_key *key =
			(const struct conf_auth_key *)hmac->keys.items[at];

		if (!key->block.broken)
			conf->image_keys[conf->image.key_count++] = *key->key;
	}
	out->key_count = conf->image.key_count - out->key_first;
}

static void instance_put(struct conf *conf, const struct conf_instance *i,
			 struct image_instance *out)
{
	out->name = text_put(conf, i->block.name);
	out->file = text_put(conf, i->block.place.source->name);
	out->line = i->block.place.line;
	out->link = i->link_index;
	out->flags = flags_of(i);
	out->broken_reason = text_put(conf, i->block.broken);
	out->family = i->family;
	out->version = (uint8_t)i->version.number;
	out->vrid = (uint8_t)i->vrid.number;
	out->priority = (uint8_t)i->priority.number;
	out->auth_type = (uint8_t)i->authentication;
	if (i->authentication)
		memcpy(out->auth_data, i->auth_pass.text, strlen(i->auth_pass.text));
	hmac_put(conf, i, out);
	transport_put(conf, i, out);
	out->down_adverts = (uint8_t)i->down_timer_adverts.number;
	if (i->timer_expired_backup.set)
		out->expired_priority = (uint8_t)i->timer_expired_backup.number;
	out->garp_repeat = (uint8_t)i->garp_repeat.number;
	out->garp_repeat_later = out->garp_repeat;
	out->advert_interval_us = i->advert_interval.number;
	out->preempt_delay_us = i->preempt_delay.number;
	out->garp_delay_us = i->garp_delay.number * INT64_C(1000000);
	out->address_first = conf->image.address_count;
	addresses_put(conf, &i->advertised, false);
	addresses_put(conf, &i->excluded, true);
	out->address_count = conf->image.address_count - out->address_first;
	for (size_t n = 0; n < NOTIFY_N_; n++)
		script_put(conf, i->notify[n].script, &out->notify[n]);
}

void build_image(struct conf *conf)
{
	struct arena *arena = &conf->arena;
	struct image *image = &conf->image;

	conf->string_size = 1; /* offset 0: the empty string */
	conf->string_room = 4096;
	conf->strings = arena_alloc(arena, conf->string_room);
	conf->image_instances = arena_alloc(arena, instance_count(conf) *
							   sizeof(*conf->image_instances));
	conf->image_addresses = arena_alloc(arena, conf->address_count *
							   sizeof(*conf->image_addresses));
	conf->image_peers = arena_alloc(arena, conf->peer_count * sizeof(*conf->image_peers));
	conf->image_keys = arena_alloc(arena, conf->key_count * sizeof(*conf->image_keys));
	for (size_t i = 0; i < instance_count(conf); i++)
		instance_put(conf, instance_at(conf, i), &conf->image_instances[i]);
	image->magic = IMAGE_MAGIC;
	image->layout = IMAGE_LAYOUT;
	image->instance_count = (uint32_t)instance_count(conf);
	image->link_count = (uint32_t)conf->link_count;
	image->router_id = text_put(conf, conf->global->router_id.text);
	image->net_namespace = text_put(conf, conf->global->daemon.net_namespace.text);
	image->daemon_name = text_put(conf, conf->global->daemon.instance.text);
	image->file = text_put(conf, conf->path);
	image->startup_delay_us = conf->global->startup_delay.number;
	image->delay_after_boot_us = conf->global->delay_after_boot.number;
	image->loaded_realtime_us = conf->loaded_realtime_us;
	image->string_size = (uint32_t)conf->string_size;
	image->size = (uint32_t)image_size(image);
}

size_t conf_image_size(const struct conf *conf)
{
	return conf->image.size;
}

/* A table that holds nothing may not be there at all. */
static void table_copy(void *to, const void *from, size_t size)
{
	if (size)
		memcpy(to, from, size);
}

void conf_image_write(const struct conf *conf, struct image *image)
{
	const struct image *from = &conf->image;

	*image = *from;
	table_copy(image_instances_mutable(image), conf->image_instances,
		   from->instance_count * sizeof(*conf->image_instances));
	table_copy(image_links_mutable(image), conf->links,
		   from->link_count * sizeof(*conf->links));
	table_copy(image_addresses_mutable(image), conf->image_addresses,
		   from->address_count * sizeof(*conf->image_addresses));
	table_copy(image_peers_mutable(image), conf->image_peers,
		   from->peer_count * sizeof(*conf->image_peers));
	table_copy(image_keys_mutable(image), conf->image_keys,
		   from->key_count * sizeof(*conf->image_keys));
	table_copy(image_strings_mutable(image), conf->strings, from->string_size);
}
