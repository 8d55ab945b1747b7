/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults: their words. `for` adds the opposite after that time. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 256
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
	[SIM_FAULT_HANG] = { "hang", SIM_FAULT_WAKE, false },
	[SIM_FAULT_WAKE] = { "wake", SIM_FAULT_HANG, false },
	[SIM_FAULT_CABLE_DOWN] = { "cable-down", SIM_FAULT_CABLE_UP, true },
	[SIM_FAULT_CABLE_UP] = { "cable-up", SIM_FAULT_CABLE_DOWN, true },
	[SIM_FAULT_CUT] = { "cut", SIM_FAULT_JOIN, true },
	[SIM_FAULT_DEAF] = { "deaf", SIM_FAULT_JOIN, true },
	[SIM_FAULT_MUTE] = { "mute", SIM_FAULT_JOIN, true },
	[SIM_FAULT_UNSNOOP] = { "unsnoop", SIM_FAULT_JOIN, true },
	[SIM_FAULT_JOIN] = { "join", SIM_FAULT_CUT, true },
	[SIM_FAULT_SLOW_PORT] = { "slow-port", SIM_FAULT_FAST_PORT, true },
	[SIM_FAULT_FAST_PORT] = { "fast-port", SIM_FAULT_N_, true },
	[SIM_FAULT_MOVE] = { "move", SIM_FAULT_N_, true },
	[SIM_FAULT_LOSSY] = { "lossy", SIM_FAULT_CLEAN, true },
	[SIM_FAULT_TWICE] = { "twice", SIM_FAULT_CLEAN, true },
	[SIM_FAULT_LATE] = { "late", SIM_FAULT_CLEAN, true },
	[SIM_FAULT_CORRUPT] = { "corrupt", SIM_FAULT_CLEAN, true },
	[SIM_FAULT_CLEAN] = { "clean", SIM_FAULT_N_, true },
	[SIM_FAULT_UNPLUG] = { "unplug", SIM_FAULT_PLUG, true },
	[SIM_FAULT_PLUG] = { "plug", SIM_FAULT_UNPLUG, true },
	[SIM_FAULT_ADDRESS_OFF] = { "address-off", SIM_FAULT_ADDRESS_ON, true },
	[SIM_FAULT_ADDRESS_ON] = { "address-on", SIM_FAULT_ADDRESS_OFF, true },
	[SIM_FAULT_SECOND_ON] = { "second-on", SIM_FAULT_SECOND_OFF, true },
	[SIM_FAULT_SECOND_OFF] = { "second-off", SIM_FAULT_SECOND_ON, true },
	[SIM_FAULT_NARROW] = { "narrow", SIM_FAULT_ADDRESS_ON, true },
	[SIM_FAULT_RENAME] = { "rename", SIM_FAULT_RENAME_BACK, true },
	[SIM_FAULT_RENAME_BACK] = { "rename-back", SIM_FAULT_RENAME, true },
	[SIM_FAULT_FREEZE] = { "freeze", SIM_FAULT_THAW, false },
	[SIM_FAULT_THAW] = { "thaw", SIM_FAULT_FREEZE, false },
	[SIM_FAULT_PAUSE] = { "pause", SIM_FAULT_RESUME, false },
	[SIM_FAULT_RESUME] = { "resume", SIM_FAULT_PAUSE, false },
	[SIM_FAULT_SLOW] = { "slow", SIM_FAULT_QUICK, false },
	[SIM_FAULT_QUICK] = { "quick", SIM_FAULT_SLOW, false },
	[SIM_FAULT_SLOW_KERNEL] = { "slow-kernel", SIM_FAULT_QUICK_KERNEL, false },
	[SIM_FAULT_QUICK_KERNEL] = { "quick-kernel", SIM_FAULT_SLOW_KERNEL, false },
	[SIM_FAULT_STEP] = { "step", SIM_FAULT_N_, false },
	[SIM_FAULT_OVERRUN] = { "overrun", SIM_FAULT_HEARD, false },
	[SIM_FAULT_HEARD] = { "heard", SIM_FAULT_OVERRUN, false },
	[SIM_FAULT_REFUSE] = { "refuse", SIM_FAULT_GRANT, false },
	[SIM_FAULT_GRANT] = { "grant", SIM_FAULT_REFUSE, false },
	[SIM_FAULT_FILTER] = { "filter", SIM_FAULT_UNFILTER, false },
	[SIM_FAULT_UNFILTER] = { "unfilter", SIM_FAULT_FILTER, false },
	[SIM_FAULT_STEAL] = { "steal", SIM_FAULT_N_, false },
	[SIM_FAULT_PLANT] = { "plant", SIM_FAULT_N_, false },
	[SIM_FAULT_FLOOD] = { "flood", SIM_FAULT_N_, false },
	[SIM_FAULT_FORGE] = { "forge", SIM_FAULT_N_, false },
	[SIM_FAULT_REPLAY] = { "replay", SIM_FAULT_N_, false },
	[SIM_FAULT_RELOAD] = { "reload", SIM_FAULT_N_, false },
	[SIM_FAULT_MIGRATE] = { "migrate", SIM_FAULT_N_, false },
	[SIM_FAULT_TAKE_OVER] = { "take-over", SIM_FAULT_N_, false },
};

