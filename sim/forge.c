/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adverts that nobody of ours sent: forged ones, of which each has one thing wrong and all the rest
 * right, so that only that thing can be what it is rejected for; and old ones, sent again. */
#include "sim/judge.h"
#include "sim/sim_private.h"

#include "base/check.h"
#include "wire/advert.h"
#include "wire/checksum.h"
#include "wire/ip.h"

#include <string.h>

/* Nobody's VRID in the simulator's own schedules; an instance that has it is passed over. */
#define FOREIGN_VRID 250
/* More adverts than a host sends and hears while one waits to be read. */
#define AH_AHEAD 2000
/* Nobody's key. */
#define FOREIGN_KEY 250

struct forgery {
	struct advert advert;
	struct ip ip;
	uint8_t addresses[16 * LIMIT_ADVERT_ADDRESSES];
	uint8_t auth[ADVERT_AUTH_SIZE];
	uint8_t min_ttl; /* of its sender */
	const struct image_key *key; /* that it is signed with, or NULL */
	uint64_t number;
	uint8_t trailer[SEAL_SIZE];
};

/* Of unicast: from a peer that is not the host itself. */
static void ends_put(const struct image *image, const struct image_instance *i,
		     const struct addr *own, struct forgery *f)
{
	const struct image_peer *peers = image_peers(image) + i->peer_first;
	uint32_t k = 0;

	while (k + 1 < i->peer_count && addr_equal(&peers[k].addr, own))
		k++;
	f->ip.source = peers[k].addr;
	f->ip.destination = *own;
	f->ip.ttl = peers[k].max_ttl;
	f->min_ttl = peers[k].min_ttl;
}

/* A good advert for the instance, of a neighbour that is not there. */
static void good(struct sim_host *h, const struct image_instance *i, struct forgery *f)
{
	static const uint8_t priorities[] = { 0, 1, 100, 254, 255 };
	const struct image_address *a = &image_addresses(h->image)[i->address_first];
	const struct sim_link *l = &h->links[sim_link_of(h, i->link)];
	size_t size = addr_size(&l->own.addr);

	*f = (struct forgery){ .ip = { .source = l->own.addr,
				       .destination = i->group,
				       .ttl = IP_TTL_VRRP,
				       .protocol = IP_PROTOCOL_VRRP },
				.min_ttl = IP_TTL_VRRP };
	if (i->flags & IMAGE_UNICAST)
		ends_put(h->image, i, sim_router_address(h, i), f);
	else
		f->ip.source.bytes[size - 1] ^= 0x80;
	f->advert = (struct advert){ .version = i->version,
				     .type = ADVERT_TYPE,
				     .vrid = i->vrid,
				     .priority = priorities[sim_draw(h->sim, sizeof(priorities))],
				     .auth_type = i->auth_type,
				     .auth_data = f->auth,
				     .checksum = ADVERT_CHECKSUM_MESSAGE,
				     .interval_us = i->advert_interval_us,
				     .addresses = f->addresses };
	if (i->family == ADDR_IPV6 || (i->version == 3 && sim_draw(h->sim, 2)))
		f->advert.checksum = ADVERT_CHECKSUM_PSEUDO;
	memcpy(f->auth, i->auth_data, ADVERT_AUTH_SIZE);
	if (i->hmac)
		f->key = &image_keys(h->image)[i->key_first + sim_draw(h->sim, i->key_count)];
	f->number = seal_moment(sim_host_now(h).us + h->realtime_us);
	for (uint32_t k = 0; k < i->address_count; k++)
		if (a[k].prefix.addr.family == i->family && !a[k].excluded)
			memcpy(f->addresses + size * f->advert.address_count++,
			       a[k].prefix.addr.bytes, size);
}

/* Another cluster's: nobody's peer, nor anybody's second address, and with a list in which nothing
 * is ours. */
static void become_stranger(struct forgery *f)
{
	size_t size = addr_size(&f->ip.source);

	f->ip.source.bytes[size - 1] ^= 0x20;
	for (size_t k = 0; k < f->advert.address_count; k++)
		f->addresses[k * size + 1] ^= 0x80;
}

