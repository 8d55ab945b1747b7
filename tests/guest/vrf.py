# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers whose only link is in a VRF, and what every pair of daemons on them has to do."""
import time

VRF, TABLE = "red", 10
# What a guest without KVM on a busy machine may take for what is done in seconds.
PATIENCE_S = 30
ONLOOK_S = 1.0


def make(machine):
    machine.run(f"ip link add {VRF} type vrf table {TABLE}")
    machine.run(f"ip link set {VRF} up")


def enslave(machine):
    """The kernel takes the link down and up with that, and its IPv6 addresses go: whoever gave them
    gives them again."""
    machine.run(f"ip link set {machine.interface} master {VRF}")
    machine.add_ipv6()


def release(machine):
    machine.run(f"ip link set {machine.interface} nomaster")
    machine.add_ipv6()


def prepare(lab):
    """Each server has a VRF, with nothing in it yet."""
    # It wakes a thousand times a second, which is much here, and no time is measured.
    lab.canary.stop()
    for machine in lab.lan.machines:
        machine.enable_ipv6()
    for server in lab.servers:
        make(server)


def enslaved(lab):
    """Both servers in a VRF, before anything runs, and nothing of theirs outside of it."""
    prepare(lab)
    for server in lab.servers:
        enslave(server)
    check_outside_is_empty(lab)


def check_outside_is_empty(lab):
    for server in lab.servers:
        left = server.run("ip route show table main") + server.run("ip -6 route show table main")
        lab.check("eth0" not in left, f"{server.label} has no route over eth0 outside of its VRF")


def client_knows(lab, server, vip):
    """Whether the client's kernel has the server's MAC for the address."""
    return server.mac.hex(":") in lab.client.run(f"ip neigh show to {vip} dev eth0")


class Pair:
    """Two daemons that are one router; server 1 has the higher priority. `row`: lib.row."""

    def __init__(self, lab, row):
        self.lab, self.row, self.vip = lab, row, row.vip
        self.one, self.two = lab.servers
        self.begun = time.time()
        lab.say(f"== {row.name}")
        self.ping = lab.ping(self.vip, 0.05)
        for server, daemon in zip(lab.servers, row.makes):
            server.install(daemon, row.config(server, lab.servers))
        self.start(self.one)
        self.start(self.two)
        self.serves(self.one, "both run")

    def start(self, server):
        """Returns when it has said what it is, so that who is first is no matter of chance."""
        count = len(server.daemon.states())
        server.daemon.start()
        self.lab.wait(lambda: len(server.daemon.states()) > count, PATIENCE_S,
                      f"{server.label}'s daemon is up", 0.05)  # fmt: skip
        if server is self.one and not self.two.daemon.process:
            self.lab.settle(server, PATIENCE_S, self.vip)

    def serves(self, server, what):
        """It and nobody else holds every address and sends adverts, and the client gets to it."""
        self.lab.say(f"{what}: {server.label} has to serve")
        for vip in self.row.vips:
            self.lab.settle(server, PATIENCE_S, vip)
        since = time.time()
        self.lab.wait(lambda: self.ping.count(since) and client_knows(self.lab, server, self.vip),
                      PATIENCE_S, f"the client reaches {self.vip} there", 0.05)  # fmt: skip
        since = time.time()
        self.lab.quiet(ONLOOK_S, server, what, self.vip)
        self.lab.check(server.watch.sent(since), "and it sends adverts")

    def stop(self):
        """SIGTERM to server 1's daemon."""
        asked = time.time()
        self.one.daemon.terminate()
        self.one.daemon.wait_end(PATIENCE_S)
        said = self.one.watch.sent(asked)
        self.lab.check(said and said[-1].priority == 0, "the last word of server 1 is priority 0")
        self.serves(self.two, "server 1 stopped")

    def back(self):
        self.start(self.one)
        self.serves(self.one, "server 1 is back")

    def cut(self):
        """The bridge's port of server 1 goes down, and comes back."""
        self.one.cable("down")
        self.serves(self.two, "the link of server 1 is cut")
        self.one.cable("up")
        self.serves(self.one, "the link of server 1 is back")

    def end(self):
        zeros = [a for a in self.two.watch.sent(self.begun) if a.priority == 0]
        self.lab.check(not zeros, "server 2 said no farewell: it was never asked to stop")
        for server in (self.two, self.one):
            server.daemon.terminate()
            server.daemon.wait_end(PATIENCE_S)
        held = [s.label for s in self.lab.servers for vip in self.row.vips if s.holds(vip)]
        self.lab.check(not held, "at the end nobody holds an address")
        for server, daemon in zip(self.lab.servers, self.row.makes):
            if daemon == "vipd":
                self.check_adverts(server)
        self.ping.stop()

    def check_adverts(self, server):
        sent = server.watch.sent(self.begun)
        wrong = self.row.wrong_adverts(server, self.lab.servers, sent)
        text = f"all {len(sent)} adverts of {server.label} are right {wrong[:1]}"
        self.lab.check(sent and not wrong, text)

    def check_states(self, server, *wanted):
        states = server.daemon.states()
        self.lab.check(states == list(wanted), f"{server.label}'s log: {' '.join(states)}")
