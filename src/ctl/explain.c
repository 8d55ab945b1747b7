/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The `explain` document: why an instance is in the state it is in, in sentences that an operator
 * can act on, beside the figures of `status`.
 *
 * The summary is one sentence with the decisive comparison in it. The reasons follow in a fixed
 * order: priority, open conditions, last transition, timers, addresses, then what looks wrong
 * (drops by cause). Everything is read from the status row; nothing is guessed, and what is unknown
 * is said to be. No clock is read: times are instants and intervals, the reader knows the present.
 */
#include "ctl/document.h"

#include "wire/advert.h"
#include "wire/arp.h"

#include <string.h>

#define SENTENCE_SIZE (LIMIT_NAME * 6)
/* Addresses that nobody serves: there may be 255. */
#define DARK_NAMED 8

struct sentence {
	struct text text;
	char buffer[SENTENCE_SIZE];
};

static struct text *sentence_begin(struct sentence *s)
{
	text_init(&s->text, s->buffer, sizeof(s->buffer));
	return &s->text;
}

static void sentence_append(const struct sentence *s, json_t *list)
{
	json_array_append_new(list, ctl_text_document(s->buffer));
}

static const char *reason_sentence(enum vrrp_reason reason)
{
	switch (reason) {
	case VRRP_REASON_NONE:
		return "no reason is recorded";
	case VRRP_REASON_STARTUP:
		return "it started, and listens first";
	case VRRP_REASON_OWNER:
		return "it owns the addresses (priority 255) and serves at once";
	case VRRP_REASON_MASTER_SILENT:
		return "no advert of a master came in time";
	case VRRP_REASON_MASTER_LEFT:
		return "the master before it said goodbye (priority 0)";
	case VRRP_REASON_PREEMPTED:
		return "the master before it had a lower priority";
	case VRRP_REASON_HIGHER_PRIORITY:
		return "a router with a higher priority was heard";
	case VRRP_REASON_HIGHER_ADDRESS:
		return "a router with the same priority and a higher address was heard";
	case VRRP_REASON_MUTE:
		return "another router was heard while none of our adverts left this host";
	case VRRP_REASON_OVERSLEPT:
		return "this process did not run for so long that others must have taken over";
	case VRRP_REASON_EXPIRED:
		return "this process did not run for so long that another one may have taken over "
		       "(timer_expired_backup)";
	case VRRP_REASON_UNVERIFIED:
		return "it had begun to serve without knowing whether others do (unverified), and "
		       "one did: who does not preempt at once leaves that one in office";
	case VRRP_REASON_FAULT:
		return "something on this host forbids serving";
	case VRRP_REASON_FAULT_CLEARED:
		return "what forbade serving on this host has gone";
	case VRRP_REASON_SHUTDOWN:
		return "it was told to stop";
	case VRRP_REASON_ADOPTED:
		return "it went on from the one before it on this host";
	case VRRP_REASON_N_:
		break;
	}
	return "no reason is recorded";
}

static const char *drop_sentence(enum vrrp_drop drop)
{
	switch (drop) {
	case VRRP_DROP_LENGTH:
		return "wrong length (cut short, or with octets too many)";
	case VRRP_DROP_TTL:
		return "a TTL other than 255: they did not come from this link";
	case VRRP_DROP_VERSION:
		return "another VRRP version";
	case VRRP_DROP_TYPE:
		return "a type that is not an advertisement";
	case VRRP_DROP_CHECKSUM:
		return "a wrong checksum";
	case VRRP_DROP_VRID:
		return "another VRID";
	case VRRP_DROP_AUTH_TYPE:
		return "another kind of authentication (from others with the same VRID; auth_type "
		       "has to be the same on all servers)";
	case VRRP_DROP_AUTH_FAILED:
		return "a wrong password (from others with the same VRID)";
	case VRRP_DROP_INTERVAL:
		return "another advertisement interval (from others with the same VRID)";
	case VRRP_DROP_OWN_ADDRESS:
		return "our own source address: looped back, or the address is used twice";
	case VRRP_DROP_ADDRESS_COUNT:
		return "no address in them";
	case VRRP_DROP_DESTINATION:
		return "multicast where peers are listed, or unicast where there are none";
	case VRRP_DROP_SOURCE:
		return "a sender that is not in unicast_peer";
	case VRRP_DROP_OWNER:
		return "owner_ignore_adverts: we own the addresses";
	case VRRP_DROP_ADDRESS_LIST:
		return "other addresses than ours (strict mode)";
	case VRRP_DROP_STRANGER:
		return "none of our addresses in them: other servers use our VRID";
	case VRRP_DROP_CARP:
		return "CARP, which shares VRRP's protocol number";
	case VRRP_DROP_AUTH_MISSING:
		return "no signature (auth_hmac): their sender has no key, or does not sign yet";
	case VRRP_DROP_AUTH_UNKNOWN_KEY:
		return "a signature with a key whose number is not in auth_hmac here";
	case VRRP_DROP_AUTH_HMAC:
		return "a wrong signature: another key under the same number, or they were altered";
	case VRRP_DROP_AUTH_STALE:
		return "signed at another time than now: their sender's clock or ours is wrong, or "
		       "they are old ones";
	case VRRP_DROP_AUTH_REPLAY:
		return "older than what was heard of their sender before: somebody repeats them, "
		       "or its clock went back while it was stopped";
	case VRRP_DROP_NOT_RUNNING:
		return NULL; /* INIT and FAULT ignore adverts by design */
	case VRRP_DROP_NONE:
	case VRRP_DROP_N_:
		break;
	}
	return NULL;
}

