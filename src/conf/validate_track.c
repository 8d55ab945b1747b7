/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What trackers, BFD sessions and the small blocks of the top level need, their defaults that
 * depend on each other, and what must not be there twice. A block that lacks what it is for is left
 * out, as in keepalived; who names it is told by the reader of names. */
#include "conf/conf_private.h"

#include <inttypes.h>
#include <string.h>

#define BFD_NAME_MAX 31
#define FOR_EACH(item, list) \
	for (size_t i_ = 0; i_ < (list).count && ((item) = (void *)(list).items[i_]); i_++)

/* A block that says nothing of the one thing that it is about. */
static void needs(struct conf *conf, struct conf_block *block, const struct setting *setting,
		  const char *keyword, const char *hint)
{
	if (!setting->set && !block->broken)
		block_break(conf, block, "missing-block", &block->place, hint, "%s is not set",
			    keyword);
}

static void scripts(struct conf *conf)
{
	struct conf_vrrp_script *s;

	FOR_EACH(s, conf->global->scripts) {
		needs(conf, &s->block, &s->script, "script",
		      "write `script \"/a/command ARGUMENT\"`");
		setting_default(&s->timeout, s->interval.number);
	}
}

static void files(struct conf *conf)
{
	struct conf_track_file *f;

	FOR_EACH(f, conf->global->files)
		needs(conf, &f->block, &f->file, "file", "write `file PATH`");
}

/* None may run: then none has to. A quorum that contradicts quorum_max is as if it were not
 * there. */
static void quorum(struct conf *conf, struct conf_track_process *p)
{
	bool none = p->quorum_max.set && p->quorum_max.number == 0;

	if (p->quorum.set && p->quorum_max.set && p->quorum.number > p->quorum_max.number) {
		if (!none || p->quorum.number > 1)
			diag_error(conf, "out-of-range", p->quorum.place,
				   none ? "take it away: quorum_max 0 says that none may run" :
					  "write less, or more as quorum_max",
				   "quorum %" PRId64 " is more than quorum_max %" PRId64
				   ": it is ignored",
				   p->quorum.number, p->quorum_max.number);
		p->quorum = (struct setting){ .origin = CONF_DEFAULT };
	}
	if (!none)
		setting_default(&p->quorum, 1);
}

static void processes(struct conf *conf)
{
	struct conf_track_process *p;

	FOR_EACH(p, conf->global->processes) {
		bool arguments = p->process.set && p->process.words->count > 1;

		needs(conf, &p->block, &p->process, "process", "write `process PROGRAM`");
		quorum(conf, p);
		if (arguments)
			setting_default(&p->param_match, PARAM_MATCH_EXACT);
		if (arguments || p->param_match.set)
			setting_default(&p->full_command, 1);
	}
}

/* Two sessions with one neighbour would take each other's packets. */
static void bfd_once(struct conf *conf, struct map *known, struct conf_bfd *bfd)
{
	struct {
		struct addr neighbor, source;
		bool multihop;
	} key;
	struct conf_bfd **slot;

	memset(&key, 0, sizeof(key));
	key.neighbor = bfd->neighbor.prefix->addr;
	if (bfd->source.prefix)
		key.source = bfd->source.prefix->addr;
	key.multihop = bfd->multihop.number;
	slot = (struct conf_bfd **)(void *)map_slot(known, &key, sizeof(key));
	if (*slot)
		block_break(conf, &bfd->block, "duplicate-neighbor", bfd->neighbor.place,
			    "one session is enough for everything that watches it",
			    "%.64s has a session with %.64s already, in %s", (*slot)->block.name,
			    bfd->neighbor.text,
			    diag_line(conf, (*slot)->neighbor.place, bfd->neighbor.place));
	else
		*slot = bfd;
}

static void bfd_hops(struct conf *conf, struct conf_bfd *bfd)
{
	bool ipv6 = bfd->neighbor.set && bfd->neighbor.prefix->addr.family == ADDR_IPV6;

	setting_default(&bfd->ttl, ipv6 ? 64 : 255);
	if (bfd->max_hops.number <= bfd->ttl.number)
		return;
	diag_error(conf, "out-of-range", bfd->max_hops.place,
		   arena_format(&conf->arena, "write a number in -1..%" PRId64, bfd->ttl.number),
		   "max_hops %" PRId64 " is more than ttl %" PRId64 ": that is used",
		   bfd->max_hops.number, bfd->ttl.number);
	setting_adjust(&bfd->max_hops, bfd->ttl.number);
}

