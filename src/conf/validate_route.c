/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes and rules: words with a form of their own, options that go with one family only, and what
 * keepalived does to a line that it cannot track. Whether a table or an interface is there is the
 * kernel's to say, when the route is set. */
#include "conf/conf_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PROTOCOL_KEEPALIVED 18
#define RULE_PREFERENCE 16384 /* where keepalived begins, downwards */

/* A line that is being looked at: the first mistake takes it away. */
struct line {
	struct conf *conf;
	struct conf_block *block;
	uint8_t family; /* enum addr_family, as far as it is known */
};

static void bad(struct line *l, const char *code, const struct setting *setting, const char *hint,
		const char *what)
{
	if (!l->block->broken)
		block_break(l->conf, l->block, code,
			    setting && setting->place ? setting->place : &l->block->place, hint,
			    "%s", what);
}

static void family_is(struct line *l, uint8_t family, const struct setting *setting,
		      const char *what)
{
	if (!l->family)
		l->family = family;
	else if (l->family != family)
		bad(l, "mixed-families", setting, "write addresses of one family", what);
}

static void address_family(struct line *l, const struct setting *setting)
{
	if (setting->prefix)
		family_is(l, setting->prefix->addr.family, setting, "it mixes IPv4 and IPv6");
}

/* `inet`, `inet6`. */
static void word_family(struct line *l, const struct setting *setting)
{
	if (setting->set)
		family_is(l, setting->number ? ADDR_IPV6 : ADDR_IPV4, setting,
			  "it mixes IPv4 and IPv6");
}

static void only(struct line *l, const struct setting *setting, uint8_t family)
{
	if (setting->set)
		family_is(l, family, setting,
			  family == ADDR_IPV4 ? "it has an option that only IPv4 knows" :
						"it has an option that only IPv6 knows");
}

/* A number in 0..most up to one of `ends`; returns behind it, or NULL. */
static const char *number_read(const char *text, uint64_t most, const char *ends,
			       uint64_t *ret_number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	*ret_number = strtoull(text, &end, 0);
	return *ret_number <= most && (!*end || strchr(ends, *end)) ? end : NULL;
}

/* NUMBER, or with a second one behind `separator`. */
static bool is_pair(const char *text, uint64_t most, const char *separator, bool must, bool rises)
{
	uint64_t first, second;

	text = number_read(text, most, separator, &first);
	if (!text || !*text)
		return text && !must;
	text = number_read(text + 1, most, "", &second);
	return text && (!rises || first <= second);
}

static void pair(struct line *l, const struct setting *setting, uint64_t most,
		 const char *separator, bool must, const char *hint)
{
	if (setting->set &&
	    !is_pair(setting->text, most, separator, must, *separator == '-'))
		bad(l, "bad-number", setting, hint, "one of its numbers is none");
}

/* Numbers up to 255, or names of iproute2's table. */
static void realms(struct line *l, const struct setting *setting)
{
	const char *text = setting->text;
	uint64_t number;

	if (!setting->set)
		return;
	only(l, setting, ADDR_IPV4);
	for (unsigned part = 0; part < 2; part++) {
		size_t length = strcspn(text, "/");
		bool digit = *text >= '0' && *text <= '9';

		if (!length || (digit && !number_read(text, 255, "/", &number)))
			break;
		if (!text[length])
			return;
		text += length + 1;
	}
	bad(l, "bad-number", setting, "write `realms 1/2`, up to 255, or names",
	    "its realms are none");
}

/* A number, with s or ms behind it. */
static void time_check(struct line *l, const struct setting *setting)
{
	static const char *const units[] = { "", "s", "sec", "secs", "ms", "msec", "msecs" };
	char *end = NULL;
	double value;

	if (!setting->set)
		return;
	value = strtod(setting->text, &end);
	for (size_t u = 0; end != setting->text && u < sizeof(units) / sizeof(units[0]); u++)
		if (strcasecmp(end, units[u]) == 0 && value >= 0 && value < 4294967)
			return;
	bad(l, "bad-number", setting, "write a number with s or ms behind it, as 100ms",
	    "one of its times is none");
}

static bool is_labels(const char *text)
{
	uint64_t label;

	do
		text = number_read(text, (1 << 20) - 1, "/", &label);
	while (text && *text++);
	return text;
}

static bool is_locator(const char *text)
{
	unsigned parts = 0;

	for (;;) {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");

		if (digits < 1 || digits > 4)
			return false;
		parts++;
		text += digits;
		if (!*text)
			return parts == 4;
		if (*text++ != ':')
			return false;
	}
}

