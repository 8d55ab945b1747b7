/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit between the nodes of a cluster. */
#include "world.h"

#define NODES 3

static struct conf *nodes[NODES];
static struct conf_cluster *cluster;

/* `${_INSTANCE}` is another number on each node, as its priority. */
static struct conf *load_node(const char *text, size_t at)
{
	const char *const ids[NODES] = { "103", "102", "101" };
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = world_read,
		.host_name = "host-1",
		.config_id = ids[at],
	};

	return conf_load("t.conf", &world);
}

static void compare(const char *a, const char *b, const char *c)
{
	const char *const texts[NODES] = { a, b, c };
	size_t count = 0;

	for (; count < NODES && texts[count]; count++)
		nodes[count] = load_node(texts[count], count);
	cluster = conf_cluster_check((const struct conf *const *)nodes, count);
	assert_non_null(cluster);
}

static int forget(void **state)
{
	cluster = conf_cluster_free(cluster);
	for (size_t i = 0; i < NODES; i++)
		nodes[i] = conf_free(nodes[i]);
	return 0;
}

static void assert_found(size_t i, const char *code, unsigned line, const char *part)
{
	const struct conf_finding *f = conf_cluster_finding(cluster, i);

	assert_non_null(f);
	assert_string_equal(f->code, code);
	assert_int_equal(f->line, line);
	if (!strstr(f->message, part))
		fail_msg("%s", f->message);
}

#define INSTANCE(name, link, vrid, addresses)                                                   \
	"vrrp_instance " name " {\n interface " link "\n virtual_router_id " vrid               \
	"\n priority ${_INSTANCE}\n virtual_ipaddress {\n" addresses " }\n}\n"
#define ONE " 192.0.2.1/24\n"
#define TWO " 192.0.2.2/24\n"
#define THREE " 192.0.2.3/24\n"

static void what_fits_is_not_mentioned(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE TWO), INSTANCE("b", "eth0", "1", ONE TWO),
		INSTANCE("c", "eth0", "1", ONE TWO));
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
	assert_null(conf_cluster_finding(cluster, 0));
	assert_int_equal(conf_cluster_finding_overflow(cluster), 0);
}

static void other_addresses_are_an_error(void **state)
{
	compare("\n" INSTANCE("a", "eth0", "1", ONE TWO), INSTANCE("a", "eth0", "1", ONE THREE),
		INSTANCE("a", "eth0", "1", ONE));
	assert_int_equal(conf_cluster_finding_count(cluster), 2);
	assert_found(0, "cluster-addresses", 7,
		     "192.0.2.3 is not on the other node, which has 192.0.2.2 in t.conf:8");
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, CONF_ERROR);
	assert_string_equal(conf_cluster_finding(cluster, 0)->source, " 192.0.2.3/24");
	assert_found(1, "cluster-addresses", 1,
		     "192.0.2.2 is missing, which the other node has in t.conf:8");
}

static void what_is_only_in_the_later_one_is_found_too(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE), INSTANCE("a", "eth0", "1", ONE TWO), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-addresses", 7, "192.0.2.2 is not on the other node, in t.conf:1");
}

static void another_order_is_a_hint(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE TWO THREE),
		INSTANCE("a", "eth0", "1", ONE THREE TWO), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-address-order", 7, "another order in t.conf:7");
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, CONF_HINT);
}

/* Also where no address tells it. */
static void the_family_is_part_of_a_counterpart(void **state)
{
#define NONE(name, more)                                                                        \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id 1\n version 3\n"          \
	" no_virtual_ipaddress\n priority " more "\n}\n"
	compare(NONE("a", "10") NONE("b", "20\n native_ipv6"),
		NONE("b", "30\n native_ipv6") NONE("a", "40"), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

static void links_may_have_other_names(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE TWO), INSTANCE("a", "eth7", "1", ONE), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-addresses", 1, "192.0.2.2 is missing");
}

/* The file is sorted by place, and a node knows nothing of its own. */
static void findings_of_a_node_are_in_the_order_of_its_file(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE) INSTANCE("b", "eth0", "2", TWO),
		INSTANCE("b", "eth0", "2", THREE) INSTANCE("a", "eth0", "1", " 192.0.2.9\n")
			INSTANCE("c", "eth1", "2", THREE),
		NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 3);
	assert_found(0, "cluster-addresses", 6, "b: 192.0.2.3 is not");
	assert_found(1, "cluster-addresses", 14, "a: 192.0.2.9 is not");
	assert_found(2, "cluster-alone", 17, "c is on this node only");
}

