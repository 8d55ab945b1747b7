/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the settings of load balancing mean beside each other, with keepalived's defaults: which
 * group a service names, which port and which family its servers have, whether the quorum can be
 * reached. A server that cannot be used is left out, and a service that has none. Ports and weights
 * that keepalived would set differently are set so here, and said; what comes from the block around
 * is marked so. Groups come first: services refer to them. */
#include "conf/conf_private.h"
#include "conf/number.h"

#include <inttypes.h>
#include <string.h>

struct services {
	struct conf *conf;
	struct map known; /* what is balanced → the service that has it */
};

static struct conf_server_group *group_of(const struct conf_virtual_server *s)
{
	return s->group.set ? (struct conf_server_group *)(uintptr_t)s->group.target : NULL;
}

static bool is_by_address(const struct conf_virtual_server *s)
{
	const struct conf_server_group *group = group_of(s);

	return s->address.set || (group && group->has_addresses);
}

static bool has_marks(const struct conf_virtual_server *s)
{
	const struct conf_server_group *group = group_of(s);

	return s->mark.set || (group && group->has_marks);
}

static const char *family_name(uint8_t family)
{
	return family == ADDR_IPV6 ? "IPv6" : "IPv4";
}

static void forwarding_inherit(struct conf_forwarding *to, const struct conf_forwarding *from)
{
	if (to->method.origin != CONF_DEFAULT)
		return;
	setting_inherit(&to->method, &from->method);
	setting_inherit(&to->tunnel, &from->tunnel);
	setting_inherit(&to->port, &from->port);
	setting_inherit(&to->no_checksum, &from->no_checksum);
	setting_inherit(&to->checksum, &from->checksum);
	setting_inherit(&to->remote_checksum, &from->remote_checksum);
}

/* What is wrong with the options of a tunnel; NULL: nothing. */
static const char *tunnel_wrong(const struct conf_forwarding *f, const struct place **ret_place)
{
	const struct setting *checksum = f->remote_checksum.set ? &f->remote_checksum :
								  &f->checksum;

	*ret_place = f->port.set ? f->port.place : f->tunnel.place;
	if (f->tunnel.number == TUNNEL_GUE && !f->port.set)
		return "a gue tunnel needs a port";
	if (f->tunnel.number != TUNNEL_GUE && f->port.set)
		return "only a gue tunnel has a port";
	*ret_place = checksum->place;
	if (f->tunnel.number == TUNNEL_IPIP && checksum->set)
		return "an ipip tunnel has no checksum";
	if (f->tunnel.number == TUNNEL_GRE && f->remote_checksum.set)
		return "a gre tunnel has no remote checksum";
	return NULL;
}

/* As in keepalived a mistake in the options leaves the method as it is, with a plain tunnel. */
static void forwarding(struct conf *conf, struct conf_forwarding *f)
{
	const struct place *place;
	const char *wrong;

	if (f->method.origin != CONF_WRITTEN)
		return;
	wrong = tunnel_wrong(f, &place);
	if (wrong)
		diag_error(conf, "bad-tunnel", place,
			   "write `TUN type gue port PORT`, or `TUN type gre csum`",
			   "%s: the options of the tunnel are ignored", wrong);
	if (!wrong && f->method.number == FORWARDING_TUN)
		return;
	setting_clear(&f->tunnel);
	setting_clear(&f->port);
	setting_clear(&f->no_checksum);
	setting_clear(&f->checksum);
	setting_clear(&f->remote_checksum);
}

/* All bits behind `length` set. False: one of them was set already. */
static bool network_end(const struct addr *first, unsigned length, struct addr *ret_last)
{
	*ret_last = *first;
	for (unsigned bit = length; bit < addr_bits(first); bit++) {
		uint8_t mask = (uint8_t)(0x80u >> bit % 8);

		if (first->bytes[bit / 8] & mask)
			return false;
		ret_last->bytes[bit / 8] |= mask;
	}
	return true;
}

