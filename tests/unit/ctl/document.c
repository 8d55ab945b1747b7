/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The documents of status and explain, against the shapes that docs/control.md promises: whole
 * instances compared as JSON, the sentences of explain by what decides them. */
#include "ctl/document.h"

#include "fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *j = json_loads(text, 0, &error);

	if (!j)
		fail_msg("%s at column %d", error.text, error.column);
	return j;
}

/* Takes both over. */
static void assert_json(json_t *got, json_t *wanted)
{
	char *a, *b;

	if (!json_equal(got, wanted)) {
		a = json_dumps(got, JSON_INDENT(1) | JSON_SORT_KEYS);
		b = json_dumps(wanted, JSON_INDENT(1) | JSON_SORT_KEYS);
		fail_msg("got\n%s\nwanted\n%s", a, b);
	}
	json_decref(got);
	json_decref(wanted);
}

static json_t *counters(uint64_t sent)
{
	json_t *object = json_object();

	for (int c = 0; c < COUNTER_N_; c++)
		if (c != COUNTER_DROP)
			json_object_set_new(object, counter_name((enum counter)c), json_integer(0));
	json_object_set_new(object, "adverts_sent", json_integer((json_int_t)sent));
	return object;
}

static json_t *instance_of(json_t *document, size_t i)
{
	return json_array_get(json_object_get(document, "instances"), i);
}

static void status_has_its_promised_shape(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	json_t *got, *wanted;

	fixture_init(&f, 7);
	row.priority = 200;
	row.effective_priority = 180;
	row.counters[COUNTER_ADVERTS_SENT] = 3;
	fixture_write(&f, 0, &row);
	row = fixture_row(VRRP_STATE_BACKUP);
	row.conditions = 0;
	fixture_write(&f, 1, &row);
	got = ctl_status_document(&f.view, NULL);
	assert_int_equal(json_array_size(json_object_get(got, "instances")), 3);
	wanted = parse("{\"version\":1,\"host\":\"server1\",\"run_dir\":\"/run/vipd\",\"config\":"
		       "{\"file\":\"/etc/keepalived/keepalived.conf\",\"generation\":7,"
		       "\"loaded\":\"2026-01-02T03:04:05.678Z\"},\"instances\":["
		       "{\"name\":\"vrrp_1\",\"state\":\"MASTER\",\"interface\":\"eth0\","
		       "\"vrf\":null,"
		       "\"vrid\":51,\"family\":\"ipv4\",\"protocol\":2,\"priority\":200,"
		       "\"effective_priority\":180,\"addresses\":[\"192.0.2.1/24\"],"
		       "\"excluded_addresses\":[],\"source\":\"192.0.2.12\",\"peers\":[],"
		       "\"master\":{\"address\":\"192.0.2.12\",\"priority\":180},"
		       "\"since\":\"2026-01-02T03:04:06.678Z\",\"readiness\":null,"
		       "\"mute\":null,\"drift\":null,\"deaf\":[],\"rival\":null,"
		       "\"conditions\":[]},"
		       "{\"name\":\"vrrp_2\",\"state\":\"BACKUP\",\"interface\":\"eth1\","
		       "\"vrf\":null,"
		       "\"vrid\":52,\"family\":\"ipv4\",\"protocol\":2,\"priority\":100,"
		       "\"effective_priority\":100,"
		       "\"addresses\":[\"198.51.100.1/24\",\"198.51.100.2/32\"],"
		       "\"excluded_addresses\":[\"203.0.113.9/32\"],"
		       "\"source\":\"192.0.2.12\",\"peers\":[\"192.0.2.11\",\"192.0.2.13\"],"
		       "\"master\":{\"address\":\"192.0.2.11\",\"priority\":200},"
		       "\"since\":\"2026-01-02T03:04:06.678Z\",\"readiness\":null,"
		       "\"mute\":null,\"drift\":null,\"deaf\":[],\"rival\":null,"
		       "\"conditions\":[]},"
		       "{\"name\":\"broken\",\"state\":\"FAULT\",\"interface\":\"eth0\","
		       "\"vrf\":null,"
		       "\"vrid\":51,\"family\":\"ipv4\",\"protocol\":2,\"priority\":50,"
		       "\"effective_priority\":50,\"addresses\":[],\"excluded_addresses\":[],"
		       "\"source\":null,\"peers\":[],"
		       "\"master\":null,\"readiness\":null,"
		       "\"mute\":null,\"drift\":null,\"deaf\":[],\"rival\":null,"
		       "\"since\":\"2026-01-02T03:04:05.678Z\",\"conditions\":["
		       "{\"name\":\"configuration\",\"detail\":\"VRID 51 is used twice on eth0\","
		       "\"since\":\"2026-01-02T03:04:05.678Z\"}]}]}");
	json_object_set_new(instance_of(wanted, 0), "counters", counters(3));
	json_object_set_new(instance_of(wanted, 1), "counters", counters(0));
	json_object_set_new(instance_of(wanted, 2), "counters", counters(0));
	assert_json(got, wanted);
	fixture_fini(&f);
}

