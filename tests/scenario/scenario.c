/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads scenarios (*.scn) and plays each against one struct vrrp_router. A scenario is a story in
 * virtual time, one line for each thing that happens and what must come of it:
 *
 *   router priority 100 interval 1s address 192.0.2.251 [nopreempt] [preempt_delay 5s]
 *   at 0    startup                       -> enter BACKUP startup, deadline 3.609375s
 *   at 0.4s advert 150 from 192.0.2.252   -> nothing
 *
 * A router is of version 2 and IPv4, or `version 3`, or `version 3 ipv6`; more words:
 * `lower_prio_no_advert`, `owner_ignore_adverts`, `vipd_yield_to_strangers`, `strict_mode`.
 * Events: startup [unproven [for TIME]], shutdown, timer, fault, fault-cleared [unproven …], frame,
 * priority P,
 * advert P from ADDRESS [every TIME] [naming VIP], adopt STATE aged TIME [from ADDRESS P]
 * [every TIME], config WORDS (as of `router`), source ADDRESS|none, look.
 * Expectations about actions are complete: whatever the router asks for and the line does not say
 * fails. `nothing`, `advert P`, `add`, `remove`, `announce`, `lower-heard`, `lower-discarded`,
 * `stopped`, `enter STATE REASON`; and of what is then so: `state STATE`, `deadline TIME|never`,
 * `due`, `not-due`, `master ADDRESS P|none`, `waits-for TIME` (the interval that is learned),
 * `since TIME`, `drop CAUSE`, `unproven`, `proven`, `unverified`, `verified`.
 * An advert goes the whole way: written by another router, parsed and judged; one that is refused
 * because of the router's state is stepped all the same, and must be ignored there, too.
 * After each line a few things are checked that hold in every state. */
#include "base/limits.h"
#include "vrrp/vrrp.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 64

struct play {
	const char *file;
	int line;
	struct vrrp_config config;
	struct addr vip;
	struct vrrp_router router;
	bool has_router;
	struct mono now;
	struct vrrp_actions actions; /* of the last event */
	enum vrrp_drop drop; /* of the last advert */
	uint32_t expected; /* flags that the line named */
	bool drop_expected;
	char *words[WORDS];
	int count, at;
};

__attribute__((noreturn, format(printf, 2, 3))) static void stop(const struct play *p,
								  const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%d: ", p->file, p->line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static const char *peek(const struct play *p)
{
	return p->at < p->count ? p->words[p->at] : "";
}

static const char *next(struct play *p)
{
	if (p->at >= p->count)
		stop(p, "something is missing at the end of the line");
	return p->words[p->at++];
}

static bool take(struct play *p, const char *word)
{
	if (strcmp(peek(p), word) != 0)
		return false;
	p->at++;
	return true;
}

static void want(struct play *p, const char *word)
{
	if (!take(p, word))
		stop(p, "expected `%s`, not `%s`", word, peek(p));
}

/* 0, 3s, 0.4s, 3.609375s, 20ms, 7us */
static int64_t parse_time(struct play *p, const char *text)
{
	int64_t value = 0, unit_us, scale = 1;
	const char *c = text;
	bool fraction = false;

	for (; (*c >= '0' && *c <= '9') || (*c == '.' && !fraction); c++) {
		if (*c == '.') {
			fraction = true;
			continue;
		}
		value = value * 10 + (*c - '0');
		if (fraction)
			scale *= 10;
	}
	if (c == text)
		stop(p, "not a time: %s", text);
	if (strcmp(c, "s") == 0)
		unit_us = 1000000;
	else if (strcmp(c, "ms") == 0)
		unit_us = 1000;
	else if (strcmp(c, "us") == 0 || (*c == '\0' && value == 0))
		unit_us = 1;
	else
		stop(p, "a time needs s, ms or us: %s", text);
	if (value * unit_us % scale)
		stop(p, "finer than a microsecond: %s", text);
	return value * unit_us / scale;
}

static uint8_t parse_octet(struct play *p, const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || end == text || value < 0 || value > 255)
		stop(p, "not a priority: %s", text);
	return (uint8_t)value;
}

