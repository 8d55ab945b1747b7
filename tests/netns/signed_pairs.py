# SPDX-License-Identifier: GPL-2.0-or-later
"""auth_hmac between two real daemons in every pair of modes, against replays by time and by
numbers that only grow: one server changes at a time, under traffic, and nobody's state changes. In
one pair they cannot hear each other, who signs nothing and who wants signatures: then both serve,
the refused adverts are counted, and the next change ends that.
"""
from lib.config import instance
from lib.story import run, wait_until

KEY = "thirty-two-letters-are-the-least"
INSTANCES = ("vrrp_1", "vrrp_2")
ENFORCE, PERMISSIVE, RECEIVE = "enforce", "permissive", "receive-only"
# (server 1, server 2): each differs from the one before in one of them.
PAIRS = (
    (ENFORCE, ENFORCE), (PERMISSIVE, ENFORCE), (PERMISSIVE, PERMISSIVE), (ENFORCE, PERMISSIVE),
    (RECEIVE, PERMISSIVE), (RECEIVE, RECEIVE), (PERMISSIVE, RECEIVE), (ENFORCE, RECEIVE),
)  # fmt: skip


def config(priority, mode, replay):
    more = (f"    auth_hmac {{\n        key 1 {KEY}\n        active_key 1\n"
            f"        mode {mode}\n        anti_replay {replay}\n    }}\n")  # fmt: skip
    return (instance(priority=priority, password="", more="    version 3\n" + more)
            + instance("vrrp_2", priority, 22, ["192.0.2.22/24"], password="", more=more))


def heard(server):
    return [server.daemon.instance(name)["counters"]["adverts_received"] for name in INSTANCES]


def refused(server):
    """Because of signatures, in all."""
    return sum(value for name in INSTANCES
               for key, value in server.daemon.instance(name)["counters"].items()
               if key.startswith("drop_auth"))  # fmt: skip


def changes(server):
    return {name: server.daemon.instance(name)["since"] for name in INSTANCES}


class Pair:
    def __init__(self, lab):
        self.lab = lab
        self.servers = lab.servers
        self.modes = [None, None]

    def set(self, modes, replay):
        for k, priority in ((0, 200), (1, 100)):
            if self.modes[k] != (modes[k], replay):
                self.modes[k] = (modes[k], replay)
                self.servers[k].daemon.reload(config(priority, modes[k], replay))

    def hears(self):
        two = self.servers[1]
        before = heard(two)
        wait_until(lambda: all(now > was + 1 for now, was in zip(heard(two), before)), 10,
                   "server 2 hears two adverts of each", 0.05)  # fmt: skip


def cannot_hear(lab, pair, replay):
    one, two = lab.servers
    before = refused(two)
    pair.set((RECEIVE, RECEIVE), replay)
    pair.hears()
    pair.set((RECEIVE, ENFORCE), replay)
    two.daemon.wait("vrrp_1=MASTER", "vrrp_2=MASTER")
    lab.check(refused(two) > before, "who wants signatures refuses what has none, and counts that")
    lab.check(one.daemon.instance("vrrp_1")["state"] == "MASTER", "and server 1 serves on")
    pair.set((PERMISSIVE, ENFORCE), replay)
    two.daemon.wait("vrrp_1=BACKUP", "vrrp_2=BACKUP")
    lab.settle(one)


def takes_over(lab):
    one, two = lab.servers
    one.daemon.terminate()
    one.daemon.wait_end()
    two.daemon.wait("vrrp_1=MASTER", "vrrp_2=MASTER")
    one.daemon.start()
    one.daemon.wait("vrrp_1=MASTER", "vrrp_2=MASTER")
    two.daemon.wait("vrrp_1=BACKUP", "vrrp_2=BACKUP")
    lab.check(refused(one) == 0, "server 1, started anew, believed server 2")


def story(lab):
    one, two = lab.servers
    for server, priority in ((one, 200), (two, 100)):
        server.install("vipd", config(priority, ENFORCE, "time")).start()
    one.daemon.wait("vrrp_1=MASTER", "vrrp_2=MASTER")
    two.daemon.wait("vrrp_1=BACKUP", "vrrp_2=BACKUP")
    lab.settle(one)
    pair = Pair(lab)
    for replay in ("time", "monotonic"):
        before = [changes(server) for server in lab.servers]
        refused_before = refused(two)
        for modes in PAIRS:
            pair.set(modes, replay)
            pair.hears()
        lab.check([changes(server) for server in lab.servers] == before,
                  f"{replay}: no state changed in {len(PAIRS)} pairs of modes")  # fmt: skip
        lab.check(refused(two) == refused_before, "and nothing was refused")
        pair.set((PERMISSIVE, PERMISSIVE), replay)
        takes_over(lab)
        cannot_hear(lab, pair, replay)


run(story)
