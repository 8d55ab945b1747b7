/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The control socket's clients.
 *
 * Each has a place with room for one request, and owes or is owed one answer at a time: while an
 * answer is on its way nothing more is read from that client, so a slow one costs its own answer's
 * memory and nobody's time. What all clients are owed together is bounded too. Patience is counted
 * from whole steps (came, asked, took an answer whole), so that one octet now and then buys no
 * time. A `wait` is held open without any limit: who hangs up is forgotten. Nothing here changes
 * the daemon. */
#include "daemon/ctl_server.h"

#include "base/check.h"
#include "base/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A request is sent in one go by any real client. */
#define ASK_US (10 * 1000000)
/* 12 MiB (16384 instances) through the slowest line that somebody works on. */
#define TAKE_US (60 * 1000000)
/* Nobody reads faster; a sync group of 1,000 moves as one picture. */
#define WATCH_GAP_US 100000
/* Should a wake-up be lost, a wait is late by this much. */
#define LOOK_US 1000000
/* After accept() failed for want of descriptors or memory. */
#define LISTEN_AGAIN_US 1000000
/* Newcomers in one turn. */
#define ACCEPTS_TURN 16

static void client_process(struct ctl_client *c, struct mono now);

static void client_drop(struct ctl_client *c)
{
	loop_remove(c->server->loop, &c->source);
	close(c->source.fd);
	c->source.fd = -1;
	c->server->queued_size -= c->output_size;
	free(c->output);
	c->output = NULL;
	c->output_size = 0;
	json_decref(c->request);
	c->request = NULL;
	c->mode = CTL_CLIENT_FREE;
}

/* Asks the loop for what this client can go on with; drops the one that is through. */
static void client_arm(struct ctl_client *c)
{
	uint32_t events = 0;

	if (c->mode == CTL_CLIENT_FREE)
		return;
	if (c->output)
		events = EPOLLOUT;
	else if (!c->is_half_closed)
		events = EPOLLIN;
	else if (c->mode == CTL_CLIENT_ASKING)
		c->is_ending = true;
	/* With no events at all the loop still tells when the other side is gone for good. */
	if ((c->is_ending && !c->output) || loop_modify(c->server->loop, &c->source, events))
		client_drop(c);
}

/* Sends what goes out now. False: the client is gone. */
static bool client_flush(struct ctl_client *c, struct mono now)
{
	while (c->output) {
		ssize_t n = send(c->source.fd, c->output + c->output_sent,
				 c->output_size - c->output_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n < 0) {
			client_drop(c);
			return false;
		}
		c->output_sent += (size_t)n;
		if (c->output_sent < c->output_size)
			continue;
		c->server->queued_size -= c->output_size;
		free(c->output);
		c->output = NULL;
		c->output_size = 0;
		c->step_at = now;
	}
	return true;
}

/* Puts one document on its way; takes it over. False: the client is gone. */
static bool client_answer(struct ctl_client *c, json_t *document, struct mono now)
{
	struct ctl_server *s = c->server;
	size_t room = s->queued_size < LIMIT_CTL_ANSWER ? LIMIT_CTL_ANSWER - s->queued_size : 0;
	int error;

	check(!c->output);
	error = ctl_frame_build(document, room, &c->output, &c->output_size);
	json_decref(document);
	if (error == -EMSGSIZE) {
		document = s->queued_size
				   ? ctl_error_document("busy", "too many answers are on their way")
				   : ctl_error_document("too-large", "the answer is too large");
		error = ctl_frame_build(document, LIMIT_CTL_REQUEST, &c->output, &c->output_size);
		json_decref(document);
		c->is_ending = true;
	}
	if (error) {
		client_drop(c);
		return false;
	}
	s->queued_size += c->output_size;
	c->output_sent = 0;
	c->step_at = now;
	c->is_stale = false;
	return client_flush(c, now);
}

