# SPDX-License-Identifier: GPL-2.0-or-later
"""`vrf` without `interface`: adverts go from an address of the VRF to the other server's, through
whichever of two cables the VRF's table says, in both families. The route changes: nobody notices. A
source that goes is a fault, and so is a VRF that goes; both come back.
"""
import time

import vrf
from lib.routed import instance, route, route_both, source
from lib.story import run

VIPS = {4: "192.0.2.80", 6: "2001:db8::80"}
NAMES = {4: "four", 6: "six"}
IN_VRF = f"vrf {vrf.VRF}"


def config(server):
    more = f"    {IN_VRF}\n"
    return "".join(instance(server, family, NAMES[family], 50 + family, vip, more)
                   for family, vip in VIPS.items())  # fmt: skip


def fill(server, other):
    """What the VRF takes with it when it goes: its own addresses, and who is in it."""
    vrf.enslave(server)
    server.run(f"ip link set eth1 master {vrf.VRF}")
    server.run(f"ip -6 addr replace 2001:db8:2::{10 + server.number}/64 dev eth1 nodad")
    server.run(f"ip addr add {source(server)}/32 dev {vrf.VRF}")
    server.run(f"ip -6 addr add {source(server, 6)}/128 dev {vrf.VRF} nodad")
    route(server, other, 0, IN_VRF)


def network(lab, one, two):
    vrf.prepare(lab)
    lab.lan.second_cable()
    for server, other in ((one, two), (two, one)):
        for name in ("all", "eth0", "eth1", vrf.VRF):
            server.namespace.write(f"/proc/sys/net/ipv4/conf/{name}/rp_filter", "0")
        fill(server, other)
    vrf.check_outside_is_empty(lab)


def settle(lab, server, what):
    lab.say(f"{what}: {server.label} has to serve")
    for vip in VIPS.values():
        lab.settle(server, vrf.PATIENCE_S, vip)


def became(server):
    return [server.daemon.instance(name)["counters"]["became_master"] for name in NAMES.values()]


def first_claim(lab, one, two):
    since = time.time()
    for server in lab.servers:
        server.install("vipd", config(server)).start()
    settle(lab, one, "both run")
    for family in VIPS:
        ends = {(a.source, a.destination) for a in one.watch.sent(since, family=family)}
        lab.check(ends == {(source(one, family), source(two, family))},
                  f"IPv{family}: from address to address")  # fmt: skip
    shown = one.daemon.instance("four")
    lab.check((shown["interface"], shown["vrf"]) == (None, vrf.VRF), "status shows the VRF")


def route_changes(lab, one, two):
    before = [became(s) for s in lab.servers]
    route_both(lab, 1, IN_VRF)
    moved = time.time()
    lab.wait(lambda: all(lab.lan.watches[0].sent(moved, family=f) for f in VIPS),
             vrf.PATIENCE_S, "adverts go through the second cable")  # fmt: skip
    lab.lasts(lambda: [became(s) for s in lab.servers] == before, 4, "nobody noticed")
    route_both(lab, 0, IN_VRF)


def condition(server):
    return server.daemon.instance("four")["conditions"][0]


def source_goes(lab, one, two):
    one.run(f"ip addr del {source(one)}/32 dev {vrf.VRF}")
    one.daemon.wait("four=FAULT", timeout=vrf.PATIENCE_S)
    lab.settle(two, vrf.PATIENCE_S, VIPS[4])
    lab.check(condition(one)["name"] == "no-source-address", condition(one)["detail"])
    one.run(f"ip addr add {source(one)}/32 dev {vrf.VRF}")
    settle(lab, one, "its source is back")


def vrf_goes(lab, one, two):
    one.run(f"ip link del {vrf.VRF}")
    one.daemon.wait("four=FAULT", "six=FAULT", timeout=vrf.PATIENCE_S)
    settle(lab, two, "the VRF of server 1 is gone")
    lab.check(condition(one)["name"] == "link-missing" and vrf.VRF in condition(one)["detail"],
              condition(one)["detail"])  # fmt: skip
    vrf.make(one)
    fill(one, two)
    settle(lab, one, "and back")


def story(lab):
    one, two = lab.servers
    network(lab, one, two)
    for part in (first_claim, route_changes, source_goes, vrf_goes):
        part(lab, one, two)


run(story)
