/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What is told by vipd-vrrp as log lines: keepalived's words to the letter where it has some, and
 * something sensible for everything else that can be told. */

#include "daemon/log_render.h"

#include "wire/advert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct log_line lines[LOG_RENDER_LINES];

static struct role_message from(enum role_message_type type)
{
	struct role_message m = role_message(type);

	assert_true(prefix_parse("192.0.2.9/24", &m.address));
	m.priority = 100;
	m.other_priority = 150;
	return m;
}

static int render(const struct role_message *m, const char *instance)
{
	struct log_render_context context = { .instance = instance, .own_priority = 100 };

	memset(lines, 0x5a, sizeof(lines));
	return log_render(m, &context, lines);
}

static void assert_line(int i, enum log_level level, const char *text)
{
	assert_string_equal(lines[i].text, text);
	assert_int_equal(lines[i].level, level);
}

/* -- transitions -- */

struct transition {
	enum vrrp_state to;
	enum vrrp_reason reason;
	const char *cause; /* NULL: none */
	enum log_level cause_level;
	const char *entering; /* NULL: none */
	enum log_level entering_level;
};

#define NONE NULL, LOG_LEVEL_INFO

static const struct transition transitions[] = {
	{ VRRP_STATE_BACKUP, VRRP_REASON_STARTUP, NONE,
	  "(VI_1) Entering BACKUP STATE (init)", LOG_LEVEL_INFO },
	{ VRRP_STATE_MASTER, VRRP_REASON_OWNER, NONE,
	  "(VI_1) Entering MASTER STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_MASTER, VRRP_REASON_MASTER_SILENT,
	  "(VI_1) Receive advertisement timeout", LOG_LEVEL_DETAIL,
	  "(VI_1) Entering MASTER STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_MASTER, VRRP_REASON_PREEMPTED,
	  "(VI_1) Receive advertisement timeout", LOG_LEVEL_DETAIL,
	  "(VI_1) Entering MASTER STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_MASTER, VRRP_REASON_MASTER_LEFT,
	  "(VI_1) Backup received priority 0 advertisement", LOG_LEVEL_DETAIL,
	  "(VI_1) Entering MASTER STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_HIGHER_PRIORITY,
	  "(VI_1) Master received advert from 192.0.2.9 with higher priority 150, ours 100",
	  LOG_LEVEL_INFO, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_HIGHER_ADDRESS,
	  "(VI_1) Master received advert from 192.0.2.9 with same priority 150 but higher IP"
	  " address than ours", LOG_LEVEL_INFO, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_MUTE,
	  "(VI_1) cannot send; 192.0.2.9 serves with priority 150, ours 100",
	  LOG_LEVEL_WARNING, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_OVERSLEPT,
	  "(VI_1) did not run for too long, and 192.0.2.9 serves with priority 150, ours 100",
	  LOG_LEVEL_WARNING, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_EXPIRED,
	  "(VI_1) did not run for too long: another one may serve by now (timer_expired_backup)",
	  LOG_LEVEL_WARNING, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_UNVERIFIED,
	  "(VI_1) was unverified, and 192.0.2.9 serves with priority 150, ours 100",
	  LOG_LEVEL_INFO, "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_FAULT, VRRP_REASON_FAULT, NONE,
	  "(VI_1) Entering FAULT STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_BACKUP, VRRP_REASON_FAULT_CLEARED, NONE,
	  "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
	{ VRRP_STATE_INIT, VRRP_REASON_SHUTDOWN, NONE,
	  "(VI_1) Entering INIT STATE", LOG_LEVEL_DETAIL },
	{ VRRP_STATE_MASTER, VRRP_REASON_ADOPTED, NONE, NONE },
	{ VRRP_STATE_BACKUP, VRRP_REASON_NONE, NONE,
	  "(VI_1) Entering BACKUP STATE", LOG_LEVEL_INFO },
};

static void every_transition(void **state)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
		const struct transition *t = &transitions[i];
		struct role_message m = from(ROLE_TRANSITION);
		int count = 0;

		m.to = (uint8_t)t->to;
		m.reason = (uint8_t)t->reason;
		assert_int_equal(render(&m, "VI_1"), (t->cause != NULL) + (t->entering != NULL));
		if (t->cause)
			assert_line(count++, t->cause_level, t->cause);
		if (t->entering)
			assert_line(count, t->entering_level, t->entering);
	}
}

