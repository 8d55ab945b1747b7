/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "sim/octets.h"
#include "sim/seal.h"
#include "wire/image.h"
#include "wire/names.h"

#include <stddef.h>

/* What a packet is to a router by 7.1 of RFC 3768 (version 2) and RFC 9568 (version 3), read from
 * its octets a second time. */
struct sim_verdict {
	enum vrrp_drop drop; /* NONE: it is taken */
	uint8_t priority; /* NONE: of the sender */
	struct addr source;
	int64_t interval_us;
	bool list_differs;
	uint8_t dark[32]; /* bit k: it does not have the k-th of ours */
	bool is_foreign; /* nothing of its list is ours */
	bool interval_differs;
	bool has_other_checksum; /* good, but not of the form that we send */
	uint32_t ah; /* the number in its authentication header; 0: it has none */
	const uint8_t *trailer; /* NONE: of auth_hmac, in the packet; NULL: it has none */
};

/* Nothing of either's list of addresses is in the other's. */
bool sim_judge_lists_are_foreign(const struct image *image, const struct image_instance *i,
				 const struct image *others, const struct image_instance *j);
/* The owner, which is configured to hear nobody. */
static inline bool sim_judge_is_deaf(const struct image_instance *i)
{
	return (i->flags & IMAGE_OWNER_IGNORES) && i->priority == VRRP_OWNER;
}

/* A lower one that serves is not left in office, not even for a while. */
static inline bool sim_judge_preempts(const struct image_instance *i)
{
	return (i->flags & IMAGE_PREEMPT) && !i->preempt_delay_us;
}

/* Each names all addresses of the other, and no more. */
bool sim_judge_lists_are_equal(const struct image *image, const struct image_instance *i,
			       const struct image *others, const struct image_instance *j);

/* A message of carp(4), behind the IP header. */
bool sim_judge_is_carp(const uint8_t *vrrp, size_t size);

/* The trailer of auth_hmac behind an advert of good form, or NULL. */
const uint8_t *sim_judge_trailer(const struct image_instance *i, const uint8_t *packet,
				 size_t size);

/* The unicast peer of this address, or NULL. */
const struct image_peer *sim_judge_peer(const struct image *image, const struct image_instance *i,
					const struct addr *addr);

/* So many of our addresses it lacks; 63 stands for more, too. */
int sim_judge_dark_count(const struct sim_verdict *v);

/* `packet` has a whole header of the instance's family; `own`: the router's address. Of what a
 * router remembers only `seal` is looked at; NULL: nothing. */
struct sim_verdict sim_judge(const struct image *image, const struct image_instance *i,
			     const struct addr *own, const uint8_t *packet, size_t size,
			     const struct seal *seal, const struct seal_clock *clock);
