/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vipd-vrrp's ear (vrrp_channel.c) and what it makes of a configuration (vrrp_generation.c), with
 * the tables that a parent makes for an image, whatever is in them, also in the wrong order and
 * number. A generation is in force or refused by name; the node of the one in force stays sound. */
#include "fuzz_role.h"

#include "base/check.h"
#include "daemon/channel.h"
#include "daemon/tables.h"
#include "daemon/vrrp_role.h"
#include "drive.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#define ITEMS_MOST 12

static struct vrrp_role role;

/* -- what vipd-vrrp has besides: the least of it -- */

void vrrp_tell_surely(struct vrrp_role *r, struct role_message *message)
{
	message->generation = r->current.number;
	check(role_message_check(message, sizeof(*message)));
	check(message->type == ROLE_COMMITTED && r->current.node);
}

void vrrp_tell_again(struct vrrp_role *r)
{
}

void vrrp_apply_row(struct vrrp_role *r, struct vrrp_generation *g, uint32_t instance)
{
	struct status_row row;
	struct keep_row keep;

	check(instance < g->image->instance_count);
	node_row(g->node, instance, 0, &row);
	status_write_row(g->status, instance, &row);
	node_keep(g->node, instance, 0, &keep);
	keep_write(g->keep, instance, &keep);
}

void vrrp_apply_general(struct vrrp_role *r)
{
}

void vrrp_sockets_inherit(struct vrrp_role *r, const char *name, int fd)
{
	check(memchr(name, '\0', ROLE_TEXT_SIZE) != NULL);
	close(fd);
}

void vrrp_sockets_move(struct vrrp_role *r)
{
	for (uint32_t k = 0; k < r->next.image->link_count; k++) {
		uint32_t old = node_change_old_link(r->next.node, k);

		check(old == NODE_NONE || old < r->current.image->link_count);
	}
}

void vrrp_orphan_begin(struct vrrp_role *r, struct mono now)
{
	r->is_orphan = true;
}

void vrrp_feed_main(struct loop_source *source, uint32_t events, struct mono now)
{
}

void vrrp_feed_ah(struct loop_source *source, uint32_t events, struct mono now)
{
}

void vrrp_feed_stranger(struct loop_source *source, uint32_t events, struct mono now)
{
}

void vrrp_feed_watch(struct loop_source *source, uint32_t events, struct mono now)
{
}

void vrrp_feed_identify(struct loop_source *source, uint32_t events, struct mono now)
{
}

/* -- the parent's side -- */

/* What lies in the shared memory is anything; what its size is, the parent has sealed. */
static void spoil(struct decisions *d, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *map;

	if (decide_below(d, 4) != 1)
		return;
	map = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(map != MAP_FAILED);
	decide_patches(d, map, (size_t)size);
	munmap(map, (size_t)size);
}

static void send_apply(struct decisions *d, int fd)
{
	struct role_message m = role_message(ROLE_APPLY);
	struct tables tables = TABLES_NONE;
	const char *why;
	int fds[4];

	m.generation = decide_below(d, 8);
	m.adopt = (uint8_t)decide_below(d, 3);
	if (tables_make(role_image(d), m.generation + 1, &tables, &why) != 0)
		return;
	spoil(d, tables.status_fd);
	spoil(d, tables.keep_fd);
	memcpy(fds, (int[4]){ tables.image_fd, tables.status_fd, tables.keep_fd, fd }, sizeof(fds));
	if (decide_below(d, 8) == 1) {
		uint32_t k = decide_below(d, 3);

		fds[k] = fds[decide_below(d, 4)];
	}
	role_send(fd, &m, sizeof(m), fds, decide_below(d, 8) == 1 ? (int)decide_below(d, 5) : 3);
	tables_close(&tables);
}

static void send_other(struct decisions *d, int fd)
{
	const int fds[4] = { fd, fd, fd, fd };
	struct role_message m;

	role_message_make(d, (enum role_message_type)decide_below(d, ROLE_MESSAGE_N_), &m);
	role_send(fd, &m, sizeof(m), fds, (int)decide_below(d, 5));
}

/* -- time -- */

static void tell_host(struct drive *d)
{
	for (uint32_t dumps = d->dumps; dumps < 8; dumps = d->dumps) {
		drive_rest(d);
		if (d->dumps == dumps)
			return;
		drive_tell_host(d);
	}
}

static struct drive driver(struct mono now)
{
	return (struct drive){ .image = role.current.image, .node = role.current.node,
			       .now = now };
}

static void go_on(struct mono *now, int64_t us)
{
	for (int k = 0; k < 8 && role.current.node; k++) {
		struct drive d = driver(*now);

		tell_host(&d);
		drive_run(&d, us / 8);
		drive_check(&d);
		*now = d.now;
		vrrp_generation_advance(&role, *now);
	}
}

void role_to_vrrp(struct decisions *d)
{
	struct mono now = { 1000000000 };
	struct role_message answer;
	int pair[2], count;

	memset(&role, 0, offsetof(struct vrrp_role, inherited));
	role_pair(pair);
	role.channel.fd = pair[0];
	for (int k = 0; k < ITEMS_MOST && d->at < d->size && !role.is_orphan; k++) {
		if (decide_below(d, 4))
			send_apply(d, pair[1]);
		else
			send_other(d, pair[1]);
		vrrp_channel_handle(&role.channel, EPOLLIN, now);
		go_on(&now, decide(d) * INT64_C(40000));
		while (channel_receive(pair[1], &answer, NULL, 0, &count) == 1)
			check(answer.type == ROLE_REJECTED && answer.text[0]);
	}
	vrrp_generation_abandon(&role, now);
	vrrp_generation_close(&role.current);
	close(pair[0]);
	close(pair[1]);
}
