/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every keyword of keepalived that has no effect in this release, with the block it stands in. A
 * word of this list is known: it is never called a mistake, only said to do nothing yet, and a
 * block is skipped whole. Rows move from here to the file of their part of the language when they
 * begin to work; deprecated spellings then become `old_names` of their successor. */
#include "conf/keyword.h"

#define LATER(where, keyword) { .block = where, .name = keyword, .fate = FATE_NOT_YET }
#define LATER_BLOCK(where, keyword, body) \
	{ .block = where, .name = keyword, .fate = FATE_NOT_YET, .opens = body }

static const struct keyword rows[] = {
	/* the top level */
	LATER_BLOCK(BLOCK_TOP, "vrrp_sync_group", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_TOP, "static_routes", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_TOP, "static_rules", BLOCK_UNKNOWN),

	/* vrrp_instance */
	LATER(BLOCK_VRRP_INSTANCE, "no_virtual_ipaddress"),
	LATER(BLOCK_VRRP_INSTANCE, "unicast_src_ip"),
	LATER(BLOCK_VRRP_INSTANCE, "mcast_src_ip"),
	LATER(BLOCK_VRRP_INSTANCE, "unicast_ttl"),
	LATER(BLOCK_VRRP_INSTANCE, "unicast_fault_no_peer"),
	LATER(BLOCK_VRRP_INSTANCE, "check_unicast_src"),
	LATER(BLOCK_VRRP_INSTANCE, "old_unicast_checksum"),
	LATER(BLOCK_VRRP_INSTANCE, "v3_checksum_as_v2"),
	LATER(BLOCK_VRRP_INSTANCE, "mcast_dst_ip"),
	LATER(BLOCK_VRRP_INSTANCE, "track_src_ip"),
	LATER(BLOCK_VRRP_INSTANCE, "native_ipv6"),
	LATER(BLOCK_VRRP_INSTANCE, "use_vmac"),
	LATER(BLOCK_VRRP_INSTANCE, "vmac_xmit_base"),
	LATER(BLOCK_VRRP_INSTANCE, "use_vmac_addr"),
	LATER(BLOCK_VRRP_INSTANCE, "use_ipvlan"),
	LATER(BLOCK_VRRP_INSTANCE, "vrf"),
	LATER(BLOCK_VRRP_INSTANCE, "dont_track_primary"),
	LATER(BLOCK_VRRP_INSTANCE, "garp_master_refresh"),
	LATER(BLOCK_VRRP_INSTANCE, "garp_master_refresh_repeat"),
	LATER(BLOCK_VRRP_INSTANCE, "garp_lower_prio_delay"),
	LATER(BLOCK_VRRP_INSTANCE, "garp_lower_prio_repeat"),
	LATER(BLOCK_VRRP_INSTANCE, "garp_extra_if"),
	LATER(BLOCK_VRRP_INSTANCE, "vmac_garp_intvl"),
	LATER(BLOCK_VRRP_INSTANCE, "down_timer_adverts"),
	LATER(BLOCK_VRRP_INSTANCE, "timer_expired_backup"),
	LATER(BLOCK_VRRP_INSTANCE, "thread_timer_expired"),
	LATER(BLOCK_VRRP_INSTANCE, "lower_prio_no_advert"),
	LATER(BLOCK_VRRP_INSTANCE, "higher_prio_send_advert"),
	LATER(BLOCK_VRRP_INSTANCE, "owner_ignore_adverts"),
	LATER(BLOCK_VRRP_INSTANCE, "accept"),
	LATER(BLOCK_VRRP_INSTANCE, "no_accept"),
	LATER(BLOCK_VRRP_INSTANCE, "skip_check_adv_addr"),
	LATER(BLOCK_VRRP_INSTANCE, "strict_mode"),
	LATER(BLOCK_VRRP_INSTANCE, "promote_secondaries"),
	LATER(BLOCK_VRRP_INSTANCE, "linkbeat_use_polling"),
	LATER(BLOCK_VRRP_INSTANCE, "notify_master_rx_lower_pri"),
	LATER(BLOCK_VRRP_INSTANCE, "notify_deleted"),
	LATER(BLOCK_VRRP_INSTANCE, "notify_priority_changes"),
	LATER(BLOCK_VRRP_INSTANCE, "smtp_alert"),
	LATER(BLOCK_VRRP_INSTANCE, "lvs_sync_daemon_interface"),
	LATER(BLOCK_VRRP_INSTANCE, "kernel_rx_buf_size"),
	LATER(BLOCK_VRRP_INSTANCE, "debug"),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "virtual_routes", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "virtual_rules", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "unicast_peer", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "track_interface", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "track_script", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "track_file", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "track_process", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "track_bfd", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_INSTANCE, "auth_hmac", BLOCK_UNKNOWN),

	/* auth_hmac */
	LATER(BLOCK_AUTH_HMAC, "key"),
	LATER(BLOCK_AUTH_HMAC, "active_key"),
	LATER(BLOCK_AUTH_HMAC, "anti_replay"),
	LATER(BLOCK_AUTH_HMAC, "time_window"),
	LATER(BLOCK_AUTH_HMAC, "mode"),

	/* vrrp_sync_group */
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "group", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "track_interface", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "track_script", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "track_file", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "track_process", BLOCK_UNKNOWN),
	LATER_BLOCK(BLOCK_VRRP_SYNC_GROUP, "track_bfd", BLOCK_UNKNOWN),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify_master"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify_backup"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify_fault"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify_stop"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "smtp_alert"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "notify_priority_changes"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "sync_group_tracking_weight"),
	LATER(BLOCK_VRRP_SYNC_GROUP, "global_tracking"),
};

const struct keyword_table keyword_table_later = { rows, sizeof(rows) / sizeof(rows[0]) };
