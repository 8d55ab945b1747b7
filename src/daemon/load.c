/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The parent's side of reading the configuration.
 *
 * A parser is the largest piece of code that meets text from outside, so it runs in a process that
 * can do nothing: its crash, its endless loop or its being taken over is a reload that does not
 * happen. It asks for files one by one, because it could not open them; the parent opens only
 * regular files, without waiting (a FIFO would). Everything goes through the loop, a packet at a
 * time, so a reload never holds up what the parent has to do for the roles.
 *
 * Not here: what the child does (load_child.c); judging the image (tables.c). */
#include "daemon/load.h"

#include "base/text.h"
#include "daemon/load_child.h"
#include "daemon/load_glob.h"
#include "daemon/load_packet.h"
#include "host/file.h"
#include "host/path.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Packets handled in one turn, so that findings without end leave time for the rest. */
#define LOAD_PACKETS_TURN 32
/* What an ended child may have left: all findings, how many more there were, and the result. */
#define LOAD_PACKETS_LEFT (LIMIT_CONF_FINDINGS + 2)

static void on_channel(struct loop_source *source, uint32_t events, struct mono now);
static void on_end(struct child *child, int status, struct mono now);

void load_init(struct load *load, struct loop *loop)
{
	*load = (struct load){
		.loop = loop,
		.child = CHILD_NONE,
		.channel = { .fd = -1, .handle = on_channel },
		.deadline = MONO_NEVER,
		.result = { .image_fd = -1 },
	};
	load->child.loop = loop;
	load->child.ended = on_end;
}

/* With a descriptor, or -errno in its place. */
static void answer_fd(struct load *load, enum load_packet_type type, int fd)
{
	struct load_packet answer = { .type = (uint32_t)type };

	answer.value = fd < 0 ? -fd : 0;
	/* A child that does not take its answer runs into its deadline. */
	load_packet_send(load->channel.fd, &answer, fd < 0 ? -1 : fd, MSG_DONTWAIT);
	if (fd >= 0)
		close(fd);
}

static void answer_link(struct load *load, const char *name)
{
	struct load_packet answer = { .type = LOAD_PACKET_LINKED };

	answer.value = if_nametoindex(name) != 0;
	load_packet_send(load->channel.fd, &answer, -1, MSG_DONTWAIT);
}

/* What lstat(2) says, for a child that may not look there itself. */
static void answer_look(struct load *load, const char *path)
{
	struct load_packet answer = { .type = LOAD_PACKET_LOOKED };
	struct conf_path found;

	answer.value = -host_path_look(path, &found);
	if (answer.value == 0) {
		answer.mode = found.mode;
		answer.owner = found.owner;
		answer.group = found.group;
		memcpy(answer.text, found.link, strlen(found.link) + 1);
	}
	load_packet_send(load->channel.fd, &answer, -1, MSG_DONTWAIT);
}

static void take_finding(struct load *load, const struct load_packet *p)
{
	/* The child keeps this bound, too; this is for one that was taken over. */
	if (load->findings_count > LIMIT_CONF_FINDINGS)
		return;
	load->findings_count++;
	load->finding(load->context,
		      p->value == CONF_ERROR ? CONF_ERROR :
		      p->value == CONF_WARNING ? CONF_WARNING :
						 CONF_HINT,
		      p->text);
}

static void take_result(struct load *load, const struct load_packet *p, int fd)
{
	if (load->has_result) {
		if (fd >= 0)
			close(fd);
		load->is_foreign = true;
		return;
	}
	load->has_result = true;
	load->is_foreign |= strchr(p->text, '/') != NULL;
	load->result = (struct load_result){
		.exit_code = p->value,
		.file_error = p->file_error,
		.instance_count = p->instance_count,
		.healthy_count = p->healthy_count,
		.image_fd = fd,
	};
	load->is_foreign |= !text_copy(load->result.place, sizeof(load->result.place), p->text);
}