static void status_of_one_and_of_none(void **state)
{
	struct fixture f;
	struct ctl_view early = { .host = "h", .run_dir = "/r" };
	json_t *got;

	fixture_init(&f, 1);
	got = ctl_status_document(&f.view, "vrrp_2");
	assert_int_equal(json_array_size(json_object_get(got, "instances")), 1);
	assert_string_equal(json_string_value(json_object_get(instance_of(got, 0), "name")), "vrrp_"
											     "2");
	json_decref(got);
	assert_null(ctl_status_document(&f.view, "vrrp"));
	assert_null(ctl_explain_document(&f.view, "vrrp_11"));
	assert_null(ctl_status_document(&early, "vrrp_1"));
	assert_json(ctl_status_document(&early, NULL), parse("{\"version\":1,\"host\":\"h\",\"run_"
							     "dir\":\"/r\",\"config\":null,"
							     "\"instances\":[]}"));
	assert_json(ctl_explain_document(&early, NULL), parse("{\"version\":1,\"instances\":[]}"));
	fixture_fini(&f);
}

static void conditions_have_names_details_and_times(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_FAULT);
	json_t *got;

	fixture_init(&f, 1);
	row.conditions = 1u << CONDITION_LINK_DOWN | 1u << CONDITION_NO_SOURCE;
	row.condition_since_realtime_us[CONDITION_LINK_DOWN] = FIXTURE_LOADED_US + 2000;
	addr_parse("192.0.2.11", &row.master); /* heard long ago */
	fixture_write(&f, 0, &row);
	got = ctl_status_document(&f.view, "vrrp_1");
	assert_true(json_is_null(json_object_get(instance_of(got, 0), "master")));
	assert_json(json_incref(json_object_get(instance_of(got, 0), "conditions")),
		    parse("[{\"name\":\"link-down\",\"detail\":\"eth0 is down or has no carrier\","
			  "\"since\":\"2026-01-02T03:04:05.680Z\"},"
			  "{\"name\":\"no-source-address\",\"detail\":"
			  "\"eth0 has no IPv4 address of its own to send adverts from\","
			  "\"since\":\"2026-01-02T03:04:05.678Z\"}]"));
	json_decref(got);
	fixture_fini(&f);
}

/* Each condition has a sentence of its own. */
static void every_condition_has_a_detail(void **state)
{
	struct fixture f;
	char details[CONDITION_N_][256];

	fixture_init(&f, 1);
	for (int c = 0; c < CONDITION_N_; c++) {
		struct ctl_instance i;
		struct text t;

		/* The broken one has a reason to tell. */
		ctl_view_instance(&f.view, c == CONDITION_CONFIGURATION ? 2 : 0, &i);
		text_init(&t, details[c], sizeof(details[c]));
		ctl_condition_detail(&i, (enum condition)c, &t);
		assert_true(strlen(details[c]) > 10);
		for (int b = 0; b < c; b++)
			assert_string_not_equal(details[c], details[b]);
	}
	fixture_fini(&f);
}

static void a_row_that_cannot_be_read_is_not_guessed(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	json_t *got;

	fixture_init(&f, 1);
	/* 0: written, 1: its writer died in the middle */
	for (int dead = 0; dead < 2; dead++) {
		fixture_write(&f, 0, &row);
		if (dead)
			seqlock_write_begin(&f.table->slots[0].lock);
		got = ctl_status_document(&f.view, "vrrp_1");
		assert_string_equal(json_string_value(json_object_get(instance_of(got, 0), "stat"
											   "e")),
				    dead ? "INIT" : "MASTER");
		assert_int_equal(
			json_array_size(json_object_get(instance_of(got, 0), "conditions")), dead);
		json_decref(got);
	}
	/* 1 was never written, 0 gets a state that is none. */
	assert_int_equal(ctl_view_state(&f.view, 1), VRRP_STATE_INIT);
	got = ctl_status_document(&f.view, "vrrp_2");
	assert_int_equal(json_array_size(json_object_get(instance_of(got, 0), "conditions")), 1);
	assert_int_equal(json_integer_value(json_object_get(instance_of(got, 0), "effective_"
										 "priority")),
			 100);
	json_decref(got);
	row.state = 77;
	fixture_write(&f, 0, &row);
	assert_int_equal(ctl_view_state(&f.view, 0), VRRP_STATE_INIT);
	json_decref(ctl_explain_document(&f.view, NULL));
	fixture_fini(&f);
}

