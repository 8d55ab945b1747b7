/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and judging the messages between roles. A role with less privilege must not be able to
 * lead one with more astray, so every field that is used as an index or a name is bounded here,
 * before anyone looks at it. Instance numbers are not: only the receiver knows the image of the
 * message's generation, and compares with it. */
#include "wire/role.h"

#include <string.h>

struct role_message role_message(enum role_message_type type)
{
	return (struct role_message){
		.magic = ROLE_MESSAGE_MAGIC,
		.layout = ROLE_MESSAGE_LAYOUT,
		.type = (uint16_t)type,
	};
}

static bool check_prefix(const struct prefix *p)
{
	return p->addr.family == ADDR_NONE ||
	       (addr_size(&p->addr) && p->length <= addr_bits(&p->addr));
}

static bool check_enums(const struct role_message *m)
{
	if (m->type == 0 || m->type >= ROLE_MESSAGE_N_)
		return false;
	if (m->note >= ROLE_NOTE_N_ || (m->note == 0) != (m->type != ROLE_NOTE))
		return false;
	return m->from < VRRP_STATE_N_ && m->to < VRRP_STATE_N_ && m->reason < VRRP_REASON_N_ &&
	       m->drop < VRRP_DROP_N_ && m->condition < CONDITION_N_ && m->adopt < ROLE_ADOPT_N_ &&
	       m->has_neighbour <= 1;
}

bool role_message_check(const void *data, size_t size)
{
	struct role_message m;

	if (size != sizeof(m))
		return false;
	memcpy(&m, data, sizeof(m));
	return m.magic == ROLE_MESSAGE_MAGIC && m.layout == ROLE_MESSAGE_LAYOUT &&
	       check_enums(&m) && check_prefix(&m.address) &&
	       memchr(m.text, '\0', sizeof(m.text)) != NULL;
}
