/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The worst that one or two faults can do. Whatever a host can suffer is tried on every host, at
 * phases of the advert interval and for times that end before and after a takeover; then pairs of
 * these, the second at a moment at which the first made something happen: a takeover, its end, a
 * preemption, each a little before and after. What came out worst is moved in ever smaller steps
 * as long as it gets worse. A search and no proof: it finds edges, because it goes where they are.
 *
 * What is as long as one likes is no worst case. So every fault that lasts is ended by its
 * opposite; an outage counts only when at all times one of the address's hosts had no fault, and
 * two holders only when neither of them had one. What still lasts as long as its fault (a port that
 * is deaf: the host goes on to advertise what nobody reaches) is listed and not searched further.
 *
 * Everything is decided by the configurations, the seed and the number of simulations. */
#include "cli/simulate.h"

#include "base/check.h"
#include "sim/random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Finer is of no use: a frame's way takes 50 to 80 us. */
#define GRAIN_US 100
/* A second fault has to add as much to be worth its words. */
#define WORSE_US 50000
#define PHASES 8
#define LINKS_MAX 8 /* of a host with more of them all fail, or one of the first */
#define EVENTS_MAX 8
#define KEPT 8
#define SCORE_OPEN (INT64_C(86400) * 1000000) /* what lasts is worse than what ends */
#define BUDGET_FEW 40000 /* simulations when there are few addresses */
#define BUDGET_MANY 2000
#define ADDRESSES_FEW 8
#define PROGRESS_STEP 50

/* What can happen to a host, or to one of its links. */
struct trouble {
	enum sim_fault_kind kind;
	uint32_t host;
	char link[LIMIT_LINK_NAME];
	bool lasts;
	/* Of those that last: as long as it does nobody serves, or two hold. */
	bool has_endless_outage, has_endless_double;
};

struct blow {
	uint32_t trouble;
	int64_t at_us, for_us; /* for_us: of those that last */
};

struct scene {
	uint32_t count;
	struct blow blows[CLI_WORST_FAULTS];
};

/* What a scene cost. */
struct cost {
	struct sim_span outage, doubled; /* length_us 0: none */
};

/* Of one fault, and of two. */
enum goal {
	GOAL_OUTAGE,
	GOAL_OUTAGE_OF_TWO,
	GOAL_DOUBLE,
	GOAL_DOUBLE_OF_TWO,
	GOAL_N_,
};

struct kept {
	struct scene scene;
	struct sim_span span;
};

/* The worst scenes for one goal, worst first; of those with the same troubles the worst. */
struct pool {
	struct kept kept[KEPT];
	uint32_t count;
};

/* A scene of one fault, and when something happened in it. */
struct single {
	struct scene scene;
	int64_t events_us[EVENTS_MAX];
	uint32_t event_count;
};

struct search {
	const struct sim *hosts;
	uint64_t seed, random, budget, tried;
	struct cli_pace pace;
	struct trouble *troubles;
	uint32_t trouble_count;
	uint32_t *searched; /* troubles that have no endless outage */
	uint32_t searched_count;
	uint32_t *vip_hosts; /* of each address: a bit for each host that has it */
	struct single *singles;
	uint32_t single_count, worst_first;
	struct pool pools[GOAL_N_];
	struct cli_screen screen; /* where progress is shown */
};

static uint32_t draw(struct search *w, uint32_t below)
{
	return sim_random(&w->random, below);
}

/* -- troubles -- */

/* The second of two opposites mends what the first broke. */
static bool is_cure(enum sim_fault_kind kind)
{
	for (int k = 0; k < (int)kind; k++)
		if (sim_fault_opposite((enum sim_fault_kind)k) == kind)
			return true;
	return false;
}

/* `10s`, `0.0156s`: what is parsed to the same microsecond. */
static const char *time_print(int64_t us, char text[32])
{
	int length = snprintf(text, 32, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);

	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	snprintf(text + length, 32 - (size_t)length, "s");
	return text;
}

