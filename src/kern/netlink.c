/* SPDX-License-Identifier: GPL-2.0-or-later */

/* News of links and addresses: what the kernel tells to its multicast groups, and dumps of what
 * there is. Both come over one socket, so their order is the kernel's and a change during a dump
 * cannot be applied on the wrong side of it.
 *
 * When the kernel could not queue a message it says so once (ENOBUFS) and the owner hears OVERRUN;
 * only a new dump tells then what is. A dump during which the lists changed is marked by the kernel
 * (NLM_F_DUMP_INTR) and may lack entries: it is asked for again before anything is believed gone.
 *
 * Commands go over a second socket (address.c): their acknowledgements must not wait behind
 * news, and its port number marks our own changes among the news. */

#include "kern/netlink_private.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the news of some ten thousand addresses while we do something else. */
#define NEWS_QUEUE_SIZE (4 * 1024 * 1024)
/* Dumps of lists that somebody keeps changing, before we take what we have. */
#define DUMP_TRIES 16
/* Datagrams without any news that one read passes over. */
#define DATAGRAMS_READ 256

static int socket_open(uint32_t groups, uint32_t *ret_port)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = groups };
	socklen_t size = sizeof a;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int error;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) < 0) {
		error = -errno;
		close(fd);
		return error;
	}
	*ret_port = a.nl_pid;
	return fd;
}

