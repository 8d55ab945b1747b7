/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Notify scripts, with real ones: they write down that they began and ended, and with what. */

#include "conf/conf.h"
#include "daemon/notify.h"
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
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60

static struct loop loop;
static struct log lines;
static struct notify notify;
static int log_fd;

/* -- configurations -- */

struct config {
	int fd;
	size_t size;
	const struct image *image;
};

static struct config config_open(const char *text)
{
	struct config c = { .fd = sample_image(text) };
	struct stat st;

	fstat(c.fd, &st);
	c.size = (size_t)st.st_size;
	c.image = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, c.fd, 0);
	assert_true(c.image != MAP_FAILED);
	return c;
}

static void config_close(struct config *c)
{
	munmap((void *)(uintptr_t)c->image, c->size);
	close(c->fd);
}

/* Adds an instance with these lines, in which %s stands for the scripts' directory. */
static void add(char *text, const char *name, int vrid, const char *scripts)
{
	const char *at;

	text += strlen(text);
	text += sprintf(text, "vrrp_instance %s {\n interface eth0\n virtual_router_id %d\n"
			" priority 77\n virtual_ipaddress {\n 192.0.2.%d/24\n }\n",
			name, vrid, vrid);
	while ((at = strstr(scripts, "%s"))) {
		text += sprintf(text, "%.*s%s", (int)(at - scripts), scripts, sample_directory());
		scripts = at + 2;
	}
	sprintf(text, "%s\n}\n", scripts);
}

#define ALL_STATES \
	" notify_master \"%s/say master\"\n notify_backup \"%s/say backup\"\n" \
	" notify_fault \"%s/say fault\"\n notify_stop \"%s/say stop\"\n"

/* What no configuration of this release can say: the script of one state for another. */
static void use_for(const struct config *c, enum image_notify from, enum image_notify to)
{
	struct image_instance *i =
		&image_instances_mutable((struct image *)(uintptr_t)c->image)[0];

	i->notify[to] = i->notify[from];
}

/* -- the world of one test -- */

static int set_up(void **state)
{
	log_fd = sample_log_listen();
	sample_log_open(&lines);
	notify_init(&notify, &loop, &lines);
	/* One line each: O_APPEND, so that lines of several do not mix. */
	sample_write("say", "#!/bin/sh\ncd \"${0%/*}\"\necho \"+$*\" >>said\n"
		     "[ -e hold ] && while [ -e hold ]; do sleep 0.02; done\n"
		     "echo \"-$*\" >>said\n", 0755);
	unlink(sample_path("said"));
	unlink(sample_path("hold"));
	return 0;
}

static int tear_down(void **state)
{
	notify_fini(&notify);
	log_close(&lines);
	close(log_fd);
	return 0;
}

static void turn(int ms)
{
	assert_int_equal(loop_turn(&loop, mono_add(loop_clock(), ms * 1000)), 0);
}

static void until_idle(void)
{
	while (!notify_is_idle(&notify))
		turn(1000);
}

static void until_said(const char *text)
{
	while (strcmp(sample_read("said"), text) != 0)
		turn(5);
}

static void assert_said(const char *text)
{
	assert_string_equal(sample_read("said"), text);
}

static struct config begin(const char *scripts)
{
	char text[4096] = "";
	struct config c;

	add(text, "web", 51, scripts);
	c = config_open(text);
	assert_int_equal(notify_configure(&notify, c.image, loop_clock()), 0);
	return c;
}

static void state_is(uint32_t instance, enum image_notify state)
{
	notify_state(&notify, instance, state, 100, loop_clock());
}

/* -- cases -- */

static void words_and_order(void **state)
{
	struct config c = begin(ALL_STATES " notify \"%s/say 'all of it'\"\n");

	assert_true(notify_is_idle(&notify));
	state_is(0, NOTIFY_MASTER);
	assert_false(notify_is_idle(&notify));
	until_idle();
	assert_said("+master\n-master\n+all of it INSTANCE web MASTER 100\n"
		    "-all of it INSTANCE web MASTER 100\n");
	unlink(sample_path("said"));
	notify_lower_heard(&notify, 0, loop_clock());
	until_idle();
	assert_said("");
	use_for(&c, NOTIFY_FAULT, NOTIFY_MASTER_RX_LOWER_PRI);
	notify_lower_heard(&notify, 0, loop_clock());
	until_idle();
	/* keepalived tells this one only to its own script. */
	assert_said("+fault\n-fault\n");
	assert_string_equal(sample_log_text(log_fd), "");
	state_is(7, NOTIFY_MASTER); /* no such instance */
	notify_lower_heard(&notify, 7, loop_clock());
	assert_true(notify_is_idle(&notify));
	config_close(&c);
}