static void text_that_is_not_utf8_is_shown_all_the_same(void **state)
{
	json_t *t = ctl_text_document("a\xff"
				      "b"),
	       *u = ctl_text_document("gr\xc3\xbc\xc3\x9f");

	assert_string_equal(json_string_value(t), "a?b");
	assert_string_equal(json_string_value(u), "gr\xc3\xbc\xc3\x9f");
	json_decref(t);
	json_decref(u);
}

/* What is made of this row of an instance. */
static json_t *explain(struct fixture *f, uint32_t instance, const struct status_row *row)
{
	static const char *const names[FIXTURE_INSTANCES] = { "vrrp_1", "vrrp_2", "broken" };

	fixture_write(f, instance, row);
	return ctl_explain_document(&f->view, names[instance]);
}

static void assert_summary(struct fixture *f, const struct status_row *row, const char *wanted,
			   long long takeover_ms)
{
	json_t *got = explain(f, 0, row);

	assert_string_equal(json_string_value(json_object_get(got, "summary")), wanted);
	assert_string_equal(json_string_value(json_object_get(got, "name")), "vrrp_1");
	assert_int_equal(json_integer_value(json_object_get(got, "version")), 1);
	if (takeover_ms < 0)
		assert_true(json_is_null(json_object_get(got, "takeover_worst_ms")));
	else
		assert_int_equal(json_integer_value(json_object_get(got, "takeover_worst_ms")),
				 takeover_ms);
	json_decref(got);
}

static void summaries_name_what_decides(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_BACKUP);

	fixture_init(&f, 1);
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 has the higher priority (200 "
		       "against our 100)",
		       3610);
	row.master_priority = 100;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 serves with the same priority "
		       "(100), and an equal one does not take over",
		       3610);
	row.master_priority = 90;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 still serves, with a lower "
		       "priority (90 against our 100): it is about to be replaced",
		       3610);
	row.preempt_at_us = 123456789;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 serves until preempt_delay is "
		       "over, though its priority is lower (90 against our 100)",
		       3610);
	image_instances_mutable(f.image)[0].flags = 0;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 serves and nopreempt leaves it "
		       "there, though its priority is lower (90 against our 100)",
		       3610);
	row.master_priority = 0;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP because 192.0.2.11 has only just said goodbye: "
		       "the heir with the highest priority follows",
		       3610);
	row.master = (struct addr){ 0 };
	row.master_down_us = 3000000;
	assert_summary(&f, &row,
		       "vrrp_1 is BACKUP and has heard no master yet: it serves when none "
		       "is heard for 3 s",
		       3000);
	fixture_fini(&f);
}

static void summaries_of_master_and_of_idle_states(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);

	fixture_init(&f, 1);
	assert_summary(&f, &row,
		       "vrrp_1 is MASTER because no other router was ever heard (our "
		       "priority: 100)",
		       3997);
	row.counters[COUNTER_ADVERTS_RECEIVED] = 1;
	row.reason = VRRP_REASON_MASTER_LEFT;
	assert_summary(&f, &row,
		       "vrrp_1 is MASTER because the master before it said goodbye, and no "
		       "other router with a higher priority is heard (our priority: 100)",
		       3997);
	row.effective_priority = 255;
	assert_summary(&f, &row, "vrrp_1 is MASTER because it owns its addresses (priority 255)",
		       3997);
	row.leaving = 1;
	assert_summary(&f, &row, "vrrp_1 is MASTER and leaves: it says goodbye (priority 0)", 3997);
	row = fixture_row(VRRP_STATE_FAULT);
	row.conditions = 1u << CONDITION_LINK_MISSING | 1u << CONDITION_SOCKET;
	assert_summary(&f, &row,
		       "vrrp_1 is in FAULT because this host cannot serve now: there is no "
		       "interface eth0: it is waited for (and 1 more)",
		       -1);
	row = fixture_row(VRRP_STATE_INIT);
	row.reason = VRRP_REASON_NONE;
	assert_summary(&f, &row, "vrrp_1 is in INIT because it has not started yet", -1);
	row.reason = VRRP_REASON_SHUTDOWN;
	assert_summary(&f, &row, "vrrp_1 is in INIT because it was told to stop", -1);
	fixture_fini(&f);
}