const char *sim_fault_name(enum sim_fault_kind kind)
{
	return kinds[kind].name;
}

enum sim_fault_kind sim_fault_opposite(enum sim_fault_kind kind)
{
	return kinds[kind].opposite;
}

bool sim_fault_takes_link(enum sim_fault_kind kind)
{
	return kinds[kind].has_link;
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

/* Behind the host, if there is one. */
static const char *link_parse(struct words *w, const struct sim_host *h, struct sim_fault *f)
{
	const char *word;

	if (w->at == w->count || strcmp(w->text[w->at], "at") == 0 ||
	    strcmp(w->text[w->at], "by") == 0)
		return NULL;
	word = word_next(w);
	if (sim_link_by_name(h, word, ADDR_NONE) == NODE_NONE)
		return "its host has no such interface";
	strncpy(f->link, word, sizeof(f->link) - 1);
	return NULL;
}

/* What makes the advert bad: a word of vrrp_drop_name(). */
static const char *forgery_parse(struct words *w, struct sim_fault *f)
{
	const char *word = word_next(w);

	for (uint32_t k = 0; k < SIM_FORGERIES; k++)
		if (strcmp(word, vrrp_drop_name(sim_forgery(k))) == 0) {
			f->variant = sim_forgery(k);
			return NULL;
		}
	return "forge needs what is wrong with the advert: length, ttl, version, type, checksum, "
	       "vrid, auth-type, auth-failed, interval, own-address, address-count, destination, "
	       "source, carp or stranger";
}

static const char *reload_parse(struct sim *s, struct words *w, struct sim_fault *f)
{
	struct image *image;
	int variant;

	if (!word_is(w, "to") || w->at == w->count)
		return "reload needs the new configuration, as in `reload HOST to FILE at 10s`";
	if (!s->reader)
		return "no configuration can be read here";
	image = s->reader(s->reader_context, word_next(w));
	if (!image)
		return "its configuration cannot be used";
	variant = sim_variant_add(s, f->host, image);
	free(image);
	f->variant = (uint32_t)variant;
	return variant < 0 ? "too many configurations or networks" : NULL;
}

/* How long the port takes to open: `by 40s`. */
static const char *slowness_parse(struct words *w, struct sim_fault *f)
{
	int64_t slow_us;

	if (!word_is(w, "by"))
		return NULL;
	if (!sim_time_parse(word_next(w), &slow_us) || slow_us < 1000)
		return "`by` needs a time of 1 ms at least, as in `slow-port HOST by 40s at 10s`";
	f->variant = (uint32_t)(slow_us / 1000);
	return NULL;
}

/* What stands between the host and `at`. */
static const char *particulars_parse(struct sim *s, struct words *w, struct sim_fault *f)
{
	const char *wrong = NULL;

	if (f->kind == SIM_FAULT_FORGE)
		return forgery_parse(w, f);
	if (f->kind == SIM_FAULT_RELOAD)
		return reload_parse(s, w, f);
	if (!s->hosts[f->host].is_foreign &&
	    (f->kind == SIM_FAULT_MIGRATE || f->kind == SIM_FAULT_TAKE_OVER))
		return "vipd runs it already: see --keepalived and --standard";
	if (f->kind == SIM_FAULT_TAKE_OVER && s->hosts[f->host].peer_kind == PEER_STANDARD)
		return "its addresses are behind another MAC: only `migrate` is possible";
	if (kinds[f->kind].has_link)
		wrong = link_parse(w, &s->hosts[f->host], f);
	if (!wrong && f->kind == SIM_FAULT_SLOW_PORT)
		wrong = slowness_parse(w, f);
	return wrong;
}

static const char *times_parse(struct words *w, struct sim_fault *f, int64_t *ret_length_us)
{
	if (!word_is(w, "at") || !sim_time_parse(word_next(w), &f->at_us))
		return "`at TIME` is missing, as in `at 10s`";
	if (word_is(w, "for") && !sim_time_parse(word_next(w), ret_length_us))
		return "`for` needs a time, as in `for 5s`";
	if (w->at < w->count)
		return "there are words too many";
	/* So long vipd-vrrp is away. */
	if (f->kind == SIM_FAULT_KILL) {
		f->variant = (uint32_t)(*ret_length_us / 1000);
		*ret_length_us = 0;
	}
	if (*ret_length_us && kinds[f->kind].opposite == SIM_FAULT_N_)
		return "this fault takes no time: it has no `for`";
	return NULL;
}

const char *sim_fault_parse(struct sim *s, const char *text, int64_t *ret_last_us)
{
	struct sim_fault f = { .at_us = 0 };
	const char *wrong;
	int64_t length_us = 0;
	struct words w;

	if (!words_split(&w, text))
		return "too many words, or one that is too long";
	if (!kind_parse(word_next(&w), &f.kind))
		return "no such fault";
	if (!host_parse(s, word_next(&w), &f.host))
		return "no such host";
	wrong = particulars_parse(s, &w, &f);
	if (!wrong)
		wrong = times_parse(&w, &f, &length_us);
	if (wrong)
		return wrong;
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
