/* SPDX-License-Identifier: GPL-2.0-or-later */

/* News and commands against the kernel itself, in a network namespace of this test. */

#include "kern/netlink_private.h"
#include "news.h"
#include "own_netns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Adds an address as another program does, with that mark (0: none). Returns the outcome. */
static int foreign_add(const char *text, uint8_t length, const char *label, uint8_t mark)
{
	struct kern_address a = address(text, length, true);
	_Alignas(8) uint8_t request[RTNL_REQUEST_SIZE], answer[256];
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct rtnl_cursor c = { answer, 0 };
	struct rtnl_message m;
	size_t size;
	ssize_t got;

	strcpy(a.label, label);
	size = rtnl_build_address(request, &a, 1);
	request[size - 4] = mark; /* the last attribute */
	if (!mark)
		request[size - 8 + 2] = 60; /* of a type that no kernel knows */
	assert_int_equal(sendto(fd, request, size, 0, (void *)&kernel, sizeof kernel), size);
	got = recv(fd, answer, sizeof answer, 0);
	assert_true(got > 0);
	close(fd);
	c.left = (size_t)got;
	assert_true(rtnl_next(&c, &m));
	assert_int_equal(m.kind, RTNL_ERROR);
	return m.error;
}

static void quiet(void **state)
{
	assert_int_equal(kern_netlink_read(n, news, NEWS_MAX), 0);
}

static void dump(void **state)
{
	int at_link = -1, at_address = -1, ipv6_count = 0;

	ip("addr add 2001:db8::1/64 dev v0 nodad");
	news_read();
	assert_int_equal(kern_netlink_dump(n), 0);
	news_read();
	assert_true(news_count > 4);
	assert_int_equal(news[0].kind, KERN_NEWS_DUMP_BEGIN);
	assert_int_equal(news[news_count - 1].kind, KERN_NEWS_DUMP_END);
	for (int i = 1; i < news_count - 1; i++) {
		if (news[i].kind == KERN_NEWS_LINK && !strcmp(news[i].name, "v0"))
			at_link = i;
		else if (news[i].kind == KERN_NEWS_ADDRESS &&
			 news[i].ifindex == if_nametoindex("v0") &&
			 news[i].prefix.addr.family == ADDR_IPV4)
			at_address = i;
		else
			assert_true(news[i].kind == KERN_NEWS_LINK ||
				    news[i].kind == KERN_NEWS_ADDRESS);
		assert_false(news[i].is_own);
		ipv6_count += news[i].prefix.addr.family == ADDR_IPV6;
	}
	assert_int_equal(ipv6_count, 2); /* this one, and the loopback's */
	assert_true(at_link > 0 && at_address > at_link);
	assert_true(news[at_link].has_mac && news[at_link].is_up);
	assert_false(news[at_link].is_loopback);
	assert_int_equal(news[at_link].mtu, 1500);
	assert_int_equal(news[at_address].prefix.length, 24);
	assert_non_null(news_find(KERN_NEWS_ADDRESS, "192.0.2.10"));
	assert_non_null(news_find(KERN_NEWS_ADDRESS, "127.0.0.1"));
	assert_non_null(news_find(KERN_NEWS_ADDRESS, "2001:db8::1"));
	assert_int_equal(news_find(KERN_NEWS_ADDRESS, "2001:db8::1")->prefix.length, 64);
	ip("addr del 2001:db8::1/64 dev v0");
}

/* Read one by one: nothing is lost between what is received and what is asked for. */
static void dump_in_small_bites(void **state)
{
	int begins = 0, ends = 0, addresses = 0;
	struct kern_news one;

	assert_int_equal(kern_netlink_dump(n), 0);
	while (kern_netlink_read(n, &one, 1) == 1) {
		begins += one.kind == KERN_NEWS_DUMP_BEGIN;
		ends += one.kind == KERN_NEWS_DUMP_END;
		addresses += one.kind == KERN_NEWS_ADDRESS;
	}
	assert_int_equal(begins, 1);
	assert_int_equal(ends, 1);
	assert_int_equal(addresses, 3); /* of the loopback two */
}

