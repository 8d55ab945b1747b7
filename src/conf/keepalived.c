/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keepalived does otherwise with a file, for those who run both or are on their way from one
 * to the other. Its parser acts while it reads: a name has to be defined before it is used, an
 * unknown block is read as if its braces were not there, lines end at 1023 octets, and a mistake
 * may end the process. Measured with keepalived 2.2.7; tests/golden/keepalived_differs asks it
 * again. Only what makes another configuration of the file is said; where both find the same
 * mistake, once is enough. */
#include "conf/keepalived.h"

#include <stdio.h>
#include <string.h>

/* Octets of a line that are read, without its end. */
#define LINE_MAX_OCTETS 1023

static bool is_asked(const struct conf *conf)
{
	return conf->world && conf->world->for_keepalived;
}

/* -- lines -- */

void keepalived_source(struct conf *conf, const struct source *source)
{
	if (!is_asked(conf))
		return;
	for (size_t i = 0; i < source->line_count; i++) {
		struct place place = { source, (uint32_t)i + 1, LINE_MAX_OCTETS + 1, 1,
				       source->origin };

		if (strlen(source->lines[i]) > LINE_MAX_OCTETS)
			diag_error(conf, "keepalived-long-line", &place,
				   "write it in several lines, the long part as a variable",
				   "keepalived cuts the line here and reads the rest as another "
				   "one, comments too");
	}
}

void keepalived_line(struct conf *conf, const struct lex_line *line)
{
	struct place place;

	if (!is_asked(conf) || !line->origins || line->length <= LINE_MAX_OCTETS)
		return;
	place = lex_place(line, line->begin, 1);
	diag_error(conf, "keepalived-long-line", &place, "make it shorter",
		   "with its variables the line has %u octets: keepalived leaves those unread that "
		   "would go over %d",
		   line->length, LINE_MAX_OCTETS);
}

/* -- words that it does not know -- */

/* What came after 2.2.7. */
static const char *const newer[] = {
	"auth_hmac",
	"dbus_no_interface_name",
	"iproute_etc_dir",
	"iproute_usr_dir",
	"json_dump_file",
	"json_version",
	"multihop",
	"no_virtual_ipaddress",
	"owner_ignore_adverts",
	"set_supplementary_groups",
	"sni_name",
	"snmp_rs_stats_update_interval",
	"snmp_vs_stats_update_interval",
	"state_dump_file",
	"stats_dump_file",
	"thread_timer_expired",
	"timer_expired_backup",
	"tls_compliant",
	"use_symlink_paths",
	"v3_checksum_as_v2",
	"vrrp_delay_after_boot",
	"vrrp_owner_ignore_adverts",
};

/* That has been said: nobody knows it any more. */
static bool is_refused(const struct node *node)
{
	return node->keyword && node->keyword->fate == FATE_REFUSED;
}

static bool is_unknown_there(const struct node *node)
{
	const char *name = node->keyword ? node->keyword->name : NULL;

	if (!name || strncmp(name, "vipd_", 5) == 0 || is_refused(node))
		return true;
	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
		if (strcmp(newer[i], name) == 0)
			return true;
	return false;
}

static void derails(struct conf *conf, const struct node *node)
{
	const struct node *outer = node->parent;
	const char *what = outer->parent ?
				   arena_format(&conf->arena, ", and ends `%.64s` in line %u with "
							      "its `}`",
						outer->words[block_row(outer->body)->is_named &&
							     outer->word_count > 1].text,
						outer->words[0].place.line) :
				   "";

	diag_error(conf, "keepalived-derails", &node->words[0].place, "take the block out",
		   "keepalived reads the lines of this block as if they stood in %s%s",
		   block_name(outer->body), what);
}

static void word_judge(struct conf *conf, const struct node *node)
{
	bool is_unknown = is_unknown_there(node);
	const struct token *word = &node->words[0];

	if (node->has_body && (is_unknown || node->keyword->opens == BLOCK_NONE))
		derails(conf, node);
	else if (is_unknown && node->keyword && !is_refused(node))
		diag_warning(conf, "keepalived-unknown-keyword", &word->place, NULL,
			     "keepalived 2.2.7 does not know `%.64s`: it says so and goes on",
			     word->text);
}

/* -- names -- */

/* What a use names, by the keyword of its list. */
static const struct {
	const char *list, *kind, *old_kind;
} references[] = {
	{ "track_script", "vrrp_script", NULL },
	{ "track_file", "track_file", "vrrp_track_file" },
	{ "track_process", "vrrp_track_process", NULL },
	{ "track_bfd", "bfd_instance", NULL },
};

#define KEY_SIZE (LIMIT_NAME + 32)

