/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/seal.h"

#include "sim/octets.h"

#include <nettle/hmac.h>
#include <string.h>

#define TYPE 1
#define KEY 1 /* where its number stands */
#define RESERVED 2
#define NUMBER 4
#define SIGNATURE 12
#define SIGNATURE_SIZE 16
#define HEAD_SIZE 20 /* family, version, VRID, 0, source */
#define TICKS 65536
#define SECOND_US 1000000
/* A number is a time of 48 bits and a count of 16. */
#define TIME_BITS 48
#define COUNT_BITS 16

static bool signs(const struct image_instance *i)
{
	return i->hmac == IMAGE_HMAC_ENFORCE || i->hmac == IMAGE_HMAC_PERMISSIVE;
}

bool seal_is_there(const uint8_t *vrrp, size_t length, size_t size)
{
	return length == size + SEAL_SIZE && vrrp[size] == TYPE;
}

static const struct image_key *key_of(const struct image *image, const struct image_instance *i,
				      uint8_t number)
{
	const struct image_key *keys = image_keys(image) + i->key_first;

	for (uint32_t k = 0; k < i->key_count; k++)
		if (keys[k].id == number)
			return &keys[k];
	return NULL;
}

static void sign(const struct image_key *key, const uint8_t *packet, const uint8_t *vrrp,
		 size_t size, const uint8_t *trailer, uint8_t ret_signature[SIGNATURE_SIZE])
{
	static const uint8_t nothing[SIGNATURE_SIZE];
	uint8_t head[HEAD_SIZE] = { octets_is_6(packet) ? 6 : 4, vrrp[VRRP_VERSION_TYPE] >> 4,
				    vrrp[VRRP_VRID] };
	struct hmac_sha256_ctx c;

	if (octets_is_6(packet))
		memcpy(head + 4, packet + IP6_SOURCE, 16);
	else
		memcpy(head + 4, packet + IP_SOURCE, 4);
	hmac_sha256_set_key(&c, key->size, key->octets);
	hmac_sha256_update(&c, HEAD_SIZE, head);
	hmac_sha256_update(&c, VRRP_CHECKSUM, vrrp);
	hmac_sha256_update(&c, 2, nothing);
	hmac_sha256_update(&c, size - VRRP_CHECKSUM - 2, vrrp + VRRP_CHECKSUM + 2);
	hmac_sha256_update(&c, SIGNATURE, trailer);
	hmac_sha256_update(&c, SIGNATURE_SIZE, nothing);
	hmac_sha256_digest(&c, SIGNATURE_SIZE, ret_signature);
}

uint64_t seal_number(const uint8_t *trailer)
{
	uint64_t number = 0;

	for (int k = NUMBER; k < NUMBER + 8; k++)
		number = number * 256 + trailer[k];
	return number;
}

static uint64_t time_of(int64_t time_us)
{
	return (uint64_t)((unsigned __int128)(uint64_t)time_us * TICKS / SECOND_US);
}

uint64_t seal_moment(int64_t time_us)
{
	return time_of(time_us) << COUNT_BITS;
}

void seal_put(const struct image_key *key, const uint8_t *packet, const uint8_t *vrrp, size_t size,
	      uint64_t number, uint8_t ret_trailer[SEAL_SIZE])
{
	memset(ret_trailer, 0, SEAL_SIZE);
	ret_trailer[0] = TYPE;
	ret_trailer[KEY] = key->id;
	for (int k = 0; k < 8; k++)
		ret_trailer[NUMBER + k] = (uint8_t)(number >> 8 * (7 - k));
	sign(key, packet, vrrp, size, ret_trailer, ret_trailer + SIGNATURE);
}

/* By how much the time `a` is after `b`; they wrap. */
static int64_t after(uint64_t a, uint64_t b)
{
	uint64_t difference = (a - b) & ((UINT64_C(1) << TIME_BITS) - 1);

	if (difference >> (TIME_BITS - 1))
		return (int64_t)difference - (INT64_C(1) << TIME_BITS);
	return (int64_t)difference;
}

static int64_t distance(uint64_t a, uint64_t b)
{
	int64_t by = after(a, b);

	return by < 0 ? -by : by;
}

/* Are both within the window? */
static bool is_near(const struct image_instance *i, uint64_t a, uint64_t b)
{
	return distance(a, b) <= (int64_t)i->hmac_window_s * TICKS;
}

static uint64_t wall(const struct seal_clock *clock)
{
	return time_of(clock->now_us + clock->realtime_us);
}

/* Does who was heard last have the time that it keeps? */
static bool is_attested(const struct image_instance *i, const struct seal *memory,
			const struct seal_clock *clock)
{
	return memory->realtime_us && memory->senders[0].source.family &&
	       is_near(i, time_of(clock->now_us + memory->realtime_us),
		       time_of(clock->now_us) + memory->senders[0].before);
}

