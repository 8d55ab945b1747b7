/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The parent alone, with stand-ins for its roles (fake_role.c) that refuse, die and live shortly on
 * demand. Arguments: vipd, fake_role. */

#include "parent_world.h"
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
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_SECONDS 100
#define GOOD INSTANCE("good", 51)
#define BROKEN GOOD INSTANCE("broken", 999)
#define OPTIONS "-n -l -f c.conf"

static pid_t begin(const char *config)
{
	pid_t pid;

	sample_write("c.conf", config, 0644);
	pid = world_start(OPTIONS);
	/* The control role is started when the first configuration is in force. */
	world_wait_child(pid, "vipd-ctl");
	return pid;
}

static void finish(pid_t pid)
{
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(world_end(pid), 0);
	assert_true(world_is_tidy());
}

static void reload(pid_t pid, const char *config)
{
	sample_write("c.conf", config, 0644);
	kill(pid, SIGHUP);
}

static void start_and_stop(void **state)
{
	pid_t pid = begin(GOOD);

	assert_int_equal(world_daemon(), pid);
	assert_int_not_equal(world_child(pid, "vipd-vrrp"), 0);
	finish(pid);
	assert_non_null(strstr(world_output(), "Stopped\n"));
	/* -l leaves nothing but the log. */
	assert_null(strstr(world_output(), "lost"));
}

static void refused_by_the_role(void **state)
{
	pid_t pid;

	sample_write("c.conf", INSTANCE("refuses", 51), 0644);
	assert_int_equal(world_run(OPTIONS), 1);
	assert_non_null(strstr(world_output(), "vipd-vrrp refuses the configuration (no)\n"));
	pid = begin(GOOD);
	reload(pid, INSTANCE("refuses", 51));
	world_wait("refuses the configuration (no): the running configuration stays", 1);
	reload(pid, GOOD INSTANCE("more", 52));
	world_wait("Configuration 3 is in force", 1);
	finish(pid);
}

static void the_role_dies_over_it(void **state)
{
	pid_t pid = begin(GOOD);

	reload(pid, INSTANCE("dies", 51));
	world_wait("vipd-vrrp ended over the new configuration: the running", 1);
	reload(pid, GOOD INSTANCE("more", 52));
	world_wait("is in force", 1);
	finish(pid);
}

/* What is in force kills vipd-vrrp again and again: another configuration must get through. */
static void out_of_a_vicious_circle(void **state)
{
	pid_t pid = begin(INSTANCE("lives-shortly", 51));

	world_wait("started again in 80 ms", 1);
	world_wait("started again in", 7);
	reload(pid, GOOD);
	world_wait("is in force", 1);
	finish(pid);
}

static void broken_files_are_refused(void **state)
{
	pid_t pid = begin(GOOD);

	reload(pid, BROKEN);
	world_wait("an instance of the new configuration cannot run: the running", 1);
	assert_non_null(strstr(world_output(), "virtual_router_id 999 is outside"));
	reload(pid, INSTANCE("broken", 999));
	world_wait("no instance of the configuration can run: the running", 1);
	unlink(sample_path("c.conf"));
	kill(pid, SIGHUP);
	world_wait("the configuration cannot be read: the running", 1);
	assert_null(strstr(world_output(), "in force"));
	reload(pid, GOOD);
	world_wait("Configuration 2 is in force", 1);
	finish(pid);
}

/* A file that takes long to read, and is broken. */
static void write_slow_broken(void)
{
	char line[] = "# a comment that goes on for a while, so that it takes a while to read\n";
	size_t size = 8u << 20;
	char *text = malloc(size + 4096), *at = text;

	while (at < text + size)
		at = stpcpy(at, line);
	strcpy(at, BROKEN);
	sample_write("c.conf", text, 0644);
	free(text);
}

