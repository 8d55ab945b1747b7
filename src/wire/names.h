/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

/* The words that all programs share: they cross process borders as numbers (status table, state
 * memory, messages) and reach the user as these texts (JSON, logs). */

enum vrrp_state {
	VRRP_STATE_INIT, /* Initialize (RFC 3768 6.4.1): not started, or stopped */
	VRRP_STATE_BACKUP, /* 6.4.2 */
	VRRP_STATE_MASTER, /* 6.4.3 */
	VRRP_STATE_FAULT, /* keepalived's: something on this host forbids serving */
	VRRP_STATE_N_,
};

/* Why the state changed. */
enum vrrp_reason {
	VRRP_REASON_NONE,
	VRRP_REASON_STARTUP, /* first listening after the start */
	VRRP_REASON_OWNER, /* priority 255 serves at once (6.4.1) */
	VRRP_REASON_MASTER_SILENT, /* Master_Down_Timer fired, the master sent nothing */
	VRRP_REASON_MASTER_LEFT, /* Master_Down_Timer fired after a priority 0 */
	VRRP_REASON_PREEMPTED, /* it fired while a master of lower priority was heard */
	VRRP_REASON_HIGHER_PRIORITY, /* heard a higher priority while MASTER */
	VRRP_REASON_HIGHER_ADDRESS, /* equal priority, higher source address (tie-break) */
	VRRP_REASON_MUTE, /* heard another one while none of our adverts left this host */
	VRRP_REASON_OVERSLEPT, /* we slept past others' master-down interval and one serves */
	VRRP_REASON_EXPIRED, /* … and one may serve (`timer_expired_backup`) */
	VRRP_REASON_UNVERIFIED, /* claimed without having listened, and one serves */
	VRRP_REASON_FAULT, /* a condition of this host */
	VRRP_REASON_FAULT_CLEARED,
	VRRP_REASON_SHUTDOWN,
	VRRP_REASON_ADOPTED, /* went on from the state of a vipd-vrrp that ended */
	VRRP_REASON_N_,
};

/* Why a packet was not taken. Each is a counter; nothing else of the router changes. */
enum vrrp_drop {
	VRRP_DROP_NONE,
	VRRP_DROP_LENGTH, /* truncated, or octets too many (R3768-7.1-02) */
	VRRP_DROP_TTL, /* not 255 (R3768-5.2.3-02); unicast: not what its peer may have */
	VRRP_DROP_VERSION, /* not ours (R3768-7.1-01) */
	VRRP_DROP_TYPE, /* not an advertisement (R3768-5.3.2-01) */
	VRRP_DROP_CHECKSUM, /* R3768-7.1-03 */
	VRRP_DROP_VRID, /* no such virtual router on this link (R3768-7.1-04) */
	VRRP_DROP_AUTH_TYPE, /* another kind of authentication (R3768-5.3.6-01) */
	VRRP_DROP_AUTH_FAILED, /* wrong password (R2338-5.3.6.2-01) */
	VRRP_DROP_INTERVAL, /* not ours in version 2 (R3768-7.1-08), 0 in 3 (R9568-7.1-06) */
	VRRP_DROP_OWN_ADDRESS, /* from our own source address: looped back, or a duplicate */
	VRRP_DROP_NOT_RUNNING, /* INIT and FAULT ignore adverts (table I3) */
	VRRP_DROP_ADDRESS_COUNT, /* version 3: it names no address (R9568-5.2.5-01) */
	VRRP_DROP_DESTINATION, /* multicast to an instance of unicast, or the other way round */
	VRRP_DROP_SOURCE, /* unicast: from nobody in the list of peers */
	VRRP_DROP_OWNER, /* we own the addresses, and `owner_ignore_adverts` (R3768-7.1-04) */
	VRRP_DROP_ADDRESS_LIST, /* strict: another list than ours (R9568-7.1-12) */
	VRRP_DROP_STRANGER, /* others use our virtual router id: nothing of its list is ours */
	VRRP_DROP_CARP, /* not VRRP, though it shares protocol and first octet */
	/* auth_hmac: */
	VRRP_DROP_AUTH_MISSING, /* not signed, and must be */
	VRRP_DROP_AUTH_UNKNOWN_KEY, /* signed with a key whose number we do not have */
	VRRP_DROP_AUTH_HMAC, /* the signature is not of that key and these octets */
	VRRP_DROP_AUTH_STALE, /* signed at another time than now */
	VRRP_DROP_AUTH_REPLAY, /* of a sender whose later ones were heard already */
	VRRP_DROP_N_,
};

