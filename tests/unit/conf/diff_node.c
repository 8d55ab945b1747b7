/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vipctl config diff` foretells what a reload does; the node does it. For some thousand pairs of
 * configurations both are asked which instance goes on as which, and which address is there
 * already: a difference is a lie that an operator would believe. */
#include "world.h"

#include "node/node_private.h"

#define ROUNDS 3000
#define TEXT_SIZE 8192

static unsigned seed, round_number;

/* 0 … `below` - 1 */
static unsigned chance(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static void shuffle(unsigned *items, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned other = i + chance(count - i), item = items[i];

		items[i] = items[other];
		items[other] = item;
	}
}

/* Up to five instances on two links; names, VRIDs and addresses are drawn from small bags, so that
 * everything happens: the same, renamed, replaced, an address that moves, comes, goes. */
static void make_text(char *text)
{
	unsigned names[6], routers[8], addresses[12], next = 0, count = 1 + chance(5);
	char *end = text;

	for (unsigned i = 0; i < 12; i++) {
		addresses[i] = i;
		if (i < 8)
			routers[i] = i;
		if (i < 6)
			names[i] = i;
	}
	shuffle(names, 6);
	shuffle(routers, 8);
	shuffle(addresses, 12);
	for (unsigned i = 0; i < count; i++) {
		end += sprintf(end,
			       "vrrp_instance i%u {\n interface eth%u\n virtual_router_id %u\n"
			       " priority %u\n virtual_ipaddress {\n",
			       names[i], routers[i] % 2, routers[i] / 2 + 1, 100 + chance(2));
		for (unsigned a = chance(3); a; a--, next++)
			end += sprintf(end, " 192.0.2.%u/24%s\n", addresses[next],
				       addresses[next] % 4 == 3 ? " dev eth1" : "");
		end += sprintf(end, " }\n}\n");
	}
}

struct side {
	struct conf *conf;
	struct image *image;
	struct node *node;
};

static void side_make(struct side *s, const char *text)
{
	s->conf = load_text(text);
	assert_int_equal(conf_healthy_count(s->conf), conf_instance_count(s->conf));
	s->image = image_made(s->conf);
	s->node = node_init(calloc(1, node_size(s->image)), s->image, 1, (struct mono){ 1 });
}

static void side_free(struct side *s)
{
	conf_free(s->conf);
	free(s->node);
	free(s->image);
}

static const char *name_of(const struct node *n, uint32_t instance)
{
	return image_text(n->image, n->instances[instance].config->name);
}

/* The difference of the block of this instance, or NULL; and its index. */
static const struct conf_difference *block_of(const struct conf_diff *diff, const char *name,
					      size_t *ret_index)
{
	for (size_t i = 0; i < conf_diff_count(diff); i++) {
		const struct conf_difference *x = conf_diff_at(diff, i);

		if (!x->depth && x->after && x->after->word_count &&
		    strcmp(x->after->words[0], name) == 0) {
			*ret_index = i;
			return x;
		}
	}
	return NULL;
}

static void check_instance(const struct conf_diff *diff, const struct side *a,
			   const struct side *b, uint32_t k)
{
	uint32_t old = b->node->instances[k].old_instance;
	const char *name = name_of(b->node, k);
	size_t at;
	const struct conf_difference *x = block_of(diff, name, &at);
	bool goes_on = !x || strncmp(x->effects[0], "goes on", 7) == 0;

	if (goes_on != (old != NODE_NONE))
		fail_msg("round %u: %s: the node %s, we say: %s", round_number, name,
			 old != NODE_NONE ? "goes on" : "starts anew", x ? x->effects[0] : "-");
	if (goes_on)
		assert_string_equal(name_of(a->node, old), x ? x->before->words[0] : name);
}

/* The line of this address among the differences of instance `k`, or NULL. */
static const struct conf_difference *line_of(const struct conf_diff *diff, size_t block,
					     const char *prefix)
{
	for (size_t i = block + 1; i < conf_diff_count(diff) && conf_diff_at(diff, i)->depth; i++) {
		const struct conf_difference *x = conf_diff_at(diff, i);

		if (x->kind != CONF_REORDERED && x->after && x->after->is_line &&
		    strcmp(x->after->words[0], prefix) == 0)
			return x;
	}
	return NULL;
}

/* Where the instance goes on: is the address there, and does its holder go on as well? */
static void check_address(const struct conf_diff *diff, const struct side *a,
			  const struct side *b, uint32_t k)
{
	const struct node_address *address = &b->node->addresses[k], *there = NULL;
	const struct node_instance *i = &b->node->instances[address->instance];
	uint32_t old_link = b->node->links[address->link].old_link;
	const struct conf_difference *line = NULL;
	bool stays, said;
	char prefix[64];
	size_t at;

	if (i->old_instance == NODE_NONE)
		return;
	if (old_link != NODE_NONE)
		there = find_address(a->node, old_link, &address->prefix.addr);
	stays = there && there->is_kept && a->node->instances[there->instance].is_kept;
	prefix_print(&address->prefix, prefix, sizeof(prefix));
	if (block_of(diff, name_of(b->node, address->instance), &at))
		line = line_of(diff, at, prefix);
	said = !line || (line->kind == CONF_ADDED && line->effect_count &&
			 strstr(line->effects[0], "stays"));
	if (stays != said)
		fail_msg("round %u: %s: the node %s it, we say: %s", round_number, prefix,
			 stays ? "keeps" : "adds",
			 line && line->effect_count ? line->effects[0] : "-");
}

static void a_reload_does_what_was_foretold(void **state)
{
	unsigned moved = 0, kept = 0;
	char texts[2][TEXT_SIZE];

	for (round_number = 0; round_number < ROUNDS; round_number++) {
		struct side a, b;
		struct conf_diff *diff;

		seed = round_number;
		make_text(texts[0]);
		make_text(texts[1]);
		side_make(&a, texts[0]);
		side_make(&b, texts[1]);
		while (!node_change_compare(b.node, a.node, 3))
			;
		diff = conf_diff(a.conf, b.conf);
		assert_non_null(diff);
		for (uint32_t k = 0; k < b.node->instance_count; k++) {
			check_instance(diff, &a, &b, k);
			kept += b.node->instances[k].old_instance != NODE_NONE;
		}
		for (uint32_t k = 0; k < b.node->address_count; k++)
			check_address(diff, &a, &b, k);
		for (size_t i = 0; i < conf_diff_count(diff); i++) {
			const struct conf_difference *x = conf_diff_at(diff, i);

			moved += x->effect_count && strstr(x->effects[0], "had it: stays") != NULL;
		}
		conf_diff_free(diff);
		side_free(&a);
		side_free(&b);
	}
	/* It did happen. */
	assert_true(moved > 100);
	assert_true(kept > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_does_what_was_foretold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
