/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world of the explorer: two or three hosts on one switch, frames on their way, and what may
 * happen next. Time stands still until somebody lets a tick go by, and that is not possible while
 * a timer would become later, or a frame slower, than the setting allows; in between everything
 * that is possible may happen in any order. The theorems are judged at each move; their bounds are
 * in docs/simulator.md. */
#include "explore.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

/* A frame on its way: code and age. */
#define AGE_BITS 2
#define SLOT_BITS (FRAME_BITS + AGE_BITS)
#define SLOT_MASK ((1u << SLOT_BITS) - 1)
/* Of up to so many frames every selection is read in every order; of more, each and each pair. */
#define READ_ALL 3
#define READ_OF_MANY 2

static struct extremes extremes;
static struct action asked;

struct extremes world_extremes(void)
{
	return extremes;
}

struct action world_asked(void)
{
	return asked;
}

static uint32_t greatest(uint32_t (*of)(uint32_t host))
{
	uint32_t most = 0;

	for (uint32_t h = 0; h < setting.host_count; h++)
		most = of(h) > most ? of(h) : most;
	return most;
}

struct bounds world_bounds(void)
{
	uint32_t way = setting.host_count > 2 ? 2 * setting.delay : setting.delay;
	uint32_t slow = setting.late > way ? setting.late : way;

	return (struct bounds){
		/* The next advert of either, its way; and as that ends, a third one may preempt,
		 * and be heard one way later. */
		.both = setting.ticks + setting.late + way,
		/* The longest that anybody listens, from an advert that was on its way or from
		 * news that were read late, and its timer. Of three the advert on its way may make
		 * one yield that had just taken over, and the third hears that one yet. */
		.none = greatest(host_down_ticks) + slow + setting.late,
		/* Everybody has read an advert of the one that serves, in the tick before. */
		.tenure = setting.ticks + setting.late + setting.delay + 1,
	};
}

/* -- states -- */

size_t state_size(void)
{
	return setting.host_count * 12 + 6;
}

void state_pack(const struct state *s, uint8_t *bytes)
{
	uint8_t counts[6] = { s->both, s->none, s->tenure, s->heir, s->faults, s->losses };
	size_t n = setting.host_count;

	memcpy(bytes, s->inbox, 8 * n);
	memcpy(bytes + 8 * n, s->host, 4 * n);
	memcpy(bytes + 12 * n, counts, sizeof(counts));
}

void state_unpack(const uint8_t *bytes, struct state *ret_state)
{
	size_t n = setting.host_count;
	const uint8_t *counts = bytes + 12 * n;

	*ret_state = (struct state){ .both = counts[0], .none = counts[1], .tenure = counts[2],
				     .heir = counts[3], .faults = counts[4], .losses = counts[5] };
	memcpy(ret_state->inbox, bytes, 8 * n);
	memcpy(ret_state->host, bytes + 8 * n, 4 * n);
}

bool state_is_same(const struct state *a, const struct state *b)
{
	uint8_t x[STATE_SIZE_MAX], y[STATE_SIZE_MAX];

	state_pack(a, x);
	state_pack(b, y);
	return memcmp(x, y, state_size()) == 0;
}

void world_begin(struct state *ret_state)
{
	*ret_state = (struct state){ .faults = (uint8_t)setting.faults,
				     .losses = (uint8_t)setting.losses };
	for (uint32_t h = 0; h < setting.host_count; h++)
		ret_state->host[h] = host_off(h);
}

/* -- frames on their way -- */

static uint32_t slot_at(uint64_t inbox, uint32_t place)
{
	return (uint32_t)(inbox >> (SLOT_BITS * place)) & SLOT_MASK;
}

static uint32_t inbox_count(uint64_t inbox)
{
	uint32_t count = 0;

	while (count < INBOX_MAX && slot_at(inbox, count))
		count++;
	return count;
}

static uint32_t slot_code(uint32_t slot)
{
	return slot >> AGE_BITS;
}

static uint32_t slot_age(uint32_t slot)
{
	return slot & ((1u << AGE_BITS) - 1);
}

