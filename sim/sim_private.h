/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "node/node.h"
#include "reconcile/reconcile.h"
#include "sim/expect.h"
#include "sim/ledger.h"
#include "sim/lasting.h"
#include "sim/octets.h"
#include "sim/peer.h"
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

/* How late a slow host's turn may be, and a late frame. */
#define SIM_LATE_US 30000
/* A slow kernel uses up a slice with one operation, and this much more at most. */
#define SIM_SLICE_US LIMIT_SLICE_US
/* From a change in the kernel to the news of it. */
#define SIM_NEWS_DELAY_US 500
/* News that a host has not read yet: more are an overrun. */
#define SIM_NEWS 128
/* RFC 4862 5.1: how long duplicate address detection takes, as Linux has it, and before it up to as
 * long again. */
#define SIM_DAD_US SIM_SECOND
/* In ten frames, of a port that does something to them. */
#define SIM_NOISE_TENTHS 3

struct sim_address {
	uint32_t link;
	struct prefix prefix;
	bool is_marked; /* a router's, not the host's own */
	bool is_foreign; /* … of one that is not ours, and nothing says so */
	bool is_tentative; /* IPv6: the kernel asks first whether somebody has it already */
	bool is_given_up; /* a change of the configuration could not remove it in time */
	int64_t since_us; /* it is there, by its host's clock */
};

struct sim_packet {
	uint32_t link;
	enum vrrp_drop forged; /* it must be rejected for this; NONE: a packet as any */
	size_t size;
	uint8_t data[]; /* a packet with its header */
};

enum sim_news_kind {
	SIM_NEWS_LINK,
	SIM_NEWS_LINK_GONE,
	SIM_NEWS_ADDRESS,
	SIM_NEWS_ADDRESS_GONE,
	SIM_NEWS_DUMP, /* everything that there is when this is read; or its first part */
	SIM_NEWS_DUMP_ADDRESSES, /* … the addresses, up to the middle */
	SIM_NEWS_DUMP_REST, /* … the others */
};

struct sim_news {
	int64_t at_us; /* not to be read before */
	int64_t happened_us; /* by the host's clock */
	enum sim_news_kind kind;
	uint32_t link, ifindex;
	bool is_up; /* LINK */
	struct prefix prefix; /* ADDRESS */
	bool is_marked, is_own, is_secondary, is_tentative;
	bool is_renamed; /* LINK */
};

/* An interface of a host as one family uses it, whichever configuration names it. Where both do
 * there are two of them, of one name, index and MAC, and each has a LAN of its own: what happens to
 * the interface happens to both. */
struct sim_link {
	char name[LIMIT_LINK_NAME];
	uint8_t family; /* enum addr_family */
	uint32_t lan, port;
	uint32_t place; /* … at its switch: the port, or, when it moved, another number */
	int64_t moved_us; /* … then, for the last time; of the world's time */
	uint32_t ifindex; /* 0: unplugged */
	uint32_t node_link; /* index in the configuration in force, or NODE_NONE */
	uint8_t mac[MAC_SIZE];
	struct prefix own; /* the host's own address */
	struct prefix second; /* another one of the same network; of IPv6 a global one */
	bool is_second_own; /* … that the host has from its start, to send unicast from */
	bool is_routed; /* the way from a source through any interface */
	bool is_vrf; /* … of a VRF, by whose device it goes; else nothing is told of it */
	uint32_t inside; /* … index of the interface in it that has the addresses */
	bool has_own, has_second; /* … are configured */
	bool is_renamed; /* no configuration knows it by its name of now */
	bool is_crowded; /* it has, or had, more of the host's own than vipd-vrrp remembers */
	bool is_met; /* this vipd-vrrp was told of it, by the name that its configuration has */
	bool has_carrier, is_open;
	bool is_watched, has_frame; /* vipd-vrrp wants to know of a first frame; it came */
	struct addr asked; /* … and who has this address */
	uint32_t asked_count; /* … so often anybody's */
	/* The oracle's: by what it was told its link is up, and since then a frame of others came;
	 * that, or one of its adverts left. */
	bool told_up, is_heard, is_proven;
	bool watch_due; /* … a watch is still to be asked for: what comes before is of before */
	int64_t came_up_us; /* … by the host's clock */
	struct node_port takes; /* what its socket takes */
	bool has_failed; /* … which could not be opened */
	uint32_t told_index; /* vipd knows it by this, */
	bool told_renamed; /* … and that it has another name */
	uint16_t noted; /* … and last said this of it: enum role_note; 0: nothing */
	int64_t noted_us; /* … then, by the host's clock */
	int64_t news_us; /* it was told of it then, so often */
	uint32_t news;
	struct sim_lasting misnoted; /* … which is not so */
	bool lacks_groups; /* its socket is in none, and nobody told vipd of it */
	struct sim_lasting groupless;
	bool is_deaf, is_mute, is_unsnooped; /* at the switch */
	int64_t slow_us; /* … so long after its link came up its port opens */
	int64_t opens_us; /* … it is closed until then */
	bool was_on_wire; /* … at its last look */
	bool is_lossy, is_twice, is_late, is_corrupt;
	uint32_t busy_turns; /* in a row, in which its socket was not read empty */
};

