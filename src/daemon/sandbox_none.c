/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The same doors without walls, for builds with a sanitizer: its runtime opens files, makes
 * threads, maps terabytes and attaches to its own process at the end. Chosen by the build, so
 * that the release contains no way to leave the walls out. */

#include "daemon/sandbox.h"

#include <errno.h>
#include <sys/prctl.h>

static int enter(void)
{
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

void sandbox_no_core(void)
{
}

int sandbox_enter_vrrp(void)
{
	return enter();
}

int sandbox_enter_ctl(void)
{
	return enter();
}
