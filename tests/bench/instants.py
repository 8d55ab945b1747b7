# SPDX-License-Identifier: GPL-2.0-or-later
"""What takes effect, or is noted, to a fraction of a millisecond: changes of a link without the
start of a process in between, and a client whose questions and answers carry the kernel's stamps.
"""
import socket
import statistics
import struct
import time

from lib import frames
from lib.observe import Observer, packet_socket, stamp

RTM_NEWLINK, NLM_F_REQUEST_ACK, NLMSG_ERROR = 16, 5, 2
IFF_UP, IFLA_MASTER = 1, 10
ETHERNET, ICMP, ECHO, ECHO_REPLY = 14, 1, 8, 0
ANSWERED_BY_NOW = 20  # questions


class LinkControl:
    """rtnetlink in one namespace: what `ip link set` does, begun at once."""

    def __init__(self, namespace):
        self.namespace = namespace
        with namespace.entered():
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)

    def _change(self, name, up=None, attributes=b""):
        with self.namespace.entered():
            index = socket.if_nametoindex(name)
        flags, change = (0, 0) if up is None else (IFF_UP * up, IFF_UP)
        body = struct.pack("=BBHiII", 0, 0, 0, index, flags, change) + attributes
        head = struct.pack("=IHHII", 16 + len(body), RTM_NEWLINK, NLM_F_REQUEST_ACK, 1, 0)
        begun = time.time()
        self.socket.send(head + body)
        _, kind, _, _, _, error = struct.unpack("=IHHIIi", self.socket.recv(4096)[:20])
        if kind != NLMSG_ERROR or error:
            raise OSError(-error, f"change of {name}")
        return begun

    def unplug(self, port):
        """The port leaves the bridge. Returns when that was asked for; the next one, too."""
        return self._change(port, attributes=struct.pack("=HHi", 8, IFLA_MASTER, 0))

    def down(self, port):
        return self._change(port, up=False)

    def close(self):
        self.socket.close()


class Echo(Observer):
    """Asks an address by ICMP echo through the client's kernel, so that its neighbour entry
    decides who is asked. `asked`: (time, number) when it was on the wire; `answered`: number →
    MAC."""

    def __init__(self, machine, target, spacing):
        super().__init__()
        self.target, self.spacing = target, spacing
        self.count = 0
        self.forget()
        with machine.namespace.entered():
            self.wire = packet_socket(machine.interface, filtered=False)
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.start(self._send, self._receive)

    def forget(self):
        """Begins a new record."""
        self.asked, self.answered = [], {}

    def _send(self):
        self.count += 1
        request = frames.echo_request(self.count >> 16 & 0xFFFF, self.count & 0xFFFF)
        time.sleep(self.spacing)
        self.socket.sendto(request, (self.target, 0))

    def _receive(self):
        data, ancillary, _, _ = self.wire.recvmsg(2048, 256)
        if data[12:14] != b"\x08\x00" or data[ETHERNET + 9] != ICMP:
            return
        body = data[ETHERNET + (data[ETHERNET] & 15) * 4 :]
        kind, number = body[0], struct.unpack("!I", body[4:8])[0]
        if kind == ECHO:
            self.asked.append((stamp(ancillary), number))
        elif kind == ECHO_REPLY:
            self.answered[number] = data[6:12]

    def is_served_by(self, mac):
        """Did this machine answer the last of the questions whose answer must be here by now?"""
        asked = list(self.asked[-ANSWERED_BY_NOW:])
        return len(asked) == ANSWERED_BY_NOW and self.answered.get(asked[0][1]) == mac

    def outage(self, since):
        """The longest time without service: from the first question that was not answered to the
        next that was; and who answered that. None: no question was lost."""
        longest = begun = None
        for when, number in list(self.asked):
            mac = self.answered.get(number)
            if not mac and begun is None and when >= since:
                begun = when
            if mac and begun is not None:
                if longest is None or when - begun > longest[1] - longest[0]:
                    longest = begun, when, mac
                begun = None
        return longest

    def spacing_s(self):
        """How far its questions were apart, as a rule."""
        times = [when for when, _ in list(self.asked)]
        return statistics.median(b - a for a, b in zip(times, times[1:]))

    def stop(self):
        super().stop()
        self.wire.close()
        self.socket.close()
