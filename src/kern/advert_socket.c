/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The raw sockets of a link and family: the main one, which sends and takes adverts for our VRIDs,
 * and the strangers' one, which takes the rest, small, for counting and naming. Where adverts come
 * behind an Authentication Header, which is a protocol of its own, a third one takes those.
 *
 * A raw socket is given packets from the moment it exists, of every link and for everybody. So it
 * first gets a filter that refuses everything; it is bound and joined behind that, emptied of what
 * slipped in before, and only then opened by the real filter. From there on each packet of the
 * link goes to exactly one of the two sockets. (The strangers' socket is no member of any group;
 * with IP_MULTICAST_ALL, the default, it is given what the host is a member of, thus what the
 * main socket joined. A raw IPv6 socket that has no address is given that in any case, whatever
 * IPV6_MULTICAST_ALL says: so the main one can see a group that another program joined.)
 *
 * Where the link is in a VRF, only what leaves a bound socket is routed by the VRF's table.
 *
 * The link is bound by name, for kernels before 5.1, and the name may have changed hands since
 * we heard it: the kernel refuses an IP_MULTICAST_IF that is not the bound link, which proves that
 * name and index are the same link.
 *
 * Both families send whole packets. A raw IPv6 socket without IPV6_CHECKSUM leaves the checksums of
 * VRRP alone, coming and going: they are made and verified, and a bad one is counted, elsewhere. */

#include "kern/filter.h"
#include "kern/kern.h"

#include "wire/ah.h"
#include "wire/ip.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/pkt_sched.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Adverts of a second from far more senders than a link has VRIDs. */
#define MAIN_QUEUE_SIZE (1024 * 1024)
/* Some fifty packets: strangers are counted, not served. */
#define STRANGER_QUEUE_SIZE (32 * 1024)

/* IPv6's least MTU, and what is behind its header in a piece of a packet. */
#define FRAGMENT6_MAX 1280
#define FRAGMENT6_HEADER_SIZE 8

struct flag {
	int name, value;
};

/* Each table ends with an option of the number 0, which there is not. */
static const struct flag main_flags4[] = {
	{ IP_HDRINCL, 1 }, { IP_MULTICAST_LOOP, 0 }, { IP_MULTICAST_ALL, 0 }, { 0 }
};
static const struct flag main_flags6[] = { { IPV6_HDRINCL, 1 }, { IPV6_MULTICAST_LOOP, 0 }, { 0 } };
/* What receive.c makes the IPv6 header of. */
static const struct flag header_flags6[] = {
	{ IPV6_RECVPKTINFO, 1 }, { IPV6_RECVHOPLIMIT, 1 }, { IPV6_RECVTCLASS, 1 }, { 0 }
};

static int option_set(int fd, int level, int name, const void *value, socklen_t size)
{
	return setsockopt(fd, level, name, value, size) < 0 ? -errno : 0;
}

static int flag_set(int fd, int level, int name, int value)
{
	return option_set(fd, level, name, &value, sizeof value);
}

static int filter_set(int fd, struct sock_filter *program, unsigned short size)
{
	struct sock_fprog f = { .len = size, .filter = program };

	return option_set(fd, SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof f);
}

static int filter_refuse_all(int fd)
{
	struct sock_filter refuse = { .code = BPF_RET | BPF_K, .k = 0 };

	return filter_set(fd, &refuse, 1);
}

static int filter_open(int fd, enum kern_filter_kind kind, const struct kern_port *port)
{
	struct sock_filter program[KERN_FILTER_SIZE];
	int size = kern_filter_build(kind, port, program);

	return filter_set(fd, program, (unsigned short)size);
}

static int ip_level(const struct kern_port *port)
{
	return port->family == ADDR_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

static int flags_set(int fd, int level, const struct flag *flags)
{
	int r = 0;

	for (; flags->name && r == 0; flags++)
		r = flag_set(fd, level, flags->name, flags->value);
	return r;
}

static int multicast_link_set(int fd, const struct kern_port *port)
{
	struct ip_mreqn m = { .imr_ifindex = (int)port->ifindex };

	if (port->family == ADDR_IPV6)
		return flag_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)port->ifindex);
	return option_set(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof m);
}

/* The socket address of `a`, of either family, without a port. Returns its size, 0: none. */
static socklen_t address_put(const struct addr *a, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (a->family == ADDR_IPV4) {
		memcpy(&in.sin_addr, a->bytes, sizeof in.sin_addr);
		memcpy(ret_address, &in, sizeof in);
		return sizeof in;
	}
	if (a->family == ADDR_IPV6) {
		memcpy(&in6.sin6_addr, a->bytes, sizeof in6.sin6_addr);
		memcpy(ret_address, &in6, sizeof in6);
		return sizeof in6;
	}
	return 0;
}

