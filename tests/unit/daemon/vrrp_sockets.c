/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The sockets of vipd-vrrp's links through their life: opened, set anew, moved to the next
 * configuration, inherited. One interface is two links here, one for each family. The node is this
 * test: it says what the links are to take. As root in a network namespace of its own. */

#include "../kern/own_netns.h"
#include "daemon/vrrp_role.h"
#include "wire/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IPV4 0 /* the links */
#define IPV6 1
#define LINKS 2

static const struct addr first_group[LINKS] = { { ADDR_IPV4, { 224, 0, 0, 18 } },
						{ ADDR_IPV6, { 0xff, 2, [15] = 0x12 } } };
static const struct addr other_group[LINKS] = { { ADDR_IPV4, { 239, 1, 1, 1 } },
						{ ADDR_IPV6, { 0xff, 2, [15] = 0x77 } } };
static struct vrrp_role role;
static struct node_port ports[LINKS];
static uint32_t v0;

void node_link_port(const struct node *n, uint32_t link, struct node_port *ret_port)
{
	*ret_port = ports[link];
}

/* The next configuration names the same links in the other order. */
uint32_t node_change_old_link(const struct node *next, uint32_t link)
{
	return LINKS - 1 - link;
}

static void handle(struct loop_source *source, uint32_t events, struct mono now)
{
}

static void generation_make(struct vrrp_generation *g, bool is_turned)
{
	struct image header = { .link_count = LINKS };
	struct image *image = calloc(1, image_size(&header));
	struct image_link *links;

	*image = header;
	links = image_links_mutable(image);
	g->image = image;
	g->links = calloc(LINKS, sizeof(*g->links));
	for (uint32_t k = 0; k < LINKS; k++) {
		strcpy(links[k].name, "v0");
		links[k].family = (k == IPV4) != is_turned ? ADDR_IPV4 : ADDR_IPV6;
		g->links[k] = (struct vrrp_link){ .role = &role,
						  .link = k,
						  .main = { .fd = -1, .handle = handle },
						  .ah = { .fd = -1, .handle = handle },
						  .stranger = { .fd = -1, .handle = handle },
						  .watch = { .fd = -1, .handle = handle },
						  .identify = { .fd = -1, .handle = handle } };
	}
}

static void generation_free(struct vrrp_generation *g)
{
	free((void *)(uintptr_t)g->image);
	free(g->links);
	memset(g, 0, sizeof(*g));
}

static void port_set(uint32_t link, const struct addr *group)
{
	ports[link] = (struct node_port){ .versions = 1 << 3, .group_count = 1 };
	ports[link].vrids[51 / 8] = 1 << 51 % 8;
	ports[link].groups[0] = *group;
}

static int setup(void **state)
{
	memset(&role, 0, sizeof(role));
	assert_int_equal(loop_open(&role.loop), 0);
	generation_make(&role.current, false);
	for (uint32_t k = 0; k < LINKS; k++)
		port_set(k, &first_group[k]);
	return 0;
}

static int teardown(void **state)
{
	for (uint32_t k = 0; role.current.links && k < LINKS; k++)
		vrrp_sockets_close(&role, &role.current.links[k]);
	role.inherited_until = (struct mono){ 0 };
	vrrp_sockets_expire(&role, (struct mono){ 1 });
	generation_free(&role.current);
	loop_close(&role.loop);
	assert_false(ip_shows("maddr show dev v0", "224.0.0.18"));
	return 0;
}

static int option_of(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	assert_int_equal(getsockopt(fd, SOL_SOCKET, name, &value, &size), 0);
	return value;
}

static bool is_member(const char *group)
{
	return ip_shows("maddr show dev v0", group);
}

static void open_both(void)
{
	for (uint32_t k = 0; k < LINKS; k++)
		assert_int_equal(vrrp_sockets_open(&role, k, v0), 0);
}

static void each_family_has_its_own(void **state)
{
	static const int domains[LINKS] = { AF_INET, AF_INET6 };

	open_both();
	for (uint32_t k = 0; k < LINKS; k++) {
		const struct vrrp_link *l = &role.current.links[k];

		assert_int_equal(option_of(l->main.fd, SO_DOMAIN), domains[k]);
		assert_int_equal(option_of(l->stranger.fd, SO_DOMAIN), domains[k]);
		assert_int_equal(option_of(l->main.fd, SO_BINDTOIFINDEX), v0);
	}
	assert_true(is_member("224.0.0.18") && is_member("ff02::12"));
}

static void groups_follow_the_port(void **state)
{
	open_both();
	for (uint32_t k = 0; k < LINKS; k++) {
		port_set(k, &other_group[k]);
		vrrp_sockets_filter(&role, k, v0, false);
	}
	assert_true(is_member("239.1.1.1") && is_member("ff02::77"));
	assert_false(is_member("224.0.0.18") || is_member("ff02::12"));
	for (uint32_t k = 0; k < LINKS; k++) {
		port_set(k, &first_group[k]);
		vrrp_sockets_filter(&role, k, v0, false);
	}
	assert_false(is_member("239.1.1.1") || is_member("ff02::77"));
	assert_true(is_member("224.0.0.18") && is_member("ff02::12"));
	assert_false(role.exit_now);
}

