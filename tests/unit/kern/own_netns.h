/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Puts this process into a network namespace of its own with a veth pair v0 (192.0.2.10/24) and
 * v1, both up, without IPv6 addresses. Ends it with 77 (skipped) where the system does not allow
 * that. */
void own_netns_enter(void);

/* Duplicate address detection on `link` takes some 50 ms, not one to two seconds. */
void detect_duplicates_at_once(const char *link);

/* Runs the commands of ip(8), which must succeed: `ip` is put in front. */
void ip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True when the command's output has `word`. */
int ip_shows(const char *command, const char *word);
