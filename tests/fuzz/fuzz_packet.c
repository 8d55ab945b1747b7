/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A life of a node on two links, as far as packets make it: the input is a list of packets,
 * pauses and changes of a link. What nobody takes is counted once, by the cause that rfc3768.c
 * finds, and the whole memory of the node is octet for octet what it was but for that count and
 * the time of the last message about it; a second time, too. What is taken reaches one instance and
 * no other. */
#include "base/check.h"
#include "drive.h"
#include "mutate.h"
#include "rfc3768.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The lowest three bits of the first octet of an item; the next say which link. */
enum item {
	ITEM_PACKET, /* two octets of size, then so many, or what is left */
	ITEM_PACKET_TWICE,
	ITEM_PACKET_CUT, /* longer than the buffer was */
	ITEM_PAUSE, /* one octet */
	ITEM_BUSY, /* the socket was not read empty */
	ITEM_LINK_DOWN,
	ITEM_LINK_UP,
	ITEM_SEND_ERROR,
};

#define LINK_BIT 8
#define ITEMS_MOST 64

const int fuzz_rounds = 500;

#define NODE_MOST (1u << 18)

/* Room for copies of the node's memory. */
struct copy {
	_Alignas(64) char memory[NODE_MOST];
};

static struct image *image;
static struct copy before, after;

static struct mutate_receiver receiver_of(uint32_t instance)
{
	const struct image_instance *i = &image_instances(image)[instance];

	return (struct mutate_receiver){ i->vrid, i->auth_type,
					 (uint8_t)(i->advert_interval_us / 1000000),
					 i->auth_data };
}

static size_t put_packet(uint8_t *item, size_t max_size, uint32_t *random)
{
	static const uint32_t instances[] = { 0, 1, 2, 4 };
	uint32_t instance = instances[mutate_random(random) % 4];
	struct mutate_receiver r = receiver_of(instance);
	size_t size;

	if (max_size < 3)
		return 0;
	size = mutate_packet(item + 3, 0, max_size - 3, &r, random);
	/* Priorities around the receiver's. */
	if (size > 22)
		item[3 + 22] = (uint8_t)(mutate_random(random) % 4 * 85);
	item[0] = (uint8_t)(mutate_random(random) % 2 | (instance > 1 ? LINK_BIT : 0));
	item[1] = (uint8_t)(size >> 8);
	item[2] = (uint8_t)size;
	return 3 + size;
}

/* Where the item at `at` ends. */
static size_t item_end(const uint8_t *data, size_t size, size_t at)
{
	size_t length;

	switch ((enum item)(data[at] & 7)) {
	case ITEM_PACKET:
	case ITEM_PACKET_TWICE:
	case ITEM_PACKET_CUT:
		if (size - at < 3)
			return size;
		length = 3 + data[at + 1] * 256u + data[at + 2];
		return length < size - at ? at + length : size;
	case ITEM_PAUSE:
		return size - at < 2 ? size : at + 2;
	case ITEM_BUSY:
	case ITEM_LINK_DOWN:
	case ITEM_LINK_UP:
	case ITEM_SEND_ERROR:
		break;
	}
	return at + 1;
}

/* The packet of one item is repaired where it lies, or a new one is put behind. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	uint32_t random = seed, wanted;
	size_t at = 0, end;

	if (mutate_once_in(&random, 3))
		size += put_packet(data + size, max_size - size, &random);
	if (mutate_once_in(&random, 4))
		return size;
	size = LLVMFuzzerMutate(data, size, max_size);
	wanted = mutate_random(&random) % 8;
	for (uint32_t k = 0; at < size; k++, at = end) {
		struct mutate_receiver r = receiver_of(mutate_random(&random) % 3);

		end = item_end(data, size, at);
		/* The room of the next item is not ours: it stays within its own. */
		if ((data[at] & 7) <= ITEM_PACKET_CUT && end - at > 3 && k >= wanted)
			(void)mutate_packet(data + at + 3, end - at - 3, end - at - 3, &r,
					    &random);
	}
	return size;
}

/* -- what must come of a packet -- */

static uint64_t refused_count(const struct node *n, enum vrrp_drop cause)
{
	uint64_t count = n->strangers_by_cause[cause];

	for (uint32_t k = 0; k < n->instance_count; k++)
		count += n->instances[k].counters[COUNTER_DROP + cause];
	return count;
}

/* What says whom it is for is there. */
static bool names_a_router(const uint8_t *packet, size_t size)
{
	size_t message;

	if (!rfc3768_is_whole(packet, size))
		return false;
	(void)rfc3768_message(packet, &message);
	return message >= 2;
}

static struct node_instance *receiver(const struct drive *d, uint32_t link, const uint8_t *packet,
				      size_t size)
{
	const uint8_t *message;

	if (!names_a_router(packet, size))
		return NULL;
	message = rfc3768_message(packet, &size);
	for (uint32_t k = 0; k < d->image->instance_count; k++) {
		const struct image_instance *i = &image_instances(d->image)[k];

		if (i->link == link && i->vrid == message[1] &&
		    !(i->flags & IMAGE_BROKEN))
			return &d->node->instances[k];
	}
	return NULL;
}

static bool is_known(const struct vrrp_router *r, const uint8_t *packet)
{
	struct addr source = addr_from_bytes(ADDR_IPV4, packet + 12);

	for (int k = 0; k < VRRP_KNOWN; k++)
		if (addr_equal(&r->known[k], &source))
			return true;
	return false;
}

