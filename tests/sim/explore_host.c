/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One host of the explorer: the daemon's part around a real node, a kernel with one link and one
 * virtual address, and the sockets. An operation on a host in a state is a pure function, because
 * the node is one; so each pair is run once by the production code and remembered, and states are
 * numbers. A state is the host's memory in its canonical form (explore_node.c), kept as the words
 * in which it differs from that of a host which has just started; nothing of it is left out.
 *
 * What must hold within one host is judged here: packets that are refused are inert, an address is
 * where its MASTER is, one that comes into service is announced, a node comes to rest, and whoever
 * slept with `nopreempt` and hears another one yields. */
#include "explore.h"
#include "explore_host.h"
#include "explore_node.h"
#include "explore_pool.h"

#include "base/check.h"
#include "conf/conf.h"
#include "node/node_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_FIRST 65536
#define FRAME_MASK ((1u << FRAME_BITS) - 1)

struct cached {
	uint64_t key; /* state and operation; 0: free */
	struct host_step step;
};

struct host {
	struct image *image;
	struct pool pool; /* of struct host_memory and its node */
	struct host_view *views; /* of the states of the pool */
	size_t view_room;
	struct cached *cache;
	size_t cache_size, cache_count;
	struct packet forged[FORGED_MAX];
	size_t forged_count;
	int64_t down_us;
	uint32_t off;
	struct host_figures figures;
};

static struct host hosts[HOSTS_MAX];

static struct node *node_of(void *memory)
{
	return (struct node *)(void *)((char *)memory + HOST_NODE_AT);
}

static struct vrrp_router *router_of(const struct host *h)
{
	return &node_of(h->pool.memory)->instances[0].router;
}

/* -- the kernel -- */

static void news_add(struct host_memory *m, enum host_news news)
{
	if (!m->is_running)
		return;
	check(m->news_count < NEWS_MAX);
	m->news[m->news_count++] = (uint8_t)news;
}

static void link_tell(struct host_run *r, bool is_up)
{
	struct node_link_news news = { .ifindex = 1, .is_up = is_up, .has_mac = true,
				       .mac = { 2, 0, 0, 0, 0, (uint8_t)r->number } };

	news.name = image_links(r->image)[0].name;
	node_link(r->node, &news, r->now);
}

static struct node_address_news vip_news(const struct host_run *r)
{
	return (struct node_address_news){ .ifindex = 1, .is_marked = true, .is_vrrp = true,
					   .prefix = image_addresses(r->image)[0].prefix };
}

static void dump(struct host_run *r)
{
	struct node_address_news own = { .ifindex = 1, .prefix = { .length = 24 } };
	struct node_address_news vip = vip_news(r);

	own.prefix.addr = vip.prefix.addr;
	own.prefix.addr.bytes[3] = (uint8_t)(10 + r->number);
	node_dump_begin(r->node);
	link_tell(r, r->memory->has_carrier);
	node_address(r->node, &own, r->now);
	if (r->memory->is_held)
		node_address(r->node, &vip, r->now);
	node_dump_end(r->node, r->now);
}

static void news_read(struct host_run *r)
{
	struct node_address_news vip = vip_news(r);

	for (uint32_t i = 0; i < r->memory->news_count; i++)
		if (r->memory->news[i] == NEWS_GONE)
			node_address_gone(r->node, &vip, r->now);
		else
			link_tell(r, r->memory->news[i] == NEWS_UP);
	r->memory->news_count = 0;
	memset(r->memory->news, 0, sizeof(r->memory->news));
}

/* -- what the node asks for -- */

static void advert(struct host_run *r, const struct node_action *a)
{
	bool is_farewell = a->packet[IP4_HEADER_SIZE + 2] == 0;

	packet_learn(r->number, is_farewell, a->packet, a->packet_size);
	r->step.farewells = (uint8_t)(r->step.farewells | is_farewell << r->step.advert_count++);
	node_sent(r->node, a->instance, 0, r->now);
}

