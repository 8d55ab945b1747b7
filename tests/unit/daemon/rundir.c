/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The run directory: one vipd at a time, nothing left of the one before, nobody else's hands. */

#include "daemon/rundir.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rundir *rundirs(int i)
{
	static struct rundir r[2];

	return &r[i];
}

static bool exists(const char *name)
{
	struct stat st;

	return lstat(sample_path(name), &st) == 0;
}

static void assert_mode(const char *name, mode_t mode)
{
	struct stat st;

	assert_int_equal(lstat(sample_path(name), &st), 0);
	assert_int_equal(st.st_mode, mode);
}

static void whole_life(void **state)
{
	struct rundir *r = rundirs(0);
	int before = sample_fd_count(getpid());
	char expected[32];

	umask(0);
	assert_int_equal(rundir_open(r, sample_path("run"), NULL), 0);
	assert_int_equal(rundir_connect(r, RUNDIR_HANDOVER), -ENOENT);
	assert_int_equal(rundir_listen(r), 0);
	assert_int_equal(rundir_pid_write(r), 0);
	umask(022);
	assert_mode("run", S_IFDIR | 0755);
	assert_mode("run/control.sock", S_IFSOCK | 0660);
	assert_mode("run/handover.sock", S_IFSOCK | 0600);
	assert_mode("run/vipd.pid", S_IFREG | 0644);
	snprintf(expected, sizeof(expected), "%d\n", (int)getpid());
	assert_string_equal(sample_read("run/vipd.pid"), expected);
	assert_true(fcntl(r->lock_fd, F_GETFD) & FD_CLOEXEC);
	rundir_close(r);
	assert_int_equal(sample_fd_count(getpid()), before);
	assert_true(exists("run/lock"));
	assert_false(exists("run/control.sock") || exists("run/handover.sock") ||
		     exists("run/vipd.pid"));
	rundir_close(r); /* once more does no harm */
}

static void second_process_is_refused(void **state)
{
	struct rundir *r = rundirs(0), *second = rundirs(1);
	char expected[64];
	int status;

	assert_int_equal(rundir_open(r, sample_path("run"), NULL), 0);
	snprintf(expected, sizeof(expected), "vipd with pid %d has", (int)getpid());
	assert_int_equal(rundir_open(second, sample_path("run"), NULL), -EBUSY);
	assert_non_null(strstr(second->why, "daemon is already running"));
	if (!strstr(second->why, expected))
		fail_msg("%s", second->why);
	/* What it never had it does not remove. */
	assert_int_equal(rundir_listen(r), 0);
	rundir_close(second);
	assert_true(exists("run/control.sock"));
	if (fork() == 0)
		_exit(rundir_open(second, sample_path("run"), NULL) == -EBUSY ? 0 : 1);
	wait(&status);
	assert_int_equal(status, 0);
	/* A role's number beside ours changes nothing. */
	rundir_note_role(r, 4711);
	assert_int_equal(rundir_open(second, sample_path("run"), NULL), -EBUSY);
	assert_non_null(strstr(second->why, expected));
	rundir_close(r);
	assert_int_equal(rundir_open(second, sample_path("run"), NULL), 0);
	rundir_close(second);
}

static void what_the_dead_left_is_replaced(void **state)
{
	struct rundir *r = rundirs(0);
	int fd, peer;

	if (fork() == 0) {
		rundir_open(r, sample_path("run"), NULL);
		rundir_listen(r);
		rundir_pid_write(r);
		rundir_note_role(r, 4711);
		_exit(0);
	}
	wait(NULL);
	assert_true(exists("run/control.sock") && exists("run/handover.sock"));
	assert_int_equal(rundir_open(r, sample_path("run"), NULL), 0);
	assert_int_equal(rundir_noted_role(r), 4711);
	assert_int_equal(rundir_connect(r, RUNDIR_HANDOVER), -ECONNREFUSED);
	assert_int_equal(rundir_listen(r), 0);
	assert_int_equal(rundir_pid_write(r), 0);
	assert_int_equal(rundir_noted_role(r), 4711);
	fd = rundir_connect(r, RUNDIR_HANDOVER);
	assert_true(fd >= 0);
	peer = accept(r->handover_fd, NULL, NULL);
	assert_true(peer >= 0);
	close(peer);
	close(fd);
	rundir_close(r);
	/* An orderly end leaves no number behind. */
	assert_int_equal(rundir_open(r, sample_path("run"), NULL), 0);
	assert_int_equal(rundir_noted_role(r), 0);
	rundir_close(r);
}

