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

void inherit_outer(struct conf *conf, struct conf_block *block, const struct conf_block *around)
{
	const struct block_rows *rows = &conf->keywords.blocks[block->kind];

	for (size_t r = 0; r < rows->count; r++) {
		const struct keyword *k = rows->rows[r];

		/* One that was written is whole: its other arguments are not filled up. */
		if (!k->outer || model_setting(block, k->at)->origin != CONF_DEFAULT)
			continue;
		for (const struct argument *a = k->arguments; a && a->type != ARGUMENT_NONE; a++)
			if (a->at && a->at != k->at)
				setting_inherit(model_setting(block, a->at),
						model_setting(around, k->outer + a->at - k->at));
		setting_inherit(model_setting(block, k->at), model_setting(around, k->outer));
	}
}