static void blow_print(const struct search *w, const struct blow *b, char text[CLI_WORDS_SIZE])
{
	const struct trouble *t = &w->troubles[b->trouble];
	char at[32], length[32];
	size_t used;

	cli_fault_words(w->hosts, t->kind, t->host, t->link, text);
	used = strlen(text);
	snprintf(text + used, CLI_WORDS_SIZE - used, " at %s%s%s", time_print(b->at_us, at),
		 t->lasts ? " for " : "", t->lasts ? time_print(b->for_us, length) : "");
}

static struct sim *world_make(const struct search *w)
{
	struct sim *s = sim_new(w->seed);
	enum peer_kind kind;

	sim_gateway_set(s, sim_gateway(w->hosts));
	sim_quiet_set(s, sim_is_quiet(w->hosts));
	for (uint32_t h = 0; h < sim_host_count(w->hosts); h++) {
		check(sim_host_add(s, sim_host_name(w->hosts, h), sim_host_image(w->hosts, h)) >=
		      0);
		if (sim_host_peer(w->hosts, h, &kind))
			sim_host_set_peer(s, h, kind);
	}
	return s;
}

/* Unless its words need more than host and time: then it is nothing that we can try. */
static void trouble_add(struct search *w, struct sim *scratch, const struct trouble *t)
{
	struct blow b = { .trouble = w->trouble_count, .at_us = w->pace.settle_us,
			  .for_us = w->pace.settle_us };
	char text[CLI_WORDS_SIZE];
	int64_t last_us = 0;

	w->troubles = realloc(w->troubles, (w->trouble_count + 1) * sizeof(*t));
	check(w->troubles);
	w->troubles[w->trouble_count] = *t;
	blow_print(w, &b, text);
	if (!sim_fault_parse(scratch, text, &last_us))
		w->trouble_count++;
}

static void troubles_of_host(struct search *w, struct sim *scratch, enum sim_fault_kind kind,
			     uint32_t host)
{
	const struct image *image = sim_host_image(w->hosts, host);
	struct trouble t = { .kind = kind, .host = host,
			     .lasts = sim_fault_opposite(kind) != SIM_FAULT_N_ };

	trouble_add(w, scratch, &t);
	for (uint32_t l = 0; l < image->link_count && l < LINKS_MAX; l++) {
		if (!sim_fault_takes_link(kind) || image->link_count == 1)
			continue;
		memcpy(t.link, sim_link_name(w->hosts, host, l), sizeof(t.link));
		trouble_add(w, scratch, &t);
	}
}

static void troubles_find(struct search *w)
{
	struct sim *scratch = world_make(w);

	for (int k = 0; k < SIM_FAULT_N_; k++)
		for (uint32_t h = 0; h < sim_host_count(w->hosts); h++)
			if (!is_cure((enum sim_fault_kind)k))
				troubles_of_host(w, scratch, (enum sim_fault_kind)k, h);
	sim_free(scratch);
}

/* -- one simulation -- */

/* Hosts that the fault of this blow holds at some time from `from_us` on and before `to_us`. */
static uint32_t held_by(const struct search *w, const struct blow *b, int64_t from_us,
			int64_t to_us)
{
	const struct trouble *t = &w->troubles[b->trouble];

	return t->lasts && b->at_us < to_us && b->at_us + b->for_us > from_us ? 1u << t->host : 0;
}

static uint32_t held_hosts(const struct search *w, const struct scene *c, int64_t from_us,
			   int64_t to_us)
{
	uint32_t hosts = 0;

	for (uint32_t i = 0; i < c->count; i++)
		hosts |= held_by(w, &c->blows[i], from_us, to_us);
	return hosts;
}

/* Was there at all times a host of the address without a fault? */
static bool is_outage_ours(const struct search *w, const struct scene *c,
			   const struct sim_span *span)
{
	for (uint32_t i = 0; i < c->count; i++) {
		int64_t at_us = c->blows[i].at_us;

		if (!(w->vip_hosts[span->vip] & ~held_hosts(w, c, at_us, at_us + 1)))
			return false;
	}
	return true;
}

/* Had its holders no fault for all of its time? */
static bool is_double_ours(const struct search *w, const struct scene *c,
			   const struct sim_span *span)
{
	int64_t to_us = span->from_us + span->length_us;

	return !(span->holders & held_hosts(w, c, span->from_us, to_us));
}

