/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The conditions of `wait`: NAME=STATE, all=STATE, ready, generation>N.
 *
 * One condition is one question to the tables as they are now; there is no memory of what was true
 * a moment ago, so a wait can miss a state that lasted shorter than a wake-up takes. Asked without
 * a configuration everything well-formed is "not yet": vipctl uses that to refuse nonsense before
 * it looks for a daemon. */
#include "ctl/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GENERATION_PREFIX "generation>"

/* A table that vipd-vrrp put in force. */
static bool is_committed(const struct ctl_view *view)
{
	return view->image && view->table &&
	       __atomic_load_n(&view->table->committed, __ATOMIC_ACQUIRE);
}

static enum ctl_verdict judge_generation(const struct ctl_view *view, const char *number,
					 const char **ret_why)
{
	unsigned long long wanted;
	char *end;

	errno = 0;
	wanted = strtoull(number, &end, 10);
	if (number[0] < '0' || number[0] > '9' || *end || errno) {
		*ret_why = "generation> needs a whole number";
		return CTL_NONSENSE;
	}
	return is_committed(view) && view->table->generation > wanted ? CTL_FULFILLED : CTL_NOT_YET;
}

static enum ctl_verdict judge_all(const struct ctl_view *view, enum vrrp_state state,
				  const char **ret_why)
{
	if (!view->image)
		return CTL_NOT_YET;
	if (ctl_view_count(view) == 0) {
		*ret_why = "no instance is configured";
		return CTL_NONSENSE;
	}
	for (uint32_t i = 0; i < ctl_view_count(view); i++)
		if (ctl_view_state(view, i) != state)
			return CTL_NOT_YET;
	return CTL_FULFILLED;
}

static enum ctl_verdict judge_name(const struct ctl_view *view, const char *condition,
				   size_t length, enum vrrp_state state, const char **ret_why)
{
	char name[LIMIT_NAME];
	uint32_t index;

	if (length >= sizeof(name)) {
		*ret_why = "no instance of that name";
		return CTL_NONSENSE;
	}
	if (!view->image)
		return CTL_NOT_YET;
	memcpy(name, condition, length);
	name[length] = '\0';
	if (!ctl_view_find(view, name, &index)) {
		*ret_why = "no instance of that name";
		return CTL_NONSENSE;
	}
	return ctl_view_state(view, index) == state ? CTL_FULFILLED : CTL_NOT_YET;
}

enum ctl_verdict ctl_condition(const struct ctl_view *view, const char *condition,
			       const char **ret_why)
{
	const char *sign;
	int state;

	if (!strcmp(condition, "ready"))
		return is_committed(view) ? CTL_FULFILLED : CTL_NOT_YET;
	if (!strncmp(condition, GENERATION_PREFIX, strlen(GENERATION_PREFIX)))
		return judge_generation(view, condition + strlen(GENERATION_PREFIX), ret_why);
	/* A name may hold the sign, a state never does. */
	sign = strrchr(condition, '=');
	if (!sign || sign == condition) {
		*ret_why = "not a condition: NAME=STATE, all=STATE, ready or generation>N";
		return CTL_NONSENSE;
	}
	for (state = 0; state < VRRP_STATE_N_; state++)
		if (!strcasecmp(sign + 1, vrrp_state_name((enum vrrp_state)state)))
			break;
	if (state == VRRP_STATE_N_) {
		*ret_why = "not a state: INIT, BACKUP, MASTER or FAULT";
		return CTL_NONSENSE;
	}
	if (sign - condition == 3 && !strncmp(condition, "all", 3))
		return judge_all(view, (enum vrrp_state)state, ret_why);
	return judge_name(view, condition, (size_t)(sign - condition), (enum vrrp_state)state,
			  ret_why);
}
