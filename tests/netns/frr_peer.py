# SPDX-License-Identifier: GPL-2.0-or-later
"""vipd beside FRR's vrrpd in version 3, both families at once, either of them on server 1: one of
them sends adverts, the other takes over when its power is cut, and yields when it is back.

vrrpd sends its IPv6 adverts from the first virtual address, so a vipd that serves hears an advert
from an address that it has itself. Without FRR there is nothing to do here.
"""
import time

from lib import frr, tshark
from lib.config import instance
from lib.story import run

INTERVAL_S = 0.5
SKEW_100_S = 156 / 256 * INTERVAL_S
DOWN_S = 3 * INTERVAL_S + SKEW_100_S
ROOM_S, EARLY_S = 1.0, 0.05
VRID = 51
PRIORITIES = (200, 100)
VIPS = {4: ["192.0.2.80/24"], 6: ["fe80::80/64", "2001:db8::80/64"]}


class OurServer:
    def __init__(self, lab, server):
        self.server = server
        priority = PRIORITIES[server.number - 1]
        text = "".join(
            instance(f"web{family}", priority, VRID, vips, password="",
                     interval=f"{INTERVAL_S:g}", more="    version 3\n")
            for family, vips in VIPS.items()
        )  # fmt: skip
        self.daemon = server.install("vipd", text)

    def start(self):
        self.daemon.start()

    def kill(self):
        self.daemon.kill()

    def took(self, family, since):
        """When it got the first address of the family."""
        events = self.server.address_watch.of(VIPS[family][0], since)
        return next((when for when, added, _ in events if added), None)


class FrrServer:
    def __init__(self, lab, server):
        self.server, self.frr = server, None

    def start(self):
        lines = ["version 3", f"priority {PRIORITIES[self.server.number - 1]}",
                 f"advertisement-interval {1000 * INTERVAL_S:.0f}"]  # fmt: skip
        lines += [f"ip {vip.split('/')[0]}" for vip in VIPS[4]]
        lines += [f"ipv6 {vip.split('/')[0]}" for vip in VIPS[6]]
        lines = [f"vrrp {VRID} {line}" for line in lines]
        self.frr = frr.Frr(self.server, VRID, [*VIPS[4], *VIPS[6]], lines)
        self.frr.start_zebra()
        self.frr.start()

    def kill(self):
        self.frr.close()

    def took(self, family, since):
        """When it sent its first advert: its addresses do not come and go."""
        sent = adverts(self.server, family, since)
        return sent[0].time if sent else None


def adverts(server, family, since, until=float("inf")):
    return server.watch.sent(since, until, family)


def settle(lab, server):
    """This server advertises both families, and no other has for two intervals."""
    others = [s for s in lab.servers if s is not server]

    def settled():
        since = time.time() - 2 * INTERVAL_S
        return all(adverts(server, family, since) for family in VIPS) and not any(
            other.watch.sent(since) for other in others
        )

    lab.wait(settled, 12, f"{server.label} alone sends adverts of both families", 0.05)


def live(lab, first, second):
    """The power of the first is cut and comes back."""
    one, two = lab.servers
    makes = [first(lab, one), second(lab, two)]
    for make in makes:
        make.start()
    settle(lab, one)
    silent = one.power_cut() if first is OurServer else cut_frr(one, makes[0])
    for family in VIPS:
        last = adverts(one, family, 0, silent)[-1].time
        took = lab.wait(lambda f=family, t=last: makes[1].took(f, t), DOWN_S + 5,
                        f"IPv{family}: server 2 takes over") - last  # fmt: skip
        stall = lab.canary.worst(last, last + took)
        lab.check(DOWN_S - EARLY_S < took < DOWN_S + ROOM_S + stall,
                  f"IPv{family}: {1000 * (took - DOWN_S):+.1f} ms on the limit (this machine "
                  f"stalled {1000 * stall:.0f} ms)")  # fmt: skip
    one.power_return()
    makes[0].start()
    settle(lab, one)
    for make in makes:
        make.kill()
        make.server.run("ip addr flush dev eth0")
        make.server.power_return()


def cut_frr(server, make):
    server.unplug()
    silent = time.time()
    make.kill()
    return silent


def check_wire(lab, server, since):
    """What vipd sent, as tshark sees it."""
    sent = [a for a in server.watch.sent(since) if a.mac == server.mac]
    read = tshark.read(lab, server.label, sent, ["vrrp.version", "vrrp.checksum.status"])
    wrong = [row for row in read if row != ["3", "1", "", ""]]
    what = f"tshark has nothing to say against {len(sent)} adverts of vipd {wrong[:1]}"
    lab.check(sent and len(read) == len(sent) and not wrong, what)


def story(lab):
    if not frr.find():
        lab.say("left out, FRR is not here")
        return
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    since = time.time()
    lab.say("vipd first")
    live(lab, OurServer, FrrServer)
    check_wire(lab, one, since)
    since = time.time()
    lab.say("FRR first")
    live(lab, FrrServer, OurServer)
    check_wire(lab, two, since)


run(story)
