/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What the kernel tells: links come, go and change; addresses come and go, ours and the host's
 * own. The host's own ones are the candidates for the source of adverts; ours are compared with
 * what we want. A dump brings everything; what it does not mention is gone. */

#include "node/node_private.h"

#include "base/check.h"
#include "base/text.h"

#include <string.h>

bool link_is_absent(const struct node_link *l)
{
	return l->ifindex == 0 && l->config->name[0] != '\0';
}

uint32_t link_conditions(const struct node_link *l)
{
	if (!l->is_known)
		return 1u << CONDITION_UNKNOWN;
	if (link_is_absent(l) || l->is_renamed)
		return 1u << CONDITION_LINK_MISSING;
	return l->is_up ? 0 : 1u << CONDITION_LINK_DOWN;
}

bool link_is_watched(const struct node_link *l)
{
	return l->instance_first != NODE_NONE && !image_link_is_routed(l->config);
}

/* A fact about the link changed: every instance that needs it looks again. */
void link_check(struct node *n, struct node_link *l, struct mono now)
{
	for (uint32_t k = l->instance_first; k != NODE_NONE; k = n->instances[k].link_next)
		instance_check(n, &n->instances[k], now);
	for (uint32_t k = l->tracking_first; k != NODE_NONE; k = n->trackings[k].link_next)
		instance_check(n, &n->instances[n->trackings[k].instance], now);
}

/* May timers of this link run out in this turn? Its socket was read empty, or twice in a row
 * (a flood must not stop the clock for ever). */
bool link_is_listened(const struct node *n, const struct node_link *l)
{
	return l->busy_count == 0 || l->busy_turn != n->turn || l->busy_count >= 2;
}

void node_link_busy(struct node *n, uint32_t link)
{
	struct node_link *l = &n->links[link];

	if (l->busy_turn == n->turn)
		return;
	l->busy_count = l->busy_turn + 1 == n->turn ? l->busy_count + 1 : 1;
	l->busy_turn = n->turn;
}

static bool tells_instead(const struct node *n, uint32_t twin, const struct node_link *l)
{
	if (twin == NODE_NONE || &n->links[twin] == l)
		return false;
	if (n->links[twin].is_known != l->is_known)
		return n->links[twin].is_known;
	return twin < (uint32_t)(l - n->links);
}

/* What happens to an interface is told once, whoever uses it: by whom the kernel told of it before,
 * else by the first. */
static bool is_told_by_another(const struct node *n, const struct node_link *l)
{
	const char *name = l->config->name;

	if (tells_instead(n, find_link_by_name(n, name, ADDR_IPV4), l) ||
	    tells_instead(n, find_link_by_name(n, name, ADDR_IPV6), l))
		return true;
	for (uint32_t k = n->routed_first; k != NODE_NONE; k = n->links[k].routed_next)
		if (strcmp(n->links[k].config->name, name) == 0 && tells_instead(n, k, l))
			return true;
	return false;
}

static void note_link(struct node *n, const struct node_link *l, enum role_note kind,
		      struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	if (is_told_by_another(n, l))
		return;
	memcpy(m.text, l->config->name, LIMIT_LINK_NAME);
	note(n, NULL, kind, &m, 0, now);
}

bool link_has_work(const struct node_link *l)
{
	bool filter_wanted = l->socket == SOCKET_OPEN && (l->port_changed || l->groups_doubted);

	return l->close_wanted || l->socket == SOCKET_WANTED || filter_wanted ||
	       l->watch_wanted || l->identify_instance != NODE_NONE;
}

static void want_socket(struct node *n, struct node_link *l)
{
	if (l->instance_first == NODE_NONE)
		return;
	l->socket = SOCKET_WANTED;
	l->socket_retry_at = MONO_NEVER;
	list_append(&n->links_work, &l->work);
}

/* -- does the link carry traffic? (LIMIT_PROOF_US) -- */

