/* SPDX-License-Identifier: GPL-2.0-or-later */

/* From root to what a role may do. The order matters: limits first, they need root; then the
 * bounding set, which needs CAP_SETPCAP; then groups and user, with the permitted capabilities
 * kept; then exactly the capabilities that stay; last the ambient set, which carries them through
 * exec of a program without file capabilities.
 *
 * A container gives less: often the two capabilities of the network and no more, and not even to
 * root. Then the roles keep the user, and lose what capabilities there are just the same.
 *
 * The role has its sandbox besides (sandbox.h): this side takes away what only root can, that side
 * what the dynamic linker still needed. */

#include "daemon/privilege.h"

#include "base/text.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#define OVERFLOW_ID 65534

/* What vipd-vrrp works with. */
static const struct {
	unsigned number;
	const char *name; /* without CAP_ */
} needed[] = { { CAP_NET_ADMIN, "NET_ADMIN" }, { CAP_NET_RAW, "NET_RAW" } };

static bool have(unsigned capability)
{
	return capng_have_capability(CAPNG_PERMITTED, capability);
}

static void add_missing(struct text *t, const char *before)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!have(needed[i].number))
			text_add(t, " %s%s", before, needed[i].name);
}

bool privilege_missing(char *buffer, size_t size)
{
	struct text t;

	capng_get_caps_process();
	if (have(CAP_NET_ADMIN) && have(CAP_NET_RAW))
		return false;
	text_init(&t, buffer, size);
	text_add(&t, "Missing, and vipd needs it:");
	add_missing(&t, "CAP_");
	text_add(&t, " (in a container");
	add_missing(&t, "--cap-add ");
	text_add(&t, "; in a unit AmbientCapabilities=, CapabilityBoundingSet=; else start it as "
		     "root)");
	return true;
}

bool privilege_locks_memory(void)
{
	struct rlimit limit;

	capng_get_caps_process();
	return have(CAP_SYS_RESOURCE) ||
	       (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_max == RLIM_INFINITY);
}

/* A child of another user must also be ended, and its memory closed to others (tables.c). */
static bool child_can_be_anothers(void)
{
	capng_get_caps_process();
	return have(CAP_SETUID) && have(CAP_SETGID) && have(CAP_SETPCAP) && have(CAP_KILL) &&
	       have(CAP_FOWNER);
}

void privilege_user(const char *name, struct privilege *ret_privilege)
{
	const struct passwd *user = NULL;

	ret_privilege->keeps_user = !child_can_be_anothers();
	if (ret_privilege->keeps_user) {
		ret_privilege->uid = geteuid();
		ret_privilege->gid = getegid();
		return;
	}
	user = getpwnam(name);
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

static int change_user(const struct privilege *p)
{
	if (capng_change_id((int)p->uid, (int)p->gid, CAPNG_DROP_SUPP_GRP) != 0)
		return -EPERM;
	/* Proof: there is no way back. */
	if (setuid(0) == 0 || getuid() != p->uid || geteuid() != p->uid || getgid() != p->gid)
		return -EPERM;
	return 0;
}

static int keep_user(void)
{
	return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : -EPERM;
}

int privilege_drop(const struct privilege *p)
{
	const int kept = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE;
	struct privilege computes = { 0 };
	int r;

	if (!p) {
		privilege_user("vipd", &computes);
		p = &computes;
	}
	/* Somebody's root is not what this is for. */
	if (!p->keeps_user && (p->uid == 0 || p->gid == 0))
		return -EINVAL;
	limits_set(p);
	capng_clear(CAPNG_SELECT_ALL);
	capabilities_choose(p, CAPNG_BOUNDING_SET);
	if (!p->keeps_user && capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		return -EPERM;
	capabilities_choose(p, (capng_type_t)kept);
	r = p->keeps_user ? keep_user() : change_user(p);
	if (r < 0)
		return r;
	capabilities_choose(p, CAPNG_AMBIENT);
	return capng_apply(CAPNG_SELECT_AMBIENT) == 0 ? 0 : -EPERM;
}
