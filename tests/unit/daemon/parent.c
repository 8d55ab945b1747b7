/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The whole daemon with its real roles, in a network namespace of its own: how it starts, refuses
 * to start, reloads and ends. Arguments: vipd (its roles beside it), an example configuration. */

#include "parent_world.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SECONDS 110
#define RELOADS 1000
/* Told too early, about one of six leaves files to be seen. */
#define FAILED_STARTS 50

static char example[PATH_MAX];

static void command(const char *text)
{
	if (system(text) != 0)
		fail_msg("%s", text);
}

/* In the background, as a script would: what it returns is what the daemon became. */
static pid_t begin(const char *file)
{
	char options[PATH_MAX + 16];
	pid_t daemon;

	snprintf(options, sizeof(options), "-f %s", file);
	if (world_run(options) != 0)
		fail_msg("%s", world_output());
	daemon = world_daemon();
	assert_true(daemon > 0);
	return daemon;
}

static void finish(pid_t daemon)
{
	pid_t vrrp = world_wait_child(daemon, "vipd-vrrp");
	pid_t ctl = world_wait_child(daemon, "vipd-ctl");

	assert_int_equal(kill(daemon, SIGTERM), 0);
	world_wait_gone(daemon);
	world_wait_gone(vrrp);
	world_wait_gone(ctl);
	assert_true(world_is_tidy());
}

static bool control_answers(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), e;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", sample_path("run/control.sock"));
	e = connect(fd, (struct sockaddr *)&address, sizeof(address));
	close(fd);
	return e == 0;
}

static void background(void **state)
{
	pid_t daemon = begin(example);

	/* Ready means ready. */
	assert_true(control_answers());
	assert_true(world_child(daemon, "vipd-vrrp") > 0);
	assert_string_equal(world_output(), "");
	assert_int_equal(getsid(daemon), daemon);
	finish(daemon);
}

static void foreground(void **state)
{
	pid_t pid;

	sample_write("c.conf", INSTANCE("web", 51), 0644);
	pid = world_start("-n -l -D -f c.conf");
	world_wait("(web) Entering BACKUP STATE (init)\n", 1);
	world_wait("(web) Entering MASTER STATE\n", 1);
	kill(pid, SIGINT);
	assert_int_equal(world_end(pid), 0);
	assert_true(world_is_tidy());
	assert_non_null(strstr(world_output(), "(web) sent 0 priority\n"));
}

static void second_daemon(void **state)
{
	pid_t daemon = begin(example);
	char expected[64], options[PATH_MAX + 32];

	snprintf(expected, sizeof(expected), "vipd with pid %d has", (int)daemon);
	snprintf(options, sizeof(options), "-f %s", example);
	assert_int_equal(world_run(options), 1);
	assert_non_null(strstr(world_output(), "daemon is already running"));
	assert_non_null(strstr(world_output(), expected));
	snprintf(options, sizeof(options), "-n -l -f %s", example);
	assert_int_equal(world_run(options), 1);
	assert_non_null(strstr(world_output(), expected));
	assert_true(control_answers());
	finish(daemon);
}

static void fails_to_start(const char *options, int code, const char *why)
{
	assert_int_equal(world_run(options), code);
	if (!strstr(world_output(), why))
		fail_msg("%s", world_output());
	/* Of a system log that is missing nobody here needs to hear. */
	assert_null(strstr(world_output(), "lost"));
	assert_true(world_is_tidy());
}

static void wrong_configurations(void **state)
{
	pid_t pid;

	fails_to_start("-f missing.conf", 6, "there is no such file");
	fails_to_start("-n -l -f missing.conf", 6, "the configuration cannot be read");
	fails_to_start("-f /", 6, "directory");
	sample_write("broken.conf", INSTANCE("a", 999) INSTANCE("b", 1000), 0644);
	fails_to_start("-f broken.conf", 2, "no instance of the configuration can run");
	fails_to_start("-n -f broken.conf", 2, "virtual_router_id 999");
	/* At start a broken instance is left out and the rest runs. */
	sample_write("half.conf", INSTANCE("web", 51) INSTANCE("b", 1000), 0644);
	pid = world_start("-n -l -f half.conf");
	world_wait("(web) Entering BACKUP STATE", 1);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
	assert_int_equal(world_run("--frobnicate"), 1);
}

/* Who waited for a start that failed may start again at once. */
static void failed_start_is_over(void **state)
{
	for (int i = 0; i < FAILED_STARTS; i++) {
		pid_t pid = world_start("-f missing.conf");
		int status;

		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 6);
		assert_true(world_is_tidy());
	}
}

static void config_test(void **state)
{
	const char *text;
	size_t length;

	sample_write("c.conf", INSTANCE("web", 51), 0644);
	assert_int_equal(world_run("-t -f c.conf"), 0);
	assert_string_equal(world_output(), "");
	assert_int_equal(world_run("-t -f missing.conf"), 4);
	assert_int_equal(world_run("-t -f ."), 4);
	sample_write("half.conf", INSTANCE("web", 51) INSTANCE("b", 1000), 0644);
	assert_int_equal(world_run("-t -f half.conf"), 5);
	text = world_output();
	length = strlen(text);
	assert_true(length > 0 && text[length - 1] == '\n');
	assert_null(strstr(text, "\n\n"));
	sample_write("broken.conf", INSTANCE("a", 999), 0644);
	assert_int_equal(world_run("-t -f broken.conf"), 4);
}