/* That one of ours left verifies no MASTER: its own do. */
static void tell_frame(struct node *n, struct node_instance *i, bool is_foreign, struct mono now)
{
	if (is_foreign || i->router.state != VRRP_STATE_MASTER)
		instance_step(n, i, &(struct vrrp_event){ .kind = VRRP_EVENT_FRAME }, now);
}

static void tell_all(struct node *n, struct node_link *l, bool is_foreign, struct mono now)
{
	for (uint32_t k = l->instance_first; k != NODE_NONE; k = n->instances[k].link_next)
		tell_frame(n, &n->instances[k], is_foreign, now);
}

void link_tell_again(struct node *n, struct node_instance *i, struct mono now)
{
	const struct node_link *l = &n->links[i->config->link];

	if (l->is_proven)
		tell_frame(n, i, l->is_heard, now);
}

void node_frame(struct node *n, uint32_t link, struct mono now)
{
	struct node_link *l = &n->links[link];

	/* What the watch before saw was before the link came up. */
	if (l->is_heard || !l->is_up || l->watch_wanted)
		return;
	l->is_heard = l->is_proven = true;
	tell_all(n, l, true, now);
}

void link_sent(struct node *n, struct node_link *l, struct mono now)
{
	if (l->is_proven || !l->is_up)
		return;
	l->is_proven = true;
	/* Where no frame is looked for, no other one may ever come: those who wait are silent. */
	tell_all(n, l, image_link_is_routed(l->config), now);
}

static void link_came_up(struct node *n, struct node_link *l, struct mono now)
{
	l->is_heard = l->is_proven = false;
	l->came_up_at = now;
	l->watch_wanted = link_is_watched(l);
	if (l->watch_wanted)
		list_append(&n->links_work, &l->work);
}

/* -- who is that? -- */

void link_identify(struct node *n, struct node_instance *i)
{
	struct node_link *l = &n->links[i->config->link];

	/* Without an interface nobody's MAC is nearer than a router's. */
	if (image_link_is_routed(l->config) || l->ifindex == 0)
		return;
	l->identify_instance = i->index;
	list_append(&n->links_work, &l->work);
}

void node_identified(struct node *n, uint32_t link, const struct addr *source,
		     const uint8_t mac[MAC_SIZE], struct mono now)
{
	struct node_link *l = &n->links[link];

	for (uint32_t k = l->instance_first; k != NODE_NONE; k = n->instances[k].link_next) {
		struct node_instance *i = &n->instances[k];
		struct role_message m = role_message(ROLE_NOTE);

		if (!addr_equal(&i->drop_source[VRRP_DROP_STRANGER], source))
			continue;
		memcpy(i->stranger_mac, mac, MAC_SIZE);
		i->has_stranger_mac = true;
		instance_changed(n, i);
		m.address.addr = *source;
		(void)mac_print(mac, m.text);
		note(n, i, ROLE_NOTE_STRANGER, &m, LIMIT_DROP_LOG_US, now);
	}
}

/* -- interfaces -- */

/* Is the address `k` of the table a leftover that is on this link? */
static bool is_left_on(const struct node *n, uint32_t k, const struct node_link *l)
{
	return n->addresses[k].is_used && n->addresses[k].link == (uint32_t)(l - n->links);
}

/* Addresses on a link that just came into being. Who serves all the same (a source that need not be
 * there) may have asked the interface before in vain; a change of configuration may have brought
 * leftovers before that. */
static void queue_addresses(struct node *n, struct node_link *l, struct mono now)
{
	for (uint32_t k = l->address_first; k != NODE_NONE; k = n->addresses[k].link_next) {
		reconcile_renewed(&n->addresses[k].reconcile);
		address_queue(n, &n->addresses[k], now);
	}
	for (uint32_t k = n->address_count; k < n->address_count + LEFTOVERS_MAX; k++)
		if (is_left_on(n, k, l))
			address_queue(n, &n->addresses[k], now);
}

