/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/arena.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/keyword.h"
#include "conf/map.h"
#include "conf/model.h"
#include "conf/model_global.h"
#include "conf/model_track.h"
#include "conf/model_route.h"
#include "conf/model_vrrp.h"
#include "conf/tree.h"
#include "wire/image.h"

/* The inside of a configuration, for the files of this room. */

struct kept_finding {
	struct conf_finding finding;
	struct place place;
	unsigned source_index, sequence;
};

struct conf {
	struct arena arena;
	const struct conf_world *world; /* only while loading */
	const char *path;
	const char *host_name;
	int64_t loaded_realtime_us;
	unsigned source_count;

	struct kept_finding *findings;
	size_t finding_count, finding_room, finding_overflow;
	struct map findings_known; /* what was said already: a definition may be used often */
	struct map hidden; /* origins whose value is a secret */
	struct map secret_lines; /* file and line of findings → struct secret_line */
	const struct secret_line *secret_first; /* the same as a list */
	struct map not_yet_said; /* keywords and options without effect: each is said once */
	struct conf_usage *usage, **usage_end;
	unsigned consequences; /* a bit for each enum conf_consequence that was found */

	struct keyword_index keywords;
	struct conf_global *global;
	struct map block_names; /* kind and name → the first struct conf_block that has it */
	struct map own_links; /* names of interfaces made for instances → struct conf_instance */
	struct conf_reference *references; /* to be looked up when everything is read */
	size_t reference_count, reference_room;
	unsigned guess_count; /* names that were looked for among all others */
	size_t address_count, peer_count, key_count; /* those that are kept */
	unsigned unordered_rules[2]; /* of IPv4, of IPv6: those that got their preference here */

	/* Links that are used, each by one family, in the order of their first use. */
	struct image_link *links;
	size_t link_count, link_room, named_link_count;
	struct map link_indices; /* struct image_link → index + 1 */

	/* The image as build_image() made it, still with pointers to its parts. */
	struct image image;
	struct image_instance *image_instances;
	struct image_address *image_addresses;
	struct image_peer *image_peers;
	struct image_key *image_keys;
	char *strings;
	size_t string_size, string_room;
	struct map string_offsets;
};

/* keyword.c: a model of this kind with its defaults. */
struct conf_block *model_new(struct conf *conf, enum block kind);
/* The option that is most like `word`, or NULL. */
const char *suggest_option(struct arena *arena, const struct argument *arguments, const char *word);
/* The index of a choice; -1: it is none. */
int64_t argument_choice(const struct argument *argument, const char *word);

static inline struct conf_instance *instance_at(const struct conf *conf, size_t i)
{
	return (struct conf_instance *)conf->global->instances.items[i];
}

static inline size_t instance_count(const struct conf *conf)
{
	return conf->global->instances.count;
}

/* load.c: a file of the configuration, or NULL with -errno. */
struct source *load_source(struct conf *conf, const char *path, size_t *ret_size, int *ret_error);

/* Why a file cannot be read, with the code of the finding. */
const char *load_reason(int error, const char **ret_code);

/* What statements are bound to. */
struct binder {
	struct conf *conf;
	struct conf_block *model; /* offsets of rows count from here */
	struct conf_instance *instance; /* NULL outside of one */
	const struct block_row *line; /* while a line is read: what it belongs to, else NULL */
	const struct argument *argument; /* that is being read */
	enum block before; /* at the top level: the block that ended last */
	bool is_later; /* inside of what has no effect in this release: that has been said */
};

/* Words of one statement or line, on their way into a model. */
struct reading {
	struct binder *b;
	const struct keyword *keyword; /* that they belong to */
	const struct argument *arguments;
	const struct token *words;
	unsigned word_count, at; /* `at`: the next one */
	struct conf_block *model;
	struct value *values; /* those by position; NULL: not wanted */
	bool is_group; /* of options inside a line, up to the first word that is none of them */
};

/* A name that is looked up when everything has been read. */
struct conf_reference {
	struct setting *setting;
	const struct token *token;
	enum block refers;
	struct conf_block *breaks; /* is left out when there is nothing of that name, or NULL */
};

/* bind.c: the tree into the model. */
void bind_tree(struct conf *conf, const struct node *root);
void bind_body(struct binder *b, const struct node *node);

