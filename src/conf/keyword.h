/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/lex.h"
#include "conf/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The keyword table: the one source of the language. Parser, findings, printer, and the generated
 * pages about keywords read it. A keyword is a row; rows lie in the kw_*.c files, one file for
 * each part of the language. */

/* Where a keyword may stand. */
enum block {
	BLOCK_NONE, /* opens none */
	BLOCK_TOP,
	BLOCK_GLOBAL_DEFS,
	BLOCK_VRRP_INSTANCE,
	BLOCK_AUTHENTICATION,
	BLOCK_AUTH_HMAC,
	BLOCK_VRRP_SYNC_GROUP,
	BLOCK_VRRP_SCRIPT,
	BLOCK_TRACK_FILE,
	BLOCK_VRRP_TRACK_PROCESS,
	BLOCK_GARP_GROUP,
	BLOCK_TRACK_GROUP,
	BLOCK_BFD_INSTANCE,
	BLOCK_SSL,
	BLOCK_VIRTUAL_SERVER_GROUP,
	BLOCK_VIRTUAL_SERVER,
	BLOCK_REAL_SERVER,
	BLOCK_CHECKER, /* TCP_CHECK, HTTP_GET and the rest */
	BLOCK_URL,
	BLOCK_HOST, /* of SMTP_CHECK */
	BLOCK_ADDRESSES, /* values, one on a line: see bind_address.c */
	BLOCK_VALUES, /* values that this release does not read */
	BLOCK_UNKNOWN, /* the body of something unknown: skipped whole */
	BLOCK_N_,
};

enum keyword_fate {
	FATE_WORKS,
	FATE_NO_EFFECT, /* accepted for good, and said to have no effect */
	FATE_REFUSED, /* not accepted; `hint` says what to use instead */
	FATE_NOT_YET, /* keepalived's, and coming here: no effect in this release */
};

enum argument_type {
	ARGUMENT_NONE, /* the end of the list */
	ARGUMENT_WORD,
	ARGUMENT_LINK, /* the name of an interface */
	ARGUMENT_INTEGER, /* in range */
	ARGUMENT_SECONDS, /* decimal, kept in microseconds; so is its range */
	ARGUMENT_CHOICE, /* one of `choices`; the value is its index */
	ARGUMENT_COMMAND, /* a command line with its user and group: see script.h */
};

struct argument {
	enum argument_type type;
	const char *name; /* as the pages show it */
	int64_t min, max;
	const char *choices; /* separated by `|` */
	bool optional;
};

/* For the rows. */
#define ARGUMENT(kind, word) { .type = kind, .name = word }
#define ARGUMENT_NUMBER(kind, word, least, most) \
	{ .type = kind, .name = word, .min = least, .max = most }
#define ARGUMENT_WORDS(words) { .type = ARGUMENT_CHOICE, .name = words, .choices = words }

#define KEYWORD_ARGUMENTS 3

/* One argument as it was read. */
struct value {
	const struct token *token; /* NULL: not written */
	const char *text;
	int64_t number;
};

enum keyword_flag {
	KEYWORD_REQUIRED = 1 << 0, /* its block is broken without a good value */
	KEYWORD_BAD_VALUE = 1 << 1, /* a bad value counts as `bad_value`, not as unset */
};

struct binder;
struct node;

struct keyword {
	enum block block;
	const char *name;
	const char *old_names; /* deprecated spellings, separated by blanks */
	enum block opens; /* the block that it begins */
	enum keyword_fate fate;
	struct argument arguments[KEYWORD_ARGUMENTS];
	unsigned flags; /* enum keyword_flag */
	size_t setting; /* offset of the struct setting that takes the first argument */
	int64_t value; /* what it means without arguments */
	int64_t bad_value;
	/* Takes the arguments in place of the setting. */
	void (*bind)(struct binder *b, const struct node *node, const struct value *values);
	const char *default_text; /* when it is not written */
	const char *unit;
	const char *doc; /* one sentence */
	const char *hint; /* refused, or without effect: what to do instead */
	const char *release; /* with which it came to vipd */
};

struct keyword_table {
	const struct keyword *rows;
	size_t count;
};

extern const struct keyword_table keyword_table_global, keyword_table_vrrp, keyword_table_later;

/* All rows, through which the lookups go. */
struct keyword_index {
	struct map names; /* name → struct keyword_entry */
	/* What keyword_similar() found: a loop may write one wrong word a million times. */
	struct map similar;
	const struct keyword_table *tables[4]; /* ended by NULL */
};

struct keyword_entry {
	const struct keyword *keyword;
	struct keyword_entry *next; /* the same name in another block */
	bool old; /* a deprecated spelling */
};

void keyword_index_init(struct keyword_index *index, struct arena *arena);

/* All that bear this name, in the order of the tables; NULL: nobody does. */
const struct keyword_entry *keyword_all(const struct keyword_index *index, const char *name);

/* The keyword of this name in this block, or NULL. */
const struct keyword *keyword_find(const struct keyword_index *index, enum block block,
				   const char *name);

/* What is like `name`: in `block` if there is something, else anywhere. NULL: nothing. */
const struct keyword *keyword_similar(struct keyword_index *index, enum block block,
				      const char *name);

/* "vrrp_instance", "the top level" … */
const char *block_name(enum block block);

/* Do keywords stand in it (not values)? */
bool block_has_keywords(enum block block);