/* -- the summary -- */

/* The first open condition, and how many more there are. */
static void add_conditions(const struct ctl_instance *i, struct text *t)
{
	int count = __builtin_popcount(i->row.conditions);

	if (count == 0)
		return;
	text_add(t, ": ");
	ctl_condition_detail(i, (enum condition)__builtin_ctz(i->row.conditions), t);
	if (count > 1)
		text_add(t, " (and %d more)", count - 1);
}

static void summarize_idle(const struct ctl_instance *i, struct text *t)
{
	const struct status_row *row = &i->row;

	if (i->is_broken) {
		text_add(t, " is left out of service because its configuration is broken");
		add_conditions(i, t);
	} else if (row->state == VRRP_STATE_FAULT) {
		text_add(t, " is in FAULT because this host cannot serve now");
		add_conditions(i, t);
	} else if (row->conditions) {
		text_add(t, " is in INIT and waits to start");
		add_conditions(i, t);
	} else {
		text_add(t, " is in INIT because %s",
			 row->reason == VRRP_REASON_NONE
				 ? "it has not started yet"
				 : reason_sentence((enum vrrp_reason)row->reason));
	}
}

static void summarize_backup(const struct ctl_instance *i, struct text *t)
{
	const struct status_row *row = &i->row;
	int ours = row->effective_priority, theirs = row->master_priority;
	char who[ADDR_TEXT_SIZE];

	if (row->is_unproven && !ctl_instance_is_routed(i)) {
		text_add(t,
			 " is BACKUP and has seen nothing on %s yet: it waits for a first frame, "
			 "and then for a master",
			 ctl_instance_link(i));
		return;
	}
	if (row->master.family == ADDR_NONE) {
		text_add(t, " is BACKUP and has heard no master yet: it serves when none is heard "
			    "for ");
		ctl_duration_add(t, row->master_down_us);
		return;
	}
	addr_print(&row->master, who, sizeof(who));
	text_add(t, " is BACKUP because %s ", who);
	if (theirs == ADVERT_PRIORITY_LEAVING)
		text_add(t, "has only just said goodbye: the heir with the highest priority "
			    "follows");
	else if (theirs > ours)
		text_add(t, "has the higher priority (%d against our %d)", theirs, ours);
	else if (theirs == ours)
		text_add(t,
			 "serves with the same priority (%d), and an equal one does not take over",
			 ours);
	else if (!(i->config->flags & IMAGE_PREEMPT))
		text_add(t,
			 "serves and nopreempt leaves it there, though its priority is lower "
			 "(%d against our %d)",
			 theirs, ours);
	else if (row->preempt_at_us != INT64_MAX && row->preempt_at_us != 0)
		text_add(t,
			 "serves until preempt_delay is over, though its priority is lower "
			 "(%d against our %d)",
			 theirs, ours);
	else
		text_add(t,
			 "still serves, with a lower priority (%d against our %d): it is about to "
			 "be replaced",
			 theirs, ours);
}