/* An instance of a node, with lines of its own. */
#define NODE(lines) \
	"vrrp_instance a {\n interface eth0\n virtual_router_id 1\n priority ${_INSTANCE}\n" lines \
	"\n virtual_ipaddress {\n" ONE " }\n}\n"

static void one(const char *a, const char *b, const char *code, enum conf_severity severity,
		const char *part)
{
	compare(a, b, NULL);
	if (conf_cluster_finding_count(cluster) != 1)
		fail_msg("%zu findings, not only %s", conf_cluster_finding_count(cluster), code);
	if (strcmp(conf_cluster_finding(cluster, 0)->code, code) != 0)
		fail_msg("%s, not %s", conf_cluster_finding(cluster, 0)->code, code);
	if (!strstr(conf_cluster_finding(cluster, 0)->message, part))
		fail_msg("%s", conf_cluster_finding(cluster, 0)->message);
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, severity);
	forget(NULL);
}

#define PASS(word) " authentication {\n auth_type PASS\n auth_pass " word "\n }"
#define KEY1 "key 1 abcdefghijklmnopqrstuvwxyz012345\n"
#define KEY2 "key 2 abcdefghijklmnopqrstuvwxyz012346\n"
#define OTHER1 "key 1 abcdefghijklmnopqrstuvwxyz012347\n"
#define V3 " version 3\n"
#define HMAC(lines) V3 " auth_hmac {\n" lines " }"
#define EXCLUDED " virtual_ipaddress_excluded {\n" THREE " }"
#define PEERS(own, other) " unicast_src_ip " own "\n unicast_peer {\n " other "\n }"

