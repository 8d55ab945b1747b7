/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the parent gives to a role on its way into exec. */
struct privilege {
	uid_t uid;
	gid_t gid;
	bool keeps_user; /* those are the parent's own */
	bool is_network; /* CAP_NET_ADMIN and CAP_NET_RAW, through exec; else no capability */
	bool is_locked; /* may lock memory without limit */
};

/* What vipd cannot do without and does not have. False: nothing. True with a sentence that names it
 * and where it comes from. */
bool privilege_missing(char *buffer, size_t size);

/* Memory can be locked without limit. */
bool privilege_locks_memory(void);

/* The user of this name, or where the package has not made it `nobody`, or where that is unknown
 * too the kernel's overflow user; our own where a child cannot be another's, as in a container.
 * Reads files: once at start, not in the child. */
void privilege_user(const char *name, struct privilege *ret_privilege);

/* Becomes that, irrevocably: in the child, between fork and exec. 0, or -errno: the child must end
 * then. Limits that cannot be raised are left as they are.
 * NULL: for a child without exec that only computes: the user of `vipd`, without any capability. */
int privilege_drop(const struct privilege *p);