static void forget_interface(struct node *n, struct node_link *l, struct mono now)
{
	hash_link_index(n, (uint32_t)(l - n->links), false);
	l->ifindex = 0;
	l->is_up = l->is_renamed = l->is_searched = false;
	l->watch_wanted = false;
	l->identify_instance = NODE_NONE;
	/* Of a VRF the interfaces that were in it are still there. */
	if (!image_link_is_routed(l->config)) {
		l->source_count = 0;
		l->source_overflow = false;
	}
	if (l->socket != SOCKET_NONE) {
		l->close_wanted = true;
		l->socket = SOCKET_NONE;
		l->socket_retry_at = MONO_NEVER;
		list_append(&n->links_work, &l->work);
	}
	/* With the interface its addresses went, ours too. */
	for (uint32_t k = l->address_first; k != NODE_NONE; k = n->addresses[k].link_next) {
		n->addresses[k].reconcile.native = false;
		(void)reconcile_news(&n->addresses[k].reconcile, false, now);
		address_queue(n, &n->addresses[k], now);
		instance_changed(n, &n->instances[n->addresses[k].instance]);
	}
	for (uint32_t k = n->address_count; k < n->address_count + LEFTOVERS_MAX; k++)
		if (is_left_on(n, k, l)) {
			n->addresses[k].is_used = false;
			if (--n->leftover_count == 0 && n->leftovers_missed)
				n->dump_wanted = true;
			list_remove(&n->addresses[k].work);
			list_remove(&n->addresses[k].waiting);
		}
	l->leftovers = 0;
}

/* Of one that no dump told of yet nothing is said before that ends: then, if it is still so. */
static void note_missing(struct node *n, const struct node_link *l, struct mono now)
{
	if (l->is_known)
		note_link(n, l, ROLE_NOTE_LINK_MISSING, now);
}

void node_link_gone(struct node *n, uint32_t ifindex, struct mono now)
{
	struct node_link *l;

	while ((l = next_link_by_index(n, ifindex, NULL))) {
		forget_interface(n, l, now);
		note_missing(n, l, now);
		link_check(n, l, now);
	}
}

static void meet_interface(struct node *n, struct node_link *l, uint32_t ifindex, struct mono now)
{
	l->ifindex = ifindex;
	hash_link_index(n, (uint32_t)(l - n->links), true);
	want_socket(n, l);
	queue_addresses(n, l, now);
	/* News of its addresses may have come before its own: a renamed interface has them. */
	if (n->is_synced && !n->is_dumping)
		n->dump_wanted = true;
}

/* An interface of ours that now has another name is no longer ours. It is not gone, though, and our
 * addresses are still on it: so it is remembered until it is, or until another one has its name.
 * The other name may be one of ours, too: then two links know the interface, and its news went to
 * the other one, until it has the first name again. */
static void check_renamed(struct node *n, const struct node_link_news *news, struct mono now)
{
	struct node_link *l = NULL;

	while ((l = next_link_by_index(n, news->ifindex, l))) {
		bool is_renamed = strcmp(l->config->name, news->name) != 0;

		l->is_seen = true; /* under any name: in a dump, too, it is not gone */
		if (is_renamed == l->is_renamed)
			continue;
		l->is_renamed = is_renamed;
		if (is_renamed) {
			note_missing(n, l, now);
		} else {
			l->is_up = false; /* what it did meanwhile was not told: it comes up anew */
			if (n->is_synced && !n->is_dumping)
				n->dump_wanted = true;
		}
		link_check(n, l, now);
	}
}

/* Of who serves them though the interface that they are on was down: it is not its own one. Clients
 * there still ask somebody else. */
static void announce_addresses(struct node *n, const struct node_link *l)
{
	for (uint32_t k = l->address_first; k != NODE_NONE; k = n->addresses[k].link_next) {
		struct node_address *a = &n->addresses[k];

		address_announce(n, a, n->instances[a->instance].copies);
	}
}