/* The greatest first, so that free places are behind. */
static uint64_t inbox_add(uint64_t inbox, uint32_t slot)
{
	uint32_t place = inbox_count(inbox);
	uint64_t before, behind;

	check(place < INBOX_MAX);
	while (place > 0 && slot_at(inbox, place - 1) < slot)
		place--;
	before = inbox & ((UINT64_C(1) << (SLOT_BITS * place)) - 1);
	behind = inbox >> (SLOT_BITS * place);
	return before | (uint64_t)slot << (SLOT_BITS * place) |
	       behind << (SLOT_BITS * (place + 1));
}

static uint64_t inbox_without(uint64_t inbox, uint32_t places)
{
	uint64_t rest = 0;

	for (uint32_t i = 0, count = inbox_count(inbox); i < count; i++)
		if (!(places & 1u << i))
			rest = inbox_add(rest, slot_at(inbox, i));
	return rest;
}

static bool is_passing(const struct host_view *v)
{
	return v->is_powered && v->has_carrier && !v->is_cut;
}

static void frames_send(struct state *s, uint32_t host, const struct host_view *sender,
			const struct host_step *step)
{
	for (uint32_t to = 0; to < setting.host_count; to++) {
		struct host_view v = host_view(to, s->host[to]);

		if (to == host || !is_passing(sender) || !is_passing(&v) ||
		    !(v.is_running || v.is_reborn))
			continue;
		for (uint32_t i = 0; i < step->advert_count; i++) {
			bool is_farewell = step->farewells & 1u << i;

			s->inbox[to] = inbox_add(s->inbox[to],
						 frame_code(host, is_farewell) << AGE_BITS);
		}
	}
}

/* -- the theorems -- */

/* Able hosts that have the address. */
static uint32_t holders_of(const struct state *s)
{
	uint32_t holders = 0;

	for (uint32_t h = 0; h < setting.host_count; h++) {
		struct host_view v = host_view(h, s->host[h]);

		if (v.is_able && v.is_held)
			holders |= 1u << h;
	}
	return holders;
}

static bool is_anybody_able(const struct state *s)
{
	for (uint32_t h = 0; h < setting.host_count; h++)
		if (host_view(h, s->host[h]).is_able)
			return true;
	return false;
}

static bool are_several(uint32_t holders)
{
	return holders & (holders - 1);
}

static uint8_t count_up(bool lasts, uint8_t ticks, uint32_t *most)
{
	uint8_t next = lasts ? (uint8_t)(ticks + 1) : 0;

	if (next > *most)
		*most = next;
	return next;
}

/* A tick of undisturbed time went by. */
static const char *tick_judge(struct state *s)
{
	uint32_t holders = holders_of(s);
	struct bounds bounds = world_bounds();
	uint32_t unused = 0;

	s->both = count_up(are_several(holders), s->both, &extremes.both);
	s->none = count_up(!holders && is_anybody_able(s), s->none,
			   s->heir ? &extremes.gap : &extremes.none);
	s->tenure = count_up(holders && !are_several(holders), s->tenure, &unused);
	if (s->tenure > bounds.tenure)
		s->tenure = (uint8_t)bounds.tenure;
	if (s->both > bounds.both)
		return "1, bounded double service: two able hosts have the address for too long";
	if (s->none > bounds.none)
		return "2, eventual holder: an able host is there, and nobody has the address";
	if (s->heir && s->none > s->heir)
		return "5, hand-over: the gap is longer than the heir's skew allows";
	return NULL;
}

/* Who may take the address from `holder`, whom everybody could hear? */
static bool may_take(uint32_t host, uint32_t holder)
{
	return !setting.nopreempt && setting.priorities[host] > setting.priorities[holder];
}

static const char *takeover_judge(const struct state *before, uint32_t host)
{
	uint32_t holders = holders_of(before);
	bool is_settled = holders && !are_several(holders) && !(holders & 1u << host) &&
			  before->tenure >= world_bounds().tenure &&
			  host_view(host, before->host[host]).is_able;

	if (!is_settled)
		return NULL;
	for (uint32_t h = 0; h < setting.host_count; h++)
		if ((holders & 1u << h) && !may_take(host, h))
			return "3, nopreempt: who serves and is heard was pushed aside";
	return NULL;
}

/* Farewells are a tick apart at least; frames that are slower than all of them together overtake
 * them, which those of one sender do not on a switch. */
