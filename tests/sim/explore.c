/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Exhaustive exploration of small worlds: two or three hosts that run src/node over real
 * configurations and adverts, every order of frames, timers and turns within the lateness that is
 * allowed, with a budget of faults and of lost frames, breadth first, each state once. Five
 * theorems are judged at every move (docs/simulator.md, "Exhaustive exploration"). The first
 * violation ends it, with the shortest way there in words and the command that goes it again.
 *     explore --hosts 2 --priorities 224,160 --faults 2 --seconds 600
 *     explore … --replay 'start:1 tick*25 turn:1'
 *
 * States are kept whole, never as a hash: two are one only when they are equal. */

#include "explore.h"
#include "explore_pool.h"

#include "base/check.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define NONE UINT32_MAX
#define TABLE_FIRST (1u << 20)
#define MIB (1024.0 * 1024.0)

struct setting setting = {
	.host_count = 2,
	.priorities = { 224, 160 },
	.ticks = 8,
	.late = 1,
	.delay = 1,
	.faults = 1,
};

/* Set by a signal: the search ends, with the figures so far. */
static volatile sig_atomic_t is_interrupted;

struct limits {
	uint32_t depth;
	double seconds;
	double memory_mib;
};

struct search {
	size_t size; /* of a state */
	uint8_t *states; /* one behind the other, in the order in which they were met */
	uint32_t *parents;
	size_t count, state_room, parent_room;
	uint64_t *table; /* of places: hash and number; the hash only spares looking */
	uint32_t table_size;
	uint64_t transitions, ops[HOST_OP_N_], losses;
	uint32_t depth; /* of what was met */
	size_t expanded; /* states whose moves were all made */
	bool is_complete;
	double seconds;
	const char *violation;
	uint32_t bad_parent;
	struct move bad;
};

static struct search the_search;

/* Of this program's processor, so that others on the machine change no figure. */
static double used_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- states that were met -- */

/* Never 0, which is a free place of the table. */
static uint32_t state_hash(const struct search *s, const uint8_t *bytes)
{
	uint64_t x = s->size;

	for (size_t i = 0; i < s->size; i += sizeof(uint64_t)) {
		uint64_t word = 0;
		size_t rest = s->size - i;

		memcpy(&word, bytes + i, rest < sizeof(word) ? rest : sizeof(word));
		x = explore_mix(x ^ word);
	}
	return (uint32_t)(explore_mix(x) >> 32) | 1;
}

static uint64_t *table_place(uint64_t *table, uint32_t size, uint32_t hash)
{
	uint32_t at = (hash >> 1) & (size - 1);

	while (table[at])
		at = (at + 1) & (size - 1);
	return &table[at];
}

static void table_make(struct search *s, uint32_t size)
{
	uint64_t *table = calloc(size, sizeof(*table));

	check(table);
	for (uint32_t i = 0; i < s->table_size; i++)
		if (s->table[i])
			*table_place(table, size, (uint32_t)(s->table[i] >> 32)) = s->table[i];
	free(s->table);
	s->table = table;
	s->table_size = size;
}

static bool is_met(const struct search *s, const uint8_t *bytes, uint32_t hash)
{
	uint32_t at = (hash >> 1) & (s->table_size - 1);

	for (; s->table[at]; at = (at + 1) & (s->table_size - 1))
		if (s->table[at] >> 32 == hash &&
		    memcmp(s->states + (uint32_t)s->table[at] * s->size, bytes, s->size) == 0)
			return true;
	return false;
}

static void visit(struct search *s, const struct state *state, uint32_t parent)
{
	uint8_t bytes[STATE_SIZE_MAX];
	uint32_t hash;

	state_pack(state, bytes);
	hash = state_hash(s, bytes);
	if (is_met(s, bytes, hash))
		return;
	check(s->count < NONE - 1);
	*table_place(s->table, s->table_size, hash) = (uint64_t)hash << 32 | s->count;
	s->states = explore_grow(s->states, s->size, s->count, &s->state_room);
	s->parents = explore_grow(s->parents, sizeof(*s->parents), s->count, &s->parent_room);
	memcpy(s->states + s->count * s->size, bytes, s->size);
	s->parents[s->count++] = parent;
	if (s->count > s->table_size / 4 * 3)
		table_make(s, 2 * s->table_size);
}

static void interrupt(int number)
{
	is_interrupted = 1;
}

static double memory_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

/* -- the search -- */

