# SPDX-License-Identifier: GPL-2.0-or-later
"""Power cuts: server 1's port goes silent at a phase of its advert interval, everything on it is
killed, server 2 takes over within the RFC's bound; server 1 comes back and gets the address back.
"""
import time

from lib.measure import ADVERT_S, SKEW_100_S
from lib.story import VIP_TEXT, run


def story(lab):
    count = lab.options.runs
    one, two = lab.servers
    lab.article()
    probe = lab.arp_probe(spacing=0.002)
    lab.settle(one)
    begun = time.time()

    def cut(number):
        lab.wait(lambda: one.watch.sent(time.time() - ADVERT_S), 3, "server 1 sends adverts")
        heard = one.watch.sent()[-1].time
        lab.wait(lambda: one.watch.sent(heard + 0.1), 2, "a fresh advert of server 1")
        phase = number % count / count * ADVERT_S
        time.sleep(max(0.0, one.watch.sent()[-1].time + phase - time.time()))
        silent = one.power_cut()
        last = one.last_advert(silent).time
        result = lab.takeover(probe, last, two, silent=silent)
        result.more = f"at phase {phase:.2f}"
        one.power_return()
        one.daemon.start()
        lab.settle(one)
        return result

    runs = lab.repeat(count, cut, "power cut")
    lab.check_bound(runs, count, 3 * ADVERT_S + SKEW_100_S, "last advert to first answer")
    added = [e[0] for s in lab.servers for e in s.address_watch.of(VIP_TEXT, begun) if e[1]]
    lab.check_single_holder(probe, added, begun)


run(story, arguments={"--runs": {"type": int, "default": 3}})
