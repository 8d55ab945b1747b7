/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The IPv6 advert sockets against the kernel, in a network namespace of this test: what is put on
 * v1's wire arrives at v0, and the other way round. What both families do alike is tried in
 * sockets.c. */

#include "kern/kern.h"
#include "own_netns.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 40
#define PACKET_MAX 512

/* IPv6 packets with something like an advert in them. */
struct recipe {
	uint8_t hop_limit, version, vrid;
	uint8_t options_size; /* an extension header, a multiple of 8 */
	uint8_t payload_size; /* behind the headers */
	uint8_t traffic_class;
	const struct addr *source, *destination; /* NULL: fe80::99, ff02::12 */
};

static const uint8_t group_mac[6] = { 0x33, 0x33, 0, 0, 0, 0x12 };
static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const struct addr groups[] = { { ADDR_IPV6, { 0xff, 2, [15] = 0x12 } },
				      { ADDR_IPV6, { 0xff, 5, [14] = 1, 2 } },
				      { ADDR_IPV6, { 0xff, 2, [15] = 0x77 } } };
static const struct addr stranger = { ADDR_IPV6, { 0xfe, 0x80, [15] = 0x99 } };
static const struct recipe good = {
	.hop_limit = 255, .version = 3, .vrid = 51, .payload_size = 24
};
static uint32_t v0;
static int main_fd, stranger_fd, wire_fd;
static struct kern_receiver *receiver;
static struct kern_port port;

static size_t make(const struct recipe *r, uint8_t packet[PACKET_MAX])
{
	size_t size = (size_t)r->options_size + r->payload_size;
	uint8_t *payload = packet + HEADER + r->options_size;

	memset(packet, 0, PACKET_MAX);
	packet[0] = (uint8_t)(0x60 | r->traffic_class >> 4);
	packet[1] = (uint8_t)(r->traffic_class << 4);
	packet[5] = (uint8_t)size;
	packet[6] = r->options_size ? 60 : 112; /* destination options */
	packet[7] = r->hop_limit;
	memcpy(packet + 8, (r->source ? r->source : &stranger)->bytes, 16);
	memcpy(packet + 24, (r->destination ? r->destination : groups)->bytes, 16);
	if (r->options_size) {
		packet[HEADER] = 112;
		packet[HEADER + 1] = (uint8_t)(r->options_size / 8 - 1);
		packet[HEADER + 2] = 0x1e; /* an experiment, to be passed over */
		packet[HEADER + 3] = (uint8_t)(r->options_size - 4);
	}
	/* The checksum is wrong: it is not the kernel's business. */
	memset(payload, 0xa5, r->payload_size);
	if (r->payload_size > 0)
		payload[0] = (uint8_t)(r->version << 4 | 1);
	if (r->payload_size > 1)
		payload[1] = r->vrid;
	return HEADER + size;
}

static int setup(void **state)
{
	v0 = if_nametoindex("v0");
	port = (struct kern_port){ .ifindex = v0,
				   .link = "v0",
				   .family = ADDR_IPV6,
				   .versions = 1 << 3,
				   .vrids = { .bits[51 / 8] = 1 << 51 % 8 },
				   .groups = groups,
				   .group_count = 1 };
	main_fd = kern_advert_open(&port);
	stranger_fd = kern_stranger_open(&port);
	assert_true(main_fd >= 0 && stranger_fd >= 0);
	wire_fd = wire_open("v1");
	assert_int_equal(kern_receiver_open(&receiver), 0);
	return 0;
}

static int teardown(void **state)
{
	close(main_fd);
	close(stranger_fd);
	close(wire_fd);
	receiver = kern_receiver_close(receiver);
	return 0;
}

static void put(const struct recipe *r, const uint8_t mac[6])
{
	uint8_t packet[PACKET_MAX];

	wire_put(wire_fd, mac, ETH_P_IPV6, packet, make(r, packet));
}

static int taken(int fd)
{
	return packets_taken(receiver, fd);
}

static void goes_to(const struct recipe *r, bool is_ours)
{
	struct pollfd p[2] = { { .fd = main_fd, .events = POLLIN },
			       { .fd = stranger_fd, .events = POLLIN } };
	const struct kern_packet *packets;

	put(r, group_mac);
	assert_int_equal(poll(p, 2, 1000), 1);
	assert_int_equal(kern_receive(receiver, main_fd, 64, &packets), is_ours);
	assert_int_equal(kern_receive(receiver, stranger_fd, 64, &packets), !is_ours);
}

