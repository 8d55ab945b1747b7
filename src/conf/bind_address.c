/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress, one address
 * on a line. As in keepalived a bad length becomes the full one, and an option with a bad value
 * takes its address with it, except for the scope. There may be ten thousand of them, so they are
 * kept in an array of their own and not as blocks with settings: the table names the options for
 * pages and suggestions, this file reads them. */
#include "conf/conf_private.h"
#include "conf/number.h"
#include "conf/suggest.h"

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
	most = addr_bits(&ret_prefix->addr);
	ret_prefix->length = (uint8_t)most;
	if (!token->text[length])
		return true;
	if (number_integer(token->text + length + 1, &bits) == NUMBER_OK && bits >= 0 &&
	    bits <= most)
		ret_prefix->length = (uint8_t)bits;
	else
		diag_error(r->b->conf, "bad-length", &token->place,
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

static bool take_lifetime(struct reader *r, const struct token *token)
{
	int64_t seconds;

	if (strcmp(token->text, "forever") == 0)
		seconds = UINT32_MAX;
	else if (number_integer(token->text, &seconds) != NUMBER_OK || seconds < 0 ||
		 seconds > UINT32_MAX) {
		bad_address(r, "bad-number", token, "write seconds, or forever",
			    "is no number of seconds");
		return false;
	}
	r->address.has_lifetime = true;
	r->address.preferred_lifetime_s = (uint32_t)seconds;
	return true;
}

static bool take_track_group(struct reader *r, const struct token *token)
{
	r->address.track_group = token->text;
	return true;
}

/* In the order of address_line. */
static bool (*const takers[])(struct reader *r, const struct token *value) = {
	take_dev, take_broadcast, take_label, take_scope, take_peer, take_lifetime,
	take_track_group,
};

#define TAKERS (sizeof(takers) / sizeof(takers[0]))

const struct argument address_line[] = {
	{ ARGUMENT_PREFIX, "ADDRESS[/LENGTH]",
	  .doc = "The address; without a length /32 or /128." },
	{ ARGUMENT_LINK, "INTERFACE", "dev",
	  .doc = "The interface; by default the instance's. The instance fails without it." },
	{ ARGUMENT_ADDRESS, "ADDRESS|+|-", "brd|broadcast",
	  .doc = "The broadcast address; + and -: the host's bits all one, all zero." },
	{ ARGUMENT_WORD, "LABEL", "label", .doc = "The label, up to 15 characters; IPv4 only." },
	{ ARGUMENT_WORD, "SCOPE", "scope", .preset = "global",
	  .doc = "global, site, link, host, or a number." },
	{ ARGUMENT_PREFIX, "ADDRESS[/LENGTH]", "peer",
	  .doc = "The far end of a point-to-point link." },
	{ ARGUMENT_WORD, "SECONDS|forever", "preferred_lft",
	  .default_text = "0 for an IPv6 /128, else forever",
	  .doc = "How long new connections may use the address as their source." },
	{ ARGUMENT_WORD, "NAME", "track_group", .flags = ARGUMENT_NOT_YET,
	  .doc = "Of a static address: the instances that fail without it." },
#define MARK(word, sentence, ...) { ARGUMENT_MARK, word, word, .doc = sentence, __VA_ARGS__ }
	MARK("home", "The kernel's flag home: a home address of Mobile IPv6."),
	MARK("-nodad", "Leave duplicate address detection to the kernel."),
	MARK("mngtmpaddr", "The kernel's flag mngtmpaddr."),
	MARK("noprefixroute", "Do not let the kernel add the route of the network."),
	MARK("autojoin", "Join the address's multicast group."),
	MARK("no_track", "Serve also while its interface, another than the instance's, is down or "
			 "missing."),
	MARK("use_vmac", "Put it on a virtual MAC of its own interface.",
	     .flags = ARGUMENT_NOT_YET),
#undef MARK
	{ .type = ARGUMENT_NONE },
};

static int option_find(const char *name)
{
	for (int i = 1; address_line[i].type != ARGUMENT_NONE; i++)
		if (argument_is_option(&address_line[i], name))
			return i;
	return -1;
}

/* A length without its slash, another address, or a word like an option; then `ret_value` tells
 * that the next word is its value. */
static void unknown_option(struct reader *r, const struct token *token, bool *ret_value)
{
	struct arena *arena = &r->b->conf->arena;
	char *text = arena_copy(arena, token->text, strcspn(token->text, "/"));
	const char *similar = suggest_option(arena, address_line, token->text);
	const char *hint = "its options are dev, brd, label, scope, peer, preferred_lft and others";
	struct addr addr;
	int64_t bits;

	if (addr_parse(text, &addr))
		hint = "write one address on a line";
	else if (number_integer(token->text, &bits) == NUMBER_OK && bits >= 0 && bits <= 128)
		hint = arena_format(arena, "write `%.64s/%s`", r->node->words[0].text, token->text);
	else if (similar)
		hint = arena_format(arena, "did you mean `%s`?", similar);
	diag_error(r->b->conf, "unknown-option", &token->place, hint,
		   "`%.64s` is no option of an address: it is ignored", token->text);
	*ret_value = similar && address_line[option_find(similar)].type != ARGUMENT_MARK;
}

static void option_not_yet(struct reader *r, const struct token *token, int option)
{
	const struct argument *argument = &address_line[option];
	void **said = map_slot(&r->b->conf->not_yet_said, &argument, sizeof(argument));

	if (!*said && !r->b->is_later)
		diag_warning(r->b->conf, "not-yet", &token->place, NULL,
			     "`%.64s` has no effect in this release", token->text);
	*said = r->b->conf;
}

/* What stands behind the address. False: the address is left out. */
static bool options_read(struct reader *r)
{
	const struct node *node = r->node;

	for (unsigned i = 1; i < node->word_count; i++) {
		const struct token *token = &node->words[i];
		int option = option_find(token->text);
		bool is_mark = option >= 0 && address_line[option].type == ARGUMENT_MARK;

		if (option < 0) {
			bool has_value;

			unknown_option(r, token, &has_value);
			i += has_value;
			continue;
		}
		if (!is_mark && ++i >= node->word_count) {
			bad_address(r, "missing-value", token,
				    arena_format(&r->b->conf->arena, "write `%s %s`", token->text,
						 address_line[option].name),
				    "has no value behind it");
			return false;
		}
		if (address_line[option].flags & ARGUMENT_NOT_YET)
			option_not_yet(r, token, option);
		if (is_mark)
			r->address.marks |= 1u << ((unsigned)option - TAKERS - 1);
		else if (!takers[option - 1](r, &node->words[i]))
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

	if (addr_is_unspecified(addr) || addr_is_multicast(addr) || addr_is_loopback(addr) ||
	    (addr->family == ADDR_IPV4 && memcmp(addr->bytes, ones, sizeof(ones)) == 0)) {
		bad_address(r, "unusable-address", token, "write an address of one host",
			    "is not an address of one host");
		return false;
	}
	return true;
}

/* Adverts carry addresses of one family: the first one's. */
static bool family_fits(struct reader *r, const struct conf_addresses *list)
{
	if (r->excluded || !list->count ||
	    list->items[0].prefix.addr.family == r->address.prefix.addr.family)
		return true;
	bad_address(r, "mixed-families", &r->node->words[0],
		    "put it into virtual_ipaddress_excluded, or into an instance of its own",
		    r->address.prefix.addr.family == ADDR_IPV6 ?
			    "is IPv6 and the first address is IPv4" :
			    "is IPv4 and the first address is IPv6");
	return false;
}

static bool address_read(struct reader *r)
{
	const struct token *token = &r->node->words[0];

	r->address.place = token->place;
	if (!prefix_read(r, token, &r->address.prefix)) {
		bad_address(r, "not-an-address", token,
			    strchr(token->text, ',') ?
				    "write one address on a line, without commas" :
				    "write ADDRESS/LENGTH, as in 192.0.2.1/24",
			    "is not an address");
		return false;
	}
	r->address.has_length = strchr(token->text, '/') != NULL;
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

static void addresses_read(struct binder *b, const struct node *node, struct conf_addresses *list,
			   struct map *known, bool excluded)
{
	if (!known->arena)
		map_init(known, &b->conf->arena);
	for (const struct node *child = node->first; child; child = child->next) {
		struct reader r = { .b = b, .node = child, .excluded = excluded };

		if (child->silent || !child->word_count)
			continue;
		if (!address_read(&r) || !family_fits(&r, list)) {
			if (!excluded)
				b->instance->bad_address_count++;
		} else if (!address_is_known(&r, known)) {
			address_take(&r, list);
		}
	}
}

void bind_addresses(struct binder *b, const struct node *node, const struct value *values)
{
	addresses_read(b, node, &b->instance->advertised, &b->instance->addresses_known, false);
}

void bind_addresses_excluded(struct binder *b, const struct node *node, const struct value *values)
{
	addresses_read(b, node, &b->instance->excluded, &b->instance->addresses_known, true);
}

void bind_static_addresses(struct binder *b, const struct node *node, const struct value *values)
{
	struct conf_global *g = b->conf->global;

	addresses_read(b, node, &g->static_addresses, &g->static_addresses_known, true);
}

static void show_address(struct shower *s, const struct keyword *keyword,
			 const struct conf_address *a)
{
	struct shown_words w = { .count = 0 };
	char text[ADDR_TEXT_SIZE];

	shown_format(&w, "%s", prefix_print(&a->prefix, text, sizeof(text)));
	if (a->link) {
		shown_word(&w, "dev");
		shown_word(&w, a->link);
	}
	if (a->broadcast_mode) {
		shown_word(&w, "brd");
		shown_format(&w, "%s", a->broadcast_mode == 1 ?
					       addr_print(&a->broadcast, text, sizeof(text)) :
				       a->broadcast_mode == 2 ? "+" : "-");
	}
	if (a->label) {
		shown_word(&w, "label");
		shown_word(&w, a->label);
	}
	shown_word(&w, "scope");
	if (address_scope_name(a->scope))
		shown_word(&w, address_scope_name(a->scope));
	else
		shown_format(&w, "%u", a->scope);
	if (a->peer.addr.family != ADDR_NONE) {
		shown_word(&w, "peer");
		/* keepalived 2.2.7 does not take the length of a single address. */
		shown_format(&w, "%s",
			     a->peer.length == addr_bits(&a->peer.addr) ?
				     addr_print(&a->peer.addr, text, sizeof(text)) :
				     prefix_print(&a->peer, text, sizeof(text)));
	}
	if (a->has_lifetime) {
		shown_word(&w, "preferred_lft");
		if (a->preferred_lifetime_s == UINT32_MAX)
			shown_word(&w, "forever");
		else
			shown_format(&w, "%u", a->preferred_lifetime_s);
	}
	if (a->track_group) {
		shown_word(&w, "track_group");
		shown_word(&w, a->track_group);
	}
	for (unsigned i = 0; address_line[TAKERS + 1 + i].type != ARGUMENT_NONE; i++)
		if (a->marks & 1u << i)
			shown_word(&w, address_line[TAKERS + 1 + i].option);
	show_value(s, keyword, &w, CONF_WRITTEN, &a->place);
}

void show_addresses(struct shower *s, const struct keyword *keyword,
		    const struct conf_block *model)
{
	const struct conf_addresses *list =
		(const struct conf_addresses *)(const void *)((const char *)model + keyword->at);

	for (size_t i = 0; i < list->count; i++)
		show_address(s, keyword, &list->items[i]);
}