/* The one thing. What is wrong with its octets comes later. */
static void spoil(struct sim *s, const struct status_row *row, enum vrrp_drop why,
		  struct forgery *f)
{
	if (why == VRRP_DROP_TTL)
		f->ip.ttl = (uint8_t)(sim_draw(s, 2) ? f->min_ttl - 1u : sim_draw(s, f->min_ttl));
	if (why == VRRP_DROP_TYPE)
		f->advert.type = (uint8_t)((2 + sim_draw(s, 15)) & 0xf);
	if (why == VRRP_DROP_VRID)
		f->advert.vrid = FOREIGN_VRID;
	if (why == VRRP_DROP_AUTH_TYPE)
		f->advert.auth_type ^= 1;
	if (why == VRRP_DROP_AUTH_FAILED)
		f->auth[sim_draw(s, ADVERT_AUTH_SIZE)] ^= (uint8_t)(1 << sim_draw(s, 8));
	if (why == VRRP_DROP_INTERVAL && f->advert.version == 3)
		f->advert.interval_us = 0;
	else if (why == VRRP_DROP_INTERVAL)
		f->advert.interval_us = (f->advert.interval_us / SIM_SECOND ^
					 (1 << sim_draw(s, 8))) * SIM_SECOND;
	if (why == VRRP_DROP_ADDRESS_COUNT)
		f->advert.address_count = 0;
	if (why == VRRP_DROP_CHECKSUM && f->ip.source.family == ADDR_IPV6 && sim_draw(s, 2))
		f->advert.checksum = ADVERT_CHECKSUM_MESSAGE;
	if (why == VRRP_DROP_OWN_ADDRESS)
		f->ip.source = row->source;
	if (why == VRRP_DROP_DESTINATION)
		f->ip.destination = addr_is_multicast(&f->ip.destination) ?
					    row->source :
					    advert_group((enum addr_family)f->ip.source.family);
	if (why == VRRP_DROP_SOURCE)
		f->ip.source.bytes[addr_size(&f->ip.source) - 1] ^= 0x80;
	if (why == VRRP_DROP_STRANGER)
		become_stranger(f);
}

/* What is wrong with its signature; the rest of it is right. */
static void seal(struct sim *s, const struct image_instance *i, enum vrrp_drop why,
		 uint8_t *packet, size_t size, struct forgery *f)
{
	/* More than a host may hang before it reads this. */
	uint64_t apart = (uint64_t)(i->hmac_window_s + 100 + sim_draw(s, 100)) << 32;
	uint8_t *vrrp = packet + octets_header(packet);

	if (why == VRRP_DROP_AUTH_STALE)
		f->number += sim_draw(s, 2) ? apart : -apart;
	seal_put(f->key, packet, vrrp, size, f->number, f->trailer);
	if (why == VRRP_DROP_AUTH_UNKNOWN_KEY)
		f->trailer[1] = FOREIGN_KEY;
	/* Any bit of what is signed, and of the signature. */
	if (why == VRRP_DROP_AUTH_HMAC)
		f->trailer[2 + sim_draw(s, SEAL_SIZE - 2)] ^= (uint8_t)(1 << sim_draw(s, 8));
	f->advert.trailer = f->trailer;
	advert_put(&f->advert, &f->ip, vrrp);
}

/* In one of the two forms that version 3 has, over IPv6 in the only one. */
static bool is_checksum_good(const uint8_t *packet, const uint8_t *vrrp, size_t size)
{
	return (!octets_is_6(packet) && octets_sum(vrrp, size) == OCTETS_SUM_GOOD) ||
	       octets_sum_pseudo(packet, VRRP_PROTOCOL, vrrp, size) == OCTETS_SUM_GOOD;
}

/* The version, the checksum and the length are of the octets. Returns the size. */
static size_t spoil_octets(struct sim *s, enum vrrp_drop why, uint8_t *packet, size_t size)
{
	uint8_t *vrrp = packet + octets_header(packet);
	uint8_t other = vrrp[VRRP_VERSION_TYPE] >> 4 == 3 ? 0x20 : 0x30;

	while (why == VRRP_DROP_CHECKSUM && is_checksum_good(packet, vrrp, size))
		vrrp[VRRP_CHECKSUM + sim_draw(s, 2)] ^= (uint8_t)(1 << sim_draw(s, 8));
	if (why == VRRP_DROP_VERSION)
		vrrp[VRRP_VERSION_TYPE] = (uint8_t)((sim_draw(s, 2) ? other : 0x10) | ADVERT_TYPE);
	if (why == VRRP_DROP_LENGTH)
		return sim_draw(s, 2) ? size + 1 : 2 + sim_draw(s, (uint32_t)size - 2);
	/* Its number is all that is looked at. */
	if (why == VRRP_DROP_VRID && sim_draw(s, 4) == 0)
		return 2 + sim_draw(s, 2);
	return size;
}

