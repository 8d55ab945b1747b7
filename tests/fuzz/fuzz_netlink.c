/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any octets as what the kernel says over rtnetlink, to its three readers here.
 * The parser: it ends, it only moves forward, what it calls news can be used without another look,
 * and written again is read the same. The reader of news with vipd-vrrp's feed and a node behind
 * it: dumps begin before they end, and whatever the kernel says, the node stays sound. The reader
 * of the linter: what it lists is what the parser calls an address. */
#include "fuzz_netlink.h"

#include "base/check.h"
#include "daemon/vrrp_role.h"
#include "drive.h"
#include "host/addresses.h"
#include "kern/netlink_private.h"
#include "mutate.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const int fuzz_rounds = 500;

/* -- the parser -- */

static void news_look(const struct kern_news *news)
{
	switch (news->kind) {
	case KERN_NEWS_LINK:
		check(news->name[0]);
		check(memchr(news->name, 0, sizeof(news->name)) != NULL);
		check(news->ifindex > 0);
		return;
	case KERN_NEWS_LINK_GONE:
		check(news->ifindex > 0);
		return;
	case KERN_NEWS_ADDRESS:
	case KERN_NEWS_ADDRESS_GONE:
		check(news->ifindex > 0);
		check(addr_size(&news->prefix.addr) > 0);
		check(news->prefix.length <= 8 * addr_size(&news->prefix.addr));
		return;
	case KERN_NEWS_DUMP_BEGIN:
	case KERN_NEWS_DUMP_END:
	case KERN_NEWS_OVERRUN:
		break; /* are not messages */
	}
	check(false);
}

static void write_link(struct nlmsghdr *m, const struct kern_news *news)
{
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(m, sizeof(*link));

	m->nlmsg_type = news->kind == KERN_NEWS_LINK ? RTM_NEWLINK : RTM_DELLINK;
	link->ifi_index = (int)news->ifindex;
	link->ifi_type = ARPHRD_ETHER;
	link->ifi_flags = (news->is_up ? IFF_RUNNING : 0u) | (news->is_disabled ? 0u : IFF_UP) |
			  (news->is_loopback ? IFF_LOOPBACK : 0u);
	if (news->name[0])
		mnl_attr_put_strz(m, IFLA_IFNAME, news->name);
	if (news->has_mac)
		mnl_attr_put(m, IFLA_ADDRESS, MAC_SIZE, news->mac);
	mnl_attr_put_u32(m, IFLA_MTU, news->mtu);
}

static void write_address(struct nlmsghdr *m, const struct kern_news *news)
{
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(m, sizeof(*a));

	m->nlmsg_type = news->kind == KERN_NEWS_ADDRESS ? RTM_NEWADDR : RTM_DELADDR;
	a->ifa_family = news->prefix.addr.family == ADDR_IPV4 ? AF_INET : AF_INET6;
	a->ifa_prefixlen = news->prefix.length;
	a->ifa_scope = news->scope;
	a->ifa_index = news->ifindex;
	mnl_attr_put(m, IFA_LOCAL, addr_size(&news->prefix.addr), news->prefix.addr.bytes);
	mnl_attr_put_u32(m, IFA_FLAGS, (news->is_secondary ? IFA_F_SECONDARY : 0u) |
					       (news->is_tentative ? IFA_F_TENTATIVE : 0u));
	mnl_attr_put_u8(m, ADDRESS_MARK_ATTRIBUTE, news->protocol);
}

