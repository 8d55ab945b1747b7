/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cadence of announcements, with the article's defaults: 5 at once, 5 after 5 s. */
#include "announce/announce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND_US INT64_C(1000000)

static struct mono at(int64_t us)
{
	return (struct mono){ us };
}

static struct announce with(uint8_t repeat, uint8_t later, int64_t delay_us)
{
	struct announce_config config = { repeat, later, delay_us };
	struct announce a;

	announce_init(&a, &config);
	return a;
}

static void two_rounds(void **state)
{
	struct announce a = with(5, 4, 5 * SECOND_US);

	assert_true(mono_is_never(announce_deadline(&a)));
	assert_int_equal(announce_due(&a, at(SECOND_US)), 0);
	assert_int_equal(announce_begin(&a, at(SECOND_US)), 5);
	assert_int_equal(announce_deadline(&a).us, 6 * SECOND_US);
	assert_int_equal(announce_due(&a, at(6 * SECOND_US - 1)), 0);
	assert_int_equal(announce_due(&a, at(6 * SECOND_US)), 4);
	assert_int_equal(announce_due(&a, at(6 * SECOND_US)), 0); /* once */
	assert_true(mono_is_never(announce_deadline(&a)));
}

static void no_second_round_without_delay_or_copies(void **state)
{
	struct announce a = with(5, 5, 0), b = with(5, 0, SECOND_US);

	assert_int_equal(announce_begin(&a, at(0)), 5);
	assert_true(mono_is_never(announce_deadline(&a)));
	assert_int_equal(announce_begin(&b, at(0)), 5);
	assert_true(mono_is_never(announce_deadline(&b)));
}

static void nothing_after_the_end(void **state)
{
	struct announce a = with(5, 5, SECOND_US);

	announce_begin(&a, at(0));
	announce_end(&a);
	assert_true(mono_is_never(announce_deadline(&a)));
	assert_int_equal(announce_due(&a, at(SECOND_US)), 0);
}

static void service_is_never_held_back(void **state)
{
	struct announce a = with(5, 5, 5 * SECOND_US);

	announce_begin(&a, at(0));
	announce_end(&a);
	assert_int_equal(announce_begin(&a, at(10)), 5);
	assert_int_equal(announce_deadline(&a).us, 5 * SECOND_US + 10);
}

static void a_rival_is_answered_at_a_bounded_rate(void **state)
{
	struct announce a = with(5, 5, 5 * SECOND_US);
	int rounds = 0;

	announce_begin(&a, at(0));
	assert_int_equal(announce_again(&a, at(1)), 5);
	for (int64_t us = 1; us < 10 * ANNOUNCE_GAP_US; us += 1000)
		rounds += announce_again(&a, at(us)) != 0;
	/* Two in a second and a twentieth. */
	assert_int_equal(rounds, 19);
}

static void a_flood_does_not_put_off_the_second_round(void **state)
{
	struct announce a = with(5, 4, ANNOUNCE_SOON_US / 2);

	announce_begin(&a, at(0));
	announce_again(&a, at(10));
	announce_again(&a, at(20));
	assert_int_equal(announce_deadline(&a).us, ANNOUNCE_SOON_US / 2);
}

static void a_rival_too_soon_is_owed_a_round(void **state)
{
	struct announce a = with(5, 4, 5 * SECOND_US);

	announce_begin(&a, at(0));
	announce_again(&a, at(10));
	assert_int_equal(announce_again(&a, at(20)), 0);
	assert_int_equal(announce_deadline(&a).us, ANNOUNCE_SOON_US + 10);
	assert_int_equal(announce_due(&a, at(ANNOUNCE_SOON_US + 9)), 0);
	assert_int_equal(announce_due(&a, at(ANNOUNCE_SOON_US + 10)), 5);
	/* A whole one, with its second; and a longer gap counts from it. */
	assert_int_equal(announce_deadline(&a).us, ANNOUNCE_SOON_US + 10 + 5 * SECOND_US);
	assert_int_equal(announce_again(&a, at(ANNOUNCE_SOON_US + 11)), 0);
	assert_int_equal(announce_deadline(&a).us, ANNOUNCE_SOON_US + 10 + ANNOUNCE_GAP_US);
	announce_end(&a);
	assert_int_equal(announce_begin(&a, at(3 * SECOND_US)), 5);
	assert_int_equal(announce_due(&a, at(8 * SECOND_US)), 4);
}

static void first_rival_needs_no_round_before(void **state)
{
	struct announce a = with(3, 2, SECOND_US);

	assert_int_equal(announce_again(&a, at(5)), 3);
	assert_int_equal(announce_deadline(&a).us, SECOND_US + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_rounds),
		cmocka_unit_test(no_second_round_without_delay_or_copies),
		cmocka_unit_test(nothing_after_the_end),
		cmocka_unit_test(service_is_never_held_back),
		cmocka_unit_test(a_rival_is_answered_at_a_bounded_rate),
		cmocka_unit_test(a_flood_does_not_put_off_the_second_round),
		cmocka_unit_test(a_rival_too_soon_is_owed_a_round),
		cmocka_unit_test(first_rival_needs_no_round_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
