# SPDX-License-Identifier: GPL-2.0-or-later
"""An interface loses IPv6 and gets it back: its MTU goes below 1280, or IPv6 is switched off. The
kernel takes the addresses and forgets the groups; the backup that has them again hears the master
and stays backup, and so does the master that lost them.
"""
from lib.config import instance
from lib.story import run

INTERVAL_S = 0.25
VIPS = ["fe80::80/64", "2001:db8::80/64"]
VIP = "2001:db8::80"
# Three master-down intervals: a deaf backup would serve long before.
CALM_S = 3.0


def smaller_mtu(server):
    server.run("ip link set eth0 mtu 1200")
    server.daemon.wait("web=FAULT", timeout=5)
    server.run("ip link set eth0 mtu 1500")
    server.enable_ipv6()


def switched_off(server):
    path = "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"
    server.namespace.write(path, "1")
    server.daemon.wait("web=FAULT", timeout=5)
    server.namespace.write(path, "0")
    server.add_ipv6()


def story(lab):
    one, two = lab.servers
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for server, priority in ((one, 200), (two, 100)):
        text = instance("web", priority, 51, VIPS, password="", interval=f"{INTERVAL_S:g}",
                        more="    version 3\n")  # fmt: skip
        server.install("vipd", text).start()
    lab.settle(one, vip=VIP)
    for take, what in ((smaller_mtu, "MTU 1200"), (switched_off, "IPv6 off")):
        take(two)
        two.daemon.wait("web=BACKUP", timeout=5)
        lab.alone(CALM_S, one, f"{what} on the backup", VIP)
        take(one)
        lab.settle(one, vip=VIP)
        lab.alone(CALM_S, one, f"{what} on the master", VIP)


run(story)
