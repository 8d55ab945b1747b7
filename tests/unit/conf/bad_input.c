/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each kind of bad input: it is found, it is shown where it stands, and the healthy instances run.
 * `GOOD` is such a healthy instance; most files here are it with something bad beside it. */
#include "world.h"

#include <errno.h>

#define GOOD                                                                             \
	"vrrp_instance good {\n interface eth9\n virtual_router_id 9\n"                  \
	" virtual_ipaddress {\n  192.0.2.9/24\n }\n}\n"

static int read_error(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	return *(int *)context;
}

static void test_unreadable_files(void **state)
{
	static const struct {
		int error;
		const char *code;
	} rows[] = {
		{ -ENOENT, "no-such-file" }, { -EACCES, "not-permitted" },
		{ -EISDIR, "is-directory" }, { -EFBIG, "too-large" }, { -EIO, "cannot-read" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int error = rows[i].error;
		struct conf_world world = { .context = &error, .read_file = read_error };
		struct conf *conf = conf_load("x.conf", &world);

		assert_int_equal(conf_finding_count(conf), 1);
		assert_finding(conf, rows[i].code, 0, 0);
		assert_string_equal(conf_finding(conf, 0)->file, "x.conf");
		assert_null(conf_finding(conf, 0)->source);
		assert_int_equal(conf_exit_code(conf), 4);
		free(image_made(conf)); /* an empty image is one too */
		conf_free(conf);
	}
}

/* One bad thing beside the healthy instance: its code, its place, the exit code, and how many of
 * the instances run. */
static void one_bad(const char *text, const char *code, unsigned line, unsigned column, int exit,
		    unsigned healthy, unsigned all)
{
	struct conf *conf = load_text(text);

	assert_finding(conf, code, line, column);
	assert_non_null(finding_of(conf, code)->source);
	assert_int_equal(conf_exit_code(conf), exit);
	assert_int_equal(conf_healthy_count(conf), healthy);
	assert_int_equal(conf_instance_count(conf), all);
	free(image_made(conf));
	conf_free(conf);
}

static void test_words(void **state)
{
	struct conf *conf;

	one_bad(GOOD "foo bar\n", "unknown-keyword", 8, 1, 5, 1, 1);
	one_bad(GOOD "global_defs {\n router-id x\n}\n", "unknown-keyword", 9, 2, 5, 1, 1);
	one_bad(GOOD "priority 5\n", "misplaced-keyword", 8, 1, 5, 1, 1);
	one_bad(GOOD "global_defs {\n auth_pass x\n}\n", "misplaced-keyword", 9, 2, 5, 1, 1);
	one_bad(GOOD "global_defs {\n vrrp_garp_interval 1\n}\n", "not-yet", 9, 2, 5, 1, 1);
	one_bad(GOOD "include x.conf\n", "no-such-file", 8, 9, 5, 1, 1);

	conf = load_text(GOOD "global_defs {\n routr_id x\n prioritty 1\n xyzzy\n}\n");
	assert_string_equal(conf_finding(conf, 0)->hint, "did you mean `router_id`?");
	assert_string_equal(conf_finding(conf, 1)->hint,
			    "did you mean `priority`? It belongs in vrrp_instance");
	assert_null(conf_finding(conf, 2)->hint);
	assert_int_equal(conf_finding_count(conf), 3);
	conf_free(conf);
}

/* What is unknown takes its whole body with it, and nothing more. */
static void test_unknown_block_does_not_derail(void **state)
{
	struct conf *conf = load_text("foo a {\n priority 1\n { x }\n bar {\n  }\n}\n" GOOD);

	assert_int_equal(conf_finding_count(conf), 1);
	assert_finding(conf, "unknown-keyword", 1, 1);
	assert_int_equal(conf_healthy_count(conf), 1);
	conf_free(conf);

	conf = load_text("vrrp_instance good {\n interface eth0\n my_block {\n  priority 7\n }\n"
			 " virtual_router_id 9\n virtual_ipaddress { 192.0.2.1\n }\n}\n");
	assert_int_equal(conf_finding_count(conf), 1);
	assert_int_equal(conf_healthy_count(conf), 1);
	conf_free(conf);
}

/* What is inside of it is read, and its having no effect said once. */
static void test_known_block_has_one_warning(void **state)
{
	struct conf *conf = load_text("virtual_server 192.0.2.1 80 {\n lvs_sched rr\n"
				      " lvs_method NAT\n protocol TCP\n delay_loop 5\n"
				      " real_server 192.0.2.2 80 {\n  TCP_CHECK {\n  }\n }\n}\n"
				      GOOD);

	assert_int_equal(conf_finding_count(conf), 1);
	assert_finding(conf, "not-yet", 1, 1);
	assert_int_equal(conf_exit_code(conf), 5);
	assert_int_equal(conf_healthy_count(conf), 1);
	conf_free(conf);
}

static void test_braces(void **state)
{
	/* Not closed at all. */
	one_bad("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" virtual_ipaddress {\n  192.0.2.1\n", "missing-brace", 1, 1, 5, 1, 1);
	/* Closed once too little: the next block shows it, and both instances run. */
	one_bad("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" virtual_ipaddress {\n  192.0.2.1\n }\n" GOOD, "missing-brace", 1, 1, 5, 2, 2);
	/* The inner one is missing: the next keyword shows it. */
	one_bad("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" virtual_ipaddress {\n  192.0.2.1\n priority 5\n}\n" GOOD,
		"missing-brace", 4, 2, 5, 2, 2);
	/* No opening one. */
	one_bad("vrrp_instance a\n interface eth0\n virtual_router_id 1\n"
		" virtual_ipaddress\n  192.0.2.1\n }\n}\n" GOOD, "missing-brace", 1, 15, 5, 2, 2);
	one_bad(GOOD "}\n" "global_defs {\n}\n", "extra-brace", 8, 1, 5, 1, 1);
	one_bad("{\n foo\n}\n" GOOD, "unexpected-brace", 1, 1, 5, 1, 1);
	one_bad("vrrp_instance a {\n interface eth0 {\n }\n virtual_router_id 1\n"
		" virtual_ipaddress {\n  192.0.2.1\n }\n}\n", "unexpected-brace", 2, 17, 5, 1, 1);
}

static void test_arguments(void **state)
{
	one_bad("vrrp_instance {\n}\n" GOOD, "missing-argument", 1, 1, 2, 1, 1);
	one_bad("vrrp_instance a {\n interface\n virtual_router_id 1\n}\n" GOOD,
		"missing-argument", 2, 2, 2, 1, 2);
	one_bad(GOOD "global_defs {\n router_id a b\n}\n", "extra-argument", 9, 14, 5, 1, 1);
}

#define INSTANCE(what)                                                                     \
	"vrrp_instance a {\n " what "\n interface eth0\n virtual_router_id 1\n"            \
	" virtual_ipaddress {\n  192.0.2.1\n }\n}\n"

static void test_numbers(void **state)
{
	one_bad(INSTANCE("priority 300"), "out-of-range", 2, 11, 5, 1, 1);
	one_bad(INSTANCE("priority 0"), "out-of-range", 2, 11, 5, 1, 1);
	one_bad(INSTANCE("priority -1"), "out-of-range", 2, 11, 5, 1, 1);
	one_bad(INSTANCE("priority 10x"), "bad-number", 2, 11, 5, 1, 1);
	one_bad(INSTANCE("priority high"), "bad-number", 2, 11, 5, 1, 1);
	one_bad(INSTANCE("advert_int 256"), "out-of-range", 2, 13, 5, 1, 1);
	one_bad(INSTANCE("advert_int 10s"), "bad-number", 2, 13, 5, 1, 1);
	one_bad(INSTANCE("advert_int 1.5"), "interval-rounded", 2, 13, 5, 1, 1);
	one_bad(INSTANCE("preempt_delay 1000.1"), "out-of-range", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("preempt_delay 1.0000001"), "too-precise", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("virtual_router_id 256") GOOD, "out-of-range", 2, 20, 5, 1, 2);
	one_bad(INSTANCE("virtual_router_id 0") GOOD, "out-of-range", 2, 20, 5, 1, 2);
	one_bad(INSTANCE("version 4") GOOD, "out-of-range", 2, 10, 5, 1, 2);
	one_bad(INSTANCE("use_vmac") GOOD, "not-yet", 2, 2, 5, 1, 2);
	one_bad(INSTANCE("state master"), "bad-choice", 2, 8, 5, 1, 1);
}

/* The reason of the first broken instance, as status and log will show it. */
static void broken_with(const char *text, const char *reason)
{
	struct conf *conf = load_text(text);
	struct image *image = image_made(conf);
	const struct image_instance *i = image_instances(image);
	uint32_t at = 0;

	while (at < image->instance_count && !(i[at].flags & IMAGE_BROKEN))
		at++;
	assert_true(at < image->instance_count);
	assert_string_equal(image_text(image, i[at].broken_reason), reason);
	free(image);
	conf_free(conf);
}

static void test_broken_instances(void **state)
{
	broken_with("vrrp_instance a {\n}\n" GOOD, "interface is not set");
	broken_with("vrrp_instance a {\n interface eth0\n}\n", "virtual_router_id is not set");
	broken_with("vrrp_instance a {\n interface\n}\n", "interface has no INTERFACE");
	broken_with(INSTANCE("virtual_router_id 0"), "virtual_router_id 0 is outside 1..255");
	broken_with(INSTANCE("interface lo"), "VRRP cannot run on the loopback interface");
	broken_with(INSTANCE("") INSTANCE("priority 5"),
		    "there is a vrrp_instance of this name in line 1");
	broken_with(INSTANCE("") "vrrp_instance b {\n interface eth0\n virtual_router_id 1\n}\n",
		    "virtual_router_id 1 on eth0 is taken by a in line 4");
	broken_with("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		    " virtual_ipaddress {\n  192.0.2\n  foo\n }\n}\n",
		    "none of its addresses can be used");
	broken_with("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		    " version 2\n virtual_ipaddress {\n  2001:db8::1/64\n }\n}\n",
		    "IPv6 addresses need VRRP version 3");
	broken_with("vrrp_instance a {\n virtual_router_id 1\n unicast_src_ip 192.0.2.8\n"
		    " unicast_peer {\n  192.0.2.9\n }\n virtual_ipaddress {\n  192.0.2.1\n }\n}\n",
		    "192.0.2.1 has no interface, and its instance has none");
	broken_with("vrrp_instance a {\n virtual_router_id 1\n"
		    " unicast_peer {\n  192.0.2.9\n }\n}\n",
		    "interface is not set");
	broken_with("vrrp_instance a {\n virtual_router_id 1\n unicast_src_ip fe80::1\n"
		    " unicast_peer {\n  2001:db8::9\n }\n}\n",
		    "a link-local source needs an interface");
}

/* A broken one does not keep its VRID from a healthy one that comes later. */
static void test_broken_does_not_hold_a_vrid(void **state)
{
	struct conf *conf = load_text(INSTANCE("use_vmac")
				      "vrrp_instance b {\n interface eth0\n virtual_router_id 1\n"
				      " virtual_ipaddress {\n  192.0.2.1\n }\n}\n");

	assert_int_equal(conf_healthy_count(conf), 1);
	assert_null(finding_of(conf, "duplicate-vrid"));
	conf_free(conf);
	/* The same number on another link is another virtual router. */
	conf = load_text(INSTANCE("") "vrrp_instance b {\n interface eth1\n virtual_router_id 1\n"
				      " virtual_ipaddress {\n  192.0.2.2\n }\n}\n");
	assert_no_findings(conf);
	conf_free(conf);
}

static void test_exit_codes(void **state)
{
	struct conf *conf = load_text("");

	assert_finding(conf, "no-instance", 0, 0);
	assert_int_equal(conf_exit_code(conf), 5);
	conf_free(conf);

	conf = load_text("vrrp_instance a {\n}\nvrrp_instance b {\n interface\n}\n");
	assert_finding(conf, "nothing-runs", 0, 0);
	assert_int_equal(conf_exit_code(conf), 4); /* before the 2 of the missing argument */
	conf_free(conf);

	/* A hint alone leaves the exit code at 0. */
	conf = load_text(INSTANCE("state MASTER"));
	assert_int_equal(conf_finding_count(conf), 1);
	assert_int_equal(conf_finding(conf, 0)->severity, CONF_HINT);
	assert_int_equal(conf_exit_code(conf), 0);
	conf_free(conf);
}

static void test_addresses(void **state)
{
#define ADDRESS(line)                                                                      \
	"vrrp_instance a {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n" \
	"  192.0.2.1/24\n  " line "\n }\n}\n"
	one_bad(ADDRESS("foo"), "not-an-address", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.256"), "not-an-address", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2/33"), "bad-length", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2/255.255.255.0"), "bad-length", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("224.0.0.18"), "unusable-address", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("0.0.0.0"), "unusable-address", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.1"), "duplicate-address", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("2001:db8::1"), "mixed-families", 6, 3, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 dev"), "missing-value", 6, 13, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 dev averyveryverylongname"), "bad-interface", 6, 17, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 dev wlan7"), "no-such-interface", 6, 17, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 brd x"), "not-an-address", 6, 17, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 peer 2001:db8::1"), "not-an-address", 6, 18, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 label abcdefghijklmnop"), "bad-label", 6, 19, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 scope far"), "bad-choice", 6, 19, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 use_vmac"), "not-yet", 6, 13, 5, 1, 1);
	one_bad(ADDRESS("192.0.2.2 192.0.2.3"), "unknown-option", 6, 13, 5, 1, 1);
	one_bad(INSTANCE("mcast_src_ip 224.0.0.1"), "unusable-address", 2, 15, 5, 1, 1);
	one_bad(INSTANCE("unicast_ttl 0\n unicast_peer {\n  192.0.2.9\n }"), "out-of-range", 2, 14,
		5, 1, 1);
	one_bad(INSTANCE("vipd_check_unicast_src no\n unicast_peer {\n  192.0.2.9 min_ttl 9\n }"),
		"needs-source-check", 4, 21, 5, 1, 1);
	one_bad("vrrp_instance a {\n interface nope\n virtual_router_id 1\n"
		" virtual_ipaddress {\n  192.0.2.1\n }\n}\n", "no-such-interface", 2, 12, 5, 1, 1);
	one_bad("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n}\n", "no-address", 1,
		15, 5, 1, 1);
}

