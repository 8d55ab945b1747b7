/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The memories of one generation: whole or refused; sealed; without passwords for who needs
 * none. */

#include "daemon/tables.h"
#include "sample.h"
#include "wire/keep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTANCE(name, vrid, password) \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id " vrid "\n" \
	" authentication {\n auth_type PASS\n auth_pass " password "\n }\n" \
	" virtual_ipaddress {\n 192.0.2." vrid "/24\n }\n}\n"

static const char two[] = INSTANCE("a", "51", "sesame1") INSTANCE("b", "52", "sesame2");
#define SIGNED "vrrp_instance c {\n interface eth0\n virtual_router_id 53\n version 3\n" \
	" auth_hmac {\n key 1 open-sesame-open-sesame-open-sesame\n }\n" \
	" virtual_ipaddress {\n 192.0.2.53/24\n }\n}\n"

static const char one[] = INSTANCE("a", "51", "sesame1");

static struct tables make(const char *text)
{
	struct tables t = TABLES_NONE;
	const char *why = "";

	assert_int_equal(tables_make(sample_image(text), 7, &t, &why), 0);
	assert_int_equal(t.generation, 7);
	return t;
}

static bool contains(int fd, const char *needle)
{
	struct stat st;
	char *data;
	bool found;

	assert_int_equal(fstat(fd, &st), 0);
	data = malloc((size_t)st.st_size);
	assert_int_equal(pread(fd, data, (size_t)st.st_size, 0), st.st_size);
	found = memmem(data, (size_t)st.st_size, needle, strlen(needle)) != NULL;
	free(data);
	return found;
}

