/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults: their words, and what each does to the world. `for` adds the opposite after that time. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 64
#define WORDS_MAX 8

static const struct {
	const char *name;
	enum sim_fault_kind opposite; /* SIM_FAULT_N_: none */
	bool has_link;
} kinds[SIM_FAULT_N_] = {
	[SIM_FAULT_POWER_OFF] = { "power-off", SIM_FAULT_POWER_ON, false },
	[SIM_FAULT_POWER_ON] = { "power-on", SIM_FAULT_POWER_OFF, false },
	[SIM_FAULT_STOP] = { "stop", SIM_FAULT_START, false },
	[SIM_FAULT_START] = { "start", SIM_FAULT_STOP, false },
	[SIM_FAULT_KILL] = { "kill", SIM_FAULT_N_, false },
	[SIM_FAULT_KILL_ALL] = { "kill-all", SIM_FAULT_START, false },
	[SIM_FAULT_CABLE_DOWN] = { "cable-down", SIM_FAULT_CABLE_UP, true },
	[SIM_FAULT_CABLE_UP] = { "cable-up", SIM_FAULT_CABLE_DOWN, true },
	[SIM_FAULT_CUT] = { "cut", SIM_FAULT_JOIN, true },
	[SIM_FAULT_JOIN] = { "join", SIM_FAULT_CUT, true },
	[SIM_FAULT_FREEZE] = { "freeze", SIM_FAULT_THAW, false },
	[SIM_FAULT_THAW] = { "thaw", SIM_FAULT_FREEZE, false },
	[SIM_FAULT_STEAL] = { "steal", SIM_FAULT_N_, false },
};

const char *sim_fault_name(enum sim_fault_kind kind)
{
	return kinds[kind].name;
}

/* -- words -- */

struct words {
	char text[WORDS_MAX][WORD_MAX];
	int count, at;
};

static bool words_split(struct words *w, const char *text)
{
	*w = (struct words){ .count = 0 };
	while (text += strspn(text, " \t"), *text) {
		size_t length = strcspn(text, " \t");

		if (w->count == WORDS_MAX || length >= WORD_MAX)
			return false;
		memcpy(w->text[w->count++], text, length);
		text += length;
	}
	return true;
}

static const char *word_next(struct words *w)
{
	return w->at < w->count ? w->text[w->at++] : "";
}

static bool word_is(struct words *w, const char *word)
{
	if (w->at >= w->count || strcmp(w->text[w->at], word) != 0)
		return false;
	w->at++;
	return true;
}

bool sim_time_parse(const char *text, int64_t *ret_us)
{
	static const struct {
		const char *name;
		double us;
	} units[] = { { "", 1e6 }, { "s", 1e6 }, { "ms", 1e3 }, { "us", 1 }, { "m", 6e7 } };
	char *end;
	double number = strtod(text, &end);

	if (text[0] < '0' || text[0] > '9' || !(number < 1e9))
		return false;
	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++)
		if (strcmp(end, units[u].name) == 0) {
			*ret_us = (int64_t)(number * units[u].us + 0.5);
			return true;
		}
	return false;
}

static bool kind_parse(const char *word, enum sim_fault_kind *ret_kind)
{
	for (int k = 0; k < SIM_FAULT_N_; k++)
		if (strcmp(word, kinds[k].name) == 0) {
			*ret_kind = (enum sim_fault_kind)k;
			return true;
		}
	return false;
}

static bool host_parse(const struct sim *s, const char *word, uint32_t *ret_host)
{
	for (uint32_t i = 0; i < s->host_count; i++)
		if (strcmp(word, s->hosts[i].name) == 0) {
			*ret_host = i;
			return true;
		}
	return false;
}

static bool has_link(const struct sim_host *h, const char *name)
{
	for (uint32_t l = 0; l < h->image->link_count; l++)
		if (strcmp(image_links(h->image)[l].name, name) == 0)
			return true;
	return false;
}

static const char *link_parse(struct words *w, const struct sim_host *h, struct sim_fault *f)
{
	const char *word = word_next(w);

	if (!has_link(h, word))
		return "its host has no such interface";
	strncpy(f->link, word, sizeof(f->link) - 1);
	return NULL;
}

