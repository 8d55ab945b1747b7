/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values in force of instances and sync groups, and where they come from, as they are shown:
 * defaults that depend on others, what strict mode takes away, weights that cannot count. */
#include "world.h"

/* What is looked for, and what was found: the words of a value, and of all with its keyword. */
struct search {
	const char *block, *keyword;
	unsigned depth; /* inside of the block, which is 1 */
	char words[256];
	enum conf_origin origin;
	unsigned count;
};

static void search_open(void *context, const struct conf_shown *block)
{
	struct search *s = context;

	if (s->depth || (block->word_count && strcmp(block->words[0], s->block) == 0))
		s->depth++;
}

static void search_value(void *context, const struct conf_shown *value)
{
	struct search *s = context;

	if (!s->depth || strcmp(value->keyword, s->keyword) != 0)
		return;
	if (s->count++)
		strcat(s->words, "; ");
	for (size_t i = 0; i < value->word_count; i++) {
		strcat(s->words, i ? " " : "");
		strcat(s->words, value->words[i]);
	}
	s->origin = value->origin;
}

static void search_close(void *context)
{
	struct search *s = context;

	s->depth -= s->depth > 0;
}

static void in_force(const char *text, const char *block, const char *keyword, const char *words,
		     enum conf_origin origin)
{
	struct conf *conf = load_text(text);
	struct search s = { .block = block, .keyword = keyword };
	struct conf_visitor visitor = { &s, search_open, search_value, search_close };

	conf_visit(conf, &visitor);
	if (!words && s.count)
		fail_msg("%s is shown: %s", keyword, s.words);
	if (words && !s.count)
		fail_msg("%s is not shown", keyword);
	if (words) {
		assert_string_equal(s.words, words);
		assert_int_equal(s.origin, origin);
	}
	conf_free(conf);
}

/* An instance with `what` in it. */
#define NAMED(name, link, what)                                                          \
	"vrrp_instance " name " {\n interface " link "\n virtual_router_id 7\n " what "\n" \
	" virtual_ipaddress {\n  192.0.2.1\n }\n}\n"
