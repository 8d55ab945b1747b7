/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reconciler: every outcome and every order in which news and outcomes can arrive; at the end a
 * random walk against a model kernel, which must always come to rest in the wanted state. */
#include "reconcile/reconcile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct mono at(int64_t us)
{
	return (struct mono){ us };
}

static struct reconcile fresh(bool wanted, bool present)
{
	struct reconcile r;

	reconcile_init(&r);
	reconcile_news(&r, present, at(0));
	reconcile_want(&r, wanted);
	return r;
}

static struct reconcile serving(void)
{
	struct reconcile r = fresh(true, false);

	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_ADD);
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(0)));
	return r;
}

static void adds_what_is_wanted_once(void **state)
{
	struct reconcile r = fresh(true, false);

	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_ADD);
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_NOTHING); /* busy */
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(5)));
	assert_true(r.present);
	assert_int_equal(reconcile_next(&r, at(5)), RECONCILE_NOTHING);
}

static void removes_what_is_not(void **state)
{
	struct reconcile r = fresh(false, true);

	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_REMOVE);
	assert_false(reconcile_done(&r, RECONCILE_REMOVE, 0, at(5)));
	assert_false(r.present);
	assert_int_equal(reconcile_next(&r, at(5)), RECONCILE_NOTHING);
}

static void is_so_already_is_done(void **state)
{
	static const int gone[] = { EADDRNOTAVAIL, ENODEV };
	struct reconcile r = fresh(true, false);

	reconcile_next(&r, at(0));
	assert_true(reconcile_done(&r, RECONCILE_ADD, EEXIST, at(0)));
	for (int i = 0; i < 2; i++) {
		r = fresh(false, true);
		reconcile_next(&r, at(0));
		reconcile_done(&r, RECONCILE_REMOVE, gone[i], at(0));
		assert_false(r.present);
		assert_int_equal(r.error, 0);
	}
	r = fresh(true, false);
	reconcile_next(&r, at(0));
	assert_false(reconcile_done(&r, RECONCILE_ADD, ENODEV, at(0))); /* no link: not so */
	assert_int_equal(r.error, ENODEV);
}

static void failures_are_tried_again_ever_later(void **state)
{
	static const int64_t waits_ms[] = { 10, 20, 40, 80, 160, 320, 640, 1000, 1000 };
	struct reconcile r = fresh(true, false);
	int64_t now_us = 0;

	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		assert_int_equal(reconcile_next(&r, at(now_us)), RECONCILE_ADD);
		assert_false(reconcile_done(&r, RECONCILE_ADD, ENOMEM, at(now_us)));
		assert_int_equal(r.retry_at.us, now_us + waits_ms[i] * 1000);
		now_us += waits_ms[i] * 1000;
		assert_int_equal(reconcile_next(&r, at(now_us - 1)), RECONCILE_NOTHING);
	}
	for (int i = 0; i < 300; i++) { /* the count does not run over */
		now_us = r.retry_at.us;
		reconcile_next(&r, at(now_us));
		reconcile_done(&r, RECONCILE_ADD, ENOMEM, at(now_us));
	}
	assert_int_equal(r.retry_at.us, now_us + RECONCILE_RETRY_MAX_US);
	now_us = r.retry_at.us;
	reconcile_next(&r, at(now_us));
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(now_us)));
	assert_int_equal(r.failures, 0);
	assert_int_equal(r.error, 0);
}

static void another_interface_is_asked_at_once(void **state)
{
	struct reconcile r = fresh(true, false);

	for (int k = 0; k < 3; k++) {
		assert_int_equal(reconcile_next(&r, r.retry_at), RECONCILE_ADD);
		assert_false(reconcile_done(&r, RECONCILE_ADD, ENODEV, at(1000)));
	}
	assert_int_equal(reconcile_next(&r, at(1000)), RECONCILE_NOTHING);
	reconcile_renewed(&r);
	assert_int_equal(reconcile_next(&r, at(1000)), RECONCILE_ADD);
	assert_false(reconcile_done(&r, RECONCILE_ADD, ENODEV, at(1000)));
	assert_int_equal(r.retry_at.us, 1000 + RECONCILE_RETRY_US);
}

