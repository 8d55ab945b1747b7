/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of one instance mean beside each other: keepalived's defaults, an interval that
 * its version cannot carry, nopreempt on a server that is to be MASTER, and what strict mode takes
 * away. Whatever works only in a later release is checked like everything else, so that its
 * mistakes are found today. */
#include "conf/conf_private.h"
#include "conf/number.h"
#include "wire/advert.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define CENTISECOND_US INT64_C(10000)
#define PRIORITY_DEFAULT 100 /* RFC 3768 5.3.4 */

static void state_adjust(struct conf_instance *i, bool master)
{
	setting_adjust(&i->state, master);
	i->state.text = master ? "MASTER" : "BACKUP";
}

/* What strict mode wants; said when something else was written. */
static void strict_number(struct conf *conf, struct setting *setting, const char *name,
			  int64_t number)
{
	if (setting->number == number)
		return;
	if (setting->set)
		diag_warning(conf, "strict-cleared", setting->place, "take one of the two away",
			     "%s does not go with strict mode: it is ignored", name);
	setting_adjust(setting, number);
}

static void required(struct conf *conf, struct conf_instance *i)
{
	if (!i->link.set && !i->block.broken && !i->peers_place)
		block_break(conf, &i->block, "missing-interface", &i->block.place,
			    "write `interface NAME`", "interface is not set");
	if (!i->vrid.set && !block_is_wrong(&i->block))
		block_break(conf, &i->block, "missing-vrid", &i->block.place,
			    "write `virtual_router_id 1..255`, the same on all its servers",
			    "virtual_router_id is not set");
}

/* keepalived: IPv6 is version 3, also where global_defs says 2. */
static void version(struct conf *conf, struct conf_instance *i)
{
	bool ipv6 = i->family == ADDR_IPV6;

	if (ipv6 && i->strict.number)
		strict_number(conf, &i->version, "version 2 with IPv6", 3);
	if (ipv6 && !i->version.set && i->version.number != 3)
		setting_adjust(&i->version, 3);
	if (ipv6 && i->version.number != 3)
		block_break(conf, &i->block, "ipv6-needs-version-3", i->version.place,
			    "write `version 3`", "IPv6 addresses need VRRP version 3");
}

/* RFC 3768 5.3.7: whole seconds in one octet. RFC 5798 5.2.7: centiseconds in twelve bits. Rounded
 * as keepalived does, and never to 0. */
static void interval(struct conf *conf, struct conf_instance *i)
{
	bool v2 = i->version.number == 2;
	int64_t unit_us = v2 ? SECOND_US : CENTISECOND_US, most = v2 ? 255 : 4095;
	int64_t units = (i->advert_interval.number + unit_us / 2) / unit_us;
	char text[32], used[32];

	units = units < 1 ? 1 : units > most ? most : units;
	if (i->advert_interval.number == units * unit_us)
		return;
	number_seconds_print(units * unit_us, used);
	if (i->advert_interval.set && v2)
		diag_warning(conf, "interval-rounded", i->advert_interval.place,
			     "all servers of a version 2 instance must use the same whole seconds",
			     "advert_int %s is rounded to %s: version 2 has whole seconds",
			     number_seconds_print(i->advert_interval.number, text), used);
	else if (i->advert_interval.set)
		diag_warning(conf, "interval-rounded", i->advert_interval.place,
			     "write hundredths of a second, 40.95 at most",
			     "advert_int %s becomes %s: version 3 has 0.01 to 40.95 seconds",
			     number_seconds_print(i->advert_interval.number, text), used);
	setting_adjust(&i->advert_interval, units * unit_us);
}

static void authentication_forget(struct conf *conf, struct conf_instance *i, const char *code,
				  const char *why)
{
	diag_warning(conf, code, i->auth_type.place, "take `authentication` away",
		     "%s: it is ignored", why);
	setting_clear(&i->auth_type);
	setting_clear(&i->auth_pass);
}

