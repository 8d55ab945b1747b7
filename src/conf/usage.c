/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keywords a file uses, each once, in the order of their first use: what somebody who comes
 * from keepalived wants to know of the own file before anything else. A word that nobody knows is
 * not here, because it is a finding. */
#include "conf/conf_private.h"

static enum conf_fate fate_of(const struct keyword *keyword)
{
	switch (keyword->fate) {
	case FATE_WORKS:
		return CONF_FATE_WORKS;
	case FATE_NO_EFFECT:
		return CONF_FATE_NO_EFFECT;
	case FATE_REFUSED:
		return CONF_FATE_REFUSED;
	case FATE_NOT_YET:
		break;
	}
	return CONF_FATE_NOT_YET;
}

static void use(struct conf *conf, struct map *known, const struct node *node)
{
	const struct keyword *keyword = node->keyword;
	struct conf_usage **slot, *usage;

	slot = (struct conf_usage **)(void *)map_slot(known, &keyword, sizeof(keyword));
	if (*slot)
		return;
	usage = arena_alloc(&conf->arena, sizeof(*usage));
	*usage = (struct conf_usage){
		.keyword = keyword->name,
		.block = block_name(keyword->block),
		.fate = fate_of(keyword),
		.doc = keyword->doc,
		.hint = keyword->hint,
		.is_left_by_keepalived = keyword->flags & KEYWORD_LEFT,
		.file = node->words[0].place.source->name,
		.line = node->words[0].place.line,
	};
	*slot = usage;
	*conf->usage_end = usage;
	conf->usage_end = &usage->next;
}

void usage_find(struct conf *conf, const struct node *root)
{
	struct map known;

	map_init(&known, &conf->arena);
	conf->usage_end = &conf->usage;
	for (const struct node *node = root->first; node; node = tree_next(node))
		if (node->keyword && node->word_count)
			use(conf, &known, node);
}

const struct conf_usage *conf_usage(const struct conf *conf)
{
	return conf->usage;
}