static void summarize_master(const struct ctl_instance *i, struct text *t)
{
	const struct status_row *row = &i->row;
	const char *silence = row->counters[COUNTER_ADVERTS_RECEIVED]
				      ? "no other router with a higher priority is heard"
				      : "no other router was ever heard";

	if (row->leaving) {
		text_add(t, " is MASTER and leaves: it says goodbye (priority 0)");
		return;
	}
	if (row->effective_priority == ADVERT_PRIORITY_OWNER) {
		text_add(t, " is MASTER because it owns its addresses (priority 255)");
		return;
	}
	text_add(t, " is MASTER because ");
	switch ((enum vrrp_reason)row->reason) {
	case VRRP_REASON_MASTER_LEFT:
		text_add(t, "the master before it said goodbye, and %s", silence);
		break;
	case VRRP_REASON_PREEMPTED:
		text_add(t, "the master before it had a lower priority");
		break;
	case VRRP_REASON_ADOPTED:
		text_add(t, "it goes on where the one before it on this host was MASTER, and %s",
			 silence);
		break;
	case VRRP_REASON_MASTER_SILENT:
	case VRRP_REASON_NONE:
	case VRRP_REASON_STARTUP:
	case VRRP_REASON_OWNER:
	case VRRP_REASON_HIGHER_PRIORITY:
	case VRRP_REASON_HIGHER_ADDRESS:
	case VRRP_REASON_MUTE:
	case VRRP_REASON_OVERSLEPT:
	case VRRP_REASON_EXPIRED:
	case VRRP_REASON_UNVERIFIED:
	case VRRP_REASON_FAULT:
	case VRRP_REASON_FAULT_CLEARED:
	case VRRP_REASON_SHUTDOWN:
	case VRRP_REASON_N_:
		text_add(t, "%s", silence);
		break;
	}
	text_add(t, " (our priority: %d)", row->effective_priority);
}

static void summarize(const struct ctl_instance *i, struct text *t)
{
	text_add(t, "%s", ctl_instance_name(i));
	switch ((enum vrrp_state)i->row.state) {
	case VRRP_STATE_BACKUP:
		summarize_backup(i, t);
		return;
	case VRRP_STATE_MASTER:
		summarize_master(i, t);
		return;
	case VRRP_STATE_INIT:
	case VRRP_STATE_FAULT:
	case VRRP_STATE_N_:
		summarize_idle(i, t);
		return;
	}
}

/* -- the reasons -- */

static void explain_priority(const struct ctl_instance *i, json_t *list)
{
	int base = i->row.priority, effective = i->row.effective_priority;
	struct sentence s;
	struct text *t = sentence_begin(&s);

	text_add(t, "Priority: %d is configured, ", base);
	if (base == effective)
		text_add(t, "and nothing changes it.");
	else
		text_add(t, "%d is in effect (%+d).", effective, effective - base);
	sentence_append(&s, list);
}

static void explain_conditions(const struct ctl_instance *i, json_t *list)
{
	for (int c = 0; c < CONDITION_N_; c++) {
		struct sentence s;
		struct text *t = sentence_begin(&s);
		char when[CTL_TIME_SIZE];
		int64_t since_us = i->row.condition_since_realtime_us[c];

		if (!(i->row.conditions & 1u << c))
			continue;
		text_add(t, "Open condition %s", condition_name((enum condition)c));
		if (since_us)
			text_add(t, " since %s", ctl_time_print(since_us, when));
		text_add(t, ": ");
		ctl_condition_detail(i, (enum condition)c, t);
		text_add(t, ".");
		sentence_append(&s, list);
	}
}

static void explain_transition(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);
	char when[CTL_TIME_SIZE];

	if (i->is_broken || row->reason == VRRP_REASON_NONE)
		return;
	text_add(t, "Last transition: ");
	if (row->previous != row->state)
		text_add(t, "from %s to %s", vrrp_state_name((enum vrrp_state)row->previous),
			 vrrp_state_name((enum vrrp_state)row->state));
	else
		text_add(t, "to %s", vrrp_state_name((enum vrrp_state)row->state));
	if (row->since_realtime_us)
		text_add(t, " at %s", ctl_time_print(row->since_realtime_us, when));
	text_add(t, ", because %s (%s).", reason_sentence((enum vrrp_reason)row->reason),
		 vrrp_reason_name((enum vrrp_reason)row->reason));
	sentence_append(&s, list);
}

/* errno in words, and where to look. */
static void add_send_error(int error, struct text *t)
{
	const char *what = strerrordesc_np(error);

	text_add(t, "%s (%s)", what ? what : "an unknown error", send_error_hint(error));
}

