/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The comparison of two configurations: what differs in effect, at which places, and what is said
 * of a reload. Whether the daemon does so is the test beside (diff_node.c). */
#include "world.h"

static struct conf *before, *after;
static struct conf_diff *diff;

static void compare(const char *a, const char *b)
{
	before = load_text(a);
	after = load_text(b);
	diff = conf_diff(before, after);
	assert_non_null(diff);
}

static int forget(void **state)
{
	conf_diff_free(diff);
	conf_free(before);
	conf_free(after);
	before = after = NULL;
	diff = NULL;
	return 0;
}

static const char *word_of(const struct conf_shown *shown)
{
	return shown && shown->word_count ? shown->words[0] : "";
}

/* The difference of this keyword with this first word, before or after. */
static const struct conf_difference *find(const char *keyword, const char *word)
{
	for (size_t i = 0; i < conf_diff_count(diff); i++) {
		const struct conf_difference *x = conf_diff_at(diff, i);
		const struct conf_shown *one = x->after ? x->after : x->before;

		if (strcmp(one->keyword, keyword) == 0 &&
		    (strcmp(word_of(x->before), word) == 0 || strcmp(word_of(x->after), word) == 0))
			return x;
	}
	fail_msg("no difference %s %s", keyword, word);
	return NULL;
}

static bool says(const struct conf_difference *x, const char *part)
{
	for (size_t i = 0; i < x->effect_count; i++)
		if (strstr(x->effects[i], part))
			return true;
	return false;
}

#define assert_says(x, part)                                                        \
	do {                                                                        \
		const struct conf_difference *said = x;                             \
		if (!says(said, part))                                              \
			fail_msg("it says \"%s\", not \"%s\"",                      \
				 said->effect_count ? said->effects[0] : "", part); \
	} while (0)

static void assert_counts(unsigned added, unsigned removed, unsigned replaced, unsigned changed,
			  unsigned untouched)
{
	struct conf_diff_counts n = conf_diff_counts(diff);

	assert_int_equal(n.added, added);
	assert_int_equal(n.removed, removed);
	assert_int_equal(n.replaced, replaced);
	assert_int_equal(n.changed, changed);
	assert_int_equal(n.untouched, untouched);
}

#define ADDRESSES(lines) " virtual_ipaddress {\n" lines " }\n"
#define INSTANCE(name, vrid, rest) \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id " vrid "\n" rest "}\n"
#define ONE " 192.0.2.1/24\n"
#define TWO " 192.0.2.2/24\n"
#define THREE " 192.0.2.3/24\n"

static void effect_counts_and_not_the_text(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) "global_defs {\n router_id host-1\n}\n",
		"# moved\n\n" INSTANCE("a", "0x1 ", " priority 100\n advert_int 1\n preempt\n"
				       ADDRESSES(" 192.0.2.1/24 scope global\n")));
	/* 0x1 is no VRID: so this one differs after all. */
	assert_int_not_equal(conf_diff_count(diff), 0);
	forget(state);
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) "global_defs {\n router_id host-1\n}\n",
		"# moved\n\n" INSTANCE("a", "1", " priority 100\n advert_int 1\n preempt\n"
				       ADDRESSES(" 192.0.2.1/24 scope global\n")));
	assert_int_equal(conf_diff_count(diff), 0);
	assert_counts(0, 0, 0, 0, 1);
	assert_null(conf_diff_at(diff, 0));
	assert_null(conf_diff_refusal(diff));
}

static void a_changed_value_has_both_places(void **state)
{
	const struct conf_difference *x;

	compare(INSTANCE("a", "1", " priority 10\n" ADDRESSES(ONE)) INSTANCE("b", "2", ""),
		"\n" INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("b", "2", ""));
	assert_int_equal(conf_diff_count(diff), 2);
	x = conf_diff_at(diff, 0);
	assert_true(x->is_block);
	assert_int_equal(x->depth, 0);
	assert_int_equal(x->before->line, 1);
	assert_int_equal(x->after->line, 2);
	assert_says(x, "goes on");
	assert_int_equal(x->effect_count, 1);
	x = conf_diff_at(diff, 1);
	assert_int_equal(x->kind, CONF_CHANGED);
	assert_int_equal(x->depth, 1);
	assert_string_equal(x->before->words[0], "10");
	assert_string_equal(x->after->words[0], "100");
	assert_int_equal(x->before->line, 4);
	assert_int_equal(x->before->origin, CONF_WRITTEN);
	assert_int_equal(x->after->origin, CONF_DEFAULT);
	assert_says(x, "next advert");
	assert_counts(0, 0, 0, 1, 1);
}