static void update_link(struct node *n, struct node_link *l, const struct node_link_news *news,
			struct mono now)
{
	bool was_up = l->is_up && !l->is_renamed, comes_up;

	if (l->ifindex != news->ifindex) {
		if (l->ifindex != 0)
			forget_interface(n, l, now);
		meet_interface(n, l, news->ifindex, now);
	}
	comes_up = news->is_up && !l->is_up; /* another interface does, whatever the last was */
	l->is_seen = true;
	l->is_up = news->is_up;
	if (comes_up) {
		link_came_up(n, l, now);
		announce_addresses(n, l);
	}
	l->has_mac = news->has_mac;
	memcpy(l->mac, news->mac, MAC_SIZE);
	if (n->is_synced && was_up != l->is_up)
		note_link(n, l, l->is_up ? ROLE_NOTE_LINK_UP : ROLE_NOTE_LINK_DOWN, now);
	link_check(n, l, now);
}

/* An address of IPv6 that stays on an interface that is switched off (keep_addr_on_down) is there,
 * and nobody reaches it; nothing is told of it. (Of IPv4 it is reached.) */
static void disable_sources(struct node *n, const struct node_link_news *news, struct mono now)
{
	for (uint32_t k = n->routed_first; k != NODE_NONE; k = n->links[k].routed_next) {
		struct node_link *l = &n->links[k];
		bool changes = false;

		for (int s = 0; s < l->source_count; s++)
			if (l->config->family == ADDR_IPV6 &&
			    l->sources[s].ifindex == news->ifindex &&
			    l->sources[s].is_disabled != news->is_disabled) {
				l->sources[s].is_disabled = news->is_disabled;
				changes = true;
			}
		if (changes)
			link_check(n, l, now);
	}
}

void node_link(struct node *n, const struct node_link_news *news, struct mono now)
{
	static const uint8_t families[] = { ADDR_IPV4, ADDR_IPV6 };

	check_renamed(n, news, now);
	disable_sources(n, news, now);
	/* Those of no VRF have no name, and an interface has one. */
	for (uint32_t k = n->routed_first; *news->name && k != NODE_NONE;
	     k = n->links[k].routed_next)
		if (strcmp(n->links[k].config->name, news->name) == 0)
			update_link(n, &n->links[k], news, now);
	for (size_t k = 0; k < sizeof(families); k++) {
		uint32_t link = find_link_by_name(n, news->name, families[k]);

		if (link != NODE_NONE)
			update_link(n, &n->links[link], news, now);
	}
}

void node_opened(struct node *n, uint32_t link, int error, struct mono now)
{
	struct node_link *l = &n->links[link];

	if (l->socket != SOCKET_OPENING)
		return;
	l->socket = error ? SOCKET_FAILED : SOCKET_OPEN;
	l->socket_retry_at = error ? mono_add(now, SOCKET_RETRY_US) : MONO_NEVER;
	n->socket_retry_at = mono_earlier(n->socket_retry_at, l->socket_retry_at);
	link_check(n, l, now);
}

void link_retry(struct node *n, struct mono now)
{
	if (!mono_reached(n->socket_retry_at, now))
		return;
	n->socket_retry_at = MONO_NEVER;
	for (uint32_t k = 0; k < n->link_count; k++) {
		struct node_link *l = &n->links[k];

		if (l->socket != SOCKET_FAILED)
			continue;
		if (mono_reached(l->socket_retry_at, now))
			want_socket(n, l);
		else
			n->socket_retry_at = mono_earlier(n->socket_retry_at, l->socket_retry_at);
	}
}

/* -- the host's own addresses: candidates for the source -- */

