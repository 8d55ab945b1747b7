/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about an instance and its counterpart on an earlier node. What must be the same on both is
 * an error when they would not hear each other, and a warning or a hint when they would and
 * somebody is in for a surprise. */
#include "conf/cluster.h"
#include "conf/lint.h"
#include "conf/number.h"

#include <inttypes.h>
#include <string.h>

/* The first address of `a` that `b` does not have, or NULL. */
static const struct conf_address *first_missing(struct conf *findings,
						const struct conf_addresses *a,
						const struct conf_addresses *b)
{
	struct map known;

	map_init(&known, &findings->arena);
	for (size_t i = 0; i < b->count; i++)
		*map_slot(&known, &b->items[i].prefix.addr, sizeof(struct addr)) = findings;
	for (size_t i = 0; i < a->count; i++)
		if (!map_find(&known, &a->items[i].prefix.addr, sizeof(struct addr)))
			return &a->items[i];
	return NULL;
}

static void other_addresses(struct conf *findings, const struct conf_instance *i,
			    const struct conf_instance *peer, const struct conf_address *only_here,
			    const struct conf_address *only_there)
{
	const struct place *place = only_here ? &only_here->place : &i->block.place;
	const char *there = cluster_line(findings, only_there ? &only_there->place :
								&peer->block.place);
	char here_text[ADDR_TEXT_SIZE], there_text[ADDR_TEXT_SIZE];
	const char *hint = "all servers of a virtual router need the same virtual_ipaddress: what "
			   "only one of them has is lost when it fails";

	if (only_here)
		addr_print(&only_here->prefix.addr, here_text, sizeof(here_text));
	if (only_there)
		addr_print(&only_there->prefix.addr, there_text, sizeof(there_text));
	if (only_here && only_there)
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is not on the other node, which has %s in %s", i->block.name,
			   here_text, there_text, there);
	else if (only_here)
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is not on the other node, in %s", i->block.name, here_text,
			   there);
	else
		diag_error(findings, "cluster-addresses", place, hint,
			   "%s: %s is missing, which the other node has in %s", i->block.name,
			   there_text, there);
}

/* virtual_ipaddress has to be the same everywhere. Its order matters to nobody who takes adverts,
 * but vipd counts each as a difference, and so a real one may be overlooked. */
static void compare_addresses(struct conf *findings, const struct conf_instance *i,
			      const struct conf_instance *peer)
{
	const struct conf_addresses *mine = &i->advertised, *theirs = &peer->advertised;
	const struct conf_address *only_here = first_missing(findings, mine, theirs);
	const struct conf_address *only_there = first_missing(findings, theirs, mine);

	if (only_here || only_there) {
		other_addresses(findings, i, peer, only_here, only_there);
		return;
	}
	for (size_t at = 0; at < mine->count && at < theirs->count; at++) {
		if (addr_equal(&mine->items[at].prefix.addr, &theirs->items[at].prefix.addr))
			continue;
		diag_hint(findings, "cluster-address-order", &mine->items[at].place,
			  "the same order on all servers keeps address_list_errors at 0",
			  "%s: the addresses stand in another order in %s", i->block.name,
			  cluster_line(findings, &theirs->items[at].place));
		return;
	}
}

/* Adverts do not name them, so nobody notices before the address is gone. */
static void compare_excluded(struct conf *findings, const struct conf_instance *i,
			     const struct conf_instance *peer)
{
	const struct conf_address *here = first_missing(findings, &i->excluded, &peer->excluded);
	const struct conf_address *there = first_missing(findings, &peer->excluded, &i->excluded);
	char text[ADDR_TEXT_SIZE];

	if (!here && !there)
		return;
	addr_print(&(here ? here : there)->prefix.addr, text, sizeof(text));
	diag_warning(findings, "cluster-excluded", here ? &here->place : &i->block.place,
		     "write the same virtual_ipaddress_excluded on all servers: what only one of "
		     "them has is lost when it fails",
		     here ? "%s: %s is not on the other node, in %s" :
			    "%s: %s is missing, which the other node has in %s",
		     i->block.name, text,
		     cluster_line(findings, here ? &peer->block.place : &there->place));
}

/* -- what both have to have -- */

static const struct place *place_of(const struct setting *setting, const struct conf_instance *i)
{
	return setting->place ? setting->place : &i->block.place;
}

static const char *line_of(struct conf *findings, const struct setting *setting,
			   const struct conf_instance *i)
{
	return cluster_line(findings, place_of(setting, i));
}

