/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lookups in the keyword tables. The rows stay as they are written, in the order in which a reader
 * wants them; an index by name is made for each configuration, which costs a few microseconds and
 * saves a rule about sorting. One name may stand in several blocks: the entries of a name are a
 * list. Nothing here knows what a keyword means. */
#include "conf/keyword.h"

#include "conf/arena.h"
#include "conf/suggest.h"

#include <string.h>

static void entry_add(struct keyword_index *index, const char *name, size_t length,
		      const struct keyword *keyword, bool old)
{
	struct keyword_entry *entry = arena_alloc(index->names.arena, sizeof(*entry));
	struct keyword_entry **end = (struct keyword_entry **)(void *)map_slot(&index->names, name,
										 length);

	entry->keyword = keyword;
	entry->old = old;
	while (*end)
		end = &(*end)->next;
	*end = entry;
}

static void keyword_add(struct keyword_index *index, const struct keyword *keyword)
{
	const char *old = keyword->old_names;

	entry_add(index, keyword->name, strlen(keyword->name), keyword, false);
	while (old && *old) {
		size_t length = strcspn(old, " ");

		entry_add(index, old, length, keyword, true);
		old += length + strspn(old + length, " ");
	}
}

void keyword_index_init(struct keyword_index *index, struct arena *arena)
{
	map_init(&index->names, arena);
	map_init(&index->similar, arena);
	index->tables[0] = &keyword_table_global;
	index->tables[1] = &keyword_table_vrrp;
	index->tables[2] = &keyword_table_later;
	index->tables[3] = NULL;
	for (size_t t = 0; index->tables[t]; t++)
		for (size_t i = 0; i < index->tables[t]->count; i++)
			keyword_add(index, &index->tables[t]->rows[i]);
}

const struct keyword_entry *keyword_all(const struct keyword_index *index, const char *name)
{
	return map_find(&index->names, name, strlen(name));
}

const struct keyword *keyword_find(const struct keyword_index *index, enum block block,
				   const char *name)
{
	for (const struct keyword_entry *e = keyword_all(index, name); e; e = e->next)
		if (e->keyword->block == block)
			return e->keyword;
	return NULL;
}

static const struct keyword *similar_find(const struct keyword_index *index, enum block block,
					  const char *name)
{
	const struct keyword *best = NULL;
	unsigned best_distance = SUGGEST_NONE;

	for (size_t t = 0; index->tables[t]; t++) {
		for (size_t i = 0; i < index->tables[t]->count; i++) {
			const struct keyword *k = &index->tables[t]->rows[i];
			unsigned d = suggest_distance(name, k->name);

			if (d == SUGGEST_NONE)
				continue;
			/* Anything in this block is nearer than anything elsewhere. */
			d = d * 2 + (k->block == block ? 0 : 100);
			/* Of two that are equally near, the one that works. */
			d += k->fate == FATE_WORKS ? 0 : 1;
			if (d < best_distance) {
				best = k;
				best_distance = d;
			}
		}
	}
	return best;
}

const struct keyword *keyword_similar(struct keyword_index *index, enum block block,
				      const char *name)
{
	static const struct keyword none;
	struct {
		enum block block;
		char name[60];
	} key = { .block = block };
	size_t length = strnlen(name, sizeof(key.name));
	const struct keyword **slot, *best;

	if (length == sizeof(key.name))
		return NULL; /* longer than whatever is like a keyword */
	memcpy(key.name, name, length);
	slot = (const struct keyword **)(void *)map_slot(&index->similar, &key, sizeof(key));
	if (!*slot) {
		best = similar_find(index, block, name);
		*slot = best ? best : &none;
	}
	return *slot == &none ? NULL : *slot;
}

static const char *const block_names[BLOCK_N_] = {
	[BLOCK_NONE] = "no block",
	[BLOCK_TOP] = "the top level",
	[BLOCK_GLOBAL_DEFS] = "global_defs",
	[BLOCK_VRRP_INSTANCE] = "vrrp_instance",
	[BLOCK_AUTHENTICATION] = "authentication",
	[BLOCK_AUTH_HMAC] = "auth_hmac",
	[BLOCK_VRRP_SYNC_GROUP] = "vrrp_sync_group",
	[BLOCK_VRRP_SCRIPT] = "vrrp_script",
	[BLOCK_TRACK_FILE] = "track_file",
	[BLOCK_VRRP_TRACK_PROCESS] = "vrrp_track_process",
	[BLOCK_GARP_GROUP] = "garp_group",
	[BLOCK_TRACK_GROUP] = "track_group",
	[BLOCK_BFD_INSTANCE] = "bfd_instance",
	[BLOCK_SSL] = "SSL",
	[BLOCK_VIRTUAL_SERVER_GROUP] = "virtual_server_group",
	[BLOCK_VIRTUAL_SERVER] = "virtual_server",
	[BLOCK_REAL_SERVER] = "real_server",
	[BLOCK_CHECKER] = "a checker of a real_server",
	[BLOCK_URL] = "url",
	[BLOCK_HOST] = "host",
	[BLOCK_ADDRESSES] = "virtual_ipaddress",
	[BLOCK_VALUES] = "a list of values",
	[BLOCK_UNKNOWN] = "an unknown block",
};

const char *block_name(enum block block)
{
	return block_names[block];
}

bool block_has_keywords(enum block block)
{
	return block != BLOCK_NONE && block != BLOCK_ADDRESSES && block != BLOCK_VALUES &&
	       block != BLOCK_UNKNOWN && block != BLOCK_VIRTUAL_SERVER_GROUP;
}
