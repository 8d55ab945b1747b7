/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flood INTERFACE PACKETS_PER_SECOND SECONDS FRAME...
 *
 * Sends Ethernet frames (hexadecimal) in turn, at this rate, and prints how many went out. The
 * forged adverts of the netns stories: Python cannot send a hundred thousand a second. Bursts of
 * 64, each when it is due; what the kernel has no room for is dropped and not counted, as on a
 * real wire.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BURST 64
#define FRAME_SIZE 1514
#define FRAMES 16

static uint8_t frames[FRAMES][FRAME_SIZE];
static size_t frame_size[FRAMES];

static int fail(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	return 1;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Octets of a frame written in hexadecimal; 0: it is none. */
static size_t frame_parse(const char *text, uint8_t *frame)
{
	size_t size = strlen(text) / 2;

	if (size == 0 || size > FRAME_SIZE || strlen(text) % 2 != 0)
		return 0;
	for (size_t i = 0; i < size; i++) {
		unsigned value;

		if (sscanf(text + 2 * i, "%2x", &value) != 1)
			return 0;
		frame[i] = (uint8_t)value;
	}
	return size;
}

static int socket_open(const char *interface)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	address.sll_ifindex = (int)if_nametoindex(interface);
	if (fd < 0 || address.sll_ifindex == 0)
		return -1;
	return bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -1 : fd;
}

static long burst_send(int fd, long first, int count, int frame_count)
{
	struct mmsghdr messages[BURST];
	struct iovec parts[BURST];
	int sent;

	memset(messages, 0, sizeof(messages));
	for (int i = 0; i < count; i++) {
		size_t which = (size_t)((first + i) % frame_count);

		parts[i] = (struct iovec){ frames[which], frame_size[which] };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(fd, messages, (unsigned)count, 0);
	return sent < 0 ? 0 : sent;
}

int main(int argc, char **argv)
{
	int frame_count = argc - 4, fd;
	long sent = 0, due = 0, rate;
	double begun, length_s;

	if (argc < 5 || frame_count > FRAMES) {
		fputs("usage: flood INTERFACE PACKETS_PER_SECOND SECONDS FRAME...\n", stderr);
		return 2;
	}
	for (int i = 0; i < frame_count; i++) {
		frame_size[i] = frame_parse(argv[4 + i], frames[i]);
		if (frame_size[i] == 0) {
			fputs("flood: not a frame in hexadecimal\n", stderr);
			return 2;
		}
	}
	fd = socket_open(argv[1]);
	if (fd < 0)
		return fail(argv[1]);
	rate = atol(argv[2]);
	length_s = atof(argv[3]);
	begun = now_s();
	for (double t = begun; t < begun + length_s; t = now_s()) {
		struct timespec pause = { 0, 200000 };

		if ((double)due >= (t - begun) * (double)rate) {
			nanosleep(&pause, NULL);
			continue;
		}
		sent += burst_send(fd, due, BURST, frame_count);
		due += BURST;
	}
	printf("%ld\n", sent);
	return 0;
}
