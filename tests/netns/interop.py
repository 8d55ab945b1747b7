# SPDX-License-Identifier: GPL-2.0-or-later
"""Versions, families, ways of delivery and makes against each other. A row is one of each: the
first server (the higher priority) alone holds the addresses, loses its power, comes back and takes
them back, leaves with priority 0; in one row it comes back with nopreempt and does not. In every
row tshark finds nothing wrong with the adverts and the neighbour advertisements of vipd.

How long a takeover takes is printed for each; only what no lateness of this machine explains fails.
"""
import contextlib
import fnmatch
import socket
import time

from lib import frames, tshark
from lib.row import VIPS, VRID, Row
from lib.story import Failed, run

SKEW_100 = 156 / 256
# What a slow machine may add, and how much sooner the clocks of watches may say it was.
ROOM_S, EARLY_S = 1.0, 0.05
DISCARD_PORT = 9
ADVERT_FIELDS = ["vrrp.version", "vrrp.virt_rtr_id", "vrrp.checksum.status"]
NEIGHBOUR_FIELDS = ["icmpv6.type", "icmpv6.checksum.status", "ipv6.hlim"]


def rows():
    made = []
    for version, family, auths in ((2, 4, ("none", "PASS", "AH")), (3, 4, ("none",)),
                                   (3, 6, ("none",))):  # fmt: skip
        for auth in auths:
            for delivery in ("multicast", "unicast"):
                for makes in (("vipd", "vipd"), ("vipd", "keepalived"), ("keepalived", "vipd")):
                    made.append(Row(version, family, delivery, makes, auth))
    return made


