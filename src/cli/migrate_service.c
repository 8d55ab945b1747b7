/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The two daemons as whoever manages them knows them. Where systemd runs it is asked, and told: a
 * daemon that it did not start, or would start again, is none of ours to end. The units exclude
 * each other, so that nobody runs both by mistake; for the moment of the change they have to be
 * there together, which is what --job-mode=ignore-dependencies is for. Elsewhere there are pid
 * files and command lines. */
#include "cli/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DROPIN_FOLDER "/run/systemd/system/%s.service.d"
#define DROPIN DROPIN_FOLDER "/vipctl-migrate.conf"
#define ARGUMENTS_MAX 64
#define STOP_MS 10000

extern char **environ;

/* -- programs -- */

static pid_t spawn(const char *program, char *const *words, bool is_quiet)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t pid;
	int error;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	/* What ends vipctl at a terminal does not end a daemon that it has just started. */
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (is_quiet) {
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
	error = posix_spawnp(&pid, program, &actions, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (!error)
		return pid;
	if (!is_quiet)
		fprintf(stderr, "vipctl: %s: %s\n", program, strerror(error));
	return -1;
}

static int exit_code_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int migrate_run(const char *const *words)
{
	pid_t pid = spawn(words[0], (char *const *)(uintptr_t)words, true);

	return pid < 0 ? -1 : exit_code_of(pid);
}

static int systemctl(const char *verb, const char *name)
{
	const char *const words[] = { "systemctl", verb, name, NULL };

	return migrate_run(words);
}

/* -- found -- */

struct unit {
	long pid;
	bool is_loaded, is_enabled;
};

static bool show_unit(const char *name, struct unit *ret_unit)
{
	char command[128], line[512];
	FILE *pipe;

	*ret_unit = (struct unit){ 0 };
	snprintf(command, sizeof(command),
		 "systemctl show --property=MainPID,LoadState,UnitFileState %s.service", name);
	pipe = popen(command, "re");
	if (!pipe)
		return false;
	while (fgets(line, sizeof(line), pipe)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "MainPID=", 8) == 0)
			ret_unit->pid = strtol(line + 8, NULL, 10);
		else if (strcmp(line, "LoadState=loaded") == 0)
			ret_unit->is_loaded = true;
		else if (strcmp(line, "UnitFileState=enabled") == 0)
			ret_unit->is_enabled = true;
	}
	return pclose(pipe) == 0;
}

static pid_t read_pid_file(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char line[32] = "";
	long pid;

	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	pid = strtol(line, NULL, 10);
	/* The number may be somebody else's by now. */
	return pid > 0 && pid <= INT32_MAX && migrate_process_is((pid_t)pid, name) ? (pid_t)pid : 0;
}

pid_t migrate_daemon_pid(const struct migrate_daemon *d)
{
	struct unit unit;

	if (!d->has_unit)
		return read_pid_file(d->pid_file, d->name);
	return show_unit(d->name, &unit) ? (pid_t)unit.pid : 0;
}

static bool find_unit(struct migrate_daemon *d)
{
	struct unit unit;

	if (!show_unit(d->name, &unit)) {
		fprintf(stderr, "vipctl: systemctl does not answer\n");
		return false;
	}
	d->has_unit = true;
	d->is_installed = unit.is_loaded;
	d->is_enabled = unit.is_enabled;
	d->pid = (pid_t)unit.pid;
	return true;
}

/* Whoever started it in the foreground waits for its end, perhaps to start it again. */
static bool is_foreground(const struct migrate_daemon *d)
{
	for (size_t at = 0; at < d->word_size; at += strlen(d->words + at) + 1) {
		const char *word = d->words + at;

		if (strcmp(word, "--dont-fork") == 0 ||
		    (word[0] == '-' && word[1] != '-' && strchr(word, 'n')))
			return true;
	}
	return false;
}

static bool find_process(struct migrate_daemon *d)
{
	d->is_installed = true;
	d->pid = read_pid_file(d->pid_file, d->name);
	if (!d->pid)
		return true;
	migrate_process_program(d->pid, d->program, sizeof(d->program));
	migrate_process_words(d->pid, d->words, sizeof(d->words), &d->word_size);
	if (d->word_size == 0) {
		fprintf(stderr, "vipctl: how %s (pid %d) was started cannot be told\n", d->name,
			(int)d->pid);
		return false;
	}
	if (!is_foreground(d))
		return true;
	fprintf(stderr,
		"vipctl: %s (pid %d) was started in the foreground, by something else than "
		"systemd: that would start it again\n", d->name, (int)d->pid);
	return false;
}

