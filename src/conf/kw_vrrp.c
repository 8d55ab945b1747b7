/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of vrrp_instance: first those that work, then those that are read and kept. Ranges are
 * keepalived's; where a range is narrower here, the wire or the image is the reason and stands
 * beside it. owner_ignore_adverts, no_virtual_ipaddress, timer_expired_backup, v3_checksum_as_v2
 * and auth_hmac came after keepalived 2.2.7. */
#include "conf/conf_private.h"

#define AT(member) .at = offsetof(struct conf_instance, member)
/* Of global_defs. */
#define FROM(member) .inherits = offsetof(struct conf_global, member)
#define SECOND_US INT64_C(1000000)

/* What works, what has no effect yet, what will never have one: the first word of a row below. */
#define WORKS(keyword, sentence) \
	.block = BLOCK_VRRP_INSTANCE, .name = keyword, .doc = sentence, .release = "0.1"
#define LATER(keyword, sentence) \
	.block = BLOCK_VRRP_INSTANCE, .name = keyword, .fate = FATE_NOT_YET, .doc = sentence
#define NO_EFFECT(keyword, sentence) \
	.block = BLOCK_VRRP_INSTANCE, .name = keyword, .fate = FATE_NO_EFFECT, .doc = sentence
#define FLAG(fate, keyword, member, sentence, ...) \
	{ fate(keyword, sentence), AT(member), .value = 1, __VA_ARGS__ }
#define ON_OR_OFF ARGUMENTS({ ARGUMENT_BOOLEAN, "on|off", .flags = ARGUMENT_OPTIONAL })
#define SWITCH(fate, keyword, member, sentence, ...)                                  \
	{ fate(keyword, sentence), AT(member), .value = 1, .preset = "no", ON_OR_OFF, \
	  __VA_ARGS__ }
/* A printed file may be given to keepalived: the default of what it does not know is left out. */
#define NEWER(keyword, member, sentence, ...)                                               \
	{ WORKS(keyword, sentence), AT(member), .value = 1, .default_text = "no", ON_OR_OFF, \
	  __VA_ARGS__ }
#define NUMBER(fate, keyword, word, least, most, member, sentence, ...) \
	{ fate(keyword, sentence), AT(member),                          \
	  ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, word, least, most)), __VA_ARGS__ }
#define ADDRESS(keyword, member, sentence, ...)  \
	{ WORKS(keyword, sentence), AT(member),  \
	  ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS")), __VA_ARGS__ }
#define LIST(keyword, body, member, sentence) \
	{ LATER(keyword, sentence), .opens = body, AT(member) }

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "vrrp_instance",
		.opens = BLOCK_VRRP_INSTANCE,
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "NAME")),
		.at = offsetof(struct conf_global, instances),
		.bind = bind_instance,
		.doc = "One virtual router: addresses that one of several servers holds.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "state",
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "MASTER|BACKUP")),
		.bind = bind_state,
		AT(state),
		.default_text = "MASTER with priority 255, else BACKUP",
		.doc = "Which server is meant to hold the addresses; MASTER also changes the "
		       "default of priority and switches nopreempt off.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "interface",
		ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")),
		.flags = KEYWORD_REQUIRED,
		.bind = bind_interface,
		AT(link),
		.doc = "Where adverts are sent and heard, and where addresses go that name no "
		       "other interface. Unicast goes without one: from `unicast_src_ip`, "
		       "through whatever interface the routing table says; each address then "
		       "needs its `dev`.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_router_id",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
		.flags = KEYWORD_REQUIRED,
		AT(vrid),
		.doc = "The number that all servers of this virtual router share; once on a link.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "priority",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
		.flags = KEYWORD_BAD_VALUE,
		.bad_value = 100,
		AT(priority),
		.default_text = "255 with state MASTER, else 100",
		.doc = "The server with the highest holds the addresses; 255 owns them.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "advert_int",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", SECOND_US / 100,
					       255 * SECOND_US)),
		AT(advert_interval),
		.preset = "1",
		.unit = "seconds",
		.doc = "Time between two adverts of the master; whole seconds in version 2.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "version",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "2|3", 2, 3)),
		.flags = KEYWORD_REQUIRED,
		AT(version),
		.inherits = offsetof(struct conf_global, version),
		.doc = "The VRRP version; all servers of a virtual router speak the same.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "nopreempt",
		AT(preempt),
		.value = 0,
		.doc = "Do not take over from a working master of lower priority.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "preempt",
		AT(preempt),
		.value = 1,
		.preset = "1",
		.doc = "Take over from a master of lower priority.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "preempt_delay",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", 0, 1000 * SECOND_US)),
		AT(preempt_delay),
		.preset = "0",
		.unit = "seconds",
		.doc = "How long a master of lower priority is left alone.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "garp_master_delay",
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 0, 4294)),
		AT(garp_delay),
		.inherits = offsetof(struct conf_global, garp_delay),
		.unit = "seconds",
		.doc = "From the first announcements of a new master to the second; 0: no second.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "garp_master_repeat",
		/* One octet in the image; keepalived has no upper limit. */
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "COUNT", 1, 255)),
		AT(garp_repeat),
		.inherits = offsetof(struct conf_global, garp_repeat),
		.doc = "Announcements of each address at one time.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "authentication",
		.opens = BLOCK_AUTHENTICATION,
		.default_text = "none",
		.doc = "What every advert must carry; version 2 only, and no protection against "
		       "anyone who can listen.",
		.release = "0.1",
	},
	{
		.block = BLOCK_AUTHENTICATION,
		.name = "auth_type",
		ARGUMENTS(ARGUMENT_WORDS("PASS|AH")),
		AT(auth_type),
		.doc = "PASS: a password in the clear. AH: HMAC-MD5 with the password as its key, "
		       "RFC 2338; without state MASTER.",
		.release = "0.1",
	},
	{
		.block = BLOCK_AUTHENTICATION,
		.name = "auth_pass",
		.taken_for = "auth_password pass",
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, "PASSWORD")),
		.flags = KEYWORD_SECRET,
		.bind = bind_auth_pass,
		AT(auth_pass),
		.doc = "The password; its first eight characters count.",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_ipaddress",
		.opens = BLOCK_ADDRESSES,
		AT(advertised),
		.bind = bind_addresses,
		.show = show_addresses,
		.doc = "The addresses, one on a line: ADDRESS[/LENGTH] [dev INTERFACE] "
		       "[brd ADDRESS|+|-] [label LABEL] [scope SCOPE] [peer ADDRESS[/LENGTH]].",
		.release = "0.1",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "virtual_ipaddress_excluded",
		.opens = BLOCK_ADDRESSES,
		AT(excluded),
		.bind = bind_addresses_excluded,
		.show = show_addresses,
		.doc = "Addresses that move with the others and are not named in adverts.",
		.release = "0.1",
	},