/* keepalived wants to have heard the master's sequence number before it takes over. */
static void authentication_header(struct conf *conf, struct conf_instance *i)
{
	i->authentication = ADVERT_AUTH_AH;
	diag_warning(conf, "weak-authentication", i->auth_type.place,
		     "write `auth_hmac { … }` in its place, on all servers at once",
		     "auth_type AH is HMAC-MD5 with a key of eight octets");
	if (!i->state.number || i->priority.number == ADVERT_PRIORITY_OWNER)
		return;
	diag_warning(conf, "state-cleared", i->state.place ? i->state.place : i->auth_type.place,
		     "write `state BACKUP`",
		     "state MASTER does not go with auth_type AH: BACKUP is used");
	state_adjust(i, false);
}

static void authentication(struct conf *conf, struct conf_instance *i)
{
	bool has_password = i->auth_pass.set && *i->auth_pass.text;

	i->authentication = ADVERT_AUTH_NONE;
	if (!i->auth_type.set && i->auth_pass.set)
		diag_warning(conf, "no-auth-type", i->auth_pass.place, "write `auth_type PASS`",
			     "auth_pass without auth_type: adverts go without authentication");
	if (!i->auth_type.set)
		return;
	if (i->strict.number)
		authentication_forget(conf, i, "strict-cleared",
				      "strict mode does not go with authentication");
	else if (i->version.number == 3)
		authentication_forget(conf, i, "no-authentication",
				      "VRRP version 3 has no authentication");
	else if (i->auth_hmac.count)
		authentication_forget(conf, i, "no-authentication",
				      "authentication does not go with auth_hmac");
	else if (!has_password)
		diag_warning(conf, "no-password", i->auth_type.place, "write `auth_pass`",
			     "auth_type without auth_pass: adverts go without authentication");
	else if (i->auth_type.number == 1)
		authentication_header(conf, i);
	else
		i->authentication = ADVERT_AUTH_PASS;
}

static void preemption(struct conf *conf, struct conf_instance *i)
{
	if (!i->preempt.number && i->priority.number == ADVERT_PRIORITY_OWNER) {
		diag_warning(conf, "nopreempt-cleared", i->preempt.place, NULL,
			     "nopreempt does not go with priority 255: it is ignored");
		setting_adjust(&i->preempt, true);
	}
	if (!i->preempt.number && i->state.number) {
		diag_warning(conf, "nopreempt-cleared", i->preempt.place,
			     "write `state BACKUP` on all servers",
			     "nopreempt does not go with state MASTER: it is ignored");
		setting_adjust(&i->preempt, true);
	}
	if (i->preempt_delay.number && i->state.number) {
		diag_warning(conf, "preempt-delay-cleared", i->preempt_delay.place,
			     "write `state BACKUP` on all servers",
			     "preempt_delay does not go with state MASTER: it is ignored");
		setting_adjust(&i->preempt_delay, 0);
	}
	if (i->preempt_delay.number && i->strict.number)
		strict_number(conf, &i->preempt_delay, "preempt_delay", 0);
	if (i->preempt_delay.number && !i->preempt.number) {
		diag_warning(conf, "preempt-delay-cleared", i->preempt_delay.place, NULL,
			     "preempt_delay does not go with nopreempt: it is ignored");
		setting_adjust(&i->preempt_delay, 0);
	}
}

static void priority(struct conf *conf, struct conf_instance *i)
{
	bool owner;

	if (!i->priority.set && i->state.number)
		diag_hint(conf, "priority-owner", &i->block.place,
			  "write `priority 200`, say, unless the server itself owns the addresses",
			  "%s: state MASTER without priority means 255, the owner of the addresses",
			  i->block.name);
	if (!i->state.set) {
		i->state.number = i->priority.number == ADVERT_PRIORITY_OWNER;
		i->state.text = i->state.number ? "MASTER" : "BACKUP";
	}
	setting_default(&i->priority, i->state.number ? ADVERT_PRIORITY_OWNER : PRIORITY_DEFAULT);
	owner = i->priority.number == ADVERT_PRIORITY_OWNER;
	if (!i->strict.number || (bool)i->state.number == owner)
		return;
	diag_warning(conf, "strict-cleared", i->state.place,
		     "in strict mode priority 255 and state MASTER are one",
		     "state %s does not go with priority %" PRId64 " in strict mode: %s is used",
		     i->state.text, i->priority.number, owner ? "MASTER" : "BACKUP");
	state_adjust(i, owner);
}

