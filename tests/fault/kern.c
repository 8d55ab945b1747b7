/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The kernel says no. Each system call of the kern room fails once, in every place where it is
 * made: the caller must hear of it, no descriptor may be left open, and nothing may wait for ever.
 * The calls are taken over by the linker (--wrap, see meson.build). */

#include "kern/kern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Which call of all wrapped ones fails, from 1; 0: none. Counts down. */
static int fail_at;
static int fail_with;
static int failures;
/* Not 0: the next sendto() fails with it. */
static int send_fails_with;
/* That many calls in a row are interrupted. */
static int interruptions;

static bool fails(void)
{
	if (fail_at == 0 || --fail_at != 0)
		return false;
	failures++;
	errno = fail_with;
	return true;
}

static bool interrupted(void)
{
	if (interruptions == 0)
		return false;
	interruptions--;
	errno = EINTR;
	return true;
}

int __real_socket(int domain, int type, int protocol);
int __real_bind(int fd, const struct sockaddr *a, socklen_t size);
int __real_getsockname(int fd, struct sockaddr *a, socklen_t *size);
int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
void *__real_calloc(size_t count, size_t size);
ssize_t __real_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *a,
		      socklen_t a_size);
ssize_t __real_recvmsg(int fd, struct msghdr *m, int flags);
ssize_t __real_recv(int fd, void *data, size_t size, int flags);
int __real_recvmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags, struct timespec *t);
int __real_sendmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags);

int __wrap_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol)
{
	return fails() ? -1 : __real_socket(domain, type, protocol);
}

int __wrap_bind(int fd, const struct sockaddr *a, socklen_t size);
int __wrap_bind(int fd, const struct sockaddr *a, socklen_t size)
{
	return fails() ? -1 : __real_bind(fd, a, size);
}

int __wrap_getsockname(int fd, struct sockaddr *a, socklen_t *size);
int __wrap_getsockname(int fd, struct sockaddr *a, socklen_t *size)
{
	return fails() ? -1 : __real_getsockname(fd, a, size);
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	return fails() ? -1 : __real_setsockopt(fd, level, name, value, size);
}

void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

ssize_t __wrap_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *a,
		      socklen_t a_size);
ssize_t __wrap_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *a,
		      socklen_t a_size)
{
	if (send_fails_with) {
		errno = send_fails_with;
		send_fails_with = 0;
		return -1;
	}
	return interrupted() || fails() ? -1 : __real_sendto(fd, data, size, flags, a, a_size);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags)
{
	return interrupted() || fails() ? -1 : __real_recvmsg(fd, m, flags);
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	return interrupted() || fails() ? -1 : __real_recv(fd, data, size, flags);
}

int __wrap_recvmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags, struct timespec *t);
int __wrap_recvmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags, struct timespec *t)
{
	return interrupted() || fails() ? -1 : __real_recvmmsg(fd, m, count, flags, t);
}

int __wrap_sendmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *m, unsigned int count, int flags)
{
	return interrupted() || fails() ? -1 : __real_sendmmsg(fd, m, count, flags);
}

static int open_count(void)
{
	DIR *d = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(d);
	while (readdir(d))
		count++;
	closedir(d);
	return count;
}

/* Runs `open_close` with its first, second, … call failing, until none is left to fail. It returns
 * 0 or -errno. Returns how many places there were; `harmless` of them it survived. */
static int every_place(int (*open_close)(void), int *ret_harmless)
{
	int before = open_count(), places = 0, harmless = 0;

	for (;;) {
		int r;

		failures = 0;
		fail_at = places + 1;
		fail_with = ENOMEM;
		r = open_close();
		fail_at = 0;
		assert_int_equal(open_count(), before);
		if (!failures) {
			assert_int_equal(r, 0);
			*ret_harmless = harmless;
			return places;
		}
		assert_true(r == 0 || r == -ENOMEM);
		harmless += r == 0;
		places++;
	}
}

static int netlink_once(void)
{
	struct kern_netlink *n;
	int r = kern_netlink_open(&n);

	if (r == 0)
		kern_netlink_close(n);
	return r;
}

static void netlink_open(void **state)
{
	int harmless, places = every_place(netlink_once, &harmless);

	/* calloc; socket, bind, getsockname twice; three options (one of them twice) that one can
	 * do without. */
	assert_int_equal(places, 1 + 6 + 3);
	assert_int_equal(harmless, 3);
}