#define HANDOVER_DELAY_MAX 1

/* Is nobody else MASTER, and no advert of one on its way, which a leaver takes for its heir's? */
static bool is_undisputed(const struct state *s, uint32_t host)
{
	for (uint32_t i = 0, n = inbox_count(s->inbox[host]); i < n; i++)
		if (!frame_is_farewell(slot_code(slot_at(s->inbox[host], i))))
			return false;
	for (uint32_t h = 0; h < setting.host_count; h++)
		if (h != host && host_view(h, s->host[h]).is_master)
			return false;
	return true;
}

/* A MASTER that serves undisputed is told to end: how long may it take, once it is gone, until an
 * heir serves? 0: nobody is there who could; or it will read first what may end its service: that
 * its carrier had gone, an old advert. */
static uint8_t heir_ticks(const struct state *before, uint32_t host)
{
	struct host_view leaver = host_view(host, before->host[host]);
	uint32_t least = UINT32_MAX;

	if (setting.delay > HANDOVER_DELAY_MAX || holders_of(before) != 1u << host ||
	    !leaver.is_master || leaver.has_unread || !is_undisputed(before, host))
		return 0;
	for (uint32_t h = 0; h < setting.host_count; h++) {
		struct host_view v = host_view(h, before->host[h]);

		if (h != host && v.is_able && v.is_backup && host_skew_ticks(h) < least)
			least = host_skew_ticks(h);
	}
	return least == UINT32_MAX ? 0 : (uint8_t)(least + setting.late + setting.delay);
}

/* What the world does to a host, and the end of it: from here on bounds count anew. */
static bool is_disturbance(enum host_op_kind op)
{
	return op != HOST_TICK && op != HOST_TURN && op != HOST_ARRIVE;
}

/* One that stood still, or was not there, may not disturb who serves. */
static bool keeps_tenure(enum host_op_kind op)
{
	return !is_disturbance(op) || op == HOST_FREEZE || op == HOST_THAW || op == HOST_START;
}

static const char *host_judge(const struct state *before, const struct action *a,
			      struct state *next)
{
	struct host_view was = host_view(a->host, before->host[a->host]);
	struct host_view is = host_view(a->host, next->host[a->host]);
	bool takes_over = is.is_master && !was.is_master;
	uint32_t holders = holders_of(next);

	if (is_disturbance(a->op))
		next->both = next->none = next->heir = 0;
	if (a->op == HOST_STOP)
		next->heir = heir_ticks(before, a->host);
	if (takes_over)
		next->heir = 0;
	if (!keeps_tenure(a->op) || holders != holders_of(before) || !holders ||
	    are_several(holders))
		next->tenure = 0;
	if (is.violation)
		return is.violation;
	return takes_over ? takeover_judge(before, a->host) : NULL;
}

/* -- what is possible -- */

static bool op_is_possible(const struct state *s, const struct action *a)
{
	struct host_view v = host_view(a->host, s->host[a->host]);
	bool is_awake = v.is_running && !v.is_frozen;

	switch ((enum host_op_kind)a->op) {
	case HOST_TURN:
		return is_awake && (a->count || v.can_turn);
	case HOST_ARRIVE:
		return v.is_running && v.is_frozen && a->count == 1;
	case HOST_START:
		return !v.is_running && !v.is_reborn;
	case HOST_ADOPT:
		return v.is_reborn;
	case HOST_POWER_OFF:
		return v.is_powered;
	case HOST_KILL_ALL:
	case HOST_KILL:
	case HOST_FREEZE:
		return is_awake;
	case HOST_STOP:
		return is_awake && !v.is_stopping;
	case HOST_THAW:
		return v.is_frozen;
	case HOST_CABLE_DOWN:
		return v.is_powered && v.has_carrier;
	case HOST_CABLE_UP:
		return !v.has_carrier;
	case HOST_CUT:
		return v.is_powered && !v.is_cut;
	case HOST_JOIN:
		return v.is_cut;
	case HOST_STEAL:
		return v.is_held;
	case HOST_TICK:
	case HOST_OP_N_:
		break;
	}
	return false;
}

/* The ends of faults are free, at any time. */
static bool op_is_fault(enum host_op_kind op)
{
	return op >= HOST_POWER_OFF && op != HOST_THAW && op != HOST_CABLE_UP && op != HOST_JOIN;
}

