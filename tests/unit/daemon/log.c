/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Log lines when nobody takes them: the log must go on at once, and tell later how many were lost.
 * A log that waits is ended by the alarm. */

#include "daemon/log.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20

static int saved_stderr = -1;

/* Standard error is `fd` for the log that is opened now. */
static void open_on(struct log *log, int fd, struct log_options options)
{
	saved_stderr = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	log_open(log, &options);
}

static void close_on(struct log *log)
{
	log_close(log);
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	saved_stderr = -1;
}

/* What can be read now, without the dates on the console. */
static const char *taken(int fd)
{
	static char text[1 << 20];
	size_t length = 0;
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((n = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)n;
	text[length] = '\0';
	return text;
}

/* Is there this line behind a date? */
static bool has_line(const char *text, const char *line)
{
	for (const char *at = text; (at = strstr(at, ": ")); at += 2)
		if (strncmp(at + 2, line, strlen(line)) == 0 && at[2 + strlen(line)] == '\n')
			return true;
	return false;
}

static const struct log_options console = { .to_console = true };

static void console_form(void **state)
{
	struct log log;
	int ends[2], year, day, used = 0;
	const char *text;

	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], console);
	log_printf(&log, LOG_LEVEL_INFO, "(%s) Entering %s STATE", "web", "MASTER");
	log_printf(&log, LOG_LEVEL_DETAIL, "only with -D");
	close_on(&log);
	text = taken(ends[0]);
	/* "Mon Nov 23 03:04:51 2026: text" */
	assert_int_equal(sscanf(text, "%*3s %*3s %d %*2d:%*2d:%*2d %d: %n", &day, &year, &used), 2);
	assert_string_equal(text + used, "(web) Entering MASTER STATE\n");
	close(ends[0]);
	close(ends[1]);
}

static void foreign_text_is_harmless(void **state)
{
	char text[3 * LOG_LINE_SIZE];
	struct log log;
	int ends[2];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], console);
	log_printf(&log, LOG_LEVEL_INFO, "%s", "a\nb\033[31mc\177\t\302\233d");
	log_printf(&log, LOG_LEVEL_INFO, "%s", text);
	close_on(&log);
	assert_true(has_line(taken(ends[0]), "a?b?[31mc????d"));
	close(ends[0]);
	close(ends[1]);
}

static void full_pipe(void **state)
{
	static char rubbish[4096];
	struct log log;
	const char *text;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], console);
	/* The log has a description of its own: ours may be made non-blocking. */
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	while (write(ends[1], rubbish, sizeof(rubbish)) > 0)
		;
	fcntl(ends[1], F_SETFL, 0);
	for (int i = 0; i < 3; i++)
		log_printf(&log, LOG_LEVEL_INFO, "lost %d", i);
	assert_int_equal(log.lost_count, 3);
	taken(ends[0]);
	log_printf(&log, LOG_LEVEL_INFO, "again");
	assert_int_equal(log.lost_count, 0);
	close_on(&log);
	text = taken(ends[0]);
	assert_true(has_line(text, "3 log lines lost"));
	assert_true(has_line(text, "again"));
	assert_null(strstr(text, "lost 0"));
	close(ends[0]);
	close(ends[1]);
}

/* A reader that takes a little at a time gets whole lines, or none. */
static void slow_pipe(void **state)
{
	unsigned long long lost = 0;
	struct log log;
	int ends[2], got = 0;
	char line[256];
	FILE *reader;

	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], console);
	for (int i = 0; i < 5000; i++)
		log_printf(&log, LOG_LEVEL_INFO, "line");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	reader = fdopen(ends[0], "r");
	assert_true(log.lost_count > 0);
	while (fgets(line, sizeof(line), reader))
		got += strcmp(strrchr(line, ' '), " line\n") == 0;
	log_printf(&log, LOG_LEVEL_INFO, "line");
	close_on(&log);
	clearerr(reader);
	while (fgets(line, sizeof(line), reader)) {
		got += strcmp(strrchr(line, ' '), " line\n") == 0;
		sscanf(line, "%*s %*s %*d %*s %*d: %llu log lines lost", &lost);
	}
	assert_int_equal(got + (long)lost, 5001);
	fclose(reader);
	close(ends[1]);
}