static void dump_asked_for_twice(void **state)
{
	int begins = 0, ends = 0;

	assert_int_equal(kern_netlink_dump(n), 0);
	assert_int_equal(kern_netlink_dump(n), 0);
	assert_int_equal(kern_netlink_dump(n), 0);
	news_read();
	for (int i = 0; i < news_count; i++) {
		begins += news[i].kind == KERN_NEWS_DUMP_BEGIN;
		ends += news[i].kind == KERN_NEWS_DUMP_END;
		assert_true(begins == ends || begins == ends + 1);
	}
	assert_int_equal(begins, 2);
	assert_int_equal(ends, 2);
}

static bool up(const struct kern_news *k)
{
	return k->is_up;
}

static bool down(const struct kern_news *k)
{
	return !k->is_up;
}

static bool renamed(const struct kern_news *k)
{
	return !strcmp(k->name, "renamed");
}

static void link_life(void **state)
{
	uint32_t ifindex;

	ip("link add w0 type veth peer name w1");
	ifindex = if_nametoindex("w0");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, down });
	ip("link set w1 up");
	ip("link set w0 up");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, up });
	/* Losing the carrier: the other end goes down. */
	ip("link set w1 down");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, down });
	ip("link set w1 up");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, up });
	ip("link set w0 down");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, down });
	ip("link set w0 name renamed");
	wish_await((struct wish){ KERN_NEWS_LINK, ifindex, renamed });
	ip("link del renamed");
	wish_await((struct wish){ KERN_NEWS_LINK_GONE, ifindex, NULL });
}

/* Leaving a bridge is told as RTM_DELLINK of the port. It is not gone. */
static void leaving_a_bridge(void **state)
{
	uint32_t ifindex = if_nametoindex("v1");
	bool is_there = false;

	ip("link add br0 type bridge");
	ip("link set v1 master br0");
	news_read();
	ip("link set v1 nomaster");
	news_read();
	for (int i = 0; i < news_count; i++) {
		assert_int_not_equal(news[i].kind, KERN_NEWS_LINK_GONE);
		is_there |= news[i].kind == KERN_NEWS_LINK && news[i].ifindex == ifindex;
	}
	assert_true(is_there);
	ip("link del br0");
}

static void foreign_addresses(void **state)
{
	const struct kern_news *a;

	ip("addr add 203.0.113.20/24 dev v0 scope link");
	news_await(KERN_NEWS_ADDRESS);
	a = news_find(KERN_NEWS_ADDRESS, "203.0.113.20");
	assert_non_null(a);
	assert_false(a->is_secondary);
	assert_false(a->is_own);
	assert_int_equal(a->scope, RT_SCOPE_LINK);
	assert_int_equal(a->protocol, 0);
	ip("addr del 203.0.113.20/24 dev v0");
	assert_int_equal(foreign_add("192.0.2.20", 24, "", ADDRESS_MARK_KEEPALIVED), 0);
	news_read();
	a = news_find(KERN_NEWS_ADDRESS, "192.0.2.20");
	assert_non_null(a);
	assert_true(a->is_secondary);
	assert_int_equal(a->scope, RT_SCOPE_UNIVERSE);
	assert_int_equal(a->protocol, ADDRESS_MARK_KEEPALIVED);
	ip("addr del 192.0.2.20/24 dev v0");
	news_await(KERN_NEWS_ADDRESS_GONE);
	assert_non_null(news_find(KERN_NEWS_ADDRESS_GONE, "192.0.2.20"));
}

