/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Maps the configuration image and the status table of one generation into vipd-ctl.
 *
 * Read-only, so that nothing a client makes this role do can reach what vipd-vrrp goes by. Both are
 * checked once, here: after that they are walked by index without looking again. The image is
 * sealed by the parent; the table keeps changing under us, which its sequence locks are for, but
 * never its size or its header. */
#include "daemon/ctl_tables.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int map(int fd, size_t max, const void **ret_block, size_t *ret_size)
{
	struct stat st;
	void *block;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size <= 0 || (uint64_t)st.st_size > max)
		return -EBADMSG;
	block = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (block == MAP_FAILED)
		return -errno;
	*ret_block = block;
	*ret_size = (size_t)st.st_size;
	return 0;
}

static void unmap(const void *block, size_t size)
{
	if (block)
		munmap((void *)(uintptr_t)block, size);
}

static bool fit(const struct ctl_tables *t, uint64_t generation)
{
	const char *reason;

	return image_check(t->image, t->image_size, &reason) &&
	       status_check(t->table, t->table_size) &&
	       t->table->instance_count == t->image->instance_count &&
	       t->table->generation == generation;
}

int ctl_tables_map(int image_fd, int table_fd, uint64_t generation, struct ctl_tables *ret_tables)
{
	struct ctl_tables t = { 0 };
	const void *image = NULL, *table = NULL;
	/* A page more: a memfd may be rounded up. */
	int error = map(image_fd, LIMIT_IMAGE_SIZE + 4096, &image, &t.image_size);

	if (!error)
		error = map(table_fd, status_size(LIMIT_INSTANCES) + 4096, &table, &t.table_size);
	t.image = image;
	t.table = table;
	if (!error && !fit(&t, generation))
		error = -EBADMSG;
	if (error) {
		ctl_tables_unmap(&t);
		return error;
	}
	*ret_tables = t;
	return 0;
}

void ctl_tables_unmap(struct ctl_tables *tables)
{
	unmap(tables->image, tables->image_size);
	unmap(tables->table, tables->table_size);
	*tables = (struct ctl_tables){ 0 };
}
