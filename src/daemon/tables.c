/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The memory that outlives a role: it belongs to the parent, roles get descriptors of it.
 *
 * What comes from outside (the image from the unprivileged parser, everything from an earlier
 * parent's vipd-vrrp) is taken only when it is sealed against what could hurt a reader: an image
 * that changes after it was checked, a table that shrinks under somebody's eyes (SIGBUS). vipd-ctl
 * gets a copy of the image without passwords, and the status table through a descriptor that
 * cannot be mapped for writing; the files' mode keeps it from opening them again through /proc. */
#include "daemon/tables.h"

#include "wire/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS_SIZE (F_SEAL_SHRINK | F_SEAL_GROW)
#define SEALS_ALL (SEALS_SIZE | F_SEAL_WRITE | F_SEAL_SEAL)

/* A new memory of this size, mapped for writing. */
static int make_memory(const char *name, size_t size, int *ret_fd, void **ret_map)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), e = 0;
	void *map = MAP_FAILED;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) != 0 || fchmod(fd, 0600) != 0)
		e = -errno;
	if (e == 0)
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (e == 0 && map == MAP_FAILED)
		e = -errno;
	if (e < 0) {
		close(fd);
		return e;
	}
	*ret_fd = fd;
	*ret_map = map;
	return 0;
}

/* Maps a foreign memory for reading, if it has these seals and a size up to `max`. */
static int map_sealed(int fd, int seals, size_t max, const void **ret_map, size_t *ret_size)
{
	int have = fcntl(fd, F_GET_SEALS);
	struct stat st;
	void *map;

	if (have < 0 || (have & seals) != seals)
		return -EBADMSG;
	if (fstat(fd, &st) != 0)
		return -errno;
	if (st.st_size <= 0 || (uintmax_t)st.st_size > max)
		return -EBADMSG;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	/* There are passwords and keys in an image. */
	(void)madvise(map, (size_t)st.st_size, MADV_DONTDUMP);
	*ret_map = map;
	*ret_size = (size_t)st.st_size;
	return 0;
}

static int map_image(struct tables *t, const char **ret_why)
{
	const void *map = NULL;
	int e = map_sealed(t->image_fd, SEALS_ALL, LIMIT_IMAGE_SIZE, &map, &t->image_size);

	if (e < 0) {
		*ret_why = "the configuration image is not a sealed memory";
		return e;
	}
	t->image = map;
	if (!image_check(map, t->image_size, ret_why))
		return -EBADMSG;
	/* Whoever made it (the parser's user): nobody opens it through /proc from now on. */
	if (fchmod(t->image_fd, 0600) == 0)
		return 0;
	*ret_why = "the configuration image cannot be closed to others (CAP_FOWNER)";
	return -errno;
}

static int make_public_image(struct tables *t)
{
	void *map;
	int e = make_memory("vipd-image-public", t->image_size, &t->public_fd, &map);

	if (e < 0)
		return e;
	memcpy(map, t->image, t->image_size);
	image_blank_secrets(map);
	munmap(map, t->image_size);
	return fcntl(t->public_fd, F_ADD_SEALS, SEALS_ALL) == 0 ? 0 : -errno;
}

static int make_status(struct tables *t)
{
	void *map;
	int e;

	t->status_size = status_size(t->image->instance_count);
	e = make_memory("vipd-status", t->status_size, &t->status_fd, &map);
	if (e < 0)
		return e;
	status_init(map, t->image->instance_count, t->generation);
	t->status = map;
	if (fcntl(t->status_fd, F_ADD_SEALS, SEALS_SIZE) != 0)
		return -errno;
	return mprotect(map, t->status_size, PROT_READ) == 0 ? 0 : -errno;
}

static int make_keep(struct tables *t)
{
	size_t size = keep_size(t->image->instance_count);
	void *map;
	int e = make_memory("vipd-keep", size, &t->keep_fd, &map);

	if (e < 0)
		return e;
	keep_init(map, t->image->instance_count, t->generation);
	munmap(map, size);
	return fcntl(t->keep_fd, F_ADD_SEALS, SEALS_SIZE) == 0 ? 0 : -errno;
}