static enum vrrp_drop expected(const struct node_instance *i, const uint8_t *packet, size_t size,
			       bool is_cut)
{
	const struct image_instance *c;
	struct rfc3768_router model;

	if (!i)
		return names_a_router(packet, size) ? VRRP_DROP_VRID : VRRP_DROP_LENGTH;
	if (is_cut)
		return VRRP_DROP_LENGTH;
	c = i->config;
	model = (struct rfc3768_router){ .vrid = c->vrid, .priority = c->priority,
		.auth_type = c->auth_type, .auth_data = c->auth_data,
		.interval_s = (uint8_t)(c->advert_interval_us / 1000000),
		.source = { 192, 168, 100, 3 },
		.is_running = i->router.state == VRRP_STATE_BACKUP ||
			      i->router.state == VRRP_STATE_MASTER };
	/* Who had our list before may have another one now. */
	if (!is_known(&i->router, packet)) {
		model.addresses = i->router.config.addresses;
		model.address_count = i->router.config.address_count;
	}
	return rfc3768_judge(&model, packet);
}

static struct node_instance *copy_instances(struct copy *c, const struct node *n)
{
	return (void *)(c->memory + ((const char *)n->instances - (const char *)n));
}

/* What a refused packet may change. */
static void forget_counts(struct copy *c, const struct node *where)
{
	struct node *n = (void *)c->memory;

	n->strangers = 0;
	memset(n->strangers_by_cause, 0, sizeof(n->strangers_by_cause));
	for (uint32_t k = 0; k < where->instance_count; k++) {
		struct node_instance *i = &copy_instances(c, where)[k];

		memset(i->counters, 0, sizeof(i->counters));
		memset(i->drop_count, 0, sizeof(i->drop_count));
		memset(i->drop_logged, 0, sizeof(i->drop_logged));
		memset(i->drop_source, 0, sizeof(i->drop_source));
		memset(i->stranger_mac, 0, sizeof(i->stranger_mac));
		i->has_stranger_mac = false;
	}
}

static void nothing_changed(const struct drive *d)
{
	memcpy(after.memory, d->node, d->size);
	forget_counts(&before, d->node);
	forget_counts(&after, d->node);
	check(memcmp(before.memory, after.memory, d->size) == 0);
}

static void others_are_untouched(const struct drive *d, const struct node_instance *taken)
{
	const struct node_instance *old = copy_instances(&before, d->node);

	for (uint32_t k = 0; k < d->node->instance_count; k++) {
		const struct node_instance *i = &d->node->instances[k];

		if (i == taken)
			continue;
		check(memcmp(&i->router, &old[k].router, sizeof(i->router)) == 0);
		check(memcmp(i->counters, old[k].counters, sizeof(i->counters)) == 0);
		check(i->conditions == old[k].conditions);
	}
}

static void packet(struct drive *d, uint32_t link, const uint8_t *item, size_t size, bool is_cut)
{
	/* A block of exactly this size, so that a sanitizer sees the octet behind it. */
	uint8_t *data = memcpy(malloc(size + !size), item, size);
	struct node_instance *i = receiver(d, link, data, size);
	enum vrrp_drop drop = expected(i, data, size, is_cut);
	uint64_t refused = refused_count(d->node, drop);
	uint64_t taken = i ? i->counters[COUNTER_ADVERTS_RECEIVED] : 0;

	check(d->size <= sizeof(before.memory));
	memcpy(before.memory, d->node, d->size);
	node_packet(d->node, link, data, size, is_cut, d->now);
	drive_rest(d);
	if (drop == VRRP_DROP_NONE) {
		check(i->counters[COUNTER_ADVERTS_RECEIVED] == taken + 1);
		others_are_untouched(d, i);
	} else {
		check(refused_count(d->node, drop) == refused + 1);
		nothing_changed(d);
	}
	free(data);
}

static void run_item(struct drive *d, const uint8_t *item, size_t size)
{
	enum item kind = (enum item)(item[0] & 7);
	uint32_t link = item[0] & LINK_BIT ? 1 : 0;

	switch (kind) {
	case ITEM_PACKET:
	case ITEM_PACKET_TWICE:
	case ITEM_PACKET_CUT:
		if (size < 3)
			return;
		for (int k = 0; k <= (kind == ITEM_PACKET_TWICE); k++)
			packet(d, link, item + 3, size - 3, kind == ITEM_PACKET_CUT);
		return;
	case ITEM_PAUSE:
		/* Up to 6.5 s, the short ones closer together. */
		drive_run(d, size > 1 ? item[1] * item[1] * INT64_C(100) : 0);
		return;
	case ITEM_BUSY:
		node_link_busy(d->node, link);
		return;
	case ITEM_LINK_DOWN:
	case ITEM_LINK_UP:
		drive_tell_link(d, link, kind == ITEM_LINK_UP);
		drive_rest(d);
		return;
	case ITEM_SEND_ERROR:
		node_sent(d->node, item[0] >> 4 & 3, 100, d->now);
		drive_rest(d);
		return;
	}
}

__attribute__((constructor)) static void make_image(void)
{
	image = drive_image();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drive d;
	int items = 0;

	drive_init(&d, image, 1, (struct mono){ 1000000000 });
	drive_tell_host(&d);
	drive_rest(&d);
	for (size_t at = 0, end; at < size && items < ITEMS_MOST; at = end, items++) {
		end = item_end(data, size, at);
		run_item(&d, data + at, end - at);
		drive_check(&d);
	}
	drive_fini(&d);
	return 0;
}
