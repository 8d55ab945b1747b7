/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Does anything come in on a link? A packet socket that is given the first octet of every frame
 * that comes from elsewhere, for as long as it takes: the reader closes it after the first.
 *
 * A switch whose port is closed yet (spanning tree: listening, learning) still speaks for itself:
 * BPDUs, LLDP, and what Cisco has of these. Such frames go to groups that no switch forwards, so
 * they prove nothing about the port. */

#include "kern/kern.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_SIZE 4096
/* The first four octets of the groups, and the masks and values of the other two. */
#define BRIDGE_GROUPS 0x0180c200 /* IEEE 802.1D 7.12.6: …:00 to …:0f */
#define BRIDGE_MASK 0xfff0
#define BRIDGE_LAST 0x0000
#define CISCO_GROUPS 0x01000ccc /* …:cc:cc (CDP, DTP, UDLD), …:cc:cd (PVST+) */
#define CISCO_MASK 0xfffe
#define CISCO_LAST 0xcccc

#define LOAD(size, offset) BPF_STMT(BPF_LD | (size) | BPF_ABS, (uint32_t)(offset))
/* Goes so many instructions further than the next one. */
#define EQUAL(k, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)
#define MASK(k) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, k)
#define TAKE BPF_STMT(BPF_RET | BPF_K, 1)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, 0)

static struct sock_filter program[] = {
	LOAD(BPF_W, SKF_AD_OFF + SKF_AD_PKTTYPE),
	EQUAL(PACKET_OUTGOING, 12, 0),
	LOAD(BPF_W, SKF_AD_OFF + SKF_AD_HATYPE),
	EQUAL(ARPHRD_ETHER, 0, 9),
	LOAD(BPF_W, 0),
	EQUAL(BRIDGE_GROUPS, 1, 0),
	EQUAL(CISCO_GROUPS, 3, 6),
	LOAD(BPF_H, 4),
	MASK(BRIDGE_MASK),
	EQUAL(BRIDGE_LAST, 4, 3),
	LOAD(BPF_H, 4),
	MASK(CISCO_MASK),
	EQUAL(CISCO_LAST, 1, 0),
	TAKE,
	REFUSE,
};

static int prepare(int fd, uint32_t ifindex)
{
	struct sock_fprog filter = { sizeof program / sizeof program[0], program };
	struct sockaddr_ll link = { .sll_family = AF_PACKET,
				    .sll_protocol = htons(ETH_P_ALL),
				    .sll_ifindex = (int)ifindex };
	int size = QUEUE_SIZE;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0)
		return -errno;
	return bind(fd, (struct sockaddr *)&link, sizeof link) < 0 ? -errno : 0;
}

int kern_watch_open(uint32_t ifindex)
{
	/* With protocol 0 it is given nothing before it is bound. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	r = prepare(fd, ifindex);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}
