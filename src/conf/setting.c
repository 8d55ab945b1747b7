/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a setting after it was read: a default that depends on others, a value that is
 * not the one that was written, a value that comes from global_defs or from the block around. Where
 * it comes from stays with it, so that it can be shown. */
#include "conf/conf_private.h"

bool setting_has_value(const struct setting *setting)
{
	return setting->set || setting->text || setting->origin != CONF_DEFAULT;
}

void setting_adjust(struct setting *setting, int64_t number)
{
	setting->number = number;
	setting->text = NULL;
	setting->origin = CONF_ADJUSTED;
}

void setting_default(struct setting *setting, int64_t number)
{
	if (setting->origin == CONF_DEFAULT) {
		setting->number = number;
		setting->text = "";
	}
}

void setting_inherit(struct setting *setting, const struct setting *from)
{
	if (setting->origin != CONF_DEFAULT || !setting_has_value(from))
		return;
	*setting = *from;
	setting->set = false;
	setting->origin = from->origin == CONF_DEFAULT ? CONF_DEFAULT : CONF_INHERITED;
}

void setting_clear(struct setting *setting)
{
	*setting = (struct setting){ .place = NULL };
}
