/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conditions of wait, and what one request gets. */
#include "ctl/ctl.h"

#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum ctl_verdict judge(const struct fixture *f, const char *condition)
{
	const char *why = NULL;
	enum ctl_verdict verdict = ctl_condition(&f->view, condition, &why);

	/* A reason for nonsense, and only for that. */
	assert_int_equal(why != NULL, verdict == CTL_NONSENSE);
	return verdict;
}

static void states_are_compared(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);

	fixture_init(&f, 1);
	fixture_write(&f, 0, &row);
	assert_int_equal(judge(&f, "vrrp_1=MASTER"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "vrrp_1=master"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "vrrp_1=BACKUP"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "vrrp_2=MASTER"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "vrrp_2=INIT"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "broken=FAULT"), CTL_FULFILLED);
	fixture_fini(&f);
}

static void all_means_every_one(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_FAULT);

	fixture_init(&f, 1);
	fixture_write(&f, 0, &row);
	assert_int_equal(judge(&f, "all=FAULT"), CTL_NOT_YET);
	fixture_write(&f, 1, &row);
	assert_int_equal(judge(&f, "all=FAULT"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "all=MASTER"), CTL_NOT_YET);
	f.image->instance_count = 0;
	assert_int_equal(judge(&f, "all=FAULT"), CTL_NONSENSE);
	fixture_fini(&f);
}

static void readiness_is_the_commit(void **state)
{
	struct fixture f;

	fixture_init(&f, 4);
	assert_int_equal(judge(&f, "ready"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "generation>3"), CTL_NOT_YET);
	f.table->committed = 1;
	assert_int_equal(judge(&f, "ready"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "generation>3"), CTL_FULFILLED);
	assert_int_equal(judge(&f, "generation>4"), CTL_NOT_YET);
	fixture_fini(&f);
}

static void nonsense_is_said_to_be(void **state)
{
	static const char *const nonsense[] = {
		"",
		"=",
		"=MASTER",
		"vrrp_1",
		"vrrp_1=",
		"vrrp_1=MASTERS",
		"vrrp_3=MASTER",
		"generation>",
		"generation>x",
		"generation>-1",
		"generation> 1",
		"generation>1x",
		"generation>99999999999999999999",
		"readyy",
		"allx=INIT",
		"al=INIT",
		"all",
		"all=",
		"vrrp_1=MASTER ",
	};
	struct fixture f;
	char *endless = malloc(70000);

	fixture_init(&f, 1);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		assert_int_equal(judge(&f, nonsense[i]), CTL_NONSENSE);
	memset(endless, 'x', 70000);
	strcpy(endless + 69000, "=MASTER");
	assert_int_equal(judge(&f, endless), CTL_NONSENSE);
	free(endless);
	/* Without a configuration names are not known to be wrong yet. */
	f.view.image = NULL;
	f.view.table = NULL;
	assert_int_equal(judge(&f, "vrrp_3=MASTER"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "all=MASTER"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "ready"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "generation>0"), CTL_NOT_YET);
	assert_int_equal(judge(&f, "vrrp_1=MASTERS"), CTL_NONSENSE);
	fixture_fini(&f);
}

static enum ctl_outcome ask(const struct fixture *f, const char *text, json_t **ret_answer)
{
	json_t *request = json_loads(text, JSON_DECODE_ANY, NULL);
	enum ctl_outcome outcome;

	assert_non_null(request);
	*ret_answer = NULL;
	outcome = ctl_request_answer(&f->view, request, ret_answer);
	assert_int_equal(*ret_answer == NULL, outcome == CTL_HELD);
	if (*ret_answer)
		assert_int_equal(json_integer_value(json_object_get(*ret_answer, "version")), 1);
	json_decref(request);
	return outcome;
}

static void assert_error(const struct fixture *f, const char *text, const char *code)
{
	json_t *answer;

	assert_int_equal(ask(f, text, &answer), CTL_ANSWERED);
	assert_non_null(json_string_value(json_object_get(answer, "error")));
	assert_string_equal(json_string_value(json_object_get(answer, "code")), code);
	json_decref(answer);
}

