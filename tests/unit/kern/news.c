/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "news.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <net/if.h>
#include <poll.h>

struct kern_netlink *n;
struct kern_news news[NEWS_MAX];
int news_count;

void news_read(void)
{
	int r;

	news_count = 0;
	do {
		r = kern_netlink_read(n, news + news_count, NEWS_MAX - news_count);
		assert_true(r >= 0);
		news_count += r;
	} while (r > 0);
}

static bool is_wished(const struct wish *w, const struct kern_news *k)
{
	return k->kind == w->kind && (!w->ifindex || k->ifindex == w->ifindex) &&
	       (!w->is_it || w->is_it(k));
}

void wish_await(struct wish w)
{
	int got = 0;

	for (int tries = 0; tries < 1000; tries++) {
		struct pollfd p = { .fd = kern_netlink_fd(n), .events = POLLIN };
		int r = kern_netlink_read(n, news + got, NEWS_MAX - got);

		assert_true(r >= 0);
		got += r;
		news_count = got;
		for (int i = got - r; i < got; i++) {
			if (is_wished(&w, &news[i]))
				return;
		}
		if (!r)
			poll(&p, 1, 10);
	}
	fail_msg("news of kind %d did not come", (int)w.kind);
}

void news_await(enum kern_news_kind kind)
{
	wish_await((struct wish){ .kind = kind });
}

struct prefix prefix(const char *address, uint8_t length)
{
	struct prefix p = { .length = length };

	assert_true(addr_parse(address, &p.addr));
	return p;
}

const struct kern_news *news_find(enum kern_news_kind kind, const char *address)
{
	struct prefix p = prefix(address, 0);

	for (int i = 0; i < news_count; i++) {
		if (news[i].kind == kind && addr_equal(&news[i].prefix.addr, &p.addr))
			return &news[i];
	}
	return NULL;
}

struct kern_address address(const char *text, uint8_t length, bool add)
{
	return (struct kern_address){ .ifindex = if_nametoindex("v0"),
				      .prefix = prefix(text, length),
				      .add = add,
				      .error = -1 };
}

int change(struct kern_address a)
{
	assert_int_equal(kern_address_change(n, &a, 1), 0);
	return a.error;
}

void news_await_address(enum kern_news_kind kind, const char *text)
{
	for (int tries = 0; tries < 1000; tries++) {
		struct pollfd p = { .fd = kern_netlink_fd(n), .events = POLLIN };

		news_read();
		if (news_find(kind, text))
			return;
		poll(&p, 1, 10);
	}
	fail_msg("no news of %s", text);
}

int news_setup(void **state)
{
	assert_int_equal(kern_netlink_open(&n), 0);
	news_read();
	return 0;
}

int news_teardown(void **state)
{
	n = kern_netlink_close(n);
	return 0;
}
