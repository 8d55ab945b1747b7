/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* check(): for our own invariants, on in release builds. Never for foreign bytes (those are a
 * counted drop) and never for a failing world (that is a return value).
 * A failed check ends the process; the parent restarts the role and a peer serves meanwhile. */

#define check(expr) ((expr) ? (void)0 : check_fail(#expr, __FILE__, __LINE__))

/* Called once with the failed expression before the process aborts. May be NULL (the default).
 * Set by a program that has somewhere to write to. */
extern void (*check_reporter)(const char *expr, const char *file, int line);

__attribute__((noreturn)) void check_fail(const char *expr, const char *file, int line);
