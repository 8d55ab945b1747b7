/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "ctl/ctl.h"
#include "wire/image.h"
#include "wire/status.h"

/* A configuration of three instances and its status table, in memory:
 *   0 vrrp_1  eth0  VRID 51  priority 200  192.0.2.1/24                      preempts
 *   1 vrrp_2  eth1  VRID 52  priority 100  198.51.100.1/24, 198.51.100.2/32;
 *                                          excluded 203.0.113.9/32
 *   2 broken  eth0  VRID 51  left out: "VRID 51 is used twice on eth0" */
#define FIXTURE_INSTANCES 3
#define FIXTURE_LOADED_US 1767323045678000 /* 2026-01-02T03:04:05.678Z */

struct fixture {
	struct image *image;
	struct status_table *table;
	size_t image_size, table_size;
	struct ctl_view view;
};

void fixture_init(struct fixture *f, uint64_t generation);
void fixture_fini(struct fixture *f);

/* A row as vipd-vrrp writes it, in this state. */
struct status_row fixture_row(enum vrrp_state state);
void fixture_write(struct fixture *f, uint32_t instance, const struct status_row *row);
