# SPDX-License-Identifier: GPL-2.0-or-later
"""The MASTER's own address goes: without a source it must not send, FAULT; it comes back. Another
own address takes the source's place when there is one.
"""
import time

from lib.story import VIP, run


def story(lab):
    one, two = lab.servers
    lab.article()
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    one.run(f"ip addr del {one.address}/24 dev eth0")
    one.daemon.wait("vrrp_1=FAULT", timeout=3)
    shown = one.daemon.instance("vrrp_1")
    lab.check([c["name"] for c in shown["conditions"]] == ["no-source-address"],
              "FAULT, condition no-source-address")  # fmt: skip
    lab.settle(two)
    one.run(f"ip addr add {one.address}/24 dev eth0")
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)

    one.run("ip addr add 192.0.2.41/24 dev eth0")
    changed = time.time()
    one.run("sysctl -q net.ipv4.conf.eth0.promote_secondaries=1")
    one.run(f"ip addr del {one.address}/24 dev eth0")
    lab.wait(lambda: [a for a in one.watch.sent(changed) if a.source == "192.0.2.41"], 3,
             "adverts come from the other address")  # fmt: skip
    lab.check(all(a.source != VIP for a in one.watch.sent()), "and never from the virtual one")
    lab.settle(one)


run(story)
