/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every action that the node gives out is foreign to its receiver, so each is judged here as the
 * receiver would: adverts by RFC 3768, messages by the other role's check, announcements as
 * Ethernet frames. */
#include "drive.h"

#include "base/check.h"
#include "rfc3768.h"
#include "wire/advert.h"
#include "wire/ah.h"
#include "wire/ip.h"

#include <stdlib.h>
#include <string.h>

/* More than any input makes: a node that never comes to rest. */
#define ACTIONS_MOST 100000
/* When the host was started, by its wall clock. */
#define REALTIME_US INT64_C(1767323045678000)

static const struct setting {
	const char *name, *broken_reason;
	uint32_t link, flags;
	uint8_t vrid, priority, auth_type, interval_s;
	const char *auth_data;
	uint32_t addresses; /* the last of two is excluded */
	int64_t preempt_delay_us;
} settings[DRIVE_INSTANCES] = {
	{ "vrrp_1", "", 0, IMAGE_PREEMPT, 51, 100, ADVERT_AUTH_PASS, 1, "s3cret", 2, 0 },
	{ "vrrp_2", "", 0, 0, 1, 150, ADVERT_AUTH_NONE, 1, "", 1, 0 },
	{ "owner", "", 1, IMAGE_PREEMPT, 51, 255, ADVERT_AUTH_NONE, 1, "", 1, 0 },
	{ "broken", "an odd one", 1, IMAGE_BROKEN, 7, 0, ADVERT_AUTH_NONE, 0, "", 1, 0 },
	{ "vrrp_5", "", 1, IMAGE_PREEMPT, 255, 254, ADVERT_AUTH_PASS, 3, "", 0, 5000000 },
};

static image_string put_text(struct image *image, uint32_t *at, const char *text)
{
	uint32_t here = *at;

	if (!text[0])
		return 0;
	memcpy(image_strings_mutable(image) + here, text, strlen(text) + 1);
	*at += (uint32_t)strlen(text) + 1;
	return here;
}

static void put_addresses(struct image *image, uint32_t first, const struct setting *s)
{
	for (uint32_t a = 0; a < s->addresses; a++) {
		struct image_address *address = &image_addresses_mutable(image)[first + a];

		check(addr_parse("192.168.100.10", &address->prefix.addr));
		address->prefix.addr.bytes[3] = (uint8_t)(10 + first + a);
		address->prefix.length = 24;
		address->link = s->link;
		address->excluded = a > 0;
	}
}

struct image *drive_image(void)
{
	uint32_t addresses = 0, at = 1, first = 0, strings = 64;
	const char *reason;
	struct image *image;
	struct image header = { .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT,
		.instance_count = DRIVE_INSTANCES, .link_count = DRIVE_LINKS,
		.string_size = strings };

	for (uint32_t k = 0; k < DRIVE_INSTANCES; k++)
		addresses += settings[k].addresses;
	header.address_count = addresses;
	header.size = (uint32_t)image_size(&header);
	image = calloc(1, header.size);
	check(image);
	*image = header;
	for (uint32_t l = 0; l < DRIVE_LINKS; l++) {
		memcpy(image_links_mutable(image)[l].name, l ? "eth1" : "eth0", 5);
		image_links_mutable(image)[l].family = ADDR_IPV4;
	}
	for (uint32_t k = 0; k < DRIVE_INSTANCES; k++) {
		const struct setting *s = &settings[k];
		struct image_instance *i = &image_instances_mutable(image)[k];

		*i = (struct image_instance){ .link = s->link, .flags = s->flags,
			.family = ADDR_IPV4, .version = 2, .vrid = s->vrid,
			.priority = s->priority, .auth_type = s->auth_type,
			.group = advert_group(ADDR_IPV4), .ttl = 255, .down_adverts = 3,
			.garp_repeat = 2, .garp_repeat_later = 2, .garp_delay_us = 5000000,
			.advert_interval_us = s->interval_s * INT64_C(1000000),
			.preempt_delay_us = s->preempt_delay_us, .address_first = first,
			.address_count = s->addresses };
		memcpy(i->auth_data, s->auth_data, strlen(s->auth_data));
		i->name = put_text(image, &at, s->name);
		i->broken_reason = put_text(image, &at, s->broken_reason);
		put_addresses(image, first, s);
		first += s->addresses;
	}
	check(at <= strings && image_check(image, header.size, &reason));
	return image;
}

void drive_init(struct drive *d, const struct image *image, uint64_t generation, struct mono now)
{
	*d = (struct drive){ .image = image, .size = node_size(image), .now = now };
	d->node = node_init(aligned_alloc(64, (d->size + 63) & ~(size_t)63), image, generation,
			    now);
}

