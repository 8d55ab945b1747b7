/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* rtnetlink messages → news. Pure over the buffer. */

enum rtnl_kind {
	RTNL_NEWS,
	RTNL_OTHER, /* not for us */
	RTNL_DONE, /* end of a dump; `error` */
	RTNL_ERROR, /* an acknowledgement; `error`, 0: success */
	RTNL_MALFORMED,
};

struct rtnl_message {
	enum rtnl_kind kind;
	struct kern_news news; /* NEWS; `is_own` is not known here */
	uint32_t port, sequence;
	uint16_t flags; /* NLM_F_* */
	int error; /* errno, positive */
};

/* What is left of a datagram. `data` is aligned to four octets. */
struct rtnl_cursor {
	const uint8_t *data;
	size_t left;
};

/* Takes the next message. False: there is none. What cannot be a message at all is reported once
 * as MALFORMED and ends the datagram. */
bool rtnl_next(struct rtnl_cursor *c, struct rtnl_message *ret_message);
