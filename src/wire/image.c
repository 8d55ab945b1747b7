/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration image: where its tables lie, and whether a block is one. The parser that
 * writes it runs without privilege and may have been led astray by a file, so image_check() trusts
 * nothing: a checked image can be walked by index and offset without looking again, and its numbers
 * are those that the protocol's arithmetic allows. An instance marked IMAGE_BROKEN is never run;
 * only what status and log read of it (strings, link, addresses) is checked.
 * What one value means beside another (a VRID used twice, a doubtful priority) is conf's business,
 * which still has the lines of the file to point at. */
#include "wire/image.h"

#include "base/check.h"
#include "wire/advert.h"

#include <stdalign.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
/* The longest delay a configuration can hold: sums of a few of them stay far from overflow. */
#define DELAY_MAX_US (INT64_C(1000000000) * SECOND_US)

_Static_assert(sizeof(struct image) % alignof(struct image_instance) == 0, "instances aligned");
_Static_assert(sizeof(struct image_instance) % alignof(struct image_link) == 0, "links aligned");
_Static_assert(sizeof(struct image_instance) % alignof(struct image_address) == 0 &&
		       sizeof(struct image_link) % alignof(struct image_address) == 0,
	       "addresses aligned");
_Static_assert(alignof(struct image_peer) == 1 && alignof(struct image_key) == 1,
	       "peers, keys and strings need no alignment");

static size_t offset_links(const struct image *h)
{
	return sizeof(*h) + (size_t)h->instance_count * sizeof(struct image_instance);
}

static size_t offset_addresses(const struct image *h)
{
	return offset_links(h) + (size_t)h->link_count * sizeof(struct image_link);
}

static size_t offset_peers(const struct image *h)
{
	return offset_addresses(h) + (size_t)h->address_count * sizeof(struct image_address);
}

static size_t offset_keys(const struct image *h)
{
	return offset_peers(h) + (size_t)h->peer_count * sizeof(struct image_peer);
}

static size_t offset_strings(const struct image *h)
{
	return offset_keys(h) + (size_t)h->key_count * sizeof(struct image_key);
}

size_t image_size(const struct image *header)
{
	size_t size;

	if (header->instance_count > LIMIT_INSTANCES || header->link_count > LIMIT_LINKS ||
	    header->address_count > LIMIT_ADDRESSES || header->peer_count > LIMIT_PEERS ||
	    header->key_count > LIMIT_KEYS)
		return 0;
	size = offset_strings(header) + header->string_size;
	return size <= LIMIT_IMAGE_SIZE ? size : 0;
}

const struct image_instance *image_instances(const struct image *image)
{
	return (const struct image_instance *)(const void *)((const char *)image + sizeof(*image));
}

const struct image_link *image_links(const struct image *image)
{
	const char *base = (const char *)image;

	return (const void *)(base + offset_links(image));
}

const struct image_address *image_addresses(const struct image *image)
{
	const char *base = (const char *)image;

	return (const void *)(base + offset_addresses(image));
}

const struct image_peer *image_peers(const struct image *image)
{
	return (const void *)((const char *)image + offset_peers(image));
}

bool image_link_is_routed(const struct image_link *link)
{
	return link->source.family != ADDR_NONE;
}

bool image_link_is_same(const struct image_link *a, const struct image_link *b)
{
	return strcmp(a->name, b->name) == 0 && a->family == b->family &&
	       addr_equal(&a->source, &b->source);
}

bool image_peers_are_global(const struct image *image, const struct image_instance *instance)
{
	const struct image_peer *peers = image_peers(image) + instance->peer_first;

	return instance->family == ADDR_IPV6 && (instance->flags & IMAGE_UNICAST) &&
	       instance->peer_count > 0 && !addr_is_link_local(&peers[0].addr);
}

const struct image_key *image_keys(const struct image *image)
{
	return (const void *)((const char *)image + offset_keys(image));
}

static const char *strings_of(const struct image *image)
{
	return (const char *)image + offset_strings(image);
}

const char *image_text(const struct image *image, image_string offset)
{
	check(offset < image->string_size);
	return strings_of(image) + offset;
}

struct image_instance *image_instances_mutable(struct image *image)
{
	return (void *)((char *)image + sizeof(*image));
}

struct image_link *image_links_mutable(struct image *image)
{
	return (void *)((char *)image + offset_links(image));
}

struct image_address *image_addresses_mutable(struct image *image)
{
	return (void *)((char *)image + offset_addresses(image));
}

struct image_peer *image_peers_mutable(struct image *image)
{
	return (void *)((char *)image + offset_peers(image));
}

struct image_key *image_keys_mutable(struct image *image)
{
	return (void *)((char *)image + offset_keys(image));
}

void image_blank_secrets(struct image *image)
{
	struct image_instance *instances = image_instances_mutable(image);
	struct image_key *keys = image_keys_mutable(image);

	for (uint32_t i = 0; i < image->instance_count; i++)
		memset(instances[i].auth_data, 0, sizeof(instances[i].auth_data));
	for (uint32_t k = 0; k < image->key_count; k++)
		memset(keys[k].octets, 0, sizeof(keys[k].octets));
}

