/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/lex.h"
#include "conf/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The keyword tables: the one source of the language. Parser, findings, printer, comparison and the
 * generated pages read them. A keyword is a row, a kind of block is a row too; rows of keywords lie
 * in the kw_*.c files, one file for each part of the language, and say where in the model (model.h)
 * their values go. */

/* Where a keyword, or a line of values, may stand. */
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
	BLOCK_TCP_CHECK,
	BLOCK_HTTP_GET, /* SSL_GET too */
	BLOCK_SMTP_CHECK,
	BLOCK_DNS_CHECK,
	BLOCK_MISC_CHECK,
	BLOCK_BFD_CHECK,
	BLOCK_UDP_CHECK,
	BLOCK_PING_CHECK,
	BLOCK_FILE_CHECK,
	BLOCK_URL,
	BLOCK_HOST, /* of SMTP_CHECK */
	/* Lines of values. */
	BLOCK_ADDRESSES, /* virtual_ipaddress and its kin: see bind_address.c */
	BLOCK_ROUTES,
	BLOCK_RULES,
	BLOCK_TRACKED_INTERFACES,
	BLOCK_TRACKED_SCRIPTS,
	BLOCK_TRACKED_FILES,
	BLOCK_TRACKED_PROCESSES,
	BLOCK_TRACKED_BFD,
	BLOCK_UNICAST_PEERS,
	BLOCK_GROUP_SERVERS, /* of a virtual_server_group */
	BLOCK_LINK_DELAYS, /* interface_up_down_delays */
	BLOCK_LINKBEAT_INTERFACES,
	/* Words: each is a value, however many stand on a line. */
	BLOCK_INSTANCE_NAMES, /* group of a sync group or a track group */
	BLOCK_LINK_NAMES, /* interfaces of a garp_group */
	BLOCK_MAIL_ADDRESSES,
	BLOCK_UNKNOWN, /* the body of something unknown: skipped whole */
	BLOCK_N_,
};

enum block_content {
	CONTENT_SKIPPED,
	CONTENT_KEYWORDS,
	CONTENT_LINES, /* a value a line */
	CONTENT_WORDS, /* a value a word */
};

enum keyword_fate {
	FATE_WORKS,
	FATE_NO_EFFECT, /* accepted for good, and said to have no effect: `hint` says why */
	FATE_REFUSED, /* keepalived had it long ago, and old samples still have: `hint` says what
		       * to use instead */
	FATE_NOT_YET, /* read and kept, and coming here: no effect in this release */
};

enum argument_type {
	ARGUMENT_NONE, /* the end of the list */
	ARGUMENT_WORD,
	ARGUMENT_LINK, /* the name of an interface */
	ARGUMENT_INTEGER, /* in range; decimal, with ARGUMENT_ANY_BASE also 0x10 */
	ARGUMENT_SECONDS, /* decimal, kept in microseconds; so is its range */
	ARGUMENT_MILLISECONDS, /* the same, kept in microseconds, too */
	ARGUMENT_CHOICE, /* one of `choices`; the value is its index */
	ARGUMENT_BOOLEAN, /* on, true, yes; off, false, no */
	ARGUMENT_MARK, /* the word `option` itself: 1 */
	ARGUMENT_ADDRESS, /* IPv4 or IPv6 */
	ARGUMENT_PREFIX, /* ADDRESS[/LENGTH], or one of `choices` */
	ARGUMENT_MAC, /* five or six octets in hexadecimal */
	ARGUMENT_HEX, /* octets in hexadecimal; `min`..`max` of them, if that is not 0 */
	ARGUMENT_ESCAPED, /* a word with quotes and escapes: see script.h */
	ARGUMENT_SYMBOL, /* a number in range in any base; -1: a name of iproute2's tables */
	ARGUMENT_NAME, /* the name of a block of the kind `refers` */
	ARGUMENT_USER, /* of the host, by name or number */
	ARGUMENT_USER_GROUP, /* the same; a `:` before it is keepalived's, too */
	ARGUMENT_COMMAND, /* a command line with its user and group: see script.h */
	ARGUMENT_GROUP, /* `option` begins a group of its own, `group`; `at` is a list */
};