/* The last number of a range: 192.0.2.1-9 has an octet, 2001:db8::1-ff sixteen bits. */
static bool last_part(const char *text, struct addr *last)
{
	unsigned base = last->family == ADDR_IPV4 ? 10 : 16, number = 0;

	if (!*text || strlen(text) > 4)
		return false;
	for (; *text; text++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *digit = strchr(digits, *text);
		unsigned value;

		if (!digit)
			return false;
		value = (unsigned)(digit - digits);
		value -= value >= 16 ? 6 : 0;
		if (value >= base)
			return false;
		number = number * base + value;
	}
	if (last->family == ADDR_IPV4) {
		last->bytes[3] = (uint8_t)number;
		return number <= 255;
	}
	last->bytes[14] = (uint8_t)(number >> 8);
	last->bytes[15] = (uint8_t)number;
	return true;
}

/* What is wrong with ADDRESS, ADDRESS-LAST or ADDRESS/LENGTH; NULL: nothing. */
static const char *range_parse(const char *text, struct addr *ret_first, struct addr *ret_last)
{
	size_t length = strcspn(text, "-/");
	const char *rest = text + length;
	char address[ADDR_TEXT_SIZE];
	int64_t bits;

	if (length >= sizeof(address))
		return "is no address";
	memcpy(address, text, length);
	address[length] = '\0';
	if (!addr_parse(address, ret_first))
		return "is no address";
	*ret_last = *ret_first;
	if (*rest == '/') {
		if (number_integer(rest + 1, &bits) != NUMBER_OK || bits < 1 ||
		    bits > addr_bits(ret_first))
			return "has no length";
		return network_end(ret_first, (unsigned)bits, ret_last) ?
			       NULL :
			       "has bits behind its length";
	}
	if (*rest == '\0')
		return NULL;
	if (!addr_parse(rest + 1, ret_last) && !last_part(rest + 1, ret_last))
		return "is no range";
	if (ret_first->family != ret_last->family)
		return "is no range";
	return addr_compare(ret_first, ret_last) > 0 ? "ends before it begins" : NULL;
}

static void group_line(struct conf *conf, struct conf_server_group *g, struct conf_server_line *l)
{
	const char *wrong = NULL;

	if (l->block.broken)
		return;
	if (l->addresses.set == l->mark.set)
		wrong = l->mark.set ? "has an address and a mark" : "has no address and no mark";
	else if (l->addresses.set)
		wrong = range_parse(l->addresses.text, &l->first, &l->last);
	if (wrong) {
		l->block.broken = wrong;
		diag_error(conf, "not-an-address", &l->block.place,
			   "write ADDRESS[-LAST|/LENGTH] [PORT], as 192.0.2.1-9 80, or fwmark MARK",
			   "`%.64s` %s: the line is left out", l->block.name, wrong);
		return;
	}
	g->has_ipv4 |= l->first.family == ADDR_IPV4 || (l->mark.set && l->inet.set);
	g->has_ipv6 |= l->first.family == ADDR_IPV6 || (l->mark.set && l->inet6.set);
	g->has_addresses |= l->addresses.set;
	g->has_marks |= l->mark.set;
	g->has_all_ports |= l->addresses.set && !l->port.number;
}

static void group(struct conf *conf, struct conf_server_group *g)
{
	for (size_t i = 0; i < g->lines.count; i++)
		group_line(conf, g, (struct conf_server_line *)g->lines.items[i]);
	if (!g->block.broken && !g->has_addresses && !g->has_marks)
		block_break(conf, &g->block, "missing-block", &g->block.place,
			    "write a line `ADDRESS PORT`, or `fwmark MARK`",
			    "it has no address and no mark");
}

/* `virtual_server` takes one of three. */
static void service_header(struct conf *conf, struct conf_virtual_server *s)
{
	const struct conf_server_group *group = group_of(s);

	if (s->address.set + s->mark.set + s->group.set > 1)
		block_break(conf, &s->block, "extra-argument", &s->block.place,
			    "write `ADDRESS PORT`, `fwmark MARK` or `group NAME`",
			    "it has two of address, mark and group");
	/* The mistake is the group's, and has been said there. */
	else if (group && group->block.broken && !s->block.broken)
		s->block.broken = arena_format(&conf->arena, "its group is left out: %s",
					       group->block.broken);
}

