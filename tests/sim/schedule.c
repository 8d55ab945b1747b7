/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Random schedules: two to four hosts with configurations that fit together, 60 simulated seconds,
 * faults of a random choice of kinds (each seed leaves some out, so that the others come in long
 * rows). */

#include "schedule.h"

#include "base/check.h"
#include "sim/random.h"

#include <stdio.h>
#include <string.h>

#define ROUTERS 8
#define ADDRESSES 40 /* more than an address batch, and than a batch of frames */
#define DRIFT_PPM 500 /* what adjtimex(2) allows */
#define KEYS 2
#define FAULTS_UNTIL_MS 40000
#define CLOSE_US 60000
#define THAW_US 8000000
/* Short ones: what they lead to comes to an end within a schedule. */
#define GATEWAY_MAX_MS 15000

/* One virtual router, as a host has it in one of its configurations. */
struct router {
	uint32_t twin; /* it has this one's VRID, too; 0: its own */
	uint32_t vrid, priority, addresses, excluded;
	uint32_t interval_cs;
	bool is_version_3, has_checksum_of_2;
	bool is_6, has_link_local; /* IPv6; its first address is one */
	bool is_global; /* … of unicast: its peers have global addresses */
	bool is_routed; /* … and it goes without an interface */
	bool has_vrf; /* … by a VRF */
	bool has_shared_source; /* … from the address of eth0 */
	bool no_track; /* … nor does it mind those of its addresses */
	uint32_t excluded_other; /* addresses of the other family */
	uint32_t peers; /* unicast to so many hosts, itself among them */
	bool wants_peers; /* … or else it fails */
	uint32_t alone; /* the list has this host only, from 1, which is itself; 0: no such list */
	uint32_t ttl; /* 0: any is taken */
	bool takes_anybody;
	uint32_t source; /* the number of the host that its source belongs to, from 1; 0: none */
	bool is_source_tracked;
	uint32_t first; /* of its addresses: the number of the router that they are named after */
	bool nopreempt, has_password, has_ah, has_options, is_on_second;
	uint32_t preempt_delay_s;
	uint32_t expired_priority, down_adverts; /* 0: as it is by default */
	uint32_t password; /* a number in it */
	uint32_t keys, key, hmac_mode; /* a bit for each key, with which it signs */
	bool is_monotonic;
	bool yields_to_strangers;
	bool answers_nobody, owner_is_deaf, is_strict;
};

/* The beginning of a row of draws of its own: the first ones depend on the seed too plainly. */
static uint64_t chance(uint64_t seed)
{
	for (int i = 0; i < 8; i++)
		sim_random(&seed, 2);
	return seed;
}

/* In two rows; so far apart that the places of two in an index may be one (FNV-1a, 512 places). */
#define ROW 49

static const char *interface_of(const struct router *r)
{
	return r->is_on_second ? "eth1" : "eth0";
}

/* The addresses of one without an interface each have to name theirs. */
static void where_write(FILE *file, const struct router *r)
{
	if (r->is_routed)
		fprintf(file, " dev %s%s", interface_of(r), r->no_track ? " no_track" : "");
}

static void addresses_6_write(FILE *file, const struct router *r, uint32_t first, uint32_t count)
{
	for (uint32_t k = first; k < first + count; k++) {
		if (k == 0 && r->has_link_local)
			fprintf(file, "  fe80::9:%x/64", r->first);
		else
			fprintf(file, "  2001:db8:9:%x::%x:%x/64", r->first, k % 4, k + 1);
		where_write(file, r);
		fprintf(file, "\n");
	}
}

static void addresses_write(FILE *file, const struct router *r, uint32_t first, uint32_t count)
{
	if (r->is_6) {
		addresses_6_write(file, r, first, count);
		return;
	}
	static const char *const options[] = { "", " brd +", " scope link", " brd - label eth:1" };

	for (uint32_t k = first; k < first + count; k++) {
		fprintf(file, "  10.9.%u.%u/16", r->first + k % 2 * ROW, k + 1);
		where_write(file, r);
		fprintf(file, "%s\n", r->has_options ? options[k % 4] : "");
	}
}

/* Version 2 has whole seconds. */
static void interval_write(FILE *file, const struct router *r)
{
	uint32_t second = r->interval_cs / 100;

	if (!r->is_version_3) {
		fprintf(file, " advert_int %u\n", second ? second : 1);
		return;
	}
	fprintf(file, " version 3\n advert_int %u.%02u\n", second, r->interval_cs % 100);
	if (r->has_checksum_of_2)
		fprintf(file, " v3_checksum_as_v2\n");
}

