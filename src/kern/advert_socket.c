/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The raw IPv4 sockets of a link: the main one, which sends and takes adverts for our VRIDs, and
 * the strangers' one, which takes the rest, small, for counting and naming.
 *
 * A raw socket is given packets from the moment it exists, of every link and for everybody. So it
 * first gets a filter that refuses everything; it is bound and joined behind that, emptied of what
 * slipped in before, and only then opened by the real filter. From there on each packet of the
 * link goes to exactly one of the two sockets. (The strangers' socket is no member of any group;
 * with IP_MULTICAST_ALL, the default, it is given what the host is a member of, thus what the
 * main socket joined.)
 *
 * The link is bound by name, for kernels before 5.1, and the name may have changed hands since
 * we heard it: the kernel refuses an IP_MULTICAST_IF that is not the bound link, which proves that
 * name and index are the same link. */

#include "kern/filter.h"
#include "kern/kern.h"

#include "wire/ip.h"

#include <arpa/inet.h>
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
#define VRRP_GROUP 0xe0000012u /* 224.0.0.18 (RFC 3768 5.2.2) */

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

static int filter_open(int fd, enum kern_filter_kind kind, const struct kern_vrids *vrids,
		       uint8_t version)
{
	struct sock_filter program[KERN_FILTER_SIZE];

	kern_filter_build(kind, vrids, version, program);
	return filter_set(fd, program, KERN_FILTER_SIZE);
}

/* Binds to the link that has both this name and this index, else -ENODEV. */
static int link_bind(int fd, uint32_t ifindex, const char *link)
{
	struct ip_mreqn m = { .imr_ifindex = (int)ifindex };
	size_t size = strnlen(link, LIMIT_LINK_NAME);
	int r;

	if (size == 0 || size == LIMIT_LINK_NAME)
		return -ENODEV;
	r = option_set(fd, SOL_SOCKET, SO_BINDTODEVICE, link, (socklen_t)size + 1);
	if (r < 0)
		return r;
	r = option_set(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof m);
	return r == -EINVAL || r == -EADDRNOTAVAIL ? -ENODEV : r;
}

static int main_prepare(int fd, uint32_t ifindex)
{
	struct ip_mreqn m = { .imr_ifindex = (int)ifindex, .imr_multiaddr = { htonl(VRRP_GROUP) } };
	int size = MAIN_QUEUE_SIZE;
	int r;

	if (flag_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, size) < 0)
		flag_set(fd, SOL_SOCKET, SO_RCVBUF, size);
	r = flag_set(fd, IPPROTO_IP, IP_HDRINCL, 1);
	if (r == 0)
		r = flag_set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
	if (r == 0)
		r = flag_set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	if (r == 0)
		r = flag_set(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
	if (r == 0)
		r = option_set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m);
	return r;
}

static void socket_drain(int fd)
{
	char nothing;

	while (recv(fd, &nothing, sizeof nothing, MSG_DONTWAIT | MSG_TRUNC) >= 0 || errno == EINTR)
		;
}

static int prepare(int fd, uint32_t ifindex, const char *link, enum kern_filter_kind kind)
{
	int r = filter_refuse_all(fd);

	if (r == 0)
		r = link_bind(fd, ifindex, link);
	if (r < 0)
		return r;
	if (kind == KERN_FILTER_ADVERTS)
		return main_prepare(fd, ifindex);
	return flag_set(fd, SOL_SOCKET, SO_RCVBUF, STRANGER_QUEUE_SIZE);
}

static int link_socket_open(uint32_t ifindex, const char *link, enum kern_filter_kind kind,
			    const struct kern_vrids *vrids, uint8_t version)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IP_PROTOCOL_VRRP);
	int r;

	if (fd < 0)
		return -errno;
	r = prepare(fd, ifindex, link, kind);
	if (r == 0) {
		socket_drain(fd);
		r = filter_open(fd, kind, vrids, version);
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

int kern_advert_open(uint32_t ifindex, const char *link, const struct kern_vrids *vrids,
		     uint8_t version)
{
	return link_socket_open(ifindex, link, KERN_FILTER_ADVERTS, vrids, version);
}

int kern_advert_filter(int fd, const struct kern_vrids *vrids, uint8_t version)
{
	return filter_open(fd, KERN_FILTER_ADVERTS, vrids, version);
}

int kern_stranger_open(uint32_t ifindex, const char *link, const struct kern_vrids *vrids,
		       uint8_t version)
{
	return link_socket_open(ifindex, link, KERN_FILTER_STRANGERS, vrids, version);
}

int kern_stranger_filter(int fd, const struct kern_vrids *vrids, uint8_t version)
{
	return filter_open(fd, KERN_FILTER_STRANGERS, vrids, version);
}

uint32_t kern_socket_drops(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof info;

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size) < 0)
		return 0;
	return info[SK_MEMINFO_DROPS];
}

int kern_advert_send(int fd, const struct addr *destination, const void *packet, size_t size)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	ssize_t sent;

	if (destination->family != ADDR_IPV4)
		return -EAFNOSUPPORT;
	memcpy(&to.sin_addr, destination->bytes, sizeof to.sin_addr);
	do {
		sent = sendto(fd, packet, size, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}
