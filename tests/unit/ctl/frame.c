/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames: every cut of one is "more", the bound is exact, what is built is what is taken. */
#include "ctl/ctl.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_cut_wants_more(void **state)
{
	const char frame[] = "\0\0\0\5hello\0\0\0\1x";
	const char *body = NULL;
	size_t size = 77;

	for (size_t cut = 0; cut < 9; cut++) {
		/* Exactly as much memory as there is data: the sanitizer sees a step too far. */
		char *part = malloc(cut + !cut);

		memcpy(part, frame, cut);
		assert_int_equal(ctl_frame_parse(part, cut, 100, &body, &size), CTL_FRAME_MORE);
		free(part);
	}
	assert_null(body);
	assert_int_equal(size, 77);
	assert_int_equal(ctl_frame_parse(frame, sizeof(frame) - 1, 100, &body, &size),
			 CTL_FRAME_OK);
	assert_int_equal(size, 5);
	assert_memory_equal(body, "hello", 5);
}

static void the_bound_is_exact(void **state)
{
	const char frame[] = "\0\0\0\5hello", huge[] = "\xff\xff\xff\xff";
	const char *body;
	size_t size;

	assert_int_equal(ctl_frame_parse(frame, 9, 5, &body, &size), CTL_FRAME_OK);
	assert_int_equal(ctl_frame_parse(frame, 9, 4, &body, &size), CTL_FRAME_TOO_LONG);
	/* It is known as soon as the length is. */
	assert_int_equal(ctl_frame_parse(frame, 4, 4, &body, &size), CTL_FRAME_TOO_LONG);
	assert_int_equal(ctl_frame_parse(huge, 4, 65536, &body, &size), CTL_FRAME_TOO_LONG);
	assert_int_equal(ctl_frame_parse("GET / HTTP/1.1", 14, 65536, &body, &size),
			 CTL_FRAME_TOO_LONG);
}

static void an_empty_body_is_a_frame(void **state)
{
	const char *body;
	size_t size = 1;

	assert_int_equal(ctl_frame_parse("\0\0\0", 4, 5, &body, &size), CTL_FRAME_OK);
	assert_int_equal(size, 0);
}

static void the_length_is_in_network_order(void **state)
{
	uint8_t header[4];

	ctl_frame_put_length(0x01020304, header);
	assert_memory_equal(header, "\1\2\3\4", 4);
}

static void what_is_built_is_taken(void **state)
{
	json_t *document = json_array();
	char *frame;
	const char *body;
	size_t size, body_size;
	json_t *again;

	for (int i = 0; i < 10000; i++)
		json_array_append_new(document, json_integer(i));
	assert_int_equal(ctl_frame_build(document, 1000000, &frame, &size), 0);
	assert_int_equal(ctl_frame_parse(frame, size, 1000000, &body, &body_size), CTL_FRAME_OK);
	assert_int_equal(body_size + 4, size);
	again = json_loadb(body, body_size, 0, NULL);
	assert_true(json_equal(document, again));
	json_decref(again);
	free(frame);
	/* One octet less than it needs. */
	frame = NULL;
	assert_int_equal(ctl_frame_build(document, body_size - 1, &frame, &size), -EMSGSIZE);
	assert_null(frame);
	assert_int_equal(ctl_frame_build(document, body_size, &frame, &size), 0);
	free(frame);
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_wants_more),
		cmocka_unit_test(the_bound_is_exact),
		cmocka_unit_test(an_empty_body_is_a_frame),
		cmocka_unit_test(the_length_is_in_network_order),
		cmocka_unit_test(what_is_built_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