/* May a tick go by for this host? */
static bool may_wait(const struct state *s, uint32_t host)
{
	struct host_view v = host_view(host, s->host[host]);

	if (v.must_turn)
		return false;
	for (uint32_t i = 0, n = inbox_count(s->inbox[host]); i < n && v.is_running; i++)
		if (slot_age(slot_at(s->inbox[host], i)) >= setting.delay)
			return false;
	return true;
}

/* Frames that nobody was there to read are gone. */
static uint64_t inbox_age(uint64_t inbox)
{
	uint64_t older = 0;

	for (uint32_t i = 0, count = inbox_count(inbox); i < count; i++)
		if (slot_age(slot_at(inbox, i)) < setting.delay)
			older = inbox_add(older, slot_at(inbox, i) + 1);
	return older;
}

static bool tick(const struct state *s, struct move *ret_move)
{
	struct state *to = &ret_move->to;

	for (uint32_t h = 0; h < setting.host_count; h++)
		if (!may_wait(s, h))
			return false;
	ret_move->violation = tick_judge(to);
	for (uint32_t h = 0; h < setting.host_count; h++) {
		struct host_step step = host_run(h, s->host[h], host_op(HOST_TICK, 0));

		to->host[h] = step.to;
		to->inbox[h] = inbox_age(s->inbox[h]);
		if (!ret_move->violation)
			ret_move->violation = host_view(h, step.to).violation;
	}
	return true;
}

static bool lose(const struct state *s, const struct action *a, struct state *to)
{
	if (s->losses == 0)
		return false;
	to->inbox[a->host] = inbox_without(s->inbox[a->host], 1u << a->places[0]);
	to->losses--;
	to->both = to->none = to->tenure = to->heir = 0;
	return true;
}

static bool host_move(const struct state *s, const struct action *a, struct move *ret_move)
{
	struct state *to = &ret_move->to;
	uint32_t frames = 0, places = 0;
	struct host_view v;
	struct host_step step;

	if (!op_is_possible(s, a) || (op_is_fault(a->op) && s->faults == 0))
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		frames |= slot_code(slot_at(s->inbox[a->host], a->places[i])) << (FRAME_BITS * i);
		places |= 1u << a->places[i];
	}
	step = host_run(a->host, s->host[a->host], host_op(a->op, frames));
	to->host[a->host] = step.to;
	to->inbox[a->host] = inbox_without(s->inbox[a->host], places);
	to->faults = (uint8_t)(s->faults - op_is_fault(a->op));
	v = host_view(a->host, step.to);
	if (!v.is_running && !v.is_reborn)
		to->inbox[a->host] = 0;
	/* What was sent went out before the host changed; its link did not change with it. */
	frames_send(to, a->host, &v, &step);
	ret_move->violation = host_judge(s, a, to);
	if (step.violation)
		ret_move->violation = step.violation;
	return true;
}

bool world_move(const struct state *s, const struct action *a, struct move *ret_move)
{
	asked = *a;
	*ret_move = (struct move){ .action = *a, .to = *s };
	for (uint32_t i = 0; i < a->count; i++)
		if (a->host >= setting.host_count ||
		    a->places[i] >= inbox_count(s->inbox[a->host]))
			return false;
	switch ((enum action_kind)a->kind) {
	case ACTION_TICK:
		return tick(s, ret_move);
	case ACTION_HOST:
		return a->host < setting.host_count && host_move(s, a, ret_move);
	case ACTION_LOSE:
		return a->count == 1 && lose(s, a, &ret_move->to);
	}
	return false;
}

struct moves {
	const struct state *from;
	struct move *moves;
	size_t count;
};

static void try(struct moves *m, const struct action *a)
{
	check(m->count < MOVES_MAX);
	m->count += world_move(m->from, a, &m->moves[m->count]);
}

/* Another order of the same frames that came to the same thing says nothing new. */
static void try_turn(struct moves *m, const struct action *a, size_t first)
{
	const struct move *last = &m->moves[m->count];

	try(m, a);
	if (m->count == (size_t)(last - m->moves) || last->violation)
		return;
	for (size_t i = first; i + 1 < m->count; i++)
		if (state_is_same(&m->moves[i].to, &last->to)) {
			m->count--;
			return;
		}
}

