/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The packets of one turn, in one system call, into room that was made once. Contents are not
 * looked at here: what came is handed up whole, or marked as cut. */

#include "kern/kern.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct kern_receiver {
	struct mmsghdr headers[LIMIT_PACKETS_TURN];
	struct iovec iov[LIMIT_PACKETS_TURN];
	struct kern_packet packets[LIMIT_PACKETS_TURN];
};

int kern_receiver_open(struct kern_receiver **ret_receiver)
{
	struct kern_receiver *r = calloc(1, sizeof *r);

	if (!r)
		return -ENOMEM;
	for (int i = 0; i < LIMIT_PACKETS_TURN; i++) {
		r->iov[i] = (struct iovec){ r->packets[i].data, sizeof r->packets[i].data };
		r->headers[i].msg_hdr.msg_iov = &r->iov[i];
		r->headers[i].msg_hdr.msg_iovlen = 1;
	}
	*ret_receiver = r;
	return 0;
}

struct kern_receiver *kern_receiver_close(struct kern_receiver *r)
{
	free(r);
	return NULL;
}

int kern_receive(struct kern_receiver *r, int fd, int max, const struct kern_packet **ret_packets)
{
	int count;

	if (max <= 0)
		return 0;
	if (max > LIMIT_PACKETS_TURN)
		max = LIMIT_PACKETS_TURN;
	do {
		count = recvmmsg(fd, r->headers, (unsigned int)max, MSG_DONTWAIT, NULL);
	} while (count < 0 && errno == EINTR);
	if (count < 0 && errno != EAGAIN)
		return -errno;
	*ret_packets = r->packets;
	for (int i = 0; i < count; i++) {
		r->packets[i].size = r->headers[i].msg_len;
		r->packets[i].is_cut = r->headers[i].msg_hdr.msg_flags & MSG_TRUNC;
	}
	return count < 0 ? 0 : count;
}
