/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A binary heap of events (queue.h). Memory that runs out ends the program: a simulation that
 * forgets an event proves nothing. */
#include "sim/queue.h"

#include "base/check.h"
#include "sim/sim_private.h"

#include <stdlib.h>
#include <string.h>

static bool is_before(const struct sim_event *a, const struct sim_event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->sequence < b->sequence;
}

static void swap(struct sim_queue *q, size_t a, size_t b)
{
	struct sim_event *event = q->heap[a];

	q->heap[a] = q->heap[b];
	q->heap[b] = event;
}

void sim_queue_add(struct sim_queue *q, const struct sim_event *event, const void *data,
		   size_t size)
{
	struct sim_event *copy = malloc(sizeof(*copy) + size);
	size_t at = q->count;

	check(copy);
	*copy = *event;
	copy->sequence = q->sequence++;
	copy->size = size;
	if (size)
		memcpy(copy->data, data, size);
	q->heap = sim_grow(q->heap, sizeof(struct sim_event *), q->count++, &q->room);
	q->heap[at] = copy;
	for (; at && is_before(q->heap[at], q->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(q, at, (at - 1) / 2);
}

int64_t sim_queue_time(const struct sim_queue *q)
{
	return q->count ? q->heap[0]->at_us : INT64_MAX;
}

struct sim_event *sim_queue_take(struct sim_queue *q)
{
	struct sim_event *first = q->heap[0];
	size_t at = 0;

	check(q->count > 0);
	q->heap[0] = q->heap[--q->count];
	for (;;) {
		size_t least = at, child = 2 * at + 1;

		for (size_t c = child; c < child + 2 && c < q->count; c++)
			if (is_before(q->heap[c], q->heap[least]))
				least = c;
		if (least == at)
			return first;
		swap(q, at, least);
		at = least;
	}
}

void sim_queue_fini(struct sim_queue *q)
{
	for (size_t i = 0; i < q->count; i++)
		free(q->heap[i]);
	free(q->heap);
	*q = (struct sim_queue){ .count = 0 };
}