static struct addr parse_address(struct play *p, const char *text)
{
	struct addr a = { .family = ADDR_NONE };

	if (strcmp(text, "none") != 0 && !addr_parse(text, &a))
		stop(p, "not an address: %s", text);
	return a;
}

static enum vrrp_state parse_state(struct play *p, const char *text)
{
	for (int i = 0; i < VRRP_STATE_N_; i++)
		if (strcmp(vrrp_state_name((enum vrrp_state)i), text) == 0)
			return (enum vrrp_state)i;
	stop(p, "not a state: %s", text);
}

/* Only version 2 has passwords. */
static void read_version(struct vrrp_config *config, uint8_t version)
{
	config->version = version;
	config->auth_type = version == 2 ? ADVERT_AUTH_PASS : ADVERT_AUTH_NONE;
	config->checksum = ADVERT_CHECKSUM_PSEUDO;
}

static void read_config(struct play *p, struct vrrp_config *config)
{
	while (p->at < p->count && strcmp(peek(p), "->") != 0 && strcmp(peek(p), "address") != 0) {
		if (take(p, "priority"))
			config->priority = parse_octet(p, next(p));
		else if (take(p, "interval"))
			config->advert_interval_us = parse_time(p, next(p));
		else if (take(p, "preempt_delay"))
			config->preempt_delay_us = parse_time(p, next(p));
		else if (take(p, "timer_expired_backup"))
			config->expired_priority = parse_octet(p, next(p));
		else if (take(p, "down_timer_adverts"))
			config->down_adverts = parse_octet(p, next(p));
		else if (take(p, "nopreempt"))
			config->preempt = false;
		else if (take(p, "preempt"))
			config->preempt = true;
		else if (take(p, "version"))
			read_version(config, parse_octet(p, next(p)));
		else if (take(p, "ipv6"))
			config->family = ADDR_IPV6;
		else if (take(p, "lower_prio_no_advert"))
			config->lower_no_advert = true;
		else if (take(p, "owner_ignore_adverts"))
			config->owner_ignores = true;
		else if (take(p, "vipd_yield_to_strangers"))
			config->yields_to_strangers = true;
		else if (take(p, "strict_mode"))
			config->checks_list = true;
		else
			stop(p, "not a word of a router: %s", peek(p));
	}
}

static void on_router(struct play *p)
{
	struct addr source;

	p->config = (struct vrrp_config){
		.version = 2,
		.family = ADDR_IPV4,
		.vrid = 101,
		.priority = 100,
		.preempt = true,
		.auth_type = ADVERT_AUTH_PASS,
		.auth_data = "SECUREUN",
		.down_adverts = 3,
		.advert_interval_us = 1000000,
		.addresses = &p->vip,
		.address_count = 1,
	};
	read_config(p, &p->config);
	want(p, "address");
	source = parse_address(p, next(p));
	read_config(p, &p->config);
	addr_parse(p->config.family == ADDR_IPV6 ? "fe80::1" : "192.0.2.1", &p->vip);
	p->config.group = advert_group((enum addr_family)p->config.family);
	vrrp_router_init(&p->router, &p->config, p->now);
	vrrp_router_set_source(&p->router, &source);
	p->has_router = true;
}

static void step(struct play *p, struct vrrp_event event)
{
	vrrp_router_step(&p->router, &event, p->now, &p->actions);
}

