# SPDX-License-Identifier: GPL-2.0-or-later
"""Masters whose adverts do not get out or in. nftables drops protocol 112 on the way out of the
master, of both, on the way into the backup; and lets it through again. A filter on the way out is
seen (EPERM) and named, and who is mute yields to whom it hears; one on the way in cannot be seen:
two hold the addresses while it is there, and who is heard is named to the one that hears. At every
moment somebody holds them, and once nothing is filtered any more there is one.
"""
import shutil
import signal
import time

from lib.config import instance
from lib.holding import Holding
from lib.story import Skipped, run

INTERVAL_S = 0.25
SKEWS_S = {200: 56 / 256 * INTERVAL_S, 100: 156 / 256 * INTERVAL_S}
DOWN_S = {priority: 3 * INTERVAL_S + skew for priority, skew in SKEWS_S.items()}
# What a slow machine may add to what should be an advert's time.
ROOM_S = 1.0
# The heir's advert goes out before its addresses come, and what tells us is a thread of ours.
NEWS_LATE_S = 0.05
VIPS = {4: ["192.0.2.80/24"], 6: ["fe80::80/64", "2001:db8::80/64"]}


class Filter:
    """nftables on one server: protocol 112 dropped in these hooks."""

    def __init__(self, server):
        self.server = server

    def drop(self, *hooks):
        self.server.run("nft add table inet mute")
        for hook in hooks:
            self.server.run(["nft", f"add chain inet mute {hook} {{ type filter hook {hook}"
                                    " priority 0; policy accept; }"])  # fmt: skip
            self.server.run(f"nft add rule inet mute {hook} meta l4proto 112 drop")

    def heal(self):
        self.server.run("nft delete table inet mute")