static void round_trip(const struct kern_news *first)
{
	struct kern_news copy = *first, *news = &copy;
	static _Alignas(8) uint8_t buffer[512];
	struct nlmsghdr *m = mnl_nlmsg_put_header(buffer);
	struct rtnl_cursor c = { buffer, 0 };
	struct rtnl_message again;
	size_t length = strlen(news->name);

	memset(news->name + length, 0, sizeof(news->name) - length); /* behind its NUL */
	if (news->kind == KERN_NEWS_LINK || news->kind == KERN_NEWS_LINK_GONE)
		write_link(m, news);
	else
		write_address(m, news);
	c.left = m->nlmsg_len;
	check(rtnl_next(&c, &again) && again.kind == RTNL_NEWS);
	/* Of a link that is gone its state does not count. */
	check(again.news.kind == news->kind && again.news.ifindex == news->ifindex);
	check(news->kind == KERN_NEWS_LINK_GONE || memcmp(&again.news, news, sizeof(*news)) == 0);
}

static void try_parser(const uint8_t *data, size_t size)
{
	/* Aligned as the room's buffer is, and of exactly this size. */
	uint8_t *datagram = memcpy(malloc(size + !size), data, size);
	struct rtnl_cursor c = { datagram, size };
	struct rtnl_message m;
	size_t left = size;

	while (rtnl_next(&c, &m)) {
		check(c.left < left);
		left = c.left;
		check(m.error >= 0);
		if (m.kind == RTNL_NEWS) {
			news_look(&m.news);
			round_trip(&m.news);
		}
	}
	check(c.left == 0);
	free(datagram);
}

/* -- the reader of news, with the sockets of vipd-vrrp taken away from it -- */

static struct {
	const uint8_t *data;
	size_t size;
	enum mark mark; /* of what comes next */
	bool is_dumping, was_failing;
} kernel;

/* The next datagram ends behind its mark. */
static size_t datagram_size(enum mark *ret_next)
{
	struct nlmsghdr m;
	size_t at = 0;

	*ret_next = MARK_NEXT;
	while (at + sizeof(m) <= kernel.size) {
		memcpy(&m, kernel.data + at, sizeof(m));
		if (m.nlmsg_len < sizeof(m) || m.nlmsg_len > kernel.size - at ||
		    NLMSG_ALIGN(m.nlmsg_len) > kernel.size - at)
			break;
		at += NLMSG_ALIGN(m.nlmsg_len);
		if (m.nlmsg_type != MARK_TYPE)
			continue;
		*ret_next = (enum mark)(m.nlmsg_flags % MARK_N_);
		return at;
	}
	return kernel.size;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	enum mark mark = kernel.mark, next;
	size_t size;

	kernel.mark = MARK_NEXT;
	if (kernel.size == 0 || mark == MARK_PAUSE || mark == MARK_OVERRUN) {
		errno = mark == MARK_OVERRUN ? ENOBUFS : EAGAIN;
		return -1;
	}
	size = datagram_size(&next);
	size = size < m->msg_iov->iov_len ? size : m->msg_iov->iov_len;
	memcpy(m->msg_iov->iov_base, kernel.data, size);
	from.nl_pid = mark == MARK_FOREIGN ? 4711 : 0;
	memcpy(m->msg_name, &from, sizeof(from));
	m->msg_namelen = sizeof(from);
	m->msg_flags = mark == MARK_CUT ? MSG_TRUNC : 0;
	kernel.data += size;
	kernel.size -= size;
	kernel.mark = next;
	return (ssize_t)size;
}

ssize_t __wrap_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
		      socklen_t to_size);
