# SPDX-License-Identifier: GPL-2.0-or-later
"""Unicast without `interface`: adverts go from an address of the loopback to the other server's,
through whichever of two cables the routing table says, IPv4 and IPv6. The route changes to the
other cable, and back: nobody notices. A source that is taken away is a fault, one of IPv6 on an
interface that is switched off, and the cable of the addresses: the other serves. Two that lose each
other are two networks, and one again afterwards. A stop, a return, and a reload that brings another
such instance.
"""
import time

import lib.config
from lib.routed import instance, route_both, source
from lib.story import run

VIPS = {4: "192.0.2.80", 6: "2001:db8::80"}
SECOND = "192.0.2.90"
# What a slow machine may add to what should be an advert's time.
ROOM_S = 1.0


def config(server, more=""):
    """Beside them one of eth0, which has the number of the first, and hears its packets, too."""
    plain = lib.config.instance("plain", 200 - server.number, 51, ["192.0.2.70/24"], password="",
                                more="    version 3\n")  # fmt: skip
    return (instance(server, 4, "four", 51, VIPS[4])
            + instance(server, 6, "six", 52, VIPS[6]) + plain + more)  # fmt: skip


def network(lab):
    for server in lab.servers:
        server.enable_ipv6()
    lab.lan.second_cable()
    for server in lab.servers:
        server.run("ip link set lo up")
        server.run(f"ip addr add {source(server)}/32 dev lo")
        server.run(f"ip -6 addr add {source(server, 6)}/128 dev lo nodad")
        for name in ("all", "eth0", "eth1"):
            server.namespace.write(f"/proc/sys/net/ipv4/conf/{name}/rp_filter", "0")
    route_both(lab, 0)


def settle(lab, server, timeout=12):
    for vip in VIPS.values():
        lab.settle(server, timeout, vip)


def transitions(server):
    counters = (server.daemon.instance(name)["counters"] for name in ("four", "six"))
    return [c["became_master"] + c["released_master"] for c in counters]


def drops(server):
    return [v for i in server.daemon.status()["instances"] for k, v in i["counters"].items()
            if k.startswith("drop_") and k != "drop_not_running"]  # fmt: skip


def first_claim(lab, one, two):
    since = time.time()
    for server in lab.servers:
        server.install("vipd", config(server)).start()
    settle(lab, one)
    two.daemon.wait("four=BACKUP", "six=BACKUP")
    lab.check({(a.source, a.destination) for a in one.watch.sent(since, family=4)}
              == {(source(one), source(two)), (one.address, "224.0.0.18")},
              "adverts go from loopback to loopback")  # fmt: skip
    lab.check({(a.source, a.destination) for a in one.watch.sent(since, family=6)}
              == {(source(one, 6), source(two, 6))}, "of IPv6, too")  # fmt: skip
    shown = two.daemon.instance("four")
    lab.check(shown["interface"] is None and shown["vrf"] is None, "status shows no interface")
    lab.check(shown["source"] == source(two), "and the source")
    lab.check(not any(drops(two)), "nobody takes one for a stranger's")
    lab.check("any" in two.daemon.ctl("status").stdout, "which the table calls any")


def routes_change(lab, one, two):
    """The routing daemon moves both directions to the second cable; the first one is cut."""
    before = [transitions(s) for s in lab.servers]
    route_both(lab, 1)
    moved = time.time()
    lab.wait(lambda: all(lab.lan.watches[0].sent(moved, family=f) for f in VIPS), 3,
             "adverts go through the second cable")  # fmt: skip
    two.unplug()
    lab.lasts(lambda: one.holds(VIPS[4]) and not two.holds(VIPS[4]), 3, "the first one is cut")
    two.plug()
    route_both(lab, 0)
    lab.lasts(lambda: one.holds(VIPS[4]) and not two.holds(VIPS[4]), 2, "and comes back")
    lab.check([transitions(s) for s in lab.servers] == before, "nobody noticed")


def source_goes(lab, one, two):
    one.run(f"ip addr del {source(one)}/32 dev lo")
    one.daemon.wait("four=FAULT", timeout=3)
    lab.settle(two, 3 * 0.5 + 1 + ROOM_S, VIPS[4])
    lab.check(one.holds(VIPS[6]), "of the other family nothing moved")
    fault = one.daemon.instance("four")["conditions"][0]
    lab.check(fault["name"] == "no-source-address" and source(one) in fault["detail"],
              f"status: {fault['detail']}")  # fmt: skip
    one.run(f"ip addr add {source(one)}/32 dev eth1")
    lab.settle(one, vip=VIPS[4])
    lab.check(True, "it is back, on another interface, and serves again")
    one.run(f"ip addr del {source(one)}/32 dev eth1")
    one.run(f"ip addr add {source(one)}/32 dev lo")
    settle(lab, one)


def switched_off(lab, one, two):
    """An address of IPv6 that the kernel keeps there serves nobody (that of IPv4 does)."""
    one.namespace.write("/proc/sys/net/ipv6/conf/all/keep_addr_on_down", "1")
    one.namespace.write("/proc/sys/net/ipv6/conf/lo/keep_addr_on_down", "1")
    one.run("ip link set lo down")
    one.daemon.wait("six=FAULT", timeout=3)
    lab.settle(two, 3 * 0.5 + 1 + ROOM_S, VIPS[6])
    one.run("ip link set lo up")
    settle(lab, one)


def address_needs_interface(lab, one, two):
    """The cable of the addresses, and not of the adverts, which go by the other one."""
    route_both(lab, 1)
    one.cable("down")
    one.daemon.wait("four=FAULT", "six=FAULT", timeout=3)
    lab.settle(two, 3 * 0.5 + 1 + ROOM_S, VIPS[4])
    fault = one.daemon.instance("four")["conditions"][0]
    lab.check((fault["name"], fault["detail"]) == ("link-down", "eth0 is down or has no carrier"),
              "status names the interface of the address")  # fmt: skip
    one.cable("up")
    one.add_ipv6()
    route_both(lab, 0)
    settle(lab, one)


def cut_off(lab, one, two):
    """Nobody hears the other: two networks, each with its holder, and one holder afterwards."""
    one.unplug()
    lab.wait(lambda: two.holds(VIPS[4]) and two.holds(VIPS[6]), 6, "each part has a holder")
    lab.check(one.holds(VIPS[4]), "and the first one stays")
    one.plug()
    settle(lab, one)


def stop_and_return(lab, one, two):
    one.daemon.terminate()
    settle(lab, two, 3)
    one.daemon.wait_end()
    one.daemon.start()
    settle(lab, one)


def reload(lab, one, two):
    before = transitions(one)
    for server in (two, one):
        server.daemon.reload(config(server, instance(server, 4, "third", 53, SECOND)))
    lab.settle(one, vip=SECOND)
    lab.check(transitions(one) == before, "the others went on")


def story(lab):
    one, two = lab.servers
    network(lab)
    for part in (first_claim, routes_change, source_goes, switched_off, address_needs_interface,
                 cut_off, stop_and_return, reload):  # fmt: skip
        part(lab, one, two)


run(story)