/* The same service twice: both would change one service of the kernel. */
static void service_once(struct services *v, const struct conf_virtual_server *s)
{
	unsigned char key[sizeof(struct addr) + 3 * sizeof(int64_t)];
	const struct addr none = { .family = ADDR_NONE };
	int64_t numbers[3] = { s->port.number, s->mark.set ? s->mark.number : -1,
			       s->protocol.number };
	const struct conf_virtual_server **slot;

	if (s->block.broken || s->group.set)
		return;
	if (s->mark.set)
		numbers[2] = s->addr_family;
	memcpy(key, s->address.set ? &s->address.prefix->addr : &none, sizeof(none));
	memcpy(key + sizeof(none), numbers, sizeof(numbers));
	slot = (const struct conf_virtual_server **)(void *)map_slot(&v->known, key, sizeof(key));
	if (*slot)
		diag_warning(v->conf, "duplicate-server", &s->block.place,
			     "put all real servers into one of the two",
			     "virtual_server %s stands in %s already", s->block.name,
			     diag_line(v->conf, &(*slot)->block.place, &s->block.place));
	else
		*slot = s;
}

static bool granularity_fits(const struct setting *granularity, uint8_t family)
{
	struct addr mask;
	int64_t length;

	if (family == ADDR_IPV4)
		return addr_parse(granularity->text, &mask) && mask.family == ADDR_IPV4;
	return number_integer(granularity->text, &length) == NUMBER_OK && length >= 1 &&
	       length <= 128;
}

static void persistence(struct conf *conf, struct conf_virtual_server *s)
{
	struct setting *granularity = &s->persistence_granularity;
	const struct conf_server_group *group = group_of(s);
	uint8_t family = s->addr_family;

	if (granularity->set && family == ADDR_NONE)
		family = strchr(granularity->text, '.') ? ADDR_IPV4 : ADDR_IPV6;
	if (granularity->set && !granularity_fits(granularity, family)) {
		diag_error(conf, "bad-length", granularity->place,
			   family == ADDR_IPV4 ? "write a netmask, as 255.255.255.0" :
						 "write the length of a prefix in 1..128, as 64",
			   "persistence_granularity `%.64s` is none of %s: it is ignored",
			   granularity->text, family_name(family));
		setting_clear(granularity);
	}
	if (granularity->set) {
		/* A family that only this tells is the service's, as in keepalived. */
		if (!s->group.set)
			s->addr_family = family;
		setting_default(&s->persistence_timeout, PERSISTENCE_DEFAULT_S);
	}
	if (setting_has_value(&s->persistence_timeout) || s->block.broken)
		return;
	if ((s->address.set && !s->port.number) || (group && group->has_all_ports)) {
		diag_warning(conf, "port-needs-persistence", &s->block.place,
			     "write a port, or `persistence_timeout`",
			     "without a port a service is persistent: "
			     "persistence_timeout %d is used", PERSISTENCE_DEFAULT_S);
		setting_adjust(&s->persistence_timeout, PERSISTENCE_DEFAULT_S);
	}
}

static void service_family(struct conf *conf, struct conf_virtual_server *s)
{
	if (s->address.set && s->address.prefix)
		s->addr_family = s->address.prefix->addr.family;
	if (!s->family.set)
		return;
	if (s->addr_family == ADDR_NONE) {
		s->addr_family = s->family.number == FAMILY_INET6 ? ADDR_IPV6 : ADDR_IPV4;
	} else if ((s->addr_family == ADDR_IPV6) != (s->family.number == FAMILY_INET6)) {
		diag_error(conf, "mixed-families", s->family.place,
			   "take it away: the address tells",
			   "ip_family is not that of the address: it is ignored");
		setting_clear(&s->family);
	}
}

