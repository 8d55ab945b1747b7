/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two routers in one machine of states: RFC 3768 6.4 says what is common to both, and a flag for
 * each habit says where they part. Each habit of keepalived was seen in captures of the real one
 * (tests/sim/peer); what was not seen there is not in here. */
#include "sim/peer.h"

#include "base/check.h"
#include "sim/peer_wire.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
/* keepalived's garp_lower_prio_repeat and garp_lower_prio_delay, unless they are set. */
#define LOWER_COPIES 5
#define LOWER_DELAY_US (5 * SECOND_US)

enum quirk {
	/* 6.4.1, 6.4.2 want one announcement; this one repeats it and comes back to it later. What
	 * is due later is not forgotten when it yields meanwhile, only not said unless it is MASTER
	 * again by then. */
	QUIRK_ANNOUNCES_LATER = 1 << 0,
	/* 6.4.3 discards a lower priority; this one answers each at once and announces. */
	QUIRK_ANSWERS_LOWER = 1 << 1,
	/* Whatever comes for its virtual router, also what is refused, puts off the next advert by
	 * an interval. */
	QUIRK_REFUSED_DELAYS = 1 << 2,
	/* 7.1 lets the owner discard everything; this one listens, and another owner makes it go on
	 * with priority 254. */
	QUIRK_OWNER_LISTENS = 1 << 3,
	/* 7.1 leaves the list of addresses open; this one refuses another list. */
	QUIRK_COMPARES_LIST = 1 << 4,
	QUIRK_PREEMPT_DELAY = 1 << 5,
	/* An address that somebody removed: a farewell, and back after its skew. */
	QUIRK_MISSES_ADDRESS = 1 << 6,
	/* 7.2, 7.3, 8.2: frames and answers bear the virtual router's MAC. */
	QUIRK_VIRTUAL_MAC = 1 << 7,
	/* Has a state FAULT for a link that does not run, and listens after it, even as the owner;
	 * 6.4 knows only a shutdown and a startup. */
	QUIRK_FAULT = 1 << 8,
};

static const struct {
	const char *name;
	uint32_t quirks;
} kinds[PEER_N_] = {
	[PEER_STANDARD] = { "standard", QUIRK_VIRTUAL_MAC },
	[PEER_KEEPALIVED] = { "keepalived",
			      QUIRK_ANNOUNCES_LATER | QUIRK_ANSWERS_LOWER | QUIRK_REFUSED_DELAYS |
				      QUIRK_OWNER_LISTENS | QUIRK_COMPARES_LIST |
				      QUIRK_PREEMPT_DELAY | QUIRK_MISSES_ADDRESS | QUIRK_FAULT },
};

struct peer_link_state {
	struct addr source;
	uint8_t mac[MAC_SIZE];
	bool runs;
};

struct peer_instance {
	const struct image_instance *config;
	const struct image_address *addresses;
	enum vrrp_state state;
	uint8_t priority;
	/* BACKUP: what was heard since the timer was armed. */
	bool master_left, lower_heard;
	struct mono advert_at, down_at; /* Adver_Timer, Master_Down_Timer */
	struct mono preempt_at; /* until then a lower priority is left in office */
};

struct announcement {
	struct mono at;
	uint32_t instance;
	uint8_t copies;
};

struct peer {
	const struct image *image;
	const struct peer_world *world;
	enum peer_kind kind;
	uint32_t quirks;
	struct peer_link_state *links;
	struct peer_instance *instances;
	struct announcement *later; /* in no order */
	size_t later_count, later_room;
	uint16_t packet_id;
	bool has_stopped;
};

const char *peer_kind_name(enum peer_kind kind)
{
	return kinds[kind].name;
}

struct peer *peer_new(const struct image *image, enum peer_kind kind,
		      const struct peer_world *world)
{
	struct peer *p = calloc(1, sizeof(*p));

	check(p);
	p->image = image;
	p->world = world;
	p->kind = kind;
	p->quirks = kinds[kind].quirks;
	p->links = calloc(image->link_count + 1, sizeof(*p->links));
	p->instances = calloc(image->instance_count + 1, sizeof(*p->instances));
	check(p->links && p->instances);
	for (uint32_t n = 0; n < image->instance_count; n++) {
		const struct image_instance *config = &image_instances(image)[n];

		p->instances[n] = (struct peer_instance){
			.config = config,
			.addresses = &image_addresses(image)[config->address_first],
			.priority = config->priority,
			.advert_at = MONO_NEVER,
			.down_at = MONO_NEVER,
			.preempt_at = MONO_NEVER,
		};
	}
	return p;
}

struct peer *peer_free(struct peer *p)
{
	if (!p)
		return NULL;
	free(p->links);
	free(p->instances);
	free(p->later);
	free(p);
	return NULL;
}

