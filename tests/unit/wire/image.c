/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration image: a whole one is taken, and every single wrong value in it is named. At
 * the end any octet of it is overwritten with anything: the checked image must still be walkable
 * (the sanitizer build watches). */
#include "wire/image.h"

#include "wire/advert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STRINGS "\0name\0/etc/vipd/vipd.conf\0/bin/notify\0two words\0host"
#define NAME 1
#define FILE_NAME 6
#define SCRIPT 26
#define HOST 48

/* Two instances on two links with two addresses and one. */
static struct image *build(size_t *ret_size)
{
	struct image header = { .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT, .instance_count = 2,
		.link_count = 2, .address_count = 3, .peer_count = 1, .key_count = 2,
		.string_size = sizeof(STRINGS), .router_id = HOST, .file = FILE_NAME };
	size_t size = image_size(&header);
	struct image *image = calloc(1, size);
	struct image_instance *instances;
	struct image_address *addresses;

	*image = header;
	image->size = (uint32_t)size;
	memcpy(image_strings_mutable(image), STRINGS, sizeof(STRINGS));
	strcpy(image_links_mutable(image)[0].name, "eth0");
	strcpy(image_links_mutable(image)[1].name, "eth1234567890ab"); /* the longest */
	image_links_mutable(image)[0].family = image_links_mutable(image)[1].family = ADDR_IPV4;
	addr_parse("192.0.2.9", &image_peers_mutable(image)[0].addr);
	for (uint8_t k = 0; k < 2; k++)
		image_keys_mutable(image)[k] = (struct image_key){ .id = (uint8_t)(k + 1),
			.size = 32, .octets = "a key of thirty-two octets, or…" };
	addresses = image_addresses_mutable(image);
	for (uint8_t i = 0; i < 3; i++) {
		addr_parse("192.0.2.1", &addresses[i].prefix.addr);
		addresses[i].prefix.addr.bytes[3] = (uint8_t)(i + 1);
		addresses[i].prefix.length = 24;
		strcpy(addresses[i].label, "eth0:1");
	}
	addresses[1].excluded = 1;
	instances = image_instances_mutable(image);
	for (uint32_t i = 0; i < 2; i++)
		instances[i] = (struct image_instance){ .name = NAME, .file = FILE_NAME, .line = 3,
			.link = i, .flags = IMAGE_PREEMPT, .family = ADDR_IPV4, .version = 2,
			.vrid = 101, .priority = 100, .auth_type = ADVERT_AUTH_PASS,
			.group = advert_group(ADDR_IPV4), .ttl = 255,
			.down_adverts = 3, .advert_interval_us = 1000000,
			.address_first = 2 * i, .address_count = 2 - i };
	instances[1].peer_count = 1;
	instances[0].notify[NOTIFY_ANY] = (struct image_script){ .words = SCRIPT, .word_count = 2 };
	*ret_size = size;
	return image;
}

/* The first instance goes without an interface; its addresses are on the other link. */
static void route(struct image *image)
{
	struct image_link *link = image_links_mutable(image);
	struct image_instance *i = image_instances_mutable(image);

	link->name[0] = '\0';
	assert_true(addr_parse("198.51.100.1", &link->source));
	i->source = link->source;
	i->flags |= IMAGE_UNICAST | IMAGE_TRACK_SOURCE;
	for (uint32_t k = 0; k < image->address_count; k++)
		image_addresses_mutable(image)[k].link = 1;
}

static void takes_one_without_an_interface(void **state)
{
	size_t size;
	struct image *image = build(&size);
	const char *reason;

	route(image);
	assert_true(image_check(image, size, &reason));
	free(image);
}

