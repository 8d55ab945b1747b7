/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The netlink parser over messages made here, whole and broken in every place; and the requests
 * that the builder makes, read back. */

#include "kern/rtnl_build.h"
#include "kern/rtnl_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t mac[MAC_SIZE] = { 2, 0, 0, 0, 0, 7 };
static const uint8_t local[4] = { 192, 0, 2, 1 }, peer[4] = { 192, 0, 2, 2 };

struct buffer {
	_Alignas(8) uint8_t data[1024];
};

static struct nlmsghdr *put_link(struct buffer *b, uint16_t type, uint8_t family, uint32_t flags)
{
	struct nlmsghdr *m = mnl_nlmsg_put_header(b->data);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(m, sizeof *link);

	m->nlmsg_type = type;
	m->nlmsg_pid = 77;
	m->nlmsg_seq = 5;
	link->ifi_family = family;
	link->ifi_index = 3;
	link->ifi_type = ARPHRD_ETHER;
	link->ifi_flags = flags;
	return m;
}

static struct nlmsghdr *put_whole_link(struct buffer *b)
{
	struct nlmsghdr *m = put_link(b, RTM_NEWLINK, AF_UNSPEC, IFF_UP | IFF_RUNNING);

	mnl_attr_put_strz(m, IFLA_IFNAME, "eth0");
	mnl_attr_put(m, IFLA_ADDRESS, sizeof mac, mac);
	mnl_attr_put_u32(m, IFLA_MTU, 1500);
	return m;
}

static struct nlmsghdr *put_address(struct buffer *b, uint16_t type, uint8_t length)
{
	struct nlmsghdr *m = mnl_nlmsg_put_header(b->data);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(m, sizeof *a);

	m->nlmsg_type = type;
	a->ifa_family = AF_INET;
	a->ifa_prefixlen = length;
	a->ifa_index = 3;
	a->ifa_scope = RT_SCOPE_LINK;
	return m;
}

static struct nlmsghdr *put_whole_address(struct buffer *b)
{
	struct nlmsghdr *m = put_address(b, RTM_NEWADDR, 24);

	mnl_attr_put(m, IFA_ADDRESS, 4, peer);
	mnl_attr_put(m, IFA_LOCAL, 4, local);
	mnl_attr_put_u32(m, IFA_FLAGS, IFA_F_SECONDARY | IFA_F_NOPREFIXROUTE);
	mnl_attr_put_u8(m, ADDRESS_MARK_ATTRIBUTE, 112);
	return m;
}

static struct rtnl_message parse_one(const struct buffer *b, size_t size)
{
	struct rtnl_cursor c = { b->data, size };
	struct rtnl_message m, none;

	assert_true(rtnl_next(&c, &m));
	assert_false(rtnl_next(&c, &none));
	return m;
}

static struct rtnl_message parse(const struct buffer *b)
{
	return parse_one(b, ((const struct nlmsghdr *)(const void *)b->data)->nlmsg_len);
}

static void link_there(void **state)
{
	struct buffer b;
	struct rtnl_message m;

	put_whole_link(&b);
	m = parse(&b);
	assert_int_equal(m.kind, RTNL_NEWS);
	assert_int_equal(m.port, 77);
	assert_int_equal(m.sequence, 5);
	assert_int_equal(m.news.kind, KERN_NEWS_LINK);
	assert_int_equal(m.news.ifindex, 3);
	assert_string_equal(m.news.name, "eth0");
	assert_true(m.news.is_up && m.news.has_mac);
	assert_false(m.news.is_loopback);
	assert_memory_equal(m.news.mac, mac, sizeof mac);
	assert_int_equal(m.news.mtu, 1500);
}

static void link_is_up_only_with_both_flags(void **state)
{
	static const uint32_t flags[] = { 0, IFF_UP, IFF_RUNNING };
	struct buffer b;

	for (int i = 0; i < 3; i++) {
		mnl_attr_put_strz(put_link(&b, RTM_NEWLINK, AF_UNSPEC, flags[i]), IFLA_IFNAME, "x");
		assert_int_equal(parse(&b).kind, RTNL_NEWS);
		assert_false(parse(&b).news.is_up);
	}
	mnl_attr_put_strz(put_link(&b, RTM_NEWLINK, AF_UNSPEC, IFF_LOOPBACK), IFLA_IFNAME, "lo");
	assert_true(parse(&b).news.is_loopback);
}