enum vrrp_state peer_state(const struct peer *p, uint32_t instance)
{
	return p->instances[instance].state;
}

static bool has(const struct peer *p, enum quirk quirk)
{
	return p->quirks & quirk;
}

/* -- what it says -- */

static void virtual_mac(uint8_t vrid, uint8_t ret_mac[MAC_SIZE])
{
	const uint8_t mac[MAC_SIZE] = { 0x00, 0x00, 0x5e, 0x00, 0x01, vrid }; /* 7.3 */

	memcpy(ret_mac, mac, MAC_SIZE);
}

void peer_mac(enum peer_kind kind, const struct image_instance *instance, const uint8_t *link_mac,
	      uint8_t ret_mac[MAC_SIZE])
{
	if (kinds[kind].quirks & QUIRK_VIRTUAL_MAC)
		virtual_mac(instance->vrid, ret_mac);
	else
		memcpy(ret_mac, link_mac, MAC_SIZE);
}

static void advert(struct peer *p, struct peer_instance *i, uint8_t priority)
{
	const struct peer_link_state *link = &p->links[i->config->link];
	uint8_t frame[PEER_FRAME], mac[MAC_SIZE];
	size_t size;

	peer_mac(p->kind, i->config, link->mac, mac);
	size = peer_advert_write(i->config, i->addresses, priority, ++p->packet_id, &link->source,
				 mac, frame);
	p->world->frame(p->world->context, i->config->link, frame, size);
}

static void announce(struct peer *p, const struct peer_instance *i, uint8_t copies)
{
	uint8_t frame[PEER_FRAME], mac[MAC_SIZE];

	for (uint8_t copy = 0; copy < copies; copy++)
		for (uint32_t a = 0; a < i->config->address_count; a++) {
			const struct image_address *address = &i->addresses[a];

			if (address->prefix.addr.family != ADDR_IPV4)
				continue;
			peer_mac(p->kind, i->config, p->links[address->link].mac, mac);
			p->world->frame(p->world->context, address->link, frame,
					peer_arp_write(&address->prefix.addr, mac, frame));
		}
}

static void announce_later(struct peer *p, const struct peer_instance *i, uint8_t copies,
			   int64_t delay_us, struct mono now)
{
	if (!copies || !delay_us)
		return;
	if (p->later_count == p->later_room) {
		p->later_room = 2 * p->later_room + 8;
		p->later = realloc(p->later, p->later_room * sizeof(*p->later));
		check(p->later);
	}
	p->later[p->later_count++] = (struct announcement){
		mono_add(now, delay_us), (uint32_t)(i - p->instances), copies };
}

static void addresses(struct peer *p, const struct peer_instance *i, bool add)
{
	for (uint32_t a = 0; a < i->config->address_count; a++)
		p->world->address(p->world->context, i->config->address_first + a, add);
}

/* -- states (6.4) -- */

/* 6.1 */
static int64_t skew_us(const struct peer_instance *i)
{
	return (256 - i->priority) * SECOND_US / 256;
}

static void arm_down(struct peer_instance *i, int64_t length_us, struct mono now)
{
	i->down_at = mono_add(now, length_us);
	i->master_left = i->lower_heard = false;
}

static void arm_down_whole(struct peer_instance *i, struct mono now)
{
	arm_down(i, i->config->down_adverts * i->config->advert_interval_us + skew_us(i), now);
}

static void arm_advert(struct peer_instance *i, struct mono now)
{
	i->advert_at = mono_add(now, i->config->advert_interval_us);
}

static void enter(struct peer *p, struct peer_instance *i, enum vrrp_state to,
		  enum vrrp_reason reason)
{
	enum vrrp_state from = i->state;

	i->state = to;
	i->advert_at = i->down_at = i->preempt_at = MONO_NEVER;
	p->world->changed(p->world->context, (uint32_t)(i - p->instances), from, to, reason);
	if (from == VRRP_STATE_MASTER)
		addresses(p, i, false);
}

static void become_backup(struct peer *p, struct peer_instance *i, enum vrrp_reason reason,
			  struct mono now)
{
	enter(p, i, VRRP_STATE_BACKUP, reason);
	arm_down_whole(i, now);
}

static void become_master(struct peer *p, struct peer_instance *i, enum vrrp_reason reason,
			  struct mono now)
{
	bool is_again = has(p, QUIRK_ANNOUNCES_LATER);

	advert(p, i, i->priority);
	enter(p, i, VRRP_STATE_MASTER, reason);
	addresses(p, i, true);
	announce(p, i, is_again ? i->config->garp_repeat : 1);
	if (is_again)
		announce_later(p, i, i->config->garp_repeat_later, i->config->garp_delay_us, now);
	arm_advert(i, now);
}