/* Asked for while another one is read: not forgotten, whatever becomes of that. */
static void asked_for_meanwhile(void **state)
{
	pid_t pid = begin(GOOD);

	write_slow_broken();
	kill(pid, SIGHUP);
	world_wait("Reloading", 1);
	reload(pid, GOOD INSTANCE("more", 52));
	world_wait("Configuration 2 is in force", 1);
	finish(pid);
}

static void many_at_once(void **state)
{
	pid_t pid = begin(GOOD);

	for (int i = 0; i < 200; i++)
		kill(pid, SIGHUP);
	world_wait("is in force", 1);
	usleep(200000);
	kill(pid, SIGUSR1);
	world_wait("dumps are not in this release", 1);
	finish(pid);
}

static void stopped_in_the_middle_of_a_reload(void **state)
{
	pid_t pid = begin(GOOD);

	write_slow_broken();
	kill(pid, SIGHUP);
	world_wait("Reloading", 1);
	finish(pid);
}

static void stop_before_the_start_is_over(void **state)
{
	pid_t pid;

	write_slow_broken();
	pid = world_start(OPTIONS);
	world_wait("Starting vipd", 1);
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(world_end(pid), 0);
	assert_true(world_is_tidy());
}

static void a_control_role_that_dies_is_started_again(void **state)
{
	pid_t pid = begin(GOOD), vrrp = world_child(pid, "vipd-vrrp");

	usleep(150000);
	kill(world_child(pid, "vipd-ctl"), SIGKILL);
	world_wait("ended by signal 9 (Killed), started again\n", 1);
	world_wait_child(pid, "vipd-ctl");
	assert_int_equal(world_child(pid, "vipd-vrrp"), vrrp);
	finish(pid);
}

/* -- who started it -- */

/* Everything the service manager was told since the last call. */
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