char *image_strings_mutable(struct image *image)
{
	return (char *)image + offset_strings(image);
}

/* The strings end with a NUL (checked first), so an offset inside is a terminated string. */
static bool check_string(const struct image *image, image_string offset)
{
	return offset < image->string_size;
}

static bool check_script(const struct image *image, const struct image_script *script)
{
	const char *end = strings_of(image) + image->string_size;
	const char *word;

	if (!check_string(image, script->words) || !check_string(image, script->user) ||
	    !check_string(image, script->group))
		return false;
	word = strings_of(image) + script->words;
	for (uint32_t i = 0; i < script->word_count; i++) {
		if (word >= end)
			return false;
		word += strlen(word) + 1;
	}
	return true;
}

static bool check_delay(int64_t delay_us)
{
	return delay_us >= 0 && delay_us <= DELAY_MAX_US;
}

/* Where adverts go to and come from: all of the family of the adverts. */
static const char *check_transport(const struct image *image, const struct image_instance *instance)
{
	const struct image_peer *peers = image_peers(image);

	if (instance->source.family != ADDR_NONE && instance->source.family != instance->family)
		return "a source of the other family";
	if (instance->group.family != instance->family || !addr_is_multicast(&instance->group))
		return "a group that is none";
	if (instance->ttl == 0)
		return "adverts that nobody can receive";
	for (uint32_t k = 0; k < instance->peer_count; k++)
		if (peers[instance->peer_first + k].addr.family != instance->family)
			return "a peer of the other family";
	return NULL;
}

/* Without a key to sign with nobody would hear us, and with none at all we would hear nobody. */
static const char *check_hmac(const struct image *image, const struct image_instance *instance)
{
	const struct image_key *keys = image_keys(image) + instance->key_first;
	bool can_sign = false;

	if (instance->hmac == IMAGE_HMAC_NONE)
		return NULL;
	if (instance->hmac >= IMAGE_HMAC_N_ || instance->auth_type != ADVERT_AUTH_NONE)
		return "signatures of an unknown kind";
	if (instance->hmac_monotonic > 1 || instance->hmac_window_s < 1 ||
	    instance->hmac_window_s > 300)
		return "a time window out of range";
	for (uint32_t k = 0; k < instance->key_count; k++) {
		if (keys[k].size < IMAGE_KEY_MIN || keys[k].size > IMAGE_KEY_MAX)
			return "a key of a wrong length";
		can_sign |= keys[k].id == instance->hmac_key;
	}
	return can_sign ? NULL : "no key to sign with";
}

/* What is sent is answered to where it came from, and heard there only. */
static bool can_be_routed(const struct image_instance *instance, const struct image_link *link)
{
	return (instance->flags & IMAGE_UNICAST) && (instance->flags & IMAGE_TRACK_SOURCE) &&
	       addr_equal(&instance->source, &link->source);
}

static const char *check_protocol(const struct image *image, const struct image_instance *instance)
{
	const struct image_link *link = &image_links(image)[instance->link];
	const char *reason;

	if (link->name[0] == '\0' && !image_link_is_routed(link))
		return "an instance without a link";
	if (instance->family != ADDR_IPV4 && instance->family != ADDR_IPV6)
		return "an instance of an unknown family";
	if (link->family != instance->family)
		return "an instance on a link of the other family";
	if (image_link_is_routed(link) && !can_be_routed(instance, link))
		return "an instance that needs an interface";
	/* RFC 3768 knows IPv4 only. */
	if (instance->version != 3 && (instance->version != 2 || instance->family != ADDR_IPV4))
		return "an instance of an unknown VRRP version";
	if (instance->vrid == 0 || instance->priority == 0 || instance->down_adverts == 0)
		return "a zero that must not be one";
	if (instance->expired_priority == ADVERT_PRIORITY_OWNER)
		return "an owner that could take over";
	if (instance->auth_type != ADVERT_AUTH_NONE &&
	    (instance->auth_type > ADVERT_AUTH_AH || instance->version != 2))
		return "an unknown authentication type";
	if (!advert_can_carry(instance->version, instance->advert_interval_us))
		return "an advertisement interval out of range";
	if (!check_delay(instance->preempt_delay_us) || !check_delay(instance->garp_delay_us))
		return "a delay out of range";
	reason = check_hmac(image, instance);
	return reason ? reason : check_transport(image, instance);
}

/* The run of addresses: inside the table, the advertised ones first, of the adverts' family and no
 * more of them than an advert can count. Those behind may be of any. */
