/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl migrate, both ways. The one that serves goes on until the one that follows has done
 * everything slow; then it is ended without a word, so that its addresses stay and no peer hears a
 * farewell.
 *
 * To vipd: vipd is started, waits when it is ready, and takes over what keepalived held in the
 * moment when that is gone (base/succession.h). So nobody is without an answer.
 * Back: keepalived knows nothing of this. It takes its addresses away when it starts, and listens
 * for a master-down interval before it serves. So vipd stays until that is over, and puts back what
 * was taken.
 *
 * Until the one that serves is ended, every failure leaves it as it was. After that it is started
 * again. */
#include "cli/migrate.h"

#include "base/run_dir.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* A configuration of ten thousand instances is read in a second, on a slow machine in ten. */
#define READY_MS 60000
/* From its order on: no peer waits longer. */
#define TAKE_OVER_MS 10000
/* keepalived reads, waits for no longer than it says, and is late. */
#define LATE_MS 1000
#define LOOK_MS 50
#define SETTLE_MS 3000

#define KEEPALIVED_PID_FILE "/run/keepalived.pid"

struct migrate {
	struct cli_request request;
	struct migrate_daemon vipd, keepalived;
	struct migrate_daemon *old, *new;
	char run_dir[PATH_MAX];
	char socket[PATH_MAX]; /* vipd's, where its configuration says where it is */
};

static void sleep_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

/* What was said so far stands above what a program says that is run now. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	fflush(stdout);
}

/* -- before anything is done -- */

/* A vipd that has a name is where its name says, unless it is given a directory. */
static bool set_run_dir(struct migrate *m)
{
	char place[RUN_DIR_SUFFIX_SIZE], *slash;

	if (!m->request.has_socket) {
		if (!migrate_file_place(&m->request, place, sizeof(place)))
			return false;
		snprintf(m->socket, sizeof(m->socket), RUN_DIR_DEFAULT "%s/control.sock", place);
		m->request.socket_path = m->socket;
	}
	snprintf(m->run_dir, sizeof(m->run_dir), "%s", m->request.socket_path);
	slash = strrchr(m->run_dir, '/');
	if (!slash || slash == m->run_dir) {
		fprintf(stderr, "vipctl: %s: not in a run directory\n", m->request.socket_path);
		return false;
	}
	*slash = '\0';
	return true;
}

/* vipd beside vipctl first, as in a checkout. */
static void find_vipd(char *buffer, size_t size)
{
	char *slash;

	migrate_process_program(getpid(), buffer, size);
	slash = strrchr(buffer, '/');
	if (slash) {
		snprintf(slash + 1, size - (size_t)(slash + 1 - buffer), "vipd");
		if (access(buffer, X_OK) == 0)
			return;
	}
	snprintf(buffer, size, "vipd");
}

/* Of keepalived's child: beside the parent's, as keepalived has them in /run. */
static void child_pid_file(const char *pid_file, const char *child, char *buffer, size_t size)
{
	size_t length = strlen(pid_file);

	if (length > 4 && strcmp(pid_file + length - 4, ".pid") == 0)
		length -= 4;
	snprintf(buffer, size, "%.*s_%s.pid", (int)length, pid_file, child);
}

static void set_start_words(struct migrate *m)
{
	const char *file = m->request.argument_count ? m->request.arguments[0] : NULL;
	const char *pid_file = m->keepalived.pid_file;
	char program[PATH_MAX], vrrp[PATH_MAX + 16], checkers[PATH_MAX + 16];

	find_vipd(program, sizeof(program));
	migrate_daemon_set_words(&m->vipd, (const char *const[]){
		program, "-f", file ? file : cli_conf_path(), "--run-dir", m->run_dir, NULL });
	child_pid_file(pid_file, "vrrp", vrrp, sizeof(vrrp));
	child_pid_file(pid_file, "checkers", checkers, sizeof(checkers));
	migrate_daemon_set_words(&m->keepalived, (const char *const[]){
		"keepalived", "-f", file ? file : CLI_CONFIG_FILE_KEEPALIVED, "-p", pid_file,
		"-r", vrrp, "-c", checkers, NULL });
}

