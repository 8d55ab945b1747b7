/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Packets between the parent and the configuration child. The parent trusts none of them further
 * than their form: the child may have been taken over by what it parsed, so a packet is bounded
 * and terminated here, at most one descriptor is kept, and the receiver looks at the rest. */
#include "daemon/load_packet.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union load_control {
	struct cmsghdr align;
	char space[CMSG_SPACE(sizeof(int))];
};

int load_packet_send(int fd, const struct load_packet *packet, int pass_fd, int flags)
{
	struct iovec iov = {
		.iov_base = (void *)(uintptr_t)packet,
		.iov_len = offsetof(struct load_packet, text) + strlen(packet->text) + 1,
	};
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	union load_control control = { 0 };
	ssize_t n;

	if (pass_fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.space;
		msg.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	do
		n = sendmsg(fd, &msg, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* The kernel was told of room for one, and closes what does not fit. */
static int take_fd(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len >= CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(int));
	return fd;
}

int load_packet_receive(int fd, struct load_packet *ret_packet, int *ret_fd, int flags)
{
	struct iovec iov = { .iov_base = ret_packet, .iov_len = sizeof(*ret_packet) };
	union load_control control;
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		/* Not CMSG_SPACE(): what that adds to align the end would hold a second one. */
		.msg_controllen = CMSG_LEN(sizeof(int)),
	};
	int passed;
	ssize_t n;

	do
		n = recvmsg(fd, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 && errno != EAGAIN && errno != ECONNRESET ? -errno : 0;
	passed = take_fd(&msg);
	if ((msg.msg_flags & MSG_TRUNC) || (size_t)n <= offsetof(struct load_packet, text) ||
	    ((const char *)ret_packet)[n - 1] != '\0') {
		if (passed >= 0)
			close(passed);
		return -EBADMSG;
	}
	*ret_fd = passed;
	return 1;
}