bool migrate_daemon_find(struct migrate_daemon *d, bool has_systemd)
{
	return has_systemd ? find_unit(d) : find_process(d);
}

void migrate_daemon_set_words(struct migrate_daemon *d, const char *const *words)
{
	snprintf(d->program, sizeof(d->program), "%s", words[0]);
	d->word_size = 0;
	for (; *words; words++) {
		size_t size = strlen(*words) + 1;

		if (d->word_size + size > sizeof(d->words))
			return;
		memcpy(d->words + d->word_size, *words, size);
		d->word_size += size;
	}
}

/* -- not started again by themselves -- */

static bool hold(const struct migrate_daemon *d)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), DROPIN_FOLDER, d->name);
	(void)mkdir(path, 0755);
	snprintf(path, sizeof(path), DROPIN, d->name);
	file = fopen(path, "we");
	if (file && fputs("[Service]\nRestart=no\nSuccessExitStatus=SIGKILL\n", file) >= 0 &&
	    fclose(file) == 0)
		return true;
	fprintf(stderr, "vipctl: %s: %s\n", path, strerror(errno));
	return false;
}

static void release(const struct migrate_daemon *d)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DROPIN, d->name);
	(void)unlink(path);
	snprintf(path, sizeof(path), DROPIN_FOLDER, d->name);
	(void)rmdir(path);
}

bool migrate_daemons_hold(const struct migrate_daemon *a, const struct migrate_daemon *b)
{
	if (!a->has_unit)
		return true;
	if (hold(a) && hold(b) && systemctl("daemon-reload", NULL) == 0)
		return true;
	migrate_daemons_release(a, b);
	return false;
}

void migrate_daemons_release(const struct migrate_daemon *a, const struct migrate_daemon *b)
{
	if (!a->has_unit)
		return;
	release(a);
	release(b);
	(void)systemctl("daemon-reload", NULL);
}

/* -- started, stopped, enabled -- */

static pid_t start_by_hand(struct migrate_daemon *d)
{
	char *words[ARGUMENTS_MAX + 1] = { NULL };
	int count = 0;

	for (size_t at = 0; at < d->word_size && count < ARGUMENTS_MAX;
	     at += strlen(d->words + at) + 1)
		words[count++] = d->words + at;
	return spawn(d->program, words, false);
}

bool migrate_daemon_start(struct migrate_daemon *d)
{
	const char *const words[] = { "systemctl", "start", "--job-mode=ignore-dependencies",
				      d->name, NULL };

	d->starter = d->has_unit ? spawn(words[0], (char *const *)(uintptr_t)words, false) :
				   start_by_hand(d);
	return d->starter > 0;
}

bool migrate_daemon_wait(struct migrate_daemon *d, int timeout_ms)
{
	struct pollfd p = { .events = POLLIN };
	bool has_ended;
	int code;

	if (d->starter <= 0)
		return false;
	p.fd = pidfd_open(d->starter, 0);
	if (p.fd < 0)
		return false;
	has_ended = poll(&p, 1, timeout_ms) == 1;
	close(p.fd);
	if (!has_ended)
		return false;
	code = exit_code_of(d->starter);
	d->starter = 0;
	return code == 0;
}

void migrate_daemon_forget(const struct migrate_daemon *d)
{
	if (!d->has_unit)
		return;
	(void)systemctl("stop", d->name);
	(void)systemctl("reset-failed", d->name);
}

void migrate_daemon_stop(struct migrate_daemon *d)
{
	int64_t alive_us;
	pid_t pid;

	if (d->has_unit) {
		migrate_daemon_forget(d);
	} else if ((pid = migrate_daemon_pid(d)) > 0) {
		(void)migrate_process_end(pid, d->name, &alive_us);
	}
	if (d->starter > 0)
		(void)kill(d->starter, SIGTERM);
	(void)migrate_daemon_wait(d, STOP_MS);
}

void migrate_daemon_enable(const struct migrate_daemon *now, const struct migrate_daemon *before)
{
	if (!before->has_unit)
		return;
	if (!before->is_enabled) {
		printf("At boot: %s was not enabled, and %s is left as it was.\n", before->name,
		       now->name);
	} else if (systemctl("disable", before->name) == 0 && systemctl("enable", now->name) == 0) {
		printf("At boot: %s was enabled; now %s is, in its place.\n", before->name,
		       now->name);
	} else {
		fprintf(stderr, "vipctl: at boot: systemctl disable %s && systemctl enable %s did "
				"not work\n", before->name, now->name);
	}
}