static bool has_reason(const json_t *document, const char *wanted)
{
	const json_t *list = json_object_get(document, "reasons");

	for (size_t i = 0; i < json_array_size(list); i++)
		if (!strcmp(json_string_value(json_array_get(list, i)), wanted))
			return true;
	print_error("no reason \"%s\" in\n%s\n", wanted, json_dumps(list, JSON_INDENT(1)));
	return false;
}

static void reasons_cover_arithmetic_history_and_timers(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_BACKUP);
	json_t *got;

	fixture_init(&f, 1);
	row.effective_priority = 60;
	row.counters[COUNTER_ADVERTS_RECEIVED] = 9;
	row.counters[COUNTER_DROP + VRRP_DROP_AUTH_FAILED] = 12;
	row.counters[COUNTER_DROP + VRRP_DROP_TTL] = 1;
	row.counters[COUNTER_DROP + VRRP_DROP_NOT_RUNNING] = 5;
	got = explain(&f, 0, &row);
	assert_true(has_reason(got, "Priority: 100 is configured, 60 is in effect (-40)."));
	assert_true(has_reason(got, "Last transition: from INIT to BACKUP at "
				    "2026-01-02T03:04:06.678Z, because it started, and listens "
				    "first "
				    "(startup)."));
	assert_true(has_reason(got, "Adverts come every 1 s; a master is given up 3.609 s after "
				    "its "
				    "last one (3 intervals and a skew of 609.375 ms by "
				    "priority)."));
	assert_true(has_reason(got, "12 packets were dropped: a wrong password (from others with "
				    "the "
				    "same VRID)."));
	assert_true(has_reason(got, "1 packet was dropped: a TTL other than 255: they did not come "
				    "from this link."));
	assert_int_equal(json_array_size(json_object_get(got, "reasons")), 5);
	json_decref(got);
	fixture_fini(&f);
}

static void reasons_warn_of_what_looks_wrong(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	struct status_general general = { 0 };
	json_t *got;

	fixture_init(&f, 1);
	row.addresses_wanted = 2;
	row.addresses_present = 1;
	row.conditions = 1u << CONDITION_LINK_DOWN;
	row.condition_since_realtime_us[CONDITION_LINK_DOWN] = FIXTURE_LOADED_US;
	general.strangers_by_cause[VRRP_DROP_VRID] = 4;
	status_write_general(f.table, &general);
	got = explain(&f, 0, &row);
	assert_true(has_reason(got, "Priority: 100 is configured, and nothing changes it."));
	assert_true(has_reason(got, "It sends an advert every 1 s."));
	assert_true(has_reason(got, "1 of its addresses are on this host, 2 should be."));
	assert_true(has_reason(got, "Open condition link-down since 2026-01-02T03:04:05.678Z: eth0 "
				    "is "
				    "down or has no carrier."));
	assert_true(has_reason(got, "No advert of another router was ever taken: a BACKUP sends "
				    "none, so that says nothing about whether there is one, but 4 "
				    "packets carried a VRID that is not configured on their "
				    "link. If another server says MASTER, too, neither hears the "
				    "other: their firewalls have to let IP protocol 112 in."));
	json_decref(got);
	/* All of them: one object each, broken ones too. */
	got = ctl_explain_document(&f.view, NULL);
	assert_int_equal(json_array_size(json_object_get(got, "instances")), 3);
	assert_string_equal(json_string_value(json_object_get(instance_of(got, 2), "summary")),
			    "broken is left out of service because its configuration is broken: "
			    "VRID 51 is used twice on eth0");
	json_decref(got);
	fixture_fini(&f);
}

