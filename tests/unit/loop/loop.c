/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The event loop: what is called, when, and what is not called any more. */

#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

static struct loop loop;

/* A source with its story. */
struct probe {
	struct loop_source source;
	struct loop_source *victim; /* removed by the handler */
	bool frees_victim;
	int calls;
	uint32_t events;
	struct mono now;
};

static int total_calls;

static void probe_handle(struct loop_source *source, uint32_t events, struct mono now)
{
	struct probe *p = (struct probe *)source;

	p->calls++;
	total_calls++;
	p->events = events;
	p->now = now;
	if (!p->victim)
		return;
	loop_remove(&loop, p->victim);
	if (p->frees_victim) {
		memset(p->victim, 0xee, sizeof *p->victim);
		free(p->victim);
	}
	p->victim = NULL;
}

/* Ready at once, and stays so. */
static void probe_add(struct probe *p)
{
	*p = (struct probe){ .source = { .fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC),
					 .handle = probe_handle } };
	assert_true(p->source.fd >= 0);
	assert_int_equal(loop_add(&loop, &p->source, EPOLLIN), 0);
}

static void probe_end(struct probe *p)
{
	loop_remove(&loop, &p->source);
	close(p->source.fd);
}

static int setup(void **state)
{
	total_calls = 0;
	return loop_open(&loop);
}

static int teardown(void **state)
{
	loop_close(&loop);
	return 0;
}

static struct mono in(int64_t us)
{
	return mono_add(loop_clock(), us);
}

/* Sleeps until `deadline` and returns how late it woke. */
static int64_t late(struct mono deadline)
{
	assert_int_equal(loop_turn(&loop, deadline), 0);
	assert_int_equal(loop.now.us, loop.slept_until.us);
	return mono_since(deadline, loop.now);
}

static void wakes_at_the_deadline(void **state)
{
	for (int i = 0; i < 5; i++) {
		int64_t late_us = late(in(5000));

		/* Never early; the bound is for a busy machine. */
		assert_in_range(late_us, 0, 200000);
	}
}

static void deadlines_move(void **state)
{
	struct probe p;
	struct mono far = in(3600 * INT64_C(1000000)), soon;

	probe_add(&p);
	assert_int_equal(loop_turn(&loop, far), 0); /* armed for an hour, and woken by the probe */
	assert_int_equal(p.calls, 1);
	probe_end(&p);
	soon = in(3000);
	assert_in_range(late(soon), 0, 200000);
	/* The one of before must not wake us: it would be early. */
	probe_add(&p);
	assert_int_equal(loop_turn(&loop, in(2000)), 0);
	probe_end(&p);
	assert_in_range(late(in(20000)), 0, 200000);
	/* The same again after it went off. */
	soon = in(2000);
	assert_in_range(late(soon), 0, 200000);
	assert_in_range(late(soon), 1, 200000);
}

static void reached_deadline_only_looks(void **state)
{
	struct mono before = loop_clock();
	struct probe p;

	assert_int_equal(loop_turn(&loop, before), 0);
	assert_int_equal(loop_turn(&loop, (struct mono){ 0 }), 0);
	assert_int_equal(loop_turn(&loop, (struct mono){ -5 }), 0);
	probe_add(&p);
	assert_int_equal(loop_turn(&loop, before), 0);
	assert_int_equal(p.calls, 1);
	assert_int_equal(p.now.us, loop.now.us);
	assert_true(p.events & EPOLLIN);
	probe_end(&p);
}

static void never_waits_for_descriptors(void **state)
{
	struct probe p;

	assert_int_equal(loop_turn(&loop, in(-1)), 0);
	probe_add(&p);
	assert_int_equal(loop_turn(&loop, MONO_NEVER), 0);
	assert_int_equal(p.calls, 1);
	probe_end(&p);
}

static void removed_in_the_same_turn(void **state)
{
	struct probe p[3];

	for (int i = 0; i < 3; i++)
		probe_add(&p[i]);
	/* Whoever comes first removes the others: one is called. */
	p[0].victim = &p[1].source;
	p[1].victim = &p[0].source;
	assert_int_equal(loop_turn(&loop, in(-1)), 0);
	assert_int_equal(p[0].calls + p[1].calls, 1);
	assert_int_equal(p[2].calls, 1);
	for (int i = 0; i < 3; i++)
		probe_end(&p[i]);
}

static void removes_itself(void **state)
{
	struct probe p;

	probe_add(&p);
	p.victim = &p.source;
	assert_int_equal(loop_turn(&loop, in(-1)), 0);
	assert_false(p.source.is_added);
	assert_int_equal(loop_turn(&loop, in(-1)), 0);
	assert_int_equal(p.calls, 1);
	loop_remove(&loop, &p.source); /* again: nothing */
	close(p.source.fd);
}

