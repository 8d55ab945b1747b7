/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Messages of vipd-vrrp as log lines, pure.
 *
 * Lines about state changes keep keepalived's words to the letter, because people's searches,
 * alerts and scripts know them ("(vrrp_1) Entering MASTER STATE"). What keepalived has no line for
 * is in our words, in the same form: instance in parentheses, then what happened, to whom, and the
 * numbers that decided. Which of them need -D is keepalived's choice, too.
 *
 * Not here: how often. vipd-vrrp sends a drop at most once per cause and minute. */
#include "daemon/log_render.h"

#include "base/text.h"
#include "wire/advert.h"

#include <inttypes.h>
#include <string.h>

static struct text line_begin(struct log_line *line, enum log_level level, const char *instance)
{
	struct text t;

	line->level = level;
	text_init(&t, line->text, sizeof(line->text));
	if (instance)
		text_add(&t, "(%s) ", instance);
	return t;
}

static const char *sender(const struct role_message *m, char buffer[ADDR_TEXT_SIZE])
{
	return addr_print(&m->address.addr, buffer, ADDR_TEXT_SIZE);
}

static const char *error_text(const struct role_message *m)
{
	const char *text = strerrordesc_np((int)m->value);

	return text ? text : "?";
}

/* Why a state is left, where keepalived says so in a line of its own. Returns the lines written. */
static int transition_cause(const struct role_message *m, const char *instance,
			    struct log_line *ret_line)
{
	char from[ADDR_TEXT_SIZE];
	struct text t;

	switch ((enum vrrp_reason)m->reason) {
	case VRRP_REASON_MASTER_SILENT:
	case VRRP_REASON_PREEMPTED:
		t = line_begin(ret_line, LOG_LEVEL_DETAIL, instance);
		text_add(&t, "Receive advertisement timeout");
		return 1;
	case VRRP_REASON_MASTER_LEFT:
		t = line_begin(ret_line, LOG_LEVEL_DETAIL, instance);
		text_add(&t, "Backup received priority 0 advertisement");
		return 1;
	case VRRP_REASON_HIGHER_PRIORITY:
		t = line_begin(ret_line, LOG_LEVEL_INFO, instance);
		text_add(&t, "Master received advert from %s with higher priority %u, ours %u",
			 sender(m, from), m->other_priority, m->priority);
		return 1;
	case VRRP_REASON_HIGHER_ADDRESS:
		t = line_begin(ret_line, LOG_LEVEL_INFO, instance);
		text_add(&t,
			 "Master received advert from %s with same priority %u but higher IP"
			 " address than ours",
			 sender(m, from), m->other_priority);
		return 1;
	case VRRP_REASON_MUTE:
		t = line_begin(ret_line, LOG_LEVEL_WARNING, instance);
		text_add(&t, "cannot send; %s serves with priority %u, ours %u",
			 sender(m, from), m->other_priority, m->priority);
		return 1;
	case VRRP_REASON_OVERSLEPT:
		t = line_begin(ret_line, LOG_LEVEL_WARNING, instance);
		text_add(&t, "did not run for too long, and %s serves with priority %u, ours %u",
			 sender(m, from), m->other_priority, m->priority);
		return 1;
	case VRRP_REASON_EXPIRED:
		t = line_begin(ret_line, LOG_LEVEL_WARNING, instance);
		text_add(&t, "did not run for too long: another one may serve by now "
			     "(timer_expired_backup)");
		return 1;
	case VRRP_REASON_UNVERIFIED:
		t = line_begin(ret_line, LOG_LEVEL_INFO, instance);
		text_add(&t, "was unverified, and %s serves with priority %u, ours %u",
			 sender(m, from), m->other_priority, m->priority);
		return 1;
	case VRRP_REASON_NONE:
	case VRRP_REASON_STARTUP:
	case VRRP_REASON_OWNER:
	case VRRP_REASON_FAULT:
	case VRRP_REASON_FAULT_CLEARED:
	case VRRP_REASON_SHUTDOWN:
	case VRRP_REASON_ADOPTED:
	case VRRP_REASON_N_:
		return 0;
	}
	return 0;
}

static int render_transition(const struct role_message *m, const char *instance,
			     struct log_line *ret_lines)
{
	int count = transition_cause(m, instance, ret_lines);
	struct text t;

