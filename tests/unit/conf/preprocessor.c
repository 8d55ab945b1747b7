/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preprocessor: places and the way to them, what the world gives, and that nothing a file says
 * can take more than the limits. What it makes of good files is in tests/golden, and beside
 * keepalived in tests/golden/keepalived_words. */
#include "world.h"

#include <errno.h>

struct made_file {
	const char *path, *text;
};

/* A host of some files; the first is the main one. */
struct made_host {
	const struct made_file *files;
	char *text; /* of the last one made up */
	struct conf_match match;
	unsigned reads;
};

static int made_read(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct made_host *host = context;

	host->reads++;
	for (const struct made_file *f = host->files; f->path; f++)
		if (strcmp(f->path, path) == 0) {
			*ret_data = f->text;
			*ret_size = strlen(f->text);
			return 0;
		}
	if (strncmp(path, "/deep/", 6) != 0)
		return -ENOENT;
	/* Each file of /deep includes the next one. */
	free(host->text);
	host->text = malloc(64);
	assert_non_null(host->text);
	snprintf(host->text, 64, "include %u\n", (unsigned)atoi(path + 6) + 1);
	*ret_data = host->text;
	*ret_size = strlen(host->text);
	return 0;
}

/* Names only: whatever is asked for is there, unless it says so. */
static int made_glob(void *context, const char *pattern, const struct conf_match **ret_matches,
		     size_t *ret_count)
{
	struct made_host *host = context;

	host->match = (struct conf_match){ pattern, CONF_FILE_REGULAR };
	*ret_matches = &host->match;
	*ret_count = strstr(pattern, "none") == NULL;
	return strstr(pattern, "huge") ? -E2BIG : 0;
}

static const char *made_environment(void *context, const char *name)
{
	return strcmp(name, "TWO_LINES") == 0 ? "a\nb" : NULL;
}

static struct conf *load_files(struct made_host *host, const char *config_id)
{
	struct conf_world world = {
		.context = host,
		.read_file = made_read,
		.glob = made_glob,
		.environment = made_environment,
		.link_exists = world_link_exists,
		.host_name = "host-1.example.org",
		.config_id = config_id,
		.random_seed = 5,
		.now_realtime_us = 1,
	};
	struct conf *conf = conf_load(host->files[0].path, &world);

	assert_non_null(conf);
	free(host->text);
	host->text = NULL;
	return conf;
}

static struct conf *load_one(const char *text)
{
	struct made_file files[] = { { "/etc/v.conf", text }, { NULL, NULL } };
	struct made_host host = { .files = files };

	return load_files(&host, NULL);
}

/* The router_id says what a text was expanded to. */
static void assert_router_id(struct conf *conf, const char *expected)
{
	struct image *image = image_made(conf);

	assert_string_equal(image_text(image, image->router_id), expected);
	free(image);
	conf_free(conf);
}

static void test_include_is_relative_to_its_file(void **state)
{
	static const struct made_file files[] = {
		{ "/etc/v.conf", "include d/one\n" },
		{ "/etc/d/one", "include e/two\nglobal_defs { router_id $X\n}\n" },
		{ "/etc/d/e/two", "include /abs\n$X=${_PWD}\n" },
		{ "/abs", "global_defs { include d/none\n}\n" },
		{ NULL, NULL },
	};
	struct made_host host = { .files = files };
	struct conf *conf = load_files(&host, NULL);

	assert_finding(conf, "no-such-file", 1, 23);
	assert_non_null(strstr(finding_of(conf, "no-such-file")->message, "/d/none"));
	assert_int_equal(host.reads, 4);
	/* A value is made where it is used. */
	assert_router_id(conf, "/etc/d");
}

static void test_chain_of_an_include(void **state)
{
	static const struct made_file files[] = {
		{ "/v.conf", "$BAD=5x\nvrrp_instance a {\n  include one\n}\n" },
		{ "/one", "\ninclude two\n" },
		{ "/two", "priority $BAD\n" },
		{ NULL, NULL },
	};
	struct made_host host = { .files = files };
	struct conf *conf = load_files(&host, NULL);
	const struct conf_finding *f = finding_of(conf, "bad-number");
	char text[600];

	assert_finding(conf, "bad-number", 1, 10);
	assert_string_equal(f->file, "/two");
	assert_int_equal(f->width, 4);
	assert_int_equal(f->chain_count, 3);
	assert_string_equal(f->chain[0], "expanded from $BAD (`5x`) defined at /v.conf:1");
	assert_string_equal(f->chain[1], "included from /one:2");
	assert_string_equal(f->chain[2], "included from /v.conf:3");
	conf_finding_print(f, text, sizeof(text));
	assert_non_null(strstr(text, "\n  included from /one:2\n  included from /v.conf:3\n"));
	conf_free(conf);
}