static void test_scripts(void **state)
{
	one_bad(INSTANCE("notify_master \"\""), "bad-command", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("notify_master '/bin/x"), "bad-command", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("notify_master \"/bin/x 'a\""), "bad-command", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("notify_master \"/bin/x \\0\""), "bad-command", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("notify_master /bin/x u g more"), "extra-argument", 2, 27, 6, 1, 1);
	one_bad(INSTANCE("notify_master /bin/x \"u v\""), "bad-command", 2, 16, 5, 1, 1);
	one_bad(INSTANCE("notify_master /bin/x\n notify_master /bin/y"), "written-twice", 3, 2, 6,
		1, 1);
	/* A command without enable_script_security: 6 is more than 5. */
	one_bad(INSTANCE("notify_master /bin/x"), "script-security", 2, 2, 6, 1, 1);
	one_bad(INSTANCE("notify_master"), "missing-argument", 2, 2, 2, 1, 1);
}

static void test_long_names(void **state)
{
	char text[2000];
	struct conf *conf;
	struct image *image;

	snprintf(text, sizeof(text), "vrrp_instance %0400d {\n}\n" GOOD, 0);
	conf = load_text(text);
	image = image_made(conf);
	assert_finding(conf, "name-too-long", 1, 15);
	assert_int_equal(strlen(image_text(image, image_instances(image)[0].name)), LIMIT_NAME - 1);
	free(image);
	conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unreadable_files),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_unknown_block_does_not_derail),
		cmocka_unit_test(test_known_block_has_one_warning),
		cmocka_unit_test(test_braces),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_broken_instances),
		cmocka_unit_test(test_broken_does_not_hold_a_vrid),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
