/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people: ages, line breaks, the status table on 80 columns, explain. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void ages_are_short(void **state)
{
	static const struct {
		int64_t s;
		const char *text;
	} rows[] = { { 0, "0s" },	{ 59, "59s" },
		     { 60, "1m0s" },	{ 3599, "59m59s" },
		     { 3600, "1h0m" },	{ 86399, "23h59m" },
		     { 86400, "1d0h" }, { 86400 * 400 + 7200, "400d2h" },
		     { -5, "0s" } };
	char buffer[CLI_AGE_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(cli_age_print(1000000, 1000000 + rows[i].s * 1000000, buffer),
				    rows[i].text);
	assert_string_equal(cli_age_print(-1, 5, buffer), "-");
}

static void instants_are_read(void **state)
{
	assert_int_equal(cli_time_parse("1970-01-01T00:00:00.000Z"), 0);
	assert_int_equal(cli_time_parse("2026-01-02T03:04:05.678Z"), 1767323045678000);
	assert_int_equal(cli_time_parse("2026-01-02T03:04:05.678"), -1);
	assert_int_equal(cli_time_parse("2026-01-02T03:04:05.678Zx"), -1);
	assert_int_equal(cli_time_parse("yesterday"), -1);
	assert_int_equal(cli_time_parse(""), -1);
	assert_int_equal(cli_time_parse(NULL), -1);
}

static void control_characters_never_reach_a_terminal(void **state)
{
	char buffer[8];

	assert_string_equal(cli_text_clean("a\033[2J\n", buffer, sizeof(buffer)), "a?[2J?");
	assert_string_equal(cli_text_clean("\302\2332J\302\240", buffer, sizeof(buffer)),
			    "?2J\302\240");
	assert_string_equal(cli_text_clean("0123456789", buffer, sizeof(buffer)), "0123456");
	assert_int_equal(cli_text_width("gr\xc3\xbc\xc3\x9f"), 4);
}

static char *text;
static size_t text_size;

static FILE *open_text(void)
{
	free(text);
	text = NULL;
	return open_memstream(&text, &text_size);
}

static void lines_are_broken_between_words(void **state)
{
	FILE *out = open_text();

	cli_text_wrap(out, 20, "  - ", "    ", "one two three four five averyveryverylongword x");
	cli_text_wrap(out, 20, "", "", "");
	cli_text_wrap(out, 9, "", "", "1234 6789 1");
	fclose(out);
	assert_string_equal(text, "  - one two three\n    four five\n    averyveryverylongword\n"
				  "    x\n\n1234 6789\n1\n");
}

#define NOW_US 1767323057678000 /* 12 s behind "loaded" */
#define HEAD                                                                                       \
	"{\"version\":1,\"host\":\"server1\",\"run_dir\":\"/run/vipd\",\"config\":{\"file\":"      \
	"\"/etc/vipd/vipd.conf\",\"generation\":3,\"loaded\":\"2026-01-02T03:04:05.678Z\"},"       \
	"\"instances\":["
#define SINCE "\"since\":\"2026-01-02T03:04:05.678Z\""

static void assert_table(const char *document_text, struct cli_screen screen, const char *wanted)
{
	json_t *document = json_loads(document_text, 0, NULL);

	assert_non_null(document);
	screen.out = open_text();
	cli_status_print(&screen, document, true, NOW_US);
	fclose(screen.out);
	json_decref(document);
	assert_string_equal(text, wanted);
}

#define PLAIN ((struct cli_screen){ .width = 80 })
#define INSTANCE_1                                                                                 \
	"{\"name\":\"vrrp_1\",\"state\":\"MASTER\",\"interface\":\"eth0\",\"vrid\":51,"            \
	"\"priority\":200,\"effective_priority\":180,\"addresses\":[\"192.0.2.1/24\"],"            \
	"\"excluded_addresses\":[],\"master\":{\"address\":\"192.0.2.11\",\"priority\":180}"       \
	"," SINCE ",\"conditions\":[]}"
#define INSTANCE_2                                                                                 \
	"{\"name\":\"an_instance_with_a_name_longer_than_usual\",\"state\":\"FAULT\","             \
	"\"interface\":\"enp5s0f0\",\"vrid\":5,\"priority\":100,\"effective_priority\":100,"       \
	"\"addresses\":[\"198.51.100.1/24\",\"198.51.100.2/24\"],"                                 \
	"\"excluded_addresses\":[\"203.0.113.5/32\"],\"master\":null," SINCE ",\"conditions\":["   \
	"{\"name\":\"link-down\",\"detail\":\"enp5s0f0 is down or has no carrier and so it "       \
	"goes\"," SINCE "}]}"

static void a_small_status_is_one_line_each(void **state)
{
	assert_table(HEAD INSTANCE_1 "]}", PLAIN,
		     "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		     "INSTANCE  STATE   INTERFACE  VRID  PRIORITY  SINCE  MASTER      ADDRESSES\n"
		     "vrrp_1    MASTER  eth0         51   180/200  12s    192.0.2.11  "
		     "192.0.2.1/24\n");
}

static void a_wide_status_stays_within_80_columns(void **state)
{
	int width = 0;

	assert_table(HEAD INSTANCE_1 "," INSTANCE_2 "]}", PLAIN,
		     "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		     "INSTANCE                    STATE   INTERFACE  VRID  PRIORITY  SINCE  MASTER"
		     "\n"
		     "vrrp_1                      MASTER  eth0         51   180/200  12s    "
		     "192.0.2.11\n"
		     "    192.0.2.1/24\n"
		     "an_instance_with_a_name_longer_than_usual\n"
		     "                            FAULT   enp5s0f0      5       100  12s    -\n"
		     "    198.51.100.1/24, 198.51.100.2/24, 203.0.113.5/32\n"
		     "    ! link-down: enp5s0f0 is down or has no carrier and so it goes (for "
		     "12s)\n");
	for (const char *c = text; *c; c++) {
		width = *c == '\n' ? 0 : width + 1;
		assert_true(width <= 80);
	}
}

/* What keeps nobody from serving, and has to be known. */
static void who_may_not_hear_is_below_its_instance(void **state)
{
	assert_table(HEAD "{\"name\":\"web\",\"state\":\"MASTER\",\"vrid\":5,"
		     "\"interface\":\"eth0\",\"priority\":100,\"effective_priority\":100,"
		     "\"addresses\":[\"192.0.2.1/24\"],\"excluded_addresses\":[],"
		     "\"master\":null," SINCE ",\"conditions\":[],"
		     "\"deaf\":[\"192.0.2.13\"],"
		     "\"rival\":{\"address\":\"192.0.2.14\",\"priority\":9}}]}", PLAIN,
		     "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		     "INSTANCE  STATE   INTERFACE  VRID  PRIORITY  SINCE  MASTER  ADDRESSES\n"
		     "web       MASTER  eth0          5       100  12s    -       192.0.2.1/24\n"
		     "    ! deaf: 192.0.2.13 sends the other form of checksum and may not hear "
		     "us: see\n      v3_checksum_as_v2\n"
		     "    ! rival: 192.0.2.14 serves, too, and does not take our adverts: see "
		     "vipctl\n      explain\n");
}

/* `members` of an instance, and the lines below it. */
static void assert_remarks(const char *state, const char *members, const char *lines)
{
	char document[2048], wanted[1024];

	snprintf(document, sizeof(document),
		 HEAD "{\"name\":\"web\",\"state\":\"%s\",\"vrid\":5,\"interface\":\"eth0\","
		 "\"priority\":100,\"effective_priority\":100,\"addresses\":[\"192.0.2.1/24\"],"
		 "\"excluded_addresses\":[],\"master\":{\"address\":\"192.0.2.14\"}," SINCE ","
		 "\"conditions\":[],%s}]}", state, members);
	snprintf(wanted, sizeof(wanted),
		 "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		 "INSTANCE  STATE   INTERFACE  VRID  PRIORITY  SINCE  MASTER      ADDRESSES\n"
		 "web       %s  eth0          5       100  12s    192.0.2.14  192.0.2.1/24\n%s",
		 state, lines);
	assert_table(document, PLAIN, wanted);
}

#define MORE "see vipctl explain\n"
#define EXPLAIN "see vipctl\n      explain\n"

static void who_is_mute_is_below_its_instance(void **state)
{
	assert_remarks("MASTER", "\"mute\":{\"error\":\"EPERM\"," SINCE ",\"all\":false}",
		       "    ! adverts do not leave this host: EPERM (for 12s): " MORE);
	assert_remarks("MASTER", "\"mute\":{\"error\":\"EPERM\"," SINCE ",\"all\":true}",
		       "    ! mute: its adverts do not leave this host: EPERM (for 12s): " EXPLAIN);
	assert_remarks("BACKUP", "\"mute\":{\"error\":\"ENETDOWN\"," SINCE "}",
		       "    ! mute: its last adverts did not leave this host: ENETDOWN: " EXPLAIN);
	assert_remarks("BACKUP", "\"mute\":{\"error\":null," SINCE "}",
		       "    ! mute: its last adverts did not leave this host: " MORE);
	assert_remarks("MASTER", "\"mute\":null,\"drift\":null", "");
}

#define DRIFT "    ! drift: 192.0.2.14 advertises other addresses than ours"

static void what_nobody_serves_is_below_its_instance(void **state)
{
	assert_remarks("BACKUP", "\"drift\":{\"dark\":[]}", DRIFT "\n");
	assert_remarks("BACKUP", "\"drift\":{\"dark\":[\"192.0.2.1\",\"192.0.2.2\"]}",
		       DRIFT "; nobody serves\n      192.0.2.1, 192.0.2.2\n");
	assert_remarks("BACKUP",
		       "\"drift\":{\"dark\":[\"10.0.0.1\",\"10.0.0.2\",\"10.0.0.3\","
		       "\"10.0.0.4\",\"10.0.0.5\",\"10.0.0.6\",\"10.0.0.7\",\"10.0.0.8\","
		       "\"10.0.0.9\",7]}",
		       DRIFT "; nobody serves\n      10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, "
			     "10.0.0.5, 10.0.0.6, 10.0.0.7,\n      10.0.0.8 and 2 more\n");
}

static void colour_is_only_where_it_can_be_shown(void **state)
{
	struct cli_screen screen = { .width = 80, .has_colour = true, .is_terminal = true };

	/* Columns stand where they stand without colour. */
	assert_table(HEAD INSTANCE_1 "]}", screen,
		     "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		     "\033[1mINSTANCE\033[0m  \033[1mSTATE\033[0m   \033[1mINTERFACE\033[0m  "
		     "\033[1mVRID\033[0m  \033[1mPRIORITY\033[0m  \033[1mSINCE\033[0m  "
		     "\033[1mMASTER\033[0m      \033[1mADDRESSES\033[0m\n"
		     "vrrp_1    \033[1;32mMASTER\033[0m  eth0         51   180/200  12s    "
		     "192.0.2.11  192.0.2.1/24\n");
}

static void nothing_to_show_is_said(void **state)
{
	assert_table("{\"version\":1,\"host\":\"h\",\"config\":null,\"instances\":[]}", PLAIN,
		     "h: no configuration is in force yet\n");
	assert_table(HEAD "]}", PLAIN,
		     "server1: /etc/vipd/vipd.conf, generation 3, loaded 12s ago\n"
		     "No VRRP instance is configured.\n");
}

static void an_answer_with_anything_missing_is_no_crash(void **state)
{
	static const char odd[] = "{\"config\":{},\"instances\":[1,\"x\",{\"master\":{},"
				  "\"conditions\":[{},1],\"addresses\":[1],\"name\":7,"
				  "\"mute\":{},\"drift\":{\"dark\":[1]},"
				  "\"excluded_addresses\":{},\"since\":[]}]}";
	const char *const answers[] = { "{}", "{\"config\":{}}",
					"{\"config\":{},\"instances\":[{}]}", odd };

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		json_t *document = json_loads(answers[i], 0, NULL);
		struct cli_screen screen = PLAIN;

		assert_non_null(document);
		screen.out = open_text();
		cli_status_print(&screen, document, true, NOW_US);
		cli_explain_print(&screen, document);
		fclose(screen.out);
		assert_true(text_size > 0);
		json_decref(document);
	}
}

static void explanations_are_lists_of_sentences(void **state)
{
	json_t *document = json_loads("{\"version\":1,\"state\":\"BACKUP\",\"summary\":\"a is "
				      "BACKUP "
				      "because b\",\"reasons\":[\"One.\",\"Two.\"],"
				      "\"takeover_worst_ms\":3610}",
				      0, NULL);
	struct cli_screen screen = PLAIN;

	screen.out = open_text();
	cli_explain_print(&screen, document);
	fclose(screen.out);
	json_decref(document);
	assert_string_equal(text, "a is BACKUP because b\n  - One.\n  - Two.\n  - Should the "
				  "master "
				  "fall silent now, this server serves after 3610 ms at the\n    "
				  "latest.\n");
}

static int free_text(void **state)
{
	free(text);
	text = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ages_are_short),
		cmocka_unit_test(instants_are_read),
		cmocka_unit_test(control_characters_never_reach_a_terminal),
		cmocka_unit_test(lines_are_broken_between_words),
		cmocka_unit_test(a_small_status_is_one_line_each),
		cmocka_unit_test(a_wide_status_stays_within_80_columns),
		cmocka_unit_test(who_may_not_hear_is_below_its_instance),
		cmocka_unit_test(who_is_mute_is_below_its_instance),
		cmocka_unit_test(what_nobody_serves_is_below_its_instance),
		cmocka_unit_test(colour_is_only_where_it_can_be_shown),
		cmocka_unit_test(nothing_to_show_is_said),
		cmocka_unit_test(an_answer_with_anything_missing_is_no_crash),
		cmocka_unit_test(explanations_are_lists_of_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, free_text);
}
