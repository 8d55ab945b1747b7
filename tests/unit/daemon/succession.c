/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipd in the place of another daemon, from the side of who ends that one: when vipd asks, what it
 * makes of answers, and that it touches nothing before. With real roles, in a network namespace of
 * its own. Argument: vipd. */

#include "parent_world.h"
#include "sample.h"

#include "base/succession.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60
#define ASKS_MS 20000

static void command(const char *text)
{
	if (system(text) != 0)
		fail_msg("%s", text);
}

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int listen_here(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void)mkdir(sample_path("run"), 0755);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 sample_path("run/" SUCCESSION_SOCKET));
	unlink(address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static int accept_one(int listen_fd)
{
	struct pollfd p = { .fd = listen_fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, ASKS_MS), 1);
	return accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
}

static void wait_asked(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint32_t word = 0;

	assert_int_equal(poll(&p, 1, ASKS_MS), 1);
	assert_int_equal(recv(fd, &word, sizeof(word), 0), sizeof(word));
	assert_int_equal(word, SUCCESSION_READY);
}

static pid_t begin(int *ret_listen_fd, int *ret_fd)
{
	pid_t pid;

	sample_write("c.conf", INSTANCE("web", 51), 0644);
	*ret_listen_fd = listen_here();
	pid = world_start("-n -l -D -f c.conf");
	*ret_fd = accept_one(*ret_listen_fd);
	return pid;
}

static void finish(int listen_fd)
{
	close(listen_fd);
	unlink(sample_path("run/" SUCCESSION_SOCKET));
	command("ip addr flush dev v0 && ip addr add 192.0.2.1/24 dev v0");
}

static void goes_on(void **state)
{
	struct succession_ended ended;
	int listen_fd, fd;
	pid_t pid;

	command("ip addr add 192.0.2.51/24 dev v0");
	pid = begin(&listen_fd, &fd);
	wait_asked(fd);
	/* Until it is answered it does nothing that anybody could notice. */
	usleep(300000);
	assert_null(strstr(world_output(), "STATE"));
	assert_null(strstr(world_output(), "left by an earlier"));
	command("ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
	ended.alive_us = clock_us();
	assert_int_equal(send(fd, &ended, sizeof(ended), 0), sizeof(ended));
	world_wait("(web) goes on in MASTER STATE", 1);
	command("ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
	assert_null(strstr(world_output(), "Entering"));
	/* A vipd-vrrp that is started later goes on by its own memory. */
	kill(world_wait_child(pid, "vipd-vrrp"), SIGKILL);
	world_wait("(web) goes on in MASTER STATE", 2);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
	command("! ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
	close(fd);
	finish(listen_fd);
}

static void called_off(void **state)
{
	int listen_fd, fd;
	pid_t pid;

	command("ip addr add 192.0.2.51/24 dev v0");
	pid = begin(&listen_fd, &fd);
	wait_asked(fd);
	close(fd);
	assert_int_equal(world_end(pid), 1);
	assert_non_null(strstr(world_output(), "was not ended by vipctl"));
	command("ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
	/* At any time before that, too. */
	pid = world_start("-n -l -D -f c.conf");
	close(accept_one(listen_fd));
	assert_int_equal(world_end(pid), 1);
	finish(listen_fd);
}

/* Not of the past, not of the future, and whole. */
static void nonsense(void **state)
{
	const struct succession_ended wrong[] = { { 0 }, { -1 }, { INT64_MAX } };
	int listen_fd, fd;
	pid_t pid;

	for (int i = 0; i <= 3; i++) {
		pid = begin(&listen_fd, &fd);
		wait_asked(fd);
		if (i < 3)
			assert_int_equal(send(fd, &wrong[i], sizeof(wrong[i]), 0),
					 sizeof(wrong[i]));
		else
			assert_int_equal(send(fd, "gone", 4, 0), 4);
		assert_int_equal(world_end(pid), 1);
		close(fd);
		finish(listen_fd);
	}
	/* Nor before it was asked for. */
	pid = begin(&listen_fd, &fd);
	assert_true(send(fd, &(struct succession_ended){ 1 }, 8, 0) == 8);
	assert_int_equal(world_end(pid), 1);
	close(fd);
	finish(listen_fd);
}

/* A file that cannot run costs the other one nothing: it is never asked for its end. */
static void never_asked(void **state)
{
	int listen_fd = listen_here(), fd;
	uint32_t word;
	pid_t pid;

	sample_write("broken.conf", INSTANCE("web", 999), 0644);
	pid = world_start("-n -l -f broken.conf");
	fd = accept_one(listen_fd);
	assert_int_equal(world_end(pid), 2);
	assert_int_equal(recv(fd, &word, sizeof(word), 0), 0);
	close(fd);
	finish(listen_fd);
}

/* What a vipctl left that was killed means nothing. */
static void nobody_listens(void **state)
{
	pid_t pid;

	close(listen_here());
	command("ip addr add 192.0.2.51/24 dev v0");
	sample_write("c.conf", INSTANCE("web", 51), 0644);
	pid = world_start("-n -l -D -f c.conf");
	world_wait("(web) Entering BACKUP STATE (init)\n", 1);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
	finish(-1);
}

#define CASE(name) cmocka_unit_test_teardown(name, world_clear)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(goes_on), CASE(called_off), CASE(nonsense), CASE(never_asked),
		CASE(nobody_listens),
	};

	if (argc != 2)
		return 2;
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
		printf("skipped: no network namespace for us\n");
		return 77;
	}
	world_begin(argv[1]);
	alarm(PATIENCE_SECONDS);
	command("ip link set lo up && ip link add v0 type veth peer name v1 &&"
		" ip addr add 192.0.2.1/24 dev v0 && ip link set v0 up && ip link set v1 up");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
