# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes: observers that ask. The client's view (ARP and ping), and how well this machine itself
keeps time while a story measures.
"""
import bisect
import os
import socket
import struct
import subprocess
import sys
import time

from . import frames
from .observe import (PACKET_OUTGOING, SO_RCVBUFFORCE, WAKE_SECONDS, Observer, packet_socket,
                      stamp)  # fmt: skip


class AddressProbe(Observer):
    """Asks for one address again and again, with one of the requests after the other; `answers`
    says who answered: (time, number of the request, MAC)."""

    def __init__(self, machine, target, spacing, *requests):
        super().__init__()
        self.target, self.spacing, self.requests = target, spacing, requests
        self.asked, self.answers = [], []
        with machine.namespace.entered():
            self.socket = packet_socket(machine.interface)
        self.start(self._send, self._receive)

    def _send(self):
        request = self.requests[len(self.asked) % len(self.requests)]
        self.asked.append(time.time())
        self.socket.send(request)
        time.sleep(self.spacing)

    def _receive(self):
        data, ancillary, _, address = self.socket.recvmsg(2048, 256)
        if address[2] == PACKET_OUTGOING:
            return
        seen = frames.parse(data, stamp(ancillary))
        mac = self.answering(seen)
        if mac:
            number = bisect.bisect(self.asked, seen.time) - 1
            self.answers.append((seen.time, number, mac))

    def first_answer(self, mac, since):
        """When this machine first answered after `since`, or None."""
        return next((t for t, _, m in list(self.answers) if t >= since and m == mac), None)

    def holders(self, since=0.0, until=float("inf")):
        """The machines that answered in this time."""
        return {m for t, _, m in list(self.answers) if since <= t <= until}

    def doubles(self, since=0.0):
        """Instants at which two machines answered the same request."""
        first, found = {}, []
        for when, number, mac in list(self.answers):
            if when >= since and first.setdefault(number, mac) != mac:
                found.append(when)
        return found

    def count(self, since):
        """How many answers there were since then."""
        return sum(t >= since for t, _, _ in list(self.answers))

    def longest_silence(self, since, until):
        """The longest time without any answer between two instants."""
        times = [t for t, _, _ in list(self.answers) if since <= t <= until]
        points = [since, *times, until]
        return max(b - a for a, b in zip(points, points[1:]))

    def stop(self):
        super().stop()
        self.socket.close()


class ArpProbe(AddressProbe):
    def __init__(self, machine, target, spacing=0.005):
        request = frames.arp_request(machine.mac, machine.address, target)
        super().__init__(machine, target, spacing, request)

    def answering(self, seen):
        """The MAC that this frame says, if it is an answer."""
        if isinstance(seen, frames.Arp) and seen.operation == 2 and seen.sender == self.target:
            return seen.sender_mac
        return None


class NeighbourProbe(AddressProbe):
    """The same of IPv6. `flags` are those of the answers: (time, flags). Without `groups` every
    other request goes to all nodes: who is not in the address's group hears it, too."""

    def __init__(self, machine, target, spacing=0.005, *groups):
        self.flags = []
        groups = groups or (frames.solicited_node(target), frames.ALL_NODES)
        super().__init__(machine, target, spacing, *(
            frames.neighbour_solicitation(machine.mac, machine.local6, target, group)
            for group in groups
        ))  # fmt: skip

    def answering(self, seen):
        if not isinstance(seen, frames.Neighbour) or seen.target != self.target:
            return None
        if not seen.flags & frames.SOLICITED:
            return None
        self.flags.append((seen.time, seen.flags))
        return seen.mac


def accepts(client, server, address, port=4711):
    """Does a datagram for the address, in frames for this server, get to a socket of it? Others for
    the server's own address go the same way after it: when they are there, it would be."""
    own = server.global6 if ":" in address else server.address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with server.namespace.entered():
        receiver = socket.socket(family, socket.SOCK_DGRAM)
        receiver.bind(("", port))
    with client.namespace.entered():
        sender = socket.socket(family, socket.SOCK_DGRAM)
        scope = (0, socket.if_nametoindex(client.interface)) if ":" in address else ()
    receiver.settimeout(5)
    # Permanent: else what the address's holder says of it goes before.
    entry = f"{address} lladdr {server.mac.hex(':')} dev {client.interface}"
    client.run(f"ip neigh replace {entry} nud permanent")
    heard = set()
    try:
        for number in range(3):
            for to in (address, own):
                sender.sendto(f"{number} {to}".encode(), (to, port, *scope))
            while f"{number} {own}" not in heard:
                heard.add(receiver.recv(64).decode())
        return any(text.endswith(f" {address}") for text in heard)
    finally:
        sender.close()
        receiver.close()
        client.run(f"ip neigh del {entry}", check=False)


class Ping(Observer):
    """What a client of the virtual address meets: ICMP echo through the client's own kernel, so
    that its ARP cache matters."""

    def __init__(self, machine, target, spacing=0.01):
        super().__init__()
        self.target, self.spacing = target, spacing
        self.asked, self.answered = [], {}
        self.identification = os.getpid() & 0xFFFF
        self.is_ipv6 = ":" in target
        kind = ((socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) if self.is_ipv6
                else (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))  # fmt: skip
        with machine.namespace.entered():
            self.socket = socket.socket(*kind)
        self.socket.settimeout(WAKE_SECONDS)
        # Answers wait here while this process stands still.
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
        self.start(self._send, self._receive)

    def _send(self):
        number = len(self.asked)
        self.asked.append(time.time())
        time.sleep(self.spacing)
        request = frames.echo_request6 if self.is_ipv6 else frames.echo_request
        self.socket.sendto(request(self.identification, number), (self.target, 0))

    def _receive(self):
        body = self.socket.recv(2048)
        if not self.is_ipv6:
            body = body[(body[0] & 15) * 4 :]
        kind, _, _, identification, number = struct.unpack("!BBHHH", body[:8])
        if kind == (129 if self.is_ipv6 else 0) and identification == self.identification:
            self.answered[number] = time.time()

    def count(self, since):
        """How many answers there were since then."""
        return sum(when >= since for when in list(self.answered.values()))

    def lost(self, since, until, grace=0.5):
        """Requests of this time without an answer; the last `grace` seconds do not count."""
        return [
            number
            for number, when in enumerate(list(self.asked))
            if since <= when <= until - grace and number & 0xFFFF not in self.answered
        ]

    def stop(self):
        super().stop()
        self.socket.close()


CANARY = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
last = time.time()
while True:
    time.sleep(0.001)
    now = time.time()
    if now - last > 0.011:
        os.write(1, b"%.6f %.6f\\n" % (last, now))
    last = now
"""


class Canary(Observer):
    """Sleeps a millisecond at a time on each processor and notes when it was kept waiting for more
    than ten: a time measured then says more about this machine than about a daemon."""

    def __init__(self):
        super().__init__()
        self.stalls = []
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-ISBc", CANARY, str(cpu)],
                stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            )
            for cpu in sorted(os.sched_getaffinity(0))[:4]
        ]  # fmt: skip
        for process in self.processes:
            self.start(lambda pipe=process.stdout: self._read(pipe))

    def _read(self, pipe):
        line = pipe.readline()
        if not line:
            raise OSError
        self.stalls.append(tuple(map(float, line.split())))

    def worst(self, since, until):
        """The longest stall that touches this time, in seconds."""
        return max((b - a for a, b in list(self.stalls) if b >= since and a <= until), default=0.0)

    def stop(self):
        self.stopping = True
        for process in self.processes:
            process.kill()
            process.wait()
        super().stop()
        for process in self.processes:
            process.stdout.close()
