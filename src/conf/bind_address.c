/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of virtual_ipaddress and virtual_ipaddress_excluded, one address on a line:
 *     ADDRESS[/LENGTH] [dev IF] [brd|broadcast ADDRESS|+|-] [label L] [scope S] [peer A[/LENGTH]]
 * in any order behind the address. As in keepalived an unknown option is skipped, a bad length
 * becomes /32, and an option with a bad value takes its address with it, except for the scope.
 * Addresses of the second family come with VRRPv3. */
#include "conf/conf_private.h"
#include "conf/number.h"

#include <string.h>

/* An address that is being read. */
struct reader {
	struct binder *b;
	const struct node *node;
	struct conf_address address;
	bool excluded;
};

static const struct {
	const char *name;
	uint8_t number;
} scopes[] = {
	{ "global", 0 }, { "site", 200 }, { "link", 253 }, { "host", 254 }, { "nowhere", 255 },
};

const char *address_scope_name(uint8_t scope)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (scopes[i].number == scope)
			return scopes[i].name;
	return NULL;
}

static void bad_address(struct reader *r, const char *code, const struct token *token,
			const char *hint, const char *what)
{
	diag_error(r->b->conf, code, &token->place, hint, "`%.64s` %s: the address is left out",
		   token->text, what);
}

/* ADDRESS[/LENGTH]. False: no address. A bad length is reported and becomes the full one. */
static bool prefix_read(struct reader *r, const struct token *token, struct prefix *ret_prefix)
{
	size_t length = strcspn(token->text, "/");
	char text[ADDR_TEXT_SIZE];
	int64_t bits, most;

	if (length >= sizeof(text))
		return false;
	memcpy(text, token->text, length);
	text[length] = '\0';
	if (!addr_parse(text, &ret_prefix->addr))
		return false;
	most = (int64_t)addr_size(&ret_prefix->addr) * 8;
	ret_prefix->length = (uint8_t)most;
	if (!token->text[length])
		return true;
	if (number_integer(token->text + length + 1, &bits) == NUMBER_OK && bits >= 0 &&
	    bits <= most)
		ret_prefix->length = (uint8_t)bits;
	else
		diag_warning(r->b->conf, "bad-length", &token->place,
			     "write the number of network bits, as in 192.0.2.1/24",
			     "`%.64s` has no length in 0..%d: /%d is used", token->text, (int)most,
			     (int)most);
	return true;
}

static bool take_dev(struct reader *r, const struct token *token)
{
	if (!bind_link_name(r->b, token->text)) {
		bad_address(r, "bad-interface", token, NULL, "cannot be an interface");
		return false;
	}
	bind_link_exists(r->b, token);
	r->address.link = token->text;
	return true;
}

static bool take_broadcast(struct reader *r, const struct token *token)
{
	struct addr addr;

	if (strcmp(token->text, "+") == 0 || strcmp(token->text, "-") == 0) {
		r->address.broadcast_mode = token->text[0] == '+' ? 2 : 3;
		return true;
	}
	if (!addr_parse(token->text, &addr) || addr.family != ADDR_IPV4) {
		bad_address(r, "not-an-address", token, "write an IPv4 address, `+` or `-`",
			    "is no broadcast address");
		return false;
	}
	r->address.broadcast_mode = 1;
	r->address.broadcast = addr;
	return true;
}

static bool take_label(struct reader *r, const struct token *token)
{
	if (strlen(token->text) >= LIMIT_LINK_NAME) {
		bad_address(r, "bad-label", token, NULL, "is longer than 15 characters");
		return false;
	}
	r->address.label = token->text;
	return true;
}

static bool take_scope(struct reader *r, const struct token *token)
{
	int64_t number;

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (strcmp(token->text, scopes[i].name) == 0) {
			r->address.scope = scopes[i].number;
			return true;
		}
	}
	if (number_integer(token->text, &number) == NUMBER_OK && number >= 0 && number <= 255)
		r->address.scope = (uint8_t)number;
	else
		diag_warning(r->b->conf, "bad-choice", &token->place,
			     "write global, site, link, host or a number in 0..255",
			     "`%.64s` is no scope: global is used", token->text);
	return true;
}

static bool take_peer(struct reader *r, const struct token *token)
{
	if (prefix_read(r, token, &r->address.peer) &&
	    r->address.peer.addr.family == r->address.prefix.addr.family)
		return true;
	bad_address(r, "not-an-address", token, NULL, "is no peer address of the same family");
	return false;
}

static const struct option {
	const char *name;
	/* Takes the option's value; false: the address is left out. NULL: not in this release. */
	bool (*take)(struct reader *r, const struct token *value);
	bool has_value;
} options[] = {
	{ "dev", take_dev, true },
	{ "brd", take_broadcast, true },
	{ "broadcast", take_broadcast, true },
	{ "label", take_label, true },
	{ "scope", take_scope, true },
	{ "peer", take_peer, true },
	{ "preferred_lft", NULL, true },
	{ "track_group", NULL, true },
	{ "home", NULL, false },
	{ "-nodad", NULL, false },
	{ "mngtmpaddr", NULL, false },
	{ "noprefixroute", NULL, false },
	{ "autojoin", NULL, false },
	{ "no_track", NULL, false },
	{ "use_vmac", NULL, false },
};

