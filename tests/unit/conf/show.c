/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The effective configuration with origins: every kind of them, masks, and that it loads again
 * whatever the name of its file is. */
#include "world.h"

#include "conf/conf_private.h"

static char *print(const struct conf *conf, unsigned options)
{
	size_t size = conf_print_with(conf, options, NULL, 0) + 1;
	char *text = malloc(size);

	assert_non_null(text);
	assert_int_equal(conf_print_with(conf, options, text, size), size - 1);
	return text;
}

static void assert_line(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("no line \"%s\" in\n%s", line, text);
}

#define TEXT                                                                                    \
	"global_defs {\n vrrp_garp_master_repeat 3\n}\n"                                        \
	"vrrp_instance a {\n interface eth0\n virtual_router_id 7\n advert_int 1.4\n"           \
	" authentication {\n auth_type PASS\n auth_pass \"se#cret789\"\n }\n"                   \
	" virtual_ipaddress {\n 192.0.2.1\n 192.0.2.2/24 label eth0:a\n }\n"                    \
	" notify_master \"/bin/true 'a  # b' '\"\n}\n"

static void every_origin_is_named(void **state)
{
	struct conf *conf = load_text(TEXT);
	char *text = print(conf, CONF_PRINT_ORIGINS);

	assert_line(text, "\tvrrp_garp_master_repeat 3               # t.conf:2\n");
	assert_line(text, "\nvrrp_instance a {                               # t.conf:4\n");
	assert_line(text, "\tinterface eth0                          # t.conf:5\n");
	assert_line(text, "\tpriority 100                            # default\n");
	assert_line(text, "\tgarp_master_repeat 3                    # from global_defs, "
			  "t.conf:2\n");
	assert_line(text, "\tadvert_int 1                            # adjusted, t.conf:7\n");
	assert_line(text, "\t\t192.0.2.2/24 label eth0:a scope global  # t.conf:14\n");
	free(text);
	conf_free(conf);
}

static void secrets_are_masked_when_asked(void **state)
{
	struct conf *conf = load_text(TEXT);
	char *masked = print(conf, CONF_PRINT_MASKED), *open = print(conf, 0);

	assert_line(open, "\t\tauth_pass \"se#cret7\"\n");
	assert_line(masked, "\t\tauth_pass ********\n");
	assert_null(strstr(masked, "cret"));
	assert_null(strstr(open, "#  "));
	free(masked);
	free(open);
	conf_free(conf);
}

/* A new keyword for a secret must not be forgotten: as soon as it is read, it is marked. */
static void secrets_are_marked_in_the_table(void **state)
{
	static const struct {
		enum block block;
		const char *name;
	} secrets[] = {
		{ BLOCK_AUTHENTICATION, "auth_pass" },
		{ BLOCK_AUTH_HMAC, "key" },
		{ BLOCK_SSL, "password" },
	};
	struct keyword_index index;
	struct arena arena;
	jmp_buf escape;

	arena_init(&arena, 1 << 22, &escape);
	if (setjmp(escape))
		fail();
	memset(&index, 0, sizeof(index));
	keyword_index_init(&index, &arena);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		const struct keyword *k = keyword_find(&index, secrets[i].block, secrets[i].name);

		assert_non_null(k);
		if ((k->fate != FATE_NOT_YET || k->doc) && !(k->flags & KEYWORD_SECRET))
			fail_msg("%s is a secret, and shown", k->name);
	}
	arena_fini(&arena);
}

static struct conf *load_named(const char *name, const char *text)
{
	struct conf_world world = {
		.context = (void *)(uintptr_t)text,
		.read_file = world_read,
		.host_name = "host-1",
	};
	struct conf *conf = conf_load(name, &world);

	assert_non_null(conf);
	return conf;
}

static void comments_change_nothing(void **state)
{
	static const char *const names[] = { "t.conf", "a\"b {.conf", "a\nvirtual_router_id 9\n",
					     "ends\\", "${_PWD}", "@id }", "\xff\x1b[2J" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct conf *conf = load_named(names[i], TEXT);
		char *commented = print(conf, CONF_PRINT_ORIGINS), *plain = print(conf, 0);
		struct conf *again = load_named("t.conf", commented);
		char *plain_again = print(again, 0);

		assert_string_equal(plain, plain_again);
		assert_null(strchr(commented, '\x1b'));
		free(commented);
		free(plain);
		free(plain_again);
		conf_free(again);
		conf_free(conf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_origin_is_named),
		cmocka_unit_test(secrets_are_masked_when_asked),
		cmocka_unit_test(secrets_are_marked_in_the_table),
		cmocka_unit_test(comments_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
