/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about load balancing: services that nobody watches, checks that cannot notice in time, and
 * servers that are not what they seem. */
#include "conf/lint.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define PORT_HTTPS 443
#define PORT_HTTP 80

static const struct conf_virtual_server *service_at(const struct lint *l, size_t i)
{
	return (const struct conf_virtual_server *)l->conf->global->balance.servers.items[i];
}

static size_t service_count(const struct lint *l)
{
	return l->conf->global->balance.servers.count;
}

static const struct conf_real_server *server_at(const struct conf_virtual_server *v, size_t i)
{
	return (const struct conf_real_server *)v->servers.items[i];
}

static const struct conf_checker *checker_at(const struct conf_real_server *r, size_t i)
{
	return (const struct conf_checker *)r->checkers.items[i];
}

/* Every checker of every server of every service that runs. */
static void checkers_ask(struct lint *l,
			 void (*ask)(struct lint *l, const struct conf_virtual_server *v,
				     const struct conf_real_server *r,
				     const struct conf_checker *c))
{
	for (size_t i = 0; i < service_count(l); i++) {
		const struct conf_virtual_server *v = service_at(l, i);

		for (size_t s = 0; s < v->servers.count && !v->block.broken; s++)
			for (size_t c = 0; c < server_at(v, s)->checkers.count; c++)
				if (!checker_at(server_at(v, s), c)->block.broken)
					ask(l, v, server_at(v, s), checker_at(server_at(v, s), c));
	}
}

static void servers_ask(struct lint *l,
			void (*ask)(struct lint *l, const struct conf_virtual_server *v,
				    const struct conf_real_server *r))
{
	for (size_t i = 0; i < service_count(l); i++)
		for (size_t s = 0; s < service_at(l, i)->servers.count; s++)
			if (!service_at(l, i)->block.broken &&
			    !server_at(service_at(l, i), s)->block.broken)
				ask(l, service_at(l, i), server_at(service_at(l, i), s));
}

/* Which instance holds an address: struct addr → struct conf_instance. */
static void holders_collect(struct conf *conf, struct map *holders)
{
	map_init(holders, &conf->arena);
	for (size_t i = 0; i < instance_count(conf); i++) {
		struct conf_instance *instance = instance_at(conf, i);
		const struct conf_addresses *lists[] = { &instance->advertised,
							 &instance->excluded };

		for (size_t n = 0; n < 2; n++)
			for (size_t at = 0; at < lists[n]->count; at++)
				*map_slot(holders, &lists[n]->items[at].prefix.addr,
					  sizeof(struct addr)) = instance;
	}
}

/* Every service with an address, and the instance that holds it (NULL: none does). */
static void holders_ask(struct lint *l,
			void (*ask)(struct lint *l, const struct conf_virtual_server *v,
				    const struct conf_instance *holder))
{
	struct map holders;

	if (!service_count(l))
		return;
	holders_collect(l->conf, &holders);
	for (size_t i = 0; i < service_count(l); i++) {
		const struct conf_virtual_server *v = service_at(l, i);

		if (!v->block.broken && v->address.prefix)
			ask(l, v,
			    map_find(&holders, &v->address.prefix->addr, sizeof(struct addr)));
	}
}

static void not_held(struct lint *l, const struct conf_virtual_server *v,
		     const struct conf_instance *holder)
{
	if (!holder)
		lint_say(l, &v->block.place, "add it to a virtual_ipaddress",
			 "the address of the service %s moves with no vrrp_instance of this file",
			 v->block.name);
}

static void service_not_held(struct lint *l)
{
	if (instance_count(l->conf))
		holders_ask(l, not_held);
}

/* A gateway may be deaf; what balances a service gets its packets as if it listened itself. */
static void not_accepted(struct lint *l, const struct conf_virtual_server *v,
			 const struct conf_instance *holder)
{
	if (holder && holder->accept.set && !holder->accept.number && !holder->strict.number)
		lint_say(l, holder->accept.place, "take it away",
			 "no_accept: the service %s on an address of %s is not reached",
			 v->block.name, holder->block.name);
}

