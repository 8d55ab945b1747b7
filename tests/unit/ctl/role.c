/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vipd-ctl for real, under a hand-made parent, asked through its socket and by vipctl.
 *   role VIPD_CTL VIPCTL */
#include "parent.h"

#include "daemon/channel.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char *vipd_ctl, *vipctl;
static struct parent parent;

static int setup(void **state)
{
	parent_open(&parent);
	setenv("VIPD_SOCKET", parent.socket_path, 1);
	parent_start(&parent, vipd_ctl);
	parent_tables(&parent, 1);
	return 0;
}

static int teardown(void **state)
{
	parent_close(&parent);
	return 0;
}

#define RUN(output, ...) run((char *[]){ vipctl, __VA_ARGS__, NULL }, output, sizeof(output))

static json_t *question(const char *text)
{
	json_t *q = json_loads(text, 0, NULL);

	assert_non_null(q);
	return q;
}

static json_t *call(const char *text)
{
	json_t *q = question(text), *answer = NULL;

	assert_int_equal(ctl_call(parent.socket_path, q, 5000, &answer), 0);
	json_decref(q);
	return answer;
}

static const char *state_of(const json_t *document, size_t i)
{
	return json_string_value(json_object_get(
		json_array_get(json_object_get(document, "instances"), i), "state"));
}

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* It still serves, and soon. */
static void assert_alive(void)
{
	int64_t began = clock_ms();
	json_t *answer = call("{\"version\":1,\"command\":\"status\"}");

	assert_int_equal(json_array_size(json_object_get(answer, "instances")), 3);
	assert_true(clock_ms() - began < 2000);
	json_decref(answer);
}

/* Comes in even while many stand at the door. */
static void join(struct ctl_connection *c)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	int error = 0;

	for (int i = 0; i < 400; i++) {
		error = ctl_connection_open(c, parent.socket_path);
		if (error != -EAGAIN)
			break;
		nanosleep(&pause, NULL);
	}
	assert_int_equal(error, 0);
}

static void wait_for_tables(void)
{
	json_decref(call("{\"version\":1,\"command\":\"wait\",\"condition\":\"ready\"}"));
}

static void status_comes_from_the_tables(void **state)
{
	char output[8192];
	json_t *answer;

	wait_for_tables();
	parent_state(&parent, 0, VRRP_STATE_MASTER);
	answer = call("{\"version\":1,\"command\":\"status\"}");
	assert_string_equal(state_of(answer, 0), "MASTER");
	assert_string_equal(state_of(answer, 1), "INIT");
	assert_string_equal(json_string_value(json_object_get(answer, "run_dir")), parent.dir);
	json_decref(answer);
	assert_int_equal(RUN(output, "status", "--json"), 0);
	answer = json_loads(output, 0, NULL);
	assert_string_equal(state_of(answer, 0), "MASTER");
	json_decref(answer);
	assert_int_equal(RUN(output, "status"), 0);
	assert_non_null(strstr(output, "vrrp_1    MASTER  eth0"));
	assert_int_equal(RUN(output, "explain", "vrrp_1"), 0);
	assert_non_null(strstr(output, "vrrp_1 is MASTER because"));
	/* Exit codes. */
	assert_int_equal(RUN(output, "status", "vrrp_2"), 0);
	assert_int_equal(RUN(output, "status", "vrrp_9"), 1);
	assert_non_null(strstr(output, "there is no instance \"vrrp_9\""));
	assert_int_equal(RUN(output, "explain", "vrrp_9", "--json"), 1);
}

static void wait_ends_with_the_change(void **state)
{
	char output[1024];
	int fd;
	pid_t pid;

	assert_int_equal(RUN(output, "wait", "ready", "vrrp_1=INIT", "--timeout", "5"), 0);
	pid = run_start((char *[]){ vipctl, "wait", "vrrp_1=MASTER", "vrrp_2=BACKUP", NULL }, &fd);
	assert_int_equal(parent_exit_code(pid, 150), -1);
	parent_state(&parent, 0, VRRP_STATE_MASTER);
	/* One of two is not enough. */
	assert_int_equal(parent_exit_code(pid, 150), -1);
	parent_state(&parent, 1, VRRP_STATE_BACKUP);
	assert_int_equal(parent_exit_code(pid, 3000), 0);
	close(fd);
	assert_int_equal(RUN(output, "wait", "vrrp_1=BACKUP", "--timeout", "0.1"), 1);
	assert_non_null(strstr(output, "not within 0.1 s: vrrp_1=BACKUP"));
	assert_int_equal(RUN(output, "wait", "vrrp_9=MASTER"), 1);
	assert_non_null(strstr(output, "no instance of that name"));
	assert_int_equal(RUN(output, "wait", "vrrp_1=MASTRE"), 2);
}

