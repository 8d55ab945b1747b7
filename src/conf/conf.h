/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* keepalived.conf: text → blocks with file:line:column → typed model → image. All findings of one
 * run are collected and sorted by place. Files are read through a callback; nothing here opens
 * anything. One arena holds everything of one configuration and is freed whole. */

struct conf_cluster;
struct conf_diff;
struct conf; /* one loaded configuration with its findings */
struct image;

enum conf_severity {
	CONF_ERROR, /* something was left out because of it */
	CONF_WARNING, /* it runs, perhaps not as meant */
	CONF_HINT,
};

/* What a finding means for the exit code of `vipd -t` (product.md). */
enum conf_consequence {
	CONF_RUNS, /* 5: errors or warnings, but runs */
	CONF_NO_EFFECT, /* a hint: the exit code stays */
	CONF_MISSING_ARGUMENT, /* 2 */
	CONF_SCRIPT_SECURITY, /* 6 */
	CONF_CANNOT_RUN, /* 4 */
};

struct conf_finding {
	const char *code; /* stable: "unknown-keyword" … */
	enum conf_severity severity;
	enum conf_consequence consequence;
	const char *file;
	unsigned line, column; /* from 1; 0: the whole file */
	unsigned width; /* octets under the caret, at least 1 */
	const char *source; /* the source line, or NULL */
	const char *message;
	const char *hint; /* what to do, or NULL */
	const char *section; /* of vipd.conf(5), about the block that it stands in; or NULL */
	/* How the reader came there, from the inside to the outside: `included from a.conf:3`. */
	const char *const *chain;
	size_t chain_count;
};

enum conf_file_kind {
	CONF_FILE_REGULAR,
	CONF_FILE_EXECUTABLE, /* regular, but a program */
	CONF_FILE_DIRECTORY,
	CONF_FILE_OTHER, /* or gone meanwhile */
};

struct conf_match {
	const char *path;
	enum conf_file_kind kind;
};

/* As lstat(2) says it. */
struct conf_path {
	uint32_t mode, owner, group;
	char link[LIMIT_CONF_PATH]; /* where a symbolic link leads */
};

/* As whom a command runs. */
struct conf_account {
	uint32_t user, group;
	uint32_t groups[LIMIT_CONF_GROUPS]; /* all that the user is in */
	size_t group_count;
};

enum conf_account_result {
	CONF_ACCOUNT_FOUND,
	CONF_ACCOUNT_NO_USER,
	CONF_ACCOUNT_NO_GROUP,
};

/* Who runs commands when nobody is named and there is such a user; and where their programs are
 * looked for. */
#define CONF_SCRIPT_USER "keepalived_script"
#define CONF_SCRIPT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* An address with the network of its interface. */
struct conf_host_address {
	char link[LIMIT_LINK_NAME];
	struct prefix prefix;
};

/* How the loader sees the world. */
struct conf_world {
	void *context;
	/* Reads a whole file. 0 and the octets (the loader copies them before the next call), or
	 * -errno: -ENOENT, -EACCES, -EISDIR, -EFBIG (over LIMIT_CONF_FILE_SIZE) … */
	int (*read_file)(void *context, const char *path, const char **ret_data, size_t *ret_size);
	/* The files that match a pattern of glob(7) without braces, sorted; none is 0, too. The
	 * loader uses them before the next call. -E2BIG: over LIMIT_CONF_GLOB_ENTRIES. NULL: there
	 * are no files but the main one. */
	int (*glob)(void *context, const char *pattern, const struct conf_match **ret_matches,
		    size_t *ret_count);
	/* The value of an environment variable, or NULL. */
	const char *(*environment)(void *context, const char *name);
	/* Is there an interface of this name now? NULL: not asked. */
	bool (*link_exists)(void *context, const char *name);
	/* The addresses that interfaces have for themselves now, for the linter, which uses them
	 * before the next call. 0 or -errno. NULL: not asked. */
	int (*addresses)(void *context, const struct conf_host_address **ret_addresses,
			 size_t *ret_count);
	/* What an absolute path is; a symbolic link is not followed. 0 or -errno. NULL: programs
	 * are not looked for. */
	int (*look_at)(void *context, const char *path, struct conf_path *ret_path);
	/* A user by name or number, with a group (NULL: the user's own). NULL: not asked, nor is
	 * look_at. */
	enum conf_account_result (*find_account)(void *context, const char *user,
						 const char *group,
						 struct conf_account *ret_account);
	/* Told of each large piece of memory before it is used: a large file costs half its time
	 * in page faults, unless the kernel is asked for larger pages. NULL: nobody is. */
	void (*large_memory)(void *memory, size_t size);
	/* The host's name, for the default of router_id. */
	const char *host_name;
	/* For `@id` and `${_INSTANCE}`; NULL: the host's name up to its first dot. */
	const char *config_id;
	bool lint; /* also ask the rules about meaning (docs/findings.md) */
	bool usage; /* note which keywords are used: conf_usage() */
	bool for_keepalived; /* say also what keepalived would do otherwise: keepalived-… */
	bool checks_includes; /* as if the file began with `include_check`: -e */
	uint64_t random_seed; /* for `${_RANDOM}` */
	int64_t now_realtime_us;
};

