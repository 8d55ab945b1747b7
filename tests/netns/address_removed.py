# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody removes the virtual address on the MASTER: it is put back and announced, nothing else
happens, and the repair is counted and logged. One that appears on a BACKUP goes again.
"""
import time

from lib.story import VIP_TEXT, run


def story(lab):
    one, two = lab.servers
    lab.article()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    states = one.daemon.states()
    repairs = one.daemon.instance("vrrp_1")["counters"]["address_repairs"]
    for number in range(3):
        since = time.time()
        one.run(f"ip addr del {VIP_TEXT} dev eth0")
        lab.wait(lambda: [e for e in one.address_watch.of(VIP_TEXT, since) if e[1]], 1,
                 f"{number + 1}: put back")  # fmt: skip
        news = one.address_watch.of(VIP_TEXT, since)
        lab.check(not news[0][1] and news[-1][1],
                  f"after {1000 * (news[-1][0] - news[0][0]):.1f} ms")  # fmt: skip
        lab.wait(lambda: one.watch.gratuitous(since), 1, "and announced")
    lab.check(one.daemon.instance("vrrp_1")["counters"]["address_repairs"] == repairs + 3,
              "three repairs are counted")  # fmt: skip
    lab.check(one.daemon.states() == states, "no state changed")
    lab.quiet(2, one, "after the repairs")

    since = time.time()
    two.run(f"ip addr add {VIP_TEXT} dev eth0")
    lab.wait(lambda: [e for e in two.address_watch.of(VIP_TEXT, since) if not e[1]], 2,
             "an address put on the BACKUP by hand goes again")  # fmt: skip
    lab.settle(one)


run(story)