/* A bridge says RTM_DELLINK of a port that left it. The link is still there. */
static void bridge_port_is_passed_over(void **state)
{
	struct buffer b;

	mnl_attr_put_strz(put_link(&b, RTM_DELLINK, AF_BRIDGE, 0), IFLA_IFNAME, "eth0");
	assert_int_equal(parse(&b).kind, RTNL_OTHER);
	put_link(&b, RTM_DELLINK, AF_UNSPEC, 0);
	assert_int_equal(parse(&b).kind, RTNL_NEWS);
	assert_int_equal(parse(&b).news.kind, KERN_NEWS_LINK_GONE);
}

static void links_that_are_not_ethernet_have_no_mac(void **state)
{
	struct buffer b;
	struct nlmsghdr *m = put_whole_link(&b);
	struct ifinfomsg *link = mnl_nlmsg_get_payload(m);

	link->ifi_type = ARPHRD_NONE;
	assert_false(parse(&b).news.has_mac);
	m = put_link(&b, RTM_NEWLINK, AF_UNSPEC, 0);
	mnl_attr_put_strz(m, IFLA_IFNAME, "tun0");
	mnl_attr_put(m, IFLA_ADDRESS, 4, local);
	assert_int_equal(parse(&b).kind, RTNL_NEWS);
	assert_false(parse(&b).news.has_mac);
}

static void bad_link_names(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
	} bad[] = { { "", 0 },	   { "\0", 1 },	   { "ab", 2 }, { "a\0b", 3 },
		    { "\0\0", 2 }, { "0123456789abcdef", 17 } };
	struct buffer b;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		mnl_attr_put(put_link(&b, RTM_NEWLINK, AF_UNSPEC, 0), IFLA_IFNAME, bad[i].size,
			     bad[i].octets);
		assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
	}
	put_link(&b, RTM_NEWLINK, AF_UNSPEC, 0); /* no name at all */
	assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
	mnl_attr_put_strz(put_link(&b, RTM_NEWLINK, AF_UNSPEC, 0), IFLA_IFNAME, "0123456789abcde");
	assert_string_equal(parse(&b).news.name, "0123456789abcde");
}

static void address_there(void **state)
{
	struct buffer b;
	struct nlmsghdr *message = put_whole_address(&b);
	struct rtnl_message m = parse(&b);
	struct addr a = addr_from_bytes(ADDR_IPV4, local);

	assert_int_equal(m.kind, RTNL_NEWS);
	assert_int_equal(m.news.kind, KERN_NEWS_ADDRESS);
	assert_int_equal(m.news.ifindex, 3);
	assert_true(addr_equal(&m.news.prefix.addr, &a));
	assert_int_equal(m.news.prefix.length, 24);
	assert_int_equal(m.news.scope, RT_SCOPE_LINK);
	assert_int_equal(m.news.protocol, 112);
	assert_true(m.news.is_secondary);
	assert_false(m.news.is_tentative);
	message->nlmsg_type = RTM_DELADDR;
	assert_int_equal(parse(&b).news.kind, KERN_NEWS_ADDRESS_GONE);
}

static void address_without_local_or_flags(void **state)
{
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8 };
	struct buffer b;
	struct nlmsghdr *m = put_address(&b, RTM_NEWADDR, 64);
	struct ifaddrmsg *a = mnl_nlmsg_get_payload(m);
	struct addr expected = addr_from_bytes(ADDR_IPV6, six);
	struct rtnl_message got;

	a->ifa_family = AF_INET6;
	a->ifa_flags = IFA_F_TENTATIVE;
	mnl_attr_put(m, IFA_ADDRESS, 16, six);
	got = parse(&b);
	assert_int_equal(got.kind, RTNL_NEWS);
	assert_true(addr_equal(&got.news.prefix.addr, &expected));
	assert_true(got.news.is_tentative);
	assert_int_equal(got.news.protocol, 0);
	a->ifa_family = AF_MPLS;
	assert_int_equal(parse(&b).kind, RTNL_OTHER);
}