/* A key is its number, over and over. */
static void keys_write(FILE *file, const struct router *r)
{
	static const char *const modes[] = { "enforce", "permissive", "receive-only" };

	fprintf(file, " auth_hmac {\n");
	for (uint32_t k = 1; k <= KEYS; k++) {
		if (!(r->keys & 1u << k))
			continue;
		fprintf(file, "  key %u hex:", k);
		for (int octet = 0; octet < 32; octet++)
			fprintf(file, "%02x", k);
		fprintf(file, "\n");
	}
	fprintf(file, "  active_key %u\n  mode %s\n", r->key, modes[r->hmac_mode]);
	if (r->is_monotonic)
		fprintf(file, "  anti_replay monotonic\n");
	fprintf(file, " }\n");
}

/* By the addresses that the simulator gives to hosts in networks of this width. */
static void host_address_write(FILE *file, const struct router *r, uint32_t host)
{
	if (r->is_routed && !r->has_shared_source)
		fprintf(file, r->is_6 ? "2001:db8:198::%x" : "198.51.100.%u", 10 + host);
	else if (r->is_6)
		fprintf(file, "%s::%x", r->is_global ? "2001:db8" : "fe80", 10 + host);
	else
		fprintf(file, "10.9.%u.%u", 250 - host, 10 + host);
}

static void source_write(FILE *file, const struct router *r)
{
	fprintf(file, " %s ", r->peers || r->alone ? "unicast_src_ip" : "mcast_src_ip");
	host_address_write(file, r, r->source - 1);
	fprintf(file, "\n%s", r->is_source_tracked ? " track_src_ip\n" : "");
}

static void peers_write(FILE *file, const struct router *r)
{
	if (r->takes_anybody)
		fprintf(file, " vipd_check_unicast_src no\n");
	if (r->ttl)
		fprintf(file, " unicast_ttl %u\n", r->ttl);
	fprintf(file, " unicast_peer {\n");
	for (uint32_t h = r->alone ? r->alone - 1 : 0; h < (r->alone ? r->alone : r->peers); h++) {
		fprintf(file, "  ");
		host_address_write(file, r, h);
		if (r->ttl)
			fprintf(file, " min_ttl %u max_ttl %u", r->ttl, r->ttl);
		fprintf(file, "\n");
	}
	fprintf(file, " }\n");
}

static void router_write(char *text, const struct router *r)
{
	size_t at = strlen(text);
	FILE *file = fmemopen(text + at, SCHEDULE_TEXT - at, "w");

	check(file);
	fprintf(file, "vrrp_instance r%u {\n state BACKUP\n virtual_router_id %u\n", r->vrid,
		r->twin ? r->twin : r->vrid);
	if (!r->is_routed)
		fprintf(file, " interface %s\n", interface_of(r));
	if (r->has_vrf)
		fprintf(file, " vrf vrf1\n");
	fprintf(file, " priority %u\n", r->priority);
	interval_write(file, r);
	if (r->nopreempt)
		fprintf(file, " nopreempt\n");
	if (r->nopreempt && r->expired_priority)
		fprintf(file, " timer_expired_backup %u\n", r->expired_priority);
	if (r->down_adverts)
		fprintf(file, " down_timer_adverts %u\n", r->down_adverts);
	if (r->preempt_delay_s)
		fprintf(file, " preempt_delay %u\n", r->preempt_delay_s);
	if (r->has_password && !r->is_version_3)
		fprintf(file, " authentication {\n  auth_type %s\n  auth_pass secret%02u\n }\n",
			r->has_ah ? "AH" : "PASS", r->password % 100);
	if (r->keys && (r->is_version_3 || !r->has_password))
		keys_write(file, r);
	if (r->has_options)
		fprintf(file, " garp_master_delay %u\n", r->vrid % 3);
	if (r->source)
		source_write(file, r);
	if (r->peers || r->alone)
		peers_write(file, r);
	if (r->wants_peers)
		fprintf(file, " unicast_fault_no_peer\n");
	if (r->yields_to_strangers)
		fprintf(file, " vipd_yield_to_strangers yes\n");
	if (r->answers_nobody)
		fprintf(file, " lower_prio_no_advert\n");
	if (r->owner_is_deaf)
		fprintf(file, " owner_ignore_adverts\n");
	if (r->is_strict)
		fprintf(file, " strict_mode on\n");
	fprintf(file, " virtual_ipaddress {\n");
	addresses_write(file, r, 0, r->addresses);
	fprintf(file, " }\n");
	if (r->excluded || r->excluded_other) {
		struct router other = *r;

		other.is_6 = !r->is_6;
		fprintf(file, " virtual_ipaddress_excluded {\n");
		addresses_write(file, r, r->addresses, r->excluded);
		addresses_write(file, &other, ADDRESSES, r->excluded_other);
		fprintf(file, " }\n");
	}
	fprintf(file, "}\n");
	fclose(file);
}

