# SPDX-License-Identifier: GPL-2.0-or-later
"""The machines and their cables: servers 192.0.2.11, .12 … and a client 192.0.2.100 on one bridge.
With enable_ipv6() a server is 2001:db8::11 and fe80::11, too.

A server's port is the bridge's end of its cable; there its packets are watched, and there its
power is cut: the port leaves the bridge, so nothing the dying server still says is heard, and the
server itself sees no change of its link. When it comes back it is a host that has booted: no
process and no virtual address left.
"""
import os
import time

from . import frames
from .daemon import Keepalived, Vipd
from .namespace import Namespace
from .observe import AddressWatch, PacketWatch, packet_socket

PREFIX = 24


class Machine:
    """A namespace with eth0, plugged into the bridge."""

    def __init__(self, lan, label, address, number):
        self.lan, self.label, self.address, self.number = lan, label, address, number
        self.interface, self.port = "eth0", f"port{number}"
        self.local6 = self.global6 = None
        self.mac = bytes([2, 0, 0, 0, 0, number])
        self.namespace = Namespace(label)
        lan.bridge.run(
            f"ip link add {self.port} type veth peer name eth0 address {self.mac.hex(':')}"
            f" netns {self.namespace.holder.pid}"
        )
        lan.bridge.run(f"ip link set {self.port} master br0 up")
        self.run(f"ip addr add {address}/{PREFIX} dev eth0")
        self.run("ip link set eth0 up")

    def run(self, words, check=True):
        return self.namespace.run(words, check)

    def enable_ipv6(self):
        """Addresses of its number; nothing is looked for twice, so none is ever tentative."""
        self.run(f"ip link set {self.interface} addrgenmode none")
        for name, value in (("accept_dad", 0), ("accept_ra", 0), ("disable_ipv6", 0)):
            for where in ("all", "default", self.interface):
                self.namespace.write(f"/proc/sys/net/ipv6/conf/{where}/{name}", str(value))
        host = self.address.split(".")[3]
        self.local6, self.global6 = f"fe80::{host}", f"2001:db8::{host}"
        self.add_ipv6()

    def add_ipv6(self):
        for address in (self.local6, self.global6):
            self.run(f"ip -6 addr replace {address}/64 dev {self.interface} nodad")

    def addresses(self, interface="eth0", family=4):
        """Addresses of a family with their lengths, in the kernel's order."""
        output = self.run(["ip", f"-{family}", "-o", "addr", "show", "dev", interface],
                          check=False)  # fmt: skip
        return [line.split()[3] for line in output.splitlines()]

    def groups6(self):
        """The groups of IPv6 that it is in on eth0."""
        words = self.run(f"ip -6 -o maddr show dev {self.interface}").split()
        return {address for word, address in zip(words, words[1:]) if word == "inet6"}

    def close(self):
        self.namespace.close()


class Server(Machine):
    def __init__(self, lan, number):
        super().__init__(lan, f"server{number}", f"192.0.2.{10 + number}", number)
        self.daemon = None
        self.starts = 0
        self.watch = PacketWatch(lan.bridge, self.port)
        self.address_watch = AddressWatch(self.namespace)

    def install(self, make, config):
        """Puts a daemon on the server ("vipd", "keepalived"); does not start it."""
        folder = os.path.join(self.lan.folder, f"{self.label}-{self.starts}")
        self.starts += 1
        if make == "keepalived":
            self.daemon = Keepalived(self.namespace, folder, config)
        else:
            self.daemon = Vipd(self.namespace, folder, config, self.lan.build)
        return self.daemon

    def unplug(self):
        self.lan.bridge.run(f"ip link set {self.port} nomaster")

    def plug(self):
        self.lan.bridge.run(f"ip link set {self.port} master br0")

    def cable(self, state):
        """Carrier of the server's link: "up" or "down"."""
        self.lan.bridge.run(f"ip link set {self.port} {state}")

    def second_leg(self, *addresses):
        """A second link, eth1, whose other end is `side` in the bridge's namespace, and not a port
        of the bridge. With it the server forwards. Returns the watch of what comes out of it."""
        bridge = self.lan.bridge
        bridge.run(f"ip link add side type veth peer name eth1 netns {self.namespace.holder.pid}")
        bridge.run("ip link set side up")
        for address in addresses:
            self.run(f"ip addr add {address} dev eth1 {'nodad' if ':' in address else ''}")
        self.run("ip link set eth1 up")
        self.forwards()
        return PacketWatch(bridge, "side")

    def forwards(self):
        for family in ("ipv4", "ipv6"):
            self.namespace.write(f"/proc/sys/net/{family}/conf/all/forwarding", "1")

    def power_cut(self):
        """The port is silent, then everything is killed. Returns when it was silent."""
        self.unplug()
        silent = time.time()
        self.daemon.kill()
        return silent

    def power_return(self):
        """The host has booted: its own address only, nothing running yet."""
        self.run("ip addr flush dev eth0")
        self.run(f"ip addr add {self.address}/{PREFIX} dev eth0")
        if self.local6:
            self.add_ipv6()
        self.plug()

    def last_advert(self, before):
        """The last advert of this server that the others could hear."""
        sent = self.watch.sent(until=before)
        return sent[-1] if sent else None

    def holds(self, vip):
        family = 6 if ":" in vip else 4
        return any(a.split("/")[0] == vip for a in self.addresses(family=family))

    def close(self):
        self.watch.stop()
        self.address_watch.stop()
        super().close()


class Lan:
    """`servers` machines called server1 …, and the client. `folder` is a directory for the
    daemons, `build` where vipd's executables are."""

    def __init__(self, folder, build, servers=2):
        self.folder, self.build = folder, build
        self.machines, self.watches = [], []
        self.bridge = Namespace("bridge")
        self.bridge.run("ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
        self.bridge.run("ip link set br0 up")
        self.servers = []
        for number in range(1, servers + 1):
            self.servers.append(Server(self, number))
            self.machines.append(self.servers[-1])
        self.client = Machine(self, "client", "192.0.2.100", 100)
        self.machines.append(self.client)

    def second_cable(self):
        """Gives each server eth1, 203.0.113.11 …, on a bridge of its own; `watches` has what comes
        out of them."""
        self.bridge.run("ip link add br1 type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
        self.bridge.run("ip link set br1 up")
        for server in self.servers:
            port, host = f"second{server.number}", 10 + server.number
            self.bridge.run(f"ip link add {port} type veth peer name eth1"
                            f" netns {server.namespace.holder.pid}")  # fmt: skip
            self.bridge.run(f"ip link set {port} master br1 up")
            server.run(f"ip addr add 203.0.113.{host}/24 dev eth1")
            server.run("ip link set eth1 up")
            if server.global6:
                server.run(f"ip -6 addr add 2001:db8:2::{host}/64 dev eth1 nodad")
            self.watches.append(PacketWatch(self.bridge, port))

    def server_of(self, mac):
        return next((s for s in self.servers if s.mac == mac), None)

    def send_frame(self, machine, frame):
        """Sends one Ethernet frame from a machine as it stands."""
        with machine.namespace.entered():
            with packet_socket(machine.interface, filtered=False) as sock:
                sock.send(frame)

    def send_advert(self, machine, source, priority, **vrrp):
        """Sends an advert from a machine, with any source address."""
        packet = frames.packet(source, frames.vrrp(priority, **vrrp))
        self.send_frame(machine, frames.ethernet(machine.mac, packet))

    def close(self):
        for watch in self.watches:
            watch.stop()
        for machine in self.machines:
            machine.close()
        self.bridge.close()
