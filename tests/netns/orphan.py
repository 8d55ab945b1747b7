# SPDX-License-Identifier: GPL-2.0-or-later
"""The parent is killed and nobody comes: vipd-vrrp serves on for ten seconds, then it hands the
address over and ends, and so does vipd-ctl.
"""
import time

from lib.story import VIP, run

PATIENCE_S = 10


def story(lab):
    one, two = lab.servers
    lab.article()
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    killed = time.time()
    one.daemon.process.kill()
    one.daemon.process.wait()
    lab.quiet(PATIENCE_S - 1, one, "the parent is gone")
    lab.settle(two, 5)
    farewells = [a for a in one.watch.sent(killed) if a.priority == 0]
    lab.check(farewells and PATIENCE_S - 0.5 < farewells[0].time - killed < PATIENCE_S + 1,
              f"it said farewell after {farewells[0].time - killed:.2f} s")  # fmt: skip
    lab.wait(lambda: not one.daemon.pids(), 3, "none of its processes is left")
    lab.check(not one.holds(VIP), "nor its address")


run(story)
