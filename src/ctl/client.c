/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The client's end of the control protocol: connect, ask, take answers.
 *
 * Every wait is a poll() with what is left of the caller's time, so that a daemon that hangs never
 * hangs who asks it. The socket is non-blocking from the start: a Unix socket's connect() would
 * otherwise sleep without bound while the listener's queue is full. An answer is foreign until its
 * frame is whole and it is a JSON object. Nothing is printed here. */
#include "ctl/ctl.h"

#include "base/limits.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -1: never. */
static int64_t deadline_ms(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
}

static int wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline < 0 ? -1 : deadline - clock_ms();
		int n;

		if (deadline >= 0 && left < 0)
			left = 0;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

int ctl_connection_open(struct ctl_connection *c, const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(socket_path);
	int fd, error;

	if (length == 0 || length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, socket_path, length);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		error = errno;
		close(fd);
		return -error;
	}
	*c = (struct ctl_connection){ .fd = fd };
	return 0;
}

void ctl_connection_close(struct ctl_connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->data);
	*c = (struct ctl_connection){ .fd = -1 };
}

int ctl_connection_send(struct ctl_connection *c, const json_t *request, int timeout_ms)
{
	int64_t deadline = deadline_ms(timeout_ms);
	size_t size = 0, sent = 0;
	char *frame = NULL;
	int error = ctl_frame_build(request, LIMIT_CTL_REQUEST, &frame, &size);

	while (!error && sent < size) {
		ssize_t n = send(c->fd, frame + sent, size - sent, MSG_NOSIGNAL);

		if (n >= 0)
			sent += (size_t)n;
		else if (errno == EAGAIN)
			error = wait_for(c->fd, POLLOUT, deadline);
		else if (errno != EINTR)
			error = -errno;
	}
	free(frame);
	/* Who refuses a client says why and hangs up without reading: the answer is there. */
	return error == -EPIPE || error == -ECONNRESET ? 0 : error;
}

/* Takes the first frame out of what came. 1: there was one. */
static int take_frame(struct ctl_connection *c, json_t **ret_answer)
{
	const char *body = NULL;
	size_t size = 0, used;
	json_t *answer;

	switch (ctl_frame_parse(c->data, c->size, LIMIT_CTL_ANSWER, &body, &size)) {
	case CTL_FRAME_MORE:
		return 0;
	case CTL_FRAME_TOO_LONG:
		return -EMSGSIZE;
	case CTL_FRAME_OK:
		break;
	}
	answer = json_loadb(body, size, 0, NULL);
	used = (size_t)(body - c->data) + size;
	memmove(c->data, c->data + used, c->size - used);
	c->size -= used;
	if (!json_is_object(answer)) {
		json_decref(answer);
		return -EBADMSG;
	}
	*ret_answer = answer;
	return 1;
}

static int read_more(struct ctl_connection *c)
{
	ssize_t n;

	if (c->size == c->capacity) {
		size_t capacity = c->capacity ? c->capacity * 2 : 4096;
		char *grown = realloc(c->data, capacity);

		if (!grown)
			return -ENOMEM;
		c->data = grown;
		c->capacity = capacity;
	}
	n = recv(c->fd, c->data + c->size, c->capacity - c->size, 0);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ECONNRESET;
	c->size += (size_t)n;
	return 0;
}

int ctl_connection_receive(struct ctl_connection *c, int timeout_ms, json_t **ret_answer)
{
	int64_t deadline = deadline_ms(timeout_ms);
	bool look = true;

	for (;;) {
		int error = look ? take_frame(c, ret_answer) : 0;

		if (error)
			return error < 0 ? error : 0;
		error = read_more(c);
		look = error == 0;
		if (error == -EAGAIN)
			error = wait_for(c->fd, POLLIN, deadline);
		if (error)
			return error;
	}
}

int ctl_call(const char *socket_path, json_t *request, int timeout_ms, json_t **ret_answer)
{
	int64_t deadline = deadline_ms(timeout_ms);
	struct ctl_connection c;
	int error, left_ms = timeout_ms;

	/* -EAGAIN: the listener's queue is full. It has no descriptor to poll. */
	while ((error = ctl_connection_open(&c, socket_path)) == -EAGAIN) {
		struct timespec pause = { .tv_nsec = 10 * 1000000 };

		if (deadline >= 0 && clock_ms() >= deadline)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	if (error)
		return error;
	error = ctl_connection_send(&c, request, timeout_ms);
	if (deadline >= 0)
		left_ms = (int)(deadline - clock_ms() > 0 ? deadline - clock_ms() : 0);
	if (!error)
		error = ctl_connection_receive(&c, left_ms, ret_answer);
	ctl_connection_close(&c);
	return error;
}
