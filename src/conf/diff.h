/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* The inside of a comparison of two configurations: diff.c finds what differs, diff_effect.c says
 * what a reload does with it. */

/* A block or a value, as the visitor showed it. */
struct piece {
	struct conf_shown shown;
	bool is_block;
	struct piece *block; /* around it; NULL: the root */
	struct piece *first, *last, *next; /* what is in it; the next one beside it */
	unsigned position; /* among those beside it */
	const char *key; /* what makes it the same in both */
	struct piece *peer; /* its counterpart, or NULL */
	struct piece *same, *same_last; /* of the same key, not matched yet */
	/* Of a vrrp_instance: */
	const struct conf_instance *instance;
	bool goes_on; /* for the daemon it is the same instance as its peer */
	/* Of an address of an instance: its interface and prefix, else NULL. */
	const char *address;
};

struct side {
	const struct conf *conf;
	struct piece root;
	struct piece *current; /* block that is being recorded */
	size_t instances; /* recorded */
	struct map addresses; /* by piece.address, of instances that can run */
};

struct conf_diff {
	struct arena arena;
	struct side before, after;
	struct conf_difference *list;
	size_t count, room;
	struct conf_diff_counts counts;
	const char *refusal;
};

/* Adds sentences to the difference of `before` and `after` (NULL: not there). */
void diff_effect_instance(struct conf_diff *d, struct conf_difference *x,
			  const struct piece *before, const struct piece *after);
void diff_effect_value(struct conf_diff *d, struct conf_difference *x,
		       const struct piece *before, const struct piece *after);
/* NULL: it would be put in force. */
const char *diff_refusal(struct conf_diff *d);
