/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The packets of one turn, in one system call, into room that was made once. Contents are not
 * looked at here: what came is handed up whole, or marked as cut.
 *
 * A raw IPv4 socket gives the packet with its header, a raw IPv6 socket what is behind the header
 * and tells of it what it was asked for. So there is room in front of each packet, and there the
 * header is written again: nobody above has to know of the difference, and nothing is copied. */

#include "kern/kern.h"

#include "wire/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define CONTROL_SIZE (CMSG_SPACE(sizeof(struct in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int)))

struct room {
	struct sockaddr_in6 source; /* longer than IPv4's */
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
	struct ip6_hdr header;
	uint8_t data[LIMIT_ADVERT_PACKET];
};

_Static_assert(offsetof(struct room, data) - offsetof(struct room, header) ==
		       sizeof(struct ip6_hdr),
	       "the header lies directly in front of what it belongs to");

struct kern_receiver {
	struct mmsghdr headers[LIMIT_PACKETS_TURN];
	struct iovec iov[LIMIT_PACKETS_TURN];
	struct kern_packet packets[LIMIT_PACKETS_TURN];
	struct room rooms[LIMIT_PACKETS_TURN];
};

/* The kernel writes into the sizes how much it stored. */
static void sizes_reset(struct msghdr *m)
{
	m->msg_namelen = sizeof(struct sockaddr_in6);
	m->msg_controllen = CONTROL_SIZE;
}

int kern_receiver_open(struct kern_receiver **ret_receiver)
{
	struct kern_receiver *r = calloc(1, sizeof *r);

	if (!r)
		return -ENOMEM;
	for (int i = 0; i < LIMIT_PACKETS_TURN; i++) {
		struct msghdr *m = &r->headers[i].msg_hdr;

		r->iov[i] = (struct iovec){ r->rooms[i].data, sizeof r->rooms[i].data };
		m->msg_iov = &r->iov[i];
		m->msg_iovlen = 1;
		m->msg_name = &r->rooms[i].source;
		m->msg_control = r->rooms[i].control;
		sizes_reset(m);
	}
	*ret_receiver = r;
	return 0;
}

struct kern_receiver *kern_receiver_close(struct kern_receiver *r)
{
	free(r);
	return NULL;
}

/* What the kernel did not tell is 0, which no advert passes with. */
static void header_put(struct msghdr *m, size_t payload_size, struct room *room)
{
	struct ip6_hdr header = { .ip6_src = room->source.sin6_addr };
	struct in6_pktinfo info;
	int number, traffic_class = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof info);
			header.ip6_dst = info.ipi6_addr;
			continue;
		}
		memcpy(&number, CMSG_DATA(c), sizeof number);
		if (c->cmsg_type == IPV6_HOPLIMIT)
			header.ip6_hlim = (uint8_t)number;
		else if (c->cmsg_type == IPV6_TCLASS)
			traffic_class = number & 0xff;
	}
	header.ip6_flow = htonl(6u << 28 | (uint32_t)traffic_class << 20);
	header.ip6_plen = htons((uint16_t)payload_size);
	header.ip6_nxt = IP_PROTOCOL_VRRP;
	room->header = header;
}

static void packet_take(struct kern_receiver *r, int i)
{
	struct mmsghdr *h = &r->headers[i];
	struct kern_packet *p = &r->packets[i];
	bool is_ipv6 = h->msg_hdr.msg_namelen == sizeof(struct sockaddr_in6) &&
		       r->rooms[i].source.sin6_family == AF_INET6;

	p->data = r->rooms[i].data;
	p->size = h->msg_len;
	p->is_cut = h->msg_hdr.msg_flags & MSG_TRUNC;
	if (is_ipv6) {
		header_put(&h->msg_hdr, p->size, &r->rooms[i]);
		p->data = (const uint8_t *)&r->rooms[i].header;
		p->size += (uint32_t)sizeof r->rooms[i].header;
	}
	if (p->size > LIMIT_ADVERT_PACKET) {
		p->size = LIMIT_ADVERT_PACKET;
		p->is_cut = true;
	}
	sizes_reset(&h->msg_hdr);
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
	for (int i = 0; i < count; i++)
		packet_take(r, i);
	return count < 0 ? 0 : count;
}
