/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Roles as processes, with a stand-in for them (fake_role.c, whose path is the first argument). */

#include "daemon/supervise.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60

static struct loop loop;
static struct log lines;
static int log_fd;

static struct {
	unsigned started, ended, messages;
	uint64_t last_generation;
	int status;
	bool end_wanted; /* is_wanted goes with the next end */
	struct mono started_at[64];
} seen;

static void on_started(void *context, enum role_kind kind, struct mono now)
{
	seen.started_at[seen.started++ % 64] = now;
}

static void on_message(void *context, enum role_kind kind, const struct role_message *m,
		       struct mono now)
{
	assert_int_equal(kind, ROLE_KIND_VRRP);
	seen.messages++;
	seen.last_generation = m->generation;
}

static void on_ended(void *context, enum role_kind kind, int status, struct mono now)
{
	struct supervisor *s = context;

	seen.ended++;
	seen.status = status;
	s->roles[kind].is_wanted = !seen.end_wanted;
}

static struct supervisor supervisor;

static struct supervisor *begin(const char *what)
{
	struct supervisor *s = &supervisor;

	memset(&seen, 0, sizeof(seen));
	log_fd = sample_log_listen();
	sample_log_open(&lines);
	supervise_init(s, &loop, &lines);
	s->context = s;
	s->started = on_started;
	s->message = on_message;
	s->ended = on_ended;
	s->run_dir = what;
	s->wake_fd = eventfd(0, EFD_CLOEXEC);
	for (int k = 0; k < ROLE_KIND_N_; k++)
		s->roles[k].listen_fd = log_fd;
	snprintf(s->directory, sizeof(s->directory), "%s", sample_directory());
	supervise_start(s, ROLE_KIND_VRRP, loop_clock());
	return s;
}

static void turn(struct supervisor *s)
{
	assert_int_equal(loop_turn(&loop, supervise_deadline(s)), 0);
	supervise_expire(s, loop.now);
}

/* Ends what runs, whatever happened. */
static void finish(struct supervisor *s)
{
	for (int k = 0; k < ROLE_KIND_N_; k++) {
		supervise_release(s, (enum role_kind)k);
		child_abandon(&s->roles[k].child);
	}
	close(s->wake_fd);
	log_close(&lines);
	close(log_fd);
	assert_false(sample_has_children());
}

static void as_promised(void **state)
{
	struct supervisor *s = begin("looks");

	seen.end_wanted = true;
	while (!seen.ended)
		turn(s);
	assert_int_equal(WEXITSTATUS(seen.status), 7);
	assert_true(mono_is_never(supervise_deadline(s)));
	finish(s);
}

static void one_that_lived_is_started_at_once(void **state)
{
	struct supervisor *s = begin("ends-after-120-ms");

	while (seen.started < 4)
		turn(s);
	assert_int_equal(seen.ended, 3);
	assert_int_equal(WEXITSTATUS(seen.status), 6);
	for (int i = 1; i < 4; i++) {
		int64_t lived_us = mono_since(seen.started_at[i - 1], seen.started_at[i]);

		assert_true(lived_us >= SUPERVISE_LIVED_US);
	}
	assert_non_null(strstr(sample_log_text(log_fd), "exited with status 6, started again\n"));
	assert_int_equal(s->roles[ROLE_KIND_VRRP].start_count, 4);
	finish(s);
}

static void one_that_does_not_live_waits_longer_and_longer(void **state)
{
	struct supervisor *s = begin("ends-at-once");
	int64_t delay_us = SUPERVISE_DELAY_US;
	const char *text;

	while (seen.started < 6)
		turn(s);
	for (int i = 1; i < 6; i++) {
		assert_true(mono_since(seen.started_at[i - 1], seen.started_at[i]) >= delay_us);
		delay_us *= 2;
	}
	text = sample_log_text(log_fd);
	assert_non_null(strstr(text, "exited with status 5, started again in 10 ms\n"));
	assert_non_null(strstr(text, "exited with status 5, started again in 160 ms\n"));
	/* At most a second; as soon as one lives, at once again. */
	s->roles[ROLE_KIND_VRRP].delay_us = SUPERVISE_DELAY_MAX_US;
	seen.ended = 0;
	while (!seen.ended)
		turn(s);
	assert_true(mono_since(loop_clock(), supervise_deadline(s)) <= SUPERVISE_DELAY_MAX_US);
	assert_int_equal(s->roles[ROLE_KIND_VRRP].delay_us, SUPERVISE_DELAY_MAX_US);
	s->run_dir = "ends-after-120-ms";
	seen.ended = 0;
	while (!seen.ended)
		turn(s);
	assert_int_equal(s->roles[ROLE_KIND_VRRP].delay_us, SUPERVISE_DELAY_US);
	finish(s);
}

