/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of RFC 3768 7.1, RFC 2338 5.3.6 and RFC 9568 7.1, over bare octets. Nothing of
 * src/wire or src/vrrp is used here: what is wrong there must not be wrong here, too. */
#include "sim/judge.h"

#include "sim/octets.h"

#include <string.h>

#define TYPE_ADVERTISEMENT 1
#define SECOND_US 1000000
#define CENTISECOND_US 10000

/* OpenBSD's protocol of the same number: version 2, type 1, and seven words of authentication where
 * VRRP counts its addresses. An advert of seven addresses that lost eight zeros looks like it. */
bool sim_judge_is_carp(const uint8_t *vrrp, size_t size)
{
	return size == CARP_SIZE && vrrp[VRRP_VERSION_TYPE] == (2 << 4 | TYPE_ADVERTISEMENT) &&
	       vrrp[VRRP_COUNT] == CARP_WORDS && octets_sum(vrrp, size) == OCTETS_SUM_GOOD;
}

/* What a checksum may cover: bits, because it can be right for both. */
enum form {
	FORM_BAD = 0,
	FORM_MESSAGE = 1 << 0, /* the message alone, */
	FORM_PSEUDO = 1 << 1, /* … or the pseudo-header, too */
};

static size_t address_size(const struct image_instance *i)
{
	return i->family == ADDR_IPV6 ? 16 : 4;
}

static size_t size_of(const struct image_instance *i, uint8_t count)
{
	return VRRP_HEADER + address_size(i) * count + (i->version == 2 ? VRRP_AUTH_DATA : 0);
}

const uint8_t *sim_judge_trailer(const struct image_instance *i, const uint8_t *packet, size_t size)
{
	const uint8_t *vrrp = packet + octets_header(packet);
	size_t bare = size_of(i, vrrp[VRRP_COUNT]);

	return size - octets_header(packet) > bare ? vrrp + bare : NULL;
}

/* RFC 9568 5.2.8 wants the message alone over IPv4; most send RFC 5798's: both are good. */
static unsigned checksum_forms(const uint8_t *packet, const uint8_t *vrrp, size_t size)
{
	unsigned forms = FORM_BAD;

	if (vrrp[VRRP_VERSION_TYPE] >> 4 == 3 &&
	    octets_sum_pseudo(packet, VRRP_PROTOCOL, vrrp, size) == OCTETS_SUM_GOOD)
		forms |= FORM_PSEUDO;
	if (!octets_is_6(packet) && octets_sum(vrrp, size) == OCTETS_SUM_GOOD)
		forms |= FORM_MESSAGE;
	return forms;
}

static enum form form_sent(const struct image_instance *i)
{
	if (i->family == ADDR_IPV6)
		return FORM_PSEUDO;
	return i->version == 2 || (i->flags & IMAGE_CHECKSUM_AS_V2) ? FORM_MESSAGE : FORM_PSEUDO;
}

const struct image_peer *sim_judge_peer(const struct image *image, const struct image_instance *i,
					const struct addr *addr)
{
	const struct image_peer *peers = image_peers(image) + i->peer_first;

	for (uint32_t k = 0; k < i->peer_count; k++)
		if (addr_equal(&peers[k].addr, addr))
			return &peers[k];
	return NULL;
}

/* 5.1.1.3, 5.1.2.3: 255. Unicast may come through routers: what is written for the peer. */
static bool is_ttl_good(const struct image *image, const struct image_instance *i,
			const uint8_t *packet)
{
	uint8_t ttl = packet[octets_is_6(packet) ? IP6_HOP_LIMIT : IP_TTL];
	struct addr source = octets_source(packet);
	const struct image_peer *peer = sim_judge_peer(image, i, &source);

	if (!(i->flags & IMAGE_UNICAST))
		return ttl == 255;
	return !peer || (ttl >= peer->min_ttl && ttl <= peer->max_ttl);
}

/* Over IPv6 it is the whole packet's. Over IPv4 keepalived makes it before there is a trailer. */
static size_t covered(const struct image_instance *i, const uint8_t *vrrp, size_t size)
{
	return i->family == ADDR_IPV6 ? size : size_of(i, vrrp[VRRP_COUNT]);
}

