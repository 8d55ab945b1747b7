/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keywords a file uses, and what becomes of them. */
#include "world.h"

static const char text[] = "global_defs {\n"
			   "    smtp_server 192.0.2.99\n"
			   "    vrrp_skip_check_adv_addr\n"
			   "}\n"
			   "vrrp_instance a {\n"
			   "    interface eth0\n"
			   "    virtual_router_id 1\n"
			   "    virtual_ipaddress {\n"
			   "        192.0.2.1/24\n"
			   "    }\n"
			   "    virtual_routes {\n"
			   "        198.51.100.0/24 via 192.0.2.9\n"
			   "    }\n"
			   "}\n"
			   "vrrp_instance b {\n"
			   "    interface eth0\n"
			   "    no_such_word\n"
			   "}\n";

static struct conf *load_asking(bool asks)
{
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = world_read,
		.link_exists = world_link_exists,
		.host_name = "host-1",
		.usage = asks,
	};

	return conf_load("t.conf", &world);
}

static void each_once(void **state)
{
	static const struct {
		const char *keyword, *block;
		enum conf_fate fate;
		bool is_left;
		unsigned line;
	} expected[] = {
		{ "global_defs", "the top level", CONF_FATE_WORKS, false, 1 },
		{ "smtp_server", "global_defs", CONF_FATE_NOT_YET, false, 2 },
		{ "vrrp_skip_check_adv_addr", "global_defs", CONF_FATE_NO_EFFECT, false, 3 },
		{ "vrrp_instance", "the top level", CONF_FATE_WORKS, false, 5 },
		{ "interface", "vrrp_instance", CONF_FATE_WORKS, false, 6 },
		{ "virtual_router_id", "vrrp_instance", CONF_FATE_WORKS, false, 7 },
		{ "virtual_ipaddress", "vrrp_instance", CONF_FATE_WORKS, false, 8 },
		{ "virtual_routes", "vrrp_instance", CONF_FATE_NOT_YET, true, 11 },
	};
	struct conf *conf = load_asking(true);
	const struct conf_usage *u = conf_usage(conf);

	for (size_t k = 0; k < sizeof(expected) / sizeof(expected[0]); k++, u = u->next) {
		assert_non_null(u);
		assert_string_equal(u->keyword, expected[k].keyword);
		assert_string_equal(u->block, expected[k].block);
		assert_int_equal(u->fate, expected[k].fate);
		assert_int_equal(u->is_left_by_keepalived, expected[k].is_left);
		assert_string_equal(u->file, "t.conf");
		assert_int_equal(u->line, expected[k].line);
		assert_true(!u->doc || *u->doc);
	}
	assert_null(u);
	conf_free(conf);
}

static void not_asked(void **state)
{
	struct conf *conf = load_asking(false);

	assert_null(conf_usage(conf));
	conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once),
		cmocka_unit_test(not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
