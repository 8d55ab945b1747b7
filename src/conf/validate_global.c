/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What global_defs and the settings of the top level mean for everything else. Most of them are
 * defaults that instances inherit; here is what concerns all instances at once: what this release
 * cannot do, and without which they would serve another network than was meant. */
#include "conf/conf_private.h"

#include "base/run_dir.h"

#include <string.h>

/* A value that makes no sense after all: the default counts again. */
static void reset(struct conf *conf, size_t at)
{
	*model_setting(&conf->global->block, at) =
		*model_setting(conf->keywords.blocks[BLOCK_TOP].template, at);
}

/* A group must be one, and of its family; else the default counts. */
static void group(struct conf *conf, size_t at, enum addr_family family, const char *keyword)
{
	const struct setting *setting = model_setting(&conf->global->block, at);
	bool ipv6 = family == ADDR_IPV6;

	if (!setting->set || (addr_is_multicast(&setting->prefix->addr) &&
			      (family == ADDR_NONE || setting->prefix->addr.family == family)))
		return;
	diag_error(conf, "not-multicast", setting->place,
		   family == ADDR_NONE ? "write a multicast address, as 224.0.0.81" :
		   ipv6		       ? "write an IPv6 multicast address, as ff02::12" :
					 "write an IPv4 multicast address, as 224.0.0.18",
		   "%s %.64s is no%s multicast address: it is ignored", keyword, setting->text,
		   family == ADDR_NONE ? "" :
		   ipv6		       ? " IPv6" :
					 " IPv4");
	reset(conf, at);
}

static bool is_file_name(const char *name)
{
	return !strchr(name, '/') && name[0] != '.' && strlen(name) < LIMIT_NETWORK_NAME;
}

void conf_run_dir_suffix(const struct conf *conf, char *buffer, size_t size)
{
	const struct conf_daemon *d = &conf->global->daemon;
	const char *network = setting_text(&d->net_namespace);

	/* Where nothing can run any directory will do. */
	(void)run_dir_suffix(setting_text(&d->instance), is_file_name(network) ? network : "",
			     buffer, size);
}

/* Adverts in another namespace than was meant would make a second master. */
static void other_network(struct conf *conf)
{
	const struct setting *name = &conf->global->daemon.net_namespace;

	if (!name->set || is_file_name(name->text))
		return;
	for (size_t i = 0; i < instance_count(conf); i++)
		block_break(conf, &instance_at(conf, i)->block, "bad-namespace", name->place,
			    "`ip netns list` lists the names",
			    "net_namespace is a name, not a path: `%.64s`", name->text);
}

/* A part of the path of the run directory, and of a line in the system log. */
static bool is_daemon_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '/' || (unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	return name[0] != '.' && strlen(name) < LIMIT_DAEMON_NAME;
}

static void daemon_name(struct conf *conf)
{
	const struct setting *name = &conf->global->daemon.instance;

	if (!name->set || is_daemon_name(name->text))
		return;
	diag_error(conf, "bad-daemon-name", name->place, "write a short word, as blue",
		   "`%.64s` cannot be the name of a daemon: it is ignored", name->text);
	reset(conf, offsetof(struct conf_global, daemon.instance));
}

/* vrrp_min_garp is another set of defaults, whatever stands in which order. */
static void defaults(struct conf *conf)
{
	struct conf_global *g = conf->global;

	if (!g->vrrp.min_garp.number)
		return;
	setting_default(&g->garp_delay, 0);
	setting_default(&g->garp_repeat, 1);
	setting_default(&g->vrrp.garp_refresh_repeat, 0);
}

/* The old place of lvs_sync_daemon; the first instance that has it, and is good, counts. */
static void sync_daemon(struct conf *conf)
{
	struct conf_lvs *lvs = &conf->global->lvs;

	for (size_t at = 0; at < instance_count(conf); at++) {
		struct conf_instance *i = instance_at(conf, at);

		if (lvs->sync_link.set || !i->sync_daemon_link.set ||
		    block_is_wrong(&i->block))
			continue;
		setting_inherit(&lvs->sync_link, &i->sync_daemon_link);
		lvs->sync_instance = lvs->sync_link;
		lvs->sync_instance.text = i->block.name;
		lvs->sync_instance.target = &i->block;
		return;
	}
}

void validate_global(struct conf *conf)
{
	group(conf, offsetof(struct conf_global, vrrp.mcast_group4), ADDR_IPV4,
	      "vrrp_mcast_group4");
	group(conf, offsetof(struct conf_global, vrrp.mcast_group6), ADDR_IPV6,
	      "vrrp_mcast_group6");
	group(conf, offsetof(struct conf_global, lvs.sync_group), ADDR_NONE,
	      "lvs_sync_daemon group");
	defaults(conf);
	daemon_name(conf);
}

void validate_network(struct conf *conf)
{
	sync_daemon(conf);
	other_network(conf);
}
