/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Messages between the parent and its roles over a SOCK_SEQPACKET pair.
 *
 * The kernel keeps the borders of messages, so there is no framing here and nothing to reassemble:
 * a packet is a whole struct role_message or it is foreign. Descriptors travel as SCM_RIGHTS of the
 * same packet. Neither side ever waits for the other: a full queue is the caller's to count (the
 * tables in shared memory are the truth, messages only wake). Nothing is allocated, because
 * vipd-vrrp must not allocate after its start. */
#include "daemon/channel.h"

#include "base/check.h"
#include "base/limits.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's own bound (SCM_MAX_FD); what we send is below it. */
#define CHANNEL_FDS_MAX 253

union channel_control {
	struct cmsghdr align;
	char space[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
};

int channel_send(int fd, const struct role_message *m, const int *fds, int fd_count)
{
	union channel_control control;
	struct iovec iov = { .iov_base = (void *)(uintptr_t)m, .iov_len = sizeof(*m) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	check(fd_count >= 0 && fd_count <= LIMIT_MESSAGE_FDS);
	if (fd_count > 0) {
		size_t size = (size_t)fd_count * sizeof(int);
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE(size);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(c), fds, size);
	}
	do
		n = sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 0;
	return errno == ECONNRESET ? -EPIPE : -errno;
}

/* Gives the first `max_fds` descriptors to the caller, closes the others; returns how many. */
static int take_fds(struct msghdr *msg, int *ret_fds, int max_fds)
{
	int taken = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int one;

			memcpy(&one, CMSG_DATA(c) + i * sizeof(int), sizeof(one));
			if (taken < max_fds)
				ret_fds[taken++] = one;
			else
				close(one);
		}
	}
	return taken;
}

int channel_receive(int fd, struct role_message *ret_m, int *ret_fds, int max_fds,
		    int *ret_fd_count)
{
	union channel_control control;
	struct role_message m;
	struct iovec iov = { .iov_base = &m, .iov_len = sizeof(m) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		return errno == ECONNRESET ? -EPIPE : -errno;
	}
	/* Our messages have a size; no octets at all is the end. */
	if (n == 0) {
		take_fds(&msg, NULL, 0);
		return -EPIPE;
	}
	if ((msg.msg_flags & MSG_TRUNC) || !role_message_check(&m, (size_t)n)) {
		take_fds(&msg, NULL, 0);
		return -EBADMSG;
	}
	*ret_m = m;
	*ret_fd_count = take_fds(&msg, ret_fds, max_fds);
	return 1;
}