static bool is_any_ours(const struct search *w, const struct scene *c, const struct sim_span *span)
{
	return true;
}

static int64_t score(const struct sim_span *span)
{
	return span->length_us + (span->is_open ? SCORE_OPEN : 0);
}

typedef bool span_judge(const struct search *w, const struct scene *c,
			const struct sim_span *span);

/* The worst of these that comes from the faults, and that counts. */
static struct sim_span worst_span(const struct search *w, const struct scene *c,
				  const struct sim *s, struct sim_span *spans, size_t count,
				  span_judge *counts)
{
	struct sim_span worst = { .length_us = 0 };

	for (size_t i = 0; i < count; i++)
		if (spans[i].cause < sim_record_count(s) && score(&spans[i]) > score(&worst) &&
		    counts(w, c, &spans[i]))
			worst = spans[i];
	free(spans);
	return worst;
}

static struct sim_span worst_outage(const struct search *w, const struct scene *c,
				    const struct sim *s)
{
	size_t count;
	struct sim_span *spans = sim_outages(s, &count);

	return worst_span(w, c, s, spans, count, is_outage_ours);
}

static struct sim_span worst_double(const struct search *w, const struct scene *c,
				    const struct sim *s, span_judge *counts)
{
	size_t count;
	struct sim_span *spans = sim_doubles(s, &count);

	return worst_span(w, c, s, spans, count, counts);
}

static int64_t faults_add(const struct search *w, struct sim *s, const struct scene *c)
{
	char text[CLI_WORDS_SIZE];
	int64_t last_us = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		blow_print(w, &c->blows[i], text);
		check(!sim_fault_parse(s, text, &last_us));
	}
	return last_us;
}

/* Runs the scene as `--fault` would. */
static struct sim *scene_run(const struct search *w, const struct scene *c)
{
	struct sim *s = world_make(w);
	int64_t last_us = faults_add(w, s, c);

	sim_run(s, cli_run_us(&w->pace, last_us));
	return s;
}

/* -- what lasts as long as its fault -- */

/* How much longer the worst outage and the worst double get when some blows, a bit for each, are
 * longer by so much. */
static void growth_find(struct search *w, const struct scene *c, uint32_t blows, int64_t longer_us,
			int64_t *ret_outage_us, int64_t *ret_double_us)
{
	struct scene longer = *c;
	struct sim *first = scene_run(w, c), *second;

	for (uint32_t i = 0; i < c->count; i++)
		if (blows & 1u << i)
			longer.blows[i].for_us += longer_us;
	second = scene_run(w, &longer);
	w->tried += 2;
	*ret_outage_us = worst_outage(w, &longer, second).length_us -
			 worst_outage(w, c, first).length_us;
	*ret_double_us = worst_double(w, &longer, second, is_any_ours).length_us -
			 worst_double(w, c, first, is_any_ours).length_us;
	sim_free(first);
	sim_free(second);
}

/* Nearly as much as the fault: phases make a difference. */
static bool is_endless(int64_t growth_us, int64_t longer_us)
{
	return growth_us > longer_us * 8 / 10;
}

static void endless_find(struct search *w)
{
	int64_t longer_us = w->pace.settle_us, outage_us, double_us;

	w->searched = calloc(w->trouble_count + 1, sizeof(*w->searched));
	check(w->searched);
	for (uint32_t i = 0; i < w->trouble_count; i++) {
		struct trouble *t = &w->troubles[i];
		struct scene c = { .count = 1, .blows = { { i, longer_us, longer_us } } };

		if (t->lasts) {
			growth_find(w, &c, 1, longer_us, &outage_us, &double_us);
			t->has_endless_outage = is_endless(outage_us, longer_us);
			t->has_endless_double = is_endless(double_us, longer_us);
		}
		if (!t->has_endless_outage)
			w->searched[w->searched_count++] = i;
	}
}