/* The answer comes from the wake-up and not from looking every second. */
static void a_wake_up_is_answered_at_once(void **state)
{
	json_t *q = question("{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1="
			     "MASTER\"}");
	int64_t began, total_ms = 0;

	wait_for_tables();
	for (int i = 0; i < 5; i++) {
		struct ctl_connection c;
		json_t *answer;

		parent_state(&parent, 0, VRRP_STATE_BACKUP);
		join(&c);
		assert_int_equal(ctl_connection_send(&c, q, 1000), 0);
		assert_int_equal(ctl_connection_receive(&c, 50, &answer), -ETIMEDOUT);
		parent_state(&parent, 0, VRRP_STATE_MASTER);
		began = clock_ms();
		assert_int_equal(ctl_connection_receive(&c, 5000, &answer), 0);
		total_ms += clock_ms() - began;
		json_decref(answer);
		ctl_connection_close(&c);
	}
	assert_true(total_ms < 1000);
	json_decref(q);
}

static void a_reload_brings_new_tables(void **state)
{
	char output[4096];
	int fd;
	pid_t pid;
	json_t *answer;

	pid = run_start((char *[]){ vipctl, "wait", "generation>1", NULL }, &fd);
	assert_int_equal(parent_exit_code(pid, 100), -1);
	parent_tables(&parent, 2);
	assert_int_equal(parent_exit_code(pid, 3000), 0);
	close(fd);
	answer = call("{\"version\":1,\"command\":\"status\"}");
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(answer, "config"), "generation")),
			 2);
	json_decref(answer);
	for (uint64_t generation = 3; generation < 200; generation++) {
		parent_tables(&parent, generation);
		if (generation % 50 == 0)
			assert_alive();
	}
	assert_int_equal(RUN(output, "wait", "generation>198", "--timeout", "5"), 0);
}

static void a_watcher_is_told_every_change(void **state)
{
	json_t *q = question("{\"version\":1,\"command\":\"status\",\"watch\":true}"), *answer;
	struct ctl_connection c;

	wait_for_tables();
	join(&c);
	assert_int_equal(ctl_connection_send(&c, q, 1000), 0);
	assert_int_equal(ctl_connection_receive(&c, 2000, &answer), 0);
	assert_string_equal(state_of(answer, 0), "INIT");
	json_decref(answer);
	/* A burst is one picture or two, and the last one is the truth. */
	for (int i = 0; i < 20; i++)
		parent_state(&parent, 0, VRRP_STATE_BACKUP);
	parent_state(&parent, 0, VRRP_STATE_MASTER);
	for (int count = 1;; count++) {
		bool is_last;

		assert_true(count <= 5);
		assert_int_equal(ctl_connection_receive(&c, 2000, &answer), 0);
		is_last = !strcmp(state_of(answer, 0), "MASTER");
		json_decref(answer);
		if (is_last)
			break;
	}
	assert_int_equal(ctl_connection_receive(&c, 300, &answer), -ETIMEDOUT);
	ctl_connection_close(&c);
	json_decref(q);
	assert_alive();
}

/* 1: closed by the other side (or an answer and then closed) within the time. */
static bool is_hung_up(int fd, int timeout_ms)
{
	char buffer[4096];
	int64_t end = clock_ms() + timeout_ms;

	while (clock_ms() < end) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		poll(&p, 1, 50);
		n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return true;
	}
	return false;
}

static void garbage_is_hung_up_on(void **state)
{
	unsigned seed = 7;

	wait_for_tables();
	for (int i = 0; i < 300; i++) {
		struct ctl_connection c;
		char data[512];
		size_t size = (size_t)rand_r(&seed) % sizeof(data);

		join(&c);
		for (size_t k = 0; k < size; k++)
			data[k] = (char)rand_r(&seed);
		/* A third of them with a believable length. */
		if (i % 3 == 0 && size >= 4)
			ctl_frame_put_length((uint32_t)(size - 4), (uint8_t *)data);
		(void)!send(c.fd, data, size, MSG_NOSIGNAL);
		if (i % 50 == 0 && size >= 4)
			assert_true(is_hung_up(c.fd, 2000));
		ctl_connection_close(&c);
	}
	assert_alive();
}

