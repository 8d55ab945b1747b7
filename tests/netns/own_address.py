# SPDX-License-Identifier: GPL-2.0-or-later
"""vipctl check --here asks the kernel for addresses: one that the server has for itself is told,
one that vipd or keepalived holds as MASTER is not, and neither is another one's.
"""
import json
import os

from lib.story import VIP_TEXT, run


def told(server):
    done = server.daemon.namespace.run(
        [os.path.join(server.lan.build, "vipctl"), "check", "--here", "--json",
         server.daemon.config], check=False,
    )  # fmt: skip
    return [finding["line"] for finding in json.loads(done)["findings"]
            if finding["code"] == "own-address"]  # fmt: skip


def story(lab):
    one, two = lab.servers
    lab.article("vipd", "keepalived", start=False)
    with open(one.daemon.config) as file:
        line = [VIP_TEXT in text for text in file].index(True) + 1
    lab.check(told(one) == [], "nothing is said of an address that nobody has")
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