static void explain_mute(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);
	char when[CTL_TIME_SIZE];

	if (!row->send_error && !row->is_mute)
		return;
	text_add(t, "Mute: ");
	if (!row->send_error)
		text_add(t, "adverts did not leave this host");
	else
		text_add(t, "adverts have not left this host since %s: ",
			 ctl_time_print(row->send_failing_realtime_us, when));
	if (row->send_error)
		add_send_error(row->send_error, t);
	if (row->is_mute && row->state == VRRP_STATE_MASTER)
		text_add(t, "; it yields to any router that it hears");
	else if (row->is_mute)
		text_add(t, "; it leaves the addresses to others until vipd is reloaded, %s comes "
			    "back, or no other is heard",
			 ctl_instance_is_routed(i) ? "its source" : "the link");
	text_add(t, ".");
	sentence_append(&s, list);
}

/* The gates that are before a first claim, and which of them are open. A source is there, or else a
 * condition says so. */
static void explain_readiness(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);
	char text[ADDR_TEXT_SIZE];

	if (row->is_unverified) {
		text_add(t,
			 "Unverified: it began to serve before it could know from what is seen on "
			 "%s that nobody else does. Either nobody is there, or %s.",
			 ctl_instance_link(i),
			 ctl_instance_is_routed(i) ?
				 "no way to its peers is open yet" :
				 "the port of the switch is not open yet (spanning tree: make it "
				 "an edge port)");
		if (row->effective_priority != row->priority)
			text_add(t,
				 " Because it does not preempt at once its adverts have priority "
				 "%d until it knows: whoever serves goes on.",
				 row->effective_priority);
		sentence_append(&s, list);
		return;
	}
	if (row->state != VRRP_STATE_BACKUP || row->master.family != ADDR_NONE ||
	    row->effective_priority == ADVERT_PRIORITY_OWNER)
		return;
	text_add(t, "Before it serves: %s on %s (%s), it has a source address (%s), "
		    "and it listens for ",
		 ctl_instance_is_routed(i) ? "an advert is heard" : "a frame is seen",
		 ctl_instance_link(i), row->is_unproven ? "not yet" : "yes",
		 addr_print(&row->source, text, sizeof(text)));
	ctl_duration_add(t, row->master_down_us);
	if (row->is_unproven)
		text_add(t, "; without one it serves all the same %d s after that, unverified",
			 LIMIT_PROOF_US / 1000000);
	text_add(t, ".");
	sentence_append(&s, list);
}

static void explain_drift(const struct ctl_instance *i, json_t *list)
{
	const struct image_address *a;
	struct sentence s;
	struct text *t = sentence_begin(&s);
	char text[ADDR_TEXT_SIZE];
	const char *separator = "; nobody serves ";
	uint32_t at = 0, dark = 0;

	if (!i->row.list_differs)
		return;
	text_add(t, "Drift: %s advertises other addresses than ours",
		 addr_print(&i->row.master, text, sizeof(text)));
	for (; (a = ctl_instance_dark(i, &at)); dark++) {
		if (dark >= DARK_NAMED)
			continue;
		text_add(t, "%s%s", separator,
			 addr_print(&a->prefix.addr, text, sizeof(text)));
		separator = ", ";
	}
	if (dark > DARK_NAMED)
		text_add(t, " and %u more", dark - DARK_NAMED);
	text_add(t, ".");
	sentence_append(&s, list);
}

/* Each of the two may be the one that is to change: which, only the other routers tell. */
static void explain_deaf(const struct ctl_instance *i, json_t *list)
{
	bool is_message = i->config->flags & IMAGE_CHECKSUM_AS_V2;
	const struct addr *deaf;
	uint32_t at = 0;

	while ((deaf = ctl_instance_deaf(i, &at))) {
		struct sentence s;
		struct text *t = sentence_begin(&s);
		char who[ADDR_TEXT_SIZE];

		text_add(t,
			 "Deaf: %s sends the checksums of version 3 %s the pseudo-header, we %s "
			 "it. Who takes only its own form does not hear us, and serves beside us: "
			 "%s `v3_checksum_as_v2` here, or %s it there.",
			 addr_print(deaf, who, sizeof(who)), is_message ? "with" : "without",
			 is_message ? "without" : "with", is_message ? "remove" : "write",
			 is_message ? "write" : "remove");
		sentence_append(&s, list);
	}
}