static void takes_a_whole_image(void **state)
{
	size_t size;
	struct image *image = build(&size);
	const char *reason = "untouched";

	assert_true(image_check(image, size, &reason));
	assert_string_equal(reason, "untouched");
	assert_true(image_check(image, size + 4000, &reason)); /* a mapping is whole pages */
	assert_string_equal(image_text(image, image_instances(image)[0].name), "name");
	assert_string_equal(image_text(image, image->router_id), "host");
	assert_string_equal(image_text(image, SCRIPT), "/bin/notify");
	assert_string_equal(image_text(image, 0), "");
	assert_string_equal(image_links(image)[1].name, "eth1234567890ab");
	assert_int_equal(image_addresses(image)[2].prefix.addr.bytes[3], 3);
	free(image);
}

static void empty_configuration_is_one(void **state)
{
	struct image header = { .magic = IMAGE_MAGIC, .layout = IMAGE_LAYOUT, .string_size = 1 };
	size_t size = image_size(&header);
	struct image *image = calloc(1, size);
	const char *reason;

	*image = header;
	image->size = (uint32_t)size;
	assert_true(image_check(image, size, &reason));
	free(image);
}

static void size_has_a_bound(void **state)
{
	const struct image most = { .instance_count = LIMIT_INSTANCES, .link_count = LIMIT_LINKS,
		.address_count = LIMIT_ADDRESSES, .peer_count = LIMIT_PEERS,
		.key_count = LIMIT_KEYS, .string_size = 1 << 20 };
	struct image counts[] = { most, most, most, most, most, most };

	assert_true(image_size(&most) > 0);
	counts[0].instance_count++;
	counts[1].link_count++;
	counts[2].address_count++;
	counts[3].peer_count++;
	counts[4].string_size = UINT32_MAX;
	counts[5].key_count++;
	for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
		assert_int_equal(image_size(&counts[k]), 0);
}

/* Makes a good one of it that signs. */
static struct image_instance *sign(struct image_instance *i)
{
	i->version = 3;
	i->auth_type = ADVERT_AUTH_NONE;
	i->hmac = IMAGE_HMAC_ENFORCE;
	i->hmac_key = 2;
	i->hmac_window_s = 300;
	i->key_count = 2;
	return i;
}

static void takes_signatures(void **state)
{
	size_t size;
	struct image *image = build(&size);
	const char *reason;

	sign(&image_instances_mutable(image)[0]);
	assert_true(image_check(image, size, &reason));
	image_blank_secrets(image);
	assert_true(image_check(image, size, &reason));
	for (int k = 0; k < 2; k++)
		for (int o = 0; o < IMAGE_KEY_MAX; o++)
			assert_int_equal(image_keys(image)[k].octets[o], 0);
	free(image);
}

static void refuses(struct image *image, size_t size, const char *about)
{
	const char *reason = "taken";

	if (image_check(image, size, &reason) || !strstr(reason, about))
		fail_msg("expected something about \"%s\", got \"%s\"", about, reason);
	free(image);
}

#define REFUSES(change, about)                                     \
	do {                                                       \
		size_t size;                                       \
		struct image *image = build(&size);                \
		struct image_instance *i = image_instances_mutable(image); \
		struct image_address *a = image_addresses_mutable(image);  \
		(void)i, (void)a;                                  \
		change;                                            \
		refuses(image, size, about);                       \
	} while (0)

static void names_what_is_wrong_in_the_header(void **state)
{
	REFUSES(size = sizeof(struct image) - 1, "header");
	REFUSES(image->magic ^= 1, "not a configuration image");
	REFUSES(image->layout++, "build");
	REFUSES(size--, "size");
	REFUSES(image->size--, "size");
	REFUSES(image->instance_count++, "size");
	REFUSES(image->address_count = UINT32_MAX, "size");
	REFUSES((image->address_count = UINT32_MAX, image->size = 0), "size");
	REFUSES(image->string_size = 0, "size");
	REFUSES(image->router_id = sizeof(STRINGS), "text");
	REFUSES(image->file = UINT32_MAX, "text");
	REFUSES(image_strings_mutable(image)[0] = 'x', "strings");
	REFUSES(image_strings_mutable(image)[sizeof(STRINGS) - 1] = 'x', "strings");
}

