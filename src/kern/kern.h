/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/address_mark.h"
#include "base/limits.h"
#include "wire/arp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Linux: what vipd-vrrp sees of the kernel and does to it. Effects, no policy. Nothing blocks
 * (netlink commands are executed by the kernel while they are sent) and nothing is allocated after
 * the _open functions. Functions return 0 (or what is said) or -errno. */

/* -- news: links and addresses, over rtnetlink -- */

enum kern_news_kind {
	KERN_NEWS_LINK, /* there, or changed */
	KERN_NEWS_LINK_GONE,
	KERN_NEWS_ADDRESS, /* there, or changed */
	KERN_NEWS_ADDRESS_GONE,
	KERN_NEWS_DUMP_BEGIN, /* what follows up to DUMP_END is everything there is */
	KERN_NEWS_DUMP_END,
	KERN_NEWS_OVERRUN, /* news were lost: ask for a dump */
};

struct kern_news {
	enum kern_news_kind kind;
	uint32_t ifindex;
	/* LINK */
	char name[LIMIT_LINK_NAME];
	bool is_up; /* IFF_UP and IFF_RUNNING */
	bool is_loopback;
	uint8_t mac[MAC_SIZE];
	bool has_mac; /* Ethernet, with an address of six octets */
	uint32_t mtu;
	/* ADDRESS, ADDRESS_GONE: IFA_LOCAL, else IFA_ADDRESS */
	struct prefix prefix;
	uint8_t scope; /* RT_SCOPE_* */
	uint8_t protocol; /* IFA_PROTO; 0: none */
	bool is_secondary; /* IFA_F_SECONDARY */
	bool is_tentative;
	/* The very change that a command of this process asked for. What the kernel does besides is
	 * not: secondaries go with their primary, or one of them takes its place. */
	bool is_own;
};

struct kern_netlink; /* both sockets: news and commands */

/* Opens the news socket (links, IPv4 addresses) and the command socket. */
int kern_netlink_open(struct kern_netlink **ret_netlink);
struct kern_netlink *kern_netlink_close(struct kern_netlink *n); /* returns NULL */
int kern_netlink_fd(const struct kern_netlink *n); /* for the loop: readable when there is news */

/* Asks for a dump of links, then of addresses. Its answers come as news, between DUMP_BEGIN and
 * DUMP_END, mixed with what changes meanwhile in the kernel's order. A dump asked for while one is
 * running starts again after it. A second DUMP_BEGIN before a DUMP_END: the kernel's lists changed
 * under the dump, what was mentioned since the first one is not everything; it starts over. */
int kern_netlink_dump(struct kern_netlink *n);

/* Takes up to `max` news without blocking. Fewer than `max`: nothing more now. As many as `max`:
 * there may be more that the descriptor does not show, because they are in here already; ask again
 * in this turn. Unknown messages are passed over; malformed ones are counted. */
int kern_netlink_read(struct kern_netlink *n, struct kern_news *ret_news, int max);
uint32_t kern_netlink_malformed(const struct kern_netlink *n);

/* -- addresses -- */

struct kern_address {
	uint32_t ifindex;
	struct prefix prefix;
	struct prefix peer; /* ADDR_NONE: none */
	struct addr broadcast; /* ADDR_NONE: none */
	uint8_t scope;
	char label[LIMIT_LINK_NAME]; /* empty: none */
	bool add; /* else remove */
	int error; /* outcome: 0, or errno */
};

/* Adds and removes up to LIMIT_ADDRESS_BATCH addresses in one batch, in order, and fills in each
 * outcome. Ours are marked with KERN_ADDRESS_PROTOCOL. -errno when the batch as a whole could not
 * be sent (then no outcome is set). */
int kern_address_change(struct kern_netlink *n, struct kern_address *addresses, int count);

/* -- advert sockets: one raw socket per link and family -- */

/* VRIDs as a bitmap: bit vrid of 256. */
struct kern_vrids {
	uint8_t bits[32];
};

/* The main socket: bound to the link, member of 224.0.0.18 on it, no loop-back, TTL and VRIDs and
 * version filtered by the kernel; sends whole IPv4 packets (IP_HDRINCL). Returns the descriptor. */
int kern_advert_open(uint32_t ifindex, const char *link, const struct kern_vrids *vrids,
		     uint8_t version);

/* Replaces the filter after a change of the configuration. */
int kern_advert_filter(int fd, const struct kern_vrids *vrids, uint8_t version);

/* The strangers' socket: takes what the main filter of the same link refuses, with a small buffer
 * and no membership of its own. */
int kern_stranger_open(uint32_t ifindex, const char *link, const struct kern_vrids *vrids,
		       uint8_t version);
int kern_stranger_filter(int fd, const struct kern_vrids *vrids, uint8_t version);

/* Packets that the kernel gave up for lack of room, since the socket was opened. */
uint32_t kern_socket_drops(int fd);

struct kern_packet {
	uint8_t data[LIMIT_ADVERT_PACKET];
	uint32_t size; /* octets stored */
	bool is_cut; /* it was longer */
};

/* Room for the packets of one turn; one for the process. */
struct kern_receiver;
int kern_receiver_open(struct kern_receiver **ret_receiver);
struct kern_receiver *kern_receiver_close(struct kern_receiver *r);

/* Up to LIMIT_PACKETS_TURN IPv4 packets in one system call. Returns how many; fewer than asked
 * for: the socket was seen empty. `ret_packets` stays the receiver's, until the next call. */
int kern_receive(struct kern_receiver *r, int fd, int max, const struct kern_packet **ret_packets);

/* Sends one whole IPv4 packet to `destination` on the socket's link. */
int kern_advert_send(int fd, const struct addr *destination, const void *packet, size_t size);

/* -- announcements: one packet socket for all links, which receives nothing -- */

struct kern_frame {
	uint32_t ifindex;
	uint8_t data[ARP_FRAME_SIZE];
};

int kern_packet_open(void);

/* Sends up to LIMIT_FRAME_BATCH Ethernet frames. Returns how many went out before the first that
 * did not, or -errno when it was the first. */
int kern_frames_send(int fd, const struct kern_frame *frames, int count);