static struct addr address_take(const struct sockaddr_storage *address)
{
	struct addr a = { .family = ADDR_NONE };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->ss_family == AF_INET) {
		a.family = ADDR_IPV4;
		memcpy(&in, address, sizeof in);
		memcpy(a.bytes, &in.sin_addr, sizeof in.sin_addr);
	} else if (address->ss_family == AF_INET6) {
		a.family = ADDR_IPV6;
		memcpy(&in6, address, sizeof in6);
		memcpy(a.bytes, &in6.sin6_addr, sizeof in6.sin6_addr);
	}
	return a;
}

/* Binds to the link that has both this name and this index, else -ENODEV. */
static int link_bind(int fd, const struct kern_port *port)
{
	size_t size = strnlen(port->link, LIMIT_LINK_NAME);
	int r;

	if (size == 0 || size == LIMIT_LINK_NAME)
		return -ENODEV;
	r = option_set(fd, SOL_SOCKET, SO_BINDTODEVICE, port->link, (socklen_t)size + 1);
	if (r < 0)
		return r;
	r = multicast_link_set(fd, port);
	return r == -EINVAL || r == -EADDRNOTAVAIL ? -ENODEV : r;
}

/* To an address that need not be there, in either family. */
static int source_bind(int fd, const struct kern_port *port)
{
	struct sockaddr_storage address;
	socklen_t size = address_put(port->source, &address);
	int freebind = port->family == ADDR_IPV6 ? IPV6_FREEBIND : IP_FREEBIND;
	int r = flag_set(fd, ip_level(port), freebind, 1);

	if (size == 0 || port->source->family != port->family)
		return -EAFNOSUPPORT;
	if (r < 0)
		return r;
	return bind(fd, (struct sockaddr *)&address, size) < 0 ? -errno : 0;
}

static int port_bind(int fd, const struct kern_port *port)
{
	int r = 0;

	if (!port->source || *port->link)
		r = link_bind(fd, port);
	return r == 0 && port->source ? source_bind(fd, port) : r;
}

/* `change`: MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, the same number and form in both families. */
static int group_change(int fd, const struct kern_port *port, int change, const struct addr *group)
{
	struct group_req g = { .gr_interface = port->ifindex };

	if (group->family != port->family)
		return -EAFNOSUPPORT;
	address_put(group, &g.gr_group);
	return option_set(fd, ip_level(port), change, &g, sizeof g);
}

static int groups_join(int fd, const struct kern_port *port)
{
	for (int i = 0; i < port->group_count; i++) {
		int r = group_change(fd, port, MCAST_JOIN_GROUP, &port->groups[i]);

		/* It is a member. */
		if (r < 0 && r != -EADDRINUSE)
			return r;
	}
	return 0;
}

static bool has_group(const struct kern_port *port, const struct addr *group)
{
	for (int i = 0; i < port->group_count; i++) {
		if (addr_equal(&port->groups[i], group))
			return true;
	}
	return false;
}

static void queue_set(int fd, int size)
{
	if (flag_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, size) < 0)
		flag_set(fd, SOL_SOCKET, SO_RCVBUF, size);
}