/* One that an instance cannot do without: the kernel tells the link-local one of IPv6 last. */
static bool is_needed(const struct node *n, const struct node_link *l, const struct addr *addr)
{
	if (l->config->family == ADDR_IPV6 && addr_is_link_local(addr))
		return true;
	for (uint32_t k = l->instance_first; k != NODE_NONE; k = n->instances[k].link_next)
		if (addr_equal(&n->instances[k].config->source, addr))
			return true;
	return false;
}

/* The place of the last one that nobody needs, or NULL. */
static struct node_source *spare_source(const struct node *n, struct node_link *l)
{
	for (int k = l->source_count - 1; k >= 0; k--)
		if (!is_needed(n, l, &l->sources[k].prefix.addr))
			return &l->sources[k];
	return NULL;
}

static bool is_source(const struct node_source *s, const struct node_address_news *news)
{
	return s->ifindex == news->ifindex && prefix_equal(&s->prefix, &news->prefix);
}

static void add_source(const struct node *n, struct node_link *l,
		       const struct node_address_news *news)
{
	struct node_source *place;

	for (int k = 0; k < l->source_count; k++) {
		struct node_source *s = &l->sources[k];

		if (!is_source(s, news))
			continue;
		s->is_secondary = news->is_secondary;
		s->is_seen = true;
		return;
	}
	if (l->source_count < LIMIT_SOURCES) {
		place = &l->sources[l->source_count++];
	} else {
		l->source_overflow = true;
		place = is_needed(n, l, &news->prefix.addr) ? spare_source(n, l) : NULL;
	}
	if (!place)
		return;
	*place = (struct node_source){
		.prefix = news->prefix,
		.ifindex = news->ifindex,
		.is_secondary = news->is_secondary,
		.is_seen = true,
	};
}

static void drop_source(struct node *n, struct node_link *l, int k)
{
	l->source_count--;
	memmove(&l->sources[k], &l->sources[k + 1],
		(size_t)(l->source_count - k) * sizeof(l->sources[0]));
	/* Others that we did not remember may be there. */
	if (l->source_overflow) {
		l->source_overflow = false;
		n->dump_wanted = true;
	}
}

static void remove_source(struct node *n, struct node_link *l, const struct node_address_news *news)
{
	for (int k = 0; k < l->source_count; k++)
		if (is_source(&l->sources[k], news)) {
			drop_source(n, l, k);
			return;
		}
}

/* An interface whose MTU becomes too small for a family loses that family: its addresses, and the
 * groups that its sockets joined, of which nothing is told. When the first address is back they
 * are joined again; else a deaf BACKUP would soon be a second MASTER. */
static void doubt_groups(struct node *n, struct node_link *l)
{
	if (l->socket != SOCKET_OPEN)
		return;
	l->groups_doubted = true;
	list_append(&n->links_work, &l->work);
}

/* Instances look again only when their source is another one now: a link may have thousands of
 * addresses that mean nothing to us. */
static void change_source(struct node *n, struct node_link *l, const struct node_address_news *news,
			  bool add, struct mono now)
{
	struct addr before = { .family = ADDR_NONE }, after = before;

	/* Adverts come from somebody. */
	if (addr_is_unspecified(&news->prefix.addr))
		return;
	if (link_source(l))
		before = *link_source(l);
	if (add && !news->is_tentative)
		add_source(n, l, news);
	else
		remove_source(n, l, news);
	if (link_source(l))
		after = *link_source(l);
	if (before.family == ADDR_NONE && after.family != ADDR_NONE)
		doubt_groups(n, l);
	if (l->minds_sources || !addr_equal(&before, &after))
		link_check(n, l, now);
}

/* Wherever it is, those that send from it may. */
static void change_routed_source(struct node *n, const struct node_address_news *news, bool add,
				 struct mono now)
{
	for (uint32_t k = n->routed_first; k != NODE_NONE; k = n->links[k].routed_next)
		if (addr_equal(&n->links[k].config->source, &news->prefix.addr))
			change_source(n, &n->links[k], news, add, now);
}

/* -- addresses -- */

