/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of global_defs, by what they are about: the server, mail, scripts and events,
 * defaults of instances, the firewall, the roles as processes, buffers, IPVS, SNMP and D-Bus,
 * files.
 * Ranges and defaults are those of keepalived 2.2.7; of what came later, those of 2.4. Three of its
 * switches take no word there (vrrp_strict, vrrp_skip_check_adv_addr, vrrp_check_unicast_src), and
 * v3_checksum_as_v2 ignores its one: their `no` is `yes` to keepalived. It is no here, and as a
 * printed file may be given to either, their default is never printed; nor is that of what
 * keepalived 2.2.7 does not know. */
#include "conf/conf_private.h"
#include "conf/prep.h"

#define AT(member) .at = offsetof(struct conf_global, member)
#define SECOND_US INT64_C(1000000)
#define UNSIGNED_MAX INT64_C(4294967295)
#define INT_MOST INT64_C(2147483647)
/* What keepalived can count in microseconds. */
#define SECONDS_MOST 4294
#define SECONDS_MOST_US (UNSIGNED_MAX)

#define NAMED(keyword, member) .block = BLOCK_GLOBAL_DEFS, .name = keyword, AT(member)
#define LATER(keyword, member) NAMED(keyword, member), .fate = FATE_NOT_YET
#define WORKS(keyword, member) NAMED(keyword, member), .release = "0.1"
#define FLAG .value = 1, .default_text = "off"
#define SWITCH_ARGUMENT \
	ARGUMENTS({ .type = ARGUMENT_BOOLEAN, .name = "yes|no", .flags = ARGUMENT_OPTIONAL })
#define SWITCH SWITCH_ARGUMENT, .value = 1, .preset = "no"
#define SWITCH_UNPRINTED SWITCH_ARGUMENT, .value = 1, .default_text = "no"
#define WORD(what) ARGUMENTS(ARGUMENT(ARGUMENT_WORD, what))
#define WORD_OF(what, most) ARGUMENTS({ ARGUMENT_WORD, what, .max = most })
#define NUMBER(what, least, most) ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, what, least, most))
#define SECONDS(least, most) \
	ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", least, most)), .unit = "seconds"
#define COMMAND ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]"))
#define OWNER(member) \
	{ ARGUMENT_USER, "USER", .flags = ARGUMENT_OPTIONAL, \
	  .at = offsetof(struct conf_global, member.user) }, \
	{ ARGUMENT_USER_GROUP, "GROUP", .flags = ARGUMENT_OPTIONAL, \
	  .at = offsetof(struct conf_global, member.group) }
#define OPTIONAL_WORD(what, longest, member) \
	{ ARGUMENT_WORD, what, .max = longest, .flags = ARGUMENT_OPTIONAL, \
	  .at = offsetof(struct conf_global, member) }
#define OPTION(kind, what, word, member, ...) \
	{ .type = kind, .name = what, .option = word, \
	  .at = offsetof(struct conf_global, member), __VA_ARGS__ }

#define TIMEOUT_MOST (86400 * 31)