/* Text of several variables: the caret is under what a person wrote. */
static void test_places_behind_values(void **state)
{
	struct conf *conf = load_one("$A=a long value\n$B=\n"
				     "global_defs { router_id ${A}${B} xyz }\n");

	assert_finding(conf, "extra-argument", 3, 25);
	assert_int_equal(finding_of(conf, "extra-argument")->width, 4);
	conf_free(conf);
	conf = load_one("$B=\nglobal_defs { router_id ${B}x${B} xyz }\n");
	assert_finding(conf, "extra-argument", 2, 35);
	assert_int_equal(finding_of(conf, "extra-argument")->width, 3);
	conf_free(conf);
}

/* One mistake in a definition is one finding, however often it is used. */
static void test_mistake_in_a_definition_is_told_once(void **state)
{
	struct conf *conf = load_one("$M= \\\nglobal_defs { \\\nrouter_idd x \\\n}\n"
				     "~SEQ(i,1,2000) $M\n");

	assert_finding(conf, "unknown-keyword", 3, 1);
	assert_int_equal(conf_finding_overflow(conf), 0);
	assert_int_equal(conf_finding_count(conf), 2); /* and that there is no instance */
	conf_free(conf);
}

static void test_config_id(void **state)
{
	static const struct made_file files[] = {
		{ "/v.conf", "global_defs { router_id none\n@host-1 router_id by-host\n"
			     "@node-2 router_id by-id\n@^node-2 @^host-1 router_id x\n}\n" },
		{ NULL, NULL },
	};
	struct made_host host = { .files = files };

	assert_router_id(load_files(&host, NULL), "by-host");
	assert_router_id(load_files(&host, "node-2"), "by-id");
	assert_router_id(load_files(&host, "node"), "x");
}

static void test_dropped_definition_takes_its_lines(void **state)
{
	assert_router_id(load_one("@x $A= \\\n} \\\n{\nglobal_defs { router_id ok }\n"), "ok");
}

static void test_world_values(void **state)
{
	struct conf *conf;

	assert_router_id(load_one("global_defs { router_id \"${_ENV TWO_LINES}\" }\n"), "a b");
	for (unsigned i = 0; i < 50; i++) {
		char text[200];
		struct image *image;
		long n;

		snprintf(text, sizeof(text),
			 "~SEQ(i,1,%u) $R=${_RANDOM}\n$S=${_RANDOM 10 20}\n"
			 "~SEQ(i,0,%u) $T${i}=x${_RANDOM}\nglobal_defs { router_id ${S} }\n",
			 i + 1, i);
		conf = load_one(text);
		image = image_made(conf);
		n = strtol(image_text(image, image->router_id), NULL, 10);
		assert_in_range(n, 10, 20);
		free(image);
		conf_free(conf);
	}
	/* The same seed, the same numbers. */
	assert_router_id(load_one("global_defs { router_id ${_RANDOM 9 9} }\n"), "9");
}

/* The loop's variable is what it was before. */
static void test_loop_restores_its_variable(void **state)
{
	assert_router_id(load_one("$i=before\n~SEQ(i,1,3) $last=${i}\n"
				  "global_defs { router_id ${i} }\n"), "before");
	/* A definition is read where it is used: after the loop there is no `a`. */
	assert_router_id(load_one("~LST({a,b},{1,2},{3}) $c=x${a}y${b}z\n"
				  "global_defs { router_id ${c} }\n"), "x${a}y${b}z");
}

static const char *stop_code(const char *text)
{
	struct conf *conf = load_one(text);
	const char *code = "";

	for (size_t i = 0; i < conf_finding_count(conf); i++)
		if (conf_finding(conf, i)->consequence == CONF_CANNOT_RUN)
			code = conf_finding(conf, i)->code;
	conf_free(conf);
	return code;
}

static void test_bombs_end(void **state)
{
	char text[8192] = "$A0=0123456789abcdef\n";

	/* Doubling: 2^60 octets, were it not for the limit. */
	for (int i = 1; i <= 60; i++)
		snprintf(text + strlen(text), 64, "$A%d=${A%d}${A%d}\n", i, i - 1, i - 1);
	strcat(text, "${A60}\n");
	assert_string_equal(stop_code(text), "line-limit");
	assert_string_equal(stop_code("~SEQ(i,1,999999999999) $x=\n"), "expansion-limit");
	assert_string_equal(stop_code("~SEQ(i,1,9999) ~SEQ(j,1,9999) ~SEQ(k,1,9999) x\n"),
			    "expansion-limit");
	assert_string_equal(stop_code("$A= \\\na \\\nb\n$B= \\\n~SEQ(i,1,99999) $A\n$B\n"
				      "~SEQ(j,1,99999) $B\n"), "expansion-limit");
	/* Nothing that is wrong with what was read is an excuse to run with half of it. */
	assert_string_equal(stop_code("include {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"
				      "{a,b}\n"), "include-limit");
	assert_string_equal(stop_code("include huge*\n"), "include-limit");
}

