/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/run_dir.h"
#include "conf/conf.h"
#include "daemon/child.h"
#include "loop/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* Reading the configuration, in a short-lived child without privilege. The parent opens files for
 * it, gets the findings and a sealed image, and believes nothing that it does not check. */

enum load_form {
	LOAD_FORM_BLOCK, /* with source line, caret and hint: for `-t` */
	LOAD_FORM_LINE, /* for the log */
	LOAD_FORM_PLACE, /* neither findings nor an image: only where its daemon belongs */
};

/* How long a child may take. A file of 16 MiB needs about one second. */
#define LOAD_TIME_US (10 * 1000000)

struct load_result {
	/* NULL: the child did its work. Else it ended badly, or took too long, and nothing below
	 * is to be used. */
	const char *failure;
	int exit_code; /* as of `vipd -t` */
	int file_error; /* errno of the main file; 0: it was read */
	uint32_t instance_count, healthy_count;
	int image_fd; /* the receiver's; -1: none */
	char place[RUN_DIR_SUFFIX_SIZE]; /* conf_run_dir_suffix(): no path in it */
};

struct load {
	/* The owner's, before load_start(). */
	struct loop *loop;
	void *context;
	const char *config_id; /* -i, or NULL */
	bool checks_includes; /* -e */
	void (*finding)(void *context, enum conf_severity severity, const char *text);
	void (*done)(void *context, const struct load_result *result, struct mono now);

	/* Its own. */
	struct child child;
	struct loop_source channel;
	struct mono deadline;
	struct load_result result;
	bool has_result, is_late, is_foreign;
	unsigned findings_count;
	char failure[160];
};

void load_init(struct load *load, struct loop *loop);

/* 0, or -errno: no child could be made. Not while one is running. */
int load_start(struct load *load, const char *path, enum load_form form, struct mono now);

static inline bool load_is_running(const struct load *load)
{
	return child_is_running(&load->child);
}

/* When to call load_expire(), or never. */
struct mono load_deadline(const struct load *load);
void load_expire(struct load *load, struct mono now);

/* Ends a running child without a result. */
void load_abandon(struct load *load);