/* What all hosts have in common of it. */
static struct router router_make(uint32_t number, uint64_t *random)
{
	struct router r = { .vrid = number + 1, .first = number + 1, .password = number };

	r.interval_cs = 100 * (sim_random(random, 4) ? 1 : 2 + sim_random(random, 2));
	r.addresses = 1 + sim_random(random, 3);
	if (sim_random(random, 16) == 0)
		r.addresses += sim_random(random, ADDRESSES);
	r.excluded = sim_random(random, 6) == 0;
	r.is_on_second = sim_random(random, 3) == 0;
	r.nopreempt = sim_random(random, 4) == 0;
	r.has_password = sim_random(random, 2);
	r.has_options = sim_random(random, 4) == 0;
	if (!r.nopreempt && sim_random(random, 5) == 0)
		r.preempt_delay_s = 1 + sim_random(random, 8);
	return r;
}

/* One thing, or nothing, is another in a host's second and third configuration. */
static void router_change(struct router *r, uint32_t range, uint32_t routers, uint64_t *random)
{
	switch (sim_random(random, 12)) {
	case 0:
	case 1:
	case 2:
		r->priority = 1 + sim_random(random, range);
		break;
	case 3:
	case 4:
		r->addresses = 1 + sim_random(random, 3);
		break;
	case 5:
		r->interval_cs = 100 * (1 + sim_random(random, 3));
		break;
	case 6:
		r->is_on_second = !r->is_on_second;
		break;
	case 7:
		r->nopreempt = !r->nopreempt;
		r->preempt_delay_s = 0;
		break;
	case 8:
		r->preempt_delay_s = r->nopreempt ? 0 : 1 + sim_random(random, 8);
		break;
	case 9:
		r->first = 1 + sim_random(random, routers);
		break;
	default:
		break;
	}
}

/* The shorter, the rarer: each advert costs as much as any. */
static uint32_t interval_make(uint64_t *random)
{
	static const uint32_t often[] = { 50, 100, 100, 150, 200, 273, 400 };
	static const uint32_t seldom[] = { 1, 2, 5, 10, 10, 25, 25, 25 };

	if (sim_random(random, 24))
		return often[sim_random(random, sizeof(often) / sizeof(often[0]))];
	return seldom[sim_random(random, sizeof(seldom) / sizeof(seldom[0]))];
}

/* One router in two is of version 3, in worlds that are all ours (of others its version 3 is not
 * modelled); in one of three of them each host has an interval of its own. By a chance of its own.
 * A configuration in twenty is still, or again, of version 2. */
static void router_version(struct schedule *c, uint32_t host, uint32_t variant, struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xd6e8feb86659fd93) + r->vrid), own;

	if (c->foreign || sim_random(&world, 2))
		return;
	r->is_version_3 = true;
	r->interval_cs = interval_make(&world);
	own = chance(world + host * 4 + variant);
	if (sim_random(&world, 3) == 0)
		r->interval_cs = interval_make(&own);
	r->has_checksum_of_2 = sim_random(&own, 3) == 0;
	if (variant && sim_random(&own, 20) == 0)
		r->is_version_3 = false;
}

/* One router in four is unicast, in worlds that are all ours; by a chance of its own, too. A
 * configuration in ten is not, one in two of these fails without them, or with itself alone. */
static void router_peers(struct schedule *c, uint32_t host, uint32_t variant, struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xa0761d6478bd642f) + r->vrid), own;

	if (c->foreign || sim_random(&world, 4))
		return;
	r->peers = c->host_count;
	r->takes_anybody = sim_random(&world, 3) == 0;
	r->ttl = sim_random(&world, 3) ? 0 : 1 + sim_random(&world, 255);
	own = chance(world + host * 4 + variant);
	if (variant && sim_random(&own, 10) == 0) {
		r->peers = 0;
		r->wants_peers = sim_random(&own, 2);
		r->alone = r->wants_peers && sim_random(&own, 2) ? host + 1 : 0;
	}
}