/* 6.4.1 */
static void startup(struct peer *p, struct peer_instance *i, enum vrrp_reason reason,
		    struct mono now)
{
	if (i->priority == VRRP_OWNER)
		become_master(p, i, VRRP_REASON_OWNER, now);
	else
		become_backup(p, i, reason, now);
}

/* 6.4.2, 6.4.3: Shutdown. */
static void shut_down(struct peer *p, struct peer_instance *i, enum vrrp_state to,
		      enum vrrp_reason reason)
{
	if (i->state == to)
		return;
	if (i->state == VRRP_STATE_MASTER)
		advert(p, i, 0);
	enter(p, i, to, reason);
}

static enum vrrp_state down_state(const struct peer *p)
{
	return has(p, QUIRK_FAULT) ? VRRP_STATE_FAULT : VRRP_STATE_INIT;
}

/* What an earlier run left behind is no business of the RFC's; both begin with a clean host. */
void peer_start(struct peer *p, struct mono now)
{
	for (uint32_t n = 0; n < p->image->instance_count; n++) {
		struct peer_instance *i = &p->instances[n];

		if (i->config->broken_reason)
			continue;
		addresses(p, i, false);
		if (p->links[i->config->link].runs)
			startup(p, i, VRRP_REASON_STARTUP, now);
		else if (down_state(p) != VRRP_STATE_INIT)
			enter(p, i, down_state(p), VRRP_REASON_FAULT);
	}
}

void peer_stop(struct peer *p, struct mono now)
{
	(void)now;
	for (uint32_t n = 0; n < p->image->instance_count; n++)
		shut_down(p, &p->instances[n], VRRP_STATE_INIT, VRRP_REASON_SHUTDOWN);
	p->has_stopped = true;
}

static void link_changed(struct peer *p, struct peer_instance *i, bool runs, struct mono now)
{
	if (i->config->broken_reason || p->has_stopped)
		return;
	if (!runs)
		shut_down(p, i, down_state(p), VRRP_REASON_FAULT);
	else if (has(p, QUIRK_FAULT))
		become_backup(p, i, VRRP_REASON_FAULT_CLEARED, now);
	else
		startup(p, i, VRRP_REASON_FAULT_CLEARED, now);
}

void peer_link(struct peer *p, uint32_t link, const struct addr *source, const uint8_t *mac,
	       bool runs, struct mono now)
{
	struct peer_link_state *l = &p->links[link];
	bool is_known = l->source.family != ADDR_NONE, is_changed = is_known && l->runs != runs;

	l->source = *source;
	memcpy(l->mac, mac, MAC_SIZE);
	l->runs = runs;
	for (uint32_t n = 0; n < p->image->instance_count && is_changed; n++)
		if (p->instances[n].config->link == link)
			link_changed(p, &p->instances[n], runs, now);
}

void peer_address_gone(struct peer *p, uint32_t address, struct mono now)
{
	for (uint32_t n = 0; n < p->image->instance_count; n++) {
		struct peer_instance *i = &p->instances[n];

		if (!has(p, QUIRK_MISSES_ADDRESS) || i->state != VRRP_STATE_MASTER ||
		    address < i->config->address_first ||
		    address >= i->config->address_first + i->config->address_count)
			continue;
		advert(p, i, 0);
		enter(p, i, VRRP_STATE_BACKUP, VRRP_REASON_FAULT);
		arm_down(i, skew_us(i), now);
	}
}

/* -- what it hears -- */

static bool is_list_ours(const struct peer_instance *i, const struct peer_advert *a)
{
	uint32_t ours = 0;

	for (uint32_t n = 0; n < i->config->address_count; n++) {
		bool is_there = i->addresses[n].excluded;

		ours += !i->addresses[n].excluded;
		for (uint32_t k = 0; k < a->address_count && !is_there; k++)
			is_there = memcmp(a->addresses + (size_t)4 * k,
					  i->addresses[n].prefix.addr.bytes, 4) == 0;
		if (!is_there)
			return false;
	}
	return ours == a->address_count;
}

/* 7.1 */
static bool accepts(const struct peer *p, const struct peer_instance *i,
		    const struct peer_advert *a)
{
	if (a->ttl != 255 || !a->is_whole)
		return false;
	if (i->config->priority == VRRP_OWNER && !has(p, QUIRK_OWNER_LISTENS))
		return false;
	if (a->auth_type != i->config->auth_type ||
	    (a->auth_type && memcmp(a->auth, i->config->auth_data, 8) != 0))
		return false;
	if (a->interval_s * SECOND_US != i->config->advert_interval_us)
		return false;
	return !has(p, QUIRK_COMPARES_LIST) || is_list_ours(i, a);
}

static bool tolerates_lower(const struct peer *p, struct peer_instance *i, struct mono now)
{
	if (!(i->config->flags & IMAGE_PREEMPT))
		return true;
	if (!has(p, QUIRK_PREEMPT_DELAY) || !i->config->preempt_delay_us)
		return false;
	if (mono_is_never(i->preempt_at))
		i->preempt_at = mono_add(now, i->config->preempt_delay_us);
	return !mono_reached(i->preempt_at, now);
}