static void service_not_accepted(struct lint *l)
{
	holders_ask(l, not_accepted);
}

/* Once for each service: where one is forgotten, mostly all are. */
static void unchecked_servers(struct lint *l)
{
	for (size_t i = 0; i < service_count(l); i++) {
		const struct conf_virtual_server *v = service_at(l, i);
		const struct conf_real_server *first = NULL;
		size_t count = 0;

		for (size_t s = v->block.broken ? 0 : v->servers.count; s-- > 0;) {
			const struct conf_real_server *r = server_at(v, s);

			if (r->block.broken || r->checkers.count)
				continue;
			first = r;
			count++;
		}
		if (first)
			lint_say(l, &first->block.place,
				 "add a TCP_CHECK, or the check that fits the service",
				 "nothing checks %s%s: it gets its share of clients when it is "
				 "dead, too",
				 first->block.name, count > 1 ? " and others" : "");
	}
}

/* The kernel then delivers to this host itself. */
static void real_is_virtual(struct lint *l, const struct conf_virtual_server *v,
			    const struct conf_real_server *r)
{
	if (v->address.prefix && r->address.prefix &&
	    addr_equal(&v->address.prefix->addr, &r->address.prefix->addr) &&
	    v->port.number == r->port.number)
		lint_say(l, &r->block.place, "write the address of the server that does the work",
			 "the real server %s is the virtual one: the host that balances serves it "
			 "itself",
			 r->block.name);
}

static void served_by_itself(struct lint *l)
{
	servers_ask(l, real_is_virtual);
}

static void sorry_in_pool_of(struct lint *l, const struct conf_virtual_server *v,
			     const struct conf_real_server *r)
{
	if (v->sorry_address.prefix && r->address.prefix &&
	    addr_equal(&v->sorry_address.prefix->addr, &r->address.prefix->addr) &&
	    v->sorry_port.number == r->port.number)
		lint_say(l, v->sorry_address.place, "write a server that is none of the others",
			 "the sorry_server is a real_server, too: it is asked for help when it is "
			 "down itself");
}

static void sorry_in_pool(struct lint *l)
{
	servers_ask(l, sorry_in_pool_of);
}

static bool is_asked_slowly(const struct conf_virtual_server *v)
{
	for (size_t s = 0; s < v->servers.count; s++) {
		for (size_t c = 0; c < server_at(v, s)->checkers.count; c++) {
			const struct setting *d = &checker_at(server_at(v, s), c)->delay_loop;

			/* What needs no asking (BFD_CHECK, FILE_CHECK) has none. */
			if (d->number && d->origin == CONF_DEFAULT)
				return true;
		}
	}
	return false;
}

static void slow_service(struct lint *l)
{
	for (size_t i = 0; i < service_count(l); i++) {
		const struct conf_virtual_server *v = service_at(l, i);

		if (!v->block.broken && is_asked_slowly(v))
			lint_say(l, &v->block.place, "write `delay_loop 5`, say",
				 "%s: servers are looked at once a minute: delay_loop is 60 by "
				 "default",
				 v->block.name);
	}
}

static void check_too_long(struct lint *l, const struct conf_virtual_server *v,
			   const struct conf_real_server *r, const struct conf_checker *c)
{
	if (c->connect_timeout.set && c->delay_loop.number &&
	    c->connect_timeout.number > c->delay_loop.number)
		lint_say(l, c->connect_timeout.place, "write a connect_timeout up to delay_loop",
			 "a check of %s that gets no answer lasts longer than delay_loop: the next "
			 "one waits for it",
			 r->block.name);
	if (c->command_timeout.set && c->delay_loop.number &&
	    c->command_timeout.number > c->delay_loop.number)
		lint_say(l, c->command_timeout.place, "write a misc_timeout up to delay_loop",
			 "a check of %s that hangs lasts longer than delay_loop: the next one "
			 "waits for it",
			 r->block.name);
}

static void long_checks(struct lint *l)
{
	checkers_ask(l, check_too_long);
}

