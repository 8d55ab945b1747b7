/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What we print to. Colour and a live screen only on a terminal that can do it; NO_COLOR
 * (no-color.org) switches colour off. Elsewhere 80 columns, because what is mailed or pasted into a
 * ticket should look the same everywhere. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct cli_screen cli_screen_of(FILE *out)
{
	struct cli_screen s = { .out = out, .width = 80 };
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize size;

	if (!isatty(fileno(out)))
		return s;
	s.is_terminal = term && *term && strcmp(term, "dumb");
	s.has_colour = s.is_terminal && !(no_color && *no_color);
	if (!ioctl(fileno(out), TIOCGWINSZ, &size)) {
		if (size.ws_col)
			s.width = size.ws_col;
		s.height = size.ws_row;
	}
	return s;
}
