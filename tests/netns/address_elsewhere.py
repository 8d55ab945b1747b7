# SPDX-License-Identifier: GPL-2.0-or-later
"""An address on another interface than the adverts (`dev`): where that loses its cable the server
gives it up, as with keepalived, beside it, and for it; with `no_track` it does not. An interface
that is not there when vipd starts is waited for.
"""
from lib.config import instance
from lib.story import run

VIP = "203.0.113.80"
TAKEOVER_S = 5


def config(number, more=""):
    return instance("web", 200 - 50 * (number - 1), 51, [f"{VIP}/24 dev eth1{more}"])


def holds(server):
    return f"{VIP}/24" in server.addresses("eth1")


def settle(lab, server):
    other = next(s for s in lab.servers if s is not server)
    lab.wait(lambda: holds(server) and not holds(other), 12, f"{server.label} alone holds it", 0.02)


def cable(lab, server, state):
    lab.lan.bridge.run(f"ip link set second{server.number} {state}")


def end(lab):
    for server in lab.servers:
        server.daemon.terminate()
        server.daemon.wait_end()


def lives(lab, one, two, makes):
    lab.say(" and ".join(makes))
    for server, make in zip(lab.servers, makes):
        server.install(make, config(server.number)).start()
    settle(lab, one)
    cable(lab, one, "down")
    lab.wait(lambda: holds(two) and not holds(one), TAKEOVER_S, "the other one takes it", 0.02)
    if makes[0] == "vipd":
        fault = one.daemon.instance("web")["conditions"][0]
        lab.check(fault["name"] == "link-down" and "eth1 is down" in fault["detail"],
                  "status names the interface of the address")  # fmt: skip
        lab.check("its interface is down (eth1)" in one.daemon.log(), "the log, too")
    cable(lab, one, "up")
    settle(lab, one)
    end(lab)


def not_tracked(lab, one, two):
    lab.say("no_track")
    for server in lab.servers:
        server.install("vipd", config(server.number, " no_track")).start()
    settle(lab, one)
    cable(lab, one, "down")
    lab.lasts(lambda: holds(one) and not holds(two), 4, "server1 keeps it")
    cable(lab, one, "up")
    end(lab)


def comes_late(lab, one, two):
    lab.say("an interface that comes later")
    one.run("ip link set eth1 name later")
    for server in lab.servers:
        server.install("vipd", config(server.number)).start()
    settle(lab, two)
    one.daemon.wait("web=FAULT")
    fault = one.daemon.instance("web")["conditions"][0]
    lab.check(fault["name"] == "link-missing" and "eth1" in fault["detail"], fault["detail"])
    one.run("ip link set later name eth1")
    settle(lab, one)


def story(lab):
    one, two = lab.servers
    lab.lan.second_cable()
    for makes in (("vipd", "vipd"), ("vipd", "keepalived"), ("keepalived", "vipd")):
        lives(lab, one, two, makes)
    not_tracked(lab, one, two)
    comes_late(lab, one, two)


run(story)