static void compare_versions(struct conf *findings, const struct conf_instance *i,
			     const struct conf_instance *peer)
{
	if (i->version.number != peer->version.number)
		diag_error(findings, "cluster-version", place_of(&i->version, i),
			   "write the same `version` on all servers",
			   "%s speaks version %" PRId64 ", another node %" PRId64
			   " in %s: they do not hear each other, and there will be two masters",
			   i->block.name, i->version.number, peer->version.number,
			   line_of(findings, &peer->version, peer));
}

/* Version 2 refuses another interval (RFC 3768 7.1), version 3 learns it. */
static void compare_intervals(struct conf *findings, const struct conf_instance *i,
			      const struct conf_instance *peer)
{
	bool refused = i->version.number == 2;
	struct diag diag = { "cluster-interval", refused ? CONF_ERROR : CONF_HINT,
			     refused ? CONF_RUNS : CONF_NO_EFFECT,
			     *place_of(&i->advert_interval, i),
			     "write the same advert_int on all servers" };
	char here[32], there[32];

	if (i->advert_interval.number != peer->advert_interval.number)
		diag_add(findings, &diag,
			 "%s: adverts every %s s, on another node every %s s in %s%s",
			 i->block.name, number_seconds_print(i->advert_interval.number, here),
			 number_seconds_print(peer->advert_interval.number, there),
			 line_of(findings, &peer->advert_interval, peer),
			 refused ? ": version 2 refuses them, and there will be two masters" : "");
}

static bool same_password(const struct conf_instance *i, const struct conf_instance *peer)
{
	return !i->authentication || strcmp(i->auth_pass.text, peer->auth_pass.text) == 0;
}

static void compare_authentication(struct conf *findings, const struct conf_instance *i,
				   const struct conf_instance *peer)
{
	/* Between two versions nothing else counts. */
	if (i->version.number != peer->version.number ||
	    (i->authentication == peer->authentication && same_password(i, peer)))
		return;
	/* Not at the password: the line that is shown would tell it. */
	diag_error(findings, "cluster-authentication", &i->block.place,
		   "write the same auth_type and auth_pass on all servers",
		   "%s: another node has %s in %s: each drops the other's adverts, and there will "
		   "be two masters",
		   i->block.name,
		   i->authentication != peer->authentication ? "another auth_type" :
							       "another auth_pass",
		   line_of(findings, &peer->auth_pass, peer));
}

static const struct conf_auth_hmac *hmac_of(const struct conf_instance *i)
{
	return i->auth_hmac.count ? (const struct conf_auth_hmac *)i->auth_hmac.items[0] : NULL;
}

static const struct image_key *key_of(const struct conf_auth_hmac *hmac, int64_t id)
{
	for (size_t k = 0; k < hmac->keys.count; k++) {
		const struct conf_auth_key *key =
			(const struct conf_auth_key *)hmac->keys.items[k];

		if (!key->block.broken && key->id.number == id)
			return key->key;
	}
	return NULL;
}

/* Why the adverts of one are refused by the other, or NULL. */
static const char *refusal(const struct conf_instance *sender, const struct conf_instance *receiver)
{
	const struct conf_auth_hmac *from = hmac_of(sender), *to = hmac_of(receiver);
	bool is_signed = from && from->mode.number + IMAGE_HMAC_ENFORCE != IMAGE_HMAC_RECEIVE_ONLY;
	const struct image_key *own, *other;

	if (!to)
		return NULL;
	if (!is_signed)
		return to->mode.number + IMAGE_HMAC_ENFORCE == IMAGE_HMAC_ENFORCE ?
			       "it is not signed, and `mode enforce` wants it to be" :
			       NULL;
	own = key_of(from, from->active_key.number);
	other = key_of(to, from->active_key.number);
	if (!other)
		return "it is signed with a key whose number the other one does not have";
	if (!own || own->size != other->size || memcmp(own->octets, other->octets, own->size) != 0)
		return "its key is another one under the same number";
	return NULL;
}

static void compare_signatures(struct conf *findings, const struct conf_instance *i,
			       const struct conf_instance *peer)
{
	const char *here = refusal(peer, i), *there = refusal(i, peer);

	if (i->version.number != peer->version.number || (!here && !there))
		return;
	diag_error(findings, "cluster-authentication", &i->block.place,
		   "write the same auth_hmac on all servers",
		   "%s: what %s sends is refused by %s (%s): there will be two masters",
		   i->block.name,
		   here ? line_of(findings, &peer->auth_pass, peer) : "this node",
		   here ? "this node" : line_of(findings, &peer->auth_pass, peer),
		   here ? here : there);
}