static int main_prepare(int fd, const struct kern_port *port)
{
	bool is_ipv6 = port->family == ADDR_IPV6;
	int r;

	r = flags_set(fd, ip_level(port), is_ipv6 ? main_flags6 : main_flags4);
	if (r == 0)
		r = flag_set(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
	return r == 0 ? groups_join(fd, port) : r;
}

static void socket_drain(int fd)
{
	char nothing;

	while (recv(fd, &nothing, sizeof nothing, MSG_DONTWAIT | MSG_TRUNC) >= 0 || errno == EINTR)
		;
}

static int prepare(int fd, enum kern_filter_kind kind, const struct kern_port *port)
{
	int r = filter_refuse_all(fd);

	if (r == 0)
		r = port_bind(fd, port);
	if (r == 0 && port->family == ADDR_IPV6)
		r = flags_set(fd, IPPROTO_IPV6, header_flags6);
	if (r < 0)
		return r;
	if (kind == KERN_FILTER_STRANGERS)
		return flag_set(fd, SOL_SOCKET, SO_RCVBUF, STRANGER_QUEUE_SIZE);
	queue_set(fd, MAIN_QUEUE_SIZE);
	return kind == KERN_FILTER_ADVERTS ? main_prepare(fd, port) : 0;
}

static int link_socket_open(enum kern_filter_kind kind, const struct kern_port *port)
{
	int domain = port->family == ADDR_IPV6 ? AF_INET6 : AF_INET;
	int protocol = kind == KERN_FILTER_AH ? IP_PROTOCOL_AH : IP_PROTOCOL_VRRP;
	int fd = socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	int r;

	if (fd < 0)
		return -errno;
	r = prepare(fd, kind, port);
	if (r == 0) {
		socket_drain(fd);
		r = filter_open(fd, kind, port);
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

int kern_advert_open(const struct kern_port *port)
{
	return link_socket_open(KERN_FILTER_ADVERTS, port);
}

int kern_advert_filter(int fd, const struct kern_port *port, const struct addr *former,
		       int former_count)
{
	int r = filter_open(fd, KERN_FILTER_ADVERTS, port);

	if (r < 0)
		return r;
	/* First: a socket may be a member of so many groups only. One that cannot be left is none
	 * of the socket any more. */
	for (int i = 0; i < former_count; i++) {
		if (!has_group(port, &former[i]))
			(void)group_change(fd, port, MCAST_LEAVE_GROUP, &former[i]);
	}
	return groups_join(fd, port);
}

int kern_advert_rejoin(int fd, const struct kern_port *port)
{
	for (int i = 0; i < port->group_count; i++)
		(void)group_change(fd, port, MCAST_LEAVE_GROUP, &port->groups[i]);
	return groups_join(fd, port);
}

int kern_stranger_open(const struct kern_port *port)
{
	return link_socket_open(KERN_FILTER_STRANGERS, port);
}

int kern_stranger_filter(int fd, const struct kern_port *port)
{
	return filter_open(fd, KERN_FILTER_STRANGERS, port);
}

int kern_ah_open(const struct kern_port *port)
{
	return link_socket_open(KERN_FILTER_AH, port);
}

int kern_ah_filter(int fd, const struct kern_port *port)
{
	return filter_open(fd, KERN_FILTER_AH, port);
}

bool kern_socket_fits(int fd, const struct kern_port *port)
{
	const struct addr none = { .family = port->family };
	struct sockaddr_storage address = { 0 };
	socklen_t size = sizeof address;
	struct addr own;

	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return false;
	own = address_take(&address);
	return addr_equal(&own, port->source ? port->source : &none);
}

uint32_t kern_socket_drops(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof info;

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size) < 0)
		return 0;
	return info[SK_MEMINFO_DROPS];
}

static int send_packet(int fd, const struct sockaddr_storage *to, socklen_t to_size,
		       const void *packet, size_t size)
{
	ssize_t sent;

	do {
		sent = sendto(fd, packet, size, MSG_DONTWAIT, (const struct sockaddr *)to, to_size);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* RFC 8200 4.5. Who puts the header in front of a packet cuts it, too: the kernel does not. Each
 * piece passes every link that has IPv6. */
static int send_fragments6(int fd, const struct sockaddr_storage *to, socklen_t to_size,
			   const uint8_t *packet, size_t size)
{
	static uint32_t number; /* of a cut packet; of one sender to one receiver it must differ */
	uint8_t piece[FRAGMENT6_MAX];
	uint8_t *header = piece + IP6_HEADER_SIZE;
	const size_t room = sizeof(piece) - IP6_HEADER_SIZE - FRAGMENT6_HEADER_SIZE;
	size_t left = size - IP6_HEADER_SIZE, at = 0;
	int r = 0;

	number++;
	memcpy(piece, packet, IP6_HEADER_SIZE);
	piece[6] = IPPROTO_FRAGMENT;
	header[0] = packet[6];
	header[1] = 0;
	for (int k = 0; k < 4; k++)
		header[4 + k] = (uint8_t)(number >> (24 - 8 * k));
	while (left > 0 && r == 0) {
		size_t take = left > room ? room : left;
		size_t payload = FRAGMENT6_HEADER_SIZE + take;
		unsigned offset = (unsigned)at | (left > take); /* in octets, of which 8 count */

		piece[4] = (uint8_t)(payload >> 8);
		piece[5] = (uint8_t)payload;
		header[2] = (uint8_t)(offset >> 8);
		header[3] = (uint8_t)offset;
		memcpy(header + FRAGMENT6_HEADER_SIZE, packet + IP6_HEADER_SIZE + at, take);
		r = send_packet(fd, to, to_size, piece, IP6_HEADER_SIZE + payload);
		at += take;
		left -= take;
	}
	return r;
}

/* The socket is bound to its link, so a link-local destination needs no scope of its own. */
int kern_advert_send(int fd, const struct addr *destination, const void *packet, size_t size)
{
	struct sockaddr_storage to;
	socklen_t to_size = address_put(destination, &to);
	int r;

	if (to_size == 0)
		return -EAFNOSUPPORT;
	r = send_packet(fd, &to, to_size, packet, size);
	if (r == -EMSGSIZE && destination->family == ADDR_IPV6 && size > IP6_HEADER_SIZE)
		r = send_fragments6(fd, &to, to_size, packet, size);
	return r;
}