/* What is before a first claim, and what a claim without it is worth. */
static void readiness_is_told(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_BACKUP);
	json_t *got;

	fixture_init(&f, 2);
	row.master = (struct addr){ ADDR_NONE, { 0 } };
	row.is_unproven = 1;
	got = explain(&f, 1, &row);
	assert_string_equal(json_string_value(json_object_get(got, "summary")),
			    "vrrp_2 is BACKUP and has seen nothing on eth1 yet: it waits for a "
			    "first frame, and then for a master");
	assert_int_equal(json_integer_value(json_object_get(got, "takeover_worst_ms")), 6610);
	assert_true(has_reason(got, "Before it serves: a frame is seen on eth1 (not yet), it has a "
				    "source address (192.0.2.12), and it listens for 3.609 s; "
				    "without one it serves all the same 3 s after that, "
				    "unverified."));
	assert_string_equal(json_string_value(json_object_get(got, "readiness")), "unproven");
	json_decref(got);
	row.is_unproven = 0;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Before it serves: a frame is seen on eth1 (yes), it has a "
				    "source address (192.0.2.12), and it listens for 3.609 s."));
	json_decref(got);
	row = fixture_row(VRRP_STATE_MASTER);
	row.is_unverified = 1;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Unverified: it began to serve before it could know from "
				    "what is seen on eth1 that nobody else does. Either nobody is "
				    "there, or the port of the switch is not open yet (spanning "
				    "tree: make it an edge port)."));
	assert_string_equal(json_string_value(json_object_get(got, "readiness")), "unverified");
	json_decref(got);
	fixture_fini(&f);
}

/* Who is not heard, and what nobody serves, in sentences and as members. */
static void mute_and_drift_are_told(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_BACKUP);
	json_t *got;

	fixture_init(&f, 1);
	row.list_differs = 1;
	row.dark[0] = 2; /* the second; the third is excluded, and in no advert */
	addr_parse("192.0.2.11", &row.master);
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Drift: 192.0.2.11 advertises other addresses than ours; "
				    "nobody serves 198.51.100.2."));
	assert_string_equal(json_string_value(json_array_get(json_object_get(
				    json_object_get(got, "drift"), "dark"), 0)),
			    "198.51.100.2");
	assert_true(json_is_null(json_object_get(got, "mute")));
	json_decref(got);
	row = fixture_row(VRRP_STATE_MASTER);
	row.send_error = EPERM;
	row.send_failing_realtime_us = FIXTURE_LOADED_US;
	row.is_mute = 1;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Mute: adverts have not left this host since "
				    "2026-01-02T03:04:05.678Z: Operation not permitted (an output "
				    "filter that drops protocol 112?); it yields to any router "
				    "that it hears."));
	assert_string_equal(json_string_value(json_object_get(json_object_get(got, "mute"),
							      "error")), "EPERM");
	assert_true(json_is_true(json_object_get(json_object_get(got, "mute"), "all")));
	assert_true(json_is_null(json_object_get(got, "drift")));
	json_decref(got);
	row.send_error = EMSGSIZE;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Mute: adverts have not left this host since "
				    "2026-01-02T03:04:05.678Z: Message too long (an advert with "
				    "all addresses is longer than the MTU of the interface: put "
				    "some into virtual_ipaddress_excluded); it yields to any "
				    "router that it hears."));
	json_decref(got);
	row.send_error = ENETDOWN;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Mute: adverts have not left this host since "
				    "2026-01-02T03:04:05.678Z: Network is down (is the interface "
				    "there, and up?); it yields to any router that it hears."));
	json_decref(got);
	fixture_fini(&f);
}

/* Who may not hear us, as long as it is heard, with the keyword that mends it. */
static void deaf_routers_are_told(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	json_t *got, *deaf;

	fixture_init(&f, 1);
	row.last_advert_us = 1000;
	row.deaf[0].until_us = 999; /* was heard too long ago */
	row.deaf[1].until_us = 1000;
	addr_parse("192.0.2.11", &row.deaf[0].source);
	addr_parse("192.0.2.13", &row.deaf[1].source);
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Deaf: 192.0.2.13 sends the checksums of version 3 without the "
				    "pseudo-header, we with it. Who takes only its own form does "
				    "not hear us, and serves beside us: write `v3_checksum_as_v2` "
				    "here, or remove it there."));
	deaf = json_object_get(got, "deaf");
	assert_int_equal(json_array_size(deaf), 1);
	assert_string_equal(json_string_value(json_array_get(deaf, 0)), "192.0.2.13");
	json_decref(got);
	row.state = VRRP_STATE_FAULT; /* it hears nobody now */
	got = explain(&f, 1, &row);
	assert_int_equal(json_array_size(json_object_get(got, "deaf")), 0);
	json_decref(got);
	fixture_fini(&f);
}

