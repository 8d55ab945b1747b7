/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See parent.h. */
#include "parent.h"

#include "daemon/channel.h"
#include "daemon/role_fds.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

void parent_open(struct parent *p)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*p = (struct parent){ .channel_fd = -1 };
	strcpy(p->dir, "/tmp/vipd-ctl-test-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->socket_path, sizeof(p->socket_path), "%s/control.sock", p->dir);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock", p->dir);
	p->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(p->listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(p->listen_fd, 128), 0);
	p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(p->wake_fd >= 0);
}

static void become_ctl(const struct parent *p, int channel_fd, const char *vipd_ctl)
{
	const int wanted[] = { channel_fd, p->listen_fd, p->wake_fd };
	const int places[] = { ROLE_FD_CHANNEL, ROLE_FD_CTL_LISTEN, ROLE_FD_CTL_WAKE };
	int high[3];

	/* Out of the way first: one may sit in another's place. */
	for (int i = 0; i < 3; i++)
		high[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, 100);
	for (int i = 0; i < 3; i++)
		dup2(high[i], places[i]);
	execl(vipd_ctl, vipd_ctl, p->dir, (char *)NULL);
	_exit(127);
}

void parent_start(struct parent *p, const char *vipd_ctl)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		become_ctl(p, pair[1], vipd_ctl);
	close(pair[1]);
	p->channel_fd = pair[0];
}

void parent_close(struct parent *p)
{
	int code = 0;

	if (p->channel_fd >= 0)
		close(p->channel_fd);
	if (p->pid) {
		code = parent_exit_code(p->pid, 5000);
		if (code == -1) {
			kill(p->pid, SIGKILL);
			waitpid(p->pid, NULL, 0);
		}
	}
	close(p->listen_fd);
	close(p->wake_fd);
	unlink(p->socket_path);
	rmdir(p->dir);
	if (p->shared) {
		munmap(p->shared, p->shared_size);
		fixture_fini(&p->fixture);
	}
	assert_int_equal(code, 0);
}

static int make_memory(const void *data, size_t size)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(write(fd, data, size), size);
	return fd;
}

void parent_tables(struct parent *p, uint64_t generation)
{
	parent_tables_as(p, generation, generation);
}

void parent_tables_as(struct parent *p, uint64_t generation, uint64_t said)
{
	struct role_message m = role_message(ROLE_TABLES);
	struct status_row row = fixture_row(VRRP_STATE_INIT);
	int fds[2];

	if (p->shared) {
		munmap(p->shared, p->shared_size);
		fixture_fini(&p->fixture);
	}
	fixture_init(&p->fixture, generation);
	p->fixture.table->committed = 1;
	for (uint32_t i = 0; i < FIXTURE_INSTANCES; i++)
		fixture_write(&p->fixture, i, &row);
	fds[0] = make_memory(p->fixture.image, p->fixture.image_size);
	fds[1] = make_memory(p->fixture.table, p->fixture.table_size);
	p->shared_size = p->fixture.table_size;
	p->shared = mmap(NULL, p->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED, fds[1], 0);
	assert_true(p->shared != MAP_FAILED);
	m.generation = said;
	assert_int_equal(channel_send(p->channel_fd, &m, fds, 2), 0);
	close(fds[0]);
	close(fds[1]);
}

void parent_state(struct parent *p, uint32_t instance, enum vrrp_state state)
{
	struct status_row row = fixture_row(state);
	uint64_t one = 1;

	status_write_row(p->shared, instance, &row);
	p->shared->changes++;
	assert_int_equal(write(p->wake_fd, &one, sizeof(one)), sizeof(one));
}

int parent_exit_code(pid_t pid, int timeout_ms)
{
	const struct timespec pause = { .tv_nsec = 2000000 };

	for (int waited_ms = 0; waited_ms <= timeout_ms; waited_ms += 2) {
		int status;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		nanosleep(&pause, NULL);
	}
	return -1;
}

pid_t run_start(char *const *arguments, int *ret_output_fd)
{
	int pair[2];
	pid_t pid;

	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(pair[1], 1);
		dup2(pair[1], 2);
		execv(arguments[0], arguments);
		_exit(127);
	}
	close(pair[1]);
	*ret_output_fd = pair[0];
	return pid;
}

int run(char *const *arguments, char *output, size_t size)
{
	size_t length = 0;
	int fd, status;
	pid_t pid = run_start(arguments, &fd);
	ssize_t n;

	while ((n = read(fd, output + length, size - 1 - length)) > 0)
		length += (size_t)n;
	output[length] = '\0';
	close(fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