static void none(const char *a, const char *b)
{
	compare(a, b, NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
	forget(NULL);
}

static void signatures_have_to_fit(void **state)
{
	one(NODE(HMAC(KEY1)), NODE(V3), "cluster-authentication", CONF_ERROR, "not signed");
	one(NODE(V3), NODE(HMAC(KEY1)), "cluster-authentication", CONF_ERROR, "not signed");
	one(NODE(HMAC(KEY1)), NODE(HMAC(KEY1 "mode receive-only\n")), "cluster-authentication",
	    CONF_ERROR, "not signed");
	one(NODE(HMAC(KEY1)), NODE(HMAC(KEY2)), "cluster-authentication", CONF_ERROR, "number");
	one(NODE(HMAC(KEY1)), NODE(HMAC(KEY2 KEY1)), "cluster-authentication", CONF_ERROR,
	    "number");
	one(NODE(HMAC(KEY1)), NODE(HMAC(OTHER1)), "cluster-authentication", CONF_ERROR,
	    "another one under");
	one(NODE(HMAC(KEY1 "mode permissive\n")), NODE(HMAC(OTHER1)), "cluster-authentication",
	    CONF_ERROR, "another one under");
	none(NODE(HMAC(KEY1)), NODE(HMAC(KEY1)));
	none(NODE(HMAC(KEY1 KEY2)), NODE(HMAC(KEY2 KEY1)));
	none(NODE(HMAC(KEY1 "mode permissive\n")), NODE(HMAC(KEY1 "mode receive-only\n")));
	none(NODE(V3), NODE(HMAC(KEY1 "mode permissive\n")));
}

/* Also R9568-8.3.2-01, one owner, and R9568-8.3.2-02, priorities that differ. */
static void what_has_to_be_the_same(void **state)
{
	one(NODE(""), NODE(" version 3"), "cluster-version", CONF_ERROR, "2 in t.conf:1");
	one(NODE(""), NODE(" advert_int 2"), "cluster-interval", CONF_ERROR, "every 2 s");
	one(NODE(" version 3\n advert_int 2"), NODE(" version 3"), "cluster-interval", CONF_HINT,
	    "every 1 s");
	one(NODE(PASS("a")), NODE(PASS("b")), "cluster-authentication", CONF_ERROR, "auth_pass");
	one(NODE(PASS("a")), NODE(""), "cluster-authentication", CONF_ERROR, "auth_type");
	one(NODE(PASS("a")), NODE(PASS("a") "\n version 3"), "cluster-version", CONF_ERROR, "3");
	one(NODE(EXCLUDED), NODE(""), "cluster-excluded", CONF_WARNING, "192.0.2.3 is missing");
	one(NODE(""), NODE(EXCLUDED), "cluster-excluded", CONF_WARNING, "192.0.2.3 is not on");
	one(NODE(" version 3\n v3_checksum_as_v2"), NODE(" version 3"), "cluster-checksum",
	    CONF_WARNING, "v3_checksum_as_v2");
	one(NODE(" nopreempt\n timer_expired_backup 90"), NODE(" nopreempt"),
	    "cluster-timer-expired", CONF_WARNING, "90 in t.conf:6, but priority 102");
	one(NODE(" nopreempt"), NODE(" nopreempt\n timer_expired_backup 90"),
	    "cluster-timer-expired", CONF_WARNING, "90 in t.conf:6, but priority 103");
	none(NODE(" nopreempt\n timer_expired_backup 102"), NODE(" nopreempt"));
	one(NODE(" nopreempt"), NODE(""), "cluster-preemption", CONF_HINT, "nopreempt");
	one(NODE(" state MASTER"), NODE(" state MASTER"), "cluster-states", CONF_HINT, "MASTER");
	one(NODE(" mcast_dst_ip 224.0.0.19"), NODE(" mcast_dst_ip 224.0.0.20"), "cluster-group",
	    CONF_ERROR, "group");
}

static void numbers_that_only_one_may_have(void **state)
{
	one(NODE(" priority 7"), NODE(" priority 7"), "cluster-priorities", CONF_WARNING, "7");
	one(NODE(" priority 7\n nopreempt"), NODE(" priority 7\n nopreempt"),
	    "cluster-priorities", CONF_HINT, "7");
	one(NODE(" priority 255"), NODE(" priority 255"), "cluster-owners", CONF_ERROR, "255");
	one(NODE(""), NODE(" virtual_router_id 2"), "cluster-vrid", CONF_ERROR, "192.0.2.1");
	/* Between the second and the third as well. */
	compare(NODE(" priority 9"), NODE(" priority 7"), NODE(" priority 7"));
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-priorities", 5, "7");
}

/* Nodes have 103, 102 and 101. */
static void state_elects_nobody(void **state)
{
	one(NODE(""), NODE(" state MASTER"), "cluster-states", CONF_HINT, "102 and not 103");
	one(NODE(" state MASTER\n priority 7"), NODE(" state BACKUP"), "cluster-states", CONF_HINT,
	    "7 and not 102");
	compare(NODE(" state MASTER"), NODE(" state BACKUP"), NODE(""));
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

static void each_instance_is_on_two_nodes(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE) INSTANCE("b", "eth0", "2", TWO),
		INSTANCE("a", "eth0", "1", ONE), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-alone", 9, "b is on this node only");
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, CONF_WARNING);
	forget(NULL);
	/* One number on two links is two of them. */
	compare(INSTANCE("a", "eth0", "1", ONE TWO),
		INSTANCE("a", "eth1", "1", THREE) INSTANCE("c", "eth0", "2", THREE), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 3);
	for (size_t i = 0; i < 3; i++)
		assert_found(i, "cluster-alone", i < 2 ? 1 : 9, "on this node only");
	forget(NULL);
	/* Of three, two are enough, in whatever order; of one there is nothing to say. */
	compare(INSTANCE("b", "eth0", "2", TWO), INSTANCE("a", "eth0", "1", ONE),
		INSTANCE("a", "eth0", "1", ONE) INSTANCE("b", "eth0", "2", TWO));
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
	forget(NULL);
	compare(INSTANCE("b", "eth0", "2", TWO), NULL, NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

static void nobody_has_a_virtual_address_for_itself(void **state)
{
	compare(NODE(PEERS("192.0.2.2", "192.0.2.12")),
		NODE(PEERS("192.0.2.12", "192.0.2.2") "\n virtual_ipaddress {\n" TWO "}"), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 2);
	assert_found(0, "cluster-addresses", 10, "192.0.2.2 is not on the other node");
	assert_found(1, "cluster-own-address", 10, "own address of another node");
	forget(NULL);
	/* The owner has them; who lists its own one itself is told so in its own file. */
	compare(NODE(" priority 255\n" PEERS("192.0.2.1", "192.0.2.12")),
		NODE(PEERS("192.0.2.12", "192.0.2.1")), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

static void peers_name_each_other(void **state)
{
	one(NODE(PEERS("192.0.2.11", "192.0.2.12")), NODE(PEERS("192.0.2.12", "192.0.2.13")),
	    "cluster-peers", CONF_ERROR, "192.0.2.11");
	one(NODE(PEERS("192.0.2.11", "192.0.2.13")), NODE(PEERS("192.0.2.12", "192.0.2.11")),
	    "cluster-peers", CONF_ERROR, "192.0.2.12");
	one(NODE(""), NODE(PEERS("192.0.2.12", "192.0.2.11")), "cluster-peers", CONF_ERROR,
	    "group");
	compare(NODE(PEERS("192.0.2.11", "192.0.2.12")), NODE(PEERS("192.0.2.12", "192.0.2.11")),
		NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

#define TRACKS(weight)                                                                       \
	" track_interface {\n eth5 weight " weight "\n }"

static void weights_have_to_move_it(void **state)
{
	one(NODE(" priority 150\n" TRACKS("-40")), NODE(TRACKS("-40")), "cluster-weight",
	    CONF_WARNING, "110");
	compare(NODE(" priority 150\n" TRACKS("-60")), NODE(TRACKS("-60")), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

static void nothing_is_compared_with_nothing(void **state)
{
	cluster = conf_cluster_check(NULL, 0);
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
	forget(state);
	compare("", INSTANCE("a", "eth0", "300", ONE), "vrrp_instance a {\n}\n");
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_fits_is_not_mentioned, forget),
		cmocka_unit_test_teardown(other_addresses_are_an_error, forget),
		cmocka_unit_test_teardown(what_is_only_in_the_later_one_is_found_too, forget),
		cmocka_unit_test_teardown(another_order_is_a_hint, forget),
		cmocka_unit_test_teardown(the_family_is_part_of_a_counterpart, forget),
		cmocka_unit_test_teardown(links_may_have_other_names, forget),
		cmocka_unit_test_teardown(findings_of_a_node_are_in_the_order_of_its_file, forget),
		cmocka_unit_test_teardown(what_has_to_be_the_same, forget),
		cmocka_unit_test_teardown(signatures_have_to_fit, forget),
		cmocka_unit_test_teardown(numbers_that_only_one_may_have, forget),
		cmocka_unit_test_teardown(state_elects_nobody, forget),
		cmocka_unit_test_teardown(each_instance_is_on_two_nodes, forget),
		cmocka_unit_test_teardown(nobody_has_a_virtual_address_for_itself, forget),
		cmocka_unit_test_teardown(peers_name_each_other, forget),
		cmocka_unit_test_teardown(weights_have_to_move_it, forget),
		cmocka_unit_test_teardown(nothing_is_compared_with_nothing, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