/* A memory with these octets and seals. */
static int memory(const void *data, size_t size, int seals)
{
	int fd = memfd_create("foreign", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(write(fd, data, size), size);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
#define SIZE_SEALS (F_SEAL_SHRINK | F_SEAL_GROW)

static void what_is_made(void **state)
{
	int before = sample_fd_count(getpid());
	struct tables t = make(two);
	struct stat st;
	char octet = 0;

	assert_int_equal(t.image->instance_count, 2);
	assert_int_equal(t.status->instance_count, 2);
	assert_int_equal(t.status->generation, 7);
	assert_int_equal(fcntl(t.image_fd, F_GET_SEALS) & ALL_SEALS, ALL_SEALS);
	assert_int_equal(fcntl(t.public_fd, F_GET_SEALS) & ALL_SEALS, ALL_SEALS);
	assert_int_equal(fcntl(t.status_fd, F_GET_SEALS) & SIZE_SEALS, SIZE_SEALS);
	assert_int_equal(fcntl(t.keep_fd, F_GET_SEALS) & SIZE_SEALS, SIZE_SEALS);
	assert_int_equal(pwrite(t.image_fd, &octet, 1, 0), -1);
	assert_int_equal(pwrite(t.public_fd, &octet, 1, 0), -1);
	assert_int_equal(pwrite(t.status_reader_fd, &octet, 1, 0), -1);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, t.status_reader_fd,
			      0), MAP_FAILED);
	assert_int_equal(ftruncate(t.status_fd, 0), -1);
	for (int i = 0; i < 4; i++) {
		const int fds[] = { t.image_fd, t.public_fd, t.status_fd, t.keep_fd };

		assert_int_equal(fstat(fds[i], &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	tables_close(&t);
	assert_int_equal(t.generation, 0);
	assert_int_equal(sample_fd_count(getpid()), before);
	tables_close(&t);
}

static void public_copy_has_no_password(void **state)
{
	struct tables t = make(two);
	const struct image *copy;
	const char *why;

	assert_true(contains(t.image_fd, "sesame1") && contains(t.image_fd, "sesame2"));
	assert_false(contains(t.public_fd, "sesame"));
	copy = mmap(NULL, t.image_size, PROT_READ, MAP_SHARED, t.public_fd, 0);
	assert_true(copy != MAP_FAILED);
	assert_true(image_check(copy, t.image_size, &why));
	assert_int_equal(copy->instance_count, 2);
	assert_string_equal(image_text(copy, image_instances(copy)[1].name), "b");
	munmap((void *)(uintptr_t)copy, t.image_size);
	tables_close(&t);
}

static void public_copy_has_no_key(void **state)
{
	struct tables t = make(SIGNED);
	const struct image *copy;
	const char *why;

	assert_true(contains(t.image_fd, "open-sesame"));
	assert_false(contains(t.public_fd, "sesame"));
	copy = mmap(NULL, t.image_size, PROT_READ, MAP_SHARED, t.public_fd, 0);
	assert_true(copy != MAP_FAILED);
	assert_true(image_check(copy, t.image_size, &why));
	munmap((void *)(uintptr_t)copy, t.image_size);
	tables_close(&t);
}

static void image_refused(int fd)
{
	struct tables t = TABLES_NONE;
	const char *why = NULL;

	assert_int_equal(tables_make(fd, 8, &t, &why), -EBADMSG);
	assert_non_null(why);
	assert_int_equal(t.generation, 0);
	assert_int_equal(t.image_fd, -1);
}

static void unsound_images(void **state)
{
	int before = sample_fd_count(getpid()), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct tables t = make(two);
	struct image *copy = malloc(t.image_size);

	memcpy(copy, t.image, t.image_size);
	image_refused(memory(copy, t.image_size, SIZE_SEALS));
	image_refused(memory(copy, t.image_size, 0));
	image_refused(memory(copy, t.image_size - 1, ALL_SEALS));
	image_refused(memory(copy, 0, ALL_SEALS));
	copy->layout++;
	image_refused(memory(copy, t.image_size, ALL_SEALS));
	copy->layout--;
	copy->instance_count = 0xffffffff;
	image_refused(memory(copy, t.image_size, ALL_SEALS));
	image_refused(null);
	free(copy);
	tables_close(&t);
	assert_int_equal(sample_fd_count(getpid()), before);
}

/* -- from an earlier parent -- */

static int take(const struct tables *from, int image, int status, int keep)
{
	struct tables t = TABLES_NONE;
	const char *why = NULL;
	int e = tables_take(image >= 0 ? image : dup(from->image_fd),
			    status >= 0 ? status : dup(from->status_fd),
			    keep >= 0 ? keep : dup(from->keep_fd), 9, &t, &why);

	if (e == 0) {
		assert_int_equal(t.generation, 9);
		assert_int_equal(t.image->instance_count, 2);
		assert_true(t.status_reader_fd >= 0);
		assert_false(contains(t.public_fd, "sesame"));
	} else {
		assert_non_null(why);
		assert_int_equal(t.generation, 0);
	}
	tables_close(&t);
	return e;
}

static int status_memory(uint32_t instances, uint32_t layout, int seals)
{
	struct status_table *table = calloc(1, status_size(instances));
	int fd;

	status_init(table, instances, 7);
	table->layout = layout;
	fd = memory(table, status_size(instances), seals);
	free(table);
	return fd;
}

static int keep_memory(uint32_t instances, uint32_t layout, int seals)
{
	struct keep_table *table = calloc(1, keep_size(instances));
	int fd;

	keep_init(table, instances, 7);
	table->layout = layout;
	fd = memory(table, keep_size(instances), seals);
	free(table);
	return fd;
}

static void taken_over(void **state)
{
	int before = sample_fd_count(getpid());
	struct tables t = make(two), other = make(one);

	assert_int_equal(take(&t, -1, -1, -1), 0);
	assert_int_equal(take(&t, -1, status_memory(2, STATUS_LAYOUT, SIZE_SEALS),
			      keep_memory(2, KEEP_LAYOUT, SIZE_SEALS)), 0);
	/* Of another layout, */
	assert_int_equal(take(&t, -1, status_memory(2, STATUS_LAYOUT + 1, SIZE_SEALS), -1),
			 -EBADMSG);
	assert_int_equal(take(&t, -1, -1, keep_memory(2, KEEP_LAYOUT + 1, SIZE_SEALS)), -EBADMSG);
	/* able to shrink, */
	assert_int_equal(take(&t, -1, status_memory(2, STATUS_LAYOUT, 0), -1), -EBADMSG);
	assert_int_equal(take(&t, -1, -1, keep_memory(2, KEEP_LAYOUT, 0)), -EBADMSG);
	/* of another image. */
	assert_int_equal(take(&t, dup(other.image_fd), -1, -1), -EBADMSG);
	assert_int_equal(take(&t, -1, dup(other.status_fd), -1), -EBADMSG);
	assert_int_equal(take(&t, -1, -1, dup(other.keep_fd)), -EBADMSG);
	assert_int_equal(take(&t, -1, dup(t.keep_fd), dup(t.status_fd)), -EBADMSG);
	tables_close(&t);
	tables_close(&other);
	assert_int_equal(sample_fd_count(getpid()), before);
}

static void rows(void **state)
{
	struct tables t = make(two);
	struct status_row row = { .effective_priority = 99 }, got;
	struct status_table *writer = mmap(NULL, t.status_size, PROT_READ | PROT_WRITE, MAP_SHARED,
					   t.status_fd, 0);

	assert_true(writer != MAP_FAILED);
	status_write_row(writer, 1, &row);
	assert_true(tables_status_row(&t, 1, &got));
	assert_int_equal(got.effective_priority, 99);
	assert_false(tables_status_row(&t, 2, &got));
	/* A writer that lies about the size. */
	writer->instance_count = 0xffffffff;
	writer->size = 0xffffffff;
	assert_false(tables_status_row(&t, 2, &got));
	assert_false(tables_status_row(&t, UINT32_MAX, &got));
	assert_true(tables_status_row(&t, 1, &got));
	munmap(writer, t.status_size);
	tables_close(&t);
	assert_false(tables_status_row(&t, 0, &got));
}

static void same_image(void **state)
{
	struct tables a = make(two), b = make(two), c = make(one);
	struct tables d = TABLES_NONE;
	struct image *later = malloc(a.image_size);
	const char *why;

	assert_true(tables_same_image(&a, &b));
	assert_false(tables_same_image(&a, &c));
	memcpy(later, a.image, a.image_size);
	later->loaded_realtime_us += 1000000;
	assert_int_equal(tables_make(memory(later, a.image_size, ALL_SEALS), 7, &d, &why), 0);
	assert_true(tables_same_image(&a, &d));
	tables_close(&d);
	image_instances_mutable(later)[1].priority ^= 1;
	assert_int_equal(tables_make(memory(later, a.image_size, ALL_SEALS), 7, &d, &why), 0);
	assert_false(tables_same_image(&a, &d));
	free(later);
	tables_close(&a);
	tables_close(&b);
	tables_close(&c);
	tables_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made),
		cmocka_unit_test(public_copy_has_no_password),
		cmocka_unit_test(public_copy_has_no_key),
		cmocka_unit_test(unsound_images),
		cmocka_unit_test(taken_over),
		cmocka_unit_test(rows),
		cmocka_unit_test(same_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