static void filter_set(void)
{
	assert_int_equal(kern_advert_filter(main_fd, &port, groups, 1), 0);
	assert_int_equal(kern_stranger_filter(stranger_fd, &port), 0);
}

static void each_vrid(void **state)
{
	for (int i = 0; i < 32; i++)
		port.vrids.bits[i] = (uint8_t)(i * 73 + 41);
	filter_set();
	for (int vrid = 0; vrid < 256; vrid++) {
		struct recipe r = good;

		r.vrid = (uint8_t)vrid;
		goes_to(&r, port.vrids.bits[vrid / 8] >> vrid % 8 & 1);
	}
}

static void each_hop_limit(void **state)
{
	struct recipe r = good;

	for (int hop_limit = 0; hop_limit < 256; hop_limit++) {
		r.hop_limit = (uint8_t)hop_limit;
		goes_to(&r, hop_limit == 255);
	}
	port.any_ttl = true;
	filter_set();
	for (int hop_limit = 0; hop_limit < 256; hop_limit++) {
		r.hop_limit = (uint8_t)hop_limit;
		goes_to(&r, true);
	}
}

static void each_version(void **state)
{
	for (int versions = 0; versions < 32; versions++) {
		port.versions = (uint8_t)versions;
		filter_set();
		for (int version = 0; version < 16; version++) {
			struct recipe r = good;

			r.version = (uint8_t)version;
			goes_to(&r, versions >> version & 1);
		}
	}
}

/* An extension header is not part of what a socket is given, and the hop limit is found before
 * it. */
static void extension_headers_and_short_packets(void **state)
{
	struct recipe r = good;

	for (uint8_t options = 0; options <= 64; options = (uint8_t)(options + 8)) {
		r.options_size = options;
		r.hop_limit = 255;
		goes_to(&r, true);
		r.hop_limit = 254;
		goes_to(&r, false);
	}
	r = good;
	for (uint8_t size = 0; size < 8; size++) {
		r.payload_size = size;
		goes_to(&r, size >= 2);
	}
}

static void header_is_written(void **state)
{
	static const uint8_t limits[] = { 255, 1, 64 }, classes[] = { 0xc0, 0, 0xff };
	struct pollfd p = { .fd = main_fd, .events = POLLIN };
	const struct kern_packet *packets;
	uint8_t expected[3][PACKET_MAX];
	size_t size[3];

	port.any_ttl = true;
	filter_set();
	for (int i = 0; i < 3; i++) {
		struct addr source = stranger;
		struct recipe r = good;

		source.bytes[15] = (uint8_t)i;
		r.source = &source;
		r.hop_limit = limits[i];
		r.traffic_class = classes[i];
		r.payload_size = (uint8_t)(24 + 16 * i);
		size[i] = make(&r, expected[i]);
		put(&r, group_mac);
	}
	poll(&p, 1, 100);
	/* Room is used again: what an earlier packet left there must not count. */
	assert_int_equal(kern_receive(receiver, main_fd, 1, &packets), 1);
	assert_int_equal(packets[0].size, size[0]);
	assert_memory_equal(packets[0].data, expected[0], size[0]);
	assert_int_equal(kern_receive(receiver, main_fd, 64, &packets), 2);
	for (int i = 1; i < 3; i++) {
		assert_false(packets[i - 1].is_cut);
		assert_int_equal(packets[i - 1].size, size[i]);
		assert_memory_equal(packets[i - 1].data, expected[i], size[i]);
	}
	assert_int_equal(kern_receive(receiver, main_fd, 64, &packets), 0);
}

/* Below 1280 octets the interface loses IPv6, and with it the groups; it has them again only when
 * they are joined anew. */
static void groups_are_joined_again(void **state)
{
	goes_to(&good, true);
	ip("link set v0 mtu 1200");
	ip("link set v0 mtu 1500");
	put(&good, group_mac);
	assert_int_equal(taken(main_fd), 0);
	assert_int_equal(kern_advert_filter(main_fd, &port, NULL, 0), 0);
	put(&good, group_mac);
	assert_int_equal(taken(main_fd), 0);
	assert_int_equal(kern_advert_rejoin(main_fd, &port), 0);
	goes_to(&good, true);
}

