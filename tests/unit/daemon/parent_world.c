/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parent_world.h"

#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP_US 5000
#define STEPS (20 * 1000000 / STEP_US)
#define WORDS 16

static char program[PATH_MAX], run_dir[PATH_MAX];

void world_begin(const char *vipd)
{
	/* Meson names it from the build directory, and an exec without a slash searches PATH. */
	if (!realpath(vipd, program))
		/* What is started leaves this directory. */
	assert_non_null(realpath(vipd, program));
	snprintf(run_dir, sizeof(run_dir), "%s", sample_path("run"));
}

pid_t world_start(const char *options)
{
	char *words = strdup(options), *rest = words, *argv[WORDS] = { program };
	int count = 1;
	pid_t pid;

	for (char *word; (word = strsep(&rest, " ")) && count < WORDS - 3;)
		if (*word)
			argv[count++] = word;
	argv[count++] = (char *)(uintptr_t)"--run-dir";
	argv[count] = run_dir;
	unlink(sample_path("out"));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(sample_path("out"), O_WRONLY | O_CREAT | O_APPEND, 0644);

		alarm(0);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		close(fd);
		if (chdir(sample_directory()) == 0)
			execv(program, argv);
		_exit(99);
	}
	free(words);
	return pid;
}

int world_end(pid_t pid)
{
	int status;

	for (int i = 0; i < STEPS; i++) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		assert_true(ended >= 0);
		if (ended == pid)
			return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
		usleep(STEP_US);
	}
	kill(pid, SIGKILL);
	fail_msg("does not end; it says:\n%s", world_output());
	return -1;
}

int world_run(const char *options)
{
	return world_end(world_start(options));
}

const char *world_output(void)
{
	return sample_read("out");
}

void world_wait(const char *text, int count)
{
	for (int i = 0; i < STEPS; i++) {
		int seen = 0;

		for (const char *at = world_output(); (at = strstr(at, text)); at++)
			seen++;
		if (seen >= count)
			return;
		usleep(STEP_US);
	}
	fail_msg("never says %s, but:\n%s", text, world_output());
}

pid_t world_daemon(void)
{
	return (pid_t)atoi(sample_read("run/vipd.pid"));
}

/* A zombie is gone, too: somebody else has to wait for it. */
static char state_of(pid_t pid, char name[32], pid_t *ret_parent)
{
	char path[64], state = 0;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%*d (%31[^)]) %c %d", name, &state, &parent) != 3)
		state = 0;
	fclose(f);
	*ret_parent = (pid_t)parent;
	return state;
}

void world_wait_gone(pid_t pid)
{
	char name[32];
	pid_t parent;

	for (int i = 0; i < STEPS; i++) {
		char state = state_of(pid, name, &parent);

		if (state == 0 || state == 'Z')
			return;
		usleep(STEP_US);
	}
	fail_msg("%s does not end", name);
}

static pid_t walk(pid_t parent, const char *wanted, int *ret_zombies)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	*ret_zombies = 0;
	assert_non_null(processes);
	while ((entry = readdir(processes))) {
		pid_t pid = (pid_t)atoi(entry->d_name), its_parent = 0;
		char name[32] = "", state;

		if (pid <= 0)
			continue;
		state = state_of(pid, name, &its_parent);
		if (state == 0 || its_parent != parent)
			continue;
		*ret_zombies += state == 'Z';
		if (state != 'Z' && strcmp(name, wanted) == 0 && pid > found)
			found = pid;
	}
	closedir(processes);
	return found;
}

pid_t world_child(pid_t parent, const char *name)
{
	int zombies;

	return walk(parent, name, &zombies);
}

pid_t world_wait_child(pid_t parent, const char *name)
{
	for (int i = 0; i < STEPS; i++) {
		pid_t pid = world_child(parent, name);

		if (pid > 0)
			return pid;
		usleep(STEP_US);
	}
	fail_msg("%s does not start", name);
	return 0;
}

int world_zombies(pid_t parent)
{
	int zombies;

	walk(parent, "", &zombies);
	return zombies;
}

static void end_with_roles(pid_t daemon)
{
	pid_t vrrp = world_child(daemon, "vipd-vrrp"), ctl = world_child(daemon, "vipd-ctl");
	char name[32] = "";
	pid_t parent;

	/* The number may be somebody else's by now. */
	if (state_of(daemon, name, &parent) == 0 || strcmp(name, "vipd") != 0)
		return;
	kill(daemon, SIGKILL);
	if (vrrp > 0)
		kill(vrrp, SIGKILL);
	if (ctl > 0)
		kill(ctl, SIGKILL);
}

int world_clear(void **state)
{
	pid_t daemon = world_daemon(), pid;

	while ((pid = world_child(getpid(), "vipd")) > 0) {
		end_with_roles(pid);
		waitpid(pid, NULL, 0);
	}
	/* One in the background is nobody's child. */
	if (daemon > 0)
		end_with_roles(daemon);
	unlink(sample_path("run/vipd.pid"));
	unlink(sample_path("run/control.sock"));
	unlink(sample_path("run/handover.sock"));
	return 0;
}

bool world_is_tidy(void)
{
	DIR *directory = opendir(run_dir);
	struct dirent *entry;
	bool has_lock = false, has_more = false;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, "lock") == 0)
			has_lock = true;
		else if (entry->d_name[0] != '.')
			has_more = true;
	}
	closedir(directory);
	return has_lock && !has_more;
}