static void names_what_is_wrong_in_an_instance(void **state)
{
	REFUSES(i[1].name = sizeof(STRINGS), "text");
	REFUSES(i[1].broken_reason = sizeof(STRINGS), "text");
	REFUSES(i[1].link = 2, "link");
	REFUSES(image_links_mutable(image)[1].name[0] = '\0', "without a link");
	REFUSES(memset(image_links_mutable(image)[0].name, 'x', LIMIT_LINK_NAME), "link name");
	REFUSES(i[1].flags |= IMAGE_FLAGS_ + 1, "flags");
	REFUSES(i[0].family = ADDR_IPV6, "family");
	REFUSES(image_links_mutable(image)[0].family = ADDR_NONE, "family");
	REFUSES(image_links_mutable(image)[0].family = ADDR_IPV6, "family");
	REFUSES(image_links_mutable(image)[0].source.family = ADDR_IPV6, "source");
	REFUSES((route(image), a[0].link = 0), "on no interface");
	REFUSES((route(image), i[0].flags &= ~(uint32_t)IMAGE_UNICAST), "needs an interface");
	REFUSES((route(image), i[0].flags &= ~(uint32_t)IMAGE_TRACK_SOURCE), "needs an interface");
	REFUSES((route(image), i[0].source.bytes[3] ^= 1), "needs an interface");
	REFUSES(i[0].version = 4, "version");
	REFUSES(i[0].version = 3, "authentication");
	REFUSES(i[0].source.family = ADDR_IPV6, "source");
	REFUSES(i[0].group.bytes[0] = 192, "group");
	REFUSES(i[0].ttl = 0, "nobody");
	REFUSES(i[1].peer_first = 1, "peers");
	REFUSES(i[0].peer_count = 2, "peers");
	REFUSES(image_peers_mutable(image)[0].addr.family = ADDR_IPV6, "peer");
	REFUSES((i[0].hmac = IMAGE_HMAC_ENFORCE, i[0].hmac_window_s = 5, i[0].key_count = 2,
		 i[0].hmac_key = 1), "signatures"); /* version 2 */
	REFUSES(sign(&i[0])->hmac = IMAGE_HMAC_N_, "signatures");
	REFUSES(sign(&i[0])->key_first = 1, "keys");
	REFUSES(sign(&i[0])->key_first = 3, "keys");
	REFUSES(sign(&i[0])->hmac_key = 3, "no key");
	REFUSES(sign(&i[0])->key_count = 0, "no key");
	REFUSES(sign(&i[0])->hmac_window_s = 0, "window");
	REFUSES(sign(&i[0])->hmac_window_s = 301, "window");
	REFUSES(sign(&i[0])->hmac_monotonic = 2, "window");
	REFUSES((sign(&i[0]), image_keys_mutable(image)[1].size = 31), "length");
	REFUSES((sign(&i[0]), image_keys_mutable(image)[1].size = 65), "length");
	REFUSES(i[0].vrid = 0, "zero");
	REFUSES(i[0].priority = 0, "zero");
	REFUSES(i[0].down_adverts = 0, "zero");
	REFUSES(i[0].expired_priority = 255, "owner");
	REFUSES(i[0].auth_type = ADVERT_AUTH_AH + 1, "authentication");
	REFUSES(i[0].advert_interval_us = 0, "interval");
	REFUSES(i[0].advert_interval_us = 1500000, "interval");
	REFUSES(i[0].advert_interval_us = 256000000, "interval");
	REFUSES((i[0].version = 3, i[0].auth_type = 0, i[0].advert_interval_us = 40960000),
		"interval");
	REFUSES((i[0].version = 3, i[0].auth_type = 0, i[0].advert_interval_us = 15000),
		"interval");
	REFUSES(i[0].preempt_delay_us = -1, "delay");
	REFUSES(i[0].garp_delay_us = INT64_MAX, "delay");
	REFUSES(i[1].address_first = 3, "addresses");
	REFUSES(i[1].address_count = UINT32_MAX, "addresses");
	REFUSES(i[1].address_first = 1, "next");
	REFUSES(i[1].address_count = 0, "no instance");
	REFUSES(i[0].address_count = 3, "excluded");
	REFUSES(addr_parse("::1", &a[1].prefix.addr), "family");
	REFUSES(addr_parse("::1", &a[2].prefix.addr), "family");
	REFUSES(i[0].notify[NOTIFY_ANY].word_count = 5, "script");
	REFUSES(i[0].notify[NOTIFY_ANY].words = sizeof(STRINGS), "script");
	REFUSES(i[0].notify[NOTIFY_STOP].user = sizeof(STRINGS), "script");
}

