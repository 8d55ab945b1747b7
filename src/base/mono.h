/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The only time type of the cores: an instant of CLOCK_MONOTONIC in microseconds. A struct, so
 * that an instant and a length of time (a plain int64_t whose name ends in _us) cannot be mixed. */
struct mono {
	int64_t us;
};

#define MONO_NEVER ((struct mono){ INT64_MAX })

static inline bool mono_is_never(struct mono t)
{
	return t.us == INT64_MAX;
}

/* `t` + `us`; never stays never. */
static inline struct mono mono_add(struct mono t, int64_t us)
{
	return mono_is_never(t) ? t : (struct mono){ t.us + us };
}

/* Microseconds from `from` to `to`; negative when `to` lies before `from`. */
static inline int64_t mono_since(struct mono from, struct mono to)
{
	return to.us - from.us;
}

/* True when the deadline `t` has been reached at `now`. Never is never reached. */
static inline bool mono_reached(struct mono t, struct mono now)
{
	return !mono_is_never(t) && t.us <= now.us;
}

static inline struct mono mono_earlier(struct mono a, struct mono b)
{
	return a.us <= b.us ? a : b;
}
