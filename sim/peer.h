/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/mono.h"
#include "wire/arp.h"
#include "wire/image.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A VRRP version 2 router that is not ours: what one does by RFC 3768, and what keepalived 2.2.7
 * does, for all instances of one host. A model of what the others on the LAN meet: packets,
 * announcements and addresses with their times. It shares no code with src/vrrp, not even the
 * octets of an advert, so that each is a check of the other. tests/sim/peer has what real ones did,
 * recorded, and the model is held against it.
 *
 * Pure as the node is: time comes in, and what is to be done goes out, at once. */

enum peer_kind {
	PEER_STANDARD, /* RFC 3768 6.4 and 7 to the letter, with the virtual router's MAC */
	PEER_KEEPALIVED, /* keepalived 2.2.7 */
	PEER_N_,
};

/* "standard", "keepalived" */
const char *peer_kind_name(enum peer_kind kind);

/* What a router does to its world. */
struct peer_world {
	void *context;
	/* An Ethernet frame, without the padding of a short one. */
	void (*frame)(void *context, uint32_t link, const uint8_t *frame, size_t size);
	/* Adds or removes this one of the image's addresses; what is so already stays. */
	void (*address)(void *context, uint32_t address, bool add);
	void (*changed)(void *context, uint32_t instance, enum vrrp_state from, enum vrrp_state to,
			enum vrrp_reason reason);
};

struct peer;

/* Both stay the caller's and have to last. */
struct peer *peer_new(const struct image *image, enum peer_kind kind,
		      const struct peer_world *world);
struct peer *peer_free(struct peer *p); /* returns NULL; takes NULL */

/* The link has this MAC and this address of its own, and runs or not. To be told of each link
 * before the start, and of each change. */
void peer_link(struct peer *p, uint32_t link, const struct addr *source, const uint8_t *mac,
	       bool runs, struct mono now);
void peer_start(struct peer *p, struct mono now);
/* The last words; nothing comes of it afterwards. */
void peer_stop(struct peer *p, struct mono now);
/* One IPv4 packet. Of several that wait, and timers that are due, PEER_PACKETS_FIRST packets come
 * first, then the timers, then the others: so a keepalived that stood still does it. */
#define PEER_PACKETS_FIRST 2
void peer_packet(struct peer *p, uint32_t link, const uint8_t *packet, size_t size,
		 struct mono now);
/* Somebody removed this one of the image's addresses. */
void peer_address_gone(struct peer *p, uint32_t address, struct mono now);

struct mono peer_deadline(const struct peer *p);
void peer_turn(struct peer *p, struct mono now);

enum vrrp_state peer_state(const struct peer *p, uint32_t instance);
/* The MAC at which a router of this kind serves the addresses of an instance. */
void peer_mac(enum peer_kind kind, const struct image_instance *instance, const uint8_t *link_mac,
	      uint8_t ret_mac[MAC_SIZE]);
