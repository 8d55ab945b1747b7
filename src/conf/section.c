/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a reader finds more about a finding: the section of vipd.conf(5), which has one for each
 * kind of block. A finding knows its place only, and most are found when the tree is long
 * forgotten; so the tree is gone through once at the end, for the lines that have findings. */
#include "conf/conf_private.h"

/* What a line of a source is known by. */
struct line_key {
	const struct source *source;
	uint64_t line;
};

/* A finding with those of the same line. */
struct line_entry {
	struct kept_finding *finding;
	struct line_entry *next;
};

static void lines_collect(struct conf *conf, struct map *lines)
{
	map_init(lines, &conf->arena);
	for (size_t i = 0; i < conf->finding_count; i++) {
		struct kept_finding *kept = &conf->findings[i];
		struct line_key key = { kept->place.source, kept->place.line };
		struct line_entry *entry = arena_alloc(&conf->arena, sizeof(*entry));
		struct line_entry **slot;

		if (!key.line)
			continue;
		slot = (struct line_entry **)(void *)map_slot(lines, &key, sizeof(key));
		entry->finding = kept;
		entry->next = *slot;
		*slot = entry;
	}
}

/* Several statements may stand on one line: the last one that begins at or before the finding. */
static void statement_take(const struct map *lines, const struct node *node)
{
	const struct place *place = &node->words[0].place;
	struct line_key key = { place->source, place->line };

	for (struct line_entry *e = map_find(lines, &key, sizeof(key)); e; e = e->next)
		if (place->column <= e->finding->place.column &&
		    node->parent->body != BLOCK_UNKNOWN)
			e->finding->finding.section = block_name(node->parent->body);
}

void sections_find(struct conf *conf, const struct node *root)
{
	struct map lines;

	if (!conf->finding_count)
		return;
	lines_collect(conf, &lines);
	for (const struct node *node = root->first; node; node = tree_next(node))
		if (node->word_count)
			statement_take(&lines, node);
}
