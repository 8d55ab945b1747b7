/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 9568 7.1 as a table: a row for each thing that is to be verified, in the order in which we
 * name causes. Where a row is ours and not the RFC's, it says where that is written down. */
#include "rfc9568.h"

#include <string.h>

#define TRAILER 28

struct packet {
	const uint8_t *ip, *message;
	size_t size; /* of the message, as the IP header has it */
	size_t address; /* octets of one */
};

static size_t whole_size(const struct packet *p)
{
	return 8 + p->address * p->message[3];
}

static bool is_version_3_advert(const struct packet *p)
{
	return p->size >= 8 && p->message[0] == 0x31;
}

/* keepalived's trailer: 28 octets, of which the first is 1. */
static bool has_trailer(const struct packet *p)
{
	return p->size == whole_size(p) + TRAILER && p->message[whole_size(p)] == 1;
}

/* RFC 1071 as a plain remainder. */
static uint64_t sum(const uint8_t *octets, size_t size)
{
	uint64_t s = 0;

	for (size_t i = 0; i < size; i++)
		s += i % 2 ? octets[i] : octets[i] * UINT64_C(256);
	return s;
}

static bool is_sum(uint64_t s)
{
	return s != 0 && s % 65535 == 0;
}

static bool is_carp(const struct rfc9568_router *r, const struct packet *p)
{
	return p->size == 36 && p->message[0] == 0x21 && p->message[3] == 7 &&
	       is_sum(sum(p->message, 36));
}

static bool is_incomplete(const struct rfc9568_router *r, const struct packet *p)
{
	return p->size < 8 || (is_version_3_advert(p) && p->size < whole_size(p));
}

static bool has_more(const struct rfc9568_router *r, const struct packet *p)
{
	return is_version_3_advert(p) && p->size > whole_size(p) && !has_trailer(p);
}

static bool has_other_hops(const struct rfc9568_router *r, const struct packet *p)
{
	return p->ip[r->is_ipv6 ? 7 : 8] != 255;
}

static bool has_other_version(const struct rfc9568_router *r, const struct packet *p)
{
	return p->message[0] / 16 != 3;
}

static bool has_other_type(const struct rfc9568_router *r, const struct packet *p)
{
	return p->message[0] % 16 != 1;
}

/* 5.2.8, and RFC 5798's form over IPv4. Over IPv6 the trailer is covered. */
static bool has_wrong_checksum(const struct rfc9568_router *r, const struct packet *p)
{
	size_t size = r->is_ipv6 ? p->size : whole_size(p);
	uint64_t message = sum(p->message, size);
	uint64_t ends = sum(p->ip + (r->is_ipv6 ? 8 : 12), 2 * p->address);

	return !is_sum(message + ends + 112 + size) && (r->is_ipv6 || !is_sum(message));
}

static bool has_other_vrid(const struct rfc9568_router *r, const struct packet *p)
{
	return p->message[1] != r->vrid;
}

/* The upper four bits are reserved, and not read (5.2.6). */
static bool has_no_interval(const struct rfc9568_router *r, const struct packet *p)
{
	return p->message[4] % 16 == 0 && p->message[5] == 0;
}

static bool names_nothing(const struct rfc9568_router *r, const struct packet *p)
{
	return p->message[3] == 0 && r->address_count > 0;
}

static bool goes_elsewhere(const struct rfc9568_router *r, const struct packet *p)
{
	static const uint8_t group6[] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12 };

	return r->is_ipv6 ? memcmp(p->ip + 24, group6, 16) != 0 :
			    memcmp(p->ip + 16, "\xe0\0\0\x12", 4) != 0;
}

static bool comes_from_ourselves(const struct rfc9568_router *r, const struct packet *p)
{
	return memcmp(p->ip + (r->is_ipv6 ? 8 : 12), r->source, p->address) == 0;
}

