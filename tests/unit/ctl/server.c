/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The patience of the control server and the bound on what it owes, in one process with times of
 * our own. */
#include "daemon/ctl_server.h"

#include "fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct ctl_server server;
static struct loop loop;
static struct fixture fixture;
static int listen_fd;
static struct sockaddr_un address;

static int setup(void **state)
{
	socklen_t size = sizeof(sa_family_t);

	fixture_init(&fixture, 1);
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	/* Without a path the kernel gives it an abstract name: no file to leave behind. */
	if (bind(listen_fd, (struct sockaddr *)&address, size) || listen(listen_fd, 100))
		return -1;
	size = sizeof(address);
	if (getsockname(listen_fd, (struct sockaddr *)&address, &size) || loop_open(&loop))
		return -1;
	return ctl_server_open(&server, &loop, listen_fd, &fixture.view);
}

static int teardown(void **state)
{
	ctl_server_close(&server);
	assert_int_equal(server.queued_size, 0);
	loop_close(&loop);
	close(listen_fd);
	fixture_fini(&fixture);
	return 0;
}

static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	/* An automatic abstract name is five digits behind a NUL. */
	socklen_t size = sizeof(sa_family_t) + 6;

	assert_int_equal(connect(fd, (struct sockaddr *)&address, size), 0);
	return fd;
}

/* Turns until nothing is ready, and ends as if `later_us` had passed. */
static void turn(int64_t later_us)
{
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_turn(&loop, (struct mono){ 0 }), 0);
	ctl_server_tick(&server, mono_add(loop.now, later_us));
}

static int client_count(void)
{
	int count = 0;

	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		count += server.clients[i].mode != CTL_CLIENT_FREE;
	return count;
}

static void say(int fd, const char *text)
{
	uint8_t header[4];

	ctl_frame_put_length((uint32_t)strlen(text), header);
	assert_int_equal(send(fd, header, 4, 0), 4);
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
}

static void who_says_nothing_is_dropped(void **state)
{
	int fd = join();

	turn(0);
	assert_int_equal(client_count(), 1);
	turn(server.ask_us - 1000000);
	assert_int_equal(client_count(), 1);
	/* The loop would wake for it. */
	assert_true(ctl_server_deadline(&server).us <= loop.now.us + server.ask_us);
	turn(server.ask_us);
	assert_int_equal(client_count(), 0);
	assert_true(mono_is_never(ctl_server_deadline(&server)));
	close(fd);
}

static void octets_one_by_one_buy_no_time(void **state)
{
	int fd = join();
	struct mono came;

	turn(0);
	came = server.clients[0].step_at;
	/* The length and the body's first octets, each in its own time. */
	for (int i = 0; i < 8; i++) {
		assert_int_equal(send(fd, i == 3 ? "\100" : "\0", 1, 0), 1);
		turn(0);
		assert_int_equal(server.clients[0].step_at.us, came.us);
		assert_int_equal(server.clients[0].input_size, i + 1);
	}
	turn(server.ask_us);
	assert_int_equal(client_count(), 0);
	close(fd);
}

static void a_wait_has_no_end_of_patience(void **state)
{
	int fd = join();

	say(fd, "{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1=MASTER\"}");
	turn(0);
	assert_int_equal(server.clients[0].mode, CTL_CLIENT_WAITING);
	turn(INT64_C(1000000) * 86400 * 365);
	assert_int_equal(client_count(), 1);
	/* A lost wake-up is healed by looking. */
	assert_false(mono_is_never(ctl_server_deadline(&server)));
	close(fd);
	turn(0);
	assert_int_equal(client_count(), 0);
}

/* Fills the client's way with answers that it does not take. */
static void stuff(int fd)
{
	for (int i = 0; i < 5000 && !server.clients[0].output; i++) {
		say(fd, "{\"version\":1,\"command\":\"status\"}");
		turn(0);
	}
	assert_non_null(server.clients[0].output);
	assert_int_equal(server.queued_size, server.clients[0].output_size);
}

static void who_takes_nothing_is_dropped_in_the_end(void **state)
{
	int fd = join();

	stuff(fd);
	turn(server.take_us - 1000000);
	assert_int_equal(client_count(), 1);
	turn(server.take_us);
	assert_int_equal(client_count(), 0);
	assert_int_equal(server.queued_size, 0);
	close(fd);
}

static void what_all_are_owed_is_bounded(void **state)
{
	int deaf = join(), fd = join();
	char answer[4096];
	ssize_t n;

	stuff(deaf);
	/* As if the others were owed nearly all there is. */
	server.queued_size += LIMIT_CTL_ANSWER - 2000;
	say(fd, "{\"version\":1,\"command\":\"status\"}");
	turn(0);
	n = recv(fd, answer, sizeof(answer) - 1, 0);
	assert_true(n > 4);
	answer[n] = '\0';
	assert_non_null(strstr(answer + 4, "\"code\":\"busy\""));
	turn(0);
	assert_int_equal(client_count(), 1);
	server.queued_size -= LIMIT_CTL_ANSWER - 2000;
	close(deaf);
	close(fd);
}

static void requests_behind_a_wait_are_bounded(void **state)
{
	int fd = join();
	static char junk[LIMIT_CTL_REQUEST];

	say(fd, "{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1=MASTER\"}");
	turn(0);
	for (int i = 0; i < 100 && client_count(); i++) {
		(void)!send(fd, junk, sizeof(junk), MSG_NOSIGNAL);
		turn(0);
	}
	assert_int_equal(client_count(), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_says_nothing_is_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(octets_one_by_one_buy_no_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wait_has_no_end_of_patience, setup, teardown),
		cmocka_unit_test_setup_teardown(who_takes_nothing_is_dropped_in_the_end, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_all_are_owed_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(requests_behind_a_wait_are_bounded, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