/* An advert as another router with our configuration and this priority writes it. */
static void on_advert(struct play *p)
{
	uint8_t packet[LIMIT_ADVERT_PACKET], priority = parse_octet(p, next(p));
	struct addr group = advert_group((enum addr_family)p->config.family), vip;
	struct vrrp_router other = p->router;
	struct advert advert;
	struct ip ip;
	size_t size;
	uint32_t remarks = 0;

	want(p, "from");
	other.source = parse_address(p, next(p));
	if (take(p, "every"))
		other.config.advert_interval_us = parse_time(p, next(p));
	if (take(p, "naming")) {
		vip = parse_address(p, next(p));
		other.config.addresses = &vip;
	}
	size = vrrp_advert_put(&other, priority, &group, 0, packet);
	if (!ip_parse(packet, size, &ip))
		stop(p, "our own packet is not one");
	p->drop = vrrp_accept(&p->router, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks);
	if (p->drop == VRRP_DROP_NOT_RUNNING || p->drop == VRRP_DROP_OWN_ADDRESS)
		advert_parse(&ip, p->router.config.version, &advert);
	else if (p->drop != VRRP_DROP_NONE)
		return;
	step(p, (struct vrrp_event){ .kind = VRRP_EVENT_ADVERT, .advert = &advert,
				     .source = ip.source, .remarks = remarks });
}

static void on_adopt(struct play *p)
{
	struct vrrp_kept kept = { .state = (uint8_t)parse_state(p, next(p)) };

	want(p, "aged");
	kept.last_advert = mono_add(p->now, -parse_time(p, next(p)));
	kept.since = mono_add(kept.last_advert, -1000000);
	if (take(p, "from")) {
		kept.master = parse_address(p, next(p));
		kept.master_priority = parse_octet(p, next(p));
	}
	if (take(p, "every"))
		kept.master_interval_us = parse_time(p, next(p));
	step(p, (struct vrrp_event){ .kind = VRRP_EVENT_ADOPT, .kept = &kept });
}

static struct vrrp_event start_event(struct play *p, enum vrrp_event_kind kind)
{
	struct vrrp_event event = { .kind = kind };

	if (!take(p, "unproven"))
		return event;
	event.is_unproven = true;
	event.proof_us = LIMIT_PROOF_US;
	if (take(p, "for"))
		event.proof_us -= parse_time(p, next(p));
	return event;
}

static void on_event(struct play *p)
{
	struct addr source;

	p->actions = (struct vrrp_actions){ 0 };
	p->drop = VRRP_DROP_NONE;
	if (take(p, "startup")) {
		step(p, start_event(p, VRRP_EVENT_STARTUP));
	} else if (take(p, "shutdown")) {
		step(p, (struct vrrp_event){ .kind = VRRP_EVENT_SHUTDOWN });
	} else if (take(p, "timer")) {
		step(p, (struct vrrp_event){ .kind = VRRP_EVENT_TIMER });
	} else if (take(p, "fault")) {
		step(p, (struct vrrp_event){ .kind = VRRP_EVENT_FAULT });
	} else if (take(p, "fault-cleared")) {
		step(p, start_event(p, VRRP_EVENT_FAULT_CLEARED));
	} else if (take(p, "frame")) {
		step(p, (struct vrrp_event){ .kind = VRRP_EVENT_FRAME });
	} else if (take(p, "priority")) {
		step(p, (struct vrrp_event){ .kind = VRRP_EVENT_PRIORITY,
					     .priority = parse_octet(p, next(p)) });
	} else if (take(p, "advert")) {
		on_advert(p);
	} else if (take(p, "adopt")) {
		on_adopt(p);
	} else if (take(p, "config")) {
		read_config(p, &p->config);
		vrrp_router_reconfigure(&p->router, &p->config, p->now, &p->actions);
	} else if (take(p, "source")) {
		source = parse_address(p, next(p));
		vrrp_router_set_source(&p->router, &source);
	} else if (!take(p, "look")) {
		stop(p, "not an event: %s", peek(p));
	}
}

static void expect_flag(struct play *p, enum vrrp_action_flag flag, const char *word)
{
	if (!(p->actions.flags & flag))
		stop(p, "expected `%s`: it was not asked for", word);
	p->expected |= flag;
}

static bool take_action(struct play *p)
{
	static const struct {
		const char *word;
		enum vrrp_action_flag flag;
	} plain[] = {
		{ "add", VRRP_ACTION_ADDRESSES_ADD },
		{ "remove", VRRP_ACTION_ADDRESSES_REMOVE },
		{ "announce", VRRP_ACTION_ANNOUNCE },
		{ "lower-heard", VRRP_ACTION_LOWER_HEARD },
		{ "lower-discarded", VRRP_ACTION_LOWER_DISCARDED },
		{ "stopped", VRRP_ACTION_STOPPED },
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (take(p, plain[i].word)) {
			expect_flag(p, plain[i].flag, plain[i].word);
			return true;
		}
	}
	return false;
}