static enum vrrp_drop number_judge(const struct image_instance *i, const struct seal *memory,
				   const struct addr *source, uint64_t number,
				   const struct seal_clock *clock)
{
	const struct seal_sender *s = NULL;
	uint64_t time = number >> COUNT_BITS;
	bool is_of_now = is_near(i, time, wall(clock));

	for (int k = 0; k < SEAL_SENDERS && !s; k++)
		if (addr_equal(&memory->senders[k].source, source))
			s = &memory->senders[k];
	if (!i->hmac_monotonic && !is_of_now &&
	    !(is_attested(i, memory, clock) &&
	      is_near(i, time, time_of(clock->now_us + memory->realtime_us))) &&
	    !(s && is_near(i, time, time_of(clock->now_us) + s->before)))
		return VRRP_DROP_AUTH_STALE;
	if (!s || (int64_t)(number - s->number) > 0)
		return VRRP_DROP_NONE;
	/* The last one was of a day to come: a clock was wrong then, and is right now. */
	if (!i->hmac_monotonic && is_of_now &&
	    after(s->number >> COUNT_BITS, wall(clock)) > (int64_t)i->hmac_window_s * TICKS)
		return VRRP_DROP_NONE;
	return VRRP_DROP_AUTH_REPLAY;
}

enum vrrp_drop seal_judge(const struct image *image, const struct image_instance *i,
			  const uint8_t *packet, const uint8_t *vrrp, size_t size, bool has_seal,
			  const struct seal *memory, const struct seal_clock *clock)
{
	const uint8_t *trailer = vrrp + size;
	struct addr source = octets_source(packet);
	const struct image_key *key;
	uint8_t signature[SIGNATURE_SIZE];

	if (i->hmac == IMAGE_HMAC_NONE)
		return VRRP_DROP_NONE;
	if (!has_seal)
		return i->hmac == IMAGE_HMAC_ENFORCE ? VRRP_DROP_AUTH_MISSING : VRRP_DROP_NONE;
	if (trailer[RESERVED] | trailer[RESERVED + 1])
		return VRRP_DROP_AUTH_HMAC;
	key = key_of(image, i, trailer[KEY]);
	if (!key)
		return VRRP_DROP_AUTH_UNKNOWN_KEY;
	sign(key, packet, vrrp, size, trailer, signature);
	if (memcmp(signature, trailer + SIGNATURE, SIGNATURE_SIZE) != 0)
		return VRRP_DROP_AUTH_HMAC;
	return memory ? number_judge(i, memory, &source, seal_number(trailer), clock) :
			VRRP_DROP_NONE;
}

/* The wall clock may step, and be right before or afterwards. It is followed where it goes on; in
 * the mode that has only numbers, forward; else when the last one who was heard is with it. */
static void time_keep(const struct image_instance *i, struct seal *memory,
		      const struct seal_clock *clock)
{
	const struct seal_sender *last = &memory->senders[0];
	uint64_t own = time_of(clock->now_us + memory->realtime_us);
	uint64_t theirs = time_of(clock->now_us) + last->before;
	bool is_with_it = last->source.family &&
			  distance(wall(clock), theirs) < distance(own, theirs);
	bool goes_on = i->hmac_monotonic ? clock->realtime_us > memory->realtime_us :
					   is_near(i, wall(clock), own) || is_with_it;

	if (!memory->realtime_us || goes_on)
		memory->realtime_us = clock->realtime_us;
}

void seal_remember(const struct image_instance *i, struct seal *memory, const struct addr *source,
		   const uint8_t *trailer, const struct seal_clock *clock)
{
	struct seal_sender next[SEAL_SENDERS] = { { .source = *source } };
	uint64_t number = seal_number(trailer), time = number >> COUNT_BITS;
	bool is_known = false;
	int count = 1;

	for (int k = 0; k < SEAL_SENDERS; k++) {
		const struct seal_sender *s = &memory->senders[k];

		if (addr_equal(&s->source, source)) {
			next[0] = *s;
			is_known = true;
		} else if (count < SEAL_SENDERS) {
			next[count++] = *s;
		}
	}
	next[0].number = number;
	if (!is_known || is_near(i, time, wall(clock)))
		next[0].before = time - time_of(clock->now_us);
	memcpy(memory->senders, next, sizeof(next));
	time_keep(i, memory, clock);
}

uint64_t seal_next(const struct image_instance *i, struct seal *memory,
		   const struct seal_clock *clock)
{
	uint64_t number;
	int64_t back;

	time_keep(i, memory, clock);
	number = seal_moment(clock->now_us + memory->realtime_us);
	back = after(memory->number >> COUNT_BITS, number >> COUNT_BITS);
	/* Where it went back for good. */
	if (!i->hmac_monotonic && back > 2 * (int64_t)i->hmac_window_s * TICKS)
		memory->number = 0;
	if (memory->number && (int64_t)(number - memory->number) <= 0)
		number = memory->number + 1;
	memory->number = number;
	return number;
}

bool seal_doubt(const struct image_instance *i, struct seal *memory, const struct seal_clock *clock)
{
	if (!i->hmac || i->hmac_monotonic || !memory->realtime_us ||
	    memory->realtime_us == clock->realtime_us)
		return false;
	memory->realtime_us = clock->realtime_us;
	return true;
}

static bool takes(const struct image *image, const struct image_instance *i,
		  const struct image_instance *sender)
{
	if (i->hmac == IMAGE_HMAC_NONE)
		return true;
	if (!signs(sender))
		return i->hmac != IMAGE_HMAC_ENFORCE;
	return key_of(image, i, sender->hmac_key);
}

bool seal_knows(const struct image *image, const struct image_instance *i,
		const struct image_instance *sender)
{
	return i->hmac != IMAGE_HMAC_NONE && signs(sender) && takes(image, i, sender);
}

bool seal_agrees(const struct image *image, const struct image_instance *i,
		 const struct image *others, const struct image_instance *other)
{
	return takes(image, i, other) && takes(others, other, i);
}
