/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that a user, a script or another program sees for our numbers. Tables, because every
 * one of them is looked up by number from shared memory or a message: a number out of range is
 * answered with "unknown" instead of a crash of the reader. A test walks every table to its end, so
 * that a new enumerator without a word is found. */
#include "wire/names.h"

#include <errno.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const state_names[VRRP_STATE_N_] = {
	[VRRP_STATE_INIT] = "INIT",
	[VRRP_STATE_BACKUP] = "BACKUP",
	[VRRP_STATE_MASTER] = "MASTER",
	[VRRP_STATE_FAULT] = "FAULT",
};

static const char *const reason_names[VRRP_REASON_N_] = {
	[VRRP_REASON_NONE] = "none",
	[VRRP_REASON_STARTUP] = "startup",
	[VRRP_REASON_OWNER] = "owner",
	[VRRP_REASON_MASTER_SILENT] = "master-silent",
	[VRRP_REASON_MASTER_LEFT] = "master-left",
	[VRRP_REASON_PREEMPTED] = "preempted",
	[VRRP_REASON_HIGHER_PRIORITY] = "higher-priority",
	[VRRP_REASON_HIGHER_ADDRESS] = "higher-address",
	[VRRP_REASON_MUTE] = "mute",
	[VRRP_REASON_OVERSLEPT] = "overslept",
	[VRRP_REASON_EXPIRED] = "timer-expired",
	[VRRP_REASON_UNVERIFIED] = "unverified",
	[VRRP_REASON_FAULT] = "fault",
	[VRRP_REASON_FAULT_CLEARED] = "fault-cleared",
	[VRRP_REASON_SHUTDOWN] = "shutdown",
	[VRRP_REASON_ADOPTED] = "adopted",
};

static const char *const drop_names[VRRP_DROP_N_] = {
	[VRRP_DROP_NONE] = "none",
	[VRRP_DROP_LENGTH] = "length",
	[VRRP_DROP_TTL] = "ttl",
	[VRRP_DROP_VERSION] = "version",
	[VRRP_DROP_TYPE] = "type",
	[VRRP_DROP_CHECKSUM] = "checksum",
	[VRRP_DROP_VRID] = "vrid",
	[VRRP_DROP_AUTH_TYPE] = "auth-type",
	[VRRP_DROP_AUTH_FAILED] = "auth-failed",
	[VRRP_DROP_INTERVAL] = "interval",
	[VRRP_DROP_OWN_ADDRESS] = "own-address",
	[VRRP_DROP_NOT_RUNNING] = "not-running",
	[VRRP_DROP_ADDRESS_COUNT] = "address-count",
	[VRRP_DROP_DESTINATION] = "destination",
	[VRRP_DROP_SOURCE] = "source",
	[VRRP_DROP_OWNER] = "owner",
	[VRRP_DROP_ADDRESS_LIST] = "address-list",
	[VRRP_DROP_STRANGER] = "stranger",
	[VRRP_DROP_CARP] = "carp",
	[VRRP_DROP_AUTH_MISSING] = "auth-missing",
	[VRRP_DROP_AUTH_UNKNOWN_KEY] = "auth-unknown-key",
	[VRRP_DROP_AUTH_HMAC] = "auth-hmac",
	[VRRP_DROP_AUTH_STALE] = "auth-stale",
	[VRRP_DROP_AUTH_REPLAY] = "auth-replay",
};

static const char *const condition_names[CONDITION_N_] = {
	[CONDITION_CONFIGURATION] = "configuration",
	[CONDITION_LINK_MISSING] = "link-missing",
	[CONDITION_LINK_DOWN] = "link-down",
	[CONDITION_NO_SOURCE] = "no-source-address",
	[CONDITION_NO_PEER] = "no-peer",
	[CONDITION_SOCKET] = "socket",
	[CONDITION_LEFTOVERS] = "leftovers",
	[CONDITION_STARTUP_DELAY] = "startup-delay",
	[CONDITION_UNKNOWN] = "unknown-kernel-state",
};

