/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of rtnetlink datagrams. Lengths of messages and attributes are made right again most of
 * the time, and new messages are put in, of the kinds that are read, with values of which some are
 * those that the entry's little host knows. */
#include "fuzz_netlink.h"

#include "base/address_mark.h"
#include "mutate.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define INPUT_MOST 8192
#define MESSAGE_MOST 256

static void put_link(struct nlmsghdr *m, uint32_t *random)
{
	static const char *const names[] = { "eth0", "eth1", "eth2", "lo", "" };
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(m, sizeof(*link));
	uint8_t mac[6] = { 2, 0, 0, 0, 0, (uint8_t)mutate_random(random) };

	m->nlmsg_type = mutate_once_in(random, 3) ? RTM_DELLINK : RTM_NEWLINK;
	link->ifi_family = mutate_once_in(random, 8) ? AF_BRIDGE : AF_UNSPEC;
	link->ifi_index = (int)(10 + mutate_random(random) % 4);
	link->ifi_type = ARPHRD_ETHER;
	link->ifi_flags = mutate_once_in(random, 3) ? IFF_UP : IFF_UP | IFF_RUNNING;
	mnl_attr_put_strz(m, IFLA_IFNAME, names[mutate_random(random) % 5]);
	if (!mutate_once_in(random, 4))
		mnl_attr_put(m, IFLA_ADDRESS, sizeof(mac), mac);
	if (!mutate_once_in(random, 4))
		mnl_attr_put_u32(m, IFLA_MTU, mutate_random(random));
}

static void put_address(struct nlmsghdr *m, uint32_t *random)
{
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(m, sizeof(*a));
	/* 192.168.100.3 is the host's, 10 to 14 are the instances'. */
	uint8_t bytes[16] = { 192, 168, 100, (uint8_t)(3 + mutate_random(random) % 12) };
	uint16_t size = 4;

	m->nlmsg_type = mutate_once_in(random, 3) ? RTM_DELADDR : RTM_NEWADDR;
	a->ifa_family = AF_INET;
	a->ifa_prefixlen = mutate_once_in(random, 4) ? 32 : 24;
	a->ifa_index = 10 + mutate_random(random) % 4;
	if (mutate_once_in(random, 16))
		a->ifa_family = AF_INET6, size = 16;
	if (!mutate_once_in(random, 4))
		mnl_attr_put(m, IFA_ADDRESS, size, bytes);
	if (!mutate_once_in(random, 4))
		mnl_attr_put(m, IFA_LOCAL, size, bytes);
	if (mutate_once_in(random, 2))
		mnl_attr_put_u32(m, IFA_FLAGS, mutate_random(random) % 256);
	if (mutate_once_in(random, 3))
		mnl_attr_put_u8(m, ADDRESS_MARK_ATTRIBUTE, ADDRESS_MARK_VIPD);
}

static void put_outcome(struct nlmsghdr *m, uint32_t *random)
{
	int32_t error = mutate_once_in(random, 2) ? 0 : -(int32_t)(mutate_random(random) % 128);

	m->nlmsg_type = mutate_once_in(random, 2) ? NLMSG_ERROR : NLMSG_DONE;
	memcpy(mnl_nlmsg_put_extra_header(m, sizeof(error)), &error, sizeof(error));
}

static size_t put_message(uint8_t *out, uint32_t *random)
{
	static _Alignas(8) uint8_t buffer[MESSAGE_MOST];
	struct nlmsghdr *m = mnl_nlmsg_put_header(buffer);
	static const uint32_t ports[] = { 0, NEWS_PORT, NEWS_PORT, COMMAND_PORT };

	switch (mutate_random(random) % 5) {
	case 0:
		put_link(m, random);
		break;
	case 1:
	case 2:
		put_address(m, random);
		break;
	case 3:
		put_outcome(m, random);
		break;
	case 4:
		m->nlmsg_type = MARK_TYPE;
		break;
	}
	if (m->nlmsg_type == MARK_TYPE)
		m->nlmsg_flags = (uint16_t)(mutate_random(random) % MARK_N_);
	else if (mutate_once_in(random, 8))
		m->nlmsg_flags |= NLM_F_DUMP_INTR;
	m->nlmsg_seq = mutate_random(random) % 8;
	m->nlmsg_pid = ports[mutate_random(random) % 4];
	memcpy(out, buffer, m->nlmsg_len);
	return m->nlmsg_len;
}

static void repair_attributes(uint8_t *message, size_t length, size_t header)
{
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(header), left;
	struct nlattr a;

	for (; at + sizeof(a) <= length; at += NLMSG_ALIGN(a.nla_len)) {
		left = length - at;
		memcpy(&a, message + at, sizeof(a));
		if (a.nla_len < sizeof(a))
			a.nla_len = sizeof(a);
		if (a.nla_len > left)
			a.nla_len = (uint16_t)left;
		memcpy(message + at, &a, sizeof(a));
	}
}

static void repair(uint8_t *data, size_t size, uint32_t *random)
{
	struct nlmsghdr m;

	for (size_t at = 0; at + sizeof(m) <= size; at += NLMSG_ALIGN(m.nlmsg_len)) {
		memcpy(&m, data + at, sizeof(m));
		if (m.nlmsg_len < sizeof(m) || m.nlmsg_len > size - at)
			m.nlmsg_len = (uint32_t)(size - at);
		memcpy(data + at, &m, sizeof(m));
		if (mutate_once_in(random, 8))
			continue;
		if (m.nlmsg_type == RTM_NEWLINK || m.nlmsg_type == RTM_DELLINK)
			repair_attributes(data + at, m.nlmsg_len, sizeof(struct ifinfomsg));
		else if (m.nlmsg_type == RTM_NEWADDR || m.nlmsg_type == RTM_DELADDR)
			repair_attributes(data + at, m.nlmsg_len, sizeof(struct ifaddrmsg));
	}
}

/* A place between two messages. */
static size_t choose_border(const uint8_t *data, size_t size, uint32_t *random)
{
	struct nlmsghdr m;
	size_t at = 0;

	while (at + sizeof(m) <= size && !mutate_once_in(random, 6)) {
		memcpy(&m, data + at, sizeof(m));
		if (m.nlmsg_len < sizeof(m) || m.nlmsg_len > size - at ||
		    NLMSG_ALIGN(m.nlmsg_len) > size - at)
			break;
		at += NLMSG_ALIGN(m.nlmsg_len);
	}
	return at;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	uint8_t message[MESSAGE_MOST];
	uint32_t random = seed;
	size_t at, length;

	if (size > INPUT_MOST || mutate_once_in(&random, 16))
		return LLVMFuzzerMutate(data, size, max_size);
	if (mutate_once_in(&random, 2)) {
		size = LLVMFuzzerMutate(data, size, max_size);
		repair(data, size, &random);
		return size;
	}
	at = choose_border(data, size, &random);
	length = put_message(message, &random);
	if (size + length > max_size)
		return size;
	memmove(data + at + length, data + at, size - at);
	memcpy(data + at, message, length);
	return size + length;
}
