/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about instances: their addresses, times, passwords and numbers. */
#include "conf/lint.h"
#include "conf/number.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

static bool has_network(const struct conf_address *a)
{
	return a->has_length && a->prefix.length < 32;
}

/* A third of all files have no length at all, and /32 does its work there. Where others of the
 * instance have one it was forgotten. */
static void no_length(struct lint *l, const struct conf_instance *i)
{
	const struct conf_address *without = NULL, *with = NULL;

	if (i->family != ADDR_IPV4)
		return;
	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct conf_address *a = &i->advertised.items[at];

		if (!with && has_network(a))
			with = a;
		else if (!without && !a->has_length)
			without = a;
	}
	if (with && without)
		lint_say(l, &without->place,
			 "write the length of the network, as in 192.0.2.1/24, or /32",
			 "an address without a length counts as /%u; the one in %s has /%u",
			 without->prefix.length, diag_line(l->conf, &with->place, &without->place),
			 with->prefix.length);
}

static bool host_bits_are(const struct prefix *p, uint8_t octet)
{
	for (unsigned bit = p->length; bit < 32; bit++) {
		unsigned one = p->addr.bytes[bit / 8] >> (7 - bit % 8) & 1;

		if (one != (octet & 1u))
			return false;
	}
	return true;
}

/* RFC 1122 3.2.1.3; networks of two addresses (RFC 3021) have neither. */
static void network_address(struct lint *l, const struct conf_instance *i)
{
	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct prefix *p = &i->advertised.items[at].prefix;
		const char *what = host_bits_are(p, 0) ? "network" :
				   host_bits_are(p, 1) ? "broadcast" :
							 NULL;

		if (p->addr.family == ADDR_IPV4 && p->length < 31 && what)
			lint_say(l, &i->advertised.items[at].place,
				 "write an address of a host in this network, or another length",
				 "with its length /%u this is the %s address of its network",
				 p->length, what);
	}
}

/* Neighbours (the first three octets are the same) in networks of different lengths: one of them is
 * a slip. */
static void lengths_differ(struct lint *l, const struct conf_instance *i)
{
	struct map neighbours;

	map_init(&neighbours, &l->conf->arena);
	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct conf_address *a = &i->advertised.items[at];
		const struct conf_address **slot;

		if (a->prefix.addr.family != ADDR_IPV4 || a->prefix.length < 24 ||
		    a->prefix.length > 30)
			continue;
		slot = (const struct conf_address **)(void *)map_slot(&neighbours,
								      a->prefix.addr.bytes, 3);
		if (!*slot)
			*slot = a;
		else if ((*slot)->prefix.length != a->prefix.length)
			lint_say(l, &a->place, "give addresses of one network one length",
				 "this one has the length /%u, its neighbour in %s /%u",
				 a->prefix.length, diag_line(l->conf, &(*slot)->place, &a->place),
				 (*slot)->prefix.length);
	}
}

/* ifconfig and many scripts know aliases by `eth0:name` only. */
static void label_of_another(struct lint *l, const struct conf_instance *i)
{
	for (size_t at = 0; at < i->advertised.count; at++) {
		const struct conf_address *a = &i->advertised.items[at];
		const char *link = a->link ? a->link : i->link.text;
		size_t length = link ? strlen(link) : 0;

		if (a->label && link && (strncmp(a->label, link, length) != 0 ||
					 (a->label[length] && a->label[length] != ':')))
			lint_say(l, &a->place,
				 arena_format(&l->conf->arena, "write `label %s:NAME`", link),
				 "the label %s does not begin with the interface %s", a->label,
				 link);
	}
}

static int64_t takeover_us(const struct conf_instance *i)
{
	int64_t interval = i->advert_interval.number;
	int64_t skew = (256 - i->priority.number) *
		       (i->version.number == 3 ? interval : SECOND_US) / 256;

	return i->down_timer_adverts.number * interval + skew;
}

static void slow_takeover(struct lint *l, const struct conf_instance *i)
{
	char text[32];

	if (takeover_us(i) >= 15 * SECOND_US)
		lint_say(l, lint_place(&i->advert_interval, &i->block),
			 "a smaller advert_int, on all servers, makes it shorter",
			 "when its master fails, %s is served by nobody for %s seconds",
			 i->block.name, number_seconds_print(takeover_us(i) / 1000 * 1000, text));
}

/* A stalled virtual machine, a busy switch: 100 ms are nothing special. */
static void nervous_takeover(struct lint *l, const struct conf_instance *i)
{
	char text[32];

	if (i->version.number == 3 && takeover_us(i) < SECOND_US / 5)
		lint_say(l, lint_place(&i->advert_interval, &i->block),
			 "use 0.1 or more where servers are virtual machines",
			 "a pause of %s seconds, of a host or of the network, makes two masters",
			 number_seconds_print(takeover_us(i) / 1000 * 1000, text));
}

/* Out of every tutorial: the neighbour's cluster has it, too. */
static void sample_password(struct lint *l, const struct conf_instance *i)
{
	static const char *const samples[] = { "1111", "1234", "12345", "123456", "password",
					       "secret", "passw0rd", "changeme", "12345678" };

	for (size_t s = 0; i->authentication && s < sizeof(samples) / sizeof(samples[0]); s++)
		if (strcmp(i->auth_pass.text, samples[s]) == 0)
			lint_say(l, i->auth_pass.place,
				 "give every cluster of a network its own virtual_router_id and "
				 "password",
				 "the password is that of published samples: it keeps no other "
				 "cluster away");
}

/* The owner takes its address back at once, whatever preempt_delay says. */
static void owner_delay(struct lint *l, const struct conf_instance *i)
{
	if (i->preempt_delay.set && i->priority.number == 255)
		lint_say(l, i->preempt_delay.place, "write a priority below 255",
			 "priority 255 owns its addresses and takes them back without a delay");
}

static void second_announcement(struct lint *l, const struct conf_instance *i)
{
	if (i->garp_delay.set && !i->garp_delay.number)
		lint_say(l, i->garp_delay.place, "leave it out: 5 seconds are the default",
			 "neighbours that miss the first announcements of a new master keep "
			 "sending to the old one");
}

static const struct lint_rule rows[] = {
	{ "no-length", CONF_HINT, .instance = no_length },
	{ "network-address", CONF_WARNING, .instance = network_address },
	{ "lengths-differ", CONF_HINT, .instance = lengths_differ },
	{ "label-of-another", CONF_HINT, .instance = label_of_another },
	{ "slow-takeover", CONF_HINT, .instance = slow_takeover },
	{ "nervous-takeover", CONF_HINT, .instance = nervous_takeover },
	{ "sample-password", CONF_HINT, .instance = sample_password },
	{ "owner-delay", CONF_HINT, .instance = owner_delay },
	{ "no-second-announcement", CONF_HINT, .instance = second_announcement },
};

const struct lint_rules lint_rules_vrrp = { rows, sizeof(rows) / sizeof(rows[0]) };
