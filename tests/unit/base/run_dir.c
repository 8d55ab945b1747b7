/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells several daemons of one host apart. */
#include "base/run_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void assert_suffix(const char *instance, const char *network, const char *expected)
{
	char suffix[RUN_DIR_SUFFIX_SIZE];

	assert_true(run_dir_suffix(instance, network, suffix, sizeof(suffix)));
	assert_string_equal(suffix, expected);
}

static void one_for_each_name(void **state)
{
	assert_suffix("", "", "");
	assert_suffix("blue", "", "-blue");
	assert_suffix("", "red", "@red");
	assert_suffix("blue", "red", "-blue@red");
}

static void the_longest(void **state)
{
	char instance[LIMIT_DAEMON_NAME] = "", network[LIMIT_NETWORK_NAME] = "";
	char suffix[RUN_DIR_SUFFIX_SIZE];

	memset(instance, 'i', sizeof(instance) - 1);
	memset(network, 'n', sizeof(network) - 1);
	assert_true(run_dir_suffix(instance, network, suffix, sizeof(suffix)));
	assert_int_equal(strlen(suffix), sizeof(instance) + sizeof(network));
	assert_false(run_dir_suffix(instance, network, suffix, sizeof(instance)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_for_each_name),
		cmocka_unit_test(the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
