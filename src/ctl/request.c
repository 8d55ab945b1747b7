/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What one request gets: a document, an error, or patience.
 *
 * A table of commands. The request is foreign: its JSON may be anything, so every member is looked
 * at before it is used, members that we do not know are passed over (a newer vipctl may send them),
 * and another version is refused. Nothing is remembered between requests; who holds a `wait` open
 * asks again with the same request after every change. */
#include "ctl/document.h"

#include <string.h>

json_t *ctl_error_document(const char *code, const char *text)
{
	json_t *document = ctl_document();

	json_object_set_new(document, "error", ctl_text_document(text));
	json_object_set_new(document, "code", json_string(code));
	return document;
}

static enum ctl_outcome fail(const char *code, const char *text, json_t **ret_answer)
{
	*ret_answer = ctl_error_document(code, text);
	return CTL_ANSWERED;
}

static enum ctl_outcome fail_name(const struct ctl_view *view, const char *name,
				  json_t **ret_answer)
{
	char buffer[LIMIT_NAME * 2];
	struct text t;

	text_init(&t, buffer, sizeof(buffer));
	text_add(&t, "there is no instance \"%.*s\"%s", LIMIT_NAME, name,
		 view->image ? "" : ": no configuration is in force yet");
	return fail("no-such-instance", buffer, ret_answer);
}

static enum ctl_outcome answer_status(const struct ctl_view *view, const json_t *request,
				      const char *name, json_t **ret_answer)
{
	json_t *document = ctl_status_document(view, name);

	if (!document)
		return fail_name(view, name, ret_answer);
	*ret_answer = document;
	return json_is_true(json_object_get(request, "watch")) ? CTL_WATCHED : CTL_ANSWERED;
}

static enum ctl_outcome answer_explain(const struct ctl_view *view, const json_t *request,
				       const char *name, json_t **ret_answer)
{
	json_t *document = ctl_explain_document(view, name);

	if (!document)
		return fail_name(view, name, ret_answer);
	*ret_answer = document;
	return CTL_ANSWERED;
}

static enum ctl_verdict judge(const struct ctl_view *view, const json_t *one, json_t **ret_answer)
{
	const char *condition = json_string_value(one);
	const char *why = "not a condition";
	enum ctl_verdict verdict = CTL_NONSENSE;
	char buffer[LIMIT_NAME * 2];
	struct text t;

	if (condition)
		verdict = ctl_condition(view, condition, &why);
	if (verdict != CTL_NONSENSE)
		return verdict;
	text_init(&t, buffer, sizeof(buffer));
	text_add(&t, "\"%.*s\": %s", LIMIT_NAME, condition ? condition : "", why);
	fail("not-a-condition", buffer, ret_answer);
	return verdict;
}

/* All must hold at the same time. Each is judged, so that nonsense behind a condition that is not
 * true yet is said at once. */
static enum ctl_outcome answer_wait(const struct ctl_view *view, const json_t *request,
				    const char *name, json_t **ret_answer)
{
	json_t *condition = json_object_get(request, "condition");
	size_t count = json_is_array(condition) ? json_array_size(condition) : 1;
	bool is_fulfilled = true;

	if (count == 0 || count > CTL_CONDITIONS)
		return fail("bad-request", "a wait has 1 to 64 conditions", ret_answer);
	for (size_t i = 0; i < count; i++) {
		const json_t *one =
			json_is_array(condition) ? json_array_get(condition, i) : condition;

		switch (judge(view, one, ret_answer)) {
		case CTL_NONSENSE:
			return CTL_ANSWERED;
		case CTL_NOT_YET:
			is_fulfilled = false;
			break;
		case CTL_FULFILLED:
			break;
		}
	}
	if (!is_fulfilled)
		return CTL_HELD;
	*ret_answer = ctl_document();
	json_object_set(*ret_answer, "condition", condition);
	json_object_set_new(*ret_answer, "fulfilled", json_true());
	return CTL_ANSWERED;
}

static const struct {
	const char *name;
	enum ctl_outcome (*answer)(const struct ctl_view *view, const json_t *request,
				   const char *name, json_t **ret_answer);
} commands[] = {
	{ "status", answer_status },
	{ "explain", answer_explain },
	{ "wait", answer_wait },
};

enum ctl_outcome ctl_request_answer(const struct ctl_view *view, const json_t *request,
				    json_t **ret_answer)
{
	const char *command = json_string_value(json_object_get(request, "command"));
	const json_t *name = json_object_get(request, "name");

	if (!json_is_object(request))
		return fail("bad-request", "a request is a JSON object", ret_answer);
	if (json_integer_value(json_object_get(request, "version")) != 1)
		return fail("bad-request", "this daemon speaks version 1 of the control protocol",
			    ret_answer);
	if (!command)
		return fail("bad-request", "a request has a \"command\"", ret_answer);
	if (name && !json_is_null(name) && !json_is_string(name))
		return fail("bad-request", "\"name\" is a string or null", ret_answer);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(command, commands[i].name))
			return commands[i].answer(view, request, json_string_value(name),
						  ret_answer);
	return fail("bad-request", "unknown command: status, explain or wait", ret_answer);
}