static void what_was_adopted_is_added_once_more(void **state)
{
	struct reconcile r = fresh(true, true);

	assert_true(reconcile_is_settled(&r));
	reconcile_adopt(&r);
	assert_false(reconcile_is_settled(&r));
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_ADD);
	assert_false(reconcile_done(&r, RECONCILE_ADD, EPERM, at(0)));
	assert_true(r.present);
	assert_int_equal(reconcile_next(&r, r.retry_at), RECONCILE_ADD);
	/* It was in service all the time. */
	assert_false(reconcile_done(&r, RECONCILE_ADD, 0, r.retry_at));
	assert_true(reconcile_is_settled(&r));
}

static void adopted_and_gone_it_is_ours_like_any(void **state)
{
	struct reconcile r = fresh(true, true);

	reconcile_adopt(&r);
	assert_true(reconcile_news(&r, false, at(0)));
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_ADD);
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(0)));
	reconcile_adopt(&r);
	reconcile_want(&r, false);
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_REMOVE);
	assert_false(reconcile_done(&r, RECONCILE_REMOVE, 0, at(0)));
	assert_true(reconcile_is_settled(&r));
}

static void another_wish_is_tried_at_once(void **state)
{
	struct reconcile r = fresh(true, false);

	reconcile_next(&r, at(0));
	reconcile_done(&r, RECONCILE_ADD, ENOMEM, at(0));
	reconcile_want(&r, true); /* the same wish changes nothing */
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_NOTHING);
	reconcile_want(&r, false);
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_NOTHING); /* it is not there */
	reconcile_want(&r, true);
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_ADD);
}

static void wish_changed_while_busy(void **state)
{
	struct reconcile r = fresh(true, false);

	reconcile_next(&r, at(0));
	reconcile_want(&r, false);
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_NOTHING);
	assert_false(reconcile_done(&r, RECONCILE_ADD, 0, at(1))); /* not into service */
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_REMOVE);
}

static void puts_back_at_once_then_at_a_bounded_rate(void **state)
{
	struct reconcile r = serving();
	int64_t now_us = 1000;
	int repairs = 0;

	assert_true(reconcile_news(&r, false, at(now_us)));
	assert_int_equal(reconcile_next(&r, at(now_us)), RECONCILE_ADD);
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(now_us)));
	assert_int_equal(r.repairs, 1);
	for (; now_us < 1001000; now_us += 1000) {
		if (r.present)
			assert_true(reconcile_news(&r, false, at(now_us)));
		if (reconcile_next(&r, at(now_us)) != RECONCILE_ADD)
			continue;
		repairs++;
		reconcile_done(&r, RECONCILE_ADD, 0, at(now_us));
	}
	assert_in_range(repairs, 9, 10); /* one each 100 ms */
}

static void native_is_never_touched(void **state)
{
	struct reconcile r = fresh(false, true);

	r.native = true;
	assert_int_equal(reconcile_next(&r, at(0)), RECONCILE_NOTHING);
	reconcile_want(&r, true);
	assert_false(reconcile_news(&r, false, at(1)));
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_NOTHING);
}

/* Our own news before our own outcome. */
static void own_news_are_no_contradiction(void **state)
{
	struct reconcile r = fresh(true, false);

	reconcile_next(&r, at(0));
	assert_false(reconcile_news(&r, false, at(0))); /* late: of an earlier removal */
	assert_false(reconcile_news(&r, true, at(0))); /* ours */
	assert_true(reconcile_done(&r, RECONCILE_ADD, 0, at(1)));
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_NOTHING);
}

/* Somebody removes it between the kernel's work and the outcome: the outcome alone would say
 * "there". */
static void contradicting_news_make_sure(void **state)
{
	struct reconcile r = fresh(true, false);

	reconcile_next(&r, at(0));
	reconcile_news(&r, true, at(0));
	reconcile_news(&r, false, at(0));
	assert_false(reconcile_done(&r, RECONCILE_ADD, 0, at(1)));
	assert_false(r.present);
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_ADD);
	assert_true(reconcile_done(&r, RECONCILE_ADD, EEXIST, at(2)));

	r = fresh(false, true);
	reconcile_next(&r, at(0));
	reconcile_news(&r, false, at(0));
	reconcile_news(&r, true, at(0));
	reconcile_done(&r, RECONCILE_REMOVE, 0, at(1));
	assert_int_equal(reconcile_next(&r, at(1)), RECONCILE_REMOVE);
}