/* One packet. False: nothing more now, or never again. */
static bool take_packet(struct load *load)
{
	struct load_packet p;
	int fd = -1, e = load_packet_receive(load->channel.fd, &p, &fd, MSG_DONTWAIT);

	if (e <= 0) {
		load->is_foreign |= e < 0;
		return false;
	}
	if (p.type != LOAD_PACKET_DONE && fd >= 0)
		close(fd);
	switch ((enum load_packet_type)p.type) {
	case LOAD_PACKET_OPEN:
		answer_fd(load, LOAD_PACKET_OPENED, host_file_open(p.text));
		return true;
	case LOAD_PACKET_GLOB:
		answer_fd(load, LOAD_PACKET_GLOBBED, load_glob(p.text));
		return true;
	case LOAD_PACKET_LINK:
		answer_link(load, p.text);
		return true;
	case LOAD_PACKET_LOOK:
		answer_look(load, p.text);
		return true;
	case LOAD_PACKET_FINDING:
		take_finding(load, &p);
		return true;
	case LOAD_PACKET_DONE:
		take_result(load, &p, fd);
		return true;
	case LOAD_PACKET_OPENED:
	case LOAD_PACKET_LINKED:
	case LOAD_PACKET_GLOBBED:
	case LOAD_PACKET_LOOKED:
		break;
	}
	load->is_foreign = true;
	return true;
}

static void on_channel(struct loop_source *source, uint32_t events, struct mono now)
{
	struct load *load =
		(struct load *)(void *)((char *)source - offsetof(struct load, channel));

	for (int i = 0; i < LOAD_PACKETS_TURN; i++)
		if (!take_packet(load))
			break;
	if (load->is_foreign)
		child_signal(&load->child, SIGKILL);
	/* Its end is reported by the pidfd; a closed socket would only keep us awake. */
	if (events & (EPOLLHUP | EPOLLERR))
		loop_remove(load->loop, source);
}

static void close_channel(struct load *load)
{
	if (load->channel.fd < 0)
		return;
	if (load->channel.is_added)
		loop_remove(load->loop, &load->channel);
	close(load->channel.fd);
	load->channel.fd = -1;
	load->deadline = MONO_NEVER;
}

static const char *judge_end(struct load *load, int status)
{
	char end[80];

	if (load->is_late)
		return "reading the configuration took longer than 10 s";
	if (load->is_foreign)
		return "the process that reads the configuration said something strange";
	if (load->has_result && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return NULL;
	snprintf(load->failure, sizeof(load->failure),
		 "the process that reads the configuration %s",
		 child_end_text(status, end, sizeof(end)));
	return load->failure;
}

static void on_end(struct child *child, int status, struct mono now)
{
	struct load *load = (struct load *)(void *)((char *)child - offsetof(struct load, child));
	struct load_result result;

	/* What it said before it ended is still in the socket. */
	for (unsigned i = 0; i < LOAD_PACKETS_LEFT && take_packet(load); i++)
		;
	close_channel(load);
	load->result.failure = judge_end(load, status);
	if (load->result.failure && load->result.image_fd >= 0) {
		close(load->result.image_fd);
		load->result.image_fd = -1;
	}
	result = load->result;
	load->result.image_fd = -1;
	load->done(load->context, &result, now);
}

int load_start(struct load *load, const char *path, enum load_form form, struct mono now)
{
	int pair[2], e;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	e = child_fork(&load->child);
	if (e == 0)
		load_child_run(pair[1], path, load, form);
	close(pair[1]);
	if (e < 0) {
		close(pair[0]);
		return e;
	}
	load->channel = (struct loop_source){ .fd = pair[0], .handle = on_channel };
	load->result = (struct load_result){ .image_fd = -1 };
	load->has_result = load->is_late = load->is_foreign = false;
	load->findings_count = 0;
	load->deadline = mono_add(now, LOAD_TIME_US);
	e = loop_add(load->loop, &load->channel, EPOLLIN);
	if (e < 0)
		load_abandon(load);
	return e < 0 ? e : 0;
}

struct mono load_deadline(const struct load *load)
{
	return load->deadline;
}

void load_expire(struct load *load, struct mono now)
{
	if (!mono_reached(load->deadline, now))
		return;
	load->is_late = true;
	load->deadline = MONO_NEVER;
	child_signal(&load->child, SIGKILL);
}

void load_abandon(struct load *load)
{
	child_abandon(&load->child);
	close_channel(load);
	if (load->result.image_fd >= 0)
		close(load->result.image_fd);
	load->result.image_fd = -1;
}