/* One configuration of a host. */
struct sim_variant {
	struct image *image;
	struct keep_table *keep;
	uint32_t *links; /* of each link of the image: the host's interface */
};

enum sim_change {
	SIM_CHANGE_NONE,
	SIM_CHANGE_COMPARING,
	SIM_CHANGE_SHEDDING,
};

struct sim_host {
	struct sim *sim;
	uint32_t number;
	char name[LIMIT_NAME];
	struct sim_variant variants[SIM_VARIANTS];
	uint32_t variant_count;
	uint32_t variant; /* in force */
	const struct image *image; /* … which is this */
	struct node *node; /* NULL: vipd-vrrp does not run */
	bool is_foreign; /* another router runs it, of this kind */
	enum peer_kind peer_kind;
	struct peer *peer; /* … which this is; NULL: it does not run */
	struct peer_world peer_world;
	enum sim_change change;
	/* A change began to take things away; it came into force. Of the world's time. */
	int64_t sheds_us, changed_us;
	uint32_t next_variant; /* what a reload is about to put in force */
	struct node *next_node;
	struct sim_link *links;
	uint32_t link_count;
	uint32_t ifindex_last;
	uint32_t *vip_instances; /* of each VIP: the instance in force that has it, or NODE_NONE */
	struct sim_address *addresses;
	size_t address_count, address_room;
	struct sim_packet **packets; /* received and not read */
	size_t packet_count;
	struct sim_news news[SIM_NEWS];
	uint32_t news_count;
	bool loses_news, has_lost_news;
	const struct node *dumped; /* it saw the last dump begin; NULL: none that runs */
	/* A dump that comes in parts: one is asked for, another as soon as it ends; its addresses
	 * changed under it; so many tries. */
	bool is_dumping, dumps_again, is_dump_broken;
	uint32_t dump_tries;
	size_t dumped_count; /* addresses that it told */
	bool refuses; /* the kernel, addresses and sockets */
	bool filters; /* … adverts on their way out */
	bool was_refused; /* since it last had what its core wants */
	int64_t refused_us; /* … the last time */
	int64_t settled_us; /* when was_refused ended the last time; 0: it never was */
	bool is_powered, is_frozen, is_paused, is_hung, is_slow, is_stopping;
	bool is_kernel_slow; /* what it asks the kernel for takes time */
	int64_t busy_us; /* … until then, of the world's time */
	/* A slice ended before all was done that it asked for: since then, by its clock and the
	 * world's. */
	bool is_behind;
	int64_t behind_us, behind_world_us;
	bool is_restarting; /* vipd-vrrp: its parent will start it again */
	bool starts_again; /* when it has stopped */
	bool has_work; /* something came since its last turn */
	int64_t work_us; /* … at this time */
	int64_t late_us; /* its next turn comes so late */
	int64_t stood_us; /* it last stood still, or was slow, until then; of the world's time */
	uint32_t life; /* counted up when it is switched off, so that what was meant for it goes */
	/* Its CLOCK_MONOTONIC was `clock_us` at the world's time `clock_at_us` and goes by
	 * `drift_ppm` too fast; CLOCK_REALTIME is that and `realtime_us`. */
	int64_t clock_us, clock_at_us, drift_ppm, realtime_us;
	bool is_changed; /* since the oracle looked; or it looks again at … */
	int64_t due_us;
	struct sim_lasting ending; /* the oracle's: it was told to end */
	int64_t started_us, ready_us; /* vipd-vrrp; from when on its instances may; by its clock */
	struct sim_lasting wrong; /* the oracle's: it has not the addresses that its core wants */
	struct sim_expect *expects; /* … of each instance in force; NULL: it is not asked */
	struct sim_expect_vip *expect_vips; /* … of each VIP */
	struct sim_ledger *ledgers; /* … of each instance in force, or NULL */
	struct sim_lasting nobodys; /* … an address that a change left behind */
	uint8_t *copies; /* … of each address in force: announced since it came to rest */
	uint64_t overruns; /* … that its node was told of */
	int64_t advert_late_max_us; /* … the worst delay of one of its adverts */
	uint64_t meddled, surprises; /* … addresses changed by others; what was done already */
	struct sim_ledger_address *ledger_addresses; /* … of each address in force */
	bool was_changed; /* … its configuration, since it started */
	bool has_listened; /* … in this turn */
	bool is_dump_due; /* … something asked for one */
	bool owes_dump; /* … it found an address, and has to ask whose it is */
	struct sim_lasting undumped;
	int64_t shed_us, shed_turn_us; /* … a change took things away since then; its last turn */
	int64_t heard_us; /* … its kernel, or of a socket that could not be opened */
	int64_t stopped_us; /* … when it was told to end */
	uint8_t *advert; /* the last frame with one that it sent */
	size_t advert_size;
	uint32_t advert_link;
};