static void own_addresses(void **state)
{
	struct kern_address a = address("192.0.2.1", 24, true);
	const struct kern_news *got;

	a.broadcast = prefix("192.0.2.255", 0).addr;
	memcpy(a.label, "v0:vip", 7);
	assert_int_equal(change(a), 0);
	assert_true(ip_shows("-4 addr show v0", "192.0.2.1/24 brd 192.0.2.255"));
	assert_true(ip_shows("-4 addr show v0", "v0:vip"));
	news_read();
	got = news_find(KERN_NEWS_ADDRESS, "192.0.2.1");
	assert_non_null(got);
	assert_true(got->is_own);
	assert_int_equal(got->protocol, ADDRESS_MARK_VIPD);
	a.add = false;
	assert_int_equal(change(a), 0);
	news_read();
	got = news_find(KERN_NEWS_ADDRESS_GONE, "192.0.2.1");
	assert_non_null(got);
	assert_true(got->is_own);
	assert_false(ip_shows("-4 addr show v0", "192.0.2.1/"));
}

/* A second daemon's command is not ours, whatever mark it sets. */
static void another_process_is_not_own(void **state)
{
	struct kern_netlink *mine = n, *other;

	assert_int_equal(kern_netlink_open(&other), 0);
	n = other;
	assert_int_equal(change(address("192.0.2.1", 24, true)), 0);
	n = mine;
	news_read();
	assert_false(news_find(KERN_NEWS_ADDRESS, "192.0.2.1")->is_own);
	assert_int_equal(news_find(KERN_NEWS_ADDRESS, "192.0.2.1")->protocol,
			 ADDRESS_MARK_VIPD);
	assert_int_equal(change(address("192.0.2.1", 24, false)), 0);
	kern_netlink_close(other);
}

static void outcomes(void **state)
{
	struct kern_address a = address("192.0.2.1", 24, true);

	assert_int_equal(change(a), 0);
	assert_int_equal(change(a), EEXIST);
	a.add = false;
	assert_int_equal(change(a), 0);
	assert_int_equal(change(a), EADDRNOTAVAIL);
	a.ifindex = 9999;
	assert_int_equal(change(a), ENODEV);
	a.add = true;
	assert_int_equal(change(a), ENODEV);
	a.prefix.addr.family = ADDR_NONE;
	assert_int_equal(change(a), EAFNOSUPPORT);
	a.prefix = prefix("2001:db8::1", 64);
	a.peer = prefix("192.0.2.2", 32);
	assert_int_equal(change(a), EAFNOSUPPORT);
	a.peer.addr.family = ADDR_NONE;
	a.prefix = prefix("2001:db8::1", 129);
	assert_int_equal(change(a), EINVAL);
	a.prefix = prefix("192.0.2.1", 33);
	assert_int_equal(change(a), EINVAL);
	a.prefix = prefix("192.0.2.1", 32);
	memset(a.label, 'x', sizeof a.label);
	assert_int_equal(change(a), EINVAL);
}

/* Each outcome stands with its own address, refused ones in between. */
static void outcomes_of_a_batch(void **state)
{
	struct kern_address a[LIMIT_ADDRESS_BATCH];

	for (int i = 0; i < LIMIT_ADDRESS_BATCH; i++) {
		a[i] = address("198.51.100.1", 32, true);
		a[i].prefix.addr.bytes[3] = (uint8_t)(i + 1);
	}
	a[5].ifindex = 9999;
	a[9].prefix = a[8].prefix;
	a[13].prefix.addr.family = ADDR_NONE;
	a[31].add = false;
	assert_int_equal(kern_address_change(n, a, LIMIT_ADDRESS_BATCH), 0);
	for (int i = 0; i < LIMIT_ADDRESS_BATCH; i++) {
		int expected = i == 5  ? ENODEV :
			       i == 9  ? EEXIST :
			       i == 13 ? EAFNOSUPPORT :
			       i == 31 ? EADDRNOTAVAIL :
					 0;

		assert_int_equal(a[i].error, expected);
	}
	news_read();
	assert_int_equal(news_count, LIMIT_ADDRESS_BATCH - 4);
	for (int i = 0; i < news_count; i++) /* in the order of the batch */
		assert_true(i == 0 || addr_compare(&news[i].prefix.addr,
						   &news[i - 1].prefix.addr) > 0);
	for (int i = 0; i < LIMIT_ADDRESS_BATCH; i++)
		a[i].add = false;
	assert_int_equal(kern_address_change(n, a, LIMIT_ADDRESS_BATCH), 0);
	assert_false(ip_shows("-4 addr show v0", "198.51.100."));
	assert_int_equal(kern_address_change(n, a, 0), 0);
}