	/* Nothing changed: ROLE_NOTE_ADOPTED tells it, and no search for "Entering" may find it. */
	if (m->reason == VRRP_REASON_ADOPTED)
		return count;
	/* keepalived has no line for the end of an instance. */
	t = line_begin(&ret_lines[count],
		       m->to == VRRP_STATE_INIT ? LOG_LEVEL_DETAIL : LOG_LEVEL_INFO, instance);
	text_add(&t, "Entering %s STATE", vrrp_state_name(m->to));
	if (m->reason == VRRP_REASON_STARTUP && m->to == VRRP_STATE_BACKUP)
		text_add(&t, " (init)");
	return count + 1;
}

static const char *drop_explanation(enum vrrp_drop drop)
{
	switch (drop) {
	case VRRP_DROP_LENGTH:
		return "truncated, or longer than its own counts say";
	case VRRP_DROP_TTL:
		return "it came through more routers than it may, or is forged";
	case VRRP_DROP_VERSION:
		return "another version of VRRP than configured";
	case VRRP_DROP_TYPE:
		return "not an advertisement";
	case VRRP_DROP_CHECKSUM:
		return "wrong checksum";
	case VRRP_DROP_VRID:
		return "no instance with this virtual_router_id on this interface";
	case VRRP_DROP_AUTH_TYPE:
		return "another auth_type than configured";
	case VRRP_DROP_AUTH_FAILED:
		return "another auth_pass than configured";
	case VRRP_DROP_INTERVAL:
		return "another advert_int than configured";
	case VRRP_DROP_OWN_ADDRESS:
		return "from our own address: looped back, or a duplicate of this server";
	case VRRP_DROP_ADDRESS_COUNT:
		return "it names no address";
	case VRRP_DROP_DESTINATION:
		return "multicast where peers are configured, or unicast where there are none";
	case VRRP_DROP_SOURCE:
		return "not in unicast_peer";
	case VRRP_DROP_OWNER:
		return "owner_ignore_adverts";
	case VRRP_DROP_ADDRESS_LIST:
		return "strict mode: other addresses than ours";
	case VRRP_DROP_STRANGER:
		return "others with none of our addresses use this virtual_router_id";
	case VRRP_DROP_CARP:
		return "CARP, not VRRP";
	case VRRP_DROP_AUTH_MISSING:
		return "auth_hmac: it is not signed";
	case VRRP_DROP_AUTH_UNKNOWN_KEY:
		return "auth_hmac: signed with a key whose number is not configured";
	case VRRP_DROP_AUTH_HMAC:
		return "auth_hmac: another key than ours under the same number, or altered";
	case VRRP_DROP_AUTH_STALE:
		return "auth_hmac: signed at another time than now; compare the clocks";
	case VRRP_DROP_AUTH_REPLAY:
		return "auth_hmac: older than one that was heard before";
	case VRRP_DROP_NOT_RUNNING:
		return "the instance is not running";
	case VRRP_DROP_NONE:
	case VRRP_DROP_N_:
		return "no cause";
	}
	return "no cause";
}

static int render_drop(const struct role_message *m, const char *instance,
		       struct log_line *ret_line)
{
	char from[ADDR_TEXT_SIZE];
	struct text t = line_begin(ret_line, LOG_LEVEL_WARNING, instance);

	text_add(&t, "dropped %u packet%s from %s: %s (%s)", m->count, m->count == 1 ? "" : "s",
		 sender(m, from), vrrp_drop_name(m->drop), drop_explanation(m->drop));
	return 1;
}

static const char *condition_explanation(enum condition condition)
{
	switch (condition) {
	case CONDITION_CONFIGURATION:
		return "its configuration is broken";
	case CONDITION_LINK_MISSING:
		return "its interface does not exist";
	case CONDITION_LINK_DOWN:
		return "its interface is down";
	case CONDITION_NO_SOURCE:
		return "there is no address to send from";
	case CONDITION_NO_PEER:
		return "it has no unicast peer but itself";
	case CONDITION_SOCKET:
		return "its socket cannot be opened";
	case CONDITION_LEFTOVERS:
		return "addresses of an earlier run are being removed";
	case CONDITION_STARTUP_DELAY:
		return "its startup delay is not over";
	case CONDITION_UNKNOWN:
		return "the kernel's state is not known yet";
	case CONDITION_N_:
		return "no condition";
	}
	return "no condition";
}