/* One receiver serves both families, in turns. */
static void after_another_family(void **state)
{
	struct pollfd p = { .fd = main_fd, .events = POLLIN };
	const struct kern_packet *packets;
	uint8_t expected[PACKET_MAX];
	size_t size = make(&good, expected);
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(send(pair[0], "abc", 3, 0), 3);
		assert_int_equal(kern_receive(receiver, pair[1], 64, &packets), 1);
		assert_int_equal(packets[0].size, 3);
		assert_memory_equal(packets[0].data, "abc", 3);
		put(&good, group_mac);
		poll(&p, 1, 100);
		assert_int_equal(kern_receive(receiver, main_fd, 64, &packets), 1);
		assert_int_equal(packets[0].size, size);
		assert_memory_equal(packets[0].data, expected, size);
	}
	close(pair[0]);
	close(pair[1]);
}

/* Put together by the kernel from its fragments; longer than an advert may be. */
static void cut_packets(void **state)
{
	static uint8_t payload[LIMIT_ADVERT_PACKET], packet[HEADER + LIMIT_ADVERT_PACKET];
	struct pollfd p = { .fd = main_fd, .events = POLLIN };
	const struct kern_packet *packets;

	payload[0] = 0x31;
	payload[1] = 51;
	for (int round = 0; round < 2; round++) {
		/* One octet too many for the IPv6 header to fit in front, and just as many. */
		size_t size = LIMIT_ADVERT_PACKET - HEADER + (round == 0);

		for (size_t at = 0; at < size; at += 1024) {
			size_t piece = size - at < 1024 ? size - at : 1024;

			make(&(struct recipe){ .hop_limit = 255 }, packet);
			packet[4] = (uint8_t)((piece + 8) >> 8);
			packet[5] = (uint8_t)(piece + 8);
			packet[6] = 44;
			packet[HEADER] = 112;
			packet[HEADER + 2] = (uint8_t)(at >> 8);
			packet[HEADER + 3] = (uint8_t)(at | (at + piece < size));
			packet[HEADER + 7] = (uint8_t)round;
			memcpy(packet + HEADER + 8, payload + at, piece);
			wire_put(wire_fd, group_mac, ETH_P_IPV6, packet, HEADER + 8 + piece);
		}
		poll(&p, 1, 1000);
		assert_int_equal(kern_receive(receiver, main_fd, 64, &packets), 1);
		assert_int_equal(packets[0].size, LIMIT_ADVERT_PACKET);
		assert_int_equal(packets[0].is_cut, round == 0);
	}
}

static bool is_member(const char *group)
{
	return ip_shows("-6 maddr show dev v0", group);
}

static void groups_change(void **state)
{
	static const uint8_t far_mac[6] = { 0x33, 0x33, 0, 0, 1, 2 };
	struct recipe r = good;

	r.destination = &groups[1];
	put(&r, far_mac);
	assert_int_equal(taken(main_fd), 0);
	assert_int_equal(taken(stranger_fd), 0);
	port.group_count = 3;
	filter_set();
	filter_set();
	assert_true(is_member("ff02::12") && is_member("ff05::102") && is_member("ff02::77"));
	put(&r, far_mac);
	assert_int_equal(taken(main_fd), 1);
	port.group_count = 1;
	assert_int_equal(kern_advert_filter(main_fd, &port, groups, 3), 0);
	assert_true(is_member("ff02::12"));
	assert_false(is_member("ff05::102") || is_member("ff02::77"));
	put(&r, far_mac);
	assert_int_equal(taken(main_fd), 0);
	goes_to(&good, true);
}

/* Without a main socket the host is no member, and the strangers' socket makes it none. What comes
 * to a group that somebody else here joined is no stranger's if it is like ours. */
static void groups_of_others(void **state)
{
	struct kern_port other = port;
	struct recipe r = good;
	int fd;

	other.groups = &groups[2];
	fd = kern_advert_open(&other);
	assert_true(fd >= 0);
	r.destination = &groups[2];
	put(&r, (const uint8_t[6]){ 0x33, 0x33, 0, 0, 0, 0x77 });
	assert_int_equal(taken(fd), 1);
	assert_int_equal(taken(stranger_fd), 0);
	close(fd);
	close(main_fd);
	assert_false(is_member("ff02::12"));
	put(&good, group_mac);
	assert_int_equal(taken(stranger_fd), 0);
	main_fd = kern_advert_open(&port);
	assert_true(is_member("ff02::12"));
}