/* What on this host keeps an instance from serving. A set of bits with names, never a counter. */
enum condition {
	CONDITION_CONFIGURATION, /* its block is broken: the reason is in the image */
	CONDITION_LINK_MISSING, /* no interface of that name */
	CONDITION_LINK_DOWN, /* not up, or no carrier (IFF_UP, IFF_RUNNING) */
	CONDITION_NO_SOURCE, /* no address of our own to send from (IPv6: no link-local one) */
	CONDITION_NO_PEER, /* `unicast_fault_no_peer`, and there is none but this host */
	CONDITION_SOCKET, /* the advert socket of the link could not be opened */
	CONDITION_LEFTOVERS, /* addresses of an earlier run are still being removed (only INIT) */
	CONDITION_STARTUP_DELAY, /* vrrp_startup_delay, vrrp_delay_after_boot (INIT, FAULT) */
	CONDITION_UNKNOWN, /* the kernel's state has not been read yet (only INIT) */
	CONDITION_N_,
};

/* Counters of one instance; monotone while the configuration knows it. The drops are
 * COUNTER_DROP + enum vrrp_drop. RFC 6527 names in the comments. */
enum counter {
	COUNTER_ADVERTS_RECEIVED, /* vrrpv3StatisticsRcvdAdvertisements */
	COUNTER_ADVERTS_SENT,
	COUNTER_PRIORITY_ZERO_RECEIVED, /* vrrpv3StatisticsRcvdPriZeroPackets */
	COUNTER_PRIORITY_ZERO_SENT, /* vrrpv3StatisticsSentPriZeroPackets */
	COUNTER_BECAME_MASTER, /* vrrpv3StatisticsMasterTransitions */
	COUNTER_RELEASED_MASTER,
	COUNTER_ADDRESS_LIST_ERRORS, /* vrrpv3StatisticsAddressListErrors; the advert is taken */
	COUNTER_INTERVAL_DIFFERS, /* vrrpv3StatisticsAdvIntervalErrors; the advert is taken */
	COUNTER_CHECKSUM_OTHER, /* version 3 over IPv4: of the form that we do not send; taken */
	COUNTER_SEND_ERRORS,
	COUNTER_ADDRESS_REPAIRS, /* put back after somebody removed them */
	COUNTER_ADDRESS_ERRORS, /* the kernel refused to add or remove one */
	COUNTER_ANNOUNCEMENTS, /* frames of gratuitous ARP and unsolicited neighbour adverts */
	COUNTER_DROP,
	COUNTER_N_ = COUNTER_DROP + VRRP_DROP_N_,
};

/* keepalived's words: "INIT", "BACKUP", "MASTER", "FAULT". */
const char *vrrp_state_name(enum vrrp_state state);
/* "startup", "master-silent" … */
const char *vrrp_reason_name(enum vrrp_reason reason);
/* "length", "ttl", "checksum" … */
const char *vrrp_drop_name(enum vrrp_drop drop);
/* "configuration", "link-missing", "link-down", "no-source-address" … */
const char *condition_name(enum condition condition);
/* "adverts_received" … "drop_ttl" … */
const char *counter_name(enum counter counter);
/* Where to look when adverts do not leave for this errno. */
const char *send_error_hint(int error);