static void what_is_inherited_differs_where_it_counts(void **state)
{
	compare("global_defs {\n vrrp_garp_master_repeat 2\n}\n" INSTANCE("a", "1", ADDRESSES(ONE))
			INSTANCE("b", "2", " garp_master_repeat 7\n" ADDRESSES(TWO)),
		"global_defs {\n vrrp_garp_master_repeat 3\n}\n" INSTANCE("a", "1", ADDRESSES(ONE))
			INSTANCE("b", "2", " garp_master_repeat 7\n" ADDRESSES(TWO)));
	assert_says(find("vrrp_garp_master_repeat", "3"), "do not say theirs");
	assert_int_equal(find("garp_master_repeat", "3")->after->origin, CONF_INHERITED);
	assert_int_equal(find("garp_master_repeat", "3")->after->line, 2);
	/* The other one has its garp_lower_prio_repeat from there. */
	assert_non_null(find("garp_lower_prio_repeat", "3"));
	assert_counts(0, 0, 0, 2, 0);
}

static void a_renamed_instance_goes_on(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("b", "2", ADDRESSES(TWO)),
		INSTANCE("b", "1", ADDRESSES(ONE)) INSTANCE("a", "2", ADDRESSES(TWO)));
	/* They changed names, not each other's place. */
	assert_int_equal(conf_diff_count(diff), 2);
	assert_says(find("vrrp_instance", "a"), "goes on");
	assert_says(find("vrrp_instance", "a"), "renamed: log and scripts call it b, no longer a");
	assert_counts(0, 0, 0, 2, 0);
}

static void another_vrid_is_another_instance(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE)), INSTANCE("a", "2", ADDRESSES(ONE)));
	assert_says(find("vrrp_instance", "a"), "eth0 VRID 2, before eth0 VRID 1");
	assert_says(find("vrrp_instance", "a"), "the old one: where it is MASTER");
	assert_says(find("vrrp_instance", "a"), "the new one: starts as BACKUP");
	assert_int_equal(find("virtual_router_id", "2")->effect_count, 0);
	assert_counts(0, 0, 1, 0, 0);
}

/* Where several have one number their names count, too. */
static void a_shared_number_goes_with_a_name(void **state)
{
#define IN_GROUP(name, group, vip)                                                          \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id 7\n mcast_dst_ip " group \
	"\n virtual_ipaddress {\n  " vip "\n }\n}\n"
	compare(IN_GROUP("a", "224.0.0.19", "192.0.2.1") IN_GROUP("b", "224.0.0.20", "192.0.2.2"),
		IN_GROUP("b", "224.0.0.20", "192.0.2.2") IN_GROUP("a", "224.0.0.21", "192.0.2.1"));
	assert_counts(0, 0, 0, 1, 1);
	forget(state);
	compare(IN_GROUP("a", "224.0.0.19", "192.0.2.1") IN_GROUP("b", "224.0.0.20", "192.0.2.2"),
		IN_GROUP("c", "224.0.0.19", "192.0.2.1"));
	assert_counts(1, 2, 0, 0, 0);
}

/* One number in both families is two virtual routers; without addresses other words tell them. */
static void the_family_is_part_of_an_instance(void **state)
{
#define NONE " version 3\n no_virtual_ipaddress\n"
	compare(INSTANCE("a", "1", NONE) INSTANCE("b", "1", NONE " native_ipv6\n"),
		INSTANCE("c", "1", NONE " native_ipv6\n") INSTANCE("d", "1", NONE));
	assert_counts(0, 0, 0, 2, 0);
	forget(state);
	compare(INSTANCE("a", "1", NONE), INSTANCE("a", "1", NONE " native_ipv6\n"));
	assert_counts(0, 0, 1, 0, 0);
}

static void peers_and_groups_have_to_change_together(void **state)
{
#define PEERS(list) " unicast_peer {\n" list " }\n" ADDRESSES(ONE)
	compare(INSTANCE("a", "1", PEERS(" 192.0.2.2\n")),
		INSTANCE("a", "1", PEERS(" 192.0.2.2\n 192.0.2.3\n")));
	assert_says(find("unicast_peer", "192.0.2.3"), "is not heard: change all servers together");
	assert_counts(0, 0, 0, 1, 0);
	forget(state);
	compare(INSTANCE("a", "1", ADDRESSES(ONE)),
		INSTANCE("a", "1", " mcast_dst_ip 224.0.0.9\n" ADDRESSES(ONE)));
	assert_says(find("mcast_dst_ip", "224.0.0.9"), "change all servers together");
}

