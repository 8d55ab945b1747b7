/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever crosses from one process to another as a message, over the socket pairs that it crosses
 * in. The first octet says who hears it. Of every message: it is taken or refused as a second, tiny
 * reading of role.h has it, no descriptor that came beside it stays open, and what is made of it is
 * sound. */
#include "fuzz_role.h"

#include "base/check.h"
#include "daemon/channel.h"
#include "daemon/log_render.h"
#include "image_memory.h"
#include "mutate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const int fuzz_rounds = 300;

#define MESSAGES_MOST 16
#define FDS_TAKEN 2

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return LLVMFuzzerMutate(data, size, max_size);
}

/* -- making and sending -- */

void role_message_make(struct decisions *d, enum role_message_type type, struct role_message *m)
{
	*m = role_message(type);
	if (type == ROLE_NOTE)
		m->note = (uint16_t)decide_below(d, ROLE_NOTE_N_ + 1);
	m->generation = decide_below(d, 4);
	m->instance = decide_below(d, 8) ? decide_below(d, 8) : UINT32_MAX;
	m->count = decide(d);
	m->from = (uint8_t)decide_below(d, VRRP_STATE_N_);
	m->to = (uint8_t)decide_below(d, VRRP_STATE_N_);
	m->reason = (uint8_t)decide_below(d, VRRP_REASON_N_);
	m->drop = (uint8_t)decide_below(d, VRRP_DROP_N_);
	m->condition = (uint8_t)decide_below(d, CONDITION_N_);
	m->priority = decide(d);
	m->adopt = (uint8_t)decide_below(d, 3);
	m->address.addr.family = (uint8_t)(decide_below(d, 4) * 2);
	m->address.length = (uint8_t)decide_below(d, 34);
	m->address.addr.bytes[0] = decide(d);
	m->value = decide_odd(d);
	for (uint32_t k = decide_below(d, 32); k; k--)
		m->text[k - 1] = (char)decide(d);
	if (decide_below(d, 4) == 3)
		decide_patches(d, m, sizeof(*m));
	if (decide(d) == 0xff)
		memset(m->text, 'x', sizeof(m->text));
}

void role_send(int fd, const void *data, size_t size, const int *fds, int count)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(8 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (count) {
		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
		*CMSG_FIRSTHDR(&msg) = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN((size_t)count * sizeof(int)) };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), fds, (size_t)count * sizeof(int));
	}
	/* A full queue, or nobody who hears: as with a real sender, it is lost. */
	(void)!sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void role_pair(int ret_pair[2])
{
	check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_pair) == 0);
}

int role_image(struct decisions *d)
{
	bool is_sound;
	size_t size;
	struct image *image = generate_image(d, &size, &is_sound);
	int fd = image_memory(image, size, true);

	free(image);
	return fd;
}

/* -- the second reading of role.h -- */

static bool model_takes(const struct role_message *m, size_t size)
{
	static const uint8_t bits[] = { [ADDR_IPV4] = 32, [ADDR_IPV6] = 128 };
	uint8_t family = m->address.addr.family;
	bool ends = false;

	if (size != sizeof(*m))
		return false;
	for (size_t k = 0; k < ROLE_TEXT_SIZE; k++)
		ends |= m->text[k] == '\0';
	if (family && (family > ADDR_IPV6 || !bits[family] || m->address.length > bits[family]))
		return false;
	if (m->type == ROLE_NOTE ? m->note < 1 || m->note > ROLE_NOTE_FAREWELL : m->note != 0)
		return false;
	return m->magic == 0x7669 && m->layout == 3 && m->type >= ROLE_APPLY &&
	       m->type <= ROLE_LEAVE && m->from <= VRRP_STATE_FAULT && m->to <= VRRP_STATE_FAULT &&
	       m->reason <= VRRP_REASON_ADOPTED && m->drop <= VRRP_DROP_AUTH_REPLAY &&
	       m->condition <= CONDITION_UNKNOWN && m->adopt <= ROLE_ADOPT_ADDRESSES &&
	       m->has_neighbour <= 1 && ends;
}

