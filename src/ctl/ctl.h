/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The control protocol, both ends: JSON documents in frames (four octets of length in network
 * order, then that many octets of UTF-8) over a Unix stream socket.
 *
 * Request:  {"version":1, "command":"status"|"explain"|"wait", "name":NAME|null, ...}
 * Answer:   the document of the command ("version":1 …), or {"version":1,"error":TEXT}.
 * See docs/control.md. */

struct image;
struct status_table;

/* -- frames (pure) -- */

enum ctl_frame_result {
	CTL_FRAME_OK,
	CTL_FRAME_MORE, /* not whole yet */
	CTL_FRAME_TOO_LONG,
};

/* Looks for one whole frame at the start of `data`. */
enum ctl_frame_result ctl_frame_parse(const void *data, size_t size, size_t max,
				      const char **ret_body, size_t *ret_body_size);
void ctl_frame_put_length(uint32_t body_size, uint8_t header[4]);

/* The whole frame of a document, malloc'ed. 0, -EMSGSIZE when its body is over `max` octets, or
 * -ENOMEM. */
int ctl_frame_build(const json_t *document, size_t max, char **ret_frame, size_t *ret_size);

/* -- documents -- */

/* What the documents are made from. */
struct ctl_view {
	const struct image *image; /* NULL: no configuration in force yet */
	const struct status_table *table;
	const char *host;
	const char *run_dir;
};

/* The `status` document; `name` NULL: all instances. NULL: no such instance. */
json_t *ctl_status_document(const struct ctl_view *view, const char *name);

/* The `explain` document: one instance's status object with "summary", "reasons" and
 * "takeover_worst_ms"; all of them under "instances" when `name` is NULL. NULL: no such one. */
json_t *ctl_explain_document(const struct ctl_view *view, const char *name);

/* A condition of `wait`: NAME=STATE, all=STATE, ready, generation>N. */
enum ctl_verdict {
	CTL_NOT_YET,
	CTL_FULFILLED,
	CTL_NONSENSE, /* not a condition; or no such instance */
};
enum ctl_verdict ctl_condition(const struct ctl_view *view, const char *condition,
			       const char **ret_why);

/* Conditions of one `wait`: a reader of a script loses track long before, and every change of a
 * state looks at all of them. */
#define CTL_CONDITIONS 64

/* -- requests -- */

enum ctl_outcome {
	CTL_ANSWERED, /* `ret_answer` is set: a document or an error */
	CTL_HELD, /* a `wait` that is not fulfilled: ask again after a change */
	CTL_WATCHED, /* `ret_answer` is set, and again after every change */
};

/* What one request (any JSON whatever) gets. */
enum ctl_outcome ctl_request_answer(const struct ctl_view *view, const json_t *request,
				    json_t **ret_answer);

/* {"version":1,"error":TEXT,"code":CODE}. Codes: "bad-request", "no-such-instance",
 * "not-a-condition", "too-large", "busy". */
json_t *ctl_error_document(const char *code, const char *text);

/* -- client -- */

struct ctl_connection {
	int fd;
	char *data; /* what came and was not taken yet */
	size_t size, capacity;
};

/* 0, or -errno: -ENOENT, -ECONNREFUSED nobody there; -EACCES; -EAGAIN its queue is full. */
int ctl_connection_open(struct ctl_connection *c, const char *socket_path);
void ctl_connection_close(struct ctl_connection *c);
int ctl_connection_send(struct ctl_connection *c, const json_t *request, int timeout_ms);
/* The next answer. 0, -ETIMEDOUT, -ECONNRESET when the daemon hung up, -EBADMSG, -EMSGSIZE … */
int ctl_connection_receive(struct ctl_connection *c, int timeout_ms, json_t **ret_answer);

/* Connects, sends `request`, waits up to `timeout_ms` (-1: for ever) for the answer.
 * 0, or -errno (-ETIMEDOUT …). */
int ctl_call(const char *socket_path, json_t *request, int timeout_ms, json_t **ret_answer);
