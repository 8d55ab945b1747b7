/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node.h"
#include "sim/queue.h"
#include "sim/sim.h"

/* The inside of the simulator. */

#define SIM_SECOND INT64_C(1000000)
/* From a kernel to the next: a switch of today. */
#define SIM_DELAY_US 50
#define SIM_JITTER_US 30
#define SIM_PROBE_US 10000
/* From the end of vipd-vrrp to the next one, and from its start to its first turn. */
#define SIM_RESTART_US 5000
/* Packets that a host has not read yet, and more that come then are lost. */
#define SIM_SOCKET_PACKETS 512
/* Linux: an entry is doubted after 5 s without an answer, and asked for three times. */
#define SIM_NEIGHBOUR_US (8 * SIM_SECOND)

struct sim_address {
	uint32_t ifindex;
	struct prefix prefix;
	bool is_marked;
};

struct sim_packet {
	uint32_t link;
	size_t size;
	uint8_t data[]; /* an IPv4 packet */
};

struct sim_link {
	uint32_t lan, port;
	uint8_t mac[MAC_SIZE];
	bool has_carrier, is_open, is_cut;
};

struct sim_host {
	struct sim *sim;
	uint32_t number;
	char name[LIMIT_NAME];
	struct image *image;
	struct node *node; /* NULL: vipd-vrrp does not run */
	struct keep_table *keep;
	struct sim_link *links; /* as in the image; the ifindex is the index + 1 */
	struct sim_address *addresses;
	size_t address_count, address_room;
	struct sim_packet **packets; /* received and not read */
	size_t packet_count;
	bool is_powered, is_frozen;
	bool has_work; /* something came since its last turn */
	uint32_t life; /* counted up when it is switched off, so that what was meant for it goes */
	int64_t clock_us; /* its CLOCK_MONOTONIC when the simulation began */
	int64_t wrong_us; /* the oracle's: when it last had the addresses that its core wants */
};

struct sim_vip {
	struct prefix prefix;
	uint32_t lan;
	bool is_known; /* the client has a neighbour entry */
	uint8_t mac[MAC_SIZE]; /* … which is this */
	int64_t answered_us;
	bool is_served, was_served;
	uint32_t reached; /* hosts that would answer */
	uint32_t served_by;
	uint64_t sent, lost;
	/* The oracle's: since when it was last not so. */
	int64_t double_us, unheld_us, unserved_us, wrong_us;
};

struct sim_port {
	uint32_t host, link;
};

struct sim_lan {
	char name[LIMIT_LINK_NAME];
	struct sim_port ports[SIM_HOSTS];
	uint32_t port_count; /* the client is one more */
};

struct sim_oracle {
	bool is_on;
	int64_t fault_us; /* the last one, or the last start */
	char violation[256]; /* the first; empty: none */
};

struct sim {
	int64_t now_us;
	uint64_t random;
	uint32_t loss_ppm;
	bool has_begun;
	struct sim_queue queue;
	struct sim_host hosts[SIM_HOSTS];
	uint32_t host_count;
	struct sim_lan lans[SIM_LANS];
	uint32_t lan_count;
	struct sim_vip *vips;
	uint32_t vip_count;
	size_t vip_room;
	struct sim_fault *faults;
	size_t fault_count, fault_room;
	struct sim_record *records;
	size_t record_count, record_room;
	struct sim_oracle oracle;
};

/* sim.c */
uint32_t sim_draw(struct sim *s, uint32_t below);
/* Are there two hosts at least? */
static inline bool sim_are_several(uint32_t hosts)
{
	return (hosts & (hosts - 1)) != 0;
}

/* Room for one more item behind `count`. */
void *sim_grow(void *items, size_t size, size_t count, size_t *room);
struct sim_record *sim_record_add(struct sim *s, enum sim_record_kind kind);

/* host.c */
/* It is switched on, its daemon runs, and it does not stand still. */
bool sim_host_is_awake(const struct sim_host *h);
struct mono sim_host_now(const struct sim_host *h);
/* When the host has something to do, of the world's time. */
int64_t sim_host_deadline(const struct sim_host *h);
void sim_host_turn(struct sim_host *h);
void sim_host_start(struct sim_host *h, bool adopt);
void sim_host_stop(struct sim_host *h);
/* vipd-vrrp is gone; its addresses stay. */
void sim_host_kill(struct sim_host *h);
void sim_host_power(struct sim_host *h, bool is_on);
void sim_host_receive(struct sim_host *h, uint32_t link, const uint8_t *packet, size_t size);
void sim_host_carrier(struct sim_host *h, uint32_t link, bool has_carrier);

/* kernel.c: the host's addresses. Returns an errno, or 0. */
int sim_address_change(struct sim_host *h, uint32_t ifindex, const struct prefix *prefix, bool add,
		       bool is_marked);
bool sim_address_held(const struct sim_host *h, uint32_t link, const struct addr *addr);
/* Somebody removes what vipd put there. */
void sim_addresses_steal(struct sim_host *h);
/* Tells the node everything. */
void sim_kernel_dump(struct sim_host *h);
void sim_kernel_link(struct sim_host *h, uint32_t link);

/* lan.c */
/* False: there are too many. */
bool sim_lan_join(struct sim_host *h, uint32_t link);
void sim_frame_send(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size);
void sim_frame_arrive(struct sim *s, const struct sim_event *event);
/* May frames pass between the host's link and the LAN? */
bool sim_link_passes(const struct sim_host *h, uint32_t link);

/* client.c */
void sim_vip_add(struct sim *s, const struct prefix *prefix, uint32_t lan);
/* The VIP of this address, or NULL. */
struct sim_vip *sim_vip_find(struct sim *s, uint32_t lan, const struct addr *addr);
void sim_client_arp(struct sim *s, uint32_t lan, const uint8_t *frame);
void sim_client_probe(struct sim *s, uint32_t lan);
/* Looks again who serves it, and records a change. */
void sim_vip_look(struct sim *s, struct sim_vip *v);
void sim_vips_look(struct sim *s);

/* oracle.c */
void sim_oracle_look(struct sim *s);
void sim_oracle_fault(struct sim *s);

/* fault.c */
void sim_fault_apply(struct sim *s, const struct sim_fault *fault);
