/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions of BFD (RFC 5880, RFC 5881, RFC 5883). Their times are milliseconds, alone in the whole
 * language; decimals and multihop are of keepalived 2.4. */
#include "conf/conf_private.h"

#define BFD(keyword, member) \
	.block = BLOCK_BFD_INSTANCE, .name = keyword, .fate = FATE_NOT_YET, \
	.at = offsetof(struct conf_bfd, member)
#define MILLISECOND_US 1000
/* What keepalived can count in microseconds. */
#define MOST_US (INT64_C(4294967) * MILLISECOND_US)
#define MILLISECONDS(least) \
	ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_MILLISECONDS, "MILLISECONDS", \
				  least * MILLISECOND_US, MOST_US)), \
	.unit = "milliseconds"

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "bfd_instance",
		.opens = BLOCK_BFD_INSTANCE,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, bfds),
		.fate = FATE_NOT_YET,
		.doc = "A session with a neighbour that tells within milliseconds whether it is "
		       "there.",
	},
	{
		BFD("neighbor_ip", neighbor),
		.old_names = "neighbour_ip",
		ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS")),
		.flags = KEYWORD_REQUIRED,
		.doc = "The address of the neighbour; without it the block is left out.",
	},
	{
		BFD("source_ip", source),
		ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS")),
		.default_text = "the kernel's choice",
		.doc = "The own address that the session is held from.",
	},
	{
		BFD("min_rx", min_rx),
		MILLISECONDS(1),
		.preset = "10",
		.doc = "The least time between two packets that can be taken.",
	},
	{
		BFD("min_tx", min_tx),
		MILLISECONDS(1),
		.preset = "10",
		.doc = "The least time between two packets that are sent.",
	},
	{
		BFD("idle_tx", idle_tx),
		MILLISECONDS(1000),
		.preset = "1000",
		.doc = "Time between two packets while the neighbour is not there.",
	},
	{
		BFD("multiplier", multiplier),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 255)),
		.preset = "5",
		.doc = "After how many missing packets the neighbour counts as gone.",
	},
	{
		BFD("passive", passive),
		.value = 1,
		.default_text = "off",
		.doc = "Send nothing before the neighbour was heard.",
	},
	{
		BFD("ttl", ttl),
		.old_names = "hoplimit",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
		.default_text = "255 to an IPv4 address, 64 to an IPv6 address",
		.doc = "The TTL of packets, or their hop limit.",
	},
	{
		BFD("max_hops", max_hops),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "-1..255", -1, 255)),
		.preset = "0",
		.doc = "How much less than ttl a received packet may have; -1: any.",
	},
	{
		BFD("multihop", multihop),
		ARGUMENTS({ ARGUMENT_BOOLEAN, "yes|no", .flags = ARGUMENT_OPTIONAL }),
		.value = 1,
		.preset = "no",
		.doc = "The neighbour is not on the link: the port of RFC 5883 is used.",
	},
	{
		BFD("weight", weight),
		ARGUMENTS({ ARGUMENT_INTEGER, "WEIGHT", .min = -253, .max = 253,
			    .at = offsetof(struct conf_bfd, weight) },
			  { ARGUMENT_MARK, "reverse", "reverse",
			    .at = offsetof(struct conf_bfd, reverse) }),
		.preset = "0",
		.doc = "What instances add to their priority, as in vrrp_script.",
	},
	{
		BFD("vrrp", for_vrrp),
		.value = 1,
		.default_text = "on, without checker",
		.doc = "Instances may watch the session.",
	},
	{
		BFD("checker", for_checker),
		.value = 1,
		.default_text = "on, without vrrp",
		.doc = "Checks of real servers may watch the session.",
	},
};

const struct keyword_table keyword_table_bfd = { rows, sizeof(rows) / sizeof(rows[0]) };
