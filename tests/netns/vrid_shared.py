# SPDX-License-Identifier: GPL-2.0-or-later
"""One VRID twice on one LAN, by mistake: two pairs of servers with addresses of their own. Each
pair has its holder and its takeover as if it were alone; the others' adverts are counted and named.
Then the other one is a keepalived; then drift inside a pair: the master's list lacks an address,
and the backup says which is dark. At last on purpose: one file has the VRID twice on one interface,
once in a group and once among peers, beside a keepalived that has both as well.
"""
from lib.config import instance
from lib.story import run

INTERVAL_S = 0.25
VIPS = {4: ("192.0.2.80/24", "192.0.2.90/24"), 6: ("2001:db8::80/64", "2001:db8::90/64")}
LOCALS = {4: ((), ()), 6: (("fe80::80/64",), ("fe80::90/64",))}
PRIORITIES = (200, 100, 150, 120)
# Of a master that was lost, to the heir's address; with much room for a slow machine.
TAKEOVER_S = 5


class Pair:
    def __init__(self, lab, family, number):
        self.lab, self.number = lab, number
        self.first, self.second = lab.servers[2 * number : 2 * number + 2]
        self.vip = VIPS[family][number].split("/")[0]
        vips = [*LOCALS[family][number], VIPS[family][number]]
        for server in (self.first, self.second):
            text = config(PRIORITIES[server.number - 1], vips)
            server.install("vipd", text).start()

    def held_by(self, server):
        others = [s for s in self.lab.servers if s is not server]
        self.lab.wait(
            lambda: server.holds(self.vip) and not any(s.holds(self.vip) for s in others),
            TAKEOVER_S, f"{server.label} and nobody else holds {self.vip}", 0.02,
        )  # fmt: skip


def config(priority, vips):
    return instance("web", priority, 51, vips, password="", interval=f"{INTERVAL_S:g}",
                    more="    version 3\n")  # fmt: skip


def check_told(lab, server, stranger, family, least=3):
    """The counter, the lines and the sentence about adverts of the other pair's master. Its MAC is
    looked for from the first one on, so there have to be more."""
    source = stranger.address if family == 4 else stranger.local6

    def counted():
        return server.daemon.instance("web")["counters"]["drop_stranger"] >= least

    lab.wait(counted, TAKEOVER_S, f"{server.label} counts drop_stranger", 0.05)

    def lines(words):
        return [line for line in server.daemon.log().splitlines()
                if source in line and words in line]  # fmt: skip

    mac = stranger.mac.hex(":")
    lab.check(len(lines("none of our addresses")) == 1, f"its log names {source}, once")
    who = f"the last one was {source}"
    if least > 1:
        lab.wait(lambda: lines(f"has the MAC {mac}"), TAKEOVER_S, f"and its MAC {mac}", 0.05)
        lab.check(len(lines("has the MAC")) == 1, "once, too")
        who += f", with the MAC {mac}"
    text = " ".join(server.daemon.ctl("explain", "web").stdout.split())
    lab.check("other servers use our VRID" in text and who in text,
              f"explain says that others use our VRID: {who}")  # fmt: skip


def collision(lab, family):
    one, two = (Pair(lab, family, number) for number in range(2))
    one.held_by(one.first)
    two.held_by(two.first)
    check_told(lab, one.first, two.first, family)
    check_told(lab, one.second, two.first, family)
    check_told(lab, two.second, one.first, family)
    one.first.power_cut()
    one.first.power_return()
    one.held_by(one.second)
    two.held_by(two.first)
    states = two.first.daemon.states()
    lab.check(states == ["BACKUP", "MASTER"], "the other pair noticed nothing")
    for server in (one.second, two.first, two.second):
        server.daemon.terminate()
        server.daemon.wait_end()


def beside_keepalived(lab):
    """keepalived of the higher priority uses the VRID for another address. It refuses lists that
    are not its own, so both serve; each refused advert puts its own next one off, so few come."""
    one, other = lab.servers[0], lab.servers[2]
    one.install("vipd", config(100, ["192.0.2.80/24"])).start()
    other.install("keepalived", config(200, ["192.0.2.90/24"])).start()
    lab.wait(lambda: other.holds("192.0.2.90"), TAKEOVER_S, "keepalived holds 192.0.2.90", 0.02)
    one.daemon.wait("web=MASTER")
    check_told(lab, one, other, 4, least=1)
    lab.check(one.daemon.states() == ["BACKUP", "MASTER"], "vipd serves beside it")
    for server in (one, other):
        server.daemon.terminate()
        server.daemon.wait_end()


def drift(lab):
    """Server 1 serves without 192.0.2.81; server 2 would have it."""
    one, two = lab.servers[:2]
    lists = {one: ["192.0.2.80/24"], two: ["192.0.2.80/24", "192.0.2.81/24"]}
    for server, vips in lists.items():
        server.install("vipd", config(PRIORITIES[server.number - 1], vips)).start()
    one.daemon.wait("web=MASTER")
    two.daemon.wait("web=BACKUP")
    said = "Drift: 192.0.2.11 advertises other addresses than ours; nobody serves 192.0.2.81"
    lab.wait(lambda: said in " ".join(two.daemon.ctl("explain", "web").stdout.split()), 3,
             f"explain: {said}", 0.05)  # fmt: skip
    lab.check("192.0.2.11 advertises other addresses than ours" in two.daemon.log(), "its log, too")
    lab.check(two.daemon.instance("web")["counters"]["drop_stranger"] == 0, "no stranger")


def on_purpose(lab):
    """Each has the higher priority in one of the two; then keepalived loses its power."""
    one, two = lab.servers[:2]
    for server in (one, two):
        server.daemon.terminate()
        server.daemon.wait_end()
    for server, make in ((one, "vipd"), (two, "keepalived")):
        other = two if server is one else one
        peers = (f"    unicast_src_ip {server.address}\n    unicast_peer {{\n"
                 f"        {other.address}\n    }}\n")  # fmt: skip
        web, db = (200, 100) if server is one else (100, 200)
        server.install(make, "".join((
            instance("web", web, 51, ["192.0.2.80/24"], password="",
                     more="    mcast_dst_ip 224.0.0.19\n"),
            instance("db", db, 51, ["192.0.2.90/24"], password="", more=peers),
        ))).start()  # fmt: skip
    lab.wait(lambda: one.holds("192.0.2.80") and not two.holds("192.0.2.80"), 8,
             "vipd alone holds that of the group", 0.02)  # fmt: skip
    lab.wait(lambda: two.holds("192.0.2.90") and not one.holds("192.0.2.90"), 8,
             "keepalived alone holds that of the peers", 0.02)  # fmt: skip
    refused = [one.daemon.instance(n)["counters"]["drop_destination"] for n in ("web", "db")]
    lab.check(refused == [0, 0], "no advert came to the other one")
    two.power_cut()
    lab.wait(lambda: one.holds("192.0.2.90"), TAKEOVER_S, "vipd takes that of the peers", 0.02)
    lab.check(one.holds("192.0.2.80"), "and still has that of the group")


def story(lab):
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for family in (4, 6):
        lab.say(f"IPv{family}")
        collision(lab, family)
    beside_keepalived(lab)
    drift(lab)
    on_purpose(lab)


run(story, servers=4)