static int listen_as_manager(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", sample_path("manager"));
	unlink(address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void service_manager(void **state)
{
	int fd = listen_as_manager();
	char expected[64];
	const char *text, *reloading;
	pid_t pid;

	setenv("NOTIFY_SOCKET", sample_path("manager"), 1);
	pid = begin(GOOD);
	unsetenv("NOTIFY_SOCKET");
	text = told(fd);
	snprintf(expected, sizeof(expected), "MAINPID=%d", (int)pid);
	assert_non_null(strstr(text, "READY=1"));
	assert_non_null(strstr(text, expected));
	reload(pid, BROKEN);
	world_wait("running configuration stays", 1);
	text = told(fd);
	reloading = strstr(text, "RELOADING=1\nMONOTONIC_USEC=");
	assert_non_null(reloading);
	assert_non_null(strstr(reloading, "READY=1"));
	reload(pid, GOOD);
	world_wait("is in force", 1);
	usleep(20000);
	reloading = strstr(told(fd), "RELOADING=1");
	assert_non_null(reloading);
	assert_non_null(strstr(reloading, "READY=1"));
	finish(pid);
	assert_non_null(strstr(told(fd), "STOPPING=1"));
	close(fd);
}

static int signs_of_life(int fd, int ms)
{
	int count = 0;

	usleep((useconds_t)ms * 1000);
	for (const char *at = told(fd); (at = strstr(at, "WATCHDOG=1")); at++)
		count++;
	return count;
}

/* Whoever is to be watched tells that its loop turns; one that stands still does not. Under an
 * instance of systemd for which another process is meant it says nothing. */
static void watchdog(void **state)
{
	int fd = listen_as_manager();
	pid_t pid;

	setenv("NOTIFY_SOCKET", sample_path("manager"), 1);
	setenv("WATCHDOG_USEC", "60000", 1);
	pid = begin(GOOD);
	assert_in_range(signs_of_life(fd, 600), 5, 40);
	kill(pid, SIGSTOP);
	(void)signs_of_life(fd, 20);
	assert_int_equal(signs_of_life(fd, 200), 0);
	kill(pid, SIGCONT);
	assert_in_range(signs_of_life(fd, 500), 1, 40);
	finish(pid);
	(void)signs_of_life(fd, 0);
	setenv("WATCHDOG_PID", "1", 1);
	pid = begin(GOOD);
	assert_int_equal(signs_of_life(fd, 200), 0);
	finish(pid);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	close(fd);
}

/* Some launchers close standard input, output and error, or ignore the ends of children. */
static void odd_launchers(void **state)
{
	char command[4096];
	pid_t pid;

	sample_write("c.conf", GOOD, 0644);
	signal(SIGCHLD, SIG_IGN);
	pid = world_start(OPTIONS);
	signal(SIGCHLD, SIG_DFL);
	world_wait("Starting vipd", 1);
	world_wait_child(pid, "vipd-ctl");
	finish(pid);
	snprintf(command, sizeof(command), "%s -f %s --run-dir %s <&- >&- 2>&-",
		 sample_path("vipd"), sample_path("c.conf"), sample_path("run"));
	assert_int_equal(system(command), 0);
	pid = world_daemon();
	assert_int_not_equal(world_child(pid, "vipd-vrrp"), 0);
	assert_int_equal(world_run(OPTIONS), 1); /* its lock holds */
	kill(pid, SIGTERM);
	world_wait_gone(pid);
	assert_true(world_is_tidy());
}

/* A console that nobody reads is no reason to end otherwise than promised. */
static void nobody_reads_why(void **state)
{
	char command[4096];
	pid_t pid = begin(GOOD);

	snprintf(command, sizeof(command),
		 "{ sleep 0.2; %s -n -l -f /dev/null --run-dir %s; echo $? >%s; } 2>&1 | true;"
		 " while [ ! -s %s ]; do sleep 0.05; done",
		 sample_path("vipd"), sample_path("run"), sample_path("code"),
		 sample_path("code"));
	assert_int_equal(system(command), 0);
	assert_string_equal(sample_read("code"), "1\n");
	finish(pid);
}

static void nothing_is_left_of_many_reloads(void **state)
{
	pid_t pid = begin(GOOD);
	int before, ctl;

	world_wait("Starting", 1);
	usleep(50000);
	before = sample_fd_count(pid);
	ctl = sample_fd_count(world_child(pid, "vipd-ctl"));
	for (int i = 1; i <= 100; i++) {
		reload(pid, i % 3 == 2 ? BROKEN : i % 2 ? GOOD : GOOD INSTANCE("more", 52));
		world_wait("Reloading", i);
		world_wait(i % 3 == 2 ? "configuration stays" : "is in force",
			   i % 3 == 2 ? (i + 1) / 3 : i - (i + 1) / 3);
	}
	usleep(50000);
	assert_int_equal(sample_fd_count(pid), before);
	assert_int_equal(sample_fd_count(world_child(pid, "vipd-ctl")), ctl);
	assert_int_equal(world_zombies(pid), 0);
	finish(pid);
}

#define CASE(name) cmocka_unit_test_teardown(name, world_clear)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(start_and_stop),
		CASE(refused_by_the_role),
		CASE(the_role_dies_over_it),
		CASE(out_of_a_vicious_circle),
		CASE(broken_files_are_refused),
		CASE(asked_for_meanwhile),
		CASE(many_at_once),
		CASE(stopped_in_the_middle_of_a_reload),
		CASE(stop_before_the_start_is_over),
		CASE(a_control_role_that_dies_is_started_again),
		CASE(service_manager),
		CASE(watchdog),
		CASE(odd_launchers),
		CASE(nobody_reads_why),
		CASE(nothing_is_left_of_many_reloads),
	};

	if (argc != 3)
		return 2;
	if (geteuid() != 0) {
		printf("skipped: only root can make roles\n");
		return 77;
	}
	sample_copy(argv[1], "vipd");
	sample_copy(argv[2], "vipd-vrrp");
	sample_copy(argv[2], "vipd-ctl");
	world_begin(sample_path("vipd"));
	alarm(PATIENCE_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