/* 6.4.2 */
static void backup_hears(struct peer *p, struct peer_instance *i, const struct peer_advert *a,
			 struct mono now)
{
	if (a->priority == 0) {
		arm_down(i, skew_us(i), now);
		i->master_left = true;
	} else if (a->priority >= i->priority) {
		i->preempt_at = MONO_NEVER;
		arm_down_whole(i, now);
	} else if (tolerates_lower(p, i, now)) {
		arm_down_whole(i, now);
	} else {
		i->lower_heard = true;
		i->master_left = false;
	}
}

/* 6.4.3 */
static void master_hears(struct peer *p, struct peer_instance *i, const struct peer_advert *a,
			 struct mono now)
{
	int address = addr_compare(&a->source, &p->links[i->config->link].source);

	if (a->priority == VRRP_OWNER && i->priority == VRRP_OWNER)
		i->priority = VRRP_OWNER - 1; /* only who listens as an owner comes here */
	if (a->priority == 0) {
		advert(p, i, i->priority);
		arm_advert(i, now);
	} else if (a->priority > i->priority) {
		become_backup(p, i, VRRP_REASON_HIGHER_PRIORITY, now);
	} else if (a->priority == i->priority && address > 0) {
		become_backup(p, i, VRRP_REASON_HIGHER_ADDRESS, now);
	} else if (has(p, QUIRK_ANSWERS_LOWER)) {
		advert(p, i, i->priority);
		announce(p, i, LOWER_COPIES);
		announce_later(p, i, LOWER_COPIES, LOWER_DELAY_US, now);
		arm_advert(i, now);
	}
}

static void instance_hears(struct peer *p, struct peer_instance *i, const struct peer_advert *a,
			   struct mono now)
{
	bool is_master = i->state == VRRP_STATE_MASTER;

	if (!accepts(p, i, a)) {
		if (is_master && has(p, QUIRK_REFUSED_DELAYS))
			arm_advert(i, now);
	} else if (is_master) {
		master_hears(p, i, a, now);
	} else if (i->state == VRRP_STATE_BACKUP) {
		backup_hears(p, i, a, now);
	}
}

void peer_packet(struct peer *p, uint32_t link, const uint8_t *packet, size_t size, struct mono now)
{
	struct peer_advert a;

	if (!peer_advert_read(packet, size, &a))
		return;
	for (uint32_t n = 0; n < p->image->instance_count; n++) {
		struct peer_instance *i = &p->instances[n];

		if (i->config->link == link && i->config->vrid == a.vrid)
			instance_hears(p, i, &a, now);
	}
}

/* -- time -- */

static struct mono instance_deadline(const struct peer_instance *i)
{
	return mono_earlier(i->advert_at, i->down_at);
}

struct mono peer_deadline(const struct peer *p)
{
	struct mono first = MONO_NEVER;

	for (uint32_t n = 0; n < p->image->instance_count; n++)
		first = mono_earlier(first, instance_deadline(&p->instances[n]));
	for (size_t n = 0; n < p->later_count; n++)
		first = mono_earlier(first, p->later[n].at);
	return first;
}

static void instance_timer(struct peer *p, struct peer_instance *i, struct mono now)
{
	enum vrrp_reason reason = VRRP_REASON_MASTER_SILENT;

	if (i->state == VRRP_STATE_MASTER) {
		advert(p, i, i->priority);
		arm_advert(i, now);
		return;
	}
	if (i->master_left)
		reason = VRRP_REASON_MASTER_LEFT;
	else if (i->lower_heard)
		reason = VRRP_REASON_PREEMPTED;
	become_master(p, i, reason, now);
}

static void later_run(struct peer *p, size_t n)
{
	struct announcement a = p->later[n];

	p->later[n] = p->later[--p->later_count];
	if (p->instances[a.instance].state == VRRP_STATE_MASTER)
		announce(p, &p->instances[a.instance], a.copies);
}

/* What was due first comes first. The Adver_Timer is armed after the announcements. */
static void timer_run(struct peer *p, struct mono first, struct mono now)
{
	for (size_t n = 0; n < p->later_count; n++)
		if (p->later[n].at.us == first.us) {
			later_run(p, n);
			return;
		}
	for (uint32_t n = 0; n < p->image->instance_count; n++)
		if (instance_deadline(&p->instances[n]).us == first.us) {
			instance_timer(p, &p->instances[n], now);
			return;
		}
}

void peer_turn(struct peer *p, struct mono now)
{
	struct mono first;

	while (first = peer_deadline(p), mono_reached(first, now))
		timer_run(p, first, now);
}