static void more_clients_than_places_are_refused(void **state)
{
	struct ctl_connection c[LIMIT_CTL_CLIENTS + 8];
	json_t *answer;
	int i;

	wait_for_tables();
	for (i = 0; i < LIMIT_CTL_CLIENTS; i++)
		join(&c[i]);
	for (; i < LIMIT_CTL_CLIENTS + 8; i++) {
		join(&c[i]);
		assert_int_equal(ctl_connection_receive(&c[i], 2000, &answer), 0);
		assert_string_equal(json_string_value(json_object_get(answer, "code")), "busy");
		json_decref(answer);
		assert_int_equal(ctl_connection_receive(&c[i], 2000, &answer), -ECONNRESET);
	}
	/* The 64 that came first are served. */
	for (i = 0; i < LIMIT_CTL_CLIENTS; i += 9) {
		json_t *q = question("{\"version\":1,\"command\":\"status\"}");

		assert_int_equal(ctl_connection_send(&c[i], q, 1000), 0);
		assert_int_equal(ctl_connection_receive(&c[i], 2000, &answer), 0);
		json_decref(answer);
		json_decref(q);
	}
	for (i = 0; i < LIMIT_CTL_CLIENTS + 8; i++)
		ctl_connection_close(&c[i]);
	/* Their places are free again. */
	assert_alive();
}

static void who_never_reads_disturbs_nobody(void **state)
{
	json_t *q = question("{\"version\":1,\"command\":\"status\"}");
	struct ctl_connection deaf[8];

	wait_for_tables();
	for (int i = 0; i < 8; i++) {
		int sent = 0;

		join(&deaf[i]);
		/* Until its own requests are not taken any more. */
		while (sent < 20000 && ctl_connection_send(&deaf[i], q, 20) == 0)
			sent++;
		assert_true(sent < 20000);
	}
	for (int i = 0; i < 20; i++)
		assert_alive();
	for (int i = 0; i < 8; i++)
		ctl_connection_close(&deaf[i]);
	assert_alive();
	json_decref(q);
}

static void who_waits_and_hangs_up_is_forgotten(void **state)
{
	json_t *q = question("{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1="
			     "MASTER\"}");

	wait_for_tables();
	for (int i = 0; i < LIMIT_CTL_CLIENTS * 4; i++) {
		struct ctl_connection c;

		join(&c);
		assert_int_equal(ctl_connection_send(&c, q, 1000), 0);
		ctl_connection_close(&c);
	}
	parent_state(&parent, 0, VRRP_STATE_MASTER);
	assert_alive();
	json_decref(q);
}

static void who_stops_sending_still_gets_answers(void **state)
{
	json_t *q = question("{\"version\":1,\"command\":\"status\"}"), *answer;
	json_t *w = question("{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1="
			     "MASTER\"}");
	struct ctl_connection c;

	wait_for_tables();
	join(&c);
	/* Three at once, one of them held, and then no more. */
	assert_int_equal(ctl_connection_send(&c, q, 1000), 0);
	assert_int_equal(ctl_connection_send(&c, w, 1000), 0);
	assert_int_equal(ctl_connection_send(&c, q, 1000), 0);
	shutdown(c.fd, SHUT_WR);
	assert_int_equal(ctl_connection_receive(&c, 2000, &answer), 0);
	json_decref(answer);
	assert_int_equal(ctl_connection_receive(&c, 100, &answer), -ETIMEDOUT);
	parent_state(&parent, 0, VRRP_STATE_MASTER);
	assert_int_equal(ctl_connection_receive(&c, 2000, &answer), 0);
	assert_true(json_is_true(json_object_get(answer, "fulfilled")));
	json_decref(answer);
	assert_int_equal(ctl_connection_receive(&c, 2000, &answer), 0);
	json_decref(answer);
	assert_int_equal(ctl_connection_receive(&c, 2000, &answer), -ECONNRESET);
	ctl_connection_close(&c);
	json_decref(q);
	json_decref(w);
}

static void signals_of_the_group_are_left_to_the_parent(void **state)
{
	wait_for_tables();
	kill(parent.pid, SIGINT);
	kill(parent.pid, SIGTERM);
	kill(parent.pid, SIGHUP);
	assert_alive();
}

