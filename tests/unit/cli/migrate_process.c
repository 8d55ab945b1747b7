/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A daemon that is ended for another one: neither it nor its children do anything more, however
 * they would answer a signal, the death of their parent or that of a child. */
#include "cli/migrate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* As this test is called, and its children with it. */
#define PROGRAM "migrate_process"
#define CHILDREN 3
#define PATIENCE_MS 5000

static int pipe_fds[2];
static int script_fd; /* pidfd of a child of the daemon that runs another program */

/* Whoever still acts says so. */
static void act(int signal)
{
	(void)!write(pipe_fds[1], "!", 1);
}

__attribute__((noreturn)) static void serve(char ready)
{
	const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGCONT };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], act);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Should the test fail. */
	alarm(PATIENCE_MS / 1000 * 6);
	(void)!write(pipe_fds[1], &ready, 1);
	for (;;)
		pause();
}

static char heard(int timeout_ms)
{
	struct pollfd p = { .fd = pipe_fds[0], .events = POLLIN };
	char c = '\0';

	if (poll(&p, 1, timeout_ms) == 1)
		(void)!read(pipe_fds[0], &c, 1);
	return c;
}

__attribute__((noreturn)) static void be_daemon(int told_fd)
{
	int begun_fds[2];
	pid_t script;
	char octet;

	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			serve('c');
	if (pipe2(begun_fds, O_CLOEXEC) != 0)
		_exit(1);
	script = fork();
	if (script == 0) {
		execlp("sleep", "sleep", "60", NULL);
		_exit(1);
	}
	/* Until then it is this program. */
	close(begun_fds[1]);
	(void)!read(begun_fds[0], &octet, 1);
	close(begun_fds[0]);
	(void)!write(told_fd, &script, sizeof(script));
	serve('p');
}

static pid_t daemon_start(void)
{
	int told_fds[2];
	pid_t pid, script;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	assert_int_equal(pipe2(told_fds, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		be_daemon(told_fds[1]);
	assert_int_equal(read(told_fds[0], &script, sizeof(script)), sizeof(script));
	script_fd = pidfd_open(script, 0);
	assert_true(script_fd >= 0);
	close(told_fds[0]);
	close(told_fds[1]);
	for (int i = 0; i < CHILDREN + 1; i++)
		assert_int_not_equal(heard(PATIENCE_MS), '\0');
	return pid;
}

/* It was left alone. */
static void end_script(void)
{
	struct pollfd p = { .fd = script_fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(pidfd_send_signal(script_fd, SIGKILL, NULL, 0), 0);
	close(script_fd);
}

static bool has_ended(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == pid;
}

static void nobody_acts(void **state)
{
	int64_t before_us = migrate_clock_us(), alive_us = 0;
	pid_t pid = daemon_start();

	assert_int_equal(migrate_process_end(pid, PROGRAM, &alive_us), 0);
	assert_true(alive_us > before_us && alive_us <= migrate_clock_us());
	assert_true(has_ended(pid));
	/* The writing ends of all of them are closed: they are gone, and were silent. */
	close(pipe_fds[1]);
	assert_int_equal(heard(PATIENCE_MS), '\0');
	close(pipe_fds[0]);
	end_script();
}

static void another_program_is_left_alone(void **state)
{
	int64_t alive_us = 0;
	pid_t pid = daemon_start();

	assert_int_equal(migrate_process_end(pid, "keepalived", &alive_us), -ESRCH);
	assert_false(has_ended(pid));
	kill(pid, SIGHUP);
	assert_int_equal(heard(PATIENCE_MS), '!');
	assert_int_equal(migrate_process_end(pid, PROGRAM, &alive_us), 0);
	assert_true(has_ended(pid));
	assert_int_equal(migrate_process_end(pid, PROGRAM, &alive_us), -ESRCH);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	end_script();
}

static void programs_and_words(void **state)
{
	char words[4096], small[4];
	size_t size;

	assert_true(migrate_process_is(getpid(), PROGRAM));
	assert_true(migrate_process_is(getpid(), "migrate"));
	assert_false(migrate_process_is(getpid(), "vipd"));
	assert_false(migrate_process_is(0, ""));
	migrate_process_words(getpid(), words, sizeof(words), &size);
	assert_true(size > strlen(PROGRAM) && words[size - 1] == '\0');
	assert_non_null(strstr(words, PROGRAM));
	migrate_process_words(getpid(), small, sizeof(small), &size);
	assert_int_equal(size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_acts),
		cmocka_unit_test(another_program_is_left_alone),
		cmocka_unit_test(programs_and_words),
	};

	alarm(PATIENCE_MS / 1000 * 6);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