/* An advert counts them in one octet, and has to fit into a packet; what is too much still moves
 * with the instance. */
static void move_surplus(struct conf *conf, struct conf_instance *i)
{
	struct conf_addresses *from = &i->advertised, *to = &i->excluded;
	const size_t most = i->family == ADDR_IPV6 ? LIMIT_ADVERT_ADDRESSES6 :
						     LIMIT_ADVERT_ADDRESSES;

	if (from->count <= most)
		return;
	diag_warning(conf, "addresses-moved", &from->items[most].place,
		     "put them into virtual_ipaddress_excluded on all servers",
		     "%s: an advert names %zu addresses at most: the rest counts as excluded",
		     i->block.name, most);
	for (size_t at = most; at < from->count; at++) {
		to->items = arena_grow(&conf->arena, to->items, sizeof(*to->items), to->count,
				       &to->room);
		to->items[to->count++] = from->items[at];
	}
	from->count = most;
}

/* keepalived deprecates addresses of one host, so that nobody uses them as a source unasked. */
static void lifetimes(struct conf_addresses *list)
{
	for (size_t at = 0; at < list->count; at++) {
		struct conf_address *a = &list->items[at];

		if (a->prefix.addr.family != ADDR_IPV6 || a->has_lifetime)
			continue;
		a->has_lifetime = true;
		a->preferred_lifetime_s = a->prefix.length == 128 ? 0 : UINT32_MAX;
	}
}

/* RFC 5798 5.2.9: the first one of IPv6 is link-local. */
static void first_address(struct conf *conf, const struct conf_instance *i)
{
	const struct conf_address *a = &i->advertised.items[0];
	const uint8_t *octets = a->prefix.addr.bytes;

	if (i->family != ADDR_IPV6 || i->is_unicast || (octets[0] == 0xfe && octets[1] >> 6 == 2))
		return;
	if (i->strict.number)
		diag_warning(conf, "not-link-local", &a->place, "write one of fe80::/64 first",
			     "the first IPv6 address must be link-local");
	else
		diag_hint(conf, "not-link-local", &a->place, "write one of fe80::/64 first",
			  "the first IPv6 address should be link-local");
}

static void no_address(struct conf *conf, struct conf_instance *i)
{
	if (i->bad_address_count)
		block_break(conf, &i->block, "no-good-address", &i->block.place,
			    "correct one of them", "none of its addresses can be used");
	else if (i->no_virtual_ipaddress.number)
		return;
	else if (i->version.number == 3 || i->strict.number)
		block_break(conf, &i->block, "no-address", &i->block.place,
			    i->strict.number ? "write `virtual_ipaddress { … }`" :
					       "write `virtual_ipaddress { … }`, or "
					       "`no_virtual_ipaddress`",
			    "%s needs an address",
			    i->strict.number ? "strict mode" : "VRRP version 3");
	else
		diag_warning(conf, "no-address", &i->block.place, "write `virtual_ipaddress { … }`",
			     "%s has no address to hold", i->block.name);
}

static void addresses(struct conf *conf, struct conf_instance *i)
{
	move_surplus(conf, i);
	lifetimes(&i->advertised);
	lifetimes(&i->excluded);
	if (i->strict.number)
		strict_number(conf, &i->no_virtual_ipaddress, "no_virtual_ipaddress", 0);
	if (block_is_wrong(&i->block))
		return;
	if (i->advertised.count)
		first_address(conf, i);
	else
		no_address(conf, i);
}

