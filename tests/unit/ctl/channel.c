/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages between parent and roles: whole, with their descriptors, never one too many left open.
 */
#include "daemon/channel.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int open_pair(void **state)
{
	static int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	*state = pair;
	return 0;
}

static int close_pair(void **state)
{
	int *pair = *state;

	close(pair[0]);
	close(pair[1]);
	return 0;
}

static int open_count(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void a_message_arrives_whole(void **state)
{
	int *pair = *state, fds[2], fd_count = -1, zero = open("/dev/zero", O_RDONLY);
	struct role_message m = role_message(ROLE_TABLES), got;
	char octet = 'x';

	m.generation = 42;
	strcpy(m.text, "hello");
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), 0);
	assert_int_equal(fd_count, -1);
	assert_int_equal(channel_send(pair[0], &m, &zero, 1), 0);
	assert_int_equal(channel_send(pair[0], &m, NULL, 0), 0);
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), 1);
	assert_memory_equal(&got, &m, sizeof(m));
	assert_int_equal(fd_count, 1);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(read(fds[0], &octet, 1), 1);
	assert_int_equal(octet, 0);
	close(fds[0]);
	close(zero);
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), 1);
	assert_int_equal(fd_count, 0);
}

static void surplus_descriptors_are_closed(void **state)
{
	int *pair = *state, before = open_count(), fds[2] = { -1, -1 }, fd_count = 0;
	int many[LIMIT_MESSAGE_FDS];
	struct role_message m = role_message(ROLE_TABLES), got;

	for (int i = 0; i < LIMIT_MESSAGE_FDS; i++)
		many[i] = pair[0];
	assert_int_equal(channel_send(pair[0], &m, many, LIMIT_MESSAGE_FDS), 0);
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), 1);
	assert_int_equal(fd_count, 2);
	assert_int_equal(open_count(), before + 2);
	close(fds[0]);
	close(fds[1]);
	/* None wanted at all. */
	assert_int_equal(channel_send(pair[0], &m, many, 3), 0);
	assert_int_equal(channel_receive(pair[1], &got, NULL, 0, &fd_count), 1);
	assert_int_equal(fd_count, 0);
	assert_int_equal(open_count(), before);
}

static void foreign_packets_are_refused(void **state)
{
	int *pair = *state, before = open_count(), fds[2], fd_count = -1;
	struct role_message m = role_message(ROLE_TABLES), got;
	char big[sizeof(m) + 1] = { 0 };

	memcpy(big, &m, sizeof(m));
	assert_int_equal(send(pair[0], "x", 1, 0), 1);
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), -EBADMSG);
	assert_int_equal(send(pair[0], big, sizeof(big), 0), sizeof(big));
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), -EBADMSG);
	m.type = 999;
	assert_int_equal(channel_send(pair[0], &m, pair, 2), 0);
	assert_int_equal(channel_receive(pair[1], &got, fds, 2, &fd_count), -EBADMSG);
	assert_int_equal(fd_count, -1);
	assert_int_equal(open_count(), before);
}

static void a_full_queue_and_an_end_are_told(void **state)
{
	int *pair = *state, fd_count, sent = 0, error;
	struct role_message m = role_message(ROLE_TRANSITION), got;

	while ((error = channel_send(pair[0], &m, NULL, 0)) == 0 && sent < 100000)
		sent++;
	assert_int_equal(error, -EAGAIN);
	close(pair[0]);
	for (int i = 0; i < sent; i++)
		assert_int_equal(channel_receive(pair[1], &got, NULL, 0, &fd_count), 1);
	assert_int_equal(channel_receive(pair[1], &got, NULL, 0, &fd_count), -EPIPE);
	assert_int_equal(channel_send(pair[1], &m, NULL, 0), -EPIPE);
	pair[0] = dup(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_arrives_whole, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(surplus_descriptors_are_closed, open_pair,
						close_pair),
		cmocka_unit_test_setup_teardown(foreign_packets_are_refused, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_full_queue_and_an_end_are_told, open_pair,
						close_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
