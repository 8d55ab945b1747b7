/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The linter: asks every rule of the tables about a configuration that was read and validated. What
 * validate() finds costs something (a value, an instance); what is found here runs as written, and
 * somebody on a mailing list has lost a night over it. Rules look at one configuration; what the
 * nodes of a cluster say beside each other is cluster.c's. Each rule is linear in the size of the
 * file: `vipd -t` runs them all. */
#include "conf/lint.h"

#include <stdarg.h>

void lint_say(struct lint *l, const struct place *place, const char *hint, const char *format, ...)
{
	struct diag diag = { l->rule->code, l->rule->severity,
			     l->rule->severity == CONF_HINT ? CONF_NO_EFFECT : CONF_RUNS, *place,
			     hint };
	va_list arguments;

	va_start(arguments, format);
	diag_add_list(l->conf, &diag, format, arguments);
	va_end(arguments);
}

const struct place *lint_place(const struct setting *setting, const struct conf_block *block)
{
	return setting->place ? setting->place : &block->place;
}

static void rule_ask(struct lint *l)
{
	if (l->rule->whole)
		l->rule->whole(l);
	if (!l->rule->instance)
		return;
	for (size_t i = 0; i < instance_count(l->conf); i++) {
		const struct conf_instance *instance = instance_at(l->conf, i);

		if (!block_is_wrong(&instance->block))
			l->rule->instance(l, instance);
	}
}

void lint(struct conf *conf)
{
	static const struct lint_rules *const tables[] = {
		&lint_rules_vrrp, &lint_rules_unicast, &lint_rules_track, &lint_rules_group,
		&lint_rules_lvs,  &lint_rules_here,
	};
	struct lint l = { .conf = conf };

	lint_host_read(&l);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (size_t r = 0; r < tables[t]->count; r++) {
			l.rule = &tables[t]->rows[r];
			rule_ask(&l);
		}
	}
}
