/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a role gives up, for good, once it has opened what it needs and before it reads the first
 * octet from outside. The parent has already changed the user and cut the capabilities
 * (privilege.h); here the role takes the rest from itself.
 *
 * To be called when every library has done what it does on first use with files: jansson's
 * json_object_seed(), libmnl's and libsystemd's sockets. (The time zone is loaded in here.)
 *
 * Both return -errno when a wall could not be put up: the role must not go on then. */

/* vipd-vrrp: CAP_NET_ADMIN and CAP_NET_RAW only, memory locked, no files, no programs, sockets
 * for the network only. Returns 0, or 1: everything but that its memory could not be
 * locked (the parent could not raise the limit), so that it may have to wait for the swap. */
int sandbox_enter_vrrp(void);

/* The parent has no walls, and its memory may have passwords: no core file of it, also not where
 * core files go to a program, which no limit holds back. Programs that it starts are as before. It
 * opens its own /proc/self, which goes on to work for root only: for others it leaves cores on. */
void sandbox_no_core(void);

/* vipd-ctl: no capability, no files, no programs, no new sockets but those that it accepts. */
int sandbox_enter_ctl(void);
