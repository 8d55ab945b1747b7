/* SPDX-License-Identifier: GPL-2.0-or-later */

/* One turn of the event loop: sleep until a descriptor is ready or the deadline is reached, read
 * the clock once, hand every ready descriptor to its owner.
 *
 * The deadline is a timerfd in the same epoll, because epoll_wait() counts in milliseconds and
 * from now, while our intervals are 10 ms and our deadlines are instants: an absolute timer does
 * not drift when the process is stopped between computing and sleeping. There is one deadline
 * only; who has many keeps them in a heap (base/heap.h) and passes the least.
 *
 * A handler may remove any source, also one that is ready in the same turn and was not called
 * yet, and may free it: loop_remove() therefore takes it off the list of this turn. */

#include "loop/loop.h"

#include "base/check.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define US_PER_SECOND 1000000

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	check(clock_gettime(clock, &t) == 0);
	return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

struct mono loop_clock(void)
{
	return (struct mono){ clock_us(CLOCK_MONOTONIC) };
}

int64_t loop_realtime_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

int loop_open(struct loop *loop)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
	int error;

	*loop = (struct loop){ .epoll_fd = -1, .timer_fd = -1, .armed = MONO_NEVER };
	loop->now = loop->slept_until = loop_clock();
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return -errno;
	loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	/* The timer is the source without an owner: NULL. */
	if (loop->timer_fd < 0 ||
	    epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->timer_fd, &event) < 0) {
		error = -errno;
		loop_close(loop);
		return error;
	}
	return 0;
}

void loop_close(struct loop *loop)
{
	if (loop->timer_fd >= 0)
		close(loop->timer_fd);
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	loop->timer_fd = loop->epoll_fd = -1;
	loop->ready_count = 0;
}

int loop_add(struct loop *loop, struct loop_source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	check(source->handle && !source->is_added);
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0)
		return -errno;
	source->is_added = true;
	return 0;
}

int loop_modify(struct loop *loop, struct loop_source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	check(source->is_added);
	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event) < 0 ? -errno : 0;
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
	if (!source->is_added)
		return;
	/* An error would say that the descriptor was closed before: then it is gone already. */
	epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	source->is_added = false;
	for (int i = 0; i < loop->ready_count; i++) {
		if (loop->ready[i] == source)
			loop->ready[i] = NULL;
	}
}

static int arm(struct loop *loop, struct mono deadline)
{
	struct itimerspec t = { 0 };

	if (loop->armed.us == deadline.us)
		return 0;
	if (!mono_is_never(deadline)) {
		t.it_value.tv_sec = deadline.us / US_PER_SECOND;
		t.it_value.tv_nsec = deadline.us % US_PER_SECOND * 1000;
	}
	if (timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &t, NULL) < 0)
		return -errno;
	loop->armed = deadline;
	return 0;
}

static void timer_expired(struct loop *loop)
{
	uint64_t count;

	/* Nothing to read when it was set anew since epoll saw it; it is armed then. */
	if (read(loop->timer_fd, &count, sizeof count) == (ssize_t)sizeof count)
		loop->armed = MONO_NEVER;
}

int loop_wait(struct loop *loop, struct mono deadline)
{
	struct epoll_event events[LOOP_EVENTS_TURN];
	int timeout_ms = -1, count, r;

	/* A deadline that is past needs no timer; setting one would cost a sleep. Times before
	 * the clock's beginning cannot be set at all. */
	if (mono_reached(deadline, loop_clock())) {
		timeout_ms = 0;
	} else {
		r = arm(loop, deadline);
		if (r < 0)
			return r;
	}
	do {
		count = epoll_wait(loop->epoll_fd, events, LOOP_EVENTS_TURN, timeout_ms);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	loop->now = loop->slept_until = loop_clock();
	loop->ready_count = 0;
	loop->is_full = count == LOOP_EVENTS_TURN;
	for (int i = 0; i < count; i++) {
		if (!events[i].data.ptr) {
			timer_expired(loop);
			continue;
		}
		loop->ready[loop->ready_count] = events[i].data.ptr;
		loop->ready_events[loop->ready_count++] = events[i].events;
	}
	return 0;
}

void loop_dispatch(struct loop *loop)
{
	for (int i = 0; i < loop->ready_count; i++) {
		struct loop_source *source = loop->ready[i];

		if (!source)
			continue;
		loop->ready[i] = NULL;
		source->handle(source, loop->ready_events[i], loop->now);
	}
	loop->ready_count = 0;
}

int loop_turn(struct loop *loop, struct mono deadline)
{
	int r = loop_wait(loop, deadline);

	if (r < 0)
		return r;
	loop_dispatch(loop);
	return 0;
}