/* Turns that read what `a` has already and any others behind, in any order. */
static void try_turns(struct moves *m, struct action *a, uint32_t most, size_t first)
{
	uint64_t inbox = m->from->inbox[a->host];
	uint32_t before = UINT32_MAX;

	try_turn(m, a, first);
	for (uint32_t place = 0; place < inbox_count(inbox) && a->count < most; place++) {
		bool is_taken = false;

		for (uint32_t i = 0; i < a->count; i++)
			is_taken |= a->places[i] == place;
		/* Of frames that are the same in everything one is as good as another. */
		if (is_taken || slot_at(inbox, place) == before)
			continue;
		before = slot_at(inbox, place);
		a->places[a->count++] = (uint8_t)place;
		try_turns(m, a, most, first);
		a->places[--a->count] = 0;
	}
}

static void try_frames(struct moves *m, struct action a)
{
	uint64_t inbox = m->from->inbox[a.host];

	a.count = 1;
	for (uint32_t place = 0; place < inbox_count(inbox); place++) {
		if (place > 0 && slot_at(inbox, place) == slot_at(inbox, place - 1))
			continue;
		a.places[0] = (uint8_t)place;
		try(m, &a);
	}
}

size_t world_moves(const struct state *s, struct move *moves)
{
	struct moves m = { .from = s, .moves = moves };

	try(&m, &(struct action){ .kind = ACTION_TICK });
	for (uint8_t h = 0; h < setting.host_count; h++) {
		struct action a = { .kind = ACTION_HOST, .host = h, .op = HOST_TURN };
		uint32_t waiting = inbox_count(s->inbox[h]);

		if (host_view(h, s->host[h]).is_running && !host_view(h, s->host[h]).is_frozen)
			try_turns(&m, &a, waiting <= READ_ALL ? READ_ALL : READ_OF_MANY, m.count);
		a.op = HOST_ARRIVE;
		try_frames(&m, a);
		for (uint8_t op = HOST_START; op < HOST_OP_N_; op++)
			try(&m, &(struct action){ .kind = ACTION_HOST, .host = h, .op = op });
		a.kind = ACTION_LOSE;
		a.op = 0;
		try_frames(&m, a);
	}
	return m.count;
}

/* -- words -- */

void action_print(const struct state *s, const struct action *a, char *text)
{
	int n;

	if (a->kind == ACTION_TICK) {
		snprintf(text, TEXT_MAX, "tick");
		return;
	}
	n = snprintf(text, TEXT_MAX, "%s h%u",
		     a->kind == ACTION_LOSE ? "lose" : host_op_name(a->op), a->host + 1);
	for (uint32_t i = 0; i < a->count; i++) {
		uint32_t code = slot_code(slot_at(s->inbox[a->host], a->places[i]));

		n += snprintf(text + n, (size_t)(TEXT_MAX - n), "%s %s of h%u", i ? "," : ":",
			      frame_is_farewell(code) ? "farewell" : "advert",
			      frame_sender(code) + 1);
	}
}

void state_print(const struct state *s, char *text)
{
	int n = 0;

	for (uint32_t h = 0; h < setting.host_count; h++) {
		struct host_view v = host_view(h, s->host[h]);
		const char *state = v.is_master ? "MASTER" : v.is_backup ? "BACKUP" : "-";

		n += snprintf(text + n, (size_t)(TEXT_MAX - n), "%sh%u %s%s%s%s%s%s",
			      h ? "; " : "", h + 1,
			      !v.is_powered ? "off" : v.is_running ? state : "no daemon",
			      v.is_held ? " holds" : "", v.is_frozen ? " frozen" : "",
			      v.has_carrier ? "" : " unplugged", v.is_cut ? " cut" : "",
			      v.is_stopping ? " stopping" : "");
		for (uint32_t i = 0; i < inbox_count(s->inbox[h]); i++)
			n += snprintf(text + n, (size_t)(TEXT_MAX - n), " <%u%s",
				      frame_sender(slot_code(slot_at(s->inbox[h], i))) + 1,
				      frame_is_farewell(slot_code(slot_at(s->inbox[h], i))) ? "z"
											 : "");
	}
}