static bool lists_others_only(const struct rfc9568_router *r, const struct packet *p)
{
	for (size_t k = 0; k < r->address_count; k++)
		for (size_t i = 0; i < p->message[3]; i++)
			if (memcmp(p->message + 8 + p->address * i, r->addresses + p->address * k,
				   p->address) == 0)
				return false;
	return r->address_count > 0 && p->message[3] > 0;
}

static bool comes_too_early(const struct rfc9568_router *r, const struct packet *p)
{
	return !r->is_running;
}

static const struct row {
	const char *text;
	bool (*refuses)(const struct rfc9568_router *r, const struct packet *p);
	enum vrrp_drop cause;
} rows[] = {
	{ "docs/conformance.md: CARP is known by its form", is_carp, VRRP_DROP_CARP },
	{ "R9568-7.1-03: complete", is_incomplete, VRRP_DROP_LENGTH },
	{ "R9568-7.1-03, docs/conformance.md: octets too many", has_more, VRRP_DROP_LENGTH },
	{ "R9568-5.1.1.3-02, R9568-5.1.2.3-02: TTL, hop limit", has_other_hops, VRRP_DROP_TTL },
	{ "R9568-7.1-01: version", has_other_version, VRRP_DROP_VERSION },
	{ "R9568-7.1-02: type", has_other_type, VRRP_DROP_TYPE },
	{ "R9568-7.1-04: checksum", has_wrong_checksum, VRRP_DROP_CHECKSUM },
	{ "R9568-7.1-05: VRID", has_other_vrid, VRRP_DROP_VRID },
	{ "R9568-7.1-06: interval", has_no_interval, VRRP_DROP_INTERVAL },
	{ "R9568-5.2.5-01: count", names_nothing, VRRP_DROP_ADDRESS_COUNT },
	{ "R9568-7.2-05, docs/conformance.md: the group", goes_elsewhere, VRRP_DROP_DESTINATION },
	{ "docs/vrrp-states.md: our own address", comes_from_ourselves, VRRP_DROP_OWN_ADDRESS },
	{ "R9568-7.1-12, docs/conformance.md: strangers", lists_others_only, VRRP_DROP_STRANGER },
	{ "R9568-6.4.1-02: nothing is heard before Startup", comes_too_early,
	  VRRP_DROP_NOT_RUNNING },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static uint64_t tried[ROWS + 1]; /* the last: taken */

bool rfc9568_is_whole(const struct rfc9568_router *r, const uint8_t *p, size_t size)
{
	size_t head, total;

	if (r->is_ipv6)
		return size >= 40 && p[0] / 16 == 6 && p[4] * 256u + p[5] <= size - 40;
	if (size < 20 || p[0] / 16 != 4)
		return false;
	head = p[0] % 16 * 4u;
	total = p[2] * 256u + p[3];
	return head >= 20 && total >= head && total <= size && p[6] % 64 == 0 && p[7] == 0;
}

const uint8_t *rfc9568_message(const struct rfc9568_router *r, const uint8_t *packet,
			       size_t *ret_size)
{
	size_t head = r->is_ipv6 ? 40 : packet[0] % 16 * 4u;

	*ret_size = r->is_ipv6 ? packet[4] * 256u + packet[5] :
				 packet[2] * 256u + packet[3] - head;
	return packet + head;
}

enum vrrp_drop rfc9568_judge(const struct rfc9568_router *r, const uint8_t *packet)
{
	struct packet p = { .ip = packet, .address = r->is_ipv6 ? 16 : 4 };
	size_t i = 0;

	p.message = rfc9568_message(r, packet, &p.size);
	while (i < ROWS && !rows[i].refuses(r, &p))
		i++;
	tried[i]++;
	return i == ROWS ? VRRP_DROP_NONE : rows[i].cause;
}

const char *rfc9568_untried(void)
{
	for (size_t i = 0; i < ROWS; i++)
		if (tried[i] == 0)
			return rows[i].text;
	return tried[ROWS] ? NULL : "nothing was taken";
}