static void count_move(struct search *s, const struct move *m)
{
	s->transitions++;
	s->losses += m->action.kind == ACTION_LOSE;
	if (m->action.kind == ACTION_TICK)
		s->ops[HOST_TICK]++;
	else if (m->action.kind == ACTION_HOST)
		s->ops[m->action.op]++;
}

/* False: something is wrong. */
static bool expand(struct search *s, uint32_t number)
{
	static struct move moves[MOVES_MAX];
	struct state from;
	size_t count;

	state_unpack(s->states + number * s->size, &from);
	count = world_moves(&from, moves);
	for (size_t i = 0; i < count; i++) {
		count_move(s, &moves[i]);
		if (moves[i].violation) {
			s->violation = moves[i].violation;
			s->bad_parent = number;
			s->bad = moves[i];
			return false;
		}
		visit(s, &moves[i].to, number);
	}
	return true;
}

/* When a table doubles, both are there. */
static bool is_over(const struct search *s, const struct limits *limits, double begun_s)
{
	double table_mib = (double)s->table_size * sizeof(*s->table) / MIB;
	bool grows_soon = s->count > s->table_size / 8 * 5;

	return is_interrupted || (limits->seconds > 0 && used_s() - begun_s > limits->seconds) ||
	       (double)s->count * (double)(s->size + 4) / MIB +
			       table_mib * (grows_soon ? 3 : 1) > limits->memory_mib;
}

static void search(struct search *s, const struct limits *limits)
{
	double begun_s = used_s();
	struct state first;
	size_t level_end;

	*s = (struct search){ .size = state_size() };
	table_make(s, TABLE_FIRST);
	world_begin(&first);
	visit(s, &first, NONE);
	level_end = s->count;
	for (size_t n = 0; n < s->count; n++) {
		if (n == level_end) {
			s->depth++;
			level_end = s->count;
		}
		if ((limits->depth && s->depth >= limits->depth) ||
		    (n % 1024 == 0 && is_over(s, limits, begun_s)) || !expand(s, (uint32_t)n))
			break;
		s->expanded = n + 1;
	}
	s->is_complete = s->expanded == s->count && !s->violation;
	s->seconds = used_s() - begun_s;
}

/* -- telling -- */

struct teller {
	char command[4096];
	size_t length;
	struct action last;
	uint32_t repeated, ticks;
};

static void token_write(struct teller *t, const struct action *a)
{
	char *text = t->command + t->length;
	size_t room = sizeof(t->command) - t->length;
	int n;

	if (a->kind == ACTION_TICK)
		n = snprintf(text, room, "tick");
	else
		n = snprintf(text, room, "%s:%u",
			     a->kind == ACTION_LOSE ? "lose" : host_op_name(a->op), a->host + 1);
	for (uint32_t i = 0; i < a->count; i++)
		n += snprintf(text + n, room - (size_t)n, "%c%u", i ? ',' : ':', a->places[i]);
	t->length += (size_t)n;
}

static void teller_flush(struct teller *t)
{
	if (t->repeated > 1)
		t->length += (size_t)snprintf(t->command + t->length,
					      sizeof(t->command) - t->length, "*%u", t->repeated);
	if (t->repeated)
		t->command[t->length++] = ' ';
	t->command[t->length] = '\0';
	t->repeated = 0;
	check(t->length < sizeof(t->command) - 128);
}

static void tell(struct teller *t, const struct state *from, const struct move *m)
{
	char action[TEXT_MAX], state[TEXT_MAX];

	if (t->repeated == 0 || memcmp(&t->last, &m->action, sizeof(t->last)) != 0) {
		teller_flush(t);
		token_write(t, &m->action);
		t->last = m->action;
	}
	t->repeated++;
	t->ticks += m->action.kind == ACTION_TICK;
	if (m->action.kind == ACTION_TICK && !m->violation)
		return;
	action_print(from, &m->action, action);
	state_print(&m->to, state);
	printf("%8.3f s  %-40s | %s\n", (double)t->ticks / setting.ticks, action, state);
	if (m->violation)
		printf("VIOLATION %s\n", m->violation);
}

