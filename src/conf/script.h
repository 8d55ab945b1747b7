/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* The command line that a statement carries, with user and group behind it. False: it was reported
 * (or there is none) and nothing was set. */
bool script_read(struct binder *b, const struct node *node, struct conf_script *ret_script);

/* The same into a setting; a second one is ignored, as in keepalived. */
void script_store(struct binder *b, const struct node *node, struct setting *setting);

/* Can it be a user or a group, by name or number? */
bool script_is_account(const char *text);
/* The one word of a statement, with the quotes and escapes that the words of a command have. */
void escaped_store(struct binder *b, const struct node *node, struct setting *setting);