/* Two that are harmless one by one: one of them is longer, or both. */
static bool is_scene_endless(struct search *w, const struct scene *c)
{
	int64_t longer_us = w->pace.settle_us, outage_us, double_us;
	uint32_t lasting = 0;

	for (uint32_t i = 0; i < c->count; i++)
		lasting |= (uint32_t)w->troubles[c->blows[i].trouble].lasts << i;
	for (uint32_t blows = 1; blows <= lasting; blows++) {
		if (blows & ~lasting)
			continue;
		growth_find(w, c, blows, longer_us, &outage_us, &double_us);
		if (is_endless(outage_us, longer_us))
			return true;
	}
	return false;
}

/* -- what is kept -- */

static bool are_troubles_equal(const struct scene *a, const struct scene *b)
{
	return a->count == b->count && a->blows[0].trouble == b->blows[0].trouble &&
	       (a->count == 1 || a->blows[1].trouble == b->blows[1].trouble);
}

/* Where the pool has the scene's troubles, or would put them. */
static uint32_t place_of(const struct pool *p, const struct scene *scene)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (are_troubles_equal(&p->kept[i].scene, scene))
			return i;
	return p->count < KEPT ? p->count : KEPT - 1;
}

static bool is_worth_keeping(const struct pool *p, const struct scene *scene,
			     const struct sim_span *span)
{
	uint32_t at = place_of(p, scene);

	return score(span) && (at == p->count || score(span) > score(&p->kept[at].span));
}

static void keep(struct pool *p, const struct scene *scene, const struct sim_span *span)
{
	uint32_t at = place_of(p, scene);

	p->count += at == p->count;
	for (; at > 0 && score(&p->kept[at - 1].span) < score(span); at--)
		p->kept[at] = p->kept[at - 1];
	p->kept[at] = (struct kept){ *scene, *span };
}

static void show_progress(const struct search *w)
{
	const struct pool *p = &w->pools[GOAL_OUTAGE], *pair = &w->pools[GOAL_OUTAGE_OF_TWO];
	int64_t worst_us = p->count ? p->kept[0].span.length_us : 0;

	if (!w->screen.is_terminal || w->tried % PROGRESS_STEP)
		return;
	if (pair->count && pair->kept[0].span.length_us > worst_us)
		worst_us = pair->kept[0].span.length_us;
	fprintf(w->screen.out, "\r%3" PRIu64 "%% of %" PRIu64 " simulations, worst outage %.1f ms",
		w->tried * 100 / w->budget, w->budget, (double)worst_us / 1000);
}

/* NULL: none is left before `limit`. Otherwise the caller's to free. */
static struct sim *try_scene(struct search *w, const struct scene *c, uint64_t limit,
			     struct cost *ret_cost)
{
	bool is_pair = c->count > 1;
	struct pool *outages = &w->pools[is_pair ? GOAL_OUTAGE_OF_TWO : GOAL_OUTAGE];
	struct pool *doubles = &w->pools[is_pair ? GOAL_DOUBLE_OF_TWO : GOAL_DOUBLE];
	struct sim *s;

	if (w->tried >= limit)
		return NULL;
	s = scene_run(w, c);
	ret_cost->outage = worst_outage(w, c, s);
	ret_cost->doubled = worst_double(w, c, s, is_double_ours);
	w->tried++;
	if (is_worth_keeping(outages, c, &ret_cost->outage)) {
		if (is_pair && is_scene_endless(w, c))
			ret_cost->outage.length_us = 0;
		else
			keep(outages, c, &ret_cost->outage);
	}
	if (is_worth_keeping(doubles, c, &ret_cost->doubled))
		keep(doubles, c, &ret_cost->doubled);
	show_progress(w);
	return s;
}

/* -- one fault -- */

static int64_t grain(int64_t us)
{
	return us / GRAIN_US * GRAIN_US;
}

/* Shorter than a takeover takes, about as long, longer, and so long that all comes to rest: then
 * its end has a phase, too. */