static bool is_owner(const struct node *n, const struct node_address *a)
{
	return n->instances[a->instance].config->priority == ADVERT_PRIORITY_OWNER;
}

/* The owner's address belongs to the host (RFC 3768 6.1), unless vipd or keepalived put it there:
 * people give priority 255 to servers that own nothing. */
static bool is_native(const struct node *n, const struct node_address *a,
		      const struct node_address_news *news)
{
	return a->config && is_owner(n, a) && !news->is_marked && !news->is_vrrp;
}

static struct node_address *exact_address(const struct node *n, struct node_address *a,
					  const struct prefix *prefix)
{
	while (a && a->prefix.length != prefix->length)
		a = next_address(n, a);
	return a;
}

static void note_repair(struct node *n, struct node_address *a, struct mono now)
{
	struct node_instance *i = &n->instances[a->instance];
	struct role_message m = role_message(ROLE_NOTE);

	m.address = a->prefix;
	i->counters[COUNTER_ADDRESS_REPAIRS]++;
	/* Whoever talked to the other holder meanwhile has to learn anew. */
	i->copies = i->announce.config.repeat;
	note(n, i, ROLE_NOTE_ADDRESS_REPAIRED, &m, 1000000, now);
	instance_changed(n, i);
}

/* An echo of what was done already is none; and it would be out of date where the opposite was done
 * since. But what was told after an outcome may be older than it, by another's hand; then the echo,
 * which comes in the kernel's order, has the last word. */
static bool is_news(const struct node_address *a, const struct node_address_news *news)
{
	return !news->is_own || a->is_told;
}

/* One of ours is there. */
static void address_present(struct node *n, struct node_address *a,
			    const struct node_address_news *news, struct mono now)
{
	bool was_present = a->reconcile.present;

	if (!is_news(a, news))
		return;
	a->is_told |= !was_present;
	/* What an interface had before it was looked through was not ours to add. */
	if (is_native(n, a, news) &&
	    (a->is_found || (!was_present && (!a->reconcile.wanted ||
					      !n->links[a->link].is_searched))))
		a->reconcile.native = true;
	a->is_found = false;
	(void)reconcile_news(&a->reconcile, true, now);
	/* It serves from now on, whoever put it there. */
	if (!was_present)
		address_announce(n, a, n->instances[a->instance].copies);
	address_queue(n, a, now);
	instance_changed(n, &n->instances[a->instance]);
}

void link_take_leftover(struct node *n, struct node_link *l, const struct prefix *prefix,
			struct mono now)
{
	struct node_address *a = address_leftover(n, l, prefix);

	if (!a)
		return;
	(void)reconcile_news(&a->reconcile, true, now);
	address_queue(n, a, now);
}

/* Where nothing of its family is configured any more an earlier run may have left addresses, too:
 * they are remembered beside those of the other one. */
static struct node_link *find_link_of(const struct node *n, const struct node_address_news *news)
{
	uint8_t family = news->prefix.addr.family;
	struct node_link *l = find_link(n, news->ifindex, family);

	if (l || !news->is_marked)
		return l;
	return find_link(n, news->ifindex, addr_family_other(family));
}

void node_address(struct node *n, const struct node_address_news *news, struct mono now)
{
	struct node_link *l = find_link_of(n, news);
	struct node_address *a, *exact;

	if (!l) {
		change_routed_source(n, news, true, now);
		return;
	}
	a = find_address(n, (uint32_t)(l - n->links), &news->prefix.addr);
	exact = exact_address(n, a, &news->prefix);
	if (exact && exact->config)
		address_present(n, exact, news, now);
	else if (!exact && news->is_marked) {
		if (n->is_dumping && !n->has_neighbour &&
		    (n->takes_leftovers || !l->is_searched))
			link_take_leftover(n, l, &news->prefix, now);
		return;
	}
	/* A VIP is never the source of adverts; the owner's own address may be. */
	if (a && !(exact && exact->reconcile.native))
		return;
	if (exact && !exact->config)
		return;
	change_source(n, l, news, true, now);
	change_routed_source(n, news, true, now);
}