/* The next configuration's links take the sockets over, and know what those are members of. */
static void groups_follow_to_the_next_configuration(void **state)
{
	int fds[LINKS];

	open_both();
	for (uint32_t k = 0; k < LINKS; k++)
		fds[k] = role.current.links[k].main.fd;
	generation_make(&role.next, true);
	vrrp_sockets_move(&role);
	generation_free(&role.current);
	role.current = role.next;
	memset(&role.next, 0, sizeof(role.next));
	for (uint32_t k = 0; k < LINKS; k++) {
		assert_int_equal(role.current.links[k].main.fd, fds[LINKS - 1 - k]);
		port_set(k, &other_group[LINKS - 1 - k]);
		vrrp_sockets_filter(&role, k, v0, false);
	}
	assert_true(is_member("239.1.1.1") && is_member("ff02::77"));
	assert_false(is_member("224.0.0.18") || is_member("ff02::12"));
	assert_false(role.exit_now);
}

/* A group that is wanted and not joined would be a deaf link, and a second master. */
static void what_cannot_be_joined_ends_the_role(void **state)
{
	open_both();
	port_set(IPV4, &other_group[IPV6]);
	vrrp_sockets_filter(&role, IPV4, v0, false);
	assert_true(role.exit_now);
	assert_int_equal(role.exit_code, 1);
}

static int inherited_open(uint8_t family, const char *link)
{
	struct kern_port port = { .ifindex = if_nametoindex(link),
				  .link = link,
				  .family = family,
				  .groups = &first_group[family == ADDR_IPV4 ? IPV4 : IPV6],
				  .group_count = 1 };
	int fd = kern_advert_open(&port);

	assert_true(fd >= 0);
	return fd;
}

static void inherited_by_name_and_family(void **state)
{
	int other = inherited_open(ADDR_IPV4, "v1");
	int ipv6 = inherited_open(ADDR_IPV6, "v0"), ipv4 = inherited_open(ADDR_IPV4, "v0");

	vrrp_sockets_inherit(&role, "v1", other);
	vrrp_sockets_inherit(&role, "v0", ipv6);
	vrrp_sockets_inherit(&role, "v0", ipv4);
	open_both();
	assert_int_equal(role.current.links[IPV4].main.fd, ipv4);
	assert_int_equal(role.current.links[IPV6].main.fd, ipv6);
	assert_int_equal(role.inherited_count, 1); /* v1's */
}

/* Without an interface several may have the same name, none: they are told by their sources. */
static void inherited_by_source(void **state)
{
	const struct addr sources[] = { { ADDR_IPV4, { 198, 51, 100, 1 } },
					{ ADDR_IPV4, { 198, 51, 100, 2 } } };
	struct image *image = (struct image *)(uintptr_t)role.current.image;
	struct image_link *link = image_links_mutable(image);
	struct kern_port port = { .link = "", .family = ADDR_IPV4 };
	int fds[2];

	for (int k = 0; k < 2; k++) {
		port.source = &sources[k];
		fds[k] = kern_advert_open(&port);
		assert_true(fds[k] >= 0);
		vrrp_sockets_inherit(&role, "", fds[k]);
	}
	memset(link->name, 0, sizeof(link->name));
	link->source = sources[1];
	ports[IPV4].group_count = 0;
	assert_int_equal(vrrp_sockets_open(&role, IPV4, 0), 0);
	assert_int_equal(role.current.links[IPV4].main.fd, fds[1]);
	assert_int_equal(role.inherited_count, 1);
	/* The second family has none of this name, and opens its own. */
	assert_int_equal(vrrp_sockets_open(&role, IPV6, v0), 0);
	assert_int_equal(role.inherited_count, 1);
}

/* The name is another interface's by now. */
static void inherited_of_another_interface(void **state)
{
	int fd = inherited_open(ADDR_IPV6, "v1");

	vrrp_sockets_inherit(&role, "v0", fd);
	open_both();
	assert_int_equal(role.inherited_count, 0);
	for (uint32_t k = 0; k < LINKS; k++)
		assert_int_equal(option_of(role.current.links[k].main.fd, SO_BINDTOIFINDEX), v0);
	assert_false(ip_shows("maddr show dev v1", "ff02::12"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_family_has_its_own),
		TEST(groups_follow_the_port),
		TEST(groups_follow_to_the_next_configuration),
		TEST(what_cannot_be_joined_ends_the_role),
		TEST(inherited_by_name_and_family),
		TEST(inherited_by_source),
		TEST(inherited_of_another_interface),
	};

	own_netns_enter();
	v0 = if_nametoindex("v0");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
