/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipd: the parent. This file is its table of contents; parent.h is the map of the rest. */

#include "daemon/parent.h"

#include "base/check.h"
#include "daemon/init.h"
#include "daemon/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct parent parent;

static void report_check(const char *expr, const char *file, int line)
{
	dprintf(STDERR_FILENO, "vipd: check failed: %s (%s:%d)\n", expr, file, line);
}

/* -- vipd -t -- */

struct test {
	int exit_code;
	bool is_done;
};

static void print_finding(void *context, enum conf_severity severity, const char *text)
{
	fputs(text, stderr);
}

static void end_test(void *context, const struct load_result *result, struct mono now)
{
	struct test *test = context;

	test->is_done = true;
	test->exit_code = result->exit_code;
	if (result->image_fd >= 0)
		close(result->image_fd);
	if (!result->failure)
		return;
	fprintf(stderr, "vipd: %s\n", result->failure);
	test->exit_code = PARENT_EXIT_CANNOT_RUN;
}

static int test_config(const struct options *options)
{
	struct test test = { 0 };
	struct loop loop;
	struct load load;
	int e = loop_open(&loop);

	if (e == 0) {
		load_init(&load, &loop);
		load.context = &test;
		load.config_id = options_config_id(options);
		load.checks_includes = options->checks_includes;
		load.finding = print_finding;
		load.done = end_test;
		e = load_start(&load, options_config_file(options), LOAD_FORM_BLOCK, loop_clock());
	}
	while (e == 0 && !test.is_done) {
		e = loop_turn(&loop, load_deadline(&load));
		load_expire(&load, loop.now);
	}
	if (e == 0)
		return test.exit_code;
	fprintf(stderr, "vipd: %s\n", strerror(-e));
	return PARENT_EXIT_CANNOT_RUN;
}

/* -- the daemon -- */

static int run(struct parent *p)
{
	while (p->stop != PARENT_STOPPED) {
		int e = loop_turn(&p->loop, parent_deadline(p));

		if (e < 0) {
			log_printf(&p->log, LOG_LEVEL_ERROR, "event loop: %s", strerror(-e));
			return PARENT_EXIT_FATAL;
		}
		parent_expire(p, p->loop.now);
	}
	return p->exit_code;
}

/* What a container starts: nobody is behind it to go on, and rarely is there a system log. */
static void be_first(struct options *options, char *before, size_t size)
{
	options->foreground = true;
	options->log_console |= access(LOG_SYSLOG_PATH, F_OK) != 0;
	init_stay(before, size);
}

static int serve(struct parent *p, struct options *options)
{
	struct log_options log = { .detail = options->log_detail, .is_starting = true };
	char before[80] = "";
	int e;

	if (getpid() == 1)
		be_first(options, before, sizeof(before));
	p->options = options;
	ready_init(&p->ready);
	p->handover.fd = -1;
	if (!options->foreground) {
		e = ready_background(&p->ready);
		if (e < 0) {
			fprintf(stderr, "vipd: going to the background: %s\n", strerror(-e));
			return PARENT_EXIT_FATAL;
		}
	}
	log.to_console = options->log_console && options->foreground;
	log_open(&p->log, &log);
	if (*before)
		log_printf(&p->log, LOG_LEVEL_WARNING, "The vipd before this one %s", before);
	if (chdir("/") != 0)
		return PARENT_EXIT_FATAL;
	sandbox_no_core();
	e = parent_start(p);
	if (e == 0)
		e = run(p);
	/* Who hears of the failure may start another vipd, or remove the directory. */
	parent_close(p);
	if (e)
		ready_fail(&p->ready, e);
	return e;
}

/* What we count on, whoever started us: 0, 1 and 2 are taken, so that no descriptor of ours gets
 * one of these numbers; children can be waited for; a reader that left is an error, not our end. */
static void settle_in(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	static struct options options;

	check_reporter = report_check;
	settle_in();
	switch (options_parse(argc, argv, getenv("VIPD_RUN_DIR"), stdout, stderr, &options)) {
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return EXIT_FAILURE;
	case OPTIONS_RUN:
		break;
	}
	return options.config_test ? test_config(&options) : serve(&parent, &options);
}