static void every_reason_is_known(void **state)
{
	for (int reason = 0; reason < VRRP_REASON_N_; reason++) {
		bool is_known = false;

		for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++)
			is_known |= (int)transitions[i].reason == reason;
		assert_true(is_known);
	}
}

/* -- drops -- */

static void every_drop(void **state)
{
	char seen[VRRP_DROP_N_][512];

	for (int drop = VRRP_DROP_NONE + 1; drop < VRRP_DROP_N_; drop++) {
		struct role_message m = from(ROLE_DROP);

		m.drop = (uint8_t)drop;
		m.count = 3;
		assert_int_equal(render(&m, "VI_1"), 1);
		assert_int_equal(lines[0].level, LOG_LEVEL_WARNING);
		assert_memory_equal(lines[0].text, "(VI_1) dropped 3 packets from 192.0.2.9: ", 41);
		assert_non_null(strstr(lines[0].text, vrrp_drop_name((enum vrrp_drop)drop)));
		/* An explanation of its own. */
		snprintf(seen[drop], sizeof(seen[drop]), "%s", strrchr(lines[0].text, '('));
		assert_null(strstr(seen[drop], "no cause"));
		for (int other = 1; other < drop; other++)
			assert_string_not_equal(seen[drop], seen[other]);
	}
}

static void drop_of_no_instance(void **state)
{
	struct role_message m = from(ROLE_DROP);

	m.drop = VRRP_DROP_VRID;
	m.count = 1;
	assert_int_equal(render(&m, NULL), 1);
	assert_line(0, LOG_LEVEL_WARNING, "dropped 1 packet from 192.0.2.9: vrid "
		    "(no instance with this virtual_router_id on this interface)");
}

/* -- notes -- */

struct note {
	enum role_note note;
	enum log_level level;
	const char *text;
};

static const struct note notes[] = {
	{ ROLE_NOTE_LINK_UP, LOG_LEVEL_INFO, "Netlink reports eth0 up" },
	{ ROLE_NOTE_LINK_DOWN, LOG_LEVEL_INFO, "Netlink reports eth0 down" },
	{ ROLE_NOTE_LINK_MISSING, LOG_LEVEL_WARNING,
	  "interface eth0 does not exist; waiting for it" },
	{ ROLE_NOTE_CONDITION, LOG_LEVEL_INFO,
	  "(VI_1) cannot serve: its interface is down (eth0)" },
	{ ROLE_NOTE_ADDRESS_REPAIRED, LOG_LEVEL_WARNING,
	  "(VI_1) put 192.0.2.9/24 back: somebody had removed it" },
	{ ROLE_NOTE_ADDRESS_ERROR, LOG_LEVEL_WARNING,
	  "(VI_1) the kernel refuses to change 192.0.2.9/24: Operation not permitted" },
	{ ROLE_NOTE_LEFTOVER, LOG_LEVEL_INFO,
	  "removed 192.0.2.9/24 from eth0: left over from an earlier run" },
	{ ROLE_NOTE_LOWER_HEARD, LOG_LEVEL_INFO,
	  "(VI_1) Received advert from 192.0.2.9 with lower priority 90, ours 100, forcing new"
	  " election" },
	{ ROLE_NOTE_LOWER_DISCARDED, LOG_LEVEL_DETAIL,
	  "(VI_1) received lower priority (90) advert from 192.0.2.9 - discarding" },
	{ ROLE_NOTE_ADDRESS_LIST, LOG_LEVEL_WARNING,
	  "(VI_1) 192.0.2.9 advertises other addresses than ours" },
	{ ROLE_NOTE_INTERVAL, LOG_LEVEL_WARNING,
	  "(VI_1) 192.0.2.9 advertises every 2500 ms, not at our interval: its own counts" },
	{ ROLE_NOTE_CHECKSUM, LOG_LEVEL_WARNING,
	  "(VI_1) 192.0.2.9 sends checksums without the pseudo-header, we with it: it may not hear "
	  "us; v3_checksum_as_v2 has to be the same on both" },
	{ ROLE_NOTE_SEND_ERROR, LOG_LEVEL_WARNING,
	  "(VI_1) cannot send adverts: Operation not permitted" },
	{ ROLE_NOTE_MUTE, LOG_LEVEL_ERROR,
	  "(VI_1) MUTE: no advert has left this host for a master-down interval: Operation not "
	  "permitted; it yields to any router that it hears (an output filter that drops "
	  "protocol 112?)" },
	{ ROLE_NOTE_UNVERIFIED, LOG_LEVEL_WARNING,
	  "(VI_1) serves unverified: too little was seen on eth0 to know that nobody else does "
	  "(a switch port that opens late, or nobody there?)" },
	{ ROLE_NOTE_STRANGER, LOG_LEVEL_WARNING,
	  "(VI_1) 192.0.2.9, which uses our virtual_router_id for others, has the MAC eth0" },
	{ ROLE_NOTE_OVERRUN, LOG_LEVEL_WARNING,
	  "news from the kernel were lost; its state is read again" },
	{ ROLE_NOTE_ADOPTED, LOG_LEVEL_INFO,
	  "(VI_1) goes on in MASTER STATE where an earlier vipd-vrrp ended" },
	{ ROLE_NOTE_ORPHANED, LOG_LEVEL_WARNING, "vipd-vrrp serves without a parent" },
	{ ROLE_NOTE_OVERSLEPT, LOG_LEVEL_WARNING, "vipd-vrrp did not run for 2500 ms" },
	{ ROLE_NOTE_FAREWELL, LOG_LEVEL_DETAIL, "(VI_1) sent 0 priority" },
};

