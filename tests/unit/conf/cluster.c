/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit between the nodes of a cluster. */
#include "world.h"

#define NODES 3

static struct conf *nodes[NODES];
static struct conf_cluster *cluster;

static void compare(const char *a, const char *b, const char *c)
{
	const char *const texts[NODES] = { a, b, c };
	size_t count = 0;

	for (; count < NODES && texts[count]; count++)
		nodes[count] = load_text(texts[count]);
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
	"\n virtual_ipaddress {\n" addresses " }\n}\n"
#define ONE " 192.0.2.1/24\n"
#define TWO " 192.0.2.2/24\n"
#define THREE " 192.0.2.3/24\n"

static void what_fits_is_not_mentioned(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE TWO), INSTANCE("b", "eth0", "1", ONE TWO),
		INSTANCE("a", "eth1", "1", THREE) INSTANCE("c", "eth0", "2", THREE));
	assert_int_equal(conf_cluster_finding_count(cluster), 0);
	assert_null(conf_cluster_finding(cluster, 0));
	assert_int_equal(conf_cluster_finding_overflow(cluster), 0);
}

static void other_addresses_are_an_error(void **state)
{
	compare("\n" INSTANCE("a", "eth0", "1", ONE TWO), INSTANCE("a", "eth0", "1", ONE THREE),
		INSTANCE("a", "eth0", "1", ONE));
	assert_int_equal(conf_cluster_finding_count(cluster), 2);
	assert_found(0, "cluster-addresses", 6,
		     "192.0.2.3 is not on the other node, which has 192.0.2.2 in t.conf:7");
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, CONF_ERROR);
	assert_string_equal(conf_cluster_finding(cluster, 0)->source, " 192.0.2.3/24");
	assert_found(1, "cluster-addresses", 1,
		     "192.0.2.2 is missing, which the other node has in t.conf:7");
}

static void what_is_only_in_the_later_one_is_found_too(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE), INSTANCE("a", "eth0", "1", ONE TWO), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-addresses", 6, "192.0.2.2 is not on the other node, in t.conf:1");
}

static void another_order_is_a_hint(void **state)
{
	compare(INSTANCE("a", "eth0", "1", ONE TWO THREE),
		INSTANCE("a", "eth0", "1", ONE THREE TWO), NULL);
	assert_int_equal(conf_cluster_finding_count(cluster), 1);
	assert_found(0, "cluster-address-order", 6, "another order in t.conf:6");
	assert_int_equal(conf_cluster_finding(cluster, 0)->severity, CONF_HINT);
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
	assert_int_equal(conf_cluster_finding_count(cluster), 2);
	assert_found(0, "cluster-addresses", 5, "b: 192.0.2.3 is not");
	assert_found(1, "cluster-addresses", 12, "a: 192.0.2.9 is not");
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
		cmocka_unit_test_teardown(links_may_have_other_names, forget),
		cmocka_unit_test_teardown(findings_of_a_node_are_in_the_order_of_its_file, forget),
		cmocka_unit_test_teardown(nothing_is_compared_with_nothing, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