static void addresses(struct host_run *r, const struct node_action *a)
{
	for (int i = 0; i < a->count; i++) {
		const struct node_address_change *c = &a->changes[i];
		bool is_so = c->add == r->memory->is_held;
		int e = !is_so ? 0 : c->add ? EEXIST : EADDRNOTAVAIL;

		r->memory->is_held = c->add;
		r->has_added |= c->add;
		node_address_done(r->node, c->address, c->add, e, r->now);
	}
}

static void end(struct host_memory *m)
{
	m->is_running = false;
	m->news_count = m->socket_count = m->work_age = 0;
	memset(m->news, 0, sizeof(m->news));
	memset(m->socket, 0, sizeof(m->socket));
}

static void apply_one(struct host_run *r, const struct node_action *a)
{
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		advert(r, a);
		break;
	case NODE_ACTION_OPEN:
		node_opened(r->node, a->link, 0, r->now);
		break;
	case NODE_ACTION_WATCH:
		node_frame(r->node, a->link, r->now);
		break;
	case NODE_ACTION_CHANGED:
		node_keep(r->node, a->instance, 0, &r->memory->keep);
		break;
	case NODE_ACTION_ADDRESSES:
		addresses(r, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		r->has_announced = true;
		break;
	case NODE_ACTION_DUMP:
		dump(r);
		break;
	case NODE_ACTION_STOPPED:
		if (r->memory->is_held)
			r->step.violation = "a daemon ended in order and left its address behind";
		end(r->memory);
		break;
	case NODE_ACTION_CLOSE:
	case NODE_ACTION_IDENTIFY:
	case NODE_ACTION_FILTER:
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_NOTE:
		break;
	}
}

static void apply(struct host_run *r)
{
	static struct node_action action;

	while (r->memory->is_running && node_next(r->node, r->now, LIMIT_ADDRESS_BATCH, &action))
		apply_one(r, &action);
}

/* -- a turn, in the order of vipd-vrrp (docs/architecture.md) -- */

/* Three adverts of its own are missing, and others may serve: as nopreempt has it, whoever is
 * heard now keeps the address. */
static bool must_yield(const struct host_run *r, uint32_t first_frame)
{
	const struct vrrp_router *v = &r->node->instances[0].router;

	return setting.nopreempt && v->state == VRRP_STATE_MASTER && !v->leaving && first_frame &&
	       !frame_is_farewell(first_frame) &&
	       mono_since(v->last_advert, r->now) >= 3 * SECOND_US &&
	       mono_since(v->advert_at, r->now) >= 2 * SECOND_US;
}

static void packet_read(struct host_run *r, uint32_t frame)
{
	const struct packet *p = packet_of(frame);

	node_packet(r->node, 0, p->data, p->size, p->is_cut, r->now);
}

static void turn(struct host_run *r, uint32_t frames, bool is_stop)
{
	struct host_memory *m = r->memory;
	uint32_t first = m->socket_count ? m->socket[0] : frames & FRAME_MASK;
	bool is_sleeper = must_yield(r, first);

	m->work_age = 0;
	node_turn(r->node, r->now);
	apply(r);
	news_read(r);
	for (uint32_t i = 0; i < m->socket_count; i++)
		packet_read(r, m->socket[i]);
	m->socket_count = 0;
	memset(m->socket, 0, sizeof(m->socket));
	for (; frames; frames >>= FRAME_BITS)
		packet_read(r, frames & FRAME_MASK);
	if (is_stop)
		node_stop(r->node, r->now);
	node_timers(r->node, r->now);
	apply(r);
	if (m->is_running && mono_since(node_deadline(r->node), r->now) > 0)
		r->step.violation = "a timer lies in the past after a turn";
	if (is_sleeper && r->node->instances[0].router.state == VRRP_STATE_MASTER)
		r->step.violation = "3, nopreempt: one that slept hears who serves, and stays";
	if (r->has_added && !r->has_announced && m->has_carrier)
		r->step.violation = "an address came into service without being announced";
}

