/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Reading the configuration: what a good file gives, and that a child which dies, hangs or lies is
 * a load that failed, and nothing else. */

#include "daemon/load.h"
#include "daemon/load_packet.h"
#include "daemon/privilege.h"
#include "sample.h"
#include "wire/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60
#define FINDINGS_SIZE (8u << 20)

#define GOOD \
	"vrrp_instance web {\n    interface eth0\n    virtual_router_id 51\n" \
	"    virtual_ipaddress {\n        192.0.2.80/24\n    }\n}\n"

static struct loop loop;

/* What one load said. */
static struct {
	bool is_done;
	struct load_result result;
	char failure[200];
	char *findings;
	size_t length;
	unsigned count, errors;
} seen;

/* In place of libc's: there is `there`, and nothing else. Counts what it is asked. */
static unsigned links_asked;

unsigned if_nametoindex(const char *name)
{
	links_asked++;
	return strcmp(name, "there") == 0 ? 7 : 0;
}

static void on_finding(void *context, enum conf_severity severity, const char *text)
{
	size_t size = strlen(text);

	assert_ptr_equal(context, &seen);
	assert_true(seen.length + size < FINDINGS_SIZE);
	memcpy(seen.findings + seen.length, text, size + 1);
	seen.length += size;
	seen.count++;
	seen.errors += severity == CONF_ERROR;
}

static void on_done(void *context, const struct load_result *result, struct mono now)
{
	assert_false(seen.is_done);
	seen.is_done = true;
	seen.result = *result;
	if (result->failure)
		snprintf(seen.failure, sizeof(seen.failure), "%s", result->failure);
}

static void begin(struct load *load, const char *path, enum load_form form)
{
	free(seen.findings);
	memset(&seen, 0, sizeof(seen));
	seen.findings = calloc(1, FINDINGS_SIZE);
	load_init(load, &loop);
	load->context = &seen;
	load->finding = on_finding;
	load->done = on_done;
	assert_int_equal(load_start(load, path, form, loop_clock()), 0);
	assert_true(load_is_running(load));
}

static void until_done(struct load *load)
{
	while (!seen.is_done) {
		assert_int_equal(loop_turn(&loop, load_deadline(load)), 0);
		load_expire(load, loop.now);
	}
	assert_false(load_is_running(load));
	assert_true(mono_is_never(load_deadline(load)));
}

static void read_it(const char *path, enum load_form form)
{
	struct load load;

	begin(&load, path, form);
	until_done(&load);
}

static void good_file(void **state)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
	const struct image *image;
	const char *why = "";
	struct stat st;

	sample_write("good.conf", GOOD, 0600);
	read_it(sample_path("good.conf"), LOAD_FORM_LINE);
	assert_null(seen.result.failure);
	assert_int_equal(seen.errors, 0);
	assert_int_equal(seen.result.file_error, 0);
	assert_int_equal(seen.result.instance_count, 1);
	assert_int_equal(seen.result.healthy_count, 1);
	assert_true(seen.result.image_fd >= 0);
	assert_int_equal(fcntl(seen.result.image_fd, F_GET_SEALS) & seals, seals);
	assert_true(fcntl(seen.result.image_fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fstat(seen.result.image_fd, &st), 0);
	image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, seen.result.image_fd, 0);
	assert_true(image != MAP_FAILED);
	if (!image_check(image, (size_t)st.st_size, &why))
		fail_msg("%s", why);
	assert_int_equal(image->instance_count, 1);
	assert_string_equal(image_text(image, image_instances(image)[0].name), "web");
	assert_string_equal(image_text(image, image->file), sample_path("good.conf"));
	assert_int_equal(image_instances(image)[0].vrid, 51);
	assert_true(llabs(image->loaded_realtime_us - loop_realtime_us()) < 60 * 1000000ll);
	munmap((void *)(uintptr_t)image, (size_t)st.st_size);
	close(seen.result.image_fd);
}

