/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What the control documents are made from: the configuration image (names, settings) and the
 * status table (what changes), brought together for one instance at a time.
 *
 * A row is copied whole under its sequence lock, so that state, priority and reason of one document
 * belong together. A row that cannot be had (its writer died in the middle) is shown as INIT with
 * the condition "unknown", never guessed. Times are computed here and not by gmtime(): that one
 * reads the time zone's file, which the role's sandbox does not allow. */
#include "ctl/document.h"

#include <stdio.h>
#include <string.h>

static int year_days(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
}

static int month_days(int year, int month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && year_days(year) == 366);
}

const char *ctl_time_print(int64_t realtime_us, char buffer[CTL_TIME_SIZE])
{
	const int64_t last_us = 253402300799999999; /* 9999-12-31T23:59:59.999999Z */
	int64_t us = realtime_us < 0 ? 0 : realtime_us > last_us ? last_us : realtime_us;
	int64_t ms = us / 1000;
	int seconds = (int)(ms / 1000 % 86400);
	int days = (int)(ms / 86400000);
	int year = 1970, month = 1;

	for (; days >= year_days(year); year++)
		days -= year_days(year);
	for (; days >= month_days(year, month); month++)
		days -= month_days(year, month);
	snprintf(buffer, CTL_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month,
		 days + 1, seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(ms % 1000));
	return buffer;
}

void ctl_duration_add(struct text *t, int64_t us)
{
	bool is_seconds = us >= 1000000;
	int64_t step = is_seconds ? 1000 : 1; /* of the third digit behind the point */
	int64_t thousandths = us / step + (us % step >= (step + 1) / 2 && step > 1);
	char digits[8];
	int count = 3;

	snprintf(digits, sizeof(digits), "%03d", (int)(thousandths % 1000));
	while (count > 0 && digits[count - 1] == '0')
		count--;
	text_add(t, "%lld%s%.*s %s", (long long)(thousandths / 1000), count ? "." : "", count,
		 digits, is_seconds ? "s" : "ms");
}

json_t *ctl_text_document(const char *text)
{
	json_t *whole = json_string(text);
	char buffer[LIMIT_NAME * 4];
	size_t n = 0;

	if (whole)
		return whole;
	for (; text[n] && n < sizeof(buffer) - 1; n++)
		buffer[n] = (unsigned char)text[n] < 0x80 ? text[n] : '?';
	buffer[n] = '\0';
	return json_string(buffer);
}

uint32_t ctl_view_count(const struct ctl_view *view)
{
	return view->image ? view->image->instance_count : 0;
}

bool ctl_view_find(const struct ctl_view *view, const char *name, uint32_t *ret_index)
{
	const struct image_instance *instances;

	if (!view->image)
		return false;
	instances = image_instances(view->image);
	for (uint32_t i = 0; i < view->image->instance_count; i++) {
		if (strcmp(image_text(view->image, instances[i].name), name))
			continue;
		*ret_index = i;
		return true;
	}
	return false;
}

static void broken_row(const struct image *image, const struct image_instance *config,
		       struct status_row *row)
{
	*row = (struct status_row){
		.state = VRRP_STATE_FAULT,
		.reason = VRRP_REASON_FAULT,
		.priority = config->priority,
		.effective_priority = config->priority,
		.since_realtime_us = image->loaded_realtime_us,
		.conditions = 1u << CONDITION_CONFIGURATION,
		.bad_link = config->link,
	};
	row->condition_since_realtime_us[CONDITION_CONFIGURATION] = image->loaded_realtime_us;
}

static bool is_length(int64_t us)
{
	/* RFC 3768 6.1 at its widest: 255 intervals of 255 s, and a skew. */
	return us >= 0 && us <= INT64_C(255) * 256 * 1000000;
}

/* Its writer meets the network: what no vipd-vrrp writes is not believed. */
static bool is_possible(const struct status_row *row)
{
	return row->state < VRRP_STATE_N_ && row->previous < VRRP_STATE_N_ &&
	       row->reason < VRRP_REASON_N_ && row->conditions < 1u << CONDITION_N_ &&
	       is_length(row->master_down_us) && is_length(row->master_interval_us) &&
	       is_length(row->skew_us) &&
	       addr_is_possible(&row->master) && addr_is_possible(&row->source);
}

static bool read_row(const struct status_table *table, uint32_t index, struct status_row *ret_row)
{
	struct status_row row;

	if (!table || index >= table->instance_count)
		return false;
	/* Not written even once: zeros, which would pass for a row. */
	if (!__atomic_load_n(&table->slots[index].lock.sequence, __ATOMIC_ACQUIRE))
		return false;
	if (!status_read_row(table, index, &row) || !is_possible(&row))
		return false;
	*ret_row = row;
	return true;
}

void ctl_view_instance(const struct ctl_view *view, uint32_t index, struct ctl_instance *ret_i)
{
	const struct image_instance *config = &image_instances(view->image)[index];

	*ret_i = (struct ctl_instance){ .image = view->image, .config = config };
	if (config->flags & IMAGE_BROKEN) {
		ret_i->is_broken = ret_i->is_readable = true;
		broken_row(view->image, config, &ret_i->row);
		return;
	}
	ret_i->is_readable = read_row(view->table, index, &ret_i->row);
	if (ret_i->is_readable)
		return;
	ret_i->row = (struct status_row){
		.state = VRRP_STATE_INIT,
		.priority = config->priority,
		.effective_priority = config->priority,
		.conditions = 1u << CONDITION_UNKNOWN,
		.bad_link = config->link,
	};
}

enum vrrp_state ctl_view_state(const struct ctl_view *view, uint32_t index)
{
	struct ctl_instance i;

	ctl_view_instance(view, index, &i);
	return (enum vrrp_state)i.row.state;
}

const char *ctl_instance_name(const struct ctl_instance *i)
{
	return image_text(i->image, i->config->name);
}

/* A broken block may have named no interface at all. */
static const struct image_link *link_of(const struct ctl_instance *i)
{
	static const struct image_link none;

	return i->config->link < i->image->link_count ? &image_links(i->image)[i->config->link] :
							&none;
}

const char *ctl_instance_link(const struct ctl_instance *i)
{
	const char *name = link_of(i)->name;

	return *name || !ctl_instance_is_routed(i) ? name : "any interface";
}

const char *ctl_instance_bad_link(const struct ctl_instance *i)
{
	uint32_t bad = i->row.bad_link;

	if (bad == i->config->link || bad >= i->image->link_count)
		return ctl_instance_link(i);
	return image_links(i->image)[bad].name;
}

bool ctl_instance_is_routed(const struct ctl_instance *i)
{
	return image_link_is_routed(link_of(i));
}

void ctl_instance_link_put(const struct ctl_instance *i, json_t *object)
{
	const char *name = link_of(i)->name;
	bool is_routed = ctl_instance_is_routed(i);

	json_object_set_new(object, "interface",
			    is_routed ? json_null() : ctl_text_document(name));
	json_object_set_new(object, "vrf",
			    is_routed && *name ? ctl_text_document(name) : json_null());
}

json_t *ctl_document(void)
{
	return json_pack("{s:i}", "version", 1);
}
