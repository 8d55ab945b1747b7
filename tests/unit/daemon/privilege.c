/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What is left after privilege_drop(), looked at in /proc, before and behind an exec; and that a
 * role can put up its sandbox with it. The program is its own role: with an argument. */

#include "daemon/privilege.h"
#include "daemon/sandbox.h"
#include "kern/kern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cap-ng.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NETWORK (1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW)
#define CHANNEL 30 /* above what the test has open */
#define CHILD_SECONDS 20

static int self_fd;

/* Says so to the test and waits for its leave. */
static void here_i_am(void)
{
	char octet;

	if (write(CHANNEL, "r", 1) != 1 || read(CHANNEL, &octet, 1) < 0)
		_exit(3);
}

/* What runs behind the exec. */
static int role(const char *kind)
{
	struct kern_port port = { .ifindex = 1, .link = "lo", .family = ADDR_IPV4 };
	int r;

	here_i_am();
	r = !strcmp(kind, "vrrp") ? sandbox_enter_vrrp() : sandbox_enter_ctl();
	if (r < 0)
		return 10;
	if (strcmp(kind, "vrrp") != 0)
		return 0;
	if (kern_advert_open(&port) < 0 || kern_packet_open() < 0)
		return 11;
	port.family = ADDR_IPV6;
	return kern_advert_open(&port) >= 0 ? 0 : 12;
}

static void child_run(const struct privilege *p, const char *kind, const char *root, int channel)
{
	char *arguments[] = { (char *)"role", (char *)kind, NULL };
	char *none[] = { NULL };

	if (dup2(channel, CHANNEL) < 0)
		_exit(20);
	if (root && (chroot(root) < 0 || chdir("/") < 0))
		_exit(21);
	if (privilege_drop(p) < 0)
		_exit(22);
	if (!kind) {
		here_i_am();
		_exit(0);
	}
	fexecve(self_fd, arguments, none);
	_exit(23);
}

struct child {
	pid_t pid;
	int channel;
};

static struct child child_start(const struct privilege *p, const char *kind, const char *root)
{
	struct child c;
	int pair[2];
	char octet;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	c.pid = fork();
	assert_true(c.pid >= 0);
	if (c.pid == 0) {
		alarm(CHILD_SECONDS); /* in case the test fails meanwhile */
		child_run(p, kind, root, pair[1]);
	}
	close(pair[1]);
	c.channel = pair[0];
	assert_int_equal(read(c.channel, &octet, 1), 1);
	return c;
}

static void child_end(struct child c)
{
	int status;

	assert_int_equal(write(c.channel, "e", 1), 1);
	assert_int_equal(waitpid(c.pid, &status, 0), c.pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(c.channel);
}

/* A line of /proc/PID/status, behind the field's name. */
static const char *status_of(struct child c, const char *field)
{
	static char line[512];
	char path[64], *text = NULL;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)c.pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (!text && fgets(line, sizeof line, f)) {
		if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':')
			text = line + strlen(field) + 1;
	}
	fclose(f);
	assert_non_null(text);
	return text + strspn(text, " \t");
}

static void status_is(struct child c, const char *field, uint64_t hex)
{
	assert_int_equal(strtoull(status_of(c, field), NULL, 16), hex);
}

static void ids_are(struct child c, const char *field, unsigned int id)
{
	char expected[64];

	snprintf(expected, sizeof expected, "%u\t%u\t%u\t%u\n", id, id, id, id);
	assert_string_equal(status_of(c, field), expected);
}

static void all_is_dropped(struct child c, const struct privilege *p)
{
	uint64_t kept = p->is_network ? NETWORK : 0;

	ids_are(c, "Uid", p->uid);
	ids_are(c, "Gid", p->gid);
	assert_true(strspn(status_of(c, "Groups"), " \t\n") == strlen(status_of(c, "Groups")));
	status_is(c, "CapEff", kept);
	status_is(c, "CapPrm", kept);
	status_is(c, "CapAmb", kept);
	status_is(c, "CapBnd", kept);
}

/* The soft and the hard limit as /proc/PID/limits prints them: prlimit() of another user's process
 * would need more than this root may have. */
static void limit_of(struct child c, const char *name, char ret_soft[32], char ret_hard[32])
{
	char path[64], line[256];
	int found = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/limits", (int)c.pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (!strncmp(line, name, strlen(name)))
			found = sscanf(line + strlen(name), "%31s %31s", ret_soft, ret_hard);
	}
	fclose(f);
	assert_int_equal(found, 2);
}

static void limits_are_set(struct child c, const struct privilege *p)
{
	char soft[32], hard[32];
	struct rlimit own;

	limit_of(c, "Max core file size", soft, hard);
	assert_string_equal(hard, "0");
	limit_of(c, "Max open files", soft, hard);
	assert_string_equal(soft, hard);
	/* Where this root may not raise it (no CAP_SYS_RESOURCE) it stays what it was. */
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &own), 0);
	limit_of(c, "Max locked memory", soft, hard);
	if (!p->is_locked || strcmp(soft, "unlimited") != 0)
		assert_int_equal(strtoull(soft, NULL, 10), own.rlim_cur);
}

