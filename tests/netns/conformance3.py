# SPDX-License-Identifier: GPL-2.0-or-later
"""The obligations of RFC 9568 that only a kernel and a wire can show, each named by its id
(docs/conformance.md), of both families at once. Two servers, both of them routers, one MASTER and
one BACKUP; then the other way round: what is seen of one is seen not to be of the other. The client
asks for every address all the time.
"""
import time

from lib import frames
from lib.config import instance
from lib.mroute6 import Mroute6
from lib.probes import ArpProbe, NeighbourProbe, accepts
from lib.story import run

INTERVAL_S = 0.25
# Each has a solicited-node group of its own.
VIPS = {4: ["192.0.2.80/24", "192.0.2.81/24"], 6: ["fe80::80/64", "2001:db8::81/64"]}
MORE = {4: "192.0.2.82/24", 6: "2001:db8::82/64"}
# What a slow machine may take for what happens at once, or after some adverts.
ROOM_S = 8
ANSWERS = 6
SPACING_S = 0.03
ROUTED_GROUP = "ff05::12"  # the same of another scope: routers forward it
BEYOND = "2001:db8:1::2"  # behind the second leg


def bare(vips):
    return [vip.split("/")[0] for vip in vips]


def config(priority, more=False):
    return "".join(
        instance(f"web{family}", priority, 51, [*vips, *([MORE[family]] if more else [])],
                 password="", interval=f"{INTERVAL_S:g}", more="    version 3\n")
        for family, vips in VIPS.items()
    )  # fmt: skip


class Roles:
    """What is seen of who is MASTER, and is not of who is BACKUP."""

    def __init__(self, lab):
        self.lab = lab
        self.probes = {vip: self.probe(vip) for vips in VIPS.values() for vip in bare(vips)}
        # A server that answers these heard what is asked of everybody.
        self.own = {s: [self.probe(s.address), self.probe(s.global6, frames.ALL_NODES)]
                    for s in lab.servers}  # fmt: skip

    def probe(self, address, *groups):
        make = NeighbourProbe if ":" in address else ArpProbe
        self.lab.observers.append(make(self.lab.client, address, SPACING_S, *groups))
        return self.lab.observers[-1]

    def settle(self, master, backup):
        for vips in VIPS.values():
            for vip in bare(vips):
                self.lab.settle(master, vip=vip)
        for family in VIPS:
            master.daemon.wait(f"web{family}=MASTER")
            backup.daemon.wait(f"web{family}=BACKUP")

    def check(self, master, backup, started):
        """`started`: when the master was still none."""
        self.settle(master, backup)
        settled = time.time()
        self.check_answers(master, backup)
        self.check_groups(master, backup)
        for vip in (vip for vips in VIPS.values() for vip in bare(vips)):
            self.lab.check(accepts(self.lab.client, master, vip),
                           f"R9568-6.4.3-06: MASTER accepts packets to {vip}")  # fmt: skip
            self.lab.check(not accepts(self.lab.client, backup, vip),
                           f"R9568-6.4.2-05: BACKUP accepts none to {vip}")  # fmt: skip
        self.check_announced(master, VIPS, started)
        # One that was MASTER announced its addresses then.
        since = settled if "MASTER" in backup.daemon.states() else started
        silent = not backup.watch.gratuitous(since) and not backup.watch.announced(since)
        self.lab.check(silent, f"BACKUP {backup.label} announces nothing")

    def check_answers(self, master, backup):
        since = time.time()
        probes = [*self.probes.values(), *self.own[master], *self.own[backup]]
        rows = "R9568-6.4.3-01, R9568-6.4.3-03"
        self.lab.wait(lambda: all(p.count(since) >= ANSWERS for p in probes), ROOM_S,
                      f"{rows}: {ANSWERS} answers for each address")  # fmt: skip
        for server in (master, backup):
            heard = all(p.holders(since) == {server.mac} for p in self.own[server])
            self.lab.check(heard, f"{server.label} hears ARP and solicitations of all nodes")
        for vip, probe in self.probes.items():
            is_six = ":" in vip
            row = "R9568-6.4.2-02, R9568-6.4.3-03" if is_six else "R9568-6.4.2-01, R9568-6.4.3-01"
            self.lab.check(probe.holders(since) == {master.mac}, f"{row}: MASTER alone has {vip}")
            if is_six:
                flags = [f for t, f in list(probe.flags) if t >= since]
                self.lab.check(all(f & frames.ROUTER for f in flags),
                               "R9568-6.4.3-03: with the flag R")  # fmt: skip

    def check_groups(self, master, backup):
        groups = {frames.solicited_node(vip) for vip in bare(VIPS[6])}
        self.lab.check(groups <= master.groups6(), f"R9568-6.4.3-02: MASTER is in {groups}")
        self.lab.check(not groups & backup.groups6(), "R9568-6.4.3-02: BACKUP is in none of them")

    def check_announced(self, server, vips, since):
        four, six = set(bare(vips[4])), set(bare(vips[6]))
        arps = lambda: server.watch.gratuitous(since)  # noqa: E731
        tells = lambda: server.watch.announced(since)  # noqa: E731
        self.lab.wait(lambda: {a.sender for a in arps()} >= four, ROOM_S,
                      f"R9568-8.1.2-04: {server.label} announces {four}")  # fmt: skip
        self.lab.wait(lambda: {n.target for n in tells()} >= six, ROOM_S,
                      f"R9568-8.2.2-06: {server.label} announces {six}")  # fmt: skip
        self.lab.check(all(a.mac == a.sender_mac == server.mac and a.destination == frames.BROADCAST
                           for a in arps()), "R9568-8.1.2-04: to everybody")  # fmt: skip
        self.lab.check(all(n.mac == server.mac and n.flags == frames.ANNOUNCED for n in tells()),
                       "R9568-8.2.2-06: with R and override")  # fmt: skip