static void tunnel(struct line *l, const struct conf_list *list, uint8_t family)
{
	for (size_t at = 0; at < list->count; at++) {
		const struct conf_tunnel *t = (struct conf_tunnel *)list->items[at];
		const struct setting *ends[] = { &t->destination, &t->source };

		pair(l, &t->id, UINT64_MAX, "", false, "write a number");
		for (size_t e = 0; e < 2; e++)
			if (ends[e]->prefix && ends[e]->prefix->addr.family != family)
				bad(l, "mixed-families", ends[e], "write `encap ip6` for IPv6",
				    "its tunnel is of another family");
		if (!t->destination.set && !t->id.set)
			bad(l, "missing-value", NULL, "write `dst ADDRESS` or `id NUMBER`",
			    "its tunnel leads nowhere");
	}
}

static void encap(struct line *l, const struct conf_list *list)
{
	for (size_t at = 0; at < list->count; at++) {
		const struct conf_encap *e = (struct conf_encap *)list->items[at];
		size_t kinds = (size_t)e->mpls.set + e->ila.set + e->ip.count + e->ip6.count;

		if (kinds != 1)
			bad(l, "missing-value", NULL, "write `encap mpls|ip|ip6|ila …`",
			    kinds ? "its encap has several types" : "its encap has no type");
		if (e->mpls.set && !is_labels(e->mpls.text))
			bad(l, "bad-number", &e->mpls, "write labels as 100/200",
			    "its labels are none");
		if (e->ila.set && !is_locator(e->ila.text))
			bad(l, "bad-number", &e->ila, "write a locator as 1:2:3:4",
			    "its locator is none");
		tunnel(l, &e->ip, ADDR_IPV4);
		tunnel(l, &e->ip6, ADDR_IPV6);
	}
	if (list->count > 1)
		bad(l, "written-twice", NULL, "take one of the two away", "it has encap twice");
}

static void next_hops(struct line *l, const struct conf_route *r)
{
	for (size_t at = 0; at < r->next_hops.count; at++) {
		const struct conf_next_hop *hop = (struct conf_next_hop *)r->next_hops.items[at];

		address_family(l, &hop->via);
		realms(l, &hop->realms);
		encap(l, &hop->encap);
	}
	if (r->next_hops.count && r->or_via.set)
		bad(l, "or-with-nexthop", &r->or_via, "write `nexthop via ADDRESS` for both",
		    "`or` does not go with `nexthop`");
	if (r->next_hops.count > LIMIT_ROUTE_HOPS)
		bad(l, "too-many", NULL, NULL, "it has more than 32 next hops");
}

static void route_families(struct line *l, const struct conf_route *r)
{
	word_family(l, &r->family);
	address_family(l, &r->destination);
	address_family(l, &r->source);
	address_family(l, &r->via);
	address_family(l, &r->or_via);
	only(l, &r->from, ADDR_IPV6);
	only(l, &r->expires, ADDR_IPV6);
	only(l, &r->pref, ADDR_IPV6);
}

/* Tracking goes by the protocol; keepalived resets any other. */
static void protocol(struct line *l, struct setting *setting, bool is_tracked)
{
	bool is_ours = setting->number == PROTOCOL_KEEPALIVED ||
		       (setting->text && strcmp(setting->text, "keepalived") == 0);

	if (!is_tracked || is_ours)
		return;
	if (setting->set)
		diag_warning(l->conf, "protocol-reset", setting->place, "write `no_track`",
			     "only protocol 18 can be tracked: it is used in place of %s",
			     setting->text);
	setting->origin = setting->set ? CONF_ADJUSTED : CONF_DEFAULT;
	setting->number = PROTOCOL_KEEPALIVED;
	setting->text = "18";
}

static void track_group(struct line *l, struct setting *group, bool is_static, bool has_link,
			const char *option)
{
	if (!group->set)
		return;
	if (!is_static)
		bad(l, "unknown-option", group, "take it away: the instance itself depends on it",
		    "track_group is for static ones only");
	else if (!has_link)
		diag_error(l->conf, "missing-value", group->place,
			   arena_format(&l->conf->arena, "write `%s INTERFACE`", option),
			   "track_group needs an interface: it is ignored");
	if (!has_link)
		setting_clear(group);
}

