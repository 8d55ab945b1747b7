/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/limits.h"
#include "sim/peer.h"
#include "wire/image.h"
#include "wire/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The simulator: hosts that run the production cores (src/node) over configurations, in a world of
 * virtual clocks, model kernels and switched LANs. Everything that happens comes from the
 * configurations, the faults and one seed: the same three give the same records, octet for octet.
 *
 * Times are microseconds since the simulation began. Functions that take text say what is wrong
 * with it; when memory runs out the program ends (base/check.h). */

#define SIM_HOSTS 16
#define SIM_LANS 64
/* A client that nobody told where an address went asks in vain for so long, and then everybody.
 * Linux: an entry is doubted after 5 s without an answer, and asked for three times. */
#define SIM_NEIGHBOUR_US (INT64_C(8) * 1000000)

struct sim;

struct sim *sim_new(uint64_t seed);
struct sim *sim_free(struct sim *s); /* returns NULL; takes NULL */

/* One more host, off until the simulation begins; its configuration is copied. The links of all
 * hosts that carry the same virtual router, or have the same name, are one LAN. Returns its number,
 * or -1: there are SIM_HOSTS, or too many LANs. */
int sim_host_add(struct sim *s, const char *name, const struct image *image);

/* The host is run by a router that is not ours, from what its configuration says. Before the
 * simulation begins. What was not modelled of such a router does nothing to it: reload, overrun,
 * refuse, plant, and steal to a standard one, which looks after nothing. */
void sim_host_set_peer(struct sim *s, uint32_t host, enum peer_kind kind);

/* Another configuration of the host, for SIM_FAULT_RELOAD. Before the simulation begins. Returns
 * its number (the first one is 0), or -1: there are SIM_VARIANTS, or too many LANs. */
#define SIM_VARIANTS 16
int sim_variant_add(struct sim *s, uint32_t host, const struct image *image);

/* Reads the configuration that a `reload HOST to FILE` names: returns NULL after it said why not.
 * The image is free()d by the simulation. */
typedef struct image *sim_reader(void *context, const char *file);
void sim_reader_set(struct sim *s, sim_reader *reader, void *context);

/* Each frame gets lost with this probability, in parts of a million. */
void sim_loss_set(struct sim *s, uint32_t ppm);
/* The clock of each host goes wrong by up to this, in parts of a million, fast or slow. Before the
 * hosts are added. */
void sim_drift_set(struct sim *s, uint32_t ppm);

/* The clients are behind a router, one on each LAN, that believes a neighbour entry for so long
 * after it came or was changed (gateway.c); 0, the default: they are on the LAN. Before the
 * simulation begins. */
void sim_gateway_set(struct sim *s, int64_t age_us);
/* Clients send nothing of themselves that every port hears (they do, otherwise). */
void sim_quiet_set(struct sim *s, bool is_quiet);
bool sim_is_quiet(const struct sim *s);
int64_t sim_gateway(const struct sim *s);

/* -- faults -- */

