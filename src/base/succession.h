/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

/* `vipctl migrate` has another daemon of this host end for the sake of the vipd that it starts. It
 * listens in the run directory of that vipd, SOCK_SEQPACKET, while it runs; so the agreement holds
 * for one start, and nothing of it outlives vipctl. A vipd that finds it there says, when all but
 * its configuration is in place, that it is ready; the answer is that the other one has ended, with
 * its addresses left where they are. A connection that ends before that calls it off. */

#define SUCCESSION_SOCKET "succession.sock"

#define SUCCESSION_READY UINT32_C(0x76697053) /* vipd → vipctl: "vipS" */

/* vipctl → vipd */
struct succession_ended {
	int64_t alive_us; /* the other one still ran: CLOCK_MONOTONIC */
};
