/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/netlink_private.h"

/* The netlink sockets under test and the news that were read from them. Everything asserts what can
 * fail. */

#define NEWS_MAX 4096

extern struct kern_netlink *n;
extern struct kern_news news[NEWS_MAX];
extern int news_count;

int news_setup(void **state);
int news_teardown(void **state);

/* Reads what there is, in place of what was read before. */
void news_read(void);

struct wish {
	enum kern_news_kind kind;
	uint32_t ifindex; /* 0: any */
	bool (*is_it)(const struct kern_news *); /* NULL: any */
};

/* Reads until the wished one has come, at most for ten seconds: the kernel tells changes of the
 * carrier, and what became of IPv6 addresses, with a delay. */
void wish_await(struct wish w);
void news_await(enum kern_news_kind kind);
void news_await_address(enum kern_news_kind kind, const char *address);

/* Among what was read last; the first one, or NULL. */
const struct kern_news *news_find(enum kern_news_kind kind, const char *address);

struct prefix prefix(const char *address, uint8_t length);

/* An address on v0. */
struct kern_address address(const char *text, uint8_t length, bool add);

/* The outcome of this one change. */
int change(struct kern_address a);
