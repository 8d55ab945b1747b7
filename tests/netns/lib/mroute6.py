# SPDX-License-Identifier: GPL-2.0-or-later
"""Multicast routes of IPv6 in a namespace, by the socket that a multicast router opens."""
import socket
import struct

from . import frames

MRT6_INIT, MRT6_ADD_MIF, MRT6_ADD_MFC = 200, 202, 204


def _where(address):
    return struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, frames.ip6_bytes(address), 0)


class Mroute6:
    """The kernel routes groups until this is closed."""

    def __init__(self, namespace, *interfaces):
        """OSError where the kernel cannot."""
        with namespace.entered():
            self.socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
            self._set(MRT6_INIT, struct.pack("=i", 1))
            for number, interface in enumerate(interfaces):
                # Number, flags, threshold, the interface's index, rate.
                index = socket.if_nametoindex(interface)
                self._set(MRT6_ADD_MIF, struct.pack("=HBBHxxI", number, 0, 1, index, 0))

    def _set(self, option, value):
        self.socket.setsockopt(socket.IPPROTO_IPV6, option, value)

    def route(self, source, group):
        """From the first interface to the second."""
        to = struct.pack("=8I", 1 << 1, *[0] * 7)
        self._set(MRT6_ADD_MFC, _where(source) + _where(group) + struct.pack("=Hxx", 0) + to)

    def close(self):
        self.socket.close()