static void start(struct host_run *r, bool adopt)
{
	struct host_memory *m = r->memory;

	m->is_powered = m->is_running = true;
	m->is_reborn = false;
	m->reborn_age = 0;
	node_init(r->node, r->image, 1, r->now);
	if (adopt)
		node_adopt(r->node, 0, &m->keep);
	else
		memset(&m->keep, 0, sizeof(m->keep));
	turn(r, 0, false);
}

static void arrive(struct host_memory *m, uint32_t frame)
{
	/* Two of the same in a row are read at one time and then say nothing new. */
	if (m->socket_count > 0 && m->socket[m->socket_count - 1] == frame)
		return;
	check(m->socket_count < SOCKET_MAX);
	m->socket[m->socket_count++] = (uint8_t)frame;
}

static void power_off(struct host_memory *m)
{
	bool has_carrier = m->has_carrier, is_cut = m->is_cut;

	memset(m, 0, sizeof(*m));
	m->has_carrier = has_carrier;
	m->is_cut = is_cut;
}

static void tick(struct host_run *r)
{
	struct host_memory *m = r->memory;

	r->now.us += SECOND_US / setting.ticks;
	if ((m->news_count || m->socket_count) && m->work_age <= setting.late)
		m->work_age++;
	if (m->is_reborn)
		m->reborn_age++;
}

static void cable(struct host_memory *m, bool has_carrier)
{
	m->has_carrier = has_carrier;
	news_add(m, has_carrier ? NEWS_UP : NEWS_DOWN);
}

static void kill_role(struct host_memory *m, bool is_all)
{
	end(m);
	m->is_reborn = !is_all;
	if (is_all)
		memset(&m->keep, 0, sizeof(m->keep));
}

static void operate(struct host_run *r, uint32_t op)
{
	struct host_memory *m = r->memory;

	switch ((enum host_op_kind)(op & 0xff)) {
	case HOST_TICK:
		tick(r);
		break;
	case HOST_TURN:
		turn(r, op >> 8, false);
		break;
	case HOST_STOP:
		turn(r, 0, true);
		break;
	case HOST_ARRIVE:
		arrive(m, op >> 8);
		break;
	case HOST_START:
	case HOST_ADOPT:
		start(r, (op & 0xff) == HOST_ADOPT);
		break;
	case HOST_POWER_OFF:
		power_off(m);
		break;
	case HOST_KILL_ALL:
	case HOST_KILL:
		kill_role(m, (op & 0xff) == HOST_KILL_ALL);
		break;
	case HOST_FREEZE:
	case HOST_THAW:
		m->is_frozen = (op & 0xff) == HOST_FREEZE;
		break;
	case HOST_CABLE_DOWN:
	case HOST_CABLE_UP:
		cable(m, (op & 0xff) == HOST_CABLE_UP);
		break;
	case HOST_CUT:
	case HOST_JOIN:
		m->is_cut = (op & 0xff) == HOST_CUT;
		break;
	case HOST_STEAL:
		m->is_held = false;
		news_add(m, NEWS_GONE);
		break;
	case HOST_OP_N_:
		check(false);
	}
}

/* -- running one -- */

static struct host_run run_of(uint32_t number)
{
	struct host *h = &hosts[number];

	return (struct host_run){ .number = number, .image = h->image, .memory = h->pool.memory,
				  .node = node_of(h->pool.memory), .now = { NOW_US } };
}

/* A node that is not there is as a new one. */
static void canonical(struct host *h, struct mono now)
{
	struct host_memory *m = h->pool.memory;
	int64_t shift_us = now.us - NOW_US;

	keep_canonical(&m->keep, h->down_us, shift_us);
	if (m->is_running)
		node_canonical(node_of(m), shift_us);
	else
		memcpy(node_of(m), node_of(h->pool.blank), h->pool.size - HOST_NODE_AT);
	pool_compare(&h->pool);
}

