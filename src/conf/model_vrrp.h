/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model_address.h"
#include "wire/image.h"

/* A line of track_interface, track_script and their kin. */
struct conf_tracked {
	struct conf_block block;
	struct setting what; /* its `text`: the interface; else its `target` */
	struct setting weight, reverse;
};

/* What an instance or a sync group tracks: lists of struct conf_tracked. */
struct conf_trackers {
	struct conf_list links, scripts, files, processes, bfds;
};

struct conf_peer {
	struct conf_block block;
	struct setting address, min_ttl, max_ttl;
};

struct conf_auth_key {
	struct conf_block block;
	struct setting id, secret;
	struct image_key *key; /* NULL: it is none */
};

struct conf_auth_hmac {
	struct conf_block block;
	struct conf_list keys; /* struct conf_auth_key */
	struct setting active_key, anti_replay, time_window, mode;
};

struct conf_instance {
	struct conf_block block;
	struct setting state, link, vrid, priority, version;
	struct setting advert_interval, preempt, preempt_delay;
	struct setting strict, accept, promote_secondaries, dont_track_primary;
	struct setting down_timer_adverts, timer_expired_backup;
	struct setting lower_prio_no_advert, higher_prio_send_advert, owner_ignore_adverts;
	struct setting skip_check_adv_addr, native_ipv6, kernel_rx_buffer;
	struct setting yield_to_strangers;

	struct setting garp_delay, garp_repeat, garp_refresh, garp_refresh_repeat;
	struct setting garp_lower_prio_delay, garp_lower_prio_repeat;
	struct setting garp_extra_if, garp_extra_all;

	struct setting auth_type, auth_pass;
	struct conf_list auth_hmac; /* struct conf_auth_hmac, at most one that counts */

	struct setting mcast_src_ip, mcast_dst_ip, unicast_src_ip, track_src_ip;
	struct conf_list peers; /* struct conf_peer */
	const struct place *peers_place; /* of unicast_peer; NULL: it is not there */
	bool wants_peers; /* something stands in it, if only mistakes */
	struct setting unicast_ttl, unicast_fault_no_peer;
	struct setting check_unicast_src, check_peers; /* keepalived's word, and ours */
	struct setting old_unicast_checksum, old_unicast_checksum_never, v3_checksum_as_v2;

	struct setting use_vmac, vmac_name, vmac_mac, vmac_netlink_notify, vmac_group;
	struct setting vmac_xmit_base, use_vmac_addr;
	struct setting use_ipvlan, ipvlan_name, ipvlan_address, ipvlan_mode, ipvlan_group;
	struct setting vrf;
	/* Without `interface`: the source that every interface serves (of the VRF); else NULL. */
	const struct setting *routed_source;

	struct setting notify[NOTIFY_N_];
	struct setting notify_rx_lower_prio, notify_deleted, notify_priority_changes;
	struct setting smtp_alert, sync_daemon_link;
	struct setting debug, linkbeat_use_polling;

	struct conf_addresses advertised, excluded;
	struct setting no_virtual_ipaddress;
	unsigned bad_address_count; /* of virtual_ipaddress, left out */
	struct map addresses_known; /* struct addr → where it was written */
	struct conf_list routes, rules; /* model_route.h */
	struct conf_trackers trackers;

	/* Set by validate(): */
	uint8_t authentication; /* enum advert_auth: what adverts carry */
	uint8_t family; /* enum addr_family: of adverts and of the addresses in them */
	bool is_unicast;
	uint32_t peer_count; /* good ones */
	bool checks_source; /* unicast: adverts of peers only are taken */
	uint32_t link_index;
	struct conf_sync_group *group; /* that it is a member of, or NULL */
};

struct conf_sync_group {
	struct conf_block block;
	struct conf_list members; /* struct conf_word */
	struct conf_trackers trackers;
	struct setting notify[NOTIFY_N_];
	struct setting notify_priority_changes, smtp_alert, tracking_weight;
};