#define LENGTHS 7
static int64_t length_of(const struct search *w, uint32_t i)
{
	int64_t step_us = w->pace.interval_us / PHASES;
	const int64_t lengths_us[LENGTHS] = {
		w->pace.settle_us,
		w->pace.interval_us / 2,
		w->pace.down_min_us - step_us,
		w->pace.down_max_us + step_us,
		w->pace.settle_us + 2 * step_us,
		w->pace.settle_us + 4 * step_us,
		w->pace.settle_us + 6 * step_us,
	};

	return grain(lengths_us[i]) > GRAIN_US ? grain(lengths_us[i]) : GRAIN_US;
}

static void event_add(struct single *one, int64_t at_us)
{
	for (uint32_t i = 0; i < one->event_count; i++)
		if (llabs(one->events_us[i] - at_us) < GRAIN_US)
			return;
	if (one->event_count < EVENTS_MAX)
		one->events_us[one->event_count++] = at_us;
}

static void single_add(struct search *w, const struct scene *c, const struct sim *s)
{
	struct single *one = &w->singles[w->single_count++];
	const struct blow *b = &c->blows[0];

	*one = (struct single){ .scene = *c };
	event_add(one, b->at_us);
	if (w->troubles[b->trouble].lasts)
		event_add(one, b->at_us + b->for_us);
	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		if (r->at_us > b->at_us &&
		    (r->kind == SIM_RECORD_TRANSITION || r->kind == SIM_RECORD_SERVED))
			event_add(one, r->at_us);
	}
}

#define CELLS (PHASES * LENGTHS)
/* Without common factor: a small budget has of each trouble some phases and some lengths. */
#define CELL_STRIDE 17

/* Scene `i` of the grid, troubles first. False: it is as another one. */
static bool single_of(const struct search *w, uint32_t i, struct scene *ret_scene)
{
	uint32_t cell = i / w->searched_count * CELL_STRIDE % CELLS;
	int64_t phase = cell % PHASES;
	struct blow b = { .trouble = w->searched[i % w->searched_count] };

	b.at_us = grain(w->pace.settle_us + w->pace.interval_us * phase / PHASES);
	b.for_us = length_of(w, cell / PHASES);
	*ret_scene = (struct scene){ .count = 1, .blows = { b } };
	return w->troubles[b.trouble].lasts || cell < PHASES;
}

static void singles_try(struct search *w, uint64_t limit)
{
	uint32_t count = w->searched_count * CELLS;
	struct cost cost;

	w->singles = calloc(count + KEPT, sizeof(*w->singles));
	check(w->singles);
	for (uint32_t i = 0; i < count; i++) {
		struct scene c;
		struct sim *s = single_of(w, i, &c) ? try_scene(w, &c, limit, &cost) : NULL;

		if (s)
			single_add(w, &c, s);
		sim_free(s);
	}
}

/* What got worst of the grid stands behind it, from `w->worst_first` on. */
static void singles_keep(struct search *w)
{
	const struct pool *p = &w->pools[GOAL_OUTAGE];

	w->worst_first = w->single_count;
	for (uint32_t i = 0; i < p->count; i++) {
		struct sim *s = scene_run(w, &p->kept[i].scene);

		single_add(w, &p->kept[i].scene, s);
		sim_free(s);
	}
}

/* -- two faults -- */

/* A quarter of all begins with one of the worst. */
static const struct single *single_draw(struct search *w)
{
	uint32_t worst_count = w->single_count - w->worst_first;

	if (worst_count && draw(w, 4) == 0)
		return &w->singles[w->worst_first + draw(w, worst_count)];
	return &w->singles[draw(w, w->single_count)];
}

/* Half of them are of those that are bad by themselves. */
static uint32_t second_draw(struct search *w)
{
	const struct pool *p = &w->pools[GOAL_OUTAGE];

	if (p->count && draw(w, 2) == 0)
		return p->kept[draw(w, p->count)].scene.blows[0].trouble;
	return w->searched[draw(w, w->searched_count)];
}

static struct scene pair_draw(struct search *w)
{
	const struct single *one = single_draw(w);
	int64_t interval_us = w->pace.interval_us, near_us = interval_us / 64 + GRAIN_US;
	int64_t event_us = one->events_us[draw(w, one->event_count)];
	const int64_t offsets_us[] = { 0, -near_us, near_us, interval_us * draw(w, 64) / 64 };
	struct scene c = one->scene;