/* Nothing of ours is seen to be wrong: what keeps our adverts from it is there, or between. */
static void explain_rival(const struct ctl_instance *i, json_t *list)
{
	const struct status_rival *rival = ctl_instance_rival(i);
	struct sentence s;
	struct text *t = sentence_begin(&s);
	char who[ADDR_TEXT_SIZE], when[CTL_TIME_SIZE];

	if (!rival)
		return;
	text_add(t,
		 "Rival: %s, of priority %u, has served beside this server since %s: it does not "
		 "take our adverts. Its firewall, or what is between, has to let IP protocol 112 "
		 "in; if they arrive, its own log says why it refuses them.",
		 addr_print(&rival->source, who, sizeof(who)), rival->priority,
		 ctl_time_print(rival->since_realtime_us, when));
	if (ctl_instance_is_routed(i) && i->config->family == ADDR_IPV4)
		text_add(t, " With rp_filter 1 (sysctl net.ipv4.conf) it does not take what comes "
			    "in by another interface than the one to us.");
	sentence_append(&s, list);
}

/* Its master may go on, and only its adverts do not get here: which, this host cannot see. */
static void explain_successor(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);

	if (row->state != VRRP_STATE_MASTER || row->reason != VRRP_REASON_MASTER_SILENT ||
	    row->counters[COUNTER_ADVERTS_RECEIVED] == 0)
		return;
	text_add(t, "The master before it fell silent. If that one says MASTER all the same, its "
		    "adverts do not get here: the firewall of this host, or what is between, has "
		    "to let IP protocol 112 in.");
	sentence_append(&s, list);
}

static void explain_timers(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);

	if (row->state == VRRP_STATE_MASTER) {
		text_add(t, "It sends an advert every ");
		ctl_duration_add(t, i->config->advert_interval_us);
		text_add(t, ".");
		sentence_append(&s, list);
		return;
	}
	if (row->state != VRRP_STATE_BACKUP)
		return;
	text_add(t, "Adverts come every ");
	ctl_duration_add(t, row->master_interval_us);
	text_add(t, "; a master is given up ");
	ctl_duration_add(t, row->master_down_us);
	text_add(t, " after its last one (%d intervals and a skew of ", i->config->down_adverts);
	ctl_duration_add(t, row->skew_us);
	text_add(t, " by priority).");
	sentence_append(&s, list);
	if (i->config->preempt_delay_us == 0 || !(i->config->flags & IMAGE_PREEMPT))
		return;
	t = sentence_begin(&s);
	text_add(t, "preempt_delay keeps it from replacing a master of lower priority for the "
		    "first ");
	ctl_duration_add(t, i->config->preempt_delay_us);
	text_add(t, ".");
	sentence_append(&s, list);
}

static void explain_addresses(const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct sentence s;
	struct text *t = sentence_begin(&s);

	if (row->addresses_wanted != row->addresses_present) {
		text_add(t, "%u of its addresses are on this host, %u should be.",
			 row->addresses_present, row->addresses_wanted);
		sentence_append(&s, list);
	}
	if (row->counters[COUNTER_ADDRESS_REPAIRS]) {
		t = sentence_begin(&s);
		text_add(t, "Addresses were removed by somebody else and put back %llu times.",
			 (unsigned long long)row->counters[COUNTER_ADDRESS_REPAIRS]);
		sentence_append(&s, list);
	}
	if (row->counters[COUNTER_ADDRESS_LIST_ERRORS]) {
		t = sentence_begin(&s);
		text_add(t,
			 "%llu adverts of others carried another address list than ours: compare "
			 "the configurations.",
			 (unsigned long long)row->counters[COUNTER_ADDRESS_LIST_ERRORS]);
		sentence_append(&s, list);
	}
}

static void explain_silence(const struct ctl_view *view, const struct ctl_instance *i, json_t *list)
{
	const struct status_row *row = &i->row;
	struct status_general general;
	struct sentence s;
	struct text *t = sentence_begin(&s);

	if (row->counters[COUNTER_ADVERTS_RECEIVED] ||
	    (row->state != VRRP_STATE_MASTER && row->state != VRRP_STATE_BACKUP))
		return;
	text_add(t, "No advert of another router was ever taken: a BACKUP sends none, so that says "
		    "nothing about whether there is one");
	if (view->table && status_read_general(view->table, &general) &&
	    general.strangers_by_cause[VRRP_DROP_VRID])
		text_add(t,
			 ", but %llu packets carried a VRID that is not configured on their link",
			 (unsigned long long)general.strangers_by_cause[VRRP_DROP_VRID]);
	text_add(t, ".");
	/* Two that do not hear each other cannot know it; who asks may have seen both. */
	if (row->state == VRRP_STATE_MASTER)
		text_add(t, " If another server says MASTER, too, neither hears the other: their "
			    "firewalls have to let IP protocol 112 in.");
	sentence_append(&s, list);
}

