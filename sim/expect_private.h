/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "sim/judge.h"
#include "sim/sim_private.h"
#include "wire/status.h"

/* Shared by the files of the second opinion. */

const struct image_instance *expect_instance(const struct sim_host *h, uint32_t i);
struct status_row expect_row(const struct sim_host *h, uint32_t i);
/* The priority that it has for others: as an unverified MASTER that does not preempt the lowest. */
uint8_t expect_priority(const struct sim_expect *e, const struct image_instance *i);
/* A MASTER whose clock stepped hears who serves beside it: by its wall clock it may be wrong. */
void expect_time_doubted(struct sim_host *h, uint32_t i);
/* Skew_Time and Master_Down_Interval; `interval_us`: of the master. */
int64_t expect_skew_us(const struct image_instance *i, int64_t interval_us);
int64_t expect_down_us(const struct image_instance *i, int64_t interval_us);
/* An advert may go out so long before its time, to share a wake-up. */
int64_t expect_early_us(const struct image_instance *i);
/* Who may not hear it: an advert was taken; the daemon says the same. */
void expect_deaf_heard(struct sim_expect *e, const struct image_instance *i,
		       const struct sim_verdict *v, int64_t now_us);
bool expect_deaf_same(const struct sim_expect *e, const struct status_row *row);
/* … and who serves beside it. */
void expect_rival_heard(struct sim_expect *e, const struct image_instance *i,
			const struct sim_verdict *v, int64_t now_us);
bool expect_rival_same(const struct sim_host *h, const struct sim_expect *e,
		       const struct status_row *row);
/* A MASTER's timer: by now it would have heard who else serves. */
void expect_verify(struct sim_expect *e, const struct image_instance *i, int64_t now_us);
/* BACKUP: the frame that it waits for came; it listens on, within the time that it had anyway. */
void expect_frame_seen(struct sim_expect *e, const struct image_instance *i, int64_t now_us);
/* A frame came, or one of ours left. `but`: the instance that is about to take an advert besides;
 * NODE_NONE: none. */
void expect_frame_came(struct sim_host *h, uint32_t link, bool is_foreign, uint32_t but);
/* It came to this socket, too, whose instance `i` (NODE_NONE: none) does not expect it from there;
 * it is for one that has it from another: without an interface to its source, or with one. */
bool expect_is_for_another(const struct sim_host *h, const struct sim_packet *p, uint32_t i);
/* To the node, and what must come of it: nothing; or, of no router of this link, that it is counted
 * for the host. */
void expect_deliver(struct sim_host *h, const struct sim_packet *p);
void expect_passed_over(struct sim_host *h, const struct sim_packet *p, uint32_t i);
void expect_stranger(struct sim_host *h, const struct sim_packet *p);
/* It is in INIT or FAULT. */
void expect_rest(struct sim_expect *e, const struct image_instance *i, enum vrrp_state state);
/* By which it signs, and judges signatures. */
struct seal_clock expect_clock(const struct sim_host *h);
/* The daemon's row against the expectation. */
void expect_compare(struct sim_host *h, uint32_t i);
/* A MASTER so late that a peer of the configured priority could have replaced it. */
bool expect_expired(const struct sim_expect *e, const struct image_instance *i, int64_t now_us);
/* … or that its peers must have replaced it: three intervals without an advert. */
bool expect_overslept(const struct sim_expect *e, const struct image_instance *i, int64_t now_us);
/* Is this packet of unicast the same advert as the one before it, to another peer? */
bool expect_goes_on(const struct sim_host *h, const struct node_action *a);
/* Takes over a state that a condition or a command changed; others are a violation. */
void expect_sync(struct sim_host *h, uint32_t i);
/* Counts an event, in the state in which it comes. */
void expect_met(struct sim_host *h, uint32_t i, enum sim_met met);
void expect_differs(struct sim_host *h, uint32_t i, const char *what, int64_t seen,
		    int64_t expected);