static void test_definition_of_itself(void **state)
{
	struct conf *conf = load_one("$A=${A}\n$A\n$B=$C\n$C=$B\n${C}\nglobal_defs {\n}\n");

	assert_finding(conf, "endless-variable", 2, 1);
	assert_int_equal(conf_exit_code(conf), 5);
	conf_free(conf);
	/* One that is used twice by itself: 2^64 lines. */
	conf = load_one("$A= \\\nglobal_defs { \\\n} \\\n$A \\\n$A\n$A\n");
	assert_finding(conf, "endless-variable", 4, 1);
	assert_int_equal(conf_exit_code(conf), 5);
	conf_free(conf);
	conf = load_one("$A=~SEQ(i,1,2) $A\n$A\n");
	assert_finding(conf, "endless-variable", 2, 1);
	conf_free(conf);
}

static void test_includes_end(void **state)
{
	static const struct made_file cycle[] = {
		{ "/v.conf", "include a\ninclude v.conf\n" },
		{ "/a", "include b\n" },
		{ "/b", "include v.conf\ninclude a\n" },
		{ NULL, NULL },
	};
	static const struct made_file deep[] = {
		{ "/v.conf", "include /deep/1\n" }, { NULL, NULL }
	};
	static const struct made_file many[] = {
		{ "/v.conf", "~SEQ(i,1,99999) include a\n" }, { "/a", "" }, { NULL, NULL }
	};
	struct made_host host = { .files = cycle };
	struct conf *conf = load_files(&host, NULL);

	assert_finding(conf, "include-cycle", 2, 9);
	assert_int_equal(host.reads, 3);
	conf_free(conf);
	host = (struct made_host){ .files = deep };
	conf = load_files(&host, NULL);
	assert_non_null(strstr(finding_of(conf, "include-limit")->message, "LIMIT_CONF_INCLUDES"));
	assert_int_equal(host.reads, LIMIT_CONF_INCLUDES + 1);
	assert_int_equal(finding_of(conf, "include-limit")->chain_count, 16);
	assert_int_equal(conf_exit_code(conf), 4);
	conf_free(conf);
	host = (struct made_host){ .files = many };
	conf = load_files(&host, NULL);
	assert_non_null(strstr(finding_of(conf, "include-limit")->message, "LIMIT_CONF_FILES"));
	assert_int_equal(host.reads, LIMIT_CONF_FILES);
	conf_free(conf);
}

static void test_included_files_together(void **state)
{
	size_t size = LIMIT_CONF_FILE_SIZE / 4;
	char *large = malloc(size + 1);
	struct made_file files[] = {
		{ "/v.conf", "~SEQ(i,1,9) include a\nglobal_defs {\n}\n" },
		{ "/a", large },
		{ NULL, NULL },
	};
	struct made_host host = { .files = files };
	struct conf *conf;

	assert_non_null(large);
	memset(large, ' ', size);
	large[size] = '\0';
	conf = load_files(&host, NULL);
	assert_non_null(strstr(finding_of(conf, "include-limit")->message, "LIMIT_CONF_FILE_SIZE"));
	assert_int_equal(host.reads, 6); /* the main file, four that fit and one that does not */
	conf_free(conf);
	free(large);
}

/* A line of 100,000 octets, which keepalived cuts into pieces. */
static void test_long_lines(void **state)
{
	char *text = malloc(200000), *end = text;
	struct conf *conf;

	assert_non_null(text);
	end += sprintf(end, "$V=end\nglobal_defs { router_id ");
	for (int i = 0; i < 10000; i++)
		end += sprintf(end, "          ");
	sprintf(end, "${V}\n}\n");
	conf = load_one(text);
	assert_router_id(conf, "end");
	free(text);
}

/* A line of nothing but braces and conditions is still read in bounded time. */
static void test_many_directives_on_one_line(void **state)
{
	size_t count = 400000;
	char *text = malloc(count * 6 + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * 6, "{ @^z ", 6);
	text[count * 6] = '\0';
	assert_string_equal(stop_code(text), "expansion-limit");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_include_is_relative_to_its_file),
		cmocka_unit_test(test_chain_of_an_include),
		cmocka_unit_test(test_places_behind_values),
		cmocka_unit_test(test_mistake_in_a_definition_is_told_once),
		cmocka_unit_test(test_config_id),
		cmocka_unit_test(test_dropped_definition_takes_its_lines),
		cmocka_unit_test(test_world_values),
		cmocka_unit_test(test_loop_restores_its_variable),
		cmocka_unit_test(test_bombs_end),
		cmocka_unit_test(test_definition_of_itself),
		cmocka_unit_test(test_includes_end),
		cmocka_unit_test(test_included_files_together),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_many_directives_on_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