/* May it be wrong in this way, for this instance? Before it runs, a router may not know its own
 * address. */
static bool is_forgeable(const struct image_instance *i, const struct forgery *f,
			 const struct status_row *row, enum vrrp_drop why)
{
	bool is_3 = i->version == 3;

	if (i->flags & IMAGE_BROKEN)
		return false;
	if (why == VRRP_DROP_AUTH_TYPE)
		return !is_3;
	if (why == VRRP_DROP_AUTH_FAILED)
		return i->auth_type != ADVERT_AUTH_NONE;
	if (why == VRRP_DROP_AUTH_MISSING)
		return i->hmac == IMAGE_HMAC_ENFORCE;
	if (why == VRRP_DROP_AUTH_UNKNOWN_KEY || why == VRRP_DROP_AUTH_HMAC)
		return i->hmac;
	if (why == VRRP_DROP_AUTH_STALE)
		return i->hmac && !i->hmac_monotonic;
	if (why == VRRP_DROP_ADDRESS_COUNT)
		return is_3 && f->advert.address_count;
	if (why == VRRP_DROP_CARP)
		return i->family == ADDR_IPV4;
	if (why == VRRP_DROP_TTL)
		return f->min_ttl > 0;
	if (why == VRRP_DROP_SOURCE)
		return (i->flags & IMAGE_UNICAST) && (i->flags & IMAGE_CHECK_SOURCE);
	if (why == VRRP_DROP_STRANGER)
		return f->advert.address_count && !i->hmac && /* who has the key is none */
		       !(i->flags & (IMAGE_YIELD_TO_STRANGERS | IMAGE_CHECK_LIST)) &&
		       !sim_judge_is_deaf(i) &&
		       (i->flags & (IMAGE_UNICAST | IMAGE_CHECK_SOURCE)) !=
			       (IMAGE_UNICAST | IMAGE_CHECK_SOURCE);
	if (why == VRRP_DROP_VRID)
		return i->vrid != FOREIGN_VRID;
	if (why != VRRP_DROP_OWN_ADDRESS && why != VRRP_DROP_DESTINATION)
		return true;
	return row->source.family &&
	       (row->state == VRRP_STATE_BACKUP || row->state == VRRP_STATE_MASTER);
}

enum vrrp_drop sim_forgery(uint32_t number)
{
	static const enum vrrp_drop forgeries[SIM_FORGERIES] = {
		VRRP_DROP_LENGTH, VRRP_DROP_TTL, VRRP_DROP_VERSION, VRRP_DROP_TYPE,
		VRRP_DROP_CHECKSUM, VRRP_DROP_VRID, VRRP_DROP_AUTH_TYPE, VRRP_DROP_AUTH_FAILED,
		VRRP_DROP_INTERVAL, VRRP_DROP_OWN_ADDRESS, VRRP_DROP_ADDRESS_COUNT,
		VRRP_DROP_DESTINATION, VRRP_DROP_SOURCE, VRRP_DROP_AUTH_MISSING,
		VRRP_DROP_AUTH_UNKNOWN_KEY, VRRP_DROP_AUTH_HMAC, VRRP_DROP_AUTH_STALE,
		VRRP_DROP_CARP, VRRP_DROP_STRANGER,
	};

	return forgeries[number % SIM_FORGERIES];
}

/* Beyond what the host will have heard when it reads it. */
static uint32_t number_of(const struct sim_host *h, uint32_t instance)
{
	struct keep_row row = { .state = VRRP_STATE_INIT };
	int64_t now_us = sim_host_now(h).us + h->realtime_us;

	if (keep_read(h->variants[h->variant].keep, instance, &row) && row.ah_sequence)
		return row.ah_sequence + AH_AHEAD;
	return (uint32_t)(now_us / SIM_SECOND) + AH_AHEAD;
}

/* Puts an authentication header before the message, which is what it is by now, if it has to have
 * one, or has to be of another authentication; and the IP header before that. Returns the size of
 * both. */
