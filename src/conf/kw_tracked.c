/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of lists in vrrp_instance and vrrp_sync_group that are names with a few options: what
 * is tracked, unicast peers, members. keepalived wants `weight` before `reverse` and nothing behind
 * it; here any order is fine. A weight of 254 or -254 is what older releases took: it is read, and
 * validate() makes 253 of it. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_tracked, member)

#define WEIGHT(most, sentence)                                                          \
	{ ARGUMENT_INTEGER, "WEIGHT", "weight", .min = -(most), .max = (most), AT(weight), \
	  .default_text = "its own", .doc = sentence }
#define REVERSE                                                                         \
	{ ARGUMENT_CHOICE, "reverse|noreverse", .choices = "noreverse|reverse",         \
	  .flags = ARGUMENT_BARE, AT(reverse), .default_text = "its own",               \
	  .doc = "Counts failure as success, and success as failure." }
#define NAME_OF(kind, sentence) \
	{ ARGUMENT_NAME, "NAME", .refers = kind, AT(what), .doc = sentence }

#define PRIORITY_SENTENCE                                                                 \
	"Added to the priority while it is well (above 0), or taken away while it is not " \
	"(below 0); 0: the instance fails with it."

const struct argument tracked_link_line[] = {
	{ ARGUMENT_LINK, "INTERFACE", AT(what), .doc = "An interface that must be up." },
	{ ARGUMENT_INTEGER, "WEIGHT", "weight", .min = -254, .max = 254, AT(weight), .preset = "0",
	  .doc = PRIORITY_SENTENCE },
	{ ARGUMENT_MARK, "reverse", "reverse", AT(reverse),
	  .doc = "Counts down as up, and up as down." },
	{ .type = ARGUMENT_NONE },
};

const struct argument tracked_script_line[] = {
	NAME_OF(BLOCK_VRRP_SCRIPT, "A vrrp_script."),
	WEIGHT(254, PRIORITY_SENTENCE),
	REVERSE,
	{ .type = ARGUMENT_NONE },
};

const struct argument tracked_file_line[] = {
	NAME_OF(BLOCK_TRACK_FILE, "A track_file."),
	WEIGHT(254, "Times the number in the file is added to the priority; 0: the instance fails "
		    "while the number is not 0."),
	REVERSE,
	{ .type = ARGUMENT_NONE },
};

const struct argument tracked_process_line[] = {
	NAME_OF(BLOCK_VRRP_TRACK_PROCESS, "A vrrp_track_process."),
	WEIGHT(254, PRIORITY_SENTENCE),
	REVERSE,
	{ .type = ARGUMENT_NONE },
};

const struct argument tracked_bfd_line[] = {
	NAME_OF(BLOCK_BFD_INSTANCE, "A bfd_instance."),
	WEIGHT(253, PRIORITY_SENTENCE),
	REVERSE,
	{ .type = ARGUMENT_NONE },
};

#undef AT
#define AT(member) .at = offsetof(struct conf_peer, member)

const struct argument peer_line[] = {
	{ ARGUMENT_ADDRESS, "ADDRESS", AT(address),
	  .doc = "Another server of this virtual router." },
	{ ARGUMENT_INTEGER, "0..255", "min_ttl", .max = 255, AT(min_ttl), .default_text = "0",
	  .doc = "The least TTL that its adverts may arrive with; switches check_unicast_src on." },
	{ ARGUMENT_INTEGER, "0..255", "max_ttl", .max = 255, AT(max_ttl), .default_text = "255",
	  .doc = "The greatest TTL that its adverts may arrive with; switches check_unicast_src "
		 "on." },
	{ .type = ARGUMENT_NONE },
};
