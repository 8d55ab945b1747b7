/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Requests to rtnetlink, into a buffer of the caller.
 *
 * What the kernel compares when it removes an IPv4 address: IFA_LOCAL; with IFA_ADDRESS the prefix
 * length and the network of the peer; with IFA_LABEL the label. (IPv6: IFA_LOCAL and the length.)
 * We send the first two, so that an address of another prefix length is not taken for ours, and no
 * label and no mark, so that what a keepalived left behind can be removed. (RTM_NEWADDR stores the
 * mark; RTM_DELADDR ignores it.) Kernels before 5.18 pass over the unknown attribute IFA_PROTO. */

#include "kern/rtnl_build.h"

#include "kern/rtnl_parse.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

size_t rtnl_build_dump(uint8_t buffer[RTNL_REQUEST_SIZE], uint16_t type, uint32_t sequence)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = sequence;
	/* Strict checking wants the header of the very type, zero: all families. */
	mnl_nlmsg_put_extra_header(message, type == RTM_GETADDR ? sizeof(struct ifaddrmsg) :
								  sizeof(struct ifinfomsg));
	return message->nlmsg_len;
}

/* IPv4 keeps whatever bits it is given: it gets those that it has. */
static uint32_t kernel_flags(const struct kern_address *address)
{
	bool is_ipv6 = address->prefix.addr.family == ADDR_IPV6;
	uint32_t flags = 0;

	if (address->flags & IMAGE_ADDRESS_NOPREFIXROUTE)
		flags |= IFA_F_NOPREFIXROUTE;
	if (address->flags & IMAGE_ADDRESS_AUTOJOIN)
		flags |= IFA_F_MCAUTOJOIN;
	if (is_ipv6 && (address->flags & IMAGE_ADDRESS_HOME))
		flags |= IFA_F_HOMEADDRESS;
	if (is_ipv6 && (address->flags & IMAGE_ADDRESS_MNGTMPADDR))
		flags |= IFA_F_MANAGETEMPADDR;
	if (is_ipv6 && !(address->flags & IMAGE_ADDRESS_DAD))
		flags |= IFA_F_NODAD;
	return flags;
}

/* What only one of the families has. */
static void put_family(struct nlmsghdr *message, const struct kern_address *address)
{
	struct ifa_cacheinfo lifetimes = { .ifa_prefered = address->preferred_lifetime_s,
					   .ifa_valid = UINT32_MAX };

	if (address->prefix.addr.family == ADDR_IPV6) {
		mnl_attr_put(message, IFA_CACHEINFO, sizeof lifetimes, &lifetimes);
		return;
	}
	if (address->broadcast.family != ADDR_NONE)
		mnl_attr_put(message, IFA_BROADCAST, 4, address->broadcast.bytes);
	if (address->label[0])
		mnl_attr_put_strz(message, IFA_LABEL, address->label);
}

size_t rtnl_build_address(uint8_t buffer[RTNL_REQUEST_SIZE], const struct kern_address *address,
			  uint32_t sequence)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	const struct addr *local = &address->prefix.addr;
	const struct prefix *network = &address->prefix;
	struct ifaddrmsg *a;

	/* With a peer the prefix length is the peer's (ip-address(8)). */
	if (address->peer.addr.family != ADDR_NONE)
		network = &address->peer;
	message->nlmsg_type = address->add ? RTM_NEWADDR : RTM_DELADDR;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = sequence;
	a = mnl_nlmsg_put_extra_header(message, sizeof *a);
	a->ifa_family = local->family == ADDR_IPV6 ? AF_INET6 : AF_INET;
	a->ifa_prefixlen = network->length;
	a->ifa_scope = address->scope;
	a->ifa_index = address->ifindex;
	mnl_attr_put(message, IFA_LOCAL, addr_size(local), local->bytes);
	mnl_attr_put(message, IFA_ADDRESS, addr_size(local), network->addr.bytes);
	if (!address->add)
		return message->nlmsg_len;
	message->nlmsg_flags |= NLM_F_CREATE | (address->replaces ? NLM_F_REPLACE : NLM_F_EXCL);
	put_family(message, address);
	mnl_attr_put_u32(message, IFA_FLAGS, kernel_flags(address));
	mnl_attr_put_u8(message, ADDRESS_MARK_ATTRIBUTE, ADDRESS_MARK_VIPD);
	return message->nlmsg_len;
}