#define NOTIFY(keyword, which, sentence)                                    \
	{                                                                   \
		.block = BLOCK_VRRP_INSTANCE, .name = keyword,              \
		ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]")), \
		AT(notify[which]), .default_text = "none",                  \
		.doc = sentence, .release = "0.1",                          \
	}
	NOTIFY("notify_master", NOTIFY_MASTER, "Run when the instance becomes MASTER."),
	NOTIFY("notify_backup", NOTIFY_BACKUP, "Run when the instance becomes BACKUP."),
	NOTIFY("notify_fault", NOTIFY_FAULT, "Run when the instance goes to FAULT."),
	NOTIFY("notify_stop", NOTIFY_STOP, "Run when the daemon stops."),
	NOTIFY("notify", NOTIFY_ANY,
	       "Run at every change, with INSTANCE, name, state and priority as arguments."),
#undef NOTIFY
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "no_virtual_ipaddress",
		AT(no_virtual_ipaddress),
		.value = 1,
		.doc = "The instance has no virtual address, and that is meant.",
		.release = "0.1",
	},

	SWITCH(WORKS, "strict_mode", strict,
	       "Refuse what RFC 3768 and 5798 do not know: no authentication, no adverts with "
	       "another list of addresses, no traffic to the addresses unless the server owns "
	       "them.",
	       FROM(vrrp.strict), .flags = KEYWORD_LEFT),
	FLAG(LATER, "accept", accept,
	     "Take packets to the addresses, though they belong to another host.",
	     .default_text = "yes, with strict_mode only with priority 255"),
	{ LATER("no_accept", "Drop packets to the addresses."), AT(accept), .value = 0,
	  .flags = KEYWORD_LEFT },
	FLAG(LATER, "promote_secondaries", promote_secondaries,
	     "Let another address of a network take the place of its first one when that goes."),
	FLAG(LATER, "dont_track_primary", dont_track_primary,
	     "Run on though the instance's own interface is down."),
	NUMBER(WORKS, "down_timer_adverts", "COUNT", 1, 100, down_timer_adverts,
	       "How many adverts may be missed before the master counts as gone.",
	       FROM(vrrp.down_timer_adverts), .preset = "3"),
	{ WORKS("timer_expired_backup",
		"As a master that did not run for so long that another server may have taken over, "
		"become BACKUP instead of going on; the number is the highest priority of the "
		"others. With nopreempt only."),
	  .old_names = "thread_timer_expired", AT(timer_expired_backup), .value = 254,
	  ARGUMENTS({ ARGUMENT_INTEGER, "1..254", .min = 1, .max = 254,
		      .flags = ARGUMENT_OPTIONAL }),
	  .default_text = "off; 254 without a number" },
	SWITCH(WORKS, "lower_prio_no_advert", lower_prio_no_advert,
	       "Do not answer an advert of lower priority with an own one.",
	       FROM(vrrp.lower_prio_no_advert)),
	SWITCH(WORKS, "higher_prio_send_advert", higher_prio_send_advert,
	       "Send one more advert before leaving to a higher priority: here that is always so.",
	       FROM(vrrp.higher_prio_send_advert)),
	NEWER("owner_ignore_adverts", owner_ignore_adverts,
	      "As the owner of the addresses, hear no adverts.", FROM(vrrp.owner_ignore_adverts)),
	SWITCH(NO_EFFECT, "skip_check_adv_addr", skip_check_adv_addr,
	       "Compare the addresses in an advert only when its sender is new.",
	       FROM(vrrp.skip_check_adv_addr),
	       .hint = "every advert is compared: that costs nothing here"),
	NEWER("vipd_yield_to_strangers", yield_to_strangers,
	      "Take adverts, as the RFC has it, that name none of our addresses, of a server that "
	      "never had them, too: mostly that is another cluster with the same "
	      "virtual_router_id.",
	      FROM(vrrp.yield_to_strangers)),
	FLAG(WORKS, "native_ipv6", native_ipv6,
	     "The instance is IPv6, whatever its addresses are."),
	NUMBER(LATER, "kernel_rx_buf_size", "OCTETS", 0, UINT32_MAX, kernel_rx_buffer,
	       "The receive buffer of its socket.", .default_text = "the kernel's"),

	NUMBER(LATER, "garp_master_refresh", "SECONDS", 0, UINT32_MAX, garp_refresh,
	       "How often a master announces the addresses again; 0: never.",
	       FROM(vrrp.garp_refresh), .preset = "0", .unit = "seconds"),
	NUMBER(LATER, "garp_master_refresh_repeat", "COUNT", 1, UINT32_MAX, garp_refresh_repeat,
	       "Announcements of each address at such a time.", FROM(vrrp.garp_refresh_repeat),
	       .preset = "1"),
	NUMBER(LATER, "garp_lower_prio_delay", "SECONDS", 0, 4294, garp_lower_prio_delay,
	       "From the announcements after an advert of lower priority to the second ones.",
	       FROM(vrrp.garp_lower_prio_delay), .unit = "seconds",
	       .default_text = "vrrp_garp_master_delay, 0 with strict_mode"),
	NUMBER(LATER, "garp_lower_prio_repeat", "COUNT", 0, INT32_MAX, garp_lower_prio_repeat,
	       "Announcements of each address after an advert of lower priority.",
	       FROM(vrrp.garp_lower_prio_repeat),
	       .default_text = "vrrp_garp_master_repeat, 0 with strict_mode"),
	{ LATER("garp_extra_if", "How often addresses on other interfaces than the instance's are "
				 "announced again; `all`: also where they have no virtual MAC."),
	  .old_names = "vmac_garp_intvl", .unit = "seconds",
	  ARGUMENTS({ ARGUMENT_CHOICE, "all", .choices = "all", .flags = ARGUMENT_BARE,
		      AT(garp_extra_all) },
		    { ARGUMENT_INTEGER, "SECONDS", .max = 86400, .flags = ARGUMENT_BARE,
		      AT(garp_extra_if), .default_text = "that of global_defs, else 0: never" }) },

	{ WORKS("auth_hmac", "Adverts carry a signature that others cannot make."),
	  .opens = BLOCK_AUTH_HMAC, AT(auth_hmac) },
	{
		.block = BLOCK_AUTH_HMAC,
		.name = "key",
		.release = "0.1",
		.flags = KEYWORD_SECRET,
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255),
			  ARGUMENT(ARGUMENT_WORD, "hex:OCTETS|file:PATH|TEXT")),
		.at = offsetof(struct conf_auth_hmac, keys),
		.bind = bind_auth_key,
		.show = show_auth_keys,
		.doc = "A key of 32 to 64 octets with its number; there may be several.",
	},