static struct privilege privilege(bool is_network)
{
	struct privilege p = { .is_network = is_network, .is_locked = is_network };

	privilege_user("vipd", &p);
	return p;
}

static void users(void **state)
{
	const struct passwd *vipd = getpwnam("vipd");
	struct privilege p = { 0 };
	uid_t expected = vipd ? vipd->pw_uid : getpwnam("nobody")->pw_uid;

	privilege_user("vipd", &p);
	assert_int_equal(p.uid, expected);
	privilege_user("no-such-user-at-all", &p);
	assert_int_equal(p.uid, getpwnam("nobody")->pw_uid);
	assert_int_equal(p.gid, getpwnam("nobody")->pw_gid);
}

static void before_exec(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct privilege p = privilege(i);
		struct child c = child_start(&p, NULL, NULL);

		all_is_dropped(c, &p);
		limits_are_set(c, &p);
		child_end(c);
	}
}

static void through_exec_into_the_sandbox(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct privilege p = privilege(i);
		struct child c = child_start(&p, i ? "vrrp" : "ctl", NULL);

		all_is_dropped(c, &p);
		child_end(c);
	}
}

static void for_a_child_without_exec(void **state)
{
	struct privilege p = privilege(false);
	struct child c = child_start(NULL, NULL, NULL);

	all_is_dropped(c, &p);
	child_end(c);
}

/* A root directory with nothing in it, not even users. */
static void in_an_empty_root(void **state)
{
	char root[] = "/tmp/vipd-privilege-XXXXXX";
	struct privilege p = { .uid = 65534, .gid = 65534 };
	struct child c;

	assert_non_null(mkdtemp(root));
	assert_int_equal(chmod(root, 0755), 0);
	c = child_start(NULL, NULL, root);
	ids_are(c, "Uid", 65534);
	all_is_dropped(c, &p);
	child_end(c);
	assert_int_equal(rmdir(root), 0);
}

static void ends_well(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void already_a_plain_user(void **state)
{
	struct privilege p = privilege(true);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (setgid(p.gid) < 0 || setuid(p.uid) < 0)
			_exit(1);
		if (privilege_drop(&p) != -EPERM) /* what it has not it cannot give */
			_exit(2);
		_exit(privilege_drop(NULL) == 0 ? 0 : 3);
	}
	ends_well(child);
}

/* As in a container: root with these capabilities and no others, in a child. */
static void be_root_with(unsigned first, unsigned second)
{
	capng_clear(CAPNG_SELECT_BOTH);
	capng_updatev(CAPNG_ADD, CAPNG_PERMITTED | CAPNG_EFFECTIVE, first, second, -1);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		_exit(9);
}

static void says_what_is_missing(void **state)
{
	pid_t child = fork();
	char text[512];

	assert_true(child >= 0);
	if (child == 0) {
		if (privilege_missing(text, sizeof text))
			_exit(1);
		be_root_with(CAP_NET_RAW, CAP_KILL);
		if (!privilege_missing(text, sizeof text))
			_exit(2);
		if (!strstr(text, "CAP_NET_ADMIN") || strstr(text, "CAP_NET_RAW"))
			_exit(3);
		_exit(strstr(text, "--cap-add NET_ADMIN") ? 0 : 4);
	}
	ends_well(child);
}

static void root_that_may_not_change(void **state)
{
	struct privilege p = { .is_network = true };
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		be_root_with(CAP_NET_ADMIN, CAP_NET_RAW);
		privilege_user("vipd", &p);
		if (!p.keeps_user || p.uid != 0 || p.gid != 0)
			_exit(1);
		if (privilege_drop(&p) != 0)
			_exit(2);
		capng_get_caps_process();
		if (!capng_have_capability(CAPNG_AMBIENT, CAP_NET_RAW))
			_exit(3);
		if (privilege_drop(NULL) != 0)
			_exit(4);
		capng_get_caps_process();
		_exit(capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE ? 0 : 5);
	}
	ends_well(child);
}

static void root_is_no_target(void **state)
{
	struct privilege p = { .is_network = true };

	assert_int_equal(privilege_drop(&p), -EINVAL);
	assert_int_equal(getuid(), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users),
		cmocka_unit_test(before_exec),
		cmocka_unit_test(through_exec_into_the_sandbox),
		cmocka_unit_test(for_a_child_without_exec),
		cmocka_unit_test(in_an_empty_root),
		cmocka_unit_test(already_a_plain_user),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(root_that_may_not_change),
		cmocka_unit_test(root_is_no_target),
	};

	if (argc > 1)
		return role(argv[1]);
	if (geteuid() != 0 || unshare(CLONE_NEWNET) < 0) {
		printf("skipped: not root, or no network namespace for us\n");
		return 77;
	}
	self_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (self_fd < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