static void disguise(struct host *h)
{
	struct host_memory *m = h->pool.memory;

	keep_disguise(&m->keep, h->down_us);
	if (m->is_running)
		node_disguise(node_of(m));
}

static bool is_same_step(const struct host_step *a, const struct host_step *b)
{
	return a->advert_count == b->advert_count && a->farewells == b->farewells &&
	       a->violation == b->violation;
}

/* What the last run came to, to compare with the next. */
struct memory_copy {
	const struct pool_word *words;
	uint32_t count;
};

/* One at a time: the next one takes its place. */
static struct memory_copy memory_copy(const struct host *h)
{
	static struct pool_word *words;
	static size_t room;
	uint32_t count = h->pool.changed_count;

	while (room <= count)
		words = explore_grow(words, sizeof(*words), room, &room);
	memcpy(words, h->pool.changed, count * sizeof(*words));
	return (struct memory_copy){ words, count };
}

static bool is_same_memory(const struct host *h, const struct memory_copy *copy)
{
	return h->pool.changed_count == copy->count &&
	       memcmp(h->pool.changed, copy->words, copy->count * sizeof(*copy->words)) == 0;
}

/* Something that was thought to make no difference made one. */
static void differ(const struct host *h, uint32_t state, uint32_t op,
		   const struct memory_copy *copy)
{
	const struct pool *p = &h->pool;

	fprintf(stderr, "state %u, %s: the same state, written otherwise, leads elsewhere\n", state,
		host_op_name((enum host_op_kind)(op & 0xff)));
	for (uint32_t i = 0; i < copy->count; i++)
		fprintf(stderr, "  disguised %zu: %08x%08x\n",
			copy->words[i].at * sizeof(uint64_t), copy->words[i].high,
			copy->words[i].low);
	for (uint32_t i = 0; i < p->changed_count; i++)
		fprintf(stderr, "  canonical %zu: %08x%08x\n", p->changed[i].at * sizeof(uint64_t),
			p->changed[i].high, p->changed[i].low);
	check(false);
}

/* Once from the disguised state and once from the canonical one. */
static struct host_step run_twice(uint32_t number, uint32_t state, uint32_t op)
{
	struct host *h = &hosts[number];
	struct memory_copy copy;
	struct host_run r, disguised;

	pool_load(&h->pool, state);
	disguised = run_of(number);
	disguise(h);
	operate(&disguised, op);
	canonical(h, disguised.now);
	copy = memory_copy(h);
	pool_load(&h->pool, state);
	r = run_of(number);
	operate(&r, op);
	canonical(h, r.now);
	if (!is_same_step(&r.step, &disguised.step) || !is_same_memory(h, &copy))
		differ(h, state, op, &copy);
	h->figures.runs++;
	return r.step;
}

/* -- what must hold in each state -- */

/* The state after what is due by itself, and before that this packet (NULL: none). */
static struct host_step packet_try(uint32_t number, uint32_t state, const struct packet *p)
{
	struct host *h = &hosts[number];
	struct host_run r;

	pool_load(&h->pool, state);
	r = run_of(number);
	if (p)
		node_packet(r.node, 0, p->data, p->size, p->is_cut, r.now);
	apply(&r);
	canonical(h, r.now);
	h->figures.forged += p != NULL;
	return r.step;
}

/* A packet that is refused changes nothing but a counter. */
static const char *forged_judge(uint32_t number, uint32_t state, bool is_listening)
{
	struct host *h = &hosts[number];
	struct host_step without = packet_try(number, state, NULL);
	struct memory_copy copy = memory_copy(h);
	size_t count = h->forged_count - (is_listening ? FORGED_GOOD : 0);

	for (size_t i = 0; i < count; i++) {
		struct host_step with = packet_try(number, state, &h->forged[i]);

		if (!is_same_step(&with, &without) || !is_same_memory(h, &copy))
			return "4, rejected packets are inert: one changed something";
	}
	return NULL;
}

