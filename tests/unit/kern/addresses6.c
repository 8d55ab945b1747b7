/* SPDX-License-Identifier: GPL-2.0-or-later */

/* IPv6 addresses and the news of them, and the flags of both families, against the kernel itself,
 * in a network namespace of this test. */

#include "news.h"
#include "own_netns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

/* Nothing of a test that failed is there for the next one. */
static int teardown(void **state)
{
	ip("-6 addr flush dev v0");
	return news_teardown(state);
}

static struct kern_address address6(const char *text, uint8_t length, bool add)
{
	struct kern_address a = address(text, length, add);

	a.preferred_lifetime_s = UINT32_MAX;
	return a;
}

/* R9568-8.2.2-07: no detection of duplicates, which would hold a takeover up. */
static void own_ipv6_addresses(void **state)
{
	struct kern_address a = address6("2001:db8::51", 64, true);
	const struct kern_news *got;

	assert_int_equal(change(a), 0);
	assert_int_equal(change(a), EEXIST);
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	got = news_find(KERN_NEWS_ADDRESS, "2001:db8::51");
	assert_true(got->is_own);
	assert_false(got->is_tentative);
	assert_int_equal(got->prefix.length, 64);
	assert_int_equal(got->protocol, ADDRESS_MARK_VIPD);
	assert_true(ip_shows("-6 addr show dev v0", "2001:db8::51/64 scope global nodad"));
	assert_true(ip_shows("-6 route show dev v0", "2001:db8::/64 proto kernel"));
	a.prefix.length = 128;
	a.add = false;
	assert_int_equal(change(a), EADDRNOTAVAIL);
	a.prefix.length = 64;
	assert_int_equal(change(a), 0);
	assert_int_equal(change(a), EADDRNOTAVAIL);
	news_await_address(KERN_NEWS_ADDRESS_GONE, "2001:db8::51");
	assert_true(news_find(KERN_NEWS_ADDRESS_GONE, "2001:db8::51")->is_own);
}

static bool is_shown(const char *words)
{
	return ip_shows("-o -6 addr show dev v0 to 2001:db8::/32", words);
}

static void ipv6_flags_and_lifetimes(void **state)
{
	struct kern_address a = address6("2001:db8::51", 64, true);

	a.flags = IMAGE_ADDRESS_NOPREFIXROUTE | IMAGE_ADDRESS_HOME | IMAGE_ADDRESS_MNGTMPADDR;
	assert_int_equal(change(a), 0);
	assert_true(is_shown(" home ") && is_shown(" mngtmpaddr ") && is_shown(" noprefixroute "));
	assert_true(is_shown(" nodad ") && is_shown("valid_lft forever preferred_lft forever"));
	assert_false(ip_shows("-6 route show dev v0", "2001:db8::/64"));
	a.add = false;
	assert_int_equal(change(a), 0);
	a.flags = 0;
	a.add = true;
	a.preferred_lifetime_s = 0;
	assert_int_equal(change(a), 0);
	assert_true(is_shown(" deprecated ") && is_shown("valid_lft forever preferred_lft 0sec"));
	a.add = false;
	assert_int_equal(change(a), 0);
	a.add = true;
	a.preferred_lifetime_s = 86400;
	a.flags = IMAGE_ADDRESS_DAD;
	assert_int_equal(change(a), 0);
	assert_false(is_shown(" nodad ") || is_shown(" home ") || is_shown(" deprecated "));
	assert_true(is_shown("preferred_lft 86400sec") || is_shown("preferred_lft 86399sec"));
	a.add = false;
	assert_int_equal(change(a), 0);
	assert_false(is_shown("2001:db8::51"));
}

static void ipv4_flags(void **state)
{
	struct kern_address a = address("198.51.100.1", 24, true);

	a.flags = IMAGE_ADDRESS_NOPREFIXROUTE | IMAGE_ADDRESS_HOME;
	assert_int_equal(change(a), 0);
	assert_true(ip_shows("-o -4 addr show dev v0", " noprefixroute "));
	assert_false(ip_shows("-o -4 addr show dev v0", " home"));
	assert_false(ip_shows("-4 route show dev v0", "198.51.100.0/24"));
	a.add = false;
	assert_int_equal(change(a), 0);
}

static void ipv6_peer_addresses(void **state)
{
	struct kern_address a = address6("2001:db8::51", 128, true);

	a.peer = prefix("2001:db8:1::7", 128);
	assert_int_equal(change(a), 0);
	assert_true(is_shown("2001:db8::51 peer 2001:db8:1::7/128"));
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	assert_true(news_find(KERN_NEWS_ADDRESS, "2001:db8::51")->is_own);
	a.add = false;
	assert_int_equal(change(a), 0);
	assert_false(is_shown("2001:db8::51"));
}

static bool is_51(const struct kern_news *k)
{
	return k->prefix.addr.family == ADDR_IPV6 && k->prefix.addr.bytes[15] == 0x51;
}

static bool is_tentative_51(const struct kern_news *k)
{
	return is_51(k) && k->is_tentative;
}

static bool is_ready_51(const struct kern_news *k)
{
	return is_51(k) && !k->is_tentative && !k->is_own;
}

/* Its first news are the echo; that it may be used now is news. */
static void detection_of_duplicates(void **state)
{
	struct kern_address a = address6("2001:db8::51", 64, true);

	detect_duplicates_at_once("v0");
	a.flags = IMAGE_ADDRESS_DAD;
	assert_int_equal(change(a), 0);
	wish_await((struct wish){ KERN_NEWS_ADDRESS, 0, is_tentative_51 });
	assert_true(news_find(KERN_NEWS_ADDRESS, "2001:db8::51")->is_own);
	wish_await((struct wish){ KERN_NEWS_ADDRESS, 0, is_ready_51 });
	a.add = false;
	assert_int_equal(change(a), 0);
}