static void assert_it_gave_up(void)
{
	assert_int_equal(parent_exit_code(parent.pid, 3000), 1);
	parent.pid = 0;
}

static void a_foreign_message_from_the_parent_ends_it(void **state)
{
	struct role_message m = role_message(ROLE_STOP);

	assert_int_equal(channel_send(parent.channel_fd, &m, NULL, 0), 0);
	assert_it_gave_up();
}

static void tables_of_another_generation_end_it(void **state)
{
	wait_for_tables();
	parent_tables_as(&parent, 2, 3);
	assert_it_gave_up();
}

static void what_are_no_tables_end_it(void **state)
{
	struct role_message m = role_message(ROLE_TABLES);
	int fds[2] = { parent.wake_fd, parent.wake_fd };

	wait_for_tables();
	m.generation = 9;
	assert_int_equal(channel_send(parent.channel_fd, &m, fds, 2), 0);
	assert_it_gave_up();
}

static void without_tables_nothing_is_in_force(void **state)
{
	char output[1024];
	json_t *answer;

	parent_open(&parent);
	setenv("VIPD_SOCKET", parent.socket_path, 1);
	/* Before there is anybody: refused, then bound but not served, then served. */
	assert_int_equal(RUN(output, "-s", "/tmp/no/such/socket", "status"), 3);
	assert_non_null(strstr(output, "systemctl start vipd"));
	assert_non_null(strstr(output, "VIPD_SOCKET"));
	assert_int_equal(
		RUN(output, "-s", "/tmp/no/such/socket", "wait", "ready", "--timeout", "0.2"), 3);
	assert_int_equal(RUN(output, "wait", "ready", "--timeout", "0.2"), 1);
	parent_start(&parent, vipd_ctl);
	assert_int_equal(RUN(output, "wait", "vrrp_1=MASTER", "--timeout", "0.2"), 1);
	answer = call("{\"version\":1,\"command\":\"status\"}");
	assert_true(json_is_null(json_object_get(answer, "config")));
	json_decref(answer);
	assert_int_equal(RUN(output, "status"), 0);
	assert_non_null(strstr(output, "no configuration is in force yet"));
	assert_int_equal(RUN(output, "status", "vrrp_1"), 1);
	parent_close(&parent);
}

static void a_wait_may_begin_before_the_daemon(void **state)
{
	char path[160], other[170];
	int fd;
	pid_t pid;

	parent_open(&parent);
	snprintf(path, sizeof(path), "%s", parent.socket_path);
	snprintf(other, sizeof(other), "%s.later", parent.socket_path);
	pid = run_start((char *[]){ vipctl, "-s", other, "wait", "vrrp_1=INIT", NULL }, &fd);
	assert_int_equal(parent_exit_code(pid, 150), -1);
	parent_start(&parent, vipd_ctl);
	parent_tables(&parent, 1);
	assert_int_equal(rename(path, other), 0);
	memcpy(parent.socket_path, other, sizeof(parent.socket_path));
	assert_int_equal(parent_exit_code(pid, 3000), 0);
	close(fd);
	parent_close(&parent);
}

#define WITH_ROLE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_ROLE(status_comes_from_the_tables),
		WITH_ROLE(wait_ends_with_the_change),
		WITH_ROLE(a_wake_up_is_answered_at_once),
		WITH_ROLE(a_reload_brings_new_tables),
		WITH_ROLE(a_watcher_is_told_every_change),
		WITH_ROLE(garbage_is_hung_up_on),
		WITH_ROLE(more_clients_than_places_are_refused),
		WITH_ROLE(who_never_reads_disturbs_nobody),
		WITH_ROLE(who_waits_and_hangs_up_is_forgotten),
		WITH_ROLE(who_stops_sending_still_gets_answers),
		WITH_ROLE(signals_of_the_group_are_left_to_the_parent),
		WITH_ROLE(a_foreign_message_from_the_parent_ends_it),
		WITH_ROLE(tables_of_another_generation_end_it),
		WITH_ROLE(what_are_no_tables_end_it),
		cmocka_unit_test(without_tables_nothing_is_in_force),
		cmocka_unit_test(a_wait_may_begin_before_the_daemon),
	};

	if (argc != 3) {
		fprintf(stderr, "usage: role VIPD_CTL VIPCTL\n");
		return 2;
	}
	vipd_ctl = argv[1];
	vipctl = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
