/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keyword table as a whole: complete, and without contradictions. */
#include "world.h"

#include "conf/conf_private.h"

static const char *const known[] = {
#include "keepalived_keywords.inc"
};

static struct arena arena;
static jmp_buf escape;
static struct keyword_index keywords;

static int setup(void **state)
{
	if (setjmp(escape))
		return -1;
	arena_init(&arena, LIMIT_CONF_MEMORY, &escape);
	keyword_index_init(&keywords, &arena);
	return 0;
}

static int teardown(void **state)
{
	arena_fini(&arena);
	return 0;
}

static void test_every_keyword_is_known(void **state)
{
	assert_int_equal(sizeof(known) / sizeof(known[0]), 361);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!keyword_all(&keywords, known[i]))
			fail_msg("%s is not in the table", known[i]);
}

static void check_argument(const struct keyword *k, const struct argument *a)
{
	if (!a->name || a->min > a->max || (a->type == ARGUMENT_CHOICE) != (a->choices != NULL))
		fail_msg("%s has a bad argument %s", k->name, a->name ? a->name : "?");
	if (a->type == ARGUMENT_NAME && a->refers == BLOCK_NONE)
		fail_msg("%s refers to nothing", k->name);
	if (a->type == ARGUMENT_GROUP && (!a->group || !a->group_size || !a->at))
		fail_msg("%s has an empty group", k->name);
}

/* Offsets of one model, so that two rows do not write over each other. */
static void check_offset(const struct keyword *k, const struct argument *a, size_t at, size_t size)
{
	size_t item = a ? sizeof(struct setting) : sizeof(struct conf_list);

	if (at && (at < sizeof(struct conf_block) || at + item > size))
		fail_msg("%s %s lies outside of its model", k->name, a ? a->name : "");
}

static enum argument_type type_of(const struct keyword *k)
{
	return k->arguments ? k->arguments[0].type : ARGUMENT_BOOLEAN;
}

/* What a setting comes from is a setting of the block around, of the same type and name. */
static void check_outer(const struct keyword *k, enum block around)
{
	const struct block_rows *rows = &keywords.blocks[around];

	for (size_t i = 0; i < rows->count; i++)
		if (rows->rows[i]->at == k->outer && type_of(rows->rows[i]) == type_of(k) &&
		    strcmp(rows->rows[i]->name, k->name) == 0)
			return;
	fail_msg("%s of %s comes from nothing in %s", k->name, block_name(k->block),
		 block_name(around));
}

static void check_outers(const struct keyword *k)
{
	for (size_t t = 0; k->outer && keywords.tables[t]; t++)
		for (size_t i = 0; i < keywords.tables[t]->count; i++)
			if (keywords.tables[t]->rows[i].opens == k->block)
				check_outer(k, keywords.tables[t]->rows[i].block);
}

static void check_row(const struct keyword *k)
{
	enum block model = block_has_model(k->opens) ? k->opens : k->block;

	check_outers(k);
	if (keyword_find(&keywords, k->block, k->name) != k)
		fail_msg("%s stands twice in %s", k->name, block_name(k->block));
	if (!k->doc || (k->fate == FATE_WORKS && !k->release))
		fail_msg("%s is not described", k->name);
	if ((k->fate == FATE_REFUSED || k->fate == FATE_NO_EFFECT) && !k->hint)
		fail_msg("%s has no effect, and no word why", k->name);
	if (k->opens == BLOCK_NONE && !k->at && !k->bind && k->fate == FATE_WORKS)
		fail_msg("%s goes nowhere", k->name);
	for (const struct argument *a = k->arguments; a && a->type != ARGUMENT_NONE; a++)
		check_argument(k, a);
	if (!block_row(k->block)->model_size)
		return;
	check_offset(k, NULL, k->at, block_row(k->block)->model_size);
	for (const struct argument *a = k->arguments; a && a->type != ARGUMENT_NONE; a++)
		check_offset(k, a, a->at, block_row(model)->model_size);
}

static void test_rows_make_sense(void **state)
{
	size_t count = 0;

	for (size_t t = 0; keywords.tables[t]; t++)
		for (size_t i = 0; i < keywords.tables[t]->count; i++, count++)
			check_row(&keywords.tables[t]->rows[i]);
	assert_true(count > 361);
}

static void test_similar(void **state)
{
	const struct keyword *k;
	size_t count;

	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "prioriti", false);
	assert_string_equal(k->name, "priority");
	/* In this block before elsewhere, even when elsewhere is nearer. */
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "preemt_delay", false);
	assert_string_equal(k->name, "preempt_delay");
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "router_ids", false);
	assert_string_equal(k->name, "router_id");
	assert_int_equal(k->block, BLOCK_GLOBAL_DEFS);
	assert_null(keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "xyzzy", false));
	/* Asked again, both are known. */
	count = keywords.similar.count;
	assert_null(keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "xyzzy", false));
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "prioriti", false);
	assert_string_equal(k->name, "priority");
	assert_int_equal(keywords.similar.count, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_keyword_is_known),
		cmocka_unit_test(test_rows_make_sense),
		cmocka_unit_test(test_similar),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
