/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a process whose own state is wrong. It says what failed, if it was given somewhere to
 * say it, and aborts: going on with a wrong state is how two servers come to hold one address.
 * Not for foreign bytes and not for a failing world; see check.h. */
#include "base/check.h"

#include <stdlib.h>

void (*check_reporter)(const char *expr, const char *file, int line);

void check_fail(const char *expr, const char *file, int line)
{
	if (check_reporter)
		check_reporter(expr, file, line);
	abort();
}
