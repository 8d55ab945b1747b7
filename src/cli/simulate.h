/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "cli/cli.h"

#include "sim/sim.h"

/* What `vipctl simulate` shows of a simulation that was run. */
void cli_simulation_print(const struct cli_screen *screen, const struct sim *s, int64_t until_us);
json_t *cli_simulation_json(const struct sim *s, uint64_t seed, int64_t until_us);
