/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/map.h"
#include "conf/model_address.h"
#include "conf/model_lvs.h"

/* What keepalived has once for each of its processes, and vipd for each of its roles. */
struct conf_process {
	struct setting name;
	struct setting nice, realtime_priority, realtime_limit;
	struct setting no_swap, cpus;
};

/* A FIFO that events are written to, and the program that reads it. */
struct conf_fifo {
	struct setting path, user, group;
	struct setting script;
};

struct conf_receive_buffer {
	struct setting size, force;
};

struct conf_mail {
	struct conf_list recipients; /* struct conf_word */
	struct setting sender, server, port, helo_name, connect_timeout;
	struct setting alert, alert_vrrp, alert_checker;
	struct setting no_faults, no_checkers;
};

/* Defaults of instances, under the names that they have there. */
struct conf_vrrp_defaults {
	struct setting garp_refresh, garp_refresh_repeat;
	struct setting garp_lower_prio_delay, garp_lower_prio_repeat;
	struct setting garp_interval, gna_interval;
	struct setting min_garp, garp_extra_if, garp_extra_all;
	struct setting lower_prio_no_advert, higher_prio_send_advert, owner_ignore_adverts;
	struct setting strict, skip_check_adv_addr, v3_checksum_as_v2;
	struct setting check_unicast_src, check_peers, yield_to_strangers;
	struct setting down_timer_adverts, notify_priority_changes;
	struct setting mcast_group4, mcast_group6;
	struct setting rx_bufs_policy, rx_bufs_multiplier;
	struct setting vmac_prefix, vmac_addr_prefix;
};

struct conf_firewall {
	struct setting table, priority, counters, ifindex;
	struct setting ipvs_table, ipvs_priority, ipvs_start_fwmark;
	struct setting iptables_in, iptables_out;
	struct setting ipsets, ipset6, ipset_if6, ipset_igmp, ipset_mld, ipset_nd;
};

struct conf_lvs {
	struct setting sync_link, sync_instance, sync_id;
	struct setting sync_maxlen, sync_port, sync_ttl, sync_group;
	struct setting timeout_tcp, timeout_tcpfin, timeout_udp;
	struct setting flush, flush_on_stop, flush_on_stop_vs;
	struct setting rs_init_notifies, log_all_failures;
};

struct conf_snmp {
	struct setting socket, vrrp, checker, rfc, rfcv2, rfcv3, traps;
	struct setting vs_update_interval, rs_update_interval;
};

/* Files, reloading, scripts: what concerns the daemon and none of its protocols. */
struct conf_daemon {
	struct setting script_user, script_group, script_security;
	struct setting symlink_paths, supplementary_groups;
	struct setting startup_script, startup_timeout, shutdown_script, shutdown_timeout;
	struct setting fifo_write_states;
	struct setting max_auto_priority, min_auto_priority_delay;
	struct setting process_names, process_name;
	struct setting dbus, dbus_service_name, dbus_no_interface_name;
	struct setting umask, random_seed, include_check;
	struct setting reload_check, reload_time_file, reload_repeat, reload_file;
	struct setting config_save_dir, tmp_config_directory, data_use_instance;
	struct setting state_dump_file, stats_dump_file, json_dump_file, json_version;
	struct setting iproute_usr_dir, iproute_etc_dir;
	/* At the top level. */
	struct setting net_namespace, net_namespace_ipvs;
	struct setting namespace_with_ipsets, instance, use_pid_dir, child_wait_time;
	struct setting linkbeat_use_polling;
};

/* global_defs, the settings of the top level, and everything that stands there. */
struct conf_global {
	struct conf_block block;
	struct setting router_id;
	struct setting version;
	struct setting garp_delay, garp_repeat;
	struct setting startup_delay, delay_after_boot, default_link;
	struct setting log_unknown_vrids, dynamic_links, dynamic_links_changes, disable_local_igmp;
	struct conf_vrrp_defaults vrrp;
	struct conf_mail mail;
	struct conf_fifo fifo, fifo_vrrp, fifo_lvs;
	struct conf_process process_vrrp, process_checker, process_bfd;
	struct conf_receive_buffer vrrp_commands, vrrp_monitor, lvs_commands, lvs_monitor;
	struct conf_receive_buffer process_monitor;
	struct conf_firewall firewall;
	struct conf_lvs lvs;
	struct conf_snmp snmp;
	struct conf_daemon daemon;

	struct conf_addresses static_addresses;
	struct map static_addresses_known;
	struct conf_list static_routes, static_rules; /* struct conf_route, struct conf_rule */
	struct conf_list instances; /* struct conf_instance */
	struct conf_list scripts; /* struct conf_vrrp_script */
	struct conf_list files; /* struct conf_track_file */
	struct conf_list processes; /* struct conf_track_process */
	struct conf_list bfds; /* struct conf_bfd */
	struct conf_list garp_groups; /* struct conf_garp_group */
	struct conf_list track_groups; /* struct conf_track_group */
	struct conf_list link_delays; /* struct conf_link_delay */
	struct conf_list linkbeats; /* struct conf_linkbeat */
	struct conf_list sync_groups; /* struct conf_sync_group */
	struct conf_balance balance;
};