void drive_fini(struct drive *d)
{
	free(d->node);
	d->node = NULL;
}

void drive_tell_link(struct drive *d, uint32_t link, bool is_up)
{
	struct node_link_news news = { .ifindex = DRIVE_INDEX(link),
				       .name = image_links(d->image)[link].name,
				       .is_up = is_up,
				       .has_mac = true,
				       .mac = { 2, 0, 0, 0, 0, (uint8_t)link } };

	if (!*news.name)
		return;
	node_link(d->node, &news, d->now);
}

/* … that is no interface's own. */
static void tell_source(struct drive *d, uint32_t link)
{
	const struct image_link *l = &image_links(d->image)[link];
	struct node_address_news news = { .ifindex = 1, .prefix = { l->source, 32 } };

	if (image_link_is_routed(l))
		node_address(d->node, &news, d->now);
}

void drive_tell_host(struct drive *d)
{
	struct node_address_news own = { .prefix = { .length = 24 } };

	check(addr_parse("192.168.100.3", &own.prefix.addr));
	node_dump_begin(d->node);
	for (uint32_t l = 0; l < d->image->link_count; l++) {
		drive_tell_link(d, l, true);
		own.ifindex = DRIVE_INDEX(l);
		node_address(d->node, &own, d->now);
		tell_source(d, l);
	}
	node_dump_end(d->node, d->now);
}

/* -- what the node wants -- */

/* Octets in front of the advert. */
static size_t ip_size(const struct image_instance *i)
{
	return IP4_HEADER_SIZE + (i->auth_type == ADVERT_AUTH_AH ? AH_SIZE : 0);
}

/* To the group, or to one of the peers; from where a source is configured, from there. */
static void judge_way(const struct drive *d, const struct image_instance *i, const uint8_t *packet)
{
	const struct image_peer *peers = image_peers(d->image) + i->peer_first;
	struct addr from = addr_from_bytes(ADDR_IPV4, packet + 12);
	struct addr to = addr_from_bytes(ADDR_IPV4, packet + 16);
	bool is_known = !(i->flags & IMAGE_UNICAST) && addr_equal(&to, &i->group);

	for (uint32_t p = 0; i->flags & IMAGE_UNICAST && p < i->peer_count; p++)
		is_known |= addr_equal(&to, &peers[p].addr);
	check(is_known);
	check(packet[9] == (i->auth_type == ADVERT_AUTH_AH ? IP_PROTOCOL_AH : IP_PROTOCOL_VRRP));
	check(packet[8] == (i->flags & IMAGE_UNICAST ? i->ttl : 255));
	check(!addr_is_unspecified(&from));
	/* Where it has to be there and is not, the farewell comes from the one before. */
	if ((i->flags & IMAGE_TRACK_SOURCE) && packet[ip_size(i) + 2] == 0)
		return;
	check(i->source.family == ADDR_NONE || addr_equal(&from, &i->source));
}

/* Through any interface only where none is named. */
static void judge_link(const struct drive *d, const struct node_action *a)
{
	check(a->link < d->image->link_count);
	check(!a->ifindex == (image_links(d->image)[a->link].name[0] == '\0'));
}

/* A peer that is configured like the instance hears it, as the standard's adverts come. */
static void judge_advert(const struct drive *d, const struct node_action *a)
{
	const struct image_instance *i = &image_instances(d->image)[a->instance];
	struct rfc3768_router peer = { .vrid = i->vrid, .priority = 100,
		.auth_type = i->auth_type, .auth_data = i->auth_data, .is_running = true,
		.interval_s = (uint8_t)(i->advert_interval_us / 1000000) };
	static uint8_t packet[sizeof(a->packet)];

	check(a->instance < d->image->instance_count && a->link == i->link);
	judge_link(d, a);
	check(a->packet_size <= sizeof(a->packet));
	check(rfc3768_is_whole(a->packet, a->packet_size));
	check(a->packet_size == a->packet[2] * 256u + a->packet[3]);
	judge_way(d, i, a->packet);
	/* Whether the authentication header is right is the matter of tests/unit/wire. */
	if (i->auth_type == ADVERT_AUTH_AH)
		return;
	memcpy(packet, a->packet, a->packet_size);
	packet[8] = 255;
	memcpy(packet + 16, "\xe0\0\0\x12", 4);
	check(rfc3768_takes(&peer, packet));
	check(rfc3768_judge(&peer, packet) == VRRP_DROP_NONE);
}

static void judge_message(const struct drive *d, const struct node_action *a)
{
	const struct role_message *m = &a->message;

	check(role_message_check(m, sizeof(*m)));
	check(m->instance < d->image->instance_count || m->instance == NODE_NONE);
	check((a->kind == NODE_ACTION_NOTE) == (m->type == ROLE_NOTE));
}

