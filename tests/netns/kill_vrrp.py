# SPDX-License-Identifier: GPL-2.0-or-later
"""kill -9 of vipd-vrrp on the MASTER, again and again: its successor goes on from the kept state;
the peer notices nothing, the address stays, no ping of the client is lost.
"""
import os
import time

from lib.story import VIP_TEXT, run

# The next advert may be late by this much before anybody could notice: far below the peer's
# 3.6 s, far above what a start costs.
LATEST_S = 1.5


def story(lab):
    one, two = lab.servers
    lab.article()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    ping = lab.ping()
    begun = time.time()
    states = two.daemon.states()
    slowest = 0.0
    for number in range(lab.options.runs):
        time.sleep(0.05 + 0.9 * number / lab.options.runs)
        old = one.daemon.pid_of("vipd-vrrp")
        killed = time.time()
        os.kill(old, 9)
        lab.wait(lambda old=old: one.daemon.pids("vipd-vrrp") not in ([], [old]), 3,
                 f"kill {number + 1}: a new vipd-vrrp")  # fmt: skip
        lab.wait(lambda killed=killed: one.watch.sent(killed), LATEST_S, "it advertises")
        slowest = max(slowest, one.watch.sent(killed)[0].time - killed)
    one.daemon.wait("vrrp_1=MASTER")
    time.sleep(1)
    ended = time.time()
    sent = one.watch.sent(begun)
    gap = max(b.time - a.time for a, b in zip(sent, sent[1:]))
    lab.check(gap < LATEST_S, f"longest time between two adverts {1000 * gap:.0f} ms, from a kill "
                              f"to the next advert {1000 * slowest:.0f} ms at most")
    lab.check(all(a.priority == 200 for a in sent), "none of them of priority 0")
    lab.check(not two.watch.sent(begun) and two.daemon.states() == states,
              "server 2 said nothing and changed no state")  # fmt: skip
    lab.check(not one.address_watch.of(VIP_TEXT, begun), "the address was never touched")
    lost = ping.lost(begun, ended)
    lab.check(not lost, f"no ping lost of {len(ping.asked)} ({len(lost)})")


run(story, arguments={"--runs": {"type": int, "default": 20}})
