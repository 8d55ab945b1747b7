# SPDX-License-Identifier: GPL-2.0-or-later
"""Observers: each is a thread with a socket in one namespace that writes down what happened and
when. They judge nothing; measure.py and the stories do.

Instants are CLOCK_REALTIME in seconds as floats: packets carry the kernel's stamp on that clock.
"""
import ctypes
import socket
import struct
import threading
import time

from . import frames

SO_TIMESTAMPNS = 35
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
PACKET_OUTGOING = 4
ROUTE_GROUP_LINK = 0x1
ROUTE_GROUP_IPV4_ADDRESS = 0x10
ROUTE_GROUP_IPV6_ADDRESS = 0x100
LINK_RUNS = 0x1 | 0x40  # IFF_UP and IFF_RUNNING

# Forged adverts in a flood come from here; watches leave them out in the kernel.
FLOOD_SOURCE = "192.0.2.66"

# Longer than any pause of a thread that does its work; only how fast a thread ends hangs on it.
WAKE_SECONDS = 0.2


def _filter():
    """Classic BPF: ARP, IPv4 of protocol 112 (or 51, an Authentication Header) that is no flood,
    IPv6 of protocol 112, and neighbour advertisements."""
    flood = struct.unpack("!I", frames.ip_bytes(FLOOD_SOURCE))[0]
    program = [
        (0x28, 0, 0, 12),  # half word: EtherType
        (0x15, 12, 0, 0x0806),
        (0x15, 6, 0, 0x86DD),
        (0x15, 0, 11, 0x0800),
        (0x30, 0, 0, 23),  # octet: protocol
        (0x15, 1, 0, frames.AH),
        (0x15, 0, 8, 112),
        (0x20, 0, 0, 26),  # word: source
        (0x15, 6, 5, flood),
        (0x30, 0, 0, 20),  # octet: next header
        (0x15, 3, 0, 112),
        (0x15, 0, 3, frames.ICMP6),
        (0x30, 0, 0, 54),  # octet: type
        (0x15, 0, 1, frames.NEIGHBOUR_ADVERTISEMENT),
        (0x06, 0, 0, 0xFFFF),
        (0x06, 0, 0, 0),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    return code, len(program)


def packet_socket(interface, filtered=True):
    """A packet socket on the interface, in the namespace in which the thread is."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    if filtered:
        code, count = _filter()
        buffer = ctypes.create_string_buffer(code)
        program = struct.pack("HxxxxxxL", count, ctypes.addressof(buffer))
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    sock.settimeout(WAKE_SECONDS)
    sock.bind((interface, ETH_P_ALL))
    return sock


def stamp(ancillary):
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return seconds + nanoseconds / 1e9
    return time.time()


class Observer:
    def __init__(self):
        self.stopping = False
        self.threads = []

    def start(self, *functions):
        for function in functions:
            thread = threading.Thread(target=self._guard, args=(function,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _guard(self, function):
        while not self.stopping:
            try:
                function()
            except TimeoutError:
                continue
            except OSError:
                if not self.stopping:
                    time.sleep(0.001)

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()


class PacketWatch(Observer):
    """Adverts, ARP and neighbour advertisements at the bridge's end of a machine's cable."""

    def __init__(self, namespace, interface):
        super().__init__()
        self.adverts, self.arps, self.neighbours = [], [], []
        with namespace.entered():
            self.socket = packet_socket(interface)
        self.start(self._receive)

    def _receive(self):
        data, ancillary, _, address = self.socket.recvmsg(2048, 256)
        seen = frames.parse(data, stamp(ancillary), address[2] != PACKET_OUTGOING)
        if isinstance(seen, frames.Advert):
            self.adverts.append(seen)
        elif isinstance(seen, frames.Neighbour):
            self.neighbours.append(seen)
        elif isinstance(seen, frames.Arp) and (seen.gratuitous or seen.operation == 2):
            self.arps.append(seen)

    def sent(self, since=0.0, until=float("inf"), family=None):
        """Adverts that the machine at this port sent, of one family or of both."""
        sent = [a for a in list(self.adverts) if a.sent and since <= a.time <= until]
        return [a for a in sent if family in (None, 6 if ":" in a.source else 4)]

    def gratuitous(self, since=0.0):
        return [a for a in list(self.arps) if a.sent and a.gratuitous and a.time >= since]

    def announced(self, since=0.0):
        """Neighbour advertisements that the machine at this port sent to all nodes."""
        return [n for n in list(self.neighbours)
                if n.sent and n.destination == frames.ALL_NODES and n.time >= since]  # fmt: skip

    def stop(self):
        super().stop()
        self.socket.close()


class KernelWatch(Observer):
    """The kernel's news of one kind in a namespace, as `events`."""

    def __init__(self, namespace, group):
        super().__init__()
        self.events = []
        with namespace.entered():
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            self.socket.bind((0, group))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.socket.settimeout(WAKE_SECONDS)
        self.start(self._receive)

    def _messages(self):
        """One datagram's messages: (time, kind, body)."""
        data = self.socket.recv(65536)
        now = time.time()
        while len(data) >= 16:
            length, kind = struct.unpack("IH", data[:6])
            yield now, kind, data[16:length]
            data = data[(length + 3) & ~3 :]

    def stop(self):
        super().stop()
        self.socket.close()


class AddressWatch(KernelWatch):
    """Addresses of both families: (time, added, "192.0.2.1/24")."""

    def __init__(self, namespace):
        super().__init__(namespace, ROUTE_GROUP_IPV4_ADDRESS | ROUTE_GROUP_IPV6_ADDRESS)

    def _receive(self):
        for now, kind, body in self._messages():
            attributes = body[8:]
            while len(attributes) >= 4:
                size, attribute = struct.unpack("HH", attributes[:4])
                # IFA_LOCAL, and IFA_ADDRESS of IPv6.
                if attribute == (1 if body[0] == socket.AF_INET6 else 2):
                    text = f"{frames.ip_text(attributes[4:size])}/{body[1]}"
                    self.events.append((now, kind == 20, text))
                attributes = attributes[max(4, (size + 3) & ~3) :]

    def of(self, address, since=0.0):
        return [e for e in list(self.events) if e[2] == address and e[0] >= since]


class LinkWatch(KernelWatch):
    """Whether the one link of a namespace that is not the loopback runs: (time, runs), each
    change."""

    def __init__(self, namespace):
        super().__init__(namespace, ROUTE_GROUP_LINK)

    def _receive(self):
        for now, _, body in self._messages():
            flags = struct.unpack("I", body[8:12])[0]
            runs = flags & LINK_RUNS == LINK_RUNS
            if not self.events or self.events[-1][1] != runs:
                self.events.append((now, runs))