static void judge_row(const struct drive *d, uint32_t instance)
{
	struct status_row row;
	struct keep_row keep;

	check(instance < d->image->instance_count);
	node_row(d->node, instance, REALTIME_US, &row);
	node_keep(d->node, instance, REALTIME_US, &keep);
	check(row.state < VRRP_STATE_N_ && row.previous < VRRP_STATE_N_);
	check(row.reason < VRRP_REASON_N_ && keep.state < VRRP_STATE_N_);
	check(row.conditions < 1u << CONDITION_N_);
	check(row.master.family == ADDR_NONE || row.master.family == ADDR_IPV4);
	check(row.source.family == ADDR_NONE || row.source.family == ADDR_IPV4);
	check(row.addresses_present <= image_instances(d->image)[instance].address_count);
}

static void judge_frames(const struct node_action *a)
{
	check(a->count > 0 && a->count <= LIMIT_FRAME_BATCH);
	for (int k = 0; k < a->count; k++) {
		check(a->frames[k].ifindex);
		check(memcmp(a->frames[k].data + 12, "\x08\x06\0\1\x08\0\6\4\0\1", 10) == 0);
		check(memcmp(a->frames[k].data + 28, a->frames[k].data + 38, 4) == 0);
	}
}

static void apply_changes(struct drive *d, const struct node_action *a)
{
	check(a->count > 0 && a->count <= LIMIT_ADDRESS_BATCH);
	for (int k = 0; k < a->count; k++) {
		/* Nothing of IPv6 is configured: what is left of it is taken away. */
		check(a->changes[k].ifindex);
		check(!a->changes[k].add || a->changes[k].prefix.addr.family == ADDR_IPV4);
		node_address_done(d->node, a->changes[k].address, a->changes[k].add, 0, d->now);
	}
}

static void apply(struct drive *d, const struct node_action *a)
{
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		judge_advert(d, a);
		node_sent(d->node, a->instance, 0, d->now);
		break;
	case NODE_ACTION_OPEN:
		judge_link(d, a);
		node_opened(d->node, a->link, 0, d->now);
		break;
	case NODE_ACTION_WATCH:
		check(a->link < d->image->link_count && a->ifindex);
		check(!image_link_is_routed(&image_links(d->image)[a->link]));
		node_frame(d->node, a->link, d->now);
		break;
	case NODE_ACTION_IDENTIFY: /* nobody is seen again */
		check(a->link < d->image->link_count && a->ifindex);
		check(a->destination.family != ADDR_NONE);
		break;
	case NODE_ACTION_CLOSE:
	case NODE_ACTION_FILTER:
		check(a->link < d->image->link_count);
		break;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_NOTE:
		judge_message(d, a);
		break;
	case NODE_ACTION_CHANGED:
		judge_row(d, a->instance);
		break;
	case NODE_ACTION_ADDRESSES:
		apply_changes(d, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		judge_frames(a);
		break;
	case NODE_ACTION_DUMP:
		d->dumps++;
		break;
	case NODE_ACTION_STOPPED:
		d->is_stopped = true;
		break;
	}
}

void drive_rest(struct drive *d)
{
	static struct node_action action;
	int count = 0;

	while (node_next(d->node, d->now, 8, &action)) {
		check(++count < ACTIONS_MOST);
		apply(d, &action);
	}
}

static void turn(struct drive *d)
{
	node_turn(d->node, d->now);
	drive_rest(d);
	node_timers(d->node, d->now);
	drive_rest(d);
}

void drive_run(struct drive *d, int64_t us)
{
	struct mono end = mono_add(d->now, us);

	for (;;) {
		struct mono at = node_deadline(d->node);

		if (at.us >= end.us)
			break;
		/* What is due again at once waits for the next turn. */
		d->now.us = at.us > d->now.us ? at.us : d->now.us + 1000;
		if (d->now.us >= end.us)
			break;
		turn(d);
	}
	d->now = end;
	turn(d);
}

void drive_check(const struct drive *d)
{
	const uint32_t waits = CONDITIONS_WAIT;

	for (uint32_t k = 0; k < d->image->instance_count; k++) {
		const struct node_instance *i = &d->node->instances[k];
		bool runs = i->router.state == VRRP_STATE_BACKUP ||
			    i->router.state == VRRP_STATE_MASTER;

		judge_row(d, k);
		check(!runs || !(i->config->flags & IMAGE_BROKEN));
		check(!runs || i->router.leaving || !(i->conditions & ~waits));
		check(!runs || !mono_is_never(vrrp_router_deadline(&i->router)));
	}
}