/* The other end of the link has it. */
static void duplicate_addresses(void **state)
{
	struct kern_address a = address6("2001:db8::51", 64, true);
	const struct kern_news *last = NULL;

	ip("link add w0 type veth peer name w1");
	detect_duplicates_at_once("w0");
	ip("link set w0 up");
	ip("link set w1 up");
	ip("addr add 2001:db8::51/64 dev w1 nodad");
	news_read();
	a.ifindex = if_nametoindex("w0");
	a.flags = IMAGE_ADDRESS_DAD;
	assert_int_equal(change(a), 0);
	for (int tries = 0; tries < 1000 && !ip_shows("-6 addr show dev w0", "dadfailed"); tries++)
		usleep(10000);
	news_read();
	for (int i = 0; i < news_count; i++) {
		if (is_51(&news[i]) && news[i].ifindex == a.ifindex)
			last = &news[i];
	}
	assert_non_null(last);
	assert_int_equal(last->kind, KERN_NEWS_ADDRESS);
	assert_true(last->is_tentative);
	ip("link del w0");
}

static int own_count(enum kern_news_kind kind, bool own)
{
	int count = 0;

	for (int i = 0; i < news_count; i++)
		count += news[i].kind == kind && is_51(&news[i]) && news[i].is_own == own;
	return count;
}

/* Changes back and forth before any news are read: each removal is told, and an add is either told
 * as ours or, when the removal was faster, not at all. None is taken for somebody else's. */
static void many_ipv6_changes_at_once(void **state)
{
	for (int i = 0; i < 20; i++) {
		assert_int_equal(change(address6("2001:db8::51", 64, true)), 0);
		if (i % 3 == 0)
			usleep(2000);
		assert_int_equal(change(address6("2001:db8::51", 64, false)), 0);
	}
	news_read();
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, true), 20);
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, false), 0);
	assert_int_equal(own_count(KERN_NEWS_ADDRESS, false), 0);
	/* And what somebody else does with the same address is theirs, not an echo left over. */
	ip("addr add 2001:db8::51/64 dev v0 nodad");
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	assert_int_equal(own_count(KERN_NEWS_ADDRESS, false), 1);
	ip("addr del 2001:db8::51/64 dev v0");
	news_read();
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, false), 1);
}

static void somebody_removes_our_ipv6_address(void **state)
{
	assert_int_equal(change(address6("2001:db8::51", 64, true)), 0);
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	ip("addr del 2001:db8::51/64 dev v0");
	news_read();
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, false), 1);
	assert_int_equal(change(address6("2001:db8::51", 64, true)), 0);
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	assert_int_equal(own_count(KERN_NEWS_ADDRESS, true), 1);
	assert_int_equal(change(address6("2001:db8::51", 64, false)), 0);
}

static void what_failed_has_no_echo(void **state)
{
	assert_int_equal(change(address6("2001:db8::51", 64, false)), EADDRNOTAVAIL);
	ip("addr add 2001:db8::51/64 dev v0 nodad");
	assert_int_equal(change(address6("2001:db8::51", 64, true)), EEXIST);
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	assert_int_equal(own_count(KERN_NEWS_ADDRESS, false), 1);
	ip("addr del 2001:db8::51/64 dev v0");
	news_read();
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, false), 1);
}

/* Its entries say what is there, not that something was done: not even while an echo is awaited,
 * which this test keeps away. */
static void a_dump_is_no_echo(void **state)
{
	int group = RTNLGRP_IPV6_IFADDR;

	assert_int_equal(setsockopt(n->news_fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &group,
				    sizeof group), 0);
	assert_int_equal(change(address6("2001:db8::51", 64, true)), 0);
	assert_int_equal(kern_netlink_dump(n), 0);
	news_await(KERN_NEWS_DUMP_END);
	assert_int_equal(own_count(KERN_NEWS_ADDRESS, false), 1);
	assert_int_equal(change(address6("2001:db8::51", 64, false)), 0);
}

/* After an overrun nobody knows which echoes were lost. */
static void no_echoes_after_an_overrun(void **state)
{
	int size = 1;

	assert_int_equal(setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(change(address6("2001:db8::51", 64, true)), 0);
		assert_int_equal(change(address6("2001:db8::51", 64, false)), 0);
	}
	news_read();
	ip("addr add 2001:db8::51/64 dev v0 nodad");
	news_await_address(KERN_NEWS_ADDRESS, "2001:db8::51");
	ip("addr del 2001:db8::51/64 dev v0");
	news_await_address(KERN_NEWS_ADDRESS_GONE, "2001:db8::51");
	assert_int_equal(own_count(KERN_NEWS_ADDRESS_GONE, false), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, news_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(own_ipv6_addresses),
		TEST(ipv6_flags_and_lifetimes),
		TEST(ipv4_flags),
		TEST(ipv6_peer_addresses),
		TEST(detection_of_duplicates),
		TEST(duplicate_addresses),
		TEST(many_ipv6_changes_at_once),
		TEST(somebody_removes_our_ipv6_address),
		TEST(what_failed_has_no_echo),
		TEST(a_dump_is_no_echo),
		TEST(no_echoes_after_an_overrun),
	};

	own_netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
