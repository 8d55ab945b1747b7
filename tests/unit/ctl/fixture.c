/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See fixture.h. The names are laid into the strings by hand, so that the tests do not need the
 * configuration language to talk about its result. */
#include "fixture.h"

#include "base/check.h"
#include "wire/advert.h"

#include <stdlib.h>
#include <string.h>

struct strings {
	char data[512];
	uint32_t size;
};

static image_string add_string(struct strings *s, const char *text)
{
	image_string offset = s->size;

	memcpy(s->data + s->size, text, strlen(text) + 1);
	s->size += (uint32_t)strlen(text) + 1;
	return offset;
}

static struct image_address address(const char *text, uint32_t link, bool excluded)
{
	struct image_address a = { .link = link, .excluded = excluded };

	check(prefix_parse(text, &a.prefix));
	return a;
}

static struct image_instance instance(image_string name, uint32_t link, uint8_t vrid,
				      uint8_t priority)
{
	return (struct image_instance){
		.name = name,
		.link = link,
		.family = ADDR_IPV4,
		.version = 2,
		.vrid = vrid,
		.priority = priority,
		.group = advert_group(ADDR_IPV4),
		.ttl = 255,
		.down_adverts = 3,
		.advert_interval_us = 1000000,
	};
}

static void fill(struct image *image, const struct strings *s, const image_string names[3],
		 image_string reason)
{
	struct image_instance *i = image_instances_mutable(image);
	struct image_address *a = image_addresses_mutable(image);

	memcpy(image_strings_mutable(image), s->data, s->size);
	strcpy(image_links_mutable(image)[0].name, "eth0");
	strcpy(image_links_mutable(image)[1].name, "eth1");
	image_links_mutable(image)[0].family = image_links_mutable(image)[1].family = ADDR_IPV4;
	a[0] = address("192.0.2.1/24", 0, false);
	a[1] = address("198.51.100.1/24", 1, false);
	a[2] = address("198.51.100.2/32", 1, false);
	a[3] = address("203.0.113.9/32", 1, true);
	i[0] = instance(names[0], 0, 51, 200);
	i[0].flags = IMAGE_PREEMPT | IMAGE_STATE_MASTER;
	i[0].address_count = 1;
	i[1] = instance(names[1], 1, 52, 100);
	i[1].address_first = 1;
	i[1].address_count = 3;
	i[1].flags = IMAGE_PREEMPT | IMAGE_UNICAST | IMAGE_CHECK_SOURCE;
	i[1].peer_count = 2;
	check(addr_parse("192.0.2.11", &image_peers_mutable(image)[0].addr));
	check(addr_parse("192.0.2.13", &image_peers_mutable(image)[1].addr));
	i[2] = instance(names[2], 0, 51, 50);
	i[2].flags = IMAGE_BROKEN;
	i[2].broken_reason = reason;
}

void fixture_init(struct fixture *f, uint64_t generation)
{
	struct strings s = { .size = 1 };
	image_string names[3] = { add_string(&s, "vrrp_1"), add_string(&s, "vrrp_2"),
				  add_string(&s, "broken") };
	image_string reason = add_string(&s, "VRID 51 is used twice on eth0");
	image_string file = add_string(&s, "/etc/keepalived/keepalived.conf");
	const char *why;

	struct image header = {
		.magic = IMAGE_MAGIC,
		.layout = IMAGE_LAYOUT,
		.instance_count = FIXTURE_INSTANCES,
		.link_count = 2,
		.address_count = 4,
		.peer_count = 2,
		.string_size = s.size,
		.file = file,
		.loaded_realtime_us = FIXTURE_LOADED_US,
	};
	f->image_size = image_size(&header);
	header.size = (uint32_t)f->image_size;
	f->image = calloc(1, f->image_size);
	*f->image = header;
	fill(f->image, &s, names, reason);
	check(image_check(f->image, f->image_size, &why));
	f->table_size = status_size(FIXTURE_INSTANCES);
	f->table = calloc(1, f->table_size);
	status_init(f->table, FIXTURE_INSTANCES, generation);
	f->view = (struct ctl_view){ f->image, f->table, "server1", "/run/vipd" };
}

void fixture_fini(struct fixture *f)
{
	free(f->image);
	free(f->table);
}

struct status_row fixture_row(enum vrrp_state state)
{
	struct status_row row = {
		.state = (uint8_t)state,
		.previous = VRRP_STATE_INIT,
		.reason = VRRP_REASON_STARTUP,
		.priority = 100,
		.effective_priority = 100,
		.since_realtime_us = FIXTURE_LOADED_US + 1000000,
		.last_advert_us = INT64_MAX,
		.down_at_us = INT64_MAX,
		.preempt_at_us = INT64_MAX,
		.master_interval_us = 1000000,
		.master_down_us = 3609375,
		.skew_us = 609375,
	};

	addr_parse("192.0.2.12", &row.source);
	if (state == VRRP_STATE_BACKUP) {
		addr_parse("192.0.2.11", &row.master);
		row.master_priority = 200;
	} else if (state == VRRP_STATE_MASTER) {
		row.master = row.source;
		row.master_priority = row.effective_priority;
		row.previous = VRRP_STATE_BACKUP;
		row.reason = VRRP_REASON_MASTER_SILENT;
	}
	return row;
}

void fixture_write(struct fixture *f, uint32_t instance_index, const struct status_row *row)
{
	status_write_row(f->table, instance_index, row);
}
