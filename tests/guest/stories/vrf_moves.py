# SPDX-License-Identifier: GPL-2.0-or-later
"""A running vipd's interface is put into a VRF, and taken out of it again, that of the master and
that of the backup. The kernel takes the link down and up with that, and its IPv6 addresses away.
Each time there is one holder afterwards, which the client reaches, the groups are joined and
adverts are heard; and never do two answer.
"""
import time

import vrf
from lib.config import instance
from lib.probes import NeighbourProbe
from lib.story import run

VIPS4, VIPS6 = ("192.0.2.80/24",), ("fe80::80/64", "2001:db8::80/64")
VIP4, VIP6 = "192.0.2.80", "2001:db8::80"
PRIORITIES = (200, 100)
INSTANCES = ("four", "six")
GROUPS = {"224.0.0.18", "ff02::12"}


def config(server):
    priority = PRIORITIES[server.number - 1]
    return instance("four", priority, 51, VIPS4) + instance(
        "six", priority, 52, VIPS6, password="", interval="0.5", more="    version 3\n"
    )


def groups(server):
    """The groups that its eth0 is in, of both families."""
    words = server.run(f"ip -o maddr show dev {server.interface}").split()
    return {address for word, address in zip(words, words[1:]) if word in ("inet", "inet6")}


def heard(server):
    """How many adverts each instance took."""
    return [server.daemon.instance(name)["counters"]["adverts_received"] for name in INSTANCES]


def serves(lab, one, two, pings, what):
    lab.say(f"{what}: {one.label} has to serve")
    for vip in (VIP4, VIP6):
        lab.settle(one, vrf.PATIENCE_S, vip)
    since = time.time()
    for ping in pings:
        lab.wait(lambda p=ping: p.count(since) and vrf.client_knows(lab, one, p.target),
                 vrf.PATIENCE_S, f"the client reaches {ping.target} there", 0.05)  # fmt: skip
    for server in lab.servers:
        lab.check(groups(server) >= GROUPS, f"{server.label} is in the groups")
    before = heard(two)
    lab.quiet(2.5, one, what, VIP4)
    lab.check(all(b > a for a, b in zip(before, heard(two))), "its adverts are heard")


def moved(lab, server, change, what):
    """Waits until both instances have left, and have come back as BACKUP."""
    before = len(server.daemon.states())
    change(server)

    def is_over():
        states = server.daemon.states()[before:]
        return all(states.count(state) >= len(INSTANCES) for state in ("FAULT", "BACKUP"))

    lab.wait(is_over, vrf.PATIENCE_S, f"{what}: its instances were in FAULT and are not", 0.05)
    states = server.daemon.states()[before:]
    lab.check(states.count("FAULT") == len(INSTANCES), f"once each: {' '.join(states)}")


def story(lab):
    one, two = lab.servers
    vrf.prepare(lab)
    for server in lab.servers:
        server.install("vipd", config(server)).start()
    pings = [lab.ping(VIP4, 0.05), lab.ping(VIP6, 0.05)]
    begun = time.time()
    arp = lab.arp_probe(VIP4, 0.05)
    neighbours = NeighbourProbe(lab.client, VIP6, 0.05)
    lab.observers.append(neighbours)
    serves(lab, one, two, pings, "no VRF yet")
    for server, change, what in (
        (one, vrf.enslave, "the master's link enters"), (two, vrf.enslave, "the backup's, too"),
        (one, vrf.release, "the master's leaves"), (two, vrf.release, "the backup's, too"),
    ):  # fmt: skip
        moved(lab, server, change, what)
        serves(lab, one, two, pings, what)
        if server is two and change is vrf.enslave:
            vrf.check_outside_is_empty(lab)
    for probe, vip in ((arp, VIPS4[0]), (neighbours, VIPS6[1])):
        added = [e[0] for s in lab.servers for e in s.address_watch.of(vip, begun) if e[1]]
        lab.check_single_holder(probe, added, begun)


run(story)