static void expect_enter(struct play *p)
{
	enum vrrp_state to = parse_state(p, next(p));
	const char *reason = next(p), *got = vrrp_reason_name(p->actions.reason);

	expect_flag(p, VRRP_ACTION_TRANSITION, "enter");
	if (p->actions.to != to || strcmp(reason, got) != 0)
		stop(p, "entered %s because of %s", vrrp_state_name(p->actions.to), got);
	if (p->router.state != to || p->router.reason != p->actions.reason)
		stop(p, "the router and its actions disagree");
}

static void expect_instant(struct play *p, const char *what, struct mono got)
{
	const char *text = next(p);
	struct mono wanted = MONO_NEVER;

	if (strcmp(text, "never") != 0)
		wanted = (struct mono){ parse_time(p, text) };
	if (wanted.us != got.us)
		stop(p, "%s is at %" PRId64 " us, not %s", what, got.us, text);
}

static void expect_master(struct play *p)
{
	struct addr wanted = parse_address(p, next(p));
	uint8_t priority = wanted.family == ADDR_NONE ? 0 : parse_octet(p, next(p));
	char text[ADDR_TEXT_SIZE];

	if (!addr_equal(&wanted, &p->router.master) || priority != p->router.master_priority)
		stop(p, "the master is %s with %u",
		     addr_print(&p->router.master, text, sizeof(text)), p->router.master_priority);
}

static void expect_waits_for(struct play *p)
{
	int64_t got_us = p->router.master_interval_us;

	if (got_us != parse_time(p, next(p)))
		stop(p, "an interval of %" PRId64 " us is waited for", got_us);
}

static void expect_proof(struct play *p, const char *word, bool is_so)
{
	if (!is_so)
		stop(p, "it is not %s", word);
}

static bool take_proof(struct play *p)
{
	const struct vrrp_router *r = &p->router;

	if (take(p, "unproven"))
		expect_proof(p, "unproven", r->is_unproven);
	else if (take(p, "proven"))
		expect_proof(p, "proven", !r->is_unproven);
	else if (take(p, "unverified"))
		expect_proof(p, "unverified", r->is_unverified);
	else if (take(p, "verified"))
		expect_proof(p, "verified", !r->is_unverified);
	else
		return false;
	return true;
}

static void expect_one(struct play *p)
{
	if (take(p, "nothing") || take_action(p) || take_proof(p))
		return;
	if (take(p, "advert")) {
		uint8_t priority = parse_octet(p, next(p));

		expect_flag(p, VRRP_ACTION_ADVERT, "advert");
		if (p->actions.advert_priority != priority)
			stop(p, "the advert has priority %u", p->actions.advert_priority);
	} else if (take(p, "enter")) {
		expect_enter(p);
	} else if (take(p, "state")) {
		if (p->router.state != parse_state(p, next(p)))
			stop(p, "the state is %s", vrrp_state_name(p->router.state));
	} else if (take(p, "deadline")) {
		expect_instant(p, "the deadline", vrrp_router_deadline(&p->router));
	} else if (take(p, "since")) {
		expect_instant(p, "the last transition", p->router.since);
	} else if (take(p, "master")) {
		expect_master(p);
	} else if (take(p, "waits-for")) {
		expect_waits_for(p);
	} else if (take(p, "drop")) {
		if (strcmp(next(p), vrrp_drop_name(p->drop)) != 0)
			stop(p, "dropped because of %s", vrrp_drop_name(p->drop));
		p->drop_expected = true;
	} else if (take(p, "due") || take(p, "not-due")) {
		bool due = strcmp(p->words[p->at - 1], "due") == 0;

		if (vrrp_router_advert_due(&p->router, p->now) != due)
			stop(p, "an advert is %s", due ? "not due" : "due");
	} else {
		stop(p, "not an expectation: %s", peek(p));
	}
}

