/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parent's ear for the child that reads the configuration (load.c): the child may have been
 * taken over by what it read. Each question is answered once and by its kind, what is no question
 * of a child ends it, a result is taken once, findings have a bound. Files are those of a world
 * that has none but what is asked for. */
#include "fuzz_role.h"

#include "base/check.h"
#include "daemon/load.h"
#include "daemon/load_child.h"
#include "daemon/load_glob.h"
#include "daemon/load_packet.h"
#include "host/file.h"
#include "host/path.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#define PACKETS_MOST 24

static unsigned killed_count, findings_count;

/* -- the world -- */

int host_file_open(const char *path)
{
	return path[0] == '/' ? memfd_create("file", MFD_CLOEXEC) : -ENOENT;
}

int load_glob(const char *pattern)
{
	return pattern[0] == '/' ? memfd_create("glob", MFD_CLOEXEC) : -ENOENT;
}

int host_path_look(const char *path, struct conf_path *ret_path)
{
	*ret_path = (struct conf_path){ .mode = 0100644, .link = "" };
	return path[0] == '/' ? 0 : -ENOENT;
}

unsigned __wrap_if_nametoindex(const char *name);
unsigned __wrap_if_nametoindex(const char *name)
{
	return name[0] == 'e';
}

void load_child_run(int channel, const char *path, const struct load *load, enum load_form form)
{
	abort();
}

int child_fork(struct child *child)
{
	return -EAGAIN;
}

void child_signal(const struct child *child, int signal)
{
	check(signal == SIGKILL);
	killed_count++;
}

void child_abandon(struct child *child)
{
}

const char *child_end_text(int status, char *buffer, size_t size)
{
	return strcpy(buffer, "ended");
}

static void take_finding(void *context, enum conf_severity severity, const char *text)
{
	check(severity == CONF_ERROR || severity == CONF_WARNING || severity == CONF_HINT);
	check(strlen(text) < LOAD_TEXT_SIZE);
	findings_count++;
}

/* -- the child -- */

/* 0: it is no question. */
static uint32_t answer_to(uint32_t type)
{
	switch (type) {
	case LOAD_PACKET_OPEN:
		return LOAD_PACKET_OPENED;
	case LOAD_PACKET_GLOB:
		return LOAD_PACKET_GLOBBED;
	case LOAD_PACKET_LINK:
		return LOAD_PACKET_LINKED;
	case LOAD_PACKET_LOOK:
		return LOAD_PACKET_LOOKED;
	default:
		return 0;
	}
}

static void take_answer(int fd, const struct load_packet *question)
{
	uint32_t type = answer_to(question->type);
	bool has_fd = type == LOAD_PACKET_OPENED || type == LOAD_PACKET_GLOBBED;
	bool is_there = question->text[0] == '/';
	struct load_packet answer;
	int got = -1;

	if (!type) {
		check(load_packet_receive(fd, &answer, &got, MSG_DONTWAIT) == 0);
		return;
	}
	check(load_packet_receive(fd, &answer, &got, MSG_DONTWAIT) == 1);
	check(answer.type == type && (got >= 0) == (has_fd && is_there));
	if (type == LOAD_PACKET_LINKED)
		check(answer.value == (question->text[0] == 'e'));
	else
		check(answer.value == (is_there ? 0 : ENOENT));
	if (got >= 0)
		close(got);
}

static size_t make_packet(struct decisions *d, struct load_packet *p)
{
	size_t room = LOAD_TEXT_SIZE - 1;
	size_t length = decide_below(d, 8) == 7 ? room - decide(d) : decide_below(d, 8);
	uint8_t filler = decide(d);

	*p = (struct load_packet){ .type = decide_below(d, LOAD_PACKET_LOOKED + 2),
		.value = (int32_t)decide(d), .instance_count = decide(d) };
	memset(p->text, filler ? filler : '/', length);
	if (length)
		p->text[0] = "/ex"[decide_below(d, 3)];
	p->text[length] = '\0';
	if (decide_below(d, 8) == 7)
		return decide_below(d, 2) ? offsetof(struct load_packet, text) :
					    offsetof(struct load_packet, text) + length;
	return offsetof(struct load_packet, text) + length + 1;
}

/* A packet of ours: whole, with a text that ends where it ends. */
static bool is_sound(const struct load_packet *p, size_t size)
{
	return size > offsetof(struct load_packet, text) && ((const char *)p)[size - 1] == '\0';
}

static bool is_of_a_child(const struct load_packet *p, bool has_result)
{
	return answer_to(p->type) || p->type == LOAD_PACKET_FINDING ||
	       (p->type == LOAD_PACKET_DONE && !has_result && !strchr(p->text, '/') &&
		strlen(p->text) < RUN_DIR_SUFFIX_SIZE);
}

static void say(struct decisions *d, struct load *load, int fd)
{
	struct load_packet p;
	size_t size = make_packet(d, &p);
	int count = (int)decide_below(d, 3), fds[2] = { fd, fd };
	bool has_result = load->has_result;
	unsigned findings = findings_count;

	role_send(fd, &p, size, fds, count);
	load->channel.handle(&load->channel, EPOLLIN, (struct mono){ 0 });
	check(load->is_foreign == !(is_sound(&p, size) && is_of_a_child(&p, has_result)));
	check((killed_count > 0) == load->is_foreign);
	if (load->is_foreign)
		return;
	take_answer(fd, &p);
	check(findings_count == findings + (p.type == LOAD_PACKET_FINDING));
	if (p.type == LOAD_PACKET_DONE) {
		check(strcmp(load->result.place, p.text) == 0);
		check(load->has_result && load->result.exit_code == p.value);
		check((load->result.image_fd >= 0) == (count > 0));
	}
}

void role_to_loader(struct decisions *d)
{
	struct load load = { .finding = take_finding };
	int pair[2];

	killed_count = findings_count = 0;
	load_init(&load, NULL);
	load.finding = take_finding;
	role_pair(pair);
	load.channel.fd = pair[0];
	for (int k = 0; k < PACKETS_MOST && d->at < d->size && !load.is_foreign; k++)
		say(d, &load, pair[1]);
	load_abandon(&load);
	close(pair[1]);
}