	c.count = 2;
	c.blows[1].trouble = second_draw(w);
	c.blows[1].at_us = grain(event_us + offsets_us[draw(w, 4)]);
	c.blows[1].for_us = length_of(w, draw(w, LENGTHS));
	return c;
}

static void pairs_try(struct search *w, uint64_t limit)
{
	struct cost cost;

	while (w->single_count && w->tried < limit) {
		struct scene c = pair_draw(w);

		sim_free(try_scene(w, &c, limit, &cost));
	}
}

/* -- ever smaller steps -- */

/* Begin and length of the first, how much later the second begins, its length. */
#define PARAMETERS 4
static const int8_t moves[][PARAMETERS] = {
	{ 1, 0, 0, 0 },
	{ 0, 1, 0, 0 },
	{ 1, -1, 0, 0 }, /* … and its end stays */
	{ 0, 0, 1, 0 },
	{ 0, 0, 0, 1 },
	{ 0, 1, 1, 0 }, /* the second stays as far from the end of the first */
	{ 1, -1, -1, 0 }, /* all stays but the begin */
	{ 0, 0, 1, -1 },
};
#define MOVES (sizeof(moves) / sizeof(moves[0]))

/* False: that leads nowhere. */
static bool scene_move(const struct search *w, struct scene *c, const int8_t *move, int64_t step_us)
{
	struct blow *a = &c->blows[0], *b = &c->blows[1];
	int64_t for_max_us = w->pace.settle_us + w->pace.interval_us;

	if (c->count == 1 && (move[2] || move[3]))
		return false;
	a->at_us += move[0] * step_us;
	a->for_us += move[1] * step_us;
	b->at_us += (move[0] + move[2]) * step_us;
	b->for_us += move[3] * step_us;
	if (move[1] && (!w->troubles[a->trouble].lasts || a->for_us < GRAIN_US ||
			a->for_us > for_max_us))
		return false;
	if (move[3] && (!w->troubles[b->trouble].lasts || b->for_us < GRAIN_US ||
			b->for_us > for_max_us))
		return false;
	return a->at_us >= w->pace.settle_us && (c->count == 1 || b->at_us >= w->pace.settle_us);
}

static const struct sim_span *span_of(const struct cost *cost, enum goal goal)
{
	return goal >= GOAL_DOUBLE ? &cost->doubled : &cost->outage;
}

/* One step in some direction; false: none makes it worse. */
static bool step(struct search *w, struct kept *k, enum goal goal, int64_t step_us, uint64_t limit)
{
	struct cost cost;

	for (size_t m = 0; m < 2 * MOVES; m++) {
		struct scene c = k->scene;
		struct sim *s;

		if (!scene_move(w, &c, moves[m / 2], m % 2 ? step_us : -step_us))
			continue;
		s = try_scene(w, &c, limit, &cost);
		if (!s)
			return false;
		sim_free(s);
		if (score(span_of(&cost, goal)) > score(&k->span)) {
			*k = (struct kept){ c, *span_of(&cost, goal) };
			return true;
		}
	}
	return false;
}

static void refine(struct search *w, struct kept k, enum goal goal, uint64_t limit)
{
	int64_t step_us = grain(w->pace.interval_us / PHASES);

	while (step_us >= GRAIN_US && w->tried < limit)
		if (!step(w, &k, goal, step_us, limit))
			step_us = grain(step_us / 2);
}

/* Each of the kept gets its share of what is left. */
static void pool_refine(struct search *w, enum goal goal, uint64_t limit)
{
	struct pool first = w->pools[goal];

	for (uint32_t i = 0; i < first.count && w->tried < limit; i++)
		refine(w, first.kept[i], goal,
		       w->tried + (limit - w->tried) / (first.count - i));
}

/* -- all of it -- */

static void vip_hosts_find(struct search *w)
{
	w->vip_hosts = calloc(sim_vip_count(w->hosts) + 1, sizeof(*w->vip_hosts));
	check(w->vip_hosts);
	for (uint32_t v = 0; v < sim_vip_count(w->hosts); v++)
		for (uint32_t h = 0; h < sim_host_count(w->hosts); h++)
			if (cli_instance_of(sim_host_image(w->hosts, h),
					    &sim_vip(w->hosts, v)->addr))
				w->vip_hosts[v] |= 1u << h;
}

