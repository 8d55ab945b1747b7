/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 3768 7.1 with RFC 2338 5.3.6 as a table: a row for each thing that is to be verified, in the
 * order in which we name causes (form, whom it is for, whether it agrees with us). Rows of one side
 * are the whole difference between us and the letter of the RFC; each says where it is written
 * down. The protocol number (5.2.4) is the socket's business. */
#include "rfc3768.h"

#include "base/check.h"
#include "rfc4302.h"

#include <string.h>

struct packet {
	const uint8_t *ip;
	const uint8_t *message; /* the VRRP message */
	size_t size; /* of it, as the IPv4 header has it */
	bool has_ah;
};

static bool is_version_2_advert(const struct packet *p)
{
	return p->size >= 8 && p->message[0] == 0x21;
}

/* Figure of 5.1: eight octets, the addresses, the authentication data. */
static size_t whole_size(const struct packet *p)
{
	return 8 + 4 * (size_t)p->message[3] + 8;
}

static bool is_incomplete(const struct rfc3768_router *r, const struct packet *p)
{
	return p->size < 8 || (is_version_2_advert(p) && p->size < whole_size(p));
}

/* keepalived's auth_hmac: 28 octets, of which the first is 1. */
static bool is_signed(const struct packet *p)
{
	return is_version_2_advert(p) && p->size == whole_size(p) + 28 &&
	       p->message[whole_size(p)] == 1;
}

static bool has_a_trailer(const struct rfc3768_router *r, const struct packet *p)
{
	return is_version_2_advert(p) && p->size > whole_size(p) && !is_signed(p);
}

static bool has_other_ttl(const struct rfc3768_router *r, const struct packet *p)
{
	return p->ip[8] != 255;
}

static bool has_other_version(const struct rfc3768_router *r, const struct packet *p)
{
	return p->message[0] / 16 != 2;
}

static bool has_other_type(const struct rfc3768_router *r, const struct packet *p)
{
	return p->message[0] % 16 != 1;
}

/* RFC 1071 as a plain remainder: all 16-bit numbers together are 0 modulo 65535, and not all of
 * them are zero. */
static bool has_wrong_checksum(const struct rfc3768_router *r, const struct packet *p)
{
	size_t size = is_signed(p) ? whole_size(p) : p->size;
	uint64_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? p->message[i] : p->message[i] * UINT64_C(256);
	return sum == 0 || sum % 65535 != 0;
}

static bool has_other_vrid(const struct rfc3768_router *r, const struct packet *p)
{
	return p->message[1] != r->vrid;
}

static bool comes_to_an_owner(const struct rfc3768_router *r, const struct packet *p)
{
	return r->priority == 255;
}

/* Of a router that has none: those that have one are not tried here. */
static bool has_authentication_header(const struct rfc3768_router *r, const struct packet *p)
{
	return p->has_ah;
}

static bool has_other_auth_type(const struct rfc3768_router *r, const struct packet *p)
{
	return p->message[4] != r->auth_type;
}

static bool has_wrong_password(const struct rfc3768_router *r, const struct packet *p)
{
	return r->auth_type == 1 && memcmp(p->message + whole_size(p) - 8, r->auth_data, 8) != 0;
}

static bool has_other_interval(const struct rfc3768_router *r, const struct packet *p)
{
	return p->message[5] != r->interval_s;
}

/* CARP's header: its authentication has seven words, the whole is 36 octets. */
static bool is_carp(const struct rfc3768_router *r, const struct packet *p)
{
	return p->size == 36 && p->message[0] == 0x21 && p->message[3] == 7 &&
	       !has_wrong_checksum(r, p);
}

static bool goes_elsewhere(const struct rfc3768_router *r, const struct packet *p)
{
	return memcmp(p->ip + 16, "\xe0\0\0\x12", 4) != 0;
}

static bool lists_others_only(const struct rfc3768_router *r, const struct packet *p)
{
	for (size_t k = 0; k < r->address_count; k++)
		for (size_t i = 0; i < p->message[3]; i++)
			if (memcmp(p->message + 8 + 4 * i, r->addresses[k].bytes, 4) == 0)
				return false;
	return r->address_count > 0 && p->message[3] > 0;
}

static bool comes_from_ourselves(const struct rfc3768_router *r, const struct packet *p)
{
	return memcmp(p->ip + 12, r->source, 4) == 0;
}

static bool comes_too_early(const struct rfc3768_router *r, const struct packet *p)
{
	return !r->is_running;
}

enum side { BOTH, OURS, RFC };