static void freed_in_the_same_turn(void **state)
{
	struct probe first, *second = malloc(sizeof *second);
	int fd;

	assert_non_null(second);
	probe_add(&first);
	probe_add(second);
	fd = second->source.fd;
	assert_int_equal(loop_wait(&loop, in(-1)), 0);
	assert_int_equal(loop.ready_count, 2);
	if (loop.ready[0] != &first.source) { /* the order is epoll's: make it ours */
		loop.ready[1] = loop.ready[0];
		loop.ready[0] = &first.source;
	}
	first.victim = &second->source;
	first.frees_victim = true;
	loop_dispatch(&loop);
	assert_int_equal(total_calls, 1);
	close(fd);
	probe_end(&first);
}

/* Between waiting and the handlers the owner may remove, too. */
static void removed_before_dispatch(void **state)
{
	struct probe p;

	probe_add(&p);
	assert_int_equal(loop_wait(&loop, MONO_NEVER), 0);
	loop_remove(&loop, &p.source);
	loop_dispatch(&loop);
	assert_int_equal(p.calls, 0);
	loop_dispatch(&loop); /* nothing is left over */
	probe_end(&p);
}

static void more_than_a_turn_takes(void **state)
{
	static struct probe p[3 * LOOP_EVENTS_TURN];
	const int count = 3 * LOOP_EVENTS_TURN;

	for (int i = 0; i < count; i++)
		probe_add(&p[i]);
	for (int i = 0; i < 4; i++) {
		int before = total_calls;

		assert_int_equal(loop_turn(&loop, in(-1)), 0);
		assert_true(total_calls - before <= LOOP_EVENTS_TURN);
	}
	for (int i = 0; i < count; i++) {
		assert_true(p[i].calls >= 1); /* nobody starves */
		probe_end(&p[i]);
	}
}

static void events_can_change(void **state)
{
	struct probe p;

	probe_add(&p);
	assert_int_equal(loop_modify(&loop, &p.source, EPOLLOUT), 0);
	assert_int_equal(loop_turn(&loop, MONO_NEVER), 0);
	assert_int_equal(p.events, EPOLLOUT);
	assert_int_equal(loop_modify(&loop, &p.source, 0), 0);
	assert_int_equal(loop_turn(&loop, in(-1)), 0);
	assert_int_equal(p.calls, 1);
	probe_end(&p);
	p.source.fd = -1;
	assert_int_equal(loop_add(&loop, &p.source, EPOLLIN), -EBADF);
	assert_false(p.source.is_added);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
	alarms = alarms + 1;
}

/* A signal with a handler in the midst of the sleep does not end it early. */
static void interrupted(void **state)
{
	struct sigaction action = { .sa_handler = on_alarm }, old;
	struct itimerval every = { { 0, 2000 }, { 0, 2000 } }, none = { 0 };

	assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_in_range(late(in(30000)), 0, 200000);
	assert_int_equal(setitimer(ITIMER_REAL, &none, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
	assert_true(alarms > 0);
}

static void signals(void **state)
{
	static const int wanted[] = { SIGUSR1, SIGUSR2, 0 };
	static const int wrong[] = { 4711, 0 };
	int fd = loop_signals_open(wanted);
	uint32_t pid = 0;
	sigset_t set;

	assert_true(fd >= 0);
	assert_int_equal(loop_signals_read(fd, &pid), 0);
	assert_int_equal(kill(getpid(), SIGUSR2), 0);
	assert_int_equal(loop_signals_read(fd, &pid), SIGUSR2);
	assert_int_equal(pid, getpid());
	assert_int_equal(loop_signals_read(fd, NULL), 0);
	close(fd);
	assert_int_equal(loop_signals_read(fd, &pid), -EBADF);
	assert_int_equal(loop_signals_open(wrong), -EINVAL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void clocks(void **state)
{
	struct mono a = loop_clock(), b;
	struct timeval tv;

	usleep(1000);
	b = loop_clock();
	assert_true(mono_since(a, b) >= 1000);
	gettimeofday(&tv, NULL);
	assert_in_range(loop_realtime_us() - (int64_t)tv.tv_sec * 1000000 - tv.tv_usec, 0, 500000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wakes_at_the_deadline),
		TEST(deadlines_move),
		TEST(reached_deadline_only_looks),
		TEST(never_waits_for_descriptors),
		TEST(removed_in_the_same_turn),
		TEST(removes_itself),
		TEST(freed_in_the_same_turn),
		TEST(removed_before_dispatch),
		TEST(more_than_a_turn_takes),
		TEST(events_can_change),
		TEST(interrupted),
		TEST(signals),
		TEST(clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