def router_flag(lab, roles, master):
    """The kernel answers, and says R where the interface forwards: that is seen to be what the
    answers depend on."""
    probe = roles.probes[bare(VIPS[6])[-1]]
    for value, wanted in (("0", 0), ("1", frames.ROUTER)):
        master.namespace.write("/proc/sys/net/ipv6/conf/eth0/forwarding", value)
        lab.wait(lambda w=wanted: probe.flags[-1][1] & frames.ROUTER == w, ROOM_S,
                 f"R9568-6.4.3-03: forwarding {value}: R is {wanted >> 7}")  # fmt: skip


def second_leg(lab, server):
    """A link-local address of its own and others; none of them is for adverts on eth0."""
    side = server.second_leg("198.51.100.1/24", "2001:db8:1::1/64", "fe80::1/64")
    lab.observers.append(side)
    server.run(f"ip neigh add {BEYOND} lladdr 02:00:00:00:00:aa dev eth1 nud permanent")
    return side


def not_forwarded(lab, side, master, router):
    """The adverts of the MASTER, and the same from a client, come to a router. What differs from
    the group in nothing but that it is another one, or a host, is forwarded."""
    client, body = lab.client, frames.payload(master.watch.sent(family=6)[-1])
    frame = lambda to, mac=None: frames.ethernet6(  # noqa: E731
        client.mac, client.global6, to, body, destination_mac=mac
    )
    destinations = lambda: {a.destination for a in list(side.adverts)}  # noqa: E731
    wanted, sent = {BEYOND}, [frame(frames.GROUP6), frame(BEYOND, router.mac)]
    try:
        routes = Mroute6(router.namespace, "eth0", "eth1")
    except OSError as error:
        lab.say(f"note: this kernel routes no groups of IPv6 ({error})")
    else:
        for source in (client.global6, master.local6):
            for group in (frames.GROUP6, ROUTED_GROUP):
                routes.route(source, group)
        wanted.add(ROUTED_GROUP)
        sent.append(frame(ROUTED_GROUP))
    since = time.time()

    def passed():
        for one in sent:
            lab.lan.send_frame(client, one)
        return destinations() >= wanted and len(master.watch.sent(since, family=6)) > 2

    lab.wait(passed, ROOM_S, f"what is for {wanted} is forwarded", 0.05)
    lab.check(destinations() == wanted, "R9568-5.1.2.2-01: nothing for ff02::12 is, of a client or "
                                        "of the MASTER")  # fmt: skip


def check_sources(lab, server):
    """Of all that it ever sent: before the virtual addresses came, with them, and after."""
    for row, family, address in (("R9568-5.1.1.1-01", 4, server.address),
                                 ("R9568-5.1.2.1-01", 6, server.local6)):  # fmt: skip
        sent = server.watch.sent(family=family)
        lab.check({a.source for a in sent} == {address} and {a.version for a in sent} == {3},
                  f"{row}: {len(sent)} adverts of {server.label} from {address}")  # fmt: skip


def owner(lab, server):
    """Whose own addresses are the virtual ones."""
    server.daemon.terminate()
    server.daemon.wait_end()
    since = time.time()
    vips = {4: [f"{server.address}/24"], 6: [f"{server.local6}/64", f"{server.global6}/64"]}
    text = "".join(
        instance(f"own{family}", 255, 61, vips[family], password="",
                 interval=f"{INTERVAL_S:g}", more="    version 3\n")
        for family in vips
    )  # fmt: skip
    server.install("vipd", text).start()
    for family in vips:
        server.daemon.wait(f"own{family}=MASTER")
        lab.check({a.priority for a in server.watch.sent(since, family=family)} == {255},
                  f"the owner of {vips[family]} serves")  # fmt: skip
        for vip in bare(vips[family]):
            lab.check(accepts(lab.client, server, vip),
                      f"R9568-6.4.3-06: the owner accepts packets to {vip}")  # fmt: skip


def story(lab):
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for server in lab.servers:
        server.forwards()
        # Beside the primary address, one below and one above it.
        for host in (server.number, 200 + server.number):
            server.run(f"ip addr add 192.0.2.{host}/24 dev eth0")
    side = second_leg(lab, two)
    roles = Roles(lab)
    started = time.time()
    one.install("vipd", config(200)).start()
    two.install("vipd", config(100)).start()
    roles.check(one, two, started)
    not_forwarded(lab, side, one, two)
    router_flag(lab, roles, one)
    one.daemon.reload(config(200, more=True))
    asked = time.time()
    roles.check_announced(one, {family: [vip] for family, vip in MORE.items()}, started)
    one.daemon.reload(config(50))
    roles.check(two, one, asked)
    for server in lab.servers:
        check_sources(lab, server)
    owner(lab, one)


run(story)