static enum vrrp_drop form(const struct image *image, const struct image_instance *i,
			   const uint8_t *packet, const uint8_t *vrrp, size_t size)
{
	bool is_version = size >= VRRP_HEADER && vrrp[VRRP_VERSION_TYPE] >> 4 == i->version;
	bool is_ours = is_version && (vrrp[VRRP_VERSION_TYPE] & 0xf) == TYPE_ADVERTISEMENT;
	size_t bare = size < VRRP_HEADER ? 0 : size_of(i, vrrp[VRRP_COUNT]);
	bool has_seal = is_ours && seal_is_there(vrrp, size, bare);

	if (i->family == ADDR_IPV4 && sim_judge_is_carp(vrrp, size))
		return VRRP_DROP_CARP;
	if (size < VRRP_HEADER || (is_ours && size != bare && !has_seal))
		return VRRP_DROP_LENGTH;
	if (!is_ttl_good(image, i, packet))
		return VRRP_DROP_TTL;
	if (!is_version)
		return VRRP_DROP_VERSION;
	if (!is_ours)
		return VRRP_DROP_TYPE;
	return checksum_forms(packet, vrrp, covered(i, vrrp, size)) == FORM_BAD ?
		       VRRP_DROP_CHECKSUM :
		       VRRP_DROP_NONE;
}

static int64_t interval_us(const uint8_t *vrrp)
{
	const uint8_t *centiseconds = vrrp + VRRP_3_INTERVAL;

	if (vrrp[VRRP_VERSION_TYPE] >> 4 == 2)
		return vrrp[VRRP_INTERVAL] * SECOND_US;
	return ((centiseconds[0] & 0xf) << 8 | centiseconds[1]) * CENTISECOND_US;
}

static enum vrrp_drop agreement_2(const struct image_instance *i, const uint8_t *vrrp, size_t size)
{
	bool has_password = i->auth_type == AUTH_TYPE_PASS;

	if (vrrp[VRRP_AUTH_TYPE] != i->auth_type)
		return VRRP_DROP_AUTH_TYPE;
	if (has_password && memcmp(vrrp + size - VRRP_AUTH_DATA, i->auth_data, VRRP_AUTH_DATA) != 0)
		return VRRP_DROP_AUTH_FAILED;
	return interval_us(vrrp) != i->advert_interval_us ? VRRP_DROP_INTERVAL : VRRP_DROP_NONE;
}

/* 5.2.5: one address at least; but who has none itself does not mind. */
static enum vrrp_drop agreement_3(const struct image *image, const struct image_instance *i,
				  const uint8_t *vrrp)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	bool has_any = false;

	for (uint32_t k = 0; k < i->address_count; k++)
		has_any |= !a[k].excluded && a[k].prefix.addr.family == i->family;
	if (interval_us(vrrp) == 0)
		return VRRP_DROP_INTERVAL;
	return has_any && vrrp[VRRP_COUNT] == 0 ? VRRP_DROP_ADDRESS_COUNT : VRRP_DROP_NONE;
}

/* Unicast is for those who expect it, from whom it is expected (vipd.conf(5), unicast_peer). */
static enum vrrp_drop ends(const struct image *image, const struct image_instance *i,
			   const struct addr *own, const uint8_t *packet)
{
	struct addr source = octets_source(packet);
	bool is_multicast = octets_is_6(packet) ? packet[IP6_DESTINATION] == 0xff :
						  packet[IP_DESTINATION] >> 4 == 0xe;
	bool is_unicast = i->flags & IMAGE_UNICAST;

	if (is_multicast == is_unicast)
		return VRRP_DROP_DESTINATION;
	if (memcmp(source.bytes, own->bytes, sizeof(source.bytes)) == 0)
		return VRRP_DROP_OWN_ADDRESS;
	if (is_unicast && (i->flags & IMAGE_CHECK_SOURCE) && !sim_judge_peer(image, i, &source))
		return VRRP_DROP_SOURCE;
	return VRRP_DROP_NONE;
}

static enum vrrp_drop agreement(const struct image *image, const struct image_instance *i,
				const struct addr *own, const uint8_t *packet, const uint8_t *vrrp,
				size_t size)
{
	enum vrrp_drop drop = i->version == 2 ? agreement_2(i, vrrp, size) :
						agreement_3(image, i, vrrp);

	return drop == VRRP_DROP_NONE ? ends(image, i, own, packet) : drop;
}

/* Before anything is said of what nobody signed. */
static enum vrrp_drop sealed(const struct image *image, const struct image_instance *i,
			     const uint8_t *packet, const uint8_t *vrrp, size_t size,
			     const struct seal *seal, const struct seal_clock *clock)
{
	size_t bare = size_of(i, vrrp[VRRP_COUNT]);

	return seal_judge(image, i, packet, vrrp, bare, size > bare, seal, clock);
}

