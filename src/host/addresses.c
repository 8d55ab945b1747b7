/* SPDX-License-Identifier: GPL-2.0-or-later */

/* One dump of the kernel's addresses. An address that is there may be a virtual one: where the mark
 * is missing (Linux before 5.18) it is known by how VRRP daemons add addresses, and the doubt goes
 * to silence. */
#include "host/addresses.h"

#include "base/address_mark.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct listing {
	struct conf_host_address *items;
	size_t count, room;
};

struct found {
	struct conf_host_address address;
	uint32_t flags;
	uint8_t mark;
	bool has_address, has_local;
};

/* With a peer IFA_ADDRESS is the peer. The kernel puts IFA_LOCAL behind it for IPv4, and before it
 * for IPv6, which has IFA_LOCAL only then. */
static int attribute(const struct nlattr *a, void *data)
{
	struct found *f = data;
	struct prefix *prefix = &f->address.prefix;
	uint16_t type = mnl_attr_get_type(a), length = mnl_attr_get_payload_len(a);

	if (type == IFA_LOCAL || (type == IFA_ADDRESS && !f->has_local)) {
		if (length != addr_size(&prefix->addr))
			return MNL_CB_ERROR;
		prefix->addr = addr_from_bytes(prefix->addr.family, mnl_attr_get_payload(a));
		f->has_address = true;
		f->has_local = type == IFA_LOCAL;
	}
	if (type == IFA_FLAGS && length == sizeof(f->flags))
		f->flags = mnl_attr_get_u32(a);
	if (type == ADDRESS_MARK_ATTRIBUTE && length == sizeof(f->mark))
		f->mark = mnl_attr_get_u8(a);
	return MNL_CB_OK;
}

static bool is_of_a_daemon(const struct found *f)
{
	const struct prefix *prefix = &f->address.prefix;

	return f->mark == ADDRESS_MARK_VIPD || f->mark == ADDRESS_MARK_KEEPALIVED ||
	       prefix->length == addr_bits(&prefix->addr) || f->flags & IFA_F_SECONDARY ||
	       f->flags & IFA_F_NODAD;
}

static int address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	struct listing *l = data;
	struct found f = { 0 };
	struct conf_host_address *grown;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    (header->ifa_family != AF_INET && header->ifa_family != AF_INET6))
		return MNL_CB_OK;
	f.flags = header->ifa_flags;
	f.address.prefix.length = header->ifa_prefixlen;
	f.address.prefix.addr.family = header->ifa_family == AF_INET ? ADDR_IPV4 : ADDR_IPV6;
	if (message->nlmsg_type != RTM_NEWADDR || header->ifa_scope != RT_SCOPE_UNIVERSE ||
	    mnl_attr_parse(message, sizeof(*header), attribute, &f) < 0 || !f.has_address ||
	    f.address.prefix.length > addr_bits(&f.address.prefix.addr) || is_of_a_daemon(&f) ||
	    !if_indextoname(header->ifa_index, f.address.link))
		return MNL_CB_OK;
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 16;
		grown = realloc(l->items, l->room * sizeof(*grown));
		if (!grown)
			return MNL_CB_ERROR;
		l->items = grown;
	}
	l->items[l->count++] = f.address;
	return MNL_CB_OK;
}

/* Not left to mnl_cb_run(), which takes lengths from 2^31 for negative and lets them in. */
static bool is_whole(const char *buffer, size_t size)
{
	while (size > 0) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buffer;
		size_t length;

		if (size < sizeof(*message) || message->nlmsg_len < sizeof(*message) ||
		    message->nlmsg_len > size)
			return false;
		length = NLMSG_ALIGN(message->nlmsg_len);
		length = length < size ? length : size;
		buffer += length;
		size -= length;
	}
	return true;
}

static int dump_read(struct mnl_socket *socket, uint32_t sequence, struct listing *l)
{
	_Alignas(8) char buffer[16384];
	ssize_t length;
	int e = MNL_CB_OK;

	while (e > MNL_CB_STOP) {
		length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (length < 0)
			return -errno;
		if (!is_whole(buffer, (size_t)length))
			return -EBADMSG;
		e = mnl_cb_run(buffer, (size_t)length, sequence, mnl_socket_get_portid(socket),
			       address, l);
	}
	/* Of a message it is what the message says. */
	return e >= 0 ? 0 : errno > 0 ? -errno : -EBADMSG;
}

static int dump_ask(struct mnl_socket *socket, uint32_t sequence)
{
	char buffer[sizeof(struct nlmsghdr) + sizeof(struct ifaddrmsg)];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = RTM_GETADDR;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = sequence;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifaddrmsg));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	return 0;
}

int host_addresses_read(struct conf_host_address **ret_addresses, size_t *ret_count)
{
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	uint32_t sequence = (uint32_t)time(NULL);
	struct listing l = { .items = NULL };
	int e;

	if (!socket)
		return -errno;
	e = dump_ask(socket, sequence);
	if (!e)
		e = dump_read(socket, sequence, &l);
	mnl_socket_close(socket);
	if (e < 0) {
		free(l.items);
		return e;
	}
	*ret_addresses = l.items;
	*ret_count = l.count;
	return 0;
}