/* To an address of the host, through routers or not, on the link where it arrives. */
static void unicast_is_taken(void **state)
{
	struct addr ours, elsewhere, far;
	struct recipe r = good;

	ip("addr add 2001:db8:5::1/128 dev lo");
	assert_true(addr_parse("2001:db8::10", &ours) && addr_parse("2001:db8:9::1", &far) &&
		    addr_parse("2001:db8:5::1", &elsewhere));
	port.any_ttl = true;
	filter_set();
	r.source = &far;
	r.destination = &ours;
	r.hop_limit = 61;
	put(&r, everybody);
	assert_int_equal(taken(main_fd), 1);
	assert_int_equal(taken(stranger_fd), 0);
	r.destination = &elsewhere; /* of this host, on another link */
	put(&r, everybody);
	assert_int_equal(taken(main_fd), 1);
	r.destination = &far; /* not of this host */
	put(&r, everybody);
	assert_int_equal(taken(main_fd), 0);
	ip("addr del 2001:db8:5::1/128 dev lo");
}

static void send_to(const char *destination, const uint8_t *packet, size_t size)
{
	struct addr to;

	assert_true(addr_parse(destination, &to));
	assert_int_equal(kern_advert_send(main_fd, &to, packet, size), 0);
}

/* The next advert on the wire is this packet, octet by octet, in a frame to `mac`. */
static void wire_has(const uint8_t *packet, size_t size, const uint8_t mac[6])
{
	uint8_t frame[2048];

	assert_int_equal(wire_take(wire_fd, ETH_P_IPV6, frame, sizeof frame), 14 + size);
	assert_memory_equal(frame, mac, 6);
	assert_memory_equal(frame + 14, packet, size);
}

static void sending(void **state)
{
	static const uint8_t far_mac[6] = { 0x33, 0x33, 0, 0, 1, 2 };
	struct recipe r = good;
	uint8_t packet[PACKET_MAX];
	size_t size;
	struct addr to;

	r.traffic_class = 0xc0;
	size = make(&r, packet);
	send_to("ff02::12", packet, size);
	wire_has(packet, size, group_mac);
	r.destination = &groups[1];
	r.hop_limit = 7;
	size = make(&r, packet);
	send_to("ff05::102", packet, size);
	wire_has(packet, size, far_mac);
	assert_int_equal(taken(main_fd), 0); /* no loop-back */
	assert_int_equal(kern_advert_send(main_fd, &(struct addr){ 0 }, packet, size),
			 -EAFNOSUPPORT);
	assert_true(addr_parse("192.0.2.1", &to));
	assert_true(kern_advert_send(main_fd, &to, packet, size) < 0);
}

/* A neighbour, by a link-local address or another, and a peer behind a router of this link,
 * whatever other routes there are. */
static void sending_unicast(void **state)
{
	static const uint8_t peer_mac[6] = { 2, 0, 0, 0, 0, 0x14 };
	static const uint8_t router_mac[6] = { 2, 0, 0, 0, 0, 1 };
	static const char *const near[] = { "fe80::14", "2001:db8::14" };
	uint8_t packet[PACKET_MAX];
	struct recipe r = good;
	struct addr to;
	size_t size;

	ip("-6 route add 2001:db8:9::/64 via fe80::1 dev v0 metric 100");
	ip("-6 route add 2001:db8:9::/64 dev v1 metric 1");
	ip("-6 neigh add fe80::1 lladdr 02:00:00:00:00:01 dev v0");
	r.destination = &to;
	for (int i = 0; i < 2; i++) {
		ip("-6 neigh add %s lladdr 02:00:00:00:00:14 dev v0", near[i]);
		assert_true(addr_parse(near[i], &to));
		size = make(&r, packet);
		send_to(near[i], packet, size);
		wire_has(packet, size, peer_mac);
	}
	r.hop_limit = 61;
	assert_true(addr_parse("2001:db8:9::7", &to));
	size = make(&r, packet);
	send_to("2001:db8:9::7", packet, size);
	wire_has(packet, size, router_mac);
	ip("-6 route flush 2001:db8:9::/64");
	ip("-6 neigh flush dev v0 nud permanent");
}