static void foreign_requests_get_errors(void **state)
{
	struct fixture f;

	fixture_init(&f, 1);
	assert_error(&f, "null", "bad-request");
	assert_error(&f, "[]", "bad-request");
	assert_error(&f, "\"status\"", "bad-request");
	assert_error(&f, "{}", "bad-request");
	assert_error(&f, "{\"command\":\"status\"}", "bad-request");
	assert_error(&f, "{\"version\":2,\"command\":\"status\"}", "bad-request");
	assert_error(&f, "{\"version\":1}", "bad-request");
	assert_error(&f, "{\"version\":1,\"command\":7}", "bad-request");
	assert_error(&f, "{\"version\":1,\"command\":\"stop\"}", "bad-request");
	assert_error(&f, "{\"version\":1,\"command\":\"status\",\"name\":[]}", "bad-request");
	assert_error(&f, "{\"version\":1,\"command\":\"status\",\"name\":\"x\"}",
		     "no-such-instance");
	assert_error(&f, "{\"version\":1,\"command\":\"explain\",\"name\":\"\"}",
		     "no-such-instance");
	assert_error(&f, "{\"version\":1,\"command\":\"wait\"}", "not-a-condition");
	assert_error(&f, "{\"version\":1,\"command\":\"wait\",\"condition\":[]}", "bad-request");
	assert_error(&f, "{\"version\":1,\"command\":\"wait\",\"condition\":[1]}",
		     "not-a-condition");
	assert_error(&f, "{\"version\":1,\"command\":\"wait\",\"condition\":\"x=MASTER\"}",
		     "not-a-condition");
	/* Nonsense behind one that is only not true yet. */
	assert_error(&f, "{\"version\":1,\"command\":\"wait\",\"condition\":[\"ready\",\"x\"]}",
		     "not-a-condition");
	fixture_fini(&f);
}

static void too_many_conditions_are_refused(void **state)
{
	struct fixture f;
	char text[4096] = "{\"version\":1,\"command\":\"wait\",\"condition\":[\"ready\"";
	json_t *answer;

	fixture_init(&f, 1);
	for (int i = 1; i < CTL_CONDITIONS; i++)
		strcat(text, ",\"ready\"");
	strcat(text, "]}");
	assert_int_equal(ask(&f, text, &answer), CTL_HELD);
	strcpy(text + strlen(text) - 2, ",\"ready\"]}");
	assert_error(&f, text, "bad-request");
	fixture_fini(&f);
}

static void requests_are_answered_held_or_watched(void **state)
{
	struct fixture f;
	struct status_row row = fixture_row(VRRP_STATE_MASTER);
	json_t *answer, *wanted;

	fixture_init(&f, 1);
	assert_int_equal(ask(&f, "{\"version\":1,\"command\":\"status\",\"new\":1}", &answer),
			 CTL_ANSWERED);
	assert_non_null(json_object_get(answer, "instances"));
	json_decref(answer);
	assert_int_equal(ask(&f,
			     "{\"version\":1,\"command\":\"status\",\"name\":null,"
			     "\"watch\":true}",
			     &answer),
			 CTL_WATCHED);
	json_decref(answer);
	assert_int_equal(
		ask(&f, "{\"version\":1,\"command\":\"explain\",\"name\":\"vrrp_1\"}", &answer),
		CTL_ANSWERED);
	assert_non_null(json_object_get(answer, "summary"));
	json_decref(answer);
	assert_int_equal(ask(&f,
			     "{\"version\":1,\"command\":\"wait\",\"condition\":"
			     "[\"vrrp_1=MASTER\",\"vrrp_2=INIT\"]}",
			     &answer),
			 CTL_HELD);
	fixture_write(&f, 0, &row);
	assert_int_equal(ask(&f,
			     "{\"version\":1,\"command\":\"wait\",\"condition\":"
			     "[\"vrrp_1=MASTER\",\"vrrp_2=INIT\"]}",
			     &answer),
			 CTL_ANSWERED);
	wanted = json_loads("{\"version\":1,\"condition\":[\"vrrp_1=MASTER\",\"vrrp_2=INIT\"],"
			    "\"fulfilled\":true}",
			    0, NULL);
	assert_true(json_equal(answer, wanted));
	json_decref(wanted);
	json_decref(answer);
	fixture_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_compared),
		cmocka_unit_test(all_means_every_one),
		cmocka_unit_test(readiness_is_the_commit),
		cmocka_unit_test(nonsense_is_said_to_be),
		cmocka_unit_test(foreign_requests_get_errors),
		cmocka_unit_test(too_many_conditions_are_refused),
		cmocka_unit_test(requests_are_answered_held_or_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
