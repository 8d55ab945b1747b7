/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/limits.h"
#include "ctl/ctl.h"
#include "loop/loop.h"

/* The clients of the control socket, served one octet at a time if they like it so. */

struct ctl_server;

enum ctl_client_mode {
	CTL_CLIENT_FREE, /* nobody in this place */
	CTL_CLIENT_ASKING, /* between requests, or in the middle of one */
	CTL_CLIENT_WAITING, /* `request` is a wait that is not fulfilled */
	CTL_CLIENT_WATCHING, /* `request` is a status that is told again after every change */
};

struct ctl_client {
	struct loop_source source;
	struct ctl_server *server;
	enum ctl_client_mode mode;
	json_t *request; /* WAITING, WATCHING */
	char *output; /* NULL: nothing owed */
	size_t output_size, output_sent;
	struct mono step_at; /* it came, asked or took an answer whole: what patience counts from */
	bool is_ending; /* hang up when the output is out */
	bool is_half_closed; /* sends no more, still reads */
	bool is_stale; /* WATCHING: something changed since its last document */
	size_t input_size;
	uint8_t input[4 + LIMIT_CTL_REQUEST];
};

struct ctl_server {
	struct loop *loop;
	const struct ctl_view *view;
	struct loop_source listener;
	struct mono listen_at; /* accept again; never: it is accepting */
	struct mono watch_at; /* watchers may be told again */
	struct mono look_at; /* waits are judged again, woken or not; never: none */
	size_t queued_size; /* of all outputs together */
	int64_t ask_us, take_us; /* patience for a request, for the taking of an answer */
	struct ctl_client clients[LIMIT_CTL_CLIENTS];
};

/* `listen_fd` listens and is non-blocking. `view` may change its pointers between turns. 0 or
 * -errno. */
int ctl_server_open(struct ctl_server *server, struct loop *loop, int listen_fd,
		    const struct ctl_view *view);
void ctl_server_close(struct ctl_server *server);

/* The tables changed: waits are judged, watchers are told. */
void ctl_server_changed(struct ctl_server *server, struct mono now);

/* When ctl_server_tick() has work at the latest. */
struct mono ctl_server_deadline(const struct ctl_server *server);
void ctl_server_tick(struct ctl_server *server, struct mono now);
