/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The walls of the roles, tried from inside: each case is a child that enters a sandbox and does
 * one thing; how it ended tells whether the wall stands. What a role needs must work behind it. */

#include "daemon/sandbox.h"
#include "kern/kern.h"
#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A child that waits for a test that failed meanwhile ends by itself. */
#define CHILD_SECONDS 20

typedef int enter_function(void);

/* The end of a child: its exit status, or minus the signal. */
static int end_of(enter_function *enter, void (*act)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		alarm(CHILD_SECONDS);
		if (enter() < 0)
			_exit(100);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int pair[2];

static void opens(void)
{
	_exit(open("/dev/null", O_RDONLY) >= 0 ? 1 : 2);
}

static void opens_at(void)
{
	_exit(openat(AT_FDCWD, "/dev/null", O_RDONLY) >= 0 ? 1 : 2);
}

static void executes(void)
{
	execl("/bin/true", "true", NULL);
	_exit(2);
}

static void forks(void)
{
	_exit(fork() >= 0 ? 1 : 2);
}

static void traces(void)
{
	_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 1 : 2);
}

static void kills_its_parent(void)
{
	_exit(kill(getppid(), 0) == 0 ? 1 : 2);
}

static void makes_code(void)
{
	_exit(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
			      MAP_FAILED ?
		      1 :
		      2);
}

static void turns_memory_into_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	_exit(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 1 : 2);
}

static void becomes_dumpable(void)
{
	_exit(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 1 : 2);
}

static void socket_unix(void)
{
	_exit(socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 1 : 2);
}

static void socket_inet(void)
{
	_exit(socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 1 : 2);
}

static void connects(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	_exit(connect(pair[0], (struct sockaddr *)&a, sizeof a) == 0 ? 1 : 2);
}

static void (*const forbidden[])(void) = {
	opens,
	opens_at,
	executes,
	forks,
	traces,
	kills_its_parent,
	makes_code,
	turns_memory_into_code,
	becomes_dumpable,
	socket_unix,
	connects,
};

static void forbidden_to_both(void **state)
{
	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
		assert_int_equal(end_of(sandbox_enter_vrrp, forbidden[i]), -SIGSYS);
		assert_int_equal(end_of(sandbox_enter_ctl, forbidden[i]), -SIGSYS);
	}
	assert_int_equal(end_of(sandbox_enter_ctl, socket_inet), -SIGSYS);
}

static void must(bool is_so, int what)
{
	if (!is_so)
		_exit(what);
}

static void lives(void)
{
	struct loop loop;
	struct tm tm;
	time_t now = time(NULL);
	char text[64], *big = malloc(8 << 20);
	char octet = 0;

	must(big != NULL, 10);
	memset(big, 1, 8 << 20);
	big = realloc(big, 32 << 20);
	must(big != NULL, 11);
	free(big);
	must(loop_open(&loop) == 0, 12);
	must(loop_turn(&loop, mono_add(loop_clock(), 1000)) == 0, 13);
	must(gmtime_r(&now, &tm) != NULL && localtime_r(&now, &tm) != NULL, 14);
	must(snprintf(text, sizeof text, "%s %m %.3f", strerror(ENOENT), 1.5) > 0, 15);
	must(send(pair[0], "x", 1, 0) == 1 && recv(pair[1], &octet, 1, 0) == 1, 16);
	must(mmap(NULL, 4096, PROT_READ, MAP_SHARED, pair[0], 0) == MAP_FAILED, 17);
	must(isatty(pair[0]) == 0, 18);
	loop_close(&loop);
}