static bool find_daemons(struct migrate *m)
{
	const char *pid_file = m->request.pid_file;
	bool has_systemd = !pid_file && access("/run/systemd/system", F_OK) == 0;

	m->vipd.name = "vipd";
	m->keepalived.name = "keepalived";
	snprintf(m->vipd.pid_file, sizeof(m->vipd.pid_file), "%.4000s/vipd.pid", m->run_dir);
	snprintf(m->keepalived.pid_file, sizeof(m->keepalived.pid_file), "%s",
		 pid_file ? pid_file : KEEPALIVED_PID_FILE);
	set_start_words(m);
	if (has_systemd && m->request.argument_count &&
	    strcmp(m->request.arguments[0], cli_conf_path()) != 0) {
		fprintf(stderr, "vipctl: vipd.service reads %s: FILE is for a vipd that systemd "
				"does not manage (--pid)\n", cli_conf_path());
		return false;
	}
	return migrate_daemon_find(&m->vipd, has_systemd) &&
	       migrate_daemon_find(&m->keepalived, has_systemd);
}

static bool are_as_expected(const struct migrate *m)
{
	if (!m->old->pid) {
		fprintf(stderr, "vipctl: %s does not run here: there is nothing to take over\n",
			m->old->name);
		if (m->old->has_unit)
			fprintf(stderr, "  Start %s: systemctl start %s\n", m->new->name,
				m->new->name);
		else
			fprintf(stderr, "  Its pid file is looked for at %s: --pid PIDFILE names "
					"another\n", m->old->pid_file);
		return false;
	}
	if (m->new->pid) {
		fprintf(stderr, "vipctl: %s runs already (pid %d)\n", m->new->name,
			(int)m->new->pid);
		return false;
	}
	if (!migrate_process_is(m->old->pid, m->old->name)) {
		fprintf(stderr, "vipctl: what runs as %s (pid %d) is another program\n",
			m->old->name, (int)m->old->pid);
		return false;
	}
	if (!m->new->is_installed) {
		fprintf(stderr, "vipctl: %s is not installed\n", m->new->name);
		return false;
	}
	return true;
}

/* The value of an option that has one, in any of its forms, or NULL. */
static const char *option_value(const struct migrate_daemon *d, char letter, const char *name)
{
	const char *found = NULL;
	size_t length = strlen(name);

	for (size_t at = 0; at < d->word_size; at += strlen(d->words + at) + 1) {
		const char *word = d->words + at;
		size_t next = at + strlen(word) + 1;

		if (word[0] == '-' && word[1] == letter && word[2])
			found = word + 2;
		else if (strncmp(word, name, length) == 0 && word[length] == '=')
			found = word + length + 1;
		else if (((word[0] == '-' && word[1] == letter) || strcmp(word, name) == 0) &&
			 next < d->word_size)
			found = d->words + next;
	}
	return found;
}

/* Where vipd has a file of its own, that is what is meant. */
static bool is_same_file(struct migrate *m)
{
	const char *path = m->request.argument_count ? m->request.arguments[0] : cli_conf_path();
	const char *read;

	migrate_process_words(m->old->pid, m->old->words, sizeof(m->old->words),
			      &m->old->word_size);
	read = option_value(m->old, 'f', "--use-file");
	if (!read || strcmp(read, path) == 0 || strcmp(path, CLI_CONFIG_FILE_KEEPALIVED) != 0)
		return true;
	fprintf(stderr, "vipctl: keepalived reads %s, but vipd would read %s: copy it to "
			"/etc/vipd/vipd.conf\n", read, path);
	return false;
}

/* As keepalived judges it: 5 and 6 are complaints with which it runs. */
static int check_keepalived_file(const struct migrate *m)
{
	const char *path = m->request.argument_count ? m->request.arguments[0] :
							CLI_CONFIG_FILE_KEEPALIVED;
	const char *const words[] = { "keepalived", "-t", "-f", path, NULL };
	int code = access(path, R_OK) == 0 ? migrate_run(words) : -1;

	if (code == 0 || code == 5 || code == 6)
		return CLI_YES;
	fprintf(stderr, "vipctl: keepalived cannot run with %s: keepalived -t -f %s\n", path, path);
	return CLI_NO;
}