/* -- who wins -- */

/* The priority decides, whatever `state` says. */
static void weaker_master(struct conf *findings, const struct conf_instance *i,
			  const struct conf_instance *peer)
{
	const struct conf_instance *named = i->state.number ? i : peer;
	const struct conf_instance *other = named == i ? peer : i;

	if (!named->state.set || !named->state.number || other->state.number ||
	    named->priority.number >= other->priority.number)
		return;
	diag_hint(findings, "cluster-states", place_of(&i->priority, i),
		  "give the one that is to be MASTER the highest priority",
		  "%s: state MASTER stands where the priority is lower, %" PRId64
		  " and not %" PRId64 " (other node: %s): that one becomes BACKUP",
		  i->block.name, named->priority.number, other->priority.number,
		  line_of(findings, &peer->priority, peer));
}

static void compare_states(struct conf *findings, const struct conf_instance *i,
			   const struct conf_instance *peer)
{
	weaker_master(findings, i, peer);
	if (i->state.set && i->state.number && peer->state.set && peer->state.number)
		diag_hint(findings, "cluster-states", i->state.place,
			  "write `state BACKUP` on all but one, or on all",
			  "%s: state MASTER stands on another node, too, in %s", i->block.name,
			  line_of(findings, &peer->state, peer));
}

/* vipd takes both forms; whoever does not is deaf to the other one. */
static void compare_checksums(struct conf *findings, const struct conf_instance *i,
			      const struct conf_instance *peer)
{
	if (i->version.number != 3 || peer->version.number != 3 || i->family != ADDR_IPV4 ||
	    i->v3_checksum_as_v2.number == peer->v3_checksum_as_v2.number)
		return;
	diag_warning(findings, "cluster-checksum", place_of(&i->v3_checksum_as_v2, i),
		     "write v3_checksum_as_v2 on all servers or on none",
		     "%s: this node and another one (%s) differ in v3_checksum_as_v2: a keepalived "
		     "among them does not hear the other form",
		     i->block.name, line_of(findings, &peer->v3_checksum_as_v2, peer));
}

static void compare_preemption(struct conf *findings, const struct conf_instance *i,
			       const struct conf_instance *peer)
{
	if (i->preempt.number != peer->preempt.number)
		diag_hint(findings, "cluster-preemption", place_of(&i->preempt, i),
			  "write nopreempt on all servers or on none",
			  "%s: this node and another one (%s) differ in nopreempt", i->block.name,
			  line_of(findings, &peer->preempt, peer));
}

/* What weights add may make the other one's higher yet. `place`: where it is told. */
static void expects_less(struct conf *findings, const struct conf_instance *i,
			 const struct conf_instance *other, const struct place *place)
{
	const struct setting *expired = &i->timer_expired_backup;
	int64_t up, down;

	lint_weights(other, &up, &down);
	if (!expired->set || expired->number >= other->priority.number + up)
		return;
	diag_warning(findings, "cluster-timer-expired", place,
		     "write the highest priority that any other server can have, or no number",
		     "%s: timer_expired_backup %" PRId64 " in %s, but priority %" PRId64
		     " in %s: who has that takes over sooner",
		     i->block.name, expired->number, line_of(findings, expired, i),
		     other->priority.number + up, line_of(findings, &other->priority, other));
}

static void compare_expired(struct conf *findings, const struct conf_instance *i,
			    const struct conf_instance *peer)
{
	expects_less(findings, i, peer, place_of(&i->timer_expired_backup, i));
	expects_less(findings, peer, i, place_of(&i->priority, i));
}

/* The higher one has to fall below the lower one when all its checks fail, else it stays. */
static void compare_weights(struct conf *findings, const struct conf_instance *i,
			    const struct conf_instance *peer)
{
	const struct conf_instance *high = i->priority.number > peer->priority.number ? i : peer;
	const struct conf_instance *low = high == i ? peer : i;
	int64_t high_up, high_down, low_up, low_down;

	lint_weights(high, &high_up, &high_down);
	lint_weights(low, &low_up, &low_down);
	if (!(high_up || high_down) || high->priority.number == 255)
		return;
	if (high->priority.number + high_down < low->priority.number + low_up)
		return;
	diag_warning(findings, "cluster-weight", place_of(&i->priority, i),
		     "the weights have to be larger than the distance of the priorities",
		     "%s: with all its checks failed the master has %" PRId64
		     ", the healthy backup %" PRId64 ": it stays MASTER (other node: %s)",
		     i->block.name, high->priority.number + high_down,
		     low->priority.number + low_up, line_of(findings, &peer->priority, peer));
}