/* Whoever it is has to be found: by its address, and by the port of the switch where its MAC is. */
static void add_stranger(const struct status_row *row, struct text *t)
{
	char text[ADDR_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	if (row->stranger.family == ADDR_NONE)
		return;
	text_add(t, "; the last one was %s", addr_print(&row->stranger, text, sizeof(text)));
	if (row->has_stranger_mac)
		text_add(t, ", with the MAC %s", mac_print(row->stranger_mac, mac));
}

static void explain_drops(const struct ctl_instance *i, json_t *list)
{
	for (int d = 0; d < VRRP_DROP_N_; d++) {
		uint64_t count = i->row.counters[COUNTER_DROP + d];
		const char *cause = drop_sentence((enum vrrp_drop)d);
		struct sentence s;
		struct text *t = sentence_begin(&s);

		if (count == 0 || !cause)
			continue;
		text_add(t, "%llu packet%s dropped: %s", (unsigned long long)count,
			 count == 1 ? " was" : "s were", cause);
		if (d == VRRP_DROP_STRANGER)
			add_stranger(&i->row, t);
		text_add(t, ".");
		sentence_append(&s, list);
	}
	if (i->row.counters[COUNTER_SEND_ERRORS]) {
		struct sentence s;
		struct text *t = sentence_begin(&s);

		text_add(t, "%llu adverts could not be sent.",
			 (unsigned long long)i->row.counters[COUNTER_SEND_ERRORS]);
		sentence_append(&s, list);
	}
}

/* How long until this server serves if the master falls silent now. For a MASTER: how long a backup
 * with its timers takes at the most, with the lowest priority there is (RFC 3768 6.1: the skew of
 * priority 1 is 255/256 s). */
static json_t *takeover_document(const struct ctl_instance *i)
{
	const int64_t interval_us = i->config->advert_interval_us;
	const int64_t skew_us = 255 * (i->config->version == 2 ? 1000000 : interval_us) / 256;
	int64_t us = 0;

	switch ((enum vrrp_state)i->row.state) {
	case VRRP_STATE_BACKUP:
		us = i->row.master_down_us + (i->row.is_unproven ? LIMIT_PROOF_US : 0);
		break;
	case VRRP_STATE_MASTER:
		us = i->config->down_adverts * interval_us + skew_us;
		break;
	case VRRP_STATE_INIT:
	case VRRP_STATE_FAULT:
	case VRRP_STATE_N_:
		return json_null();
	}
	return json_integer((us + 999) / 1000);
}

static void explain_put(const struct ctl_view *view, uint32_t index, json_t *object)
{
	struct ctl_instance i;
	struct sentence summary;
	json_t *list = json_array();

	ctl_view_instance(view, index, &i);
	ctl_instance_put(&i, object);
	summarize(&i, sentence_begin(&summary));
	json_object_set_new(object, "summary", ctl_text_document(summary.buffer));
	json_object_set_new(object, "reasons", list);
	explain_priority(&i, list);
	explain_conditions(&i, list);
	explain_transition(&i, list);
	explain_readiness(&i, list);
	explain_mute(&i, list);
	explain_drift(&i, list);
	explain_deaf(&i, list);
	explain_rival(&i, list);
	explain_successor(&i, list);
	explain_timers(&i, list);
	explain_addresses(&i, list);
	explain_silence(view, &i, list);
	explain_drops(&i, list);
	json_object_set_new(object, "takeover_worst_ms", takeover_document(&i));
}

json_t *ctl_explain_document(const struct ctl_view *view, const char *name)
{
	json_t *document, *list;
	uint32_t index;

	if (name) {
		if (!ctl_view_find(view, name, &index))
			return NULL;
		document = ctl_document();
		explain_put(view, index, document);
		return document;
	}
	document = ctl_document();
	list = json_array();
	json_object_set_new(document, "instances", list);
	for (index = 0; index < ctl_view_count(view); index++) {
		json_t *object = json_object();

		explain_put(view, index, object);
		json_array_append_new(list, object);
	}
	return document;
}
