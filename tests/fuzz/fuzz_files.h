/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a fuzz entry without a fuzzer is run over: files, and directories of them. */

/* Calls `run` with each of them, numbered from 1. Returns the exit code of the test. */
int fuzz_files(char **paths, void (*run)(const uint8_t *data, size_t size, unsigned number));

/* The entry, with a block of exactly this size, so that a sanitizer sees the octet behind it. */
void fuzz_run(const uint8_t *data, size_t size);

/* Of an entry, if it has something of which each part has to be reached: what was not. */
__attribute__((weak)) const char *fuzz_untried(void);