static void removal_compares_the_length(void **state)
{
	assert_int_equal(change(address("192.0.2.1", 24, true)), 0);
	assert_int_equal(change(address("192.0.2.1", 32, false)), EADDRNOTAVAIL);
	assert_int_equal(change(address("192.0.2.1", 25, false)), EADDRNOTAVAIL);
	assert_int_equal(change(address("192.0.2.1", 24, false)), 0);
}

/* What a keepalived, or somebody by hand, left behind can be removed. */
static void removal_ignores_mark_and_label(void **state)
{
	assert_int_equal(foreign_add("192.0.2.1", 32, "v0:1", ADDRESS_MARK_KEEPALIVED), 0);
	assert_int_equal(change(address("192.0.2.1", 32, false)), 0);
	news_read();
	ip("addr add 192.0.2.1/32 dev v0");
	news_read();
	assert_int_equal(news_find(KERN_NEWS_ADDRESS, "192.0.2.1")->protocol, 0);
	assert_int_equal(change(address("192.0.2.1", 32, false)), 0);
}

static void peer_addresses(void **state)
{
	struct kern_address a = address("192.0.2.1", 32, true);

	a.peer = prefix("203.0.113.7", 32);
	assert_int_equal(change(a), 0);
	assert_true(ip_shows("-4 addr show v0", "192.0.2.1 peer 203.0.113.7/32"));
	news_read();
	assert_true(news_find(KERN_NEWS_ADDRESS, "192.0.2.1")->is_own);
	a.add = false;
	assert_int_equal(change(a), 0);
	assert_false(ip_shows("-4 addr show v0", "203.0.113.7"));
}

/* A VIP that is the first of its network takes the others with it. That is not our command's
 * own change: whoever wants the others must hear of it. */
static void secondaries_that_go_are_not_own(void **state)
{
	assert_int_equal(change(address("198.51.100.1", 24, true)), 0);
	assert_int_equal(change(address("198.51.100.2", 24, true)), 0);
	news_read();
	assert_int_equal(change(address("198.51.100.1", 24, false)), 0);
	news_read();
	assert_non_null(news_find(KERN_NEWS_ADDRESS_GONE, "198.51.100.2"));
	assert_false(news_find(KERN_NEWS_ADDRESS_GONE, "198.51.100.2")->is_own);
	assert_true(news_find(KERN_NEWS_ADDRESS_GONE, "198.51.100.1")->is_own);
}

/* Attributes that a kernel does not know are passed over by it, as IFA_PROTO is before 5.18: an
 * address can be marked without asking first. */
static void unknown_attributes_are_passed_over(void **state)
{
	assert_int_equal(foreign_add("192.0.2.1", 32, "", 0), 0);
	news_read();
	assert_int_equal(news_find(KERN_NEWS_ADDRESS, "192.0.2.1")->protocol, 0);
	assert_int_equal(change(address("192.0.2.1", 32, false)), 0);
}

static void churn(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		assert_int_equal(change(address("192.0.2.1", 32, true)), 0);
		assert_int_equal(change(address("192.0.2.1", 32, false)), 0);
	}
}

static int news_of(enum kern_news_kind kind)
{
	int count = 0;

	for (int i = 0; i < news_count; i++)
		count += news[i].kind == kind;
	return count;
}

