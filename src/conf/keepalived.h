/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* What keepalived would do otherwise with this configuration: `vipctl check --for keepalived`. Each
 * does nothing unless struct conf_world asks for it. */

/* A file as it was written. */
void keepalived_source(struct conf *conf, const struct source *source);
/* A line with its variables. */
void keepalived_line(struct conf *conf, const struct lex_line *line);
/* All of it, when everything else has been said. */
void keepalived_tree(struct conf *conf, const struct node *root);