const char *sim_fault_parse(struct sim *s, const char *text, int64_t *ret_last_us)
{
	struct sim_fault f = { .at_us = 0 };
	const char *wrong = NULL;
	int64_t length_us = 0;
	struct words w;

	if (!words_split(&w, text))
		return "too many words, or one that is too long";
	if (!kind_parse(word_next(&w), &f.kind))
		return "no such fault";
	if (!host_parse(s, word_next(&w), &f.host))
		return "no such host";
	if (kinds[f.kind].has_link && w.at < w.count && strcmp(w.text[w.at], "at") != 0)
		wrong = link_parse(&w, &s->hosts[f.host], &f);
	if (wrong)
		return wrong;
	if (!word_is(&w, "at") || !sim_time_parse(word_next(&w), &f.at_us))
		return "`at TIME` is missing, as in `at 10s`";
	if (word_is(&w, "for") && !sim_time_parse(word_next(&w), &length_us))
		return "`for` needs a time, as in `for 5s`";
	if (w.at < w.count)
		return "there are words too many";
	if (length_us && kinds[f.kind].opposite == SIM_FAULT_N_)
		return "this fault takes no time: it has no `for`";
	sim_fault_add(s, &f);
	if (*ret_last_us < f.at_us + length_us)
		*ret_last_us = f.at_us + length_us;
	f.kind = kinds[f.kind].opposite;
	f.at_us += length_us;
	if (length_us)
		sim_fault_add(s, &f);
	return NULL;
}

void sim_fault_add(struct sim *s, const struct sim_fault *fault)
{
	struct sim_event e = { .kind = SIM_EVENT_FAULT, .at_us = fault->at_us,
			       .index = (uint32_t)s->fault_count };

	s->faults = sim_grow(s->faults, sizeof(*s->faults), s->fault_count, &s->fault_room);
	s->faults[s->fault_count++] = *fault;
	sim_queue_add(&s->queue, &e, NULL, 0);
}

/* -- effects -- */

static void link_fault(struct sim_host *h, const struct sim_fault *f)
{
	for (uint32_t l = 0; l < h->image->link_count; l++) {
		if (f->link[0] && strcmp(image_links(h->image)[l].name, f->link) != 0)
			continue;
		if (f->kind == SIM_FAULT_CUT || f->kind == SIM_FAULT_JOIN)
			h->links[l].is_cut = f->kind == SIM_FAULT_CUT;
		else
			sim_host_carrier(h, l, f->kind == SIM_FAULT_CABLE_UP);
	}
}

/* vipd-vrrp is dead; its parent sees that and starts the next one. */
static void kill_role(struct sim_host *h)
{
	struct sim_event e = { .kind = SIM_EVENT_START, .host = h->number, .index = h->life,
			       .at_us = h->sim->now_us + SIM_RESTART_US };

	if (!h->node)
		return;
	sim_host_kill(h);
	sim_queue_add(&h->sim->queue, &e, NULL, 0);
}

static void fault_run(struct sim_host *h, const struct sim_fault *fault)
{
	switch (fault->kind) {
	case SIM_FAULT_POWER_OFF:
	case SIM_FAULT_POWER_ON:
		sim_host_power(h, fault->kind == SIM_FAULT_POWER_ON);
		break;
	case SIM_FAULT_STOP:
		sim_host_stop(h);
		break;
	case SIM_FAULT_START:
		sim_host_start(h, false);
		break;
	case SIM_FAULT_KILL:
		kill_role(h);
		break;
	case SIM_FAULT_KILL_ALL:
		h->life++;
		sim_host_kill(h);
		break;
	case SIM_FAULT_FREEZE:
	case SIM_FAULT_THAW:
		h->is_frozen = fault->kind == SIM_FAULT_FREEZE;
		break;
	case SIM_FAULT_STEAL:
		sim_addresses_steal(h);
		break;
	case SIM_FAULT_CABLE_DOWN:
	case SIM_FAULT_CABLE_UP:
	case SIM_FAULT_CUT:
	case SIM_FAULT_JOIN:
		link_fault(h, fault);
		break;
	case SIM_FAULT_N_:
		check(fault->kind < SIM_FAULT_N_);
	}
}

void sim_fault_apply(struct sim *s, const struct sim_fault *fault)
{
	struct sim_host *h = &s->hosts[fault->host];
	struct sim_record *r = sim_record_add(s, SIM_RECORD_FAULT);

	r->host = fault->host;
	r->fault = fault->kind;
	fault_run(h, fault);
	sim_vips_look(s);
	sim_oracle_fault(s);
}
