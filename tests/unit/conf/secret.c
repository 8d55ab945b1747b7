/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No finding shows a password or a key, whatever mistake brought it where it stands: a table of
 * mistakes, in all of which the secret is one that can be looked for. What is no secret is shown as
 * ever. */
#include "world.h"

#include "conf/conf_private.h"

#define SECRET "tOp-sEcret"
#define LONG SECRET "-0123456789-0123456789-0123456789"
#define DIGITS "9081726354908172635490817263549081726354"

#define AROUND(lines)                                                                            \
	"vrrp_instance a {\n interface eth0\n virtual_router_id 7\n" lines                        \
	"\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
#define PASS(lines) AROUND(" authentication {\n  auth_type PASS\n" lines "\n }")
#define KEY(lines) AROUND(" auth_hmac {\n  key 9 " LONG "x\n" lines "\n }")

static struct conf *load_checked(const char *text)
{
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = world_read,
		.link_exists = world_link_exists,
		.host_name = "host-1",
		.lint = true,
		.usage = true,
		.for_keepalived = true,
	};
	struct conf *conf = conf_load("t.conf", &world);

	assert_non_null(conf);
	return conf;
}

/* The texts that stand for all: JSON has the same. */
static void assert_hidden(const char *text, const char *where)
{
	if (!where || (!strcasestr(where, "secret") && !strstr(where, "908172")))
		return;
	fprintf(stderr, "%s\nin\n%s\n", where, text);
	fail();
}

static void assert_told_nobody(const char *text)
{
	struct conf *conf = load_checked(text);
	char shown[8000];

	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);

		conf_finding_print(f, shown, sizeof(shown));
		assert_hidden(text, shown);
		conf_finding_print_line(f, shown, sizeof(shown));
		assert_hidden(text, shown);
		assert_hidden(text, f->message);
		assert_hidden(text, f->hint);
		assert_hidden(text, f->source);
		for (size_t c = 0; c < f->chain_count; c++)
			assert_hidden(text, f->chain[c]);
	}
	for (const struct conf_usage *u = conf_usage(conf); u; u = u->next)
		assert_hidden(text, u->keyword);
	/* Why something is left out stands there, too. */
	conf_print_with(conf, CONF_PRINT_MASKED | CONF_PRINT_ORIGINS, shown, sizeof(shown));
	assert_hidden(text, shown);
	/* Without a finding there was nothing to hide. */
	if (conf_finding_count(conf) == 0)
		fail_msg("no mistake in\n%s", text);
	conf_free(conf);
}