enum argument_flag {
	ARGUMENT_OPTIONAL = 1 << 0,
	ARGUMENT_REPEATED = 1 << 1, /* takes all words that are left, each of its type */
	ARGUMENT_ANY_BASE = 1 << 2, /* 0x10 and 010 as C writes them */
	ARGUMENT_ANY_CASE = 1 << 3, /* a choice in any case */
	ARGUMENT_NOT_YET = 1 << 4, /* of a keyword that works; no effect in this release */
	ARGUMENT_PRESENT = 1 << 5, /* an interface that should be there: a warning without it */
	ARGUMENT_ALONE = 1 << 6, /* a command that takes no user and no group */
	ARGUMENT_OR_OPTION = 1 << 7, /* one of the options may stand in its place */
	ARGUMENT_WILDCARD = 1 << 8, /* x stands for any hexadecimal digit */
	/* Among the options, and its announcing word may be missing: it takes the first word that
	 * looks like it and announces nothing. */
	ARGUMENT_BARE = 1 << 9,
	ARGUMENT_LOCKABLE = 1 << 10, /* `lock` may stand before the value */
	ARGUMENT_FAMILY = 1 << 11, /* `inet` or `inet6` may stand before the address */
};

/* An argument by its position, or (`option`) behind a word that announces it, in any order behind
 * those by position. An optional CHOICE or INTEGER by position is passed over when the word is
 * none; the CHOICE may still come later. */
struct argument {
	enum argument_type type;
	const char *name; /* as the pages show it: "SECONDS" */
	const char *option; /* the announcing word, its spellings separated by `|` */
	int64_t min, max; /* of a WORD `max` is how many octets it may have, when not 0 */
	const char *choices; /* separated by `|` */
	unsigned flags; /* enum argument_flag */
	enum block refers;
	const struct argument *group; /* ended by ARGUMENT_NONE */
	size_t group_size; /* octets of its model, which begins with a struct conf_block */
	/* Offset of its struct setting in the model, of a keyword that opens a block in that one's;
	 * 0: the row's `at` or its function. */
	size_t at;
	const char *preset; /* the default as it would be written; NULL: none, or in words only */
	const char *default_text; /* when it is not written and `preset` does not say it */
	const char *unit, *doc; /* NULL: as the row says */
};

/* For the rows. */
#define ARGUMENTS(...) \
	.arguments = (const struct argument[]) { __VA_ARGS__, { .type = ARGUMENT_NONE } }
#define ARGUMENT(kind, word) { .type = kind, .name = word }
#define ARGUMENT_NUMBER(kind, word, least, most) \
	{ .type = kind, .name = word, .min = least, .max = most }
#define ARGUMENT_WORDS(words) { .type = ARGUMENT_CHOICE, .name = words, .choices = words }

/* One argument as it was read. */
struct value {
	const struct argument *argument; /* NULL: not written */
	const struct token *token;
	const char *text;
	union {
		int64_t number;
		const struct prefix *prefix; /* ADDRESS, PREFIX */
		const struct conf_words *words; /* of whatever is REPEATED */
	};
};

/* Arguments by position that one row may have. */
#define KEYWORD_VALUES 8

enum keyword_flag {
	KEYWORD_REQUIRED = 1 << 0, /* its block is broken without a good value */
	KEYWORD_BAD_VALUE = 1 << 1, /* a bad value counts as `bad_value`, not as unset */
	KEYWORD_FIRST = 1 << 2, /* the first one counts, not the last */
	/* Not yet, and without it the block would do something else than was meant: its instance
	 * is left out. */
	KEYWORD_VITAL = 1 << 3,
	KEYWORD_SECRET = 1 << 4, /* its last word is a password or a key: shown masked */
	/* For it keepalived puts more into the kernel than addresses of an interface, which stays
	 * there when it is killed. */
	KEYWORD_LEFT = 1 << 5,
};

