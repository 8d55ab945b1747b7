/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_dir.h"

#include "base/text.h"

bool run_dir_suffix(const char *instance, const char *network, char *buffer, size_t size)
{
	struct text t;

	text_init(&t, buffer, size);
	if (*instance)
		text_add(&t, "-%s", instance);
	if (*network)
		text_add(&t, "@%s", network);
	return !t.cut;
}
