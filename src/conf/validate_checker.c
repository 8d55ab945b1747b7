/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the settings of a checker mean beside each other and beside its real server: where it
 * connects to, how often, and whether it has something to check at all. One that has not is left
 * out; its server stays, unchecked, as in keepalived. */
#include "conf/conf_private.h"

#include <string.h>

struct checking {
	struct conf *conf;
	struct conf_virtual_server *service;
	struct conf_real_server *server;
	int64_t port; /* of the server, as it was written */
	const struct conf_checker *dynamic; /* the first MISC_CHECK that sets the weight */
};

/* As in keepalived the port that the server was written with, also where another one is used. */
static void port(struct checking *c, struct conf_checker *checker)
{
	const struct setting *from = c->server->port.set ? &c->server->port : &c->service->port;

	if (checker->connect_port.origin != CONF_DEFAULT)
		return;
	setting_inherit(&checker->connect_port, from);
	if (c->port)
		checker->connect_port.number = c->port;
	if (!checker->connect_port.number)
		setting_clear(&checker->connect_port);
	if (!checker->connect_port.number && checker->block.kind != BLOCK_PING_CHECK)
		diag_warning(c->conf, "no-port", &checker->block.place, "write `connect_port PORT`",
			     "%s of real_server %s has no port to connect to", checker->block.name,
			     c->server->block.name);
}

static bool is_of_family(const struct setting *setting, const struct addr *addr)
{
	return setting->prefix && setting->prefix->addr.family == addr->family;
}

/* `around`: that of the block around, which counts when the own one cannot; or NULL. */
static void source(struct checking *c, struct setting *bind_ip, const struct setting *around,
		   const struct addr *addr)
{
	if (!bind_ip->prefix || is_of_family(bind_ip, addr))
		return;
	/* What comes from the block around is right there. */
	if (bind_ip->set)
		diag_error(c->conf, "mixed-families", bind_ip->place,
			   "write an address of the family that is connected to",
			   "bindto is not of the family of what is checked: it is ignored");
	setting_clear(bind_ip);
	if (around && is_of_family(around, addr))
		setting_inherit(bind_ip, around);
}

static void connection(struct checking *c, struct conf_checker *checker,
		       const struct setting *around)
{
	const struct addr *addr;

	setting_inherit(&checker->connect_ip, &c->server->address);
	if (!checker->connect_ip.prefix)
		return; /* of a server that has none: it is left out */
	addr = &checker->connect_ip.prefix->addr;
	source(c, &checker->bind_ip, around, addr);
	if (addr_is_link_local(addr) && !checker->bind_link.set)
		block_break(c->conf, &checker->block, "missing-interface",
			    checker->connect_ip.set ? checker->connect_ip.place :
						      &checker->block.place,
			    "write `bind_if INTERFACE`", "a link-local address needs an interface");
	port(c, checker);
}

static void times(struct conf_checker *checker)
{
	setting_default(&checker->warmup, checker->delay_loop.number);
	if (checker->block.kind == BLOCK_DNS_CHECK)
		setting_default(&checker->delay_before_retry, checker->delay_loop.number);
}

/* A checker that was written without what it needs. */
static void missing(struct conf *conf, struct conf_block *block, const struct setting *setting,
		    const char *what)
{
	if (setting->set || block->broken)
		return;
	block_break(conf, block, "missing-block", &block->place,
		    arena_format(&conf->arena, "write `%s`", what), "it has no %.*s",
		    (int)strcspn(what, " "), what);
}

/* Of no use without a pattern. */
static void regex_ignore(struct conf *conf, struct setting *setting)
{
	if (setting->set)
		diag_warning(conf, "no-use", setting->place, "write `regex PATTERN`",
			     "without `regex` it is ignored");
	setting_clear(setting);
}

static void regex(struct conf *conf, struct conf_url *url)
{
	if (!url->regex.set) {
		regex_ignore(conf, &url->regex_options);
		regex_ignore(conf, &url->regex_no_match);
		regex_ignore(conf, &url->regex_stack_start);
		setting_clear(&url->regex_stack_max);
		regex_ignore(conf, &url->regex_min_offset);
		regex_ignore(conf, &url->regex_max_offset);
	}
	if (url->regex_stack_start.number > url->regex_stack_max.number) {
		diag_error(conf, "out-of-range", url->regex_stack_start.place,
			   "write `regex_stack START MOST`",
			   "regex_stack begins above its most: it is ignored");
		setting_clear(&url->regex_stack_start);
		setting_clear(&url->regex_stack_max);
	}
	if (url->regex_max_offset.set &&
	    url->regex_min_offset.number > url->regex_max_offset.number) {
		diag_error(conf, "out-of-range", url->regex_max_offset.place,
			   "write a regex_max_offset that is not below regex_min_offset",
			   "regex_max_offset is below regex_min_offset: both are ignored");
		setting_clear(&url->regex_min_offset);
		setting_clear(&url->regex_max_offset);
	}
}

static bool url_check(struct conf *conf, struct conf_checker *checker, struct conf_url *url)
{
	inherit_outer(conf, &url->block, &checker->block);
	missing(conf, &url->block, &url->path, "path /");
	regex(conf, url);
	if (!url->status_code.set)
		status_codes_add(conf, url, 200, 299);
	return !url->block.broken;
}

