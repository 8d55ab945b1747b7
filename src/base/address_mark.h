/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Who put an address on an interface: the attribute IFA_PROTO (Linux 5.18), under a name of ours,
 * because headers may be older. One octet. */
#define ADDRESS_MARK_ATTRIBUTE 11
/* The number of the protocol, free in the kernel's list of routing protocols. */
#define ADDRESS_MARK_VIPD 112
#define ADDRESS_MARK_KEEPALIVED 18
