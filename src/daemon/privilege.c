/* SPDX-License-Identifier: GPL-2.0-or-later */

/* From root to what a role may do. The order matters: limits first, they need root; then the
 * bounding set, which needs CAP_SETPCAP; then groups and user, with the permitted capabilities
 * kept; then exactly the capabilities that stay; last the ambient set, which carries them through
 * exec of a program without file capabilities.
 *
 * The role has its sandbox besides (sandbox.h): this side takes away what only root can, that side
 * what the dynamic linker still needed. */

#include "daemon/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#define OVERFLOW_ID 65534

void privilege_user(const char *name, struct privilege *ret_privilege)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		user = getpwnam("nobody");
	ret_privilege->uid = user ? user->pw_uid : OVERFLOW_ID;
	ret_privilege->gid = user ? user->pw_gid : OVERFLOW_ID;
}

static void limits_set(const struct privilege *p)
{
	const struct rlimit none = { 0, 0 }, unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit files;

	/* A core would hold the passwords. */
	setrlimit(RLIMIT_CORE, &none);
	if (p->is_locked)
		setrlimit(RLIMIT_MEMLOCK, &unlimited);
	/* Four sockets for each of LIMIT_LINKS links are more than the usual 1024. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static void capabilities_choose(const struct privilege *p, capng_type_t type)
{
	if (p->is_network)
		capng_updatev(CAPNG_ADD, type, CAP_NET_ADMIN, CAP_NET_RAW, -1);
}

/* Whoever checks a configuration without being root has no other user to become. */
static int nothing_keep(void)
{
	struct privilege nobody = { 0 };

	if (geteuid() == 0) {
		privilege_user("vipd", &nobody);
		return privilege_drop(&nobody);
	}
	capng_clear(CAPNG_SELECT_CAPS);
	capng_clear(CAPNG_SELECT_AMBIENT);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0 || capng_apply(CAPNG_SELECT_AMBIENT) != 0)
		return -EPERM;
	return 0;
}

int privilege_drop(const struct privilege *p)
{
	const int kept = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE;

	if (!p)
		return nothing_keep();
	/* Somebody's root is not what this is for. */
	if (p->uid == 0 || p->gid == 0)
		return -EINVAL;
	limits_set(p);
	capng_clear(CAPNG_SELECT_ALL);
	capabilities_choose(p, CAPNG_BOUNDING_SET);
	if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		return -EPERM;
	capabilities_choose(p, (capng_type_t)kept);
	if (capng_change_id((int)p->uid, (int)p->gid, CAPNG_DROP_SUPP_GRP) != 0)
		return -EPERM;
	capabilities_choose(p, CAPNG_AMBIENT);
	if (capng_apply(CAPNG_SELECT_AMBIENT) != 0)
		return -EPERM;
	/* Proof: there is no way back. */
	if (setuid(0) == 0 || getuid() != p->uid || geteuid() != p->uid || getgid() != p->gid)
		return -EPERM;
	return 0;
}