/* A setting that only goes with something that is not there. */
static void ignore(struct conf *conf, struct setting *setting, const char *hint, const char *why)
{
	if (!setting->set)
		return;
	diag_warning(conf, "no-use", setting->place, hint, "%s: it is ignored", why);
	setting_clear(setting);
}

/* What keepalived says, too, when it is not written. */
static void service_defaults(struct conf *conf, struct conf_virtual_server *s)
{
	if (!is_by_address(s)) {
		ignore(conf, &s->protocol, "take it away", "a mark knows no protocol");
	} else if (!s->protocol.set) {
		diag_warning(conf, "no-protocol", &s->block.place, "write `protocol TCP`, or UDP",
			     "virtual_server %s has no protocol: UDP is used", s->block.name);
		s->protocol.number = PROTOCOL_UDP;
		s->protocol.text = "UDP";
	}
	if (is_by_address(s) && s->protocol.number != PROTOCOL_UDP)
		ignore(conf, &s->one_packet, "take it away", "ops is for UDP and for marks");
	if (has_marks(s))
		ignore(conf, &s->ha_suspend, "take it away", "ha_suspend does not go with a mark");
	if (!s->scheduler.set)
		diag_hint(conf, "no-scheduler", &s->block.place, "write `lvs_sched wlc`",
			  "virtual_server %s has no lvs_sched: wlc is used", s->block.name);
	if (!s->forwarding.method.set)
		diag_hint(conf, "no-method", &s->block.place, "write `lvs_method NAT`",
			  "virtual_server %s has no lvs_method: NAT is used", s->block.name);
}

/* Only NAT can change ports; and what comes with a mark has any port. */
static void server_port(struct conf *conf, const struct conf_virtual_server *s,
			struct setting *port, const struct conf_forwarding *f,
			const char *what, const struct place *place)
{
	bool is_nat = f->method.number == FORWARDING_NAT;

	if (s->address.set && !port->number) {
		setting_default(port, s->port.number);
		port->number = s->port.number;
	} else if (s->address.set && !is_nat && port->number != s->port.number) {
		diag_warning(conf, "port-not-changed", place,
			     "write the port of the virtual server, or use NAT",
			     "%s has port %" PRId64 ": only NAT changes ports, %" PRId64 " is used",
			     what, port->number, s->port.number);
		setting_adjust(port, s->port.number);
	} else if (s->mark.set && !is_nat && port->number) {
		diag_warning(conf, "port-not-changed", place, "take the port away, or use NAT",
			     "%s has port %" PRId64 ": only NAT changes ports, it is ignored",
			     what, port->number);
		setting_adjust(port, 0);
	}
}

/* With a group only what is told to keepalived's user: which line has another port. */
static void server_port_of_group(struct conf *conf, const struct conf_virtual_server *s,
				 const struct conf_real_server *server)
{
	const struct conf_server_group *group = group_of(s);

	if (!group || !server->port.number || server->forwarding.method.number == FORWARDING_NAT)
		return;
	for (size_t i = 0; i < group->lines.count; i++) {
		const struct conf_server_line *l = (struct conf_server_line *)group->lines.items[i];

		if (l->block.broken || l->port.number == server->port.number)
			continue;
		diag_warning(conf, "port-not-changed", &server->block.place,
			     "write the port of the group, or use NAT",
			     "real_server %s has another port than `%.64s` of its group: "
			     "only NAT changes ports", server->block.name, l->block.name);
		return;
	}
}

/* Only a tunnel carries one family in the other. The first server tells the family of a mark. */
static void server_family(struct conf *conf, struct conf_virtual_server *s,
			  struct conf_real_server *server)
{
	uint8_t family;

	if (server->block.broken || server->forwarding.method.number == FORWARDING_TUN)
		return;
	family = server->address.prefix->addr.family;
	if (s->addr_family == ADDR_NONE)
		s->addr_family = family;
	if (s->addr_family != family)
		block_break(conf, &server->block, "mixed-families", &server->block.place,
			    "only with `lvs_method TUN` the families may differ",
			    "it is %s and the virtual server is %s", family_name(family),
			    family_name(s->addr_family));
}