static void overrun_and_recovery(void **state)
{
	int size = 1;

	assert_int_equal(setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
	churn(50);
	assert_int_equal(change(address("192.0.2.77", 32, true)), 0);
	news_read();
	assert_int_equal(news_of(KERN_NEWS_OVERRUN), 1);
	assert_int_equal(news[0].kind, KERN_NEWS_OVERRUN);
	assert_null(news_find(KERN_NEWS_ADDRESS, "192.0.2.77"));
	assert_int_equal(kern_netlink_dump(n), 0);
	news_await(KERN_NEWS_DUMP_END);
	assert_non_null(news_find(KERN_NEWS_ADDRESS, "192.0.2.77"));
	assert_int_equal(change(address("192.0.2.77", 32, false)), 0);
}

/* A dump that is asked for while the queue is still full comes nevertheless. */
static void dump_into_a_full_queue(void **state)
{
	int size = 1;

	assert_int_equal(setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
	churn(50);
	assert_int_equal(kern_netlink_dump(n), 0);
	news_await(KERN_NEWS_DUMP_END);
	assert_true(news_of(KERN_NEWS_OVERRUN) >= 1);
	assert_non_null(news_find(KERN_NEWS_ADDRESS, "192.0.2.10"));
	assert_int_equal(kern_netlink_dump(n), 0);
	news_await(KERN_NEWS_DUMP_END);
}

/* The addresses of a long dump change under it: no END before a consistent one. */
static void interrupted_dump(void **state)
{
	struct kern_address a[LIMIT_ADDRESS_BATCH];
	int size = 4096, begins, mentioned = 0;

	for (int batch = 0; batch < 32; batch++) {
		for (int i = 0; i < LIMIT_ADDRESS_BATCH; i++) {
			a[i] = address("203.0.113.0", 32, true);
			a[i].prefix.addr.bytes[2] = (uint8_t)batch;
			a[i].prefix.addr.bytes[3] = (uint8_t)i;
		}
		assert_int_equal(kern_address_change(n, a, LIMIT_ADDRESS_BATCH), 0);
	}
	news_read();
	/* A small queue makes the kernel wait for us in the midst of the dump. */
	assert_int_equal(setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
	assert_int_equal(kern_netlink_dump(n), 0);
	news_count = 0;
	while (mentioned < 100) {
		int r = kern_netlink_read(n, news + news_count, 10);

		assert_true(r > 0);
		for (int i = news_count; i < news_count + r; i++)
			mentioned += news[i].kind == KERN_NEWS_ADDRESS;
		news_count += r;
	}
	assert_int_equal(change(address("192.0.2.1", 32, true)), 0);
	begins = news_of(KERN_NEWS_DUMP_BEGIN);
	assert_int_equal(begins, 1);
	news_await(KERN_NEWS_DUMP_END);
	assert_int_equal(news_of(KERN_NEWS_DUMP_BEGIN), 1); /* the second one: started over */
	mentioned = 0;
	for (int i = news_count - 1; news[i].kind != KERN_NEWS_DUMP_BEGIN; i--)
		mentioned += news[i].kind == KERN_NEWS_ADDRESS;
	assert_true(mentioned >= 1024 + 3);
	ip("addr flush dev v0 to 203.0.0.0/16");
	assert_int_equal(change(address("192.0.2.1", 32, false)), 0);
}

static void forged_news(void **state)
{
	_Alignas(8) uint8_t request[RTNL_REQUEST_SIZE];
	struct kern_address a = address("192.0.2.1", 32, true);
	size_t size = rtnl_build_address(request, &a, 1);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = n->news_port };
	uint32_t before = kern_netlink_malformed(n);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	assert_int_equal(sendto(fd, request, size, 0, (void *)&to, sizeof to), size);
	close(fd);
	news_read();
	assert_int_equal(news_count, 0);
	assert_int_equal(kern_netlink_malformed(n), before + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, news_setup, news_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(quiet),
		TEST(dump),
		TEST(dump_in_small_bites),
		TEST(dump_asked_for_twice),
		TEST(link_life),
		TEST(leaving_a_bridge),
		TEST(foreign_addresses),
		TEST(own_addresses),
		TEST(another_process_is_not_own),
		TEST(outcomes),
		TEST(outcomes_of_a_batch),
		TEST(removal_compares_the_length),
		TEST(removal_ignores_mark_and_label),
		TEST(peer_addresses),
		TEST(secondaries_that_go_are_not_own),
		TEST(unknown_attributes_are_passed_over),
		TEST(overrun_and_recovery),
		TEST(dump_into_a_full_queue),
		TEST(interrupted_dump),
		TEST(forged_news),
	};

	own_netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