static void closed_pipe(void **state)
{
	struct log log;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], console);
	close(ends[0]);
	log_printf(&log, LOG_LEVEL_INFO, "nobody reads");
	log_printf(&log, LOG_LEVEL_ERROR, "nobody reads");
	assert_int_equal(log.lost_count, 2);
	close_on(&log);
	close(ends[1]);
}

static void full_disk(void **state)
{
	struct log log;
	int fd = open("/dev/full", O_WRONLY);

	assert_true(fd >= 0);
	open_on(&log, fd, console);
	log_printf(&log, LOG_LEVEL_INFO, "no room");
	assert_int_equal(log.lost_count, 1);
	close_on(&log);
	close(fd);
}

static void full_stream_socket(void **state)
{
	struct log log;
	const char *text;
	int ends[2], i = 0;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	open_on(&log, ends[1], console);
	for (; log.lost_count < 5 && i < 100000; i++)
		log_printf(&log, LOG_LEVEL_INFO, "line %d", i);
	assert_int_equal(log.lost_count, 5);
	taken(ends[0]);
	log_printf(&log, LOG_LEVEL_INFO, "again");
	close_on(&log);
	text = taken(ends[0]);
	assert_true(has_line(text, "5 log lines lost"));
	assert_true(has_line(text, "again"));
	close(ends[0]);
	close(ends[1]);
}

static void no_standard_error(void **state)
{
	struct log_options options = console;
	struct log log;

	saved_stderr = dup(STDERR_FILENO);
	close(STDERR_FILENO);
	log_open(&log, &options);
	log_printf(&log, LOG_LEVEL_INFO, "nowhere");
	close_on(&log);
	assert_int_equal(log.lost_count, 1);
}

/* -- the system log -- */

static void system_log_form(void **state)
{
	int fd = sample_log_listen();
	char line[256] = "", expected[64];
	struct log log;

	sample_log_open(&log);
	snprintf(expected, sizeof(expected), " vipd[%d]: text", (int)getpid());
	log_printf(&log, LOG_LEVEL_ERROR, "text");
	assert_true(recv(fd, line, sizeof(line) - 1, 0) > 0);
	assert_memory_equal(line, "<27>", 4);
	assert_non_null(strstr(line, expected));
	log_printf(&log, LOG_LEVEL_WARNING, "text");
	assert_true(recv(fd, line, sizeof(line), 0) > 0);
	assert_memory_equal(line, "<28>", 4);
	log_printf(&log, LOG_LEVEL_INFO, "text");
	assert_true(recv(fd, line, sizeof(line), 0) > 0);
	assert_memory_equal(line, "<30>", 4);
	log_rename(&log, "-blue@red");
	snprintf(expected, sizeof(expected), " vipd-blue@red[%d]: text", (int)getpid());
	log_printf(&log, LOG_LEVEL_INFO, "text");
	assert_true(recv(fd, line, sizeof(line), 0) > 0);
	assert_non_null(strstr(line, expected));
	log_close(&log);
	close(fd);
}

static void no_system_log_and_then_one(void **state)
{
	struct log log;
	int fd;

	unlink(sample_path("log"));
	sample_log_open(&log);
	log_printf(&log, LOG_LEVEL_ERROR, "lost");
	log_printf(&log, LOG_LEVEL_INFO, "lost");
	assert_int_equal(log.lost_count, 2);
	fd = sample_log_listen();
	log_printf(&log, LOG_LEVEL_INFO, "there");
	assert_string_equal(sample_log_text(fd), "2 log lines lost\nthere\n");
	log_close(&log);
	close(fd);
}