/* An address that somebody takes away again and again is put back at a bounded rate. */
static bool is_misplaced(const struct host_memory *m, const struct node *n)
{
	return m->news_count == 0 && list_is_empty(&n->waiting) &&
	       m->is_held != (n->instances[0].router.state == VRRP_STATE_MASTER);
}

static void due_view(struct host_view *v, const struct host_memory *m, const struct node *n)
{
	struct mono deadline = node_deadline(n), now = { NOW_US };
	int64_t late = mono_since(deadline, now) / (SECOND_US / setting.ticks);
	bool has_work = m->news_count || m->socket_count;
	bool is_due = mono_reached(deadline, now);

	v->can_turn = has_work || is_due;
	v->must_turn = (has_work && m->work_age >= setting.late) ||
		       (is_due && late >= setting.late);
	if (is_misplaced(m, n))
		v->violation = "an address is not where its MASTER is";
}

static struct host_view view_of(uint32_t number)
{
	const struct host_memory *m = hosts[number].pool.memory;
	const struct node *n = node_of(hosts[number].pool.memory);
	struct host_view v = {
		.is_powered = m->is_powered, .is_running = m->is_running,
		.is_frozen = m->is_frozen, .has_carrier = m->has_carrier, .is_cut = m->is_cut,
		.is_held = m->is_held, .is_reborn = m->is_reborn,
		.has_unread = m->news_count || m->socket_count,
		.must_turn = m->is_reborn && m->reborn_age > 0,
		.is_able = m->is_running && !m->is_frozen && m->has_carrier && !m->is_cut,
	};

	if (!m->is_running)
		return v;
	v.is_stopping = n->is_stopping;
	v.is_master = n->instances[0].router.state == VRRP_STATE_MASTER;
	v.is_backup = n->instances[0].router.state == VRRP_STATE_BACKUP;
	if (!m->is_frozen)
		due_view(&v, m, n);
	return v;
}

/* The number of the state in the memory; a new one is judged. */
static uint32_t state_number(uint32_t number)
{
	struct host *h = &hosts[number];
	bool is_new;
	uint32_t state = pool_number(&h->pool, &is_new);

	if (!is_new)
		return state;
	h->views = explore_grow(h->views, sizeof(*h->views), state, &h->view_room);
	h->views[state] = view_of(number);
	if (h->views[state].is_running && !h->views[state].is_frozen) {
		bool is_listening = h->views[state].is_master || h->views[state].is_backup;
		const char *violation = forged_judge(number, state, is_listening);

		if (violation)
			h->views[state].violation = violation;
	}
	return state;
}

/* -- what was run already -- */

static struct cached *cache_slot(struct cached *cache, size_t size, uint64_t key)
{
	size_t at = (size_t)explore_mix(explore_mix(key)) & (size - 1);

	while (cache[at].key != 0 && cache[at].key != key)
		at = (at + 1) & (size - 1);
	return &cache[at];
}

static void cache_grow(struct host *h)
{
	size_t size = h->cache_size ? 2 * h->cache_size : CACHE_FIRST;
	struct cached *cache = calloc(size, sizeof(*cache));

	check(cache);
	for (size_t i = 0; i < h->cache_size; i++)
		if (h->cache[i].key)
			*cache_slot(cache, size, h->cache[i].key) = h->cache[i];
	free(h->cache);
	h->cache = cache;
	h->cache_size = size;
}

struct host_step host_run(uint32_t host, uint32_t state, uint32_t op)
{
	struct host *h = &hosts[host];
	uint64_t key = (uint64_t)(state + 1) << 32 | op;
	struct cached *c = cache_slot(h->cache, h->cache_size, key);

	if (c->key)
		return c->step;
	c->key = key;
	c->step = run_twice(host, state, op);
	c->step.to = state_number(host);
	if (2 * ++h->cache_count > h->cache_size) {
		cache_grow(h);
		c = cache_slot(h->cache, h->cache_size, key);
	}
	return c->step;
}

/* -- setting up -- */

static int read_text(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	*ret_data = context;
	*ret_size = strlen(context);
	return 0;
}

