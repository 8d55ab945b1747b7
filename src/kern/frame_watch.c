/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Does anything come in on a link, and from whom? A packet socket that is given the first octet of
 * every frame that comes from elsewhere, or of every advert of one sender, for as long as it takes:
 * the reader closes it after the first.
 *
 * A switch whose port is closed yet (spanning tree: listening, learning) still speaks for itself:
 * BPDUs, LLDP, and what Cisco has of these, to groups that no switch forwards; and a test of the
 * cable to the port's own address (Ethernet's loopback protocol). They prove nothing about the
 * port. */

#include "kern/kern.h"

#include "wire/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_SIZE 4096
/* A protocol and four words, each loaded and compared, and two ends. */
#define SENDER_FILTER_SIZE 12
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
	EQUAL(PACKET_OUTGOING, 14, 0),
	LOAD(BPF_W, SKF_AD_OFF + SKF_AD_HATYPE),
	EQUAL(ARPHRD_ETHER, 0, 11),
	LOAD(BPF_H, 12),
	EQUAL(ETH_P_LOOPBACK, 10, 0),
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

static int prepare(int fd, uint32_t ifindex, uint16_t protocol, const struct sock_fprog *filter)
{
	struct sockaddr_ll link = { .sll_family = AF_PACKET,
				    .sll_protocol = htons(protocol),
				    .sll_ifindex = (int)ifindex };
	int size = QUEUE_SIZE;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof *filter) < 0)
		return -errno;
	return bind(fd, (struct sockaddr *)&link, sizeof link) < 0 ? -errno : 0;
}

/* `type`: SOCK_RAW, with the Ethernet header; SOCK_DGRAM, without. */
static int packet_socket_open(uint32_t ifindex, int type, uint16_t protocol,
			      const struct sock_fprog *filter)
{
	/* With protocol 0 it is given nothing before it is bound. */
	int fd = socket(AF_PACKET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	r = prepare(fd, ifindex, protocol, filter);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

int kern_watch_open(uint32_t ifindex)
{
	struct sock_fprog filter = { sizeof program / sizeof program[0], program };

	return packet_socket_open(ifindex, SOCK_RAW, ETH_P_ALL, &filter);
}

static uint32_t word_of(const struct addr *a, size_t word)
{
	const uint8_t *b = a->bytes + 4 * word;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Goes on when they are equal, else to the end, which refuses. */
static void put_equal(struct sock_fprog *f, struct sock_filter load, uint32_t k)
{
	f->filter[f->len++] = load;
	f->filter[f->len] = (struct sock_filter)EQUAL(k, 0, 0);
	f->len++;
}

/* Protocol 112 from that address. Sets where the comparisons that fail go. */
static void sender_filter(const struct addr *source, struct sock_fprog *f)
{
	bool is_ipv6 = source->family == ADDR_IPV6;
	uint32_t protocol_at = is_ipv6 ? 6 : 9, source_at = is_ipv6 ? 8 : 12;

	f->len = 0;
	put_equal(f, (struct sock_filter)LOAD(BPF_B, protocol_at), IP_PROTOCOL_VRRP);
	for (uint32_t word = 0; word < addr_size(source) / 4; word++)
		put_equal(f, (struct sock_filter)LOAD(BPF_W, source_at + 4 * word),
			  word_of(source, word));
	f->filter[f->len++] = (struct sock_filter)TAKE;
	f->filter[f->len++] = (struct sock_filter)REFUSE;
	for (uint16_t k = 1; k + 2 < f->len; k += 2)
		f->filter[k].jf = (uint8_t)(f->len - k - 2);
}

int kern_sender_open(uint32_t ifindex, const struct addr *source)
{
	struct sock_filter room[SENDER_FILTER_SIZE];
	struct sock_fprog filter = { 0, room };

	sender_filter(source, &filter);
	return packet_socket_open(ifindex, SOCK_DGRAM,
				  source->family == ADDR_IPV6 ? ETH_P_IPV6 : ETH_P_IP, &filter);
}

bool kern_sender_read(int fd, uint8_t ret_mac[MAC_SIZE])
{
	struct sockaddr_ll from = { 0 };
	socklen_t size = sizeof from;
	uint8_t first;

	if (recvfrom(fd, &first, sizeof first, MSG_DONTWAIT, (struct sockaddr *)&from, &size) < 0)
		return false;
	if (from.sll_pkttype == PACKET_OUTGOING || from.sll_halen != MAC_SIZE)
		return false;
	memcpy(ret_mac, from.sll_addr, MAC_SIZE);
	return true;
}
