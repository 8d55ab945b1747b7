/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keepalived's auth_hmac (draft-cassen-vrrp-auth-hmac, as keepalived 2.4.3 has it): 28 octets
 * behind an advert, also behind the eight octets that version 2 has for its passwords,
 *
 *   type 1  key id  reserved (2) | UTC seconds (4)  1/65536 s (2)  counter (2) | HMAC-SHA256 (16)
 *
 * of which the middle eight are one number, the *sequence*. It grows with every advert of a sender,
 * so what was heard before is not taken again. The signature covers the source, the advert without
 * its checksum, and the trailer; not the destination: the same one goes to every unicast peer.
 *
 * A wall clock that steps is right before, or afterwards, and nobody here knows which. So a router
 * has a time of its own, the *kept* one: the wall clock, until that steps by more than the window;
 * then it goes on by the monotonic clock, until an advert is taken whose sender is nearer to the
 * wall clock of now, or until others who have the key serve beside it: then they refuse each other
 * for their times, and the wall clocks are what they can agree on.
 *
 * A receiver in `anti_replay time` takes what is as old as its wall clock says, give or take the
 * window, or its kept time, if that is the one of whom it took an advert last. It also remembers
 * how far the sender's clock was from our monotonic one when the wall clock said so; who keeps that
 * distance is as fresh as before. The distance is not learned anew from such adverts: a delay
 * cannot grow from one to the next.
 *
 * In `monotonic` a sequence never goes back: it follows the wall clock forward only. In `time` it
 * does when the kept time went back by more than two windows: what was of a time to come then is
 * taken by nobody who knows better, and nobody waits for that time. */
#include "vrrp/core.h"

#include "base/check.h"

#include <nettle/hmac.h>
#include <string.h>

#define SECOND_US UINT64_C(1000000)
#define TICKS_SECOND UINT64_C(65536)
#define COUNTER_BITS 16

#define HEAD_SIZE 20 /* family, version, vrid, 0, source */
#define KEY_ID_AT 1
#define RESERVED_AT 2
#define SEQUENCE_AT 4
#define SIGNED_SIZE 12 /* of the trailer, what stands before the signature */
#define MAC_SIZE_SENT 16
#define CHECKSUM_AT 6