static void works_as_vrrp(void)
{
	struct kern_port port = { .ifindex = 1, .link = "lo", .family = ADDR_IPV4 };
	struct kern_receiver *receiver;
	const struct kern_packet *packets;
	struct kern_netlink *netlink;
	struct kern_news news[64];
	struct kern_address a = { .ifindex = 1, .add = true };
	struct kern_frame frame = { .ifindex = 1, .size = ARP_FRAME_SIZE };
	int fd;

	lives();
	must(kern_netlink_open(&netlink) == 0, 20);
	must(kern_netlink_dump(netlink) == 0, 21);
	must(kern_netlink_read(netlink, news, 64) > 0, 22);
	must(addr_parse("192.0.2.1", &a.prefix.addr), 23);
	a.prefix.length = 32;
	must(kern_address_change(netlink, &a, 1) == 0 && a.error == 0, 24);
	fd = kern_advert_open(&port);
	must(fd >= 0, 25);
	must(kern_receiver_open(&receiver) == 0, 26);
	must(kern_receive(receiver, fd, 64, &packets) == 0, 27);
	must(kern_socket_drops(fd) == 0, 28);
	fd = kern_packet_open();
	must(fd >= 0, 29);
	must(kern_frames_send(fd, &frame, 1) == 1, 30);
	port.family = ADDR_IPV6;
	fd = kern_advert_open(&port);
	must(fd >= 0 && kern_stranger_open(&port) >= 0, 31);
	must(kern_advert_filter(fd, &port, NULL, 0) == 0, 32);
	must(kern_receive(receiver, fd, 64, &packets) == 0, 33);
}

static void needed_by_both(void **state)
{
	assert_int_equal(end_of(sandbox_enter_vrrp, lives), 0);
	assert_int_equal(end_of(sandbox_enter_ctl, lives), 0);
	assert_int_equal(end_of(sandbox_enter_vrrp, abort), -SIGABRT);
	assert_int_equal(end_of(sandbox_enter_ctl, abort), -SIGABRT);
}

static void needed_by_vrrp(void **state)
{
	assert_int_equal(end_of(sandbox_enter_vrrp, works_as_vrrp), 0);
}

static int listener;

static void accepts(void)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	must(fd >= 0, 40);
	must(send(fd, "hello", 5, MSG_NOSIGNAL) == 5, 41);
	must(close(fd) == 0, 42);
}

static void needed_by_ctl(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX }; /* autobind: an abstract name */
	socklen_t size = sizeof a;
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a.sun_family), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&a, size), 0);
	assert_int_equal(end_of(sandbox_enter_ctl, accepts), 0);
	close(client);
	close(listener);
}

/* The value of a field of /proc/PID/status, in hexadecimal or decimal. */
static uint64_t status_of(pid_t pid, const char *field, int base)
{
	char path[64], line[256];
	uint64_t value = UINT64_MAX;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':')
			value = strtoull(line + strlen(field) + 1, NULL, base);
	}
	fclose(f);
	return value;
}

static void seen_from_outside(enter_function *enter, uint64_t capabilities)
{
	char octet;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		alarm(CHILD_SECONDS);
		if (enter() < 0 || send(pair[0], "r", 1, 0) != 1)
			_exit(1);
		recv(pair[0], &octet, 1, 0);
		_exit(0);
	}
	assert_int_equal(recv(pair[1], &octet, 1, 0), 1);
	assert_int_equal(status_of(child, "CapEff", 16), capabilities);
	assert_int_equal(status_of(child, "CapPrm", 16), capabilities);
	assert_int_equal(status_of(child, "CapInh", 16), 0);
	assert_int_equal(status_of(child, "CapAmb", 16), 0);
	assert_int_equal(status_of(child, "NoNewPrivs", 10), 1);
	assert_int_equal(status_of(child, "Seccomp", 10), 2);
	assert_int_equal(send(pair[1], "e", 1, 0), 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void capabilities(void **state)
{
	seen_from_outside(sandbox_enter_vrrp, 1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW);
	seen_from_outside(sandbox_enter_ctl, 0);
}

static int enter_without_capabilities(void)
{
	capng_clear(CAPNG_SELECT_CAPS);
	capng_apply(CAPNG_SELECT_CAPS);
	return sandbox_enter_vrrp();
}

static void nothing(void)
{
}

static void missing_capabilities_are_an_error(void **state)
{
	assert_int_equal(end_of(enter_without_capabilities, nothing), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_to_both),
		cmocka_unit_test(needed_by_both),
		cmocka_unit_test(needed_by_vrrp),
		cmocka_unit_test(needed_by_ctl),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(missing_capabilities_are_an_error),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("skipped: no network namespace for us: %s\n", strerror(errno));
		return 77;
	}
	if (system("ip link set lo up") != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
