/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"

/* A user by name or number, and a group (NULL or empty: the user's own), as this host knows them.
 * May wait for a directory service: never in the parent's loop. */
enum conf_account_result host_account_find(const char *user, const char *group,
					   struct conf_account *ret_account);