ssize_t __wrap_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
		      socklen_t to_size)
{
	struct nlmsghdr m;

	check(size >= sizeof(m));
	memcpy(&m, data, sizeof(m));
	check(m.nlmsg_len == size && (m.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP);
	return (ssize_t)size;
}

/* Which interface had a link's name last, by the news so far; 0: none, or nobody said yet. */
static uint32_t named[DRIVE_LINKS];
static bool is_seen[DRIVE_LINKS]; /* since the dump began */

static void note_news(const struct kern_news *news)
{
	for (uint32_t l = 0; l < DRIVE_LINKS; l++) {
		bool is_other = news->kind == KERN_NEWS_LINK_GONE ||
				strcmp(news->name, l ? "eth1" : "eth0") != 0;

		if (news->kind == KERN_NEWS_DUMP_BEGIN)
			is_seen[l] = false;
		else if (news->kind == KERN_NEWS_DUMP_END)
			named[l] = is_seen[l] ? named[l] : 0;
		else if (news->kind != KERN_NEWS_LINK && news->kind != KERN_NEWS_LINK_GONE)
			continue;
		else if (!is_other)
			named[l] = news->ifindex, is_seen[l] = true;
		else if (named[l] == news->ifindex)
			named[l] = 0;
	}
}

int __real_kern_netlink_read(struct kern_netlink *n, struct kern_news *ret_news, int max);
int __wrap_kern_netlink_read(struct kern_netlink *n, struct kern_news *ret_news, int max);
int __wrap_kern_netlink_read(struct kern_netlink *n, struct kern_news *ret_news, int max)
{
	int count = __real_kern_netlink_read(n, ret_news, max);

	check(count <= max);
	for (int k = 0; k < count; k++) {
		note_news(&ret_news[k]);
		switch (ret_news[k].kind) {
		case KERN_NEWS_DUMP_BEGIN:
			kernel.is_dumping = true;
			break;
		case KERN_NEWS_DUMP_END:
			check(kernel.is_dumping);
			kernel.is_dumping = false;
			break;
		case KERN_NEWS_OVERRUN:
			break;
		case KERN_NEWS_LINK:
		case KERN_NEWS_LINK_GONE:
		case KERN_NEWS_ADDRESS:
		case KERN_NEWS_ADDRESS_GONE:
			news_look(&ret_news[k]);
			break;
		}
	}
	return count;
}

/* vrrp_apply.c's. */
void vrrp_tell(struct vrrp_role *role, struct role_message *message)
{
	check(message->note == ROLE_NOTE_OVERRUN);
}

/* vrrp_sockets.c's: there are none. */
void vrrp_sockets_close_one(struct vrrp_role *r, struct loop_source *source)
{
}

static struct image *image;
static struct vrrp_role role;
static struct kern_netlink netlink;

static void open_netlink(void)
{
	/* As kern_netlink_open() leaves it; what is large is set where it is used. */
	memset(&netlink, 0, offsetof(struct kern_netlink, buffer));
	netlink.news_fd = netlink.command_fd = -1;
	netlink.news_port = NEWS_PORT;
	netlink.command_port = COMMAND_PORT;
	/* One command that the news may be the echo of. */
	netlink.commands[5] = (struct command){ .sequence = 5, .ifindex = DRIVE_INDEX(0),
						.add = true };
	check(prefix_parse("192.168.100.10/24", &netlink.commands[5].prefix));
	role.netlink = &netlink;
	role.exit_now = false;
}

/* At most one dump at a time, and only while one was asked for. */
static void ask_for_dumps(const struct drive *d, uint32_t *asked)
{
	for (; *asked < d->dumps; ++*asked)
		check(kern_netlink_dump(&netlink) == 0);
}

/* A name leads to the interface that has it, and an index to the link that it belongs to. */
static void check_links(const struct node *n)
{
	for (uint32_t k = 0; k < n->link_count; k++) {
		const struct node_link *l = &n->links[k];

		if (named[k]) {
			check(l->ifindex == named[k] && !l->is_renamed);
			check(find_link(n, named[k], ADDR_IPV4) == l);
		} else {
			check(l->ifindex == 0 || l->is_renamed);
		}
		check(l->source_count >= 0 && l->source_count <= LIMIT_SOURCES);
		for (int s = 0; s < l->source_count; s++)
			check(l->sources[s].prefix.addr.family == ADDR_IPV4);
	}
}

static void try_node(const uint8_t *data, size_t size)
{
	uint32_t asked = 0;
	struct drive d;

	kernel.data = data;
	kernel.size = size;
	kernel.mark = MARK_NEXT;
	kernel.is_dumping = false;
	memset(named, 0, sizeof(named));
	open_netlink();
	drive_init(&d, image, 1, (struct mono){ 1000000000 });
	role.current.node = d.node;
	do {
		drive_rest(&d);
		ask_for_dumps(&d, &asked);
		vrrp_feed_netlink(&role.netlink_source, EPOLLIN, d.now);
		drive_run(&d, kernel.mark == MARK_PAUSE ? 4000000 : 1000);
		drive_check(&d);
		check_links(d.node);
	} while (!role.exit_now && (kernel.size > 0 || role.netlink_more));
	drive_run(&d, 5000000);
	node_stop(d.node, d.now);
	drive_run(&d, 5000000);
	check(d.is_stopped);
	drive_fini(&d);
}

/* -- the linter's reader -- */

struct mnl_socket *__wrap_mnl_socket_open(int bus);
int __wrap_mnl_socket_bind(struct mnl_socket *s, unsigned groups, pid_t port);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *s, const void *data, size_t size);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *s, void *data, size_t size);
unsigned __wrap_mnl_socket_get_portid(const struct mnl_socket *s);
int __wrap_mnl_socket_close(struct mnl_socket *s);
char *__wrap_if_indextoname(unsigned ifindex, char *name);
time_t __wrap_time(time_t *ret_time);