void node_address_gone(struct node *n, const struct node_address_news *news, struct mono now)
{
	struct node_link *l = find_link_of(n, news);
	struct node_address *a;

	change_routed_source(n, news, false, now);
	if (!l)
		return;
	change_source(n, l, news, false, now);
	a = exact_address(n, find_address(n, (uint32_t)(l - n->links), &news->prefix.addr),
			  &news->prefix);
	if (!a || !a->config)
		return;
	if (!is_news(a, news))
		return;
	a->is_told |= a->reconcile.present;
	a->reconcile.native = false;
	if (reconcile_news(&a->reconcile, false, now))
		note_repair(n, a, now);
	address_queue(n, a, now);
	instance_changed(n, &n->instances[a->instance]);
	/* It may have been what a start waits for. */
	if (n->instances[a->instance].conditions & (1u << CONDITION_LEFTOVERS))
		instance_check(n, &n->instances[a->instance], now);
}

void node_set_neighbour(struct node *n, bool has_neighbour)
{
	n->has_neighbour = has_neighbour;
}

/* -- dumps -- */

void node_dump_begin(struct node *n)
{
	/* One that began anew is still the one that takes them. */
	n->takes_leftovers = n->leftovers_missed || (n->is_dumping && n->takes_leftovers);
	n->leftovers_missed = false;
	n->is_dumping = true;
	for (uint32_t k = 0; k < n->link_count; k++) {
		n->links[k].is_seen = false;
		for (int s = 0; s < n->links[k].source_count; s++)
			n->links[k].sources[s].is_seen = false;
	}
	for (uint32_t k = 0; k < n->address_count; k++)
		reconcile_resync_begin(&n->addresses[k].reconcile);
}

static void forget_unseen(struct node *n, struct node_link *l, struct mono now)
{
	if (l->ifindex != 0 && !l->is_seen) {
		forget_interface(n, l, now);
		note_missing(n, l, now);
	}
	for (int s = l->source_count - 1; s >= 0; s--)
		if (!l->sources[s].is_seen)
			drop_source(n, l, s);
}

/* Nothing happens to it but that its source comes and goes: it is there, and up, from now on. */
static void begin_without_interface(struct node *n, struct node_link *l, struct mono now)
{
	want_socket(n, l);
	l->is_up = true;
	link_came_up(n, l, now);
}

void node_dump_end(struct node *n, struct mono now)
{
	bool is_first = !n->is_synced;

	/* One that began for the configuration before this one says nothing about this one. */
	if (!n->is_dumping)
		return;
	n->is_dumping = false;
	n->dump_asked = false;
	n->is_synced = true;
	for (uint32_t k = 0; k < n->link_count; k++) {
		struct node_link *l = &n->links[k];
		bool is_new = is_first || !l->is_known;

		l->is_searched = l->ifindex != 0;
		forget_unseen(n, l, now);
		l->is_known = true;
		if (is_new && (link_is_absent(l) || l->is_renamed))
			note_missing(n, l, now);
		if (is_new && image_link_is_routed(l->config) && l->config->name[0] == '\0')
			begin_without_interface(n, l, now);
	}
	for (uint32_t k = 0; k < n->address_count; k++) {
		struct node_address *a = &n->addresses[k];

		if (reconcile_resync_end(&a->reconcile, now))
			note_repair(n, a, now);
		address_queue(n, a, now);
	}
	for (uint32_t k = 0; k < n->instance_count; k++) {
		instance_verify_presumed(n, &n->instances[k]);
		instance_check(n, &n->instances[k], now);
		instance_changed(n, &n->instances[k]);
	}
}

void node_overrun(struct node *n)
{
	n->overruns++;
	/* A dump that runs may have lost something, too. */
	n->dump_asked = false;
	n->dump_wanted = true;
}
