# SPDX-License-Identifier: GPL-2.0-or-later
"""vipd beside Debian's keepalived with the article's files, either of them on server 1: the same
outages as between two of us, and tshark has nothing to say against any advert.
"""
import time

from lib import tshark
from lib.measure import ADVERT_S, SKEW_100_S
from lib.story import VIP_TEXT, run

FIELDS = ["ip.src", "ip.ttl", "vrrp.version", "vrrp.auth_type", "vrrp.auth_string",
          "vrrp.checksum.status"]  # fmt: skip


def check_tshark(lab, server):
    """Every advert of this server, as tshark sees it."""
    adverts = server.watch.sent()
    rows = tshark.read(lab, server.label, adverts, FIELDS)
    lab.check(len(rows) == len(adverts) > 0, f"tshark reads {len(rows)} adverts of {server.label}")
    wanted = [server.address, "255", "2", "1", "SECUREUN", "1", "", ""]
    wrong = [row for row in rows if row != wanted]
    lab.check(not wrong, f"each well-formed, with authentication data SECUREUN {wrong[:1]}")


def story(lab):
    makes = ["keepalived", "vipd"] if lab.options.first == "keepalived" else ["vipd", "keepalived"]
    count = lab.options.runs
    one, two = lab.servers
    lab.article(*makes)
    probe = lab.arp_probe(spacing=0.002)
    lab.settle(one)
    begun = time.time()

    def cut(number):
        lab.wait(lambda: one.watch.sent(time.time() - 0.5), 3, "server 1 sends adverts")
        silent = one.power_cut()
        result = lab.takeover(probe, one.last_advert(silent).time, two, silent=silent)
        one.power_return()
        one.daemon.start()
        lab.settle(one)
        return result

    def stop(number):
        asked = time.time()
        one.daemon.terminate()
        one.daemon.wait_end()
        farewell = [a for a in one.watch.sent(asked) if a.priority == 0][-1]
        result = lab.takeover(probe, farewell.time, two)
        one.daemon.start()
        lab.settle(one)
        return result

    runs = lab.repeat(count, cut, "power cut")
    lab.check_bound(runs, count, 3 * ADVERT_S + SKEW_100_S, "last advert to first answer")
    runs = lab.repeat(count, stop, "stop")
    lab.check_bound(runs, count, SKEW_100_S, "last priority 0 to first answer")
    added = [e[0] for s in lab.servers for e in s.address_watch.of(VIP_TEXT, begun) if e[1]]
    lab.check_single_holder(probe, added, begun)
    for server in lab.servers:
        check_tshark(lab, server)


run(story, arguments={
    "--first": {"choices": ["vipd", "keepalived"], "default": "vipd", "help": "on server 1"},
    "--runs": {"type": int, "default": 2},
})  # fmt: skip