static size_t key_make(char key[KEY_SIZE], const char *kind, const char *name)
{
	int length = snprintf(key, KEY_SIZE, "%s %s", kind, name);

	return length < KEY_SIZE ? (size_t)length : KEY_SIZE - 1;
}

static bool is_called(const struct node *node, const char *name)
{
	return name && node->keyword && strcmp(node->keyword->name, name) == 0;
}

/* Where the name that `node` defines is kept; NULL: it defines none. */
static const struct node **definition_slot(struct map *later, const struct node *node)
{
	char key[KEY_SIZE];

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		bool is_one = is_called(node, references[i].kind) ||
			      is_called(node, references[i].old_kind);
		size_t size;

		if (!is_one || node->word_count < 2)
			continue;
		size = key_make(key, references[i].kind, node->words[1].text);
		return (const struct node **)(void *)map_slot(later, key, size);
	}
	return NULL;
}

/* The first of a name is the one that counts. */
static void definition_add(struct map *later, const struct node *node)
{
	const struct node **slot = definition_slot(later, node);

	if (slot && !*slot)
		*slot = node;
}

/* It is no later one any more. */
static void definition_take(struct map *later, const struct node *node)
{
	const struct node **slot = definition_slot(later, node);

	if (slot && *slot == node)
		*slot = NULL;
}

static void uses_judge(struct conf *conf, const struct map *later, const struct node *list,
		       const char *kind)
{
	char key[KEY_SIZE];

	for (const struct node *use = list->first; use; use = use->next) {
		const struct node *definition;

		if (!use->word_count)
			continue;
		definition = map_find(later, key, key_make(key, kind, use->words[0].text));
		if (definition)
			diag_error(conf, "keepalived-order", &use->words[0].place,
				   "keepalived wants definitions first: move it up",
				   "keepalived ignores `%.64s` here: it is defined later, in %s",
				   use->words[0].text,
				   diag_line(conf, &definition->words[0].place,
					     &use->words[0].place));
	}
}

static void lists_judge(struct conf *conf, const struct map *later, const struct node *block)
{
	if (!is_called(block, "vrrp_instance") && !is_called(block, "vrrp_sync_group"))
		return;
	for (const struct node *list = block->first; list; list = list->next)
		for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
			if (list->has_body && list->word_count &&
			    strcmp(list->words[0].text, references[i].list) == 0)
				uses_judge(conf, later, list, references[i].kind);
}

/* -- what ends it -- */

static bool has_dynamic_interfaces(const struct node *root)
{
	for (const struct node *block = root->first; block; block = block->next)
		for (const struct node *n = block->first; n; n = n->next)
			if (is_called(block, "global_defs") && is_called(n, "dynamic_interfaces"))
				return true;
	return false;
}

static void ends_judge(struct conf *conf, const struct node *root)
{
	size_t count = conf->finding_count;
	bool needs_links = !has_dynamic_interfaces(root) && instance_count(conf);
	struct place whole = { .line = 0 };

	for (size_t i = 0; i < count; i++) {
		const char *code = conf->findings[i].finding.code;
		struct place place = conf->findings[i].place;

		if (strcmp(code, "no-such-interface") == 0 && needs_links)
			diag_error(conf, "keepalived-ends", &place,
				   "write `dynamic_interfaces` into global_defs",
				   "keepalived does not run without this interface");
		else if (strcmp(code, "duplicate-vrid") == 0 ||
			 strcmp(code, "missing-argument") == 0)
			diag_error(conf, "keepalived-ends", &place, NULL,
				   "keepalived does not run at all with this mistake");
	}
	if (needs_links && !conf->world->link_exists)
		diag_hint(conf, "keepalived-interfaces", &whole,
			  "write `dynamic_interfaces` into global_defs; `--here` looks at this "
			  "host",
			  "keepalived does not run when one of the interfaces is missing");
}

/* -- the way through -- */

/* Words of `block` and below. Without recursion over what is not judged, so no deeper than the
 * language is. */
static void words_judge(struct conf *conf, const struct node *block)
{
	for (const struct node *n = block->first; n; n = n->next) {
		if (n->silent || !n->word_count || !block_has_keywords(block->body))
			continue;
		word_judge(conf, n);
		if (n->has_body && n->body != BLOCK_UNKNOWN)
			words_judge(conf, n);
	}
}

void keepalived_tree(struct conf *conf, const struct node *root)
{
	struct map later;

	if (!is_asked(conf))
		return;
	map_init(&later, &conf->arena);
	for (const struct node *n = root->first; n; n = n->next)
		definition_add(&later, n);
	for (const struct node *n = root->first; n; n = n->next) {
		definition_take(&later, n);
		lists_judge(conf, &later, n);
	}
	words_judge(conf, root);
	ends_judge(conf, root);
}