/* One unicast router in three has the number of the one before it, which is none. By a chance of
 * its own. */
static void router_twin(struct schedule *c, uint32_t host, struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0x9fb21c651e98df25) + r->vrid);
	struct router before = { .vrid = r->vrid - 1 };

	router_peers(c, host, 0, &before);
	if (r->vrid > 1 && r->peers && !before.peers && sim_random(&world, 3) == 0)
		r->twin = before.vrid;
}

/* One password in three is the key of an authentication header; on one host in forty it is not. By
 * a chance of its own. */
static void router_ah(const struct schedule *c, uint32_t host, uint32_t variant, struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0x2545f4914f6cdd1d) + r->vrid), own;

	if (c->foreign || sim_random(&world, 3))
		return;
	own = chance(world + host * 4 + variant);
	r->has_ah = sim_random(&own, 40) != 0;
}

/* One router in three does not believe itself when it is late, as far as it does not preempt; one
 * of them in three waits for another number of adverts than three, on all hosts. By a chance of its
 * own. */
static void router_expires(const struct schedule *c, uint32_t host, uint32_t variant,
			   struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xd1342543de82ef95) + r->vrid), own;

	if (c->foreign || sim_random(&world, 3))
		return;
	if (sim_random(&world, 3) == 0)
		r->down_adverts = 1 + sim_random(&world, 5);
	own = chance(world + host * 4 + variant);
	r->expired_priority = sim_random(&own, 2) ? 254 : 1 + sim_random(&own, 254);
	if (variant && sim_random(&own, 30) == 0)
		r->expired_priority = 0;
}

/* One router in five has a configured source, of global ones one in two; two in three of them track
 * it. A configuration in thirty has none. By a chance of its own. */
static void router_source(const struct schedule *c, uint32_t host, uint32_t variant,
			  struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0x589965cc75374cc3) + r->vrid), own;

	if (c->foreign || sim_random(&world, r->is_global ? 2 : 5))
		return;
	r->source = host + 1;
	r->is_source_tracked = sim_random(&world, 3) != 0;
	own = chance(world + host * 4 + variant);
	if (variant && sim_random(&own, 30) == 0)
		r->source = 0;
}

/* One router in three has signatures, in version 2 if it has no password; all hosts know both keys,
 * and each signs with one of them. One host in thirty is in another mode, one in forty knows one
 * key only. By a chance of its own. */
static void router_keys(const struct schedule *c, uint32_t host, uint32_t variant,
			struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0x8ebc6af09c88c6e3) + r->vrid), own;

	if (c->foreign || sim_random(&world, 3))
		return;
	r->keys = 1u << 1 | 1u << 2;
	r->hmac_mode = sim_random(&world, 2) ? 0 : sim_random(&world, 3);
	r->is_monotonic = sim_random(&world, 3) == 0;
	own = chance(world + host * 4 + variant);
	r->key = 1 + sim_random(&own, KEYS);
	if (sim_random(&own, 30) == 0)
		r->hmac_mode = sim_random(&own, 3);
	if (sim_random(&own, 40) == 0)
		r->keys = 1u << r->key;
	if (sim_random(&own, 40) == 0)
		r->keys = 0;
}

/* One router in four is of IPv6, a configuration in twenty has it of the other family; one in eight
 * has addresses of both. As above. */
static void router_family(const struct schedule *c, uint32_t host, uint32_t variant,
			  struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xe7037ed1a0b428db) + r->vrid), own;

	if (c->foreign)
		return;
	own = chance(world + host * 4 + variant);
	r->is_6 = sim_random(&world, 4) == 0;
	if (variant && sim_random(&own, 20) == 0)
		r->is_6 = !r->is_6;
	r->is_version_3 |= r->is_6;
	r->has_link_local = sim_random(&world, 2);
	r->excluded_other = sim_random(&world, 8) == 0;
}

/* One router in eight has the number of another cluster's on the same LAN: some hosts have a list
 * that has nothing of the others'. A second configuration in six changes sides: then the others
 * know who has another list now. One in four takes all of them, and a configuration in thirty does
 * not do as the others. By a chance of its own. */
static void router_strangers(const struct schedule *c, uint32_t host, uint32_t variant,
			     struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xda942042e4dd58b5) + r->vrid), own;
	bool is_other;

	if (c->foreign || sim_random(&world, 8))
		return;
	r->yields_to_strangers = sim_random(&world, 4) == 0;
	is_other = sim_random(&world, 1u << c->host_count) >> host & 1;
	own = chance(world + host * 4 + variant);
	if (variant && sim_random(&own, 6) == 0)
		is_other = !is_other;
	if (is_other)
		r->first += ROUTERS;
	if (sim_random(&own, 30) == 0)
		r->yields_to_strangers = !r->yields_to_strangers;
}

