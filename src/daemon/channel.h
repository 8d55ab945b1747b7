/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "wire/role.h"

/* The socket pair between the parent and a role: one struct role_message is one packet. */

/* Sends one message with `fd_count` descriptors beside it (at most LIMIT_MESSAGE_FDS). The
 * descriptors stay the caller's. 0, -EAGAIN when the queue is full, -EPIPE when the other end is
 * gone, or another -errno. Never blocks. */
int channel_send(int fd, const struct role_message *m, const int *fds, int fd_count);

/* Takes one message. 1: there was one; up to `max_fds` descriptors that came with it are in
 * `ret_fds`, close-on-exec and the caller's to close; more than that are closed here. 0: nothing
 * there now. -EPIPE: the other end is gone. -EBADMSG: not one of our messages. Otherwise -errno.
 * Never blocks. Fewer descriptors than the message speaks of can arrive when this process has no
 * room for more (RLIMIT_NOFILE): look at `ret_fd_count`. */
int channel_receive(int fd, struct role_message *ret_m, int *ret_fds, int max_fds,
		    int *ret_fd_count);