static int make_status_reader(struct tables *t)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", t->status_fd);
	t->status_reader_fd = open(path, O_RDONLY | O_CLOEXEC);
	return t->status_reader_fd >= 0 ? 0 : -errno;
}

static int finish(struct tables *t, int e, struct tables *ret_tables)
{
	if (e < 0)
		tables_close(t);
	else
		*ret_tables = *t;
	return e;
}

int tables_make(int image_fd, uint64_t generation, struct tables *ret_tables, const char **ret_why)
{
	struct tables t = TABLES_NONE;
	int e;

	t.generation = generation;
	t.image_fd = image_fd;
	e = map_image(&t, ret_why);
	if (e < 0)
		return finish(&t, e, ret_tables);
	*ret_why = "the shared memory of the configuration cannot be made";
	e = make_status(&t);
	if (e == 0)
		e = make_keep(&t);
	if (e == 0)
		e = make_public_image(&t);
	if (e == 0)
		e = make_status_reader(&t);
	return finish(&t, e, ret_tables);
}

/* Sound, and of this image? */
static int check_keep(int fd, uint32_t instances)
{
	const void *map;
	size_t size;
	int e = map_sealed(fd, SEALS_SIZE, LIMIT_IMAGE_SIZE, &map, &size);
	bool is_good;

	if (e < 0)
		return e;
	is_good = keep_check(map, size) &&
		  ((const struct keep_table *)map)->instance_count == instances;
	munmap((void *)(uintptr_t)map, size);
	return is_good ? 0 : -EBADMSG;
}

static int take_status(struct tables *t)
{
	const void *map = NULL;
	int e = map_sealed(t->status_fd, SEALS_SIZE, LIMIT_IMAGE_SIZE, &map, &t->status_size);

	if (e < 0)
		return e;
	t->status = map;
	if (!status_check(map, t->status_size) ||
	    t->status_size != status_size(t->image->instance_count) ||
	    t->status->instance_count != t->image->instance_count)
		return -EBADMSG;
	return 0;
}

int tables_take(int image_fd, int status_fd, int keep_fd, uint64_t generation,
		struct tables *ret_tables, const char **ret_why)
{
	struct tables t = TABLES_NONE;
	int e;

	t.generation = generation;
	t.image_fd = image_fd;
	t.status_fd = status_fd;
	t.keep_fd = keep_fd;
	e = map_image(&t, ret_why);
	if (e < 0)
		return finish(&t, e, ret_tables);
	*ret_why = "the status table or the state memory is of another layout";
	e = take_status(&t);
	if (e == 0)
		e = check_keep(keep_fd, t.image->instance_count);
	if (e == 0)
		e = make_public_image(&t);
	if (e == 0)
		e = make_status_reader(&t);
	return finish(&t, e, ret_tables);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void tables_close(struct tables *t)
{
	if (t->image)
		munmap((void *)(uintptr_t)t->image, t->image_size);
	if (t->status)
		munmap((void *)(uintptr_t)t->status, t->status_size);
	close_fd(&t->image_fd);
	close_fd(&t->public_fd);
	close_fd(&t->status_fd);
	close_fd(&t->status_reader_fd);
	close_fd(&t->keep_fd);
	*t = TABLES_NONE;
}

bool tables_status_row(const struct tables *t, uint32_t instance, struct status_row *ret_row)
{
	const struct status_slot *slot;

	/* Not status_read_row(): it believes the header, and vipd-vrrp may write there. The size of
	 * the memory was compared with the image when it was made or taken. */
	if (!t->image || instance >= t->image->instance_count)
		return false;
	slot = &t->status->slots[instance];
	return seqlock_read(&slot->lock, ret_row, &slot->row, sizeof(*ret_row));
}

bool tables_same_image(const struct tables *a, const struct tables *b)
{
	size_t at = offsetof(struct image, loaded_realtime_us);
	size_t behind = at + sizeof(a->image->loaded_realtime_us);

	return a->image_size == b->image_size && memcmp(a->image, b->image, at) == 0 &&
	       memcmp((const char *)a->image + behind, (const char *)b->image + behind,
		      a->image_size - behind) == 0;
}
