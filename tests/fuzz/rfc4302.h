/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Octets of an Authentication Header between an IPv4 header of `head` octets and VRRP, as RFC 2338
 * 5.3.6.3 asks for it: 24 (RFC 4302 2: four words and two; RFC 2403: an ICV of three). 0: none. -1:
 * it has another form, or something else than VRRP is behind it. */
static inline int rfc4302_octets(const uint8_t *packet, size_t head, size_t total)
{
	const uint8_t *ah = packet + head;

	if (packet[9] != 51)
		return 0;
	return total - head >= 24 && ah[0] == 112 && ah[1] == 4 ? 24 : -1;
}