static void setting_print(FILE *file)
{
	fprintf(file, "--hosts %u --priorities", setting.host_count);
	for (uint32_t h = 0; h < setting.host_count; h++)
		fprintf(file, "%c%u", h ? ',' : ' ', setting.priorities[h]);
	fprintf(file, "%s --faults %u --losses %u", setting.nopreempt ? " --nopreempt" : "",
		setting.faults, setting.losses);
	if (setting.late != 1 || setting.delay != 1 || setting.ticks != 8 || setting.garp_delay_s)
		fprintf(file, " --late %u --delay %u --ticks %u --garp-delay %u", setting.late,
			setting.delay, setting.ticks, setting.garp_delay_s);
}

/* The parent's move that leads to this state is found again. */
static void step_tell(const struct search *s, struct teller *t, uint32_t from_number,
		      const struct state *to)
{
	static struct move moves[MOVES_MAX];
	struct state from;
	size_t count;

	state_unpack(s->states + from_number * s->size, &from);
	count = world_moves(&from, moves);
	for (size_t i = 0; i < count; i++)
		if (state_is_same(&moves[i].to, to)) {
			tell(t, &from, &moves[i]);
			return;
		}
	check(false);
}

/* The way to a state, and the move from there. */
static void way_tell(const struct search *s, uint32_t number, const struct move *last)
{
	struct teller t = { .length = 0 };
	uint32_t *way = malloc((s->depth + 2) * sizeof(*way)), length = 0;
	struct state from, to;

	check(way);
	for (uint32_t n = number; n != NONE; n = s->parents[n])
		way[length++] = n;
	for (uint32_t i = length - 1; i > 0; i--) {
		state_unpack(s->states + way[i - 1] * s->size, &to);
		step_tell(s, &t, way[i], &to);
	}
	state_unpack(s->states + number * s->size, &from);
	tell(&t, &from, last);
	teller_flush(&t);
	printf("again: explore ");
	setting_print(stdout);
	printf(" --replay '%s'\n", t.command);
	free(way);
}

/* A check() of the node, or of the explorer, failed: here is where. */
static void check_tell(const char *expr, const char *file, int line)
{
	const struct search *s = &the_search;
	struct move last = { .action = world_asked(), .violation = "a check() fails" };

	check_reporter = NULL;
	printf("%s:%d: check(%s)\n", file, line, expr);
	if (s->count > 0) {
		state_unpack(s->states + s->expanded * s->size, &last.to);
		way_tell(s, (uint32_t)s->expanded, &last);
	}
	fflush(stdout);
}

static void faults_print(const struct search *s, FILE *file)
{
	for (int k = HOST_START; k < HOST_OP_N_; k++)
		fprintf(file, "%s %" PRIu64 ", ", host_op_name((enum host_op_kind)k), s->ops[k]);
	fprintf(file, "lost frames %" PRIu64, s->losses);
}

static void figures_print(const struct search *s)
{
	struct extremes e = world_extremes();
	struct bounds b = world_bounds();

	printf("explore ");
	setting_print(stdout);
	printf("\n%zu states, %" PRIu64 " transitions, depth %u, %s; frontier %zu; %.1f s, "
	       "%.0f MiB\n",
	       s->count, s->transitions, s->depth,
	       s->violation ? "violation" : s->is_complete ? "complete" : "cut",
	       s->count - s->expanded, s->seconds, memory_mib());
	for (uint32_t h = 0; h < setting.host_count; h++) {
		struct host_figures f = host_figures(h);

		printf("h%u: %" PRIu64 " states, %" PRIu64 " operations, %" PRIu64
		       " packets refused\n",
		       h + 1, f.states, f.runs, f.forged);
	}
	printf("ticks %" PRIu64 ", turns %" PRIu64 ", ", s->ops[HOST_TICK], s->ops[HOST_TURN]);
	faults_print(s, stdout);
	printf("\nlongest, in ticks of 1/%u s: two holders %u (bound %u), no holder %u (%u), "
	       "hand-over %u\n",
	       setting.ticks, e.both, b.both, e.none, b.none, e.gap);
}

static const char head[] =
	"# Exhaustive exploration: the runs\n\n"
	"Made by `build/tests/sim/explore SETTING --output FILE --commit COMMIT`. Seconds are of\n"
	"one processor. Depth is in moves; *complete*: there are no more states; the frontier\n"
	"are those whose moves were not made. Runs of the node: different operations on\n"
	"different states of a host, each run twice. The longest times are in ticks and beside\n"
	"their bounds. What they mean: [the simulator](../simulator.md).\n\n"
	"| date | commit | setting | seconds | states | transitions | depth | frontier "
	"| runs of the node | memory | two holders | no holder | hand-over | violation |\n"
	"| --- | --- | --- | ---: | ---: | ---: | --- | ---: "
	"| ---: | ---: | --- | --- | ---: | --- |\n";

