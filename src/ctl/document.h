/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/text.h"
#include "ctl/ctl.h"
#include "wire/image.h"
#include "wire/status.h"

/* Inside the room: what the documents have in common. */

/* One instance as the documents show it: the configuration beside a whole copy of its row. */
struct ctl_instance {
	const struct image *image;
	const struct image_instance *config;
	struct status_row row; /* a broken instance's is made up: FAULT */
	bool is_broken;
	bool is_readable; /* false: the row was not to be had, and is INIT here */
};

/* "2026-01-02T03:04:05.678Z" of CLOCK_REALTIME microseconds; what no calendar shows is bent to the
 * nearest that one does. */
#define CTL_TIME_SIZE 64
const char *ctl_time_print(int64_t realtime_us, char buffer[CTL_TIME_SIZE]);

/* "3.609 s", "10 ms". */
void ctl_duration_add(struct text *t, int64_t us);

/* A JSON string; octets that are not UTF-8 become question marks. */
json_t *ctl_text_document(const char *text);

uint32_t ctl_view_count(const struct ctl_view *view);
bool ctl_view_find(const struct ctl_view *view, const char *name, uint32_t *ret_index);
void ctl_view_instance(const struct ctl_view *view, uint32_t index, struct ctl_instance *ret_i);
const char *ctl_instance_name(const struct ctl_instance *i);
/* Without an interface it goes through any, of its VRF. */
bool ctl_instance_is_routed(const struct ctl_instance *i);
/* Its interface, or its VRF, or "any interface". */
const char *ctl_instance_link(const struct ctl_instance *i);
/* The one that is missing, down or not known, which may be that of an address; else its own. */
const char *ctl_instance_bad_link(const struct ctl_instance *i);
/* The members `interface` and `vrf` into `object`. */
void ctl_instance_link_put(const struct ctl_instance *i, json_t *object);

/* The state of one instance without copying anything else of it. */
enum vrrp_state ctl_view_state(const struct ctl_view *view, uint32_t index);

/* The members of an instance's status object into `object`. */
void ctl_instance_put(const struct ctl_instance *i, json_t *object);

/* The next of the advertised addresses, from the `at`-th on, that the master does not have, or
 * NULL; `at` is moved behind it. */
const struct image_address *ctl_instance_dark(const struct ctl_instance *i, uint32_t *at);

/* The next router, from the `at`-th on, that may not hear us, for it sends the other form of
 * checksum, or NULL; `at` is moved behind it. */
const struct addr *ctl_instance_deaf(const struct ctl_instance *i, uint32_t *at);

/* Who serves beside us and does not hear us, or NULL. */
const struct status_rival *ctl_instance_rival(const struct ctl_instance *i);

/* A sentence without its full stop about an open condition. */
void ctl_condition_detail(const struct ctl_instance *i, enum condition condition, struct text *t);

/* {"version":1} */
json_t *ctl_document(void);
