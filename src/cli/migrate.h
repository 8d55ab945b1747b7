/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "cli/cli.h"

#include <limits.h>
#include <sys/types.h>

/* vipctl migrate: one of the two daemons takes the other one's place on this host.
 *
 * migrate.c            both ways, step by step
 * migrate_file.c       may it be done with this file?
 * migrate_service.c    daemons as systemd or the shell knows them: found, started, stopped, enabled
 * migrate_process.c    their processes: found, ended all at once
 * migrate_succession.c what is agreed with the vipd that starts (base/succession.h) */

/* -- migrate_file.c -- */

/* Reads the file that vipd will read; prints its findings and what becomes of its keywords.
 * CLI_YES: vipd can take over with it; else it was said why not. */
int migrate_file_check(const struct cli_request *request);

/* Which of several daemons that file is for (conf_run_dir_suffix()). False: there is no memory. */
bool migrate_file_place(const struct cli_request *request, char *buffer, size_t size);

/* -- migrate_process.c -- */

/* Its program is called so (whatever stands behind the name). */
bool migrate_process_is(pid_t pid, const char *name);
/* The program, or "" when it cannot be told. */
void migrate_process_program(pid_t pid, char *buffer, size_t size);
/* Its command line, words separated by NUL; `ret_size` octets, 0: not to be had. */
void migrate_process_words(pid_t pid, char *buffer, size_t size, size_t *ret_size);
int64_t migrate_clock_us(void);

/* Stops `main` and its children with names that begin with `name`, then kills them all: none of
 * them does anything more, not even say farewell. 0 and when they still ran, or -errno: some may
 * have been killed. */
int migrate_process_end(pid_t main, const char *name, int64_t *ret_alive_us);

/* -- migrate_service.c -- */

#define MIGRATE_WORDS 4096

struct migrate_daemon {
	const char *name; /* of the program, and of the unit */
	bool has_unit; /* systemd manages it */
	bool is_enabled; /* at boot */
	bool is_installed;
	pid_t pid; /* 0: it does not run */
	pid_t starter; /* who starts it now; 0: nobody */
	char pid_file[PATH_MAX]; /* without systemd */
	/* Without systemd: how it is started. Program, then words separated by NUL. */
	char program[PATH_MAX];
	char words[MIGRATE_WORDS];
	size_t word_size;
};

/* Looks for it; false: it was said why that cannot be done. */
bool migrate_daemon_find(struct migrate_daemon *daemon, bool has_systemd);
/* A program and its arguments, NULL-terminated, for a start without systemd. */
void migrate_daemon_set_words(struct migrate_daemon *daemon, const char *const *words);

/* systemd must not start either of them again by itself, nor take its end for a failure that
 * somebody has to hear of, until migrate_daemons_release(). */
bool migrate_daemons_hold(const struct migrate_daemon *a, const struct migrate_daemon *b);
void migrate_daemons_release(const struct migrate_daemon *a, const struct migrate_daemon *b);

/* Starts it beside the other one. False: not even that could be begun. */
bool migrate_daemon_start(struct migrate_daemon *daemon);
/* Waits until it serves. False: it failed, or the time is over. */
bool migrate_daemon_wait(struct migrate_daemon *daemon, int timeout_ms);
/* Ends what did not become ready. */
void migrate_daemon_stop(struct migrate_daemon *daemon);
/* After its processes were killed: systemd takes that for no failure. */
void migrate_daemon_forget(const struct migrate_daemon *daemon);
/* At boot the new one starts if the old one did. */
void migrate_daemon_enable(const struct migrate_daemon *now, const struct migrate_daemon *before);
/* Its main process now; 0: none. */
pid_t migrate_daemon_pid(const struct migrate_daemon *daemon);
/* Runs a program without a word of its; its exit code, or -1. */
int migrate_run(const char *const *words);

/* -- migrate_succession.c -- */

struct migrate_succession {
	char path[108];
	int listen_fd, fd; /* -1: none */
};

/* `run_dir` of the vipd that will start. False: it was said why not. */
bool migrate_succession_open(struct migrate_succession *s, const char *run_dir);
/* Waits until vipd is ready to take over. False: its starter ended before that, or the time. */
bool migrate_succession_wait(struct migrate_succession *s, pid_t starter, int timeout_ms);
bool migrate_succession_tell(struct migrate_succession *s, int64_t alive_us);
void migrate_succession_close(struct migrate_succession *s);