/* Answers `request`, or keeps it; takes it over. */
static void client_ask(struct ctl_client *c, json_t *request, struct mono now)
{
	json_t *answer = NULL;

	c->step_at = now;
	c->mode = CTL_CLIENT_ASKING;
	switch (ctl_request_answer(c->server->view, request, &answer)) {
	case CTL_ANSWERED:
		json_decref(request);
		client_answer(c, answer, now);
		return;
	case CTL_HELD:
		c->request = request;
		c->mode = CTL_CLIENT_WAITING;
		if (mono_is_never(c->server->look_at))
			c->server->look_at = mono_add(now, LOOK_US);
		return;
	case CTL_WATCHED:
		c->request = request;
		c->mode = CTL_CLIENT_WATCHING;
		client_answer(c, answer, now);
		return;
	}
}

/* Asks again what was kept. */
static void client_ask_again(struct ctl_client *c, struct mono now)
{
	json_t *request = c->request;

	c->request = NULL;
	client_ask(c, request, now);
	if (c->mode != CTL_CLIENT_FREE)
		client_process(c, now);
}

static void client_refuse(struct ctl_client *c, const char *why, struct mono now)
{
	c->is_ending = true;
	c->input_size = 0;
	client_answer(c, ctl_error_document("bad-request", why), now);
}

/* Takes requests out of what was read, as long as each is answered at once. */
static void client_process(struct ctl_client *c, struct mono now)
{
	while (c->mode == CTL_CLIENT_ASKING && !c->output && !c->is_ending) {
		const char *body = NULL;
		size_t size = 0;
		json_t *request;

		switch (ctl_frame_parse(c->input, c->input_size, LIMIT_CTL_REQUEST, &body, &size)) {
		case CTL_FRAME_MORE:
			client_arm(c);
			return;
		case CTL_FRAME_TOO_LONG:
			/* Not our protocol, most likely; where the next frame begins is lost. */
			client_refuse(c, "not a frame of the control protocol, or too long", now);
			client_arm(c);
			return;
		case CTL_FRAME_OK:
			break;
		}
		request = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
		c->input_size -= 4 + size;
		memmove(c->input, c->input + 4 + size, c->input_size);
		if (request)
			client_ask(c, request, now);
		else
			client_refuse(c, "a request is a JSON object", now);
	}
	client_arm(c);
}

static void client_read(struct ctl_client *c, struct mono now)
{
	size_t room = sizeof(c->input) - c->input_size;
	ssize_t n;

	/* More requests behind one that waits, and more than fit: nobody does that. */
	if (room == 0) {
		client_drop(c);
		return;
	}
	n = recv(c->source.fd, c->input + c->input_size, room, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		client_drop(c);
		return;
	}
	if (n == 0)
		c->is_half_closed = true;
	c->input_size += (size_t)n;
	client_process(c, now);
}

static void client_handle(struct loop_source *source, uint32_t events, struct mono now)
{
	struct ctl_client *c = LIST_ITEM(source, struct ctl_client, source);

	if (events & (EPOLLHUP | EPOLLERR)) {
		client_drop(c);
		return;
	}
	if (events & EPOLLOUT) {
		if (client_flush(c, now))
			client_process(c, now);
	} else if (events & EPOLLIN) {
		client_read(c, now);
	}
}

static void server_take(struct ctl_server *s, int fd, struct mono now)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++) {
		struct ctl_client *c = &s->clients[i];

		if (c->mode != CTL_CLIENT_FREE)
			continue;
		c->source = (struct loop_source){ .fd = fd, .handle = client_handle };
		c->mode = CTL_CLIENT_ASKING;
		c->step_at = now;
		c->is_ending = c->is_half_closed = c->is_stale = false;
		c->input_size = 0;
		if (loop_add(s->loop, &c->source, EPOLLIN))
			client_drop(c);
		return;
	}
	close(fd);
}

/* No place is free. Says so if that goes without waiting, and hangs up. */
static void server_refuse(int fd)
{
	json_t *document = ctl_error_document("busy", "too many clients of the control socket");
	char *frame;
	size_t size;

	if (!ctl_frame_build(document, LIMIT_CTL_REQUEST, &frame, &size)) {
		/* Its failure is the client's: it is hung up on either way. */
		(void)!send(fd, frame, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		free(frame);
	}
	json_decref(document);
	close(fd);
}

static bool server_is_full(const struct ctl_server *s)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (s->clients[i].mode == CTL_CLIENT_FREE)
			return false;
	return true;
}