enum sim_fault_kind {
	SIM_FAULT_POWER_OFF, /* everything of the host is gone at once */
	SIM_FAULT_POWER_ON, /* it has booted, and its daemon starts */
	SIM_FAULT_STOP, /* the daemon is told to end, and says farewell */
	SIM_FAULT_START,
	SIM_FAULT_KILL, /* vipd-vrrp dies; its parent starts it again */
	SIM_FAULT_KILL_ALL, /* the whole daemon dies, and its addresses stay */
	SIM_FAULT_HANG, /* vipd-vrrp stands still; the kernel goes on to answer */
	SIM_FAULT_WAKE,
	SIM_FAULT_CABLE_DOWN, /* the carrier goes; the host sees that */
	SIM_FAULT_CABLE_UP,
	SIM_FAULT_CUT, /* the switch passes nothing on, and the host does not see that */
	SIM_FAULT_DEAF, /* … nothing to the host */
	SIM_FAULT_MUTE, /* … nothing from the host */
	SIM_FAULT_UNSNOOP, /* … no multicast to the host: its switch forgot who listens */
	SIM_FAULT_JOIN, /* everything passes again */
	SIM_FAULT_SLOW_PORT, /* from now on the port opens so long after each link-up: `variant` */
	SIM_FAULT_FAST_PORT, /* … at once, and if it waits, now */
	SIM_FAULT_MOVE, /* the host is at another port: the switch sends there when it is heard */
	SIM_FAULT_LOSSY, /* three in ten frames of the port get lost */
	SIM_FAULT_TWICE, /* three in ten come twice */
	SIM_FAULT_LATE, /* three in ten come up to 30 ms later, behind those after them */
	SIM_FAULT_CORRUPT, /* one bit of three in ten is another one */
	SIM_FAULT_CLEAN, /* none of these four any more */
	SIM_FAULT_UNPLUG, /* the interface is gone, and its addresses */
	SIM_FAULT_PLUG, /* it is there again, with another index and the host's own address */
	SIM_FAULT_ADDRESS_OFF, /* the host's own address is removed */
	SIM_FAULT_ADDRESS_ON,
	SIM_FAULT_SECOND_ON, /* it gets another one of the same network, a secondary one */
	SIM_FAULT_SECOND_OFF,
	SIM_FAULT_NARROW, /* for a moment its MTU is too small: addresses and groups are gone */
	SIM_FAULT_RENAME, /* the interface has another name now, with all that is on it */
	SIM_FAULT_RENAME_BACK,
	SIM_FAULT_FREEZE, /* the host stands still, its clock goes on */
	SIM_FAULT_THAW,
	SIM_FAULT_PAUSE, /* a virtual machine is paused: its clock stands still, too */
	SIM_FAULT_RESUME,
	SIM_FAULT_SLOW, /* vipd-vrrp gets the processor up to 30 ms late */
	SIM_FAULT_QUICK,
	SIM_FAULT_SLOW_KERNEL, /* operations take 2 to 4 ms, and dumps come in parts */
	SIM_FAULT_QUICK_KERNEL,
	SIM_FAULT_STEP, /* CLOCK_REALTIME is set one hour forward or back */
	SIM_FAULT_OVERRUN, /* what the kernel tells gets lost, and that is noticed at the end */
	SIM_FAULT_HEARD,
	SIM_FAULT_REFUSE, /* the kernel has no memory for addresses and sockets */
	SIM_FAULT_GRANT,
	SIM_FAULT_FILTER, /* a packet filter of the host lets no advert out */
	SIM_FAULT_UNFILTER,
	SIM_FAULT_STEAL, /* somebody removes the virtual addresses of a host */
	SIM_FAULT_PLANT, /* somebody adds its virtual addresses by hand */
	SIM_FAULT_FLOOD, /* hundreds of adverts that must be rejected, at once */
	SIM_FAULT_FORGE, /* somebody sends the host an advert that must be rejected: `variant` */
	SIM_FAULT_REPLAY, /* the host's last advert is sent again, to all others */
	SIM_FAULT_RELOAD, /* the daemon reads a changed configuration: `variant` */
	SIM_FAULT_MIGRATE, /* the router that is not ours ends, and vipd starts in its place */
	SIM_FAULT_TAKE_OVER, /* … ends without a word, and vipd goes on (`vipctl migrate`) */
	SIM_FAULT_N_,
};

/* IEEE 802.1D: a port listens for 15 s, then it learns for as long. */
#define SIM_PORT_OPENS_MS 30000

struct sim_fault {
	int64_t at_us;
	enum sim_fault_kind kind;
	uint32_t host;
	char link[LIMIT_LINK_NAME]; /* of cables and ports; empty: all */
	/* RELOAD: of sim_variant_add(); FORGE: enum vrrp_drop, why it is bad; KILL: milliseconds
	 * until vipd-vrrp is there again, besides what it always takes; SLOW_PORT: milliseconds
	 * from link-up until the port opens, 0: SIM_PORT_OPENS_MS. */
	uint32_t variant;
};

/* `10s`, `1.5s`, `500ms`, `100us`, `2m`; a bare number is seconds. False: it is no time. */
bool sim_time_parse(const char *text, int64_t *ret_us);

/* Why forged adverts are to be rejected: one of these, each in turn. */
#define SIM_FORGERIES 19
enum vrrp_drop sim_forgery(uint32_t number);

const char *sim_fault_name(enum sim_fault_kind kind);
/* SIM_FAULT_N_: nothing undoes it. */
enum sim_fault_kind sim_fault_opposite(enum sim_fault_kind kind);
bool sim_fault_takes_link(enum sim_fault_kind kind);
/* `power-off HOST at 10s`, `cut HOST eth0 at 500ms for 3s`, `reload HOST to FILE at 10s`,
 * `forge HOST ttl at 10s`: one or (`for`) two faults are added. `ret_last_us` is moved on to the
 * time of the last. NULL, or what is wrong (static text). */
const char *sim_fault_parse(struct sim *s, const char *text, int64_t *ret_last_us);
void sim_fault_add(struct sim *s, const struct sim_fault *fault);