class Family:
    def __init__(self, lab, family):
        self.lab, self.family = lab, family
        self.one, self.two = lab.servers
        self.filters = {server: Filter(server) for server in lab.servers}
        self.holding = Holding(lab, VIPS[family][-1])
        self.vip = VIPS[family][-1].split("/")[0]
        for server in lab.servers:
            text = instance("mute", 200 if server is self.one else 100, 51, VIPS[family],
                            password="", interval=f"{INTERVAL_S:g}", more="    version 3\n")
            server.install("vipd", text)

    def start(self):
        for server in self.lab.servers:
            server.daemon.start()
        self.lab.settle(self.one, vip=self.vip)
        self.two.daemon.wait("mute=BACKUP")

    def end(self):
        for server in self.lab.servers:
            server.daemon.terminate()
        for server in self.lab.servers:
            server.daemon.wait_end()

    def reasons(self, server):
        return " ".join(server.daemon.ctl("explain", "mute").stdout.split())

    def check_named(self, server, what):
        def named():
            text = self.reasons(server)
            return "Operation not permitted" in text and "output filter" in text

        self.lab.wait(named, ROOM_S + 2, f"{what}: explain of {server.label} names the errno and "
                                         "the filter", 0.05)  # fmt: skip

    def check_spans(self, what, since, double_s):
        """Nobody for the moment of the change only, and two no longer than this."""
        until = time.time()
        none, two = (self.holding.with_count(n, since, until) for n in (0, 2))
        stall = self.lab.canary.worst(since, until)
        self.lab.check(none < NEWS_LATE_S + stall, f"{what}: nobody for {1000 * none:.1f} ms")
        self.lab.check(two <= double_s + stall,
                       f"{what}: two holders for {1000 * two:.1f} ms (this machine stalled "
                       f"{1000 * stall:.0f} ms)")  # fmt: skip

    def one_out(self):
        """The master's adverts do not get out: the backup serves, and keeps it after healing."""
        since = time.time()
        self.filters[self.one].drop("output")
        self.lab.settle(self.two, vip=self.vip)
        added = self.holding.change(since, "server2", True)
        self.lab.check(added - self.holding.change(since, "server1", False) < NEWS_LATE_S,
                       "the mute one yields to the heir, not before")  # fmt: skip
        last = self.one.watch.sent(until=added)[-1].time
        late = added - last - DOWN_S[100]
        self.lab.check(-0.05 < late < ROOM_S,
                       f"the heir takes over {1000 * late:+.1f} ms on its limit")  # fmt: skip
        self.check_spans("one out", since, ROOM_S)
        self.check_named(self.one, "one out")
        said = "cannot send; 192.0.2.12" if self.family == 4 else "cannot send; fe80::12"
        self.lab.check(said in self.one.daemon.log(), f"and its log: {said} …")
        self.heal_and_hold("one out", self.two)
        self.take_back()

    def take_back(self):
        """What ends that it leaves the addresses to the other: a reload, or that one's end."""
        if self.family == 4:
            self.one.daemon.process.send_signal(signal.SIGHUP)
        else:
            self.two.daemon.terminate()
        self.lab.settle(self.one, vip=self.vip)

    def both_out(self):
        """Nobody's adverts get out: at least one holder at every moment."""
        since = time.time()
        for server in self.lab.servers:
            self.filters[server].drop("output")
        both = lambda: all(s.holds(self.vip) for s in self.lab.servers)  # noqa: E731
        self.lab.wait(both, DOWN_S[100] + 5, "both out: both serve", 0.02)
        for server in self.lab.servers:
            self.check_named(server, "both out")
            self.lab.wait(lambda s=server: "MUTE" in s.daemon.log(), DOWN_S[100] + ROOM_S + 2,
                          "both out: its log says MUTE")  # fmt: skip
        self.lab.lasts(both, 2 * DOWN_S[100], "and go on: neither hears the other")
        # Whoever is heard first: the other one yields to it, whatever their priorities are.
        self.heal_and_hold("both out", *self.lab.servers)
        none = self.holding.with_count(0, since, time.time())
        self.lab.check(none == 0, "both out: never nobody")

    def one_in(self):
        """The backup hears nothing: two holders that no filter of theirs tells of."""
        since = time.time()
        self.filters[self.two].drop("input")
        both = lambda: all(s.holds(self.vip) for s in self.lab.servers)  # noqa: E731
        self.lab.wait(both, DOWN_S[100] + 5, "one in: both serve", 0.02)
        self.lab.lasts(both, 2 * DOWN_S[100], "one in: while it lasts")
        self.lab.check("Mute" not in self.reasons(self.two), "one in: nobody is called mute")
        rival = "fe80::12" if self.family == 6 else self.two.address
        named = lambda: f"Rival: {rival}, of priority 100" in self.reasons(self.one)  # noqa: E731
        self.lab.wait(named, ROOM_S + 2, "one in: explain of server1 names who does not hear it")
        said = "its adverts do not get here: the firewall of this host" in self.reasons(self.two)
        self.lab.check(said, "one in: explain of server2 names its firewall")
        self.heal_and_hold("one in", self.one)
        self.lab.check("Rival" not in self.reasons(self.one), "one in: and no longer")
        none = self.holding.with_count(0, since, time.time())
        self.lab.check(none == 0, "one in: never nobody")

    def heal_and_hold(self, what, *expected):
        """Without filters: one holder, one of these, and it stays."""
        for server in self.lab.servers:
            if server.run("nft list tables inet"):
                self.filters[server].heal()
        held = lambda: [s for s in self.lab.servers if s.holds(self.vip)]  # noqa: E731
        self.lab.wait(lambda: len(held()) == 1, DOWN_S[100] + ROOM_S + 2,
                      f"{what}: healed, one holder", 0.02)  # fmt: skip
        holder = held()[0]
        self.lab.alone(2 * DOWN_S[100] + 0.5, holder, f"{what}: after healing", self.vip)
        self.lab.check(holder in expected, f"{what}: {holder.label} stays the holder")

    def again(self):
        self.end()
        self.start()


def story(lab):
    if not shutil.which("nft"):
        raise Skipped("needs nft")
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for family in (4, 6):
        lab.say(f"IPv{family}")
        pair = Family(lab, family)
        pair.start()
        pair.one_out()
        pair.again()
        pair.both_out()
        pair.again()
        pair.one_in()
        pair.end()


run(story)