static const struct option *option_find(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

static void unknown_option(struct reader *r, const struct token *token)
{
	char *text = arena_copy(&r->b->conf->arena, token->text, strcspn(token->text, "/"));
	struct addr addr;

	diag_warning(r->b->conf, "unknown-option", &token->place,
		     addr_parse(text, &addr) ? "write one address on a line" : NULL,
		     "`%.64s` is no option of an address: it is ignored", token->text);
}

/* What stands behind the address. False: the address is left out. */
static bool options_read(struct reader *r)
{
	const struct node *node = r->node;

	for (unsigned i = 1; i < node->word_count; i++) {
		const struct token *token = &node->words[i];
		const struct option *option = option_find(token->text);

		if (!option) {
			unknown_option(r, token);
			continue;
		}
		if (option->has_value && ++i >= node->word_count) {
			bad_address(r, "missing-value", token, NULL, "has no value behind it");
			return false;
		}
		if (!option->take)
			diag_warning(r->b->conf, "not-yet", &token->place, NULL,
				     "`%.64s` has no effect in this release", token->text);
		else if (!option->take(r, &node->words[i]))
			return false;
	}
	return true;
}

/* `brd +` and `brd -`: the host bits of the prefix all one, all zero. */
static void broadcast_compute(struct conf_address *a)
{
	uint32_t host = a->prefix.length < 32 ? UINT32_MAX >> a->prefix.length : 0;

	if (a->broadcast_mode < 2)
		return;
	a->broadcast = a->prefix.addr;
	for (unsigned i = 0; i < 4; i++) {
		uint8_t mask = (uint8_t)(host >> (24 - 8 * i));
		uint8_t octet = a->broadcast.bytes[i];

		a->broadcast.bytes[i] = (uint8_t)(a->broadcast_mode == 2 ? octet | mask :
									   octet & ~mask);
	}
}

/* Can it be a virtual address at all? */
static bool address_fits(struct reader *r)
{
	const struct addr *addr = &r->address.prefix.addr;
	const struct token *token = &r->node->words[0];
	static const uint8_t ones[4] = { 255, 255, 255, 255 };

	if (addr->family == ADDR_IPV6) {
		diag_error(r->b->conf, r->excluded ? "not-yet" : "ipv6-needs-version-3",
			   &token->place, NULL,
			   "%.64s: IPv6 comes with VRRPv3, in a later release: the address is "
			   "left out",
			   token->text);
		return false;
	}
	if (addr_is_unspecified(addr) || addr_is_multicast(addr) || addr_is_loopback(addr) ||
	    memcmp(addr->bytes, ones, sizeof(ones)) == 0) {
		bad_address(r, "unusable-address", token, NULL, "is not an address of one host");
		return false;
	}
	return true;
}

static bool address_read(struct reader *r)
{
	const struct token *token = &r->node->words[0];

	r->address.place = token->place;
	if (!prefix_read(r, token, &r->address.prefix)) {
		bad_address(r, "not-an-address", token,
			    "write ADDRESS/LENGTH, as in 192.0.2.1/24", "is not an address");
		return false;
	}
	if (!address_fits(r) || !options_read(r))
		return false;
	broadcast_compute(&r->address);
	return true;
}

/* True when the instance has it already. */
static bool address_is_known(struct reader *r, struct map *known)
{
	const struct addr *addr = &r->address.prefix.addr;
	struct conf_address **slot = (struct conf_address **)(void *)map_slot(known, addr,
									      sizeof(*addr));

	if (!*slot) {
		*slot = arena_alloc(&r->b->conf->arena, sizeof(**slot));
		**slot = r->address;
		return false;
	}
	diag_error(r->b->conf, "duplicate-address", &r->address.place, NULL,
		   "%.64s stands in %s already: this one is left out", r->node->words[0].text,
		   diag_line(r->b->conf, &(*slot)->place, &r->address.place));
	return true;
}

static void address_take(struct reader *r, struct conf_addresses *list)
{
	struct conf *conf = r->b->conf;

	if (conf->address_count >= LIMIT_ADDRESSES) {
		bad_address(r, "too-many", &r->node->words[0], NULL,
			    "is one more than all instances together may have");
		return;
	}
	conf->address_count++;
	list->items = arena_grow(&conf->arena, list->items, sizeof(*list->items), list->count,
				 &list->room);
	list->items[list->count++] = r->address;
}

static void addresses_read(struct binder *b, const struct node *node, bool excluded)
{
	struct conf_instance *instance = b->instance;
	struct conf_addresses *list = excluded ? &instance->excluded : &instance->advertised;

	for (const struct node *child = node->first; child; child = child->next) {
		struct reader r = { .b = b, .node = child, .excluded = excluded };

		if (child->silent || !child->word_count)
			continue;
		if (!address_read(&r)) {
			if (!excluded && !instance->bad_address_count && !list->count &&
			    r.address.prefix.addr.family == ADDR_IPV6)
				instance->begins_ipv6 = true;
			if (!excluded)
				instance->bad_address_count++;
		} else if (!address_is_known(&r, &instance->addresses_known)) {
			address_take(&r, list);
		}
	}
}

void bind_addresses(struct binder *b, const struct node *node, const struct value *values)
{
	addresses_read(b, node, false);
}

void bind_addresses_excluded(struct binder *b, const struct node *node, const struct value *values)
{
	addresses_read(b, node, true);
}
