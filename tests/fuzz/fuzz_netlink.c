/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The rtnetlink parser over any octets as one datagram. Beyond not crashing: it ends, it only moves
 * forward, and what it calls news can be used without another look. */

#include "kern/rtnl_parse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void news_look(const struct kern_news *news)
{
	switch (news->kind) {
	case KERN_NEWS_LINK:
		require(news->name[0]);
		require(memchr(news->name, 0, sizeof news->name) != NULL);
		require(news->ifindex > 0);
		return;
	case KERN_NEWS_LINK_GONE:
		require(news->ifindex > 0);
		return;
	case KERN_NEWS_ADDRESS:
	case KERN_NEWS_ADDRESS_GONE:
		require(news->ifindex > 0);
		require(addr_size(&news->prefix.addr) > 0);
		require(news->prefix.length <= 8 * addr_size(&news->prefix.addr));
		return;
	case KERN_NEWS_DUMP_BEGIN:
	case KERN_NEWS_DUMP_END:
	case KERN_NEWS_OVERRUN:
		break; /* are not messages */
	}
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Aligned as the room's buffer is, and of exactly this size. */
	uint8_t *datagram = malloc(size ? size : 1);
	struct rtnl_cursor c = { datagram, size };
	struct rtnl_message m;
	size_t left = size;

	if (!datagram)
		return 0;
	memcpy(datagram, data, size);
	while (rtnl_next(&c, &m)) {
		require(c.left < left);
		left = c.left;
		require(m.error >= 0);
		if (m.kind == RTNL_NEWS)
			news_look(&m.news);
	}
	require(c.left == 0);
	free(datagram);
	return 0;
}