static void check_of_other_protocol(struct lint *l, const struct conf_virtual_server *v,
				    const struct conf_real_server *r, const struct conf_checker *c)
{
	bool is_tcp = c->block.kind == BLOCK_TCP_CHECK || c->block.kind == BLOCK_HTTP_GET ||
		      c->block.kind == BLOCK_SMTP_CHECK;

	if (is_tcp && v->protocol.set && v->protocol.number == PROTOCOL_UDP && !c->connect_port.set)
		lint_say(l, &c->block.place,
			 "use UDP_CHECK or DNS_CHECK, or name the port of a TCP service",
			 "%s asks %s by TCP, and the service is UDP", c->block.keyword->name,
			 r->block.name);
}

static void other_protocols(struct lint *l)
{
	checkers_ask(l, check_of_other_protocol);
}

static void check_of_other_port(struct lint *l, const struct conf_virtual_server *v,
				const struct conf_real_server *r, const struct conf_checker *c)
{
	int64_t port = c->connect_port.set ? c->connect_port.number : r->port.number;
	bool is_ssl = strcmp(c->block.keyword->name, "SSL_GET") == 0;

	if (c->block.kind != BLOCK_HTTP_GET || port != (is_ssl ? PORT_HTTP : PORT_HTTPS))
		return;
	lint_say(l, lint_place(&c->connect_port, &c->block),
		 is_ssl ? "write HTTP_GET, or port 443" : "write SSL_GET, or port 80",
		 is_ssl ? "SSL_GET asks port %" PRId64 " of %s, where HTTP is spoken without TLS" :
			  "HTTP_GET asks port %" PRId64 " of %s, where TLS is spoken",
		 port, r->block.name);
}

static void other_ports(struct lint *l)
{
	checkers_ask(l, check_of_other_port);
}

static void unused_groups(struct lint *l)
{
	const struct conf_list *groups = &l->conf->global->balance.groups;
	struct map used;

	map_init(&used, &l->conf->arena);
	for (size_t i = 0; i < service_count(l); i++) {
		const struct conf_block *target = service_at(l, i)->group.target;

		if (service_at(l, i)->group.set && target)
			*map_slot(&used, &target, sizeof(target)) = l;
	}
	for (size_t i = 0; i < groups->count; i++)
		if (!groups->items[i]->broken &&
		    !map_find(&used, &groups->items[i], sizeof(groups->items[i])))
			lint_say(l, &groups->items[i]->place,
				 "write a `virtual_server group` for it, or take it away",
				 "no virtual_server uses the group %s", groups->items[i]->name);
}

void lint_servers_mark(struct conf *conf, struct map *used)
{
	struct lint l = { .conf = conf };

	for (size_t i = 0; i < service_count(&l); i++) {
		const struct conf_virtual_server *v = service_at(&l, i);

		for (size_t s = 0; s < v->servers.count; s++) {
			for (size_t c = 0; c < server_at(v, s)->checkers.count; c++) {
				const struct conf_checker *k = checker_at(server_at(v, s), c);

				if (k->file.set && k->file.target)
					*map_slot(used, &k->file.target, sizeof(k->file.target)) =
						used;
				if (k->bfd.set && k->bfd.target)
					*map_slot(used, &k->bfd.target, sizeof(k->bfd.target)) =
						used;
			}
		}
	}
}

static const struct lint_rule rows[] = {
	{ "service-not-held", CONF_HINT, .whole = service_not_held },
	{ "no-accept", CONF_WARNING, .whole = service_not_accepted },
	{ "no-checker", CONF_HINT, .whole = unchecked_servers },
	{ "real-is-virtual", CONF_HINT, .whole = served_by_itself },
	{ "sorry-in-pool", CONF_HINT, .whole = sorry_in_pool },
	{ "slow-service", CONF_HINT, .whole = slow_service },
	{ "long-check", CONF_HINT, .whole = long_checks },
	{ "check-other-protocol", CONF_HINT, .whole = other_protocols },
	{ "check-other-port", CONF_HINT, .whole = other_ports },
	{ "unused-group", CONF_HINT, .whole = unused_groups },
};

const struct lint_rules lint_rules_lvs = { rows, sizeof(rows) / sizeof(rows[0]) };