/* One router in six does not answer a lower one, one in six does not listen as the owner, one in
 * twelve of those that may is strict; a configuration in thirty is not. By a chance of its own. */
static void router_options(const struct schedule *c, uint32_t host, uint32_t variant,
			   struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xe9846af9b1a615d7) + r->vrid), own;

	if (c->foreign)
		return;
	own = chance(world + host * 4 + variant);
	if (variant && sim_random(&own, 30) == 0)
		return;
	r->answers_nobody = sim_random(&world, 6) == 0;
	r->owner_is_deaf = sim_random(&world, 6) == 0;
	r->is_strict = sim_random(&world, 12) == 0 && !r->peers && !r->has_password;
}

/* Unicast of IPv6 is to global addresses, for two routers in three; a configuration in thirty has
 * link-local ones. By a chance of its own. */
static void router_global(const struct schedule *c, uint32_t host, uint32_t variant,
			  struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0xf1357aea2e62a9c5) + r->vrid), own;

	if (!r->is_6 || !r->peers || sim_random(&world, 3) == 0)
		return;
	own = chance(world + host * 4 + variant);
	r->is_global = !variant || sim_random(&own, 30);
}

/* One unicast router in four goes without an interface, one in two of them by a VRF; in one world
 * of three from the address that an interface has for others, too. By a chance of its own. */
static void router_routed(const struct schedule *c, uint32_t host, struct router *r)
{
	uint64_t world = chance(c->seed * UINT64_C(0x94d049bb133111eb) + r->vrid);
	uint64_t whole = chance(c->seed * UINT64_C(0xa3ec647659359acd));

	if (!r->peers || sim_random(&world, 4))
		return;
	r->is_routed = true;
	r->no_track = sim_random(&world, 4) == 0;
	/* It stays the same router, so the others have its addresses there, too. */
	r->is_on_second = sim_random(&world, 2);
	r->has_vrf = sim_random(&world, 2);
	r->has_shared_source = sim_random(&whole, 3) == 0;
	r->is_global = r->is_6;
	r->source = host + 1;
	r->is_source_tracked = false; /* it is anyway */
}

/* Who waits before it preempts waits for another time in one configuration of three. By a chance of
 * its own. */
static void router_delay(const struct schedule *c, uint32_t host, uint32_t variant,
			 struct router *r)
{
	uint64_t own = chance(c->seed * UINT64_C(0x8cb92ba72f3d8dd7) + r->vrid);

	own = chance(own + host * 4 + variant);
	if (variant && !c->foreign && r->preempt_delay_s && sim_random(&own, 3) == 0)
		r->preempt_delay_s = 1 + sim_random(&own, 8);
}

/* Somebody's hand slipped: one host of one router does not agree with the others. */
static void router_mistake(struct router *r, uint64_t *random)
{
	if (sim_random(random, 60) == 0)
		r->has_password = !r->has_password;
	if (sim_random(random, 60) == 0)
		r->password++;
	if (sim_random(random, 60) == 0)
		r->interval_cs += 100;
}

/* One host in twelve takes its time after a start; by a chance of its own. */
static void delay_make(struct schedule *c, uint32_t host)
{
	uint64_t random = chance(c->seed * UINT64_C(0xc2b2ae3d27d4eb4f) + host);

	if (c->foreign || sim_random(&random, 12))
		return;
	for (uint32_t v = 0; v < c->variant_count; v++)
		snprintf(c->texts[host][v], SCHEDULE_TEXT,
			 "global_defs {\n vrrp_startup_delay %u.%u\n}\n", sim_random(&random, 8),
			 sim_random(&random, 10));
}

/* A host's second and third configuration may be without some; in one of four the first one is
 * not there, but for that the last one is. That one by a chance of its own. */
static bool is_there(const struct schedule *c, uint32_t host, uint32_t variant, uint32_t i,
		     uint32_t count, uint64_t *random)
{
	uint64_t own = chance(c->seed * UINT64_C(0xff51afd7ed558ccd) + host * 4 + variant);
	bool goes = variant && count > 1 && sim_random(&own, 4) == 0;
	bool stays = !variant || !i || sim_random(random, 4);

	return i == 0 ? !goes : stays || (goes && i == count - 1);
}

