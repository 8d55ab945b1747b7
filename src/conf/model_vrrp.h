/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model_address.h"
#include "wire/image.h"

struct conf_instance {
	struct conf_block block;
	struct setting state, link, vrid, priority, version;
	struct setting advert_interval, preempt, preempt_delay;
	struct setting garp_delay, garp_repeat;
	struct setting auth_type, auth_pass;
	struct setting notify[NOTIFY_N_];
	struct conf_addresses advertised, excluded;
	unsigned bad_address_count; /* of virtual_ipaddress, left out */
	struct map addresses_known; /* struct addr → where it was written */
	/* Set by validate(): */
	uint8_t authentication; /* enum advert_auth: what adverts carry */
	uint32_t link_index;
};
