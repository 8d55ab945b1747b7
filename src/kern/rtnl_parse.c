/* SPDX-License-Identifier: GPL-2.0-or-later */

/* rtnetlink messages → news. The kernel is trusted, its format is not: attributes come and go with
 * versions, so every length is compared before it is believed, and a message that does not fit is
 * counted by the caller and passed over. No memory, no system calls: a fuzzer drives this file.
 *
 * The link group also carries what a bridge says about its ports, as RTM_NEWLINK and RTM_DELLINK of
 * the family AF_BRIDGE: "deleted" means there that a link left the bridge, not that it is gone.
 * Only messages of AF_UNSPEC speak of links. */

#include "kern/rtnl_parse.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define ATTRIBUTES 64 /* those above are newer than what we look at */

struct attributes {
	const struct nlattr *by_type[ATTRIBUTES];
};

/* False: the attributes do not fill the message exactly. */
static bool collect(const struct nlmsghdr *message, size_t header_size, struct attributes *ret)
{
	const struct nlattr *a = mnl_nlmsg_get_payload_offset(message, header_size);
	/* Not mnl_nlmsg_get_payload_tail(), which rounds up: beyond what was received. */
	const char *end = (const char *)message + message->nlmsg_len;

	memset(ret, 0, sizeof *ret);
	while ((const char *)a < end) {
		if (!mnl_attr_ok(a, (int)(end - (const char *)a)))
			return false;
		if (mnl_attr_get_type(a) < ATTRIBUTES)
			ret->by_type[mnl_attr_get_type(a)] = a;
		a = mnl_attr_next(a);
	}
	return true;
}

static bool has_size(const struct nlattr *a, size_t size)
{
	return mnl_attr_get_payload_len(a) == size;
}

static bool link_attributes(const struct attributes *found, uint16_t hardware,
			    struct kern_news *news)
{
	const struct nlattr *name = found->by_type[IFLA_IFNAME];
	const struct nlattr *mac = found->by_type[IFLA_ADDRESS];
	const struct nlattr *mtu = found->by_type[IFLA_MTU];

	if (name) {
		size_t size = mnl_attr_get_payload_len(name);
		const char *text = mnl_attr_get_payload(name);

		if (size < 2 || size > sizeof news->name || text[size - 1] || !text[0])
			return false;
		memcpy(news->name, text, size);
	}
	/* Tunnels have addresses of other lengths, which is no error. */
	if (mac && hardware == ARPHRD_ETHER && has_size(mac, MAC_SIZE)) {
		memcpy(news->mac, mnl_attr_get_payload(mac), MAC_SIZE);
		news->has_mac = true;
	}
	if (mtu) {
		if (!has_size(mtu, sizeof news->mtu))
			return false;
		news->mtu = mnl_attr_get_u32(mtu);
	}
	return true;
}

static enum rtnl_kind parse_link(const struct nlmsghdr *message, struct kern_news *news)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	struct attributes found;

	if (mnl_nlmsg_get_payload_len(message) < sizeof *link)
		return RTNL_MALFORMED;
	if (link->ifi_family != AF_UNSPEC)
		return RTNL_OTHER;
	if (link->ifi_index <= 0 || !collect(message, sizeof *link, &found) ||
	    !link_attributes(&found, link->ifi_type, news))
		return RTNL_MALFORMED;
	news->ifindex = (uint32_t)link->ifi_index;
	if (message->nlmsg_type == RTM_DELLINK) {
		news->kind = KERN_NEWS_LINK_GONE;
		return RTNL_NEWS;
	}
	if (!news->name[0])
		return RTNL_MALFORMED;
	news->kind = KERN_NEWS_LINK;
	news->is_up = (link->ifi_flags & IFF_UP) && (link->ifi_flags & IFF_RUNNING);
	news->is_disabled = !(link->ifi_flags & IFF_UP);
	news->is_loopback = link->ifi_flags & IFF_LOOPBACK;
	return RTNL_NEWS;
}

static enum rtnl_kind parse_address(const struct nlmsghdr *message, struct kern_news *news)
{
	const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
	enum addr_family family;
	const struct nlattr *a;
	struct attributes found;
	uint32_t flags;

