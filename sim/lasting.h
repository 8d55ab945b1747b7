/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sim;

/* Something that may be so for a while only. */
struct sim_lasting {
	bool is_so;
	int64_t since_us;
};

/* Has this been so for longer than `bound_us`, counted from the last fault at most? Otherwise the
 * oracle looks again when it will have been. */
bool sim_lasts(struct sim *s, struct sim_lasting *l, bool is_so, int64_t bound_us);
