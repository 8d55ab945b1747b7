/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The files that match a pattern, for the configuration child. Returns a descriptor to read from,
 * or -errno. In it for each match a letter of its kind, its path and a NUL. */

#define LOAD_GLOB_REGULAR 'r'
#define LOAD_GLOB_EXECUTABLE 'x'
#define LOAD_GLOB_DIRECTORY 'd'
#define LOAD_GLOB_OTHER 'o'

int load_glob(const char *pattern);
