/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/address_mark.h"
#include "base/limits.h"
#include "wire/arp.h"
#include "wire/image.h"

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
	bool is_disabled; /* not even IFF_UP */
	bool is_loopback;
	uint8_t mac[MAC_SIZE];
	bool has_mac; /* Ethernet, with an address of six octets */
	uint32_t mtu;
	/* ADDRESS, ADDRESS_GONE: IFA_LOCAL, else IFA_ADDRESS */
	struct prefix prefix;
	uint8_t scope; /* RT_SCOPE_* */
	uint8_t protocol; /* IFA_PROTO; 0: none */
	bool is_secondary; /* IFA_F_SECONDARY */
	/* IPv6: not to be used yet (duplicate address detection runs), or never (it failed). When
	 * it is over the address is told once more. */
	bool is_tentative;
	/* The very change that a command of this process asked for. What the kernel does besides is
	 * not: secondaries go with their primary, or one of them takes its place; and what becomes
	 * of an IPv6 address after it was put there. */
	bool is_own;
};

struct kern_netlink; /* both sockets: news and commands */

/* Opens the news socket (links, addresses) and the command socket. */
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
	char label[LIMIT_LINK_NAME]; /* IPv4; empty: none */
	/* enum image_address_flag. Without IMAGE_ADDRESS_DAD an IPv6 address serves at once. */
	uint8_t flags;
	/* IPv6; UINT32_MAX: forever, 0: deprecated from the start. It is valid forever. */
	uint32_t preferred_lifetime_s;
	bool add; /* else remove */
	bool replaces; /* add: also over what is there, as ours */
	int error; /* outcome: 0, or errno */
};

/* Adds and removes up to LIMIT_ADDRESS_BATCH addresses in one batch, in order, and fills in each
 * outcome. Ours are marked with KERN_ADDRESS_PROTOCOL. -errno when the batch as a whole could not
 * be sent (then no outcome is set). */
int kern_address_change(struct kern_netlink *n, struct kern_address *addresses, int count);

/* -- advert sockets: two raw sockets per link and family -- */

/* VRIDs as a bitmap: bit vrid of 256. */
struct kern_vrids {
	uint8_t bits[32];
};

/* What the sockets of a link are to take of one family. */
struct kern_port {
	uint32_t ifindex;
	const char *link;
	/* Not one interface, but all that the routing table knows, of the VRF `link` (empty: of
	 * none): the sockets take what is sent to this address. It need not be there. NULL:
	 * none. */
	const struct addr *source;
	uint8_t family; /* enum addr_family */
	uint8_t versions; /* bit = 1 << version */
	bool any_ttl; /* else only a TTL (IPv6: hop limit) of 255 */
	struct kern_vrids vrids;
	const struct addr *groups; /* of the family; the main socket is their member */
	int group_count;
};

/* The main socket: bound to the link, member of the groups on it, no loop-back; TTL, version and
 * VRIDs are filtered by the kernel. It takes multicast and unicast: what is sent to an address of
 * this host comes to the main socket of the link on which it arrives, whichever link has the
 * address. (With IPv6, groups that other programs joined on the link come, too.) It sends whole IP
 * packets of its family. Returns the descriptor. IPv6 needs Linux 4.5. */
int kern_advert_open(const struct kern_port *port);

/* After a change of the configuration: replaces the filter, leaves those of the `former_count`
 * groups `former` that the port does not have any more, and joins those that it has. (The kernel
 * does not tell what a socket is a member of.) */
int kern_advert_filter(int fd, const struct kern_port *port, const struct addr *former,
		       int former_count);

/* Leaves the groups of the port and joins them again: an interface that was without its family for
 * a while has forgotten them, and the socket alone still counts as their member. */
int kern_advert_rejoin(int fd, const struct kern_port *port);

/* The strangers' socket: takes what the main filter of the same link refuses, with a small buffer
 * and no membership of its own. */
int kern_stranger_open(const struct kern_port *port);
int kern_stranger_filter(int fd, const struct kern_port *port);

/* A third socket, where an instance is of version 2: takes what the main one would, if it comes
 * behind an Authentication Header (wire/ah.h), for `auth_type AH` and to name those who have it and
 * should not; what else comes there is not VRRP, and nobody's business. Sends nothing, and is a
 * member of nothing itself. */
int kern_ah_open(const struct kern_port *port);
int kern_ah_filter(int fd, const struct kern_port *port);

/* Is this one, of another process before, of the port's family and bound to its source? */
bool kern_socket_fits(int fd, const struct kern_port *port);

/* Packets that the kernel gave up for lack of room, since the socket was opened. */
uint32_t kern_socket_drops(int fd);

/* A packet socket that becomes readable with the first frame that somebody else sent on the link,
 * of any protocol; without what switches say of themselves also where they forward nothing. What
 * it has is not worth reading: close it. */
int kern_watch_open(uint32_t ifindex);

/* A packet socket that becomes readable with the first packet of VRRP (or CARP) that comes from
 * this address, and its sender's Ethernet address; false: none, or the link has no such. */
int kern_sender_open(uint32_t ifindex, const struct addr *source);
bool kern_sender_read(int fd, uint8_t ret_mac[MAC_SIZE]);

struct kern_packet {
	const uint8_t *data; /* from the IP header on */
	uint32_t size; /* octets stored, up to LIMIT_ADVERT_PACKET */
	bool is_cut; /* it was longer */
};

/* Room for the packets of one turn; one for the process. */
struct kern_receiver;
int kern_receiver_open(struct kern_receiver **ret_receiver);
struct kern_receiver *kern_receiver_close(struct kern_receiver *r);

/* Up to LIMIT_PACKETS_TURN IP packets in one system call. Returns how many; fewer than asked for:
 * the socket was seen empty. `ret_packets` stays the receiver's, until the next call. The kernel
 * gives no IPv6 header: one is made of what it tells of the packet (no flow label, no extension
 * headers). */
int kern_receive(struct kern_receiver *r, int fd, int max, const struct kern_packet **ret_packets);

/* Sends one whole IP packet of the socket's family to `destination` on the socket's link, through a
 * router of that link where the routing table says so; without a link, as the routing table says.
 * What is longer than the link's MTU goes in fragments in IPv6; in IPv4 it is -EMSGSIZE. */
int kern_advert_send(int fd, const struct addr *destination, const void *packet, size_t size);

/* -- announcements: one packet socket for all links, which receives nothing -- */

struct kern_frame {
	uint32_t ifindex;
	uint8_t size;
	uint8_t data[FRAME_SIZE_MAX]; /* from the Ethernet header on */
};

int kern_packet_open(void);

/* Sends up to LIMIT_FRAME_BATCH Ethernet frames. Returns how many went out before the first that
 * did not, or -errno when it was the first. */
int kern_frames_send(int fd, const struct kern_frame *frames, int count);
