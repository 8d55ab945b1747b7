/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "explore.h"
#include "explore_node.h"
#include "node/node.h"
#include "vrrp/vrrp.h"

/* The inside of one host, for explore_host.c and explore_packet.c. */

#define NEWS_MAX 8
#define PACKET_MAX 64

enum host_news {
	NEWS_UP = 1, /* the carrier came */
	NEWS_DOWN, /* … went */
	NEWS_GONE, /* the virtual address was removed by somebody */
};

/* All of a host's state but the node, which follows it in the same block. */
struct host_memory {
	struct keep_row keep; /* the state memory; zeros: nothing is in it */
	bool is_powered, is_running, is_frozen, has_carrier, is_cut, is_held, is_reborn;
	uint8_t reborn_age; /* ticks since vipd-vrrp died */
	uint8_t work_age; /* ticks since there are news or packets that were not read */
	uint8_t news_count, news[NEWS_MAX];
	uint8_t socket_count, socket[SOCKET_MAX];
};

#define HOST_NODE_AT ((sizeof(struct host_memory) + 63) / 64 * 64)

/* An operation under way. */
struct host_run {
	uint32_t number; /* of the host */
	const struct image *image;
	struct host_memory *memory;
	struct node *node;
	struct mono now;
	bool has_added, has_announced;
	struct host_step step;
};

/* An advert as it is on the wire. */
struct packet {
	uint8_t data[PACKET_MAX];
	size_t size;
	bool is_cut; /* longer than the buffer of who reads it */
};

#define FORGED_MAX 32
#define FORGED_GOOD 2

/* explore_packet.c: the octets of the adverts, as the first one of its kind had them; another one
 * may only have another IP identification. */
void packet_learn(uint32_t host, bool is_farewell, const uint8_t *data, size_t size);
const struct packet *packet_of(uint32_t frame);
/* What a host must refuse and be as before: written by the router of another one, with one thing
 * wrong; and FORGED_GOOD at the end with nothing wrong, for a host that does not listen. */
size_t packets_forge(const struct vrrp_router *other, const struct vrrp_router *own,
		     struct packet *ret_packets);
