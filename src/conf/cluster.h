/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* The inside of a comparison of nodes, for the files with its rules. A rule gets an instance and
 * its counterpart on an earlier node, and says what does not fit with diag_error(cluster_findings,
 * …) at a place of the later one; cluster_line() names a place of the earlier one. */

struct cluster_node {
	const struct conf *conf;
	/* Collects the findings of this node; holds nothing else. What rules allocate comes from
	 * its arena. */
	struct conf findings;
};

struct conf_cluster {
	struct cluster_node *nodes;
	size_t count;
	/* Instances by link and VRID, and by address and VRID: the first node that has one. */
	struct map by_link, by_address;
	struct map by_address_only; /* the same under any VRID */
	struct map priorities; /* of an instance's counterparts: who has it */
	struct cluster_instance *instances; /* those of all nodes, the last one first */
	const struct conf_finding **list; /* of all nodes, in their order */
	size_t finding_count;
};

/* An instance of the earliest node that has it. */
struct cluster_instance {
	const struct conf_instance *instance;
	struct cluster_node *node;
	bool is_known; /* another node has it, or something was said of it */
	struct cluster_instance *next;
};

/* `a.conf:3`, in the arena of `findings`. */
const char *cluster_line(struct conf *findings, const struct place *place);

/* cluster_rules.c: all rules about an instance and its counterpart. */
void cluster_compare(struct conf *findings, const struct conf_instance *i,
		     const struct conf_instance *peer);
