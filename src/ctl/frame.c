/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Frames of the control protocol: four octets of length in network order, then the document.
 *
 * A length in front instead of an end mark, because whoever reads knows at once how much to expect
 * and can refuse too much before it came. The length never counts itself. Nothing here looks into
 * the document; a foreign length is a result, never a failed check. */
#include "ctl/ctl.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 4

enum ctl_frame_result ctl_frame_parse(const void *data, size_t size, size_t max,
				      const char **ret_body, size_t *ret_body_size)
{
	const uint8_t *header = data;
	size_t length;

	if (size < HEADER_SIZE)
		return CTL_FRAME_MORE;
	length = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 |
		 (size_t)header[3];
	if (length > max)
		return CTL_FRAME_TOO_LONG;
	if (size - HEADER_SIZE < length)
		return CTL_FRAME_MORE;
	*ret_body = (const char *)data + HEADER_SIZE;
	*ret_body_size = length;
	return CTL_FRAME_OK;
}

void ctl_frame_put_length(uint32_t body_size, uint8_t header[4])
{
	header[0] = (uint8_t)(body_size >> 24);
	header[1] = (uint8_t)(body_size >> 16);
	header[2] = (uint8_t)(body_size >> 8);
	header[3] = (uint8_t)body_size;
}

struct sink {
	char *data;
	size_t size, capacity, max; /* max: of the whole frame */
	int error;
};

static int sink_write(const char *buffer, size_t size, void *context)
{
	struct sink *s = context;

	if (size > s->max - s->size) {
		s->error = -EMSGSIZE;
		return -1;
	}
	if (s->size + size > s->capacity) {
		size_t capacity = s->capacity * 2;
		char *grown;

		while (capacity < s->size + size)
			capacity *= 2;
		grown = realloc(s->data, capacity);
		if (!grown) {
			s->error = -ENOMEM;
			return -1;
		}
		s->data = grown;
		s->capacity = capacity;
	}
	memcpy(s->data + s->size, buffer, size);
	s->size += size;
	return 0;
}

int ctl_frame_build(const json_t *document, size_t max, char **ret_frame, size_t *ret_size)
{
	struct sink s = { .size = HEADER_SIZE, .capacity = 4096, .error = -ENOMEM };

	check(max <= UINT32_MAX);
	s.max = HEADER_SIZE + max;
	s.data = malloc(s.capacity);
	if (!s.data)
		return -ENOMEM;
	if (json_dump_callback(document, sink_write, &s, JSON_COMPACT)) {
		free(s.data);
		return s.error;
	}
	ctl_frame_put_length((uint32_t)(s.size - HEADER_SIZE), (uint8_t *)s.data);
	*ret_frame = s.data;
	*ret_size = s.size;
	return 0;
}
