/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"
#include "wire/status.h"

/* The two blocks of shared memory that vipd-ctl reads, mapped read-only. */
struct ctl_tables {
	const struct image *image; /* NULL: none yet */
	const struct status_table *table;
	size_t image_size, table_size; /* octets mapped */
};

/* Maps and checks them; the descriptors stay the caller's. 0; -errno; -EBADMSG when a block is not
 * what it should be, or one does not belong to the other or to `generation`. */
int ctl_tables_map(int image_fd, int table_fd, uint64_t generation, struct ctl_tables *ret_tables);
void ctl_tables_unmap(struct ctl_tables *tables);