/* Loads `path`. Always gives a configuration, perhaps with nothing but findings in it; NULL only
 * when memory ran out. */
struct conf *conf_load(const char *path, const struct conf_world *world);
struct conf *conf_free(struct conf *conf); /* returns NULL; takes NULL */

/* Could the main file be read? If not, the first finding says why. */
bool conf_is_read(const struct conf *conf);

/* "error", "warning", "hint". */
const char *conf_severity_name(enum conf_severity severity);

size_t conf_finding_count(const struct conf *conf);
const struct conf_finding *conf_finding(const struct conf *conf, size_t i);

/* Findings that did not fit LIMIT_CONF_FINDINGS. */
size_t conf_finding_overflow(const struct conf *conf);

/* What tells the daemon's run directory apart from that of others (base/run_dir.h), from `instance`
 * and `net_namespace`. RUN_DIR_SUFFIX_SIZE is enough. */
void conf_run_dir_suffix(const struct conf *conf, char *buffer, size_t size);

/* Healthy instances, and all that were written. */
unsigned conf_instance_count(const struct conf *conf);
unsigned conf_healthy_count(const struct conf *conf);
/* Those that are left out only because this release cannot run them yet. */
unsigned conf_waiting_count(const struct conf *conf);

/* The exit code of `vipd -t`: 0, 2, 4, 5 or 6. What hinders running most comes first:
 * 4 before 2 before 6 before 5. */
int conf_exit_code(const struct conf *conf);

/* One finding as text, as `vipd -t` shows it:
 *   FILE:LINE:COLUMN: error: MESSAGE [CODE]
 *       SOURCE LINE
 *          ^~~~
 *     hint: HINT
 *     manual: vipd.conf(5), SECTION
 *     CHAIN, a line for each step
 * Returns the length that it has (which may be over `size`). */
size_t conf_finding_print(const struct conf_finding *finding, char *buffer, size_t size);

/* The first line of it only, for the log. */
size_t conf_finding_print_line(const struct conf_finding *finding, char *buffer, size_t size);

enum conf_fate {
	CONF_FATE_WORKS,
	CONF_FATE_NO_EFFECT, /* accepted for good: `hint` says why */
	CONF_FATE_REFUSED, /* `hint` says what to use instead */
	CONF_FATE_NOT_YET, /* comes in a later release */
};

/* A keyword that the file uses. */
struct conf_usage {
	struct conf_usage *next;
	const char *keyword, *block; /* block: where it stands */
	enum conf_fate fate;
	const char *doc; /* one sentence */
	const char *hint; /* or NULL */
	/* For it keepalived puts more into the kernel than addresses, and only itself takes that
	 * away again. */
	bool is_left_by_keepalived;
	const char *file; /* of its first use */
	unsigned line;
};

/* Each keyword once, in the order of its first use. NULL: none, or the world did not ask. */
const struct conf_usage *conf_usage(const struct conf *conf);

/* Octets of the image of this configuration, and the image itself into a zeroed block of that
 * size. 0: it would be too large. Broken instances are in it, marked, with their reason. */
size_t conf_image_size(const struct conf *conf);
void conf_image_write(const struct conf *conf, struct image *image);

/* The configuration as text that loads to the same model and image: every setting, defaults too.
 * Blocks that are left out because of a mistake are comments in it.
 * Returns the length that it has (which may be over `size`). */
size_t conf_print(const struct conf *conf, char *buffer, size_t size);