/* Not to be used: while it is being looked at, or when it failed; but an optimistic one is. */
static void tentative_addresses(void **state)
{
	static const struct {
		uint32_t flags;
		bool is_tentative;
	} cases[] = {
		{ 0, false },
		{ IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_DEPRECATED, false },
		{ IFA_F_TENTATIVE, true },
		{ IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, false },
		{ IFA_F_OPTIMISTIC, false },
		{ IFA_F_DADFAILED, true },
		{ IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_OPTIMISTIC, true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer b;
		struct nlmsghdr *m = put_address(&b, RTM_NEWADDR, 24);

		mnl_attr_put(m, IFA_LOCAL, 4, local);
		mnl_attr_put_u32(m, IFA_FLAGS, cases[i].flags);
		assert_int_equal(parse(&b).news.is_tentative, cases[i].is_tentative);
	}
}

static void bad_addresses(void **state)
{
	struct buffer b;
	struct nlmsghdr *m = put_address(&b, RTM_NEWADDR, 24);

	assert_int_equal(parse(&b).kind, RTNL_MALFORMED); /* no address */
	mnl_attr_put(m, IFA_LOCAL, 3, local);
	assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
	mnl_attr_put(put_address(&b, RTM_NEWADDR, 33), IFA_LOCAL, 4, local);
	assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
	m = put_whole_address(&b);
	mnl_attr_put(m, IFA_FLAGS, 2, local);
	assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
	m = put_whole_address(&b);
	mnl_attr_put(m, ADDRESS_MARK_ATTRIBUTE, 4, local);
	assert_int_equal(parse(&b).kind, RTNL_MALFORMED);
}

/* Copies of exactly this size, so that a sanitizer sees the first octet read beyond. */
static struct rtnl_message parse_copy(const struct buffer *b, size_t size)
{
	uint8_t *copy = test_malloc(size);
	struct rtnl_cursor c = { copy, size };
	struct rtnl_message m, none;

	memcpy(copy, b->data, size);
	assert_true(rtnl_next(&c, &m));
	while (rtnl_next(&c, &none))
		;
	test_free(copy);
	return m;
}

/* After an attribute, or in the padding behind it, which may be missing from the last one. */
static bool ends_an_attribute(const struct buffer *b, size_t header_size, size_t size)
{
	const struct nlmsghdr *m = (const void *)b->data;
	const struct nlattr *a = mnl_nlmsg_get_payload_offset(m, header_size);

	while ((const uint8_t *)mnl_attr_next(a) < b->data + size)
		a = mnl_attr_next(a);
	return (const uint8_t *)a == b->data + size ||
	       (const uint8_t *)a + mnl_attr_get_len(a) <= b->data + size;
}

/* Cut at every octet, once with the length field as it was and once with a length that fits. */
static void cut_everywhere(struct buffer *b, size_t header_size)
{
	struct nlmsghdr *m = (void *)b->data;
	uint32_t whole = m->nlmsg_len;

	for (uint32_t size = 1; size < whole; size++) {
		struct rtnl_message got = parse_copy(b, size);

		assert_int_equal(got.kind, RTNL_MALFORMED);
		m->nlmsg_len = size;
		got = parse_copy(b, size);
		m->nlmsg_len = whole;
		if (size < sizeof *m + header_size || !ends_an_attribute(b, header_size, size))
			assert_int_equal(got.kind, RTNL_MALFORMED);
	}
	for (uint32_t size = 0; size < sizeof *m; size++) {
		m->nlmsg_len = size;
		assert_int_equal(parse_copy(b, whole).kind, RTNL_MALFORMED);
	}
	m->nlmsg_len = UINT32_MAX;
	assert_int_equal(parse_copy(b, whole).kind, RTNL_MALFORMED);
	m->nlmsg_len = whole;
	assert_int_equal(parse_copy(b, whole).kind, RTNL_NEWS);
}

static void cut_messages(void **state)
{
	struct buffer b;

	put_whole_link(&b);
	cut_everywhere(&b, sizeof(struct ifinfomsg));
	put_whole_address(&b);
	cut_everywhere(&b, sizeof(struct ifaddrmsg));
}

/* Every length that an attribute can claim, in every place. */
static void lying_attributes(void **state)
{
	struct buffer b;
	struct nlmsghdr *m = put_whole_address(&b);
	struct nlattr *first = mnl_nlmsg_get_payload_offset(m, sizeof(struct ifaddrmsg));
	char *end = mnl_nlmsg_get_payload_tail(m);

	for (struct nlattr *a = first; (char *)a < end; a = mnl_attr_next(a)) {
		uint16_t honest = a->nla_len;

		for (uint32_t length = 0; length <= UINT16_MAX; length++) {
			struct rtnl_message got;

			a->nla_len = (uint16_t)length;
			got = parse_copy(&b, m->nlmsg_len);
			if (length < sizeof *a || (char *)a + length > end)
				assert_int_equal(got.kind, RTNL_MALFORMED);
			if (length > 256 && length < 65000)
				length += 500;
		}
		a->nla_len = honest;
	}
	assert_int_equal(parse(&b).kind, RTNL_NEWS);
}

static void several_in_a_datagram(void **state)
{
	struct buffer b, one;
	struct rtnl_cursor c = { b.data, 0 };
	struct rtnl_message m;

	for (int i = 0; i < 4; i++) {
		struct nlmsghdr *message = put_whole_address(&one);

		if (i == 1)
			message->nlmsg_type = 9999; /* of a newer kernel */
		if (i == 2)
			mnl_attr_put(message, IFA_FLAGS, 1, local); /* broken, and no more */
		memcpy(b.data + c.left, one.data, message->nlmsg_len);
		c.left += message->nlmsg_len;
	}
	assert_true(rtnl_next(&c, &m));
	assert_int_equal(m.kind, RTNL_NEWS);
	assert_true(rtnl_next(&c, &m));
	assert_int_equal(m.kind, RTNL_OTHER);
	assert_true(rtnl_next(&c, &m));
	assert_int_equal(m.kind, RTNL_MALFORMED);
	assert_true(rtnl_next(&c, &m));
	assert_int_equal(m.kind, RTNL_NEWS);
	assert_false(rtnl_next(&c, &m));
}

static struct rtnl_message parse_outcome(uint16_t type, const void *payload, size_t size)
{
	struct buffer b;
	struct nlmsghdr *m = mnl_nlmsg_put_header(b.data);

	m->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(m, size), payload, size);
	m->nlmsg_len = (uint32_t)(sizeof *m + size);
	return parse(&b);
}