static void findings(void **state)
{
	static const char text[] = GOOD "vrrp_instance two {\n    interface eth0\n"
		"    virtual_router_id 999\n    prioritty 3\n}\n";

	sample_write("findings.conf", text, 0644);
	read_it(sample_path("findings.conf"), LOAD_FORM_LINE);
	assert_int_equal(seen.result.instance_count, 2);
	assert_int_equal(seen.result.healthy_count, 1);
	assert_int_equal(seen.result.exit_code, 5);
	assert_true(seen.errors >= 2);
	assert_non_null(strstr(seen.findings, "findings.conf:10:23: error: "));
	/* For the log: one line each, which the log ends itself. */
	assert_null(strchr(seen.findings, '\n'));
	close(seen.result.image_fd);

	read_it(sample_path("findings.conf"), LOAD_FORM_BLOCK);
	assert_non_null(strstr(seen.findings, "    virtual_router_id 999\n"));
	assert_non_null(strstr(seen.findings, "^~~\n"));
	assert_non_null(strstr(seen.findings, "hint: "));
	assert_int_equal(seen.findings[seen.length - 1], '\n');
	close(seen.result.image_fd);
}

static void more_findings_than_are_kept(void **state)
{
	char *text = calloc(1, 40000), *at = text;

	for (int i = 0; i < LIMIT_CONF_FINDINGS + 200; i++)
		at += sprintf(at, "word_%d value\n", i);
	sample_write("many.conf", text, 0644);
	free(text);
	read_it(sample_path("many.conf"), LOAD_FORM_BLOCK);
	assert_null(seen.result.failure);
	assert_int_equal(seen.count, LIMIT_CONF_FINDINGS + 1);
	assert_non_null(strstr(seen.findings, " more findings are not shown\n"));
	close(seen.result.image_fd);
	read_it(sample_path("many.conf"), LOAD_FORM_LINE);
	assert_null(strchr(seen.findings, '\n'));
	close(seen.result.image_fd);
}

/* One question for each name, however often it stands there, and the right answer every time. */
static void links_are_asked_for_once(void **state)
{
	char text[8192], *at = text;

	for (unsigned i = 1; i <= 60; i++)
		at += sprintf(at,
			      "vrrp_instance i%u {\n interface %s\n virtual_router_id %u\n"
			      " virtual_ipaddress {\n  192.0.2.%u dev %s\n }\n}\n",
			      i, i % 2 ? "there" : "absent", i, i, i % 3 ? "there" : "elsewhere");
	sample_write("links.conf", text, 0644);
	links_asked = 0;
	read_it(sample_path("links.conf"), LOAD_FORM_LINE);
	assert_null(seen.result.failure);
	assert_int_equal(seen.result.healthy_count, 60);
	assert_int_equal(links_asked, 3);
	assert_int_equal(seen.count, 30 + 20);
	assert_null(strstr(seen.findings, "no interface there"));
	close(seen.result.image_fd);
}

static void not_read(const char *path, int error)
{
	read_it(path, LOAD_FORM_LINE);
	if (seen.result.failure)
		fail_msg("%s", seen.failure);
	assert_int_equal(seen.result.file_error, error);
	assert_int_equal(seen.result.exit_code, 4);
	assert_true(seen.errors >= 1);
	assert_non_null(strstr(seen.findings, "cannot read"));
	if (seen.result.image_fd >= 0)
		close(seen.result.image_fd);
}

static void files_that_are_none(void **state)
{
	int fd;

	not_read(sample_path("missing.conf"), ENOENT);
	not_read(sample_directory(), EISDIR);
	assert_int_equal(mkfifo(sample_path("fifo"), 0644), 0);
	not_read(sample_path("fifo"), EINVAL);
	not_read("/dev/null", EINVAL);
	close(sample_log_listen());
	not_read(sample_path("log"), ENXIO);
	assert_int_equal(symlink("loop", sample_path("loop")), 0);
	not_read(sample_path("loop"), ELOOP);
	sample_write("huge.conf", "", 0644);
	fd = open(sample_path("huge.conf"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, LIMIT_CONF_FILE_SIZE + 1), 0);
	close(fd);
	not_read(sample_path("huge.conf"), EFBIG);
}

static void unreadable_file(void **state)
{
	uid_t user = geteuid();

	sample_write("secret.conf", GOOD, 0);
	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	not_read(sample_path("secret.conf"), EACCES);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
}

