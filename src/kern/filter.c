/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The filters that decide in the kernel, before a packet is queued, which of a link's two sockets
 * takes it. They look at what a raw IPv4 socket is given: the packet from its IP header on.
 *
 *	for us	:=  TTL is 255  and  version is ours  and  the VRID is one of ours
 *
 * One program serves both sockets with the two return values exchanged, so that every packet goes
 * to exactly one of them; what is too short to have a VRID is a stranger. (A load beyond the end
 * ends a BPF program with "refuse", for either socket. So lengths are compared first.)
 *
 * The 256 bits of the set are eight constants, chosen by the upper three bits of the VRID: the
 * program has the same length and costs the same for one VRID and for all. */

#include "kern/filter.h"

#include "base/check.h"
#include "wire/ip.h"

#define IP_TTL_OFFSET 8
#define VRRP_VERSION_OFFSET 0 /* the upper four bits (RFC 3768 5.3.1) */
#define VRRP_VRID_OFFSET 1 /* RFC 3768 5.3.3 */
#define WORDS 8 /* 256 bits in words of 32 */
#define WHOLE_PACKET 0xffffffffu
#define NOTHING 0

/* Where the program ends. */
#define AT_ACCEPT (KERN_FILTER_SIZE - 2)
#define AT_REFUSE (KERN_FILTER_SIZE - 1)

struct writer {
	struct sock_filter *program;
	int count;
};

static void put(struct writer *w, unsigned int code, uint32_t k)
{
	w->program[w->count++] = (struct sock_filter){ .code = (uint16_t)code, .k = k };
}

/* Goes on when the comparison holds, else refuses. */
static void put_require(struct writer *w, unsigned int comparison, uint32_t k)
{
	uint8_t distance = (uint8_t)(AT_REFUSE - (w->count + 1));

	w->program[w->count++] = (struct sock_filter){ .code = (uint16_t)(BPF_JMP | comparison),
						       .jf = distance,
						       .k = k };
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

void kern_filter_build(enum kern_filter_kind kind, const struct kern_vrids *vrids, uint8_t version,
		       struct sock_filter program[KERN_FILTER_SIZE])
{
	struct writer w = { .program = program };
	bool is_ours = kind == KERN_FILTER_ADVERTS;

	put(&w, BPF_LD | BPF_W | BPF_LEN, 0);
	put_require(&w, BPF_JGE | BPF_K, IP4_HEADER_SIZE);
	put(&w, BPF_LDX | BPF_B | BPF_MSH, 0); /* X := the IP header's length, with options */
	put_require(&w, BPF_JGE | BPF_X, 0);
	put(&w, BPF_ALU | BPF_SUB | BPF_X, 0);
	put_require(&w, BPF_JGE | BPF_K, VRRP_VRID_OFFSET + 1);
	put(&w, BPF_LD | BPF_B | BPF_ABS, IP_TTL_OFFSET);
	put_require(&w, BPF_JEQ | BPF_K, IP_TTL_VRRP);
	put(&w, BPF_LD | BPF_B | BPF_IND, VRRP_VERSION_OFFSET);
	put(&w, BPF_ALU | BPF_RSH | BPF_K, 4);
	put_require(&w, BPF_JEQ | BPF_K, version);
	put(&w, BPF_LD | BPF_B | BPF_IND, VRRP_VRID_OFFSET);
	put(&w, BPF_MISC | BPF_TAX, 0); /* X := VRID; A := its word */
	put(&w, BPF_ALU | BPF_RSH | BPF_K, 5);
	put_words(&w, vrids);
	/* A := word >> (VRID & 31), over the scratch word 0: A and X are both in use. */
	put(&w, BPF_ST, 0);
	put(&w, BPF_MISC | BPF_TXA, 0);
	put(&w, BPF_ALU | BPF_AND | BPF_K, 31);
	put(&w, BPF_MISC | BPF_TAX, 0);
	put(&w, BPF_LD | BPF_MEM, 0);
	put(&w, BPF_ALU | BPF_RSH | BPF_X, 0);
	put_require(&w, BPF_JSET | BPF_K, 1);
	check(w.count == AT_ACCEPT);
	put(&w, BPF_RET | BPF_K, is_ours ? WHOLE_PACKET : NOTHING);
	put(&w, BPF_RET | BPF_K, is_ours ? NOTHING : WHOLE_PACKET);
}
