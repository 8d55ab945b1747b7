/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message is taken only when it is whole and every number in it has a name. */
#include "wire/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool good(const struct role_message *m)
{
	return role_message_check(m, sizeof(*m));
}

static void takes_every_type(void **state)
{
	for (int type = 1; type < ROLE_MESSAGE_N_; type++) {
		struct role_message m = role_message((enum role_message_type)type);

		if (type == ROLE_NOTE)
			m.note = ROLE_NOTE_LINK_UP;
		assert_true(good(&m));
	}
}

static void refuses_other_sizes(void **state)
{
	struct role_message m[2] = { role_message(ROLE_STOP), role_message(ROLE_STOP) };

	assert_false(role_message_check(m, sizeof(m[0]) - 1));
	assert_false(role_message_check(m, sizeof(m[0]) + 1));
	assert_false(role_message_check(m, 0));
}

static void refuses_numbers_without_a_name(void **state)
{
	struct role_message ok = role_message(ROLE_TRANSITION), m;

#define REFUSES(field, value)         \
	do {                          \
		m = ok;               \
		m.field = (value);    \
		assert_false(good(&m)); \
	} while (0)

	REFUSES(magic, 1);
	REFUSES(layout, ROLE_MESSAGE_LAYOUT + 1);
	REFUSES(type, 0);
	REFUSES(type, ROLE_MESSAGE_N_);
	REFUSES(note, ROLE_NOTE_LINK_UP); /* only in a NOTE */
	REFUSES(from, VRRP_STATE_N_);
	REFUSES(to, VRRP_STATE_N_);
	REFUSES(reason, VRRP_REASON_N_);
	REFUSES(drop, VRRP_DROP_N_);
	REFUSES(condition, CONDITION_N_);
	REFUSES(adopt, ROLE_ADOPT_N_);
	REFUSES(address.addr.family, 5);
	ok.address = (struct prefix){ { .family = ADDR_IPV4 }, 32 };
	assert_true(good(&ok));
	REFUSES(address.length, 33);
	ok = role_message(ROLE_NOTE);
	assert_false(good(&ok)); /* a note about nothing */
	REFUSES(note, ROLE_NOTE_N_);
}

static void refuses_text_without_an_end(void **state)
{
	struct role_message m = role_message(ROLE_REJECTED);

	memset(m.text, 'x', sizeof(m.text) - 1);
	assert_true(good(&m));
	m.text[sizeof(m.text) - 1] = 'x';
	assert_false(good(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_every_type),
		cmocka_unit_test(refuses_other_sizes),
		cmocka_unit_test(refuses_numbers_without_a_name),
		cmocka_unit_test(refuses_text_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