static void render_condition(struct log_line *line, const struct role_message *m,
			     const char *instance)
{
	/* These come and go with every start. */
	bool is_routine = m->condition == CONDITION_LEFTOVERS ||
			  m->condition == CONDITION_STARTUP_DELAY ||
			  m->condition == CONDITION_UNKNOWN;
	struct text t = line_begin(line, is_routine ? LOG_LEVEL_DETAIL : LOG_LEVEL_INFO, instance);

	text_add(&t, "%s: %s", m->value ? "cannot serve" : "cleared",
		 condition_explanation(m->condition));
	if (m->text[0])
		text_add(&t, " (%s)", m->text);
}

/* Notes about a link or about all of vipd-vrrp. */
static int render_general_note(const struct role_message *m, struct log_line *ret_line)
{
	char address[ADDR_TEXT_SIZE];
	struct text t = line_begin(ret_line, LOG_LEVEL_INFO, NULL);

	switch ((enum role_note)m->note) {
	case ROLE_NOTE_LINK_UP:
		text_add(&t, "Netlink reports %s up", m->text);
		return 1;
	case ROLE_NOTE_LINK_DOWN:
		text_add(&t, "Netlink reports %s down", m->text);
		return 1;
	case ROLE_NOTE_LINK_MISSING:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "interface %s does not exist; waiting for it", m->text);
		return 1;
	case ROLE_NOTE_LEFTOVER:
		text_add(&t, "removed %s from %s: left over from an earlier run",
			 prefix_print(&m->address, address, sizeof(address)), m->text);
		return 1;
	case ROLE_NOTE_OVERRUN:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "news from the kernel were lost; its state is read again");
		return 1;
	case ROLE_NOTE_ORPHANED:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "vipd-vrrp serves without a parent");
		return 1;
	case ROLE_NOTE_OVERSLEPT:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "vipd-vrrp did not run for %lld ms", (long long)(m->value / 1000));
		return 1;
	case ROLE_NOTE_CONDITION:
	case ROLE_NOTE_ADDRESS_REPAIRED:
	case ROLE_NOTE_ADDRESS_ERROR:
	case ROLE_NOTE_LOWER_HEARD:
	case ROLE_NOTE_LOWER_DISCARDED:
	case ROLE_NOTE_ADDRESS_LIST:
	case ROLE_NOTE_INTERVAL:
	case ROLE_NOTE_CHECKSUM:
	case ROLE_NOTE_SEND_ERROR:
	case ROLE_NOTE_MUTE:
	case ROLE_NOTE_UNVERIFIED:
	case ROLE_NOTE_STRANGER:
	case ROLE_NOTE_ADOPTED:
	case ROLE_NOTE_FAREWELL:
	case ROLE_NOTE_N_:
		return 0;
	}
	return 0;
}

static int render_advert_note(const struct role_message *m,
			      const struct log_render_context *context, struct log_line *ret_line)
{
	bool is_pseudo = m->value == ADVERT_CHECKSUM_PSEUDO;
	char address[ADDR_TEXT_SIZE];
	struct text t = line_begin(ret_line, LOG_LEVEL_INFO, context->instance);

	switch ((int)m->note) {
	case ROLE_NOTE_LOWER_HEARD:
		text_add(&t,
			 "Received advert from %s with lower priority %u, ours %u, forcing new"
			 " election",
			 sender(m, address), m->priority, context->own_priority);
		return 1;
	case ROLE_NOTE_LOWER_DISCARDED:
		ret_line->level = LOG_LEVEL_DETAIL;
		text_add(&t, "received lower priority (%u) advert from %s - discarding",
			 m->priority, sender(m, address));
		return 1;
	case ROLE_NOTE_ADDRESS_LIST:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "%s advertises other addresses than ours", sender(m, address));
		if (m->count)
			text_add(&t, ", %u of ours %s missing", m->count,
				 m->count == 1 ? "is" : "are");
		return 1;
	case ROLE_NOTE_INTERVAL:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "%s advertises every %" PRId64 " ms, not at our interval: "
			 "its own counts",
			 sender(m, address), m->value / 1000);
		return 1;
	case ROLE_NOTE_CHECKSUM:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "%s sends checksums %s the pseudo-header, we %s it: it may not hear "
			 "us; v3_checksum_as_v2 has to be the same on both",
			 sender(m, address), is_pseudo ? "without" : "with",
			 is_pseudo ? "with" : "without");
		return 1;
	case ROLE_NOTE_SEND_ERROR:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "cannot send adverts: %s", error_text(m));
		return 1;
	case ROLE_NOTE_MUTE:
		ret_line->level = LOG_LEVEL_ERROR;
		text_add(&t, "MUTE: no advert has left this host for a master-down interval: %s; "
			 "it yields to any router that it hears (%s)",
			 error_text(m), send_error_hint((int)m->value));
		return 1;
	case ROLE_NOTE_FAREWELL:
		ret_line->level = LOG_LEVEL_DETAIL;
		text_add(&t, "sent 0 priority");
		return 1;
	}
	return 0;
}

