/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The descriptors that a role is started with, beside 0, 1 and 2. The parent puts them there before
 * exec; a role closes whatever else is open. */

/* Every role: SOCK_SEQPACKET to the parent (struct role_message); its end is the parent's end. */
#define ROLE_FD_CHANNEL 3

/* vipd-vrrp: the listening socket in the run directory where a new parent may knock. */
#define ROLE_FD_VRRP_HANDOVER 4
/* vipd-vrrp: the eventfd that it adds to whenever the status table changed (written to). */
#define ROLE_FD_VRRP_WAKE 5

/* vipd-ctl: the listening control socket, bound by the parent. */
#define ROLE_FD_CTL_LISTEN 4
/* vipd-ctl: the same eventfd (read from). */
#define ROLE_FD_CTL_WAKE 5
