/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The blocks of shared memory that cross from one process to another: the configuration image (its
 * writer runs without privilege), the status table and the state memory (their writer meets the
 * network). The octets decide how they are made and where something wrong is put in.
 * A sound image is taken, and in a taken one everything can be walked by who knows nothing else; a
 * node runs on it, takes over from another and is taken over from, with rows of the state memory to
 * go on from; every document about it can be made and shown. Whatever is done with it, it stays
 * octet for octet the same. */
#include "base/check.h"
#include "cli/cli.h"
#include "ctl/document.h"
#include "daemon/ctl_tables.h"
#include "daemon/tables.h"
#include "drive.h"
#include "generate_image.h"
#include "image_memory.h"
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const int fuzz_rounds = 200;

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return LLVMFuzzerMutate(data, size, max_size);
}

/* -- the image by itself -- */

/* A text that ends inside. */
static void walk_text(const struct image *image, image_string offset)
{
	const char *text = image_text(image, offset), *end = (const char *)image + image->size;

	check(text > (const char *)image && text < end);
	check(memchr(text, '\0', (size_t)(end - text)) != NULL);
}

static void walk_script(const struct image *image, const struct image_script *s)
{
	const char *word = image_text(image, s->words), *end = (const char *)image + image->size;

	walk_text(image, s->user);
	walk_text(image, s->group);
	for (uint32_t k = 0; k < s->word_count; k++) {
		check(word < end && memchr(word, '\0', (size_t)(end - word)) != NULL);
		word += strlen(word) + 1;
	}
}

static void walk(const struct image *image)
{
	walk_text(image, image->router_id);
	walk_text(image, image->file);
	for (uint32_t k = 0; k < image->link_count; k++)
		check(memchr(image_links(image)[k].name, '\0', LIMIT_LINK_NAME) != NULL);
	for (uint32_t k = 0; k < image->address_count; k++) {
		const struct image_address *a = &image_addresses(image)[k];

		check(a->link < image->link_count);
		check(a->prefix.length <= addr_bits(&a->prefix.addr));
		check(a->peer.addr.family == ADDR_NONE ||
		      a->peer.length <= addr_bits(&a->peer.addr));
		check(memchr(a->label, '\0', sizeof(a->label)) != NULL);
	}
	for (uint32_t k = 0; k < image->instance_count; k++) {
		const struct image_instance *i = &image_instances(image)[k];

		walk_text(image, i->name);
		walk_text(image, i->file);
		walk_text(image, i->broken_reason);
		check(i->link < image->link_count);
		check((uint64_t)i->address_first + i->address_count <= image->address_count);
		for (int n = 0; n < NOTIFY_N_; n++)
			walk_script(image, &i->notify[n]);
	}
}

/* -- a node on it -- */

static void hear_peers(struct drive *d)
{
	uint8_t packet[LIMIT_ADVERT_PACKET];

	for (uint32_t k = 0; k < d->image->instance_count; k++) {
		const struct node_instance *i = &d->node->instances[k];
		struct vrrp_router peer = i->router;
		struct addr group;
		size_t size;

		if (i->config->flags & IMAGE_BROKEN)
			continue;
		check(addr_parse("224.0.0.18", &group));
		check(addr_parse("192.168.100.9", &peer.source));
		vrrp_advert_begin(&peer, (uint8_t)(k * 100), &(struct vrrp_clock){ d->now, 0 });
		size = vrrp_advert_put(&peer, (uint8_t)(k * 100), &group, 1, packet);
		node_packet(d->node, i->config->link, packet, size, false, d->now);
		drive_rest(d);
	}
}

static void adopt(struct drive *d, struct decisions *more)
{
	size_t size = keep_size(d->image->instance_count);
	struct keep_table *table = calloc(1, size);
	struct keep_row row = { 0 };

	keep_init(table, d->image->instance_count, 1);
	for (uint32_t k = 0; k < d->image->instance_count; k++) {
		row.state = (uint8_t)decide_below(more, 5);
		row.reason = decide(more) & 15;
		row.master_priority = decide(more);
		row.master.family = (uint8_t)(4 * decide_below(more, 3));
		row.master.bytes[0] = decide(more);
		row.last_advert_us = d->now.us - decide(more) * 1000;
		row.since_us = row.last_advert_us;
		if (decide_below(more, 4) == 3)
			row.last_advert_us = decide_odd(more);
		if (decide_below(more, 4) == 3)
			row.since_us = decide_odd(more);
		keep_write(table, k, &row);
	}
	if (decide_below(more, 4) == 1)
		decide_patches(more, table, size);
	if (keep_check(table, size) && table->instance_count == d->image->instance_count)
		for (uint32_t k = 0; k < table->instance_count; k++)
			if (keep_read(table, k, &row))
				node_adopt(d->node, k, &row);
	free(table);
}

static void change(struct drive *from, struct drive *to)
{
	int count = 0;

	while (!node_change_compare(to->node, from->node, 3))
		check(++count < 1000);
	node_change_shed(from->node, from->now);
	while (!node_change_is_shed(from->node, from->now)) {
		drive_run(from, 10000);
		check(++count < 10000);
	}
	to->now = from->now;
	node_change_commit(to->node, from->node, to->now);
	drive_rest(to);
	drive_check(to);
	drive_run(to, 3000000);
	drive_check(to);
}

