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

static void check_row(const struct keyword *k)
{
	bool ended = false;

	if (keyword_find(&keywords, k->block, k->name) != k)
		fail_msg("%s stands twice in %s", k->name, block_name(k->block));
	if (!block_has_keywords(k->block))
		fail_msg("%s stands in %s, which has no keywords", k->name, block_name(k->block));
	if (k->fate == FATE_WORKS && (!k->doc || !k->release))
		fail_msg("%s works and is not described", k->name);
	if (k->fate == FATE_REFUSED && !k->hint)
		fail_msg("%s is refused without a hint", k->name);
	for (size_t i = 0; i < KEYWORD_ARGUMENTS; i++) {
		const struct argument *a = &k->arguments[i];

		if (a->type == ARGUMENT_NONE) {
			ended = true;
			continue;
		}
		if (ended || !a->name || a->min > a->max ||
		    (a->type == ARGUMENT_CHOICE) != (a->choices != NULL))
			fail_msg("%s has a bad argument %zu", k->name, i + 1);
	}
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

	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "prioriti");
	assert_string_equal(k->name, "priority");
	/* In this block before elsewhere, even when elsewhere is nearer. */
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "preemt_delay");
	assert_string_equal(k->name, "preempt_delay");
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "router_ids");
	assert_string_equal(k->name, "router_id");
	assert_int_equal(k->block, BLOCK_GLOBAL_DEFS);
	assert_null(keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "xyzzy"));
	/* Asked again, both are known. */
	count = keywords.similar.count;
	assert_null(keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "xyzzy"));
	k = keyword_similar(&keywords, BLOCK_VRRP_INSTANCE, "prioriti");
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