static void system_log_started_anew(void **state)
{
	int fd = sample_log_listen();
	struct log log;

	sample_log_open(&log);
	log_printf(&log, LOG_LEVEL_INFO, "before");
	close(fd);
	fd = sample_log_listen();
	log_printf(&log, LOG_LEVEL_INFO, "after");
	assert_string_equal(sample_log_text(fd), "after\n");
	log_close(&log);
	close(fd);
}

static void full_system_log(void **state)
{
	int fd = sample_log_listen(), before = sample_fd_count(getpid());
	struct log log;
	const char *text;

	sample_log_open(&log);
	for (int i = 0; log.lost_count < 7 && i < 100000; i++)
		log_printf(&log, LOG_LEVEL_INFO, "line %d", i);
	assert_int_equal(log.lost_count, 7);
	text = sample_log_text(fd);
	assert_null(strstr(text, "log lines lost"));
	log_printf(&log, LOG_LEVEL_INFO, "again");
	assert_string_equal(sample_log_text(fd), "7 log lines lost\nagain\n");
	log_close(&log);
	assert_int_equal(sample_fd_count(getpid()), before);
	close(fd);
}

/* While it starts, a daemon says what is wrong to whoever started it, and nothing else. */
static void starting(void **state)
{
	struct log_options options = { .is_starting = true };
	struct log log;
	const char *text;
	int ends[2], fd;

	options.syslog_path = sample_path("log");
	unlink(options.syslog_path);
	assert_int_equal(pipe(ends), 0);
	open_on(&log, ends[1], options);
	log_printf(&log, LOG_LEVEL_INFO, "Starting");
	log_printf(&log, LOG_LEVEL_WARNING, "odd");
	log_printf(&log, LOG_LEVEL_ERROR, "wrong");
	text = taken(ends[0]);
	assert_true(has_line(text, "odd"));
	assert_true(has_line(text, "wrong"));
	assert_null(strstr(text, "Starting"));
	/* Of the lines that the system log did not get, the console has nothing to say. */
	assert_null(strstr(text, "lost"));
	log_started(&log);
	log_printf(&log, LOG_LEVEL_ERROR, "later");
	assert_string_equal(taken(ends[0]), "");
	fd = sample_log_listen();
	log_printf(&log, LOG_LEVEL_ERROR, "there");
	assert_string_equal(sample_log_text(fd), "4 log lines lost\nthere\n");
	close_on(&log);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

/* Under systemd both ways lead to the journal, which needs a line once only. */
static void starting_in_the_journal(void **state)
{
	struct log_options options = { .is_starting = true };
	char stream[64];
	struct stat st;
	struct log log;
	int ends[2], fd = sample_log_listen();

	options.syslog_path = sample_path("log");
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fstat(ends[1], &st), 0);
	for (int other = 0; other < 2; other++) {
		snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
			 (unsigned long long)st.st_ino + (unsigned)other);
		setenv("JOURNAL_STREAM", stream, 1);
		open_on(&log, ends[1], options);
		log_printf(&log, LOG_LEVEL_ERROR, "wrong");
		close_on(&log);
		assert_string_equal(sample_log_text(fd), "wrong\n");
		assert_int_equal(has_line(taken(ends[0]), "wrong"), other);
	}
	unsetenv("JOURNAL_STREAM");
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

/* After a test that failed: what cmocka says is seen again. */
static int tear_down(void **state)
{
	if (fcntl(saved_stderr, F_GETFD) >= 0)
		dup2(saved_stderr, STDERR_FILENO);
	return 0;
}

#define CASE(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(console_form),
		CASE(foreign_text_is_harmless),
		CASE(full_pipe),
		CASE(slow_pipe),
		CASE(closed_pipe),
		CASE(full_disk),
		CASE(full_stream_socket),
		CASE(no_standard_error),
		CASE(system_log_form),
		CASE(no_system_log_and_then_one),
		CASE(system_log_started_anew),
		CASE(full_system_log),
		CASE(starting),
		CASE(starting_in_the_journal),
	};

	signal(SIGPIPE, SIG_IGN); /* as the parent does */
	alarm(PATIENCE_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