/* Only the parent's word counts for what may be opened: a child as a user who owns nothing. */
static void file_of_the_parent_only(void **state)
{
	sample_write("private.conf", GOOD, 0600);
	assert_int_equal(mkdir(sample_path("private"), 0700), 0);
	assert_int_equal(rename(sample_path("private.conf"), sample_path("private/x.conf")), 0);
	read_it(sample_path("private/x.conf"), LOAD_FORM_LINE);
	assert_null(seen.result.failure);
	assert_int_equal(seen.result.healthy_count, 1);
	close(seen.result.image_fd);
}

/* Another process of the child's user has many descriptors under way (an orphan that hands over its
 * sockets, say): the child waits until they have arrived. */
static void descriptors_under_way(void **state)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(64 * sizeof(int))];
	} control = { .align = { .cmsg_len = CMSG_LEN(64 * sizeof(int)), .cmsg_level = SOL_SOCKET,
				 .cmsg_type = SCM_RIGHTS } };
	struct iovec octet = { .iov_base = (char[1]){ 0 }, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &octet, .msg_iovlen = 1, .msg_control = control.space,
				  .msg_controllen = sizeof(control.space) };
	int ready[2], channel[2];
	pid_t child;

	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(20);
		if (privilege_drop(NULL) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0)
			_exit(1);
		for (int i = 0; i < 64; i++)
			memcpy(CMSG_DATA(&control.align) + i * (int)sizeof(int), &channel[0],
			       sizeof(int));
		if (sendmsg(channel[0], &message, 0) != 1 || write(ready[1], "", 1) != 1)
			_exit(1);
		usleep(300000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], (char[1]){ 0 }, 1), 1);
	sample_write("c.conf", GOOD, 0644);
	read_it(sample_path("c.conf"), LOAD_FORM_LINE);
	assert_null(seen.result.failure);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(seen.result.image_fd);
	close(ready[0]);
	close(ready[1]);
}

/* -- children that do not do their work -- */

static void stop_child(struct load *load)
{
	siginfo_t info;

	kill(load->child.pid, SIGSTOP);
	assert_int_equal(waitid(P_PID, (id_t)load->child.pid, &info, WSTOPPED | WNOWAIT), 0);
}

static void child_is_killed(void **state)
{
	struct load load;

	begin(&load, sample_path("good.conf"), LOAD_FORM_LINE);
	kill(load.child.pid, SIGKILL);
	until_done(&load);
	assert_non_null(strstr(seen.failure, "ended by signal 9"));
	assert_int_equal(seen.result.image_fd, -1);
}

static void child_hangs(void **state)
{
	struct load load;

	begin(&load, sample_path("good.conf"), LOAD_FORM_LINE);
	stop_child(&load);
	assert_int_equal(loop_turn(&loop, loop_clock()), 0);
	load_expire(&load, mono_add(loop_clock(), LOAD_TIME_US - 1000000));
	assert_false(seen.is_done);
	assert_false(mono_is_never(load_deadline(&load)));
	load_expire(&load, mono_add(loop_clock(), LOAD_TIME_US));
	until_done(&load);
	assert_non_null(strstr(seen.failure, "longer than 10 s"));
	assert_int_equal(seen.result.image_fd, -1);
}