static void instances_come_and_go(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("b", "2", ADDRESSES(TWO)),
		INSTANCE("c", "3", " priority 255\n" ADDRESSES(THREE)) INSTANCE("d", "4", "")
			INSTANCE("a", "1", ADDRESSES(ONE)));
	assert_int_equal(find("vrrp_instance", "b")->kind, CONF_REMOVED);
	assert_null(find("vrrp_instance", "b")->after);
	assert_says(find("vrrp_instance", "b"), "farewell");
	assert_int_equal(find("vrrp_instance", "c")->kind, CONF_ADDED);
	assert_says(find("vrrp_instance", "c"), "the owner, MASTER at once");
	assert_says(find("vrrp_instance", "d"), "starts as BACKUP");
	/* What is written in a new one is named, defaults are not. */
	assert_int_equal(find("virtual_router_id", "3")->kind, CONF_ADDED);
	assert_int_equal(find("virtual_ipaddress", "192.0.2.3/24")->depth, 1);
	for (size_t i = 0; i < conf_diff_count(diff); i++)
		assert_true(conf_diff_at(diff, i)->is_block ||
			    !conf_diff_at(diff, i)->after ||
			    conf_diff_at(diff, i)->after->origin != CONF_DEFAULT);
	assert_counts(2, 1, 0, 0, 1);
}

static void addresses_come_go_and_move(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE TWO)) INSTANCE("b", "2", ADDRESSES(THREE))
			INSTANCE("c", "3", ADDRESSES(" 192.0.2.7/24\n")),
		INSTANCE("a", "1", ADDRESSES(ONE " 192.0.2.4/24\n 192.0.2.5/24\n" THREE
						 " 192.0.2.7/24\n"))
			INSTANCE("b", "2", ""));
	/* That of an instance that ends goes with it: it is new here. */
	assert_says(find("vrrp_instance", "a"), "3 addresses are added, and announced");
	assert_says(find("vrrp_instance", "a"), "1 address is taken away");
	assert_says(find("vrrp_instance", "a"), "1 address comes from another instance");
	assert_says(find("vrrp_instance", "b"), "1 address goes to another instance");
	assert_int_equal(find("virtual_ipaddress", "192.0.2.4/24")->kind, CONF_ADDED);
	assert_int_equal(find("virtual_ipaddress", "192.0.2.4/24")->effect_count, 0);
	assert_int_equal(find("virtual_ipaddress", "192.0.2.2/24")->kind, CONF_REMOVED);
	assert_says(find("virtual_ipaddress", "192.0.2.7/24"), "c had it, which ends");
}

static void an_address_that_is_there_is_not_touched(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE TWO)),
		INSTANCE("a", "1", ADDRESSES(" 192.0.2.1/24 label eth0:1\n")
				   " virtual_ipaddress_excluded {\n" TWO " }\n"));
	assert_says(find("virtual_ipaddress", "192.0.2.1/24"), "added the next time");
	assert_says(find("virtual_ipaddress", "192.0.2.2/24"), "the address itself stays");
	assert_says(find("virtual_ipaddress_excluded", "192.0.2.2/24"),
		    "the address itself stays");
	assert_int_equal(find("vrrp_instance", "a")->effect_count, 1);
	forget(state);
	/* Another length or another interface is another address. */
	compare(INSTANCE("a", "1", ADDRESSES(ONE TWO)),
		INSTANCE("a", "1", ADDRESSES(" 192.0.2.1/25\n 192.0.2.2/24 dev eth1\n")));
	assert_says(find("vrrp_instance", "a"), "2 addresses are added");
	assert_says(find("vrrp_instance", "a"), "2 addresses are taken away");
	assert_says(find("virtual_ipaddress", "192.0.2.2/24"), "from the one interface");
}

static void another_order_is_said_once(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE TWO THREE)),
		INSTANCE("a", "1", ADDRESSES(THREE TWO ONE)));
	assert_int_equal(conf_diff_count(diff), 2);
	assert_int_equal(conf_diff_at(diff, 1)->kind, CONF_REORDERED);
	assert_int_equal(find("vrrp_instance", "a")->effect_count, 1);
	forget(state);
	/* A new line in between is no other order. */
	compare(INSTANCE("a", "1", ADDRESSES(ONE THREE)),
		INSTANCE("a", "1", ADDRESSES(ONE TWO THREE)));
	assert_int_equal(conf_diff_count(diff), 2);
	assert_int_equal(conf_diff_at(diff, 1)->kind, CONF_ADDED);
}

#define PASSWORD(word) " authentication {\n auth_type PASS\n auth_pass " word "\n }\n"

