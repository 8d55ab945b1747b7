/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

/* When the addresses of one instance are announced (gratuitous ARP), pure. keepalived's cadence:
 * `repeat` copies at once, `repeat_later` copies after `delay_us`. This room says when and how
 * many copies; which frames these are is wire's, in which slices they go out is node's. */

struct announce_config {
	uint8_t repeat; /* 5 */
	uint8_t repeat_later; /* 5 */
	int64_t delay_us; /* 5 s; 0: no later copies */
};

struct announce {
	struct announce_config config;
	struct mono later_at; /* the next round, or never */
	struct mono last_at; /* the last time a round for a rival began, or never */
	bool has_begun; /* last_at says something */
	bool is_second; /* … and was soon after another one */
	bool is_owed; /* the next round is for a rival that was heard too soon after the last */
};

/* A rival that floods us must not make us flood. Rounds for rivals come in twos, because of several
 * equals that take over at one moment each may be believed: the second as soon as the first has
 * been heard everywhere, the next two no sooner than a second later. */
#define ANNOUNCE_SOON_US 50000
#define ANNOUNCE_GAP_US 1000000

void announce_init(struct announce *a, const struct announce_config *config);

/* The addresses come into service. Returns the copies of each to send as it gets there. */
uint8_t announce_begin(struct announce *a, struct mono now);

/* A rival was heard: announce again. Returns the copies of each; 0: it is too soon after the last
 * ones, and they are due when it is not any more. */
uint8_t announce_again(struct announce *a, struct mono now);

/* The addresses go out of service: nothing more is due. */
void announce_end(struct announce *a);

struct mono announce_deadline(const struct announce *a);

/* The deadline was reached: copies of each address to send now (0: it was not). */
uint8_t announce_due(struct announce *a, struct mono now);