/* bind_block.c: a block into a model of its own, in the list of its row; NULL: it was refused. */
struct conf_block *bind_block(struct binder *b, const struct node *node);
/* The lines or words of a block, each into a model in `list`. */
void bind_lines(struct binder *b, const struct node *node, struct conf_list *list);
void bind_references(struct conf *conf);
/* When it is known what is left out: what names it is left out, too. That has been said. */
void settle_references(struct conf *conf);
/* What has this name, or NULL. */
struct conf_block *block_find(const struct conf *conf, enum block kind, const char *name);
/* Leaves a block out. The first reason is the one that is kept. */
void block_break(struct conf *conf, struct conf_block *block, const char *code,
		 const struct place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* The same where the finding is made elsewhere; `reason` lives as long as the configuration. False:
 * it was left out before. */
bool block_leave_out(struct conf_block *block, const char *reason);
/* Items of a list that are not left out. */
size_t list_healthy(const struct conf_list *list);
/* As block_break() for what a later release can do: a warning. */
void block_break_later(struct conf *conf, struct conf_block *block, const struct place *place,
		       const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* bind_value.c: the range of a number, as messages and pages say it. */
void argument_range_print(const struct argument *argument, char *buffer, size_t size);
/* Reads the words into the model. False: the statement is of no use. */
bool bind_arguments(struct reading *r);
/* One word of a type. False: it was reported. */
bool bind_value(struct binder *b, const struct keyword *keyword, const struct argument *argument,
		struct value *value);
void bind_store(struct binder *b, const struct keyword *keyword, struct setting *setting,
		const struct value *value);
/* Looks a name up when everything has been read; `line` is left out when there is none, or NULL. */
void bind_reference(struct binder *b, struct setting *setting, const struct token *token,
		    enum block refers, struct conf_block *line);

/* Reports a value that cannot be used, with what that means for `keyword`. */
void bind_bad_value(struct binder *b, const struct keyword *keyword, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Whether an interface of this name can exist; else reports it for `keyword`. */
bool bind_link_name(struct binder *b, const char *name);
void bind_link_exists(struct binder *b, const struct token *token);

/* bind_address.c: the values of virtual_ipaddress and its kin. */
void bind_addresses(struct binder *b, const struct node *node, const struct value *values);
void bind_addresses_excluded(struct binder *b, const struct node *node, const struct value *values);
void bind_static_addresses(struct binder *b, const struct node *node, const struct value *values);
extern const struct argument address_line[];
void show_addresses(struct shower *s, const struct keyword *keyword,
		    const struct conf_block *model);

/* kw_tracked.c, kw_sync.c, kw_route.c, kw_rule.c: the grammars of their lines. */
extern const struct argument tracked_link_line[], tracked_script_line[], tracked_file_line[],
	tracked_process_line[], tracked_bfd_line[], peer_line[], route_line[], rule_line[];

/* The name of a scope of addresses, or NULL. */
const char *address_scope_name(uint8_t scope);

/* bind_global.c: keywords of global_defs and of trackers that are more than one value. */
void bind_receive_policy(struct binder *b, const struct node *node, const struct value *values);
void bind_include_check(struct binder *b, const struct node *node, const struct value *values);
void bind_umask(struct binder *b, const struct node *node, const struct value *values);
void bind_sync_daemon(struct binder *b, const struct node *node, const struct value *values);
void bind_lvs_timeouts(struct binder *b, const struct node *node, const struct value *values);
void bind_process_delay(struct binder *b, const struct node *node, const struct value *values);
void bind_garp_interface(struct binder *b, const struct node *node, const struct value *values);
void show_garp_interface(struct shower *s, const struct keyword *keyword,
			 const struct conf_block *model);

/* Lines and words of blocks, beside the keywords that open them. */
extern const struct argument link_delay_line[], linkbeat_line[]; /* kw_top.c */
extern const struct argument mail_word[], link_word[], instance_word[];

/* bind_vrrp.c: keywords of vrrp_instance that are more than one value. */
void bind_instance(struct binder *b, const struct node *node, const struct value *values);
void bind_state(struct binder *b, const struct node *node, const struct value *values);
void bind_interface(struct binder *b, const struct node *node, const struct value *values);
void bind_auth_pass(struct binder *b, const struct node *node, const struct value *values);
void bind_auth_key(struct binder *b, const struct node *node, const struct value *values);
void show_auth_keys(struct shower *s, const struct keyword *keyword,
		    const struct conf_block *model);
void bind_peers(struct binder *b, const struct node *node, const struct value *values);
void bind_group(struct binder *b, const struct node *node, const struct value *values);

/* bind_lvs.c: keywords of load balancing that are more than one value. */
void bind_scheduler_flag(struct binder *b, const struct node *node, const struct value *values);
void bind_status_code(struct binder *b, const struct node *node, const struct value *values);
void bind_misc_path(struct binder *b, const struct node *node, const struct value *values);
extern const struct argument group_server_line[];
/* Sets the codes from `first` to `last`, and the words that say which are set. */
void status_codes_add(struct conf *conf, struct conf_url *url, unsigned first, unsigned last);

/* show.c: what a row's `show` is given, and what it may say. */
struct shower {
	const struct conf *conf;
	const struct conf_visitor *visitor;
};

/* Words of one shown value; the texts of numbers and addresses lie in `texts`. */
#define SHOWN_WORDS 1024
struct shown_words {
	const char *words[SHOWN_WORDS];
	size_t count;
	char texts[SHOWN_WORDS * 16];
	size_t used;
};
void shown_word(struct shown_words *w, const char *word);
void shown_format(struct shown_words *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void show_value(struct shower *s, const struct keyword *keyword, const struct shown_words *w,
		enum conf_origin origin, const struct place *place);
void show_open(struct shower *s, const struct conf_block *block);
void show_close(struct shower *s);
/* Everything that rows of `kind` say of a model. */
void show_rows(struct shower *s, enum block kind, const struct conf_block *model);
void show_lines(struct shower *s, const struct keyword *keyword, const struct conf_list *list);

/* validate.c: defaults, and what one value means beside another. */
void validate(struct conf *conf);
/* Something else than what was written, or than the default, is in force. */
void setting_adjust(struct setting *setting, int64_t number);
/* A default that depends on other settings. */
void setting_default(struct setting *setting, int64_t number);

/* validate_track.c: trackers and the small blocks of the top level. */
void validate_track(struct conf *conf);
/* validate_global.c: global_defs and the settings of the top level, before instances inherit from
 * them; then what those mean for all instances. */
void validate_global(struct conf *conf);
void validate_network(struct conf *conf);

/* section.c: what findings stand in. */
void sections_find(struct conf *conf, const struct node *root);

/* secret.c: hides what may be a password or a key from all findings that were made. */
void secrets_hide(struct conf *conf, const struct node *root);
bool secret_is_origin(const struct conf *conf, const struct origin *origin);
/* A message or a hint (or NULL) without the secrets of the line that it is about. */
const char *secret_mask(struct conf *conf, const struct place *place, const char *text);

/* usage.c */
void usage_find(struct conf *conf, const struct node *root);

/* lint.c: rules about meaning. */
void lint(struct conf *conf);
/* validate_lvs.c, validate_checker.c: the same for load balancing. */
void validate_lvs(struct conf *conf);
/* `port`: that of the server as it was written, or 0. */
void validate_checkers(struct conf *conf, struct conf_virtual_server *service,
		       struct conf_real_server *server, int64_t port);

/* setting.c */
/* What a block does not say itself, the model around it may say: rows with `outer`. */
void inherit_outer(struct conf *conf, struct conf_block *block, const struct conf_block *around);
/* What a block does not say itself, global_defs may say for all. */
void validate_inherited(struct conf *conf, struct conf_block *block);
/* Left out by a mistake, and not only in this release? */
bool block_is_wrong(const struct conf_block *block);

/* validate_vrrp.c: an instance by itself. */
void validate_instance(struct conf *conf, struct conf_instance *i);
/* validate_source.c: where its adverts come from and go to, and the links made for it. */
void validate_family(struct conf *conf, struct conf_instance *i);
void validate_source(struct conf *conf, struct conf_instance *i);
void validate_own_links(struct conf *conf, struct conf_instance *i);
/* Its interface, else its VRF, else "". */
const char *link_name(const struct conf_instance *i);
/* The same in words: without an interface, the source that it serves from. */
const char *link_text(struct arena *arena, const struct conf_instance *i);
/* validate_hmac.c */
void validate_hmac(struct conf *conf, struct conf_instance *i);
/* validate_link.c: what instances mean beside each other, on their links. */
void validate_links(struct conf *conf);
/* validate_sync.c: sync groups, and what they mean for their members. */
void validate_groups(struct conf *conf);
/* validate_tracked.c: what an instance, and what a group tracks; when its instances are known. */
void validate_instance_trackers(struct conf *conf, struct conf_instance *i);
void validate_group_trackers(struct conf *conf, struct conf_sync_group *group);
/* validate_route.c: lists of routes and of rules. */
void validate_routes(struct conf *conf, const struct conf_list *routes, bool is_static);
void validate_rules(struct conf *conf, const struct conf_list *rules, bool is_static);

/* validate_script.c: commands, and the users that run them. */
void validate_scripts(struct conf *conf);

/* image.c */
void build_image(struct conf *conf);