static void passwords_have_to_change_together(void **state)
{
	compare(INSTANCE("a", "1", PASSWORD("one") ADDRESSES(ONE)),
		INSTANCE("a", "1", PASSWORD("two") ADDRESSES(ONE)));
	assert_true(find("auth_pass", "two")->after->is_secret);
	assert_int_equal(find("auth_pass", "two")->depth, 2);
	assert_says(find("auth_pass", "two"), "change all servers together");
	assert_int_equal(find("authentication", "")->effect_count, 0);
	forget(state);
	/* Eight octets count. */
	compare(INSTANCE("a", "1", PASSWORD("12345678x") ADDRESSES(ONE)),
		INSTANCE("a", "1", PASSWORD("12345678y") ADDRESSES(ONE)));
	assert_int_equal(conf_diff_count(diff), 0);
}

static void a_broken_instance_is_a_refused_reload(void **state)
{
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("b", "2", ADDRESSES(TWO)),
		INSTANCE("a", "300", ADDRESSES(ONE)) INSTANCE("b", "2", ADDRESSES(TWO)));
	assert_non_null(strstr(conf_diff_refusal(diff), "a cannot run: "));
	assert_non_null(strstr(conf_diff_refusal(diff), "(t.conf:1)"));
	assert_says(find("vrrp_instance", "a"), "cannot run: ");
	assert_counts(0, 1, 0, 0, 1);
	forget(state);
	compare(INSTANCE("a", "300", ADDRESSES(ONE)), INSTANCE("a", "1", ADDRESSES(ONE)));
	assert_null(conf_diff_refusal(diff));
	assert_says(find("vrrp_instance", "a"), "new, it could not run before: starts as BACKUP");
	assert_counts(1, 0, 0, 0, 0);
	forget(state);
	compare(INSTANCE("a", "1", ADDRESSES(ONE)), INSTANCE("a", "0", ADDRESSES(ONE)));
	assert_non_null(strstr(conf_diff_refusal(diff), "no instance"));
}

static void what_has_one_key_is_matched_in_its_order(void **state)
{
	/* The second of one name is broken, and still compared with the second. */
	compare(INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("a", "2", " priority 5\n")
			INSTANCE("a", "3", " priority 6\n"),
		INSTANCE("a", "1", ADDRESSES(ONE)) INSTANCE("a", "2", " priority 5\n")
			INSTANCE("a", "3", " priority 7\n"));
	assert_string_equal(find("priority", "7")->before->words[0], "6");
	assert_int_equal(conf_diff_count(diff), 2);
	assert_says(conf_diff_at(diff, 0), "could not run before, and cannot now");
}

static void a_thousand_times_the_size_is_compared_in_no_time(void **state)
{
	const int count = 16000;
	char *texts[2], *end;

	for (int side = 0; side < 2; side++) {
		texts[side] = malloc((size_t)count * 160);
		assert_non_null(texts[side]);
		end = texts[side];
		for (int i = 0; i < count; i++)
			end += sprintf(end,
				       "vrrp_instance %c%d {\n interface eth%d\n "
				       "virtual_router_id %d\n virtual_ipaddress {\n "
				       "10.%d.%d.1/24\n}\n}\n",
				       'a' + side, i, i / 250, i % 250 + 1, i / 250,
				       (i + side) % 250);
	}
	compare(texts[0], texts[1]);
	assert_counts(0, 0, 0, (unsigned)count, 0);
	free(texts[0]);
	free(texts[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(effect_counts_and_not_the_text, forget),
		cmocka_unit_test_teardown(a_changed_value_has_both_places, forget),
		cmocka_unit_test_teardown(what_is_inherited_differs_where_it_counts, forget),
		cmocka_unit_test_teardown(a_renamed_instance_goes_on, forget),
		cmocka_unit_test_teardown(another_vrid_is_another_instance, forget),
		cmocka_unit_test_teardown(a_shared_number_goes_with_a_name, forget),
		cmocka_unit_test_teardown(the_family_is_part_of_an_instance, forget),
		cmocka_unit_test_teardown(peers_and_groups_have_to_change_together, forget),
		cmocka_unit_test_teardown(instances_come_and_go, forget),
		cmocka_unit_test_teardown(addresses_come_go_and_move, forget),
		cmocka_unit_test_teardown(an_address_that_is_there_is_not_touched, forget),
		cmocka_unit_test_teardown(another_order_is_said_once, forget),
		cmocka_unit_test_teardown(passwords_have_to_change_together, forget),
		cmocka_unit_test_teardown(a_broken_instance_is_a_refused_reload, forget),
		cmocka_unit_test_teardown(what_has_one_key_is_matched_in_its_order, forget),
		cmocka_unit_test_teardown(a_thousand_times_the_size_is_compared_in_no_time, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