static const char *check_run(const struct image *image, const struct image_instance *instance)
{
	const struct image_address *addresses = image_addresses(image);
	uint32_t advertised = 0;
	bool excluded = false;

	if (instance->address_first > image->address_count ||
	    instance->address_count > image->address_count - instance->address_first)
		return "an instance whose addresses lie outside";
	if (instance->peer_first > image->peer_count ||
	    instance->peer_count > image->peer_count - instance->peer_first)
		return "an instance whose peers lie outside";
	if (instance->peer_count > LIMIT_INSTANCE_PEERS)
		return "more peers than are sent to in one go";
	if (instance->key_first > image->key_count ||
	    instance->key_count > image->key_count - instance->key_first)
		return "an instance whose keys lie outside";
	if (instance->flags & IMAGE_BROKEN)
		return NULL;
	for (uint32_t i = 0; i < instance->address_count; i++) {
		const struct image_address *a = &addresses[instance->address_first + i];

		if (a->excluded) {
			excluded = true;
			continue;
		}
		if (excluded)
			return "an advertised address behind an excluded one";
		if (a->prefix.addr.family != instance->family)
			return "an address of the other family";
		advertised++;
	}
	return advertised > LIMIT_ADVERT_ADDRESSES ? "more addresses than an advert holds" : NULL;
}

static const char *check_instance(const struct image *image, const struct image_instance *instance)
{
	const char *reason;

	if (!check_string(image, instance->name) || !check_string(image, instance->file) ||
	    !check_string(image, instance->broken_reason))
		return "an instance whose text lies outside";
	if (instance->link >= image->link_count)
		return "an instance whose link lies outside";
	if (instance->flags & ~(uint32_t)IMAGE_FLAGS_)
		return "an instance with unknown flags";
	for (uint32_t i = 0; i < NOTIFY_N_; i++)
		if (!check_script(image, &instance->notify[i]))
			return "a script whose words lie outside";
	reason = check_run(image, instance);
	if (!reason && !(instance->flags & IMAGE_BROKEN))
		reason = check_protocol(image, instance);
	return reason;
}

static bool check_prefix(const struct prefix *p)
{
	return addr_size(&p->addr) && p->length <= addr_bits(&p->addr);
}

static const char *check_address(const struct image *image, const struct image_address *a)
{
	if (!check_prefix(&a->prefix))
		return "an address of an unknown form";
	if (a->peer.addr.family != ADDR_NONE &&
	    (!check_prefix(&a->peer) || a->peer.addr.family != a->prefix.addr.family))
		return "a peer address of an unknown form";
	if (a->broadcast.family != ADDR_NONE && a->broadcast.family != ADDR_IPV4)
		return "a broadcast address of an unknown form";
	if (a->excluded > 1 || (a->flags & ~IMAGE_ADDRESS_FLAGS_))
		return "an address with an unknown mode";
	if (a->link >= image->link_count)
		return "an address whose link lies outside";
	if (image_links(image)[a->link].family != a->prefix.addr.family)
		return "an address on a link of the other family";
	if (image_link_is_routed(&image_links(image)[a->link]))
		return "an address on no interface";
	if (!memchr(a->label, '\0', sizeof(a->label)))
		return "a label without an end";
	return NULL;
}

static const char *check_header(const struct image *image, size_t size)
{
	size_t wanted;

	if (size < sizeof(*image))
		return "shorter than a header";
	if (image->magic != IMAGE_MAGIC)
		return "not a configuration image";
	if (image->layout != IMAGE_LAYOUT)
		return "an image of another build";
	/* 0: more than there may be, which must not fit a size of 0. */
	wanted = image_size(image);
	if (image->string_size == 0 || wanted == 0 || image->size != wanted || wanted > size)
		return "a size that does not fit its tables";
	if (strings_of(image)[0] != '\0' || strings_of(image)[image->string_size - 1] != '\0')
		return "strings without a beginning or an end";
	if (!check_delay(image->startup_delay_us) || !check_delay(image->delay_after_boot_us))
		return "a header with a delay out of range";
	if (!check_string(image, image->router_id) || !check_string(image, image->file) ||
	    !check_string(image, image->net_namespace) ||
	    !check_string(image, image->daemon_name))
		return "a header whose text lies outside";
	return NULL;
}

static const char *check_link(const struct image_link *link)
{
	if (!memchr(link->name, '\0', sizeof(link->name)))
		return "a link name without an end";
	if (link->family != ADDR_IPV4 && link->family != ADDR_IPV6)
		return "a link of an unknown family";
	if (image_link_is_routed(link) && link->source.family != link->family)
		return "a link with a source of the other family";
	return NULL;
}

static const char *check_tables(const struct image *image)
{
	const char *reason = NULL;
	uint32_t next = 0;

	for (uint32_t i = 0; i < image->link_count && !reason; i++)
		reason = check_link(&image_links(image)[i]);
	for (uint32_t i = 0; i < image->address_count && !reason; i++)
		reason = check_address(image, &image_addresses(image)[i]);
	/* One run after the other: every address belongs to exactly one instance. */
	for (uint32_t i = 0; i < image->instance_count && !reason; i++) {
		const struct image_instance *instance = &image_instances(image)[i];

		reason = check_instance(image, instance);
		if (!reason && instance->address_count > 0 && instance->address_first != next)
			reason = "addresses that are not the next instance's";
		next += instance->address_count;
	}
	if (!reason && next != image->address_count)
		reason = "an address of no instance";
	return reason;
}

bool image_check(const void *block, size_t size, const char **ret_reason)
{
	const struct image *image = block;
	const char *reason = check_header(image, size);

	if (!reason)
		reason = check_tables(image);
	if (reason)
		*ret_reason = reason;
	return !reason;
}
