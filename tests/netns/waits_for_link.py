# SPDX-License-Identifier: GPL-2.0-or-later
"""An interface that does not exist yet is waited for: FAULT with its name, and MASTER when it has
come with an address; when it goes again, FAULT again.
"""
from lib.config import instance
from lib.story import run


def make_link(lab, server):
    lab.lan.bridge.run("ip link add late type veth peer name eth1 netns "
                       f"{server.namespace.holder.pid}")  # fmt: skip
    lab.lan.bridge.run("ip link set late master br0 up")
    server.run("ip addr add 192.0.2.51/24 dev eth1")
    server.run("ip link set eth1 up")


def story(lab):
    server = lab.servers[0]
    text = instance(interface="eth1") + instance("vrrp_2", vrid=52, vips=["192.0.2.2/24"])
    server.install("vipd", text).start()
    server.daemon.wait("vrrp_2=MASTER")
    shown = server.daemon.instance("vrrp_1")
    lab.check(shown["state"] == "FAULT", "vrrp_1 is in FAULT")
    lab.check([c["name"] for c in shown["conditions"]] == ["link-missing"],
              f"condition link-missing: {shown['conditions'][0]['detail']}")  # fmt: skip
    for number in range(2):
        make_link(lab, server)
        server.daemon.wait("vrrp_1=MASTER")
        lab.check("192.0.2.1/24" in server.addresses("eth1"), f"{number + 1}: served on eth1")
        server.run("ip link del eth1")
        server.daemon.wait("vrrp_1=FAULT", timeout=3)
    lab.check(server.daemon.instance("vrrp_2")["state"] == "MASTER", "vrrp_2 served all the time")


run(story, servers=1)