/* -- who speaks to whom -- */

static const struct addr *source_of(const struct conf_instance *i)
{
	return i->unicast_src_ip.set && i->unicast_src_ip.prefix ? &i->unicast_src_ip.prefix->addr :
								   NULL;
}

static bool has_peer(const struct conf_instance *i, const struct addr *addr)
{
	for (size_t at = 0; at < i->peers.count; at++) {
		const struct conf_peer *p = (const struct conf_peer *)i->peers.items[at];

		if (p->address.prefix && addr_equal(&p->address.prefix->addr, addr))
			return true;
	}
	return false;
}

static void unheard(struct conf *findings, const struct conf_instance *i, const struct addr *addr,
		    const char *who, const char *there)
{
	char text[ADDR_TEXT_SIZE];

	diag_error(findings, "cluster-peers", i->peers_place ? i->peers_place : &i->block.place,
		   "name every other server in unicast_peer, on all servers",
		   "%s: %s does not name %s as a peer (%s): its adverts do not get there",
		   i->block.name, who, addr_print(addr, text, sizeof(text)), there);
}

static void compare_peers(struct conf *findings, const struct conf_instance *i,
			  const struct conf_instance *peer)
{
	const char *there = cluster_line(findings, peer->peers_place ? peer->peers_place :
								       &peer->block.place);

	if (!i->peers.count != !peer->peers.count) {
		diag_error(findings, "cluster-peers",
			   i->peers_place ? i->peers_place : &i->block.place,
			   "write unicast_peer on all servers or on none",
			   "%s: one node has peers and the other speaks to the group (%s)",
			   i->block.name, there);
		return;
	}
	if (!i->peers.count)
		return;
	if (source_of(peer) && !has_peer(i, source_of(peer)))
		unheard(findings, i, source_of(peer), "this node", there);
	if (source_of(i) && !has_peer(peer, source_of(i)))
		unheard(findings, i, source_of(i), "the other node", there);
}

static void compare_groups(struct conf *findings, const struct conf_instance *i,
			   const struct conf_instance *peer)
{
	const struct setting *here = &i->mcast_dst_ip, *there = &peer->mcast_dst_ip;

	if (i->peers.count || !here->prefix || !there->prefix ||
	    addr_equal(&here->prefix->addr, &there->prefix->addr))
		return;
	diag_error(findings, "cluster-group", place_of(here, i),
		   "write the same group on all servers",
		   "%s: adverts go to another group than those of another node (%s)", i->block.name,
		   line_of(findings, there, peer));
}

static bool has_address(const struct conf_instance *i, const struct addr *addr)
{
	for (size_t at = 0; at < i->advertised.count; at++)
		if (addr_equal(&i->advertised.items[at].prefix.addr, addr))
			return true;
	return false;
}

/* An address of the cluster that one server has for itself: RFC 9568 calls it the owner. */
static void compare_sources(struct conf *findings, const struct conf_instance *i,
			    const struct conf_instance *peer)
{
	/* That of the owner is one of both; and who has it in its own list was told so. */
	if (peer->priority.number == 255 ||
	    (source_of(peer) && has_address(peer, source_of(peer))))
		return;
	for (size_t at = 0; source_of(peer) && at < i->advertised.count; at++)
		if (addr_equal(&i->advertised.items[at].prefix.addr, source_of(peer)))
			diag_error(findings, "cluster-own-address", &i->advertised.items[at].place,
				   "a virtual address is one that no server has for itself",
				   "%s: this is the own address of another node (%s)",
				   i->block.name, line_of(findings, &peer->unicast_src_ip, peer));
}

void cluster_compare(struct conf *findings, const struct conf_instance *i,
		     const struct conf_instance *peer)
{
	compare_versions(findings, i, peer);
	compare_intervals(findings, i, peer);
	compare_authentication(findings, i, peer);
	compare_signatures(findings, i, peer);
	compare_addresses(findings, i, peer);
	compare_excluded(findings, i, peer);
	compare_states(findings, i, peer);
	compare_checksums(findings, i, peer);
	compare_preemption(findings, i, peer);
	compare_expired(findings, i, peer);
	compare_weights(findings, i, peer);
	compare_peers(findings, i, peer);
	compare_groups(findings, i, peer);
	compare_sources(findings, i, peer);
}