static bool list_differs(const struct image *image, const struct image_instance *i,
			 const uint8_t *vrrp)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	size_t size = address_size(i);
	uint32_t count = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		if (a[k].excluded || a[k].prefix.addr.family != i->family)
			continue;
		if (count == vrrp[VRRP_COUNT] ||
		    memcmp(vrrp + VRRP_HEADER + size * count, a[k].prefix.addr.bytes, size) != 0)
			return true;
		count++;
	}
	return count != vrrp[VRRP_COUNT];
}

static bool lists(const uint8_t *vrrp, const struct addr *addr)
{
	size_t size = addr_size(addr);

	for (uint32_t k = 0; k < vrrp[VRRP_COUNT]; k++)
		if (memcmp(vrrp + VRRP_HEADER + size * k, addr->bytes, size) == 0)
			return true;
	return false;
}

static bool list_is_foreign(const struct image *image, const struct image_instance *i,
			    const uint8_t *vrrp)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	uint32_t count = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		if (a[k].excluded || a[k].prefix.addr.family != i->family)
			continue;
		if (lists(vrrp, &a[k].prefix.addr))
			return false;
		count++;
	}
	return count && vrrp[VRRP_COUNT];
}

/* What two lists have. */
struct shares {
	uint32_t ours, theirs, both;
};

static struct shares shares_of(const struct image *image, const struct image_instance *i,
			       const struct image *others, const struct image_instance *j)
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	const struct image_address *b = &image_addresses(others)[j->address_first];
	struct shares s = { 0 };

	for (uint32_t k = 0; k < i->address_count; k++)
		s.ours += !a[k].excluded && a[k].prefix.addr.family == i->family;
	for (uint32_t n = 0; n < j->address_count; n++) {
		if (b[n].excluded || b[n].prefix.addr.family != j->family)
			continue;
		s.theirs++;
		for (uint32_t k = 0; k < i->address_count; k++)
			s.both += !a[k].excluded &&
				  addr_equal(&a[k].prefix.addr, &b[n].prefix.addr);
	}
	return s;
}

/* No advert of either names an address of the other; and neither list is empty. */
bool sim_judge_lists_are_foreign(const struct image *image, const struct image_instance *i,
				 const struct image *others, const struct image_instance *j)
{
	struct shares s = shares_of(image, i, others, j);

	return s.ours && s.theirs && !s.both;
}

bool sim_judge_lists_are_equal(const struct image *image, const struct image_instance *i,
			       const struct image *others, const struct image_instance *j)
{
	struct shares s = shares_of(image, i, others, j);

	return s.ours == s.both && s.theirs == s.both;
}

static void dark_put(const struct image *image, const struct image_instance *i,
		     const uint8_t *vrrp, uint8_t dark[32])
{
	const struct image_address *a = &image_addresses(image)[i->address_first];
	uint32_t count = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		if (a[k].excluded || a[k].prefix.addr.family != i->family)
			continue;
		if (!lists(vrrp, &a[k].prefix.addr))
			dark[count / 8] |= (uint8_t)(1 << count % 8);
		count++;
	}
}

int sim_judge_dark_count(const struct sim_verdict *v)
{
	int count = 0;

	for (size_t k = 0; k < 8 * sizeof(v->dark); k++)
		count += v->dark[k / 8] >> k % 8 & 1;
	return count < 63 ? count : 63;
}

struct sim_verdict sim_judge(const struct image *image, const struct image_instance *i,
			     const struct addr *own, const uint8_t *packet, size_t size,
			     const struct seal *seal, const struct seal_clock *clock)
{
	size_t header = octets_header(packet);
	const uint8_t *vrrp = packet + header;
	struct sim_verdict v = { .drop = form(image, i, packet, vrrp, size - header) };

	if (v.drop == VRRP_DROP_NONE)
		v.drop = seal_ah_judge(i, packet, size, seal);
	if (v.drop == VRRP_DROP_NONE)
		v.drop = sealed(image, i, packet, vrrp, size - header, seal, clock);
	if (v.drop == VRRP_DROP_NONE)
		v.drop = agreement(image, i, own, packet, vrrp, size - header);
	if (v.drop != VRRP_DROP_NONE)
		return v;
	v.priority = vrrp[VRRP_PRIORITY];
	v.source = octets_source(packet);
	v.interval_us = interval_us(vrrp);
	v.interval_differs = v.interval_us != i->advert_interval_us;
	v.trailer = sim_judge_trailer(i, packet, size);
	v.has_other_checksum = !(checksum_forms(packet, vrrp, covered(i, vrrp, size - header)) &
				 form_sent(i));
	v.ah = octets_has_ah(packet) ? seal_ah_number(packet) : 0;
	v.list_differs = list_differs(image, i, vrrp);
	v.is_foreign = list_is_foreign(image, i, vrrp);
	dark_put(image, i, vrrp, v.dark);
	return v;
}