static void announcements(struct conf *conf, struct conf_instance *i)
{
	const struct conf_global *g = conf->global;

	/* Of global_defs, not of the instance: as in keepalived. */
	setting_default(&i->garp_lower_prio_delay, g->garp_delay.number);
	setting_default(&i->garp_lower_prio_repeat, g->garp_repeat.number);
	if (i->strict.number) {
		strict_number(conf, &i->garp_lower_prio_delay, "garp_lower_prio_delay", 0);
		strict_number(conf, &i->garp_lower_prio_repeat, "garp_lower_prio_repeat", 0);
	}
	if (i->garp_extra_all.set && !i->garp_extra_if.set) {
		diag_error(conf, "missing-argument", i->garp_extra_all.place,
			   "write `garp_extra_if all SECONDS`",
			   "garp_extra_if has no time: it is ignored");
		setting_clear(&i->garp_extra_all);
	}
	if (!i->garp_extra_if.set) {
		setting_inherit(&i->garp_extra_if, &g->vrrp.garp_extra_if);
		setting_inherit(&i->garp_extra_all, &g->vrrp.garp_extra_all);
	}
}

/* A firewall does that, which is not here yet. */
static void strict_packets(struct conf *conf, const struct conf_instance *i)
{
	const struct keyword *keyword = keyword_find(&conf->keywords, BLOCK_VRRP_INSTANCE,
						     "no_accept");
	void **said = map_slot(&conf->not_yet_said, &keyword, sizeof(keyword));

	if (!i->strict.number || i->accept.number || *said)
		return;
	diag_warning(conf, "not-yet", i->strict.place ? i->strict.place : &i->block.place, NULL,
		     "strict mode does not drop packets to the addresses in this release");
	*said = conf;
}

static void timer_expired(struct conf *conf, struct conf_instance *i)
{
	if (!i->timer_expired_backup.set || !i->preempt.number)
		return;
	diag_warning(conf, "needs-nopreempt", i->timer_expired_backup.place, "write `nopreempt`",
		     "timer_expired_backup goes with nopreempt only: it is ignored");
	setting_clear(&i->timer_expired_backup);
}

static void manners(struct conf *conf, struct conf_instance *i)
{
	bool owner = i->priority.number == ADVERT_PRIORITY_OWNER, strict = i->strict.number;

	if (strict) {
		strict_number(conf, &i->down_timer_adverts, "down_timer_adverts", 3);
		strict_number(conf, &i->lower_prio_no_advert, "lower_prio_no_advert no", 1);
		strict_number(conf, &i->higher_prio_send_advert, "higher_prio_send_advert", 0);
	}
	if (strict && owner)
		strict_number(conf, &i->owner_ignore_adverts, "owner_ignore_adverts no", 1);
	setting_default(&i->accept, owner || !strict);
	if (strict && i->accept.number && !owner && i->version.number == 2)
		strict_number(conf, &i->accept, "accept", 0);
	strict_packets(conf, i);
	timer_expired(conf, i);
	if (!conf->global->mail.alert_vrrp.set && conf->global->mail.alert.set)
		setting_inherit(&i->smtp_alert, &conf->global->mail.alert);
}

/* What it was given and must not run without, in the order of the table, however it was written. */
static void vital(struct conf *conf, struct conf_instance *i)
{
	const struct block_rows *rows = &conf->keywords.blocks[BLOCK_VRRP_INSTANCE];

	for (size_t r = 0; r < rows->count; r++) {
		const struct keyword *k = rows->rows[r];
		const struct place *place = NULL;

		if (k->fate != FATE_NOT_YET || !(k->flags & KEYWORD_VITAL))
			continue;
		if (k->opens == BLOCK_NONE)
			place = model_setting(&i->block, k->at)->place;
		else if (model_list(&i->block, k->at)->count)
			place = &model_list(&i->block, k->at)->items[0]->place;
		if (place)
			block_break_later(conf, &i->block, place, k->hint,
					  "`%s` comes in a later release", k->name);
	}
}

void validate_instance(struct conf *conf, struct conf_instance *i)
{
	validate_inherited(conf, &i->block);
	required(conf, i);
	validate_family(conf, i);
	version(conf, i);
	priority(conf, i);
	interval(conf, i);
	preemption(conf, i);
	authentication(conf, i);
	validate_hmac(conf, i);
	validate_source(conf, i);
	validate_own_links(conf, i);
	vital(conf, i);
	announcements(conf, i);
	manners(conf, i);
	addresses(conf, i);
	validate_routes(conf, &i->routes, false);
	validate_rules(conf, &i->rules, false);
}