static void server_once(struct conf *conf, struct map *known, struct conf_real_server *server)
{
	unsigned char key[sizeof(struct addr) + sizeof(int64_t)];
	struct conf_real_server **slot;

	if (server->block.broken)
		return;
	memcpy(key, &server->address.prefix->addr, sizeof(struct addr));
	memcpy(key + sizeof(struct addr), &server->port.number, sizeof(int64_t));
	slot = (struct conf_real_server **)(void *)map_slot(known, key, sizeof(key));
	if (*slot)
		block_break(conf, &server->block, "duplicate-name", &server->block.place,
			    arena_format(&conf->arena, "it stands in %s already",
					 diag_line(conf, &(*slot)->block.place,
						   &server->block.place)),
			    "the service has this server already");
	else
		*slot = server;
}

/* Who says nothing of mails asks the checkers' switch of global_defs, then the one for all. */
static void alerts(const struct conf *conf, struct setting *alert, bool by_default)
{
	const struct conf_mail *mail = &conf->global->mail;

	setting_inherit(alert, mail->alert_checker.set ? &mail->alert_checker : &mail->alert);
	setting_default(alert, by_default);
}

static void server(struct conf *conf, struct conf_virtual_server *s, struct map *known,
		   struct conf_real_server *server)
{
	int64_t port = server->port.number;

	inherit_outer(conf, &server->block, &s->block);
	alerts(conf, &server->smtp_alert, true);
	forwarding(conf, &server->forwarding);
	server_family(conf, s, server);
	server_port(conf, s, &server->port, &server->forwarding,
		    arena_format(&conf->arena, "real_server %s", server->block.name),
		    &server->block.place);
	server_port_of_group(conf, s, server);
	server_once(conf, known, server);
	if (server->lower_threshold.number > server->upper_threshold.number)
		diag_warning(conf, "thresholds-crossed", server->lower_threshold.place,
			     "write a larger uthreshold",
			     "lthreshold is above uthreshold: the kernel would refuse the server");
	validate_checkers(conf, s, server, port);
}

static void sorry_server_clear(struct conf_virtual_server *s)
{
	setting_clear(&s->sorry_address);
	setting_clear(&s->sorry_port);
	setting_clear(&s->sorry_inhibit);
	s->sorry_forwarding = (struct conf_forwarding){ .method = { .place = NULL } };
}

static void sorry_server(struct conf *conf, struct conf_virtual_server *s)
{
	uint8_t family;

	if (!s->sorry_address.set) {
		ignore(conf, &s->sorry_inhibit, "write `sorry_server ADDRESS PORT`",
		       "sorry_server_inhibit without sorry_server");
		ignore(conf, &s->sorry_forwarding.method, "write `sorry_server ADDRESS PORT`",
		       "sorry_server_lvs_method without sorry_server");
		sorry_server_clear(s);
		return;
	}
	forwarding_inherit(&s->sorry_forwarding, &s->forwarding);
	forwarding(conf, &s->sorry_forwarding);
	family = s->sorry_address.prefix->addr.family;
	if (s->sorry_forwarding.method.number != FORWARDING_TUN && s->addr_family != ADDR_NONE &&
	    s->addr_family != family) {
		diag_error(conf, "mixed-families", s->sorry_address.place,
			   "only with `sorry_server_lvs_method TUN` the families may differ",
			   "the sorry server is %s and the virtual server is %s: it is left out",
			   family_name(family), family_name(s->addr_family));
		sorry_server_clear(s);
		return;
	}
	server_port(conf, s, &s->sorry_port, &s->sorry_forwarding, "sorry_server",
		    s->sorry_address.place);
}

