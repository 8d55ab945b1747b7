# SPDX-License-Identifier: GPL-2.0-or-later
"""More IPv6 addresses than an advert can name: those that do not fit move with the instance, as in
keepalived. Beside keepalived in both roles; then two vipd with a signature behind a full list, on a
link with a smaller MTU, where an advert goes in fragments; and drift, of which not every address is
a word.
"""
from lib.config import instance
from lib.story import run

COUNT = 100
INTERVAL_S = 0.5
SMALL_MTU = 1400
VIPS = ["fe80::80/64", *(f"2001:db8::1:{k:x}/64" for k in range(COUNT - 1))]
VIP = "fe80::80"
KEY = "    auth_hmac {\n        key 1 the-only-key-of-thirty-six-letters--\n    }\n"
# What a slow machine may add to a takeover of all these addresses.
ROOM_S = 5


def config(priority, vips=VIPS, more=""):
    return instance("many", priority, 51, vips, password="", interval=f"{INTERVAL_S:g}",
                    more="    version 3\n" + more)  # fmt: skip


def has_all(server):
    held = set(server.addresses(family=6))
    return held >= set(VIPS)


def both_vipd(lab, one, two):
    for machine in lab.lan.machines:
        machine.run(f"ip link set eth0 mtu {SMALL_MTU}")
    one.install("vipd", config(200, more=KEY)).start()
    one.daemon.wait("many=MASTER")
    two.install("vipd", config(100, more=KEY)).start()
    lab.wait(lambda: has_all(one), ROOM_S, f"server 1 has {COUNT} addresses", 0.05)
    lab.quiet(3, one, "server 2 hears it", VIP)
    shown = [s.daemon.instance("many") for s in lab.servers]
    lab.check(shown[0]["counters"]["send_errors"] == 0, "each advert left")
    taken = shown[1]["counters"]
    wrong = {k: v for k, v in taken.items() if v and ("drop" in k or k == "address_list_errors")}
    lab.check(taken["adverts_received"] > 4 and not wrong, f"and was taken {wrong}")
    one.power_cut()
    lab.wait(lambda: has_all(two), ROOM_S, "server 2 takes all over", 0.05)
    one.power_return()
    one.daemon.start()
    one.daemon.wait("many=MASTER")
    lab.settle(one, vip=VIP)


def drift(lab, one, two):
    one.daemon.reload(config(200, VIPS[:65], KEY))

    def said():
        text = " ".join(two.daemon.ctl("explain", "many").stdout.split())
        return "nobody serves 2001:db8::1:40, " in text and "2001:db8::1:47 and 16 more." in text

    lab.wait(said, 3, "24 addresses are dark: explain names some, and how many more", 0.05)
    dark = two.daemon.instance("many")["drift"]["dark"]
    lab.check(len(dark) == 24, "status has all of them")


def beside_keepalived(lab, first, second, makes):
    for server, make, priority in zip((first, second), makes, (200, 100)):
        server.install(make, config(priority)).start()
    lab.wait(lambda: has_all(first), 12, f"{makes[0]} first: it has all", 0.05)
    lab.settle(first, vip=VIP)
    lab.quiet(3, first, f"{makes[1]} hears it", VIP)
    first.power_cut()
    lab.wait(lambda: has_all(second), ROOM_S, f"{makes[1]} takes all over", 0.05)
    first.power_return()
    first.daemon.start()
    lab.settle(first, vip=VIP)
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()
        server.run("ip addr flush dev eth0")
        server.power_return()


def story(lab):
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    beside_keepalived(lab, one, two, ("vipd", "keepalived"))
    beside_keepalived(lab, one, two, ("keepalived", "vipd"))
    both_vipd(lab, one, two)
    drift(lab, one, two)


run(story)