static void every_state_has_its_word(void **state)
{
	struct config c = begin(" notify \"%s/say\"\n");

	state_is(0, NOTIFY_MASTER);
	until_idle();
	state_is(0, NOTIFY_BACKUP);
	until_idle();
	state_is(0, NOTIFY_FAULT);
	until_idle();
	notify_lower_heard(&notify, 0, loop_clock());
	until_idle();
	notify_stop(&notify, loop_clock());
	until_idle();
	assert_said("+INSTANCE web MASTER 100\n-INSTANCE web MASTER 100\n"
		    "+INSTANCE web BACKUP 100\n-INSTANCE web BACKUP 100\n"
		    "+INSTANCE web FAULT 100\n-INSTANCE web FAULT 100\n"
		    "+INSTANCE web STOP 100\n-INSTANCE web STOP 100\n");
	config_close(&c);
}

static void newest_takes_the_place_of_what_waits(void **state)
{
	struct config c = begin(ALL_STATES);

	sample_write("hold", "", 0644);
	state_is(0, NOTIFY_MASTER);
	until_said("+master\n");
	state_is(0, NOTIFY_BACKUP);
	notify_lower_heard(&notify, 0, loop_clock());
	state_is(0, NOTIFY_FAULT);
	state_is(0, NOTIFY_MASTER);
	state_is(0, NOTIFY_BACKUP);
	turn(50);
	assert_said("+master\n"); /* one at a time */
	unlink(sample_path("hold"));
	until_idle();
	assert_said("+master\n-master\n+backup\n-backup\n");
	config_close(&c);
}

static void instances_do_not_wait_for_each_other(void **state)
{
	char text[4096] = "";
	struct config c;

	add(text, "a", 51, " notify_master \"%s/say a\"");
	add(text, "b", 52, " notify_master \"%s/say b\"");
	c = config_open(text);
	notify_configure(&notify, c.image, loop_clock());
	sample_write("hold", "", 0644);
	state_is(0, NOTIFY_MASTER);
	until_said("+a\n");
	state_is(1, NOTIFY_MASTER);
	until_said("+a\n+b\n");
	unlink(sample_path("hold"));
	until_idle();
	config_close(&c);
}

static void no_more_than_so_many(void **state)
{
	static char text[32768];
	unsigned count = 0;
	struct config c;
	char name[16];

	text[0] = '\0';
	for (int i = 0; i < LIMIT_SCRIPTS + 6; i++) {
		snprintf(name, sizeof(name), "i%d", i);
		add(text, name, i + 1, " notify_master \"%s/say x\"");
	}
	c = config_open(text);
	notify_configure(&notify, c.image, loop_clock());
	sample_write("hold", "", 0644);
	for (uint32_t i = 0; i < LIMIT_SCRIPTS + 6; i++) {
		state_is(i, NOTIFY_MASTER);
		state_is(i, NOTIFY_MASTER);
	}
	assert_int_equal(notify.running_count, LIMIT_SCRIPTS);
	unlink(sample_path("hold"));
	until_idle();
	for (const char *at = sample_read("said"); (at = strchr(at, '+')); at++)
		count++;
	/* Those that ran had one waiting behind them; of the others, one took the other's place. */
	assert_int_equal(count, 2 * LIMIT_SCRIPTS + 6);
	assert_false(sample_has_children());
	config_close(&c);
}

static void how_it_ended_is_logged(void **state)
{
	struct config c = begin(" notify_master \"/bin/sh -c 'exit 3'\"\n"
				" notify_backup \"%s/no-such-script\"\n"
				" notify_fault \"/bin/sh -c 'kill -9 $$'\"\n"
				" notify_stop \"%s/say stop\" no-such-user-here\n");
	const char *text;

	state_is(0, NOTIFY_MASTER);
	until_idle();
	assert_string_equal(sample_log_text(log_fd), "(web) script /bin/sh exited with status 3\n");
	state_is(0, NOTIFY_BACKUP);
	until_idle();
	text = sample_log_text(log_fd);
	assert_non_null(strstr(text, "no-such-script exited with status 127 (it cannot be"));
	state_is(0, NOTIFY_FAULT);
	until_idle();
	assert_string_equal(sample_log_text(log_fd),
			    "(web) script /bin/sh ended by signal 9 (Killed)\n");
	state_is(0, NOTIFY_STOP);
	until_idle();
	text = sample_log_text(log_fd);
	assert_non_null(strstr(text, "exited with status 126 (it may not be run"));
	assert_said("");
	config_close(&c);
}