/* Two masters, as the one that is heard sees it, and the one that hears nobody. */
static void who_serves_beside_us_is_told(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	json_t *got, *rival;

	fixture_init(&f, 1);
	row.last_advert_us = 1000;
	row.reason = VRRP_REASON_STARTUP;
	row.counters[COUNTER_ADVERTS_RECEIVED] = 5;
	addr_parse("192.0.2.13", &row.rival.source);
	row.rival.priority = 90;
	row.rival.until_us = 1000;
	row.rival.since_realtime_us = row.since_realtime_us;
	got = explain(&f, 1, &row);
	assert_true(has_reason(got, "Rival: 192.0.2.13, of priority 90, has served beside this "
				    "server since 2026-01-02T03:04:06.678Z: it does not take our "
				    "adverts. Its firewall, or what is between, has to let IP "
				    "protocol 112 in; if they arrive, its own log says why it "
				    "refuses them."));
	rival = json_object_get(got, "rival");
	assert_string_equal(json_string_value(json_object_get(rival, "address")), "192.0.2.13");
	assert_int_equal(json_integer_value(json_object_get(rival, "priority")), 90);
	json_decref(got);
	row.rival.until_us = 999; /* was heard too long ago */
	row.reason = VRRP_REASON_MASTER_SILENT;
	got = explain(&f, 1, &row);
	assert_true(json_is_null(json_object_get(got, "rival")));
	assert_true(has_reason(got, "The master before it fell silent. If that one says MASTER all "
				    "the same, its adverts do not get here: the firewall of this "
				    "host, or what is between, has to let IP protocol 112 in."));
	json_decref(got);
	row.state = VRRP_STATE_BACKUP;
	row.rival.until_us = 1000;
	got = explain(&f, 1, &row);
	assert_true(json_is_null(json_object_get(got, "rival")));
	json_decref(got);
	fixture_fini(&f);
}

/* Against the C library's calendar, which the role itself must not ask. */
static void times_are_those_of_the_calendar(void **state)
{
	static const int64_t instants_us[] = {
		0,
		951782399999999, /* the last second before 2000-02-29 */
		951782400000000,
		4107542400000000, /* 2100-03-01: no leap year */
		1798761599999000, /* 2026-12-31T23:59:59.999 */
		253402300799999999,
	};
	char got[CTL_TIME_SIZE], wanted[CTL_TIME_SIZE], seconds[40];

	for (size_t i = 0; i < 6 + 5000; i++) {
		int64_t us = i < 6 ? instants_us[i] : (int64_t)i * 49999999999983;
		time_t t = (time_t)(us / 1000000);
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(wanted, sizeof(wanted), "%s.%03dZ", seconds, (int)(us / 1000 % 1000));
		if (tm.tm_year + 1900 <= 9999)
			assert_string_equal(ctl_time_print(us, got), wanted);
	}
	assert_string_equal(ctl_time_print(-1, got), "1970-01-01T00:00:00.000Z");
	assert_string_equal(ctl_time_print(INT64_MAX, got), "9999-12-31T23:59:59.999Z");
}

static void durations_are_short(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{ 0, "0 ms" },
		{ 10000, "10 ms" },
		{ 1500, "1.5 ms" },
		{ 999999, "999.999 ms" },
		{ 1000000, "1 s" },
		{ 3609375, "3.609 s" },
		{ 3609500, "3.61 s" },
		{ 100000000, "100 s" },
		{ INT64_MAX, "9223372036854.776 s" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[64];
		struct text t;

		text_init(&t, buffer, sizeof(buffer));
		ctl_duration_add(&t, rows[i].us);
		assert_string_equal(buffer, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_has_its_promised_shape),
		cmocka_unit_test(status_of_one_and_of_none),
		cmocka_unit_test(conditions_have_names_details_and_times),
		cmocka_unit_test(every_condition_has_a_detail),
		cmocka_unit_test(a_row_that_cannot_be_read_is_not_guessed),
		cmocka_unit_test(text_that_is_not_utf8_is_shown_all_the_same),
		cmocka_unit_test(summaries_name_what_decides),
		cmocka_unit_test(summaries_of_master_and_of_idle_states),
		cmocka_unit_test(reasons_cover_arithmetic_history_and_timers),
		cmocka_unit_test(reasons_warn_of_what_looks_wrong),
		cmocka_unit_test(readiness_is_told),
		cmocka_unit_test(mute_and_drift_are_told),
		cmocka_unit_test(deaf_routers_are_told),
		cmocka_unit_test(who_serves_beside_us_is_told),
		cmocka_unit_test(times_are_those_of_the_calendar),
		cmocka_unit_test(durations_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