	if (mnl_nlmsg_get_payload_len(message) < sizeof *address)
		return RTNL_MALFORMED;
	if (address->ifa_family != AF_INET && address->ifa_family != AF_INET6)
		return RTNL_OTHER;
	if (!address->ifa_index || !collect(message, sizeof *address, &found))
		return RTNL_MALFORMED;
	family = address->ifa_family == AF_INET ? ADDR_IPV4 : ADDR_IPV6;
	/* With a peer, IFA_ADDRESS is the peer; IPv6 has IFA_LOCAL only then. */
	a = found.by_type[IFA_LOCAL] ? found.by_type[IFA_LOCAL] : found.by_type[IFA_ADDRESS];
	if (!a || !has_size(a, addr_family_size(family)) ||
	    address->ifa_prefixlen > 8 * addr_family_size(family))
		return RTNL_MALFORMED;
	news->prefix.addr = addr_from_bytes(family, mnl_attr_get_payload(a));
	news->prefix.length = address->ifa_prefixlen;
	/* IFA_FLAGS has all the flags, the header only the first eight. */
	flags = address->ifa_flags;
	a = found.by_type[IFA_FLAGS];
	if (a) {
		if (!has_size(a, sizeof flags))
			return RTNL_MALFORMED;
		flags = mnl_attr_get_u32(a);
	}
	a = found.by_type[ADDRESS_MARK_ATTRIBUTE];
	if (a) {
		if (!has_size(a, 1))
			return RTNL_MALFORMED;
		news->protocol = mnl_attr_get_u8(a);
	}
	news->ifindex = address->ifa_index;
	news->scope = address->ifa_scope;
	news->is_secondary = flags & IFA_F_SECONDARY;
	/* An optimistic address is used while it is being looked at (RFC 4429). */
	news->is_tentative = (flags & IFA_F_DADFAILED) ||
			     ((flags & IFA_F_TENTATIVE) && !(flags & IFA_F_OPTIMISTIC));
	news->kind = message->nlmsg_type == RTM_NEWADDR ? KERN_NEWS_ADDRESS :
							 KERN_NEWS_ADDRESS_GONE;
	return RTNL_NEWS;
}

/* NLMSG_ERROR and NLMSG_DONE begin with an errno, negative; older kernels' DONE may lack it. */
static enum rtnl_kind parse_outcome(const struct nlmsghdr *message, int *ret_error)
{
	bool is_done = message->nlmsg_type == NLMSG_DONE;
	int32_t error = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof error)
		memcpy(&error, mnl_nlmsg_get_payload(message), sizeof error);
	else if (!is_done)
		return RTNL_MALFORMED;
	if (error > 0 || error == INT32_MIN)
		return RTNL_MALFORMED;
	*ret_error = -error;
	return is_done ? RTNL_DONE : RTNL_ERROR;
}

bool rtnl_next(struct rtnl_cursor *c, struct rtnl_message *ret_message)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)c->data;
	size_t size;

	if (!c->left)
		return false;
	memset(ret_message, 0, sizeof *ret_message);
	/* Not mnl_nlmsg_ok(), which takes lengths from 2^31 for negative and lets them in. */
	if (c->left < sizeof *message || message->nlmsg_len < sizeof *message ||
	    message->nlmsg_len > c->left) {
		ret_message->kind = RTNL_MALFORMED;
		c->left = 0;
		return true;
	}
	ret_message->port = message->nlmsg_pid;
	ret_message->sequence = message->nlmsg_seq;
	ret_message->flags = message->nlmsg_flags;
	if (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK)
		ret_message->kind = parse_link(message, &ret_message->news);
	else if (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_DELADDR)
		ret_message->kind = parse_address(message, &ret_message->news);
	else if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
		ret_message->kind = parse_outcome(message, &ret_message->error);
	else
		ret_message->kind = RTNL_OTHER;
	size = NLMSG_ALIGN((size_t)message->nlmsg_len);
	size = size < c->left ? size : c->left;
	c->data += size;
	c->left -= size;
	return true;
}