/* -- the parent -- */

/* One line for each text, whatever is in it, and nothing that steers a terminal. */
static void put_in_log(struct log *log, int reader, const struct log_line *line)
{
	char text[2048];
	ssize_t size;

	log_printf(log, line->level, "%s", line->text);
	size = recv(reader, text, sizeof(text), 0);
	check(size > 0 && text[size - 1] == '\n');
	for (ssize_t k = 0; k + 1 < size; k++) {
		check((uint8_t)text[k] >= ' ' && text[k] != 0x7f);
		/* Control characters of ISO 6429 have a second form. */
		check((uint8_t)text[k] != 0xc2 || (uint8_t)text[k + 1] < 0x80 ||
		      (uint8_t)text[k + 1] >= 0xa0);
	}
}

static void render(struct decisions *d, const struct role_message *m)
{
	struct log_render_context context = { .instance = decide(d) & 1 ? "vrrp_1" : NULL,
					      .own_priority = decide(d) };
	struct log log = { .options = { .to_console = true, .detail = true },
			   .console_is_socket = true, .syslog_fd = -1 };
	struct log_line lines[LOG_RENDER_LINES];
	int count, pair[2];

	memset(lines, 'x', sizeof(lines));
	count = log_render(m, &context, lines);
	check(count >= 0 && count <= LOG_RENDER_LINES);
	if (count == 0)
		return;
	role_pair(pair);
	log.console_fd = pair[0];
	for (int k = 0; k < count; k++) {
		check(memchr(lines[k].text, '\0', sizeof(lines[k].text)) != NULL);
		put_in_log(&log, pair[1], &lines[k]);
	}
	close(pair[0]);
	close(pair[1]);
}

void role_to_parent(struct decisions *d)
{
	struct role_message m, got;
	int pair[2], fds[FDS_TAKEN], count;

	role_pair(pair);
	for (int k = 0; k < MESSAGES_MOST && d->at < d->size; k++) {
		const int sent[4] = { pair[0], pair[0], pair[0], pair[0] };
		int sent_count = (int)decide_below(d, 5), r;
		size_t size = sizeof(m);
		char block[sizeof(m) + 8] = { 0 };

		role_message_make(d, (enum role_message_type)decide_below(d, ROLE_MESSAGE_N_ + 1),
				  &m);
		if (decide(d) == 0xff)
			size = sizeof(m) - 4 + decide_below(d, 9);
		memcpy(block, &m, sizeof(m));
		role_send(pair[1], block, size, sent, sent_count);
		r = channel_receive(pair[0], &got, fds, FDS_TAKEN, &count);
		check(r == (model_takes(&m, size) ? 1 : -EBADMSG));
		if (r != 1)
			continue;
		check(memcmp(&got, &m, sizeof(m)) == 0);
		check(count == (sent_count < FDS_TAKEN ? sent_count : FDS_TAKEN));
		for (int i = 0; i < count; i++)
			close(fds[i]);
		render(d, &got);
	}
	check(channel_receive(pair[0], &got, fds, FDS_TAKEN, &count) == 0);
	close(pair[1]);
	check(channel_receive(pair[0], &got, fds, FDS_TAKEN, &count) == -EPIPE);
	close(pair[0]);
}

/* Which descriptors are open, a bit for each. */
static uint64_t open_fds(void)
{
	uint64_t bits = 0;

	for (int fd = 0; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			bits |= UINT64_C(1) << fd;
	return bits;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parts[])(struct decisions *) = { role_to_parent, role_to_vrrp,
							     role_to_loader, role_to_heir };
	struct decisions d = { data, size, 0 };
	uint64_t before = open_fds();

	parts[decide_below(&d, 4)](&d);
	check(open_fds() == before);
	return 0;
}
