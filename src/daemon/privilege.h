/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* What the parent, as root, gives to a role on its way into exec. */
struct privilege {
	uid_t uid;
	gid_t gid;
	bool is_network; /* CAP_NET_ADMIN and CAP_NET_RAW, through exec; else no capability */
	bool is_locked; /* may lock memory without limit */
};

/* The user of this name, or where the package has not made it `nobody`, or where that is unknown
 * too the kernel's overflow user. Reads files: once at start, not in the child. */
void privilege_user(const char *name, struct privilege *ret_privilege);

/* Becomes that, irrevocably: in the child, between fork and exec. 0, or -errno: the child must end
 * then. Limits that cannot be raised are left as they are.
 * NULL: for a child without exec that only computes: the user `vipd`, or `nobody`, without any
 * capability; a process that is not root stays who it is. */
int privilege_drop(const struct privilege *p);
