/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Starting a script of the configuration.
 *
 * A script gets what keepalived's scripts count on (a process group of its own, the user of its
 * line or script_user, else keepalived_script, else root; our environment without what steers the
 * loader or speaks to the service manager) and nothing of ours: no descriptor, no blocked signal,
 * no larger limits. No shell: words are arguments. Everything that may wait (the user's name may
 * come from a directory service) happens behind the fork.
 *
 * Not here: when which script runs (notify.c). */
#include "daemon/script.h"

#include "host/account.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The soft limit that programs expect; select() breaks above it. */
#define SCRIPT_FILES 1024

static size_t words_size(const char *words, uint32_t count)
{
	size_t size = 0;

	while (count-- > 0)
		size += strlen(words + size) + 1;
	return size;
}

static char *append(char *at, const char *text)
{
	size_t size = strlen(text) + 1;

	memcpy(at, text, size);
	return at + size;
}

int script_copy(struct script *script, const struct image *image, const struct image_script *from,
		const char *const *extra)
{
	const char *words = image_text(image, from->words);
	const char *user = image_text(image, from->user), *group = image_text(image, from->group);
	size_t own_size = words_size(words, from->word_count);
	size_t size = own_size + strlen(user) + 1 + strlen(group) + 1;
	uint32_t extra_count = 0;
	char *at;

	for (; extra && extra[extra_count]; extra_count++)
		size += strlen(extra[extra_count]) + 1;
	script->block = malloc(size);
	if (!script->block)
		return -ENOMEM;
	memcpy(script->block, words, own_size);
	at = script->block + own_size;
	for (uint32_t i = 0; i < extra_count; i++)
		at = append(at, extra[i]);
	script->user = at;
	at = append(at, user);
	script->group = at;
	append(at, group);
	script->word_count = from->word_count + extra_count;
	return 0;
}

void script_clear(struct script *script)
{
	free(script->block);
	*script = (struct script){ 0 };
}

static bool become(const struct script *script)
{
	bool is_named = script->user[0] != '\0';
	struct conf_account account;
	gid_t groups[LIMIT_CONF_GROUPS];

	switch (host_account_find(is_named ? script->user : CONF_SCRIPT_USER, script->group,
				  &account)) {
	case CONF_ACCOUNT_FOUND:
		break;
	case CONF_ACCOUNT_NO_USER:
		/* Root it is, or whoever we are. */
		return !is_named;
	case CONF_ACCOUNT_NO_GROUP:
		return false;
	}
	if (account.user == geteuid() && account.group == getegid())
		return true;
	for (size_t i = 0; i < account.group_count; i++)
		groups[i] = account.groups[i];
	return setgroups(account.group_count, groups) == 0 &&
	       setresgid(account.group, account.group, account.group) == 0 &&
	       setresuid(account.user, account.user, account.user) == 0;
}

static void clean_environment(void)
{
	static const char *const unwanted[] = { "IFS", "NOTIFY_SOCKET", "WATCHDOG_PID",
						"WATCHDOG_USEC", "VIPD_RUN_DIR" };

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		unsetenv(unwanted[i]);
	/* LD_PRELOAD, LD_LIBRARY_PATH and whatever else the loader obeys. */
	for (char **e = environ; e && *e;) {
		char name[64], *end = strchr(*e, '=');
		size_t length = end ? (size_t)(end - *e) : 0;

		if (strncmp(*e, "LD_", 3) != 0 || length == 0 || length >= sizeof(name)) {
			e++;
			continue;
		}
		memcpy(name, *e, length);
		name[length] = '\0';
		unsetenv(name);
		e = environ;
	}
	setenv("PATH", CONF_SCRIPT_PATH, 1);
}

__attribute__((noreturn)) static void run(const struct script *script)
{
	char **words = calloc((size_t)script->word_count + 1, sizeof(*words));
	char *word = script->block;
	struct rlimit files;

	setpgid(0, 0);
	child_null_stdio(false);
	child_close_from(STDERR_FILENO + 1);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > SCRIPT_FILES) {
		files.rlim_cur = SCRIPT_FILES;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (!words || chdir("/") != 0)
		_exit(SCRIPT_EXIT_EXEC);
	for (uint32_t i = 0; i < script->word_count; i++) {
		words[i] = word;
		word += strlen(word) + 1;
	}
	if (!become(script))
		_exit(SCRIPT_EXIT_USER);
	clean_environment();
	execvp(words[0], words);
	_exit(SCRIPT_EXIT_EXEC);
}

int script_start(const struct script *script, struct child *child)
{
	int e = child_fork(child);

	if (e == 0)
		run(script);
	if (e < 0)
		return e;
	/* In both processes, whoever is first: the group must exist when it is to be killed. */
	setpgid(child->pid, child->pid);
	return 0;
}