/* The child's end of the socket pair, to speak in its place. */
static int child_end(struct load *load)
{
	const int candidates[] = { 3, load->channel.fd + 1 };

	stop_child(load);
	for (int i = 0; i < 2; i++) {
		int fd = pidfd_getfd(load->child.source.fd, candidates[i], 0), type = 0;
		socklen_t size = sizeof(type);

		if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
		    type == SOCK_SEQPACKET)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static void lies(const void *data, size_t size, int times)
{
	struct load load;
	int fd;

	begin(&load, sample_path("good.conf"), LOAD_FORM_LINE);
	fd = child_end(&load);
	if (fd < 0) {
		load_abandon(&load);
		skip(); /* not allowed to take another's descriptor */
	}
	for (int i = 0; i < times; i++)
		assert_int_equal(send(fd, data, size, 0), size);
	close(fd);
	until_done(&load);
	assert_non_null(strstr(seen.failure, "something strange"));
	assert_int_equal(seen.result.image_fd, -1);
}

static void child_lies(void **state)
{
	struct load_packet p = { .type = 4711 };
	const size_t size = offsetof(struct load_packet, text) + 1;

	lies("x", 1, 1);
	lies(&p, size, 1);
	p.type = LOAD_PACKET_OPENED;
	lies(&p, size, 1);
	p.type = LOAD_PACKET_LOOKED;
	lies(&p, size, 1);
	p.type = LOAD_PACKET_FINDING;
	p.text[0] = 'x'; /* not terminated */
	lies(&p, size, 1);
	p = (struct load_packet){ .type = LOAD_PACKET_DONE };
	lies(&p, size, 2);
	/* It would become a part of a path. */
	strcpy(p.text, "/../etc");
	lies(&p, size + strlen(p.text), 1);
	memset(p.text, 'x', RUN_DIR_SUFFIX_SIZE);
	lies(&p, size + strlen(p.text), 1);
}

/* Nothing but the names: what is wrong with the file is said when it is read for good. */
static void only_the_place(void **state)
{
	sample_write("named.conf", "instance blue\nnet_namespace red\nno_such_word\n" GOOD, 0600);
	read_it(sample_path("named.conf"), LOAD_FORM_PLACE);
	assert_null(seen.result.failure);
	assert_string_equal(seen.result.place, "-blue@red");
	assert_int_equal(seen.count, 0);
	assert_int_equal(seen.result.image_fd, -1);
	sample_write("named.conf", "net_namespace /run/netns/red\n" GOOD, 0600);
	read_it(sample_path("named.conf"), LOAD_FORM_PLACE);
	assert_string_equal(seen.result.place, "");
	read_it(sample_path("missing.conf"), LOAD_FORM_PLACE);
	assert_int_equal(seen.result.file_error, ENOENT);
	assert_string_equal(seen.result.place, "");
}

static void abandoned(void **state)
{
	int before = sample_fd_count(getpid());
	struct load load;

	begin(&load, sample_path("good.conf"), LOAD_FORM_LINE);
	load_abandon(&load);
	assert_false(load_is_running(&load));
	assert_false(seen.is_done);
	assert_true(mono_is_never(load_deadline(&load)));
	load_abandon(&load);
	assert_int_equal(sample_fd_count(getpid()), before);
	assert_false(sample_has_children());
}

static void nothing_is_left(void **state)
{
	int before = sample_fd_count(getpid());

	for (int i = 0; i < 50; i++) {
		read_it(sample_path("good.conf"), LOAD_FORM_LINE);
		close(seen.result.image_fd);
		read_it(sample_path("missing.conf"), LOAD_FORM_LINE);
		if (seen.result.image_fd >= 0)
			close(seen.result.image_fd);
	}
	assert_int_equal(sample_fd_count(getpid()), before);
	assert_false(sample_has_children());
}

/* Somebody who started us may have had no use for the ends of children. */
static void ends_of_children_are_ignored(void **state)
{
	struct load load;

	signal(SIGCHLD, SIG_IGN);
	begin(&load, sample_path("good.conf"), LOAD_FORM_LINE);
	until_done(&load);
	signal(SIGCHLD, SIG_DFL);
	assert_false(load_is_running(&load));
	if (seen.result.image_fd >= 0)
		close(seen.result.image_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_file),
		cmocka_unit_test(findings),
		cmocka_unit_test(more_findings_than_are_kept),
		cmocka_unit_test(links_are_asked_for_once),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(unreadable_file),
		cmocka_unit_test(file_of_the_parent_only),
		cmocka_unit_test(descriptors_under_way),
		cmocka_unit_test(child_is_killed),
		cmocka_unit_test(child_hangs),
		cmocka_unit_test(child_lies),
		cmocka_unit_test(only_the_place),
		cmocka_unit_test(abandoned),
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(ends_of_children_are_ignored),
	};
	int result;

	alarm(PATIENCE_SECONDS);
	if (loop_open(&loop) < 0)
		return 1;
	result = cmocka_run_group_tests(tests, NULL, NULL);
	loop_close(&loop);
	free(seen.findings);
	return result;
}
