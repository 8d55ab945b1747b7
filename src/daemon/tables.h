/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/image.h"
#include "wire/status.h"

#include <stdint.h>

/* What one generation of the configuration is made of: its image and the two shared memories that
 * belong to it, as memfds of the parent. All or nothing: a struct tables is whole or closed. */

struct tables {
	uint64_t generation; /* 0: closed */
	int image_fd; /* sealed; with the passwords: for vipd-vrrp */
	int public_fd; /* sealed; without them: for vipd-ctl */
	int status_fd; /* vipd-vrrp writes it */
	int status_reader_fd; /* the same, read-only: for vipd-ctl */
	int keep_fd;
	const struct image *image; /* both mapped here read-only */
	const struct status_table *status;
	size_t image_size, status_size;
};

#define TABLES_NONE ((struct tables){ .image_fd = -1, .public_fd = -1, .status_fd = -1, \
				      .status_reader_fd = -1, .keep_fd = -1 })

/* New tables for a sealed image. Takes over `image_fd` (also when it fails). 0, or -errno with
 * `ret_why` (static text): -EBADMSG: not a sealed, sound image. */
int tables_make(int image_fd, uint64_t generation, struct tables *ret_tables, const char **ret_why);

/* The tables of an earlier parent. Takes over all three descriptors (also when it fails).
 * -EBADMSG: they are not of this build's layout, or do not belong together. */
int tables_take(int image_fd, int status_fd, int keep_fd, uint64_t generation,
		struct tables *ret_tables, const char **ret_why);

void tables_close(struct tables *t);

/* A row of the status table. What its writer does to the header cannot lead this reader astray.
 * False: not to be had. */
bool tables_status_row(const struct tables *t, uint32_t instance, struct status_row *ret_row);

/* True when both say the same, whenever they were read. */
bool tables_same_image(const struct tables *a, const struct tables *b);
