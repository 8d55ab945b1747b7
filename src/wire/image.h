/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The configuration image: one sealed, pointer-free block that the parser writes and every role
 * maps read-only. Fixed-size tables behind the header, strings at the end; everything refers to
 * everything by index or by offset into the strings. One layout version: parent and roles of one
 * build; another layout is refused. */

#define IMAGE_MAGIC 0x76697044u /* "vipD" */
#define IMAGE_LAYOUT 7u

/* Offset into the strings; 0 is the empty string, which also stands for "not set". */
typedef uint32_t image_string;

enum image_instance_flag {
	IMAGE_PREEMPT = 1 << 0, /* RFC 3768 6.1 Preempt_Mode; off by `nopreempt` */
	IMAGE_STATE_MASTER = 1 << 1, /* `state MASTER` was written */
	/* Not run; broken_reason says why. Its link has an empty name when none is known, and
	 * numbers that were not given are 0 or their defaults. */
	IMAGE_BROKEN = 1 << 2,
	IMAGE_UNICAST = 1 << 3, /* adverts go to the peers, and only from them they are taken */
	IMAGE_CHECK_SOURCE = 1 << 4, /* unicast: an advert of nobody in the list is refused */
	IMAGE_TRACK_SOURCE = 1 << 5, /* a configured source that is not there is a fault */
	IMAGE_FAULT_NO_PEER = 1 << 6, /* no peer but itself is a fault, and none no multicast */
	/* Version 3 over IPv4: adverts go out with RFC 9568's checksum (over the message alone),
	 * not with the one over the pseudo-header; both are taken. */
	IMAGE_CHECKSUM_AS_V2 = 1 << 7,
	IMAGE_LOWER_NO_ADVERT = 1 << 8, /* a MASTER does not answer a lower one (RFC 3768 6.4.3) */
	IMAGE_OWNER_IGNORES = 1 << 9, /* the owner takes no adverts (RFC 3768 7.1) */
	IMAGE_CHECK_LIST = 1 << 10, /* strict: another list of addresses is refused */
	IMAGE_YIELD_TO_STRANGERS = 1 << 11, /* `vipd_yield_to_strangers`: the RFC's way */
	IMAGE_FLAGS_ = (1 << 12) - 1,
};

enum image_address_flag {
	IMAGE_ADDRESS_HOME = 1 << 0, /* IFA_F_HOMEADDRESS (IPv6) */
	IMAGE_ADDRESS_DAD = 1 << 1, /* `-nodad`: duplicate address detection as usual (IPv6) */
	IMAGE_ADDRESS_MNGTMPADDR = 1 << 2, /* IFA_F_MANAGETEMPADDR (IPv6) */
	IMAGE_ADDRESS_NOPREFIXROUTE = 1 << 3, /* IFA_F_NOPREFIXROUTE */
	IMAGE_ADDRESS_AUTOJOIN = 1 << 4, /* IFA_F_MCAUTOJOIN */
	IMAGE_ADDRESS_NO_TRACK = 1 << 5, /* that its interface is down is no fault */
	IMAGE_ADDRESS_FLAGS_ = (1 << 6) - 1,
};

/* What a notify script is for. NOTIFY_ANY is keepalived's `notify`, which gets arguments. */
enum image_notify {
	NOTIFY_MASTER,
	NOTIFY_BACKUP,
	NOTIFY_FAULT,
	NOTIFY_STOP,
	NOTIFY_DELETED,
	NOTIFY_MASTER_RX_LOWER_PRI,
	NOTIFY_ANY,
	NOTIFY_N_,
};

struct image_script {
	/* The words of the command, each NUL-terminated, one after the other. 0 words: not set. */
	image_string words;
	uint32_t word_count;
	image_string user, group; /* not set: the default user */
};

/* An interface as one family uses it: it has sockets, sources and virtual router ids of its own.
 * With a source it is *routed*: not one interface, but all of the VRF `name` (empty: all that are
 * in none), as the routing table says, for what is sent from that address or to it; unicast, and no
 * address lies on it. No two have the same name, family and source. */
struct image_link {
	char name[LIMIT_LINK_NAME];
	uint8_t family; /* enum addr_family */
	struct addr source; /* ADDR_NONE: one interface */
	uint8_t reserved[2]; /* 0 */
};

/* A unicast peer. One that is this host itself is left out by whoever sends. */
struct image_peer {
	struct addr addr; /* of the instance's family */
	uint8_t min_ttl, max_ttl; /* of its adverts (IPv6: hop limit); 0, 255: any */
};

/* keepalived's auth_hmac: adverts carry a signature. */
enum image_hmac {
	IMAGE_HMAC_NONE,
	IMAGE_HMAC_ENFORCE, /* whatever has no good signature is refused */
	IMAGE_HMAC_PERMISSIVE, /* those without one are taken */
	IMAGE_HMAC_RECEIVE_ONLY, /* … and ours have none */
	IMAGE_HMAC_N_,
};

#define IMAGE_KEY_MIN 32
#define IMAGE_KEY_MAX 64