static size_t put_ah(struct sim_host *h, uint32_t instance, enum vrrp_drop why, uint8_t *packet,
		     size_t size, struct forgery *f)
{
	const struct image_instance *i = &image_instances(h->image)[instance];
	bool is_other = why == VRRP_DROP_AUTH_TYPE && sim_draw(h->sim, 2);

	if ((i->auth_type == ADVERT_AUTH_AH) == is_other) {
		ip_put(&f->ip, size, packet);
		return size;
	}
	memmove(packet + IP_HEADER + IP_AH, packet + IP_HEADER, size);
	f->ip.protocol = AH_PROTOCOL;
	size += IP_AH;
	ip_put(&f->ip, size, packet);
	seal_ah_put(i, number_of(h, instance), packet, IP_HEADER + size);
	/* Any bit of it behind what says that it is one. */
	if (why == VRRP_DROP_AUTH_FAILED)
		packet[IP_HEADER + 4 + sim_draw(h->sim, IP_AH - 4)] ^=
			(uint8_t)(1 << sim_draw(h->sim, 8));
	return size;
}

/* What carp(4) of OpenBSD sends: its header, advskew and advbase, a counter, a digest. */
static void forge_carp(struct sim_host *h, const struct image_instance *i, const struct forgery *f)
{
	uint8_t packet[IP_HEADER + CARP_SIZE] = { 0 };
	uint8_t *carp = packet + IP_HEADER;
	uint16_t sum;

	carp[0] = 2 << 4 | ADVERT_TYPE;
	carp[1] = i->vrid;
	carp[2] = (uint8_t)sim_draw(h->sim, 255);
	carp[3] = CARP_WORDS;
	carp[5] = 1;
	for (size_t k = 8; k < CARP_SIZE; k++)
		carp[k] = (uint8_t)sim_draw(h->sim, 256);
	sum = (uint16_t)~octets_sum(carp, CARP_SIZE);
	carp[6] = (uint8_t)(sum >> 8);
	carp[7] = (uint8_t)sum;
	ip_put(&f->ip, CARP_SIZE, packet);
	sim_host_receive(h, sim_link_of(h, i->link), packet, sizeof(packet), VRRP_DROP_CARP);
}

void sim_forge(struct sim_host *h, enum vrrp_drop why)
{
	uint8_t packet[LIMIT_ADVERT_PACKET];
	const struct image_instance *i;
	struct forgery f;
	/* Of a router that is not ours nothing is known: its own address is not forged. */
	struct status_row row = { .state = VRRP_STATE_INIT };
	uint32_t instance;
	size_t size, header, whole, covered;
	bool is_signed;

	if (!sim_host_runs(h) || !h->image->instance_count)
		return;
	instance = sim_draw(h->sim, h->image->instance_count);
	i = &image_instances(h->image)[instance];
	if (sim_router_wants_peers(h, i))
		return;
	if (h->node)
		node_row(h->node, instance, 0, &row);
	good(h, i, &f);
	if (!is_forgeable(i, &f, &row, why))
		return;
	/* It could be for another one that has its number. */
	if (why == VRRP_DROP_DESTINATION && sim_router_has_twin(&h->variants[h->variant], instance))
		return;
	if (why == VRRP_DROP_CARP) {
		forge_carp(h, i, &f);
		return;
	}
	memset(packet, 0, sizeof(packet));
	spoil(h->sim, &row, why, &f);
	header = ip_header_size((enum addr_family)i->family);
	advert_put(&f.advert, &f.ip, packet + header);
	size = advert_size(i->version, (enum addr_family)i->family, f.advert.address_count);
	ip_put(&f.ip, size, packet);
	/* A wrong length is that of the message without it. */
	is_signed = f.key && why != VRRP_DROP_AUTH_MISSING && why != VRRP_DROP_LENGTH;
	if (is_signed)
		seal(h->sim, i, why, packet, size, &f);
	/* Over IPv6 the checksum is that of all of it. */
	covered = size + (is_signed && i->family == ADDR_IPV6 ? SEAL_SIZE : 0);
	whole = size + (is_signed ? SEAL_SIZE : 0);
	size = spoil_octets(h->sim, why, packet, covered);
	if (is_signed)
		size = whole;
	size = put_ah(h, instance, why, packet, size, &f);
	sim_host_receive(h, sim_link_of(h, i->link), packet, header + size, why);
}

void sim_replay(struct sim_host *h)
{
	if (h->advert)
		sim_frame_send(h, h->advert_link, h->advert, h->advert_size);
}
