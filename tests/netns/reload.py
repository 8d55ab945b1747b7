# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGHUP: what changed in the file changes, what did not change is not disturbed; a file with
mistakes leaves the running configuration in force.
"""
import signal
import time

from lib.config import instance
from lib.story import run

FIRST = {"name": "vrrp_1", "vrid": 51, "vips": ["192.0.2.1/24"]}
SECOND = {"name": "vrrp_2", "vrid": 52, "vips": ["192.0.2.2/24"]}


def reload(lab, server, text, what):
    """Reloads and waits until the configuration is in force; returns when it was asked for."""
    asked = server.daemon.reload(text)
    lab.say(f"ok: {what}: in force after {1000 * (time.time() - asked):.0f} ms")
    return asked


def of(server, vrid, since):
    return [a for a in server.watch.sent(since) if a.vrid == vrid]


def check_undisturbed(lab, one, two, since, entered):
    """vrrp_1 keeps its state, its address and its beat."""
    time.sleep(max(0.0, since + 2.2 - time.time()))
    lab.check_beat([a.time for a in of(one, 51, since - 1.5)], "vrrp_1's adverts")
    lab.check(all(a.priority for a in of(one, 51, since)), "it says no farewell")
    lab.check(not one.address_watch.of("192.0.2.1/24", since), "its address is not touched")
    lab.check(not of(two, 51, since), "server 2 claims nothing")
    lab.check(one.daemon.log().count("(vrrp_1) Entering") == entered, "no transition")


def story(lab):
    one, two = lab.servers
    base = instance(**FIRST)
    one.install("vipd", base).start()
    two.install("vipd", instance(**FIRST, priority=100) + instance(**SECOND, priority=100)).start()
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    two.daemon.wait("vrrp_2=MASTER")
    time.sleep(1.5)
    entered = one.daemon.log().count("(vrrp_1) Entering")

    since = reload(lab, one, base, "nothing changed")
    check_undisturbed(lab, one, two, since, entered)

    since = reload(lab, one, base + instance(**SECOND), "an instance added")
    one.daemon.wait("vrrp_2=MASTER")
    two.daemon.wait("vrrp_2=BACKUP")
    lab.check(one.holds("192.0.2.2") and not two.holds("192.0.2.2"), "it takes its address")
    check_undisturbed(lab, one, two, since, entered)

    since = reload(lab, one, base, "the instance removed")
    lab.wait(lambda: not one.holds("192.0.2.2"), 2, "its address goes")
    two.daemon.wait("vrrp_2=MASTER", timeout=3)
    lab.check([a for a in of(one, 52, since) if a.priority == 0], "after a farewell")
    check_undisturbed(lab, one, two, since, entered)

    more = instance(**{**FIRST, "vips": ["192.0.2.1/24", "192.0.2.3/24"]})
    since = reload(lab, one, more, "an address added")
    lab.wait(lambda: one.holds("192.0.2.3"), 2, "it is there")
    lab.wait(lambda: [a for a in one.watch.gratuitous(since) if a.sender == "192.0.2.3"], 2,
             "and announced")  # fmt: skip
    lab.check(not [a for a in one.watch.gratuitous(since) if a.sender == "192.0.2.1"],
              "the other one is not announced again")  # fmt: skip
    check_undisturbed(lab, one, two, since, entered)
    since = reload(lab, one, base, "the address removed")
    lab.wait(lambda: not one.holds("192.0.2.3"), 2, "it is gone")
    check_undisturbed(lab, one, two, since, entered)

    since = reload(lab, one, instance(**FIRST, priority=150), "another priority")
    lab.wait(lambda: any(a.priority == 150 for a in of(one, 51, since)), 2, "it is in the adverts")
    check_undisturbed(lab, one, two, since, entered)

    generation = one.daemon.status()["config"]["generation"]
    one.daemon.configure("vrrp_instance broken {\n    virtual_router_id 0\n    interface\n")
    lines = len(one.daemon.log().splitlines())
    since = time.time()
    one.daemon.process.send_signal(signal.SIGHUP)
    lab.wait(lambda: "daemon.conf:" in "\n".join(one.daemon.log().splitlines()[lines:]), 3,
             "a file with nothing healthy in it: the log says where")  # fmt: skip
    check_undisturbed(lab, one, two, since, entered)
    lab.check(one.daemon.status()["config"]["generation"] == generation
              and one.daemon.instance("vrrp_1")["state"] == "MASTER",
              "the running configuration stays in force")  # fmt: skip


run(story)