static void host_make(struct schedule *c, uint32_t host, const struct router *routers,
		      uint32_t count, uint64_t *random)
{
	delay_make(c, host);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t range = sim_random(random, 3) ? 254 : 2;
		struct router first = routers[i];

		first.priority = 1 + sim_random(random, range);
		if (sim_random(random, 12) == 0)
			first.priority = c->foreign ? 254 : 255;
		/* keepalived refuses adverts with another list of addresses: two are MASTER for as
		 * long as the lists differ. */
		if (!c->foreign)
			router_mistake(&first, random);
		for (uint32_t v = 0; v < c->variant_count; v++) {
			struct router r = first;

			if (v && !c->foreign)
				router_change(&r, range, count, random);
			else if (v && sim_random(random, 2))
				r.priority = 1 + sim_random(random, range);
			router_delay(c, host, v, &r);
			router_version(c, host, v, &r);
			router_peers(c, host, v, &r);
			router_twin(c, host, &r);
			router_family(c, host, v, &r);
			router_global(c, host, v, &r);
			router_keys(c, host, v, &r);
			router_source(c, host, v, &r);
			router_routed(c, host, &r);
			router_ah(c, host, v, &r);
			router_expires(c, host, v, &r);
			router_strangers(c, host, v, &r);
			router_options(c, host, v, &r);
			if (is_there(c, host, v, i, count, random))
				router_write(c->texts[host][v], &r);
		}
	}
}

static void configurations_make(struct schedule *c, uint64_t *random)
{
	uint32_t count = 1 + sim_random(random, 2);
	struct router routers[ROUTERS];

	if (sim_random(random, 12) == 0)
		count += sim_random(random, ROUTERS - 1);
	for (uint32_t i = 0; i < count; i++)
		routers[i] = router_make(i, random);
	c->variant_count = 1 + sim_random(random, SCHEDULE_VARIANTS);
	for (uint32_t h = 0; h < c->host_count; h++)
		host_make(c, h, routers, count, random);
}

/* What a kind needs to be told besides. */
static void particulars_make(const struct schedule *c, struct sim_fault *f, uint64_t *random)
{
	if (f->kind == SIM_FAULT_RELOAD)
		f->variant = sim_random(random, c->variant_count);
	/* Mostly at once, as its parent has it; sometimes it fails again and again. */
	if (f->kind == SIM_FAULT_KILL && sim_random(random, 2))
		f->variant = sim_random(random, 8000);
	/* Ports that open before, and after, a takeover. */
	if (f->kind == SIM_FAULT_SLOW_PORT)
		f->variant = 1 + sim_random(random, 12000);
	if (f->kind == SIM_FAULT_FORGE)
		f->variant = sim_forgery(sim_random(random, SIM_FORGERIES));
}

static struct sim_fault fault_make(const struct schedule *c, uint64_t swarm, uint64_t *random)
{
	struct sim_fault f = { .host = sim_random(random, c->host_count) };

	f.at_us = (int64_t)sim_random(random, FAULTS_UNTIL_MS * 100) * 10;
	/* One in three while the one before is under way. */
	if (c->fault_count && sim_random(random, 3) == 0)
		f.at_us = c->faults[c->fault_count - 1].at_us + sim_random(random, CLOSE_US);
	do
		f.kind = (enum sim_fault_kind)sim_random(random, SIM_FAULT_N_);
	while (!(swarm & UINT64_C(1) << f.kind));
	particulars_make(c, &f, random);
	return f;
}

/* Two in three end again within seconds: with nothing but ends by chance, most hosts would be down
 * most of the time. */
static void faults_make(struct schedule *c, uint64_t *random)
{
	uint32_t count = 1 + sim_random(random, SCHEDULE_FAULTS - 1);
	uint64_t swarm = 0;

	while (!swarm)
		for (int k = 0; k < SIM_FAULT_N_; k++)
			swarm |= (uint64_t)(sim_random(random, 3) == 0) << k;
	while (c->fault_count < count) {
		struct sim_fault f = fault_make(c, swarm, random);

		c->faults[c->fault_count++] = f;
		/* A thief who comes again and again. */
		while (f.kind == SIM_FAULT_STEAL && sim_random(random, 2) &&
		       c->fault_count < SCHEDULE_FAULTS) {
			f.at_us += sim_random(random, CLOSE_US);
			c->faults[c->fault_count++] = f;
		}
		f.kind = sim_fault_opposite(f.kind);
		if (f.kind == SIM_FAULT_N_ || sim_random(random, 3) == 0 ||
		    c->fault_count == SCHEDULE_FAULTS)
			continue;
		f.at_us += 10 * (int64_t)sim_random(random, 800000);
		if (f.at_us < FAULTS_UNTIL_MS * 1000)
			c->faults[c->fault_count++] = f;
	}
}

