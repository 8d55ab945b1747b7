/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The trailer of auth_hmac (draft-cassen-vrrp-auth-hmac, as keepalived 2.4.3 has it; vipd.conf(5)
 * says what vipd makes of time), a second time: nothing of src/vrrp is used. */

#define SEAL_SIZE 28
#define SEAL_SENDERS 8

/* Somebody whose signed advert was taken: its number, and when it was of the present by the wall
 * clock, how far its clock was before our monotonic one, in 1/65536 s. */
struct seal_sender {
	struct addr source;
	uint64_t number, before;
};

/* What a router remembers of all this. */
struct seal {
	struct seal_sender senders[SEAL_SENDERS]; /* the last one heard first */
	uint64_t number; /* of its own last one; 0: none */
	int64_t realtime_us; /* the time that it keeps, before the monotonic clock; 0: none yet */
	uint32_t ah; /* auth_type AH: the number of the last advert of anybody; 0: none */
	bool is_ah_own; /* … which is its own */
};

/* Of the host that reads or signs: its monotonic clock, and its wall clock before that. */
struct seal_clock {
	int64_t now_us, realtime_us;
};

/* Does an advert of this length, of the octets `vrrp`, have a trailer behind its `size`? */
bool seal_is_there(const uint8_t *vrrp, size_t length, size_t size);

/* NONE: it may be taken. `packet` with its header, `vrrp` the advert of `size` octets in it,
 * `has_seal`: SEAL_SIZE more. `memory` NULL: its number is not looked at. */
enum vrrp_drop seal_judge(const struct image *image, const struct image_instance *i,
			  const uint8_t *packet, const uint8_t *vrrp, size_t size, bool has_seal,
			  const struct seal *memory, const struct seal_clock *clock);

/* It was taken. */
void seal_remember(const struct image_instance *i, struct seal *memory, const struct addr *source,
		   const uint8_t *trailer, const struct seal_clock *clock);

/* As a MASTER it hears another one that does not share its time. False: it is the wall clock's. */
bool seal_doubt(const struct image_instance *i, struct seal *memory,
		const struct seal_clock *clock);

/* What the instance's next own advert has to be numbered with; it is remembered. */
uint64_t seal_next(const struct image_instance *i, struct seal *memory,
		   const struct seal_clock *clock);
uint64_t seal_number(const uint8_t *trailer);

/* Writes the trailer of an advert of somebody at `source` with that key and number. */
void seal_put(const struct image_key *key, const uint8_t *packet, const uint8_t *vrrp, size_t size,
	      uint64_t number, uint8_t ret_trailer[SEAL_SIZE]);
/* The number that a router makes of a moment. */
uint64_t seal_moment(int64_t time_us);

/* It was taken, with that number. */
void seal_ah_remember(struct seal *memory, uint32_t number);
/* The same of `auth_type AH` (seal_ah.c): `packet` is the whole, of `size` octets. */
enum vrrp_drop seal_ah_judge(const struct image_instance *i, const uint8_t *packet, size_t size,
			     const struct seal *memory);
uint32_t seal_ah_next(struct seal *memory, const struct seal_clock *clock);
uint32_t seal_ah_number(const uint8_t *packet);
/* Writes the authentication header into a packet that has room for it. */
void seal_ah_put(const struct image_instance *i, uint32_t number, uint8_t *packet, size_t size);

/* Does it take that one's adverts, and by their signature? */
bool seal_knows(const struct image *image, const struct image_instance *i,
		const struct image_instance *sender);
/* Can each of two configurations of one router take what the other one sends? Clocks aside. */
bool seal_agrees(const struct image *image, const struct image_instance *i,
		 const struct image *others, const struct image_instance *other);
