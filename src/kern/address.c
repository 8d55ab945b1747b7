/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Addresses: one datagram carries up to LIMIT_ADDRESS_BATCH requests. The kernel executes them one
 * after another inside sendto(), going on after a failure, and has queued every acknowledgement
 * when it returns: so nothing here waits, and a batch is a slice of known size.
 *
 * Outcomes are matched by sequence number. What an outcome means (an address that is there already
 * on adding, one that is gone on removing) is for the caller to say.
 *
 * What is remembered of a command, until its news come, depends on the family. News of an IPv4
 * address have port and sequence number of the command. News of an IPv6 address have neither (a new
 * one is told by the kernel's own worker, after the command): what was done is expected to be told
 * once, and the first news that say so are its echo. */

#include "kern/netlink_private.h"

#include "base/check.h"
#include "base/hash.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

/* An outcome that did not come: the kernel had no memory to say it. Done or not, the caller tries
 * again. */
#define NO_ANSWER ENOBUFS

static const struct prefix *network_of(const struct kern_address *a)
{
	return a->peer.addr.family == ADDR_NONE ? &a->prefix : &a->peer;
}

/* 0, or why it is not for the kernel. */
static int address_refuse(const struct kern_address *a)
{
	const struct prefix *network = network_of(a);

	if (addr_size(&a->prefix.addr) == 0 || a->prefix.addr.family != network->addr.family)
		return EAFNOSUPPORT;
	if (network->length > addr_bits(&network->addr) || !memchr(a->label, 0, sizeof a->label))
		return EINVAL;
	return 0;
}

/* What the news of this change will look like. */
static void command_remember(struct kern_netlink *n, const struct kern_address *a)
{
	n->commands[n->sequence % COMMANDS] = (struct command){
		.sequence = n->sequence,
		.ifindex = a->ifindex,
		.prefix = { a->prefix.addr, network_of(a)->length },
		.add = a->add,
	};
}

/* One place for each, by its hash: what shares a place with another is forgotten for it. */
static struct echo *echo_place(struct kern_netlink *n, uint32_t ifindex,
			       const struct prefix *prefix)
{
	uint32_t hash = hash_octets(HASH_START ^ ifindex, prefix->addr.bytes,
				    sizeof prefix->addr.bytes);

	return &n->echoes[(hash ^ hash >> 16) % ECHOES];
}

static bool echo_is(const struct echo *e, uint32_t ifindex, const struct prefix *prefix)
{
	return e->ifindex == ifindex && prefix_equal(&e->prefix, prefix);
}

static void echo_expect(struct kern_netlink *n, const struct kern_address *a)
{
	struct prefix prefix = { a->prefix.addr, network_of(a)->length };
	struct echo *e = echo_place(n, a->ifindex, &prefix);

	if (!echo_is(e, a->ifindex, &prefix))
		*e = (struct echo){ .ifindex = a->ifindex, .prefix = prefix };
	if (a->add)
		e->adds++;
	else
		e->removals++;
	e->is_there = a->add;
}

/* An address that goes before the worker told of it is never told of: behind the news of a removal
 * no more adds are expected than were done after it. */
bool echo_take(struct kern_netlink *n, const struct kern_news *news)
{
	struct echo *e = echo_place(n, news->ifindex, &news->prefix);
	bool is_add = news->kind == KERN_NEWS_ADDRESS, is_expected;
	uint32_t *count = is_add ? &e->adds : &e->removals, left;

	if (!echo_is(e, news->ifindex, &news->prefix))
		return false;
	is_expected = *count > 0;
	if (is_expected)
		--*count;
	left = e->removals + e->is_there;
	if (!is_add && e->adds > left)
		e->adds = left;
	return is_expected;
}

/* Acknowledgements of the sequence numbers from `first` on. */
static void outcomes_read(struct kern_netlink *n, struct kern_address *addresses, int count,
			  uint32_t first)
{
	_Alignas(8) uint8_t buffer[8192];
	struct rtnl_message m;
	struct rtnl_cursor c;
	ssize_t size;

	for (;;) {
		size = recv(n->command_fd, buffer, sizeof buffer, MSG_DONTWAIT);
		if (size < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (size <= 0)
			return;
		c = (struct rtnl_cursor){ buffer, (size_t)size };
		while (rtnl_next(&c, &m)) {
			uint32_t position = m.sequence - first;

			if (m.kind == RTNL_ERROR && m.port == n->command_port &&
			    position < (uint32_t)count)
				addresses[position].error = m.error;
		}
	}
}

int kern_address_change(struct kern_netlink *n, struct kern_address *addresses, int count)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	uint32_t first = n->sequence + 1;
	size_t size = 0;
	ssize_t sent;

	check(count >= 0 && count <= LIMIT_ADDRESS_BATCH);
	/* Every address has its number, also one that is not sent. */
	for (int i = 0; i < count; i++) {
		n->sequence++;
		if (address_refuse(&addresses[i]))
			continue;
		size += rtnl_build_address(&n->requests[size], &addresses[i], n->sequence);
		command_remember(n, &addresses[i]);
	}
	if (size) {
		do {
			sent = sendto(n->command_fd, n->requests, size, MSG_DONTWAIT,
				      (struct sockaddr *)&kernel, sizeof kernel);
		} while (sent < 0 && errno == EINTR);
		if (sent < 0)
			return -errno;
	}
	for (int i = 0; i < count; i++) {
		int refused = address_refuse(&addresses[i]);

		addresses[i].error = refused ? refused : NO_ANSWER;
	}
	if (size)
		outcomes_read(n, addresses, count, first);
	for (int i = 0; i < count; i++) {
		if (addresses[i].error == 0 && addresses[i].prefix.addr.family == ADDR_IPV6)
			echo_expect(n, &addresses[i]);
	}
	return 0;
}
