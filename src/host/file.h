/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"

#include <glob.h>

/* Files of a configuration on this host: what the daemon's parent hands to its child and what
 * vipctl reads itself is opened, bounded and matched in one way, so that both say the same. */

/* A regular file, open for reading, or -errno. Never waits: a FIFO without a writer is opened and
 * refused. */
int host_file_open(const char *path);

/* Everything up to the end into `*data`, which is the caller's to free() and may hold an earlier
 * file. 0 or -errno; -EFBIG: over LIMIT_CONF_FILE_SIZE. */
int host_file_read(int fd, char **data, size_t *ret_size);

/* What a path is, symbolic links followed. */
enum conf_file_kind host_file_kind(const char *path);

/* What matches a pattern of glob(7) without braces, sorted; nothing is 0, too. 0 or -errno;
 * -E2BIG: over LIMIT_CONF_GLOB_ENTRIES. `*ret_found` wants globfree() in every case. */
int host_file_match(const char *pattern, glob_t *ret_found);