static void route(struct conf *conf, struct conf_route *r, bool is_static)
{
	struct line l = { .conf = conf, .block = &r->block };

	if (!r->destination.set)
		bad(&l, "missing-destination", NULL, "write `ADDRESS/LENGTH` or `default` first",
		    "it has no destination");
	route_families(&l, r);
	realms(&l, &r->realms);
	time_check(&l, &r->rtt);
	time_check(&l, &r->rttvar);
	time_check(&l, &r->rto_min);
	if (r->pref.set && r->pref.number < 0 && strcmp(r->pref.text, "low") != 0 &&
	    strcmp(r->pref.text, "medium") != 0 && strcmp(r->pref.text, "high") != 0)
		bad(&l, "bad-choice", &r->pref, "write low, medium or high", "its pref is none");
	encap(&l, &r->encap);
	next_hops(&l, r);
	track_group(&l, &r->track_group, is_static, r->link.set, "dev");
	protocol(&l, &r->protocol, !r->no_track.number);
	if (r->block.broken || r->no_track.number || r->link.set)
		return;
	diag_hint(conf, "not-tracked", &r->block.place, "write `dev INTERFACE`, or `no_track`",
		  "a route without an interface is not tracked");
	setting_adjust(&r->no_track, 1);
}

void validate_routes(struct conf *conf, const struct conf_list *routes, bool is_static)
{
	for (size_t at = 0; at < routes->count; at++)
		if (!routes->items[at]->broken)
			route(conf, (struct conf_route *)routes->items[at], is_static);
}

static void action(struct line *l, const struct conf_rule *r)
{
	int count = r->table.set + r->action.set + r->goto_rule.set + r->l3mdev.set;
	bool table_option = r->realms.set || r->suppress_prefix.set || r->suppress_group.set;

	if (count != 1)
		bad(l, count ? "too-many" : "missing-value", NULL,
		    "write one of: table NAME, goto NUMBER, l3mdev, blackhole, unreachable, "
		    "prohibit, nop",
		    count ? "it has more than one action" : "it has no action");
	if (table_option && !r->table.set && !r->l3mdev.number)
		bad(l, "needs-table", NULL, "write `table NAME`",
		    "realms and suppress_… go with a table only");
	if (r->goto_rule.set && !r->preference.set)
		bad(l, "missing-value", &r->goto_rule, "write `preference NUMBER`",
		    "goto needs a preference");
	else if (r->goto_rule.set && r->preference.number >= r->goto_rule.number)
		bad(l, "goto-backwards", &r->goto_rule, "write a greater number behind `goto`",
		    "goto leads forwards only");
}

static void preference(struct line *l, struct conf_rule *r)
{
	if (l->block->broken || r->preference.set)
		return;
	setting_adjust(&r->preference,
		       RULE_PREFERENCE - l->conf->unordered_rules[l->family == ADDR_IPV6]++);
	diag_warning(l->conf, "no-preference", &l->block->place, "write `preference NUMBER`",
		     "a rule without preference: %" PRId64 " is used", r->preference.number);
}

static void rule(struct conf *conf, struct conf_rule *r, bool is_static)
{
	struct line l = { .conf = conf, .block = &r->block };

	word_family(&l, &r->family);
	address_family(&l, &r->from);
	address_family(&l, &r->to);
	realms(&l, &r->realms);
	pair(&l, &r->fwmark, UINT32_MAX, "/", false, "write MARK or MARK/MASK, as 0x10/0xff");
	pair(&l, &r->uid_range, UINT32_MAX, "-", true, "write UID-UID, as 1000-1999");
	pair(&l, &r->sport, UINT16_MAX, "-", false, "write PORT or PORT-PORT");
	pair(&l, &r->dport, UINT16_MAX, "-", false, "write PORT or PORT-PORT");
	pair(&l, &r->tunnel_id, UINT64_MAX, "", false, "write a number");
	action(&l, r);
	track_group(&l, &r->track_group, is_static, r->iif.set, "iif");
	if (!r->no_track.number && r->protocol.set && r->protocol.number != PROTOCOL_KEEPALIVED)
		protocol(&l, &r->protocol, true);
	else if (!r->no_track.number)
		setting_default(&r->protocol, PROTOCOL_KEEPALIVED);
	preference(&l, r);
}

void validate_rules(struct conf *conf, const struct conf_list *rules, bool is_static)
{
	for (size_t at = 0; at < rules->count; at++)
		if (!rules->items[at]->broken)
			rule(conf, (struct conf_rule *)rules->items[at], is_static);
}
