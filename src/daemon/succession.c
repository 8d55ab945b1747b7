/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Taking the place of another daemon (base/succession.h). Everything slow comes first: the file is
 * read and judged, vipd-vrrp runs behind its walls and reads. Only then the other one is ended, so
 * that between its last advert and our first one there is hardly more than our look at the kernel's
 * addresses. Whatever goes wrong before that costs the other one nothing. */

#include "daemon/parent.h"

#include "base/succession.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_connection(struct parent *p)
{
	loop_remove(&p->loop, &p->succession.source);
	close(p->succession.source.fd);
	p->succession.source.fd = -1;
}

static void call_off(struct parent *p)
{
	close_connection(p);
	log_printf(&p->log, LOG_LEVEL_ERROR,
		   "the other daemon was not ended by vipctl: vipd does not take its place");
	parent_fail(p, PARENT_EXIT_FATAL);
}

static void on_answer(struct loop_source *source, uint32_t events, struct mono now)
{
	struct parent *p = (struct parent *)(void *)((char *)source -
						     offsetof(struct parent, succession.source));
	struct succession_ended ended;

	if (recv(source->fd, &ended, sizeof(ended), 0) != sizeof(ended) ||
	    !p->succession.is_asked || ended.alive_us <= 0 || ended.alive_us > now.us) {
		call_off(p);
		return;
	}
	close_connection(p);
	p->succession.alive_us = ended.alive_us;
	log_printf(&p->log, LOG_LEVEL_INFO, "Taking the place of the daemon that vipctl has ended");
	reload_give(p);
}

void succession_open(struct parent *p)
{
	int fd = rundir_connect(&p->rundir, SUCCESSION_SOCKET);

	if (fd < 0)
		return;
	p->succession.source = (struct loop_source){ .fd = fd, .handle = on_answer };
	if (loop_add(&p->loop, &p->succession.source, EPOLLIN) < 0)
		call_off(p);
}

bool succession_is_pending(const struct parent *p)
{
	return p->succession.source.fd >= 0;
}

void succession_ask(struct parent *p)
{
	const uint32_t ready = SUCCESSION_READY;

	if (p->succession.is_asked)
		return;
	p->succession.is_asked = true;
	if (send(p->succession.source.fd, &ready, sizeof(ready), MSG_NOSIGNAL) != sizeof(ready))
		call_off(p);
}

void succession_close(struct parent *p)
{
	if (succession_is_pending(p))
		close_connection(p);
}
