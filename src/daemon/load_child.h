/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/load.h"

/* The configuration child: gives up every privilege, loads `path` with what the owner set in
 * `load`, sends findings and image over `channel`, ends. To be called after fork(). */
__attribute__((noreturn)) void load_child_run(int channel, const char *path,
					      const struct load *load, enum load_form form);