static const struct keyword rows[] = {
	{ NAMED("router_id", router_id), .taken_for = "lvs_id", WORD("NAME"),
	  .default_text = "the host's name",
	  .doc = "The name of this server in messages and mails.", .release = "0.1" },

	/* Mail. */
	{ .block = BLOCK_GLOBAL_DEFS, .name = "notification_email", .opens = BLOCK_MAIL_ADDRESSES,
	  AT(mail.recipients), .fate = FATE_NOT_YET, .default_text = "none: no mail is sent",
	  .doc = "Who gets a mail about changes of state." },
	{ LATER("notification_email_from", mail.sender), WORD("ADDRESS"),
	  .default_text = "the daemon's user at this host", .doc = "The sender of these mails." },
	{ LATER("smtp_server", mail.server),
	  ARGUMENTS({ ARGUMENT_WORD, "HOST", .at = offsetof(struct conf_global, mail.server) },
		    { ARGUMENT_INTEGER, "PORT", .min = 1, .max = 65535, .flags = ARGUMENT_OPTIONAL,
		      .at = offsetof(struct conf_global, mail.port), .default_text = "25" }),
	  .default_text = "none: no mail is sent", .doc = "The mail server that takes them." },
	{ LATER("smtp_helo_name", mail.helo_name), WORD("NAME"), .default_text = "the host's name",
	  .doc = "The name by which this server greets the mail server." },
	{ LATER("smtp_connect_timeout", mail.connect_timeout),
	  NUMBER("SECONDS", 1, SECONDS_MOST), .preset = "30", .unit = "seconds",
	  .doc = "How long the mail server may take to answer." },
	{ LATER("smtp_alert", mail.alert), SWITCH_ARGUMENT, .value = 1,
	  .default_text = "on for real servers, else off",
	  .doc = "Send mails about everything that does not say otherwise." },
	{ LATER("smtp_alert_vrrp", mail.alert_vrrp), SWITCH_ARGUMENT, .value = 1,
	  .default_text = "as smtp_alert", .doc = "The same for instances and groups of them." },
	{ LATER("smtp_alert_checker", mail.alert_checker), SWITCH_ARGUMENT, .value = 1,
	  .default_text = "as smtp_alert", .doc = "The same for virtual and real servers." },
	{ LATER("no_email_faults", mail.no_faults), FLAG,
	  .doc = "Send no mail when an instance goes to FAULT." },
	{ LATER("no_checker_emails", mail.no_checkers), SWITCH,
	  .doc = "Send mails about real servers only when they are added or removed." },

	/* Scripts and events. */
	{ NAMED("script_user", daemon.script_user), .release = "0.1",
	  ARGUMENTS({ ARGUMENT_USER, "USER",
		      .at = offsetof(struct conf_global, daemon.script_user) },
		    { ARGUMENT_USER_GROUP, "GROUP", .flags = ARGUMENT_OPTIONAL,
		      .at = offsetof(struct conf_global, daemon.script_group) }),
	  .default_text = "keepalived_script if there is such a user, else root",
	  .doc = "As whom scripts run that do not say it themselves." },
	{ NAMED("enable_script_security", daemon.script_security), FLAG, .release = "0.1",
	  .doc = "Leave out commands that run as root and that somebody else could change." },
	{ LATER("use_symlink_paths", daemon.symlink_paths), SWITCH,
	  .doc = "Run scripts by the path that was written, even where it is a symbolic link." },
	{ LATER("set_supplementary_groups", daemon.supplementary_groups), SWITCH,
	  .doc = "Give scripts all groups of their user, not its main one only." },
	{ LATER("startup_script", daemon.startup_script), COMMAND, .default_text = "none",
	  .doc = "Run, and waited for, before anything else starts." },
	{ LATER("startup_script_timeout", daemon.startup_timeout), NUMBER("SECONDS", 1, 1000),
	  .preset = "10", .unit = "seconds", .doc = "How long startup_script is waited for." },
	{ LATER("shutdown_script", daemon.shutdown_script), COMMAND, .default_text = "none",
	  .doc = "Run, and waited for, when everything else has ended." },
	{ LATER("shutdown_script_timeout", daemon.shutdown_timeout), NUMBER("SECONDS", 1, 1000),
	  .preset = "10", .unit = "seconds", .doc = "How long shutdown_script is waited for." },
#define FIFO(keyword, member, sentence) \
	{ LATER(keyword, member.path), .flags = KEYWORD_FIRST, \
	  ARGUMENTS({ ARGUMENT_WORD, "PATH", .at = offsetof(struct conf_global, member.path) }, \
		    OWNER(member)), \
	  .default_text = "none", .doc = sentence }
#define FIFO_SCRIPT(keyword, member, sentence) \
	{ LATER(keyword, member.script), COMMAND, .default_text = "none", .doc = sentence }
	FIFO("notify_fifo", fifo, "A FIFO that gets a line for every event."),
	FIFO_SCRIPT("notify_fifo_script", fifo,
		    "Kept running to read notify_fifo, which is its last argument."),
	FIFO("vrrp_notify_fifo", fifo_vrrp, "A FIFO that gets a line for every event of VRRP."),
	FIFO_SCRIPT("vrrp_notify_fifo_script", fifo_vrrp,
		    "Kept running to read vrrp_notify_fifo, which is its last argument."),
	FIFO("lvs_notify_fifo", fifo_lvs,
	     "A FIFO that gets a line for every event of virtual and real servers."),
	FIFO_SCRIPT("lvs_notify_fifo_script", fifo_lvs,
		    "Kept running to read lvs_notify_fifo, which is its last argument."),
	{ LATER("vrrp_notify_priority_changes", vrrp.notify_priority_changes), SWITCH,
	  .doc = "Write changes of priority to the FIFOs, too." },
	{ LATER("fifo_write_vrrp_states_on_reload", daemon.fifo_write_states), FLAG,
	  .doc = "Write the state of every instance to the FIFOs after a reload." },

	/* Defaults of instances. */
	{ NAMED("vrrp_version", version), NUMBER("2|3", 2, 3), .preset = "2",
	  .doc = "The VRRP version of instances that do not say theirs.", .release = "0.1" },
	{ NAMED("vrrp_garp_master_delay", garp_delay), NUMBER("SECONDS", 0, SECONDS_MOST),
	  .preset = "5", .unit = "seconds",
	  .doc = "garp_master_delay of instances that do not say theirs.", .release = "0.1" },
	/* One octet in the image; keepalived has no upper limit. */
	{ NAMED("vrrp_garp_master_repeat", garp_repeat), NUMBER("COUNT", 1, 255), .preset = "5",
	  .doc = "garp_master_repeat of instances that do not say theirs.", .release = "0.1" },
	{ LATER("vrrp_garp_master_refresh", vrrp.garp_refresh),
	  NUMBER("SECONDS", 0, UNSIGNED_MAX), .preset = "0", .unit = "seconds",
	  .doc = "Time between two announcements while an instance is MASTER; 0: none." },
	{ LATER("vrrp_garp_master_refresh_repeat", vrrp.garp_refresh_repeat),
	  NUMBER("COUNT", 1, UNSIGNED_MAX), .preset = "1",
	  .doc = "Announcements of each address at one such time." },
	{ LATER("vrrp_garp_lower_prio_delay", vrrp.garp_lower_prio_delay),
	  NUMBER("SECONDS", 0, SECONDS_MOST), .default_text = "as vrrp_garp_master_delay",
	  .unit = "seconds",
	  .doc = "From the announcements after an advert of lower priority to the second ones." },
	{ LATER("vrrp_garp_lower_prio_repeat", vrrp.garp_lower_prio_repeat),
	  NUMBER("COUNT", 0, INT_MOST), .default_text = "as vrrp_garp_master_repeat",
	  .doc = "Announcements of each address after an advert of lower priority." },
	/* keepalived refuses the 0 that its own example has. */
	{ LATER("vrrp_garp_interval", vrrp.garp_interval), SECONDS(0, SECONDS_MOST_US),
	  .preset = "0", .doc = "Time between two gratuitous ARP packets on an interface." },
	{ LATER("vrrp_gna_interval", vrrp.gna_interval), SECONDS(0, SECONDS_MOST_US),
	  .preset = "0", .doc = "Time between two unsolicited NA packets on an interface." },
	{ NAMED("vrrp_min_garp", vrrp.min_garp), SWITCH_UNPRINTED,
	  .doc = "Announce every address only once, unless the counts are written.",
	  .release = "0.1" },
	{ .block = BLOCK_GLOBAL_DEFS, .name = "vrrp_garp_extra_if",
	  .old_names = "vrrp_vmac_garp_intvl", .fate = FATE_NOT_YET,
	  ARGUMENTS({ ARGUMENT_CHOICE, "all", .choices = "all", .flags = ARGUMENT_OPTIONAL,
		      .at = offsetof(struct conf_global, vrrp.garp_extra_all) },
		    { ARGUMENT_INTEGER, "SECONDS", .min = 1, .max = 86400,
		      .at = offsetof(struct conf_global, vrrp.garp_extra_if) }),
	  .unit = "seconds", .default_text = "off",
	  .doc = "How often interfaces with virtual addresses beside the instance's own send an "
		 "ARP, so that switches remember them; all: also those without a virtual MAC." },
	{ WORKS("vrrp_down_timer_adverts", vrrp.down_timer_adverts), NUMBER("COUNT", 1, 100),
	  .preset = "3", .doc = "After how many missing adverts a master counts as gone." },
	{ WORKS("vrrp_lower_prio_no_advert", vrrp.lower_prio_no_advert), SWITCH,
	  .doc = "Do not answer an advert of lower priority at once." },
	{ WORKS("vrrp_higher_prio_send_advert", vrrp.higher_prio_send_advert), SWITCH,
	  .doc = "Send one more advert before yielding to a higher priority: always so here." },
	{ WORKS("vrrp_owner_ignore_adverts", vrrp.owner_ignore_adverts), SWITCH_UNPRINTED,
	  .doc = "Take no adverts where the priority is 255." },
	{ WORKS("vrrp_strict", vrrp.strict), SWITCH_UNPRINTED, .flags = KEYWORD_LEFT,
	  .doc = "Keep to the letter of the RFC: no authentication, no adverts with another list "
		 "of addresses, and nobody but the owner answers at the addresses." },
	{ NAMED("vrrp_skip_check_adv_addr", vrrp.skip_check_adv_addr), SWITCH_UNPRINTED,
	  .fate = FATE_NO_EFFECT, .hint = "every advert is compared: that costs nothing here",
	  .doc = "Do not compare the addresses of every advert, only those of a new master." },
	{ WORKS("vrrp_check_unicast_src", vrrp.check_unicast_src), SWITCH_UNPRINTED,
	  .doc = "Take unicast adverts only from the peers that are written: here that is so "
		 "unless this says no." },
	{ WORKS("vipd_check_unicast_src", vrrp.check_peers), SWITCH_ARGUMENT, .value = 1,
	  .default_text = "as vrrp_check_unicast_src, else yes",
	  .doc = "vipd_check_unicast_src of instances that do not say theirs." },
	{ WORKS("vipd_yield_to_strangers", vrrp.yield_to_strangers), SWITCH_UNPRINTED,
	  .doc = "vipd_yield_to_strangers of instances that do not say theirs." },
	{ WORKS("v3_checksum_as_v2", vrrp.v3_checksum_as_v2), SWITCH_UNPRINTED,
	  .doc = "Leave the pseudo-header out of version 3 checksums over IPv4." },
	{ WORKS("vrrp_mcast_group4", vrrp.mcast_group4),
	  ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS")), .preset = "224.0.0.18",
	  .doc = "The group that IPv4 adverts are sent to." },
	{ WORKS("vrrp_mcast_group6", vrrp.mcast_group6),
	  ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS")), .preset = "ff02::12",
	  .doc = "The group that IPv6 adverts are sent to." },
	{ WORKS("vrrp_startup_delay", startup_delay), SECONDS(0, SECONDS_MOST_US),
	  .default_text = "0",
	  .doc = "How long after its start the daemon takes no part in VRRP." },
	{ WORKS("vrrp_delay_after_boot", delay_after_boot), SECONDS(0, SECONDS_MOST_US),
	  .default_text = "0", .doc = "The same, counted from the start of the host." },
	{ LATER("default_interface", default_link),
	  ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")), .preset = "eth0",
	  .doc = "Where static addresses go that name no interface." },
	{ LATER("log_unknown_vrids", log_unknown_vrids), FLAG,
	  .doc = "Log adverts for virtual routers that are not configured." },
	{ .block = BLOCK_GLOBAL_DEFS, .name = "dynamic_interfaces", AT(dynamic_links),
	  ARGUMENTS(OPTION(ARGUMENT_MARK, "allow_if_changes", "allow_if_changes",
			   dynamic_links_changes)),
	  FLAG,
	  .doc = "Interfaces may be missing, come and go: here that is always so.",
	  .release = "0.1" },
	{ LATER("disable_local_igmp", disable_local_igmp), FLAG,
	  .doc = "Have the kernel announce no memberships of groups that stay on the link." },
	{ LATER("vmac_prefix", vrrp.vmac_prefix), WORD_OF("PREFIX", LIMIT_LINK_NAME - 2),
	  .flags = KEYWORD_FIRST, .preset = "vrrp",
	  .doc = "How the names of interfaces begin that are made for virtual MACs." },
	{ LATER("vmac_addr_prefix", vrrp.vmac_addr_prefix),
	  WORD_OF("PREFIX", LIMIT_LINK_NAME - 2), .flags = KEYWORD_FIRST,
	  .default_text = "as vmac_prefix",
	  .doc = "The same for those that hold addresses of other interfaces." },

	/* The firewall. The kernel's names have up to 31 octets, an iptables chain up to 28. */
	{ LATER("nftables", firewall.table),
	  ARGUMENTS(OPTIONAL_WORD("TABLE", 31, firewall.table)), .flags = KEYWORD_FIRST,
	  .default_text = "keepalived, when it is needed",
	  .doc = "The nftables table that keeps packets away from addresses." },
	{ LATER("nftables_priority", firewall.priority),
	  NUMBER("PRIORITY", -INT_MOST - 1, INT_MOST), .preset = "-1",
	  .doc = "The priority of the chains in it." },
	{ LATER("nftables_counters", firewall.counters), FLAG,
	  .doc = "Count what its rules match." },
	{ LATER("nftables_ifindex", firewall.ifindex), FLAG,
	  .doc = "Know interfaces by their number, not by their name." },
	{ LATER("nftables_ipvs", firewall.ipvs_table),
	  ARGUMENTS(OPTIONAL_WORD("TABLE", 31, firewall.ipvs_table)), .flags = KEYWORD_FIRST,
	  .default_text = "off; without a name keepalived_ipvs",
	  .doc = "The nftables table that marks packets of groups of virtual servers." },
	{ LATER("nftables_ipvs_priority", firewall.ipvs_priority),
	  NUMBER("PRIORITY", -INT_MOST - 1, INT_MOST), .preset = "-1",
	  .doc = "The priority of the chains in it." },
	{ LATER("nftables_ipvs_start_fwmark", firewall.ipvs_start_fwmark),
	  NUMBER("MARK", 1, UNSIGNED_MAX), .preset = "1000",
	  .doc = "The first mark that it gives." },
	{ LATER("vrrp_iptables", firewall.iptables_in),
	  ARGUMENTS(OPTIONAL_WORD("IN", 28, firewall.iptables_in),
		    OPTIONAL_WORD("OUT", 28, firewall.iptables_out)),
	  .flags = KEYWORD_FIRST, .hint = "write `nftables`",
	  .default_text = "off; without names INPUT and OUTPUT",
	  .doc = "The iptables chains that keep packets away from addresses." },
	{ LATER("vrrp_ipsets", firewall.ipsets),
	  ARGUMENTS({ ARGUMENT_WORD, "IPV4", .max = 30, .flags = ARGUMENT_OPTIONAL,
		      .at = offsetof(struct conf_global, firewall.ipsets) },
		    OPTIONAL_WORD("IPV6", 30, firewall.ipset6),
		    OPTIONAL_WORD("LINK_LOCAL", 30, firewall.ipset_if6),
		    OPTIONAL_WORD("IGMP", 30, firewall.ipset_igmp),
		    OPTIONAL_WORD("MLD", 30, firewall.ipset_mld),
		    OPTIONAL_WORD("ND", 30, firewall.ipset_nd)),
	  .hint = "write `nftables`",
	  .default_text = "keepalived keepalived6 keepalived_if6 keepalived_igmp keepalived_mld "
			  "keepalived_nd; without names none",
	  .doc = "The sets of addresses that these chains use." },

	/* The roles as processes. In keepalived process_names overwrites what stands before. */
	{ NAMED("process_names", daemon.process_names), FLAG,
	  .doc = "Give every process a name of its own: here that is always so.",
	  .release = "0.1" },
	{ LATER("process_name", daemon.process_name), WORD_OF("NAME", 15), .default_text = "vipd",
	  .doc = "The name of the parent process." },
#define PROCESS(prefix, member, old, what) \
	{ LATER(prefix "_process_name", member.name), .old_names = old, \
	  WORD_OF("NAME", 15), .default_text = "that of its program", \
	  .doc = "The name of " what "." }, \
	{ LATER(prefix "_priority", member.nice), NUMBER("NICE", -20, 19), .preset = "0", \
	  .doc = "How nice " what " is to other processes: less is sooner." }, \
	{ LATER(prefix "_rt_priority", member.realtime_priority), NUMBER("PRIORITY", 1, 99), \
	  .default_text = "none", .doc = "The real-time priority of " what "." }, \
	{ LATER(prefix "_rlimit_rttime", member.realtime_limit), \
	  .old_names = prefix "_rlimit_rtime", NUMBER("MICROSECONDS", 1, UNSIGNED_MAX), \
	  .preset = "10000", .unit = "microseconds", \
	  .doc = "How long " what " may run in real time without a pause." }, \
	{ LATER(prefix "_no_swap", member.no_swap), FLAG, \
	  .doc = "Keep the memory of " what " from being swapped out." }, \
	{ LATER(prefix "_cpu_affinity", member.cpus), \
	  ARGUMENTS({ ARGUMENT_INTEGER, "CPU", .min = 0, .max = 1023, \
		      .flags = ARGUMENT_REPEATED }), \
	  .default_text = "all", .doc = "The processors that " what " may run on." }
	PROCESS("vrrp", process_vrrp, NULL, "the VRRP process"),
	PROCESS("checker", process_checker, "lvs_process_name",
		"the process that checks real servers"),
	PROCESS("bfd", process_bfd, NULL, "the BFD process"),
	{ LATER("max_auto_priority", daemon.max_auto_priority),
	  ARGUMENTS({ ARGUMENT_INTEGER, "PRIORITY", .min = -1, .max = 99,
		      .flags = ARGUMENT_OPTIONAL }),
	  .value = 99, .preset = "0",
	  .doc = "The real-time priority up to which a process raises itself when it was late; "
		 "0 and -1: none." },
	{ LATER("min_auto_priority_delay", daemon.min_auto_priority_delay),
	  NUMBER("MICROSECONDS", 1, 10000000), .preset = "1000000", .unit = "microseconds",
	  .doc = "How late it has to be for that." },

	/* Buffers. */
	{ LATER("vrrp_rx_bufs_policy", vrrp.rx_bufs_policy), WORD("MTU|ADVERT|OCTETS"),
	  .bind = bind_receive_policy, .default_text = "the kernel's",
	  .doc = "How large the buffers of sockets for adverts are: by the MTU, by the size of an "
		 "advert, or a number." },
	{ LATER("vrrp_rx_bufs_multiplier", vrrp.rx_bufs_multiplier),
	  NUMBER("COUNT", 1, UNSIGNED_MAX), .preset = "3",
	  .doc = "How many packets of that size they hold." },
#define BUFFER(prefix, member, what) \
	{ LATER(prefix "_rcv_bufs", member.size), NUMBER("OCTETS", 0, UNSIGNED_MAX), \
	  .unit = "octets", .default_text = "the kernel's", \
	  .doc = "How large the receive buffer of " what " is." }, \
	{ LATER(prefix "_rcv_bufs_force", member.force), SWITCH, \
	  .doc = "Set it over the limit of the system." }
	BUFFER("vrrp_netlink_cmd", vrrp_commands, "the VRRP process for answers of the kernel"),
	BUFFER("vrrp_netlink_monitor", vrrp_monitor, "the VRRP process for news of the kernel"),
	BUFFER("lvs_netlink_cmd", lvs_commands,
	       "the process that checks real servers for answers of the kernel"),
	BUFFER("lvs_netlink_monitor", lvs_monitor,
	       "the process that checks real servers for news of the kernel"),
	BUFFER("process_monitor", process_monitor, "news about processes"),

	/* IPVS. */
	{ .block = BLOCK_GLOBAL_DEFS, .name = "lvs_sync_daemon", .fate = FATE_NOT_YET,
	  .flags = KEYWORD_FIRST, .bind = bind_sync_daemon,
	  ARGUMENTS({ ARGUMENT_LINK, "INTERFACE", .flags = ARGUMENT_PRESENT,
		      .at = offsetof(struct conf_global, lvs.sync_link) },
		    { ARGUMENT_WORD, "INSTANCE", .flags = ARGUMENT_OPTIONAL },
		    { ARGUMENT_INTEGER, "ID", .max = 255, .flags = ARGUMENT_OPTIONAL },
		    OPTION(ARGUMENT_NAME, "INSTANCE", "inst", lvs.sync_instance,
			   .refers = BLOCK_VRRP_INSTANCE),
		    OPTION(ARGUMENT_INTEGER, "0..255", "id", lvs.sync_id, .max = 255,
			   .default_text = "the instance's virtual_router_id"),
		    OPTION(ARGUMENT_INTEGER, "1..65507", "maxlen", lvs.sync_maxlen, .min = 1,
			   .max = 65507, .default_text = "by the MTU"),
		    OPTION(ARGUMENT_INTEGER, "1..65535", "port", lvs.sync_port, .min = 1,
			   .max = 65535, .default_text = "8848"),
		    OPTION(ARGUMENT_INTEGER, "1..255", "ttl", lvs.sync_ttl, .min = 1, .max = 255,
			   .default_text = "1"),
		    OPTION(ARGUMENT_ADDRESS, "ADDRESS", "group", lvs.sync_group,
			   .default_text = "224.0.0.81")),
	  .default_text = "none",
	  .doc = "Copies connections of IPVS to the other servers over this interface: sends while "
		 "the instance is MASTER, else listens; without an instance both." },
	{ .block = BLOCK_GLOBAL_DEFS, .name = "lvs_timeouts", .fate = FATE_NOT_YET,
	  .bind = bind_lvs_timeouts,
	  ARGUMENTS(OPTION(ARGUMENT_INTEGER, "SECONDS", "tcp", lvs.timeout_tcp,
			   .max = TIMEOUT_MOST),
		    OPTION(ARGUMENT_INTEGER, "SECONDS", "tcpfin", lvs.timeout_tcpfin,
			   .max = TIMEOUT_MOST),
		    OPTION(ARGUMENT_INTEGER, "SECONDS", "udp", lvs.timeout_udp,
			   .max = TIMEOUT_MOST)),
	  .unit = "seconds", .default_text = "the kernel's",
	  .doc = "After which silence IPVS forgets a connection." },
	{ LATER("lvs_flush", lvs.flush), FLAG,
	  .doc = "Take all services out of IPVS at the start, whoever put them there." },
	{ LATER("lvs_flush_on_stop", lvs.flush_on_stop), .old_names = "lvs_flush_onstop",
	  ARGUMENTS(OPTION(ARGUMENT_MARK, "VS", "VS", lvs.flush_on_stop_vs)), FLAG,
	  .doc = "Take all services out of IPVS at the end in one step; VS: one step for each." },
	{ LATER("rs_init_notifies", lvs.rs_init_notifies), SWITCH,
	  .doc = "Report real servers as UP that are up from the start." },
	{ LATER("checker_log_all_failures", lvs.log_all_failures), SWITCH,
	  .doc = "Log every check that fails, not only the last of a row." },

	/* SNMP and D-Bus. */
	{ LATER("snmp_socket", snmp.socket), WORD("SOCKET"), .flags = KEYWORD_FIRST,
	  .preset = "unix:/var/agentx/master", .doc = "Where the SNMP agent listens." },
	{ LATER("enable_snmp_vrrp", snmp.vrrp), .old_names = "enable_snmp_keepalived", FLAG,
	  .doc = "Show instances by the KEEPALIVED-MIB." },
	{ LATER("enable_snmp_checker", snmp.checker), FLAG,
	  .doc = "Show virtual and real servers by the KEEPALIVED-MIB." },
	{ LATER("enable_snmp_rfc", snmp.rfc), FLAG,
	  .doc = "Show instances by the MIBs of RFC 2787 and RFC 6527." },
	{ LATER("enable_snmp_rfcv2", snmp.rfcv2), FLAG,
	  .doc = "Show instances of version 2 by the MIB of RFC 2787." },
	{ LATER("enable_snmp_rfcv3", snmp.rfcv3), FLAG,
	  .doc = "Show instances of version 3 by the MIB of RFC 6527." },
	{ LATER("enable_traps", snmp.traps), FLAG, .doc = "Send SNMP traps." },
	{ LATER("snmp_vs_stats_update_interval", snmp.vs_update_interval),
	  SECONDS(SECOND_US / 1000, 30 * SECOND_US), .preset = "5",
	  .doc = "How old counters of virtual servers may be when SNMP asks for them." },
	{ LATER("snmp_rs_stats_update_interval", snmp.rs_update_interval),
	  SECONDS(SECOND_US / 1000, 30 * SECOND_US),
	  .default_text = "as snmp_vs_stats_update_interval",
	  .doc = "The same for real servers." },
	{ LATER("enable_dbus", daemon.dbus), FLAG, .doc = "Show instances on the D-Bus." },
	{ LATER("dbus_service_name", daemon.dbus_service_name), WORD("NAME"),
	  .preset = "org.keepalived.Vrrp1", .doc = "The name of the service there." },
	{ LATER("dbus_no_interface_name", daemon.dbus_no_interface_name), WORD("NAME"),
	  .preset = "none", .doc = "What stands for the interface of instances without one." },

	/* Files. */
	{ LATER("umask", daemon.umask),
	  ARGUMENTS({ ARGUMENT_WORD, "MASK|IRUSR|…", .flags = ARGUMENT_REPEATED }),
	  .bind = bind_umask, .default_text = "0177",
	  .doc = "What others may not do with files that the daemon makes." },
	{ NAMED("random_seed", daemon.random_seed), NUMBER("SEED", 0, UNSIGNED_MAX),
	  .fate = FATE_NO_EFFECT, .hint = "keepalived reads it and does not use it either",
	  .doc = "Where the random numbers of the preprocessor were to begin." },
	{ NAMED("include_check", daemon.include_check), .release = "0.1",
	  ARGUMENTS({ ARGUMENT_WORD, "[+|-]CHECK",
		      .flags = ARGUMENT_REPEATED | ARGUMENT_OPTIONAL }),
	  .act = include_check, .bind = bind_include_check, .default_text = "none",
	  .doc = "What must be there for the includes that follow in this file: read, match, "
		 "wildcard_match, brace_match; without a word all of it." },
	{ LATER("reload_check_config", daemon.reload_check),
	  ARGUMENTS(OPTIONAL_WORD("LOG", 0, daemon.reload_check)), FLAG,
	  .doc = "Refuse to reload a file with mistakes: here those that break an instance are "
		 "always refused." },
	{ LATER("reload_time_file", daemon.reload_time_file), WORD("PATH"), .default_text = "none",
	  .doc = "A file with the time of the next reload." },
	{ LATER("reload_repeat", daemon.reload_repeat), FLAG,
	  .doc = "Keep the file, and reload every day at its time." },
	{ LATER("reload_file", daemon.reload_file),
	  ARGUMENTS(OPTIONAL_WORD("PATH", 0, daemon.reload_file)), .value = 1,
	  .default_text = "off; without a name /run/keepalived.reload",
	  .doc = "A file that is emptied when a reload begins and removed when it is done." },
	{ LATER("config_save_dir", daemon.config_save_dir), WORD("DIRECTORY"),
	  .default_text = "none", .doc = "Where every configuration that was read is kept." },
	{ NAMED("tmp_config_directory", daemon.tmp_config_directory), WORD("DIRECTORY"),
	  .fate = FATE_NO_EFFECT, .hint = "the file is read once, for all processes",
	  .doc = "Where the copy lay that several processes read." },
	{ LATER("data_use_instance", daemon.data_use_instance), SWITCH,
	  .doc = "Put instance and net_namespace into the names of dump files." },
	{ LATER("state_dump_file", daemon.state_dump_file), WORD("PATH"),
	  .default_text = "/tmp/keepalived.data", .doc = "Where SIGUSR1 writes." },
	{ NAMED("stats_dump_file", daemon.stats_dump_file), WORD("PATH"),
	  .fate = FATE_NO_EFFECT, .hint = "keepalived reads it and does not use it either",
	  .doc = "Where SIGUSR2 was to write." },
	{ NAMED("json_dump_file", daemon.json_dump_file), WORD("PATH"),
	  .fate = FATE_NO_EFFECT, .hint = "keepalived reads it and does not use it either",
	  .doc = "Where the dump in JSON was to be written." },
	{ LATER("json_version", daemon.json_version), NUMBER("1|2", 1, 2), .preset = "1",
	  .doc = "The form of the dump in JSON." },
	{ LATER("iproute_usr_dir", daemon.iproute_usr_dir), WORD("DIRECTORY"),
	  .default_text = "/usr/share/iproute2",
	  .doc = "Where the system's names of tables, scopes and realms lie." },
	{ LATER("iproute_etc_dir", daemon.iproute_etc_dir), WORD("DIRECTORY"),
	  .default_text = "/etc/iproute2",
	  .doc = "Where this host's names of tables, scopes and realms lie." },
	{ .block = BLOCK_GLOBAL_DEFS, .name = "lvs_id", .fate = FATE_REFUSED, WORD("NAME"),
	  .hint = "keepalived 1.1 called `router_id` so: write `router_id`",
	  .doc = "What router_id was called." },
};

const struct keyword_table keyword_table_global = { rows, sizeof(rows) / sizeof(rows[0]) };