static void reload_of_a_broken_file(void **state)
{
	pid_t pid, vrrp;

	sample_write("c.conf", INSTANCE("web", 51), 0644);
	pid = world_start("-n -l -D -f c.conf");
	world_wait("(web) Entering MASTER STATE\n", 1);
	vrrp = world_child(pid, "vipd-vrrp");
	sample_write("c.conf", INSTANCE("web", 999) INSTANCE("new", 52), 0644);
	kill(pid, SIGHUP);
	world_wait("an instance of the new configuration cannot run: the running", 1);
	assert_null(strstr(world_output(), "in force"));
	assert_null(strstr(world_output(), "(new)"));
	assert_int_equal(world_child(pid, "vipd-vrrp"), vrrp);
	command("ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
	sample_write("c.conf", INSTANCE("web", 51) INSTANCE("new", 52), 0644);
	kill(pid, SIGHUP);
	world_wait("Configuration 2 is in force", 1);
	world_wait("(new) Entering BACKUP STATE", 1);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
	command("! ip -4 addr show dev v0 | grep -q 192.0.2.51/24");
}

/* Told to the service manager, in order. */
static const char *told(int fd)
{
	static char text[8192];
	size_t length = 0;
	ssize_t n;

	while ((n = recv(fd, text + length, sizeof(text) - 2 - length, MSG_DONTWAIT)) > 0) {
		length += (size_t)n;
		text[length++] = '\n';
	}
	text[length] = '\0';
	return text;
}

/* The parent is killed and started anew: the configuration is read again, found the same, and the
 * service manager hears that the reload is over. */
static void taken_over(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const char *reloading;
	pid_t pid;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", sample_path("manager"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	sample_write("c.conf", INSTANCE("web", 51), 0644);
	pid = world_start("-n -l -D -f c.conf");
	world_wait("(web) Entering MASTER STATE\n", 1);
	kill(pid, SIGKILL);
	assert_int_equal(world_end(pid), -SIGKILL);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	pid = world_start("-n -l -D -f c.conf");
	unsetenv("NOTIFY_SOCKET");
	world_wait("Taking over from vipd-vrrp of an earlier vipd", 1);
	world_wait("goes on in MASTER STATE", 1);
	world_wait("Reloading", 1);
	usleep(500000);
	assert_null(strstr(world_output(), "in force"));
	reloading = strstr(told(fd), "RELOADING=1");
	assert_non_null(reloading);
	assert_non_null(strstr(reloading, "READY=1"));
	/* The next one is not skipped, although it says the same. */
	kill(pid, SIGHUP);
	world_wait("is in force", 1);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
	close(fd);
}

static void nothing_is_left_of_a_thousand_reloads(void **state)
{
	int before, before_vrrp, before_ctl;
	pid_t pid, vrrp, ctl;

	sample_write("c.conf", INSTANCE("web", 51), 0644);
	pid = world_start("-n -l -f c.conf");
	world_wait("(web) Entering MASTER STATE\n", 1);
	vrrp = world_wait_child(pid, "vipd-vrrp");
	ctl = world_wait_child(pid, "vipd-ctl");
	kill(pid, SIGHUP);
	world_wait("Configuration 2 is in force", 1);
	usleep(100000);
	before = sample_fd_count(pid);
	before_vrrp = sample_fd_count(vrrp);
	before_ctl = sample_fd_count(ctl);
	for (int i = 0; i < RELOADS; i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "Configuration %d is in force", i + 3);
		kill(pid, SIGHUP);
		world_wait(expected, 1);
	}
	usleep(100000);
	assert_int_equal(sample_fd_count(pid), before);
	/* A first frame, should one come, ends the watch for it. */
	assert_in_range(sample_fd_count(vrrp), before_vrrp - 1, before_vrrp);
	assert_int_equal(sample_fd_count(ctl), before_ctl);
	assert_int_equal(world_zombies(pid), 0);
	assert_int_equal(world_child(pid, "vipd-vrrp"), vrrp);
	kill(pid, SIGTERM);
	assert_int_equal(world_end(pid), 0);
}

#define CASE(name) cmocka_unit_test_teardown(name, world_clear)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(background),
		CASE(foreground),
		CASE(second_daemon),
		CASE(wrong_configurations),
		CASE(failed_start_is_over),
		CASE(config_test),
		CASE(reload_of_a_broken_file),
		CASE(taken_over),
		CASE(nothing_is_left_of_a_thousand_reloads),
	};

	if (argc != 3)
		return 2;
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
		printf("skipped: no network namespace for us\n");
		return 77;
	}
	snprintf(example, sizeof(example), "%s", argv[2]);
	world_begin(argv[1]);
	alarm(PATIENCE_SECONDS);
	command("ip link set lo up && ip link add v0 type veth peer name v1 &&"
		" ip link add eth0 type veth peer name eth1 &&"
		" ip addr add 192.0.2.1/24 dev v0 && ip addr add 198.51.100.1/24 dev eth0 &&"
		" ip link set v0 up && ip link set v1 up &&"
		" ip link set eth0 up && ip link set eth1 up");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