#define INSTANCE(what) NAMED("a", "eth0", what)
#define VALUE(what, keyword, words, origin) \
	in_force(INSTANCE(what), "a", keyword, words, CONF_##origin)

static void test_defaults(void **state)
{
	VALUE("", "down_timer_adverts", "3", DEFAULT);
	VALUE("", "garp_master_refresh", "0", DEFAULT);
	VALUE("", "garp_master_refresh_repeat", "1", DEFAULT);
	VALUE("", "lower_prio_no_advert", "no", DEFAULT);
	VALUE("", "accept", "", DEFAULT);
	VALUE("", "no_accept", NULL, DEFAULT);
	VALUE("", "unicast_ttl", NULL, DEFAULT);
	VALUE("", "timer_expired_backup", NULL, DEFAULT);
	VALUE("nopreempt\n timer_expired_backup", "timer_expired_backup", "254", WRITTEN);
	VALUE("unicast_peer {\n 192.0.2.9\n }", "unicast_ttl", "255", DEFAULT);
	VALUE("smtp_alert", "smtp_alert", "yes", WRITTEN);
	/* Of global_defs, and not of the instance. */
	in_force("global_defs {\n vrrp_garp_master_delay 9\n vrrp_garp_master_repeat 2\n}\n"
		 INSTANCE("garp_master_delay 1"), "a", "garp_lower_prio_delay", "9", CONF_DEFAULT);
	in_force("global_defs {\n vrrp_garp_master_repeat 2\n}\n" INSTANCE(""), "a",
		 "garp_lower_prio_repeat", "2", CONF_DEFAULT);
	in_force("global_defs {\n vrrp_garp_master_delay 9\n}\n" INSTANCE(""), "a",
		 "garp_master_delay", "9", CONF_INHERITED);
}

static void test_strict(void **state)
{
	VALUE("strict_mode", "lower_prio_no_advert", "yes", ADJUSTED);
	VALUE("strict_mode", "garp_lower_prio_delay", "0", ADJUSTED);
	VALUE("strict_mode", "down_timer_adverts", "3", DEFAULT);
	VALUE("strict_mode\n down_timer_adverts 5", "down_timer_adverts", "3", ADJUSTED);
	VALUE("strict_mode\n preempt_delay 5", "preempt_delay", "0", ADJUSTED);
	VALUE("strict_mode", "no_accept", "", DEFAULT);
	VALUE("strict_mode\n priority 255", "accept", "", DEFAULT);
	VALUE("strict_mode\n accept", "no_accept", "", ADJUSTED);
	VALUE("strict_mode\n priority 255", "owner_ignore_adverts", "yes", ADJUSTED);
	VALUE("strict_mode\n state MASTER\n priority 9", "state", "BACKUP", ADJUSTED);
	VALUE("strict_mode\n authentication {\n auth_type PASS\n auth_pass x\n }", "auth_type",
	      NULL, DEFAULT);
	VALUE("strict_mode no\n authentication {\n auth_type PASS\n auth_pass x\n }", "auth_type",
	      "PASS", WRITTEN);
}

/* R9568-6.1-02, R9568-5.2.7-01. */
static void test_version_3(void **state)
{
	VALUE("version 3\n advert_int 0.014", "advert_int", "0.01", ADJUSTED);
	VALUE("version 3\n advert_int 0.015", "advert_int", "0.02", ADJUSTED);
	VALUE("version 3\n advert_int 40.95", "advert_int", "40.95", WRITTEN);
	VALUE("version 3\n advert_int 41", "advert_int", "40.95", ADJUSTED);
	VALUE("version 3\n authentication {\n auth_type PASS\n auth_pass x\n }", "auth_pass", NULL,
	      DEFAULT);
	VALUE("state MASTER\n priority 9\n authentication {\n auth_type AH\n auth_pass x\n }",
	      "state", "BACKUP", ADJUSTED);
}

static void test_sources(void **state)
{
	VALUE("mcast_src_ip 2001:db8::1", "mcast_src_ip", NULL, DEFAULT);
	VALUE("mcast_dst_ip 192.0.2.9", "mcast_dst_ip", "224.0.0.18", DEFAULT);
	VALUE("unicast_peer {\n 192.0.2.9 min_ttl 254\n }", "check_unicast_src", "", ADJUSTED);
	VALUE("use_vmac\n unicast_peer {\n 192.0.2.9\n }", "vmac_xmit_base", "", ADJUSTED);
	VALUE("vmac_xmit_base", "vmac_xmit_base", NULL, DEFAULT);
	VALUE("use_vmac\n use_ipvlan 192.0.2.8", "use_vmac", NULL, DEFAULT);
	VALUE("use_vmac 01:00:00:00:00:01 own", "use_vmac", "own", WRITTEN);
}

static void test_weights(void **state)
{
#define GROUP(more, lists)                                                     \
	"vrrp_sync_group g {\n group {\n a\n b\n }\n" more "\n}\n"              \
	NAMED("b", "eth1", "") INSTANCE(lists)
#define LINKS "track_interface {\n eth2 weight 5\n eth3\n }"
	VALUE(LINKS, "track_interface", "eth2 weight 5; eth3 weight 0", WRITTEN);
	VALUE("priority 255\n " LINKS, "track_interface", "eth3 weight 0", WRITTEN);
	in_force(GROUP("", LINKS), "a", "track_interface", "eth2 weight 0; eth3 weight 0",
		 CONF_WRITTEN);
	in_force(GROUP("sync_group_tracking_weight", LINKS), "a", "track_interface",
		 "eth2 weight 5; eth3 weight 0", CONF_WRITTEN);
	in_force("track_file f {\n file /f\n}\ntrack_file g {\n file /g\n}\n"
		 GROUP("", "track_file {\n f weight 1\n g weight 2\n }"), "a", "track_file",
		 "f weight 0", CONF_WRITTEN);
	VALUE("track_interface {\n eth1 weight -254\n eth0\n }", "track_interface",
	      "eth1 weight -253", WRITTEN);
}

/* What a group says comes before what global_defs says. */
static void test_handed_down(void **state)
{
	in_force(GROUP("notify_priority_changes", ""), "a", "notify_priority_changes", "yes",
		 CONF_INHERITED);
	in_force(GROUP("notify_priority_changes", "notify_priority_changes no"), "a",
		 "notify_priority_changes", "no", CONF_WRITTEN);
	/* A group that is left out says nothing. */
	in_force("vrrp_sync_group g {\n notify_priority_changes\n}\n" INSTANCE(""), "a",
		 "notify_priority_changes", "no", CONF_DEFAULT);
}

static unsigned count_of(const char *text, const char *code)
{
	struct conf *conf = load_text(text);
	unsigned count = 0;

	for (size_t i = 0; i < conf_finding_count(conf); i++)
		count += strcmp(conf_finding(conf, i)->code, code) == 0;
	conf_free(conf);
	return count;
}

/* Each family has its own numbers. Among other servers a number may come again. */
static void test_numbers_taken(void **state)
{
#define BESIDE(what) NAMED("b", "eth0", what)
#define SIX(name, what)                                                             \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id 7\n " what "\n" \
	" virtual_ipaddress {\n  fe80::1\n }\n}\n"
#define PEERS(list) "unicast_peer {\n " list "\n }"
	assert_int_equal(count_of(INSTANCE("") BESIDE(""), "duplicate-vrid"), 1);
	assert_int_equal(count_of(INSTANCE("version 3") BESIDE("version 3"), "duplicate-vrid"), 1);
	assert_int_equal(count_of(INSTANCE("") SIX("b", ""), "duplicate-vrid"), 0);
	assert_int_equal(count_of(INSTANCE("") SIX("b", ""), "not-yet"), 0);
	assert_int_equal(count_of(SIX("a", "") SIX("b", ""), "duplicate-vrid"), 1);
	assert_int_equal(count_of(INSTANCE("mcast_dst_ip 224.0.0.19")
				  BESIDE("mcast_dst_ip 224.0.0.20"), "duplicate-vrid"), 0);
	assert_int_equal(count_of(INSTANCE("") BESIDE("mcast_dst_ip 224.0.0.18"),
				  "duplicate-vrid"), 1);
	assert_int_equal(count_of(INSTANCE(PEERS("192.0.2.9")) BESIDE(""), "duplicate-vrid"), 0);
	assert_int_equal(count_of(INSTANCE("unicast_src_ip 192.0.2.7\n"
					   PEERS("192.0.2.7\n 192.0.2.9"))
				  BESIDE("unicast_src_ip 192.0.2.7\n"
					 PEERS("192.0.2.7\n 192.0.2.8")), "duplicate-vrid"), 0);
	assert_int_equal(count_of(INSTANCE(PEERS("192.0.2.9")) BESIDE(PEERS("192.0.2.8")),
				  "duplicate-vrid"), 0);
	assert_int_equal(count_of(INSTANCE(PEERS("192.0.2.9"))
				  BESIDE(PEERS("192.0.2.8\n 192.0.2.9")), "duplicate-vrid"), 1);
}

/* What a socket can join. */
static void test_many_groups(void **state)
{
	char *text = calloc(32, 256), *end = text;

	for (int i = 0; i < LIMIT_GROUPS + 2; i++)
		end += sprintf(end,
			       "vrrp_instance v%d {\n interface eth0\n virtual_router_id %d\n"
			       " mcast_dst_ip 224.0.1.%d\n no_virtual_ipaddress\n}\n",
			       i, i + 1, i ? i : 1);
	assert_int_equal(count_of(text, "too-many"), 1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_version_3),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_handed_down),
		cmocka_unit_test(test_numbers_taken),
		cmocka_unit_test(test_many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
