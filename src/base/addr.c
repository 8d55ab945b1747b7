/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as plain octets with a family. Text goes through libc's inet_pton and inet_ntop, which
 * take exactly one written form per octet (no "10.1", no octal): what a user writes is what it
 * says, or it is refused. No names, no scopes, no ports: an address here is only an address.
 * Octets beyond the family's size are kept zero, so that two equal addresses are equal in memory,
 * too, when they lie in the image or in shared tables. */
#include "base/addr.h"

#include "base/check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

size_t addr_family_size(enum addr_family family)
{
	switch (family) {
	case ADDR_IPV4:
		return 4;
	case ADDR_IPV6:
		return 16;
	case ADDR_NONE:
		return 0;
	}
	return 0;
}

uint8_t addr_family_other(enum addr_family family)
{
	return family == ADDR_IPV4 ? ADDR_IPV6 : ADDR_IPV4;
}

size_t addr_size(const struct addr *a)
{
	return addr_family_size(a->family);
}

uint8_t addr_bits(const struct addr *a)
{
	return (uint8_t)(addr_size(a) * 8);
}

bool addr_is_possible(const struct addr *a)
{
	return a->family == ADDR_NONE || addr_size(a) > 0;
}

struct addr addr_from_bytes(enum addr_family family, const void *bytes)
{
	struct addr a = { .family = (uint8_t)family };

	memcpy(a.bytes, bytes, addr_size(&a));
	return a;
}

bool addr_parse(const char *text, struct addr *ret_addr)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1) {
		*ret_addr = addr_from_bytes(ADDR_IPV4, bytes);
		return true;
	}
	if (inet_pton(AF_INET6, text, bytes) == 1) {
		*ret_addr = addr_from_bytes(ADDR_IPV6, bytes);
		return true;
	}
	return false;
}

/* One to three digits, nothing else, at most `max`. */
static bool parse_length(const char *text, unsigned max, uint8_t *ret_length)
{
	unsigned value = 0;
	size_t digits = 0;

	for (; text[digits]; digits++) {
		if (text[digits] < '0' || text[digits] > '9' || digits == 3)
			return false;
		value = value * 10 + (unsigned)(text[digits] - '0');
	}
	if (digits == 0 || value > max)
		return false;
	*ret_length = (uint8_t)value;
	return true;
}

bool prefix_parse(const char *text, struct prefix *ret_prefix)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	char address[ADDR_TEXT_SIZE];
	struct prefix p;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!addr_parse(address, &p.addr))
		return false;
	p.length = addr_bits(&p.addr);
	if (slash && !parse_length(slash + 1, p.length, &p.length))
		return false;
	*ret_prefix = p;
	return true;
}

const char *addr_print(const struct addr *a, char *buffer, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "none";

	check(size > 0);
	if (addr_size(a))
		inet_ntop(a->family == ADDR_IPV4 ? AF_INET : AF_INET6, a->bytes, text,
			  sizeof(text));
	snprintf(buffer, size, "%s", text);
	return buffer;
}

const char *prefix_print(const struct prefix *p, char *buffer, size_t size)
{
	size_t length;

	addr_print(&p->addr, buffer, size);
	length = strlen(buffer);
	if (addr_size(&p->addr))
		snprintf(buffer + length, size - length, "/%u", p->length);
	return buffer;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, addr_size(a)) == 0;
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && addr_equal(&a->addr, &b->addr);
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	check(a->family == b->family);
	return memcmp(a->bytes, b->bytes, addr_size(a));
}

bool addr_is_unspecified(const struct addr *a)
{
	static const uint8_t zero[16];

	return memcmp(a->bytes, zero, addr_size(a)) == 0;
}

bool addr_is_multicast(const struct addr *a)
{
	if (a->family == ADDR_IPV4)
		return (a->bytes[0] & 0xf0) == 0xe0;
	return a->family == ADDR_IPV6 && a->bytes[0] == 0xff;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (a->family == ADDR_IPV4)
		return a->bytes[0] == 127;
	return a->family == ADDR_IPV6 && memcmp(a->bytes, loopback, sizeof(loopback)) == 0;
}

bool addr_is_link_local(const struct addr *a)
{
	return a->family == ADDR_IPV6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}
