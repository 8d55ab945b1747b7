/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "generate_image.h"
#include "wire/role.h"

/* The parts of the entry `role`, one for each who hears another process. */

/* fuzz_role.c: what the parent hears of a role. */
void role_to_parent(struct decisions *d);
/* fuzz_role_vrrp.c: what vipd-vrrp hears of the parent. */
void role_to_vrrp(struct decisions *d);
/* fuzz_role_load.c: what the parent hears of the child that reads the configuration. */
void role_to_loader(struct decisions *d);
/* fuzz_role_handover.c: what a new parent hears of an orphan. */
void role_to_heir(struct decisions *d);

/* A message, nearly always one of ours; and how many octets of it are sent. */
void role_message_make(struct decisions *d, enum role_message_type type, struct role_message *m);
/* One packet on a SOCK_SEQPACKET pair, with copies of the descriptors beside it. */
void role_send(int fd, const void *data, size_t size, const int *fds, int count);
/* A pair whose both ends never wait. */
void role_pair(int ret_pair[2]);
/* A sealed image out of decisions, in a memory. */
int role_image(struct decisions *d);