/* Rows of faults of one host that chance alone would hardly put together: each step of something
 * that takes steps is met in the middle. */
static const enum sim_fault_kind rows[][8] = {
	{ SIM_FAULT_KILL_ALL, SIM_FAULT_RELOAD, SIM_FAULT_START, SIM_FAULT_N_ },
	{ SIM_FAULT_KILL_ALL, SIM_FAULT_RELOAD, SIM_FAULT_REFUSE, SIM_FAULT_START, SIM_FAULT_GRANT,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_KILL_ALL, SIM_FAULT_RELOAD, SIM_FAULT_REFUSE, SIM_FAULT_START, SIM_FAULT_STOP,
	  SIM_FAULT_GRANT, SIM_FAULT_N_ },
	{ SIM_FAULT_OVERRUN, SIM_FAULT_UNPLUG, SIM_FAULT_PLUG, SIM_FAULT_HEARD, SIM_FAULT_N_ },
	{ SIM_FAULT_PLANT, SIM_FAULT_OVERRUN, SIM_FAULT_UNPLUG, SIM_FAULT_PLUG, SIM_FAULT_HEARD,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_RELOAD, SIM_FAULT_RELOAD, SIM_FAULT_RELOAD, SIM_FAULT_N_ },
	{ SIM_FAULT_REFUSE, SIM_FAULT_STOP, SIM_FAULT_GRANT, SIM_FAULT_START, SIM_FAULT_N_ },
	{ SIM_FAULT_REFUSE, SIM_FAULT_RELOAD, SIM_FAULT_GRANT, SIM_FAULT_N_ },
	{ SIM_FAULT_REFUSE, SIM_FAULT_RELOAD, SIM_FAULT_RELOAD, SIM_FAULT_RELOAD, SIM_FAULT_GRANT,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_SLOW_KERNEL, SIM_FAULT_RELOAD, SIM_FAULT_RELOAD, SIM_FAULT_RELOAD,
	  SIM_FAULT_QUICK_KERNEL, SIM_FAULT_N_ },
	{ SIM_FAULT_FLOOD, SIM_FAULT_RELOAD, SIM_FAULT_FLOOD, SIM_FAULT_N_ },
	{ SIM_FAULT_FREEZE, SIM_FAULT_RELOAD, SIM_FAULT_THAW, SIM_FAULT_N_ },
	{ SIM_FAULT_FREEZE, SIM_FAULT_FLOOD, SIM_FAULT_RELOAD, SIM_FAULT_THAW, SIM_FAULT_N_ },
	{ SIM_FAULT_RENAME, SIM_FAULT_OVERRUN, SIM_FAULT_RENAME_BACK, SIM_FAULT_HEARD,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_FORGE, SIM_FAULT_RELOAD, SIM_FAULT_FORGE, SIM_FAULT_FORGE, SIM_FAULT_N_ },
	{ SIM_FAULT_REFUSE, SIM_FAULT_UNPLUG, SIM_FAULT_PLUG, SIM_FAULT_RELOAD, SIM_FAULT_GRANT,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_SLOW_PORT, SIM_FAULT_CABLE_DOWN, SIM_FAULT_CABLE_UP, SIM_FAULT_N_ },
	{ SIM_FAULT_STOP, SIM_FAULT_PLANT, SIM_FAULT_START, SIM_FAULT_RELOAD, SIM_FAULT_N_ },
	{ SIM_FAULT_STOP, SIM_FAULT_PLANT, SIM_FAULT_START, SIM_FAULT_STOP, SIM_FAULT_N_ },
	{ SIM_FAULT_FREEZE, SIM_FAULT_CABLE_DOWN, SIM_FAULT_CABLE_UP, SIM_FAULT_CABLE_DOWN,
	  SIM_FAULT_CABLE_UP, SIM_FAULT_CABLE_DOWN, SIM_FAULT_THAW, SIM_FAULT_N_ },
	{ SIM_FAULT_KILL_ALL, SIM_FAULT_RELOAD, SIM_FAULT_REFUSE, SIM_FAULT_START, SIM_FAULT_UNPLUG,
	  SIM_FAULT_PLUG, SIM_FAULT_GRANT, SIM_FAULT_N_ },
	{ SIM_FAULT_OVERRUN, SIM_FAULT_ADDRESS_OFF, SIM_FAULT_HEARD, SIM_FAULT_ADDRESS_ON,
	  SIM_FAULT_ADDRESS_OFF, SIM_FAULT_ADDRESS_ON, SIM_FAULT_N_ },
	{ SIM_FAULT_ADDRESS_OFF, SIM_FAULT_SECOND_ON, SIM_FAULT_ADDRESS_ON, SIM_FAULT_SECOND_OFF,
	  SIM_FAULT_STEAL, SIM_FAULT_N_ },
	{ SIM_FAULT_SECOND_ON, SIM_FAULT_SECOND_OFF, SIM_FAULT_STEAL, SIM_FAULT_N_ },
	{ SIM_FAULT_RELOAD, SIM_FAULT_STEAL, SIM_FAULT_STEAL, SIM_FAULT_N_ },
	{ SIM_FAULT_STEAL, SIM_FAULT_PLANT, SIM_FAULT_N_ },
	{ SIM_FAULT_TAKE_OVER, SIM_FAULT_KILL_ALL, SIM_FAULT_RELOAD, SIM_FAULT_START,
	  SIM_FAULT_N_ },
	{ SIM_FAULT_RELOAD, SIM_FAULT_CABLE_DOWN, SIM_FAULT_ADDRESS_OFF, SIM_FAULT_ADDRESS_ON,
	  SIM_FAULT_CABLE_UP, SIM_FAULT_N_ },
};