/* One more row of docs/evidence/explore.md. */
static void row_write(const struct search *s, const char *path, const char *commit)
{
	FILE *file = fopen(path, "a");
	time_t now = time(NULL);
	struct extremes e = world_extremes();
	struct bounds b = world_bounds();
	uint64_t runs = 0;
	char date[32];

	check(file);
	check(fseek(file, 0, SEEK_END) == 0);
	if (ftell(file) == 0)
		fputs(head, file);
	strftime(date, sizeof(date), "%Y-%m-%d", gmtime(&now));
	for (uint32_t h = 0; h < setting.host_count; h++)
		runs += host_figures(h).runs;
	fprintf(file, "| %s | %s | `", date, commit);
	setting_print(file);
	fprintf(file,
		"` | %.0f s | %zu | %" PRIu64 " | %u, %s | %zu | %" PRIu64 " | %.0f MiB | %u of %u "
		"| %u of %u | %u | %s |\n",
		s->seconds, s->count, s->transitions, s->depth, s->is_complete ? "complete" : "cut",
		s->count - s->expanded, runs, memory_mib(), e.both, b.both, e.none, b.none, e.gap,
		s->violation ? s->violation : "none");
	check(fclose(file) == 0);
}

/* -- going one way -- */

static bool token_parse(char *token, struct action *ret_action, uint32_t *ret_times)
{
	char *times = strchr(token, '*'), *saved, *name, *part;

	*ret_times = times ? (uint32_t)strtoul(times + 1, NULL, 10) : 1;
	if (times)
		*times = '\0';
	*ret_action = (struct action){ .kind = ACTION_TICK };
	name = strtok_r(token, ":", &saved);
	if (!name || strcmp(name, "tick") == 0)
		return name != NULL;
	ret_action->kind = strcmp(name, "lose") == 0 ? ACTION_LOSE : ACTION_HOST;
	while (ret_action->kind == ACTION_HOST && ret_action->op < HOST_OP_N_ &&
	       strcmp(name, host_op_name(ret_action->op)) != 0)
		ret_action->op++;
	part = strtok_r(NULL, ":", &saved);
	if (ret_action->op == HOST_OP_N_ || !part)
		return false;
	ret_action->host = (uint8_t)(strtoul(part, NULL, 10) - 1);
	while ((part = strtok_r(NULL, ":,", &saved)) && ret_action->count < 4)
		ret_action->places[ret_action->count++] = (uint8_t)strtoul(part, NULL, 10);
	return true;
}

static int replay(const char *text)
{
	char *words = strdup(text), *saved;
	struct teller t = { .length = 0 };
	struct state state;
	struct action a;
	struct move m = { .violation = NULL };
	uint32_t times;

	check(words);
	world_begin(&state);
	for (char *word = strtok_r(words, " ", &saved); word && !m.violation;
	     word = strtok_r(NULL, " ", &saved)) {
		char *token = strdup(word);

		check(token);
		if (!token_parse(token, &a, &times)) {
			fprintf(stderr, "explore: %s: no action\n", word);
			exit(2);
		}
		free(token);
		while (times-- && !m.violation) {
			if (!world_move(&state, &a, &m)) {
				fprintf(stderr, "explore: %s: not possible here\n", word);
				exit(2);
			}
			tell(&t, &state, &m);
			state = m.to;
		}
	}
	free(words);
	return m.violation ? 1 : 0;
}

/* -- the command line -- */

struct command {
	struct limits limits;
	const char *replay, *output, *commit;
};

enum option_code {
	OPTION_HOSTS = 1,
	OPTION_PRIORITIES,
	OPTION_NOPREEMPT,
	OPTION_FAULTS,
	OPTION_LOSSES,
	OPTION_DEPTH,
	OPTION_SECONDS,
	OPTION_MEMORY,
	OPTION_LATE,
	OPTION_DELAY,
	OPTION_TICKS,
	OPTION_GARP_DELAY,
	OPTION_REPLAY,
	OPTION_OUTPUT,
	OPTION_COMMIT,
};