static void server_accept(struct loop_source *source, uint32_t events, struct mono now)
{
	struct ctl_server *s = LIST_ITEM(source, struct ctl_server, listener);

	for (int i = 0; i < ACCEPTS_TURN; i++) {
		int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0 && errno == EAGAIN)
			return;
		if (fd < 0) {
			/* The queue would wake us without end. */
			loop_remove(s->loop, source);
			s->listen_at = mono_add(now, LISTEN_AGAIN_US);
			return;
		}
		if (server_is_full(s))
			server_refuse(fd);
		else
			server_take(s, fd, now);
	}
}

int ctl_server_open(struct ctl_server *server, struct loop *loop, int listen_fd,
		    const struct ctl_view *view)
{
	server->loop = loop;
	server->view = view;
	server->listen_at = server->look_at = MONO_NEVER;
	server->watch_at = (struct mono){ 0 };
	server->queued_size = 0;
	server->ask_us = ASK_US;
	server->take_us = TAKE_US;
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++) {
		struct ctl_client *c = &server->clients[i];

		/* Not all of it: the room for requests is touched when somebody comes. */
		c->server = server;
		c->mode = CTL_CLIENT_FREE;
		c->source = (struct loop_source){ .fd = -1 };
		c->request = NULL;
		c->output = NULL;
		c->output_size = 0;
	}
	server->listener = (struct loop_source){ .fd = listen_fd, .handle = server_accept };
	return loop_add(loop, &server->listener, EPOLLIN);
}

void ctl_server_close(struct ctl_server *server)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (server->clients[i].mode != CTL_CLIENT_FREE)
			client_drop(&server->clients[i]);
	loop_remove(server->loop, &server->listener);
}

static void server_judge(struct ctl_server *s, struct mono now)
{
	s->look_at = MONO_NEVER;
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (s->clients[i].mode == CTL_CLIENT_WAITING)
			client_ask_again(&s->clients[i], now);
}

/* Who has not taken the last document yet is told after that, once. */
static void server_tell(struct ctl_server *s, struct mono now)
{
	if (!mono_reached(s->watch_at, now))
		return;
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++) {
		struct ctl_client *c = &s->clients[i];

		if (c->mode != CTL_CLIENT_WATCHING || !c->is_stale || c->output)
			continue;
		client_ask_again(c, now);
		s->watch_at = mono_add(now, WATCH_GAP_US);
	}
}

void ctl_server_changed(struct ctl_server *server, struct mono now)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		server->clients[i].is_stale = true;
	server_judge(server, now);
	server_tell(server, now);
}

/* When patience with this client ends. */
static struct mono client_patience(const struct ctl_client *c)
{
	if (c->output)
		return mono_add(c->step_at, c->server->take_us);
	if (c->mode == CTL_CLIENT_ASKING)
		return mono_add(c->step_at, c->server->ask_us);
	return MONO_NEVER;
}

struct mono ctl_server_deadline(const struct ctl_server *server)
{
	struct mono first = mono_earlier(server->listen_at, server->look_at);

	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++) {
		const struct ctl_client *c = &server->clients[i];

		first = mono_earlier(first, client_patience(c));
		if (c->mode == CTL_CLIENT_WATCHING && c->is_stale && !c->output)
			first = mono_earlier(first, server->watch_at);
	}
	return first;
}

void ctl_server_tick(struct ctl_server *server, struct mono now)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (mono_reached(client_patience(&server->clients[i]), now))
			client_drop(&server->clients[i]);
	if (mono_reached(server->listen_at, now)) {
		server->listen_at = MONO_NEVER;
		/* Fails only for want of kernel memory: tried again like the rest. */
		if (loop_add(server->loop, &server->listener, EPOLLIN))
			server->listen_at = mono_add(now, LISTEN_AGAIN_US);
	}
	if (mono_reached(server->look_at, now))
		server_judge(server, now);
	server_tell(server, now);
}