#define HMAC(keyword, member, sentence, ...)                                       \
	{ .block = BLOCK_AUTH_HMAC, .name = keyword, .release = "0.1",            \
	  .at = offsetof(struct conf_auth_hmac, member), .doc = sentence, __VA_ARGS__ }
	HMAC("active_key", active_key, "The number of the key that own adverts are signed with.",
	     ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "1..255", 1, 255)),
	     .default_text = "the first key"),
	HMAC("anti_replay", anti_replay,
	     "How an old advert is told from a new one: by its time, or by its number only.",
	     ARGUMENTS(ARGUMENT_WORDS("time|monotonic")), .preset = "time"),
	HMAC("time_window", time_window, "How far the clocks of two servers may be apart.",
	     ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "SECONDS", 1, 300)), .unit = "seconds",
	     .default_text = "three times advert_int, at least 5"),
	HMAC("mode", mode,
	     "enforce: adverts without a good signature are dropped; permissive: those without "
	     "any are taken; receive-only: they are, and own ones are not signed.",
	     ARGUMENTS(ARGUMENT_WORDS("enforce|permissive|receive-only")), .preset = "enforce"),
#undef HMAC

	ADDRESS("mcast_src_ip", mcast_src_ip, "The source of adverts.",
		.default_text = "the first address of the interface"),
	ADDRESS("mcast_dst_ip", mcast_dst_ip, "The group that adverts are sent to.",
		.default_text = "vrrp_mcast_group4 or vrrp_mcast_group6"),
	ADDRESS("unicast_src_ip", unicast_src_ip,
		"The source of unicast adverts. Without `interface` it has to be written, and "
		"without an interface that has it the instance fails.",
		.default_text = "the first address of the interface"),
	FLAG(WORKS, "track_src_ip", track_src_ip,
	     "Fail while the host has not the configured source."),
	{ WORKS("unicast_peer",
		"Adverts are sent to these servers, one on a line, and to no group: ADDRESS "
		"[min_ttl TTL] [max_ttl TTL]."),
	  .opens = BLOCK_UNICAST_PEERS, AT(peers), .bind = bind_peers },
	NUMBER(WORKS, "unicast_ttl", "1..255", 1, 255, unicast_ttl, "The TTL of unicast adverts.",
	       .default_text = "255"),
	FLAG(WORKS, "unicast_fault_no_peer", unicast_fault_no_peer,
	     "With no peer but itself the instance fails; else without one its adverts go by "
	     "multicast."),
	FLAG(WORKS, "check_unicast_src", check_unicast_src,
	     "Take adverts of peers only: here that is so without it.",
	     FROM(vrrp.check_unicast_src)),
	{ WORKS("vipd_check_unicast_src",
		"Take adverts of peers only; no: of everybody, as keepalived does unless "
		"check_unicast_src is written."),
	  AT(check_peers), .value = 1, FROM(vrrp.check_peers), ON_OR_OFF,
	  .default_text = "yes, unless `vrrp_check_unicast_src no` is written" },
	{ LATER("old_unicast_checksum",
		"Unicast checksums of version 3 as keepalived 1.3.6 made them; `never`: do not "
		"take them either."),
	  AT(old_unicast_checksum), .value = 1,
	  ARGUMENTS({ ARGUMENT_MARK, "never", "never", AT(old_unicast_checksum_never) }) },
	NEWER("v3_checksum_as_v2", v3_checksum_as_v2,
	      "Own checksums of version 3 over IPv4 without the pseudo header, as RFC 9568 has "
	      "them; both are taken.",
	      FROM(vrrp.v3_checksum_as_v2)),

	{ LATER("use_vmac", "The addresses are on an interface of their own, with the virtual "
			    "router's MAC."),
	  AT(use_vmac), .value = 1, .flags = KEYWORD_VITAL | KEYWORD_LEFT,
	  ARGUMENTS({ ARGUMENT_MAC, "MAC", .flags = ARGUMENT_BARE, AT(vmac_mac),
		      .default_text = "00:00:5e:00:01:VRID, with IPv6 00:00:5e:00:02:VRID",
		      .doc = "Its MAC; of five octets the VRID is the sixth." },
		    { ARGUMENT_MARK, "netlink_notify_msg", "netlink_notify_msg",
		      AT(vmac_netlink_notify), .doc = "Tell other programs of it." },
		    { ARGUMENT_SYMBOL, "GROUP", "group", .max = INT32_MAX, AT(vmac_group),
		      .doc = "The group of the interface." },
		    { ARGUMENT_LINK, "INTERFACE", "name", .flags = ARGUMENT_BARE, AT(vmac_name),
		      .default_text = "vrrp.VRID", .doc = "Its name." }) },
	FLAG(LATER, "vmac_xmit_base", vmac_xmit_base,
	     "Send and hear adverts on the interface below it."),
	FLAG(LATER, "use_vmac_addr", use_vmac_addr,
	     "Addresses on other interfaces are on such an interface, too.",
	     .flags = KEYWORD_VITAL | KEYWORD_LEFT),
	{ LATER("use_ipvlan", "The addresses are on an ipvlan interface of their own."),
	  AT(use_ipvlan), .value = 1, .flags = KEYWORD_VITAL | KEYWORD_LEFT,
	  ARGUMENTS({ ARGUMENT_CHOICE, "bridge|private|vepa", .choices = "bridge|private|vepa",
		      .flags = ARGUMENT_BARE, AT(ipvlan_mode), .default_text = "bridge" },
		    { ARGUMENT_PREFIX, "ADDRESS[/LENGTH]", .flags = ARGUMENT_BARE,
		      AT(ipvlan_address), .doc = "Its own address, and the source of adverts; "
						 "IPv4 needs one." },
		    { ARGUMENT_SYMBOL, "GROUP", "group", .max = INT32_MAX, AT(ipvlan_group),
		      .doc = "The group of the interface." },
		    { ARGUMENT_LINK, "INTERFACE", "name", .flags = ARGUMENT_BARE,
		      AT(ipvlan_name), .default_text = "vrrp.VRID", .doc = "Its name." }) },
	{ WORKS("vrf", "Of an instance without `interface`: the VRF that its unicast adverts go "
		       "through, and its source is in. (An interface is in the VRF that it is "
		       "in.)"),
	  AT(vrf), ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")) },

	LIST("track_interface", BLOCK_TRACKED_INTERFACES, trackers.links,
	     "Interfaces that the instance depends on, one on a line: INTERFACE [weight WEIGHT "
	     "[reverse]]."),
	LIST("track_script", BLOCK_TRACKED_SCRIPTS, trackers.scripts,
	     "Scripts that the instance depends on, one on a line: NAME [weight WEIGHT "
	     "[reverse|noreverse]]."),
	LIST("track_file", BLOCK_TRACKED_FILES, trackers.files,
	     "Files that the instance depends on, one on a line: NAME [weight WEIGHT "
	     "[reverse|noreverse]]."),
	LIST("track_process", BLOCK_TRACKED_PROCESSES, trackers.processes,
	     "Processes that the instance depends on, one on a line: NAME [weight WEIGHT "
	     "[reverse|noreverse]]."),
	LIST("track_bfd", BLOCK_TRACKED_BFD, trackers.bfds,
	     "BFD sessions that the instance depends on, one on a line: NAME [weight WEIGHT "
	     "[reverse|noreverse]]."),

	{ LATER("notify_master_rx_lower_pri",
		"Run when a MASTER hears an advert of lower priority."),
	  AT(notify_rx_lower_prio), .default_text = "none",
	  ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]")) },
	{ LATER("notify_deleted", "Tell that the instance is DELETED, and not FAULT, when a reload "
				  "takes it away; the command is run then."),
	  AT(notify_deleted), .value = 0, .default_text = "off",
	  ARGUMENTS({ ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]", .flags = ARGUMENT_OPTIONAL }) },
	{ LATER("notify_priority_changes", "Tell the notify FIFOs of changes of the priority."),
	  AT(notify_priority_changes), .value = 1,
	  ARGUMENTS({ ARGUMENT_BOOLEAN, "on|off", .flags = ARGUMENT_OPTIONAL }),
	  .default_text = "as its sync group, else vrrp_notify_priority_changes" },
	SWITCH(LATER, "smtp_alert", smtp_alert, "Send mails about changes of the state.",
	       FROM(mail.alert_vrrp)),
	{ LATER("lvs_sync_daemon_interface", "Where IPVS connections are copied to the others."),
	  AT(sync_daemon_link), ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")),
	  .hint = "write `lvs_sync_daemon INTERFACE INSTANCE` in global_defs" },
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "linkbeat_use_polling",
		AT(linkbeat_use_polling),
		.value = 1,
		.fate = FATE_NO_EFFECT,
		.doc = "Ask for the link's state again and again.",
		.hint = "the kernel tells when a link goes down or comes up",
	},
	{
		.block = BLOCK_VRRP_INSTANCE,
		.name = "debug",
		AT(debug),
		ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, "0..4", 0, 4)),
		.fate = FATE_NO_EFFECT,
		.doc = "Nothing, in keepalived either.",
		.hint = "take it away: keepalived does nothing with it either",
	},
};

const struct keyword_table keyword_table_vrrp = { rows, sizeof(rows) / sizeof(rows[0]) };