/* From now on everything is judged after each step (oracle.c, oracle_host.c). */
void sim_watch(struct sim *s);
/* The first thing that must not be and was, in words; NULL: nothing. */
const char *sim_violation(const struct sim *s);

/* What the routers met while they were watched: each event in each state, as docs/vrrp-states.md
 * has them, and why packets were rejected. */
enum sim_state {
	SIM_STATE_INIT,
	SIM_STATE_BACKUP,
	SIM_STATE_MASTER,
	SIM_STATE_LEAVING, /* MASTER, in its farewell */
	SIM_STATE_FAULT,
	SIM_STATE_N_,
};
enum sim_met {
	SIM_MET_STARTUP, /* INIT, FAULT: left */
	SIM_MET_ADOPT,
	SIM_MET_SHUTDOWN,
	SIM_MET_FAULT,
	SIM_MET_TIMER,
	SIM_MET_ZERO, /* adverts: priority 0 */
	SIM_MET_LOWER, /* … a lower one, or an equal one of a lower address */
	SIM_MET_EQUAL, /* … an equal one of a higher address */
	SIM_MET_HIGHER,
	SIM_MET_REJECTED, /* … not for this router */
	SIM_MET_CONFIG, /* another configuration */
	SIM_MET_FRAME, /* the first on its link */
	SIM_MET_N_,
};
struct sim_coverage {
	uint64_t cells[SIM_STATE_N_][SIM_MET_N_];
	uint64_t drops[VRRP_DROP_N_];
};
const struct sim_coverage *sim_coverage(const struct sim *s);
const char *sim_state_name(enum sim_state state);
const char *sim_met_name(enum sim_met met);

/* Runs up to this time; may be called again with a later one. */
void sim_run(struct sim *s, int64_t until_us);

/* -- what happened -- */

enum sim_record_kind {
	SIM_RECORD_FAULT, /* `fault`, `host`, `link` */
	SIM_RECORD_TRANSITION, /* `host`, `image`, `instance`, `from`, `to`, `reason` */
	SIM_RECORD_HELD, /* `host` has `vip` in its kernel */
	SIM_RECORD_LEFT, /* … and no more */
	SIM_RECORD_SERVED, /* clients reach `vip`, at `host` */
	SIM_RECORD_UNSERVED, /* they do not */
	SIM_RECORD_REACHED, /* `hosts` hold `vip` and would answer clients: more than one is bad */
	SIM_RECORD_DROP, /* a packet was rejected: `host`, `image`, `instance`, `drop` */
};

struct sim_record {
	int64_t at_us;
	enum sim_record_kind kind;
	uint32_t host, instance, vip;
	const struct image *image; /* in force then: `instance` is one of its */
	uint32_t hosts; /* a bit for each */
	enum sim_fault_kind fault;
	bool is_effective; /* the fault: something is another afterwards */
	char link[LIMIT_LINK_NAME]; /* empty: all, or the fault is of no link */
	enum vrrp_state from, to;
	enum vrrp_reason reason;
	enum vrrp_drop drop;
};

size_t sim_record_count(const struct sim *s);
const struct sim_record *sim_record(const struct sim *s, size_t i);

uint32_t sim_host_count(const struct sim *s);
const char *sim_host_name(const struct sim *s, uint32_t host);
/* Is it run by a router that is not ours, now? */
bool sim_host_peer(const struct sim *s, uint32_t host, enum peer_kind *ret_kind);
/* In force now. */
const struct image *sim_host_image(const struct sim *s, uint32_t host);
/* What a fault calls this link of that image. */
const char *sim_link_name(const struct sim *s, uint32_t host, uint32_t link);

/* Every virtual address of every host, once for each LAN. */
uint32_t sim_vip_count(const struct sim *s);
const struct prefix *sim_vip(const struct sim *s, uint32_t vip);
/* Questions of its client, one each 10 ms from when it was first served, and those that stayed
 * without an answer. */
void sim_vip_probes(const struct sim *s, uint32_t vip, uint64_t *ret_sent, uint64_t *ret_lost);

/* A time without service, or one with two holders. */
struct sim_span {
	uint32_t vip;
	int64_t from_us, length_us;
	bool is_open; /* it lasts still */
	uint32_t holders; /* double: a bit for each host; outage: 0 */
	size_t cause; /* the record that came before: a fault, or the number of records */
};

/* The spans of one kind, by time; the caller's to free(). Before a VIP is first served is no
 * outage, unless it never is. Two holders count when both would answer clients: not one that is
 * frozen, or cut off. */
struct sim_span *sim_outages(const struct sim *s, size_t *ret_count);
struct sim_span *sim_doubles(const struct sim *s, size_t *ret_count);