struct image_key {
	uint8_t id;
	uint8_t size; /* IMAGE_KEY_MIN .. IMAGE_KEY_MAX */
	uint8_t octets[IMAGE_KEY_MAX]; /* a secret */
};

struct image_address {
	struct prefix prefix;
	struct prefix peer; /* ADDR_NONE: none */
	struct addr broadcast; /* ADDR_NONE: none */
	uint8_t scope; /* RT_SCOPE_*: 0 global, 253 link, 254 host, 200 site */
	uint8_t excluded; /* from virtual_ipaddress_excluded: not in adverts */
	uint8_t flags; /* enum image_address_flag */
	uint32_t link; /* index of the link that carries it, of its family */
	uint32_t preferred_lifetime_s; /* IPv6; UINT32_MAX: forever, 0: deprecated from the start */
	char label[LIMIT_LINK_NAME]; /* empty: none */
};

struct image_instance {
	image_string name;
	image_string file; /* where the block was written */
	uint32_t line;
	uint32_t link; /* index into links, of its family */
	uint32_t flags; /* enum image_instance_flag */
	image_string broken_reason;
	uint8_t family; /* enum addr_family of the adverts */
	uint8_t version; /* 2 (IPv4), 3 */
	uint8_t vrid; /* 1..255 */
	uint8_t priority; /* 1..255 */
	uint8_t auth_type; /* enum advert_auth */
	uint8_t auth_data[8];
	uint8_t hmac; /* enum image_hmac; not beside an auth_type */
	uint8_t hmac_key; /* the id of the key that we sign with; one of the run */
	uint8_t hmac_monotonic; /* old adverts are told by their number only, not by the clock */
	uint16_t hmac_window_s; /* 1..300: how far two clocks may be apart */
	uint8_t ttl; /* of unicast adverts; those of multicast have 255 (RFC 9568 5.1.1.3) */
	uint8_t down_adverts; /* 1..100; 3: adverts that may be missing */
	uint8_t expired_priority; /* `timer_expired_backup`: 1..254; 0: it is not there */
	uint8_t garp_repeat, garp_repeat_later; /* copies at once, copies after the delay */
	struct addr source; /* `unicast_src_ip`, `mcast_src_ip`; ADDR_NONE: the link's own */
	struct addr group; /* `mcast_dst_ip`, else the standard's; where multicast adverts go */
	uint32_t peer_first, peer_count; /* a run of the peer table */
	uint32_t key_first, key_count; /* a run of the key table */
	int64_t advert_interval_us; /* version 2: 1 s..255 s, whole; version 3: 10 ms..40.95 s */
	int64_t preempt_delay_us;
	int64_t garp_delay_us; /* from the first copies to the later ones; 0: none later */
	uint32_t address_first, address_count; /* a run of the address table; excluded ones last */
	struct image_script notify[NOTIFY_N_];
};

struct image {
	uint32_t magic, layout;
	uint32_t size; /* octets of the whole image */
	uint32_t instance_count, link_count, address_count, peer_count, key_count;
	uint32_t string_size;
	image_string router_id; /* `router_id`, else the host name */
	image_string net_namespace; /* to work in; empty: where the daemon is started */
	image_string daemon_name; /* `instance`: among several on one host; empty: none */
	image_string file; /* the configuration's main file */
	int64_t startup_delay_us; /* from the start of vipd until instances take part */
	int64_t delay_after_boot_us; /* the same from the host's start (CLOCK_MONOTONIC) */
	int64_t loaded_realtime_us; /* CLOCK_REALTIME when it was read */
	/* struct image_instance[], struct image_link[], struct image_address[],
	 * struct image_peer[], struct image_key[], char strings[] */
};

/* Octets of an image with the counts of this header; 0 when there is more than there may be. */
size_t image_size(const struct image *header);

/* True when the block is an image whose every index, offset and string stays inside, and whose
 * values are in their ranges. Roles call it once on what they were given. `ret_reason` (static
 * text) says what is wrong. */
bool image_check(const void *block, size_t size, const char **ret_reason);

/* The tables of a checked image, or of one being written after its header was filled in. */
const struct image_instance *image_instances(const struct image *image);
const struct image_link *image_links(const struct image *image);
const struct image_address *image_addresses(const struct image *image);
const struct image_peer *image_peers(const struct image *image);
const struct image_key *image_keys(const struct image *image);
const char *image_text(const struct image *image, image_string offset);

bool image_link_is_routed(const struct image_link *link);
bool image_link_is_same(const struct image_link *a, const struct image_link *b);

/* Its unicast peers have global addresses of IPv6: a source that is not configured is one, too. */
bool image_peers_are_global(const struct image *image, const struct image_instance *instance);

/* Takes the passwords and keys out of a copy for others. */
void image_blank_secrets(struct image *image);

/* The same for the writer. */
struct image_instance *image_instances_mutable(struct image *image);
struct image_link *image_links_mutable(struct image *image);
struct image_address *image_addresses_mutable(struct image *image);
struct image_peer *image_peers_mutable(struct image *image);
struct image_key *image_keys_mutable(struct image *image);
char *image_strings_mutable(struct image *image);
