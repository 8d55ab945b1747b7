# SPDX-License-Identifier: GPL-2.0-or-later
"""vipctl check --here asks the kernel for addresses: one that the server has for itself is told,
one that vipd or keepalived holds as MASTER is not, and neither is another one's.
"""
import json
import os

from lib.story import VIP_TEXT, run


IPV6 = """vrrp_instance six {
    interface eth0
    virtual_router_id 6
    version 3
    virtual_ipaddress {
        fe80::6
        2001:db8::6/64
    }
}
"""


def told(server, config=None):
    done = server.daemon.namespace.run(
        [os.path.join(server.lan.build, "vipctl"), "check", "--here", "--json",
         config or server.daemon.config], check=False,
    )  # fmt: skip
    return [finding["line"] for finding in json.loads(done)["findings"]
            if finding["code"] == "own-address"]  # fmt: skip


def point_to_point(lab, server):
    """With a peer the kernel tells two addresses, of each family in another order."""
    config = os.path.join(lab.folder, "six.conf")
    with open(config, "w") as file:
        file.write(IPV6)
    server.namespace.write("/proc/sys/net/ipv6/conf/eth0/disable_ipv6", "0")
    server.run("ip -6 addr add 2001:db8::7 peer 2001:db8::6/64 dev eth0")
    lab.check(told(server, config) == [], "nor of a peer's")
    server.run("ip -6 addr flush dev eth0")
    server.run("ip -6 addr add 2001:db8::6 peer 2001:db8::7/64 dev eth0")
    lab.check(told(server, config) == [7], "but of its own beside a peer's")
    server.namespace.write("/proc/sys/net/ipv6/conf/eth0/disable_ipv6", "1")


def story(lab):
    one, two = lab.servers
    lab.article("vipd", "keepalived", start=False)
    with open(one.daemon.config) as file:
        line = [VIP_TEXT in text for text in file].index(True) + 1
    lab.check(told(one) == [], "nothing is said of an address that nobody has")
    point_to_point(lab, one)
    one.run("ip addr flush dev eth0")
    one.run(f"ip addr add {VIP_TEXT} dev eth0")
    lab.check(told(one) == [line], "of one that the server has for itself it is")
    one.run("ip addr flush dev eth0")
    one.run(f"ip addr add {one.address}/24 dev eth0")

    for server in one, two:
        server.daemon.start()
        lab.settle(server)
        lab.check(told(server) == [], f"not of what {server.label} holds as MASTER")
        server.power_cut()
        server.run("ip addr flush dev eth0")


run(story)