static void http_check(struct checking *c, struct conf_checker *checker)
{
	size_t healthy = 0;

	for (size_t i = 0; i < checker->urls.count; i++)
		healthy += url_check(c->conf, checker, (struct conf_url *)checker->urls.items[i]);
	if (healthy || checker->block.broken)
		return;
	/* What is wrong with its urls has been said. */
	if (checker->urls.count)
		checker->block.broken = "none of its urls can be used";
	else
		block_break(c->conf, &checker->block, "missing-block", &checker->block.place,
			    "write `url { path / }`", "it has no url");
}

static void host_check(struct checking *c, struct conf_checker *checker, struct conf_checker *host)
{
	if (host == (struct conf_checker *)checker->hosts.items[0])
		diag_hint(c->conf, "old-spelling", &host->block.place,
			  "write one SMTP_CHECK for each host", "`host` is an old block");
	inherit_outer(c->conf, &host->block, &checker->block);
	connection(c, host, &checker->bind_ip);
	times(host);
}

/* As in keepalived a SMTP_CHECK with hosts looks at the server itself only when it says something
 * about that connection. Without one it has no connect_ip. */
static void smtp_check(struct checking *c, struct conf_checker *checker)
{
	struct setting *connection[] = { &checker->connect_ip,	&checker->connect_port,
					 &checker->bind_ip,	&checker->bind_port,
					 &checker->bind_link,	&checker->mark,
					 &checker->connect_timeout };
	const size_t count = sizeof(connection) / sizeof(connection[0]);
	bool is_written = false;

	for (size_t i = 0; i < checker->hosts.count; i++)
		host_check(c, checker, (struct conf_checker *)checker->hosts.items[i]);
	for (size_t i = 0; i < count; i++)
		is_written |= connection[i]->set;
	for (size_t i = 0; i < count && checker->hosts.count && !is_written; i++)
		setting_clear(connection[i]);
}

static void dns_check(struct conf *conf, struct conf_checker *checker)
{
	const char *name = checker->dns_name.text;

	if (!checker->dns_name.set || (name[0] != '.' && !strstr(name, "..")) || !strcmp(name, "."))
		return;
	diag_error(conf, "bad-name", checker->dns_name.place, "take the extra dot away",
		   "name `%.64s` has an empty part: the root is asked for", name);
	setting_clear(&checker->dns_name);
}

static void misc_check(struct checking *c, struct conf_checker *checker)
{
	missing(c->conf, &checker->block, &checker->command, "misc_path COMMAND");
	if (!checker->is_dynamic.set || checker->block.broken)
		return;
	if (c->dynamic)
		diag_warning(c->conf, "weight-set-twice", checker->is_dynamic.place,
			     "leave misc_dynamic in one of them",
			     "another MISC_CHECK of real_server %s sets its weight, too",
			     c->server->block.name);
	else
		c->dynamic = checker;
}

static void bfd_check(struct checking *c, struct conf_checker *checker)
{
	missing(c->conf, &checker->block, &checker->bfd, "name NAME");
	for (size_t i = 0; i < c->server->checkers.count && !checker->block.broken; i++) {
		const struct conf_checker *other =
			(struct conf_checker *)c->server->checkers.items[i];

		if (other == checker)
			return;
		if (other->block.kind == BLOCK_BFD_CHECK && other->bfd.set &&
		    other->bfd.target == checker->bfd.target)
			block_break(c->conf, &checker->block, "duplicate-name", checker->bfd.place,
				    "take one of them away", "%.64s is checked already",
				    checker->bfd.text);
	}
}

static void udp_check(struct conf *conf, const struct conf_checker *checker)
{
	if (checker->min_reply_length.number > checker->max_reply_length.number)
		diag_warning(conf, "out-of-range", checker->min_reply_length.set ?
							   checker->min_reply_length.place :
							   checker->max_reply_length.place,
			     "write a larger max_reply_length",
			     "min_reply_length is above max_reply_length: no answer can be right");
}

static void checker_check(struct checking *c, struct conf_checker *checker)
{
	enum block kind = checker->block.kind;

	inherit_outer(c->conf, &checker->block, &c->server->block);
	if (kind != BLOCK_MISC_CHECK && kind != BLOCK_BFD_CHECK && kind != BLOCK_FILE_CHECK)
		connection(c, checker, NULL);
	times(checker);
	if (kind == BLOCK_HTTP_GET)
		http_check(c, checker);
	else if (kind == BLOCK_SMTP_CHECK)
		smtp_check(c, checker);
	else if (kind == BLOCK_DNS_CHECK)
		dns_check(c->conf, checker);
	else if (kind == BLOCK_MISC_CHECK)
		misc_check(c, checker);
	else if (kind == BLOCK_BFD_CHECK)
		bfd_check(c, checker);
	else if (kind == BLOCK_UDP_CHECK)
		udp_check(c->conf, checker);
	else if (kind == BLOCK_FILE_CHECK)
		missing(c->conf, &checker->block, &checker->file, "track_file NAME");
}

void validate_checkers(struct conf *conf, struct conf_virtual_server *service,
		       struct conf_real_server *server, int64_t port)
{
	struct checking c = { .conf = conf, .service = service, .server = server, .port = port };

	for (size_t i = 0; i < server->checkers.count; i++)
		checker_check(&c, (struct conf_checker *)server->checkers.items[i]);
}
