/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The first frame on a link, against the kernel, in a network namespace of this test: what is put
 * on v1's wire arrives at v0. */

#include "kern/kern.h"
#include "own_netns.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 2000
#define QUIET_MS 50

static int watch_fd, wire_fd;

static int setup(void **state)
{
	watch_fd = kern_watch_open(if_nametoindex("v0"));
	assert_true(watch_fd >= 0);
	wire_fd = wire_open("v1");
	return 0;
}

static int teardown(void **state)
{
	close(watch_fd);
	close(wire_fd);
	return 0;
}

static bool is_seen(int wait_ms)
{
	struct pollfd p = { .fd = watch_fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) == 1 && p.revents == POLLIN;
}

static void put(const uint8_t mac[6], uint16_t type)
{
	static const uint8_t nothing[46];

	wire_put(wire_fd, mac, type, nothing, sizeof nothing);
}

static void everything_of_others_is_a_frame(void **state)
{
	static const uint8_t macs[][6] = {
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, /* a broadcast */
		{ 0x02, 0, 0, 0, 0, 0x77 }, /* for somebody else */
		{ 0x01, 0x00, 0x5e, 0, 0, 0x12 }, /* VRRP's group */
		{ 0x01, 0x80, 0xc2, 0, 0, 0x10 }, /* a group that bridges forward */
		{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xce },
		{ 0x01, 0x80, 0xc2, 0xff, 0, 0 },
		{ 0x01, 0x00, 0x0c, 0xcd, 0xcc, 0xcc },
	};

	for (size_t k = 0; k < sizeof macs / sizeof macs[0]; k++) {
		assert_false(is_seen(QUIET_MS));
		put(macs[k], k % 2 ? ETH_P_ARP : ETH_P_IPV6);
		assert_true(is_seen(WAIT_MS));
		(void)teardown(state);
		(void)setup(state);
	}
}

/* A port that is closed yet lets through what the switch itself says. */
static void what_switches_say_is_none(void **state)
{
	static const uint8_t macs[][6] = {
		{ 0x01, 0x80, 0xc2, 0, 0, 0x00 }, /* BPDU */
		{ 0x01, 0x80, 0xc2, 0, 0, 0x0e }, /* LLDP */
		{ 0x01, 0x80, 0xc2, 0, 0, 0x0f },
		{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc }, /* CDP, DTP, UDLD */
		{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd }, /* PVST+ */
	};

	for (size_t k = 0; k < sizeof macs / sizeof macs[0]; k++)
		put(macs[k], ETH_P_802_2);
	put((const uint8_t[]){ 0x02, 0, 0, 0, 0, 0x77 }, ETH_P_LOOPBACK);
	assert_false(is_seen(QUIET_MS));
}

static void what_this_host_sends_is_none(void **state)
{
	static const uint8_t broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t nothing[46];
	int own_fd = wire_open("v0");

	wire_put(own_fd, broadcast, ETH_P_ARP, nothing, sizeof nothing);
	assert_false(is_seen(QUIET_MS));
	close(own_fd);
}

static void an_interface_that_is_not_there_is_an_error(void **state)
{
	assert_true(kern_watch_open(9999) < 0);
}

/* Protocol 112 from one address, of either family; and whose it is. */
static void a_sender_is_found(void **state)
{
	static const struct addr senders[] = {
		{ ADDR_IPV4, { 192, 0, 2, 77 } },
		{ ADDR_IPV6, { 0xfe, 0x80, [15] = 0x77 } },
	};
	static const uint8_t group[] = { 0x01, 0x00, 0x5e, 0, 0, 0x12 };
	static const uint8_t wires_mac[MAC_SIZE] = { 2 };

	for (size_t k = 0; k < sizeof senders / sizeof senders[0]; k++) {
		bool is_ipv6 = senders[k].family == ADDR_IPV6;
		size_t source_at = is_ipv6 ? 8 : 12, last = source_at + addr_size(&senders[k]) - 1;
		uint16_t type = is_ipv6 ? ETH_P_IPV6 : ETH_P_IP;
		uint8_t packet[60] = { is_ipv6 ? 0x60 : 0x45 }, mac[MAC_SIZE];

		close(watch_fd);
		watch_fd = kern_sender_open(if_nametoindex("v0"), &senders[k]);
		assert_true(watch_fd >= 0);
		packet[is_ipv6 ? 6 : 9] = 112;
		memcpy(packet + source_at, senders[k].bytes, addr_size(&senders[k]));
		packet[last] ^= 1;
		wire_put(wire_fd, group, type, packet, sizeof packet);
		packet[last] ^= 1;
		packet[source_at] ^= 1;
		wire_put(wire_fd, group, type, packet, sizeof packet);
		packet[source_at] ^= 1;
		packet[is_ipv6 ? 6 : 9] = 17;
		wire_put(wire_fd, group, type, packet, sizeof packet);
		assert_false(is_seen(QUIET_MS));
		assert_false(kern_sender_read(watch_fd, mac));
		packet[is_ipv6 ? 6 : 9] = 112;
		wire_put(wire_fd, group, type, packet, sizeof packet);
		assert_true(is_seen(WAIT_MS));
		assert_true(kern_sender_read(watch_fd, mac));
		assert_memory_equal(mac, wires_mac, MAC_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_of_others_is_a_frame, setup, teardown),
		cmocka_unit_test_setup_teardown(what_switches_say_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(what_this_host_sends_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sender_is_found, setup, teardown),
		cmocka_unit_test(an_interface_that_is_not_there_is_an_error),
	};

	own_netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
