/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/supervise.h"

/* Becomes a role: descriptors, privilege, environment, exec. To be called after fork(). */
__attribute__((noreturn)) void role_exec(const struct supervisor *s, enum role_kind kind,
					 int channel);