static void bfd_session(struct conf *conf, struct map *known, struct conf_bfd *bfd)
{
	if (strlen(bfd->block.name) > BFD_NAME_MAX)
		block_break(conf, &bfd->block, "name-too-long", &bfd->block.place,
			    "give it a shorter name", "its name has %zu octets, %d are the most",
			    strlen(bfd->block.name), BFD_NAME_MAX);
	needs(conf, &bfd->block, &bfd->neighbor, "neighbor_ip", "write `neighbor_ip ADDRESS`");
	if (bfd->neighbor.set && bfd->source.set &&
	    bfd->neighbor.prefix->addr.family != bfd->source.prefix->addr.family)
		block_break(conf, &bfd->block, "mixed-families", bfd->source.place,
			    "write both as IPv4 or both as IPv6",
			    "source_ip %.64s and neighbor_ip %.64s are not of one family",
			    bfd->source.text, bfd->neighbor.text);
	bfd_hops(conf, bfd);
	if (!bfd->for_vrrp.set && !bfd->for_checker.set) {
		setting_default(&bfd->for_vrrp, 1);
		setting_default(&bfd->for_checker, 1);
	}
	if (!bfd->block.broken)
		bfd_once(conf, known, bfd);
}

static void garp_links(struct conf *conf, struct map *taken, const struct conf_list *list)
{
	struct conf_word *word;

	FOR_EACH(word, *list) {
		const char *name = word->value.text;
		struct conf_word **slot =
			(struct conf_word **)(void *)map_slot(taken, name, strlen(name));

		if (!*slot) {
			*slot = word;
			continue;
		}
		diag_error(conf, "duplicate-interface", &word->block.place,
			   "leave it in one of the groups",
			   "%.16s is in a garp_group already, in %s: it is ignored here", name,
			   diag_line(conf, &(*slot)->block.place, &word->block.place));
		word->block.broken = "it is in a garp_group already";
	}
}

static void garp_groups(struct conf *conf)
{
	struct conf_garp_group *g;
	struct map taken;

	map_init(&taken, &conf->arena);
	FOR_EACH(g, conf->global->garp_groups) {
		if (!g->garp_interval.set && !g->gna_interval.set)
			block_break(conf, &g->block, "missing-block", &g->block.place,
				    "write `garp_interval SECONDS` or `gna_interval SECONDS`",
				    "neither garp_interval nor gna_interval is set");
		if (g->block.broken)
			continue;
		garp_links(conf, &taken, &g->single);
		garp_links(conf, &taken, &g->links);
	}
}

static void track_groups(struct conf *conf)
{
	struct conf_track_group *g;

	FOR_EACH(g, conf->global->track_groups) {
		if (!g->members.count && !g->block.broken)
			block_break(conf, &g->block, "missing-block", &g->block.place,
				    "write `group { INSTANCE … }`", "it has no members");
		else if (!list_healthy(&g->members))
			block_leave_out(&g->block, "none of its members is there");
	}
}

static void static_addresses(struct conf *conf)
{
	const struct conf_addresses *list = &conf->global->static_addresses;

	for (size_t i = 0; i < list->count; i++) {
		struct conf_address *a = &list->items[i];

		if (!a->track_group || block_find(conf, BLOCK_TRACK_GROUP, a->track_group))
			continue;
		diag_error(conf, "unknown-reference", &a->place,
			   arena_format(&conf->arena, "define it: `track_group %.64s { … }`",
					a->track_group),
			   "there is no track_group `%.64s`: it is left out", a->track_group);
		a->track_group = NULL;
	}
}

void validate_track(struct conf *conf)
{
	struct map known_bfds;
	struct conf_bfd *bfd;

	map_init(&known_bfds, &conf->arena);
	scripts(conf);
	files(conf);
	processes(conf);
	FOR_EACH(bfd, conf->global->bfds)
		bfd_session(conf, &known_bfds, bfd);
	garp_groups(conf);
	track_groups(conf);
	static_addresses(conf);
}
