/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/arena.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conf/keyword.h"
#include "conf/map.h"
#include "conf/tree.h"
#include "wire/image.h"

/* The inside of a configuration, for the files of this room. */

/* A value that was written, or after validate() the one in force. */
struct setting {
	bool set; /* written, and good */
	struct place place;
	int64_t number;
	const char *text;
};

struct conf_script {
	const char *words; /* each ended by a NUL; words_size octets in all */
	size_t words_size;
	uint32_t word_count; /* 0: not set */
	const char *user, *group; /* NULL: not set */
};

struct conf_address {
	struct prefix prefix, peer;
	struct addr broadcast;
	uint8_t broadcast_mode, scope;
	const char *link; /* `dev`, or NULL: the instance's */
	const char *label; /* or NULL */
	struct place place;
	uint32_t link_index; /* set by validate() */
};

struct conf_addresses {
	struct conf_address *items;
	size_t count, room;
};

struct conf_instance {
	const char *name;
	struct place place; /* of its name, or of its keyword */
	const char *broken; /* the reason, or NULL */
	struct setting state, link, vrid, priority, version;
	struct setting advert_interval, preempt, preempt_delay;
	struct setting garp_delay, garp_repeat;
	struct setting auth_type, auth_pass;
	struct conf_script notify[NOTIFY_N_];
	struct conf_addresses advertised, excluded;
	unsigned bad_address_count; /* of virtual_ipaddress, left out */
	bool begins_ipv6; /* the first one was IPv6: so is the instance */
	struct map addresses_known; /* struct addr → where it was written */
	uint32_t link_index; /* set by validate() */
};

struct conf_global {
	struct setting router_id, version, garp_delay, garp_repeat;
};

struct kept_finding {
	struct conf_finding finding;
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
	unsigned consequences; /* a bit for each enum conf_consequence that was found */

	struct keyword_index keywords;
	struct conf_global global;
	struct conf_instance **instances; /* in the order of the file */
	size_t instance_count, instance_room;
	struct map instance_names;
	size_t address_count;

	/* Links that are used, in the order of their first use. */
	const char **links;
	size_t link_count, link_room;
	struct map link_indices; /* name → index + 1 */

	/* The image as build_image() made it, still with pointers to its parts. */
	struct image image;
	struct image_instance *image_instances;
	struct image_link *image_links;
	struct image_address *image_addresses;
	char *strings;
	size_t string_size, string_room;
	struct map string_offsets;
};

/* load.c: a file of the configuration, or NULL with -errno. */
struct source *load_source(struct conf *conf, const char *path, size_t *ret_size, int *ret_error);

/* Why a file cannot be read, with the code of the finding. */
const char *load_reason(int error, const char **ret_code);

/* What statements are bound to: offsets in a row's `setting` count from here. */
struct binder {
	struct conf *conf;
	struct conf_instance *instance; /* NULL outside of one */
	enum block before; /* at the top level: the block that ended last */
};

/* bind.c: the tree into the model. */
void bind_tree(struct conf *conf, const struct node *root);
void bind_body(struct binder *b, const struct node *node);

/* Reports a value that cannot be used, with what that means for `keyword`. */
void bind_bad_value(struct binder *b, const struct keyword *keyword, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Whether an interface of this name can exist; else reports it for `keyword`. */
bool bind_link_name(struct binder *b, const char *name);
void bind_link_exists(struct binder *b, const struct token *token);

/* bind_address.c: the values of virtual_ipaddress and virtual_ipaddress_excluded. */
void bind_addresses(struct binder *b, const struct node *node, const struct value *values);
void bind_addresses_excluded(struct binder *b, const struct node *node, const struct value *values);

/* The name of a scope of addresses, or NULL. */
const char *address_scope_name(uint8_t scope);

/* bind_vrrp.c: keywords of vrrp_instance that are more than one value. */
void bind_instance(struct binder *b, const struct node *node, const struct value *values);
void bind_state(struct binder *b, const struct node *node, const struct value *values);
void bind_interface(struct binder *b, const struct node *node, const struct value *values);
void bind_auth_pass(struct binder *b, const struct node *node, const struct value *values);
void bind_notify(struct binder *b, const struct node *node, const struct value *values);

/* Leaves the instance out. The first reason is the one that is kept. */
void instance_break(struct conf *conf, struct conf_instance *instance, const char *code,
		    const struct place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* validate.c: defaults, and what one value means beside another. */
void validate(struct conf *conf);

/* image.c */
void build_image(struct conf *conf);
