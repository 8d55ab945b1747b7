/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What the parent and the configuration child say to each other: one packet of a SOCK_SEQPACKET
 * pair each, cut behind the text. */

enum load_packet_type {
	/* child → parent */
	LOAD_PACKET_OPEN = 1, /* text: path */
	LOAD_PACKET_LINK, /* text: is there an interface of this name? */
	LOAD_PACKET_FINDING, /* value: enum conf_severity; text: rendered */
	LOAD_PACKET_GLOB, /* text: pattern */
	LOAD_PACKET_LOOK, /* text: what is this path? */
	/* value: exit code; the counts; text: conf_run_dir_suffix(); fd: the image, or none */
	LOAD_PACKET_DONE,
	/* parent → child, one for each question */
	LOAD_PACKET_OPENED, /* value: 0 with fd, or errno */
	LOAD_PACKET_LINKED, /* value: 1 yes, 0 no */
	LOAD_PACKET_GLOBBED, /* value: 0 with fd (load_glob.h), or errno */
	LOAD_PACKET_LOOKED, /* value: 0 and what it is, or errno; text: where a link leads */
};

#define LOAD_TEXT_SIZE 8192

struct load_packet {
	uint32_t type; /* enum load_packet_type */
	int32_t value;
	/* DONE */
	int32_t file_error; /* errno of the main file, 0: it was read */
	uint32_t instance_count, healthy_count;
	/* LOOKED */
	uint32_t mode, owner, group;
	char text[LOAD_TEXT_SIZE];
};

/* `pass_fd` -1: none. 0 or -errno. */
int load_packet_send(int fd, const struct load_packet *packet, int pass_fd, int flags);

/* 1: a sound packet; `ret_fd` is -1 or a descriptor (close-on-exec). 0: the end, or with
 * MSG_DONTWAIT nothing there. -EBADMSG: not a packet of ours. */
int load_packet_receive(int fd, struct load_packet *ret_packet, int *ret_fd, int flags);