static void rubbish_in_the_lock_file(void **state)
{
	struct rundir *r = rundirs(0);

	sample_write("run/lock", "%s no numbers at all, and a long line that goes on and on and on"
		     " far past what is read of it\n", 0644);
	assert_int_equal(rundir_open(r, sample_path("run"), NULL), 0);
	assert_int_equal(rundir_noted_role(r), 0);
	rundir_close(r);
}

static void refused(const char *path, int error, const char *why)
{
	struct rundir *r = rundirs(0);

	assert_int_equal(rundir_open(r, path, NULL), -error);
	if (!strstr(r->why, why))
		fail_msg("%s", r->why);
	rundir_close(r);
}

static void directories_of_others(void **state)
{
	char path[PATH_MAX + 8];

	assert_int_equal(mkdir(sample_path("open"), 0700), 0);
	chmod(sample_path("open"), 0777);
	refused(sample_path("open"), EPERM, "may be written by them");
	chmod(sample_path("open"), 01777);
	refused(sample_path("open"), EPERM, "may be written by them");
	chmod(sample_path("open"), 0775);
	refused(sample_path("open"), EPERM, "may be written by them");
	assert_false(exists("open/lock"));
	if (geteuid() == 0) {
		chmod(sample_path("open"), 0755);
		assert_int_equal(chown(sample_path("open"), 65534, 65534), 0);
		refused(sample_path("open"), EPERM, "belongs to others");
	}
	sample_write("file", "", 0644);
	refused(sample_path("file"), ENOTDIR, "is not a directory");
	refused(sample_path("no/such"), ENOENT, "cannot make");
	snprintf(path, sizeof(path), "/%0*d", PATH_MAX, 0);
	refused(path, ENAMETOOLONG, "too long");
}

static void long_path(void **state)
{
	struct rundir *r = rundirs(0);
	char name[128];

	snprintf(name, sizeof(name), "%0*d", 110, 0);
	assert_int_equal(rundir_open(r, sample_path(name), NULL), 0);
	assert_int_equal(rundir_listen(r), -ENAMETOOLONG);
	assert_non_null(strstr(r->why, "too long"));
	rundir_close(r);
}

static void pid_file_elsewhere(void **state)
{
	struct rundir *r = rundirs(0);

	/* A link laid out for us is not followed. */
	sample_write("precious", "precious", 0644);
	assert_int_equal(symlink(sample_path("precious"), sample_path("my.pid")), 0);
	assert_int_equal(rundir_open(r, sample_path("run"), sample_path("my.pid")), 0);
	assert_int_equal(rundir_pid_write(r), 0);
	assert_string_equal(sample_read("precious"), "precious");
	assert_int_equal(atoi(sample_read("my.pid")), getpid());
	rundir_close(r);
	assert_false(exists("my.pid"));
	assert_int_equal(rundir_open(r, sample_path("run"), sample_path("no/such.pid")), 0);
	assert_int_equal(rundir_pid_write(r), -ENOENT);
	assert_non_null(strstr(r->why, "no/such.pid"));
	rundir_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_life),
		cmocka_unit_test(second_process_is_refused),
		cmocka_unit_test(what_the_dead_left_is_replaced),
		cmocka_unit_test(rubbish_in_the_lock_file),
		cmocka_unit_test(directories_of_others),
		cmocka_unit_test(long_path),
		cmocka_unit_test(pid_file_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