struct mnl_socket *__wrap_mnl_socket_open(int bus)
{
	return (struct mnl_socket *)(void *)&kernel;
}

int __wrap_mnl_socket_bind(struct mnl_socket *s, unsigned groups, pid_t port)
{
	return 0;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *s, const void *data, size_t size)
{
	return (ssize_t)size;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *s, void *data, size_t size)
{
	enum mark next;
	size_t length = datagram_size(&next);

	if (kernel.size == 0) {
		errno = ENOBUFS;
		return -1;
	}
	length = length < size ? length : size;
	memset(data, 0xee, size);
	memcpy(data, kernel.data, length);
	kernel.data += length;
	kernel.size -= length;
	return (ssize_t)length;
}

unsigned __wrap_mnl_socket_get_portid(const struct mnl_socket *s)
{
	return NEWS_PORT;
}

int __wrap_mnl_socket_close(struct mnl_socket *s)
{
	return 0;
}

char *__wrap_if_indextoname(unsigned ifindex, char *name)
{
	return ifindex == 10 ? strcpy(name, "eth0") : NULL;
}

time_t __wrap_time(time_t *ret_time)
{
	return 1;
}

/* Somewhere in the datagrams the parser finds this address, or what it does not take for whole:
 * libmnl passes over attributes that do not fill their message. */
static bool is_told(const uint8_t *data, size_t size, const struct prefix *prefix)
{
	uint8_t *datagram = memcpy(malloc(size + !size), data, size);
	struct rtnl_cursor c = { datagram, size };
	struct rtnl_message m;
	bool is_found = false;

	while (rtnl_next(&c, &m))
		is_found |= m.kind == RTNL_MALFORMED ||
			    (m.kind == RTNL_NEWS && m.news.kind == KERN_NEWS_ADDRESS &&
			     m.news.ifindex == 10 && prefix_equal(&m.news.prefix, prefix));
	free(datagram);
	return is_found;
}

static void try_linter(const uint8_t *data, size_t size)
{
	struct conf_host_address *addresses;
	size_t count;

	kernel.data = data;
	kernel.size = size;
	if (host_addresses_read(&addresses, &count) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		check(strcmp(addresses[i].link, "eth0") == 0);
		check(addr_size(&addresses[i].prefix.addr) > 0);
		check(addresses[i].prefix.length <= addr_bits(&addresses[i].prefix.addr));
		check(is_told(data, size, &addresses[i].prefix));
	}
	free(addresses);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!image)
		image = drive_image();
	try_parser(data, size);
	try_node(data, size);
	try_linter(data, size);
	return 0;
}
