# SPDX-License-Identifier: GPL-2.0-or-later
"""vipd beside FRR's vrrpd, in version 3 with both families at once and in version 2, either of them
on server 1: one of them sends adverts, the other takes over when its power is cut, and yields when
it is back.

vrrpd sends its IPv6 adverts from the first virtual address, so a vipd that serves hears an advert
from an address that it has itself. Without FRR there is nothing to do here.
"""
import time
from dataclasses import dataclass

from lib import frr, tshark
from lib.config import instance
from lib.story import run

ROOM_S, EARLY_S = 1.0, 0.05
VRID = 51
PRIORITIES = (200, 100)
VIPS = {4: ["192.0.2.80/24"], 6: ["fe80::80/64", "2001:db8::80/64"]}


@dataclass
class Kind:
    version: int
    families: tuple
    interval_s: float

    @property
    def down_s(self):
        """Of priority 100."""
        return (3 + 156 / 256) * self.interval_s


KINDS = (Kind(3, (4, 6), 0.5), Kind(2, (4,), 1.0))


class OurServer:
    def __init__(self, kind, server):
        self.server = server
        priority = PRIORITIES[server.number - 1]
        text = "".join(
            instance(f"web{family}", priority, VRID, VIPS[family], password="",
                     interval=f"{kind.interval_s:g}", more=f"    version {kind.version}\n")
            for family in kind.families
        )  # fmt: skip
        self.names = [f"web{family}" for family in kind.families]
        self.daemon = server.install("vipd", text)

    def start(self):
        self.daemon.start()

    def has_heard(self):
        counters = [self.daemon.instance(name)["counters"] for name in self.names]
        return all(c["adverts_received"] for c in counters)

    def kill(self):
        self.daemon.kill()

    def took(self, family, since):
        """When it got the first address of the family."""
        events = self.server.address_watch.of(VIPS[family][0], since)
        return next((when for when, added, _ in events if added), None)


class FrrServer:
    def __init__(self, kind, server):
        self.kind, self.server, self.frr, self.said = kind, server, None, 0

    def start(self):
        lines = [f"version {self.kind.version}",
                 f"priority {PRIORITIES[self.server.number - 1]}",
                 f"advertisement-interval {1000 * self.kind.interval_s:.0f}"]  # fmt: skip
        vips = []
        for family in self.kind.families:
            vips += VIPS[family]
            word = {4: "ip", 6: "ipv6"}[family]
            lines += [f"{word} {vip.split('/')[0]}" for vip in VIPS[family]]
        lines = [f"vrrp {VRID} {line}" for line in lines]
        self.frr = frr.Frr(self.server, VRID, vips, lines)
        self.frr.start_zebra()
        before = self.frr.log()
        self.frr.start()
        self.said = len(before)

    def has_heard(self):
        log = self.frr.log()[self.said :]
        return all(f"[IPv{family}] Received VRRP Advertisement" in log
                   for family in self.kind.families)  # fmt: skip

    def kill(self):
        self.frr.close()

    def took(self, family, since):
        """When it sent its first advert: its addresses do not come and go."""
        sent = adverts(self.server, family, since)
        return sent[0].time if sent else None


def adverts(server, family, since, until=float("inf")):
    return server.watch.sent(since, until, family)


def settle(lab, kind, server):
    """This server advertises each family, and no other has for two intervals."""
    others = [s for s in lab.servers if s is not server]

    def settled():
        since = time.time() - 2 * kind.interval_s
        return all(adverts(server, family, since) for family in kind.families) and not any(
            other.watch.sent(since) for other in others
        )

    lab.wait(settled, 12, f"{server.label} alone sends adverts of each family", 0.05)


def live(lab, kind, first, second):
    """The power of the first is cut and comes back."""
    one, two = lab.servers
    makes = [first(kind, one), second(kind, two)]
    down_s = kind.down_s
    for make in makes:
        make.start()
    settle(lab, kind, one)
    # Who starts late listens for a whole interval of its own.
    lab.wait(makes[1].has_heard, 12, "server 2 hears it", 0.02)
    silent = one.power_cut() if first is OurServer else cut_frr(one, makes[0])
    for family in kind.families:
        last = adverts(one, family, 0, silent)[-1].time
        took = lab.wait(lambda f=family, t=last: makes[1].took(f, t), down_s + 5,
                        f"IPv{family}: server 2 takes over") - last  # fmt: skip
        stall = lab.canary.worst(last, last + took)
        lab.check(down_s - EARLY_S < took < down_s + ROOM_S + stall,
                  f"IPv{family}: {1000 * (took - down_s):+.1f} ms on the limit (this machine "
                  f"stalled {1000 * stall:.0f} ms)")  # fmt: skip
    one.power_return()
    makes[0].start()
    settle(lab, kind, one)
    for make in makes:
        make.kill()
        make.server.run("ip addr flush dev eth0")
        make.server.power_return()


def cut_frr(server, make):
    server.unplug()
    silent = time.time()
    make.kill()
    return silent


def check_wire(lab, kind, server, since):
    """What vipd sent, as tshark sees it."""
    sent = [a for a in server.watch.sent(since) if a.mac == server.mac]
    read = tshark.read(lab, server.label, sent, ["vrrp.version", "vrrp.checksum.status"])
    wrong = [row for row in read if row != [str(kind.version), "1", "", ""]]
    what = f"tshark has nothing to say against {len(sent)} adverts of vipd {wrong[:1]}"
    lab.check(sent and len(read) == len(sent) and not wrong, what)


def story(lab):
    if not frr.find():
        lab.say("left out, FRR is not here")
        return
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for kind in KINDS:
        since = time.time()
        lab.say(f"version {kind.version}, vipd first")
        live(lab, kind, OurServer, FrrServer)
        check_wire(lab, kind, one, since)
        since = time.time()
        lab.say(f"version {kind.version}, FRR first")
        live(lab, kind, FrrServer, OurServer)
        check_wire(lab, kind, two, since)


run(story)