static void fill(struct role_message *m, enum role_note note)
{
	*m = from(ROLE_NOTE);
	m->note = (uint16_t)note;
	m->priority = 90;
	m->to = VRRP_STATE_MASTER;
	m->condition = CONDITION_LINK_DOWN;
	m->value = note == ROLE_NOTE_OVERSLEPT || note == ROLE_NOTE_INTERVAL ? 2500000 : EPERM;
	if (note == ROLE_NOTE_CHECKSUM)
		m->value = ADVERT_CHECKSUM_PSEUDO;
	if (note == ROLE_NOTE_ADOPTED)
		m->value = 0;
	snprintf(m->text, sizeof(m->text), "eth0");
}

static void every_note(void **state)
{
	struct role_message m;

	assert_int_equal(sizeof(notes) / sizeof(notes[0]), ROLE_NOTE_N_ - 1);
	for (int i = 0; i < ROLE_NOTE_N_ - 1; i++) {
		assert_int_equal(notes[i].note, i + 1);
		fill(&m, notes[i].note);
		assert_true(role_message_check(&m, sizeof(m)));
		assert_int_equal(render(&m, "VI_1"), 1);
		assert_line(0, notes[i].level, notes[i].text);
	}
}

static void mute_has_the_hint_of_its_errno(void **state)
{
	static const struct {
		int error;
		const char *end;
	} rows[] = {
		{ EACCES, "Permission denied; it yields to any router that it hears (an output "
			  "filter that drops protocol 112, or a route that prohibits it?)" },
		{ EINVAL, "Invalid argument; it yields to any router that it hears (a blackhole "
			  "route, or is the address gone that adverts come from?)" },
		{ ENODEV, "No such device; it yields to any router that it hears (is the "
			  "interface there, and up?)" },
		{ ENXIO, "No such device or address; it yields to any router that it hears (is "
			 "the interface there, and up?)" },
		{ ENETDOWN, "Network is down; it yields to any router that it hears (is the "
			    "interface there, and up?)" },
		{ EMSGSIZE, "Message too long; it yields to any router that it hears (an advert "
			    "with all addresses is longer than the MTU of the interface: put some "
			    "into virtual_ipaddress_excluded)" },
	};
	char wanted[512];
	struct role_message m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(&m, ROLE_NOTE_MUTE);
		m.value = rows[i].error;
		assert_int_equal(render(&m, "VI_1"), 1);
		snprintf(wanted, sizeof(wanted),
			 "(VI_1) MUTE: no advert has left this host for a master-down interval: %s",
			 rows[i].end);
		assert_line(0, LOG_LEVEL_ERROR, wanted);
	}
}