/* The pieces of what is longer than the link's MTU, put together as RFC 8200 4.5 has it. */
static void assert_fragments(const uint8_t *packet, size_t size)
{
	static uint8_t whole[HEADER + 4096], frame[2048];
	uint8_t number[4];
	size_t at = 0;
	bool more = true;

	for (int k = 0; more; k++) {
		ssize_t got = wire_take(wire_fd, ETH_P_IPV6, frame, sizeof frame);
		const uint8_t *ip = frame + 14, *header = ip + HEADER;
		size_t payload = (size_t)(ip[4] << 8 | ip[5]);

		assert_int_equal(got, 14 + HEADER + payload);
		assert_in_range(HEADER + payload, HEADER + 9, 1280);
		assert_int_equal(ip[6], 44);
		assert_int_equal(header[0], 112);
		assert_int_equal(header[1], 0);
		assert_int_equal(header[2] << 8 | (header[3] & 0xf8), at);
		assert_int_equal(header[3] & 0x06, 0);
		if (k == 0)
			memcpy(number, header + 4, 4);
		assert_memory_equal(header + 4, number, 4);
		memcpy(whole, ip, HEADER);
		memcpy(whole + HEADER + at, header + 8, payload - 8);
		at += payload - 8;
		more = header[3] & 1;
	}
	assert_int_equal(HEADER + at, size);
	whole[4] = packet[4];
	whole[5] = packet[5];
	whole[6] = 112;
	assert_memory_equal(whole, packet, size);
}

static void sends_fragments(void **state)
{
	static uint8_t packet[HEADER + 4096];
	static const size_t sizes[] = { 1501, 2504, 2505, HEADER + 8 + 255 * 16 };

	make(&good, packet);
	for (size_t k = HEADER; k < sizeof packet; k++)
		packet[k] = (uint8_t)(k * 7 + k / 256);
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		size_t payload = sizes[k] - HEADER;

		packet[4] = (uint8_t)(payload >> 8);
		packet[5] = (uint8_t)payload;
		assert_int_equal(kern_advert_send(main_fd, &groups[0], packet, sizes[k]), 0);
		assert_fragments(packet, sizes[k]);
	}
}

/* What fits is one packet. */
static void longest_to_send(void **state)
{
	static uint8_t packet[HEADER + 1500];
	uint8_t frame[2048];

	make(&good, packet);
	packet[4] = 1460 >> 8;
	packet[5] = 1460 & 0xff;
	send_to("ff02::12", packet, 1500);
	assert_int_equal(wire_take(wire_fd, ETH_P_IPV6, frame, sizeof frame), 1514);
}

/* Before the link has an address that may be used: a new one is tentative for a second or more. */
static void sending_without_addresses(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t size = make(&good, packet);

	ip("-6 addr flush dev v0");
	assert_true(kern_advert_send(main_fd, &groups[0], packet, size) < 0);
	ip("addr add fe80::5/64 dev v0");
	ip("addr add 2001:db8::10/64 dev v0 nodad");
	send_to("ff02::12", packet, size);
	wire_has(packet, size, group_mac);
}

static void name_and_index_must_agree(void **state)
{
	port.ifindex = if_nametoindex("v1");
	assert_int_equal(kern_advert_open(&port), -ENODEV);
	assert_int_equal(kern_stranger_open(&port), -ENODEV);
	port.ifindex = 9999;
	assert_int_equal(kern_advert_open(&port), -ENODEV);
	port.ifindex = v0;
	port.link = "nothing";
	assert_int_equal(kern_advert_open(&port), -ENODEV);
}

/* Both families have their own sockets on one link. */
static void the_other_family_is_not_heard(void **state)
{
	struct kern_port ipv4 = port;
	int fd;

	ipv4.family = ADDR_IPV4;
	ipv4.group_count = 0;
	fd = kern_advert_open(&ipv4);
	assert_true(fd >= 0);
	goes_to(&good, true);
	assert_int_equal(taken(fd), 0);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_vrid),
		TEST(each_hop_limit),
		TEST(each_version),
		TEST(extension_headers_and_short_packets),
		TEST(header_is_written),
		TEST(after_another_family),
		TEST(cut_packets),
		TEST(groups_change),
		TEST(groups_of_others),
		TEST(unicast_is_taken),
		TEST(sending),
		TEST(sending_unicast),
		TEST(longest_to_send),
		TEST(sends_fragments),
		TEST(sending_without_addresses),
		TEST(name_and_index_must_agree),
		TEST(the_other_family_is_not_heard),
		TEST(groups_are_joined_again), /* the last: v0 has no addresses after it */
	};

	own_netns_enter();
	ip("addr add fe80::10/64 dev v0 nodad");
	ip("addr add 2001:db8::10/64 dev v0 nodad");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
