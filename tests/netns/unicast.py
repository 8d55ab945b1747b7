# SPDX-License-Identifier: GPL-2.0-or-later
"""unicast_peer with one file for both servers, which lists both: each leaves itself out, and the
election has no priorities. `unicast_ttl` is on the wire. Then what keepalived's users met: the
backup's cable is out until nobody knows its MAC any more, and comes back: no false timeout, at ten
adverts a second; a master whose only peer cannot be reached is not mute. Without a peer: the group,
or FAULT.
"""
import time

from lib.config import instance
from lib.story import run

VIP = "192.0.2.80"
INTERVAL_S = 0.1
DOWN_S = (3 + 56 / 256) * INTERVAL_S
TTL = 63
# What a slow machine may add to what should be an advert's time.
ROOM_S = 1.0


def config(peers, more=""):
    lines = "".join(f"        {peer}\n" for peer in peers)
    more += f"    version 3\n    unicast_ttl {TTL}\n    unicast_peer {{\n{lines}    }}\n"
    return instance("web", 200, 51, [f"{VIP}/24"], password="", interval=f"{INTERVAL_S:g}",
                    more=more)  # fmt: skip


def one_file(lab, one, two):
    text = config([s.address for s in lab.servers])
    since = time.time()
    for server in lab.servers:
        server.install("vipd", text).start()
    holders = lambda: [s for s in lab.servers if s.holds(VIP)]  # noqa: E731
    lab.wait(holders, 12, "one serves")
    lab.wait(lambda: len(holders()) == 1, ROOM_S, "and one alone")
    master = holders()[0]
    backup = two if master is one else one
    backup.daemon.wait("web=BACKUP")
    begun = time.time()
    lab.alone(2, master, "an equal does not preempt", VIP)
    sent = master.watch.sent(begun)
    lab.check({a.destination for a in sent} == {backup.address}, "adverts go to the other only")
    lab.check({a.ttl for a in master.watch.sent(since)} == {TTL}, f"with a TTL of {TTL}")
    taken = backup.daemon.instance("web")["counters"]
    lab.check(taken["adverts_received"] > 10 and taken["drop_ttl"] == 0, "which it takes")
    return backup, master


def mac_known(server, of):
    return of.mac.hex(":") in server.run(f"ip neigh show to {of.address} dev eth0")


def cable_returns(lab, one, two):
    """k#1283: that of server 1, which is the backup here."""
    begun, states = time.time(), two.daemon.states()
    one.cable("down")
    one.daemon.wait("web=FAULT", timeout=3)
    for server, other in ((one, two), (two, one)):
        server.run(f"ip neigh flush to {other.address} dev eth0", check=False)
    entry = lambda: two.run(f"ip neigh show to {one.address} dev eth0")  # noqa: E731
    lab.wait(lambda: "INCOMPLETE" in entry() or "FAILED" in entry(), 5,
             "the master looks for its peer")  # fmt: skip
    lab.alone(2 * DOWN_S + 1, two, "its peer cannot be reached", VIP)
    lab.check(two.daemon.instance("web")["mute"] is None, "and that makes nobody mute")
    one.cable("up")
    one.daemon.wait("web=BACKUP")
    lab.alone(4, two, "the cable is back", VIP)
    lab.wait(lambda: mac_known(two, one), 1, "and the peer is known")
    lab.check(not one.watch.sent(begun), "the backup claimed nothing")
    lab.check(two.daemon.states() == states, "the master never left")


def without_a_peer(lab, one, two):
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
    since = time.time()
    one.install("vipd", config([])).start()
    lab.settle(one, vip=VIP)
    sent = one.watch.sent(since)
    lab.check(sent and {a.destination for a in sent} == {"224.0.0.18"}, "no peer: to the group")
    lab.check({a.ttl for a in sent} == {255}, "with 255")
    one.daemon.reload(config([], "    unicast_fault_no_peer\n"))
    one.daemon.wait("web=FAULT", timeout=3)
    lab.check([c["name"] for c in one.daemon.instance("web")["conditions"]] == ["no-peer"],
              "unicast_fault_no_peer: FAULT, condition no-peer")  # fmt: skip
    lab.check(not one.holds(VIP), "and no address")


def story(lab):
    one, two = lab.servers
    backup, master = one_file(lab, one, two)
    cable_returns(lab, backup, master)
    without_a_peer(lab, one, two)


run(story)
