/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a daemon is that nobody gave a run directory: its configuration's names tell it apart from
 * others of the host. Without names it is this one. */
#define RUN_DIR_DEFAULT "/run/vipd"

/* … those of all that have a name, as glob(3) has it with GLOB_BRACE. */
#define RUN_DIR_NAMED RUN_DIR_DEFAULT "{-,@}*"

/* A daemon's name, a namespace's, two signs, and the NUL. */
#define RUN_DIR_SUFFIX_SIZE (LIMIT_DAEMON_NAME + LIMIT_NETWORK_NAME + 2)

/* `-INSTANCE@NAMESPACE`, each part only where there is such a name: behind RUN_DIR_DEFAULT the run
 * directory, behind "vipd" the name in the system log. False: cut. */
bool run_dir_suffix(const char *instance, const char *network, char *buffer, size_t size);