/* In constant time: how much of a guess was right must not be measurable (R2338-sec). */
bool vrrp_octets_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	uint8_t difference = 0;

	for (size_t i = 0; i < size; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

/* Without its sign: a time before 1970, or one that somebody else wrote, is only a wrong one. */
static uint64_t ticks(uint64_t us)
{
	return us / SECOND_US * TICKS_SECOND + us % SECOND_US * TICKS_SECOND / SECOND_US;
}

static uint64_t clock_ticks(struct mono now, int64_t offset_us)
{
	return ticks((uint64_t)now.us + (uint64_t)offset_us);
}

/* RFC 1982, over 64 bits. */
static bool is_later(uint64_t sequence, uint64_t than)
{
	return (int64_t)(sequence - than) > 0;
}

/* Both of 48 bits. */
static int64_t ticks_since(uint64_t from, uint64_t to)
{
	return (int64_t)((to - from) << COUNTER_BITS) >> COUNTER_BITS;
}

static uint64_t ticks_apart(uint64_t a, uint64_t b)
{
	int64_t apart = ticks_since(a, b);

	return (uint64_t)(apart < 0 ? -apart : apart);
}

static bool is_near(uint64_t a, uint64_t b, uint64_t window_ticks)
{
	return ticks_apart(a, b) <= window_ticks;
}

static const struct image_key *find_key(const struct vrrp_config *c, uint8_t id)
{
	for (uint32_t k = 0; k < c->key_count; k++)
		if (c->keys[k].id == id)
			return &c->keys[k];
	return NULL;
}

/* `message`: the advert of `size` octets without its trailer; its checksum counts as zero. */
static void compute(const struct image_key *key, const struct addr *source, const uint8_t *message,
		    size_t size, const uint8_t *trailer, uint8_t ret_mac[MAC_SIZE_SENT])
{
	static const uint8_t zeros[MAC_SIZE_SENT] = { 0 };
	uint8_t head[HEAD_SIZE] = { source->family == ADDR_IPV6 ? 6 : 4, message[0] >> 4,
				    message[1] };
	struct hmac_sha256_ctx hmac;

	memcpy(head + 4, source->bytes, addr_size(source));
	hmac_sha256_set_key(&hmac, key->size, key->octets);
	hmac_sha256_update(&hmac, sizeof(head), head);
	hmac_sha256_update(&hmac, CHECKSUM_AT, message);
	hmac_sha256_update(&hmac, 2, zeros);
	hmac_sha256_update(&hmac, size - CHECKSUM_AT - 2, message + CHECKSUM_AT + 2);
	hmac_sha256_update(&hmac, SIGNED_SIZE, trailer);
	hmac_sha256_update(&hmac, sizeof(zeros), zeros);
	hmac_sha256_digest(&hmac, MAC_SIZE_SENT, ret_mac);
}

static uint64_t sequence_of(const uint8_t *trailer)
{
	uint64_t sequence = 0;

	for (int i = 0; i < 8; i++)
		sequence = sequence << 8 | trailer[SEQUENCE_AT + i];
	return sequence;
}

/* -- which time it is -- */

static uint64_t window_ticks(const struct vrrp_router *r)
{
	return ticks((uint64_t)r->config.hmac_window_us);
}

/* What the clock of a sender shows now, if it went on as it did. */
static uint64_t sender_ticks(const struct keep_sender *sender, struct mono now)
{
	return clock_ticks(now, 0) + sender->offset;
}

/* Is who was heard last nearer to the wall clock than to the kept time? */
static bool is_clock_vouched(const struct vrrp_router *r, const struct vrrp_clock *clock)
{
	const struct keep_sender *last = &r->hmac.senders[0];
	uint64_t theirs = sender_ticks(last, clock->now);

	return last->source.family != ADDR_NONE &&
	       ticks_apart(clock_ticks(clock->now, clock->realtime_offset_us), theirs) <
		       ticks_apart(clock_ticks(clock->now, r->hmac.offset_us), theirs);
}

/* Is it the time of who was heard last? */
static bool is_kept_attested(const struct vrrp_router *r, struct mono now)
{
	const struct keep_sender *last = &r->hmac.senders[0];

	return r->hmac.offset_us && last->source.family != ADDR_NONE &&
	       is_near(clock_ticks(now, r->hmac.offset_us), sender_ticks(last, now),
		       window_ticks(r));
}

static bool follows_clock(const struct vrrp_router *r, const struct vrrp_clock *clock)
{
	if (r->hmac.offset_us == 0)
		return true;
	if (r->config.hmac_monotonic)
		return clock->realtime_offset_us > r->hmac.offset_us;
	return is_near(clock_ticks(clock->now, clock->realtime_offset_us),
		       clock_ticks(clock->now, r->hmac.offset_us), window_ticks(r)) ||
	       is_clock_vouched(r, clock);
}

static void keep_time(struct vrrp_router *r, const struct vrrp_clock *clock)
{
	if (follows_clock(r, clock))
		r->hmac.offset_us = clock->realtime_offset_us;
}

void vrrp_time_doubt(struct vrrp_router *r, const struct vrrp_clock *clock)
{
	if (r->config.hmac != IMAGE_HMAC_NONE && !r->config.hmac_monotonic &&
	    r->state == VRRP_STATE_MASTER && r->hmac.offset_us)
		r->hmac.offset_us = clock->realtime_offset_us;
}

/* -- what we send -- */

bool vrrp_signs(const struct vrrp_config *c)
{
	return c->hmac == IMAGE_HMAC_ENFORCE || c->hmac == IMAGE_HMAC_PERMISSIVE;
}

/* May what we sign go back there? */
static bool restarts(const struct vrrp_router *r, uint64_t sequence)
{
	return !r->config.hmac_monotonic &&
	       ticks_since(sequence >> COUNTER_BITS, r->hmac.sequence >> COUNTER_BITS) >
		       2 * (int64_t)window_ticks(r);
}

static uint64_t next_sequence(struct vrrp_router *r, const struct vrrp_clock *clock)
{
	uint64_t sequence;

	keep_time(r, clock);
	sequence = clock_ticks(clock->now, r->hmac.offset_us) << COUNTER_BITS;
	if (r->hmac.sequence != 0 && !is_later(sequence, r->hmac.sequence) &&
	    !restarts(r, sequence))
		sequence = r->hmac.sequence + 1;
	r->hmac.sequence = sequence;
	return sequence;
}

void vrrp_advert_sign(struct vrrp_router *r, const uint8_t *message, size_t size,
		      const struct vrrp_clock *clock)
{
	const struct image_key *key = find_key(&r->config, r->config.hmac_key);
	uint64_t sequence = next_sequence(r, clock);
	uint8_t *t = r->trailer;

	check(key);
	memset(t, 0, ADVERT_TRAILER_SIZE);
	t[0] = ADVERT_TRAILER_TYPE;
	t[KEY_ID_AT] = key->id;
	for (int i = 0; i < 8; i++)
		t[SEQUENCE_AT + i] = (uint8_t)(sequence >> (56 - 8 * i));
	compute(key, &r->source, message, size, t, t + SIGNED_SIZE);
}

/* -- what we hear -- */

static const struct keep_sender *find_sender(const struct vrrp_router *r, const struct addr *source)
{
	for (int k = 0; k < KEEP_SENDERS; k++)
		if (r->hmac.senders[k].source.family != ADDR_NONE &&
		    addr_equal(&r->hmac.senders[k].source, source))
			return &r->hmac.senders[k];
	return NULL;
}

/* `offset_us`: of the wall clock, or of the kept time. */
static bool is_of_now(const struct vrrp_router *r, uint64_t sequence, struct mono now,
		      int64_t offset_us)
{
	return is_near(sequence >> COUNTER_BITS, clock_ticks(now, offset_us), window_ticks(r));
}

static bool keeps_its_distance(const struct vrrp_router *r, const struct keep_sender *sender,
			       uint64_t sequence, struct mono now)
{
	return is_near(sequence >> COUNTER_BITS, sender_ticks(sender, now), window_ticks(r));
}

/* By the wall clock it is of today, and what was heard before lies in the days to come: a clock was
 * wrong then. Nothing of today can be waited for until that day. */
static bool is_mark_void(const struct vrrp_router *r, const struct keep_sender *sender,
			 const struct vrrp_clock *clock)
{
	uint64_t today = clock_ticks(clock->now, clock->realtime_offset_us);

	return ticks_since(today, sender->sequence >> COUNTER_BITS) > (int64_t)window_ticks(r);
}

/* Good by its key: is it new? */
static enum vrrp_drop judge_sequence(const struct vrrp_router *r, const struct addr *source,
				     uint64_t sequence, const struct vrrp_clock *clock)
{
	const struct keep_sender *sender = find_sender(r, source);
	bool by_the_clock = is_of_now(r, sequence, clock->now, clock->realtime_offset_us);
	bool by_the_kept = is_kept_attested(r, clock->now) &&
			   is_of_now(r, sequence, clock->now, r->hmac.offset_us);

	if (!r->config.hmac_monotonic && !by_the_clock && !by_the_kept &&
	    !(sender && keeps_its_distance(r, sender, sequence, clock->now)))
		return VRRP_DROP_AUTH_STALE;
	if (!sender || is_later(sequence, sender->sequence))
		return VRRP_DROP_NONE;
	if (!r->config.hmac_monotonic && by_the_clock && is_mark_void(r, sender, clock))
		return VRRP_DROP_NONE;
	return VRRP_DROP_AUTH_REPLAY;
}

enum vrrp_drop vrrp_judge_trailer(const struct vrrp_router *r, const struct ip *ip,
				  const struct advert *advert, const struct vrrp_clock *clock)
{
	const struct image_key *key;
	uint8_t mac[MAC_SIZE_SENT];

	if (r->config.hmac == IMAGE_HMAC_NONE)
		return VRRP_DROP_NONE;
	if (!advert->trailer)
		return r->config.hmac == IMAGE_HMAC_ENFORCE ? VRRP_DROP_AUTH_MISSING :
							      VRRP_DROP_NONE;
	/* Of a form that nobody has yet. */
	if (advert->trailer[RESERVED_AT] || advert->trailer[RESERVED_AT + 1])
		return VRRP_DROP_AUTH_HMAC;
	key = find_key(&r->config, advert->trailer[KEY_ID_AT]);
	if (!key)
		return VRRP_DROP_AUTH_UNKNOWN_KEY;
	compute(key, &ip->source, ip->payload, (size_t)(advert->trailer - ip->payload),
		advert->trailer, mac);
	if (!vrrp_octets_equal(mac, advert->trailer + SIGNED_SIZE, sizeof(mac)))
		return VRRP_DROP_AUTH_HMAC;
	return judge_sequence(r, &ip->source, sequence_of(advert->trailer), clock);
}

/* The one that was heard last moves to the front; the one not heard for longest falls out. */
static struct keep_sender *sender_first(struct keep_hmac *h, const struct addr *source)
{
	struct keep_sender moved = { .source = *source };
	int k = 0;

	while (k < KEEP_SENDERS - 1 && !addr_equal(&h->senders[k].source, source))
		k++;
	if (addr_equal(&h->senders[k].source, source))
		moved = h->senders[k];
	memmove(h->senders + 1, h->senders, (size_t)k * sizeof(h->senders[0]));
	h->senders[0] = moved;
	return &h->senders[0];
}

void vrrp_remember_sequence(struct vrrp_router *r, const struct vrrp_event *event, struct mono now)
{
	struct vrrp_clock clock = { now, event->realtime_offset_us };
	uint64_t sequence;
	struct keep_sender *sender;
	bool is_known;

	if (r->config.hmac == IMAGE_HMAC_NONE || !event->advert->trailer)
		return;
	sequence = sequence_of(event->advert->trailer);
	is_known = find_sender(r, &event->source) != NULL;
	sender = sender_first(&r->hmac, &event->source);
	sender->sequence = sequence;
	if (!is_known || is_of_now(r, sequence, now, clock.realtime_offset_us))
		sender->offset = (sequence >> COUNTER_BITS) - clock_ticks(now, 0);
	keep_time(r, &clock);
}
