/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses: every accepted and refused written form, order, classes. */
#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct addr parse(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static void takes_whole_addresses(void **state)
{
	struct addr a = parse("192.0.2.1");
	static const uint8_t octets[16] = { 192, 0, 2, 1 };
	char text[ADDR_TEXT_SIZE];

	assert_int_equal(a.family, ADDR_IPV4);
	assert_memory_equal(a.bytes, octets, 16); /* the rest is zero */
	assert_string_equal(addr_print(&a, text, sizeof(text)), "192.0.2.1");
	a = parse("2001:db8::00:1");
	assert_int_equal(a.family, ADDR_IPV6);
	assert_string_equal(addr_print(&a, text, sizeof(text)), "2001:db8::1");
}

static void refuses_everything_else(void **state)
{
	static const char *const bad[] = { "", "192.0.2", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1",
		"192.0.2.1/24", "192.0.2.01x", "0x7f.1", "::g", "fe80::1%eth0", "eth0", "1" };
	struct addr a = { .family = 77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(addr_parse(bad[i], &a));
	assert_int_equal(a.family, 77); /* untouched */
}

static void takes_prefixes(void **state)
{
	struct prefix p;
	char text[ADDR_TEXT_SIZE];

	assert_true(prefix_parse("192.0.2.1/24", &p));
	assert_int_equal(p.length, 24);
	assert_string_equal(prefix_print(&p, text, sizeof(text)), "192.0.2.1/24");
	assert_true(prefix_parse("192.0.2.1", &p));
	assert_int_equal(p.length, 32);
	assert_true(prefix_parse("2001:db8::1", &p));
	assert_int_equal(p.length, 128);
	assert_true(prefix_parse("0.0.0.0/0", &p));
	assert_int_equal(p.length, 0);
}

static void refuses_other_prefixes(void **state)
{
	static const char *const bad[] = { "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "/24",
		"192.0.2.1/2 ", "192.0.2.1/0024", "2001:db8::1/129", "192.0.2.1/24/24",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/1" };
	struct prefix p = { .length = 77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(prefix_parse(bad[i], &p));
	assert_int_equal(p.length, 77);
}

static void prints_into_any_buffer(void **state)
{
	struct prefix p;
	char text[8] = "xxxxxxx";
	struct addr none = { .family = ADDR_NONE };

	assert_true(prefix_parse("192.0.2.1/24", &p));
	assert_string_equal(prefix_print(&p, text, 5), "192.");
	assert_int_equal(text[5], 'x');
	assert_string_equal(addr_print(&none, text, sizeof(text)), "none");
	p.addr = none;
	assert_string_equal(prefix_print(&p, text, sizeof(text)), "none");
}

/* The pair of R3768-6.4.3-08: a comparison in host order would turn it round. */
static void orders_as_numbers_in_network_order(void **state)
{
	struct addr low = parse("10.0.0.2"), high = parse("10.0.1.1");
	struct addr great = parse("200.0.0.1");

	assert_true(addr_compare(&low, &high) < 0);
	assert_true(addr_compare(&high, &low) > 0);
	assert_true(addr_compare(&great, &low) > 0); /* unsigned */
	assert_int_equal(addr_compare(&low, &low), 0);
}

static void equal_means_family_and_octets(void **state)
{
	struct addr a = parse("0.0.0.0"), b = parse("::"), c = parse("0.0.0.1");
	struct prefix p = { a, 8 }, q = { a, 9 };

	assert_false(addr_equal(&a, &b));
	assert_false(addr_equal(&a, &c));
	assert_true(addr_equal(&a, &a));
	assert_false(prefix_equal(&p, &q));
	q.length = 8;
	assert_true(prefix_equal(&p, &q));
}

static void knows_the_classes(void **state)
{
	struct addr a = parse("0.0.0.0"), m = parse("224.0.0.18"), n = parse("223.0.0.1");
	struct addr o = parse("240.0.0.1"), l = parse("127.1.2.3"), l6 = parse("::1");
	struct addr m6 = parse("ff02::12"), u6 = parse("::");

	assert_true(addr_is_unspecified(&a));
	assert_true(addr_is_unspecified(&u6));
	assert_false(addr_is_unspecified(&n));
	assert_true(addr_is_multicast(&m));
	assert_true(addr_is_multicast(&m6));
	assert_false(addr_is_multicast(&n));
	assert_false(addr_is_multicast(&o));
	assert_true(addr_is_loopback(&l));
	assert_true(addr_is_loopback(&l6));
	assert_false(addr_is_loopback(&n));
	assert_false(addr_is_loopback(&m6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_whole_addresses),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(takes_prefixes),
		cmocka_unit_test(refuses_other_prefixes),
		cmocka_unit_test(prints_into_any_buffer),
		cmocka_unit_test(orders_as_numbers_in_network_order),
		cmocka_unit_test(equal_means_family_and_octets),
		cmocka_unit_test(knows_the_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
