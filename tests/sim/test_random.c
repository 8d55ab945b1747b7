/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Random lives of three hosts in the node's little world, from one seed: cables pulled, processes
 * frozen, killed, restarted with and without their memory, addresses stolen, configurations
 * changed, forged packets. All the time a host has its addresses exactly when its instance serves;
 * whenever the world has been calm for long enough, exactly the best one serves.
 *     test_random            the seeds that the build runs
 *     test_random SEED       one of them again, with what happened */

#include "world.h"

#include "base/check.h"
#include "sim/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS 3
#define SEEDS 300
#define ROUNDS 8
/* Three adverts, a skew of at most one second, and a farewell's length. */
#define CALM_US (10 * SECOND)

static bool is_told;
static uint64_t seed;

static void tell(const struct world *w, const char *what, int host)
{
	if (is_told)
		printf("%10.6f host %d: %s\n", (double)w->now.us / 1e6, host, what);
}

static void fail(const struct world *w, const char *what, int host)
{
	printf("seed %" PRIu64 ": at %.6f host %d: %s\n"
	       "again with: test_random %" PRIu64 "\n",
	       seed, (double)w->now.us / 1e6, host, what, seed);
	exit(EXIT_FAILURE);
}

static struct world_setting settings[HOSTS][2];

static void make_settings(uint64_t *rng)
{
	for (int h = 0; h < HOSTS; h++) {
		settings[h][0] = (struct world_setting){
			.name = "a", .link = "eth0", .vrid = 1,
			.priority = (uint8_t)(100 + 20 * h),
			.addresses = { "192.0.2.1/24", "192.0.2.2/24" } };
		settings[h][1] = (struct world_setting){
			.name = "b", .link = "eth1", .vrid = 1,
			.priority = (uint8_t)(140 - 20 * h),
			.addresses = { "192.0.2.3/24" } };
	}
	(void)sim_random(rng, 2);
}

static void forge(struct world *w, int host, uint64_t *rng)
{
	uint8_t packet[60] = { 0x45, 0xc0, 0, 40, 0, 0, 0, 0, 255, 112 };
	uint8_t valid_head[12] = { 192, 0, 2, 66, 224, 0, 0, 18, 0x21, 1, 250, 1 };

	memcpy(packet + 12, valid_head, sizeof(valid_head));
	for (int k = 0; k < 4; k++)
		packet[sim_random(rng, sizeof(packet))] = (uint8_t)sim_random(rng, 256);
	/* A right checksum would be an advert: nothing here makes one but by a chance of 1:65536,
	 * which the seeds of the build do not meet. */
	node_packet(w->hosts[host].node, sim_random(rng, 2), packet,
		    sim_random(rng, sizeof(packet)), sim_random(rng, 10) == 0, w->now);
}

static void crash(struct world *w, int host, bool adopt, uint64_t *rng)
{
	tell(w, adopt ? "vipd-vrrp killed" : "everything killed", host);
	w->hosts[host].is_running = false;
	free(w->hosts[host].next);
	free(w->hosts[host].next_image);
	w->hosts[host].next = NULL;
	w->hosts[host].next_image = NULL;
	world_run(w, sim_random(rng, 3000000));
	w->hosts[host].queue_count = 0;
	world_restart(w, host, adopt);
}

static void disturb(struct world *w, uint64_t *rng)
{
	int h = (int)sim_random(rng, HOSTS);
	struct world_host *host = &w->hosts[h];
	const char *link = sim_random(rng, 2) ? "eth0" : "eth1";

	switch (sim_random(rng, 9)) {
	case 0:
		host->is_cut = !host->is_cut;
		tell(w, host->is_cut ? "cut off" : "connected", h);
		break;
	case 1:
		host->is_frozen = !host->is_frozen;
		tell(w, host->is_frozen ? "frozen" : "thawed", h);
		break;
	case 2:
	case 3:
		crash(w, h, sim_random(rng, 3) != 0, rng);
		break;
	case 4:
		if (host->is_frozen)
			break;
		tell(w, "link toggled", h);
		world_link_set(w, h, link, !host->links[strcmp(link, "eth1") == 0].is_up);
		break;
	case 5:
		if (host->is_frozen)
			break;
		tell(w, "address stolen", h);
		world_address_remove(w, h, "eth0", "192.0.2.1/24");
		break;
	case 6:
		if (host->is_frozen)
			break;
		forge(w, h, rng);
		break;
	case 7:
		if (host->is_frozen || host->next)
			break;
		tell(w, "reload", h);
		settings[h][0].addresses[1] = settings[h][0].addresses[1] ? NULL : "192.0.2.2/24";
		world_reload(w, h, settings[h], 2);
		break;
	case 8:
		host->links[0].is_full = !host->links[0].is_full;
		break;
	}
}

/* An address is there exactly when its instance serves. */
static void check_addresses(const struct world *w)
{
	for (int h = 0; h < HOSTS; h++) {
		if (w->hosts[h].is_frozen || w->hosts[h].next)
			continue;
		if (world_has(w, h, "eth0", "192.0.2.1/24") !=
		    (world_state(w, h, 0) == VRRP_STATE_MASTER))
			fail(w, "192.0.2.1 is not where its MASTER is", h);
		if (world_has(w, h, "eth1", "192.0.2.3/24") !=
		    (world_state(w, h, 1) == VRRP_STATE_MASTER))
			fail(w, "192.0.2.3 is not where its MASTER is", h);
	}
}

static void calm(struct world *w)
{
	for (int h = 0; h < HOSTS; h++) {
		struct world_host *host = &w->hosts[h];

		host->is_cut = host->is_frozen = false;
		host->links[0].is_full = host->links[1].is_full = false;
		for (int k = 0; k < 2; k++)
			if (!host->links[k].is_up)
				world_link_set(w, h, host->links[k].name, true);
	}
	world_run(w, CALM_US);
	for (int h = 0; h < HOSTS; h++) {
		if ((world_state(w, h, 0) == VRRP_STATE_MASTER) != (h == HOSTS - 1))
			fail(w, "not the best of eth0 serves", h);
		if ((world_state(w, h, 1) == VRRP_STATE_MASTER) != (h == 0))
			fail(w, "not the best of eth1 serves", h);
	}
	check_addresses(w);
	w->log_count = 0;
}

static void live(void)
{
	struct world *w = world_new();
	uint64_t rng = seed * 2654435761u + 88172645463325252u;

	make_settings(&rng);
	for (int h = 0; h < HOSTS; h++)
		world_start(w, h, settings[h], 2);
	for (int round = 0; round < ROUNDS; round++) {
		for (int k = 0; k < 12; k++) {
			disturb(w, &rng);
			world_run(w, sim_random(&rng, 2000000));
			w->log_count = 0;
			world_run(w, 0);
			if (sim_random(&rng, 2))
				continue;
			/* A repair may have to wait for its distance to the one before. */
			world_run(w, 200000);
			check_addresses(w);
		}
		calm(w);
	}
	world_free(w);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		is_told = true;
		seed = strtoull(argv[1], NULL, 10);
		live();
		return EXIT_SUCCESS;
	}
	for (seed = 1; seed <= SEEDS; seed++)
		live();
	printf("%d lives\n", SEEDS);
	return EXIT_SUCCESS;
}
