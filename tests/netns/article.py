# SPDX-License-Identifier: GPL-2.0-or-later
"""The article's two servers: both start, server 1 holds the address, it is stopped and leaves it to
server 2, and takes it back when it is there again.
"""
import time

from lib.story import VIP, VIP_TEXT, run


def check_status(lab, one, two):
    """vipctl tells the same on both servers as the kernel does."""
    for server, state in ((one, "MASTER"), (two, "BACKUP")):
        shown = server.daemon.instance("vrrp_1")
        lab.check(shown["state"] == state, f"vipctl status on {server.label} says {state}")
        lab.check(shown["addresses"] == [VIP_TEXT], f"and {VIP_TEXT}")
        lab.check(shown["master"]["address"] == one.address,
                  f"and that {one.address} is master")  # fmt: skip
        done = server.daemon.ctl("status")
        lab.check(done.returncode == 0 and state in done.stdout, "and so in text")
        done = server.daemon.ctl("explain", "vrrp_1")
        lab.check(done.returncode == 0 and state in done.stdout, "explain tells the state")


def story(lab):
    one, two = lab.servers
    begun = time.time()
    lab.article()
    probe, ping = lab.arp_probe(), lab.ping()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    check_status(lab, one, two)
    lab.check(one.daemon.ctl("wait", "vrrp_1=BACKUP", "--timeout", "0.1").returncode == 1,
              "a wait that is not fulfilled ends with 1")  # fmt: skip
    lab.check("(vrrp_1) Entering MASTER STATE" in one.daemon.log(), "keepalived's words in the log")
    lab.check("(vrrp_1) Entering BACKUP STATE" in two.daemon.log(), "on server 2, too")
    lab.wait(lambda: len(one.watch.gratuitous(begun)) >= 10, 7, "5 gratuitous ARP, then 5 more")
    arp = one.watch.gratuitous(begun)
    lab.check(len(arp) == 10 and 4.9 < arp[5].time - arp[4].time < 5.3
              and all(a.sender == VIP and a.target_mac == b"\xff" * 6 for a in arp),
              "in keepalived's form and cadence")  # fmt: skip

    stopped = time.time()
    one.daemon.terminate()
    lab.check(one.daemon.wait_end() == 0, "SIGTERM: server 1's daemon ends with 0")
    lab.settle(two)
    two.daemon.wait("all=MASTER")
    farewells = [a for a in one.watch.sent(stopped) if a.priority == 0]
    lab.check(len(farewells) == 3, "after three adverts of priority 0")
    lab.check(not one.daemon.pids(), "and none of its processes is left")

    one.daemon.start()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    lab.check_single_holder(probe, [e[0] for s in lab.servers for e in
                                    s.address_watch.of(VIP_TEXT) if e[1]], begun)  # fmt: skip
    returned = one.watch.sent(stopped + 1)[0].time
    lab.check(not ping.lost(returned - 0.5, time.time()), "the way back cost the client no ping")


run(story)