/* Nothing of ours is missing where the other list has more, or another order. */
static void how_many_a_list_lacks(void **state)
{
	struct role_message m;

	fill(&m, ROLE_NOTE_ADDRESS_LIST);
	m.count = 1;
	assert_int_equal(render(&m, "VI_1"), 1);
	assert_line(0, LOG_LEVEL_WARNING,
		    "(VI_1) 192.0.2.9 advertises other addresses than ours, 1 of ours is missing");
	m.count = 12;
	assert_int_equal(render(&m, "VI_1"), 1);
	assert_line(0, LOG_LEVEL_WARNING,
		    "(VI_1) 192.0.2.9 advertises other addresses than ours, 12 of ours are "
		    "missing");
}

static void adopted_from_another_daemon(void **state)
{
	struct role_message m;

	fill(&m, ROLE_NOTE_ADOPTED);
	m.value = 1;
	assert_int_equal(render(&m, "VI_1"), 1);
	assert_line(0, LOG_LEVEL_INFO, "(VI_1) goes on in MASTER STATE where another daemon ended");
}

static void every_condition(void **state)
{
	struct role_message m;

	for (int condition = 0; condition < CONDITION_N_; condition++) {
		char appeared[512];
		bool is_routine = condition == CONDITION_LEFTOVERS ||
				  condition == CONDITION_STARTUP_DELAY ||
				  condition == CONDITION_UNKNOWN;

		fill(&m, ROLE_NOTE_CONDITION);
		m.condition = (uint8_t)condition;
		m.text[0] = '\0';
		assert_int_equal(render(&m, "VI_1"), 1);
		assert_null(strstr(lines[0].text, "no condition"));
		assert_memory_equal(lines[0].text, "(VI_1) cannot serve: ", 21);
		snprintf(appeared, sizeof(appeared), "%s", lines[0].text);
		assert_int_equal(lines[0].level, is_routine ? LOG_LEVEL_DETAIL : LOG_LEVEL_INFO);
		m.value = 0;
		assert_int_equal(render(&m, "VI_1"), 1);
		assert_null(strstr(lines[0].text, "cannot serve"));
		assert_non_null(strstr(lines[0].text, appeared + 21));
	}
}

/* A role may say anything that role_message_check() lets pass. */
static void odd_values(void **state)
{
	struct role_message m;

	for (int note = 1; note < ROLE_NOTE_N_; note++) {
		fill(&m, (enum role_note)note);
		m.value = INT64_MAX;
		m.address = (struct prefix){ 0 };
		memset(m.text, 'x', sizeof(m.text) - 1);
		assert_int_equal(render(&m, NULL), 1);
		assert_true(strlen(lines[0].text) > 0);
		assert_null(strstr(lines[0].text, "(null)"));
		assert_true(lines[0].text[0] != '(');
	}
}

static void what_is_not_for_the_log(void **state)
{
	for (int type = 1; type < ROLE_MESSAGE_N_; type++) {
		struct role_message m = role_message((enum role_message_type)type);

		if (type != ROLE_TRANSITION && type != ROLE_DROP && type != ROLE_NOTE)
			assert_int_equal(render(&m, "VI_1"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transition),
		cmocka_unit_test(every_reason_is_known),
		cmocka_unit_test(every_drop),
		cmocka_unit_test(drop_of_no_instance),
		cmocka_unit_test(every_note),
		cmocka_unit_test(mute_has_the_hint_of_its_errno),
		cmocka_unit_test(how_many_a_list_lacks),
		cmocka_unit_test(adopted_from_another_daemon),
		cmocka_unit_test(every_condition),
		cmocka_unit_test(odd_values),
		cmocka_unit_test(what_is_not_for_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
