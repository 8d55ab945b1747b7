/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says which check failed, in a fuzzer and without one: neither has a main() of ours in every
 * build. */
#include "base/check.h"

#include <stdio.h>

static void report(const char *expr, const char *file, int line)
{
	fprintf(stderr, "check failed: %s (%s:%d)\n", expr, file, line);
}

__attribute__((constructor)) static void report_install(void)
{
	check_reporter = report;
}