static void a_script_that_is_waited_for_is_ended(void **state)
{
	struct config c = begin(" notify_master \"/bin/sh -c 'trap : TERM;"
				" while :; do sleep 1; done'\"\n"
				" notify \"%s/say\"\n notify_backup \"%s/say backup\"\n");
	struct mono now = loop_clock();

	state_is(0, NOTIFY_MASTER);
	/* Nobody waits for it: as long as it likes. */
	assert_true(mono_is_never(notify_deadline(&notify)));
	notify_expire(&notify, mono_add(now, 100 * NOTIFY_PATIENCE_US));
	state_is(0, NOTIFY_BACKUP);
	assert_false(mono_is_never(notify_deadline(&notify)));
	turn(100);
	notify_expire(&notify, mono_add(now, NOTIFY_PATIENCE_US - 1000000));
	assert_string_equal(sample_log_text(log_fd), "");
	notify_expire(&notify, mono_add(now, NOTIFY_PATIENCE_US + 1000000));
	assert_non_null(strstr(sample_log_text(log_fd), "still runs while a newer state waits"));
	turn(100);
	notify_expire(&notify, mono_add(now, NOTIFY_PATIENCE_US + 2 * NOTIFY_KILL_US + 1000000));
	until_idle();
	assert_non_null(strstr(sample_log_text(log_fd), "ended by signal 9"));
	/* What was to follow it is over, too. */
	assert_said("+backup\n-backup\n+INSTANCE web BACKUP 100\n-INSTANCE web BACKUP 100\n");
	assert_true(mono_is_never(notify_deadline(&notify)));
	config_close(&c);
}

/* -- the end -- */

static void stop_before_any_state(void **state)
{
	struct config c = begin(" notify \"%s/say\"\n");

	notify_stop(&notify, loop_clock());
	until_idle();
	assert_said("+INSTANCE web STOP 77\n-INSTANCE web STOP 77\n");
	config_close(&c);
}

static void stop_in_a_hurry(void **state)
{
	struct config c = begin(ALL_STATES " notify \"%s/say\"\n");

	sample_write("hold", "", 0644);
	state_is(0, NOTIFY_MASTER);
	until_said("+master\n");
	notify_stop(&notify, loop_clock());
	turn(50);
	assert_said("+master\n");
	/* No time left: beside what still runs, also what was to follow it. */
	assert_int_equal(notify_hurry(&notify, loop_clock()), 0);
	while (!strstr(sample_read("said"), "+stop\n") ||
	       !strstr(sample_read("said"), "+INSTANCE web MASTER 100\n"))
		turn(5);
	/* `notify` for the stop still waits behind notify_stop: another push. */
	assert_int_equal(notify_hurry(&notify, loop_clock()), 0);
	while (!strstr(sample_read("said"), "+INSTANCE web STOP 100\n"))
		turn(5);
	unlink(sample_path("hold"));
	until_idle();
	config_close(&c);
}

/* -- another configuration -- */

static void work_moves_with_its_instance(void **state)
{
	char text[8192] = "";
	struct config c = begin(ALL_STATES), d;

	sample_write("hold", "", 0644);
	state_is(0, NOTIFY_MASTER);
	until_said("+master\n");
	state_is(0, NOTIFY_BACKUP);
	add(text, "first", 50, ALL_STATES);
	add(text, "web", 51, " notify_backup \"%s/say new-backup\"");
	d = config_open(text);
	assert_int_equal(notify_configure(&notify, d.image, loop_clock()), 0);
	config_close(&c);
	state_is(0, NOTIFY_FAULT); /* of the other one: at once */
	until_said("+master\n+fault\n");
	unlink(sample_path("hold"));
	until_idle();
	assert_non_null(strstr(sample_read("said"), "-master\n"));
	assert_non_null(strstr(sample_read("said"), "+new-backup\n-new-backup\n"));
	config_close(&d);
}

static void deleted_instance(void **state)
{
	char text[4096] = "";
	struct config c = begin(ALL_STATES " notify \"%s/say\"\n"), d, e;

	use_for(&c, NOTIFY_STOP, NOTIFY_DELETED);
	add(text, "other", 52, " notify \"%s/say\"\n");
	d = config_open(text);
	notify_configure(&notify, d.image, loop_clock());
	config_close(&c);
	until_idle();
	assert_said("+stop\n-stop\n+INSTANCE web DELETED 77\n-INSTANCE web DELETED 77\n");
	unlink(sample_path("said"));
	/* keepalived's, where notify_deleted is not set. */
	e = config_open("");
	notify_configure(&notify, e.image, loop_clock());
	config_close(&d);
	until_idle();
	assert_said("+INSTANCE other FAULT 77\n-INSTANCE other FAULT 77\n");
	config_close(&e);
}