/* Options that make things better and are not there everywhere; no failure is one of ours. */
static void options_set(const struct kern_netlink *n)
{
	int size = NEWS_QUEUE_SIZE, on = 1;

	if (setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		setsockopt(n->news_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	/* Linux 4.20: IPv4 addresses only are dumped, instead of being sorted out here. */
	setsockopt(n->news_fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	/* Acknowledgements do not repeat the request. */
	setsockopt(n->command_fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
}

int kern_netlink_open(struct kern_netlink **ret_netlink)
{
	struct kern_netlink *n = calloc(1, sizeof *n);
	int error;

	if (!n)
		return -ENOMEM;
	n->command_fd = -1;
	n->news_fd = socket_open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
				 &n->news_port);
	if (n->news_fd >= 0)
		n->command_fd = socket_open(0, &n->command_port);
	if (n->news_fd < 0 || n->command_fd < 0) {
		error = n->news_fd < 0 ? n->news_fd : n->command_fd;
		kern_netlink_close(n);
		return error;
	}
	options_set(n);
	*ret_netlink = n;
	return 0;
}

struct kern_netlink *kern_netlink_close(struct kern_netlink *n)
{
	if (!n)
		return NULL;
	if (n->news_fd >= 0)
		close(n->news_fd);
	if (n->command_fd >= 0)
		close(n->command_fd);
	free(n);
	return NULL;
}

int kern_netlink_fd(const struct kern_netlink *n)
{
	return n->news_fd;
}

uint32_t kern_netlink_malformed(const struct kern_netlink *n)
{
	return n->malformed_count;
}

static int phase_start(struct kern_netlink *n, enum dump_phase phase)
{
	_Alignas(8) uint8_t request[RTNL_REQUEST_SIZE];
	uint16_t type = phase == DUMP_LINKS ? RTM_GETLINK : RTM_GETADDR;
	size_t size = rtnl_build_dump(request, type, ++n->sequence);
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;

	do {
		sent = sendto(n->news_fd, request, size, MSG_DONTWAIT, (struct sockaddr *)&kernel,
			      sizeof kernel);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		int error = -errno;

		n->phase = DUMP_IDLE;
		return error;
	}
	n->phase = phase;
	n->dump_sequence = n->sequence;
	return 0;
}

static int dump_start(struct kern_netlink *n)
{
	int r = phase_start(n, DUMP_LINKS);

	if (r < 0)
		return r;
	n->is_interrupted = n->is_again = false;
	n->is_begun = true;
	return 0;
}

int kern_netlink_dump(struct kern_netlink *n)
{
	if (n->phase != DUMP_IDLE) {
		n->is_again = true;
		return 0;
	}
	n->dump_tries = 0;
	return dump_start(n);
}

/* One of the two lists is complete. Returns how many news this makes. */
static int phase_done(struct kern_netlink *n, struct kern_news *ret_news)
{
	bool is_broken = n->is_interrupted && ++n->dump_tries < DUMP_TRIES;
	bool is_again;

	if (is_broken) {
		n->failure = dump_start(n);
		return 0;
	}
	if (n->phase == DUMP_LINKS) {
		n->failure = phase_start(n, DUMP_ADDRESSES);
		return 0;
	}
	/* Interrupted every time: what we have is said, and the next one begins. */
	is_again = n->is_again || n->is_interrupted;
	n->phase = DUMP_IDLE;
	n->dump_tries = 0;
	if (is_again)
		n->failure = dump_start(n);
	*ret_news = (struct kern_news){ .kind = KERN_NEWS_DUMP_END };
	return 1;
}

static bool is_own(struct kern_netlink *n, const struct rtnl_message *m)
{
	const struct command *c = &n->commands[m->sequence % COMMANDS];

	/* Port and sequence number of a dump are those of the request, and its news no echo. */
	if (m->news.prefix.addr.family == ADDR_IPV6)
		return m->port == 0 && echo_take(n, &m->news);
	return m->port == n->command_port && c->sequence == m->sequence &&
	       c->ifindex == m->news.ifindex && prefix_equal(&c->prefix, &m->news.prefix) &&
	       c->add == (m->news.kind == KERN_NEWS_ADDRESS);
}

/* Returns how many news it makes, 0 or 1. */
static int message_take(struct kern_netlink *n, const struct rtnl_message *m,
			struct kern_news *ret_news)
{
	bool is_dump = n->phase != DUMP_IDLE && m->sequence == n->dump_sequence &&
		       m->port == n->news_port;

	if (is_dump && (m->flags & NLM_F_DUMP_INTR))
		n->is_interrupted = true;
	switch (m->kind) {
	case RTNL_NEWS:
		*ret_news = m->news;
		ret_news->is_own = is_own(n, m);
		return 1;
	case RTNL_OTHER:
		return 0;
	case RTNL_MALFORMED:
		n->malformed_count++;
		return 0;
	case RTNL_ERROR:
		/* ENOBUFS: the queue was full when the dump began; it goes on by itself as the
		 * queue is read. Everything else ends it. */
		if (is_dump && m->error && m->error != ENOBUFS) {
			n->phase = DUMP_IDLE;
			n->failure = -m->error;
		}
		return 0;
	case RTNL_DONE:
		if (is_dump && m->error) {
			n->phase = DUMP_IDLE;
			n->failure = -m->error;
			return 0;
		}
		return is_dump ? phase_done(n, ret_news) : 0;
	}
	return 0;
}

/* Receives one datagram into the buffer: 1; or nothing: 0; or -errno. */
static int datagram_take(struct kern_netlink *n)
{
	struct sockaddr_nl from;
	struct iovec iov = { n->buffer, sizeof n->buffer };
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof from,
			    .msg_iov = &iov,
			    .msg_iovlen = 1 };
	ssize_t size;

	do {
		size = recvmsg(n->news_fd, &m, MSG_DONTWAIT);
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? 0 : -errno;
	/* Other processes can send to our port; news come from the kernel. */
	if (m.msg_namelen != sizeof from || from.nl_pid != 0) {
		n->malformed_count++;
		return 1;
	}
	n->cursor = (struct rtnl_cursor){ n->buffer, (size_t)size };
	/* Larger than anything the kernel makes. What is lost is unknown: as with an overrun. */
	return (m.msg_flags & MSG_TRUNC) ? -ENOBUFS : 1;
}

int kern_netlink_read(struct kern_netlink *n, struct kern_news *ret_news, int max)
{
	int count = 0, datagrams = 0, r;
	struct rtnl_message m;

	while (count < max && !n->failure) {
		if (n->is_begun) {
			n->is_begun = false;
			ret_news[count++] = (struct kern_news){ .kind = KERN_NEWS_DUMP_BEGIN };
			continue;
		}
		if (rtnl_next(&n->cursor, &m)) {
			count += message_take(n, &m, &ret_news[count]);
			continue;
		}
		if (datagrams++ == DATAGRAMS_READ)
			break;
		r = datagram_take(n);
		if (r == 0)
			break;
		if (r == -ENOBUFS) {
			ret_news[count++] = (struct kern_news){ .kind = KERN_NEWS_OVERRUN };
			/* Among what was lost may be echoes. */
			memset(n->echoes, 0, sizeof n->echoes);
		} else if (r < 0)
			n->failure = r;
	}
	if (count || !n->failure)
		return count;
	r = n->failure;
	n->failure = 0;
	return r;
}