static void print_plan(const struct migrate *m)
{
	const char *old = m->old->name, *new = m->new->name;

	printf("To be done:\n");
	if (m->old->has_unit)
		printf("  1. start %s.service beside %s.service\n", new, old);
	else
		printf("  1. start %s beside %s\n", new, old);
	if (m->new == &m->vipd)
		printf("  2. when vipd is ready: end keepalived (pid %d) without a farewell; vipd "
		       "goes on with its addresses\n", (int)m->old->pid);
	else
		printf("  2. when keepalived has had the time to become MASTER: end vipd (pid "
		       "%d) without a farewell\n", (int)m->old->pid);
	if (m->old->has_unit && m->old->is_enabled)
		printf("  3. at boot: enable %s, disable %s\n", new, old);
	fflush(stdout);
}

/* -- the change -- */

/* Nobody ends it in the middle who does not mean to: a key, a terminal that goes, a reader that has
 * enough. */
static void hold_signals(bool hold)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static int untouched(struct migrate *m, const char *what)
{
	migrate_daemon_stop(m->new);
	fprintf(stderr, "vipctl: %s: %s was not touched and goes on (pid %d)\n", what, m->old->name,
		(int)m->old->pid);
	if (m->new->has_unit)
		fprintf(stderr, "  Look at: journalctl -u %s\n", m->new->name);
	return CLI_NO;
}

/* The old one is gone, the new one does not serve. */
static int go_back(struct migrate *m)
{
	migrate_daemon_stop(m->new);
	migrate_daemon_forget(m->old);
	if (migrate_daemon_start(m->old) && migrate_daemon_wait(m->old, READY_MS))
		fprintf(stderr, "vipctl: %s did not take over: %s was started again\n",
			m->new->name, m->old->name);
	else
		fprintf(stderr, "vipctl: %s did not take over, and %s cannot be started again: "
				"this host serves nothing\n", m->new->name, m->old->name);
	if (m->new->has_unit)
		fprintf(stderr, "  Look at: journalctl -u %s\n", m->new->name);
	return CLI_NO;
}

static int complete(struct migrate *m)
{
	migrate_daemon_forget(m->old);
	migrate_daemon_enable(m->new, m->old);
	return CLI_YES;
}

static const char *state_of(const json_t *instance)
{
	return json_string_value(json_object_get(instance, "state")) ?: "";
}

/* Every instance has left INIT, and which is MASTER. NULL: nobody answers. */
static json_t *wait_settled(const struct migrate *m)
{
	int64_t end_us = migrate_clock_us() + SETTLE_MS * 1000;
	json_t *document;

	for (;;) {
		const json_t *instance;
		bool is_settled;
		size_t i;

		document = cli_ask_quietly(&m->request, cli_ask_new("explain", NULL));
		is_settled = document != NULL;
		json_array_foreach(json_object_get(document, "instances"), i, instance)
			is_settled &= strcmp(state_of(instance), "INIT") != 0;
		if (is_settled || migrate_clock_us() > end_us)
			return document;
		json_decref(document);
		sleep_ms(LOOK_MS);
	}
}

static void say_states(const struct migrate *m)
{
	json_t *document = wait_settled(m);
	const json_t *instance;
	char clean[256];
	size_t i;

	json_array_foreach(json_object_get(document, "instances"), i, instance)
		say("  %s: %s\n",
		    cli_text_clean(json_string_value(json_object_get(instance, "name")), clean,
				   sizeof(clean)), state_of(instance));
	json_decref(document);
}

static int take_over(struct migrate *m, struct migrate_succession *s)
{
	int64_t alive_us = 0;
	int error;

	if (!migrate_succession_wait(s, m->new->starter, READY_MS))
		return untouched(m, "vipd did not start");
	error = migrate_process_end(m->old->pid, m->old->name, &alive_us);
	if (error) {
		fprintf(stderr, "vipctl: keepalived (pid %d): %s\n", (int)m->old->pid,
			strerror(-error));
		migrate_succession_close(s);
		migrate_daemon_stop(m->new);
		return CLI_NO;
	}
	if (!migrate_succession_tell(s, alive_us) || !migrate_daemon_wait(m->new, TAKE_OVER_MS))
		return go_back(m);
	say("vipd took over from keepalived, which has ended; in force after %.1f ms:\n",
	    (double)(migrate_clock_us() - alive_us) / 1000);
	say_states(m);
	return complete(m);
}

