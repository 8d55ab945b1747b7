/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times without service and times with two holders, read from the records in one pass. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>

#define NEVER_SERVED (-1)

struct reading {
	struct sim_span *spans; /* found so far */
	size_t count, room;
	struct sim_span *open; /* of each VIP; `is_open`: it lasts */
	size_t cause; /* the last fault, or the number of records */
};

static void span_begin(struct reading *r, const struct sim_record *record, bool is_open)
{
	r->open[record->vip] = (struct sim_span){ .vip = record->vip, .from_us = record->at_us,
						  .is_open = is_open, .holders = record->hosts,
						  .cause = r->cause };
}

static void span_add(struct reading *r, const struct sim_span *open, int64_t to_us, bool lasts)
{
	struct sim_span span = *open;

	if (span.from_us == NEVER_SERVED)
		span.from_us = 0;
	span.length_us = to_us - span.from_us;
	span.is_open = lasts;
	r->spans = sim_grow(r->spans, sizeof(span), r->count, &r->room);
	r->spans[r->count++] = span;
}

static void outage_read(struct reading *r, const struct sim_record *record)
{
	struct sim_span *open = &r->open[record->vip];

	if (record->kind == SIM_RECORD_UNSERVED)
		span_begin(r, record, true);
	if (record->kind != SIM_RECORD_SERVED)
		return;
	if (open->is_open && open->from_us != NEVER_SERVED && open->from_us < record->at_us)
		span_add(r, open, record->at_us, false);
	open->is_open = false;
}

static void double_read(struct reading *r, const struct sim_record *record)
{
	struct sim_span *open = &r->open[record->vip];

	if (record->kind != SIM_RECORD_REACHED)
		return;
	if (open->is_open)
		span_add(r, open, record->at_us, false);
	span_begin(r, record, sim_are_several(record->hosts));
}

static int order(const void *left, const void *right)
{
	const struct sim_span *a = left, *b = right;

	if (a->from_us != b->from_us)
		return a->from_us < b->from_us ? -1 : 1;
	return a->vip < b->vip ? -1 : a->vip > b->vip;
}

/* `first`: what each VIP begins with. */
static struct sim_span *spans_read(const struct sim *s, struct sim_span first,
				   void (*read)(struct reading *r, const struct sim_record *record),
				   size_t *ret_count)
{
	struct reading r = { .cause = s->record_count };

	r.open = calloc(s->vip_count + 1, sizeof(*r.open));
	check(r.open);
	for (uint32_t v = 0; v < s->vip_count; v++) {
		r.open[v] = first;
		r.open[v].vip = v;
		r.open[v].cause = r.cause;
	}
	for (size_t i = 0; i < s->record_count; i++) {
		read(&r, &s->records[i]);
		if (s->records[i].kind == SIM_RECORD_FAULT)
			r.cause = i;
	}
	for (uint32_t v = 0; v < s->vip_count; v++)
		if (r.open[v].is_open)
			span_add(&r, &r.open[v], s->now_us, true);
	free(r.open);
	if (r.count)
		qsort(r.spans, r.count, sizeof(*r.spans), order);
	*ret_count = r.count;
	return r.spans;
}

struct sim_span *sim_outages(const struct sim *s, size_t *ret_count)
{
	struct sim_span unserved = { .from_us = NEVER_SERVED, .is_open = true };

	return spans_read(s, unserved, outage_read, ret_count);
}

struct sim_span *sim_doubles(const struct sim *s, size_t *ret_count)
{
	return spans_read(s, (struct sim_span){ .is_open = false }, double_read, ret_count);
}
