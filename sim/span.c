/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times without service and times with two holders, read from the records. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>

struct spans {
	struct sim_span *items;
	size_t count, room;
};

static void span_add(struct spans *spans, const struct sim_span *span)
{
	spans->items = sim_grow(spans->items, sizeof(*span), spans->count, &spans->room);
	spans->items[spans->count] = *span;
	spans->count++;
}

/* The last fault before the record, or the number of records. */
static size_t cause_of(const struct sim *s, size_t record)
{
	for (size_t i = record + 1; i-- > 0;)
		if (s->records[i].kind == SIM_RECORD_FAULT)
			return i;
	return s->record_count;
}

static int order(const void *left, const void *right)
{
	const struct sim_span *a = left, *b = right;

	if (a->from_us != b->from_us)
		return a->from_us < b->from_us ? -1 : 1;
	return a->vip < b->vip ? -1 : a->vip > b->vip;
}

static struct sim_span *spans_sorted(struct spans *spans, size_t *ret_count)
{
	if (spans->count)
		qsort(spans->items, spans->count, sizeof(*spans->items), order);
	*ret_count = spans->count;
	return spans->items;
}

static void outages_of(const struct sim *s, uint32_t vip, struct spans *spans)
{
	struct sim_span open = { .vip = vip, .cause = s->record_count };
	bool is_out = false;

	for (size_t i = 0; i < s->record_count; i++) {
		const struct sim_record *r = &s->records[i];

		if (r->vip != vip ||
		    (r->kind != SIM_RECORD_SERVED && r->kind != SIM_RECORD_UNSERVED))
			continue;
		if (r->kind == SIM_RECORD_UNSERVED) {
			open.from_us = r->at_us;
			open.cause = cause_of(s, i);
		}
		open.length_us = r->at_us - open.from_us;
		if (is_out && r->kind == SIM_RECORD_SERVED && open.length_us)
			span_add(spans, &open);
		is_out = r->kind == SIM_RECORD_UNSERVED;
	}
	open.is_open = true;
	open.length_us = s->now_us - open.from_us;
	if (is_out || !s->vips[vip].was_served)
		span_add(spans, &open);
}

struct sim_span *sim_outages(const struct sim *s, size_t *ret_count)
{
	struct spans spans = { .items = NULL };

	for (uint32_t v = 0; v < s->vip_count; v++)
		outages_of(s, v, &spans);
	return spans_sorted(&spans, ret_count);
}

static bool is_double(uint32_t hosts)
{
	return (hosts & (hosts - 1)) != 0;
}

static void doubles_of(const struct sim *s, uint32_t vip, struct spans *spans)
{
	struct sim_span open = { .vip = vip };

	for (size_t i = 0; i < s->record_count; i++) {
		const struct sim_record *r = &s->records[i];

		if (r->vip != vip || r->kind != SIM_RECORD_REACHED)
			continue;
		open.length_us = r->at_us - open.from_us;
		if (is_double(open.holders))
			span_add(spans, &open);
		open.from_us = r->at_us;
		open.holders = r->hosts;
		open.cause = cause_of(s, i);
	}
	open.is_open = true;
	open.length_us = s->now_us - open.from_us;
	if (is_double(open.holders))
		span_add(spans, &open);
}

struct sim_span *sim_doubles(const struct sim *s, size_t *ret_count)
{
	struct spans spans = { .items = NULL };

	for (uint32_t v = 0; v < s->vip_count; v++)
		doubles_of(s, v, &spans);
	return spans_sorted(&spans, ret_count);
}
