/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The explorer of small worlds; explore.c says what it does. Three layers: one host and its node
 * (explore_host.c), the world of two or three of them with the theorems (explore_world.c), and the
 * search (explore.c). Time goes in ticks, a whole number of which is a second. */

#define HOSTS_MAX 3
/* Frames on their way to one host, and waiting in the socket of one that stands still. */
#define INBOX_MAX 12
#define SOCKET_MAX 16

struct setting {
	uint32_t host_count;
	uint8_t priorities[HOSTS_MAX];
	bool nopreempt;
	uint32_t ticks; /* of a second */
	uint32_t late, delay; /* ticks that a timer, a frame may take longer than none */
	uint32_t faults, losses; /* how many there may be */
	uint32_t garp_delay_s; /* between the two rounds of announcements; 0: no second one */
};

extern struct setting setting;

/* -- one host -- */

/* A frame as a number, so that it fits into a word: which of the two adverts of whom. 0: none. */
static inline uint32_t frame_code(uint32_t sender, bool is_farewell)
{
	return 1 + 2 * sender + is_farewell;
}

static inline uint32_t frame_sender(uint32_t code)
{
	return (code - 1) / 2;
}

static inline bool frame_is_farewell(uint32_t code)
{
	return (code - 1) % 2;
}

enum host_op_kind {
	HOST_TICK, /* a tick goes by, and nothing happens */
	HOST_TURN, /* the daemon takes a turn and reads these frames, in this order */
	HOST_ARRIVE, /* a frame waits in the socket of a host that stands still */
	HOST_START, /* power, or the daemon, comes back */
	HOST_ADOPT, /* the parent starts the next vipd-vrrp */
	HOST_POWER_OFF,
	HOST_KILL_ALL, /* the whole daemon dies, its address stays */
	HOST_KILL, /* vipd-vrrp dies */
	HOST_STOP, /* the daemon is told to end */
	HOST_FREEZE,
	HOST_THAW,
	HOST_CABLE_DOWN,
	HOST_CABLE_UP,
	HOST_CUT,
	HOST_JOIN,
	HOST_STEAL, /* somebody removes the virtual address */
	HOST_OP_N_,
};

#define FRAME_BITS 3
#define OP_FRAMES_MAX 8

/* An operation on a host is one word: its kind and up to OP_FRAMES_MAX frames. */
static inline uint32_t host_op(enum host_op_kind kind, uint32_t frames)
{
	return (uint32_t)kind | frames << 8;
}

/* What everybody may know of a host in this state. */
struct host_view {
	bool is_powered, is_running, is_frozen, is_stopping, has_carrier, is_cut, is_held;
	bool is_reborn; /* vipd-vrrp died, the next one is not there yet */
	bool is_able; /* powered, awake, plugged in, and its daemon runs */
	bool is_master, is_backup;
	bool has_unread; /* news of its kernel, or packets in its socket */
	bool can_turn, must_turn; /* something is due; it may not wait any longer */
	const char *violation; /* of what must hold within one host; NULL: none */
};

struct host_step {
	uint32_t to; /* the state after it */
	uint8_t advert_count;
	uint8_t farewells; /* a bit for each advert in the order of sending: it has priority 0 */
	const char *violation;
};

struct host_figures {
	uint64_t states, runs; /* distinct states; runs of the production code (each twice) */
	uint64_t forged; /* packets that had to be inert */
};

void hosts_init(void);
void hosts_fini(void);
/* The state of a host that was never switched on. */
uint32_t host_off(uint32_t host);
struct host_view host_view(uint32_t host, uint32_t state);
/* The operation must be possible in this state. */
struct host_step host_run(uint32_t host, uint32_t state, uint32_t op);
struct host_figures host_figures(uint32_t host);
uint32_t host_skew_ticks(uint32_t host);
uint32_t host_down_ticks(uint32_t host);
const char *host_op_name(enum host_op_kind kind);

/* -- the world -- */

struct state {
	uint64_t inbox[HOSTS_MAX]; /* frames on their way, each with its age, sorted */
	uint32_t host[HOSTS_MAX];
	/* Ticks, of undisturbed time only: two able hosts have had the address, none has, the one
	 * that has it has had it. And the ticks that a hand-over under way may take, or 0. */
	uint8_t both, none, tenure, heir;
	uint8_t faults, losses; /* how many more there may be */
};

#define STATE_SIZE_MAX (HOSTS_MAX * 12 + 6)
size_t state_size(void);
void state_pack(const struct state *s, uint8_t *bytes);
void state_unpack(const uint8_t *bytes, struct state *ret_state);
/* Padding does not count. */
bool state_is_same(const struct state *a, const struct state *b);

enum action_kind {
	ACTION_TICK,
	ACTION_HOST, /* `op`: any that the host does or suffers, but HOST_TICK */
	ACTION_LOSE, /* a frame on its way gets lost */
};

struct action {
	uint8_t kind, host;
	uint8_t op; /* enum host_op_kind */
	uint8_t count;
	uint8_t places[4]; /* of frames in the inbox: read, arrive, get lost */
};

struct move {
	struct action action;
	struct state to;
	const char *violation; /* static text; NULL: nothing is wrong */
};

#define MOVES_MAX 1024

/* The greatest values met, to compare with the bounds. */
struct extremes {
	uint32_t both, none, gap;
};

struct bounds {
	uint32_t both, none, tenure;
};

struct bounds world_bounds(void);
struct extremes world_extremes(void);
void world_begin(struct state *ret_state);
/* False: the action is not possible now. */
bool world_move(const struct state *s, const struct action *a, struct move *ret_move);
/* What world_move() was asked last: for when it does not come back. */
struct action world_asked(void);
/* Everything that may happen next. Returns how many. */
size_t world_moves(const struct state *s, struct move *moves);
/* In words, for a trace; `text` has TEXT_MAX octets. */
#define TEXT_MAX 512
void action_print(const struct state *s, const struct action *a, char *text);
void state_print(const struct state *s, char *text);
