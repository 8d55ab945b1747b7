/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Messages between the parent and its roles, over SOCK_SEQPACKET pairs: one message is one packet
 * of fixed size, descriptors travel beside it. Small, typed, never blocking; whoever finds the
 * queue full counts the loss, and the reader heals from the tables. */

#define ROLE_MESSAGE_MAGIC 0x7669u
#define ROLE_MESSAGE_LAYOUT 3u

enum role_message_type {
	/* parent → vrrp */
	ROLE_APPLY = 1, /* put generation in force. fds: image, status table, state memory */
	ROLE_INHERIT, /* before APPLY: advert sockets of a former vrrp. fds: `count` of them */
	ROLE_STOP, /* farewell, remove all addresses, end with 0 */
	/* vrrp → parent */
	ROLE_COMMITTED, /* generation is in force */
	ROLE_REJECTED, /* generation is refused; the old one stays. text: why */
	ROLE_TRANSITION, /* of `instance` in `generation` */
	ROLE_DROP, /* packets not taken: cause, source, count since the last such message */
	ROLE_NOTE, /* something for the log: enum role_note */
	ROLE_STOPPED, /* last message of an orderly end */
	ROLE_RUNNING, /* first message: behind its walls, and reading */
	/* parent → ctl */
	ROLE_TABLES, /* generation in force. fds: image (without secrets), status table */
	/* new parent ↔ orphaned vrrp, over the hand-over socket */
	ROLE_TAKE, /* new parent: give me what you have */
	ROLE_GIVE, /* orphan: `generation`; fds: image, status table, state memory */
	ROLE_GIVE_SOCKETS, /* orphan: fds: `count` advert sockets; the last message has count 0 */
	ROLE_LEAVE, /* new parent: I have it all; end now, touch no address, say nothing */
	ROLE_MESSAGE_N_,
};

/* What a ROLE_NOTE tells. `text` and the named fields carry the particulars. */
enum role_note {
	ROLE_NOTE_LINK_UP = 1, /* text: link */
	ROLE_NOTE_LINK_DOWN, /* text: link */
	ROLE_NOTE_LINK_MISSING, /* text: link: configured, waited for */
	ROLE_NOTE_CONDITION, /* instance; condition appeared (value 1) or went (0) */
	ROLE_NOTE_ADDRESS_REPAIRED, /* instance; address: put back */
	ROLE_NOTE_ADDRESS_ERROR, /* instance; address; value: errno */
	ROLE_NOTE_LEFTOVER, /* address on text (link): removed at start */
	ROLE_NOTE_LOWER_HEARD, /* instance; address, priority: a lower master while MASTER */
	ROLE_NOTE_LOWER_DISCARDED, /* instance; address, priority: while BACKUP, preempting */
	ROLE_NOTE_ADDRESS_LIST, /* instance; address: its VIP list is not ours; count: of ours that
				 * are not in it */
	ROLE_NOTE_INTERVAL, /* instance; address; value: its interval in µs, which is not ours */
	ROLE_NOTE_CHECKSUM, /* instance; address: its checksum has the form that we do not send;
			    * value: enum advert_checksum of ours */
	ROLE_NOTE_SEND_ERROR, /* instance; value: errno */
	ROLE_NOTE_MUTE, /* instance; value: errno: no advert has left for a master-down interval */
	ROLE_NOTE_UNVERIFIED, /* instance; text: link: MASTER, and too little was seen on it */
	ROLE_NOTE_STRANGER, /* instance; address, text: its MAC: it uses our VRID */
	ROLE_NOTE_OVERRUN, /* news from the kernel were lost and are read again */
	ROLE_NOTE_ADOPTED, /* instance: went on as MASTER or BACKUP; value 1: of another daemon */
	ROLE_NOTE_ORPHANED, /* the parent is gone */
	ROLE_NOTE_OVERSLEPT, /* value: microseconds that this process did not run */
	ROLE_NOTE_FAREWELL, /* instance: sent priority 0 */
	ROLE_NOTE_N_,
};

/* What the first configuration of a vipd-vrrp goes on from. */
enum role_adopt {
	ROLE_ADOPT_NOTHING,
	ROLE_ADOPT_STATE, /* the state memory */
	/* Another daemon, which ended at `value` (µs of CLOCK_MONOTONIC) and left its addresses. */
	ROLE_ADOPT_ADDRESSES,
	ROLE_ADOPT_N_,
};

#define ROLE_TEXT_SIZE 160

struct role_message {
	uint16_t magic, layout;
	uint16_t type; /* enum role_message_type */
	uint16_t note; /* enum role_note, in ROLE_NOTE */
	uint64_t generation;
	uint32_t instance; /* index into the image of `generation` */
	uint32_t count; /* descriptors, packets, or addresses */
	uint8_t from, to; /* enum vrrp_state, in ROLE_TRANSITION */
	uint8_t reason; /* enum vrrp_reason */
	uint8_t drop; /* enum vrrp_drop */
	uint8_t condition; /* enum condition */
	uint8_t priority; /* our effective one in TRANSITION, else the sender's */
	uint8_t other_priority; /* TRANSITION: the other master's */
	uint8_t adopt; /* APPLY: enum role_adopt */
	uint8_t has_neighbour; /* APPLY: another vipd works in this network namespace */
	struct prefix address; /* sender, or VIP */
	int64_t value;
	int64_t realtime_us; /* when it happened */
	char text[ROLE_TEXT_SIZE]; /* NUL-terminated */
};

/* A message of this type, everything else zero. */
struct role_message role_message(enum role_message_type type);

/* True when these octets are one of our messages with every enum in its range and the text
 * terminated. A role ends itself on anything else from its parent; the parent restarts a role. */
bool role_message_check(const void *data, size_t size);
