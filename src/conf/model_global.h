/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model_address.h"
#include "conf/model_lvs.h"

/* global_defs, the settings of the top level, and everything that stands there. */
struct conf_global {
	struct conf_block block;
	struct setting router_id;
	struct setting version;
	struct setting garp_delay, garp_repeat;

	struct conf_addresses static_addresses;
	struct map static_addresses_known;
	struct conf_list instances; /* struct conf_instance */
	struct conf_lvs lvs;
};