static void outcomes(void **state)
{
	int32_t none = 0, failed = -17, positive = 17, lowest = INT32_MIN;

	assert_int_equal(parse_outcome(NLMSG_ERROR, &none, 4).kind, RTNL_ERROR);
	assert_int_equal(parse_outcome(NLMSG_ERROR, &none, 4).error, 0);
	assert_int_equal(parse_outcome(NLMSG_ERROR, &failed, 4).error, 17);
	assert_int_equal(parse_outcome(NLMSG_ERROR, &positive, 4).kind, RTNL_MALFORMED);
	assert_int_equal(parse_outcome(NLMSG_ERROR, &lowest, 4).kind, RTNL_MALFORMED);
	assert_int_equal(parse_outcome(NLMSG_ERROR, &failed, 3).kind, RTNL_MALFORMED);
	assert_int_equal(parse_outcome(NLMSG_DONE, &failed, 4).kind, RTNL_DONE);
	assert_int_equal(parse_outcome(NLMSG_DONE, &failed, 4).error, 17);
	assert_int_equal(parse_outcome(NLMSG_DONE, &none, 0).kind, RTNL_DONE);
}

static void requests(void **state)
{
	_Alignas(8) uint8_t buffer[RTNL_REQUEST_SIZE];
	struct nlmsghdr *m = (void *)buffer;
	struct kern_address a = {
		.ifindex = 3,
		.prefix = { addr_from_bytes(ADDR_IPV4, local), 24 },
		.peer = { addr_from_bytes(ADDR_IPV4, peer), 32 },
		.broadcast = addr_from_bytes(ADDR_IPV4, peer),
		.label = "0123456789abcde",
		.add = true,
	};
	struct rtnl_cursor c = { buffer, 0 };
	struct rtnl_message got;

	c.left = rtnl_build_address(buffer, &a, 9);
	assert_true(c.left <= RTNL_REQUEST_SIZE);
	assert_int_equal(m->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	assert_true(rtnl_next(&c, &got));
	assert_int_equal(got.kind, RTNL_NEWS);
	assert_int_equal(got.sequence, 9);
	assert_true(addr_equal(&got.news.prefix.addr, &a.prefix.addr));
	assert_int_equal(got.news.prefix.length, 32);
	assert_int_equal(got.news.protocol, ADDRESS_MARK_VIPD);
	a.replaces = true;
	(void)rtnl_build_address(buffer, &a, 9);
	assert_int_equal(m->nlmsg_flags,
			 NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	a.add = false;
	c = (struct rtnl_cursor){ buffer, rtnl_build_address(buffer, &a, 10) };
	assert_int_equal(m->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	assert_true(rtnl_next(&c, &got));
	assert_int_equal(got.news.kind, KERN_NEWS_ADDRESS_GONE);
	assert_int_equal(got.news.protocol, 0);
}

static uint32_t flags_asked_for(enum addr_family family, uint8_t flags)
{
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8 };
	_Alignas(8) uint8_t buffer[RTNL_REQUEST_SIZE];
	struct kern_address a = { .ifindex = 3,
				  .prefix = { addr_from_bytes(family, six), 32 },
				  .flags = flags,
				  .add = true };
	const struct nlmsghdr *m = (const void *)buffer;
	const uint8_t *end = buffer + rtnl_build_address(buffer, &a, 1);
	const struct nlattr *at = mnl_nlmsg_get_payload_offset(m, sizeof(struct ifaddrmsg));

	while ((const uint8_t *)at < end && mnl_attr_get_type(at) != IFA_FLAGS)
		at = mnl_attr_next(at);
	assert_true((const uint8_t *)at < end);
	return mnl_attr_get_u32(at);
}

static void flags_of_requests(void **state)
{
	static const struct {
		uint8_t flags;
		uint32_t ipv4, ipv6;
	} cases[] = {
		{ 0, 0, IFA_F_NODAD },
		{ IMAGE_ADDRESS_DAD, 0, 0 },
		{ IMAGE_ADDRESS_HOME, 0, IFA_F_NODAD | IFA_F_HOMEADDRESS },
		{ IMAGE_ADDRESS_MNGTMPADDR, 0, IFA_F_NODAD | IFA_F_MANAGETEMPADDR },
		{ IMAGE_ADDRESS_NOPREFIXROUTE, IFA_F_NOPREFIXROUTE,
		  IFA_F_NODAD | IFA_F_NOPREFIXROUTE },
		{ IMAGE_ADDRESS_AUTOJOIN, IFA_F_MCAUTOJOIN, IFA_F_NODAD | IFA_F_MCAUTOJOIN },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(flags_asked_for(ADDR_IPV4, cases[i].flags), cases[i].ipv4);
		assert_int_equal(flags_asked_for(ADDR_IPV6, cases[i].flags), cases[i].ipv6);
	}
}

/* The longest request there is fits in its room. */
static void ipv6_requests(void **state)
{
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8 };
	_Alignas(8) uint8_t buffer[RTNL_REQUEST_SIZE];
	struct kern_address a = {
		.ifindex = 3,
		.prefix = { addr_from_bytes(ADDR_IPV6, six), 64 },
		.peer = { addr_from_bytes(ADDR_IPV6, six), 127 },
		.label = "0123456789abcde", /* IPv6 has none */
		.add = true,
	};
	struct rtnl_cursor c = { buffer, 0 };
	struct rtnl_message got;

	c.left = rtnl_build_address(buffer, &a, 9);
	assert_int_equal(c.left, 24 + 20 + 20 + 20 + 8 + 8);
	assert_true(c.left <= RTNL_REQUEST_SIZE);
	assert_true(rtnl_next(&c, &got));
	assert_int_equal(got.kind, RTNL_NEWS);
	assert_true(addr_equal(&got.news.prefix.addr, &a.prefix.addr));
	assert_int_equal(got.news.prefix.length, 127);
	assert_int_equal(got.news.protocol, ADDRESS_MARK_VIPD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(link_there),
		cmocka_unit_test(link_is_up_only_with_both_flags),
		cmocka_unit_test(bridge_port_is_passed_over),
		cmocka_unit_test(links_that_are_not_ethernet_have_no_mac),
		cmocka_unit_test(bad_link_names),
		cmocka_unit_test(address_there),
		cmocka_unit_test(address_without_local_or_flags),
		cmocka_unit_test(tentative_addresses),
		cmocka_unit_test(bad_addresses),
		cmocka_unit_test(cut_messages),
		cmocka_unit_test(lying_attributes),
		cmocka_unit_test(several_in_a_datagram),
		cmocka_unit_test(outcomes),
		cmocka_unit_test(requests),
		cmocka_unit_test(flags_of_requests),
		cmocka_unit_test(ipv6_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