/* One server in both roles has one way of going down. */
static void sorry_server_twice(struct conf *conf, struct conf_virtual_server *s,
			       const struct conf_real_server *server)
{
	if (!s->sorry_address.set || s->sorry_port.number != server->port.number ||
	    !addr_equal(&s->sorry_address.prefix->addr, &server->address.prefix->addr) ||
	    s->sorry_inhibit.number == server->inhibit.number)
		return;
	diag_warning(conf, "inhibit-differs",
		     s->sorry_inhibit.set ? s->sorry_inhibit.place : s->sorry_address.place,
		     "write the same for both",
		     "the sorry server is a real server, too: its inhibit_on_failure counts");
	setting_adjust(&s->sorry_inhibit, server->inhibit.number);
}

/* What cannot be reached would never serve. Without any weight there is nothing to be set. */
static void quorum(struct conf *conf, struct conf_virtual_server *s, int64_t weight)
{
	const struct place *place = s->quorum.set ? s->quorum.place : &s->block.place;

	if (weight < s->quorum.number) {
		diag_warning(conf, "quorum-too-high", place,
			     "write a smaller quorum, or larger weights",
			     "all real servers weigh %" PRId64 ", less than the quorum %" PRId64
			     "%s", weight, s->quorum.number, weight ? ": that is the quorum" : "");
		if (weight)
			setting_adjust(&s->quorum, weight);
	}
	if (s->hysteresis.number < s->quorum.number)
		return;
	diag_warning(conf, "hysteresis-too-high", s->hysteresis.place,
		     "write a hysteresis below the quorum",
		     "hysteresis %" PRId64 " is not below the quorum: %" PRId64 " is used",
		     s->hysteresis.number, s->quorum.number - 1);
	setting_adjust(&s->hysteresis, s->quorum.number - 1);
}

static void servers(struct conf *conf, struct conf_virtual_server *s)
{
	int64_t weight = 0;
	size_t healthy = 0;
	struct map known;

	map_init(&known, &conf->arena);
	for (size_t i = 0; i < s->servers.count; i++) {
		struct conf_real_server *each = (struct conf_real_server *)s->servers.items[i];

		server(conf, s, &known, each);
		if (each->block.broken)
			continue;
		healthy++;
		weight += each->weight.number;
		sorry_server_twice(conf, s, each);
	}
	if (healthy)
		quorum(conf, s, weight);
	else if (!s->block.broken)
		block_break(conf, &s->block, "missing-block", &s->block.place,
			    "write `real_server ADDRESS PORT { … }`",
			    s->servers.count ? "none of its real servers can be used" :
					       "it has no real_server");
}

/* Addresses of both families cannot be served by servers of one. */
static void group_family(struct conf *conf, struct conf_virtual_server *s)
{
	const struct conf_server_group *group = group_of(s);

	if (!group || s->block.broken || s->addr_family == ADDR_NONE)
		return;
	if (s->addr_family == ADDR_IPV4 ? group->has_ipv6 : group->has_ipv4)
		block_break(conf, &s->block, "mixed-families", &s->block.place,
			    "make a group of each family, or use `lvs_method TUN`",
			    "its real servers are %s, and its group has other addresses, too",
			    family_name(s->addr_family));
}

static void service(struct services *v, struct conf_virtual_server *s)
{
	service_header(v->conf, s);
	service_family(v->conf, s);
	alerts(v->conf, &s->smtp_alert, false);
	persistence(v->conf, s);
	forwarding(v->conf, &s->forwarding);
	sorry_server(v->conf, s);
	servers(v->conf, s);
	group_family(v->conf, s);
	if (s->block.broken)
		return;
	service_defaults(v->conf, s);
	service_once(v, s);
}

void validate_lvs(struct conf *conf)
{
	const struct conf_balance *lvs = &conf->global->balance;
	struct services v = { .conf = conf };

	map_init(&v.known, &conf->arena);
	for (size_t i = 0; i < lvs->groups.count; i++)
		group(conf, (struct conf_server_group *)lvs->groups.items[i]);
	for (size_t i = 0; i < lvs->servers.count; i++)
		service(&v, (struct conf_virtual_server *)lvs->servers.items[i]);
}