struct binder;
struct conf_words;
struct prep;
struct token;
struct node;
struct shower;
struct conf_block;

struct keyword {
	enum block block;
	const char *name;
	const char *old_names; /* deprecated spellings, separated by blanks */
	const char *taken_for; /* words that people write for it and nobody knows: suggestions */
	enum block opens; /* the block that it begins */
	enum keyword_fate fate;
	const struct argument *arguments; /* ended by ARGUMENT_NONE; NULL: none */
	unsigned flags; /* enum keyword_flag */
	/* Offset in the model: of the struct setting that takes the first argument (or `value`),
	 * or of the struct conf_list that takes a block or its lines. 0: none. */
	size_t at;
	int64_t value; /* what it means without arguments */
	int64_t bad_value;
	/* Where instances have their default from: offset of the setting in struct conf_global. */
	size_t inherits;
	/* The same in the model of the block around; its arguments lie there as they do here. */
	size_t outer;
	const char *preset; /* the default of `at`, as it would be written; NULL: none */
	/* Acts as soon as it is read, on the lines that follow: bound it is only when all of them
	 * are there. */
	void (*act)(struct prep *prep, const struct token *words, unsigned word_count);
	/* Takes the arguments in place of the setting. */
	void (*bind)(struct binder *b, const struct node *node, const struct value *values);
	/* Shows it in place of the setting. */
	void (*show)(struct shower *s, const struct keyword *keyword,
		     const struct conf_block *model);
	const char *default_text; /* when it is not written and `preset` does not say it */
	const char *unit;
	const char *doc; /* one sentence */
	const char *hint; /* refused, or without effect: what to do instead */
	const char *release; /* with which it came to vipd; NULL: later */
};

struct keyword_table {
	const struct keyword *rows;
	size_t count;
};

/* A kind of block. */
struct block_row {
	const char *name; /* as messages call it */
	enum block_content content;
	/* Octets of its model, which begins with a struct conf_block; of a line or a word when it
	 * holds such. 0: its keywords belong to the model around it. */
	size_t model_size;
	const struct argument *line; /* of lines and words; ended by ARGUMENT_NONE */
	bool is_named; /* the words behind its keyword are its name, which is there once */
	bool is_whole; /* a bad option leaves its line out, else only itself */
	/* A block with a name and lines: the kind of its lines, and where in its model their list
	 * lies. */
	enum block lines;
	size_t lines_at;
	const char *stray; /* the list in it that a word belongs to which is no keyword, or NULL */
};

extern const struct keyword_table keyword_table_global, keyword_table_top, keyword_table_track,
	keyword_table_bfd, keyword_table_vrrp, keyword_table_sync, keyword_table_route,
	keyword_table_rule, keyword_table_lvs, keyword_table_checker;

/* The rows of one kind of block, in the order of the tables, and its model with every default. */
struct block_rows {
	const struct keyword **rows;
	size_t count, room;
	void *template;
};

/* All rows, through which the lookups go. */
struct keyword_index {
	struct map names; /* name → struct keyword_entry */
	/* What keyword_similar() found: a loop may write one wrong word a million times. */
	struct map similar;
	struct block_rows blocks[BLOCK_N_];
	const struct keyword_table *tables[16]; /* ended by NULL */
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

/* What is like `name`: in `block` if there is something, else anywhere; rather one that opens a
 * block when `with_block`. NULL: nothing. */
const struct keyword *keyword_similar(struct keyword_index *index, enum block block,
				      const char *name, bool with_block);

/* Is `word` one that people write for this keyword and nobody knows? */
bool keyword_is_taken_for(const struct keyword *keyword, const char *word);

/* block.c: the kinds of blocks. */
const struct block_row *block_row(enum block block);
/* "vrrp_instance", "the top level" … */
const char *block_name(enum block block);
/* Do keywords stand in it (not values)? */
bool block_has_keywords(enum block block);
/* Has the block itself a model, and not only its lines? */
bool block_has_model(enum block block);

/* Does `word` announce this argument? */
bool argument_is_option(const struct argument *argument, const char *word);