/* Adverts and addresses of one instance. */
static int render_instance_note(const struct role_message *m,
				const struct log_render_context *context,
				struct log_line *ret_line)
{
	char address[ADDR_TEXT_SIZE];
	struct text t = line_begin(ret_line, LOG_LEVEL_INFO, context->instance);

	switch ((enum role_note)m->note) {
	case ROLE_NOTE_CONDITION:
		render_condition(ret_line, m, context->instance);
		return 1;
	case ROLE_NOTE_ADDRESS_REPAIRED:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "put %s back: somebody had removed it",
			 prefix_print(&m->address, address, sizeof(address)));
		return 1;
	case ROLE_NOTE_ADDRESS_ERROR:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "the kernel refuses to change %s: %s",
			 prefix_print(&m->address, address, sizeof(address)), error_text(m));
		return 1;
	case ROLE_NOTE_ADOPTED:
		text_add(&t, "goes on in %s STATE where %s ended", vrrp_state_name(m->to),
			 m->value ? "another daemon" : "an earlier vipd-vrrp");
		return 1;
	case ROLE_NOTE_STRANGER:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t, "%s, which uses our virtual_router_id for others, has the MAC %s",
			 addr_print(&m->address.addr, address, sizeof(address)), m->text);
		return 1;
	case ROLE_NOTE_UNVERIFIED:
		ret_line->level = LOG_LEVEL_WARNING;
		text_add(&t,
			 "serves unverified: too little was seen on %s to know that nobody else "
			 "does (a switch port that opens late, or nobody there?)",
			 m->text[0] ? m->text : "any interface");
		return 1;
	case ROLE_NOTE_LOWER_HEARD:
	case ROLE_NOTE_LOWER_DISCARDED:
	case ROLE_NOTE_ADDRESS_LIST:
	case ROLE_NOTE_INTERVAL:
	case ROLE_NOTE_CHECKSUM:
	case ROLE_NOTE_SEND_ERROR:
	case ROLE_NOTE_MUTE:
	case ROLE_NOTE_FAREWELL:
		return render_advert_note(m, context, ret_line);
	case ROLE_NOTE_LINK_UP:
	case ROLE_NOTE_LINK_DOWN:
	case ROLE_NOTE_LINK_MISSING:
	case ROLE_NOTE_LEFTOVER:
	case ROLE_NOTE_OVERRUN:
	case ROLE_NOTE_ORPHANED:
	case ROLE_NOTE_OVERSLEPT:
	case ROLE_NOTE_N_:
		return 0;
	}
	return 0;
}

int log_render(const struct role_message *m, const struct log_render_context *context,
	       struct log_line ret_lines[LOG_RENDER_LINES])
{
	switch ((enum role_message_type)m->type) {
	case ROLE_TRANSITION:
		return render_transition(m, context->instance, ret_lines);
	case ROLE_DROP:
		return render_drop(m, context->instance, ret_lines);
	case ROLE_NOTE:
		if (render_general_note(m, ret_lines))
			return 1;
		return render_instance_note(m, context, ret_lines);
	case ROLE_APPLY:
	case ROLE_INHERIT:
	case ROLE_STOP:
	case ROLE_COMMITTED:
	case ROLE_REJECTED:
	case ROLE_STOPPED:
	case ROLE_RUNNING:
	case ROLE_TABLES:
	case ROLE_TAKE:
	case ROLE_GIVE:
	case ROLE_GIVE_SOCKETS:
	case ROLE_LEAVE:
	case ROLE_MESSAGE_N_:
		return 0;
	}
	return 0;
}