/* With underscores: they become keys of JSON and names of metrics. */
static const char *const counter_names[COUNTER_N_] = {
	[COUNTER_ADVERTS_RECEIVED] = "adverts_received",
	[COUNTER_ADVERTS_SENT] = "adverts_sent",
	[COUNTER_PRIORITY_ZERO_RECEIVED] = "priority_zero_received",
	[COUNTER_PRIORITY_ZERO_SENT] = "priority_zero_sent",
	[COUNTER_BECAME_MASTER] = "became_master",
	[COUNTER_RELEASED_MASTER] = "released_master",
	[COUNTER_ADDRESS_LIST_ERRORS] = "address_list_errors",
	[COUNTER_INTERVAL_DIFFERS] = "interval_differs",
	[COUNTER_CHECKSUM_OTHER] = "checksum_other",
	[COUNTER_SEND_ERRORS] = "send_errors",
	[COUNTER_ADDRESS_REPAIRS] = "address_repairs",
	[COUNTER_ADDRESS_ERRORS] = "address_errors",
	[COUNTER_ANNOUNCEMENTS] = "announcements",
	[COUNTER_DROP + VRRP_DROP_NONE] = "drop_none",
	[COUNTER_DROP + VRRP_DROP_LENGTH] = "drop_length",
	[COUNTER_DROP + VRRP_DROP_TTL] = "drop_ttl",
	[COUNTER_DROP + VRRP_DROP_VERSION] = "drop_version",
	[COUNTER_DROP + VRRP_DROP_TYPE] = "drop_type",
	[COUNTER_DROP + VRRP_DROP_CHECKSUM] = "drop_checksum",
	[COUNTER_DROP + VRRP_DROP_VRID] = "drop_vrid",
	[COUNTER_DROP + VRRP_DROP_AUTH_TYPE] = "drop_auth_type",
	[COUNTER_DROP + VRRP_DROP_AUTH_FAILED] = "drop_auth_failed",
	[COUNTER_DROP + VRRP_DROP_INTERVAL] = "drop_interval",
	[COUNTER_DROP + VRRP_DROP_OWN_ADDRESS] = "drop_own_address",
	[COUNTER_DROP + VRRP_DROP_NOT_RUNNING] = "drop_not_running",
	[COUNTER_DROP + VRRP_DROP_ADDRESS_COUNT] = "drop_address_count",
	[COUNTER_DROP + VRRP_DROP_DESTINATION] = "drop_destination",
	[COUNTER_DROP + VRRP_DROP_SOURCE] = "drop_source",
	[COUNTER_DROP + VRRP_DROP_OWNER] = "drop_owner",
	[COUNTER_DROP + VRRP_DROP_ADDRESS_LIST] = "drop_address_list",
	[COUNTER_DROP + VRRP_DROP_STRANGER] = "drop_stranger",
	[COUNTER_DROP + VRRP_DROP_CARP] = "drop_carp",
	[COUNTER_DROP + VRRP_DROP_AUTH_MISSING] = "drop_auth_missing",
	[COUNTER_DROP + VRRP_DROP_AUTH_UNKNOWN_KEY] = "drop_auth_unknown_key",
	[COUNTER_DROP + VRRP_DROP_AUTH_HMAC] = "drop_auth_hmac",
	[COUNTER_DROP + VRRP_DROP_AUTH_STALE] = "drop_auth_stale",
	[COUNTER_DROP + VRRP_DROP_AUTH_REPLAY] = "drop_auth_replay",
};

static const char *name_at(const char *const *names, size_t count, size_t index)
{
	return index < count && names[index] ? names[index] : "unknown";
}

const char *vrrp_state_name(enum vrrp_state state)
{
	return name_at(state_names, COUNT(state_names), (size_t)state);
}

const char *vrrp_reason_name(enum vrrp_reason reason)
{
	return name_at(reason_names, COUNT(reason_names), (size_t)reason);
}

const char *vrrp_drop_name(enum vrrp_drop drop)
{
	return name_at(drop_names, COUNT(drop_names), (size_t)drop);
}

const char *condition_name(enum condition condition)
{
	return name_at(condition_names, COUNT(condition_names), (size_t)condition);
}

const char *counter_name(enum counter counter)
{
	return name_at(counter_names, COUNT(counter_names), (size_t)counter);
}

const char *send_error_hint(int error)
{
	switch (error) {
	case EPERM:
		return "an output filter that drops protocol 112?";
	case EACCES:
		return "an output filter that drops protocol 112, or a route that prohibits it?";
	case EMSGSIZE:
		return "an advert with all addresses is longer than the MTU of the interface: put "
		       "some into virtual_ipaddress_excluded";
	case EINVAL:
		return "a blackhole route, or is the address gone that adverts come from?";
	case EADDRNOTAVAIL:
		return "does this host still have the address that adverts come from?";
	case ENETDOWN:
	case ENODEV:
	case ENXIO:
	default:
		return "is the interface there, and up?";
	}
}
