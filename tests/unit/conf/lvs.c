/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of load balancing: defaults, what comes from the block around and from where, ports,
 * ranges, the quorum. Every number is what keepalived 2.2.7 prints of the same file. */
#include "world.h"

#include "conf/conf_private.h"

#define SECOND_US INT64_C(1000000)

static const struct conf_virtual_server *service(const struct conf *conf, size_t i)
{
	assert_true(i < conf->global->balance.servers.count);
	return (const struct conf_virtual_server *)conf->global->balance.servers.items[i];
}

static const struct conf_real_server *server(const struct conf *conf, size_t i)
{
	assert_true(i < service(conf, 0)->servers.count);
	return (const struct conf_real_server *)service(conf, 0)->servers.items[i];
}

/* Of the first real server. */
static const struct conf_checker *checker(const struct conf *conf, size_t i)
{
	assert_true(i < server(conf, 0)->checkers.count);
	return (const struct conf_checker *)server(conf, 0)->checkers.items[i];
}

static void assert_setting(const struct setting *s, int64_t number, enum conf_origin origin)
{
	assert_int_equal(s->number, number);
	assert_int_equal(s->origin, origin);
}

static void assert_from(const struct setting *s, int64_t number, unsigned line)
{
	assert_setting(s, number, CONF_INHERITED);
	assert_int_equal(s->place->line, line);
}

#define CHECKERS                                                                                \
	"TCP_CHECK {\n}\nHTTP_GET {\nurl {\npath /\n}\n}\nSMTP_CHECK {\n}\nDNS_CHECK {\n}\n"    \
	"MISC_CHECK {\nmisc_path /x\n}\nUDP_CHECK {\n}\nPING_CHECK {\n}\n"
#define CHECKERS_N 7

static void test_defaults(void **state)
{
	static const int retries[CHECKERS_N] = { 1, 1, 1, 3, 0, 1, 1 };
	static const int delays[CHECKERS_N] = { 1, 3, 1, 60, 1, 1, 1 };
	struct conf *conf = load_text("virtual_server 192.0.2.1 80 {\nreal_server 192.0.2.2 80 {\n"
				      CHECKERS "}\n}\n");
	const struct conf_virtual_server *s = service(conf, 0);
	const struct conf_real_server *r = server(conf, 0);

	assert_string_equal(s->scheduler.text, "wlc");
	assert_setting(&s->forwarding.method, FORWARDING_NAT, CONF_DEFAULT);
	assert_setting(&s->protocol, PROTOCOL_UDP, CONF_DEFAULT);
	assert_setting(&s->quorum, 1, CONF_DEFAULT);
	assert_setting(&s->hysteresis, 0, CONF_DEFAULT);
	assert_false(setting_has_value(&s->persistence_timeout));
	assert_setting(&r->weight, 1, CONF_DEFAULT);
	assert_setting(&r->delay_loop, 60 * SECOND_US, CONF_DEFAULT);
	assert_setting(&r->connect_timeout, 5 * SECOND_US, CONF_DEFAULT);
	assert_setting(&r->inhibit, false, CONF_DEFAULT);
	for (size_t i = 0; i < CHECKERS_N; i++) {
		assert_setting(&checker(conf, i)->retry, retries[i], CONF_DEFAULT);
		assert_setting(&checker(conf, i)->delay_before_retry, delays[i] * SECOND_US,
			       CONF_DEFAULT);
		assert_setting(&checker(conf, i)->delay_loop, 60 * SECOND_US, CONF_DEFAULT);
		assert_setting(&checker(conf, i)->warmup, 60 * SECOND_US, CONF_DEFAULT);
		assert_setting(&checker(conf, i)->alpha, false, CONF_DEFAULT);
	}
	assert_setting(&checker(conf, 5)->max_reply_length, 255, CONF_DEFAULT);
	conf_free(conf);
}