static void case_write(const struct search *w, enum goal goal, struct cli_worst_case *ret_case)
{
	const struct kept *k = &w->pools[goal].kept[0];

	if (!w->pools[goal].count)
		return;
	ret_case->fault_count = k->scene.count;
	for (uint32_t i = 0; i < k->scene.count; i++)
		blow_print(w, &k->scene.blows[i], ret_case->faults[i]);
	ret_case->vip = k->span.vip;
	ret_case->holders = k->span.holders;
	ret_case->length_us = k->span.length_us;
	ret_case->is_open = k->span.is_open;
}

static void endless_write(const struct search *w, struct cli_worst *ret_worst)
{
	ret_worst->endless = calloc(w->trouble_count + 1, sizeof(*ret_worst->endless));
	check(ret_worst->endless);
	for (uint32_t i = 0; i < w->trouble_count; i++) {
		const struct trouble *t = &w->troubles[i];
		struct cli_endless *e = &ret_worst->endless[ret_worst->endless_count];

		if (!t->has_endless_outage && !t->has_endless_double)
			continue;
		cli_fault_words(w->hosts, t->kind, t->host, t->link, e->fault);
		e->is_outage = t->has_endless_outage;
		e->is_double = t->has_endless_double;
		ret_worst->endless_count++;
	}
}

static uint64_t budget_of(const struct sim *hosts)
{
	uint64_t budget = BUDGET_FEW;

	if (sim_vip_count(hosts) > ADDRESSES_FEW)
		budget = budget * ADDRESSES_FEW / sim_vip_count(hosts);
	return budget < BUDGET_MANY ? BUDGET_MANY : budget;
}

/* A second fault that does nothing is not worse. */
static bool is_pair_worse(const struct search *w, enum goal goal_of_one, enum goal goal_of_two)
{
	const struct pool *one = &w->pools[goal_of_one], *two = &w->pools[goal_of_two];

	return two->count && (!one->count || score(&two->kept[0].span) >
						     score(&one->kept[0].span) + WORSE_US);
}

void cli_worst_find(const struct sim *hosts, uint64_t seed, uint64_t budget,
		    struct cli_worst *ret_worst)
{
	struct search w = { .hosts = hosts, .seed = seed, .random = seed * 2 + 1,
			    .pace = cli_pace_of(hosts), .screen = cli_screen_of(stderr) };

	w.budget = budget ? budget : budget_of(hosts);
	vip_hosts_find(&w);
	troubles_find(&w);
	endless_find(&w);
	singles_try(&w, w.budget / 4);
	pool_refine(&w, GOAL_OUTAGE, w.budget * 5 / 16);
	pool_refine(&w, GOAL_DOUBLE, w.budget * 3 / 8);
	singles_keep(&w);
	pairs_try(&w, w.budget * 6 / 8);
	pool_refine(&w, GOAL_DOUBLE_OF_TWO, w.budget * 13 / 16);
	pool_refine(&w, GOAL_OUTAGE_OF_TWO, w.budget);
	if (w.screen.is_terminal)
		fputs("\r\033[K", w.screen.out);
	*ret_worst = (struct cli_worst){ .tried = w.tried };
	case_write(&w, GOAL_OUTAGE, &ret_worst->outage);
	if (is_pair_worse(&w, GOAL_OUTAGE, GOAL_OUTAGE_OF_TWO))
		case_write(&w, GOAL_OUTAGE_OF_TWO, &ret_worst->outage_of_two);
	if (is_pair_worse(&w, GOAL_DOUBLE, GOAL_DOUBLE_OF_TWO))
		case_write(&w, GOAL_DOUBLE_OF_TWO, &ret_worst->doubled);
	else
		case_write(&w, GOAL_DOUBLE, &ret_worst->doubled);
	endless_write(&w, ret_worst);
	free(w.troubles);
	free(w.searched);
	free(w.vip_hosts);
	free(w.singles);
}