/* The steps come within a turn or two of each other; one in four comes later. Every other host that
 * stands still does so until others have taken over. */
static void row_make(struct schedule *c, uint64_t *random)
{
	const enum sim_fault_kind *row = rows[sim_random(random, sizeof(rows) / sizeof(rows[0]))];
	struct sim_fault f = { .host = sim_random(random, c->host_count) };

	f.at_us = 10 * (int64_t)sim_random(random, FAULTS_UNTIL_MS * 100);
	for (; *row != SIM_FAULT_N_ && c->fault_count < SCHEDULE_FAULTS; row++) {
		f.kind = *row;
		f.variant = 0;
		if (f.kind == SIM_FAULT_THAW && sim_random(random, 2))
			f.at_us += sim_random(random, THAW_US);
		particulars_make(c, &f, random);
		c->faults[c->fault_count++] = f;
		f.at_us += sim_random(random, sim_random(random, 4) ? 1000 : 30 * CLOSE_US);
	}
}

/* One schedule in three has some. By a chance of its own. */
static void rows_make(struct schedule *c)
{
	uint64_t random = chance(c->seed * UINT64_C(0x94d049bb133111eb) + 1);

	if (sim_random(&random, 3))
		return;
	for (uint32_t count = 1 + sim_random(&random, 3); count > 0; count--)
		row_make(c, &random);
}

/* One in three has hosts that are not ours. By a chance of its own: what else a seed makes stays as
 * it is without them. */
static void foreign_make(struct schedule *c)
{
	uint64_t random = chance(c->seed * UINT64_C(0xbf58476d1ce4e5b9) + 1);

	if (sim_random(&random, 3))
		return;
	c->foreign = 1 + sim_random(&random, (1u << c->host_count) - 1);
	for (int h = 0; h < SCHEDULE_HOSTS; h++)
		c->peers[h] = (enum peer_kind)sim_random(&random, PEER_N_);
}

/* One in three has its clients behind a router, one in three quiet ones. By a chance of its own,
 * too. */
static void clients_make(struct schedule *c)
{
	uint64_t random = chance(c->seed * UINT64_C(0xaf251af3b0f025b5) + 1);

	if (sim_random(&random, 3) == 0)
		c->gateway_ms = 1000 + sim_random(&random, GATEWAY_MAX_MS);
	c->is_quiet = sim_random(&random, 3) == 0;
}

struct schedule schedule_of(uint64_t seed)
{
	struct schedule c = { .seed = seed };
	uint64_t random = chance(seed * UINT64_C(0x9e3779b97f4a7c15) + 1);

	c.host_count = 2 + sim_random(&random, SCHEDULE_HOSTS - 1);
	c.drift_ppm = sim_random(&random, 2) ? DRIFT_PPM : 0;
	foreign_make(&c);
	clients_make(&c);
	configurations_make(&c, &random);
	faults_make(&c, &random);
	rows_make(&c);
	return c;
}
