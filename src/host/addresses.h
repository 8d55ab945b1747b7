/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"

/* The addresses that interfaces have for themselves: not those that vipd or keepalived put there
 * (marked, or as they do it: secondary, of full length, or without duplicate address detection),
 * nor the kernel's own (loopback, link-local). 0 and a list of the caller's, to be freed with
 * free(), or -errno. */
int host_addresses_read(struct conf_host_address **ret_addresses, size_t *ret_count);
