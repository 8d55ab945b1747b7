/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"

/* What an absolute path is on this host; a symbolic link is not followed, but where it leads is
 * said. 0, or -errno and nothing is set. */
int host_path_look(const char *path, struct conf_path *ret_path);
