# SPDX-License-Identifier: GPL-2.0-or-later
"""Before the first claim: a server whose link is up, and that hears nobody, may be alone or behind
a port of a switch that is not open yet. It waits for a frame, and listens from then on; after its
time it serves all the same, unverified, and says so. Two that boot at once on a segment on which
nothing else speaks are each other's frame. A port that is closed is one that has left the bridge:
the link stays up, and nothing passes.
"""
import time

from lib import frames
from lib.config import instance
from lib.holding import Holding
from lib.story import run

INTERVAL_S = 0.25
DOWN_S = 3 * INTERVAL_S + 56 / 256 * INTERVAL_S
PROOF_S = 3
VIP = "192.0.2.80"
# What a slow machine may add to what should be an advert's time.
ROOM_S = 1.0


def readiness(server):
    return server.daemon.instance("ready")["readiness"]


def explained(server):
    return " ".join(server.daemon.ctl("explain", "ready").stdout.split())


def take_master_time(lab, server, since):
    """How long after that it got the address."""
    holding = Holding(lab, f"{VIP}/24")
    lab.wait(lambda: server.holds(VIP), DOWN_S + PROOF_S + 5, f"{server.label} serves", 0.02)
    return holding.change(since, server.label, True) - since


def lone_survivor(lab, one):
    """Nobody else is there, and nothing is to be seen: it serves at the end of its time."""
    since = time.time()
    one.daemon.start()
    one.daemon.wait("ready=BACKUP")
    lab.check(readiness(one) == "unproven", "it waits for a frame")
    lab.check("a frame is seen on eth0 (not yet)" in explained(one), "explain shows what it lacks")
    took = take_master_time(lab, one, since)
    lab.check(0 <= took - DOWN_S - PROOF_S < ROOM_S, f"alone: it serves after {took:.2f} s")
    lab.check(readiness(one) == "unverified" and "Unverified:" in explained(one), "unverified")
    said = "serves unverified: too little was seen on eth0"
    lab.check(said in one.daemon.log(), "its log says so")
    lab.lan.send_frame(lab.client, frames.arp_request(lab.client.mac, lab.client.address, VIP))
    lab.wait(lambda: readiness(one) is None, 3, "a frame of anybody verifies it")


def second_starts(lab, one, two):
    """A master's adverts are frames: who comes to a segment that works waits for nothing more."""
    two.daemon.start()
    two.daemon.wait("ready=BACKUP")
    lab.wait(lambda: readiness(two) is None, INTERVAL_S + ROOM_S, "server 2 saw a frame")
    lab.alone(3 * INTERVAL_S, one, "server 1 goes on", VIP)


def link_returns(lab, one, two):
    """Server 1's cable is pulled; it is back, at a port that is closed. Returns when."""
    one.cable("down")
    lab.settle(two, vip=VIP)
    one.unplug()
    one.cable("up")
    since = time.time()
    lab.wait(lambda: readiness(one) == "unproven", 3, "server 1 is back, and waits for a frame")
    return since


def opens_in_time(lab, one, two):
    """The port opens while it waits: it hears the other for a whole interval, and preempts it."""
    holding = Holding(lab, f"{VIP}/24")
    since = link_returns(lab, one, two)
    lab.alone(since + PROOF_S - 0.5 - time.time(), two, "while the port is closed", VIP)
    opened = time.time()
    one.plug()
    lab.settle(one, vip=VIP)
    took = holding.change(opened, "server1", True) - opened
    double = holding.with_count(2, since, time.time())
    stall = lab.canary.worst(since, time.time())
    lab.check(took > DOWN_S - 0.1, f"it listened for {took:.2f} s first")
    lab.check(double < 0.05 + stall, f"two holders for {1000 * double:.1f} ms")
    lab.check(one.daemon.log().count("serves unverified") == 1, "and is not unverified")


def opens_late(lab, one, two):
    """It opens when both serve: an advert later one of them does."""
    since = link_returns(lab, one, two)
    took = take_master_time(lab, one, since)
    lab.check(took > DOWN_S + PROOF_S - 0.1, f"behind the closed port it serves after {took:.2f} s")
    lab.check(two.holds(VIP) and readiness(one) == "unverified", "beside the other, unverified")
    opened = time.time()
    one.plug()
    lab.settle(one, vip=VIP)
    double = Holding(lab, f"{VIP}/24").with_count(2, opened, time.time())
    stall = lab.canary.worst(opened, time.time())
    lab.check(double < INTERVAL_S + 0.05 + stall,
              f"two holders for {1000 * double:.0f} ms from when it is open")  # fmt: skip
    lab.wait(lambda: readiness(one) is None, 3, "and it is verified")


def cold_boot(lab, one, two):
    """Both start at once, and nothing else speaks. When each joins its group, or with its first
    advert, the other sees a frame. The higher priority serves, and never two.
    """
    for server in (one, two):
        server.daemon.terminate()
        server.daemon.wait_end()
    since = time.time()
    one.daemon.start()
    two.daemon.start()
    took = take_master_time(lab, one, since)
    lab.check(-0.1 < took - DOWN_S < PROOF_S + ROOM_S, f"server 1 serves after {took:.2f} s")
    lab.wait(lambda: readiness(two) is None, INTERVAL_S + ROOM_S, "server 2 saw a frame")
    lab.alone(3 * INTERVAL_S, one, "server 1 alone", VIP)
    double = Holding(lab, f"{VIP}/24").with_count(2, since, time.time())
    lab.check(double == 0, f"two holders for {1000 * double:.0f} ms")


def story(lab):
    one, two = lab.servers
    for server, priority in ((one, 200), (two, 100)):
        text = instance("ready", priority, 51, [f"{VIP}/24"], password="",
                        interval=f"{INTERVAL_S:g}", more="    version 3\n")  # fmt: skip
        server.install("vipd", text)
    lone_survivor(lab, one)
    second_starts(lab, one, two)
    opens_in_time(lab, one, two)
    opens_late(lab, one, two)
    cold_boot(lab, one, two)


run(story)
