# SPDX-License-Identifier: GPL-2.0-or-later
"""Graceful stops: priority 0, the heir waits its skew only, the daemon is gone at once."""
import time

from lib.measure import SKEW_100_S
from lib.story import VIP, VIP_TEXT, run

EXIT_S = 0.1


def story(lab):
    count = lab.options.runs
    one, two = lab.servers
    lab.article()
    probe = lab.arp_probe(spacing=0.002)
    lab.settle(one)
    begun = time.time()
    exits = []

    def stop(number):
        lab.wait(lambda: one.watch.sent(time.time() - 0.5), 3, "server 1 sends adverts")
        asked = time.time()
        one.daemon.terminate()
        code = one.daemon.wait_end()
        ended = time.time()
        lab.check(code == 0 and not one.daemon.pids() and not one.holds(VIP),
                  "it ends with 0, no process and no address is left")  # fmt: skip
        farewells = lab.wait(lambda: [a for a in one.watch.sent(asked) if a.priority == 0], 1,
                             "an advert of priority 0")  # fmt: skip
        result = lab.takeover(probe, farewells[-1].time, two)
        lab.check(one.watch.sent(asked)[-1].priority == 0, "it is the last word of server 1")
        if not result.void and not lab.canary.worst(asked, ended) > EXIT_S / 2:
            exits.append(ended - farewells[-1].time)
            result.more = f"exit after {1000 * exits[-1]:.1f} ms, {len(farewells)} farewells"
        one.daemon.start()
        lab.settle(one)
        return result

    runs = lab.repeat(count, stop, "stop")
    lab.check_bound(runs, count, SKEW_100_S, "last priority 0 to first answer")
    if not lab.options.makes:
        lab.check(max(exits, default=0) <= EXIT_S,
                  f"the process ends within 100 ms of its last advert ({1000 * max(exits):.1f} ms)")
    added = [e[0] for s in lab.servers for e in s.address_watch.of(VIP_TEXT, begun) if e[1]]
    lab.check_single_holder(probe, added, begun)


run(story, arguments={"--runs": {"type": int, "default": 3}})