static const struct addr group = { ADDR_IPV4, { 224, 0, 0, 18 } };
static const struct addr group6 = { ADDR_IPV6, { 0xff, 2, [15] = 0x12 } };
static const struct kern_port port = {
	.ifindex = 1, .link = "lo", .family = ADDR_IPV4, .groups = &group, .group_count = 1
};
static const struct kern_port port6 = {
	.ifindex = 1, .link = "lo", .family = ADDR_IPV6, .groups = &group6, .group_count = 1
};

static int open_once(int (*open_socket)(const struct kern_port *), const struct kern_port *p)
{
	int fd = open_socket(p);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static int advert_once(void)
{
	return open_once(kern_advert_open, &port);
}

static int advert6_once(void)
{
	return open_once(kern_advert_open, &port6);
}

static int stranger_once(void)
{
	return open_once(kern_stranger_open, &port);
}

static int stranger6_once(void)
{
	return open_once(kern_stranger_open, &port6);
}

static int packet_once(void)
{
	int fd = kern_packet_open();

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static int receiver_once(void)
{
	struct kern_receiver *receiver;
	int r = kern_receiver_open(&receiver);

	if (r == 0)
		kern_receiver_close(receiver);
	return r;
}

static void sockets_open(void **state)
{
	int harmless;

	/* socket, two filters, link, interface; five options, the membership, emptying, of which
	 * the size of the queue and the emptying may fail. */
	assert_int_equal(every_place(advert_once, &harmless), 5 + 7);
	assert_int_equal(harmless, 2);
	assert_int_equal(every_place(stranger_once, &harmless), 5 + 2);
	assert_int_equal(harmless, 1);
	/* IPv6: three options for the header, and one less of the five. */
	assert_int_equal(every_place(advert6_once, &harmless), 5 + 6 + 3);
	assert_int_equal(harmless, 2);
	assert_int_equal(every_place(stranger6_once, &harmless), 5 + 2 + 3);
	assert_int_equal(harmless, 1);
	assert_int_equal(every_place(packet_once, &harmless), 2);
	assert_int_equal(harmless, 1);
	assert_int_equal(every_place(receiver_once, &harmless), 1);
	assert_int_equal(harmless, 0);
}

static struct kern_netlink *n;
static struct kern_news news[256];

static int setup(void **state)
{
	return kern_netlink_open(&n);
}

static int teardown(void **state)
{
	fail_at = interruptions = 0;
	n = kern_netlink_close(n);
	return 0;
}

static void fail_next(int call, int with)
{
	fail_at = call;
	fail_with = with;
}

static int read_all(void)
{
	int total = 0, r;

	do {
		r = kern_netlink_read(n, news + total, 256 - total);
		if (r < 0)
			return r;
		total += r;
	} while (r > 0);
	return total;
}

static void dump_cannot_be_asked_for(void **state)
{
	fail_next(1, ENOBUFS);
	assert_int_equal(kern_netlink_dump(n), -ENOBUFS);
	assert_int_equal(read_all(), 0); /* nothing was begun */
	assert_int_equal(kern_netlink_dump(n), 0);
	assert_true(read_all() > 3);
}

/* The second half of a dump is asked for while reading the first. */
static void second_half_cannot_be_asked_for(void **state)
{
	int r;

	assert_int_equal(kern_netlink_dump(n), 0);
	send_fails_with = EPERM;
	r = kern_netlink_read(n, news, 256);
	assert_true(r > 1); /* DUMP_BEGIN and the links */
	for (int i = 0; i < r; i++)
		assert_int_not_equal(news[i].kind, KERN_NEWS_DUMP_END);
	assert_int_equal(kern_netlink_read(n, news, 256), -EPERM);
	assert_int_equal(read_all(), 0);
	assert_int_equal(kern_netlink_dump(n), 0);
	r = read_all();
	assert_true(r > 3);
	assert_int_equal(news[r - 1].kind, KERN_NEWS_DUMP_END);
}

static void reading_fails(void **state)
{
	fail_next(1, ENOBUFS);
	assert_int_equal(kern_netlink_read(n, news, 256), 1);
	assert_int_equal(news[0].kind, KERN_NEWS_OVERRUN);
	fail_next(1, EIO);
	assert_int_equal(kern_netlink_read(n, news, 256), -EIO);
	assert_int_equal(kern_netlink_read(n, news, 256), 0); /* said once */
	/* What came before the failure is handed out first. */
	assert_int_equal(kern_netlink_dump(n), 0);
	fail_next(2, EIO);
	assert_true(kern_netlink_read(n, news, 256) > 1);
	assert_int_equal(kern_netlink_read(n, news, 256), -EIO);
}

static struct kern_address loopback_address(void)
{
	struct kern_address a = { .ifindex = 1, .add = true, .error = -7 };

	assert_true(prefix_parse("192.0.2.1/32", &a.prefix));
	return a;
}

static void batch_cannot_be_sent(void **state)
{
	struct kern_address a = loopback_address();

	fail_next(1, ENOBUFS);
	assert_int_equal(kern_address_change(n, &a, 1), -ENOBUFS);
	assert_int_equal(a.error, -7); /* not touched */
	a.error = 0;
	assert_int_equal(kern_address_change(n, &a, 1), 0);
	assert_int_equal(a.error, 0);
	a.add = false;
	assert_int_equal(kern_address_change(n, &a, 1), 0);
}

/* An outcome that does not come is not success, and does not become that of the next command. */
static void outcome_does_not_come(void **state)
{
	struct kern_address a = loopback_address();

	fail_next(2, EAGAIN);
	assert_int_equal(kern_address_change(n, &a, 1), 0);
	assert_int_not_equal(a.error, 0);
	a.add = true; /* the old acknowledgement (success) still lies in the queue */
	assert_int_equal(kern_address_change(n, &a, 1), 0);
	assert_int_equal(a.error, EEXIST);
	a.add = false;
	fail_next(2, ENOBUFS); /* acknowledgements were lost, these were not */
	assert_int_equal(kern_address_change(n, &a, 1), 0);
	assert_int_equal(a.error, 0);
}

static void interruptions_are_not_seen(void **state)
{
	struct kern_address a = loopback_address();
	const struct kern_packet *packets;
	struct kern_receiver *receiver;
	struct kern_frame frame = { .ifindex = 1, .size = ARP_FRAME_SIZE };
	struct addr to;
	uint8_t packet[20] = { 0x45 };
	int fd, r;

	interruptions = 2;
	assert_int_equal(kern_netlink_dump(n), 0);
	interruptions = 2;
	assert_true(read_all() > 3);
	for (int i = 0; i < 2; i++, a.add = false) {
		interruptions = 3;
		assert_int_equal(kern_address_change(n, &a, 1), 0);
		assert_int_equal(a.error, 0);
	}
	assert_int_equal(kern_receiver_open(&receiver), 0);
	interruptions = 2;
	fd = kern_advert_open(&port);
	assert_true(fd >= 0);
	interruptions = 2;
	assert_int_equal(kern_receive(receiver, fd, 64, &packets), 0);
	interruptions = 2;
	assert_true(addr_parse("224.0.0.18", &to));
	assert_int_equal(kern_advert_send(fd, &to, packet, sizeof packet), 0);
	close(fd);
	fd = kern_packet_open();
	interruptions = 2;
	r = kern_frames_send(fd, &frame, 1);
	assert_int_equal(r, 1);
	assert_int_equal(interruptions, 0);
	close(fd);
	kern_receiver_close(receiver);
}

static void sending_fails(void **state)
{
	int fd = kern_advert_open(&port), frames = kern_packet_open();
	struct kern_frame frame = { .ifindex = 1, .size = ARP_FRAME_SIZE };
	const struct kern_packet *packets;
	struct kern_receiver *receiver;
	struct addr to;

	assert_true(addr_parse("224.0.0.18", &to));
	fail_next(1, ENOBUFS);
	assert_int_equal(kern_advert_send(fd, &to, "", 0), -ENOBUFS);
	fail_next(1, EAGAIN); /* a full queue is no success */
	assert_int_equal(kern_advert_send(fd, &to, "", 0), -EAGAIN);
	fail_next(1, ENOBUFS);
	assert_int_equal(kern_frames_send(frames, &frame, 1), -ENOBUFS);
	assert_int_equal(kern_receiver_open(&receiver), 0);
	fail_next(1, ENETDOWN);
	assert_int_equal(kern_receive(receiver, fd, 64, &packets), -ENETDOWN);
	kern_receiver_close(receiver);
	close(fd);
	close(frames);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(netlink_open),
		cmocka_unit_test(sockets_open),
		TEST(dump_cannot_be_asked_for),
		TEST(second_half_cannot_be_asked_for),
		TEST(reading_fails),
		TEST(batch_cannot_be_sent),
		TEST(outcome_does_not_come),
		TEST(interruptions_are_not_seen),
		TEST(sending_fails),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("skipped: no network namespace for us: %s\n", strerror(errno));
		return 77;
	}
	if (system("ip link set lo up") != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