static void no_mistake_shows_a_secret(void **state)
{
	static const char *const texts[] = {
		PASS("auth_pass " SECRET "-long " SECRET), PASS("auth_pass " SECRET " # " SECRET),
		PASS("auth_pas " SECRET), PASS("auth_password " SECRET), PASS("pass " SECRET),
		PASS("auth_pass=" SECRET), PASS("auth_pass" SECRET), PASS("auth_pas=" SECRET),
		PASS("auth_pass:" SECRET), PASS(SECRET), PASS("\"" SECRET " x\""),
		PASS("auth_pass\n" SECRET), PASS("auth_pass " SECRET "#" SECRET),
		PASS("auth_pass #" SECRET), PASS("auth_pass\" " SECRET),
		PASS("auth_pass tOp-\"" SECRET), PASS("auth_pass " SECRET " {\n }"),
		PASS("auth_pass { " SECRET " }"), PASS("auth_pass {\n " SECRET "#x\n }"),
		PASS("auth_pass $" "secret"), PASS("auth_pass x${secret}y"),
		PASS("auth_pass x ${secret} y"), PASS("auth_type " SECRET),
		PASS("auth_type PASS " SECRET), PASS("auth_pass `" SECRET " x` `" SECRET),
		PASS("auth_pass x \\\n" SECRET), PASS("PASS " SECRET),
		PASS("auth_type PASS " DIGITS),
		PASS("word " SECRET " {\n"), PASS("auth_pass " SECRET " {\n"),
		PASS("auth_pass " DIGITS " " DIGITS),
		PASS("auth_pas " DIGITS), PASS("auth_pass \x01" SECRET "\xff x"),
		PASS("auth_pass password " SECRET), PASS("auth_pass secret"),
		AROUND(" authentication { auth_type PASS auth_pass " SECRET " }"),
		AROUND(" authentication { auth_pass " SECRET " auth_type PASS }"),
		AROUND(" authentication auth_type PASS auth_pass " SECRET),
		AROUND(" authentication PASS " SECRET " {\n }"),
		AROUND(" authentication " SECRET " {\n auth_type PASS\n"),
		AROUND(" authentication PASS " SECRET), AROUND(" auth_pass " SECRET),
		AROUND(" auth_pas " SECRET), AROUND(" auth_pass=" SECRET), AROUND(" key 1 " LONG),
		AROUND(" key=" LONG), AROUND(" priority 7 auth_pass " SECRET),
		AROUND(" track_interface {\n auth_pass " SECRET "\n }"),
		AROUND(" track_interface {\n eth0 auth_pass " SECRET "\n }"),
		AROUND(" priority 300 # auth_pass " SECRET),
		AROUND(" authentification {\n auth_type PASS\n auth_pass " SECRET "#x\n }"),
		AROUND(" authentification {\n pass " SECRET "#x\n }"),
		AROUND(" other {\n auth_pas " SECRET "#x\n }"),
		AROUND(" priority 7 authentication { auth_type PASS auth_pass " SECRET " }"),
		"auth_pass " SECRET "\n", "global_defs {\n auth_pass " SECRET "\n}\n",
		"SSL {\n password " SECRET " x\n passwd " SECRET "\n " SECRET "\n}\n",
		"$P=" SECRET "#x\n" PASS("auth_pass $P"), "$P=" SECRET "\n" PASS("auth_pas $P"),
		"$P=" SECRET "\n" PASS("auth_pass x $P"), "$P=" SECRET "\n" PASS("$P"),
		"$P=" SECRET "\n$Q=$P\n" KEY("key ${Q}"), "$P=auth_pass " SECRET "#x\n" PASS("$P"),
		"$P=auth_pass " SECRET "#x\n", "@other auth_pass " SECRET "#x\nx\n",
		KEY("key " LONG), KEY("key 1 hex:" SECRET), KEY("key 1 " SECRET), KEY("key 1"),
		KEY("key 1 ascii:" LONG), KEY("key 300 " LONG), KEY("key " DIGITS),
		KEY("key hex:" LONG " 1"), KEY("key " LONG " 1"), KEY("keys 1 " LONG),
		KEY("kye 1 " LONG), KEY("key1 " LONG), KEY("key=" LONG), KEY("1 " LONG),
		KEY(LONG), KEY("active_key " LONG), KEY("active_key 1 " LONG),
		KEY("active_keys 1 " LONG), KEY("active_key " DIGITS), KEY("mode " SECRET),
		KEY("anti_replay " LONG), KEY("time_window " DIGITS), KEY("mode enforce " LONG),
		KEY("key 1 file:" SECRET), KEY("key 1 " LONG " {\n"), KEY("key 1 " LONG LONG LONG),
		KEY("key " LONG LONG LONG), KEY("active_key 1 " LONG LONG LONG),
		KEY("key 1 " LONG "\nkey 1 " LONG), KEY("@other key 1 " LONG "#x"),
		AROUND(" auth_hmac { key " LONG " active_key 1 }"), AROUND(" auth_hmac " LONG),
		AROUND(" auth_hmac " LONG " {\n key 1 " LONG "\n }\n auth_hmac " LONG " {\n }"),
		AROUND(" auth_hmc {\n key 1 " LONG "#x\n }"), AROUND(" hmac { key 1 " LONG " }"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_told_nobody(texts[i]);
}

/* More words than are remembered: then none of its line is shown. */
static void a_line_of_words_shows_none(void **state)
{
	char text[4000] = "vrrp_instance a {\n authentication {\n auth_type PASS ";
	size_t length = strlen(text);

	for (unsigned i = 0; i < 200; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "sEcret%u ", i);
	snprintf(text + length, sizeof(text) - length, "\n }\n}\n");
	assert_told_nobody(text);
}

/* What is said, and how its line is shown. */
static void assert_said(const char *text, const char *code, const char *message, const char *source)
{
	struct conf *conf = load_text(text);
	const struct conf_finding *f = finding_of(conf, code);

	if (!f)
		fail_msg("no %s in\n%s", code, text);
	assert_string_equal(f->message, message);
	assert_string_equal(f->source, source);
	conf_free(conf);
}

static void what_is_no_secret_is_shown(void **state)
{
	assert_said(PASS("auth_pas x"), "unknown-keyword",
		    "there is no keyword `auth_pas` in authentication", "auth_pas *");
	assert_said(PASS("auth_type PAS"), "bad-choice",
		    "auth_type `PAS` is none of PASS|AH: it is ignored", "auth_type PAS");
	assert_said(PASS("auth_type PASS AH"), "extra-argument",
		    "`auth_type` takes no more arguments: `AH` is ignored", "auth_type PASS AH");
	assert_said(KEY("key 300 x"), "out-of-range", "key 300 is outside 1..255: it is ignored",
		    "key 300 *");
	assert_said(KEY("key x"), "bad-number", "key `…` is not a number: it is ignored", "key *");
	assert_said(KEY("active_key 300"), "out-of-range",
		    "active_key 300 is outside 1..255: it is ignored", "active_key 300");
	assert_said("SSL {\n ca a b\n}\n", "extra-argument",
		    "`ca` takes no more arguments: `…` is ignored", " ca a *");
	/* Names that are like a keyword for a secret, where there are names. */
	assert_said(AROUND(" track_interface {\n key1 weight 300\n }"), "out-of-range",
		    "weight 300 is outside -254..254: it is ignored", " key1 weight 300");
	assert_said(AROUND(" priority key"), "bad-number",
		    "priority `key` is not a number: 100 is used", " priority key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_mistake_shows_a_secret),
		cmocka_unit_test(a_line_of_words_shows_none),
		cmocka_unit_test(what_is_no_secret_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
