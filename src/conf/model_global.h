/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model_address.h"

struct conf_mail {
	struct setting alert, alert_vrrp;
};

/* Defaults of instances, under the names that they have there. */
struct conf_vrrp_defaults {
	struct setting garp_refresh, garp_refresh_repeat;
	struct setting garp_lower_prio_delay, garp_lower_prio_repeat;
	struct setting garp_extra_if, garp_extra_all;
	struct setting lower_prio_no_advert, higher_prio_send_advert, owner_ignore_adverts;
	struct setting strict, skip_check_adv_addr, check_unicast_src, v3_checksum_as_v2;
	struct setting down_timer_adverts, notify_priority_changes;
	struct setting mcast_group4, mcast_group6;
};

/* global_defs, the settings of the top level, and everything that stands there. */
struct conf_global {
	struct conf_block block;
	struct setting router_id;
	struct setting version;
	struct setting garp_delay, garp_repeat;
	struct conf_vrrp_defaults vrrp;
	struct conf_mail mail;

	struct conf_addresses static_addresses;
	struct map static_addresses_known;
	struct conf_list static_routes, static_rules; /* struct conf_route, struct conf_rule */
	struct conf_list instances; /* struct conf_instance */
	struct conf_list sync_groups; /* struct conf_sync_group */
};