static void test_from_the_block_around(void **state)
{
	struct conf *conf = load_text(
		"virtual_server 192.0.2.1 80 {\n protocol TCP\n lvs_method TUN type gue port 6080\n"
		" retry 4\n delay_loop 7\n alpha\n weight 9\n virtualhost a\n"
		" real_server 192.0.2.2 80 {\n  delay_loop 8\n  warmup 2\n" CHECKERS " }\n"
		" real_server 192.0.2.3 80 {\n  lvs_method TUN\n  alpha no\n  retry 1\n }\n}\n");
	const struct conf_real_server *r = server(conf, 0), *second = server(conf, 1);
	const struct conf_url *url = (const struct conf_url *)checker(conf, 1)->urls.items[0];

	assert_from(&r->forwarding.method, FORWARDING_TUN, 3);
	assert_from(&r->forwarding.tunnel, TUNNEL_GUE, 3);
	assert_from(&r->forwarding.port, 6080, 3);
	assert_from(&r->weight, 9, 7);
	assert_from(&r->alpha, true, 6);
	assert_setting(&r->delay_loop, 8 * SECOND_US, CONF_WRITTEN);
	for (size_t i = 0; i < CHECKERS_N; i++) {
		/* Also where the checker has a default of its own. */
		assert_from(&checker(conf, i)->retry, 4, 4);
		assert_from(&checker(conf, i)->delay_loop, 8 * SECOND_US, 10);
		assert_from(&checker(conf, i)->warmup, 2 * SECOND_US, 11);
		assert_from(&checker(conf, i)->alpha, true, 6);
	}
	assert_from(&checker(conf, 0)->connect_port, 80, 9);
	assert_int_equal(checker(conf, 0)->connect_ip.place->line, 9);
	assert_string_equal(url->virtualhost.text, "a");
	assert_int_equal(url->virtualhost.origin, CONF_INHERITED);
	/* Who says the method says its options. */
	assert_setting(&second->forwarding.method, FORWARDING_TUN, CONF_WRITTEN);
	assert_setting(&second->forwarding.tunnel, TUNNEL_IPIP, CONF_DEFAULT);
	assert_setting(&second->alpha, false, CONF_WRITTEN);
	assert_setting(&second->retry, 1, CONF_WRITTEN);
	conf_free(conf);
}

static void port_is(const char *of_service, const char *method, const char *of_server, int64_t port,
		    int64_t checked)
{
	char text[512];
	struct conf *conf;

	snprintf(text, sizeof(text),
		 "virtual_server %s {\nlvs_method %s\npersistence_timeout\n"
		 "real_server %s {\nPING_CHECK {\n}\n}\n}\n", of_service, method, of_server);
	conf = load_text(text);
	assert_int_equal(server(conf, 0)->port.number, port);
	assert_int_equal(checker(conf, 0)->connect_port.number, checked);
	conf_free(conf);
}

/* As in keepalived a check goes to the port that was written, also where another is in force. */
static void test_ports(void **state)
{
	port_is("192.0.2.1 80", "NAT", "192.0.2.2 81", 81, 81);
	port_is("192.0.2.1 80", "DR", "192.0.2.2 81", 80, 81);
	port_is("192.0.2.1 80", "TUN", "192.0.2.2 81", 80, 81);
	port_is("192.0.2.1 80", "NAT", "192.0.2.2", 80, 80);
	port_is("192.0.2.1 80", "DR", "192.0.2.2 0", 80, 80);
	port_is("192.0.2.1", "DR", "192.0.2.2", 0, 0);
	port_is("fwmark 7", "DR", "192.0.2.2 81", 0, 81);
	port_is("fwmark 7", "NAT", "192.0.2.2 81", 81, 81);
}

static void quorum_is(const char *words, int64_t quorum, int64_t hysteresis)
{
	char text[512];
	struct conf *conf;

	snprintf(text, sizeof(text),
		 "virtual_server 192.0.2.1 80 {\n%s\nreal_server 192.0.2.2 80 {\n"
		 "weight 3\n}\nreal_server 192.0.2.3 80 {\n}\n}\n", words);
	conf = load_text(text);
	assert_int_equal(service(conf, 0)->quorum.number, quorum);
	assert_int_equal(service(conf, 0)->hysteresis.number, hysteresis);
	conf_free(conf);
}

static void test_quorum(void **state)
{
	quorum_is("", 1, 0);
	quorum_is("quorum 4\nhysteresis 3", 4, 3);
	quorum_is("quorum 5", 4, 0);
	quorum_is("quorum 3\nhysteresis 3", 3, 2);
	quorum_is("hysteresis 9", 1, 0);
	quorum_is("quorum 0", 1, 0);
	quorum_is("weight 2\nquorum 9", 5, 0);
}

static void persistence_is(const char *header, const char *words, int64_t seconds,
			   enum conf_origin origin)
{
	char text[512];
	struct conf *conf;

	snprintf(text, sizeof(text),
		 "virtual_server_group g {\n192.0.2.1 80\n192.0.2.9\n}\n"
		 "virtual_server %s {\n%s\nreal_server 192.0.2.2 80 {\n}\n}\n", header, words);
	conf = load_text(text);
	assert_setting(&service(conf, 0)->persistence_timeout, seconds, origin);
	conf_free(conf);
}

static void test_persistence(void **state)
{
	persistence_is("192.0.2.1 80", "", 0, CONF_DEFAULT);
	persistence_is("192.0.2.1 80", "persistence_timeout", 360, CONF_WRITTEN);
	persistence_is("192.0.2.1 80", "persistence_timeout 5", 5, CONF_WRITTEN);
	persistence_is("192.0.2.1 80", "persistence_granularity 255.255.0.0", 360, CONF_DEFAULT);
	persistence_is("192.0.2.1", "", 360, CONF_ADJUSTED);
	persistence_is("192.0.2.1 0", "persistence_timeout 5", 5, CONF_WRITTEN);
	persistence_is("group g", "", 360, CONF_ADJUSTED);
	persistence_is("fwmark 1", "", 0, CONF_DEFAULT);
}

