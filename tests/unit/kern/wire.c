/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

int wire_open(const char *link)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = (int)if_nametoindex(link) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), 0);
	assert_int_equal(bind(fd, (void *)&a, sizeof a), 0);
	return fd;
}

void wire_put(int fd, const uint8_t mac[6], uint16_t type, const void *packet, size_t size)
{
	uint8_t frame[1514] = { 0 };

	assert_true(14 + size <= sizeof frame);
	memcpy(frame, mac, 6);
	frame[6] = 2;
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	memcpy(frame + 14, packet, size);
	size = size < 46 ? 60 : 14 + size;
	assert_int_equal(send(fd, frame, size, 0), size);
}

/* 44: a fragment, with what it is of behind the header. */
static bool is_other_ip(uint16_t type, const uint8_t *packet)
{
	int protocol = packet[type == ETH_P_IP ? 9 : 6];

	if (type == ETH_P_IPV6 && protocol == 44)
		protocol = packet[40];
	return (type == ETH_P_IP || type == ETH_P_IPV6) && protocol != 112;
}

ssize_t wire_take(int fd, uint16_t type, uint8_t *frame, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, 200) == 1) {
		ssize_t got = recv(fd, frame, size, 0);

		if (got >= 14 && frame[12] == type >> 8 && frame[13] == (type & 0xff) &&
		    !is_other_ip(type, frame + 14))
			return got;
	}
	return -1;
}

int packets_taken(struct kern_receiver *receiver, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	const struct kern_packet *packets;
	int total = 0, count;

	poll(&p, 1, 20);
	do {
		count = kern_receive(receiver, fd, LIMIT_PACKETS_TURN, &packets);
		assert_true(count >= 0);
		total += count;
	} while (count == LIMIT_PACKETS_TURN);
	return total;
}
