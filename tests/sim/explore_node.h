/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The canonical form of a node, and another form of the same state (explore_node.c). */

struct node;
struct keep_row;

/* The time of every state that is kept: all others are relative to it. */
#define NOW_US (INT64_C(1000) * 1000000)
#define SECOND_US INT64_C(1000000)

/* Brings what was `shift_us` after NOW_US back to it. */
void node_canonical(struct node *n, int64_t shift_us);
void keep_canonical(struct keep_row *row, int64_t down_us, int64_t shift_us);

/* The same states, written otherwise: everything that may not count has another value, and what is
 * too old to make a difference is older still. */
void node_disguise(struct node *n);
void keep_disguise(struct keep_row *row, int64_t down_us);
