/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lengths of time of RFC 3768 6.1, and what early and late mean. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int64_t skew_of(uint8_t version, int64_t interval_us, unsigned priority)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r;

	config.version = version;
	config.auth_type = ADVERT_AUTH_NONE;
	config.advert_interval_us = interval_us;
	r = sample_router(&config);
	r.priority = (uint8_t)priority;
	return vrrp_skew_us(&r);
}

/* Microseconds, cut off: (256 - P) * 1000000 / 256. */
static void skew_of_the_rfc(void **state)
{
	static const struct {
		uint8_t priority;
		int64_t skew_us;
	} rows[] = { { 1, 996093 }, { 50, 804687 }, { 100, 609375 }, { 150, 414062 },
		     { 200, 218750 }, { 254, 7812 }, { 255, 3906 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(skew_of(2, 1000000, rows[i].priority), rows[i].skew_us);
}

/* The election is an order only if no two priorities wait equally long. */
static void every_priority_has_its_own_skew(void **state)
{
	for (unsigned p = 1; p < 255; p++)
		assert_true(skew_of(2, 1000000, p) - skew_of(2, 1000000, p + 1) > 3000);
}

static void master_down_of_the_rfc(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_router(&config);

	assert_int_equal(vrrp_master_down_us(&r), 3609375);
	config.advert_interval_us = 5000000;
	r = sample_router(&config);
	assert_int_equal(vrrp_master_down_us(&r), 15609375);
	r.priority = 200; /* the effective one counts */
	assert_int_equal(vrrp_master_down_us(&r), 15218750);
	config.down_adverts = 2;
	r = sample_router(&config);
	assert_int_equal(vrrp_master_down_us(&r), 10609375);
	config.advert_interval_us = 255000000;
	config.down_adverts = 255;
	config.priority = 1;
	r = sample_router(&config);
	assert_int_equal(vrrp_master_down_us(&r), 255 * INT64_C(255000000) + 996093);
}

static void no_drift_over_a_day(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r;
	int64_t now_us = 0;

	config.priority = 255;
	r = sample_router(&config);
	sample_step(&r, VRRP_EVENT_STARTUP, 0);
	for (int i = 1; i <= 86400; i++) {
		/* Woken anywhere between a little early and 900 ms late. */
		now_us = i * INT64_C(1000000) + (i * 7919) % 901000 - 1000;
		assert_true(vrrp_router_advert_due(&r, (struct mono){ now_us }));
		assert_true(sample_step(&r, VRRP_EVENT_TIMER, now_us).flags & VRRP_ACTION_ADVERT);
		assert_int_equal(vrrp_router_deadline(&r).us, (i + 1) * INT64_C(1000000));
	}
}

static void master_down_never_fires_early(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);

	for (int64_t now_us = 3600000; now_us < 3609375; now_us += 5) {
		assert_int_equal(sample_step(&r, VRRP_EVENT_TIMER, now_us).flags, 0);
		assert_false(vrrp_router_advert_due(&r, (struct mono){ now_us }));
	}
	assert_true(sample_step(&r, VRRP_EVENT_TIMER, 3609375).flags & VRRP_ACTION_TRANSITION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(skew_of_the_rfc),
		cmocka_unit_test(every_priority_has_its_own_skew),
		cmocka_unit_test(master_down_of_the_rfc),
		cmocka_unit_test(no_drift_over_a_day),
		cmocka_unit_test(master_down_never_fires_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