static const struct option options[] = {
	{ "hosts", 1, NULL, OPTION_HOSTS },
	{ "priorities", 1, NULL, OPTION_PRIORITIES },
	{ "nopreempt", 0, NULL, OPTION_NOPREEMPT },
	{ "faults", 1, NULL, OPTION_FAULTS },
	{ "losses", 1, NULL, OPTION_LOSSES },
	{ "depth", 1, NULL, OPTION_DEPTH },
	{ "seconds", 1, NULL, OPTION_SECONDS },
	{ "memory", 1, NULL, OPTION_MEMORY },
	{ "late", 1, NULL, OPTION_LATE },
	{ "delay", 1, NULL, OPTION_DELAY },
	{ "ticks", 1, NULL, OPTION_TICKS },
	{ "garp-delay", 1, NULL, OPTION_GARP_DELAY },
	{ "replay", 1, NULL, OPTION_REPLAY },
	{ "output", 1, NULL, OPTION_OUTPUT },
	{ "commit", 1, NULL, OPTION_COMMIT },
	{ NULL, 0, NULL, 0 },
};

__attribute__((noreturn)) static void usage(const char *what)
{
	fprintf(stderr,
		"explore: %s\n"
		"explore [--hosts 2|3] [--priorities P,P[,P]] [--nopreempt] [--faults N]\n"
		"        [--losses N] [--depth N] [--seconds N] [--memory MIB] [--late TICKS]\n"
		"        [--delay TICKS] [--ticks N] [--garp-delay SECONDS] [--replay ACTIONS]\n"
		"        [--output FILE --commit COMMIT]\n",
		what);
	exit(2);
}

static uint32_t number(const char *text, uint32_t least, uint32_t most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || n < least || n > most)
		usage("a number is not what it may be");
	return (uint32_t)n;
}

static void priorities_parse(char *text)
{
	char *saved, *word = strtok_r(text, ",", &saved);

	memset(setting.priorities, 0, sizeof(setting.priorities));
	for (uint32_t h = 0; word; h++) {
		if (h == HOSTS_MAX)
			usage("there are more priorities than hosts");
		setting.priorities[h] = (uint8_t)number(word, 1, 254);
		word = strtok_r(NULL, ",", &saved);
	}
}

static void option_take(int option, char *text, struct command *c)
{
	switch ((enum option_code)option) {
	case OPTION_HOSTS:
		setting.host_count = number(text, 2, HOSTS_MAX);
		break;
	case OPTION_PRIORITIES:
		priorities_parse(text);
		break;
	case OPTION_NOPREEMPT:
		setting.nopreempt = true;
		break;
	case OPTION_FAULTS:
		setting.faults = number(text, 0, 3);
		break;
	case OPTION_LOSSES:
		setting.losses = number(text, 0, 3);
		break;
	case OPTION_DEPTH:
		c->limits.depth = number(text, 1, 1000000);
		break;
	case OPTION_SECONDS:
		c->limits.seconds = number(text, 1, 1000000);
		break;
	case OPTION_MEMORY:
		c->limits.memory_mib = number(text, 16, 1000000);
		break;
	case OPTION_LATE:
		setting.late = number(text, 0, 3);
		break;
	case OPTION_DELAY:
		setting.delay = number(text, 0, 3);
		break;
	case OPTION_TICKS:
		setting.ticks = number(text, 4, 40);
		break;
	case OPTION_GARP_DELAY:
		setting.garp_delay_s = number(text, 0, 5);
		break;
	case OPTION_REPLAY:
		c->replay = text;
		break;
	case OPTION_OUTPUT:
		c->output = text;
		break;
	case OPTION_COMMIT:
		c->commit = text;
		break;
	default:
		usage("no such option");
	}
}

int main(int argc, char **argv)
{
	struct command c = { .limits.memory_mib = 6000, .commit = "-" };
	struct search *s = &the_search;
	int option, code;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		option_take(option, optarg, &c);
	if (optind < argc)
		usage("no arguments are taken");
	for (uint32_t h = 0; h < HOSTS_MAX; h++)
		if ((h < setting.host_count) != (setting.priorities[h] != 0))
			usage("each host has one priority");
	signal(SIGINT, interrupt);
	signal(SIGTERM, interrupt);
	check_reporter = check_tell;
	hosts_init();
	if (c.replay) {
		code = replay(c.replay);
	} else {
		search(s, &c.limits);
		if (s->violation)
			way_tell(s, s->bad_parent, &s->bad);
		figures_print(s);
		if (c.output)
			row_write(s, c.output, c.commit);
		code = s->violation ? 1 : 0;
	}
	free(s->states);
	free(s->parents);
	free(s->table);
	hosts_fini();
	return code;
}