/* What is so after every event, whatever it was. */
static void check_always(const struct play *p)
{
	const struct vrrp_router *r = &p->router;
	uint32_t flags = p->actions.flags;
	bool entered = flags & VRRP_ACTION_TRANSITION;

	if (mono_is_never(r->advert_at) != (r->state != VRRP_STATE_MASTER))
		stop(p, "always: the Adver_Timer runs exactly in MASTER");
	if (mono_is_never(r->down_at) != (r->state != VRRP_STATE_BACKUP))
		stop(p, "always: the Master_Down_Timer runs exactly in BACKUP");
	if ((r->is_unproven && r->state != VRRP_STATE_BACKUP) ||
	    (r->is_unverified && r->state != VRRP_STATE_MASTER))
		stop(p, "always: only a BACKUP is unproven, only a MASTER is unverified");
	if (entered && p->actions.from == p->actions.to)
		stop(p, "always: a transition leads elsewhere");
	if (!!(flags & VRRP_ACTION_ADDRESSES_ADD) !=
	    (entered && p->actions.to == VRRP_STATE_MASTER))
		stop(p, "always: addresses are added exactly on entering MASTER");
	if (!!(flags & VRRP_ACTION_ADDRESSES_REMOVE) !=
	    (entered && p->actions.from == VRRP_STATE_MASTER))
		stop(p, "always: addresses are removed exactly on leaving MASTER");
	if (r->leaving && r->state != VRRP_STATE_MASTER)
		stop(p, "always: only a MASTER says farewell");
	if (entered && r->since.us > p->now.us)
		stop(p, "always: no transition in the future");
}

static void check_expected(struct play *p)
{
	uint32_t rest = p->actions.flags & ~p->expected;

	if (rest)
		stop(p, "actions that the line does not say: flags 0x%x%s%s", rest,
		     rest & VRRP_ACTION_TRANSITION ? ", enters " : "",
		     rest & VRRP_ACTION_TRANSITION ? vrrp_state_name(p->actions.to) : "");
	if (p->drop != VRRP_DROP_NONE && !p->drop_expected)
		stop(p, "dropped: %s", vrrp_drop_name(p->drop));
}

static void play_line(struct play *p)
{
	if (take(p, "router")) {
		on_router(p);
		return;
	}
	want(p, "at");
	if (!p->has_router)
		stop(p, "the first line must be `router`");
	int64_t at_us = parse_time(p, next(p));

	if (at_us < p->now.us)
		stop(p, "time does not go back");
	p->now.us = at_us;
	p->expected = 0;
	p->drop_expected = false;
	on_event(p);
	want(p, "->");
	do
		expect_one(p);
	while (p->at < p->count && take(p, ","));
	if (p->at != p->count)
		stop(p, "too many words: %s", peek(p));
	check_expected(p);
	check_always(p);
}

/* Words, and commas as words of their own; `#` begins a comment. */
static void split(struct play *p, char *line)
{
	static char comma[] = ",";
	char *save = NULL;

	line[strcspn(line, "#\n")] = '\0';
	p->count = p->at = 0;
	for (char *w = strtok_r(line, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		size_t length = strlen(w);
		bool has_comma = w[length - 1] == ',';

		if (p->count + 2 > WORDS)
			stop(p, "too many words");
		if (has_comma)
			w[length - 1] = '\0';
		if (*w)
			p->words[p->count++] = w;
		if (has_comma)
			p->words[p->count++] = comma;
	}
}

static int play_file(const char *name)
{
	struct play p = { .file = name };
	char line[512];
	int played = 0;
	FILE *file = fopen(name, "r");

	if (!file)
		stop(&p, "cannot be read");
	while (fgets(line, sizeof(line), file)) {
		p.line++;
		split(&p, line);
		if (p.count) {
			play_line(&p);
			played++;
		}
	}
	fclose(file);
	if (played < 2)
		stop(&p, "nothing happens in it");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: scenario FILE.scn...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		play_file(argv[i]);
	return 0;
}
