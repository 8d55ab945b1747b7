/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The filters that decide in the kernel, before a packet is queued, which of a link's two sockets
 * takes it. They look at what a raw socket is given: with IPv4 the packet from its IP header on,
 * with IPv6 what is behind the headers; the hop limit is reached from where the network header is.
 *
 *	for us	:=  TTL is 255 or need not be  and  version is ours  and  the VRID is one of ours
 *
 * One program serves both sockets with the two return values exchanged, so that every packet goes
 * to exactly one of them; what is too short to have a VRID is a stranger. (A load beyond the end
 * ends a BPF program with "refuse", for either socket. So lengths are compared first.)
 *
 * (A third socket takes what comes behind an Authentication Header: the same question, asked so
 * much further on. What it refuses is none of ours: IPsec uses the protocol, too.)
 *
 * The 256 bits of the set are eight constants, chosen by the upper three bits of the VRID: the
 * program has the same length and costs the same for one VRID and for all. */

#include "kern/filter.h"

#include "base/check.h"
#include "wire/ah.h"
#include "wire/ip.h"

#define IP4_TTL_OFFSET 8
#define IP6_HOP_LIMIT_OFFSET 7
#define VRRP_VERSION_OFFSET 0 /* the upper four bits (RFC 9568 5.2.1) */
#define VRRP_VRID_OFFSET 1 /* RFC 9568 5.2.3 */
#define WORDS 8 /* 256 bits in words of 32 */
#define WHOLE_PACKET 0xffffffffu
#define NOTHING 0
#define TO_REFUSE 0xff /* the distance is put in at the end */

struct writer {
	struct sock_filter *program;
	int count;
	uint32_t ah_size; /* octets between the IP header and VRRP */
};

static void put(struct writer *w, unsigned int code, uint32_t k)
{
	w->program[w->count++] = (struct sock_filter){ .code = (uint16_t)code, .k = k };
}

/* Goes on when the comparison holds, else refuses. */
static void put_require(struct writer *w, unsigned int comparison, uint32_t k)
{
	put(w, BPF_JMP | comparison, k);
	w->program[w->count - 1].jf = TO_REFUSE;
}

static uint32_t vrid_word(const struct kern_vrids *vrids, int word)
{
	uint32_t bits = 0;

	for (int i = 0; i < 4; i++)
		bits |= (uint32_t)vrids->bits[word * 4 + i] << (8 * i);
	return bits;
}

/* A := the word of the set that A (0..7) names. Three instructions a word. */
static void put_words(struct writer *w, const struct kern_vrids *vrids)
{
	int after = w->count + 3 * WORDS;

	for (int i = 0; i < WORDS; i++) {
		w->program[w->count++] = (struct sock_filter){ .code = BPF_JMP | BPF_JEQ | BPF_K,
							       .jf = 2,
							       .k = (uint32_t)i };
		put(w, BPF_LD | BPF_IMM, vrid_word(vrids, i));
		put(w, BPF_JMP | BPF_JA, (uint32_t)(after - (w->count + 1)));
	}
}

/* X := where VRRP begins in the packet. */
static void put_begin(struct writer *w, uint8_t family)
{
	if (family == ADDR_IPV6)
		put(w, BPF_LDX | BPF_IMM, 0);
	else
		put(w, BPF_LDX | BPF_B | BPF_MSH, 0); /* the header's length, with options */
}

/* There is a VRID, and the TTL is right. */
static void put_packet(struct writer *w, const struct kern_port *port)
{
	bool is_ipv6 = port->family == ADDR_IPV6;
	uint32_t ttl = is_ipv6 ? (uint32_t)SKF_NET_OFF + IP6_HOP_LIMIT_OFFSET : IP4_TTL_OFFSET;

	put(w, BPF_LD | BPF_W | BPF_LEN, 0);
	if (!is_ipv6)
		put_require(w, BPF_JGE | BPF_K, IP4_HEADER_SIZE);
	put_begin(w, port->family);
	put_require(w, BPF_JGE | BPF_X, 0);
	put(w, BPF_ALU | BPF_SUB | BPF_X, 0);
	put_require(w, BPF_JGE | BPF_K, w->ah_size + VRRP_VRID_OFFSET + 1);
	put(w, BPF_LD | BPF_B | BPF_ABS, ttl);
	put_require(w, BPF_JGE | BPF_K, port->any_ttl ? 0 : IP_TTL_VRRP);
}

/* VRRP is what comes behind it, and where. */
static void put_ah(struct writer *w)
{
	put(w, BPF_LD | BPF_B | BPF_IND, 0);
	put_require(w, BPF_JEQ | BPF_K, IP_PROTOCOL_VRRP);
	put(w, BPF_LD | BPF_B | BPF_IND, AH_LENGTH_OFFSET);
	put_require(w, BPF_JEQ | BPF_K, AH_LENGTH);
}

/* versions & 1 << version */
static void put_version(struct writer *w, const struct kern_port *port)
{
	put(w, BPF_LD | BPF_B | BPF_IND, w->ah_size + VRRP_VERSION_OFFSET);
	put(w, BPF_ALU | BPF_RSH | BPF_K, 4);
	put(w, BPF_MISC | BPF_TAX, 0);
	put(w, BPF_LD | BPF_IMM, 1);
	put(w, BPF_ALU | BPF_LSH | BPF_X, 0);
	put_require(w, BPF_JSET | BPF_K, port->versions);
}

static void put_vrid(struct writer *w, const struct kern_vrids *vrids)
{
	put(w, BPF_LD | BPF_B | BPF_IND, w->ah_size + VRRP_VRID_OFFSET);
	put(w, BPF_MISC | BPF_TAX, 0); /* X := VRID; A := its word */
	put(w, BPF_ALU | BPF_RSH | BPF_K, 5);
	put_words(w, vrids);
	/* A := word >> (VRID & 31), over the scratch word 0: A and X are both in use. */
	put(w, BPF_ST, 0);
	put(w, BPF_MISC | BPF_TXA, 0);
	put(w, BPF_ALU | BPF_AND | BPF_K, 31);
	put(w, BPF_MISC | BPF_TAX, 0);
	put(w, BPF_LD | BPF_MEM, 0);
	put(w, BPF_ALU | BPF_RSH | BPF_X, 0);
	put_require(w, BPF_JSET | BPF_K, 1);
}

int kern_filter_build(enum kern_filter_kind kind, const struct kern_port *port,
		      struct sock_filter program[KERN_FILTER_SIZE])
{
	struct writer w = { .program = program, .ah_size = kind == KERN_FILTER_AH ? AH_SIZE : 0 };
	bool is_ours = kind != KERN_FILTER_STRANGERS;

	check(kind != KERN_FILTER_AH || port->family == ADDR_IPV4);
	put_packet(&w, port);
	if (kind == KERN_FILTER_AH)
		put_ah(&w);
	put_version(&w, port);
	put_begin(&w, port->family); /* X was in use */
	put_vrid(&w, &port->vrids);
	put(&w, BPF_RET | BPF_K, is_ours ? WHOLE_PACKET : NOTHING);
	put(&w, BPF_RET | BPF_K, is_ours ? NOTHING : WHOLE_PACKET);
	check(w.count <= KERN_FILTER_SIZE);
	for (int i = 0; i < w.count; i++) {
		if (program[i].jf == TO_REFUSE)
			program[i].jf = (uint8_t)(w.count - 1 - (i + 1));
	}
	return w.count;
}