static void resync_finds_what_is_gone(void **state)
{
	struct reconcile r = serving();

	reconcile_resync_begin(&r);
	reconcile_news(&r, true, at(10));
	assert_false(reconcile_resync_end(&r, at(10)));
	assert_int_equal(reconcile_next(&r, at(10)), RECONCILE_NOTHING);
	reconcile_resync_begin(&r);
	assert_true(reconcile_resync_end(&r, at(20)));
	assert_int_equal(reconcile_next(&r, at(20)), RECONCILE_ADD);
}

static void resync_does_not_undo_what_was_just_done(void **state)
{
	struct reconcile r = fresh(true, false);

	reconcile_resync_begin(&r);
	reconcile_next(&r, at(0));
	reconcile_done(&r, RECONCILE_ADD, 0, at(1));
	assert_false(reconcile_resync_end(&r, at(2)));
	assert_true(r.present);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* A kernel with one address, which somebody else changes as well, and whose news arrive in order
 * but late. */
struct model {
	bool there;
	bool news[64];
	int news_count;
};

static void change(struct model *m, bool there)
{
	if (m->there == there || m->news_count == 64)
		return;
	m->there = there;
	m->news[m->news_count++] = there;
}

static void deliver(struct model *m, struct reconcile *r, struct mono now)
{
	if (m->news_count == 0)
		return;
	reconcile_news(r, m->news[0], now);
	m->news_count--;
	for (int i = 0; i < m->news_count; i++)
		m->news[i] = m->news[i + 1];
}

static int carry_out(struct model *m, enum reconcile_operation operation, uint32_t chance)
{
	bool adding = operation == RECONCILE_ADD;

	if (chance % 8 == 0)
		return ENOBUFS;
	if (m->there == adding)
		return adding ? EEXIST : EADDRNOTAVAIL;
	change(m, adding);
	return 0;
}

static void random_walk_comes_to_rest(void **state)
{
	for (uint32_t seed = 1; seed <= 300; seed++) {
		struct reconcile r = fresh(false, false);
		enum reconcile_operation operation = RECONCILE_NOTHING;
		struct model m = { 0 };
		uint32_t random = seed;
		int64_t now_us = 0;
		int outcome = 0;

		for (int step = 0; step < 400; step++, now_us += 1000) {
			bool quiet = step > 200; /* enough for the longest news and retries */
			uint32_t chance = next_random(&random);

			if (!quiet && chance % 7 == 0)
				reconcile_want(&r, chance & 1024);
			if (!quiet && chance % 5 == 0)
				change(&m, chance & 2048);
			if (quiet || chance % 3 == 0)
				deliver(&m, &r, at(now_us));
			if (operation == RECONCILE_NOTHING) {
				operation = reconcile_next(&r, at(now_us));
				if (operation != RECONCILE_NOTHING)
					outcome = carry_out(&m, operation, quiet ? 1 : chance);
			} else if (quiet || chance % 2) {
				reconcile_done(&r, operation, outcome, at(now_us));
				operation = RECONCILE_NOTHING;
			}
			if (quiet)
				now_us += 10000;
		}
		assert_int_equal(m.there, r.wanted);
		assert_int_equal(r.present, r.wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_what_is_wanted_once),
		cmocka_unit_test(removes_what_is_not),
		cmocka_unit_test(is_so_already_is_done),
		cmocka_unit_test(failures_are_tried_again_ever_later),
		cmocka_unit_test(another_interface_is_asked_at_once),
		cmocka_unit_test(what_was_adopted_is_added_once_more),
		cmocka_unit_test(adopted_and_gone_it_is_ours_like_any),
		cmocka_unit_test(another_wish_is_tried_at_once),
		cmocka_unit_test(wish_changed_while_busy),
		cmocka_unit_test(puts_back_at_once_then_at_a_bounded_rate),
		cmocka_unit_test(native_is_never_touched),
		cmocka_unit_test(own_news_are_no_contradiction),
		cmocka_unit_test(contradicting_news_make_sure),
		cmocka_unit_test(resync_finds_what_is_gone),
		cmocka_unit_test(resync_does_not_undo_what_was_just_done),
		cmocka_unit_test(random_walk_comes_to_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