static const struct row {
	const char *text;
	bool (*refuses)(const struct rfc3768_router *r, const struct packet *p);
	enum vrrp_drop cause;
	enum side side;
} rows[] = {
	{ "docs/conformance.md: CARP is known by its form", is_carp, VRRP_DROP_CARP, BOTH },
	{ "R3768-7.1-02: complete", is_incomplete, VRRP_DROP_LENGTH, BOTH },
	{ "R3768-7.1-02, docs/conformance.md: octets too many are refused as well", has_a_trailer,
	  VRRP_DROP_LENGTH, OURS },
	{ "R3768-5.2.3-02, R3768-7.1-01: TTL", has_other_ttl, VRRP_DROP_TTL, BOTH },
	{ "R3768-7.1-01: version", has_other_version, VRRP_DROP_VERSION, BOTH },
	{ "R3768-5.3.2-01: type", has_other_type, VRRP_DROP_TYPE, BOTH },
	{ "R3768-7.1-03: checksum", has_wrong_checksum, VRRP_DROP_CHECKSUM, BOTH },
	{ "R3768-7.1-04: VRID", has_other_vrid, VRRP_DROP_VRID, BOTH },
	{ "R3768-7.1-04, docs/conformance.md: an owner takes adverts", comes_to_an_owner,
	  VRRP_DROP_NONE, RFC },
	{ "R2338-5.3.6.3-01: an Authentication Header", has_authentication_header,
	  VRRP_DROP_AUTH_TYPE, BOTH },
	{ "R3768-7.1-05, R3768-5.3.6-01: authentication type", has_other_auth_type,
	  VRRP_DROP_AUTH_TYPE, BOTH },
	{ "R2338-5.3.6.2-01: all eight octets of the password", has_wrong_password,
	  VRRP_DROP_AUTH_FAILED, BOTH },
	{ "R3768-7.1-08: interval", has_other_interval, VRRP_DROP_INTERVAL, BOTH },
	{ "R3768-5.2.2-01, docs/conformance.md: the group", goes_elsewhere, VRRP_DROP_DESTINATION,
	  OURS },
	{ "R3768-6.4.3-09, docs/vrrp-states.md: our own address is refused in every state",
	  comes_from_ourselves, VRRP_DROP_OWN_ADDRESS, OURS },
	{ "R3768-7.1-07, docs/conformance.md: other servers that use our virtual router id",
	  lists_others_only, VRRP_DROP_STRANGER, OURS },
	{ "R3768-6.4.1-01: nothing is heard before STARTUP", comes_too_early, VRRP_DROP_NOT_RUNNING,
	  BOTH },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static uint64_t tried[ROWS + 1]; /* the last: taken */

bool rfc3768_is_whole(const uint8_t *p, size_t size)
{
	size_t head, total;

	if (size < 20 || p[0] / 16 != 4)
		return false;
	head = p[0] % 16 * 4u;
	total = p[2] * 256u + p[3];
	/* No fragment: neither More Fragments nor an offset. */
	return head >= 20 && total >= head && total <= size && p[6] % 64 == 0 && p[7] == 0 &&
	       rfc4302_octets(p, head, total) >= 0;
}

const uint8_t *rfc3768_message(const uint8_t *ip, size_t *ret_size)
{
	size_t head = ip[0] % 16 * 4u, total = ip[2] * 256u + ip[3];

	head += (size_t)rfc4302_octets(ip, head, total);
	*ret_size = total - head;
	return ip + head;
}

static struct packet open_packet(const uint8_t *ip)
{
	struct packet p = { .ip = ip, .has_ah = ip[9] == 51 };

	p.message = rfc3768_message(ip, &p.size);
	return p;
}

/* The first row that refuses, of those that are not only the other side's. */
static size_t first_row(const struct rfc3768_router *r, const uint8_t *ip, enum side other)
{
	struct packet p = open_packet(ip);
	size_t i = 0;

	while (i < ROWS && (rows[i].side == other || !rows[i].refuses(r, &p)))
		i++;
	return i;
}

enum vrrp_drop rfc3768_judge(const struct rfc3768_router *r, const uint8_t *packet)
{
	size_t i = first_row(r, packet, RFC);

	tried[i]++;
	return i == ROWS ? VRRP_DROP_NONE : rows[i].cause;
}

bool rfc3768_takes(const struct rfc3768_router *r, const uint8_t *packet)
{
	return first_row(r, packet, OURS) == ROWS;
}

const char *rfc3768_deviation(const struct rfc3768_router *r, const uint8_t *packet)
{
	size_t ours = first_row(r, packet, RFC), theirs = first_row(r, packet, OURS);

	if ((ours == ROWS) == (theirs == ROWS))
		return NULL;
	tried[ours < theirs ? ours : theirs]++;
	return rows[ours < theirs ? ours : theirs].text;
}

const char *rfc3768_untried(void)
{
	for (size_t i = 0; i < ROWS; i++)
		if (tried[i] == 0)
			return rows[i].text;
	return tried[ROWS] ? NULL : "nothing was taken";
}
