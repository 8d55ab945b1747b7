# SPDX-License-Identifier: GPL-2.0-or-later
"""The MASTER's cable is pulled, or its link is shut by hand: FAULT with its cause, server 2 takes
over, and everything is as before when the link is back.
"""
from lib.measure import ADVERT_S, SKEW_100_S
from lib.story import VIP, run


def condition_names(server):
    return [c["name"] for c in server.daemon.instance("vrrp_1")["conditions"]]


def outage(lab, one, two, probe, down, up, what):
    lab.wait(lambda: one.watch.sent(), 5, "server 1 sends adverts")
    last = one.watch.sent()[-1].time
    down()
    one.daemon.wait("vrrp_1=FAULT", timeout=3)
    lab.check("link-down" in condition_names(one), f"{what}: FAULT, condition link-down")
    done = one.daemon.ctl("explain", "vrrp_1")
    lab.check("link-down" in done.stdout or "eth0" in done.stdout, "explain names the link")
    lab.check(not one.holds(VIP), "server 1 let the address go")
    last = max(a.time for a in one.watch.sent(last))
    result = lab.takeover(probe, last, two)
    lab.check(result.void or result.outage_s < 3 * ADVERT_S + SKEW_100_S + 0.1,
              f"server 2 answers after {1000 * result.outage_s:.1f} ms")  # fmt: skip
    up()
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    two.daemon.wait("vrrp_1=BACKUP")
    lab.check(not condition_names(one), "no condition is left")


def story(lab):
    one, two = lab.servers
    lab.article()
    probe = lab.arp_probe(spacing=0.002)
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    outage(lab, one, two, probe, lambda: one.cable("down"), lambda: one.cable("up"), "no carrier")
    outage(lab, one, two, probe, lambda: one.run("ip link set eth0 down"),
           lambda: one.run("ip link set eth0 up"), "link shut by hand")  # fmt: skip


run(story)