static void names_what_is_wrong_in_an_address(void **state)
{
	REFUSES(a[2].prefix.addr.family = ADDR_NONE, "address");
	REFUSES(a[2].prefix.length = 33, "address");
	REFUSES(addr_parse("::1", &a[2].peer.addr), "peer");
	REFUSES(addr_parse("::1", &a[2].broadcast), "broadcast");
	REFUSES(a[2].excluded = 2, "mode");
	REFUSES(a[2].flags = IMAGE_ADDRESS_FLAGS_ + 1, "mode");
	REFUSES(a[2].link = 2, "link");
	REFUSES(memset(a[2].label, 'x', LIMIT_LINK_NAME), "label");
}

static void broken_instances_may_say_anything_but_where(void **state)
{
	size_t size;
	struct image *image = build(&size);
	struct image_instance *i = image_instances_mutable(image);
	const char *reason;

	i[1].flags |= IMAGE_BROKEN;
	i[1].vrid = 0;
	i[1].priority = 0;
	i[1].advert_interval_us = -1;
	image_links_mutable(image)[1].name[0] = '\0';
	assert_true(image_check(image, size, &reason));
	i[1].address_count = 2;
	refuses(image, size, "addresses");
}

static unsigned walk(const struct image *image)
{
	unsigned sum = (unsigned)strlen(image_text(image, image->router_id));

	for (uint32_t i = 0; i < image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(image)[i];

		sum += (unsigned)strlen(image_text(image, instance->name));
		sum += (unsigned)strlen(image_links(image)[instance->link].name);
		for (uint32_t j = 0; j < instance->address_count; j++)
			sum += image_addresses(image)[instance->address_first + j].prefix.length;
		for (int n = 0; n < NOTIFY_N_; n++) {
			const char *word = image_text(image, instance->notify[n].words);

			for (uint32_t w = 0; w < instance->notify[n].word_count; w++)
				word += strlen(word) + 1;
			sum += (unsigned char)word[-1];
		}
	}
	return sum;
}

static void any_octet_may_be_anything(void **state)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t size, taken = 0;
	struct image *image = build(&size), *copy = malloc(size);
	const char *reason;

	for (size_t at = 0; at < size; at++) {
		for (size_t v = 0; v < sizeof(values); v++) {
			memcpy(copy, image, size);
			((uint8_t *)copy)[at] = values[v];
			if (image_check(copy, size, &reason))
				taken += walk(copy) > 0;
		}
	}
	assert_true(taken > 0);
	free(copy);
	free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_whole_image),
		cmocka_unit_test(takes_one_without_an_interface),
		cmocka_unit_test(takes_signatures),
		cmocka_unit_test(empty_configuration_is_one),
		cmocka_unit_test(size_has_a_bound),
		cmocka_unit_test(names_what_is_wrong_in_the_header),
		cmocka_unit_test(names_what_is_wrong_in_an_instance),
		cmocka_unit_test(names_what_is_wrong_in_an_address),
		cmocka_unit_test(broken_instances_may_say_anything_but_where),
		cmocka_unit_test(any_octet_may_be_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