static void range_is(const char *line, const char *first, const char *last)
{
	char text[256], printed[ADDR_TEXT_SIZE];
	const struct conf_server_group *g;
	const struct conf_server_line *l;
	struct conf *conf;

	snprintf(text, sizeof(text), "virtual_server_group g {\n%s\n}\n", line);
	conf = load_text(text);
	g = (const struct conf_server_group *)conf->global->balance.groups.items[0];
	assert_string_equal(g->block.name, "g");
	if (!first) {
		assert_non_null(g->block.broken);
		conf_free(conf);
		return;
	}
	l = (const struct conf_server_line *)g->lines.items[0];
	assert_null(g->block.broken);
	assert_string_equal(addr_print(&l->first, printed, sizeof(printed)), first);
	assert_string_equal(addr_print(&l->last, printed, sizeof(printed)), last);
	conf_free(conf);
}

static void test_ranges(void **state)
{
	range_is("192.0.2.1 80", "192.0.2.1", "192.0.2.1");
	range_is("192.0.2.1-5 80", "192.0.2.1", "192.0.2.5");
	range_is("192.0.2.1-255", "192.0.2.1", "192.0.2.255");
	range_is("192.0.2.9-192.0.3.1 80", "192.0.2.9", "192.0.3.1");
	range_is("192.0.2.128/25 80", "192.0.2.128", "192.0.2.255");
	range_is("192.0.2.1/32 80", "192.0.2.1", "192.0.2.1");
	range_is("2001:db8::1-fF 80", "2001:db8::1", "2001:db8::ff");
	range_is("2001:db8::1-2001:db8:1::7 80", "2001:db8::1", "2001:db8:1::7");
	range_is("2001:db8::/63 80", "2001:db8::", "2001:db8:0:1:ffff:ffff:ffff:ffff");
	range_is("fwmark 7 inet", "none", "none");
	range_is("192.0.2.5-1 80", NULL, NULL);
	range_is("192.0.2.1-256 80", NULL, NULL);
	range_is("192.0.2.1-0x10 80", NULL, NULL);
	range_is("192.0.2.1- 80", NULL, NULL);
	range_is("192.0.2.1/24 80", NULL, NULL);
	range_is("192.0.2.0/0 80", NULL, NULL);
	range_is("2001:db8::1/127 80", NULL, NULL);
	range_is("2001:db8::1-10000 80", NULL, NULL);
	range_is("fwmark 0", NULL, NULL);
	range_is("", NULL, NULL);
}

static void codes_are(const char *lines, const char *words)
{
	const struct conf_words *codes;
	char text[512], all[256] = "";
	struct conf *conf;

	snprintf(text, sizeof(text), "virtual_server 192.0.2.1 80 {\nreal_server 192.0.2.2 80 {\n"
		 "HTTP_GET {\nurl {\npath /\n%s\n}\n}\n}\n}\n", lines);
	conf = load_text(text);
	codes = ((const struct conf_url *)checker(conf, 0)->urls.items[0])->status_code.words;
	for (size_t i = 0; i < codes->count; i++) {
		strcat(all, i ? " " : "");
		strcat(all, codes->items[i]);
	}
	assert_string_equal(all, words);
	conf_free(conf);
}

static void test_status_codes(void **state)
{
	codes_are("", "200-299");
	codes_are("status_code 404", "404");
	codes_are("status_code 599 100 301-303\nstatus_code 304 200", "100 200 301-304 599");
	codes_are("status_code 99 600 3xx 404- -200 300-299 500-501", "500-501");
	codes_are("status_code 3xx", "200-299");
}

static void pattern_is(const char *written, const char *pattern)
{
	const struct conf_url *url;
	char text[512];
	struct conf *conf;

	snprintf(text, sizeof(text), "virtual_server 192.0.2.1 80 {\nreal_server 192.0.2.2 80 {\n"
		 "HTTP_GET {\nurl {\npath /\nregex %s\n}\n}\n}\n}\n", written);
	conf = load_text(text);
	url = (const struct conf_url *)checker(conf, 0)->urls.items[0];
	assert_int_equal(url->regex.set, pattern != NULL);
	if (pattern)
		assert_string_equal(url->regex.text, pattern);
	conf_free(conf);
}

static void test_patterns(void **state)
{
	pattern_is("\"a\\d+\\x41 b\"", "ad+A b");
	pattern_is("a\\\\d+\"b c\"'d e'", "a\\d+b cd e");
	pattern_is("'a\\d\\\\d\"x\"'", "ad\\d\"x\"");
	pattern_is("\"ab 'x' \\101\"", "ab 'x' A");
	pattern_is("a\\ b", "a b");
	pattern_is("\"a{2,3}#b!c\"", "a{2,3}#b!c");
	pattern_is("abc def", NULL);
	pattern_is("a'b", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_from_the_block_around),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_quorum),
		cmocka_unit_test(test_persistence),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_status_codes),
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