static struct image *image_make(uint32_t number)
{
	char text[512];
	struct conf_world world = { .context = text, .read_file = read_text, .host_name = "h" };
	struct conf *conf;
	struct image *image;

	snprintf(text, sizeof(text),
		 "vrrp_instance a {\n interface eth0\n state BACKUP\n virtual_router_id 1\n"
		 " priority %u\n advert_int 1\n garp_master_delay %u\n%s authentication {\n"
		 "  auth_type PASS\n  auth_pass small\n }\n"
		 " virtual_ipaddress {\n  192.0.2.1/24\n }\n}\n",
		 setting.priorities[number], setting.garp_delay_s,
		 setting.nopreempt ? " nopreempt\n" : "");
	conf = conf_load("explore.conf", &world);
	check(conf && conf_healthy_count(conf) == 1);
	image = calloc(1, conf_image_size(conf));
	check(image);
	conf_image_write(conf, image);
	conf_free(conf);
	return image;
}

/* The blank is a host that has just started; the first state, one that never did. */
static void host_make(uint32_t number)
{
	struct host *h = &hosts[number];
	struct host_run r;
	struct host_memory *m;

	h->image = image_make(number);
	pool_init(&h->pool, HOST_NODE_AT + node_size(h->image));
	cache_grow(h);
	r = run_of(number);
	r.memory->has_carrier = true;
	start(&r, false);
	h->down_us = vrrp_master_down_us(router_of(h));
	canonical(h, r.now);
	pool_blank(&h->pool);
	m = r.memory;
	memset(m, 0, sizeof(*m));
	m->has_carrier = true;
	canonical(h, r.now);
	h->off = state_number(number);
}

void hosts_init(void)
{
	for (uint32_t i = 0; i < setting.host_count; i++)
		host_make(i);
	for (uint32_t i = 0; i < setting.host_count; i++) {
		const struct host *other = &hosts[(i + 1) % setting.host_count];
		const struct node *n = node_of(other->pool.blank);

		hosts[i].forged_count = packets_forge(&n->instances[0].router,
						      router_of(&hosts[i]), hosts[i].forged);
	}
}

void hosts_fini(void)
{
	for (uint32_t i = 0; i < setting.host_count; i++) {
		pool_fini(&hosts[i].pool);
		free(hosts[i].views);
		free(hosts[i].cache);
		free(hosts[i].image);
	}
}

/* -- asking -- */

uint32_t host_off(uint32_t host)
{
	return hosts[host].off;
}

struct host_view host_view(uint32_t host, uint32_t state)
{
	return hosts[host].views[state];
}

struct host_figures host_figures(uint32_t host)
{
	struct host_figures f = hosts[host].figures;

	f.states = hosts[host].pool.entry_count;
	return f;
}

static uint32_t ticks_of(int64_t us)
{
	return (uint32_t)((us * setting.ticks + SECOND_US - 1) / SECOND_US);
}

uint32_t host_skew_ticks(uint32_t host)
{
	return ticks_of((256 - setting.priorities[host]) * SECOND_US / 256);
}

uint32_t host_down_ticks(uint32_t host)
{
	return ticks_of(hosts[host].down_us);
}

const char *host_op_name(enum host_op_kind kind)
{
	static const char *const names[HOST_OP_N_] = {
		[HOST_TICK] = "tick", [HOST_TURN] = "turn", [HOST_ARRIVE] = "arrive",
		[HOST_START] = "start", [HOST_ADOPT] = "adopt", [HOST_POWER_OFF] = "power-off",
		[HOST_KILL_ALL] = "kill-all", [HOST_KILL] = "kill", [HOST_STOP] = "stop",
		[HOST_FREEZE] = "freeze", [HOST_THAW] = "thaw",
		[HOST_CABLE_DOWN] = "cable-down", [HOST_CABLE_UP] = "cable-up",
		[HOST_CUT] = "cut", [HOST_JOIN] = "join", [HOST_STEAL] = "steal",
	};

	return names[kind];
}
