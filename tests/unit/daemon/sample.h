/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/log.h"

#include <stdbool.h>
#include <stddef.h>

/* What the tests of the parent need of the world around it. Each asserts that it works. */

/* A directory of this test that everybody may enter; it goes when the process ends. */
const char *sample_directory(void);
/* A path in it. Valid until the eighth call after this one. */
const char *sample_path(const char *name);
void sample_write(const char *name, const char *text, unsigned mode);
/* The content, "" when there is no such file. Valid until the next call. */
const char *sample_read(const char *name);
void sample_copy(const char *from, const char *name);

/* The sealed image of a configuration. */
int sample_image(const char *text);

/* Descriptors that this process, or another one, has open. */
int sample_fd_count(int pid);
/* Children of this process that nobody has waited for. */
bool sample_has_children(void);

/* The system log of a test: a datagram socket at sample_path("log"). */
int sample_log_listen(void);
void sample_log_open(struct log *log);
/* Everything that has come until now, one line each, without the date. Valid until the next
 * call. */
const char *sample_log_text(int fd);
