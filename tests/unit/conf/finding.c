/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a finding looks, and in which order they come. */
#include "world.h"

static void print_is(const struct conf_finding *f, const char *expected)
{
	char text[2048];
	char small[20];
	size_t length = conf_finding_print(f, text, sizeof(text));

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
	/* Cut, but terminated, and the same length is told. */
	assert_int_equal(conf_finding_print(f, small, sizeof(small)), length);
	assert_int_equal(strlen(small), sizeof(small) - 1);
	assert_int_equal(conf_finding_print(f, NULL, 0), length);
}

static struct conf_finding example(const char *source, unsigned column, unsigned width)
{
	return (struct conf_finding){
		.code = "some-code",
		.severity = CONF_ERROR,
		.file = "/etc/v.conf",
		.line = 3,
		.column = column,
		.width = width,
		.source = source,
		.message = "it is wrong",
	};
}

static void test_caret(void **state)
{
	struct conf_finding f = example("  priority 300", 12, 3);

	print_is(&f, "/etc/v.conf:3:12: error: it is wrong [some-code]\n"
		     "      priority 300\n"
		     "               ^~~\n");
	f.hint = "do it right";
	f.severity = CONF_WARNING;
	print_is(&f, "/etc/v.conf:3:12: warning: it is wrong [some-code]\n"
		     "      priority 300\n"
		     "               ^~~\n"
		     "  hint: do it right\n");
}

static void test_caret_under_tabs_and_letters(void **state)
{
	struct conf_finding f = example("\tx\ty", 4, 1);

	print_is(&f, "/etc/v.conf:3:4: error: it is wrong [some-code]\n"
		     "    \tx\ty\n"
		     "    \t \t^\n");
	/* Two octets of one letter are one column on the screen. */
	f = example("r\xc3\xa4t x", 6, 1);
	print_is(&f, "/etc/v.conf:3:6: error: it is wrong [some-code]\n"
		     "    r\xc3\xa4t x\n"
		     "        ^\n");
}

static void test_whole_file_and_end_of_line(void **state)
{
	struct conf_finding f = example(NULL, 0, 1);

	f.line = 0;
	print_is(&f, "/etc/v.conf: error: it is wrong [some-code]\n");
	f = example("ab", 3, 1);
	print_is(&f, "/etc/v.conf:3:3: error: it is wrong [some-code]\n"
		     "    ab\n"
		     "      ^\n");
}

static void test_hostile_line(void **state)
{
	struct conf_finding f = example("a\x1b[31mb\xff", 1, 1);

	print_is(&f, "/etc/v.conf:3:1: error: it is wrong [some-code]\n"
		     "    a?[31mb?\n"
		     "    ^\n");
}

static void test_long_line_is_shown_around_the_caret(void **state)
{
	char line[5001], text[1024];
	struct conf_finding f = example(line, 4001, 4);
	char *caret;

	memset(line, 'x', 5000);
	memcpy(line + 4000, "HERE", 4);
	line[5000] = '\0';
	assert_in_range(conf_finding_print(&f, text, sizeof(text)), 1, 500);
	caret = strchr(text, '^');
	assert_non_null(caret);
	/* The caret stands as far into its line as HERE into the one above. */
	assert_int_equal(strstr(text, "HERE") - strchr(text, '\n'),
			 caret - strchr(strchr(text, '\n') + 1, '\n'));
}

static void test_first_line_only(void **state)
{
	struct conf_finding f = example("x", 1, 1);
	char text[256];
	size_t length;

	f.severity = CONF_HINT;
	length = conf_finding_print_line(&f, text, sizeof(text));
	assert_int_equal(length, strlen(text));
	assert_string_equal(text, "/etc/v.conf:3:1: hint: it is wrong [some-code]");
}

static void test_sorted_by_place(void **state)
{
	/* The second line is judged when the block ends, the first and third while it is read. */
	struct conf *conf = load_text("foo\n"
				      "vrrp_instance a {\n"
				      "interface eth0\n"
				      "advert_int 1.5\n"
				      "bar baz }\n"
				      "virtual_router_id 1\n");
	unsigned line = 0, column = 0;

	assert_true(conf_finding_count(conf) >= 4);
	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);

		assert_true(f->line > line || (f->line == line && f->column >= column));
		line = f->line;
		column = f->column;
	}
	assert_null(conf_finding(conf, conf_finding_count(conf)));
	conf_free(conf);
}

static void test_overflow_is_counted(void **state)
{
	char *text = calloc(1, 40000), *end = text;
	struct conf *conf;

	for (int i = 0; i < 3000; i++)
		end += sprintf(end, "wrong\n");
	/* Behind the last finding that is kept, and still the one that decides the exit code. */
	strcpy(end, "vrrp_instance\n");
	conf = load_text(text);
	assert_int_equal(conf_finding_count(conf), LIMIT_CONF_FINDINGS);
	assert_true(conf_finding_overflow(conf) > 2000);
	assert_int_equal(conf_exit_code(conf), 2);
	conf_free(conf);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caret),
		cmocka_unit_test(test_caret_under_tabs_and_letters),
		cmocka_unit_test(test_whole_file_and_end_of_line),
		cmocka_unit_test(test_hostile_line),
		cmocka_unit_test(test_long_line_is_shown_around_the_caret),
		cmocka_unit_test(test_first_line_only),
		cmocka_unit_test(test_sorted_by_place),
		cmocka_unit_test(test_overflow_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
