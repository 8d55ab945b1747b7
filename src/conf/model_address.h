/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/map.h"
#include "conf/model.h"

/* Marks of an address, in the order of address_line. */
enum address_mark {
	ADDRESS_HOME = 1 << 0,
	ADDRESS_DAD = 1 << 1, /* -nodad */
	ADDRESS_MNGTMPADDR = 1 << 2,
	ADDRESS_NOPREFIXROUTE = 1 << 3,
	ADDRESS_AUTOJOIN = 1 << 4,
	ADDRESS_NO_TRACK = 1 << 5,
	ADDRESS_USE_VMAC = 1 << 6,
};

struct conf_address {
	struct prefix prefix, peer;
	bool has_length; /* of prefix: it was written */
	struct addr broadcast;
	uint8_t broadcast_mode, scope;
	const char *link; /* `dev`, or NULL: the instance's */
	const char *label; /* or NULL */
	struct place place;
	const char *track_group; /* of a static address; or NULL */
	uint32_t preferred_lifetime_s; /* UINT32_MAX: forever */
	bool has_lifetime;
	uint32_t marks; /* enum address_mark */
	uint32_t link_index; /* set by validate() */
};

struct conf_addresses {
	struct conf_address *items;
	size_t count, room;
};
