/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

/* One epoll, one timerfd. One turn: wait, read the clock once, hand each ready descriptor to its
 * handler, then the turn's end to the owner. Handlers are embedded in their owners; nothing is
 * allocated after loop_open(). All functions return 0 or -errno unless said otherwise. */

struct loop;

struct loop_source {
	int fd;
	/* `events`: EPOLLIN … of this turn. The handler may remove its own or any other source;
	 * a removed source is not called any more in this turn. */
	void (*handle)(struct loop_source *source, uint32_t events, struct mono now);
	bool is_added;
};

#define LOOP_EVENTS_TURN 64

struct loop {
	int epoll_fd, timer_fd;
	struct mono now; /* of this turn */
	struct mono armed; /* what the timer is set to */
	struct mono slept_until; /* when the last wait returned */
	bool is_stopping;
	/* The ready sources of this turn that were not handled yet. */
	struct loop_source *ready[LOOP_EVENTS_TURN];
	uint32_t ready_events[LOOP_EVENTS_TURN];
	int ready_count;
	bool is_full; /* more may be ready than one wait could tell */
};

int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* `events` as for epoll, EPOLLONESHOT and EPOLLET included. */
int loop_add(struct loop *loop, struct loop_source *source, uint32_t events);
int loop_modify(struct loop *loop, struct loop_source *source, uint32_t events);
void loop_remove(struct loop *loop, struct loop_source *source);

/* CLOCK_MONOTONIC now. Only the loop and those who measure a slice ask for it. */
struct mono loop_clock(void);
int64_t loop_realtime_us(void);

/* Waits for descriptors or for `deadline` (never: only descriptors; reached: only looks), sets
 * loop->now, calls the handlers of what is ready. Returns 0, or -errno. */
int loop_turn(struct loop *loop, struct mono deadline);

/* The same in two steps, for who has work between the waking and the handlers (vipd-vrrp sends
 * what is due first). */
int loop_wait(struct loop *loop, struct mono deadline);
void loop_dispatch(struct loop *loop);

/* Signals as a descriptor: blocks these signals (0-terminated list) and returns a signalfd that
 * is non-blocking and close-on-exec, or -errno. */
int loop_signals_open(const int *signals);

/* The next signal and who sent it, 0: none, or -errno. */
int loop_signals_read(int fd, uint32_t *ret_pid);
