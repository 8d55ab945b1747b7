/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipd-vrrp: adverts, elections, addresses. Reads no file, writes no text, asks nobody; whatever
 * may block or be wrong lives in other processes. This file is the order of a turn (the reasons
 * are in node/turn.c):
 *     wait · adverts that are due go out · read what came in · timers · what they ask for */

#include "daemon/vrrp_role.h"

#include "base/check.h"
#include "daemon/role_fds.h"
#include "daemon/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Longer than this without running is worth a line in the log. */
#define OVERSLEPT_US 1000000

static struct vrrp_role role;

static void report_check(const char *expr, const char *file, int line)
{
	dprintf(STDERR_FILENO, "vipd-vrrp: check failed: %s (%s:%d)\n", expr, file, line);
}

static int fail(const char *what, int error)
{
	fprintf(stderr, "vipd-vrrp: %s: %s\n", what, strerror(-error));
	return EXIT_FAILURE;
}

static int open_kernel(void)
{
	int r = kern_netlink_open(&role.netlink);

	if (r < 0)
		return fail("netlink", r);
	r = kern_receiver_open(&role.receiver);
	if (r < 0)
		return fail("receive buffers", r);
	role.packet_fd = kern_packet_open();
	if (role.packet_fd < 0)
		return fail("packet socket", role.packet_fd);
	role.netlink_source = (struct loop_source){
		.fd = kern_netlink_fd(role.netlink), .handle = vrrp_feed_netlink };
	r = loop_add(&role.loop, &role.netlink_source, EPOLLIN);
	return r < 0 ? fail("epoll", r) : 0;
}

static int open_role(void)
{
	int r = loop_open(&role.loop);

	if (r < 0)
		return fail("event loop", r);
	role.wake_fd = ROLE_FD_VRRP_WAKE;
	role.address_batch = 8;
	role.strangers_at = role.orphan_until = role.inherited_until = MONO_NEVER;
	role.started_realtime_us = loop_realtime_us();
	role.channel = (struct loop_source){ .fd = ROLE_FD_CHANNEL,
					     .handle = vrrp_channel_handle };
	role.handover = (struct loop_source){ .fd = ROLE_FD_VRRP_HANDOVER,
					      .handle = vrrp_orphan_accept };
	role.taker.fd = -1;
	r = loop_add(&role.loop, &role.channel, EPOLLIN);
	if (r < 0)
		return fail("channel", r);
	return open_kernel();
}

static struct mono deadline(void)
{
	struct mono at = mono_earlier(role.strangers_at, role.orphan_until);

	at = mono_earlier(at, role.inherited_until);
	if (role.current.node)
		at = mono_earlier(at, node_deadline(role.current.node));
	if (role.change == VRRP_CHANGE_COMPARING || role.netlink_more)
		at = (struct mono){ 0 };
	return at;
}

static void note_overslept(struct mono planned, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);
	int64_t late_us = mono_since(planned, now);

	if (mono_is_never(planned) || planned.us == 0 || late_us < OVERSLEPT_US)
		return;
	m.note = ROLE_NOTE_OVERSLEPT;
	m.instance = NODE_NONE;
	m.value = late_us;
	vrrp_tell(&role, &m);
}

/* What one wait could not tell is asked for at once: a link whose socket was not looked at must not
 * pass for one that is silent. */
static int read_all(void)
{
	uint32_t links = role.current.node ? role.current.image->link_count : 0;
	uint32_t waits = SOCKETS_LINK * links / LOOP_EVENTS_TURN + 1;
	int r = 0;

	loop_dispatch(&role.loop);
	while (role.loop.is_full && waits-- > 0 && r == 0) {
		r = loop_wait(&role.loop, (struct mono){ 0 });
		if (r == 0)
			loop_dispatch(&role.loop);
	}
	return r;
}

static int run_turn(void)
{
	struct mono planned = deadline();
	int r = loop_wait(&role.loop, planned);
	struct mono now = role.loop.now;

	if (r < 0)
		return r;
	note_overslept(planned, now);
	if (role.current.node) {
		node_set_realtime(role.current.node, vrrp_realtime_offset_us());
		node_turn(role.current.node, now);
		vrrp_apply(&role, now);
	}
	r = read_all();
	if (r < 0)
		return r;
	now = role.loop.now;
	if (role.netlink_more)
		vrrp_feed_netlink(&role.netlink_source, EPOLLIN, now);
	vrrp_sockets_expire(&role, now);
	if (mono_reached(role.strangers_at, now))
		vrrp_feed_resume_strangers(&role, now);
	if (mono_reached(role.orphan_until, now) && role.current.node && !role.is_stopping) {
		role.is_stopping = true;
		role.orphan_until = MONO_NEVER;
		node_stop(role.current.node, now);
	}
	if (role.current.node) {
		node_timers(role.current.node, now);
		vrrp_generation_advance(&role, now);
		vrrp_apply(&role, now);
		vrrp_apply_general(&role);
	}
	return 0;
}

static void tell_running(void)
{
	struct role_message m = role_message(ROLE_RUNNING);

	vrrp_tell(&role, &m);
}

int main(void)
{
	int r;

	check_reporter = report_check;
	r = open_role();
	if (r)
		return r;
	r = sandbox_enter_vrrp();
	if (r < 0)
		return fail("sandbox", r);
	tell_running();
	while (!role.exit_now) {
		r = run_turn();
		if (r < 0)
			return fail("epoll", r);
	}
	return role.exit_code;
}