struct sim_vip {
	struct prefix prefix;
	uint32_t lan;
	bool is_known; /* the client has a neighbour entry */
	uint8_t mac[MAC_SIZE]; /* … which is this */
	int64_t answered_us;
	int64_t learned_us; /* the entry came, or was changed, */
	bool is_ageing; /* and will be given up by the router */
	int64_t probed_us; /* until then the questions are counted */
	bool is_served, was_served;
	uint32_t held; /* hosts that have it in their kernel: a bit for each */
	uint32_t reached; /* hosts that would answer */
	uint32_t served_by;
	uint64_t sent, lost;
	struct sim_lasting twice, unheld, unserved, misplaced; /* the oracle's */
};

struct sim_port {
	uint32_t host, link;
};

struct sim_mac {
	uint8_t mac[MAC_SIZE];
	uint32_t place;
	int64_t seen_us;
};

struct sim_lan {
	char name[LIMIT_LINK_NAME];
	uint8_t family; /* of the links on it */
	struct sim_port ports[SIM_HOSTS];
	uint32_t port_count; /* the client is one more */
	struct sim_mac *macs; /* its switch's table */
	size_t mac_count, mac_room, mac_last;
	uint32_t moves; /* places beyond the ports */
};

struct sim_oracle {
	bool is_on;
	int64_t fault_us; /* the last one, or the last start */
	int64_t due_us; /* when something that lasts will have lasted too long */
	bool vips_changed; /* who serves them, or who could */
	int64_t vips_due_us;
	char violation[256]; /* the first; empty: none */
};

