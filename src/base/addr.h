/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IP address. The layout is fixed: it lies in shared memory and in the configuration image. */
enum addr_family {
	ADDR_NONE = 0,
	ADDR_IPV4 = 4,
	ADDR_IPV6 = 6,
};

struct addr {
	uint8_t family; /* enum addr_family */
	uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest is zero */
};

/* An address with the length of its network part in bits (0..32, 0..128). */
struct prefix {
	struct addr addr;
	uint8_t length;
};

/* Room for any printed prefix with its NUL. */
#define ADDR_TEXT_SIZE 64

/* 4, 16, or 0 for ADDR_NONE and what is no family. */
size_t addr_family_size(enum addr_family family);
/* Of IPv4 and IPv6: the other one. */
uint8_t addr_family_other(enum addr_family family);

/* The size of its family. */
size_t addr_size(const struct addr *a);

/* 32, 128, or 0: the length of a single address's prefix. */
uint8_t addr_bits(const struct addr *a);
/* Is it of a family that there is, or ADDR_NONE? From shared memory any number may come. */
bool addr_is_possible(const struct addr *a);

/* The address `bytes` (4 or 16 octets in network order, by family). */
struct addr addr_from_bytes(enum addr_family family, const void *bytes);

/* Text of an address of either family, nothing around it. False: not an address. */
bool addr_parse(const char *text, struct addr *ret_addr);

/* ADDRESS or ADDRESS/LENGTH; without a length the full one (32, 128). */
bool prefix_parse(const char *text, struct prefix *ret_prefix);

/* Prints into `buffer` (ADDR_TEXT_SIZE octets are always enough) and returns it. ADDR_NONE
 * prints as "none". */
const char *addr_print(const struct addr *a, char *buffer, size_t size);
const char *prefix_print(const struct prefix *p, char *buffer, size_t size);

bool addr_equal(const struct addr *a, const struct addr *b);
bool prefix_equal(const struct prefix *a, const struct prefix *b);

/* Order as unsigned numbers in network order (RFC 3768 6.4.3 tie-break). Both of one family. */
int addr_compare(const struct addr *a, const struct addr *b);

bool addr_is_unspecified(const struct addr *a);
bool addr_is_multicast(const struct addr *a);
bool addr_is_loopback(const struct addr *a);
/* fe80::/10: of every link, and of no network. IPv4 has none that is used so. */
bool addr_is_link_local(const struct addr *a);