static void run(const struct image *image, struct decisions *more)
{
	static struct image *usual;
	struct drive d, before, after;
	struct mono now = { 1000000000 };

	if (!usual)
		usual = drive_image();
	drive_init(&d, image, 2, now);
	if (decide_below(more, 2)) {
		adopt(&d, more);
		drive_tell_host(&d);
		drive_run(&d, 3000000);
	} else {
		drive_init(&before, usual, 1, now);
		drive_tell_host(&before);
		drive_run(&before, 4000000);
		change(&before, &d);
		drive_fini(&before);
	}
	hear_peers(&d);
	drive_run(&d, 12000000);
	drive_check(&d);
	drive_init(&after, usual, 3, d.now);
	change(&d, &after);
	drive_fini(&d);
	node_stop(after.node, after.now);
	drive_run(&after, 5000000);
	check(after.is_stopped);
	drive_fini(&after);
}

/* -- what is told of it, with whatever lies in the status table -- */

static void put_row(struct decisions *more, struct status_row *row)
{
	*row = (struct status_row){ .state = (uint8_t)decide_below(more, 5),
		.previous = (uint8_t)decide_below(more, 5), .reason = decide(more) & 15,
		.priority = decide(more), .effective_priority = decide(more),
		.master_priority = decide(more), .leaving = decide(more) & 1,
		.master = { .family = (uint8_t)(2 * decide_below(more, 5)) },
		.source = { .family = (uint8_t)(2 * decide_below(more, 5)) },
		.since_realtime_us = decide_odd(more), .down_at_us = decide_odd(more),
		.preempt_at_us = decide_odd(more), .master_down_us = decide_odd(more),
		.skew_us = decide_odd(more), .conditions = decide(more),
		.addresses_wanted = decide(more), .addresses_present = decide(more) };
	if (decide(more) == 0xff)
		row->conditions = (uint32_t)decide_odd(more);
	for (int c = 0; c < CONDITION_N_; c++)
		row->condition_since_realtime_us[c] = row->conditions ? decide_odd(more) : 0;
	for (int c = 0; c < COUNTER_N_; c++)
		row->counters[c] = decide_below(more, 4) == 1 ? (uint64_t)decide_odd(more) : 0;
}

static void check_texts(const json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT);

	check(text);
	free(text);
}

static void show(const struct ctl_view *view)
{
	json_t *status = ctl_status_document(view, NULL), *explain;
	struct cli_screen screen = { .width = 80 };
	char *text;
	size_t size;

	explain = ctl_explain_document(view, NULL);
	check(status && explain);
	check(json_array_size(json_object_get(status, "instances")) ==
	      view->image->instance_count);
	check(json_array_size(json_object_get(explain, "instances")) ==
	      view->image->instance_count);
	check_texts(status);
	check_texts(explain);
	screen.out = open_memstream(&text, &size);
	cli_status_print(&screen, status, true, 1767323045678000);
	cli_explain_print(&screen, explain);
	fclose(screen.out);
	for (size_t at = 0; at < size; at++)
		check(text[at] == '\n' || ((uint8_t)text[at] >= 0x20 && text[at] != 0x7f));
	free(text);
	json_decref(status);
	json_decref(explain);
}

static void tell(const struct image *image, struct decisions *more)
{
	size_t size = status_size(image->instance_count);
	struct status_table *table = calloc(1, size);
	struct ctl_view view = { image, table, "host", "/run/vipd" };
	struct status_row row;

	status_init(table, image->instance_count, 2);
	table->committed = decide(more) & 1;
	for (uint32_t k = 0; k < image->instance_count; k++) {
		put_row(more, &row);
		status_write_row(table, k, &row);
	}
	if (decide_below(more, 4) == 1)
		decide_patches(more, table, size);
	if (status_check(table, size) && table->instance_count == image->instance_count)
		show(&view);
	free(table);
}

/* -- the parent's way with it -- */

/* The copy for vipd-ctl has no secrets and is otherwise the same. */
static void check_public(const struct image *image, const struct image *copy)
{
	struct image *blank = malloc(image->size);

	memcpy(blank, image, image->size);
	for (uint32_t k = 0; k < image->instance_count; k++)
		memset(image_instances_mutable(blank)[k].auth_data, 0, 8);
	for (uint32_t k = 0; k < image->key_count; k++)
		memset(image_keys_mutable(blank)[k].octets, 0, IMAGE_KEY_MAX);
	check(memcmp(blank, copy, image->size) == 0);
	free(blank);
}

static void publish(const struct image *image, size_t size, bool is_good, struct decisions *more)
{
	bool is_sealed = decide(more) != 0xff;
	struct tables tables = TABLES_NONE;
	struct ctl_tables reader;
	const char *why = NULL;
	int e = tables_make(image_memory(image, size, is_sealed), 7, &tables, &why);

	check((e == 0) == (is_good && is_sealed));
	if (e) {
		check(why && why[0]);
		return;
	}
	check(ctl_tables_map(tables.public_fd, tables.status_reader_fd, 8, &reader) < 0);
	check(ctl_tables_map(tables.public_fd, tables.status_reader_fd, 7, &reader) == 0);
	check_public(image, reader.image);
	ctl_tables_unmap(&reader);
	tables_close(&tables);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decisions d = { data, size, 0 };
	bool is_published = decide_below(&d, 16) == 1, is_sound, is_good;
	const char *reason = NULL;
	struct image *image, *copy;
	size_t image_size;

	image = generate_image(&d, &image_size, &is_sound);
	copy = memcpy(malloc(image_size), image, image_size);
	is_good = image_check(image, image_size, &reason);
	check(is_good || (reason && reason[0]));
	check(is_good || !is_sound);
	if (is_good) {
		check(!reason && image->size <= image_size);
		walk(image);
		run(image, &d);
		tell(image, &d);
	}
	if (is_published)
		publish(image, image_size, is_good, &d);
	check(memcmp(copy, image, image_size) == 0);
	free(copy);
	free(image);
	return 0;
}
