/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Ethernet frames for announcements. One packet socket serves all links: it has protocol 0, so it
 * is given nothing, and each frame names its link. */

#include "kern/kern.h"

#include "base/check.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/pkt_sched.h>
#include <string.h>
#include <sys/socket.h>

#define TYPE_OFFSET 12 /* of the Ethernet type, in network order */

int kern_packet_open(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int priority = TC_PRIO_CONTROL;

	if (fd < 0)
		return -errno;
	/* Without it frames still go out, in their turn. */
	setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority);
	return fd;
}

int kern_frames_send(int fd, const struct kern_frame *frames, int count)
{
	struct mmsghdr headers[LIMIT_FRAME_BATCH] = { 0 };
	struct sockaddr_ll to[LIMIT_FRAME_BATCH] = { 0 };
	struct iovec iov[LIMIT_FRAME_BATCH];
	int sent;

	check(count >= 0 && count <= LIMIT_FRAME_BATCH);
	if (count == 0)
		return 0;
	for (int i = 0; i < count; i++) {
		to[i].sll_family = AF_PACKET;
		to[i].sll_ifindex = (int)frames[i].ifindex;
		memcpy(&to[i].sll_protocol, &frames[i].data[TYPE_OFFSET],
		       sizeof to[i].sll_protocol);
		iov[i] = (struct iovec){ (void *)frames[i].data, frames[i].size };
		headers[i].msg_hdr.msg_name = &to[i];
		headers[i].msg_hdr.msg_namelen = sizeof to[i];
		headers[i].msg_hdr.msg_iov = &iov[i];
		headers[i].msg_hdr.msg_iovlen = 1;
	}
	do {
		sent = sendmmsg(fd, headers, (unsigned int)count, MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : sent;
}
