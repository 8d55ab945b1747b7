/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A made-up host for configurations in strings. cmocka's header wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conf/conf.h"
#include "wire/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline int world_read(void *context, const char *path, const char **ret_data,
			     size_t *ret_size)
{
	*ret_data = context;
	*ret_size = strlen(context);
	return 0;
}

/* eth… exist, nothing else does. */
static inline bool world_link_exists(void *context, const char *name)
{
	return strncmp(name, "eth", 3) == 0;
}

static inline struct conf *load_text(const char *text)
{
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = world_read,
		.link_exists = world_link_exists,
		.host_name = "host-1",
		.now_realtime_us = 1700000000000000,
	};
	struct conf *conf = conf_load("t.conf", &world);

	assert_non_null(conf);
	return conf;
}

/* The first finding with this code, or NULL. */
static inline const struct conf_finding *finding_of(const struct conf *conf, const char *code)
{
	for (size_t i = 0; i < conf_finding_count(conf); i++)
		if (strcmp(conf_finding(conf, i)->code, code) == 0)
			return conf_finding(conf, i);
	return NULL;
}

static inline void assert_finding(const struct conf *conf, const char *code, unsigned line,
				  unsigned column)
{
	const struct conf_finding *f = finding_of(conf, code);

	if (!f)
		fail_msg("no finding %s", code);
	assert_int_equal(f->line, line);
	assert_int_equal(f->column, column);
}

static inline void assert_no_findings(const struct conf *conf)
{
	if (conf_finding_count(conf))
		fail_msg("unexpected: %s", conf_finding(conf, 0)->message);
	assert_int_equal(conf_exit_code(conf), 0);
}

/* The image, checked; the caller frees it. */
static inline struct image *image_made(const struct conf *conf)
{
	size_t size = conf_image_size(conf);
	struct image *image = calloc(1, size);
	const char *reason = "";

	assert_non_null(image);
	conf_image_write(conf, image);
	if (!image_check(image, size, &reason))
		fail_msg("%s", reason);
	return image;
}