struct sim {
	int64_t now_us;
	struct sim_coverage coverage;
	uint64_t random;
	uint32_t loss_ppm, drift_ppm;
	/* A wall clock stepped; and somebody may take the wrong time for the right one. */
	bool have_clocks_stepped, are_clocks_moved;
	bool is_quiet; /* no client broadcasts anything */
	int64_t gateway_us; /* of the router before the clients, how long entries live; 0: none */
	sim_reader *reader;
	void *reader_context;
	bool has_begun;
	struct sim_queue queue;
	struct sim_host hosts[SIM_HOSTS];
	uint32_t host_count;
	struct sim_lan lans[SIM_LANS];
	uint32_t lan_count;
	struct sim_vip *vips;
	uint32_t vip_count, vip_next;
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
/* Its daemon is there. */
bool sim_host_runs(const struct sim_host *h);
/* It is switched on, its daemon runs, and it does not stand still. */
bool sim_host_is_awake(const struct sim_host *h);
/* Its instances may not begin yet (vrrp_startup_delay). */
bool sim_host_is_delayed(const struct sim_host *h);
/* Its kernel answers. */
bool sim_host_answers(const struct sim_host *h);
struct mono sim_host_now(const struct sim_host *h);
/* The first moment of the world's time at which the host's clock shows `at`; INT64_MAX: never. */
int64_t sim_host_when(const struct sim_host *h, struct mono at);
/* When the host has something to do, of the world's time. */
int64_t sim_host_deadline(const struct sim_host *h);
void sim_host_turn(struct sim_host *h);
/* Something came: a turn is due. */
void sim_host_work(struct sim_host *h);
/* What the node asks for, until it asks for nothing. False: vipd-vrrp has ended. */
bool sim_host_apply(struct sim_host *h);
/* Its daemon has ended, as it was told to. */
void sim_host_stopped(struct sim_host *h);
void sim_host_keep(struct sim_host *h, uint32_t instance);
/* What comes of something that happened then, by its clock, may come now: it was in this turn, or
 * slices ended since before all of it was done. */
bool sim_host_is_current(const struct sim_host *h, int64_t at_us);
/* … its configuration changed. */
bool sim_host_is_changing(const struct sim_host *h);
void sim_kernel_slow(struct sim_host *h, bool is_slow);
/* The last frame with an advert that it sent. */
void sim_advert_remember(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size);
void sim_host_receive(struct sim_host *h, uint32_t link, const uint8_t *packet, size_t size,
		      enum vrrp_drop forged);

/* watch.c */
/* vipd-vrrp asks for the first frame on this link. */
void sim_watch_begin(struct sim_host *h, uint32_t link);
/* It does not run any more. */
void sim_watches_end(struct sim_host *h);
/* A frame came to the port of the host. */
void sim_watch_frame(struct sim_host *h, uint32_t link);
void sim_watch_chatter(struct sim_host *h, uint32_t link);
/* In a turn: the node is told of first frames. */
void sim_watches_read(struct sim_host *h);
/* … and who has the address that was asked for. */
void sim_asked_answer(struct sim_host *h);
void sim_stranger_mac(const struct addr *addr, uint8_t mac[MAC_SIZE]);
/* It was told that the link is up, or is not. */
void sim_watch_told(const struct sim_host *h, struct sim_link *l, bool is_up);
/* A dump ended: from here on those that nothing is told of are there. */
void sim_routed_begin(struct sim_host *h);
/* Another configuration is in force: it looks for frames anew. */
void sim_watches_changed(struct sim_host *h);

/* life.c */
/* A daemon, or a router, begins: by the clock that it has now. */
void sim_clocks_doubt(struct sim *s);
void sim_host_start(struct sim_host *h, bool adopt);
void sim_host_stop(struct sim_host *h);
/* What the daemon was told meanwhile reaches the node, within a turn. */
void sim_host_commands(struct sim_host *h);
/* vipd-vrrp is gone; its addresses stay. */
void sim_host_kill(struct sim_host *h);
void sim_host_power(struct sim_host *h, bool is_on);
/* The foreign router leaves, and vipd takes its place. */
void sim_host_migrate(struct sim_host *h);
/* … that ended without a word, and left its addresses: nothing where it does not run. */
void sim_host_take_over(struct sim_host *h);
void sim_host_pause(struct sim_host *h, bool is_paused);
/* The daemon read another configuration; it takes over in steps. */
void sim_host_reload(struct sim_host *h, uint32_t variant);
void sim_host_reload_advance(struct sim_host *h);
/* A node for this configuration, which is not running yet. */
struct node *sim_node_new(struct sim_host *h, uint32_t variant);
/* The instance on this interface of the host that is of the same virtual router; NODE_NONE: none
 * that runs. Of several that have its number, the one that is unicast, or multicast, as well. */
uint32_t sim_router_find(const struct sim_variant *variant, uint32_t link,
			 const struct image_instance *like);
/* Has another one its number? */
bool sim_router_has_twin(const struct sim_variant *variant, uint32_t instance);
/* The one that this packet is for. */
uint32_t sim_router_meant(const struct sim_variant *variant, uint32_t link, const uint8_t *packet);
/* What goes on as this one in another configuration: where several have its number before or after,
 * their names decide. */
uint32_t sim_router_next(const struct sim_variant *before, uint32_t instance,
			 const struct sim_variant *after);
/* This configuration is in force. */
void sim_variant_use(struct sim_host *h, uint32_t variant);

/* kernel.c: addresses and interfaces; what the kernel tells of them */
/* Returns an errno, or 0. `is_own`: vipd did it. */
int sim_address_change(struct sim_host *h, uint32_t link, const struct prefix *prefix, bool add,
		       bool is_own);
/* … adds one of vipd's, in the place of what is there. */
int sim_address_replace(struct sim_host *h, uint32_t link, const struct prefix *prefix);
/* What the other family makes of the same interface; NODE_NONE: nothing. */
uint32_t sim_link_twin(const struct sim_host *h, uint32_t link);
struct sim_address *sim_address_find(const struct sim_host *h, uint32_t link,
				     const struct addr *addr);
bool sim_address_held(const struct sim_host *h, uint32_t link, const struct addr *addr);
/* … and the kernel answers for it: it knows that nobody else has it. Of what goes through any
 * interface: wherever it is. */
bool sim_address_is_settled(const struct sim_host *h, uint32_t link, const struct addr *addr);
/* … and vipd did not put it there. */
bool sim_address_is_native(const struct sim_host *h, uint32_t link, const struct addr *addr);
/* The link has any address that vipd did not put there. */
bool sim_link_has_native(const struct sim_host *h, uint32_t link);
/* … one that the adverts of this instance can come from. */
bool sim_router_has_source(const struct sim_host *h, const struct image_instance *i);
/* One of the interfaces that it needs, its own and those of its addresses, is missing; or,
 * `or_down`, without a carrier. */
bool sim_router_lacks(const struct sim_host *h, const struct image_instance *i, bool or_down);
/* The interface loses all its addresses of the family, and its sockets their groups. */
void sim_narrow(struct sim_host *h, uint32_t link);
/* Somebody removes the virtual addresses. */
void sim_addresses_steal(struct sim_host *h);
/* Somebody adds what vipd would put there, without its mark. */
void sim_addresses_plant(struct sim_host *h);
/* The host's own address of the link. */
void sim_own_address(struct sim_host *h, uint32_t link, bool is_there);
/* Nobody answered: the address is the host's. */
void sim_address_settle(struct sim_host *h, uint32_t link, bool is_second);
void sim_second_address(struct sim_host *h, uint32_t link, bool is_there);
bool sim_link_is_second(const struct sim_link *l, const struct addr *addr);
void sim_rename(struct sim_host *h, uint32_t link, bool is_renamed);
void sim_carrier(struct sim_host *h, uint32_t link, bool has_carrier);
void sim_plug(struct sim_host *h, uint32_t link, bool is_plugged);
/* The interface of this index, as this family uses it; NODE_NONE: none. */
uint32_t sim_link_by_index(const struct sim_host *h, uint32_t ifindex, uint8_t family);
/* The host's interface for a link of the configuration in force. */
uint32_t sim_link_of(const struct sim_host *h, uint32_t node_link);
/* The interface that configurations name so, as this family uses it (ADDR_NONE: any); NODE_NONE:
 * none. */
uint32_t sim_link_by_name(const struct sim_host *h, const char *name, uint8_t family);
/* What was not read is never read. */
void sim_news_forget(struct sim_host *h);
/* Everything is asked for. */
void sim_news_dump(struct sim_host *h);
void sim_news_overrun(struct sim_host *h, bool is_losing);
/* What is to be read by now goes to the node. */
void sim_news_read(struct sim_host *h);
/* When there is something to read; INT64_MAX: nothing. */
int64_t sim_news_time(const struct sim_host *h);

/* The kernel tells of it: there is an interface. */
static inline bool sim_link_is_told(const struct sim_link *l)
{
	return !l->is_routed || l->is_vrf;
}

/* The host has this address there for itself, from its start. */
static inline bool sim_link_owns(const struct sim_link *l, const struct addr *addr)
{
	return addr_equal(&l->own.addr, addr) ||
	       (l->is_second_own && addr_equal(&l->second.addr, addr));
}

/* vipd-vrrp can do something to it: it has its name, or had it. */
static inline bool sim_link_is_known(const struct sim_host *h, uint32_t link)
{
	return h->links[link].is_met;
}

/* lan.c */
/* Interfaces for all links of the image; false: there are too many LANs. */
bool sim_links_add(struct sim_host *h, struct sim_variant *variant);
void sim_frame_send(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size);
/* The MAC of who has the address on this LAN; all zero: nobody answers. */
void sim_resolve(const struct sim_host *h, uint32_t link, const struct addr *addr,
		 uint8_t ret_mac[MAC_SIZE]);
void sim_frame_arrive(struct sim *s, const struct sim_event *event);

/* switch.c: what its port lets pass */
/* It is there, and has a carrier. */
bool sim_link_is_on_wire(const struct sim_host *h, uint32_t link);
/* Frames of the host. */
bool sim_port_takes(const struct sim_host *h, uint32_t link);
/* Frames to the host. */
bool sim_port_gives(const struct sim_host *h, uint32_t link, bool is_multicast);
/* Both. */
bool sim_link_passes(const struct sim_host *h, uint32_t link);
/* It opens so long after its link came up; 0: at once. */
void sim_port_slow(struct sim_host *h, uint32_t link, int64_t slow_us);
/* Links of the host may have come up, or gone. */
void sim_ports_look(struct sim_host *h);
void sim_port_open(struct sim_host *h, uint32_t link);

/* mac_table.c */
/* A frame came from it. */
void sim_mac_learn(struct sim *s, uint32_t lan, const uint8_t mac[MAC_SIZE], uint32_t place);
/* Would a frame to it come to this place? */
bool sim_mac_leads(struct sim *s, uint32_t lan, const uint8_t mac[MAC_SIZE], uint32_t place);
/* The place has no link any more. */
void sim_macs_forget(struct sim *s, uint32_t lan, uint32_t place);
/* The link is at another place, where the switch has not seen it yet. */
void sim_link_move(struct sim_host *h, uint32_t link);

/* unicast.c */
/* All hosts are there, and none is switched on. */
void sim_unicast_addresses(struct sim *s);
/* Its adverts are for global addresses of IPv6, and come from one. */
bool sim_router_is_global(const struct image *image, const struct image_instance *i);
/* The address that others know the host's router by. */
const struct addr *sim_router_address(const struct sim_host *h, const struct image_instance *i);
/* unicast_fault_no_peer, and none is listed but the host itself. `i`: of the image in force. */
bool sim_router_wants_peers(const struct sim_host *h, const struct image_instance *i);

/* client.c */
void sim_vip_add(struct sim *s, const struct prefix *prefix, uint32_t lan);
/* The VIP of this address, or NULL. */
struct sim_vip *sim_vip_find(struct sim *s, uint32_t lan, const struct addr *addr);
/* The address that this ARP frame or neighbour advertisement announces. */
struct addr sim_announced(const uint8_t *frame);
void sim_client_announced(struct sim *s, uint32_t lan, const uint8_t *frame);
void sim_client_doubt(struct sim *s, uint32_t vip);
/* Looks again who serves it, and records a change. */
void sim_vip_look(struct sim *s, struct sim_vip *v);
void sim_vips_look(struct sim *s);
void sim_vip_count_probes(struct sim *s, struct sim_vip *v);

/* gateway.c */
/* The neighbour entry of the VIP came, or was changed. */
void sim_gateway_learned(struct sim *s, struct sim_vip *v);
/* Its time may be over. */
void sim_gateway_age(struct sim *s, struct sim_vip *v);
/* The longest that a neighbour entry which leads nowhere is believed. */
int64_t sim_neighbour_us(const struct sim *s);

/* forge.c */
/* An advert for one of the host's instances that has to be rejected for this reason. */
void sim_forge(struct sim_host *h, enum vrrp_drop why);
void sim_replay(struct sim_host *h);

/* peer_host.c: a host with another router */
void sim_peer_start(struct sim_host *h);
void sim_peer_turn(struct sim_host *h);
void sim_peer_news(struct sim_host *h, const struct sim_news *news);
/* Tells it of all its links. */
void sim_peer_dump(struct sim_host *h);
/* At which MAC the host serves this VIP; also of our own hosts. */
void sim_peer_mac(const struct sim_host *h, const struct sim_vip *v, uint32_t link,
		  uint8_t ret_mac[MAC_SIZE]);

/* oracle.c */
void sim_oracle_look(struct sim *s);
void sim_oracle_fault(struct sim *s);
__attribute__((format(printf, 2, 3))) void sim_violated(struct sim *s, const char *format, ...);
/* Bounds that several rules have: a frame's way and a turn, many times over; an address that its
 * core wants, or not any more: a turn, and a repair that waits for its distance to the last. */
#define SIM_SLACK_US 100000
#define SIM_ADDRESS_US 500000

/* effect.c */
/* Is this one modelled for whoever runs the host? */
bool sim_fault_suits(const struct sim_host *h, enum sim_fault_kind kind);
void sim_fault_apply(struct sim *s, const struct sim_fault *fault);