static void last_words_are_heard(void **state)
{
	struct supervisor *s = begin("talks-and-ends");

	seen.end_wanted = true;
	while (!seen.ended)
		turn(s);
	assert_int_equal(seen.messages, 100);
	assert_int_equal(seen.last_generation, 100);
	finish(s);
}

static void another_language(void **state)
{
	struct supervisor *s = begin("talks-rubbish");

	seen.end_wanted = true;
	while (!seen.ended)
		turn(s);
	assert_int_equal(seen.messages, 0);
	assert_int_equal(WTERMSIG(seen.status), SIGKILL);
	assert_non_null(strstr(sample_log_text(log_fd), "speaks another language: ended"));
	finish(s);
}

static void one_that_hangs_up_is_ended(void **state)
{
	struct supervisor *s = begin("hangs-up");

	seen.end_wanted = true;
	while (!seen.ended)
		turn(s);
	assert_int_equal(WTERMSIG(seen.status), SIGKILL);
	finish(s);
}

static void sending_and_release(void **state)
{
	struct role_message stop = role_message(ROLE_STOP);
	struct supervisor *s = begin("serves");

	assert_true(supervise_is_running(s, ROLE_KIND_VRRP));
	assert_int_equal(supervise_send(s, ROLE_KIND_CTL, &stop, NULL, 0), -EPIPE);
	assert_int_equal(supervise_send_patiently(s, ROLE_KIND_VRRP, &stop, NULL, 0, 1000), 0);
	seen.end_wanted = true;
	while (!seen.ended)
		turn(s);
	assert_int_equal(seen.messages, 1); /* ROLE_STOPPED */
	assert_int_equal(seen.status, 0);
	/* One that is released ends by itself. */
	seen.ended = 0;
	supervise_start(s, ROLE_KIND_CTL, loop_clock());
	supervise_release(s, ROLE_KIND_CTL);
	while (!seen.ended)
		turn(s);
	assert_int_equal(seen.status, 0);
	finish(s);
}

static void full_queue(void **state)
{
	struct role_message m = role_message(ROLE_LEAVE);
	struct supervisor *s = begin("serves");
	int e = 0;

	kill(s->roles[ROLE_KIND_VRRP].child.pid, SIGSTOP);
	for (int i = 0; i < 100000 && e == 0; i++)
		e = supervise_send(s, ROLE_KIND_VRRP, &m, NULL, 0);
	assert_int_equal(e, -EAGAIN);
	assert_int_equal(supervise_send_patiently(s, ROLE_KIND_VRRP, &m, NULL, 0, 10), -EAGAIN);
	finish(s);
}

static void nothing_is_left(void **state)
{
	struct supervisor *s;
	int before = sample_fd_count(getpid());

	s = begin("ends-after-120-ms");
	while (seen.started < 10) {
		child_signal(&s->roles[ROLE_KIND_VRRP].child, SIGKILL);
		turn(s);
	}
	finish(s);
	assert_int_equal(sample_fd_count(getpid()), before);
}

/* -- where the executables are -- */

static int find_elsewhere(const char *program)
{
	char command[PATH_MAX + 32];

	snprintf(command, sizeof(command), "%s --find", program);
	return WEXITSTATUS(system(command));
}

static void found_beside(void **state)
{
	char own[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	assert_true(n > 0);
	own[n] = '\0';
	sample_copy(own, "vipd");
	assert_int_equal(find_elsewhere(sample_path("vipd")), 0);
	unlink(sample_path("vipd-ctl"));
	assert_int_not_equal(find_elsewhere(sample_path("vipd")), 0);
}

/* In another process: are the roles beside our executable? */
static int find(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	struct supervisor s = { 0 };

	path[n > 0 ? n : 0] = '\0';
	*strrchr(path, '/') = '\0';
	return supervise_find(&s) == 0 && strcmp(s.directory, path) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_promised),
		cmocka_unit_test(one_that_lived_is_started_at_once),
		cmocka_unit_test(one_that_does_not_live_waits_longer_and_longer),
		cmocka_unit_test(last_words_are_heard),
		cmocka_unit_test(another_language),
		cmocka_unit_test(one_that_hangs_up_is_ended),
		cmocka_unit_test(sending_and_release),
		cmocka_unit_test(full_queue),
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(found_beside),
	};
	int result;

	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "--find") == 0)
		return find();
	if (geteuid() != 0) {
		printf("skipped: only root can make roles\n");
		return 77;
	}
	sample_copy(argv[1], "vipd-vrrp");
	sample_copy(argv[1], "vipd-ctl");
	alarm(PATIENCE_SECONDS);
	if (loop_open(&loop) < 0)
		return 1;
	result = cmocka_run_group_tests(tests, NULL, NULL);
	loop_close(&loop);
	return result;
}