/* A broken block may have the name of a sound one; it has no part in what waits for that. */
static void broken_namesake(void **state)
{
	char text[8192] = "";
	struct config c, d;

	add(text, "web", 51, ALL_STATES);
	add(text, "web", 999, ALL_STATES);
	c = config_open(text);
	assert_int_equal(c.image->instance_count, 2);
	notify_configure(&notify, c.image, loop_clock());
	sample_write("hold", "", 0644);
	state_is(0, NOTIFY_MASTER);
	until_said("+master\n");
	state_is(0, NOTIFY_BACKUP);
	text[0] = '\0';
	add(text, "first", 50, "");
	add(text, "web", 51, ALL_STATES);
	d = config_open(text);
	notify_configure(&notify, d.image, loop_clock());
	config_close(&c);
	turn(50);
	assert_said("+master\n");
	unlink(sample_path("hold"));
	until_idle();
	assert_said("+master\n-master\n+backup\n-backup\n");
	config_close(&d);
}

/* -- what a script gets -- */

static void clean_process(void **state)
{
	struct config c;
	const char *text, *ignored;
	struct rlimit files;
	int leak = dup(log_fd); /* not close-on-exec */

	sample_write("look", "#!/bin/sh\ncd \"${0%/*}\"\n"
		     "(grep -E 'Sig(Ign|Blk)' /proc/self/status; env;"
		     " ls -l /proc/$$/fd; pwd; ulimit -n; ps -o pgid= -p $$; echo $$) >said.new\n"
		     "mv said.new said\n", 0755);
	c = begin(" notify_master \"%s/look\"\n");
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	setenv("NOTIFY_SOCKET", "/nowhere", 1);
	setenv("LD_PRELOAD_TEST", "x", 1);
	setenv("VIPD_RUN_DIR", "/x", 1);
	setenv("MY_OWN", "kept", 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	state_is(0, NOTIFY_MASTER);
	until_idle();
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	close(leak);
	text = sample_read("said");
	ignored = strstr(text, "SigIgn:\t");
	assert_non_null(ignored);
	/* The C library keeps two for itself and lets nobody change them (dpkg-buildpackage has
	 * them ignored). */
	assert_int_equal(strtoull(ignored + strlen("SigIgn:\t"), NULL, 16) & ~0x180000000ull, 0);
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
	assert_non_null(strstr(text, "MY_OWN=kept"));
	assert_non_null(strstr(text, "PATH=" CONF_SCRIPT_PATH "\n"));
	assert_null(strstr(text, "NOTIFY_SOCKET"));
	assert_null(strstr(text, "LD_PRELOAD_TEST"));
	assert_null(strstr(text, "VIPD_RUN_DIR"));
	assert_null(strstr(text, "socket:"));
	assert_null(strstr(text, "eventpoll"));
	assert_string_equal(sample_log_text(log_fd), "");
	config_close(&c);
}

static void another_user(void **state)
{
	struct config c;
	struct stat st;

	if (geteuid() != 0)
		skip();
	chmod(sample_directory(), 01777);
	sample_write("touch", "#!/bin/sh\ntouch \"${0%/*}/touched\"\n", 0755);
	c = begin(" notify_master \"%s/touch\" nobody\n");
	state_is(0, NOTIFY_MASTER);
	until_idle();
	assert_int_equal(stat(sample_path("touched"), &st), 0);
	assert_int_not_equal(st.st_uid, 0);
	assert_int_not_equal(st.st_gid, 0);
	chmod(sample_directory(), 0755);
	config_close(&c);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(words_and_order),
		CASE(every_state_has_its_word),
		CASE(newest_takes_the_place_of_what_waits),
		CASE(instances_do_not_wait_for_each_other),
		CASE(no_more_than_so_many),
		CASE(how_it_ended_is_logged),
		CASE(a_script_that_is_waited_for_is_ended),
		CASE(stop_before_any_state),
		CASE(stop_in_a_hurry),
		CASE(work_moves_with_its_instance),
		CASE(deleted_instance),
		CASE(broken_namesake),
		CASE(clean_process),
		CASE(another_user),
	};
	int result;

	alarm(PATIENCE_SECONDS);
	if (loop_open(&loop) < 0)
		return 1;
	result = cmocka_run_group_tests(tests, NULL, NULL);
	loop_close(&loop);
	return result;
}
