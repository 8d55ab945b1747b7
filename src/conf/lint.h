/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* Rules about meaning: what is read well and still is perhaps not what was meant. */

struct lint;

struct lint_rule {
	const char *code; /* its paragraph in docs/findings.md */
	/* A hint leaves the exit code alone; a warning is for what costs somebody their service. */
	enum conf_severity severity;
	/* One of the two: */
	void (*instance)(struct lint *l, const struct conf_instance *i); /* of each that runs */
	void (*whole)(struct lint *l);
};

struct lint_rules {
	const struct lint_rule *rows;
	size_t count;
};

/* lint_here.c: what this host has besides; empty when it is not asked. */
struct lint_host {
	struct map networks; /* lint_here.c's keys → const struct conf_host_address */
	bool has_length[129]; /* of a network among them */
};

struct lint {
	struct conf *conf;
	const struct lint_rule *rule; /* that is being asked */
	struct lint_host host;
};

void lint_host_read(struct lint *l);

/* A finding of the rule. */
void lint_say(struct lint *l, const struct place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Where it was written, else the block. */
const struct place *lint_place(const struct setting *setting, const struct conf_block *block);

/* lint_track.c: sums of the weights of what an instance tracks, the positive ones and the others.
 * */
void lint_weights(const struct conf_instance *i, int64_t *ret_up, int64_t *ret_down);
/* lint_lvs.c: marks what checkers name. */
void lint_servers_mark(struct conf *conf, struct map *used);

extern const struct lint_rules lint_rules_vrrp, lint_rules_unicast, lint_rules_track,
	lint_rules_group, lint_rules_lvs, lint_rules_here;