enum conf_print_option {
	CONF_PRINT_ORIGINS = 1 << 0, /* behind each value a comment that says where it is from */
	CONF_PRINT_MASKED = 1 << 1, /* secrets are CONF_MASK: it does not load to the same model */
};
size_t conf_print_with(const struct conf *conf, unsigned options, char *buffer, size_t size);
#define CONF_MASK "********"

/* Where a value of the model comes from. */
enum conf_origin {
	CONF_DEFAULT,
	CONF_WRITTEN,
	CONF_INHERITED, /* from global_defs, or from the block around */
	CONF_ADJUSTED, /* written, but something else is in force */
};

/* A block or a value, as it is shown. Everything in it is good until the callback returns. */
struct conf_shown {
	const char *keyword;
	const char *const *words; /* behind the keyword; of a command: its own words */
	size_t word_count;
	bool is_command;
	const char *user, *group; /* of a command; NULL: not given */
	bool is_line; /* a line of the list that `keyword` opens */
	bool is_secret; /* its last word is a password or a key */
	bool is_own_line; /* a line of the block itself, which `keyword` opened */
	bool is_escaped; /* its word is written with quotes and escapes */
	bool works; /* has an effect in this release */
	enum conf_origin origin;
	const char *file; /* NULL: it was not written */
	unsigned line;
	const char *broken; /* a block that is left out: why */
	bool is_later; /* left out only because this release cannot do it yet */
	const char *unit; /* of a number, or NULL */
};

struct conf_visitor {
	void *context;
	void (*open)(void *context, const struct conf_shown *block);
	void (*value)(void *context, const struct conf_shown *value);
	void (*close)(void *context);
};

/* Shows the whole model, every value with its origin: blocks nested, in the order of the keyword
 * tables, those of one kind in the order of the file. Secrets are shown as they are. */
void conf_visit(const struct conf *conf, const struct conf_visitor *visitor);

/* Where a value comes from, in words: "server1.conf:6", "default", "adjusted, server1.conf:9",
 * "from global_defs, server1.conf:3". Fit for a comment. Returns the length that it has (which may
 * be over `size`). */
size_t conf_origin_print(const struct conf_shown *shown, char *buffer, size_t size);

/* What does not fit between the nodes of one cluster: nodes are loaded configurations, in the order
 * in which they are to be named. A finding stands in the later one of two files and names the place
 * in the earlier one. NULL: memory ran out. The nodes have to outlive it. */
struct conf_cluster *conf_cluster_check(const struct conf *const *nodes, size_t count);
struct conf_cluster *conf_cluster_free(struct conf_cluster *cluster); /* NULL; takes NULL */
size_t conf_cluster_finding_count(const struct conf_cluster *cluster);
const struct conf_finding *conf_cluster_finding(const struct conf_cluster *cluster, size_t i);
size_t conf_cluster_finding_overflow(const struct conf_cluster *cluster);

enum conf_difference_kind {
	CONF_ADDED,
	CONF_REMOVED,
	CONF_CHANGED, /* a value; of a block: its name, or something in it */
	CONF_REORDERED, /* a list: `before` and `after` are its first line out of place */
};

/* A difference in effect: the same value from another place is none. A block stands before what
 * differs in it, which has a greater depth. */
struct conf_difference {
	enum conf_difference_kind kind;
	bool is_block;
	unsigned depth;
	const struct conf_shown *before, *after; /* NULL: not there */
	const char *const *effects; /* sentences: what a reload does with it */
	size_t effect_count;
};

/* What becomes of instances at a reload. */
struct conf_diff_counts {
	unsigned added, removed, changed, replaced; /* replaced: another virtual router */
	unsigned untouched;
};

/* What a reload from one configuration to the other would change. NULL: memory ran out. Both have
 * to outlive it. Time and memory grow with the size of the configurations. */
struct conf_diff *conf_diff(const struct conf *before, const struct conf *after);
struct conf_diff *conf_diff_free(struct conf_diff *diff); /* NULL; takes NULL */
size_t conf_diff_count(const struct conf_diff *diff);
const struct conf_difference *conf_diff_at(const struct conf_diff *diff, size_t i);
struct conf_diff_counts conf_diff_counts(const struct conf_diff *diff);
/* Why a running daemon would refuse the new configuration and keep the old one, or NULL. */
const char *conf_diff_refusal(const struct conf_diff *diff);
