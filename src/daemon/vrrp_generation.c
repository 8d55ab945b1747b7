/* SPDX-License-Identifier: GPL-2.0-or-later */

/* One configuration: image, status table and state memory as the parent gave them, and the node
 * made from them. The next one is made beside it and takes over in steps (node/change.c); until the
 * commit, nothing that peers or clients could see has changed but the farewell of what is gone. */

#include "daemon/vrrp_role.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Instances and addresses compared in one turn: some ten microseconds. */
#define COMPARE_TURN 1024
/* Inherited sockets are taken with the first dump; the rest belongs to links that are gone. */
#define INHERITED_US 5000000

static void *map_fd(int fd, int protection, size_t *ret_size)
{
	struct stat st;
	void *block;

	if (fstat(fd, &st) < 0 || st.st_size <= 0)
		return NULL;
	block = mmap(NULL, (size_t)st.st_size, protection, MAP_SHARED, fd, 0);
	if (block == MAP_FAILED)
		return NULL;
	/* There are passwords and keys in an image. */
	(void)madvise(block, (size_t)st.st_size, MADV_DONTDUMP);
	*ret_size = (size_t)st.st_size;
	return block;
}

static bool map_tables(struct vrrp_generation *g, const char **ret_reason)
{
	g->image = map_fd(g->image_fd, PROT_READ, &g->image_size);
	g->status = map_fd(g->status_fd, PROT_READ | PROT_WRITE, &g->status_size);
	g->keep = map_fd(g->keep_fd, PROT_READ | PROT_WRITE, &g->keep_size);
	if (!g->image || !g->status || !g->keep) {
		*ret_reason = "a table could not be mapped";
		return false;
	}
	if (!image_check(g->image, g->image_size, ret_reason))
		return false;
	if (!status_check(g->status, g->status_size) || !keep_check(g->keep, g->keep_size) ||
	    g->status->instance_count != g->image->instance_count ||
	    g->keep->instance_count != g->image->instance_count) {
		*ret_reason = "the tables do not fit the configuration";
		return false;
	}
	return true;
}

static bool make_node(struct vrrp_generation *g, const char **ret_reason, struct mono now)
{
	size_t size = (node_size(g->image) + 63) & ~(size_t)63;
	void *memory = aligned_alloc(64, size);

	g->links = calloc(g->image->link_count + 1, sizeof(*g->links));
	if (!memory || !g->links) {
		free(memory);
		*ret_reason = "not enough memory";
		return false;
	}
	g->node = node_init(memory, g->image, g->number, now);
	return true;
}

bool vrrp_generation_open(struct vrrp_generation *g, uint64_t number, const int fds[3],
			  const char **ret_reason, struct mono now)
{
	*g = (struct vrrp_generation){
		.number = number, .image_fd = fds[0], .status_fd = fds[1], .keep_fd = fds[2] };
	if (map_tables(g, ret_reason) && make_node(g, ret_reason, now))
		return true;
	vrrp_generation_close(g);
	return false;
}

static void unmap(const void *block, size_t size)
{
	if (block)
		(void)munmap((void *)(uintptr_t)block, size);
}

void vrrp_generation_close(struct vrrp_generation *g)
{
	if (g->number == 0)
		return;
	unmap(g->image, g->image_size);
	unmap(g->status, g->status_size);
	unmap(g->keep, g->keep_size);
	close(g->image_fd);
	close(g->status_fd);
	close(g->keep_fd);
	free(g->node);
	free(g->links);
	memset(g, 0, sizeof(*g));
}

static void init_links(struct vrrp_role *role, struct vrrp_generation *g)
{
	for (uint32_t k = 0; k < g->image->link_count; k++)
		g->links[k] = (struct vrrp_link){
			.role = role,
			.link = k,
			.main = { .fd = -1, .handle = vrrp_feed_main },
			.ah = { .fd = -1, .handle = vrrp_feed_ah },
			.stranger = { .fd = -1, .handle = vrrp_feed_stranger },
			.watch = { .fd = -1, .handle = vrrp_feed_watch },
			.identify = { .fd = -1, .handle = vrrp_feed_identify },
		};
}

/* Every row is written before anyone is told that the generation is in force. */
static void publish(struct vrrp_role *role)
{
	struct vrrp_generation *g = &role->current;
	struct role_message m = role_message(ROLE_COMMITTED);

	for (uint32_t k = 0; k < g->image->instance_count; k++)
		vrrp_apply_row(role, g, k);
	vrrp_apply_general(role);
	__atomic_store_n(&g->status->committed, 1, __ATOMIC_RELEASE);
	vrrp_tell_surely(role, &m);
	role->wake_wanted = true;
}

void vrrp_generation_first(struct vrrp_role *role, const struct role_message *m, struct mono now)
{
	struct vrrp_generation *g = &role->current;
	bool adopt = m->adopt == ROLE_ADOPT_STATE;
	struct status_general before;
	struct keep_row row;

	role->inherited_until = mono_add(now, INHERITED_US);
	*g = role->next;
	memset(&role->next, 0, sizeof(role->next));
	init_links(role, g);
	role->starts = 1;
	if (adopt && status_read_general(g->status, &before))
		role->starts = before.starts + 1;
	for (uint32_t k = 0; adopt && k < g->image->instance_count; k++)
		if (keep_read(g->keep, k, &row))
			node_adopt(g->node, k, &row);
	if (m->adopt == ROLE_ADOPT_ADDRESSES)
		node_succeed(g->node, (struct mono){ m->value });
	publish(role);
}

static void commit(struct vrrp_role *role, struct mono now)
{
	init_links(role, &role->next);
	vrrp_sockets_move(role);
	node_hold_messages(role->next.node, role->untold_count > 0);
	node_change_commit(role->next.node, role->current.node, now);
	vrrp_generation_close(&role->current);
	role->current = role->next;
	memset(&role->next, 0, sizeof(role->next));
	role->change = VRRP_CHANGE_NONE;
	publish(role);
}

void vrrp_generation_advance(struct vrrp_role *role, struct mono now)
{
	if (role->change == VRRP_CHANGE_COMPARING &&
	    node_change_compare(role->next.node, role->current.node, COMPARE_TURN)) {
		node_change_shed(role->current.node, now);
		role->change = VRRP_CHANGE_SHEDDING;
	}
	if (role->change == VRRP_CHANGE_SHEDDING && node_change_is_shed(role->current.node, now))
		commit(role, now);
}

void vrrp_generation_abandon(struct vrrp_role *role, struct mono now)
{
	if (role->change == VRRP_CHANGE_NONE)
		return;
	if (role->change == VRRP_CHANGE_SHEDDING)
		node_change_abandon(role->current.node, now);
	role->change = VRRP_CHANGE_NONE;
	vrrp_generation_close(&role->next);
}