class Pair:
    """The two servers in one row."""

    def __init__(self, lab, row):
        self.lab, self.row = lab, row
        self.one, self.two = lab.servers
        self.figures = {}
        self.begun = time.time()
        for server, make in zip(lab.servers, row.makes):
            server.install(make, row.config(server, lab.servers)).start()

    def settle(self, server):
        self.lab.settle(server, vip=self.row.vip)
        for vip in self.row.vips:
            if [s for s in self.lab.servers if s.holds(vip)] != [server]:
                raise Failed(f"{server.label} alone holds {vip}")

    def takeover(self, what, last, silent, limit_s):
        """From the last advert that was heard to the heir's first address."""
        first = VIPS[self.row.family][0]
        watch = self.two.address_watch
        since = max(last, silent) - EARLY_S
        added = lambda: [e[0] for e in watch.of(first, since) if e[1]]  # noqa: E731
        self.lab.wait(added, limit_s + 5, f"{what}: server 2 takes over")
        took = added()[0] - last
        stall = self.lab.canary.worst(last, added()[0])
        self.figures[what] = (took - limit_s, stall)
        self.lab.check(
            limit_s - EARLY_S < took < limit_s + ROOM_S + stall,
            f"{what}: after {1000 * took:.1f} ms, {1000 * (took - limit_s):+.1f} ms on the limit "
            f"(this machine stalled {1000 * stall:.0f} ms)",
        )

    def client_knows(self, server):
        """Whether the client's kernel has this server's MAC for every address; it is not asked to
        look anew."""
        listed = self.lab.client.run(f"ip -{self.row.family} neigh show dev eth0").splitlines()
        known = {line.split()[0] for line in listed if server.mac.hex(":") in line.split()}
        return known >= set(self.row.vips)

    def client_asks(self):
        """The client sends something to each address."""
        family = {4: socket.AF_INET, 6: socket.AF_INET6}[self.row.family]
        with self.lab.client.namespace.entered():
            index = socket.if_nametoindex("eth0")
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                for vip in self.row.vips:
                    scope = (0, index) if family == socket.AF_INET6 else ()
                    with contextlib.suppress(ConnectionRefusedError):
                        sock.sendto(b"", (vip, DISCARD_PORT, *scope))
        self.lab.wait(lambda: self.client_knows(self.one), 3, "the client knows server 1", 0.05)

    def cut(self):
        interval = self.row.interval_s
        self.lab.wait(lambda: self.one.watch.sent(time.time() - interval), 3 * interval + 2,
                      "server 1 sends adverts")  # fmt: skip
        self.client_asks()
        silent = self.one.power_cut()
        last = self.one.last_advert(silent).time
        self.takeover("power cut", last, silent, (3 + SKEW_100) * interval)
        self.lab.wait(lambda: self.client_knows(self.two), 3, "the client was told of server 2")
        self.one.power_return()
        self.settle(self.two)

    def stop(self):
        asked = time.time()
        self.one.daemon.terminate()
        self.one.daemon.wait_end()
        farewells = [a for a in self.one.watch.sent(asked) if a.priority == 0]
        self.lab.check(farewells, f"{len(farewells)} adverts of priority 0")
        # The first that is heard sets the timer; those of vipd after it start it again.
        self.takeover("stop", farewells[-1].time, asked, SKEW_100 * self.row.interval_s)
        self.settle(self.two)

    def stays(self):
        """Server 1 comes back with nopreempt; for longer than it would have waited, nothing."""
        more = "    nopreempt\n"
        self.one.daemon.configure(self.row.config(self.one, self.lab.servers, more))
        since = time.time()
        self.one.daemon.start()
        self.lab.quiet(4 * self.row.interval_s + ROOM_S, self.two, "nopreempt", self.row.vip)
        self.lab.check(not self.one.watch.sent(since), "nopreempt: server 1 leaves it at that")

    def end(self):
        for server in self.lab.servers:
            server.daemon.terminate()
        for server in self.lab.servers:
            server.daemon.wait_end()
        self.lab.check(not any(s.holds(self.row.vip) for s in self.lab.servers), "nobody holds it")

    def check_adverts(self, server):
        adverts = [a for a in server.watch.sent(self.begun) if a.vrid == VRID]
        wrong = self.row.wrong_adverts(server, self.lab.servers, adverts)
        self.lab.check(adverts and not wrong, f"{len(adverts)} adverts of {server.label} are right "
                                              f"{wrong[:1]}")  # fmt: skip
        read = tshark.read(self.lab, f"{server.label}-adverts", adverts, ADVERT_FIELDS)
        wanted = [str(self.row.version), str(VRID), "1", "", ""]
        wrong = [row for row in read if row != wanted]
        self.lab.check(len(read) == len(adverts) and not wrong, f"tshark agrees {wrong[:1]}")

    def check_neighbours(self, server):
        seen = server.watch.announced(self.begun)
        self.lab.check({n.target for n in seen} == set(self.row.vips), "each address was announced")
        wrong = [n for n in seen if n.mac != server.mac or n.flags != frames.ANNOUNCED]
        self.lab.check(not wrong, f"its flags are right, the MAC is its own {wrong[:1]}")
        read = tshark.read(self.lab, f"{server.label}-nd", seen, NEIGHBOUR_FIELDS)
        wrong = [row for row in read if row != ["136", "1", "255", "", ""]]
        self.lab.check(len(read) == len(seen) and not wrong, f"tshark agrees {wrong[:1]}")

    def check_wire(self):
        for server, make in zip(self.lab.servers, self.row.makes):
            if make == "vipd":
                self.check_adverts(server)
                if self.row.family == 6:
                    self.check_neighbours(server)


def live(lab, row, nopreempt):
    lab.say(f"row {row.name}")
    pair = Pair(lab, row)
    pair.settle(pair.one)
    pair.cut()
    pair.one.daemon.start()
    pair.settle(pair.one)
    pair.stop()
    if nopreempt:
        pair.stays()
    pair.end()
    pair.check_wire()
    return pair.figures


def story(lab):
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    wanted = lab.options.row or ["*"]
    chosen = [r for r in rows() if any(fnmatch.fnmatchcase(r.name, w) for w in wanted)]
    lab.check(chosen, f"{len(chosen)} rows")
    told = []
    for number, row in enumerate(chosen):
        figures = live(lab, row, number == 0)
        told.append(f"| {row.name} | " + " | ".join(
            f"{1000 * late:+.1f} ({1000 * stall:.0f})" for late, stall in figures.values()) + " |")
    print("| row | power cut | stop |  ms on the limit (longest stall of this machine)")
    print("\n".join(told))


run(story, arguments={
    "--row": {"action": "append", "help": "rows of this pattern, such as v3,ip6,*; else all"},
})  # fmt: skip