static int migrate_to_vipd(struct migrate *m)
{
	struct migrate_succession s;
	int result = CLI_NO;

	if (migrate_succession_open(&s, m->run_dir) && migrate_daemons_hold(m->old, m->new)) {
		result = migrate_daemon_start(m->new) ? take_over(m, &s) : CLI_NO;
		migrate_daemons_release(m->old, m->new);
	}
	migrate_succession_close(&s);
	return result;
}

/* How long keepalived listens before it serves in place of a vipd that is MASTER; 0: there is
 * nothing to wait for. */
static int64_t listening_ms(const struct migrate *m)
{
	json_t *document = wait_settled(m);
	const json_t *instance;
	int64_t most_ms = 0;
	size_t i;

	json_array_foreach(json_object_get(document, "instances"), i, instance) {
		int64_t ms = json_integer_value(json_object_get(instance, "takeover_worst_ms"));

		if (strcmp(state_of(instance), "MASTER") == 0 && ms > most_ms)
			most_ms = ms;
	}
	json_decref(document);
	return most_ms ? most_ms + LATE_MS : 0;
}

/* A keepalived that went to the background has yet to write its pid file. */
static pid_t wait_pid(const struct migrate_daemon *daemon)
{
	int64_t end_us = migrate_clock_us() + SETTLE_MS * 1000;
	pid_t pid;

	while ((pid = migrate_daemon_pid(daemon)) == 0 && migrate_clock_us() < end_us)
		sleep_ms(LOOK_MS);
	return pid;
}

/* True: it still runs when the time is over. */
static bool outlasts(const struct migrate_daemon *daemon, int64_t ms)
{
	pid_t pid = wait_pid(daemon);
	int64_t end_us = migrate_clock_us() + ms * 1000;

	while (pid > 0 && migrate_clock_us() < end_us) {
		sleep_ms(LOOK_MS);
		if (kill(pid, 0) != 0)
			return false;
	}
	return pid > 0;
}

static int give_back(struct migrate *m)
{
	int64_t ms, alive_us;
	int error;

	if (!migrate_daemon_wait(m->new, READY_MS))
		return untouched(m, "keepalived did not start");
	ms = listening_ms(m);
	if (ms)
		say("keepalived runs; vipd serves on for %.1f s, until keepalived is MASTER.\n",
		    (double)ms / 1000);
	if (!outlasts(m->new, ms))
		return untouched(m, "keepalived has ended");
	error = migrate_process_end(m->old->pid, m->old->name, &alive_us);
	if (error) {
		fprintf(stderr, "vipctl: vipd (pid %d): %s\n", (int)m->old->pid, strerror(-error));
		return CLI_NO;
	}
	say("keepalived took over from vipd, which has ended.\n");
	return complete(m);
}

static int migrate_to_keepalived(struct migrate *m)
{
	int result = CLI_NO;

	if (!migrate_daemons_hold(m->old, m->new))
		return CLI_NO;
	if (migrate_daemon_start(m->new))
		result = give_back(m);
	migrate_daemons_release(m->old, m->new);
	return result;
}

int cli_migrate_run(const struct cli_request *request)
{
	static struct migrate m;
	bool is_back = request->options & CLI_OPTION_BACK;
	int result;

	m = (struct migrate){ .request = *request };
	m.old = is_back ? &m.vipd : &m.keepalived;
	m.new = is_back ? &m.keepalived : &m.vipd;
	if (!set_run_dir(&m))
		return CLI_USAGE;
	result = is_back ? check_keepalived_file(&m) : migrate_file_check(request);
	if (result != CLI_YES)
		return result;
	if (!find_daemons(&m) || !are_as_expected(&m) || (!is_back && !is_same_file(&m)))
		return CLI_NO;
	if (request->options & CLI_OPTION_DRY_RUN) {
		print_plan(&m);
		return cli_output_end();
	}
	if (geteuid() != 0) {
		fprintf(stderr, "vipctl: only root may do that; -n says what would be done\n");
		return CLI_NO;
	}
	hold_signals(true);
	result = is_back ? migrate_to_keepalived(&m) : migrate_to_vipd(&m);
	hold_signals(false);
	return result == CLI_YES ? cli_output_end() : result;
}
