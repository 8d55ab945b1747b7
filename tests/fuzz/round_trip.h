/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"
#include "wire/image.h"

/* What every configuration must hold, wherever it came from: for the entries of the parser and of
 * the printer. */

typedef struct conf *round_trip_load(const char *text, size_t size);

/* Findings and counts agree with each other and can be printed. */
void round_trip_findings(const struct conf *conf);

/* Prints it and loads that, twice: the same text, the same image, no errors. */
void round_trip(const struct conf *conf, round_trip_load *load);
