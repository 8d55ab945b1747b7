/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Users and groups of scripts. Whoever checks a configuration and whoever runs a script ask the
 * same question here, so that they get the same answer. A number need not be in any database.
 *
 * Not here: who runs a script that names nobody (conf says it for checking, script.c does it). */
#include "host/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>

static bool parse_number(const char *text, unsigned *ret_number)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || n >= UINT32_MAX)
		return false;
	*ret_number = (unsigned)n;
	return true;
}

static bool find_group(const char *name, uint32_t *ret_group)
{
	const struct group *group = getgrnam(name);
	unsigned number;

	if (!group && !parse_number(name, &number))
		return false;
	*ret_group = group ? group->gr_gid : number;
	return true;
}

static void find_groups(const char *name, struct conf_account *account)
{
	gid_t groups[LIMIT_CONF_GROUPS];
	int count = LIMIT_CONF_GROUPS;

	/* Of more than these the first ones are given. */
	if (getgrouplist(name, account->group, groups, &count) < 0)
		count = LIMIT_CONF_GROUPS;
	for (int i = 0; i < count; i++)
		account->groups[i] = groups[i];
	account->group_count = (size_t)count;
}

enum conf_account_result host_account_find(const char *user, const char *group,
					   struct conf_account *ret_account)
{
	struct conf_account account = { .group_count = 0 };
	const struct passwd *entry = getpwnam(user);
	unsigned number = 0;

	if (!entry) {
		if (!parse_number(user, &number))
			return CONF_ACCOUNT_NO_USER;
		entry = getpwuid(number);
	}
	account.user = entry ? entry->pw_uid : number;
	account.group = entry ? entry->pw_gid : number;
	if (group && group[0] && !find_group(group, &account.group))
		return CONF_ACCOUNT_NO_GROUP;
	if (entry) {
		find_groups(entry->pw_name, &account);
	} else {
		account.groups[0] = account.group;
		account.group_count = 1;
	}
	*ret_account = account;
	return CONF_ACCOUNT_FOUND;
}
