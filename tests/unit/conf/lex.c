/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lexer: what is a word, what is a comment, and where each token says it stands. */
#include "world.h"

#include "conf/conf_private.h"

static struct conf holder;
static jmp_buf escape;
static struct lex lex;

static void begin(const char *text)
{
	struct source *source;

	memset(&holder, 0, sizeof(holder));
	if (setjmp(escape))
		fail_msg("out of memory");
	arena_init(&holder.arena, LIMIT_CONF_MEMORY, &escape);
	source = lex_source(&holder, "t.conf", arena_copy(&holder.arena, text, strlen(text)),
			    strlen(text));
	lex_init(&lex, &holder, source);
}

static void expect(enum item_kind kind, const char *words, unsigned line, unsigned column)
{
	struct item item = lex_next(&lex);
	char all[256] = "";

	assert_int_equal(item.kind, kind);
	for (unsigned i = 0; kind == ITEM_STATEMENT && i < item.word_count; i++) {
		strcat(all, i ? "|" : "");
		strcat(all, item.words[i].text);
	}
	assert_string_equal(all, words);
	assert_int_equal(item.place.line, line);
	assert_int_equal(item.place.column, column);
}

static void finish(unsigned findings)
{
	assert_int_equal(lex_next(&lex).kind, ITEM_END);
	assert_int_equal(lex_next(&lex).kind, ITEM_END);
	assert_int_equal(holder.finding_count, findings);
	arena_fini(&holder.arena);
}

static void test_words_and_places(void **state)
{
	begin("one  two\tthree\n\n  four\n");
	expect(ITEM_STATEMENT, "one|two|three", 1, 1);
	expect(ITEM_STATEMENT, "four", 3, 3);
	finish(0);
}

static void test_braces_anywhere(void **state)
{
	begin("a { b 1 } c{d}\n}x");
	expect(ITEM_STATEMENT, "a", 1, 1);
	expect(ITEM_OPEN, "", 1, 3);
	expect(ITEM_STATEMENT, "b|1", 1, 5);
	expect(ITEM_CLOSE, "", 1, 9);
	expect(ITEM_STATEMENT, "c", 1, 11);
	expect(ITEM_OPEN, "", 1, 12);
	expect(ITEM_STATEMENT, "d", 1, 13);
	expect(ITEM_CLOSE, "", 1, 14);
	expect(ITEM_CLOSE, "", 2, 1);
	expect(ITEM_STATEMENT, "x", 2, 2);
	finish(0);
}

static void test_comments(void **state)
{
	begin("# all\na ! rest } \"\nb \"#!{}\" c # x\n!\n");
	expect(ITEM_STATEMENT, "a", 2, 1);
	expect(ITEM_STATEMENT, "b|#!{}|c", 3, 1);
	finish(0);
}

static void test_comment_inside_a_word_is_hinted(void **state)
{
	begin("auth_pass pass!word\n");
	expect(ITEM_STATEMENT, "auth_pass|pass", 1, 1);
	assert_string_equal(holder.findings[0].finding.code, "comment-in-word");
	assert_int_equal(holder.findings[0].finding.column, 15);
	finish(1);
}

/* An escape makes text and columns differ: what stands behind it keeps its column. */
static void test_escapes_keep_columns(void **state)
{
	struct item item;

	begin("a b\\#c\\!d  e # f");
	item = lex_next(&lex);
	assert_int_equal(item.word_count, 3);
	assert_string_equal(item.words[1].text, "b#c!d");
	assert_int_equal(item.words[1].place.column, 3);
	assert_int_equal(item.words[1].place.width, 7);
	assert_string_equal(item.words[2].text, "e");
	assert_int_equal(item.words[2].place.column, 12);
	finish(0);
}

static void test_quotes(void **state)
{
	begin("a \"b c\" \"\" d\"e f\"g \"h\\\"\n");
	/* A quote begins a word, and a backslash inside does not escape it. */
	expect(ITEM_STATEMENT, "a|b c||d|e f|g|h\\", 1, 1);
	finish(0);
}

static void test_unterminated_quote(void **state)
{
	begin("a \"b { c\nd\n");
	expect(ITEM_STATEMENT, "a|b { c", 1, 1);
	expect(ITEM_STATEMENT, "d", 2, 1);
	assert_string_equal(holder.findings[0].finding.code, "unterminated-quote");
	finish(1);
}

static void test_line_ends(void **state)
{
	begin("\xef\xbb\xbf" "a\r\nb \r\nc");
	expect(ITEM_STATEMENT, "a", 1, 1);
	expect(ITEM_STATEMENT, "b", 2, 1);
	expect(ITEM_STATEMENT, "c", 3, 1);
	finish(0);
}

static void test_variable_is_no_brace(void **state)
{
	begin("a ${B} x${C}y$D {\n$ {\n");
	expect(ITEM_STATEMENT, "a|${B}|x${C}y$D", 1, 1);
	expect(ITEM_OPEN, "", 1, 17);
	expect(ITEM_STATEMENT, "$", 2, 1);
	expect(ITEM_OPEN, "", 2, 3);
	finish(2); /* neither is defined */
}

static void test_rest_of_a_statement(void **state)
{
	struct item item;

	begin("notify  \"/bin/x 'a'\" nobody # c\n");
	item = lex_next(&lex);
	assert_int_equal(item.rest_end - item.rest, strlen("  \"/bin/x 'a'\" nobody"));
	assert_memory_equal(item.line->text + item.rest, "  \"/bin/x 'a'\" nobody", 21);
	finish(0);
}

static void test_nul_octets(void **state)
{
	char text[] = "a\0b\nc";
	struct source *source;

	begin("");
	source = lex_source(&holder, "t.conf", arena_copy(&holder.arena, text, 5), 5);
	lex_init(&lex, &holder, source);
	expect(ITEM_STATEMENT, "a|b", 1, 1);
	expect(ITEM_STATEMENT, "c", 2, 1);
	finish(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_and_places),
		cmocka_unit_test(test_braces_anywhere),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_comment_inside_a_word_is_hinted),
		cmocka_unit_test(test_escapes_keep_columns),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_unterminated_quote),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_variable_is_no_brace),
		cmocka_unit_test(test_rest_of_a_statement),
		cmocka_unit_test(test_nul_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
