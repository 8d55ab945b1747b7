# SPDX-License-Identifier: GPL-2.0-or-later
"""A port of a switch that passes frames only 40 s after the link came up, as with the spanning tree
of 1998 (15 s of listening, 15 s of learning, and what it takes to notice). A port that is closed is
one that has left the bridge: the link stays up, and nothing passes. The server behind it waits for
a frame, and claims the address at the end of its time, unverified: who is on its side of the port
would have nobody else. From when the port opens one advert makes one of the two yield.
"""
import time

from lib.config import instance
from lib.holding import Holding
from lib.story import VIP, run

PORT_S = 40
INTERVAL_S = 1
# Of three adverts, the skew of 200, and the time in which it waits for a frame.
CLAIM_S = 3 * INTERVAL_S + 56 / 256 + 3
# What a slow machine may add.
ROOM_S = 1.5


def is_unverified(server):
    return server.daemon.instance("vrrp_1")["readiness"] == "unverified"


def story(lab):
    one, two = lab.servers
    for server, priority in ((one, 200), (two, 100)):
        server.install("vipd", instance(priority=priority)).start()
    lab.settle(one)
    one.cable("down")
    lab.settle(two)
    one.unplug()
    one.cable("up")
    since = time.time()
    lab.wait(lambda: one.holds(VIP), CLAIM_S + 5, "server 1 serves behind the closed port", 0.02)
    took = Holding(lab, f"{VIP}/24").change(since, "server1", True) - since
    lab.check(-0.1 < took - CLAIM_S < ROOM_S, f"after {took:.2f} s")
    lab.check(is_unverified(one), "unverified")
    lab.check("too little was seen on eth0" in one.daemon.log(), "and its log says so")
    lab.wait(lambda: time.time() - since > PORT_S, PORT_S, "the port is closed for 40 s", 0.1)
    lab.check(one.holds(VIP) and two.holds(VIP), "both sides are served")
    opened = time.time()
    one.plug()
    lab.settle(one)
    double = Holding(lab, f"{VIP}/24").with_count(2, opened, time.time())
    stall = lab.canary.worst(opened, time.time())
    lab.check(double < INTERVAL_S + 0.05 + stall,
              f"two holders for {1000 * double:.0f} ms from when it is open")  # fmt: skip
    lab.wait(lambda: not is_unverified(one), CLAIM_S, "and it is verified")
    lab.check(one.daemon.states()[-1] == "MASTER" and two.daemon.states()[-1] == "BACKUP",
              f"{one.daemon.states()}, {two.daemon.states()}")  # fmt: skip


run(story)
