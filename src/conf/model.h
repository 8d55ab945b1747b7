/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "conf/conf.h"
#include "conf/keyword.h"
#include "conf/lex.h"

/* What the typed model is made of. A block of the file becomes a structure that begins with a
 * struct conf_block; what stands in it becomes settings, at the offsets that the keyword tables
 * name; blocks and lines inside it become lists. Everything lies in the arena of the configuration.
 * The structures themselves: model_global.h, model_vrrp.h, model_lvs.h. */

struct conf_block;

/* Words in a row, as of an argument that is repeated. */
struct conf_words {
	const char *const *items;
	size_t count;
};

struct conf_script {
	const char *words; /* each ended by a NUL; words_size octets in all */
	size_t words_size;
	uint32_t word_count; /* at least 1 */
	const char *const *argv; /* the same words */
	const char *user, *group; /* NULL: not given */
};

/* A value that was written, or else its default; after validate() the one in force. */
struct setting {
	const struct place *place; /* where it was written; NULL: nowhere */
	/* As it was written (of repeated words the first), or the default's text; NULL: none. */
	const char *text;
	union {
		int64_t number; /* numbers, times (in microseconds), CHOICE, BOOLEAN, flags */
		const struct prefix *prefix; /* ADDRESS, PREFIX; NULL: none, or a word for it */
		const struct conf_script *script; /* COMMAND; NULL: none */
		const struct conf_words *words; /* of whatever is REPEATED */
		const struct conf_block *target; /* NAME; NULL: nothing of that name */
	};
	uint8_t origin; /* enum conf_origin */
	bool set; /* written, and good */
	bool locked; /* of a LOCKABLE: `lock` stood before the value */
};

/* What was written; empty: nothing, or nothing good. */
static inline const char *setting_text(const struct setting *setting)
{
	return setting->set ? setting->text : "";
}

/* What every structure of the model begins with. */
struct conf_block {
	enum block kind;
	const struct keyword *keyword; /* that opened it, or that its line belongs to */
	/* What identifies it: the words behind its keyword ("VI_1", "192.0.2.1 80"), else the
	 * keyword. Fit for a terminal. */
	const char *name;
	const struct token *words; /* behind the keyword, as they were written */
	unsigned word_count;
	struct place place; /* of its name, or of its keyword */
	const char *broken; /* why it is left out, or NULL */
	bool is_later; /* left out only because this release cannot do it yet */
	bool has_stray; /* a word that is no keyword stood in it: see struct block_row */
};

/* Blocks of one kind, in the order of the file. */
struct conf_list {
	struct conf_block **items;
	size_t count, room;
};

/* One of the words that a block holds. */
struct conf_word {
	struct conf_block block;
	struct setting value;
};

static inline struct setting *model_setting(const struct conf_block *model, size_t at)
{
	return (struct setting *)(void *)((char *)(uintptr_t)model + at);
}

static inline struct conf_list *model_list(const struct conf_block *model, size_t at)
{
	return (struct conf_list *)(void *)((char *)(uintptr_t)model + at);
}

/* Has it a value at all: written, inherited, or by default? */
bool setting_has_value(const struct setting *setting);
/* Something else than what was written, or than the default, is in force. */
void setting_adjust(struct setting *setting, int64_t number);
/* A default that depends on other settings. */
void setting_default(struct setting *setting, int64_t number);
/* What is not written comes from elsewhere, if that has a value. */
void setting_inherit(struct setting *setting, const struct setting *from);
/* As if it had never been written. */
void setting_clear(struct setting *setting);

void list_add(struct conf *conf, struct conf_list *list, struct conf_block *item);
